"""自我考核: verified items to areas, areas to periods, periods to one mean.

Source: 四（二） and 四（四） of the scheme of Heze, and the wordings in docs/写考核办法.md. The mean
of the scheme's periods is exact and kept as a numerator; rescaling for items that do not apply
and points by fraction are rounded half up to ten-thousandths.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd
from typing import Final

import narwhals as nw
import pyarrow as pa

from scoring.points import SCALE
from scoring.scheme import Leaf, SelfAssessment
from scoring.scheme.forms import Area
from scoring.scheme.model import Missing
from scoring.score.arithmetic import div_half_up, flag, sum_by
from scoring.tables import Frame, Tables, make_frame

SCORED: Final = "scored"
NOT_APPLICABLE: Final = "not_applicable"
REFUSED: Final = "refused"
NO_FORM: Final = "no_form"
NO_ITEM: Final = "no_item"
UNVERIFIED: Final = "unverified"

HUNDRED: Final = 100 * SCALE

_EXPECTED = {
    "group": pa.large_string(), "period": pa.large_string(), "period_position": pa.int64(),
    "area": pa.large_string(), "area_position": pa.int64(), "area_cap": pa.int64(),
    "indicator": pa.large_string(), "title": pa.large_string(), "points": pa.int64(),
    "full": pa.int64(), "scoring": pa.large_string(), "each": pa.int64(),
    "item_position": pa.int64(),
}  # fmt: skip


@dataclass(frozen=True)
class SelfAssessmentFrames:
    """``items``: every expected item with its status and ``counted`` points; ``periods``: unit,
    period, raw, applicable, late, score; ``scores``: unit and ``numerator`` over
    ``denominator``."""

    items: Frame
    periods: Frame
    scores: Frame
    denominator: int


def judge_items(
    tables: Tables, key: str, component: SelfAssessment, groups: tuple[str, ...]
) -> Frame:
    """Every item that the scheme expects of every graded unit and period: ``status``, and
    ``counted``, the points that the verified values give it."""
    expected = make_frame(
        [
            {
                "group": group, "period": period.name, "period_position": p,
                "area": leaf.area, "area_position": component.areas(group).index(leaf.top),
                "area_cap": area_worth(leaf.top, component) if leaf.top.overrun else None,
                "indicator": leaf.code, "title": leaf.title, "points": leaf.points,
                "full": leaf.full, "scoring": leaf.scoring, "each": leaf.indicator.each,
                "item_position": i,
            }
            for group in groups
            for p, period in enumerate(component.periods)
            for i, leaf in enumerate(component.items(group))
        ],
        _EXPECTED,
        tables.backend,
    )  # fmt: skip
    graded = tables.units.filter(nw.col("parent").is_null()).select("unit", "group", "position")
    here = nw.col("component") == key
    forms = tables.forms.filter(here).select("unit", "period", has_form=nw.col("unit"))
    items = tables.items.filter(here).drop("component").with_columns(has_item=nw.col("unit"))
    exempt = tables.exemptions.filter(here).select("unit", "indicator", exempt=nw.col("unit"))
    rows = (
        graded.join(expected, on="group", how="inner")
        .join(forms, on=["unit", "period"], how="left")
        .join(items, on=["unit", "period", "indicator"], how="left")
        .join(exempt, on=["unit", "indicator"], how="left")
        .with_columns(nw.col("not_applicable").fill_null(False), nw.col("refused").fill_null(False))
        .with_columns(counted=_points_given([i for g in groups for i in component.items(g)]))
    )
    status = (
        nw.when(~nw.col("exempt").is_null() | nw.col("not_applicable")).then(nw.lit(NOT_APPLICABLE))
        .when(nw.col("refused")).then(nw.lit(REFUSED))
        .when(nw.col("has_form").is_null()).then(nw.lit(NO_FORM))
        .when(nw.col("has_item").is_null()).then(nw.lit(NO_ITEM))
        .when(nw.col("counted").is_null()).then(nw.lit(UNVERIFIED))
        .otherwise(nw.lit(SCORED))
    )  # fmt: skip
    return rows.with_columns(status=status)


def area_worth(top: Area, component: SelfAssessment) -> int:
    """The points of a 一级指标, or its share of the full points."""
    if top.points is not None:
        return top.points
    return component.full * (top.weight or 0) // HUNDRED


def _points_given(leaves: list[Leaf]) -> nw.Expr:
    """The points of an item from its verified values, by its way of scoring; null without them.
    What is scored out of a hundred (an indicator with a weight) is converted to its points."""
    ways = {leaf.scoring for leaf in leaves}
    given = nw.col("verified_score")
    if "each" in ways:
        left = nw.col("full") - nw.col("each") * nw.col("faults")
        left = nw.when(left < 0).then(left * 0).otherwise(left)
        given = nw.when(nw.col("scoring") == "each").then(left).otherwise(given)
    if any(leaf.points != leaf.full for leaf in leaves):
        given = (
            nw.when(nw.col("points") == nw.col("full"))
            .then(given)
            .otherwise(div_half_up(given * nw.col("points"), nw.col("full")))
        )
    if "fraction" in ways:
        one = nw.lit(1, nw.Int64)
        of = nw.when(nw.col("of") > 0).then(nw.col("of")).otherwise(one)
        share = div_half_up(nw.col("points") * nw.col("done"), of)
        share = nw.when(nw.col("of") > 0).then(share)
        given = nw.when(nw.col("scoring") == "fraction").then(share).otherwise(given)
    return given


def period_scores(
    tables: Tables, key: str, items: Frame, component: SelfAssessment, missing: Missing
) -> Frame:
    """unit, period, raw (points obtained), applicable (points), absent, late (points off), score.

    ``score`` is in ten-thousandths on the scale of the component's ``full``; null where the
    period cannot be scored under ``missing``.
    """
    full = component.full
    sums = _area_sums(items, component)
    raw, applicable = nw.col("raw"), nw.col("applicable")
    # Never divide by zero: a period without any applicable item has no score (below).
    divisor = nw.when(applicable > 0).then(applicable).otherwise(nw.lit(1, nw.Int64))
    if component.not_applicable == "rescale":
        whole = nw.when(applicable == full).then(raw).otherwise(div_half_up(raw * full, divisor))
    else:
        whole = raw + (full - applicable)
    if component.late is not None:
        sums = _with_lateness(tables, key, sums, component.late.each_day, component.late.cap)
        whole = whole - nw.col("late")
        whole = nw.when(whole < 0).then(whole * 0).otherwise(whole)
    else:
        sums = sums.with_columns(late=nw.lit(0, nw.Int64))
    computable = applicable > 0
    if missing != "zero":
        computable = computable & (nw.col("absent") == 0)
    return sums.with_columns(score=nw.when(computable).then(whole))


def _area_sums(items: Frame, component: SelfAssessment) -> Frame:
    """By unit and period: raw, applicable, absent, no_form. An area with a cap of its own gives
    no more than its cap, and its cap is what it is worth where any of its items applies; items in
    it that do not apply but count full do so under its cap."""
    zero = nw.lit(0, nw.Int64)
    applies = nw.col("status") != NOT_APPLICABLE
    keys = ["unit", "period", "period_position"]
    columns = ["raw", "applicable", "absent", "no_form"]
    by_item = items.with_columns(
        raw=nw.when(nw.col("status") == SCORED).then(nw.col("counted")).otherwise(zero),
        applicable=nw.when(applies).then(nw.col("points")).otherwise(zero),
        absent=flag(~nw.col("status").is_in([SCORED, NOT_APPLICABLE])),
        no_form=flag(nw.col("status") == NO_FORM),
        spared=nw.when(~applies).then(nw.col("points")).otherwise(zero),
    )
    plain = by_item.filter(nw.col("area_cap").is_null()).select(*keys, *columns)
    capped = sum_by(
        by_item.filter(~nw.col("area_cap").is_null()),
        [*keys, "area_position", "area_cap"],
        [*columns, "spared"],
    )
    if component.not_applicable == "full":
        full = nw.when(nw.col("applicable") > 0).then(nw.col("spared")).otherwise(zero)
        capped = capped.with_columns(raw=nw.col("raw") + full)
    cap = nw.col("area_cap")
    capped = capped.with_columns(
        raw=nw.when(nw.col("raw") > cap).then(cap).otherwise(nw.col("raw")),
        applicable=nw.when(nw.col("applicable") > 0).then(cap).otherwise(nw.col("applicable")),
    ).select(*keys, *columns)
    return sum_by(nw.concat([plain, capped], how="vertical"), keys, columns)


def _with_lateness(tables: Tables, key: str, sums: Frame, each_day: int, cap: int | None) -> Frame:
    """Add ``late``: the points off for each day after the due date."""
    forms = tables.forms.filter(nw.col("component") == key).select("unit", "period", "days_late")
    late = nw.col("days_late").fill_null(0) * each_day
    if cap is not None:
        late = nw.when(late > cap).then(late * 0 + cap).otherwise(late)
    return (
        sums.join(forms, on=["unit", "period"], how="left")
        .with_columns(late=late)
        .drop("days_late")
    )


def self_assessment_scores(
    tables: Tables, key: str, component: SelfAssessment, missing: Missing, groups: tuple[str, ...]
) -> SelfAssessmentFrames:
    """Items, periods and the component's score on the scale of 100, for every graded unit."""
    items = judge_items(tables, key, component, groups)
    periods = period_scores(tables, key, items, component, missing)
    weights = component.period_weights()
    common = gcd(*weights)
    shares = [weight // common for weight in weights]
    share: nw.Expr = nw.lit(shares[0], nw.Int64)
    for position, value in enumerate(shares[1:], 1):
        share = (
            nw.when(nw.col("period_position") == position)
            .then(nw.lit(value, nw.Int64))
            .otherwise(share)
        )
    on_hundred = (
        nw.col("score")
        if component.scale == HUNDRED
        else div_half_up(nw.col("score") * HUNDRED, component.scale)
    )
    zero = nw.lit(0, nw.Int64)
    sums = sum_by(
        periods.with_columns(hundred=on_hundred, share=share).with_columns(
            weighed=(nw.col("hundred") * nw.col("share")).fill_null(0),
            present=nw.when(nw.col("hundred").is_null()).then(zero).otherwise(nw.col("share")),
        ),
        ["unit"],
        ["weighed", "present", "absent", "no_form"],
    )
    whole_share = sum(shares)
    if missing == "reweight":
        # Left out are whole periods for which no form came in; anything else is still a gap.
        present = (
            nw.when(nw.col("present") > 0).then(nw.col("present")).otherwise(nw.lit(1, nw.Int64))
        )
        mean = div_half_up(nw.col("weighed"), present) * whole_share
        complete = (nw.col("present") > 0) & (nw.col("absent") == nw.col("no_form"))
        whole = nw.when(nw.col("present") == whole_share).then(nw.col("weighed")).otherwise(mean)
    else:
        complete = nw.col("present") == whole_share
        whole = nw.col("weighed")
    scores = sums.select("unit", numerator=nw.when(complete).then(whole))
    return SelfAssessmentFrames(items, periods, scores, whole_share)


def self_assessment_gaps(items: Frame) -> Frame:
    """One gap for a form that did not come in, one for every item missing or not verified."""
    no_form = (
        items.filter(nw.col("status") == NO_FORM)
        .group_by("unit", "period")
        .agg(rows=nw.len())
        .select("unit", "period", kind=nw.lit("gap-form"))
    )
    kind = (
        nw.when(nw.col("status") == NO_ITEM).then(nw.lit("gap-item"))
        .when(nw.col("status") == REFUSED).then(nw.lit("gap-refused"))
        .otherwise(nw.lit("gap-verified"))
    )  # fmt: skip
    others = items.filter(nw.col("status").is_in([NO_ITEM, REFUSED, UNVERIFIED])).select(
        "unit", "period", "indicator", kind.alias("kind"), "file", "sheet", "row"
    )
    return nw.concat([no_form, others], how="diagonal")
