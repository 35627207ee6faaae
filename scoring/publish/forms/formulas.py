"""The rules of a scheme over the cells of a form: what is typed in, and what it comes to, live.

How a score is computed stands in ``scoring.rules``; here stands what a form's cell may hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import assert_never

from scoring.enums import Scoring
from scoring.rules import cells as live
from scoring.rules import forms, given
from scoring.rules.cells import NOTHING, CellArithmetic, Live, constant, when
from scoring.rules.composite import Tree, conditions_of, rounded_part, tree
from scoring.rules.grading import best_open
from scoring.scheme import Combined, Component, Leaf, Scheme, Score, SelfAssessment

Put = Callable[[str, Live], Live]
"""Writes a labelled formula into a cell of its own and gives the cell."""

_PLAIN = CellArithmetic()


# The items of a form


def self_score(leaf: Leaf, counts: Sequence[Live]) -> Live:
    """自评分 of an item that is scored by counts, out of its full points; empty where they do not fit."""
    if leaf.scoring == Scoring.FRACTION:
        return _fraction_of(leaf.full, counts)
    (faults,) = counts
    return when(_sound(faults), forms.by_faults(_PLAIN, leaf, faults), NOTHING)


def item_points(leaf: Leaf, own: Live, counts: Sequence[Live]) -> Live:
    """What an item gives of its points, from its 自评分 or its counts; 0 where nothing is filled."""
    match leaf.scoring:
        case Scoring.FRACTION:
            # Its own cell shows a share that may be read back with fewer digits: counted is the share.
            score = live.as_number(_fraction_of(leaf.full, counts))
        case Scoring.OPTIONS:
            score = constant(0)
            for name, points in reversed((leaf.indicator.options or {}).items()):
                text = Live(f"TRIM({own.text})", own.value)
                score = when(live.compare(text, "=", live.quoted(name)), constant(points), score)
        case Scoring.POINTS | Scoring.EACH:
            score = live.as_number(own)
        case _ as way:
            assert_never(way)
    return forms.item_points(_PLAIN, leaf, score)


def _fraction_of(points: int, counts: Sequence[Live]) -> Live:
    done, of = counts
    fits = live.both(
        _sound(done), _sound(of), live.compare(of, ">", constant(0)), live.compare(done, "<=", of)
    )
    return when(fits, constant(points) * done / of, NOTHING)


def _sound(count: Live) -> Live:
    """Whether a cell holds a whole number, not negative."""
    value = live.number(count)
    whole = isinstance(count.value, type(value)) and value >= 0 and value.denominator == 1
    return Live(f"IF(ISNUMBER({count.text}),AND({count.text}>=0,{count.text}=INT({count.text})),FALSE)", whole)  # fmt: skip


def area_points(
    component: SelfAssessment, cap: int | None, obtained: Live, applicable: int, spared: int
) -> Live:
    """What a 一级指标 gives, ``obtained`` of ``applicable`` points by its items."""
    got, _ = forms.area_points(
        _PLAIN, component, cap, obtained, constant(applicable), constant(spared)
    )
    return got


def whole_form(component: SelfAssessment, raw: Live, applicable: int) -> Live:
    """A form's points with what does not apply made up for, as the scheme says."""
    return forms.form_points(_PLAIN, component, raw, constant(applicable))


def late_points(component: SelfAssessment, due: date, sent: Live) -> Live:
    """迟报扣分 from the day on which the form is sent; 0 while that is empty."""
    assert component.late is not None
    day = Live(f"DATE({due.year},{due.month},{due.day})", live.ordinal(due))
    late = forms.late_points(_PLAIN, component.late, sent - day)
    return when(live.is_number(sent), late, constant(0))


def less_late(whole: Live, late: Live) -> Live:
    """A form's points less those for lateness."""
    return forms.less_late(_PLAIN, whole, late)


# Components


def period_mean(
    scheme: Scheme, key: str, component: SelfAssessment, periods: Sequence[Live]
) -> Live:
    """The component's score from its periods' scores."""
    mean = forms.period_mean(_PLAIN, component, scheme.missing_for(key), periods)
    return rounded_part(_PLAIN, component, mean)


def given_score(component: Score, score: Live) -> Live:
    """A score that is handed in whole, as it enters the composite."""
    return rounded_part(_PLAIN, component, given.given_score(_PLAIN, component, score))


def composite(
    scheme: Scheme,
    group: str,
    leaves: Mapping[str, Live],
    counts: Mapping[tuple[str, str], int],
    put: Put,
    known: Mapping[str, Live] | None = None,
) -> Tree[Live, Live]:
    """The published composite, empty while something is missing that must not be, with the cells of
    the combined components. ``leaves`` are the cells of the components that are read from tables,
    ``counts`` how often the rules counted that conditions look at; ``known`` combined ones are not
    computed again."""
    a = CellArithmetic(put)
    return tree(a, scheme, group, leaves, {k: a.count(n) for k, n in counts.items()}, known)


def limits(scheme: Scheme, group: str, found: Tree[Live, Live]) -> list[tuple[int, Live]]:
    """The conditions that limit the grade: the position of the best that each leaves open, and whether
    it took effect."""
    return [
        (best_open(scheme, group, [c.grade]), found.holds[c.name])
        for c in conditions_of(scheme, group)
        if c.grade is not None
    ]


def limited(limits: Sequence[tuple[int, Live]], position: int) -> Live:
    """Whether a grade is closed by some condition."""
    return _PLAIN.some(*(holds for best, holds in limits if best > position))


def depends(component: Component, key: str, on: str) -> bool:
    """Whether a component is, or is made of, the one called ``on``."""
    if isinstance(component, Combined):
        return any(depends(part, k, on) for k, part in component.parts.items())
    return key == on
