"""A unit's composite as a function of the weights, exact.

The same order as ``scoring.score.composite``, for one unit and in Fractions: weigh, let a gate
close, add what adds if it enters, round once. Tests hold the two against each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm

from scoring.points import PLACES, SCALE
from scoring.scheme import Combined, Component, Rounding, Scheme
from scoring.scheme.model import HUNDRED
from scoring.score import UnitResult

Values = Mapping[str, Fraction | None]


def round_to(value: Fraction, rounding: Rounding) -> int:
    """``value`` as a count of ``10**-decimals``, rounded by a scheme's method.

    >>> round_to(Fraction("89.995"), Rounding()), round_to(Fraction("-0.005"), Rounding())
    (9000, -1)
    >>> round_to(Fraction("0.125"), Rounding(method="half_even"))
    12
    """
    scaled = value * int(10**rounding.decimals)
    low = scaled.numerator // scaled.denominator
    twice = 2 * (scaled - low)
    return low + (twice > 1 or (twice == 1 and goes_up(low, rounding)))


def goes_up(low: int, rounding: Rounding) -> bool:
    """Whether the middle between ``low`` and ``low + 1`` is rounded to the upper one."""
    return low % 2 == 1 if rounding.method == "half_even" else low >= 0


@dataclass(frozen=True)
class Formula:
    """Σ weight · value / Σ weight of the parts that are there, plus ``extras``.

    ``values`` are in the order of the weighed components, 0 where one is missing or shut out by a
    gate. An extra enters where the published sum of the weighed parts reaches its bound, a count
    of ``10**-decimals``; None: always.
    """

    values: tuple[Fraction, ...]
    present: tuple[bool, ...]
    extras: tuple[tuple[Fraction, int | None], ...]
    rounding: Rounding
    weights: tuple[int, ...]

    @cached_property
    def scaled(self) -> tuple[tuple[int, ...], int]:
        """The values as integers over their common denominator."""
        common = lcm(*(value.denominator for value in self.values))
        return tuple(int(value * common) for value in self.values), common

    def sums(self, weights: Sequence[int]) -> tuple[int, int]:
        """Number and weights of the weighed sum, which is number / (weights · common)."""
        numbers, _ = self.scaled
        number = sum(w * n for w, n in zip(weights, numbers, strict=True))
        if self.whole:
            return number, sum(weights)
        return number, sum(w for w, there in zip(weights, self.present, strict=True) if there)

    @cached_property
    def whole(self) -> bool:
        """Whether every weighed part is there."""
        return all(self.present)

    def base(self, weights: Sequence[int]) -> Fraction:
        """The weighed parts. Where only parts of weight 0 are left, as by the scheme's weights."""
        number, total = self.sums(weights)
        if not total:
            number, total = self.sums(self.weights)
        return Fraction(number, total * self.scaled[1])

    def extra(self, base: int) -> Fraction:
        """What adds to a published sum of the weighed parts."""
        return sum((x for x, bound in self.extras if bound is None or base >= bound), Fraction(0))

    @cached_property
    def own(self) -> Fraction:
        """The exact composite by the scheme's weights."""
        return self.exact(self.weights)

    def exact(self, weights: Sequence[int] | None = None) -> Fraction:
        if weights is None:
            return self.own
        base = self.base(weights)
        if not self.extras:
            return base
        return base + self.extra(round_to(base, self.rounding))

    def published(self, weights: Sequence[int] | None = None) -> int:
        return round_to(self.exact(weights), self.rounding)

    def state(self) -> tuple[object, ...]:
        """What of a gate or a bound is open; within one, a higher value never lowers a composite."""
        base = round_to(self.base(self.weights), self.rounding)
        entered = tuple(bound is None or base >= bound for _, bound in self.extras)
        return entered, tuple(map(bool, self.values))


def weighed(scheme: Scheme) -> tuple[str, ...]:
    """The components that have a weight."""
    return tuple(key for key, component in scheme.components.items() if not component.adds)


def formula(scheme: Scheme, group: str, values: Values) -> Formula | None:
    """The composite of a unit from its components; None where it has none."""
    return _formula(scheme.components, scheme, group, values, scheme.rounding)


def _formula(
    components: Mapping[str, Component],
    scheme: Scheme,
    group: str,
    values: Values,
    rounding: Rounding,
) -> Formula | None:
    """The sum of a scheme's components, or of the parts of a combined one. Under a closed gate
    only its own share stays, and what else is missing does not matter."""
    shut = next((key for key in components if _shut(components[key], values[key])), None)
    keys = [key for key, component in components.items() if not component.adds]
    if shut is not None:
        counted, present, entering = {shut}, tuple(True for _ in keys), {}
    else:
        missing = [key for key in components if values[key] is None]
        if any(scheme.missing_for(key) != "reweight" for key in missing):
            return None
        present = tuple(values[key] is not None for key in keys)
        if not any(present):
            return None
        counted = set(keys)
        entering = {key: values[key] for key, component in components.items() if component.adds}
    return Formula(
        values=tuple((values[key] if key in counted else None) or Fraction(0) for key in keys),
        present=present,
        extras=tuple(
            (value, _bound(components[key], rounding))
            for key, value in entering.items()
            if value is not None
        ),
        rounding=rounding,
        weights=tuple(components[key].weight_in(group) for key in keys),
    )


def _shut(component: Component, value: Fraction | None) -> bool:
    return component.gate is not None and value is not None and value * SCALE < component.gate


def _bound(component: Component, rounding: Rounding) -> int | None:
    """The least published sum with which a part enters."""
    step = int(10 ** (PLACES - rounding.decimals))
    if component.enters is None:
        return None
    if component.enters.above is not None:
        return component.enters.above // step + 1
    assert component.enters.least is not None
    return -(-component.enters.least // step)


def combine(scheme: Scheme, component: Combined, group: str, parts: Values) -> Fraction | None:
    """A combined component before its rounding; over fewer parts, rounded to ten-thousandths."""
    rounding = component.rounding or scheme.rounding
    own = _formula(component.parts, scheme, group, parts, rounding)
    if own is None:
        return Fraction(0) if (component.missing or scheme.missing) == "zero" else None
    if own.sums(own.weights)[1] == HUNDRED:
        return own.own
    return Fraction(round_to(own.own, Rounding(decimals=PLACES)), SCALE)


def movable(scheme: Scheme) -> tuple[str, ...]:
    """The weighed components that are handed in whole, as 第三方评估, also within combined ones."""
    found: list[str] = []

    def walk(components: Mapping[str, Component]) -> None:
        for key, component in components.items():
            if component.adds:
                continue
            if isinstance(component, Combined):
                walk(component.parts)
            elif getattr(component, "kind", "") == "score":
                found.append(key)

    walk(scheme.components)
    return tuple(found)


def values_with_error(scheme: Scheme, unit: UnitResult, error: int) -> Values:
    """The unit's components with its handed-in scores off by ``error`` ten-thousandths, between
    0 and 100. A missing score that counts as zero stays zero."""
    missing = {gap.component for gap in unit.gaps}
    moved = [key for key in movable(scheme) if key not in missing] if error else []

    def value(key: str, component: Component) -> Fraction | None:
        known = unit.score_of(key)
        if isinstance(component, Combined):
            inner = {k: value(k, part) for k, part in component.parts.items()}
            if all(unit.score_of(k) == score for k, score in inner.items()):
                return known
            known = combine(scheme, component, unit.group, inner)
        elif key in moved and known is not None:
            least, most = min(Fraction(0), known), max(Fraction(100), known)
            known = min(max(known + Fraction(error, SCALE), least), most)
        else:
            return known
        if known is None or component.rounding is None:
            return known
        return Fraction(round_to(known, component.rounding), 10**component.rounding.decimals)

    return {key: value(key, component) for key, component in scheme.components.items()}
