"""考核对象: the unit list, and how a name in a file finds its unit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from scoring.intake.cells import fold
from scoring.intake.table import Column, Row, TableReader
from scoring.problems import nearest, suggestion

COLUMNS = (
    Column("单位名称", ("单位", "考核对象", "被考核单位"), required=True, spread=False),
    Column("类别", ("单位类别", "类型", "组别"), required=True),
    Column("简称", ("单位简称",), spread=False),
    Column("所属单位", ("上级单位", "主管单位", "所属县区")),
)


@dataclass(frozen=True, slots=True)
class Unit:
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
    """机构序列: the units in their order, found by full or short name."""

    units: list[Unit] = field(default_factory=list)
    by_name: dict[str, Unit] = field(default_factory=dict)

    def find(self, name: str) -> Unit | None:
        return self.by_name.get(fold(name))

    def graded(self) -> list[Unit]:
        return [unit for unit in self.units if unit.parent is None]

    def names(self) -> list[str]:
        """Every full and short name, for suggestions."""
        return [n for unit in self.units for n in (unit.name, *unit.short_names)]

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
            row.add(
                "unit-unknown", column, name, suggestion("考核对象表中的单位", name, self.names())
            )
        return unit


def read_units(readers: Iterable[TableReader], groups: Iterable[str]) -> UnitList:
    """The unit list from its tables. Problems are recorded in the readers."""
    units = UnitList()
    known_groups = {fold(g): g for g in groups}
    pending: list[tuple[Row, str, str]] = []
    for reader in readers:
        for row in reader.rows():
            name = row.text("单位名称", required=True)
            group = row.text("类别", required=True)
            parent = row.text("所属单位")
            shorts = tuple(_split(row.text("简称")))
            if group is not None and fold(group) not in known_groups:
                row.add("group-unknown", "类别", group, "、".join(known_groups.values()))
            if name is None:
                continue
            for n in (name, *shorts):
                other = units.find(n)
                if other is not None and (n == name or other.name != name):
                    row.add("unit-duplicate", "单位名称" if n == name else "简称", n,
                            f"未被“{other.name}”使用的名称")  # fmt: skip
            if not row.ok or group is None:
                continue
            unit = Unit(name, known_groups[fold(group)], shorts, parent, len(units.units))
            units.units.append(unit)
            for n in (name, *shorts):
                units.by_name[fold(n)] = unit
            if parent is not None:
                pending.append((row, name, parent))
    _link_parents(units, pending)
    return units


def _split(text: str | None) -> list[str]:
    return [n.strip() for n in re.split("[、，,；;]", text or "") if n.strip()]


def _link_parents(units: UnitList, pending: list[tuple[Row, str, str]]) -> None:
    """Put the parent's full name where the list may give a short one; a parent must be graded."""
    subordinate = {name for _, name, _ in pending}
    for row, name, given in pending:
        parent = units.find(given)
        if parent is None:
            row.add(
                "unit-parent", "所属单位", given, suggestion("本表中的单位", given, units.names())
            )
        elif parent.name in subordinate:
            row.add("unit-parent", "所属单位", given, "直接考核的单位（它本身没有所属单位）")
        else:
            unit = units.units[units.by_name[fold(name)].position]
            linked = Unit(unit.name, unit.group, unit.short_names, parent.name, unit.position)
            units.units[unit.position] = linked
            for n in (unit.name, *unit.short_names):
                units.by_name[fold(n)] = linked
            continue
        row.reader.refuse_late(row)
