"""台账 of a simulated assessment: which rules have how many rows, and the rows of one provider."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scoring.enums import Counts, Direction
from scoring.scheme import Ledger, Scheme
from scoring.scheme.ledger import Deadline
from scoring.scheme.model import Range
from scoring.scheme.parts import in_group
from scoring.simulate.columns import (
    CHUNK,
    FIRST_DAY,
    LAST_DAY,
    SCALE,
    YEAR,
    Chunk,
    Kind,
    Table,
    blank,
    chunks_of,
    days,
    gaps_stop,
    numbers,
    words,
)
from scoring.simulate.draws import Draws, Whole
from scoring.simulate.ledger_plan import MILLION, Plan, plans_of
from scoring.simulate.table_mistakes import ledger_mistakes
from scoring.simulate.units import BEST, Units
from scoring.workdays import PROGRAM
from scoring.writing import file_names

_REVOKED: Final = 15_000
"""Revoked rows in a million."""
_SUBORDINATE: Final = 250_000
"""Rows, in a million of a unit with a department, that name the department."""
_NO_PROVIDER: Final = "考核办公室"

_MATTERS: Final = (
    "政策解读栏目长期没有更新", "办事指南缺少附件", "领导信息与实际不符", "重大项目信息公开不完整",
    "规范性文件没有按时公开", "公开指南联系电话已停用", "网站链接打不开", "网上留言没有答复",
    "财政预决算公开内容不全", "会议信息没有公开", "公开目录没有及时调整", "检索功能不能使用",
    "政务新媒体长期没有发布内容", "人事任免信息公开不及时", "行政许可结果没有公示", "意见征集没有反馈结果",
    "年度计划没有公开", "信息重复发布", "公开内容有错别字", "查阅场所没有开放", "热点问题没有回应",
    "应急信息发布不及时", "招标投标信息公开不及时", "申请答复文书不规范",
)  # fmt: skip
_REASONS: Final = ("经申诉复核不成立", "与另一条重复登记", "系统故障所致，不属单位责任")
_TOPICS: Final = ("政策解读栏目", "办事指南", "领导信息", "公示公告栏目", "互动交流栏目")


def ledger_tables(scheme: Scheme, units: Units, rows: int, seed: int) -> list[Table]:
    """The ledgers of the scheme, one table a provider, of ``rows`` rows in all."""
    ledgers = [(k, c) for k, c in scheme.leaves().items() if isinstance(c, Ledger)]
    if not ledgers:
        return []
    plans = plans_of(scheme, ledgers, units, rows)
    usual = next((r.provider for _, c in ledgers for r in c.rules if r.provider), _NO_PROVIDER)
    out: list[Table] = []
    taken: set[str] = set()
    for part, (key, ledger) in enumerate(ledgers):
        by_provider: dict[str, list[Plan]] = {}
        for plan in plans[key]:
            by_provider.setdefault(plan.rule.provider or usual, []).append(plan)
        files = file_names(by_provider)
        for provider, own in by_provider.items():
            # A number is used once in all ledgers.
            prefix = f"{provider}{ledger.title if provider in taken else ''}{YEAR}-"
            taken.add(provider)
            place = (2, part, len(out))
            gaps = gaps_stop(scheme, key)
            maker = _Maker(ledger, units, provider, prefix, own, seed, place)
            out.append(
                Table(
                    f"{ledger.table}/{files[provider]}", _columns(ledger), maker.rows,
                    chunks_of(maker.rows), maker.chunk,
                    ledger_mistakes(ledger, units, [plan.rule for plan in own], gaps=gaps), place,
                )
            )  # fmt: skip
    return out


def _columns(ledger: Ledger) -> dict[str, Kind]:
    """The columns of a ledger: the contract's, and those that its rules need."""
    columns = {"台账编号": Kind.TEXT, "单位": Kind.TEXT, "扣分项": Kind.TEXT, "问题描述": Kind.TEXT,
               "发现日期": Kind.DAY, "提供单位": Kind.TEXT}  # fmt: skip
    if any(rule.ranged for rule in ledger.rules):
        columns["分值"] = Kind.POINTS
    if any(rule.repeat for rule in ledger.rules):
        columns["同一问题"] = Kind.TEXT
    columns |= {rule.deadline.event: Kind.DAY for rule in ledger.rules if rule.deadline}
    return columns | {
        "整改期限": Kind.DAY, "整改完成日期": Kind.DAY, "核实结果": Kind.TEXT,
        "撤销日期": Kind.DAY, "撤销理由": Kind.TEXT,
    }  # fmt: skip


def deadlines(spec: Deadline) -> Whole:
    """The deadline that follows from an event on each day of the year, by the day's place in the year."""
    count = spec.count if spec.direction == Direction.AFTER else -spec.count
    epoch, out = date(1970, 1, 1), []
    for ordinal in range(FIRST_DAY, LAST_DAY + 1):
        day = PROGRAM.shift(epoch + timedelta(days=ordinal), count, spec.days)
        out.append((day - epoch).days)
    return np.array(out, dtype=np.int64)


class _Maker:
    """Makes the rows of one provider."""

    def __init__(
        self,
        ledger: Ledger,
        units: Units,
        provider: str,
        prefix: str,
        plans: list[Plan],
        seed: int,
        place: tuple[int, ...],
    ) -> None:
        self.ledger, self.units = ledger, units
        self.provider, self.prefix, self.plans = provider, prefix, plans
        self.seed, self.place = seed, place
        self.rows = sum(plan.rows for plan in plans)
        self.ends = np.cumsum([plan.rows for plan in plans])
        self.deadlines = {
            i: deadlines(plan.rule.deadline)
            for i, plan in enumerate(plans)
            if plan.rule.deadline is not None
        }

    def chunk(self, number: int) -> Chunk:
        """The rows of a chunk, in the order of their days."""
        draws = Draws(self.seed, *self.place, number)
        first = number * CHUNK
        count = max(0, min(CHUNK, self.rows - first))
        serial = np.arange(first, first + count, dtype=np.int64)
        found = FIRST_DAY + 1 + serial * (LAST_DAY - FIRST_DAY - 1) // max(self.rows, 1)
        which = np.searchsorted(self.ends, draws.below(max(self.rows, 1), count), side="right")
        unit = self._units(draws, which)
        chance = np.array([plan.counted for plan in self.plans], dtype=np.int64)[which]
        # The better a unit is, the less of what is found about it counts.
        counted = draws.chance(chance * (BEST * 3 // 2 - self.units.quality[unit]) // BEST, count)
        shown = self._numbers(serial)
        columns = {
            "台账编号": pc.binary_join_element_wise(self.prefix, shown, ""),
            "单位": words(self.units.names, unit),
            "扣分项": words([plan.rule.code for plan in self.plans], which),
            "问题描述": self._descriptions(draws, which, shown),
            "发现日期": days(found),
            "提供单位": words([self.provider], np.zeros(count, dtype=np.int64)),
            **self._special(draws, which, unit),
            **self._days(draws, which, found, counted),
            **self._judged(draws, which, found, counted),
        }
        return Chunk(columns, unit, which)

    def _rules(self, which: Whole, *counts: Counts) -> Any:
        """Whether each row is of a rule that counts so."""
        return np.isin(which, [i for i, p in enumerate(self.plans) if p.rule.counts in counts])

    def _units(self, draws: Draws, which: Whole) -> Whole:
        """The unit of each row; where it has a department of its own, that now and then."""
        unit = np.zeros(len(which), dtype=np.int64)
        for i, plan in enumerate(self.plans):
            rows = np.flatnonzero(which == i)
            unit[rows] = plan.pool.draw(draws, len(rows))
        own = self.units.department[unit]
        return np.where((own >= 0) & draws.chance(_SUBORDINATE, len(unit)), own, unit)

    def _numbers(self, serial: Whole) -> Any:
        width = max(4, len(str(self.rows)))
        return pc.utf8_lpad(pa.array(serial + 1).cast(pa.string()), width, "0")

    def _descriptions(self, draws: Draws, which: Whole, shown: Any) -> Any:
        """What was found. The number in it tells apart what two rows say of one unit in the same words."""
        titles = words([plan.rule.title for plan in self.plans], which)
        matter = words(_MATTERS, draws.below(len(_MATTERS), len(which)))
        return pc.binary_join_element_wise(titles, "：", matter, "（问题单", shown, "）", "")

    def _special(self, draws: Draws, which: Whole, unit: Whole) -> dict[str, Any]:
        """The columns for points within a range, and for repeated problems."""
        count, out = len(which), {}
        columns = _columns(self.ledger)
        if "分值" in columns:
            out["分值"] = self._points(draws, which, unit)
        if "同一问题" in columns:
            there = np.isin(which, [i for i, p in enumerate(self.plans) if p.rule.repeat])
            there &= draws.chance(MILLION // 2, count)
            out["同一问题"] = words(_TOPICS, draws.below(len(_TOPICS), count), there)
        return out

    def _points(self, draws: Draws, which: Whole, unit: Whole) -> Any:
        low, steps = np.zeros(len(which), dtype=np.int64), np.ones(len(which), dtype=np.int64)
        step, there = steps.copy(), np.zeros(len(which), dtype=bool)
        for i, plan in enumerate(self.plans):
            for number, group in enumerate(self.units.groups):
                said = in_group(plan.rule.points_by, group) if plan.rule.applies_to(group) else 0
                if not isinstance(said, Range):
                    continue
                rows = (which == i) & (self.units.group[unit] == number)
                size = _step(said.high - said.low)
                low[rows], step[rows], there[rows] = said.low, size, True
                steps[rows] = (said.high - said.low) // size + 1
        return numbers(low + step * draws.below(steps, len(which)), there)

    def _days(self, draws: Draws, which: Whole, found: Whole, counted: Any) -> dict[str, Any]:
        """Events, deadlines, and when it was put right: what counts, late or never."""
        count = len(which)
        overdue = self._rules(which, Counts.OVERDUE)
        allowed = 10 + draws.below(31, count)
        deadline, start = found + allowed, found.copy()
        out: dict[str, Any] = {}
        events = np.maximum(found - draws.below(20, count), FIRST_DAY)
        computed = np.isin(which, list(self.deadlines))
        for i, table in self.deadlines.items():
            rows = which == i
            deadline[rows] = table[events[rows] - FIRST_DAY]
            # What is due before its event is done in the days before the deadline.
            start[rows] = np.minimum(events[rows], deadline[rows] - 5)
            spec = self.plans[i].rule.deadline
            assert spec is not None
            if spec.direction == Direction.AFTER:
                start[rows] = events[rows]
        names = {p.rule.deadline.event for p in self.plans if p.rule.deadline is not None}
        for name in names:
            own = [
                i
                for i, p in enumerate(self.plans)
                if p.rule.deadline and p.rule.deadline.event == name
            ]
            out[name] = days(events, np.isin(which, own))
        for name, kind in _columns(self.ledger).items():
            if kind is Kind.DAY and name not in out:
                out[name] = blank(count, Kind.DAY)
        in_time = start + draws.below(np.maximum(deadline - start + 1, 1), count)
        late = deadline + 1 + draws.below(20, count)
        done = np.where(counted, late, in_time)
        never = counted & draws.chance(MILLION // 2, count)
        out["整改期限"] = days(deadline, overdue & ~computed)
        out["整改完成日期"] = days(done, overdue & ~never & (done <= LAST_DAY))
        del out["发现日期"]
        return out

    def _judged(self, draws: Draws, which: Whole, found: Whole, counted: Any) -> dict[str, Any]:
        """Findings and revocations."""
        count = len(which)
        verified = self._rules(which, Counts.VERIFIED)
        revoked = draws.chance(_REVOKED, count) & ~self._rules(which, Counts.MINIMUM)
        day = np.minimum(found + 5 + draws.below(30, count), LAST_DAY)
        return {
            "核实结果": words(["不属实", "属实"], counted.astype(np.int64), verified),
            "撤销日期": days(day, revoked),
            "撤销理由": words(_REASONS, draws.below(len(_REASONS), count), revoked),
        }


def _step(span: int) -> int:
    """In which steps points within a range are given: half points, tenths, or the whole range."""
    return next((step for step in (SCALE // 2, SCALE // 10) if span % step == 0), max(span, 1))
