"""月排名.html: one self-contained page, with a line of every unit's scores month by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from scoring.intake.assessment import Assessment
from scoring.intake.templates import TemplateFile
from scoring.monitoring.monthly import Monthly, Standing
from scoring.publish.svg import number
from scoring.publish.templates.office import OfficeTemplate
from scoring.score import Result
from scoring.wording import month as month_words
from scoring.wording.bulletin import moved_text, short_name
from scoring.wording.numbers import BLANK, PROVISIONAL

WIDTH, HEIGHT, EDGE = 120, 26, 4
"""The size of a picture, and what stays free around its line."""


@dataclass(frozen=True)
class Row:
    """A unit's row; ``line`` are the points of its picture, ``dots`` where the months are, ``end`` the
    last of them, ``course`` the same in words; ``moved`` is up, down or nothing."""

    rank: str
    unit: str
    score: str
    change: str
    moved: str
    moved_text: str
    new: int
    closed: int
    overdue: int
    line: str
    dots: tuple[tuple[str, str], ...]
    course: str


@dataclass(frozen=True)
class Group:
    """The units of a group in rank order; ``axis`` says what the pictures span."""

    name: str
    axis: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Page:
    """What the template is filled with."""

    title: str
    title_parts: tuple[str, ...]
    mark: str
    under: str
    scheme: str
    months: tuple[str, ...]
    summary: tuple[str, ...]
    groups: tuple[Group, ...]
    notes: tuple[str, ...]
    width: int
    height: int


@dataclass(frozen=True)
class PageTags:
    """What the tags of the template may name."""

    page: Page


TEMPLATE = OfficeTemplate("月排名.html.j2", PageTags, ("page",), "写出月排名")


def month_page(
    found: Monthly, result: Result, assessment: Assessment,
    template: Path | TemplateFile | None = None, *, provisional: bool,
) -> str:  # fmt: skip
    """The page of a month. Raises TemplateFaultError where the template has faults."""
    from scoring.publish.templates.text import render_text

    title = month_words.title(found, assessment)
    months = tuple(short_name(w) for w in found.windows)
    page = Page(
        title=title,
        title_parts=month_words.title_parts(found, assessment),
        mark=f"{PROVISIONAL}结果" if provisional else "",
        under=month_words.under(found, result),
        scheme=result.scheme.title,
        months=months,
        summary=tuple(month_words.summary(found, result)),
        groups=tuple(_group(name, units, months, result) for name, units in found.groups),
        notes=tuple(month_words.notes(found, result)),
        width=WIDTH,
        height=HEIGHT,
    )
    return render_text(TEMPLATE, template, {"page": page})


def _group(name: str, units: Sequence[Standing], months: Sequence[str], result: Result) -> Group:
    there = [s for u in units for s in u.scores if s is not None]
    low, high = min(there, default=0), max(there, default=0)
    axis = f"{month_words.score(low, result)}—{month_words.score(high, result)}分" if there else ""
    return Group(name, axis, tuple(_row(u, (low, high), months, result) for u in units))


def _row(unit: Standing, span: tuple[int, int], months: Sequence[str], result: Result) -> Row:
    dots = _dots(unit.scores, span)
    up = unit.up or 0
    return Row(
        rank=BLANK if unit.rank is None else str(unit.rank),
        unit=unit.unit + "*" * unit.gaps,
        score=month_words.score(unit.score, result),
        change=month_words.change(unit, result),
        moved="up" if up > 0 else "down" if up < 0 else "",
        moved_text=moved_text(unit.up),
        new=unit.tally.new,
        closed=unit.tally.closed,
        overdue=unit.tally.still_overdue,
        line=" ".join(f"{x},{y}" for x, y in dots),
        dots=dots,
        course=month_words.course(unit, months, result),
    )


def _dots(scores: Sequence[int | None], span: tuple[int, int]) -> tuple[tuple[str, str], ...]:
    """Where the scores stand in the picture; months without one are left out."""
    low, high = span
    across, down = WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE
    step = Fraction(across, max(len(scores) - 1, 1))
    return tuple(
        (
            number(EDGE + at * step),
            number(
                EDGE + (Fraction(high - s, high - low) * down if high > low else Fraction(down, 2))
            ),
        )
        for at, s in enumerate(scores)
        if s is not None
    )
