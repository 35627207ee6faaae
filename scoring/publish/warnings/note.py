"""督办单: what a unit has to do by when, as plain values for the Word template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from scoring.intake.assessment import Assessment
from scoring.intake.settings import Fonts
from scoring.monitoring.warnings import EarlyWarning, Kind, Level, Watch
from scoring.publish.word.tables import AnnexTable, Column
from scoring.wording.numbers import day
from scoring.wording.official import FILL, numeral, title_lines
from scoring.wording.warnings import LEVELS, entries_text, matter, remedy

ROWS = (Kind.OVERDUE, Kind.DEADLINE)
FORMS = (Kind.FORM_LATE, Kind.FORM_DUE)
ATTENTION = (Kind.GRADE, Kind.REPEATED)
FOR_UNITS = (*ROWS, *FORMS, *ATTENTION)
"""What a unit can do something about: the verification of its form is up to others."""


@dataclass(frozen=True)
class Headings:
    """The numbered headings of what is there."""

    problems: str
    forms: str
    attention: str


@dataclass(frozen=True)
class SupervisionNote:
    """督办单, element by element; empty tables are left out of the document."""

    unit: str
    title: str
    title_lines: tuple[str, ...]
    scheme: str
    year: int
    as_of: str
    counts: str
    problems: AnnexTable
    forms: AnnexTable
    attention: tuple[str, ...]
    headings: Headings
    issuer: str
    date: str
    mark: str = ""
    fonts: Fonts = field(default_factory=Fonts)


def of_units(watch: Watch) -> dict[str, list[EarlyWarning]]:
    """The warnings that go to a unit, by unit in print order."""
    found: dict[str, list[EarlyWarning]] = {unit.unit: [] for unit in watch.result.units}
    for warning in watch.warnings:
        if warning.kind in FOR_UNITS:
            found[warning.unit].append(warning)
    return {unit: mine for unit, mine in found.items() if mine}


def compose_supervision(
    unit: str, warnings: Sequence[EarlyWarning], watch: Watch, assessment: Assessment
) -> SupervisionNote:
    """The note of one unit: its warnings, the most urgent first."""
    given, result = assessment.settings.circular, watch.result
    title = f"{result.year}年度{result.scheme.subject}考核督办单"
    counts = Counter(w.level for w in warnings)
    said = "、".join(f"{LEVELS[v]}色{counts[v]}件" for v in Level if counts[v])
    problems = _problems([w for w in warnings if w.kind in ROWS], watch)
    forms = _forms([w for w in warnings if w.kind in FORMS], watch)
    return SupervisionNote(
        unit=unit,
        title=title,
        title_lines=title_lines(title),
        scheme=result.scheme.title,
        year=result.year,
        as_of=day(watch.day),
        counts=said,
        problems=problems,
        forms=forms,
        headings=_headings(bool(problems.rows), bool(forms.rows)),
        attention=tuple(
            f"{matter(w)}（{entries_text(w)}）。请{remedy(w, result.scheme)}。"
            if w.kind == Kind.REPEATED
            else f"{matter(w)}。请{remedy(w, result.scheme)}。"
            for w in warnings
            if w.kind in ATTENTION
        ),
        issuer=given.issuer or FILL,
        date=day(watch.day),
        fonts=given.fonts,
    )


def _headings(problems: bool, forms: bool) -> Headings:
    return Headings(
        f"{numeral(1)}、整改事项",
        f"{numeral(1 + problems)}、报送事项",
        f"{numeral(1 + problems + forms)}、提请注意",
    )


def _problems(warnings: Sequence[EarlyWarning], watch: Watch) -> AnnexTable:
    columns = (
        Column("级别"), Column("台账编号"), Column("问题", left=True), Column("整改期限"),
        Column("怎样办理", left=True),
    )  # fmt: skip
    rows = [
        (LEVELS[w.level], entries_text(w), matter(w), _short(w, watch),
         remedy(w, watch.result.scheme))
        for w in warnings
    ]  # fmt: skip
    return AnnexTable("", columns, tuple(rows))


def _forms(warnings: Sequence[EarlyWarning], watch: Watch) -> AnnexTable:
    columns = (
        Column("级别"), Column("事项", left=True), Column("报送期限"),
        Column("怎样办理", left=True),
    )  # fmt: skip
    rows = [
        (LEVELS[w.level], matter(w), _short(w, watch), remedy(w, watch.result.scheme))
        for w in warnings
    ]
    return AnnexTable("", columns, tuple(rows))


def _short(warning: EarlyWarning, watch: Watch) -> str:
    """The day as narrow as it goes, with its year where that is not the assessment's."""
    text = f"{warning.day.month}月{warning.day.day}日"
    return text if warning.day.year == watch.result.year else f"{warning.day.year}年{text}"
