"""Where weights may go: from one component to another, and to the corners of their region.

The region: every weight within ± the width of its own, none below 0, all adding up to 100. A
weighed sum has its extremes over the region at the corners. Up to three components the corners
are ends of moves between two, unless a weight would fall below 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

from scoring.sensitivity.model import Move

MOST_FOR_CORNERS = 8
"""Above so many components only moves between two are looked at: corners grow too many."""


def pair_moves(keys: tuple[str, ...], weights: Sequence[int], width: int) -> list[Move]:
    """Every way to move ``width`` from one component to another, or all that it has."""
    found = []
    for give, take in permutations(range(len(keys)), 2):
        amount = min(width, weights[give])
        if amount:
            deltas = [0] * len(keys)
            deltas[give], deltas[take] = -amount, amount
            found.append(Move(keys, tuple(deltas)))
    return found


def corners(weights: Sequence[int], width: int) -> list[tuple[int, ...]]:
    """The corners of the region, as changes of the weights, in a fixed order.

    >>> corners((30, 40, 30), 5)
    [(-5, 0, 5), (-5, 5, 0), (0, -5, 5), (0, 5, -5), (5, -5, 0), (5, 0, -5)]
    >>> corners((3, 97), 5)
    [(-3, 3), (5, -5)]
    """
    lows = [-min(width, weight) for weight in weights]

    def walk(free: int, at: int, chosen: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        """All but the component ``free`` at one of their ends; ``free`` takes what is left."""
        if at == len(weights):
            rest = -sum(chosen)
            if lows[free] <= rest <= width:
                yield (*chosen[:free], rest, *chosen[free + 1 :])
            return
        for delta in (0,) if at == free else (lows[at], width):
            yield from walk(free, at + 1, (*chosen, delta))

    found = {corner for free in range(len(weights)) for corner in walk(free, 0, ())}
    return sorted(corner for corner in found if any(corner))


def all_moves(keys: tuple[str, ...], weights: Sequence[int], width: int) -> tuple[list[Move], bool]:
    """Moves between two first, then to the other corners; whether every corner is among them."""
    if not width:
        return [], True
    moves = pair_moves(keys, weights, width)
    whole = len(keys) <= MOST_FOR_CORNERS
    if whole:
        known = {move.deltas for move in moves}
        moves += [Move(keys, c) for c in corners(weights, width) if c not in known]
    return moves, whole
