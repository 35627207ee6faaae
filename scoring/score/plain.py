"""Scores that are handed in whole, one per unit or one per assessor, as 第三方评估.

Source: 四（三） of the scheme of Heze. A mean of assessors, whose number varies, and a change of
scale are rounded half up to ten-thousandths.
"""

from __future__ import annotations

from typing import Final

import narwhals as nw

from scoring.scheme import Score
from scoring.scheme.model import Missing
from scoring.score.arithmetic import div_half_up, flag, sum_by
from scoring.score.self_assessment import HUNDRED
from scoring.tables import Frame, Tables

LEAST_TO_TRIM: Final = 3
"""去掉一个最高分和一个最低分 needs a third score."""


def plain_scores(tables: Tables, key: str, component: Score, missing: Missing) -> Frame:
    """unit, given (mean of the assessors), score (on the scale of 100, null where missing),
    refused, absent and, for a single assessor, the place."""
    given = tables.scores.filter(nw.col("component") == key).drop("component")
    graded = tables.units.filter(nw.col("parent").is_null()).select("unit")
    if component.assessors == "one":
        rows = graded.join(given.rename({"score": "given"}), on="unit", how="left")
    else:
        rows = graded.join(_mean(given, component), on="unit", how="left")
    score = nw.col("given")
    if component.scale != HUNDRED:
        score = div_half_up(score * HUNDRED, component.scale)
    return rows.with_columns(
        nw.col("refused").fill_null(False),
        absent=nw.col("given").is_null(),
        score=score.fill_null(0) if missing == "zero" else score,
    )


def _mean(given: Frame, component: Score) -> Frame:
    """The mean of a unit's assessors; null where one could not be read, or too few are there."""
    marks = given.with_columns(
        count=flag(~nw.col("score").is_null()), unread=flag(nw.col("score").is_null())
    )
    sums = sum_by(
        marks.with_columns(nw.col("score").fill_null(0)), ["unit"], ["score", "count", "unread"]
    )
    total, count = nw.col("score"), nw.col("count")
    enough = nw.col("unread") == 0
    if component.assessors == "trimmed":
        ends = given.group_by("unit").agg(
            highest=nw.col("score").max(), lowest=nw.col("score").min()
        )
        sums = sums.join(ends, on="unit", how="left")
        total = total - nw.col("highest") - nw.col("lowest")
        enough = enough & (count >= LEAST_TO_TRIM)
        count = count - 2
    divisor = nw.when(count > 0).then(count).otherwise(nw.lit(1, nw.Int64))
    return sums.select(
        "unit",
        given=nw.when(enough).then(div_half_up(total, divisor)),
        refused=nw.col("unread") > 0,
    )


def plain_gaps(scores: Frame) -> Frame:
    """The units without a score."""
    kind = nw.when(nw.col("refused")).then(nw.lit("gap-refused")).otherwise(nw.lit("gap-score"))
    absent = scores.filter(nw.col("absent"))
    have = set(scores.collect_schema().names())
    return absent.select(
        "unit", kind.alias("kind"), *(c for c in ("file", "sheet", "row") if c in have)
    )
