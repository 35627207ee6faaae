"""The rules of a scheme as live formulas: an item, an area, a period, components, the composite.

They follow ``scoring/score/self_assessment.py`` and ``scoring/score/composite.py`` line by line; a
test recalculates filled forms and compares every number with the engine's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from scoring.points import PLACES, SCALE
from scoring.publish.forms import live
from scoring.publish.forms.live import NOTHING, Live, constant, when
from scoring.scheme import Combined, Component, Leaf, Rounding, Scheme, Score, SelfAssessment
from scoring.scheme.forms import HUNDRED

Put = Callable[[str, Live], Live]
"""Writes a labelled formula into a cell of its own and gives the cell."""


# The items of a form


def self_score(leaf: Leaf, counts: Sequence[Live]) -> Live:
    """自评分 of an item that is scored by counts: full · done ÷ of, or full less each fault."""
    if leaf.scoring == "fraction":
        return _by_fraction(leaf.full, counts)
    (faults,) = counts
    each = leaf.indicator.each or 0
    left = live.most(constant(0), constant(leaf.full) - constant(each) * faults)
    left = Live(f"ROUND({left.text},{PLACES})", left.value)
    return when(_sound(faults), left, NOTHING)


def item_points(leaf: Leaf, own: Live, counts: Sequence[Live]) -> Live:
    """What an item gives of its points, from its 自评分 or its counts; 0 where nothing is filled."""
    if leaf.scoring == "fraction":
        share = _by_fraction(leaf.points, counts)
        return when(live.is_number(own), share, constant(0))
    given = live.as_number(own)
    options = leaf.indicator.options
    if options:
        given = constant(0)
        for name, points in reversed(options.items()):
            same = live.compare(Live(f"TRIM({own.text})", own.value), "=", live.quoted(name))
            given = when(same, constant(points), given)
    if leaf.points == leaf.full:
        return given
    return live.half_up(given * constant(leaf.points) / constant(leaf.full), PLACES)


def _by_fraction(points: int, counts: Sequence[Live]) -> Live:
    done, of = counts
    fits = live.both(
        _sound(done), _sound(of), live.compare(of, ">", constant(0)), live.compare(done, "<=", of)
    )
    return when(fits, live.half_up(constant(points) * done / of, PLACES), NOTHING)


def _sound(count: Live) -> Live:
    """Whether a cell holds a whole number, not negative."""
    value = live.number(count)
    whole = isinstance(count.value, type(value)) and value >= 0 and value.denominator == 1
    return Live(f"IF(ISNUMBER({count.text}),AND({count.text}>=0,{count.text}=INT({count.text})),FALSE)", whole)  # fmt: skip


def whole_form(component: SelfAssessment, raw: Live, applicable: int) -> Live:
    """A form's points with what does not apply made up for, as the scheme says."""
    if applicable == component.full:
        return raw
    if component.not_applicable == "full":
        made_up = raw + constant(component.full - applicable)
        return Live(f"ROUND({made_up.text},{PLACES})", made_up.value)
    return live.half_up(raw * constant(component.full) / constant(applicable), PLACES)


def late_points(component: SelfAssessment, due: date, sent: Live) -> Live:
    """迟报扣分 from the day on which the form is sent; 0 while that is empty."""
    assert component.late is not None
    day = f"DATE({due.year},{due.month},{due.day})"
    late = live.most(constant(0), sent - Live(day, live.ordinal(due))) * constant(
        component.late.each_day
    )
    if component.late.cap is not None:
        late = live.least(constant(component.late.cap), late)
    return when(live.is_number(sent), late, constant(0))


# Components


def period_mean(
    scheme: Scheme, key: str, component: SelfAssessment, periods: Sequence[Live]
) -> Live:
    """The component's score on the scale of 100 from its periods' scores; a period without one
    is left out only where the scheme leaves out what is missing."""
    shares = component.period_weights()
    on_hundred = [_on_hundred(p, component.scale) for p in periods]
    weighed = live.total(
        when(live.is_number(p), h * _count(share), constant(0))
        for p, h, share in zip(periods, on_hundred, shares, strict=True)
    )
    present = live.total(
        when(live.is_number(p), _count(share), constant(0))
        for p, share in zip(periods, shares, strict=True)
    )
    every = live.both(*(live.is_number(p) for p in periods))
    plain = live.total(h * _count(s) for h, s in zip(on_hundred, shares, strict=True))
    mean = plain / _count(sum(shares)) if sum(shares) > 1 else plain
    fewer = NOTHING
    if scheme.missing_for(key) == "reweight" and len(periods) > 1:
        some = live.either(*(live.is_number(p) for p in periods))
        fewer = when(some, live.half_up(weighed / present, PLACES), NOTHING)
    if component.rounding is not None:
        mean = rounded(mean, component.rounding)
        if fewer is not NOTHING:
            fewer = when(
                some, rounded(live.half_up(weighed / present, PLACES), component.rounding), NOTHING
            )
    return when(every, mean, fewer)


def given_score(component: Score, given: Live) -> Live:
    """A score that is handed in whole, on the scale of 100."""
    score = _on_hundred(given, component.scale)
    if component.rounding is not None:
        score = rounded(score, component.rounding)
    return when(live.is_number(given), score, NOTHING)


def _on_hundred(score: Live, scale: int) -> Live:
    if scale == HUNDRED:
        return score
    return live.half_up(score * constant(HUNDRED) / constant(scale), PLACES)


def _count(number: int) -> Live:
    """A plain number, which stands in formulas as it is."""
    return constant(number * SCALE)


def rounded(score: Live, rounding: Rounding) -> Live:
    """A score rounded by a scheme's method."""
    method = live.half_up if rounding.method == "half_up" else live.half_even
    return method(score, rounding.decimals)


# The composite


@dataclass(frozen=True)
class Reckoning:
    """Reckons the composite of a unit of ``group`` from the cells of its components."""

    scheme: Scheme
    group: str

    def composite(
        self, leaves: Mapping[str, Live], put: Put, known: Mapping[str, Live] | None = None
    ) -> tuple[Live, dict[str, Live]]:
        """The published composite, empty while something is missing that must not be, and the
        cells of the combined components. ``leaves`` are the cells of the components that are read
        from tables; ``known`` combined ones are not reckoned again."""
        inner: dict[str, Live] = {}
        raw = self._level(
            self.scheme.components, self.scheme.rounding, leaves, put, known or {}, inner
        )
        final = when(live.is_number(raw), rounded(raw, self.scheme.rounding), NOTHING)
        return put("综合成绩", final), inner

    def depends(self, component: Component, key: str, on: str) -> bool:
        """Whether a component is, or is made of, the one called ``on``."""
        if isinstance(component, Combined):
            return any(self.depends(part, k, on) for k, part in component.parts.items())
        return key == on

    def _level(
        self, components: Mapping[str, Component], rounding: Rounding,
        leaves: Mapping[str, Live], put: Put, known: Mapping[str, Live], inner: dict[str, Live],
    ) -> Live:  # fmt: skip
        """The weighed sum of one level with its gates and additions, not rounded."""
        cells: dict[str, Live] = {}
        for key, component in components.items():
            if key in leaves or key in known:
                cells[key] = leaves[key] if key in leaves else known[key]
            else:
                assert isinstance(component, Combined)
                cells[key] = inner[key] = self._combined(key, component, leaves, put, known, inner)
        weights = self._weights(components, cells)
        raw, shut = self._weighed(components, cells, weights, put)
        adding = {key: c for key, c in components.items() if c.adds}
        return (
            put("加减后", self._added(raw, shut, adding, cells, rounding, put)) if adding else raw
        )

    def _combined(
        self, key: str, component: Combined, leaves: Mapping[str, Live], put: Put,
        known: Mapping[str, Live], inner: dict[str, Live],
    ) -> Live:  # fmt: skip
        rounding = component.rounding or self.scheme.rounding
        score = self._level(component.parts, rounding, leaves, put, known, inner)
        if any(self.scheme.missing_for(k) == "reweight" for k in component.parts):
            # Over fewer parts the mean is rounded, unless a gate closed.
            cells = {k: leaves.get(k) or known.get(k) or inner[k] for k in component.parts}
            shut = self._shut(component.parts, cells)
            every = live.both(
                *(live.is_number(cells[k]) for k, c in component.parts.items() if not c.adds)
            )
            exact = live.either(every, *shut)
            score = when(
                live.is_number(score), when(exact, score, live.half_up(score, PLACES)), NOTHING
            )
        if component.rounding is not None:
            score = when(live.is_number(score), rounded(score, component.rounding), NOTHING)
        return put(component.title, score)

    def _weights(self, components: Mapping[str, Component], cells: Mapping[str, Live]) -> Live:
        """The percents of the parts that are there."""
        weighed = {key: c for key, c in components.items() if not c.adds}
        if not any(self.scheme.missing_for(key) == "reweight" for key in weighed):
            return constant(HUNDRED)
        return live.total(
            when(live.is_number(cells[key]), constant(c.weight_in(self.group)), constant(0))
            for key, c in weighed.items()
        )

    def _shut(self, components: Mapping[str, Component], cells: Mapping[str, Live]) -> list[Live]:
        """For every gate whether its component lies under it."""
        return [
            when(live.is_number(cells[key]),
                 live.compare(live.clean(cells[key]), "<", constant(component.gate)),
                 Live("FALSE", False))
            for key, component in components.items()
            if component.gate is not None
        ]  # fmt: skip

    def _weighed(
        self,
        components: Mapping[str, Component],
        cells: Mapping[str, Live],
        weights: Live,
        put: Put,
    ) -> tuple[Live, list[Live]]:
        weighed = {k: c for k, c in components.items() if not c.adds}
        parts = []
        needed = []
        for key, component in weighed.items():
            cell, weight = cells[key], constant(component.weight_in(self.group))
            if self.scheme.missing_for(key) == "reweight":
                cell = live.as_number(cell)
            else:
                needed.append(live.is_number(cell))
            parts.append(cell * weight)
        there = (
            [*needed, live.compare(weights, ">", constant(0))] if weights.text != "100" else needed
        )
        raw = when(live.both(*there), live.total(parts) / weights, NOTHING)
        gates = [key for key, c in components.items() if c.gate is not None]
        shut = [
            put(f"{components[k].title}低于门槛", s)
            for k, s in zip(gates, self._shut(components, cells), strict=True)
        ]
        for key, closed in reversed(list(zip(gates, shut, strict=True))):
            alone = cells[key] * constant(components[key].weight_in(self.group)) / constant(HUNDRED)
            raw = when(closed, alone, raw)
        return put("加权", raw), shut

    def _added(
        self, raw: Live, shut: list[Live], adding: Mapping[str, Component],
        cells: Mapping[str, Live], rounding: Rounding, put: Put,
    ) -> Live:  # fmt: skip
        base = put("加减前", when(live.is_number(raw), rounded(raw, rounding), NOTHING))
        is_open = live.negated(live.either(*shut)) if shut else Live("TRUE", True)
        extra, needed = [], []
        for key, component in adding.items():
            conditions = [is_open, live.is_number(cells[key])]
            if component.enters is not None and component.enters.above is not None:
                conditions.append(live.compare(base, ">", constant(component.enters.above)))
            if component.enters is not None and component.enters.least is not None:
                conditions.append(live.compare(base, ">=", constant(component.enters.least)))
            extra.append(when(live.both(*conditions), live.as_number(cells[key]), constant(0)))
            if self.scheme.missing_for(key) != "reweight":
                needed.append(live.is_number(cells[key]))
        there = live.is_number(raw)
        if needed:
            there = live.both(there, live.either(live.negated(is_open), live.both(*needed)))
        return when(there, raw + live.total(extra), NOTHING)
