"""Scores that are handed in whole, one per unit or one per assessor, as 第三方评估.

Source: 四（三） of the scheme of Heze. A mean is never taken over fewer assessors than the table
says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Generic, assert_never

from scoring.enums import Assessors
from scoring.rules.arithmetic import Arithmetic, C, N
from scoring.rules.forms import on_scale
from scoring.scheme.model import Score

LEAST_TO_TRIM: Final = 3
"""去掉一个最高分和一个最低分 needs a third score."""


@dataclass(frozen=True)
class Marks(Generic[N, C]):
    """What a unit's assessors gave: how many scores there are, their sum, the highest and the lowest,
    and whether one of them lacks."""

    count: N
    total: N
    highest: N
    lowest: N
    lacking: C


def mean_of_marks(a: Arithmetic[N, C], component: Score, marks: Marks[N, C]) -> N:
    """The score of a unit on its own scale from what its assessors gave; absent where one of them
    lacks, or where there are too few."""
    match component.assessors:
        case Assessors.ONE | Assessors.MEAN:
            enough, whole, count = a.above(marks.count, a.count(0)), marks.total, marks.count
        case Assessors.TRIMMED:
            enough = a.reaches(marks.count, a.count(LEAST_TO_TRIM))
            whole = marks.total - marks.highest - marks.lowest
            count = marks.count - a.count(2)
        case _ as way:
            assert_never(way)
    mean = whole if component.assessors == Assessors.ONE else whole / count
    return a.when(a.every(enough, a.no(marks.lacking)), mean, a.absent)


def given_score(a: Arithmetic[N, C], component: Score, given: N) -> N:
    """A score that was handed in, as it enters the composite."""
    return a.when(a.is_there(given), on_scale(a, given, component), a.absent)
