"""How far it is to the next grade up and to the next one down, and what a score would have to be.

The composites and scores that could matter are all tried with the engine; the least that reaches
another grade is the answer. So bounds, quotas, vetoes, gates and roundings hold as they do there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from scoring.enums import Assessors
from scoring.inquiry.changes import SetScore
from scoring.inquiry.trials import Outcome, Trial, Trials
from scoring.points import PLACES, SCALE
from scoring.rules.given import LEAST_TO_TRIM
from scoring.scheme import Scheme, Score
from scoring.score import UnitResult

CENT = SCALE // 100
"""Scores are asked for in steps of 0.01 points."""


class Distance(NamedTuple):
    """Another grade and how far it is: ``composite`` is the nearest composite that has it and
    ``by`` the difference, both counts of ``10**-decimals``."""

    grade: str
    composite: int
    by: int


class Needed(NamedTuple):
    """What a score that is handed in whole (第三方评估) would have to be for the next grade up,
    everything else unchanged: ``points`` in ten-thousandths on its own scale, a multiple of 0.01;
    None where even full points do not reach it."""

    component: str
    grade: str
    points: int | None


def distances(trials: Trials, unit: UnitResult) -> tuple[Distance | None, Distance | None]:
    """The next grade up and the next one down of a graded unit; None where there is none, or where a
    condition set the composite: then it does not follow from points."""
    if unit.composite is None or unit.grade is None or unit.set_to is not None:
        return None, None
    now = unit.composite
    candidates = sorted(_candidates(trials, unit))
    found = dict(zip(candidates, trials.at(unit.unit, candidates), strict=True))
    order = [grade.name for grade in trials.scheme.grades_in(unit.group)]
    place = order.index(unit.grade)

    def other(composites: Iterable[int], better: bool) -> Distance | None:
        for composite in composites:
            grade = found[composite].grade
            if grade is not None and (order.index(grade) < place) == better and grade != unit.grade:
                return Distance(grade, composite, abs(composite - now))
        return None

    up = other((c for c in candidates if c > now), better=True)
    down = other((c for c in reversed(candidates) if c < now), better=False)
    return up, down


def _candidates(trials: Trials, unit: UnitResult) -> set[int]:
    """The composites at which a grade can change: at a bound and just below it, level with another
    unit and just above or below it (quotas)."""
    step = int(10 ** (PLACES - trials.scheme.rounding.decimals))
    grades = trials.scheme.grades_in(unit.group)
    out: set[int] = set()
    for grade in grades:
        if grade.lower is not None:
            bound = -(-grade.lower // step)
            out |= {bound - 1, bound}
    if any(grade.quota for grade in grades):
        for composite in trials.composites(unit.group):
            out |= {composite - 1, composite, composite + 1}
    return out


def needed_scores(trials: Trials, unit: UnitResult, grade: str) -> list[Needed]:
    """What each weighed score of the scheme would have to be so that ``unit`` has ``grade`` or a
    better one."""
    return [
        Needed(key, grade, least(grade_bands(trials, unit.unit, unit.group, [key]), grade))
        for key in trials.seen_from(unit.group).weighed_scores()
    ]


class Band(NamedTuple):
    """Between these scores (ten-thousandths, both inclusive, in steps of 0.01) the grade is
    ``grade``; ``reaches`` are the grades that are as good or worse."""

    grade: str | None
    low: int
    high: int
    reaches: tuple[str, ...] = ()


def grade_bands(trials: Trials, unit: str, group: str, keys: Sequence[str]) -> list[Band]:
    """Which grade every score gives, from full points down to none: the same score of every one of
    ``keys``, on the scale of the first."""
    full = full_of(trials.seen_from(group), keys[0])
    order = [grade.name for grade in trials.scheme.grades_in(group)]

    def tried(points: Sequence[int]) -> dict[int, str | None]:
        found = score_outcomes(trials, unit, group, keys, points)
        return {value: outcome.grade for value, outcome in zip(points, found, strict=True)}

    search = _halving if trials.more_is_better(group) else _by_whole_points
    grades = search(full, tried)
    bands: list[Band] = []
    for value in sorted(grades, reverse=True):
        grade = grades[value]
        if bands and bands[-1].grade == grade:
            bands[-1] = bands[-1]._replace(low=value)
        else:
            high = bands[-1].low - CENT if bands else value
            reaches = () if grade is None else tuple(order[order.index(grade) :])
            bands.append(Band(grade, value, high, reaches))
    return bands


Tried = Callable[[Sequence[int]], dict[int, str | None]]
"""The grade that each of some scores gives."""


def _halving(full: int, tried: Tried) -> dict[int, str | None]:
    """The grades at both sides of every score at which the grade changes, where more points never make
    it worse: some 40 scores are tried of 10,000."""
    scores = [*range(0, full, CENT), full]
    grades = tried([scores[0], scores[-1]])
    left = [(0, len(scores) - 1)]
    while left:
        low, high = left.pop()
        if high - low > 1 and grades[scores[low]] != grades[scores[high]]:
            middle = (low + high) // 2
            grades |= tried([scores[middle]])
            left += [(low, middle), (middle, high)]
    return grades


def _by_whole_points(full: int, tried: Tried) -> dict[int, str | None]:
    """The grades of all whole points, and of the hundredths between two that differ: a condition may
    make a grade worse where there are more points."""
    coarse: list[int] = [*range(0, full, SCALE), full]
    grades = tried(coarse)
    between = [
        value
        for low, high in pairwise(coarse)
        if grades[low] != grades[high]
        for value in range(low + CENT, high, CENT)
    ]
    return grades | tried(between)


def least(bands: Sequence[Band], grade: str) -> int | None:
    """The least score that gives ``grade`` or a better one; None where none does."""
    return min((band.low for band in bands if grade in band.reaches), default=None)


def score_outcomes(
    trials: Trials, unit: str, group: str, keys: Sequence[str], points: Iterable[int]
) -> list[Outcome]:
    """The outcomes with each of ``points``, on the scale of the first of ``keys``."""
    scheme = trials.seen_from(group)
    full = full_of(scheme, keys[0])
    return trials.run(
        [
            Trial(unit, tuple(_score(scheme, key, unit, value, full) for key in keys))
            for value in points
        ]
    )


def _score(scheme: Scheme, key: str, unit: str, points: int, full: int) -> SetScore:
    component = scheme.leaves()[key]
    assert isinstance(component, Score)
    own = points * component.full // full
    return SetScore(key, unit, own, marks=marks_of(component))


def marks_of(component: Score) -> int:
    """How many equal marks make a score."""
    return LEAST_TO_TRIM if component.assessors == Assessors.TRIMMED else 1


def full_of(scheme: Scheme, key: str) -> int:
    """The full points of a score on its own scale."""
    component = scheme.leaves()[key]
    assert isinstance(component, Score)
    return component.full
