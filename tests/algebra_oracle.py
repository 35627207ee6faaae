"""An independent computation of every scheme, written from the wording of the model with Fractions.

It shares no code with the engine and takes the same rows as ``scoring.tables.make_tables``: units,
entries, forms, items, scores, refused, exemptions. Points in rows and schemes are ten-thousandths;
everything in here is exact points.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from scoring.scheme.conditions import Condition
from scoring.scheme.forms import Area, Indicator
from scoring.scheme.model import (
    Combined,
    Component,
    Grade,
    Ledger,
    Rounding,
    Rule,
    Scheme,
    Score,
    SelfAssessment,
    Tabled,
)

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]
ZERO = Fraction(0)


def points(units: int) -> Fraction:
    return Fraction(units, 10_000)


def half_up(value: Fraction, decimals: int) -> Fraction:
    """四舍五入, a half away from zero."""
    whole, rest = divmod(abs(value) * 10**decimals, 1)
    whole += rest >= Fraction(1, 2)
    return Fraction(int(whole) if value >= 0 else -int(whole), 10**decimals)


def half_even(value: Fraction, decimals: int) -> Fraction:
    """四舍六入五成双."""
    whole, rest = divmod(abs(value) * 10**decimals, 1)
    whole += rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2 == 1)
    return Fraction(int(whole) if value >= 0 else -int(whole), 10**decimals)


def of(value: Any, group: str) -> Any:
    """A value that may be given by group."""
    return value[group] if isinstance(value, Mapping) else value


def rounded(value: Fraction, rounding: Rounding) -> Fraction:
    method = half_up if rounding.method == "half_up" else half_even
    return method(value, rounding.decimals)


@dataclass
class RuleSum:
    """What a rule cost or won a unit: before and after its cap."""

    counted: int
    nominal: Fraction
    amount: Fraction


@dataclass
class UnitOutcome:
    """What the scheme makes of one unit. ``values`` holds every component, parts of combined ones
    included; ``base`` the weighed sum that tells whether a part enters (None: a gate is closed)."""

    values: dict[str, Fraction | None] = field(default_factory=dict)
    rules: dict[tuple[str, str], RuleSum] = field(default_factory=dict)
    periods: dict[tuple[str, str], Fraction | None] = field(default_factory=dict)
    gaps: dict[str, bool] = field(default_factory=dict)  # leaf component: blocking
    unread: set[str] = field(default_factory=set)
    vetoes: set[tuple[str, str]] = field(default_factory=set)
    held: set[str] = field(default_factory=set)  # the conditions written as such
    closed: dict[str, str] = field(default_factory=dict)  # the gate that closed, by whole
    base: Fraction | None = None
    composite: Fraction | None = None
    settled: bool = False
    grade: str | None = None
    rank: int | None = None

    def lacks(self, component: str, *, blocking: bool) -> None:
        self.gaps[component] = self.gaps.get(component, False) or blocking


@dataclass
class Outcome:
    """By unit; ``entries`` is what every ledger row costs or wins before any cap."""

    units: dict[str, UnitOutcome]
    entries: dict[tuple[str, str, str], Fraction]


def outcome(
    scheme: Scheme, rows: Rows, year: int, as_of: date, known: date | None = None
) -> Outcome:
    """A whole year of a scheme, as of a day and by what is known on another (None: all)."""
    graded = [unit for unit in rows["units"] if unit.get("parent") is None]
    out = Outcome({unit["unit"]: UnitOutcome() for unit in graded}, {})
    run = _Run(scheme, rows, year, (as_of, known), out)
    for key, leaf in scheme.leaves().items():
        if isinstance(leaf, Ledger):
            run.ledger(key, leaf)
    for unit in graded:
        run.unit(unit["unit"], unit["group"])
    for group in scheme.groups:
        names = [unit["unit"] for unit in graded if unit["group"] == group]
        grade(scheme, group, {name: out.units[name] for name in names})
    return out


class _Run:
    def __init__(
        self, scheme: Scheme, rows: Rows, year: int, days: tuple[date, date | None], out: Outcome
    ) -> None:
        self.scheme, self.rows, self.year, self.out = scheme, rows, year, out
        self.as_of, self.known = days
        self.owner = {u["unit"]: u.get("parent") or u["unit"] for u in rows["units"]}
        self.group = {u["unit"]: u["group"] for u in rows["units"]}
        self.by: dict[str, dict[tuple[str, str], list[Row]]] = {}
        for table in ("forms", "items", "scores", "exemptions"):
            self.by[table] = defaultdict(list)
            for row in rows.get(table, ()):
                self.by[table][row["component"], row["unit"]].append(row)

    def leaves(self, group: str) -> dict[str, Any]:
        """The parts that are read from tables and that a group has."""
        out: dict[str, Any] = {}

        def walk(components: Mapping[str, Any]) -> None:
            for key, component in components.items():
                if component.groups and group not in component.groups:
                    continue
                if isinstance(component, Combined):
                    walk(component.parts)
                else:
                    out[key] = component

        walk(self.scheme.components)
        return out

    def missing(self, component: Component) -> str:
        return component.missing or self.scheme.missing

    # 台账

    def judge(self, rule: Rule, row: Row) -> str:
        """counted, held, gap or nothing."""
        if row["found"] > self.as_of:
            return "nothing"
        if row.get("revoked") is not None and row["revoked"] <= (self.known or date.max):
            return "nothing"
        if row.get("verification") == "false":
            return "nothing"
        if self.owner[row["unit"]] != row["unit"] and rule.subordinates == "listed":
            return "nothing"
        if row.get("repeated"):
            return "nothing"
        if rule.counts == "minimum":
            return "held"
        if rule.counts == "notified":
            return "counted"
        if rule.counts == "verified":
            return "counted" if row.get("verification") == "true" else "gap"
        if row.get("deadline") is None:
            return "gap"
        if row["deadline"] > self.as_of:
            return "nothing"
        in_time = row.get("rectified") is not None and row["rectified"] <= row["deadline"]
        return "nothing" if in_time else "counted"

    def ledger(self, key: str, ledger: Ledger) -> None:
        mine = [row for row in self.rows.get("entries", ()) if row["component"] == key]
        for rule in ledger.rules:
            self.rule(key, rule, [row for row in mine if row["rule"] == rule.code])
        for unit, out in self.out.units.items():
            if key in self.leaves(self.group[unit]):
                out.values[key] = self.left(key, ledger, unit)
        for row in self.rows.get("refused", ()):
            if row["component"] == key and row["unit"] is not None:
                self.out.units[self.owner[row["unit"]]].lacks(key, blocking=True)

    def rule(self, key: str, rule: Rule, mine: list[Row]) -> None:
        counted: dict[str, int] = defaultdict(int)
        held: dict[str, int] = defaultdict(int)
        nominal: dict[str, Fraction] = defaultdict(Fraction)
        times: dict[tuple[str, str], int] = defaultdict(int)
        for row in sorted(mine, key=lambda r: (r["found"], r["sequence"])):
            unit, cost = self.owner[row["unit"]], ZERO
            verdict = self.judge(rule, row)
            held[unit] += verdict == "held"
            if verdict == "gap":
                self.out.units[unit].lacks(key, blocking=True)
            if verdict == "counted":
                counted[unit] += 1
                given, fixed = row.get("points"), of(rule.points_by, self.group[unit])
                cost = points(fixed if isinstance(fixed, int) else given)
                problem = row.get("same_problem")
                if rule.repeat is not None and problem is not None:
                    times[unit, problem] += 1
                    if times[unit, problem] >= rule.repeat.start:
                        cost = cost * points(rule.repeat.factor)
            nominal[unit] += cost
            self.out.entries[key, row["entry"], row["unit"]] = cost
        for unit, out in self.out.units.items():
            group = self.group[unit]
            if (rule.groups and group not in rule.groups) or key not in self.leaves(group):
                continue
            least, own = of(rule.minimum_by, group), of(rule.points_by, group)
            if least is not None and self.as_of >= date(self.year, 12, 31):
                counted[unit] = max(0, least - held[unit])
                nominal[unit] = counted[unit] * points(own)
            amount = nominal[unit]
            if (cap := of(rule.cap_by, group)) is not None:
                amount = min(amount, points(cap))
            out.rules[key, rule.code] = RuleSum(counted[unit], nominal[unit], amount)
            if rule.veto is not None and counted[unit]:
                out.vetoes.add((key, rule.code))

    def left(self, key: str, ledger: Ledger, unit: str) -> Fraction:
        group = self.group[unit]
        score = points(of(ledger.start_by, group))
        in_category: dict[str, Fraction] = defaultdict(Fraction)
        for rule in ledger.rules:
            if (key, rule.code) not in self.out.units[unit].rules:
                continue  # it does not hold for the unit's group
            amount = self.out.units[unit].rules[key, rule.code].amount
            signed = amount if rule.effect == "bonus" else -amount
            if rule.category is None:
                score += signed
            else:
                in_category[rule.category] += signed
        for category in ledger.categories:
            cap = points(of(category.cap_by, group))
            score += max(-cap, min(cap, in_category[category.code]))
        if (floor := of(ledger.floor_by, group)) is not None:
            score = max(score, points(floor))
        if (ceiling := of(ledger.ceiling_by, group)) is not None:
            score = min(score, points(ceiling))
        return (
            score * 100 / points(of(ledger.full_by, group)) if ledger.weight is not None else score
        )

    # 考核表

    def self_assessment(self, key: str, form: SelfAssessment, unit: str, group: str) -> None:
        out, missing = self.out.units[unit], self.missing(form)
        exempt = {row["indicator"] for row in self.by["exemptions"][key, unit]}
        weighed: list[tuple[Fraction, Fraction | None]] = []
        refused = False
        for period in form.periods:
            came = [r for r in self.by["forms"][key, unit] if r["period"] == period.name]
            items = {
                r["indicator"]: r for r in self.by["items"][key, unit] if r["period"] == period.name
            }
            tree = _Tree(form, items, exempt, points(of(form.full_by, group)))
            score = tree.score(form.areas(group))
            if tree.absent:
                may_lack = missing == "zero" or (missing == "reweight" and not came)
                out.lacks(key, blocking=not may_lack)
                refused = refused or not may_lack
            if not tree.applying:
                out.lacks(key, blocking=missing != "reweight")
            if tree.absent and missing != "zero":
                score = None
            if score is not None and form.late is not None and came:
                late = (came[0].get("days_late") or 0) * points(form.late.each_day)
                if form.late.cap is not None:
                    late = min(late, points(form.late.cap))
                score = max(ZERO, score - late)
            out.periods[key, period.name] = score
            if score is not None and form.weight is not None:
                score = score * 100 / points(of(form.full_by, group))
            weighed.append((Fraction(period.weight or 1), score))
        there = [(weight, score) for weight, score in weighed if score is not None]
        if len(there) == len(weighed):
            value: Fraction | None = _mean(there)
        elif missing == "reweight" and there and not refused:
            value = _mean(there)
        else:
            value = None
        out.values[key] = value

    # 得分

    def plain(self, key: str, component: Score, unit: str) -> None:
        out, missing = self.out.units[unit], self.missing(component)
        rows = self.by["scores"][key, unit]
        given = [row["score"] for row in rows]
        several = component.assessors != "one"
        value: Fraction | None = None
        if given and None not in given:
            marks = sorted(points(score) for score in given)
            if component.assessors == "one":
                (value,) = marks
            elif component.assessors == "mean":
                value = sum(marks, ZERO) / len(marks)
            elif len(marks) >= 3:
                value = sum(marks[1:-1], ZERO) / (len(marks) - 2)
        if value is not None and component.weight is not None:
            value = value * 100 / points(of(component.full_by, self.group[unit]))
        if value is None:
            # Only what is not there at all may be left out or count as nothing.
            part = bool(rows) and (several or rows[0].get("refused"))
            out.lacks(key, blocking=missing == "refuse" or bool(part))
            value = ZERO if missing == "zero" and not part else None
        out.values[key] = value

    # 综合

    def unit(self, unit: str, group: str) -> None:
        out, scheme = self.out.units[unit], self.scheme
        for key, leaf in self.leaves(group).items():
            self.leaf(key, leaf, unit, group)
        exact = self.sum_of("", unit, group, scheme.rounding)
        composed = None if exact is None else rounded(exact, scheme.rounding)
        out.composite = composed
        setting = [one for one in self.conditions(group) if one.score is not None]
        winner = self.first(scheme.precedence, [one.name for one in setting], out.closed.get(""), {
            one.name for one in setting if self.holds(one, unit, composed)
        })  # fmt: skip
        for one in setting:
            if one.name == winner:
                out.composite = points(one.score or 0)
                out.held.add(one.name)
                if one.stops:
                    out.unread = set(self.leaves(group))
                    if one.part is not None and one.rule is None:
                        out.unread -= set(_leaf_keys(one.part, dict(scheme.every())[one.part]))
        if winner in {one.name for one in setting}:
            out.closed.pop("", None)
        for whole, name in out.closed.items():
            parts = self.parts(whole, group)
            part = name if name in parts else next(
                one.part for one in scheme.conditions if one.name == name
            )  # fmt: skip
            for key, component in parts.items():
                out.unread |= set(_leaf_keys(key, component)) if key != part else set()
            if name not in parts:
                out.held.add(name)
        out.unread |= self.left_out(unit, group)[1]
        blocked = any(b for key, b in out.gaps.items() if key not in out.unread)
        if out.composite is None and not blocked:
            out.lacks(next(iter(self.leaves(group))), blocking=True)
        out.settled = out.composite is not None and not blocked
        for one in self.conditions(group):
            decides = one.score is not None or one.stops
            limits = one.grade is not None or one.ranked is not None
            if (limits or not decides) and self.holds(one, unit, out.composite):
                out.held.add(f"{one.name}（等次排名）" if decides else one.name)

    def parts(self, whole: str, group: str) -> Mapping[str, Component]:
        found = dict(self.scheme.every())[whole] if whole else None
        every = found.parts if isinstance(found, Combined) else self.scheme.components
        return {k: c for k, c in every.items() if not c.groups or group in c.groups}

    @staticmethod
    def first(
        order: Sequence[str], setting: Sequence[str], closed: str | None, hold: set[str]
    ) -> str | None:
        """Of the gate that closed and the conditions that hold the first in the scheme's order."""
        every = list(order) or [*setting, *([closed] if closed else [])]
        return next((name for name in every if name == closed or name in hold), None)

    def conditions(self, group: str) -> list[Condition]:
        return [one for one in self.scheme.conditions if not one.groups or group in one.groups]

    def holds(self, one: Condition, unit: str, composite: Fraction | None) -> bool:
        """Whether a condition holds, by itself."""
        out = self.out.units[unit]
        if one.rule is not None:
            keys = [
                key for key, leaf in self.scheme.leaves().items()
                if isinstance(leaf, Ledger) and one.part in (None, key)
                and any(rule.code == one.rule for rule in leaf.rules)
            ]  # fmt: skip
            found = out.rules.get((keys[0], one.rule))
            return found is not None and found.counted >= one.times
        value = composite if one.composite else out.values.get(one.part or "")
        if value is None:
            return False
        if one.below is not None:
            return value < points(one.below)
        if one.above is not None:
            return value > points(one.above)
        return value >= points(one.least or 0)

    def closed_gate(self, whole: str, unit: str, group: str) -> tuple[str, str] | None:
        """The first gate of a whole that closes: its name, and the part that it looks at."""
        components = self.parts(whole, group)
        found = dict(self.scheme.every())[whole] if whole else None
        order = found.precedence if isinstance(found, Combined) else self.scheme.precedence
        gates: dict[str, tuple[str, bool]] = {}
        for key, component in components.items():
            value = self.out.units[unit].values[key]
            if (gate := of(component.gate_by, group)) is not None:
                gates[key] = key, value is not None and value < points(gate)
        for one in self.conditions(group):
            if one.stops and one.score is None and one.part in components:
                gates[one.name] = one.part, self.holds(one, unit, None)
        names = [name for name in order if name in gates] or list(gates)
        return next(((name, gates[name][0]) for name in names if gates[name][1]), None)

    def left_out(self, unit: str, group: str) -> tuple[set[str], set[str]]:
        """The parts that a condition leaves out, and what is read for them alone."""
        every = dict(self.scheme.every())
        keys = {
            key
            for one in self.conditions(group)
            if one.without and self.holds(one, unit, None)
            for key in one.without
        }
        return keys, {leaf for key in keys for leaf in _leaf_keys(key, every[key])}

    def leaf(self, key: str, component: Component, unit: str, group: str) -> None:
        """The score of a part that is read from a table."""
        out = self.out.units[unit]
        if isinstance(component, SelfAssessment):
            self.self_assessment(key, component, unit, group)
        elif isinstance(component, Score):
            self.plain(key, component, unit)
        value = out.values[key]
        if value is not None and component.rounding is not None:
            value = rounded(value, component.rounding)
        out.values[key] = value

    def value_of(self, key: str, component: Component, unit: str, group: str) -> Fraction | None:
        out = self.out.units[unit]
        if not isinstance(component, Combined):
            return out.values[key]
        shown = component.rounding or self.scheme.rounding
        value = self.sum_of(key, unit, group, shown)
        if value is not None:
            value *= _own(component, group) / _of_parts(self.parts(key, group), group)
        if value is None and self.missing(component) == "zero":
            value = ZERO
        if value is not None and component.rounding is not None:
            value = rounded(value, component.rounding)
        out.values[key] = value
        return value

    def sum_of(self, whole: str, unit: str, group: str, shown: Rounding) -> Fraction | None:
        """The weighed sum with what is added."""
        out, components = self.out.units[unit], self.parts(whole, group)
        values = {k: self.value_of(k, c, unit, group) for k, c in components.items()}
        if (closed := self.closed_gate(whole, unit, group)) is not None:
            name, part = closed
            out.closed[whole] = name
            component, value = components[part], values[part]
            assert value is not None
            share = points(component.weight_in(group)) / 100
            return value * share if component.weight is not None else value
        for key in self.left_out(unit, group)[0]:
            if key in values:
                values[key] = ZERO
        missing = {key: self.missing(component) for key, component in components.items()}
        if any(values[key] is None and missing[key] != "reweight" for key in components):
            return None
        weighed = [
            (points(c.weight_in(group)) if c.weight is not None else _own(c, group), values[key])
            for key, c in components.items()
            if not c.adds
        ]
        if _adds_up(components):
            # Points are added up; of fewer parts, as a share of what those are out of.
            weighed = [(of, None if v is None else v / of) for of, v in weighed]
        there = [(weight, value) for weight, value in weighed if value is not None]
        if not there:
            return None
        total = _mean(there)
        if _adds_up(components):
            total *= _of_parts(components, group)
        base = rounded(total, shown)
        if not whole:
            out.base = base
        for key, component in components.items():
            value, enters = values[key], component.enters
            if not component.adds or value is None:
                continue
            if enters is not None and enters.above is not None and not base > points(enters.above):
                continue
            if enters is not None and enters.least is not None and base < points(enters.least):
                continue
            total += value
        return total


def _adds_up(components: Mapping[str, Component]) -> bool:
    return all(c.weight is None for c in components.values() if not c.adds)


def _of_parts(components: Mapping[str, Component], group: str) -> Fraction:
    """What a sum of parts is out of."""
    if not _adds_up(components):
        return Fraction(100)
    own = [c for c in components.values() if not c.groups or group in c.groups]
    return sum((_own(c, group) for c in own if not c.adds), ZERO)


def _own(component: Component, group: str) -> Fraction:
    """What a part is out of where it stands in the sum above it."""
    if component.weight is not None:
        return Fraction(100)
    if isinstance(component, Combined):
        natural = _of_parts(component.parts, group)
        full = of(component.full_by, group)
        return points(full) if full is not None else natural
    assert isinstance(component, Tabled)
    return points(of(component.full_by, group))


def _leaf_keys(key: str, component: Component) -> list[str]:
    if not isinstance(component, Combined):
        return [key]
    return [k for name, part in component.parts.items() for k in _leaf_keys(name, part)]


def _mean(weighed: Iterable[tuple[Fraction, Fraction]]) -> Fraction:
    pairs = list(weighed)
    return sum((w * v for w, v in pairs), ZERO) / sum(w for w, _ in pairs)


class _Tree:
    """One unit's form of one period."""

    def __init__(
        self, form: SelfAssessment, items: Mapping[str, Row], exempt: set[str], full: Fraction
    ) -> None:
        self.form, self.items, self.exempt, self.full = form, items, exempt, full
        self.absent = self.applying = 0

    def score(self, areas: tuple[Area, ...]) -> Fraction | None:
        """On the scale of the form; what is absent counts as nothing and is said by ``absent``."""
        full = self.full
        sums = [self.level(area, full, top=True) for area in areas]
        raw, worth = sum((r for r, _ in sums), ZERO), sum((w for _, w in sums), ZERO)
        if not self.applying:
            return None
        return raw * full / worth

    def level(self, area: Area, above: Fraction, *, top: bool = False) -> tuple[Fraction, Fraction]:
        """Points obtained, and points that apply."""
        worth = _worth(area, above)
        raw = applies = ZERO
        for item in area.items:
            if isinstance(item, Indicator):
                got, of = self.leaf(item, _worth(item, worth))
            else:
                got, of = self.level(item, worth)
            raw, applies = raw + got, applies + of
        if top and area.overrun:
            raw, applies = min(raw, worth), min(applies, worth)
        return raw, applies

    def leaf(self, item: Indicator, worth: Fraction) -> tuple[Fraction, Fraction]:
        row = self.items.get(item.code)
        if item.code in self.exempt or (row is not None and row.get("not_applicable")):
            return (worth, worth) if self.form.not_applicable == "full" else (ZERO, ZERO)
        self.applying += 1
        got = None if row is None or row.get("refused") else self.given(item, worth, row)
        if got is None:
            self.absent += 1
        return got or ZERO, worth

    def given(self, item: Indicator, worth: Fraction, row: Row) -> Fraction | None:
        # An indicator with a weight is scored out of a hundred and then weighed.
        scale = Fraction(1) if item.points is not None else worth / 100
        if item.fraction:
            done, of = row.get("done"), row.get("of")
            return worth * done / of if done is not None and of else None
        if item.each is not None:
            faults = row.get("faults")
            if faults is None:
                return None
            full = worth if item.points is not None else Fraction(100)
            return max(ZERO, full - points(item.each) * faults) * scale
        verified = row.get("verified_score")
        return None if verified is None else points(verified) * scale


def _worth(item: Area | Indicator, above: Fraction) -> Fraction:
    return points(item.points) if item.points is not None else above * points(item.weight) / 100


# 等次和排名


def grade(scheme: Scheme, group: str, units: Mapping[str, UnitOutcome]) -> None:
    """Grades and ranks of the units of one group."""
    grades = scheme.grades_in(group)
    names = [g.name for g in grades]
    settled = {name: unit for name, unit in units.items() if unit.settled}
    scores = {name: unit.composite for name, unit in settled.items() if unit.composite is not None}
    limits = {name: _limits(scheme, unit, names) for name, unit in units.items()}
    best = {name: max((place for place, _ in found), default=0) for name, found in limits.items()}
    ranked = {n: score for n, score in scores.items() if all(takes for _, takes in limits[n])}
    for name, own in ranked.items():
        higher = [score for score in ranked.values() if score > own]
        units[name].rank = 1 + len(higher if scheme.ranks == "skip" else set(higher))
    without = set(settled)
    for position, this in enumerate(grades):
        last = position == len(grades) - 1
        may = {n for n in without if last or (best[n] <= position and _reaches(this, scores[n]))}
        gets = may if last else _within_quota(this, {n: scores[n] for n in may}, len(units))
        for name in gets:
            settled[name].grade = this.name
        without -= gets


def _limits(scheme: Scheme, unit: UnitOutcome, names: list[str]) -> list[tuple[int, bool]]:
    """What vetoes and conditions leave open: the position of the best grade (a grade unknown here: the
    last), and whether the unit is ranked. Only the last grade left: as the scheme says of 否决."""
    last = len(names) - 1
    out = []
    for key, code in unit.vetoes:
        ledger = scheme.leaves()[key]
        assert isinstance(ledger, Ledger)
        out.append((next(rule.veto for rule in ledger.rules if rule.code == code), None))
    for one in scheme.conditions:
        if one.name in unit.held or f"{one.name}（等次排名）" in unit.held:
            decides = one.score is not None or one.stops
            if not decides or f"{one.name}（等次排名）" in unit.held:
                out.append((one.grade, one.ranked))
    found = []
    for limit, takes in out:
        place = 0 if limit is None else names.index(limit) if limit in names else last
        by_default = limit is None or place < last or scheme.vetoed == "ranked"
        found.append((place, by_default if takes is None else takes))
    return found


def _reaches(this: Grade, score: Fraction) -> bool:
    return this.lower is None or score >= points(this.lower)


def _within_quota(this: Grade, scores: Mapping[str, Fraction], size: int) -> set[str]:
    """Places are given from the top, equal scores together."""
    if this.quota is None:
        return set(scores)
    share, count = this.quota.share, this.quota.count
    places = count if share is None else int(size * points(share) / 100)
    assert places is not None
    gets: set[str] = set()
    for score in sorted(set(scores.values()), reverse=True):
        tied = {name for name, other in scores.items() if other == score}
        if len(gets) >= places or (len(gets | tied) > places and this.quota.ties == "exclude"):
            break
        gets |= tied
    return gets
