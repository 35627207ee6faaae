"""周通报: what was new, closed and overdue in a week, by unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scoring.monitoring.counts import Tally, by, overdue_since, tally
from scoring.monitoring.state import RowState, State, ledger_state
from scoring.monitoring.windows import Window
from scoring.score import Result


@dataclass(frozen=True)
class Weekly:
    """``units``: by group the units with anything to report, in the order of the unit list, each with
    its tally; ``quiet``: how many of each group have nothing."""

    window: Window
    total: Tally
    groups: tuple[tuple[str, tuple[tuple[str, Tally], ...], int], ...]
    new: tuple[RowState, ...]
    overdue: tuple[RowState, ...]


def weekly(result: Result, window: Window, order: Sequence[str]) -> Weekly:
    """A week, as far as the result's ``as_of``; ``order`` is that of the unit list."""
    rows = [row for row in ledger_state(result) if row.is_problem]
    groups = []
    for group in result.scheme.groups:
        members = {unit.unit for unit in result.in_group(group)}
        names = [name for name in order if name in members]
        mine = by((r for r in rows if r.group == group), lambda row: row.unit, names)
        tallied = [(name, tally(some, window)) for name, some in mine]
        shown = tuple((name, counts) for name, counts in tallied if counts.any)
        if names:
            groups.append((group, shown, len(names) - len(shown)))
    return Weekly(
        window=window,
        total=tally(rows, window),
        groups=tuple(groups),
        new=tuple(row for row in rows if row.found in window),
        overdue=tuple(
            row for row in rows if overdue_since(row) in window and row.state == State.OVERDUE
        ),
    )
