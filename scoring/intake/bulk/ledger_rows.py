"""The rows of ledgers as typed columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import narwhals as nw

from scoring.engines.model import PLACE, Engine, Frame
from scoring.intake.bulk import lists
from scoring.intake.bulk.placing import Placing, Stretch
from scoring.intake.bulk.plain import (
    Expr,
    any_of,
    as_shown,
    code,
    day,
    never,
    no_day,
    no_number,
    no_text,
    number_code,
    one_of,
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
    PARENT,
    SAID_UNIT,
    as_text,
    bare,
    looked_up,
    stacked,
)
from scoring.scheme import Ledger, Rule
from scoring.scheme.model import Range
from scoring.workdays import Calendar

NUMBER_DIGEST: Final = "entry digest"
"""An integer for the 台账编号."""
SAME_DAY: Final = "same day"
"""An integer for graded unit, rule and day of a row that may be registered twice, nothing for others."""
DAYS: Final = 512
"""More days than a year has: ``SAME_DAY`` is (home * rules + number of the rule) * ``DAYS`` + day."""
_UNTRUE: Final = "不属实"
_FINDINGS: Final = {"属实": "true", _UNTRUE: "false", "待核实": "pending"}


def ledger_rows(
    engine: Engine,
    placing: Placing,
    ledger: Ledger,
    units: lists.UnitColumns,
    groups: Sequence[str],
    year: int,
    calendar: Calendar,
) -> Frame:
    """The rows of a ledger: fields of ``EntryRow``, ``home``, ``parent`` and ``group``; ``groups`` have it."""
    events = list(dict.fromkeys(rule.deadline.event for rule in ledger.rules if rule.deadline))
    rows = stacked([_entries(engine, files, events) for files in placing.stretches])
    rows = looked_up(rows, SAID_UNIT, engine, units.said(groups, graded_only=False))
    rows = looked_up(rows, "said rule", engine, lists.rules_table(ledger))
    return _judged(engine, rows, ledger, events, year, calendar)


def _entries(engine: Engine, files: Stretch, events: Sequence[str]) -> Frame:
    """The cells of ledgers' files, as far as each of them tells its value."""
    cells = files.column
    number, found = number_code(cells("台账编号")), day(cells("发现日期"))
    dates = {name: day(cells(name)) for name in ("整改期限", "整改完成日期", "撤销日期", *events)}
    finding, reason = one_of(cells("核实结果"), list(_FINDINGS)), words(cells("撤销理由"))
    described, provider = words(cells("问题描述")), words(cells("提供单位"))
    own, same = points(cells("分值")), code(cells("同一问题"))
    required = ("台账编号", "单位", "扣分项", "问题描述", "发现日期")
    rows = files.scanned(engine).select(
        PLACE,
        as_shown(cells("单位")).alias(SAID_UNIT), number.value.alias("entry"),
        as_text(as_shown(cells("扣分项"))).alias("said rule"), found.value.alias("found"),
        dates["整改期限"].value.alias("given"), dates["整改完成日期"].value.alias("rectified"),
        dates["撤销日期"].value.alias("revoked"), (~reason.value.is_null()).alias("reasoned"),
        finding.value.alias("finding"), provider.value.alias("provider"),
        own.value.alias("own points"), own.odd.alias("odd points"),
        same.value.alias("own problem"), same.odd.alias("odd problem"),
        *(dates[name].value.alias(f"day {name}") for name in events),
        *(dates[name].odd.alias(f"odd {name}") for name in events),
        bare(cells, required).alias(BARE),
        any_of(
            number.odd, found.odd, finding.odd, reason.odd, described.odd,
            *(dates[name].odd for name in ("整改期限", "整改完成日期", "撤销日期")),
            *(unreadable(cells(name)) for name in ("来源文号", "提供单位", "备注")),
        ).alias(ODD),
    )  # fmt: skip
    return engine.digested(rows, "entry", NUMBER_DIGEST).drop("entry")


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
    reason = nw.col("reasoned")
    odd = any_of(
        nw.col(ODD), nw.col(BARE), nw.col("odd event"), nw.col(HOME).is_null(), rule.is_null(), elsewhere,
        found < date(year, 1, 1), found > date(year, 12, 31),
        ~is_timed & sure(given < found), ~is_timed & sure(rectified < found),
        revoked < found, ~revoked.is_null() & ~reason, revoked.is_null() & reason,
        there & computed.is_null(), there & sure(given != computed),
        wrong_points, repeated & sure(nw.col("odd problem")),
    )  # fmt: skip
    nothing, none = no_number(), no_text()
    untrue = sure(nw.col("finding") == _UNTRUE)
    counts = revoked.is_null() & ~untrue
    if repeats:
        counts = counts & ~(repeated & ~nw.col("own problem").is_null())
    day_of = nw.col(HOME) * len(ledger.rules) + nw.col(lists.NUMBER)
    day_of = day_of * DAYS + found.dt.ordinal_day().cast(nw.Int64)
    return rows.with_columns(
        odd.alias(ODD), deadline.alias("deadline"),
        nw.when(ranged).then(nw.col("own points")).otherwise(nothing).alias("points"),
        nw.when(repeated).then(nw.col("own problem")).otherwise(none).alias("same_problem"),
        _case("finding", _FINDINGS).alias("verification"),
        nw.when(counts).then(day_of).otherwise(nothing).alias(SAME_DAY),
    ).select(
        PLACE, ODD, (nw.col(ODD) & nw.col(BARE)).alias(BARE), HOME, PARENT, NUMBER_DIGEST, SAME_DAY,
        "rule", "found", "points", "same_problem", "event", "deadline", "rectified",
        "verification", "revoked", "provider",
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


def _case(name: str, values: dict[str, str]) -> Expr:
    """Texts of a column as others."""
    out: Expr = no_text()
    for said, meant in values.items():
        out = nw.when(nw.col(name) == said).then(nw.lit(meant)).otherwise(out)
    return out
