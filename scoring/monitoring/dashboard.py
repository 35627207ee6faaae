"""看板: where every unit stands on a day, what its ledger score was at the end of each month, and how
many warnings it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from scoring.monitoring.stage import ledgers_of, listed_in
from scoring.monitoring.standing import LedgerYear
from scoring.monitoring.state import WAITING, State
from scoring.monitoring.warnings import Level, Watch, Year
from scoring.monitoring.windows import WindowKind, windows_until
from scoring.scheme import Ledger, Scheme
from scoring.score import UnitResult


@dataclass(frozen=True)
class UnitStanding:
    """A unit: its provisional ``result``, the published score of all its ledgers at the end of each month,
    how many of its problems wait for their rectification and how many of these are overdue, and how
    many warnings of each level it has. ``position`` is its place in the unit list."""

    result: UnitResult
    position: int
    trend: tuple[Fraction | None, ...]
    waiting: int
    overdue: int
    warned: tuple[int, int, int]


@dataclass(frozen=True)
class Dashboard:
    """The units in print order; ``months`` are the last days of the trends, ``ledger`` the titles of
    what they are of, empty where the scheme has none."""

    watch: Watch
    ledger: str
    months: tuple[date, ...]
    units: tuple[UnitStanding, ...]


def dashboard(year: Year, found: Watch) -> Dashboard:
    """What the board of the day of ``found`` shows."""
    titles = [c.title for c in year.scheme.leaves().values() if isinstance(c, Ledger)]
    stage = ledgers_of(year.scheme)
    closing = min(found.day, year.last)
    windows = windows_until(WindowKind.MONTH, closing)
    months = tuple(w.last for w in windows if w.last.year == year.year) if stage else ()
    known = found.result.known or found.day
    trends = []
    if stage is not None:
        ledgers = LedgerYear(listed_in(stage, year.tables), stage, year.year)
        trends = [_scores(stage, ledgers.units(day, min(day, known))) for day in months]
    waiting = Counter(row.unit for row in found.rows if row.state in WAITING)
    overdue = Counter(row.unit for row in found.rows if row.state == State.OVERDUE)
    warned = Counter((w.unit, w.level) for w in found.warnings)
    positions = {row.unit: row.position for row in year.tables.units}
    units = tuple(
        UnitStanding(
            result=unit,
            position=positions[unit.unit],
            trend=tuple(scores.get(unit.unit) for scores in trends),
            waiting=waiting[unit.unit],
            overdue=overdue[unit.unit],
            warned=(
                warned[unit.unit, Level.RED],
                warned[unit.unit, Level.YELLOW],
                warned[unit.unit, Level.BLUE],
            ),
        )
        for unit in found.now
    )
    return Dashboard(found, "、".join(titles), months, units)


def _scores(stage: Scheme, units: Iterable[UnitResult]) -> dict[str, Fraction | None]:
    """The score of the ledgers together of every unit, that of 月排名; rows that nobody can decide yet cost
    nothing."""
    step = 10**stage.rounding.decimals
    return {
        unit.unit: None if unit.composite is None else Fraction(unit.composite, step)
        for unit in units
    }
