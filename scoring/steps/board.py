"""The day of an assessment in plain words and numbers, for a screen: what is warned of, where every unit
stands, who is close to a lower grade, who is late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from scoring.intake import Assessment
from scoring.monitoring.dashboard import dashboard
from scoring.monitoring.state import RowState
from scoring.monitoring.warnings import EarlyWarning, Kind, Watch
from scoring.points import PLACES, format_decimals
from scoring.scheme import Scheme
from scoring.score import UnitResult
from scoring.steps.warn import last_day, watch_assessment, year_of
from scoring.wording.bulletin import moved_text
from scoring.wording.warnings import (
    KINDS,
    LEVELS,
    counts_text,
    entries_text,
    matter,
    notes,
    remedy,
    time_text,
    unit_text,
)

__all__ = ["BoardUnit", "DayBoard", "WarningText", "day_board", "watch_day"]


@dataclass(frozen=True, slots=True)
class WarningText:
    """A warning in words. ``level`` is red, yellow or blue, ``unit`` the graded unit's full name, blank for
    the office's own matters; ``rows`` are the ledger rows that it is about."""

    level: str
    level_name: str
    kind: str
    unit: str
    whose: str
    entries: str
    day: date
    time: str
    matter: str
    remedy: str
    rows: tuple[RowState, ...]


@dataclass(frozen=True, slots=True)
class BoardUnit:
    """A unit on the board, provisionally: what is missing is left out and the rest weighed as if it were all.
    ``moved`` says how its rank changed since ``DayBoard.since``; ``margin`` is the
    least number of points by which its composite must fall for the grade ``below`` by points alone, both blank
    where there is no lower one. ``waiting``
    and ``overdue`` count its ledger rows, ``warned`` its warnings by level."""

    unit: str
    group: str
    composite: str | None
    grade: str | None
    rank: int | None
    moved: str
    margin: str
    below: str
    waiting: int
    overdue: int
    warned: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class DayBoard:
    """The day. ``units`` are in print order, ``close`` those with a margin, the smallest first; ``grades`` are
    by group the grades from the best down with their numbers of units, None: no grade yet; ``late`` are the
    units with the forms that did not come in by their day."""

    day: date
    since: date | None
    counts: str
    notes: list[str]
    warnings: list[WarningText]
    units: list[BoardUnit]
    close: list[BoardUnit]
    grades: list[tuple[str, list[tuple[str | None, int]]]]
    late: list[tuple[str, str]]
    waiting: int
    overdue: int


def watch_day(assessment: Assessment, today: date) -> date:
    """The day of which ``kaohe warnings`` speaks on ``today``: not before the assessment's year, not after the
    last day that has anything to warn of.

    >>> from datetime import date
    >>> from scoring import load_assessment, watch_day
    >>> assessment = load_assessment("sample_data/2024")
    >>> [str(watch_day(assessment, date(year, 5, 1))) for year in (2023, 2024, 2026)]
    ['2024-01-01', '2024-05-01', '2025-02-28']
    """
    return max(min(today, last_day(assessment)), date(assessment.settings.year, 1, 1))


def day_board(found: Watch, assessment: Assessment) -> DayBoard:
    """What the day of ``found`` (``watch_assessment``) shows, ranks beside those at the end of the month
    before.

    >>> from datetime import date
    >>> from scoring import day_board, load_assessment, watch_assessment
    >>> assessment = load_assessment("sample_data/2025")
    >>> board = day_board(watch_assessment(assessment, date(2025, 9, 12)), assessment)
    >>> board.counts, str(board.since), board.close[0].unit, board.close[0].margin, board.close[0].below
    ('红8件、黄8件、蓝9件', '2025-08-31', '示例市文化和旅游局', '0.01', '良好')
    """
    shown = dashboard(year_of(assessment), found)
    scheme = found.result.scheme
    since = min(found.day, assessment.settings.as_of_day()).replace(day=1) - timedelta(days=1)
    before: dict[str, UnitResult] = {}
    if since.year == assessment.settings.year:
        earlier = watch_assessment(assessment, since)
        before = {unit.unit: unit for unit in earlier.now}
    margins = {unit.unit: _margin(unit, scheme) for unit in found.now}
    units = [
        BoardUnit(
            unit.unit, unit.group, found.result.composite_text(unit), unit.grade, unit.rank,
            moved_text(_up(before.get(unit.unit), unit)),
            format_decimals(margins[unit.unit][0], scheme.rounding.decimals)
            if margins[unit.unit][1] else "",
            margins[unit.unit][1], line.waiting, line.overdue, line.warned,
        )
        for line in shown.units
        for unit in (line.result,)
    ]  # fmt: skip
    close = [unit for unit in units if unit.below]
    return DayBoard(
        day=found.day,
        since=since if before else None,
        counts=counts_text(found),
        notes=notes(found),
        warnings=[_text(warning, scheme) for warning in found.warnings],
        units=units,
        close=sorted(close, key=lambda unit: margins[unit.unit][0]),
        grades=list(_grades(units, scheme)),
        late=[(w.unit, w.title) for w in found.warnings if w.kind == Kind.FORM_LATE],
        waiting=sum(unit.waiting for unit in units),
        overdue=sum(unit.overdue for unit in units),
    )


def _text(warning: EarlyWarning, scheme: Scheme) -> WarningText:
    return WarningText(
        str(warning.level), LEVELS[warning.level], KINDS[warning.kind], warning.unit, unit_text(warning),
        entries_text(warning), warning.day, time_text(warning), matter(warning),
        remedy(warning, scheme, commands=False), warning.rows,
    )  # fmt: skip


def _up(before: UnitResult | None, now: UnitResult) -> int | None:
    """How many places a unit rose."""
    if before is None or before.rank is None or now.rank is None:
        return None
    return before.rank - now.rank


def _margin(unit: UnitResult, scheme: Scheme) -> tuple[int, str]:
    """How far (in the scheme's last decimal) the composite lies above the first one that, by its points alone,
    gives a lower grade, and that grade; blank where there is none, or where a condition set the composite."""
    grades = scheme.grades_in(unit.group)
    names = [grade.name for grade in grades]
    if unit.composite is None or unit.grade not in names or unit.set_to is not None:
        return 0, ""
    at = names.index(unit.grade)
    lower = grades[at].lower
    if at + 1 == len(grades) or lower is None:
        return 0, ""
    step = int(10 ** (PLACES - scheme.rounding.decimals))
    margin = unit.composite - (-(-lower // step) - 1)
    # By a condition or a quota a unit may have a better or a worse grade than its points say.
    return (margin, names[at + 1]) if margin > 0 else (0, "")


def _grades(
    units: list[BoardUnit], scheme: Scheme
) -> Iterator[tuple[str, list[tuple[str | None, int]]]]:
    for group in scheme.groups:
        count = Counter(unit.grade for unit in units if unit.group == group)
        names: list[str | None] = [grade.name for grade in scheme.grades_in(group)]
        if count[None]:
            names.append(None)
        yield group, [(name, count[name]) for name in names]
