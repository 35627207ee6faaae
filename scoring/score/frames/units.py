"""From the sums of a group's units to their year: the rules with columns, one value a unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, assert_never

import numpy as np

from scoring.enums import Assessors, Method, Missing
from scoring.rules import composite as composites
from scoring.rules import forms, given, ledger
from scoring.rules.column_numbers import Column, filled, is_null
from scoring.rules.columns import ColumnArithmetic, Condition
from scoring.scheme import Ledger, Rounding, Scheme, Score, SelfAssessment
from scoring.score.frames.form_rows import MOST_LATE, FormSums, form_sums
from scoring.score.frames.ledger_rows import LedgerSums, ledger_sums
from scoring.score.frames.score_rows import score_sums
from scoring.score.frames.sums import Integers, Sums, UnitList
from scoring.score.frames.tables import Frames
from scoring.score.unit import Course, GroupCourse, unread_by

Truths = np.ndarray[Any, Any]
Masked = np.ma.MaskedArray[Any, Any]
AllSums = Mapping[str, LedgerSums | FormSums | Sums]
SHOWN = Rounding(decimals=4, method=Method.HALF_UP)
"""What is given of every part: ten-thousandths."""


def sums_of(frames: Frames, units: UnitList, run: Course) -> Mapping[str, AllSums]:
    """By group: what the rows of every component that is read from a table come to. Groups that have
    the same of a component are added up together."""
    out: dict[str, dict[str, LedgerSums | FormSums | Sums]] = {group: {} for group in run.groups}
    for key in run.scheme.leaves():
        for leaf, groups in _alike(run, key):
            found: LedgerSums | FormSums | Sums
            match leaf:
                case Ledger():
                    found = ledger_sums(frames, units, run, key, leaf)
                case SelfAssessment():
                    items = {group: run.groups[group].items[key] for group in groups}
                    found = form_sums(frames, units, items, key, leaf)
                case Score():
                    found = score_sums(frames, units, key)
                case _ as kind:
                    assert_never(kind)
            for group in groups:
                out[group][key] = found
    return out


def _alike(run: Course, key: str) -> list[tuple[Ledger | SelfAssessment | Score, list[str]]]:
    """A component as groups see it, with the groups that see the same."""
    out: list[tuple[Ledger | SelfAssessment | Score, list[str]]] = []
    for group, own in run.groups.items():
        if key not in own.leaves:
            continue
        same = next((groups for leaf, groups in out if leaf == own.leaves[key]), None)
        if same is None:
            out.append((own.leaves[key], [group]))
        else:
            same.append(group)
    return out


@dataclass
class GroupYear:
    """The year of a group's units, ``at`` their places in the unit list.

    ``scores`` are those of all components, in ten-thousandths, and ``composite`` the published one:
    masked where absent. ``gaps`` says by component where something is missing, ``blocking`` where
    that forbids a grade, ``held`` by its name where a condition took effect, ``doubt`` which units the
    exact rules must decide.
    """

    at: Integers
    doubt: Truths
    gaps: dict[str, Truths] = field(default_factory=dict)
    blocking: dict[str, Truths] = field(default_factory=dict)
    held: dict[str, Truths] = field(default_factory=dict)
    counts: dict[tuple[str, str], Column] = field(default_factory=dict)
    scores: dict[str, Masked] = field(default_factory=dict)
    composite: Masked = field(default_factory=lambda: np.ma.array([]))

    def truths(self, condition: Condition) -> Truths:
        """The condition, unit by unit."""
        if condition.known is not None:
            return np.full(len(self.at), condition.known)
        return np.asarray(condition.values, dtype=bool)

    def values(self, column: Column) -> Masked:
        """The column's integers, unit by unit."""
        values: Masked = np.ma.array(np.zeros(len(self.at), dtype=np.int64), mask=column.absent)
        return values if column.absent else np.ma.add(values, column.values)


def group_year(run: Course, sums: AllSums, group: str, at: Integers) -> GroupYear:
    """The year of the units of a group; which stand at ``at`` in the arrays of ``sums``."""
    out = GroupYear(at, doubt=np.zeros(len(at), dtype=bool))
    a = ColumnArithmetic()
    own = run.groups[group]
    work = _Work(a, run, group, out)
    leaves = {}
    for key, leaf in own.leaves.items():
        found = sums[key]
        if isinstance(leaf, Ledger):
            assert isinstance(found, LedgerSums)
            score = work.ledger(key, leaf, found)
        elif isinstance(leaf, SelfAssessment):
            assert isinstance(found, FormSums)
            score = work.form(key, leaf, found)
        else:
            assert isinstance(found, Sums)
            score = work.given(key, leaf, found)
        leaves[key] = a.bounded(composites.rounded_part(a, leaf, score))
    nothing = a.count(0)
    counts = {watch: out.counts.get(watch, nothing) for watch in own.watched}
    tree = composites.tree(a, own.scheme, group, leaves, counts)
    out.held = {name: out.truths(holds) for name, holds in tree.holds.items()}
    out.scores = {key: out.values(a.rounded(s, SHOWN)) for key, s in tree.scores.items()}
    out.composite = out.values(tree.composite)
    _let_pass(own.scheme, group, out)
    lost = is_null(out.composite) & ~np.any(list(out.blocking.values()), axis=0)
    first = next(iter(own.leaves))
    for gaps in (out.gaps, out.blocking):
        gaps[first] = gaps[first] | lost
    out.doubt |= False if a.doubt is None else np.asarray(filled(a.doubt, False))
    return out


def _let_pass(scheme: Scheme, group: str, out: GroupYear) -> None:
    """Gaps in what a condition keeps from being read stop nothing."""
    for c in composites.conditions_of(scheme, group):
        for leaf in unread_by(scheme, c) if c.name in out.held else ():
            out.blocking[leaf] = out.blocking[leaf] & ~out.held[c.name]


@dataclass(frozen=True)
class _Work:
    """The scores of a group's components; what is missing is noted in ``out``."""

    a: ColumnArithmetic
    run: Course
    group: str
    out: GroupYear

    @property
    def own(self) -> GroupCourse:
        return self.run.groups[self.group]

    def _doubts(self, sums: Sums) -> None:
        self.out.doubt = self.out.doubt | np.any(sums.arrays["doubt"][self.out.at], axis=1)

    def _lacks(self, key: str, gap: Truths, blocking: Truths) -> None:
        self.out.gaps[key], self.out.blocking[key] = gap, blocking

    # 台账

    def ledger(self, key: str, component: Ledger, found: LedgerSums) -> Column:
        a, at, sums = self.a, self.out.at, found.sums
        self._doubts(sums)
        amounts = {}
        for i, (rule, cost) in enumerate(zip(component.rules, found.costs, strict=True)):
            nominal = a.read(sums.of("nominal", at, i), divisor=cost.divisor)
            counted, held = (a.read(sums.of(name, at, i)) for name in ("counted", "held"))
            total = ledger.rule_sum(a, rule, counted, nominal, held, self.run.days)
            amounts[rule.code] = a.bounded(total.amount)
            self.out.counts[key, rule.code] = total.counted
        lacks = sums.arrays["lacking"][at].any(axis=1) | (found.refused.of("refused", at) > 0)
        self._lacks(key, lacks, lacks)
        left = a.bounded(ledger.ledger_points(a, component, amounts))
        return ledger.ledger_score(a, component, left)

    # 考核表

    def form(self, key: str, component: SelfAssessment, found: FormSums) -> Column:
        missing = self.own.scheme.missing_for(key)
        for sums in (found.items, found.came):
            self._doubts(sums)
        nobody = np.zeros(len(self.out.at), dtype=bool)
        spoiled, gaps, blocking = nobody, nobody, nobody
        periods = []
        for p in range(len(component.periods)):
            period = _Period(self.a, self, key, component, found, p)
            periods.append(period.score(missing))
            spoiled = spoiled | period.spoiled
            gaps = gaps | period.absent | period.nothing
            if missing != Missing.ZERO:
                blocking = blocking | period.spoiled
            if missing == Missing.REFUSE:
                blocking = blocking | period.absent
            if missing != Missing.REWEIGHT:
                blocking = blocking | period.nothing
        self._lacks(key, gaps, blocking)
        return forms.period_mean(self.a, component, missing, periods, Condition(spoiled))

    # 得分

    def given(self, key: str, component: Score, found: Sums) -> Column:
        a, at = self.a, self.out.at
        self._doubts(found)
        missing, one = self.own.scheme.missing_for(key), component.assessors == Assessors.ONE
        read = {name: a.read(found.of(name, at)) for name in ("count", "total", "high", "low")}
        rows = found.of("rows", at)
        lacking = found.of("count", at) < rows
        marks = given.Marks(
            read["count"], read["total"], read["high"], read["low"], Condition(lacking)
        )
        mean = given.mean_of_marks(a, component, marks)
        score = given.given_score(a, component, mean)
        there = rows > 0
        incomplete = there & ~self.out.truths(a.is_there(mean))
        if one:
            incomplete = found.of("refused", at) > 0
        if missing == Missing.ZERO:
            score = a.when(Condition(incomplete), score, a.or_zero(score))
        refuses = missing == Missing.REFUSE
        stops = incomplete | ((~there | lacking) if refuses else incomplete)
        self._lacks(key, ~there | lacking | incomplete, stops)
        return score


class _Period:
    """The forms of one period of a group's units: ``absent`` says where an item is missing, ``spoiled``
    where more than a whole form is, ``nothing`` where no item applies."""

    def __init__(
        self, a: ColumnArithmetic, work: _Work, key: str, component: SelfAssessment,
        found: FormSums, number: int,
    ) -> None:  # fmt: skip
        self._a, self._component, self._found, self._number = a, component, found, number
        self._at, self._group = work.out.at, work.group
        self._leaves = work.own.items[key]
        self._came = found.came.of("came", self._at, number) > 0
        self._obtained, self._applicable = self._points()
        refused = self._all("refused")
        exempt = sum(
            found.exempt.of("count", self._at, cell)
            for (group, _), cell in found.areas.items() if group == self._group
        )  # fmt: skip
        scored = np.where(self._came, self._all("scored"), 0)
        self.absent: Truths = len(self._leaves) - exempt - self._all("aside") - scored > 0
        self.spoiled: Truths = np.where(self._came, self.absent, refused > 0)
        self.nothing: Truths = ~work.out.truths(a.above(self._applicable, a.points(0)))

    def _cells(self, area: int | None = None) -> list[int]:
        """The cells of this period and group, those of one 一级指标 where it is given."""
        start = self._number * self._found.per_period
        return [
            start + cell
            for way in self._found.ways
            for (group, i), cell in way.cells.items()
            if group == self._group and area in (None, i)
        ]

    def _all(self, name: str, area: int | None = None) -> Integers:
        values: Integers = self._found.items.arrays[name][self._at][:, self._cells(area)]
        total: Integers = np.sum(values, axis=1)
        return total

    def _points(self) -> tuple[Column, Column]:
        """Points obtained, and points that apply."""
        a, component = self._a, self._component
        obtained, applying = [], []
        tops = component.areas(self._group)
        for i, top in enumerate(tops):
            inside = [leaf for leaf in self._leaves if leaf.top is top]
            got = [self._got(way.points, way.cells[self._group, i], len(inside))
                   for way in self._found.ways if (self._group, i) in way.used]  # fmt: skip
            spared = self._all("spared", i) + self._found.exempt.of(
                "spared", self._at, self._found.areas[self._group, i]
            )
            of = sum(leaf.points for leaf in inside) - spared
            cap = forms.area_cap(top, component)
            points = forms.area_points(a, component, cap, a.total(got), a.read(of), a.read(spared))
            obtained.append(points[0])
            applying.append(points[1])
        return a.total(obtained), a.total(applying)

    def _got(self, points: Column, cell: int, items: int) -> Column:
        """What the items of one way of scoring give in one 一级指标."""
        start = self._number * self._found.per_period
        values = np.where(self._came, self._found.items.of("got", self._at, start + cell), 0)
        return self._a.read(values, divisor=points.divisor, error=points.error * items)

    def score(self, missing: Missing) -> Column:
        """The period's score."""
        a, component = self._a, self._component
        whole = forms.form_points(a, component, self._obtained, self._applicable)
        if component.late is not None:
            days = a.read(self._found.came.of("late", self._at, self._number), MOST_LATE)
            whole = forms.less_late(a, whole, forms.late_points(a, component.late, days))
        return a.bounded(forms.period_score(a, missing, whole, Condition(self.absent)))
