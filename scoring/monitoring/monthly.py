"""月排名: the ledger scores of a month's end, ranked within groups, beside those of the months before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from scoring.monitoring.counts import Tally, by, tally
from scoring.monitoring.stage import Records, graded_tables, score_stage
from scoring.monitoring.standing import LedgerYear
from scoring.monitoring.state import ledger_state
from scoring.monitoring.windows import Window, WindowKind, windows_until
from scoring.scheme import Scheme
from scoring.score import Result, UnitResult


@dataclass(frozen=True)
class Standing:
    """A unit at the end of a month. ``scores`` are its published scores at the end of every month so
    far, as counts of ``10**-decimals`` points, None where a gap forbids one."""

    unit: str
    group: str
    rank: int | None
    rank_before: int | None
    scores: tuple[int | None, ...]
    tally: Tally
    gaps: bool

    @property
    def score(self) -> int | None:
        """The score of this month's end."""
        return self.scores[-1]

    @property
    def up(self) -> int | None:
        """By how many ranks it is better than a month ago; None where there is no rank then or now."""
        if self.rank is None or self.rank_before is None:
            return None
        return self.rank_before - self.rank


@dataclass(frozen=True)
class Monthly:
    """``groups``: by group its units in print order."""

    window: Window
    windows: tuple[Window, ...]
    groups: tuple[tuple[str, tuple[Standing, ...]], ...]


def monthly(records: Records, stage: Scheme, as_of: date, known: date) -> tuple[Monthly, Result]:
    """The month of ``as_of`` as far as that day, and the result of the day. The ends of months before
    are seen by what was known then, so that they stand as they were announced."""
    windows = windows_until(WindowKind.MONTH, as_of)
    now = score_stage(records, stage, as_of, known)
    ledgers = LedgerYear(graded_tables(records, stage), stage, records.year)
    stands = [*(ledgers.units(w.last, w.last) for w in windows[:-1]), now.units]
    units: list[Mapping[str, UnitResult]] = [{u.unit: u for u in month} for month in stands]
    rows = dict(by(ledger_state(now), lambda row: row.unit, ()))

    def standing(unit: UnitResult) -> Standing:
        course = [month[unit.unit] for month in units]
        return Standing(
            unit=unit.unit,
            group=unit.group,
            rank=unit.rank,
            rank_before=course[-2].rank if len(course) > 1 else None,
            scores=tuple(one.composite for one in course),
            tally=tally(rows.get(unit.unit, ()), windows[-1]),
            gaps=bool(unit.gaps),
        )

    groups = tuple(
        (group, tuple(map(standing, now.in_group(group))))
        for group in now.scheme.groups
        if now.in_group(group)
    )
    return Monthly(windows[-1], tuple(windows), groups), now


def mean(scores: Sequence[int | None]) -> Fraction | None:
    """The mean of the scores that are there; None of none."""
    there = [score for score in scores if score is not None]
    return Fraction(sum(there), len(there)) if there else None
