"""Which two units may change places, and the least change until they are level.

Along a move of weights the difference of two exact composites is a linear function: it is solved
exactly. Only where parts are missing and left out is it a quadratic one; where its root is not a
fraction, it is rounded up to a millionth of the move.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from math import isqrt
from typing import Final

from scoring.sensitivity.formula import Formula, round_to
from scoring.sensitivity.model import Move
from scoring.sensitivity.steps import line

FINE: Final = 10**6


def is_linear(formula: Formula) -> bool:
    """Whether the composite is linear in the weights: all parts are there, nothing enters late."""
    return all(formula.present) and all(bound is None for _, bound in formula.extras)


def level_at(ahead: Formula, behind: Formula, move: Move) -> Fraction | None:
    """The least share of a move at which ``behind`` is level with ``ahead``; None where it never
    is. Compared are the exact composites, before rounding."""
    before = ahead.exact() - behind.exact()
    if before <= 0:
        return Fraction(0)
    if is_linear(ahead) and is_linear(behind):
        weights = [w + d for w, d in zip(ahead.weights, move.deltas, strict=True)]
        return zero_of_line(before, ahead.exact(weights) - behind.exact(weights))
    return _level_in_pieces(ahead, behind, move)


def zero_of_line(before: Fraction, after: Fraction) -> Fraction | None:
    """Where a line from ``before`` > 0 at 0 to ``after`` at 1 reaches zero.

    >>> zero_of_line(Fraction(3), Fraction(-1)), zero_of_line(Fraction(3), Fraction(1))
    (Fraction(3, 4), None)
    """
    return before / (before - after) if after <= 0 else None


def _level_in_pieces(ahead: Formula, behind: Formula, move: Move) -> Fraction | None:
    first, second = line(ahead, move), line(behind, move)
    turns = {Fraction(0), Fraction(1)}
    for formula, along in ((ahead, first), (behind, second)):
        for _, bound in formula.extras:
            if bound is not None and along.slope:
                number, divisor = along.reaches(2 * bound - 1, 2 * 10**formula.rounding.decimals)
                if divisor and 0 < number < divisor:
                    turns.add(Fraction(number, divisor))
    places = sorted(turns)

    def extra(place: Fraction) -> Fraction:
        return ahead.extra(round_to(first.at(place), ahead.rounding)) - behind.extra(
            round_to(second.at(place), behind.rounding)
        )

    def difference(place: Fraction) -> Fraction:
        return first.at(place) - second.at(place)

    for start, end in pairwise(places):
        if difference(start) + extra(start) <= 0:
            return start
        more = extra((start + end) / 2)
        if difference(start) + more <= 0:  # right after the start
            return start
        # (a)/(b) − (c)/(d) + more, brought to one divisor, is a quadratic in the place.
        b0, b1 = first.common * first.e0, first.common * first.e1
        d0, d1 = second.common * second.e0, second.common * second.e1
        q0 = first.n0 * d0 - second.n0 * b0 + more * b0 * d0
        q1 = (first.n0 * d1 + first.n1 * d0 - second.n0 * b1 - second.n1 * b0
              + more * (b0 * d1 + b1 * d0))  # fmt: skip
        q2 = first.n1 * d1 - second.n1 * b1 + more * b1 * d1
        root = _root_after(q0, q1, q2, start, end)
        if root is not None:
            return root
    if difference(Fraction(1)) + extra(Fraction(1)) <= 0:
        return Fraction(1)
    return None


def _root_after(
    q0: Fraction, q1: Fraction, q2: Fraction, start: Fraction, end: Fraction
) -> Fraction | None:
    """The least root of q0 + q1·s + q2·s² in (start, end], rounded up where it is no fraction."""
    if not q2:
        roots = [-q0 / q1] if q1 else []
    else:
        inner = q1 * q1 - 4 * q2 * q0
        if inner < 0:
            return None
        top, bottom = inner.as_integer_ratio()
        exact = isqrt(top * bottom) ** 2 == top * bottom
        # √(top/bottom) = √(top·bottom)/bottom
        fine = 1 if exact else FINE * FINE
        size = Fraction(isqrt(top * bottom * fine * fine), bottom * fine)
        roots = sorted((-q1 + sign * size) / (2 * q2) for sign in (-1, 1))
        if not exact:
            roots = [Fraction(-((-root * FINE) // 1), FINE) for root in roots]
    return next((root for root in roots if start < root <= end), None)


def least_error(
    exact: Callable[[int, int], Fraction], ahead: int, behind: int, most: int
) -> int | None:
    """The least error, in ten-thousandths, that brings two units level when the score of the one
    ahead is too high and that of the one behind too low by as much. ``exact`` gives a unit's exact
    composite for an error of its scores."""

    def level(error: int) -> bool:
        return exact(behind, error) >= exact(ahead, -error)

    if not level(most):
        return None
    low, high = -1, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if level(middle) else (middle, high)
    return high


def never_above(lower: Sequence[int], upper: Sequence[int], by: int = 0) -> bool:
    """Whether a composite stays at or under another one, by at least ``by``, at all corners."""
    return all(one + by <= other for one, other in zip(lower, upper, strict=True))
