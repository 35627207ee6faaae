"""Which neighbours in rank may change places, and the least change until they are level."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from fractions import Fraction
from itertools import chain, combinations, groupby, islice, pairwise, product

from scoring.points import SCALE, Amount
from scoring.sensitivity.group import NO_MOVE, Group
from scoring.sensitivity.model import Move, Swap
from scoring.sensitivity.trials import steps


def swaps(group: Group) -> list[Swap]:
    """The neighbours in rank that may change places, and the units that share a rank."""
    by_rank = [list(same) for _, same in groupby(group.ranked, lambda i: group.placed[i].rank)]
    ties = chain(*(combinations(same, 2) for same in by_rank))
    found = [_swap(group, i, j, tied=True) for i, j in ties]
    for i, j in chain(*(product(ahead, behind) for ahead, behind in pairwise(by_rank))):
        swap = _swap(group, i, j, _least_move(group, i, j), _least_error(group, i, j))
        if swap.move is not None or swap.error is not None:
            found.append(swap)
    return found


def _swap(
    group: Group, i: int, j: int, move: Move | None = None, error: int | None = None, *,
    tied: bool = False,
) -> Swap:  # fmt: skip
    shares = [] if move is None else [Fraction(move.amount) / group.width]
    shares += [] if error is None else [Fraction(error, group.error)]
    return Swap(
        group=group.name,
        ahead=group.units[i].unit,
        behind=group.units[j].unit,
        gap=Fraction(_gap(group, i, j) or 0) / SCALE,
        tied=tied,
        move=move,
        error=error,
        share=min(shares, default=Fraction(0)),
    )


def _gap(group: Group, i: int, j: int, move: Move = NO_MOVE) -> Amount | None:
    """How far ``i`` is ahead of ``j`` before rounding, in ten-thousandths; less than 0: behind."""
    one, two = group.trials[move][i][0].exact, group.trials[move][j][0].exact
    return None if one is None or two is None else one - two


def _least_move(group: Group, i: int, j: int) -> Move | None:
    """The least move that brings two units level. Where both composites change evenly with the
    weights their difference is a line; else it is the least move that was tried."""
    even = all(group.trials[NO_MOVE][k][0].even for k in (i, j))
    before, found = _gap(group, i, j), []
    for move in group.moves:
        if even:
            after = _gap(group, i, j, move)
            if before is not None and after is not None and after <= 0:
                share = Fraction(before) / (before - after)
                found.append(replace(move, amount=share * move.amount))
        else:
            gaps = ((step, _gap(group, i, j, step)) for step in steps(move))
            found += islice((step for step, gap in gaps if gap is not None and gap <= 0), 1)
    return min(found, key=lambda move: move.amount, default=None)


def _least_error(group: Group, i: int, j: int) -> int | None:
    """The least error, in ten-thousandths of a point, that brings two units level when the scores of
    the one ahead are too high and those of the one behind too low by as much."""

    def level(error: int) -> bool:
        ahead, behind = group.off_by(i, -error).exact, group.off_by(j, error).exact
        return ahead is not None and behind is not None and behind >= ahead

    for low, high in pairwise(sorted(error for error in group.errors if error >= 0)):
        if level(high):
            return bisect_left(range(high), True, lo=low, key=level)
    return None
