"""A unit's composite with weight moved and scores off, by the rules of scoring.

Nothing is computed here: a trial is the same scheme with two weights changed, or the same scores
with some of them changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import permutations

from scoring.points import SCALE, Amount
from scoring.rules.composite import rounded_part, took_effect, tree, watched
from scoring.rules.exact import ABSENT, EXACT, ZERO, Exact, divided
from scoring.rules.given import given_score
from scoring.rules.grading import Standing, count_of, standing_of
from scoring.scheme import Scheme, Score
from scoring.scheme.conditions import Occurred
from scoring.score import UnitResult
from scoring.sensitivity.model import Move

Parts = Mapping[str, Exact]
"""The scores of the components of a scheme, parts of combined ones included."""


@dataclass(frozen=True, slots=True)
class Composite:
    """A composite before its rounding, in ten-thousandths of a point (None where there is none), and what
    grading needs to know of it as it is published. ``even``: it changes evenly with the weights."""

    exact: Amount | None
    standing: Standing
    even: bool


def weights_in(scheme: Scheme, group: str) -> dict[str, int]:
    """The weights of a group by component; none where a scheme adds up points."""
    return {k: w for k, part in scheme.components.items() if (w := part.weight_in(group))}


def moves(scheme: Scheme, group: str, width: int) -> list[Move]:
    """Every way to move weight from one component to another: ``width`` of it, or all it has."""
    weights = weights_in(scheme, group)
    if not width:
        return []
    return [Move(a, b, min(width, weights[a])) for a, b in permutations(weights, 2)]


def steps(move: Move) -> list[Move]:
    """Every whole percentage point on the way of a move, and its end."""
    return [replace(move, amount=a) for a in (*range(SCALE, int(move.amount), SCALE), move.amount)]


def moved(scheme: Scheme, group: str, move: Move) -> Scheme:
    """The scheme with its weights in ``group`` after a move."""
    parts = dict(scheme.components)
    for key, change in ((move.taken, -move.amount), (move.given, move.amount)):
        weight = parts[key].weight_in(group) + change
        parts[key] = parts[key].model_copy(update={"weight": weight})
    return scheme.model_copy(update={"components": parts})


def conditional(scheme: Scheme) -> bool:
    """Whether a composite or a grade may change by leaps: by a gate, a bound that lets a part enter, any
    condition on a score."""
    return any(not isinstance(c.when, Occurred) for c in scheme.every_conditional())


def errors(scheme: Scheme, most: int) -> list[int]:
    """The errors that are tried, none first: both ends, between which the composite only rises. Where
    a scheme has conditions it may not, and every whole point is tried."""
    between = range(SCALE, most, SCALE) if conditional(scheme) else ()
    ups = [*between, most] if most else []
    return [0, *(-up for up in ups), *ups]


def parts_with_error(scheme: Scheme, unit: UnitResult, given: Parts, error: int) -> Parts:
    """The components of a unit with its handed-in scores off by ``error``, which never puts one
    below 0 or above its full points. ``given`` are these scores as they were handed in."""
    leaves: dict[str, Exact] = {}
    for key, leaf in scheme.leaves().items():
        points = unit.score_of(key)
        leaves[key] = ABSENT if points is None else Exact(divided(points * SCALE, 1))
        if error and isinstance(leaf, Score) and key in given:
            leaves[key] = rounded_part(EXACT, leaf, _off(leaf, given[key], error))
    return tree(EXACT, scheme, unit.group, leaves, counts_of(scheme, unit)).scores


def counts_of(scheme: Scheme, unit: UnitResult) -> dict[tuple[str, str], Exact]:
    """How often the rules counted for a unit that conditions look at."""
    return {watch: Exact(unit.counted.get(watch, 0)) for watch in watched(scheme)}


def _off(component: Score, given: Exact, error: int) -> Exact:
    score = given_score(EXACT, component, given)
    full = given_score(EXACT, component, Exact(component.full))
    low, high = EXACT.least(ZERO, score), EXACT.most(full, score)
    return EXACT.most(low, EXACT.least(high, score + Exact(error)))


def composite_of(scheme: Scheme, unit: UnitResult, parts: Parts) -> Composite:
    """The composite of a unit from the scores of its components."""
    group = unit.group
    found = tree(EXACT, scheme, group, {}, counts_of(scheme, unit), known=parts)
    even = all(
        part.enters is None if part.adds else parts[key] != ABSENT
        for key, part in scheme.components.items()
    )
    held = took_effect(scheme, group, (name for name, holds in found.holds.items() if holds))
    count = count_of(scheme, found.composite.value)
    fixed = any(c.fixes for c in held)
    exact = found.composite if fixed else found.sums[""].number
    return Composite(exact.value, standing_of(scheme, group, count, held), even and not fixed)
