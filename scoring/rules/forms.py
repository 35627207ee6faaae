"""自我考核: an item, a 一级指标, a form, the mean of the year's periods.

Source: 四（二） and 四（四） of the scheme of Heze, and the wordings in docs/写考核办法.md. Every
quotient is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, assert_never

from scoring.enums import Missing, NotApplicable, Scoring
from scoring.rules.arithmetic import Arithmetic, C, N
from scoring.scheme.forms import HUNDRED, Area, Late, Leaf
from scoring.scheme.model import SelfAssessment, Tabled
from scoring.tables import ItemRow

SCORED: Final = "scored"
NOT_APPLICABLE: Final = "not_applicable"
REFUSED: Final = "refused"
NO_FORM: Final = "no_form"
NO_ITEM: Final = "no_item"
UNVERIFIED: Final = "unverified"


def item_status(row: ItemRow | None, *, exempt: bool, form_came: bool, found: bool) -> str:
    """What became of an item that the scheme expects; ``found``: the verifier's values give it
    points. Whatever is neither SCORED nor NOT_APPLICABLE is missing."""
    if exempt or (row is not None and row.not_applicable):
        return NOT_APPLICABLE
    if row is not None and row.refused:
        return REFUSED
    if not form_came:
        return NO_FORM
    if row is None:
        return NO_ITEM
    return SCORED if found else UNVERIFIED


def verified_or_own(row: ItemRow) -> ItemRow:
    """The item with the unit's own values where the verifier's do not settle it yet: a count without its
    total is no finding, and is never mixed with the unit's."""
    done, of = row.done, row.of
    if done is None or of is None:
        done, of = row.self_done, row.self_of
    return row._replace(
        verified_score=row.self_score if row.verified_score is None else row.verified_score,
        done=done,
        of=of,
        faults=row.self_faults if row.faults is None else row.faults,
    )


def by_fraction(a: Arithmetic[N, C], points: int, done: N, of: N) -> N:
    """按比例得分: 分值×完成数÷应完成数; absent where nothing was to be done."""
    return a.when(a.above(of, a.count(0)), a.points(points) * done / of, a.absent)


def by_faults(a: Arithmetic[N, C], leaf: Leaf, faults: N) -> N:
    """每个问题扣分，扣完为止, out of the item's full points."""
    each = a.points(leaf.indicator.each or 0)
    return a.most(a.points(0), a.points(leaf.full) - each * faults)


def item_score(a: Arithmetic[N, C], leaf: Leaf, score: N, done: N, of: N, faults: N) -> N:
    """What was found of an item, out of its own full points, by its way of scoring; absent where that
    was not found. ``score`` is out of the full points, ``done`` of ``of`` and ``faults`` are counts."""
    match leaf.scoring:
        case Scoring.FRACTION:
            return by_fraction(a, leaf.full, done, of)
        case Scoring.EACH:
            return a.when(a.is_there(faults), by_faults(a, leaf, a.or_zero(faults)), a.absent)
        case Scoring.POINTS | Scoring.OPTIONS:
            return score
        case _ as way:
            assert_never(way)


def item_points(a: Arithmetic[N, C], leaf: Leaf, score: N) -> N:
    """What an item gives of its points: its score, converted where it is scored out of a hundred (an
    indicator with a weight)."""
    if leaf.points == leaf.full:
        return score
    return score * a.points(leaf.points) / a.points(leaf.full)


def area_worth(top: Area, component: SelfAssessment) -> int:
    """The points of a 一级指标, or its share of the full points, in ten-thousandths."""
    if top.points is not None:
        return top.points
    return component.full * (top.weight or 0) // HUNDRED


def area_cap(top: Area, component: SelfAssessment) -> int | None:
    """What a 一级指标 gives at most, where its items may come to more (overrun)."""
    return area_worth(top, component) if top.overrun else None


def area_points(
    a: Arithmetic[N, C],
    component: SelfAssessment,
    cap: int | None,
    obtained: N,
    applicable: N,
    spared: N,
) -> tuple[N, N]:
    """What a 一级指标 gives, and the points that apply in it.

    ``obtained`` of ``applicable`` points by the items that apply; ``spared`` are the points of those
    that do not. An area with a cap gives no more than its cap, and no more than its cap applies;
    what does not apply but counts full does so under the cap.
    """
    if cap is None:
        return obtained, applicable
    most = a.points(cap)
    if component.not_applicable == NotApplicable.FULL:
        some = a.above(applicable, a.points(0))
        given = a.when(some, obtained + spared, obtained)
        return a.least(most, given), a.when(some, most, applicable)
    return a.least(most, obtained), a.least(most, applicable)


def form_points(a: Arithmetic[N, C], component: SelfAssessment, obtained: N, applicable: N) -> N:
    """A form's points out of the full points, with what does not apply made up for as the scheme says
    (不适用指标); absent where nothing applies."""
    if applicable == a.points(component.full):
        return obtained
    full = a.setting("full", component.title, component.full)
    match component.not_applicable:
        case NotApplicable.FULL:
            whole = obtained + (full - applicable)
        case NotApplicable.RESCALE:
            whole = obtained * full / applicable
        case _ as way:
            assert_never(way)
    return a.when(a.above(applicable, a.points(0)), whole, a.absent)


def late_points(a: Arithmetic[N, C], late: Late, days: N) -> N:
    """迟报扣分 of a form that came ``days`` after its due date."""
    off = a.most(a.count(0), days) * a.points(late.each_day)
    return off if late.cap is None else a.least(a.points(late.cap), off)


def less_late(a: Arithmetic[N, C], whole: N, late: N) -> N:
    """A form's points less those for lateness, not below 0."""
    return a.when(a.is_there(whole), a.most(a.points(0), a.or_zero(whole) - late), a.absent)


def period_score(a: Arithmetic[N, C], missing: Missing, whole: N, lacking: C) -> N:
    """A period's score: none where something is ``lacking``, unless what is missing counts as 0."""
    return whole if missing == Missing.ZERO else a.when(a.no(lacking), whole, a.absent)


def on_scale(a: Arithmetic[N, C], score: N, component: Tabled) -> N:
    """A score as it enters the composite: out of 100 where the part is weighed, else as it is."""
    if component.scale == HUNDRED:
        return score
    return score * a.points(HUNDRED) / a.setting("full", component.title, component.scale)


def period_mean(
    a: Arithmetic[N, C],
    component: SelfAssessment,
    missing: Missing,
    periods: Sequence[N],
    spoiled: C | None = None,
) -> N:
    """The mean of the periods' scores by the periods' weights, on the component's scale.

    Where a period is absent, there is none, unless the scheme leaves out what is missing: then it is
    the mean of the others. ``spoiled`` says that more is missing than whole forms, which nothing
    leaves out.
    """
    shares = component.period_weights()
    scores = [on_scale(a, score, component) for score in periods]
    whole = sum(shares)
    each = [
        score if share == 1 else score * a.count(share)
        for score, share in zip(scores, shares, strict=True)
    ]
    there = [a.is_there(score) for score in periods]
    mean = a.total(each) if whole == 1 else a.total(each) / a.count(whole)
    fewer = a.absent
    if missing == Missing.REWEIGHT and len(periods) > 1:
        zero = a.count(0)
        some = a.total([a.when(t, e, zero) for t, e in zip(there, each, strict=True)])
        present = a.total([a.when(t, a.count(s), zero) for t, s in zip(there, shares, strict=True)])
        fits = a.some(*there)
        if spoiled is not None:
            fits = a.every(fits, a.no(spoiled))
        fewer = a.when(fits, some / present, a.absent)
    return a.when(a.every(*there), mean, fewer)
