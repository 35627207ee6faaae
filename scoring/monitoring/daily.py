"""日办结: what falls due on a day, was closed on it, and is overdue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from scoring.monitoring.counts import Tally, by, tally
from scoring.monitoring.state import RowState, State, ledger_state
from scoring.monitoring.windows import WindowKind, window_of
from scoring.score import Result


@dataclass(frozen=True)
class Daily:
    """``due``: the deadline is today and they were not rectified before; ``closed`` today; ``overdue``
    and not rectified. ``units`` and ``providers``: each with its rows of these and its tally."""

    day: date
    new: tuple[RowState, ...]
    due: tuple[RowState, ...]
    closed: tuple[RowState, ...]
    overdue: tuple[RowState, ...]
    units: tuple[tuple[str, int, Tally], ...]
    providers: tuple[tuple[str, int, Tally], ...]


def daily(result: Result, order: Sequence[str]) -> Daily:
    """The day of a result's ``as_of``; ``order`` is that of the unit list. In ``units`` and ``providers`` the number is how many fall due."""
    rows = [row for row in ledger_state(result) if row.is_problem]
    day = result.as_of
    window = window_of(WindowKind.DAY, day)
    due = tuple(row for row in rows if is_due(row, day))
    named = [row for row in rows if is_due(row, day) or row.state == State.OVERDUE
             or day in (row.rectified, row.found)]  # fmt: skip

    def counted(groups: list[tuple[str, list[RowState]]]) -> tuple[tuple[str, int, Tally], ...]:
        return tuple(
            (name, sum(is_due(row, day) for row in some), tally(some, window))
            for name, some in groups
        )

    return Daily(
        day=day,
        new=tuple(row for row in rows if row.found == day),
        due=due,
        closed=tuple(row for row in rows if row.rectified == day),
        overdue=tuple(
            sorted((r for r in rows if r.state == State.OVERDUE), key=lambda r: r.deadline or day)
        ),
        units=counted(by(named, lambda row: row.unit, order)),
        providers=counted(by(named, lambda row: row.provider, ())),
    )


def is_due(row: RowState, day: date) -> bool:
    """Whether a problem falls due on a day: it was not rectified before."""
    waits = row.state == State.DUE or (row.state == State.CLOSED and row.rectified == day)
    return row.deadline == day and waits
