"""试算: synthetic units that differ in one thing each, scored, to see what every rule does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import assert_never

from scoring.enums import Assessors, Comparison, Counts, Effect, Said, Scoring
from scoring.points import PLACES, SCALE, format_decimals, format_points
from scoring.rules.composite import conditions_of, worth_of
from scoring.scheme import Combined, Component, Leaf, Ledger, Rule, Scheme, Score, SelfAssessment
from scoring.scheme.conditions import CompositeScore, Occurred, PartScore, RestScore, When
from scoring.scheme.forms import HUNDRED
from scoring.scheme.ledger import Range
from scoring.scheme.model import AnyComponent, by_points, full_points, walk
from scoring.score import UnitResult
from scoring.score.synthetic import SyntheticYear, Unreached, best, counted, half, spread
from scoring.tables import EntryRow, Verified
from scoring.yaml_files.source import Path_

YEAR = 2024
_MOST_ROWS = 500
ASSESSORS = 3


@dataclass(frozen=True)
class Row:
    """One synthetic unit: what was varied, and what came of it."""

    varied: str
    scores: tuple[str, ...]
    composite: str
    grade: str
    difference: str


@dataclass(frozen=True)
class Trial:
    """The trial of one group; ``quotas`` are the grades that depend on the number of units."""

    group: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    quotas: tuple[str, ...]


_Row = tuple[str, Rule, EntryRow]
"""A ledger row: its part, its rule and the row itself."""


@dataclass(frozen=True)
class _Unit:
    """What is handed in for a synthetic unit."""

    entries: tuple[_Row, ...]
    items: Callable[[str, str, Leaf], Verified | None]
    forms: frozenset[tuple[str, str]]
    scores: dict[str, int | tuple[int, ...] | None]
    late: tuple[str, str] | None = None
    exempt: tuple[str, str] | None = None


def groups_to_try(scheme: Scheme) -> tuple[str, ...]:
    """The groups that the scheme treats differently; the first alone where it treats all alike."""
    different = scheme.differs_by_group or any(one.groups for one in scheme.conditions)
    return scheme.groups if different else scheme.groups[:1]


def try_out(scheme: Scheme, group: str) -> Trial:
    """Every variation as a unit of its own, all of one group, scored together."""
    synthetic = SyntheticYear(YEAR)
    scheme = scheme.seen_from(group)
    variations = list(_variations(scheme, group))
    for number, (_, unit) in enumerate(variations):
        _hand_in(synthetic, scheme, group, str(number), unit)
    result = synthetic.score(_without_places(scheme, group))
    by_number = {int(unit.unit): unit for unit in result.units}
    base = by_number[0]
    rows = [
        Row(
            varied,
            tuple(_shown(score) for score in by_number[i].components.values()),
            result.composite_text(by_number[i]) or "（无）",
            by_number[i].grade or ("（缺项）" if by_number[i].gaps else "（无）"),
            _difference(scheme, by_number[i], base) if i else "",
        )
        for i, (varied, _) in enumerate(variations)
    ]
    titles = [component.title for component in scheme.components.values()]
    quotas = tuple(g.name for g in scheme.grades_in(group) if g.quota is not None)
    graded = ("等次",) if scheme.grades_in(group) else ()
    return Trial(group, ("变动", *titles, "综合", *graded, "与基准相差"), tuple(rows), quotas)


def _without_places(scheme: Scheme, group: str) -> Scheme:
    """The scheme with grades by their bounds alone: how many places there are depends on how many
    units there are, and the synthetic ones are not a county's."""
    grades = tuple(
        grade if grade.lower is None else grade.model_copy(update={"quota": None})
        for grade in scheme.grades_in(group)
    )
    given = scheme.grades
    every = {**given, group: grades} if isinstance(given, dict) else grades
    return scheme.model_copy(update={"grades": every})


def _variations(scheme: Scheme, group: str) -> Iterator[tuple[str, _Unit]]:
    base = _base(scheme)
    yield "基准：没有问题，各项满分", base
    for key, component in scheme.leaves().items():
        if isinstance(component, Ledger):
            yield from _ledger(key, component, base)
        elif isinstance(component, SelfAssessment):
            yield from _forms(key, component, group, base)
        else:
            sixty = component.full * 60 // 100
            yield f"{component.title}得60%", replace(base, scores={**base.scores, key: sixty})
            if component.assessors != Assessors.ONE:
                shares = (60, 80, 90, 95, 100)
                marks = tuple(component.full * share // 100 for share in shares)
                described = "、".join(format_points(mark) for mark in marks)
                text = f"{component.title}5名评委打{described}"
                yield text, replace(base, scores={**base.scores, key: marks})
            yield f"{component.title}缺得分", replace(base, scores={**base.scores, key: None})
    for components in _levels(scheme):
        yield from _gates(components, group, base)
    for components in _levels(scheme):
        yield from _entries(components, group, base)
    seen: dict[When, str] = {}
    for condition in conditions_of(scheme, group):
        if condition.said == Said.CONDITION:
            seen.setdefault(condition.when, condition.name)
    for when, name in seen.items():
        yield from _condition(scheme, when, name, group, base)


def _condition(
    scheme: Scheme, when: When, name: str, group: str, base: _Unit
) -> Iterator[tuple[str, _Unit]]:
    """What a condition of the scheme looks at on either side of its bound; a rule as often as it takes."""
    match when:
        case Occurred(component, code, times):
            ledger = scheme.leaves()[component]
            rules = ledger.rules if isinstance(ledger, Ledger) else ()
            rule = next((r for r in rules if r.code == code and r.counts != Counts.MINIMUM), None)
            if rule is not None and times > 1:
                rows = ((component, rule, counted(rule, YEAR)),) * times
                text = f"{rule.code} {rule.title}：{times}个（条件“{name}”）"
                yield text, replace(base, entries=(*base.entries, *rows))
            return
        case PartScore(part, comparison, bound):
            parts = {part: dict(scheme.every())[part]}
            what = parts[part].title
        case CompositeScore(comparison, bound):
            parts = {key: c for key, c in scheme.components.items() if not c.adds}
            what = "不计加减分的各部分合计"
        case RestScore():
            return  # the condition of a part that adds
        case _ as other:
            assert_never(other)
    low, high = (bound, bound + SCALE) if comparison == Comparison.ABOVE else (bound - SCALE, bound)
    for level, over in ((max(low, 0), False), (high, True)):
        unit = _at_level(parts, group, base, level, over=over)
        if unit is not None:
            yield f"{what}约{format_points(level)}分（条件“{name}”）", unit


def _levels(scheme: Scheme) -> Iterator[Mapping[str, AnyComponent]]:
    """The components of the scheme, then the parts of every combined one."""
    yield scheme.components
    yield from (c.parts for _, c in scheme.every() if isinstance(c, Combined))


def _gates(
    components: Mapping[str, AnyComponent], group: str, base: _Unit
) -> Iterator[tuple[str, _Unit]]:
    """Every part with a gate just under it and on it, the rest full."""
    for key, component in components.items():
        if component.gate is None:
            continue
        under = max(component.gate - SCALE, 0)
        for level, described in ((under, "不到"), (component.gate, "到")):
            unit = _at_level({key: component}, group, base, level, over=described == "到")
            if unit is not None:
                yield f"{component.title}约{format_points(level)}分，{described}门槛", unit


def _entries(
    components: Mapping[str, AnyComponent], group: str, base: _Unit
) -> Iterator[tuple[str, _Unit]]:
    """Every part that enters from a score on, with something in it, the rest on either side."""
    for key, component in components.items():
        if component.enters is None:
            continue
        weighed = {k: c for k, c in components.items() if not c.adds}
        with_it = _with_something(key, component, base)
        bound = component.enters.above
        low, high = (bound, bound + SCALE) if bound is not None else (
            max((component.enters.least or 0) - SCALE, 0), component.enters.least or 0,
        )  # fmt: skip
        for level, over in ((low, False), (high, True)):
            unit = _at_level(weighed, group, with_it, level, over=over)
            if unit is not None:
                enters = "计入" if over else "不计入"
                text = f"占权重的合成约{format_points(level)}分，{component.title}{enters}"
                yield text, unit


def _with_something(key: str, component: Component, base: _Unit) -> _Unit:
    """One row of a ledger that adds; a score that adds is full as it is."""
    if not isinstance(component, Ledger):
        return base
    rule = next((rule for rule in component.rules if rule.counts != Counts.MINIMUM), None)
    if rule is None:
        return base
    row = (key, rule, counted(rule, YEAR))
    return replace(base, entries=(*base.entries, row))


def _at_level(
    parts: Mapping[str, AnyComponent], group: str, base: _Unit, level: int, *, over: bool
) -> _Unit | None:
    """The unit with what these parts come to at ``level`` (ten-thousandths of a hundred), or as near
    as it can be on the side that ``over`` says; None where it cannot be so low. Ledgers stay full
    where there are scores and forms that can be lower."""
    leaves = _shares(parts, group)
    exact = {k for k, (part, _) in leaves.items() if not isinstance(part, Ledger)}
    moved = exact or set(leaves)
    fixed = sum((share for k, (_, share) in leaves.items() if k not in moved), Fraction(0))
    own_share = sum((leaves[k][1] for k in moved), Fraction(0))
    adding = [part for part in parts.values() if part.adds]
    out_of = full_points(parts) if by_points(parts) else HUNDRED
    if adding:
        out_of = sum(part.out_of for part in adding)
    wanted = (Fraction(level, out_of) - fixed) / own_share if own_share else Fraction(-1)
    if not 0 <= wanted <= 1:
        return None
    unit = base
    for key in moved:
        part = leaves[key][0]
        exact_points = wanted * part.full
        own = -int(-exact_points // 1) if over else int(exact_points // 1)
        if isinstance(part, Score):
            unit = replace(unit, scores={**unit.scores, key: own})
        elif isinstance(part, SelfAssessment):
            items = spread(part, group, own)
            if isinstance(items, Unreached):
                return None
            unit = replace(unit, items=_given(key, items, unit.items))
        else:
            lost = _lost(key, part, own, over=over)
            if lost is None:
                return None
            unit = replace(unit, entries=(*unit.entries, *lost))
    return unit


def _shares(
    parts: Mapping[str, AnyComponent], group: str
) -> dict[str, tuple[Ledger | SelfAssessment | Score, Fraction]]:
    """Every table's part by key, with what it counts of the whole that ``parts`` are; those that add to
    the whole are none of it."""
    shares: dict[Path_, Fraction] = {}
    inside: dict[Path_, Mapping[str, AnyComponent]] = {(): parts}
    out = {}
    for path, part in walk(parts):
        above = path[:-2]
        beside = inside[above]
        whole = sum(worth_of(one, group) for one in beside.values())
        own = Fraction(worth_of(part, group), whole) if len(beside) > 1 else Fraction(1)
        shares[path] = shares.get(above, Fraction(1)) * own
        if isinstance(part, Combined):
            inside[path] = part.parts
        elif shares[path]:
            out[str(path[-1])] = part, shares[path]
    return out


def _given(
    key: str, values: Mapping[str, Verified], others: Callable[[str, str, Leaf], Verified | None]
) -> Callable[[str, str, Leaf], Verified | None]:
    """The items of one part as they are given, those of the others as before."""

    def item(component_key: str, period: str, leaf: Leaf) -> Verified | None:
        return values[leaf.code] if component_key == key else others(component_key, period, leaf)

    return item


def _lost(key: str, ledger: Ledger, left: int, *, over: bool) -> tuple[_Row, ...] | None:
    """Rows of one rule until about ``left`` points are left; None where no rule can cost so much."""
    rules = [
        rule for rule in ledger.rules
        if rule.effect == Effect.DEDUCT and rule.cap is None and rule.category is None
        and rule.repeat is None and rule.veto is None and rule.minimum is None and rule.fixed()
    ]  # fmt: skip
    lost = ledger.start - left
    if lost <= 0:
        return ()
    each = (rules[0].fixed() or 0) if rules else 0
    count = 0 if not each else lost // each if over else -(-lost // each)
    if not 0 < count <= _MOST_ROWS:
        return None
    return ((key, rules[0], counted(rules[0], YEAR)),) * count


def _base(scheme: Scheme) -> _Unit:
    leaves = scheme.leaves()
    return _Unit(
        entries=tuple(
            (key, rule, counted(rule, YEAR))
            for key, ledger in leaves.items()
            if isinstance(ledger, Ledger)
            for rule in ledger.rules
            for _ in range(rule.minimum or 0)
        ),
        items=lambda _key, _period, leaf: best(leaf),
        forms=frozenset(
            (key, period.name)
            for key, forms in leaves.items()
            if isinstance(forms, SelfAssessment)
            for period in forms.periods
        ),
        scores={key: c.full for key, c in leaves.items() if isinstance(c, Score)},
    )


def _ledger(key: str, ledger: Ledger, base: _Unit) -> Iterator[tuple[str, _Unit]]:
    for rule in ledger.rules:
        name = f"{rule.code} {rule.title}"
        if rule.counts == Counts.MINIMUM:
            fewer = [e for e in base.entries if e[1] is not rule]
            own = [e for e in base.entries if e[1] is rule]
            yield f"{name}：少一次", replace(base, entries=(*fewer, *own[1:]))
            yield f"{name}：一次也没有", replace(base, entries=tuple(fewer))
            continue
        bounds: list[int | None] = [None]
        if isinstance(rule.points, Range):
            bounds = [rule.points.low, rule.points.high]
        for points in bounds:
            text = "1个" if points is None else f"1个，{format_points(points)}分"
            row = (key, rule, counted(rule, YEAR, points))
            yield f"{name}：{text}", replace(base, entries=(*base.entries, row))
        if rule.counts == Counts.OVERDUE:
            late = counted(rule, YEAR)
            row = (key, rule, late._replace(rectified=late.deadline))
            yield f"{name}：1个，按期完成", replace(base, entries=(*base.entries, row))
        if rule.repeat is not None:
            again = counted(rule, YEAR)._replace(same_problem="同一问题")
            rows = ((key, rule, again),) * rule.repeat.start
            text = f"同一问题{rule.repeat.start}次"
            yield f"{name}：{text}", replace(base, entries=(*base.entries, *rows))
        yield from _at_cap(key, rule, name, base)
    yield from _category_caps(key, ledger, base)


def _at_cap(key: str, rule: Rule, name: str, base: _Unit) -> Iterator[tuple[str, _Unit]]:
    most = rule.points.high if isinstance(rule.points, Range) else rule.points
    if rule.cap is None or not most or -(-rule.cap // most) > _MOST_ROWS:
        return
    count = -(-rule.cap // most) + 1
    high = most if isinstance(rule.points, Range) else None
    rows = ((key, rule, counted(rule, YEAR, high)),) * count
    yield f"{name}：{count}个，到本项上限", replace(base, entries=(*base.entries, *rows))


def _category_caps(key: str, ledger: Ledger, base: _Unit) -> Iterator[tuple[str, _Unit]]:
    for category in ledger.categories:
        rows: list[_Row] = []
        total = 0
        members = [r for r in ledger.rules if r.category == category.code and not r.minimum]
        for rule in members:
            most = rule.points.high if isinstance(rule.points, Range) else rule.points
            room = category.cap - total if rule.cap is None else min(rule.cap, category.cap - total)
            count = min(-(-room // most) + (rule.cap is None), _MOST_ROWS) if most else 0
            high = most if isinstance(rule.points, Range) else None
            rows += [(key, rule, counted(rule, YEAR, high))] * max(count, 0)
            total += count * most
        if rows and total >= category.cap:
            text = f"“{category.title}”类{len(rows)}个，到类别上限"
            yield text, replace(base, entries=(*base.entries, *rows))


def _forms(
    key: str, component: SelfAssessment, group: str, base: _Unit
) -> Iterator[tuple[str, _Unit]]:
    def halved(only: str | None) -> Callable[[str, str, Leaf], Verified | None]:
        def item(component_key: str, period: str, leaf: Leaf) -> Verified | None:
            mine = component_key == key and only in (None, period)
            return half(leaf) if mine else base.items(component_key, period, leaf)

        return item

    yield f"{component.title}各项得一半", replace(base, items=halved(None))
    if len(component.periods) > 1:
        for period in component.periods:
            text = f"{component.title}只有{period.name}各项得一半"
            yield text, replace(base, items=halved(period.name))
    for leaf in component.items(group):
        for text, value in _marks(leaf):
            unit = replace(base, items=_one_item(key, leaf.code, value, base.items))
            yield f"{component.title}指标{leaf.code}{text}", unit
    first = component.periods[0].name
    if component.late is not None:
        yield f"{component.title}{first}迟报1天", replace(base, late=(key, first))
    leaf = component.items(group)[0]
    yield f"{component.title}指标{leaf.code}不适用", replace(base, exempt=(key, leaf.code))
    yield f"{component.title}缺{first}考核表", replace(base, forms=base.forms - {(key, first)})


def _marks(leaf: Leaf) -> Iterator[tuple[str, Verified]]:
    """What an item that is not simply given points can be given beside the best: every other level, one
    fault and as many as cost all of it, half of what was due."""
    options, each = leaf.indicator.options or {}, leaf.indicator.each
    match leaf.scoring:
        case Scoring.OPTIONS:
            for name, points in options.items():
                if points != max(options.values()):
                    yield f"评为“{name}”", Verified(verified_score=points)
        case Scoring.EACH:
            most = -(-leaf.full // (each or 1))
            for count in dict.fromkeys((1, most)):
                end = "，扣完" if count == most else ""
                yield f"有{count}个问题{end}", Verified(faults=count)
        case Scoring.FRACTION:
            yield "完成一半", Verified(done=1, of=2)
        case Scoring.POINTS:
            return
        case _ as other:
            assert_never(other)


def _one_item(
    key: str, code: str, value: Verified, others: Callable[[str, str, Leaf], Verified | None]
) -> Callable[[str, str, Leaf], Verified | None]:
    """One item as it is given in every period, the others as before."""

    def item(component_key: str, period: str, leaf: Leaf) -> Verified | None:
        mine = component_key == key and leaf.code == code
        return value if mine else others(component_key, period, leaf)

    return item


def _hand_in(synthetic: SyntheticYear, scheme: Scheme, group: str, name: str, unit: _Unit) -> None:
    synthetic.unit(name, group)
    for key, _, row in unit.entries:
        synthetic.entry(key, name, row)
    for key, component in scheme.leaves().items():
        if isinstance(component, SelfAssessment):
            for period in component.periods:
                if (key, period.name) not in unit.forms:
                    continue
                items = {
                    leaf.code: value
                    for leaf in component.items(group)
                    for value in [unit.items(key, period.name, leaf)]
                    if value is not None
                }
                synthetic.form(key, name, period.name, items, int(unit.late == (key, period.name)))
        elif isinstance(component, Score):
            points = unit.scores[key]
            count = 1 if component.assessors == Assessors.ONE else ASSESSORS
            if isinstance(points, tuple):
                synthetic.scores(key, name, points)
            elif points is not None:
                synthetic.scores(key, name, [points] * count)
    if unit.exempt is not None:
        synthetic.exempt(unit.exempt[0], name, unit.exempt[1])


def _shown(score: Fraction | None) -> str:
    """A score with up to four decimals."""
    return "（无）" if score is None else format_decimals(round(score * 10**PLACES), PLACES)


def _difference(scheme: Scheme, unit: UnitResult, base: UnitResult) -> str:
    if unit.composite is None or base.composite is None:
        return "—"
    difference = unit.composite - base.composite
    text = format_decimals(difference, scheme.rounding.decimals, pad=True)
    return f"+{text}" if difference > 0 else text if difference else "不变"
