"""Whether every composite of a scheme is one exact fraction of int64 integers.

A component is an integer over a denominator that the scheme fixes; weighing multiplies them. Where
weights and full points with many decimals make the product too large, the scheme is refused when it
is read, not when it is graded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import gcd, lcm
from typing import Any, Final

from scoring.scheme.forms import HUNDRED
from scoring.scheme.parts import Fault, Path_, in_group

LARGEST: Final = 2**61
MOST: Final = 10**8
"""The largest score that is reckoned with, in ten-thousandths (10,000 points)."""


def common_and_whole(
    components: Mapping[str, Any], denominators: Mapping[str, int], groups: tuple[str, ...]
) -> tuple[int, int]:
    """The common denominator of the components, and the sum of their weights in whole shares."""
    weights = [
        in_group(component.weight, group)
        for component in components.values()
        if not component.adds
        for group in groups
    ]
    whole = sum(
        in_group(component.weight, groups[0])
        for component in components.values()
        if not component.adds
    )
    return lcm(*denominators.values()), whole // gcd(*weights)


def fineness_faults(components: Mapping[str, Any], groups: tuple[str, ...]) -> Iterator[Fault]:
    """The parts whose weighed sum does not fit; for components that are sound otherwise."""
    found: list[Fault] = []
    _denominator(components, groups, ("components",), found)
    yield from found


def _denominator(
    components: Mapping[str, Any], groups: tuple[str, ...], path: Path_, found: list[Fault]
) -> int:
    denominators = {
        key: _own(component, groups, (*path, key), found) for key, component in components.items()
    }
    common, whole = common_and_whole(components, denominators, groups)
    if MOST * common * whole > LARGEST and not found:
        found.append(
            Fault(path, "小数位数少一些的权重和满分（各级相乘后过细，不能精确计算；也可在合成的部分写 rounding）")
        )  # fmt: skip
    return common * whole


def _own(component: Any, groups: tuple[str, ...], path: Path_, found: list[Fault]) -> int:
    """The denominator of one component, 1 where it is rounded before it is weighed."""
    exact = 1
    if component.kind == "combined":
        exact = _denominator(component.parts, groups, (*path, "parts"), found)
    elif component.kind == "ledger":
        exact = Fraction(HUNDRED, component.scale).denominator
    elif component.kind == "self_assessment":
        weights = component.period_weights()
        exact = sum(weights) // gcd(*weights)
    return 1 if component.rounding is not None else exact
