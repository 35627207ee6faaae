"""Which numbers of 汇总 are live formulas, and which the engine alone can compute.

A workbook formula stays readable for what most schemes use: rows that cost points, verified
items, weights, bounds. Caps, additions, quotas, vetoes and the like are computed by the engine;
their cells hold its value, and the sheet of rules says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

from scoring.scheme import Combined, Component, Leaf, Ledger, Scheme, Score, SelfAssessment
from scoring.scheme.forms import HUNDRED


def walk(components: Mapping[str, Any], level: int = 0) -> Iterator[tuple[str, Any, int]]:
    """Every component with its level, the parts of a combined one before it."""
    for key, component in components.items():
        if isinstance(component, Combined):
            yield from walk(component.parts, level + 1)
        yield key, component, level


FINEST: Final = 20
"""Thirds, sevenths and the like of a point are told from a half by a workbook's rounding; finer
parts may not be."""


def live_ledger(ledger: Ledger) -> bool:
    """Whether the score is the preset points less the sum of the rows' 扣分, converted to the scale
    of 100 where the ledger is out of another number."""
    plain = all(r.cap is None and r.minimum is None and r.effect == "deduct" for r in ledger.rules)
    plain = plain and Fraction(HUNDRED, ledger.scale).denominator < FINEST
    return plain and not ledger.categories and ledger.ceiling is None and ledger.rounding is None


def live_period(component: SelfAssessment) -> bool:
    """Whether a period's score is the sum of its items."""
    areas = [area for tree in component.trees().values() for area in tree]
    return component.late is None and not any(area.overrun for area in areas)


def live_mean(component: SelfAssessment) -> bool:
    """Whether the component is the plain mean of its periods."""
    return len(set(component.period_weights())) == 1 and component.rounding is None


def live_item(leaf: Leaf) -> bool:
    """Whether what counts of an item is its verified score as it stands."""
    return leaf.scoring in ("points", "options") and leaf.points == leaf.full


def live_combined(component: Combined, scheme: Scheme) -> bool:
    """Whether the component is the weighed sum of its parts."""
    return (
        component.rounding is None
        and _live_weights(component.parts)
        and not any(scheme.missing_for(key) == "reweight" for key in component.parts)
    )


def live_composite(scheme: Scheme) -> bool:
    """Whether the composite is the weighed sum of the components, rounded half up."""
    return scheme.rounding.method == "half_up" and _live_weights(scheme.components)


def _live_weights(components: Mapping[str, Component]) -> bool:
    return all(isinstance(c.weight, int) and c.gate is None for c in components.values())


def live_grades(scheme: Scheme) -> bool:
    """Whether the grade follows from the composite and the bounds alone."""
    if isinstance(scheme.grades, Mapping):
        return False
    vetoed = any(
        rule.veto for c in scheme.leaves().values() if isinstance(c, Ledger) for rule in c.rules
    )
    bounded = all(g.quota is None and g.lower is not None for g in scheme.grades[:-1])
    return bounded and not vetoed


def computed(scheme: Scheme) -> list[str]:
    """What stands in 汇总 as the engine's value, in words; empty where all is live."""
    out = []
    for _, component, _ in walk(scheme.components):
        if isinstance(component, Ledger):
            live = live_ledger(component)
        elif isinstance(component, SelfAssessment):
            live = live_period(component) and live_mean(component)
        elif isinstance(component, Combined):
            live = live_combined(component, scheme)
        else:
            assert isinstance(component, Score)
            live = component.rounding is None
        if not live:
            out.append(component.title)
    if not live_composite(scheme):
        out.append("综合成绩")
    if not live_grades(scheme):
        out.append("等次")
    return out
