"""Which numbers of 汇总 are live formulas, and which the engine alone can compute.

Every score follows from the cells that it rests on by the rules of scoring. Only what needs more than
the cells of one row and one sum (caps of single rules, areas with caps, lateness, quotas)
stands as the engine's value, and the sheet of rules says so.
"""

from __future__ import annotations

from collections.abc import Mapping

from scoring.enums import Effect, Ranks, Scoring
from scoring.rules.grading import takes_part
from scoring.scheme import Leaf, Ledger, Scheme, SelfAssessment
from scoring.score import Result


def live_ledger(ledger: Ledger) -> bool:
    """Whether the score follows from the sum of the rows' 扣分 alone."""
    plain = all(
        r.cap_by is None and r.minimum_by is None and r.effect == Effect.DEDUCT
        for r in ledger.rules
    )
    return plain and not ledger.categories


def live_period(component: SelfAssessment) -> bool:
    """Whether a period's score is the sum of its items."""
    areas = [area for tree in component.trees().values() for area in tree]
    return component.late is None and not any(area.overrun for area in areas)


def live_item(leaf: Leaf) -> bool:
    """Whether what counts of an item is its verified score as it stands."""
    return leaf.scoring in (Scoring.POINTS, Scoring.OPTIONS) and leaf.points == leaf.full


def live_grades(scheme: Scheme) -> bool:
    """Whether the grade follows from the composite, the bounds and the conditions alone."""
    if isinstance(scheme.grades, Mapping):
        return False
    return all(g.quota is None and g.lower is not None for g in scheme.grades[:-1])


def may_be_unranked(scheme: Scheme) -> bool:
    """Whether a condition may take a unit out of the ranking."""
    return any(
        not takes_part(own, group, c)
        for group, own in scheme.views().items()
        for c in own.conditionals()
    )


def live_ranks(result: Result) -> bool:
    """Whether the rank follows from the composites of 汇总: they are those of all units, and equal ranks are
    skipped."""
    return result.scheme.ranks == Ranks.SKIP and result.whole is None


def computed(result: Result) -> list[str]:
    """What stands in 汇总 as the engine's value, in words; empty where all is live."""
    out, scheme = [], result.scheme
    for _, component in scheme.every():
        if isinstance(component, Ledger) and not live_ledger(component):
            out.append(component.title)
        if isinstance(component, SelfAssessment) and not live_period(component):
            out.append(f"{component.title}各期成绩")
    if scheme.grades and not live_grades(scheme):
        out.append("等次")
    if not live_ranks(result):
        out.append("排名")
    return out
