"""A case as a synthetic assessment: the Chinese words of a case, resolved with its scheme."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from scoring.authoring.case_model import VERIFICATION, Case, Row
from scoring.enums import Assessors, Direction, Scoring
from scoring.lookup.rules import RuleFinder, split_units
from scoring.points import SCALE, PointsError, format_fraction, format_points, parse_points
from scoring.problems import nearest
from scoring.scheme import Leaf, Ledger, Rule, Scheme, Score, SelfAssessment
from scoring.scheme.model import Range
from scoring.score.synthetic import SyntheticYear, Unreached, best, spread
from scoring.score.unit import GroupCourse
from scoring.tables import EntryRow, Verified
from scoring.workdays import PROGRAM, CalendarEndsError
from scoring.yaml_files.source import Fault, Path_

REST = "其余"
FULL = "满分"
NOT_APPLICABLE = "不适用"
OWN_WORDS = ("类别", "所属单位", "迟报", NOT_APPLICABLE)


@dataclass(frozen=True)
class UnknownWord(Fault):
    """A word of a case that the scheme does not know."""


def component_names(scheme: Scheme, *, everywhere: bool = False) -> dict[str, str]:
    """The keys of the components by what they are called, their title or the key itself: of those that
    are read from a table, or, ``everywhere``, of all."""
    known = [*scheme.leaves().items(), *(scheme.every() if everywhere else ())]
    names: dict[str, str] = {}
    for key, component in known:
        for name in (component.title, key):
            names.setdefault(name, key)
    return names


def build(
    scheme: Scheme, case: Case, groups: Mapping[str, GroupCourse]
) -> tuple[SyntheticYear, list[Fault]]:
    """The case's assessment, and everything in the case that does not fit the scheme, of which each group
    has ``groups``."""
    builder = _Builder(scheme, case, groups)
    for name, unit in case.units.items():
        builder.unit(name, unit)
    for position, row in enumerate(case.ledger):
        builder.row(row, ("台账", position))
    return builder.synthetic, builder.faults


class _Builder:
    def __init__(self, scheme: Scheme, case: Case, groups: Mapping[str, GroupCourse]) -> None:
        self.scheme = scheme
        self.case = case
        self.synthetic = SyntheticYear(case.year)
        self.faults: list[Fault] = []
        self.groups: dict[str, str] = {}
        self.leaves = scheme.leaves()
        self.names = component_names(scheme)
        self.courses = groups
        self.forms = {k: c for k, c in self.leaves.items() if isinstance(c, SelfAssessment)}
        self.ledgers = {k: c for k, c in self.leaves.items() if isinstance(c, Ledger)}

    def refuse(self, path: Path_, expected: str) -> None:
        self.faults.append(Fault(path, expected))

    def unknown(self, path: Path_, known: Iterable[str]) -> None:
        """A word that there is not: the nearest known one, or all of them."""
        words = list(dict.fromkeys(known))
        near = nearest(str(path[-1]), words)
        self.faults.append(UnknownWord(path, f"“{near[0]}”" if near else "、".join(words)))

    def points(self, value: Any, path: Path_, low: int = 0, high: int | None = None) -> int | None:
        """Exact points within bounds, or None with the fault."""
        try:
            number = None if isinstance(value, bool) else parse_points(value)
        except (PointsError, TypeError):
            number = None
        if number is None or number < low or (high is not None and number > high):
            bounds = "" if high is None else f"{format_points(low)}到{format_points(high)}的"
            self.refuse(path, f"{bounds}数，最多4位小数")
            return None
        return number

    # 单位

    def unit(self, name: str, unit: Mapping[str, Any]) -> None:
        path: Path_ = ("单位", name)
        group = unit.get("类别") or self.scheme.groups[0]
        parent = unit.get("所属单位")
        if group not in self.scheme.groups:
            self.refuse((*path, "类别"), f"办法中的类别（{'、'.join(self.scheme.groups)}）")
            return
        if parent is not None and parent not in self.case.units:
            self.refuse((*path, "所属单位"), f"本用例的单位（{'、'.join(self.case.units)}）")
            return
        self.groups[name] = group
        self.synthetic.unit(name, group, parent)
        own = self.courses[group].leaves
        self.forms = {k: c for k, c in own.items() if isinstance(c, SelfAssessment)}
        skip = self._exemptions(name, unit, path)
        late = self._lateness(unit, path)
        for word, value in unit.items():
            if word in OWN_WORDS:
                continue
            key = self.names.get(word)
            component = own.get(key or "")
            at = (*path, word)
            if key is not None and component is None:
                self.refuse(at, f"不写（{group}没有“{self.leaves[key].title}”）")
            elif isinstance(component, Score):
                self._scores(name, key or "", component, value, at)
            elif isinstance(component, SelfAssessment):
                self._forms(name, key or "", component, value, late, skip, at)
            elif isinstance(component, Ledger):
                self.refuse(at, "写在“台账：”下的行")
            else:
                self._period(name, word, value, late, skip, at)

    def _exemptions(self, name: str, unit: Mapping[str, Any], path: Path_) -> set[str]:
        codes = unit.get(NOT_APPLICABLE) or []
        if not isinstance(codes, list):
            self.refuse((*path, NOT_APPLICABLE), '指标编号的列表，如 ["3.3"]')
            return set()
        group = self.groups[name]
        for position, code in enumerate(codes):
            holders = [
                key for key in self.forms
                if str(code) in {leaf.code for leaf in self.courses[group].items[key]}
            ]  # fmt: skip
            if not holders:
                self.refuse((*path, NOT_APPLICABLE, position), "办法中的指标编号")
            for key in holders:
                self.synthetic.exempt(key, name, str(code))
        return {str(code) for code in codes}

    def _lateness(self, unit: Mapping[str, Any], path: Path_) -> dict[tuple[str, str], int]:
        """Days by component and period."""
        out: dict[tuple[str, str], int] = {}

        def put(key: str, days: Any, period: str, at: Path_) -> None:
            if isinstance(days, int) and days >= 0:
                out[key, period] = days
            else:
                self.refuse(at, "天数，如 3")

        given = unit.get("迟报") or {}
        if not isinstance(given, Mapping):
            self.refuse((*path, "迟报"), "期次和天数，如 {上半年: 3}")
            return out
        for word, days in given.items():
            at = (*path, "迟报", word)
            if isinstance(days, Mapping):
                named = self.names.get(word)
                if named not in self.forms:
                    self.unknown(at, [form.title for form in self.forms.values()])
                    continue
                for period, count in days.items():
                    if period in {p.name for p in self.forms[named].periods}:
                        put(named, count, period, (*at, period))
                    else:
                        self.unknown((*at, period), [p.name for p in self.forms[named].periods])
                continue
            holder = self._holder(word, at)
            if holder is not None:
                put(holder, days, word, at)
        return out

    def _holder(self, period: str, path: Path_) -> str | None:
        """The component whose period it is; it must be the only one."""
        holders = [
            key for key, component in self.forms.items()
            if period in {p.name for p in component.periods}
        ]  # fmt: skip
        if len(holders) == 1:
            return holders[0]
        if holders:
            titles = "、".join(self.forms[key].title for key in holders)
            self.refuse(path, f"写在部分名称（{titles}）下的期次")
            return None
        words = [p.name for c in self.forms.values() for p in c.periods]
        words += [c.title for c in self.leaves.values() if not isinstance(c, Ledger)]
        words += OWN_WORDS
        self.unknown(path, words)
        return None

    def _scores(self, name: str, key: str, component: Score, value: Any, path: Path_) -> None:
        if value is None:
            return
        if isinstance(value, list) and component.assessors == Assessors.ONE:
            self.refuse(path, "一个数（办法中没有写多名评委）")
            return
        values = value if isinstance(value, list) else [value]
        found = []
        for position, one in enumerate(values):
            at = (*path, position) if isinstance(value, list) else path
            found.append(self.points(one, at, 0, component.full))
        if all(points is not None for points in found):
            self.synthetic.scores(key, name, [points for points in found if points is not None])

    # 考核表

    def _period(
        self,
        name: str,
        word: str,
        value: Any,
        late: dict[tuple[str, str], int],
        skip: set[str],
        path: Path_,
    ) -> None:
        key = self._holder(word, path)
        if key is not None and value is not None:
            self._form(name, key, word, value, late.get((key, word), 0), skip, path)

    def _forms(
        self,
        name: str,
        key: str,
        component: SelfAssessment,
        value: Any,
        late: dict[tuple[str, str], int],
        skip: set[str],
        path: Path_,
    ) -> None:
        known = [period.name for period in component.periods]
        if not isinstance(value, Mapping):
            self.refuse(path, f"各期次的成绩，如 {{{known[0]}: 90}}")
            return
        for period, given in value.items():
            if period not in known:
                self.unknown((*path, period), known)
            elif given is not None:
                days = late.get((key, period), 0)
                self._form(name, key, period, given, days, skip, (*path, period))

    def _form(
        self, name: str, key: str, period: str, value: Any, days: int, skip: set[str], path: Path_
    ) -> None:
        component, group = self.forms[key], self.groups[name]
        leaves = {leaf.code: leaf for leaf in self.courses[group].items[key]}
        if not isinstance(value, Mapping):
            total = self.points(value, path, 0, component.full)
            if total is None:
                return
            items = spread(component, group, total, skip, leaves.values())
            if isinstance(items, Unreached):
                self.refuse(path, _not_reached(component, total, items))
                return
            self.synthetic.form(key, name, period, items, days)
            return
        given: dict[str, Verified] = {}
        for code, mark in value.items():
            at = (*path, code)
            if code == REST:
                if mark not in (FULL, 0):
                    self.refuse(at, f"{FULL} 或 0")
                continue
            leaf = leaves.get(code)
            if leaf is None:
                self.unknown(at, [*leaves, REST])
                continue
            read = self._item(leaf, mark, at)
            if read is not None:
                given[code] = read
        if REST in value:
            for code, leaf in leaves.items():
                if code not in value and code not in skip:
                    given[code] = best(leaf) if value[REST] == FULL else _nothing(leaf)
        in_order = {code: given[code] for code in leaves if code in given}
        self.synthetic.form(key, name, period, in_order, days)

    def _item(self, leaf: Leaf, mark: Any, path: Path_) -> Verified | None:
        """What a case says of an item, as the values that scoring takes."""
        if mark is None:
            return Verified()
        if mark == NOT_APPLICABLE:
            return Verified(not_applicable=True)
        if mark == FULL:
            return best(leaf)
        if leaf.scoring == Scoring.FRACTION:
            counts = self._counts(mark, ("完成", "应完成"), path)
            if counts is not None and counts[0] > counts[1]:
                self.refuse((*path, "完成"), "不大于应完成的数")
            return None if counts is None else Verified(done=counts[0], of=counts[1])
        if leaf.scoring == Scoring.EACH:
            counts = self._counts(mark, ("问题",), path)
            return None if counts is None else Verified(faults=counts[0])
        options = leaf.indicator.options or {}
        if mark in options:
            return Verified(verified_score=options[mark])
        if isinstance(mark, Mapping):
            self.refuse(path, "一个分数（该指标不按比例、也不按问题数打分）")
            return None
        if options and not _is_number(mark):
            self.refuse(path, f"等级（{'、'.join(options)}）或分数")
            return None
        points = self.points(mark, path, 0, leaf.full)
        return None if points is None else Verified(verified_score=points)

    def _counts(self, mark: Any, words: tuple[str, ...], path: Path_) -> tuple[int, ...] | None:
        like = "、".join(f"{word}: {3 + i}" for i, word in enumerate(words)).replace("、", ", ")
        right = isinstance(mark, Mapping) and set(mark) == set(words)
        values = [mark[word] for word in words] if right else []
        if not values or not all(
            isinstance(v, int) and not isinstance(v, bool) and v >= 0 for v in values
        ):
            self.refuse(path, f"{{{like}}} 的写法")
            return None
        return tuple(values)

    # 台账

    def row(self, row: Row, path: Path_) -> None:
        key = self._ledger_of(row, path)
        if key is None:
            return
        finder = RuleFinder(self.ledgers[key])
        rule = finder.find(row.rule)
        if rule is None:
            near = nearest(row.rule, finder.names())
            self.refuse((*path, "扣分项"), f"“{near[0]}”" if near else "、".join(finder.names()))
            return
        named = self._units(row, path)
        of_unit = {
            unit: self.groups.get(self.case.units[unit].get("所属单位") or unit, "")
            for unit in named
        }
        entries: dict[str, EntryRow] = {}
        for group in dict.fromkeys(group for group in of_unit.values() if group):
            own = self._rule_in(key, rule.code, group)
            if own is None:
                self.refuse((*path, "扣分项"), f"适用于{group}的扣分项")
                return
            found = self._entry(row, own, path)
            if found is None:
                return
            entries[group] = found
        for unit in named * row.times:
            if of_unit[unit] in entries:
                self.synthetic.entry(key, unit, entries[of_unit[unit]])

    def _rule_in(self, key: str, code: str, group: str) -> Rule | None:
        """A rule as a group sees it; None where it does not hold for the group."""
        ledger = self.courses[group].leaves.get(key)
        rules = ledger.rules if isinstance(ledger, Ledger) else ()
        return next((rule for rule in rules if rule.code == code), None)

    def _units(self, row: Row, path: Path_) -> list[str]:
        """The unit of the row, or the several units that share it (甲县、乙县)."""
        known = self.case.units
        if row.unit is None and len(known) == 1:
            return list(known)
        parts = [row.unit] if row.unit in known else split_units(row.unit or "")
        unknown = [part for part in parts if part not in known]
        if unknown or not parts:
            at = (*path, "单位") if row.unit else path
            bad = f"（没有“{unknown[0]}”）" if unknown and len(parts) > 1 else ""
            self.refuse(at, f"单位之一（{'、'.join(known)}）{bad}")
            return []
        return list(dict.fromkeys(parts))

    def _ledger_of(self, row: Row, path: Path_) -> str | None:
        titles = "、".join(ledger.title for ledger in self.ledgers.values())
        if not self.ledgers:
            self.refuse(path, "没有台账行（办法中没有台账）")
            return None
        if row.component is not None:
            key = self.names.get(row.component)
            if key in self.ledgers:
                return key
            self.refuse((*path, "部"), f"台账之一（{titles}）")
            return None
        if len(self.ledgers) == 1:
            return next(iter(self.ledgers))
        holders = [k for k, ledger in self.ledgers.items() if RuleFinder(ledger).find(row.rule)]
        if len(holders) == 1:
            return holders[0]
        self.refuse(path, f"写明“部”的行（{titles}）")
        return None

    def _entry(self, row: Row, rule: Rule, path: Path_) -> EntryRow | None:
        """A ledger row of no unit yet; None where something in it does not fit."""
        before = len(self.faults)
        if row.found.year != self.case.year:
            self.refuse((*path, "发现日期"), f"{self.case.year}年内的日期")
        verification = None if row.verification is None else VERIFICATION.get(row.verification)
        if row.verification is not None and verification is None:
            self.refuse((*path, "核实结果"), "、".join(VERIFICATION))
        own = None
        if isinstance(rule.points, Range):
            at = (*path, "分值") if row.points is not None else path
            low, high = rule.points.low, rule.points.high
            if row.points is None:
                bounds = f"{format_points(low)}到{format_points(high)}"
                self.refuse(at, f"写明“分值”（{bounds}）的行")
            else:
                own = self.points(row.points, at, low, high)
        elif row.points is not None:
            self.refuse((*path, "分值"), f"不写（本项固定为{rule.points_text()}）")
        event, deadline = self._event(row, rule, path)
        if len(self.faults) != before:
            return None
        return EntryRow(
            "", "", "", rule.code, row.found,
            points=own,
            same_problem=row.same_problem if rule.repeat else None,
            event=event,
            deadline=deadline,
            rectified=row.rectified,
            verification=verification,
            revoked=row.revoked,
        )  # fmt: skip

    def _event(self, row: Row, rule: Rule, path: Path_) -> tuple[date | None, date | None]:
        """The day of the row's event, and its deadline: computed from it, else as it is written."""
        spec = rule.deadline
        extra = dict(row.model_extra or {})
        name = spec.event if spec else None
        given = extra.pop(name, None) if name else None
        if spec is not None and given is None:
            given = extra.pop("事件日期", None)
        for word in extra:
            known = [f.alias for f in type(row).model_fields.values() if f.alias]
            self.unknown((*path, word), [*known, *([name] if name else [])])
        if spec is None or given is None:
            return None, row.deadline
        try:
            event = date.fromisoformat(str(given))
        except ValueError:
            self.refuse((*path, name or ""), "日期，如 2024-12-31")
            return None, row.deadline
        count = spec.count if spec.direction == Direction.AFTER else -spec.count
        try:
            return event, PROGRAM.shift(event, count, spec.days)
        except CalendarEndsError as error:
            # As in a real ledger: a written deadline holds, and one after the year is not due yet.
            year = self.case.year
            if row.deadline is None and not event.year <= year < (event + timedelta(count)).year:
                wanted = f"节假日安排已收录的日期（{error}），或另写“整改期限”"
                self.refuse((*path, name or ""), wanted)
            return event, row.deadline


def _not_reached(component: SelfAssessment, total: int, why: Unreached) -> str:
    """What is expected where the items of a form cannot add up to a score: it is written item by item."""
    title, score = component.title, format_points(total)
    if why.leaf is None:
        most = format_fraction(Fraction(total - why.points, SCALE))
        return f"“{title}”各指标凑得出的分数（除去不适用的，最多共{most}分）"
    code, each = why.leaf.code, format_points(why.leaf.indicator.each or 0)
    lacks = format_fraction(Fraction(why.points) / SCALE)
    return (
        f"“{title}”各指标凑得出的分数：{score}分到指标{code}“{why.leaf.title}”该得{lacks}分，"
        f'它每个问题扣{each}分，得不了这个分数；逐项写，如 {{"{code}": {{问题: 1}}, 其余: 满分}}'
    )


def _is_number(mark: object) -> bool:
    try:
        parse_points(str(mark))
    except PointsError:
        return False
    return True


def _nothing(leaf: Leaf) -> Verified:
    if leaf.scoring == Scoring.FRACTION:
        return Verified(done=0, of=1)
    if leaf.scoring == Scoring.EACH:
        return Verified(faults=-(-leaf.full // (leaf.indicator.each or 1)))
    return Verified(verified_score=0)
