"""Scores that are handed in whole, one per unit or one per assessor, as 第三方评估.

Source: 四（三） of the scheme of Heze. A mean of assessors, whose number varies, and a change of
scale are rounded half up to ten-thousandths. A mean is never taken over fewer assessors than the
table says: whatever of them is blank, unreadable or not there is a gap of the unit.
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

NO_SCORE: Final = "gap-score"
NO_ASSESSOR: Final = "gap-assessor"
TOO_FEW: Final = "gap-trimmed"
UNREADABLE: Final = "gap-refused"


def plain_scores(tables: Tables, key: str, component: Score, missing: Missing) -> Frame:
    """unit, given (mean of the assessors, null where it cannot be taken), score (on the scale of
    100, null where missing), handed_in (whether anything is there for the unit), incomplete
    (whether a part of that cannot be counted) and, for a single assessor, the place."""
    given = tables.scores.filter(nw.col("component") == key).drop("component")
    graded = tables.units.filter(nw.col("parent").is_null()).select("unit")
    if component.assessors == "one":
        one = given.rename({"score": "given"}).with_columns(
            _here=nw.col("unit"), _lacking=nw.when(nw.col("refused")).then(nw.col("unit"))
        )
    else:
        one = _mean(given, component)
    # Whether a unit has it is told by a name, which stays what it is where a join finds nothing.
    rows = graded.join(one, on="unit", how="left").with_columns(
        handed_in=~nw.col("_here").is_null(), incomplete=~nw.col("_lacking").is_null()
    )
    score = nw.col("given")
    if component.scale != HUNDRED:
        score = div_half_up(score * HUNDRED, component.scale)
    if missing == "zero":
        # What is there and cannot be counted is no missing part: it never counts as 0.
        score = nw.when(nw.col("incomplete")).then(score).otherwise(score.fill_null(0))
    return rows.with_columns(score=score).drop("_here", "_lacking")


def _mean(given: Frame, component: Score) -> Frame:
    """The mean of a unit's assessors; null where one of them lacks, or too few are there."""
    marks = given.with_columns(
        count=flag(~nw.col("score").is_null()), lacking=flag(nw.col("score").is_null())
    )
    sums = sum_by(
        marks.with_columns(nw.col("score").fill_null(0)), ["unit"], ["score", "count", "lacking"]
    )
    total, count = nw.col("score"), nw.col("count")
    enough = nw.col("lacking") == 0
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
        _here=nw.col("unit"),
        _lacking=nw.when(~enough).then(nw.col("unit")),
    )


def plain_gaps(
    tables: Tables, key: str, component: Score, scores: Frame, missing: Missing
) -> list[Frame]:
    """The gaps of ``scores`` (see ``plain_scores``): units without any score, and what lacks of
    those that have one. Frames of unit, kind, blocking and what else is known of a gap.

    Only a score that is not there at all may be left out or count as 0, as the scheme says.
    """
    lacking = tables.scores.filter((nw.col("component") == key) & nw.col("score").is_null())
    lacking = lacking.with_columns(nw.col("refused").fill_null(False))
    there = lacking.join(scores.select("unit"), on="unit", how="inner")
    kind = nw.when(nw.col("refused")).then(nw.lit(UNREADABLE))
    if component.assessors == "one":
        rows = there.with_columns(
            kind=kind.otherwise(nw.lit(NO_SCORE)),
            blocking=nw.col("refused") | nw.lit(missing == "refuse"),
        ).drop("assessor")
    else:
        absent = nw.when(nw.col("row").is_null()).then(nw.lit(NO_ASSESSOR))
        rows = there.with_columns(
            kind=kind.otherwise(absent.otherwise(nw.lit(NO_SCORE))), blocking=nw.lit(True)
        )
    nothing = scores.filter(~nw.col("handed_in")).select(
        "unit", kind=nw.lit(NO_SCORE), blocking=nw.lit(missing == "refuse")
    )
    found = [nothing, rows.drop("component", "score", "refused", "note")]
    if component.assessors == "trimmed":
        short = scores.filter(nw.col("incomplete")).select("unit")
        short = short.join(there.select("unit"), on="unit", how="anti")
        found.append(short.with_columns(kind=nw.lit(TOO_FEW), blocking=nw.lit(True)))
    return found
