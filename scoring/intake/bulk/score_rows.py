"""The rows of tables of scores as typed columns."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals as nw

from scoring.engines.model import PLACE, Engine, Frame
from scoring.enums import Assessors
from scoring.intake.bulk import lists
from scoring.intake.bulk.placing import Placing, Stretch
from scoring.intake.bulk.plain import (
    any_of,
    as_shown,
    code,
    points,
    sure,
    unreadable,
    words,
)
from scoring.intake.bulk.rows import (
    BARE,
    GROUP,
    HOME,
    ODD,
    SAID_UNIT,
    bare,
    looked_up,
    stacked,
)
from scoring.limits import NAME_LENGTH
from scoring.scheme import Score
from scoring.scheme.parts import in_group


def score_rows(
    engine: Engine,
    placing: Placing,
    component: Score,
    units: lists.UnitColumns,
    groups: Sequence[str],
) -> Frame:
    """The rows of a table of scores: fields of ``ScoreRow``, ``home`` and ``group``; ``groups`` have it."""
    rows = stacked([_scores(engine, files, component) for files in placing.stretches])
    rows = looked_up(rows, SAID_UNIT, engine, units.said(groups, graded_only=True))
    beyond = any_of(*(
        (nw.col(GROUP) == group) & (nw.col("score") > in_group(component.full_by, group))
        for group in groups
    ))  # fmt: skip
    odd = any_of(nw.col(ODD), nw.col(HOME).is_null(), beyond)
    return rows.with_columns(odd.alias(ODD)).select(
        PLACE, ODD, (nw.col(ODD) & nw.col(BARE)).alias(BARE), HOME, GROUP, "score", "assessor",
    )  # fmt: skip


def _scores(engine: Engine, files: Stretch, component: Score) -> Frame:
    """The cells of tables of scores, as far as each of them tells its value."""
    cells = files.column
    given, several = points(cells("得分")), component.assessors != Assessors.ONE
    assessor = code(cells("评委")) if several else words(cells("评估机构"))
    required = ("单位", "得分", "评委") if several else ("单位", "得分")
    return files.scanned(engine).select(
        PLACE, as_shown(cells("单位")).alias(SAID_UNIT),
        given.value.alias("score"), assessor.value.alias("assessor"),
        bare(cells, required).alias(BARE),
        any_of(
            given.odd, given.value.is_null(), unreadable(cells("备注")), unreadable(cells("评估机构")),
            *((assessor.odd, assessor.value.is_null(),
               sure(assessor.value.str.len_chars() > NAME_LENGTH)) if several else ()),
        ).alias(ODD),
    )  # fmt: skip
