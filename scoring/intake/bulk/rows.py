"""The rows of ledgers, long tables of items and tables of scores as typed columns.

Every function gives a frame with ``FILE`` and ``ROW``, the columns of its row type in ``scoring.tables``
as far as scoring needs them, and ``ODD``: the row has a cell that is not in its plain form, or breaks a
rule of its table. Of odd rows only ``SAID_UNIT``, ``SAID_NUMBER`` and ``BARE`` mean something.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import narwhals as nw

from scoring.engines.model import FILE, ROW, Engine, Frame
from scoring.enums import Assessors, Scoring
from scoring.intake.bulk import lists
from scoring.intake.bulk.plain import (
    Expr,
    Typed,
    any_of,
    as_shown,
    code,
    count,
    day,
    is_blank,
    never,
    no_day,
    no_number,
    no_text,
    number_code,
    one_of,
    points,
    says,
    sure,
    unreadable,
    words,
)
from scoring.intake.bulk.sources import Parquet, same_shape
from scoring.limits import NAME_LENGTH
from scoring.lookup.units import UnitList
from scoring.scheme import Ledger, Rule, Score, SelfAssessment
from scoring.scheme.model import Range
from scoring.scheme.parts import in_group
from scoring.workdays import Calendar

ODD: Final = "odd"
BARE: Final = "bare"
"""Odd, and a cell is blank that every row of data fills in: perhaps no row of data at all."""
SAID_UNIT, SAID_NUMBER = "said unit", "said number"
HOME: Final = lists.HOME
GROUP: Final = lists.GROUP
_FINDINGS: Final = {"属实": "true", "不属实": "false", "待核实": "pending"}
_ASIDE: Final = ("不适用", "不涉及")


def _whole(rows: Sequence[Frame]) -> Frame:
    return rows[0] if len(rows) == 1 else nw.concat(list(rows))


def _looked_up(rows: Frame, said: Expr, engine: Engine, table: object) -> Frame:
    """Rows joined with what a text of theirs stands for."""
    with_text = rows.with_columns(said.alias(lists.SAID))
    return with_text.join(engine.frame(table), on=lists.SAID, how="left").drop(lists.SAID)


def _bare(file: Parquet, required: Sequence[str]) -> Expr:
    return any_of(*(is_blank(file.column(name)) for name in required))


def _case(name: str, values: dict[str, str]) -> Expr:
    """Texts of a column as others."""
    out: Expr = no_text()
    for said, meant in values.items():
        out = nw.when(nw.col(name) == said).then(nw.lit(meant)).otherwise(out)
    return out


# 台账


def ledger_rows(
    engine: Engine,
    files: Sequence[Parquet],
    ledger: Ledger,
    units: UnitList,
    names: lists.UnitNames,
    year: int,
    calendar: Calendar,
) -> Frame:
    """The rows of a ledger: the fields of ``EntryRow``, ``home`` and ``group`` of the graded unit."""
    events = list(dict.fromkeys(rule.deadline.event for rule in ledger.rules if rule.deadline))
    rows = _whole([_entries(engine, same, events) for same in same_shape(files)])
    rows = _looked_up(rows, nw.col(SAID_UNIT), engine, names.of(units, graded_only=False))
    rows = _looked_up(rows, nw.col("said rule"), engine, lists.rules_table(ledger))
    return _judged(engine, rows, ledger, events, year, calendar)


def _entries(engine: Engine, files: Sequence[Parquet], events: Sequence[str]) -> Frame:
    """The cells of ledgers' files, as far as each of them tells its value."""
    file = files[0]
    cells = file.column
    number, found = number_code(cells("台账编号")), day(cells("发现日期"))
    dates = {name: day(cells(name)) for name in ("整改期限", "整改完成日期", "撤销日期", *events)}
    finding, reason = one_of(cells("核实结果"), list(_FINDINGS)), words(cells("撤销理由"))
    described, provider = words(cells("问题描述")), words(cells("提供单位"))
    own, same = points(cells("分值")), code(cells("同一问题"))
    unit, rule = cells("单位"), cells("扣分项")
    required = ("台账编号", "单位", "扣分项", "问题描述", "发现日期")
    return engine.scan([f.path for f in files]).select(
        FILE, ROW,
        as_shown(unit).alias(SAID_UNIT), as_shown(cells("台账编号")).alias(SAID_NUMBER),
        _text(as_shown(rule)).alias("said rule"),
        number.value.alias("entry"), found.value.alias("found"),
        dates["整改期限"].value.alias("given"), dates["整改完成日期"].value.alias("rectified"),
        dates["撤销日期"].value.alias("revoked"), reason.value.alias("revoked_reason"),
        finding.value.alias("finding"), described.value.alias("description"),
        provider.value.alias("provider"), own.value.alias("own points"), own.odd.alias("odd points"),
        same.value.alias("own problem"), same.odd.alias("odd problem"),
        *(dates[name].value.alias(f"day {name}") for name in events),
        *(dates[name].odd.alias(f"odd {name}") for name in events),
        _bare(file, required).alias(BARE),
        any_of(
            number.odd, found.odd, finding.odd, reason.odd, described.odd,
            *(dates[name].odd for name in ("整改期限", "整改完成日期", "撤销日期")),
            *(unreadable(cells(name)) for name in ("来源文号", "提供单位", "备注")),
        ).alias(ODD),
    )  # fmt: skip


def _text(expr: Expr) -> Expr:
    return expr.cast(nw.String)


def _judged(
    engine: Engine, rows: Frame, ledger: Ledger, events: Sequence[str], year: int,
    calendar: Calendar,
) -> Frame:  # fmt: skip
    """Rows of a ledger with what follows from their rule, and odd where they break what holds for rows."""
    rule, group, found = nw.col(lists.RULE), nw.col(GROUP), nw.col("found")
    timed = [r for r in ledger.rules if r.deadline is not None]
    is_timed = sure(rule.is_in([r.code for r in timed])) if timed else never()
    event: Expr = no_day()
    odd_event = never()
    for name in events:
        own = sure(rule.is_in([r.code for r in timed if r.deadline and r.deadline.event == name]))
        event = nw.when(own).then(nw.col(f"day {name}")).otherwise(event)
        odd_event = odd_event | (own & sure(nw.col(f"odd {name}")))
    rows = rows.with_columns(event.alias(lists.EVENT), odd_event.alias("odd event"))
    if timed:
        table = engine.frame(lists.deadlines_table(ledger, year, calendar))
        rows = rows.join(table, on=[lists.RULE, lists.EVENT], how="left")
    else:
        rows = rows.with_columns(no_day().alias(lists.COMPUTED))
    there, given = ~nw.col(lists.EVENT).is_null(), nw.col("given")
    computed = nw.col(lists.COMPUTED)
    # Without its event a rule takes the deadline that is given.
    deadline = nw.when(there).then(computed).otherwise(given)
    ranged, wrong_points = _own_points(ledger.rules)
    repeats = [r.code for r in ledger.rules if r.repeat]
    repeated = sure(rule.is_in(repeats)) if repeats else never()
    elsewhere = never()
    for one in ledger.rules:
        if one.groups:
            elsewhere = elsewhere | sure((rule == one.code) & ~group.is_in(list(one.groups)))
    revoked, rectified = nw.col("revoked"), nw.col("rectified")
    reason = ~nw.col("revoked_reason").is_null()
    odd = any_of(
        nw.col(ODD), nw.col(BARE), nw.col("odd event"), nw.col(lists.UNIT).is_null(), rule.is_null(), elsewhere,
        found < date(year, 1, 1), found > date(year, 12, 31),
        ~is_timed & sure(given < found), ~is_timed & sure(rectified < found),
        revoked < found, ~revoked.is_null() & ~reason, revoked.is_null() & reason,
        there & computed.is_null(), there & sure(given != computed),
        wrong_points, repeated & sure(nw.col("odd problem")),
    )  # fmt: skip
    nothing, none = no_number(), no_text()
    return rows.with_columns(
        odd.alias(ODD), deadline.alias("deadline"),
        nw.when(ranged).then(nw.col("own points")).otherwise(nothing).alias("points"),
        nw.when(repeated).then(nw.col("own problem")).otherwise(none).alias("same_problem"),
        _case("finding", _FINDINGS).alias("verification"),
    ).select(
        FILE, ROW, ODD, (nw.col(ODD) & nw.col(BARE)).alias(BARE), SAID_UNIT, SAID_NUMBER, HOME, GROUP,
        "entry", "unit", "rule", "found", "points", "same_problem", "event", "deadline", "rectified",
        "verification", "revoked", "provider", "description",
    )  # fmt: skip


def _own_points(rules: Sequence[Rule]) -> tuple[Expr, Expr]:
    """Where a row states its points, and where these are not within the range of its rule."""
    ranged, wrong = never(), never()
    for rule in rules:
        said = rule.points_by
        by_group = said.items() if isinstance(said, dict) else [(None, said)]
        for group, own in by_group:
            if not isinstance(own, Range):
                continue
            here = sure(nw.col(lists.RULE) == rule.code)
            if group is not None:
                here = here & sure(nw.col(GROUP) == group)
            value = nw.col("own points")
            ranged = ranged | here
            fits = sure((value >= own.low) & (value <= own.high))
            wrong = wrong | (here & (~fits | sure(nw.col("odd points"))))
    return ranged, wrong


# 考核表


def item_rows(
    engine: Engine,
    files: Sequence[tuple[Parquet, str | None]],
    component: SelfAssessment,
    units: UnitList,
    names: lists.UnitNames,
    year: int,
) -> Frame:
    """The rows of long tables: the fields of ``ItemRow``, ``submitted``, ``group``, ``bit`` and ``block``.
    The files come with the period whose folder they lie in."""
    groups = list(dict.fromkeys(unit.group for unit in units.graded()))
    items = lists.items_of(component, groups)
    periods = dict.fromkeys(period for _, period in files)
    ways = list(dict.fromkeys(item.leaf.scoring for item in items))
    rows = _whole([
        _items(engine, same, [p.name for p in component.periods if period in (None, p.name)], year)
        for period in periods
        for same in same_shape(file for file, own in files if own == period)
    ])  # fmt: skip
    rows = _looked_up(rows, nw.col(SAID_UNIT), engine, names.of(units, graded_only=True))
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
    return _scored(engine, rows, component, ways, year)


def _items(engine: Engine, files: Sequence[Parquet], periods: Sequence[str], year: int) -> Frame:
    """The cells of long tables, as far as each of them tells its value; ``periods`` are those that may
    stand in them."""
    file = files[0]
    cells = file.column
    period, submitted = one_of(cells("期次"), periods), day(cells("报送日期"))
    of_year = one_of(cells("考核年度"), (str(year), f"{year}年", f"{year}年度"))
    stated, own, verified = (points(cells(name)) for name in ("分值", "自评分", "核查得分"))
    counts = {
        name: count(cells(name))
        for name in ("完成数", "应完成数", "核查完成数", "核查应完成数", "问题数", "核查问题数")
    }
    return engine.scan([f.path for f in files]).select(
        FILE, ROW,
        as_shown(cells("单位")).alias(SAID_UNIT), no_text().alias(SAID_NUMBER),
        _text(as_shown(cells("指标编号"))).alias(lists.CODE),
        period.value.alias("period"), submitted.value.alias("submitted"),
        stated.value.alias("stated"), own.value.alias("own"), verified.value.alias("verified"),
        own.odd.alias("odd own"), verified.odd.alias("odd verified"),
        says(cells("自评分"), _ASIDE).alias("own aside"),
        says(cells("核查得分"), _ASIDE).alias("aside"),
        _text(as_shown(cells("自评分"))).alias("own words"),
        _text(as_shown(cells("核查得分"))).alias("words"),
        *(typed.value.alias(name) for name, typed in counts.items()),
        *(typed.odd.alias(f"odd {name}") for name, typed in counts.items()),
        _bare(file, ("单位", "期次", "指标编号", "自评分")).alias(BARE),
        any_of(
            period.odd, period.value.is_null(), submitted.odd, of_year.odd, stated.odd,
            *(unreadable(cells(n)) for n in ("自评说明", "证明材料", "核查单位", "核查说明")),
        ).alias(ODD),
    )  # fmt: skip


def _scored(
    engine: Engine, rows: Frame, component: SelfAssessment, ways: Sequence[Scoring], year: int
) -> Frame:
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
        nw.col(ODD), nw.col(lists.UNIT).is_null(), nw.col(lists.WAY).is_null(), own.odd, verified.odd,
        wrong_counts, unclaimed, undated,
        ~stated.is_null() & sure((stated != nw.col(lists.POINTS)) & (stated != nw.col(lists.FULL))),
    )  # fmt: skip
    nothing = no_number()

    def counted(way: Expr, name: str) -> Expr:
        return nw.when(way).then(nw.col(name)).otherwise(nothing)

    return rows.with_columns(
        odd.alias(ODD), verified.value.alias("verified_score"),
        counted(by_share, "核查完成数").alias("done"), counted(by_share, "核查应完成数").alias("of"),
        counted(by_faults, "核查问题数").alias("faults"), sure(nw.col("aside")).alias("not_applicable"),
    ).select(
        FILE, ROW, ODD, (nw.col(ODD) & nw.col(BARE)).alias(BARE), SAID_UNIT, SAID_NUMBER, HOME, GROUP,
        "unit", "period", lists.CODE, "verified_score", "done", "of", "faults", "not_applicable",
        "submitted", "days_late", lists.BIT, lists.BLOCK,
    )  # fmt: skip


# 得分


def score_rows(
    engine: Engine,
    files: Sequence[Parquet],
    component: Score,
    units: UnitList,
    names: lists.UnitNames,
) -> Frame:
    """The rows of a table of scores: the fields of ``ScoreRow``, ``home`` and ``group``."""
    rows = _whole([_scores(engine, same, component) for same in same_shape(files)])
    rows = _looked_up(rows, nw.col(SAID_UNIT), engine, names.of(units, graded_only=True))
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
        _bare(file, required).alias(BARE),
        any_of(
            given.odd, given.value.is_null(), unreadable(cells("备注")), unreadable(cells("评估机构")),
            *((assessor.odd, assessor.value.is_null(),
               sure(assessor.value.str.len_chars() > NAME_LENGTH)) if several else ()),
        ).alias(ODD),
    )  # fmt: skip


__all__ = [
    "BARE",
    "GROUP",
    "HOME",
    "ODD",
    "SAID_NUMBER",
    "SAID_UNIT",
    "item_rows",
    "ledger_rows",
    "score_rows",
]
