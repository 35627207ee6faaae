"""The rows of long tables of items as typed columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import narwhals as nw

from scoring.engines.model import PLACE, Engine, Frame
from scoring.enums import Scoring
from scoring.intake.bulk import lists
from scoring.intake.bulk.placing import Placing, Stretch
from scoring.intake.bulk.plain import (
    Expr,
    Typed,
    any_of,
    as_shown,
    count,
    day,
    never,
    no_number,
    one_of,
    points,
    says,
    sure,
    unreadable,
)
from scoring.intake.bulk.rows import (
    BARE,
    GROUP,
    HOME,
    ODD,
    SAID_UNIT,
    as_text,
    bare,
    looked_up,
    stacked,
)
from scoring.scheme import SelfAssessment

FORM_BLOCK: Final = "block of the form"
"""(home * periods + number of the period) * blocks + block, where items of a form are counted by blocks."""
_ASIDE: Final = ("不适用", "不涉及")


def item_rows(
    engine: Engine,
    placing: Placing,
    component: SelfAssessment,
    units: lists.UnitColumns,
    groups: Sequence[str],
    year: int,
    *,
    with_own: bool = False,
) -> Frame:
    """The rows of long tables: fields of ``ItemRow``, ``home``, ``submitted``, ``bit`` and ``FORM_BLOCK``;
    ``groups`` have the part. ``with_own``: with what the units say themselves, which no score rests on."""
    items = lists.items_of(component, groups)
    ways = list(dict.fromkeys(item.leaf.scoring for item in items))
    rows = stacked([
        _items(
            engine, files, [p.name for p in component.periods if files.period in (None, p.name)], year
        )
        for files in placing.stretches
    ])  # fmt: skip
    rows = looked_up(rows, SAID_UNIT, engine, units.said(groups, graded_only=True))
    table = engine.frame(lists.items_table(items, ways))
    rows = rows.join(table, on=[GROUP, lists.CODE], how="left")
    for name, worth in (("own words", lists.OWN_WORTH), ("words", lists.WORTH)):
        if Scoring.OPTIONS in ways:
            options = engine.frame(lists.options_table(items, worth))
            rows = rows.join(
                options, left_on=[GROUP, lists.CODE, name],
                right_on=[GROUP, lists.CODE, lists.SAID], how="left",
            )  # fmt: skip
        else:
            rows = rows.with_columns(no_number().alias(worth))
    return _scored(engine, rows, component, ways, blocks_of(component, groups), year, with_own)


def blocks_of(component: SelfAssessment, groups: Sequence[str]) -> int:
    """How many blocks of items the forms of some groups have."""
    return -(-max(len(component.items(group)) for group in groups) // lists.BITS)


def _items(engine: Engine, files: Stretch, periods: Sequence[str], year: int) -> Frame:
    """The cells of long tables, as far as each of them tells its value; ``periods`` are those that may
    stand in them."""
    cells = files.column
    period, submitted = one_of(cells("期次"), periods), day(cells("报送日期"))
    of_year = one_of(cells("考核年度"), (str(year), f"{year}年", f"{year}年度"))
    stated, own, verified = (points(cells(name)) for name in ("分值", "自评分", "核查得分"))
    counts = {
        name: count(cells(name))
        for name in ("完成数", "应完成数", "核查完成数", "核查应完成数", "问题数", "核查问题数")
    }
    return files.scanned(engine).select(
        PLACE, as_shown(cells("单位")).alias(SAID_UNIT),
        as_text(as_shown(cells("指标编号"))).alias(lists.CODE),
        period.value.alias("period"), submitted.value.alias("submitted"),
        stated.value.alias("stated"), own.value.alias("own"), verified.value.alias("verified"),
        own.odd.alias("odd own"), verified.odd.alias("odd verified"),
        says(cells("自评分"), _ASIDE).alias("own aside"),
        says(cells("核查得分"), _ASIDE).alias("aside"),
        as_text(as_shown(cells("自评分"))).alias("own words"),
        as_text(as_shown(cells("核查得分"))).alias("words"),
        *(typed.value.alias(name) for name, typed in counts.items()),
        *(typed.odd.alias(f"odd {name}") for name, typed in counts.items()),
        bare(cells, ("单位", "期次", "指标编号", "自评分")).alias(BARE),
        any_of(
            period.odd, period.value.is_null(), submitted.odd, of_year.odd, stated.odd,
            *(unreadable(cells(n)) for n in ("自评说明", "证明材料", "核查单位", "核查说明")),
        ).alias(ODD),
    )  # fmt: skip


def _scored(
    engine: Engine, rows: Frame, component: SelfAssessment, ways: Sequence[Scoring], blocks: int,
    year: int, with_own: bool,
) -> Frame:  # fmt: skip
    """Items with their scores by their way of scoring."""

    def is_way(*wanted: Scoring) -> Expr:
        numbers = [i for i, way in enumerate(ways) if way in wanted]
        return sure(nw.col(lists.WAY).is_in(numbers)) if numbers else never()

    by_words, by_share = is_way(Scoring.OPTIONS), is_way(Scoring.FRACTION)
    by_faults, by_points = is_way(Scoring.EACH), is_way(Scoring.POINTS)

    def score(value: str, said: str, worth: str, aside: str) -> Typed:
        number, none = nw.col(value), no_number()
        blank = nw.col(said).is_null() & number.is_null() & ~sure(nw.col(f"odd {value}"))
        blank = blank | sure(nw.col(said) == "")
        wrong = sure(nw.col(f"odd {value}")) | sure(number > nw.col(lists.MOST))
        if component.step is not None:
            step = component.step
            # Spark divides in binary numbers: so small integers come out exact.
            steps = (number // step).cast(nw.Int64)
            wrong = wrong | (by_points & sure(steps * step != number))
        found = nw.when(by_words).then(nw.col(worth)).otherwise(number)
        left_out = sure(nw.col(aside))
        odd = (~left_out & by_words & ~blank & nw.col(worth).is_null()) | (
            ~left_out & ~by_words & wrong
        )
        return Typed(nw.when(left_out).then(none).otherwise(found), odd)

    own = score("own", "own words", lists.OWN_WORTH, "own aside")
    verified = score("verified", "words", lists.WORTH, "aside")
    shares = ("完成数", "应完成数", "核查完成数", "核查应完成数")
    wrong_counts = any_of(
        *(by_share & sure(nw.col(f"odd {name}")) for name in shares),
        by_share & sure(nw.col("完成数") > nw.col("应完成数")),
        by_share & sure(nw.col("核查完成数") > nw.col("核查应完成数")),
        by_faults & sure(nw.col("odd 问题数")), by_faults & sure(nw.col("odd 核查问题数")),
    )  # fmt: skip
    described = (by_share & ~nw.col("完成数").is_null()) | (by_faults & ~nw.col("问题数").is_null())
    unclaimed = own.value.is_null() & ~described & ~sure(nw.col("aside"))
    stated = nw.col("stated")
    late: Expr = no_number()
    if component.late is not None:
        table = engine.frame(lists.late_table(component, year))
        rows = rows.join(table, on=["period", "submitted"], how="left")
        late = nw.col("days_late")
    rows = rows.with_columns(late.alias("days_late"))
    undated = nw.col("days_late").is_null() if component.late is not None else never()
    odd = any_of(
        nw.col(ODD), nw.col(HOME).is_null(), nw.col(lists.WAY).is_null(), own.odd, verified.odd,
        wrong_counts, unclaimed, undated,
        ~stated.is_null() & sure((stated != nw.col(lists.POINTS)) & (stated != nw.col(lists.FULL))),
    )  # fmt: skip
    nothing = no_number()
    period: Expr = nothing
    for number, one in enumerate(component.periods):
        here = nw.lit(number, nw.Int64)
        period = nw.when(nw.col("period") == one.name).then(here).otherwise(period)
    form_block = nw.col(HOME) * len(component.periods) + period
    form_block = form_block * blocks + nw.col(lists.BLOCK)

    def counted(way: Expr, name: str) -> Expr:
        return nw.when(way).then(nw.col(name)).otherwise(nothing)

    said = {
        "self_score": own.value, "self_done": counted(by_share, "完成数"),
        "self_of": counted(by_share, "应完成数"), "self_faults": counted(by_faults, "问题数"),
    }  # fmt: skip
    if with_own:
        rows = rows.with_columns(**said)
    return rows.with_columns(
        odd.alias(ODD), verified.value.alias("verified_score"),
        counted(by_share, "核查完成数").alias("done"), counted(by_share, "核查应完成数").alias("of"),
        counted(by_faults, "核查问题数").alias("faults"), sure(nw.col("aside")).alias("not_applicable"),
        form_block.alias(FORM_BLOCK),
    ).select(
        PLACE, ODD, (nw.col(ODD) & nw.col(BARE)).alias(BARE), HOME, GROUP,
        "period", lists.CODE, "verified_score", "done", "of", "faults", "not_applicable",
        "submitted", "days_late", lists.BIT, FORM_BLOCK, *(said if with_own else ()),
    )  # fmt: skip
