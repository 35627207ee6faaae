"""如果……会怎样: the whole ranking before and after some changes, and which units move.

An appeal (申诉) that is granted changes more than one unit's score: ranks shift, and where grades
go by quota others' grades too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scoring.inquiry.changes import Change, apply
from scoring.score import Result, UnitResult, score
from scoring.tables import Tables


@dataclass(frozen=True, slots=True)
class Moved:
    """A unit whose composite, grade or rank is another one."""

    before: UnitResult
    after: UnitResult


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The result as it is and as it would be; ``moved`` in the order of the new ranking."""

    changes: tuple[Change, ...]
    before: Result
    after: Result
    moved: tuple[Moved, ...]


def compare(before: Result, tables: Tables, changes: Sequence[Change]) -> WhatIf:
    """Score ``tables`` again with ``changes``, under the same scheme, year and day as ``before``."""
    changed = apply(tables, changes, before.as_of, before.known)
    after = score(
        changed, before.scheme, before.year, before.as_of, known=before.known, final=before.final
    )
    known = {unit.unit: unit for unit in before.units}
    moved = [
        Moved(known[unit.unit], unit)
        for unit in after.units
        if _state(known[unit.unit]) != _state(unit)
    ]
    return WhatIf(tuple(changes), before, after, tuple(moved))


def _state(unit: UnitResult) -> tuple[object, ...]:
    return unit.composite, unit.grade, unit.rank, tuple(unit.components.items())
