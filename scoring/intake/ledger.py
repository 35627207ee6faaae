"""平时考核台账: the providers' ledgers, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from scoring.enums import Direction, Subordinates
from scoring.intake.similar import SimilarEntries
from scoring.intake.table import Column, Row, TableReader
from scoring.intake.units import is_other, refuse_unknown, resolve
from scoring.lookup.rules import RuleFinder, split_units
from scoring.lookup.text import fold
from scoring.lookup.units import Unit, UnitList
from scoring.points import format_points
from scoring.problems import Place
from scoring.scheme import Ledger, Rule
from scoring.scheme.ledger import Deadline
from scoring.scheme.model import Range
from scoring.tables import EntryRow, RefusedRow
from scoring.workdays import PROGRAM, Calendar, CalendarEndsError

COLUMNS = (
    Column("台账编号", ("问题编号",), required=True, spread=False),
    Column("单位", ("单位名称", "责任单位", "被考核单位", "问题单位"), required=True, identity="name"),
    Column("扣分项", ("扣分项目", "扣分事项"), required=True),
    Column("问题描述", ("存在问题", "问题", "具体问题"), required=True, identity="name"),
    Column("发现日期", ("发现时间", "通报日期"), required=True, identity="key"),
    Column("来源文号", ("文号",)),
    Column("提供单位",),
    Column("整改期限", ("整改时限", "整改截止日期"), decides="day",
           words=("期限", "时限", "限期", "截止", "到期")),
    Column("整改完成日期", ("整改完成时间", "完成整改日期", "完成整改时间"), decides="day",
           words=("整改", "完成", "到位", "销号", "办结", "落实", "办理")),
    Column("核实结果", ("核查结果",), decides="finding",
           words=("属实", "核实", "核查", "查实", "调查", "认定", "结论", "结果")),
    Column("撤销日期", ("撤销时间",), decides="day",
           words=("撤销", "撤消", "核销", "取消", "注销", "申诉")),
    Column("撤销理由", ("撤销原因",)),
    Column("备注",),
)  # fmt: skip

POINTS_COLUMN = Column(
    "分值", ("扣分", "加分", "扣分分值", "加分分值"), spread=False, decides="number"
)
REPEAT_COLUMN = Column("同一问题", ("重复问题",), decides="name")


def columns_for(ledger: Ledger) -> tuple[Column, ...]:
    """The contract's columns, and those that this ledger's rules need beside them."""
    more = []
    if any(rule.ranged for rule in ledger.rules):
        more.append(POINTS_COLUMN)
    if any(rule.repeat for rule in ledger.rules):
        more.append(REPEAT_COLUMN)
    events = {rule.deadline.event: None for rule in ledger.rules if rule.deadline}
    known = {column.name for column in COLUMNS}
    more += [Column(name, decides="day") for name in events if name not in known]
    return (*COLUMNS, *more)


_NONE: Final[Mapping[str, Place]] = MappingProxyType({})
_VERIFICATION = {"属实": "true", "不属实": "false", "待核实": "pending"}


@dataclass
class LedgerRows:
    """The entries that were read, and the refused rows with the unit they name; of those that name
    none, the first of each sheet."""

    entries: list[EntryRow] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)


def read_ledger(
    readers: Iterable[TableReader],
    key: str,
    ledger: Ledger,
    units: UnitList,
    year: int,
    calendar: Calendar = PROGRAM,
    taken: Mapping[str, Place] = _NONE,
) -> LedgerRows:
    """The rows of component ``key``'s ledgers, deadlines in working days by ``calendar``. ``taken``:
    where numbers (folded) stand beside them. Problems are recorded in the readers."""
    out = LedgerRows()
    finder = RuleFinder(ledger)
    seen = dict(taken)
    similar = SimilarEntries()
    listed = {rule.code for rule in ledger.rules if rule.subordinates == Subordinates.LISTED}
    nameless: TableReader | None = None
    for reader in readers:
        for row in reader.rows():
            row.component = key
            found_units, entry = _entry(row, key, finder, units, year, seen, calendar)
            charged = _charged(found_units)
            if entry is None:
                place = row.place()
                refused = RefusedRow(key, None, place.file, place.sheet, row.number)
                # Of a row for several units each has a gap.
                out.refused += [refused._replace(unit=unit.name) for unit in charged.values()]
                if not charged and reader is not nameless:
                    # One row of nobody's says as much of the sheet as a million.
                    nameless = reader
                    out.refused.append(refused)
                continue
            for unit in found_units:
                # One problem costs a graded unit once, whatever else of it the row names.
                repeated = charged[unit.parent or unit.name] is not unit
                out.entries.append(entry._replace(unit=unit.name, repeated=repeated))
            alone = entry.rule in listed
            similar.compare(
                row, entry, [name for name, u in charged.items() if not (alone and u.parent)]
            )

    # Rows of one day keep the order of their numbers, whatever file they stand in.
    def order(at: int) -> tuple[date, str, str]:
        entry = out.entries[at]
        return entry.found, entry.entry, entry.unit

    for number, at in enumerate(sorted(range(len(out.entries)), key=order)):
        out.entries[at] = out.entries[at]._replace(sequence=number)
    return out


def _entry(
    row: Row,
    key: str,
    finder: RuleFinder,
    units: UnitList,
    year: int,
    seen: dict[str, Place],
    calendar: Calendar,
) -> tuple[list[Unit], EntryRow | None]:
    """The units that a row names, and the row with the first of them; None where it is refused."""
    found_units = _units(row, units)
    row.unit = found_units[0].name if found_units else None
    if len(_charged(found_units)) > 1:
        row.add("unit-shared", "单位")
    number = _number(row, seen)
    rule, group = _rule(row, finder, units, found_units)
    found = _found(row, year)
    verification = _verification(row)
    deadline, rectified = row.date("整改期限"), row.date("整改完成日期")
    if not (rule.deadline if rule else finder.computes):
        # A deadline that is computed, and what was done by it, may lie before the finding; of a rule
        # that is not known nobody can say whether it is.
        _not_before(row, "整改期限", deadline, found)
        _not_before(row, "整改完成日期", rectified, found)
    revoked, reason = _revocation(row, found)
    event, deadline = _deadline(row, rule, deadline, year, calendar)
    points = _own_points(row, rule, group)
    same_problem = row.text("同一问题") if rule and rule.repeat else None
    description = row.text("问题描述", required=True)
    document, provider, note = row.text("来源文号"), row.text("提供单位"), row.text("备注")
    if not row.ok or number is None or rule is None or found is None or description is None:
        row.refuse()
        return found_units, None
    place = row.place()
    return found_units, EntryRow(
        component=key,
        entry=number,
        unit=found_units[0].name,
        rule=rule.code,
        points=points,
        same_problem=same_problem,
        event=event,
        description=description,
        found=found,
        document=document,
        provider=provider,
        deadline=deadline,
        rectified=rectified,
        verification=verification,
        revoked=revoked,
        revoked_reason=reason,
        note=note,
        file=place.file,
        sheet=place.sheet,
        row=row.number,
    )


def _number(row: Row, seen: dict[str, Place]) -> str | None:
    """The number of the row, which no other row of any ledger has: ``seen`` keeps where each stands."""
    number = row.text("台账编号", required=True)
    if number is not None:
        here = row.place("台账编号")
        first = seen.setdefault(fold(number), here)
        if first != here:
            row.add("entry-duplicate", "台账编号", number, f"与{first}不同的编号")
    return number


def _rule(
    row: Row, finder: RuleFinder, units: UnitList, found_units: list[Unit]
) -> tuple[Rule | None, str | None]:
    """The rule that the row names, which must hold for every unit that it charges, and the group of
    the first of these."""
    name = row.text("扣分项", required=True)
    rule = finder.find(name) if name else None
    if name and rule is None:
        row.add("rule-unknown", "扣分项", name, finder.expected(name))
    group = None
    for unit in filter(None, map(units.find, _charged(found_units))):
        group = group or unit.group
        if is_other(units, row, "单位", unit):
            break
        if rule is not None and name and not rule.applies_to(unit.group):
            expected = f"适用于{unit.group}的扣分项（本项只适用于{'、'.join(rule.groups)}）"
            row.add("rule-group", "扣分项", name, expected)
            break
    return rule, group


def _found(row: Row, year: int) -> date | None:
    """The day on which the problem was found, in the year."""
    found = row.date("发现日期", required=True)
    if found is not None and found.year != year:
        row.add("found-outside-year", "发现日期", expected=f"{year}年内的日期")
        return None
    return found


def _verification(row: Row) -> str | None:
    """What was found of the problem, as a word of the tables."""
    said = row.text("核实结果")
    if said is None:
        return None
    word = _VERIFICATION.get(fold(said))
    if word is None:
        row.add("value-unknown", "核实结果", said, "、".join(_VERIFICATION))
    return word


def _revocation(row: Row, found: date | None) -> tuple[date | None, str | None]:
    """The day of a revocation and its reason: neither without the other."""
    revoked, reason = row.date("撤销日期"), row.text("撤销理由")
    _not_before(row, "撤销日期", revoked, found)
    if row.ok and reason and revoked is None:
        row.add("revoked-undated", "撤销日期", expected="撤销的日期")
    if revoked is not None and reason is None:
        row.add("revoked-unexplained", "撤销理由", expected="撤销的理由")
    return revoked, reason


def _units(row: Row, units: UnitList) -> list[Unit]:
    """The unit of the row, or the several units that share it (甲县、乙县). Of several names the one
    that is not known is the problem."""
    name = row.text("单位")
    parts = split_units(name) if name and units.find(name) is None else []
    known = [unit for unit in map(units.find, parts) if unit is not None]
    if len(parts) < 2 or not known:
        unit = resolve(units, row, "单位")
        return [unit] if unit else []
    for part in parts:
        if units.find(part) is None:
            refuse_unknown(units, row, "单位", part)
    return list(dict.fromkeys(known))


def _charged(units: Iterable[Unit]) -> dict[str, Unit]:
    """The graded units that a row concerns, each with the unit by which it is charged: itself where
    the row names it, else the first of its departments."""
    out: dict[str, Unit] = {}
    for unit in units:
        if unit.parent is None:
            out[unit.name] = unit
        else:
            out.setdefault(unit.parent, unit)
    return out


def _own_points(row: Row, rule: Rule | None, group: str | None) -> int | None:
    """The points that the row states, where its rule leaves a range to the units of its group."""
    if rule is None or not rule.ranged:
        return None
    said = rule.points_by
    if isinstance(said, Mapping):
        # Without a group nobody knows which range holds; the unit is the row's fault then.
        said = said.get(group or "", 0)
    if not isinstance(said, Range):
        return None
    points = row.points("分值", said.low, said.high)
    if points is None and row.ok:
        low, high = format_points(said.low), format_points(said.high)
        row.add("value-missing", "分值", expected=f"{low}到{high}的数字")
    return points


def computed_deadline(spec: Deadline, event: date, calendar: Calendar) -> date:
    """The deadline that a rule computes from the day of its event. Raises CalendarEndsError."""
    return calendar.shift(event, _count(spec), spec.days)


def _count(spec: Deadline) -> int:
    """How many days after the event; negative before it."""
    return spec.count if spec.direction == Direction.AFTER else -spec.count


def _deadline(
    row: Row, rule: Rule | None, given: date | None, year: int, calendar: Calendar
) -> tuple[date | None, date | None]:
    """The row's event, and its deadline: computed from it where the rule says so, else given."""
    if rule is None or rule.deadline is None:
        return None, given
    spec = rule.deadline
    event = row.date(spec.event)
    if event is None:
        return None, given
    try:
        computed = computed_deadline(spec, event, calendar)
    except CalendarEndsError as error:
        # A written deadline holds. Without one the deadline is left open where it lies after the
        # assessment's year in any case: so many working days are at least so many days.
        sure = event.year <= year < (event + timedelta(days=_count(spec))).year
        if given is None and not sure:
            if error.reported:
                row.refuse()  # the table of that year has the fault
                return event, given
            fix = (
                f"把国务院办公厅{error.day.year}年的节假日安排填全在“节假日”表中（{error}），"
                "或升级程序，或在“整改期限”一列写明期限"
            )
            row.add("calendar-ends", spec.event, fix=fix)
        return event, given
    if given is not None and given != computed:
        row.add(
            "deadline-mismatch", "整改期限", expected=f"{computed:%Y-%m-%d}（由{spec.event}推算）"
        )
    return event, computed


def _not_before(row: Row, column: str, day: date | None, found: date | None) -> None:
    if day is not None and found is not None and day < found:
        row.add("date-order", column, expected=f"不早于发现日期{found:%Y-%m-%d}的日期")
