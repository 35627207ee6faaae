"""考核对象: the unit list read from its tables, and the units that rows of other tables name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from scoring.intake.table import Column, Row, TableReader
from scoring.lookup.near_names import NearNames
from scoring.lookup.text import fold
from scoring.lookup.units import Unit, UnitList
from scoring.scheme import Scheme

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
    Column("地区", ("所在地区",)),
)

_STEPS = re.compile(r"[/／\\>＞→]")
"""What people write between the parts of a path: 甲省/乙市."""


def of_part(units: UnitList, views: Mapping[str, Scheme], key: str) -> UnitList:
    """The list as the part ``key`` sees it; ``views`` are the scheme as each group sees it."""
    return units.only_for([group for group, view in views.items() if key in view.leaves()])


def is_other(units: UnitList, row: Row, column: str, unit: Unit) -> bool:
    """Whether a row is of a unit that the part is not for; the problem is recorded then."""
    if unit.name not in units.others:
        return False
    row.add("part-group", column, unit.name, units.own())
    return True


def refuse_unknown(units: UnitList, row: Row, column: str, name: str) -> None:
    """Refuse the row since the list has no unit ``name``; where the list itself is the cause, that is
    said there."""
    if units.is_refused:
        row.refuse()
    else:
        row.add("unit-unknown", column, name, units.expected(name))


def resolve(units: UnitList, row: Row, column: str) -> Unit | None:
    """The unit that the row names in ``column``, or None with the problem recorded."""
    name = row.text(column, required=True)
    if name is None:
        return None
    unit = units.find(name)
    if unit is None:
        refuse_unknown(units, row, column, name)
    return unit


class _Listed(NamedTuple):
    """A row of the list that names a unit."""

    row: Row
    name: str
    group: str | None
    short_names: tuple[str, ...]
    parent: str | None
    region: tuple[str, ...]


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
            region = _region(row)
            if parent is None and group is not None and fold(group) not in known_groups:
                expected = "、".join(dict.fromkeys(known_groups.values()))
                row.add("group-unknown", "类别", group, expected)
                group = None
            if name is not None:
                if parent is None and group is not None:
                    group = known_groups[fold(group)]
                listed.append(_Listed(row, name, group, shorts, parent, region))
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


def _region(row: Row) -> tuple[str, ...]:
    """The path of the region from the largest down; recorded as a problem where a part is empty."""
    text = row.text("地区")
    if text is None:
        return ()
    parts = tuple(part.strip() for part in _STEPS.split(text))
    if all(parts):
        return parts
    row.add("region-path", "地区", text, "用“/”分开的各级地区名称，如 甲省/乙市")
    return ()


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
        unit = Unit(
            one.name, one.group or "", (), one.parent, len(units.units) if sound else -1, one.region
        )
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
            _put(units, unit, unit._replace(short_names=tuple(kept)))
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
                _put(units, unit, unit._replace(parent=parent.name))
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
