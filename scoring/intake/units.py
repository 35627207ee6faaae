"""考核对象: the unit list, and how a name in a file finds its unit."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from scoring.intake.cells import fold
from scoring.intake.table import Column, Row, TableReader
from scoring.near_names import NearNames
from scoring.problems import Place, nearest

COLUMNS = (
    Column(
        "单位名称", ("单位", "考核对象", "被考核单位"), required=True, spread=False, identity="sole"
    ),
    Column("类别", ("单位类别", "类型", "组别"), required=True),
    Column("简称", ("单位简称",), spread=False, identity="key"),
    Column(
        "所属单位",
        ("上级单位", "主管单位", "所属县区"),
        identity="key",
        decides="name",
        words=("所属", "隶属", "上级", "主管", "归口", "归属"),
    ),
)


class Unit(NamedTuple):
    """A unit of the list; ``parent`` is the graded unit that it belongs to, if any."""

    name: str
    group: str
    short_names: tuple[str, ...]
    parent: str | None
    position: int


class UnitError(LookupError):
    """A name that does not lead to one graded unit; the message says what to write instead."""


@dataclass
class UnitList:
    """机构序列: the units in their order, found by full or short name.

    A unit whose row has an error is found too, so that its name is no error elsewhere, but it is
    not among ``units``: nothing can be scored. ``faulty_rows`` are the places of such rows;
    ``others`` are units that a part of the scheme is not for, with their groups (``only_for``).
    """

    units: list[Unit] = field(default_factory=list)
    by_name: dict[str, Unit] = field(default_factory=dict)
    faulty_rows: list[Place] = field(default_factory=list)
    others: Mapping[str, str] = field(default_factory=dict)
    _near: NearNames | None = field(default=None, repr=False, compare=False)

    def find(self, name: str) -> Unit | None:
        return self.by_name.get(fold(name))

    def only_for(self, groups: Collection[str]) -> UnitList:
        """The list as a part sees it that only some groups have: names of other units are known, and
        refused where they stand (``is_other``)."""
        home = {unit.name: unit.parent or unit.name for unit in self.units}
        group = {unit.name: unit.group for unit in self.units}
        others = {n: group[h] for n, h in home.items() if h in group and group[h] not in groups}
        if not others:
            return self
        own = [unit for unit in self.units if unit.name not in others]
        return UnitList(own, self.by_name, self.faulty_rows, others)

    def is_other(self, row: Row, column: str, unit: Unit) -> bool:
        """Whether a row is of a unit that the part is not for; the problem is recorded then."""
        if unit.name not in self.others:
            return False
        row.add("part-group", column, unit.name, self.own())
        return True

    def own(self) -> str:
        """What a unit should have been that a part is not for."""
        groups = "、".join(dict.fromkeys(unit.group for unit in self.graded()))
        return f"{groups}的单位（这一部分不适用于其他类别）"

    def graded(self) -> list[Unit]:
        return [unit for unit in self.units if unit.parent is None]

    def names(self) -> list[str]:
        """Every full and short name, for suggestions."""
        return [n for unit in self.units for n in (unit.name, *unit.short_names)]

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

    def unknown(self, row: Row, column: str, name: str) -> None:
        """Refuse the row since the list has no unit ``name``; where the list itself is the cause, that
        is told there."""
        if self.is_refused:
            row.refuse()
        else:
            row.add("unit-unknown", column, name, self.expected(name))

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

    def rows(self) -> list[dict[str, Any]]:
        return [
            {"unit": u.name, "group": u.group, "parent": u.parent, "position": u.position}
            for u in self.units
        ]

    def resolve(self, row: Row, column: str) -> Unit | None:
        """The unit that the row names in ``column``, or None with the problem recorded."""
        name = row.text(column, required=True)
        if name is None:
            return None
        unit = self.find(name)
        if unit is None:
            self.unknown(row, column, name)
        return unit


class _Listed(NamedTuple):
    """A row of the list that names a unit."""

    row: Row
    name: str
    group: str | None
    short_names: tuple[str, ...]
    parent: str | None


def read_units(readers: Iterable[TableReader], groups: Mapping[str, str]) -> UnitList:
    """The unit list from its tables; ``groups`` are the groups of the scheme by every name that
    they go by. Problems are recorded in the readers.

    The group of a subordinate department is free and may be blank: it is not graded.
    """
    known_groups = {fold(name): group for name, group in groups.items()}
    units = UnitList()
    listed: list[_Listed] = []
    for reader in readers:
        for row in reader.rows():
            name = _name_of(row)
            parent = row.text("所属单位")
            group = row.text("类别", required=parent is None)
            shorts = _short_names(row)
            if parent is None and group is not None and fold(group) not in known_groups:
                expected = "、".join(dict.fromkeys(known_groups.values()))
                row.add("group-unknown", "类别", group, expected)
                group = None
            if name is not None:
                if parent is None and group is not None:
                    group = known_groups[fold(group)]
                listed.append(_Listed(row, name, group, shorts, parent))
            else:
                units.faulty_rows.append(row.place())
    _name(units, listed)
    _link_parents(units, listed)
    return units


def _name_of(row: Row) -> str | None:
    name = row.name("单位名称", required=True)
    return name if name is None or row.is_name("单位名称", name) else None


def _short_names(row: Row) -> tuple[str, ...]:
    names = [n.strip() for n in re.split("[、，,；;]", row.text("简称") or "")]
    return tuple(n for n in names if n and row.is_name("简称", n))


def _name(units: UnitList, listed: Iterable[_Listed]) -> None:
    """Give every name its unit: full names first, then the short names that are left. Of a row
    with an error only the names are kept; of a short name that is taken only that is dropped."""
    owners: list[tuple[_Listed, Unit]] = []
    for one in listed:
        other = units.find(one.name)
        if other is not None:
            one.row.add("unit-duplicate", "单位名称", one.name, f"未被“{other.name}”使用的名称")
            owners.append((one, other))
            continue
        sound = one.row.ok and (one.group is not None or one.parent is not None)
        unit = Unit(one.name, one.group or "", (), one.parent, len(units.units) if sound else -1)
        units.by_name[fold(one.name)] = unit
        if sound:
            units.units.append(unit)
        owners.append((one, unit))
    for one, unit in owners:
        kept = []
        for short in one.short_names:
            other = units.by_name.setdefault(fold(short), unit)
            if other is unit or other.name == unit.name:
                kept.append(short)
            else:
                one.row.add("unit-duplicate", "简称", short, f"未被“{other.name}”使用的名称")
        if kept and unit.name == one.name and unit.position >= 0:
            _put(units, unit, Unit(unit.name, unit.group, tuple(kept), unit.parent, unit.position))
        if not one.row.ok:
            units.faulty_rows.append(one.row.place())
            one.row.reader.refuse_late(one.row)


def _put(units: UnitList, old: Unit, new: Unit) -> None:
    """Put ``new`` where ``old`` stood, under all its names."""
    units.units[old.position] = new
    for name in (new.name, *new.short_names):
        units.by_name[fold(name)] = new


def _link_parents(units: UnitList, listed: Iterable[_Listed]) -> None:
    """Put the parent's full name where the list may give a short one; a parent must be graded."""
    faulty: set[str] = set()
    pending = [one for one in listed if one.parent is not None]
    subordinate = {one.name for one in pending}
    near = NearNames(units.names())
    for one in pending:
        given = one.parent or ""
        parent = units.find(given)
        if parent is not None and parent.name not in subordinate:
            unit = units.find(one.name)
            if unit is not None and unit.position >= 0 and unit.parent == given:
                linked = Unit(unit.name, unit.group, unit.short_names, parent.name, unit.position)
                _put(units, unit, linked)
            continue
        if parent is None:
            expected = near.suggestion("本表中的单位", given)
        else:
            expected = "直接考核的单位（它本身没有所属单位）"
        one.row.add("unit-parent", "所属单位", given, expected)
        units.faulty_rows.append(one.row.place())
        one.row.reader.refuse_late(one.row)
        faulty.add(fold(one.name))
    for name in faulty:
        _take_out(units, units.by_name[name])


def _take_out(units: UnitList, unit: Unit) -> None:
    """A unit of which it is not known whether it is graded: only its names are kept."""
    units.units = [u for u in units.units if u is not unit]
    bare = Unit(unit.name, unit.group, unit.short_names, None, -1)
    for name in (unit.name, *unit.short_names):
        units.by_name[fold(name)] = bare
