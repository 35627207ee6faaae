"""试算: made-up units that differ in one thing each, scored, to see what every rule does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from scoring.authoring.made_up import MadeUp, Value, best, counted, half
from scoring.points import PLACES, format_decimals, format_points
from scoring.scheme import Leaf, Ledger, Rule, Scheme, Score, SelfAssessment
from scoring.scheme.ledger import Range
from scoring.score import UnitResult

YEAR = 2024
_MOST_ROWS = 500
ASSESSORS = 3


@dataclass(frozen=True)
class Row:
    """One made-up unit: what was varied, and what came of it."""

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


@dataclass(frozen=True)
class _Unit:
    """What is handed in for a made-up unit."""

    entries: tuple[tuple[str, Rule, dict[str, object]], ...]
    items: Callable[[str, str, Leaf], Value | None]
    forms: frozenset[tuple[str, str]]
    scores: dict[str, int | None]
    late: tuple[str, str] | None = None
    exempt: tuple[str, str] | None = None


def groups_to_try(scheme: Scheme) -> tuple[str, ...]:
    """The groups that the scheme treats differently; the first alone where it treats all alike."""
    different = isinstance(scheme.grades, dict) or any(
        isinstance(getattr(component, name, None), dict)
        for component in (*scheme.components.values(), *scheme.leaves().values())
        for name in ("weight", "indicators")
    )
    return scheme.groups if different else scheme.groups[:1]


def try_out(scheme: Scheme, group: str) -> Trial:
    """Every variation as a unit of its own, all of one group, scored together."""
    made_up = MadeUp(YEAR)
    variations = list(_variations(scheme, group))
    for number, (_, unit) in enumerate(variations):
        _hand_in(made_up, scheme, group, str(number), unit)
    result = made_up.score(_without_places(scheme, group))
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
    return Trial(group, ("变动", *titles, "综合", "等次", "与基准相差"), tuple(rows), quotas)


def _without_places(scheme: Scheme, group: str) -> Scheme:
    """The scheme with grades by their bounds alone: how many places there are depends on how many
    units there are, and the made-up ones are not a county's."""
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
            yield f"{component.title}缺得分", replace(base, scores={**base.scores, key: None})


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
        if rule.counts == "minimum":
            fewer = [e for e in base.entries if e[1] is not rule]
            own = [e for e in base.entries if e[1] is rule]
            yield f"{name}：少一次", replace(base, entries=(*fewer, *own[1:]))
            yield f"{name}：一次也没有", replace(base, entries=tuple(fewer))
            continue
        bounds = [None]
        if isinstance(rule.points, Range):
            bounds = [rule.points.low, rule.points.high]  # type: ignore[list-item]
        for points in bounds:
            text = "1个" if points is None else f"1个，{format_points(points)}分"
            row = (key, rule, counted(rule, YEAR, points))
            yield f"{name}：{text}", replace(base, entries=(*base.entries, row))
        if rule.counts == "overdue":
            done = {**counted(rule, YEAR), "rectified": date(YEAR, 2, 1)}
            done["rectified"] = done["deadline"]
            row = (key, rule, done)
            yield f"{name}：1个，按期完成", replace(base, entries=(*base.entries, row))
        if rule.repeat is not None:
            again = {**counted(rule, YEAR), "same_problem": "同一问题"}
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
        rows: list[tuple[str, Rule, dict[str, object]]] = []
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
    def halved(only: str | None) -> Callable[[str, str, Leaf], Value | None]:
        def item(component_key: str, period: str, leaf: Leaf) -> Value | None:
            mine = component_key == key and only in (None, period)
            return half(leaf) if mine else base.items(component_key, period, leaf)

        return item

    yield f"{component.title}各项得一半", replace(base, items=halved(None))
    if len(component.periods) > 1:
        for period in component.periods:
            text = f"{component.title}只有{period.name}各项得一半"
            yield text, replace(base, items=halved(period.name))
    first = component.periods[0].name
    if component.late is not None:
        yield f"{component.title}{first}迟报1天", replace(base, late=(key, first))
    leaf = component.items(group)[0]
    yield f"{component.title}指标{leaf.code}不适用", replace(base, exempt=(key, leaf.code))
    yield f"{component.title}缺{first}考核表", replace(base, forms=base.forms - {(key, first)})


def _hand_in(made_up: MadeUp, scheme: Scheme, group: str, name: str, unit: _Unit) -> None:
    made_up.unit(name, group)
    for key, rule, values in unit.entries:
        found = values["found"]
        assert isinstance(found, date)
        others = {k: v for k, v in values.items() if k != "found"}
        made_up.entry(key, name, rule.code, found, **others)
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
                made_up.form(key, name, period.name, items, int(unit.late == (key, period.name)))
        elif isinstance(component, Score):
            points = unit.scores[key]
            count = 1 if component.assessors == "one" else ASSESSORS
            if points is not None:
                made_up.scores(key, name, [points] * count)
    if unit.exempt is not None:
        made_up.exempt(unit.exempt[0], name, unit.exempt[1])


def _shown(score: Fraction | None) -> str:
    """A score with up to four decimals."""
    return "（无）" if score is None else format_decimals(round(score * 10**PLACES), PLACES)


def _difference(scheme: Scheme, unit: UnitResult, base: UnitResult) -> str:
    if unit.composite is None or base.composite is None:
        return "—"
    difference = unit.composite - base.composite
    text = format_decimals(difference, scheme.rounding.decimals, pad=True)
    return f"+{text}" if difference > 0 else text if difference else "不变"
