"""比较: two results side by side, last year's and this one's, or before and after a correction.

Pure: two results go in as ``Side``, made of a ``Result`` or of a results.json; a unit is the same
one where the name is, or where ``renamed`` says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from scoring.enums import Method
from scoring.score import Result


class Standing(NamedTuple):
    """A unit in a result: exact points by part, the published composite, grade and rank."""

    unit: str
    group: str
    components: Mapping[str, Fraction | None]
    composite: Fraction | None
    grade: str | None
    rank: int | None


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two results. ``parts`` are the titles of its parts by key, ``grades`` from the best
    down (empty where they are not known), ``decimals`` and ``method``: how the composite is rounded."""

    scheme: str
    title: str
    year: int
    as_of: date
    known: date | None
    final: bool
    parts: Mapping[str, str]
    grades: tuple[str, ...]
    decimals: int
    method: Method
    units: tuple[Standing, ...]

    def groups(self) -> list[str]:
        return list(dict.fromkeys(unit.group for unit in self.units))


class Moved(NamedTuple):
    """A unit of both results. ``rank`` and ``grade`` are how many places and grades it went up
    (negative: down), None where one of both has none or the groups differ."""

    old: Standing
    new: Standing
    composite: Fraction | None
    rank: int | None
    grade: int | None

    @property
    def renamed(self) -> bool:
        return self.old.unit != self.new.unit

    @property
    def changed(self) -> bool:
        """Whether anything that is published of the unit is another one."""
        return self.old._replace(unit="") != self.new._replace(unit="")


class GroupMoves(NamedTuple):
    """A group in both results: how many units, their mean composite, the units of each grade, and
    how many of those in both went up and down in grade."""

    group: str
    counts: tuple[int, int]
    means: tuple[Fraction | None, Fraction | None]
    grades: tuple[tuple[str, int, int], ...]
    up: int
    down: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both results and what moved between them, in the order of the new one; ``gone`` in that of the
    old. ``parts`` are the keys of the parts that both have under the same title."""

    old: Side
    new: Side
    both: tuple[Moved, ...]
    added: tuple[Standing, ...]
    gone: tuple[Standing, ...]
    groups: tuple[GroupMoves, ...]
    parts: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether anything published differs: a unit's parts, composite, grade, rank, or the units."""
        renamed = any(moved.renamed for moved in self.both)
        moved = any(moved.changed for moved in self.both)
        return bool(self.added or self.gone or renamed or moved)

    @property
    def same_year(self) -> bool:
        return self.old.year == self.new.year


def side_of(result: Result) -> Side:
    """A result as it is compared."""
    units = tuple(
        Standing(
            unit.unit,
            unit.group,
            dict(unit.components),
            None if (text := result.composite_text(unit)) is None else Fraction(text),
            unit.grade,
            unit.rank,
        )
        for unit in result.units
    )
    return Side(
        scheme=result.scheme.name,
        title=result.scheme.title,
        year=result.year,
        as_of=result.as_of,
        known=result.known,
        final=result.final,
        parts={key: part.title for key, part in result.scheme.components.items()},
        grades=tuple(result.scheme.grade_names()),
        decimals=result.scheme.rounding.decimals,
        method=result.scheme.rounding.method,
        units=units,
    )


def compare_sides(old: Side, new: Side, renamed: Mapping[str, str] | None = None) -> Comparison:
    """``renamed`` gives the new names of units by their old ones."""
    names = renamed or {}
    before = {names.get(unit.unit, unit.unit): unit for unit in old.units}
    after = {unit.unit for unit in new.units}
    both = tuple(
        _moved(before[unit.unit], unit, old, new) for unit in new.units if unit.unit in before
    )
    groups = dict.fromkeys([*new.groups(), *old.groups()])
    return Comparison(
        old=old,
        new=new,
        both=both,
        added=tuple(unit for unit in new.units if unit.unit not in before),
        gone=tuple(unit for name, unit in before.items() if name not in after),
        groups=tuple(_group(group, old, new, both) for group in groups),
        parts=tuple(k for k, title in new.parts.items() if old.parts.get(k) == title),
    )


def _moved(before: Standing, after: Standing, old: Side, new: Side) -> Moved:
    composite = None
    if before.composite is not None and after.composite is not None:
        composite = after.composite - before.composite
    rank = None
    if before.group == after.group and before.rank is not None and after.rank is not None:
        rank = before.rank - after.rank
    return Moved(before, after, composite, rank, _grades_up(before.grade, after.grade, old, new))


def _grades_up(before: str | None, after: str | None, old: Side, new: Side) -> int | None:
    order = list(new.grades or old.grades)
    if before not in order or after not in order:
        return None
    return order.index(before) - order.index(after)


def _group(group: str, old: Side, new: Side, both: Sequence[Moved]) -> GroupMoves:
    mine = [[u for u in side.units if u.group == group] for side in (old, new)]
    names = list(dict.fromkeys([*new.grades, *old.grades]))
    grades = tuple(
        (name, sum(u.grade == name for u in mine[0]), sum(u.grade == name for u in mine[1]))
        for name in names
    )
    here = [moved for moved in both if moved.new.group == group]
    return GroupMoves(
        group=group,
        counts=(len(mine[0]), len(mine[1])),
        means=(_mean(mine[0]), _mean(mine[1])),
        grades=grades,
        up=sum((moved.grade or 0) > 0 for moved in here),
        down=sum((moved.grade or 0) < 0 for moved in here),
    )


def _mean(units: Sequence[Standing]) -> Fraction | None:
    known = [unit.composite for unit in units if unit.composite is not None]
    return sum(known, Fraction(0)) / len(known) if known else None
