"""What the analysis of firmness gives: plain values, exact.

Composites count ``10**-decimals`` points as in ``UnitResult``; weights and their moves are in
ten-thousandths of a percent, errors in ten-thousandths of a point.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from scoring.score import Result


@dataclass(frozen=True, slots=True)
class Span:
    """What a unit may come to: its composites, its ranks within the group, its grades."""

    low: int
    high: int
    best: int
    worst: int
    best_grade: str
    worst_grade: str


@dataclass(frozen=True, slots=True)
class Move:
    """Weight that is moved between components: ``deltas`` in the order of the keys, at its end.
    They add up to 0."""

    keys: tuple[str, ...]
    deltas: tuple[int, ...]

    @property
    def size(self) -> int:
        """The largest change of a single weight."""
        return max(map(abs, self.deltas))

    @property
    def pair(self) -> bool:
        """Whether it goes from one component to one other."""
        return sum(map(bool, self.deltas)) == 2

    @property
    def taken(self) -> tuple[str, ...]:
        return tuple(key for key, delta in zip(self.keys, self.deltas, strict=True) if delta < 0)

    @property
    def given(self) -> tuple[str, ...]:
        return tuple(key for key, delta in zip(self.keys, self.deltas, strict=True) if delta > 0)


@dataclass(frozen=True, slots=True)
class Effect:
    """Where a move leads at its end, unit by unit in the group's order."""

    move: Move
    composites: tuple[int, ...]
    ranks: tuple[int, ...]
    grades: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitFirmness:
    """How firm a unit's place is. ``rank`` is the published one; in a provisional result it counts
    all units with a composite, and ``settled`` tells whether the result gives the unit a rank.

    ``weights``: weights are moved. ``alone``: the unit's own score is off, those of the others are
    right. ``against``: the others' scores are off in the way that is worst for it, and best for it.
    ``both``: weights are moved and scores are off. Where all corners of the region of weights were
    gone to, no weights within it and no errors leave the ranks of ``weights`` and ``both``; their
    ends are proven pair by pair and need not all be met. ``rise``: the next better grade with a lower bound, and how far it is;
    ``margin``: how far the composite is above the lower bound of its own grade."""

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
    """Two units that may change places. ``gap``: the exact composites' difference. ``move`` and
    ``shift``: the least weight that must be moved, and how, until they are level; ``error``: the
    least error of both scores against each other until they are level or beyond. None: not
    within what is allowed. ``share``: the nearer of the two, as a share of what is allowed."""

    group: str
    ahead: str
    behind: str
    gap: Fraction
    tied: bool
    move: Move | None
    shift: Fraction | None
    error: int | None
    share: Fraction


@dataclass(frozen=True, slots=True)
class GroupFirmness:
    """A group: its weights by component and where each move leads. ``whole``: all corners of the
    region of weights were gone to."""

    group: str
    weights: Mapping[str, int]
    effects: tuple[Effect, ...]
    units: tuple[UnitFirmness, ...]
    whole: bool


@dataclass(frozen=True)
class Firmness:
    """The whole analysis. ``scores``: the components handed in whole whose error was looked at;
    ``swaps``: nearest first; ``left_out``: units without a composite."""

    result: Result
    weights: int
    error: int
    scores: tuple[str, ...]
    groups: tuple[GroupFirmness, ...]
    swaps: tuple[Swap, ...]
    left_out: tuple[str, ...]

    @property
    def units(self) -> list[UnitFirmness]:
        return [unit for group in self.groups for unit in group.units]
