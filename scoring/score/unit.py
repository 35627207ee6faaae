"""One unit's year: its rows of all tables, judged and summed by the rules.

Every number comes from ``scoring.rules``; here stands which rows go in, and what of them is missing
(缺项).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import NamedTuple, assert_never

from scoring.enums import Assessors, Missing
from scoring.points import SCALE, Amount
from scoring.problems import Place
from scoring.rules import composite as composites
from scoring.rules import forms, given, ledger
from scoring.rules.exact import ABSENT, EXACT, ZERO, Exact, exact
from scoring.rules.forms import NO_FORM, NO_ITEM, NOT_APPLICABLE, REFUSED, SCORED
from scoring.rules.ledger import COUNTED, HELD, PENDING, UNDATED, Days
from scoring.scheme import Leaf, Ledger, Rule, Scheme, Score, SelfAssessment
from scoring.scheme.conditions import Conditional, PartScore
from scoring.scheme.model import leaf_keys
from scoring.score.result import (
    GAP_ASSESSOR,
    GAP_COMPOSITE,
    GAP_DEADLINE,
    GAP_FORM,
    GAP_ITEM,
    GAP_NOTHING,
    GAP_REFUSED,
    GAP_SCORE,
    GAP_TRIMMED,
    GAP_VERIFICATION,
    GAP_VERIFIED,
    EntryResult,
    Gap,
    ItemResult,
    PeriodResult,
    RuleResult,
    ScoreResult,
)
from scoring.tables import (
    EntryRow,
    FormRow,
    ItemRow,
    RefusedRow,
    ScoreRow,
    Tables,
    UnitRow,
)


class GroupCourse(NamedTuple):
    """What is the same for every unit of a group: the scheme as the group sees it, its components that
    are read from tables, the items of every form by component, its conditions in the order in which
    they are looked at, and the rules that those look at."""

    scheme: Scheme
    leaves: Mapping[str, Ledger | SelfAssessment | Score]
    items: Mapping[str, Sequence[Leaf]]
    conditions: Sequence[Conditional]
    watched: Sequence[tuple[str, str]]


class Course(NamedTuple):
    """What is the same for every unit: the scheme, the year and its days, and what each group has of
    it."""

    scheme: Scheme
    year: int
    as_of: date
    known: date | None
    groups: Mapping[str, GroupCourse]

    @property
    def days(self) -> Days:
        return Days(self.as_of, self.known, self.as_of >= date(self.year, 12, 31))


def course(
    scheme: Scheme,
    year: int,
    as_of: date,
    known: date | None = None,
    groups: Mapping[str, GroupCourse] | None = None,
) -> Course:
    """The course of a year of a scheme, seen as of a day and by what is known on another; ``groups`` for
    a caller that has what is the same for a group (``group_courses``)."""
    return Course(scheme, year, as_of, known, group_courses(scheme) if groups is None else groups)


def group_courses(scheme: Scheme) -> dict[str, GroupCourse]:
    """What each group has of a scheme, whatever the year and the day."""
    return {group: _group_course(scheme, group) for group in scheme.groups}


def _group_course(scheme: Scheme, group: str) -> GroupCourse:
    own = scheme.seen_from(group)
    leaves = own.leaves()
    items = {
        key: tuple(leaf.items(group))
        for key, leaf in leaves.items()
        if isinstance(leaf, SelfAssessment)
    }
    conditions = composites.conditions_of(own, group)
    return GroupCourse(own, leaves, items, conditions, composites.occurrences(conditions))


@dataclass
class UnitRows:
    """The rows that concern one graded unit, those of its subordinate departments included."""

    unit: UnitRow
    entries: dict[str, list[EntryRow]] = field(default_factory=lambda: defaultdict(list))
    forms: dict[tuple[str, str], FormRow] = field(default_factory=dict)
    items: dict[tuple[str, str], dict[str, ItemRow]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    scores: dict[str, list[ScoreRow]] = field(default_factory=lambda: defaultdict(list))
    refused: dict[str, list[RefusedRow]] = field(default_factory=lambda: defaultdict(list))
    exempt: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def rows_by_unit(tables: Tables) -> dict[str, UnitRows]:
    """The rows of every graded unit by its name; ledger rows of a subordinate department stand with
    the unit it belongs to. Rows of other units concern nobody."""
    out = {row.unit: UnitRows(row) for row in tables.units if row.parent is None}
    home = {row.unit: out[row.parent or row.unit] for row in tables.units
            if (row.parent or row.unit) in out}  # fmt: skip
    _sort_in(home, out, tables)
    return out


def _sort_in(home: Mapping[str, UnitRows], own: Mapping[str, UnitRows], tables: Tables) -> None:
    for entry in tables.entries:
        if entry.unit in home:
            home[entry.unit].entries[entry.component].append(entry)
    for refused in tables.refused:
        if refused.unit is not None and refused.unit in home:
            home[refused.unit].refused[refused.component].append(refused)
    for form in tables.forms:
        if form.unit in own:
            own[form.unit].forms[form.component, form.period] = form
    for item in tables.items:
        if item.unit in own:
            own[item.unit].items[item.component, item.period][item.indicator] = item
    for score in tables.scores:
        if score.unit in own:
            own[score.unit].scores[score.component].append(score)
    for exemption in tables.exemptions:
        if exemption.unit in own:
            own[exemption.unit].exempt[exemption.component].add(exemption.indicator)


class Judged(NamedTuple):
    """A ledger row, its ``status`` as in ``scoring.rules.ledger`` and what it costs before any cap."""

    row: EntryRow
    status: str
    cost: Amount


@dataclass
class UnitYear:
    """What the year of one unit came to. ``scores`` are those of all components, parts of combined
    ones included, as they enter the sum above them; ``counted``: how often the rules counted that
    conditions look at, by (component, rule); ``held``: the conditions that took effect."""

    unit: UnitRow
    entries: dict[str, list[Judged]] = field(default_factory=dict)
    rules: dict[str, list[RuleResult]] = field(default_factory=dict)
    items: dict[str, list[ItemResult]] = field(default_factory=dict)
    periods: dict[str, list[PeriodResult]] = field(default_factory=dict)
    given: dict[str, ScoreResult] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    scores: dict[str, Exact] = field(default_factory=dict)
    counted: dict[tuple[str, str], int] = field(default_factory=dict)
    held: tuple[Conditional, ...] = ()
    closed: dict[str, str] = field(default_factory=dict)
    entered: set[str] = field(default_factory=set)
    composite: Exact = ABSENT
    exact: Exact = ABSENT

    @property
    def settled(self) -> bool:
        """Whether the composite rests on no gap that forbids a grade."""
        return self.composite.value is not None and not any(gap.blocking for gap in self.gaps)


def score_unit(run: Course, rows: UnitRows) -> UnitYear:
    """The year of one unit."""
    return composed(run, score_parts(run, rows, run.groups[rows.unit.group].leaves))


def score_parts(run: Course, rows: UnitRows, keys: Iterable[str]) -> UnitYear:
    """The year of one unit as far as the components ``keys`` go, which are read from tables; there is no
    composite yet (``composed``)."""
    out, own = UnitYear(rows.unit), run.groups[rows.unit.group]
    for key in keys:
        leaf = own.leaves[key]
        score = _score(run, own, rows, out, key, leaf)
        out.scores[key] = composites.rounded_part(EXACT, leaf, score)
    return out


def with_parts(before: UnitYear, changed: UnitYear) -> UnitYear:
    """The parts of a year with some of them as they are in ``changed``: both from ``score_parts``, of the
    same unit."""
    kept = [gap for gap in before.gaps if gap.component not in changed.scores]
    return UnitYear(
        before.unit,
        entries={**before.entries, **changed.entries},
        rules={**before.rules, **changed.rules},
        items={**before.items, **changed.items},
        periods={**before.periods, **changed.periods},
        given={**before.given, **changed.given},
        gaps=[*kept, *changed.gaps],
        scores={**before.scores, **changed.scores},
        counted={**before.counted, **changed.counted},
    )


def composed(run: Course, parts: UnitYear) -> UnitYear:
    """The year of one unit from all its parts, which stay as they are."""
    group = parts.unit.group
    own = run.groups[group]
    scheme, out = own.scheme, replace(parts, closed={})
    counts = {rule: Exact(out.counted.get(rule, 0)) for rule in own.watched}
    found = composites.tree(EXACT, scheme, group, out.scores, counts, conditions=own.conditions)
    out.scores = dict(found.scores)
    out.composite, out.exact = found.composite, found.sums[""].number
    holding = (name for name, holds in found.holds.items() if holds)
    out.held = tuple(composites.named(own.conditions, holding))
    out.entered = {key for s in found.sums.values() for key, enters in s.entered.items() if enters}
    unread: set[str] = set()
    for condition in out.held:
        unread |= unread_by(scheme, condition)
        if condition.closes:
            out.closed[condition.whole] = composites.looked_at(condition)
    # Gaps in what is not read stop nothing.
    out.gaps = [gap if gap.component not in unread else gap.let_pass() for gap in out.gaps]
    if out.composite.value is None and not any(gap.blocking for gap in out.gaps):
        first = next(iter(own.leaves))
        out.gaps.append(Gap(out.unit.unit, first, GAP_COMPOSITE, blocking=True))
    return out


def _score(
    run: Course, own: GroupCourse, rows: UnitRows, out: UnitYear, key: str,
    leaf: Ledger | SelfAssessment | Score,
) -> Exact:  # fmt: skip
    """The score of a component that is read from a table, before its own rounding."""
    match leaf:
        case Ledger():
            return _ledger(run, rows, out, key, leaf)
        case SelfAssessment():
            return _self_assessment(own, rows, out, key, leaf)
        case Score():
            return _given(own, rows, out, key, leaf)
        case _ as kind:
            assert_never(kind)


def unread_by(scheme: Scheme, condition: Conditional) -> set[str]:
    """The components read from tables that are not read where a condition took effect."""
    unread: set[str] = set()
    if condition.closes:
        looked_at = composites.looked_at(condition)
        for key, component in scheme.inside(condition.whole).items():
            if key != looked_at:
                unread |= set(leaf_keys(key, component))
    every = dict(scheme.every())
    for key in condition.without:
        # A part that the group does not have is not read anyway.
        unread |= set(leaf_keys(key, every[key])) if key in every else set()
    if condition.fixes and condition.stops:
        unread |= set(scheme.leaves())
        if isinstance(condition.when, PartScore) and condition.when.part in every:
            # What occurred so often stays so, whatever else is found; a part's score need not.
            unread -= set(leaf_keys(condition.when.part, every[condition.when.part]))
    return unread


# 台账


def _ledger(run: Course, rows: UnitRows, out: UnitYear, key: str, component: Ledger) -> Exact:
    unit, days = rows.unit.unit, run.days
    by_rule: dict[str, list[tuple[EntryRow, str]]] = {rule.code: [] for rule in component.rules}
    rules = {rule.code: rule for rule in component.rules}
    for entry in rows.entries.get(key, ()):
        if entry.rule not in rules:
            raise ValueError(f"{unit}: rule {entry.rule} does not hold for {rows.unit.group}")
        subordinate = entry.unit != unit
        status = ledger.status_of(rules[entry.rule], entry, days, subordinate=subordinate)
        by_rule[entry.rule].append((entry, status))
        if status in (PENDING, UNDATED):
            kind = GAP_VERIFICATION if status == PENDING else GAP_DEADLINE
            # A row that cannot be decided never counts as nothing, whatever else may be left out.
            out.gaps.append(
                Gap(unit, key, kind, blocking=True, entry=entry.entry, place=_place(entry))
            )
    for row in rows.refused.get(key, ()):
        out.gaps.append(Gap(unit, key, GAP_REFUSED, blocking=True, place=_place(row)))
    entries = out.entries[key] = []
    sums = out.rules[key] = []
    amounts: dict[str, Exact] = {}
    for code, found in by_rule.items():
        rule = rules[code]
        costs = _costs(rule, found)
        entries += costs
        total = ledger.rule_sum(
            EXACT,
            rule,
            counted=Exact(sum(status == COUNTED for _, status in found)),
            nominal=Exact(sum(cost for *_, cost in costs)),
            held=Exact(sum(status == HELD for _, status in found)),
            days=days,
        )
        amounts[code] = total.amount
        counted = int(total.counted.value or 0)
        sums.append(
            RuleResult(key, unit, code, counted, total.nominal.value or 0, total.amount.value or 0)
        )
        out.counted[key, code] = counted
    left = ledger.ledger_points(EXACT, component, amounts)
    return ledger.ledger_score(EXACT, component, left)


def _costs(rule: Rule, found: Sequence[tuple[EntryRow, str]]) -> list[Judged]:
    """What every row costs, in order of finding: the n-th counted row of the same problem may cost
    more."""
    times: dict[str | None, int] = defaultdict(int)
    out: list[Judged] = []
    for entry, status in sorted(found, key=lambda pair: (pair[0].found, pair[0].sequence)):
        cost: Amount = 0
        if status == COUNTED:
            problem = entry.same_problem
            times[problem] += 1
            start = rule.repeat.start if rule.repeat is not None else 0
            again = problem is not None and times[problem] >= start
            cost = ledger.entry_cost(EXACT, rule, exact(entry.points), again).value or 0
        out.append(Judged(entry, status, cost))
    return out


def entry_results(year: UnitYear, key: str) -> Iterator[EntryResult]:
    """The rows of a ledger that were charged to a unit, as a result shows them."""
    unit = year.unit.unit
    for judged in year.entries.get(key, ()):
        yield _entry(key, unit, *judged)


def _entry(key: str, unit: str, entry: EntryRow, status: str, cost: Amount) -> EntryResult:
    return EntryResult(
        component=key, entry=entry.entry, unit=entry.unit, charged_unit=unit, rule=entry.rule,
        status=status, deduction=cost, description=entry.description, found=entry.found,
        document=entry.document, provider=entry.provider, deadline=entry.deadline,
        rectified=entry.rectified, verification=entry.verification, revoked=entry.revoked,
        revoked_reason=entry.revoked_reason, note=entry.note,
        place=_place(entry) or Place(""),
    )  # fmt: skip


# 考核表


def _self_assessment(
    own: GroupCourse, rows: UnitRows, out: UnitYear, key: str, component: SelfAssessment
) -> Exact:
    unit, missing = rows.unit.unit, own.scheme.missing_of(component)
    leaves = own.items[key]
    out.items[key], out.periods[key] = [], []
    scores = []
    spoiled = False
    for period in component.periods:
        form = rows.forms.get((key, period.name))
        found = rows.items.get((key, period.name), {})
        exempt = rows.exempt.get(key, set())
        items = [
            _item(key, unit, period.name, leaf, found.get(leaf.code), leaf.code in exempt, form)
            for leaf in leaves
        ]
        out.items[key] += items
        absent = [item for item in items if item.status not in (SCORED, NOT_APPLICABLE)]
        spoiled = spoiled or any(item.status != NO_FORM for item in absent)
        obtained, applicable = _obtained(component, leaves, items)
        whole = forms.form_points(EXACT, component, obtained, applicable)
        late = ZERO
        if component.late is not None:
            days = (form.days_late or 0) if form is not None else 0
            late = forms.late_points(EXACT, component.late, EXACT.count(days))
            whole = forms.less_late(EXACT, whole, late)
        score = forms.period_score(EXACT, missing, whole, bool(absent))
        scores.append(score)
        out.periods[key].append(
            PeriodResult(
                key, unit, period.name, raw=obtained.value or 0, applicable=applicable.value or 0,
                late=late.value or 0, score=score.value,
            )
        )  # fmt: skip
        out.gaps += _form_gaps(key, unit, period.name, absent, missing)
        if not applicable.value:
            # A period in which nothing applies has no score; only a scheme that leaves out what is
            # missing goes without.
            blocking = missing != Missing.REWEIGHT
            out.gaps.append(Gap(unit, key, GAP_NOTHING, blocking=blocking, period=period.name))
    return forms.period_mean(EXACT, component, missing, scores, spoiled)


def _item(
    key: str, unit: str, period: str, leaf: Leaf, row: ItemRow | None, exempt: bool,
    form: FormRow | None,
) -> ItemResult:  # fmt: skip
    found = ABSENT
    if row is not None:
        score = forms.item_score(
            EXACT, leaf, exact(row.verified_score), exact(row.done), exact(row.of),
            exact(row.faults),
        )  # fmt: skip
        found = forms.item_points(EXACT, leaf, score)
    status = forms.item_status(
        row, exempt=exempt, form_came=form is not None, found=found.value is not None
    )
    said = row or ItemRow(key, unit, period, leaf.code)
    return ItemResult(
        component=key, unit=unit, period=period, area=leaf.area, indicator=leaf.code,
        title=leaf.title, points=leaf.points, full=leaf.full, scoring=leaf.scoring, status=status,
        counted=found.value, self_score=said.self_score, verified_score=said.verified_score,
        self_done=said.self_done, self_of=said.self_of, self_faults=said.self_faults,
        done=said.done, of=said.of, faults=said.faults, self_note=said.self_note,
        evidence=said.evidence, verifier=said.verifier, verified_note=said.verified_note,
        place=_place(said),
    )  # fmt: skip


def _obtained(
    component: SelfAssessment, leaves: Sequence[Leaf], items: Sequence[ItemResult]
) -> tuple[Exact, Exact]:
    """The points that the items give, and those that apply, area by area."""
    areas: dict[int, list[tuple[Leaf, ItemResult]]] = defaultdict(list)
    for leaf, item in zip(leaves, items, strict=True):
        areas[id(leaf.top)].append((leaf, item))
    given, applying = [], []
    for inside in areas.values():
        obtained: Amount = 0
        applicable = spared = 0
        for leaf, item in inside:
            if item.status == SCORED and item.counted is not None:
                obtained += item.counted
            if item.status == NOT_APPLICABLE:
                spared += leaf.points
            else:
                applicable += leaf.points
        cap = forms.area_cap(inside[0][0].top, component)
        got, applies = forms.area_points(
            EXACT, component, cap, Exact(obtained), Exact(applicable), Exact(spared)
        )
        given.append(got)
        applying.append(applies)
    return EXACT.total(given), EXACT.total(applying)


def _form_gaps(
    key: str, unit: str, period: str, absent: Iterable[ItemResult], missing: Missing
) -> Iterator[Gap]:
    """One gap for a form that did not come in, one for every item missing or not verified."""
    no_form = False
    for item in absent:
        if item.status == NO_FORM:
            no_form = True
            continue
        kind = {NO_ITEM: GAP_ITEM, REFUSED: GAP_REFUSED}.get(item.status, GAP_VERIFIED)
        yield Gap(
            unit, key, kind, blocking=missing != Missing.ZERO, period=period, indicator=item.indicator,
            place=item.place,
        )  # fmt: skip
    if no_form:
        yield Gap(unit, key, GAP_FORM, blocking=missing == Missing.REFUSE, period=period)


# 得分


def _given(own: GroupCourse, rows: UnitRows, out: UnitYear, key: str, component: Score) -> Exact:
    unit, missing = rows.unit.unit, own.scheme.missing_of(component)
    marks = rows.scores.get(key, [])
    one = component.assessors == Assessors.ONE
    found = given.mean_of_marks(EXACT, component, _marks(component, marks))
    score = given.given_score(EXACT, component, found)
    lacking = [mark for mark in marks if mark.score is None]
    incomplete = any(mark.refused for mark in marks) if one else bool(marks) and found == ABSENT
    if missing == Missing.ZERO and not incomplete:
        # What is there and cannot be counted is no missing part: it never counts as 0.
        score = EXACT.or_zero(score)
    first = marks[0] if one and marks else ScoreRow(key, unit)
    out.given[key] = ScoreResult(
        key, unit, found.value, first.assessor, first.note, _place(first)
    )  # fmt: skip
    refuses = missing == Missing.REFUSE
    if not marks:
        out.gaps.append(Gap(unit, key, GAP_SCORE, blocking=refuses))
    for mark in lacking:
        kind = GAP_REFUSED if mark.refused else GAP_SCORE
        if not one and not mark.refused and mark.row is None:
            kind = GAP_ASSESSOR
        out.gaps.append(
            Gap(
                unit, key, kind, blocking=bool(mark.refused) or refuses if one else True,
                assessor=None if one else mark.assessor, place=_place(mark),
            )
        )  # fmt: skip
    if incomplete and not one and not lacking:
        out.gaps.append(Gap(unit, key, GAP_TRIMMED, blocking=True))
    return score


def _marks(component: Score, rows: Sequence[ScoreRow]) -> given.Marks[Exact, bool]:
    """Raises ValueError where a unit that has one score has several."""
    if component.assessors == Assessors.ONE and len(rows) > 1:
        raise ValueError(f"{rows[0].unit}: {len(rows)} scores of {component.title}")
    there = [row.score for row in rows if row.score is not None]
    return given.Marks(
        count=Exact(len(there)),
        total=Exact(sum(there)),
        highest=exact(max(there, default=None)),
        lowest=exact(min(there, default=None)),
        lacking=len(there) < len(rows),
    )


def _place(row: EntryRow | ItemRow | ScoreRow | RefusedRow) -> Place | None:
    return None if row.file is None else Place(row.file, row.sheet, row.row)


def points_of(score: Exact) -> Fraction | None:
    """A score in points."""
    return None if score.value is None else Fraction(score.value, SCALE)
