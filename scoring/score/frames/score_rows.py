"""得分: scores that were handed in, added up in the dataframe library."""

from __future__ import annotations

from typing import Final

import narwhals as nw

from scoring.rules.column_rows import expr_of
from scoring.rules.columns import ColumnArithmetic
from scoring.score.frames.sums import Sums, UnitList, doubtful, flag, steps_for, summed
from scoring.score.frames.tables import Frames
from scoring.tables import ScoreRow, column

SCORE: Final = column(ScoreRow.score)


def score_sums(frames: Frames, units: UnitList, key: str) -> Sums:
    """How many ``rows`` and scores (``count``) were handed in, their ``total``, the ``high``est and the
    ``low``est, whether one was ``refused`` and whether one is in ``doubt``."""
    a, steps = ColumnArithmetic(), steps_for(frames)
    score = expr_of(a.read(steps.col(SCORE)).values)
    rows = steps.on(frames.scores.filter(nw.col(column(ScoreRow.component)) == key))
    return summed(units, rows, column(ScoreRow.unit), None, 1, {
        "rows": (nw.lit(1, nw.Int64), "sum"),
        "count": (flag(~nw.col(SCORE).is_null()), "sum"),
        "total": (score, "sum"),
        "high": (score, "max"),
        "low": (score, "min"),
        "refused": (flag(nw.col(column(ScoreRow.refused)).fill_null(False)), "max"),
        "doubt": (doubtful(a), "max"),
    })  # fmt: skip
