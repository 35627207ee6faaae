"""What the analysis of robustness gives: plain values, exact.

Composites count ``10**-decimals`` points as in ``UnitResult``; weights and what of them is moved are
in ten-thousandths of a percent, errors in ten-thousandths of a point.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from scoring.points import Amount
from scoring.score import Result


@dataclass(frozen=True, slots=True)
class Span:
    """What a unit came to in the trials: its lowest and highest composite, its best and worst rank
    within the group, its grades from the best to the worst with all between them (none in a scheme
    without grades)."""

    low: int
    high: int
    best: int
    worst: int
    grades: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """``amount`` of weight that is taken from one component and given to another, by their keys."""

    taken: str
    given: str
    amount: Amount

    def change(self, key: str) -> Amount:
        """How much the weight of a component changes."""
        return self.amount * ((key == self.given) - (key == self.taken))


@dataclass(frozen=True, slots=True)
class Effect:
    """Where a move leads at its end, unit by unit in the group's order. None: without a composite,
    since all that was there lost its weight."""

    move: Move
    ranks: tuple[int | None, ...]
    grades: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class UnitRobustness:
    """How firm a unit's place is. ``rank`` is the published one; in a provisional result it counts
    all units with a composite, and ``settled`` tells whether the result gives the unit a rank.

    ``weights``: weight is moved. ``alone``: the unit's own handed-in scores are off, those of the
    others are right. ``against``: the others' are off the other way as well. ``both``: weight is moved
    and scores are off against each other. ``rise``: the next better grade with a lower bound, and how
    far it is; ``margin``: how far the composite is above the lower bound of its own grade."""

    unit: str
    group: str
    composite: int
    rank: int
    grade: str | None
    settled: bool
    weights: Span
    alone: Span
    against: Span
    both: Span
    rise: tuple[str, int] | None
    margin: int | None


@dataclass(frozen=True, slots=True)
class Swap:
    """Two neighbours in rank that may change places, or that share one (``tied``). ``gap``: the
    difference of their composites before rounding, in points. ``move``: the least move after which
    they are level; ``error``: the least error of both scores against each other until they are level
    or beyond. None: not within what is allowed. ``share``: the nearer of the two, as a share of what
    is allowed."""

    group: str
    ahead: str
    behind: str
    gap: Fraction
    tied: bool
    move: Move | None
    error: int | None
    share: Fraction


@dataclass(frozen=True, slots=True)
class GroupRobustness:
    """A group: its weights by component (none where points are added up), where each move leads."""

    group: str
    weights: Mapping[str, int]
    effects: tuple[Effect, ...]
    units: tuple[UnitRobustness, ...]


@dataclass(frozen=True)
class Robustness:
    """The whole analysis. ``scores``: the components handed in whole whose error was looked at;
    ``swaps``: nearest first; ``left_out``: units without a composite; ``unranked``: vetoed units that
    have no rank, whose grade nothing changes."""

    result: Result
    weights: int
    error: int
    scores: tuple[str, ...]
    groups: tuple[GroupRobustness, ...]
    swaps: tuple[Swap, ...]
    left_out: tuple[str, ...]
    unranked: tuple[str, ...]

    @property
    def units(self) -> list[UnitRobustness]:
        return [unit for group in self.groups for unit in group.units]

    @property
    def moved(self) -> bool:
        """Whether there was weight to move."""
        return any(group.effects for group in self.groups)
