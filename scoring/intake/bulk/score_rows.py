"""The rows of tables of scores as typed columns."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals as nw

from scoring.engines.model import FILE, ROW, Engine, Frame
from scoring.enums import Assessors
from scoring.intake.bulk import lists
from scoring.intake.bulk.plain import (
    any_of,
    as_shown,
    code,
    no_text,
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
    SAID_NUMBER,
    SAID_UNIT,
    bare,
    looked_up,
    stacked,
)
from scoring.intake.bulk.sources import Parquet, same_shape
from scoring.limits import NAME_LENGTH
from scoring.lookup.units import UnitList
from scoring.scheme import Score
from scoring.scheme.parts import in_group


def score_rows(
    engine: Engine,
    files: Sequence[Parquet],
    component: Score,
    units: UnitList,
    names: lists.UnitNames,
) -> Frame:
    """The rows of a table of scores: the fields of ``ScoreRow``, ``home`` and ``group``."""
    rows = stacked([_scores(engine, same, component) for same in same_shape(files)])
    rows = looked_up(rows, nw.col(SAID_UNIT), engine, names.of(units, graded_only=True))
    groups = dict.fromkeys(unit.group for unit in units.graded())
    beyond = any_of(*(
        (nw.col(GROUP) == group) & (nw.col("score") > in_group(component.full_by, group))
        for group in groups
    ))  # fmt: skip
    odd = any_of(nw.col(ODD), nw.col(lists.UNIT).is_null(), beyond)
    return rows.with_columns(odd.alias(ODD)).select(
        FILE, ROW, ODD, (nw.col(ODD) & nw.col(BARE)).alias(BARE), SAID_UNIT, SAID_NUMBER, HOME, GROUP,
        "unit", "score", "assessor",
    )  # fmt: skip


def _scores(engine: Engine, files: Sequence[Parquet], component: Score) -> Frame:
    """The cells of tables of scores, as far as each of them tells its value."""
    file = files[0]
    cells = file.column
    given, several = points(cells("得分")), component.assessors != Assessors.ONE
    assessor = code(cells("评委")) if several else words(cells("评估机构"))
    required = ("单位", "得分", "评委") if several else ("单位", "得分")
    return engine.scan([f.path for f in files]).select(
        FILE, ROW,
        as_shown(cells("单位")).alias(SAID_UNIT), no_text().alias(SAID_NUMBER),
        given.value.alias("score"), assessor.value.alias("assessor"),
        bare(file, required).alias(BARE),
        any_of(
            given.odd, given.value.is_null(), unreadable(cells("备注")), unreadable(cells("评估机构")),
            *((assessor.odd, assessor.value.is_null(),
               sure(assessor.value.str.len_chars() > NAME_LENGTH)) if several else ()),
        ).alias(ODD),
    )  # fmt: skip
