"""How many problems: in a window, by unit, by provider, by rule, by group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from scoring.monitoring.state import WAITING, RowState, State
from scoring.monitoring.windows import Window


def overdue_since(row: RowState) -> date | None:
    """The first day on which it was overdue, whatever became of it later: the day after the deadline;
    None where it was rectified by then, or where that day has not come."""
    if row.deadline is None or row.state in (State.PENDING, State.UNDATED):
        return None
    day = row.deadline + timedelta(days=1)
    in_time = row.rectified is not None and row.rectified <= row.deadline
    return None if in_time or day > row.as_of else day


@dataclass(frozen=True, slots=True)
class Tally:
    """What came to pass in a window, and where things stand at its end. ``overdue`` fell overdue in
    it; ``still_overdue`` and ``waiting`` are overdue, and not rectified at all, at its end."""

    new: int
    closed: int
    overdue: int
    still_overdue: int
    waiting: int

    @property
    def any(self) -> bool:
        """Whether there is anything to report."""
        return any((self.new, self.closed, self.overdue, self.still_overdue, self.waiting))


def tally(rows: Iterable[RowState], window: Window) -> Tally:
    """The tally of some rows, whose states are those at the end of the window."""
    real = [row for row in rows if row.is_problem]
    return Tally(
        new=sum(row.found in window for row in real),
        closed=sum(row.rectified in window for row in real),
        overdue=sum(overdue_since(row) in window for row in real),
        still_overdue=sum(row.state == State.OVERDUE for row in real),
        waiting=sum(row.state in WAITING for row in real),
    )


def by(
    rows: Iterable[RowState], name: Callable[[RowState], str], order: Sequence[str]
) -> list[tuple[str, list[RowState]]]:
    """The rows by a name, in an order; names that it does not have come last, as they occur."""
    found: dict[str, list[RowState]] = {one: [] for one in order}
    for row in rows:
        found.setdefault(name(row), []).append(row)
    return [(one, some) for one, some in found.items() if some]


def median(days: Sequence[int]) -> Fraction | None:
    """The median, exact; None of nothing.

    >>> median([3, 10, 4, 6]), median([])
    (Fraction(5, 1), None)
    """
    if not days:
        return None
    ordered, middle = sorted(days), len(days) // 2
    if len(days) % 2:
        return Fraction(ordered[middle])
    return Fraction(ordered[middle - 1] + ordered[middle], 2)
