"""The units of an assessment, found by full or short name, or by what a person types of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from scoring.lookup.near_names import NearNames
from scoring.lookup.text import fold
from scoring.problems import Place, nearest
from scoring.tables import UnitRow


class Unit(NamedTuple):
    """A unit of the list; ``parent`` is the graded unit that it belongs to, if any. ``region`` is the path
    of the region in which it lies (地区), from the largest down; empty where the list has none."""

    name: str
    group: str
    short_names: tuple[str, ...]
    parent: str | None
    position: int
    region: tuple[str, ...] = ()


class UnitError(LookupError):
    """A name that does not lead to one graded unit; the message says what to write instead."""


@dataclass
class UnitList:
    """机构序列: the units in their order, found by full or short name.

    A unit whose row has an error is found too, so that its name is no error elsewhere, but it is
    not among ``units``: nothing can be scored. ``faulty_rows`` are the places of such rows;
    ``others`` are units that a part of the scheme is not for, with their groups (``only_for``).
    ``every`` are all units of the list where ``units`` are but some of them: names are likened to theirs.
    """

    units: list[Unit] = field(default_factory=list)
    by_name: dict[str, Unit] = field(default_factory=dict)
    faulty_rows: list[Place] = field(default_factory=list)
    others: Mapping[str, str] = field(default_factory=dict)
    every: Sequence[Unit] | None = None
    _near: NearNames | None = field(default=None, repr=False, compare=False)

    def find(self, name: str) -> Unit | None:
        return self.by_name.get(fold(name))

    def only_for(self, groups: Collection[str]) -> UnitList:
        """The list as a part sees it that only some groups have: names of other units are known, and
        refused where they stand (``is_other``)."""
        known = self.units if self.every is None else self.every
        home = {unit.name: unit.parent or unit.name for unit in known}
        group = {unit.name: unit.group for unit in known}
        others = {n: group[h] for n, h in home.items() if h in group and group[h] not in groups}
        if not others:
            return self
        own = [unit for unit in self.units if unit.name not in others]
        every = None if self.every is None else [u for u in self.every if u.name not in others]
        return UnitList(own, self.by_name, self.faulty_rows, others, every)

    def narrowed(self, graded: Collection[str]) -> UnitList:
        """The list with some of its graded units and their departments; every name is known still, so
        that none is called unknown or likened to another one."""
        own = [unit for unit in self.units if (unit.parent or unit.name) in graded]
        return UnitList(own, self.by_name, self.faulty_rows, self.others, self.units)

    def own(self) -> str:
        """What a unit should have been that a part is not for."""
        groups = "、".join(dict.fromkeys(unit.group for unit in self.graded()))
        return f"{groups}的单位（这一部分不适用于其他类别）"

    def graded(self) -> list[Unit]:
        return [unit for unit in self.units if unit.parent is None]

    def names(self) -> list[str]:
        """Every full and short name, for suggestions."""
        known = self.units if self.every is None else self.every
        return [n for unit in known for n in (unit.name, *unit.short_names)]

    def expected(self, name: str) -> str:
        """What an unknown ``name`` should have been. While the list itself has errors no name is
        suggested: the one that is meant may stand in a row that could not be read."""
        if not self.faulty_rows:
            return self._near_names().suggestion("考核对象表中的单位", name)
        places = list(dict.fromkeys(map(str, self.faulty_rows)))
        rows, more = "、".join(places[:3]), "等" if len(places) > 3 else ""
        return f"考核对象表中的单位（该表有错误，请先改正：{rows}{more}）"

    @property
    def is_refused(self) -> bool:
        """Whether every row of the list is refused: then it may hold other words than names, and a name
        that is not among them says nothing."""
        return bool(self.faulty_rows) and not self.units

    def meant(self, name: str) -> Unit | None:
        """The unit that an unknown ``name`` is most like: whose form or score it may be. Nothing is
        counted for it."""
        near = None if self.faulty_rows else self._near_names().nearest(name)
        return self.find(near) if near else None

    def _near_names(self) -> NearNames:
        # Asked only once the list is complete.
        if self._near is None:
            self._near = NearNames(self.names())
        return self._near

    def pick(self, name: str) -> Unit:
        """The graded unit that a person means by ``name``: its full name, a short name, or a part
        that only one has. Raises UnitError with the candidates, or with the nearest names.

        >>> county = Unit("示例市东篱区人民政府", "县区", ("东篱区",), None, 0)
        >>> UnitList([county], {fold(n): county for n in ("示例市东篱区人民政府", "东篱区")}).pick("东篱").name
        '示例市东篱区人民政府'
        """
        unit = self.find(name)
        if unit is not None and unit.parent is not None:
            raise UnitError(f"“{unit.name}”不单独考核，请写它所属的“{unit.parent}”")
        if unit is not None:
            return unit
        part = fold(name)
        meant = [
            u
            for u in self.graded()
            if part and any(part in fold(n) for n in (u.name, *u.short_names))
        ]
        if len(meant) == 1:
            return meant[0]
        if meant:
            some = "、".join(u.name for u in meant[:8]) + ("等" if len(meant) > 8 else "")
            raise UnitError(f"“{name}”可以是{len(meant)}个单位：{some}，请写全一些")
        near = nearest(name, [n for u in self.graded() for n in (u.name, *u.short_names)], most=3)
        guess = f"，最相近的是“{'”“'.join(near)}”" if near else ""
        raise UnitError(f"考核对象表中没有“{name}”{guess}")

    def rows(self) -> tuple[UnitRow, ...]:
        """The units as scoring takes them."""
        return tuple(UnitRow(u.name, u.group, u.parent, u.position) for u in self.units)
