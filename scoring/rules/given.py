"""Scores that are handed in whole, one per unit or one per assessor, as 第三方评估.

Source: 四（三） of the scheme of Heze. A mean is never taken over fewer assessors than the table
says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, assert_never

from scoring.rules.arithmetic import Arithmetic, C, N
from scoring.rules.forms import on_scale
from scoring.scheme.model import Score

LEAST_TO_TRIM: Final = 3
"""去掉一个最高分和一个最低分 needs a third score."""


def enough_marks(component: Score, marks: int) -> bool:
    """Whether so many assessors' scores make a score."""
    return marks >= (LEAST_TO_TRIM if component.assessors == "trimmed" else 1)


def mean_of_marks(a: Arithmetic[N, C], component: Score, marks: Sequence[N]) -> N:
    """The score of a unit on its own scale from what its assessors gave; absent where one of them is
    absent or where there are too few. Raises ValueError where a unit that has one score has several."""
    if not enough_marks(component, len(marks)):
        return a.absent
    match component.assessors:
        case "one":
            (only,) = marks
            return only
        case "mean":
            return a.total(marks) / a.count(len(marks)) if len(marks) > 1 else marks[0]
        case "trimmed":
            there = a.every(*(a.is_there(mark) for mark in marks))
            safe = [a.or_zero(mark) for mark in marks]
            middle = a.total(marks) - a.most(*safe) - a.least(*safe)
            return a.when(there, middle / a.count(len(marks) - 2), a.absent)
        case _ as way:
            assert_never(way)


def given_score(a: Arithmetic[N, C], component: Score, given: N) -> N:
    """A score that was handed in, as it enters the composite."""
    return a.when(a.is_there(given), on_scale(a, given, component), a.absent)
