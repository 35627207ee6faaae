"""How firm ranks and grades are: the year is graded again with weight moved and scores off.

Tried are both ends of what is allowed and every whole percentage point between (逐个百分点试算), each
time by the rules of scoring. Nothing is said of what lies between two trials.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from scoring.points import SCALE
from scoring.rules.exact import Exact
from scoring.rules.grading import Placed, Standing, count_of
from scoring.score import Result
from scoring.sensitivity.group import NO_MOVE, Group, highest, lowest
from scoring.sensitivity.model import (
    Effect,
    GroupRobustness,
    Move,
    Robustness,
    Span,
    UnitRobustness,
)
from scoring.sensitivity.swaps import swaps
from scoring.sensitivity.trials import weights_in

Met = tuple[int, int, int]
"""A unit in a trial: its composite, its rank, the position of its grade (0 where there are no grades)."""
Tried = dict[int, list[Met]]
"""By the position of a unit in its group."""


def analyse(result: Result, weights: int = 5 * SCALE, error: int = 2 * SCALE) -> Robustness:
    """How firm the ranking of ``result`` is when up to ``weights`` (ten-thousandths of a percent) are
    moved from one component to another and handed-in scores are off by up to ``error``
    (ten-thousandths of a point). The same result gives the same analysis."""
    scores = tuple(result.scheme.weighed_scores()) if error else ()
    given: dict[str, dict[str, Exact]] = defaultdict(dict)
    for score in result.scores:
        if score.component in scores and score.given is not None:
            given[score.unit][score.component] = Exact(score.given)
    off = error if scores else 0
    every = [Group(result, name, given, weights, off) for name in result.scheme.groups]
    order = {unit.unit: i for i, unit in enumerate(result.units)}
    pairs = [swap for group in every for swap in swaps(group)]
    return Robustness(
        result=result,
        weights=weights,
        error=error,
        scores=scores,
        groups=tuple(_robustness(group) for group in every if group.ranked),
        swaps=tuple(sorted(pairs, key=lambda s: (s.share, order[s.ahead], order[s.behind]))),
        left_out=tuple(unit.unit for unit in result.units if unit.composite is None),
        unranked=tuple(unit for group in every for unit in group.unranked),
    )


def _robustness(group: Group) -> GroupRobustness:
    spans = [_spans(group, tried) for tried in _tried(group)]
    return GroupRobustness(
        group.name,
        weights_in(group.scheme, group.name),
        tuple(_effect(group, move) for move in group.moves),
        tuple(_unit(group, i, *(found[i] for found in spans)) for i in group.ranked),
    )


def _tried(group: Group) -> tuple[Tried, Tried, Tried, Tried]:
    """What the units met with weight moved; with their own scores off; with those of the others off
    against them; with all of it."""

    def right(move: Move) -> Tried:
        stands = group.after(move)
        return _met(stands, enumerate(group.place(stands)))

    def apart(own: Sequence[Standing], others: Sequence[Standing]) -> Tried:
        return _met(own, group.place_each(own, others))

    def worst(move: Move) -> Tried:
        low, high = group.after(move, lowest), group.after(move, highest)
        return _joined(apart(low, high), apart(high, low))

    own, weights = right(NO_MOVE), _joined(*map(right, group.trials))
    if not group.error:
        return weights, own, own, weights
    plain, low, high = group.stands, group.after(NO_MOVE, lowest), group.after(NO_MOVE, highest)
    alone = _joined(own, apart(low, plain), apart(high, plain))
    against = _joined(alone, worst(NO_MOVE))
    return weights, alone, against, _joined(weights, against, *map(worst, group.trials))


def _met(stands: Sequence[Standing], placed: Iterable[tuple[int, Placed]]) -> Tried:
    """What each unit came to; nothing where it had no composite."""
    found: Tried = defaultdict(list)
    for i, place in placed:
        composite = stands[i].placed
        if composite is not None and place.rank is not None:
            found[i].append((composite, place.rank, place.grade or 0))
    return found


def _joined(*found: Tried) -> Tried:
    every = {i for one in found for i in one}
    return {i: [met for one in found for met in one.get(i, ())] for i in every}


def _spans(group: Group, tried: Tried) -> dict[int, Span]:
    found = {}
    for i in group.ranked:
        composites, ranks, grades = zip(*tried[i], strict=True)
        names = (grade.name for grade in group.grades[min(grades) : max(grades) + 1])
        found[i] = Span(min(composites), max(composites), min(ranks), max(ranks), tuple(names))
    return found


def _effect(group: Group, move: Move) -> Effect:
    placed = group.place(group.after(move))
    ranks = tuple(placed[i].rank for i in group.ranked)
    grades = (placed[i].grade for i in group.ranked)
    return Effect(move, ranks, tuple(None if g is None else group.grades[g].name for g in grades))


def _unit(
    group: Group, i: int, weights: Span, alone: Span, against: Span, both: Span
) -> UnitRobustness:
    unit, placed = group.units[i], group.placed[i]
    assert unit.composite is not None
    assert placed.rank is not None
    return UnitRobustness(
        unit=unit.unit,
        group=group.name,
        composite=unit.composite,
        rank=placed.rank,
        grade=unit.grade,
        settled=unit.rank is not None,
        weights=weights,
        alone=alone,
        against=against,
        both=both,
        rise=_rise(group, i, unit.composite, placed.grade or 0),
        margin=_margin(group, unit.composite, placed.grade or 0),
    )


def _rise(group: Group, i: int, composite: int, grade: int) -> tuple[str, int] | None:
    """The next better grade that has a bound and that vetoes leave open, and how far it is; None
    where only places are lacking."""
    better = [g for g in group.grades[group.stands[i].best : grade] if g.lower is not None]
    bound = count_of(group.scheme, better[-1].lower) if better else None
    return (better[-1].name, bound - composite) if bound is not None and bound > composite else None


def _margin(group: Group, composite: int, grade: int) -> int | None:
    """How far the composite is above the bound of its grade; None where that has none or is the
    lowest."""
    if not group.grades:
        return None
    bound = count_of(group.scheme, group.grades[grade].lower)
    return None if bound is None or grade == len(group.grades) - 1 else composite - bound
