"""申诉: the appeals of units, each against one ledger row or one verified item.

An appeal is read as it stands: what follows from one that is granted must stand in the ledger or in
the form, and ``scoring.reporting.appeals`` says where it does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from scoring.intake.table import Column, Row, TableReader
from scoring.intake.units import resolve
from scoring.lookup.periods import self_assessments
from scoring.lookup.text import fold
from scoring.lookup.units import Unit, UnitList
from scoring.problems import Place
from scoring.scheme import Scheme
from scoring.tables import AppealRow, EntryRow, Tables

TABLE = "申诉"
COLUMNS = (
    Column("编号", ("申诉编号",), required=True, spread=False),
    Column("单位", ("单位名称", "申诉单位"), required=True, identity="name"),
    Column("涉及", ("涉及事项", "申诉事项", "涉及行或指标"), required=True, identity="key"),
    Column("理由", ("申诉理由",), required=True),
    Column("提出日期", ("申诉日期", "提出时间", "申诉时间"), required=True),
    Column("答复", ("答复意见",)),
    Column("结果", ("申诉结果", "决定", "处理结果"), words=("结果", "结论", "决定")),
    Column("决定日期", ("决定时间", "答复日期"), decides="day", words=("决定", "答复", "办结")),
    Column("备注",),
)  # fmt: skip

_GRANTED = {"支持": True, "不支持": False}
_BETWEEN = r"[、，,;；:：/\-—()（）]*"


def read_appeals(
    readers: Iterable[TableReader], scheme: Scheme, units: UnitList, tables: Tables
) -> tuple[AppealRow, ...]:
    """The rows of the table, in the order of the files. ``tables`` are those of the parts, in which
    what an appeal is about is looked for. Problems are recorded in the readers."""
    seen: dict[str, Place] = {}
    targets = _Targets(scheme, units, tables)
    out = []
    for reader in readers:
        for row in reader.rows():
            found = _appeal(row, units, targets, seen)
            if found is not None:
                out.append(found)
    return tuple(out)


def _appeal(
    row: Row, units: UnitList, targets: _Targets, seen: dict[str, Place]
) -> AppealRow | None:
    number = row.text("编号", required=True)
    if number is not None:
        here = row.place("编号")
        first = seen.setdefault(fold(number), here)
        if first != here:
            row.add("appeal-duplicate", "编号", number, f"与{first}不同的编号")
    unit = resolve(units, row, "单位")
    row.unit = unit.name if unit else None
    text = row.text("涉及", required=True)
    reason = row.text("理由", required=True)
    made = row.date("提出日期", required=True)
    granted, decided = _decision(row, made)
    target = targets.find(row, unit, text) if unit and text else None
    if target is not None and made is not None:
        found = targets.found_on(target)
        if found is not None and made < found:
            row.add("date-order", "提出日期", expected=f"不早于发现日期{found:%Y-%m-%d}的日期")
    if not row.ok or not number or unit is None or target is None or not reason or made is None:
        row.refuse()
        return None
    place = row.place()
    return target._replace(
        number=number, unit=unit.name, reason=reason, made=made, answer=row.text("答复"),
        granted=granted, decided=decided, file=place.file, sheet=place.sheet, row=row.number,
    )  # fmt: skip


def _decision(row: Row, made: date | None) -> tuple[bool | None, date | None]:
    """Whether the appeal was granted, and when: neither without the other."""
    said, decided = row.text("结果"), row.date("决定日期")
    granted = _GRANTED.get(fold(said)) if said else None
    if said and granted is None:
        row.add("value-unknown", "结果", said, "、".join(_GRANTED))
    elif said and decided is None and row.ok:
        row.add("value-missing", "决定日期", "", f"作出决定的日期（结果已填{said}）")
    elif decided is not None and not said:
        row.add("value-missing", "结果", "", "、".join(_GRANTED) + "（决定日期已填）")
    if decided is not None and made is not None and decided < made:
        row.add("date-order", "决定日期", expected=f"不早于提出日期{made:%Y-%m-%d}的日期")
    return granted, decided


class _Targets:
    """What an appeal can be about: the rows of every ledger by number, the items of every form."""

    def __init__(self, scheme: Scheme, units: UnitList, tables: Tables) -> None:
        self._views = scheme.views()
        self._units = units
        self._refused = {row.unit for row in tables.refused}
        self._entries: dict[str, list[EntryRow]] = {}
        for entry in tables.entries:
            self._entries.setdefault(fold(entry.entry), []).append(entry)

    def find(self, row: Row, unit: Unit, text: str) -> AppealRow | None:
        """What the cell 涉及 names, as an appeal whose other columns are blank; None with the problem
        recorded. Of a ledger row that was refused for a fault of its own nothing more is said."""
        of_number = self._entries.get(fold(text), [])
        own = {(e.component, e.entry) for e in of_number if self._concerns(e, unit)}
        if len(own) == 1:
            component, entry = own.pop()
            return _blank(component)._replace(entry=entry)
        if of_number:
            whose = "、".join(dict.fromkeys(e.unit for e in of_number))
            expected = "只在一个台账中有的编号" if own else f"本单位的台账编号（{text}是{whose}的）"
            row.add("appeal-target", "涉及", text, expected)
            return None
        found = self._item(unit, text)
        if found is None and self._refused & {None, unit.name, unit.parent}:
            row.refuse()
        elif found is None:
            row.add("appeal-target", "涉及", text, "台账编号，或期次和指标编号（如 上半年 2.3）")
        return found

    def found_on(self, target: AppealRow) -> date | None:
        """The day on which the problem of the ledger row was found."""
        rows = self._entries.get(fold(target.entry or ""), [])
        return next((e.found for e in rows if e.component == target.component), None)

    def _concerns(self, entry: EntryRow, unit: Unit) -> bool:
        """Whether the row names the unit, one of its departments, or the unit that it belongs to."""
        named = self._units.find(entry.unit)
        parent = named.parent if named else None
        return bool({entry.unit, parent} & ({unit.name, unit.parent} - {None}))

    def _item(self, unit: Unit, text: str) -> AppealRow | None:
        view = self._views.get(unit.group)
        if view is None or unit.parent is not None:
            return None
        for key, component in self_assessments(view).items():
            for period in component.periods:
                for leaf in component.items(unit.group):
                    title, name, code = map(
                        re.escape, map(fold, (component.title, period.name, leaf.code))
                    )
                    pattern = (
                        rf"({title})?{_BETWEEN}{name}{_BETWEEN}(指标)?(编号)?{_BETWEEN}{code}[)]?"
                    )
                    if re.fullmatch(pattern, fold(text)):
                        return _blank(key)._replace(period=period.name, indicator=leaf.code)
        return None


def _blank(component: str) -> AppealRow:
    return AppealRow("", "", component, "", date.min)
