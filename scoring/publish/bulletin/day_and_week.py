"""What 日办结 and 周通报 say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from scoring.intake.assessment import Assessment
from scoring.monitoring import RowState
from scoring.monitoring.counts import Tally
from scoring.monitoring.daily import Daily
from scoring.monitoring.weekly import Weekly
from scoring.publish.bulletin.paper import Paper, Part, make_paper, numbered
from scoring.publish.word.tables import AnnexTable, Column
from scoring.wording.bulletin import days_text, short_day, window_name
from scoring.wording.ledger_state import state_text
from scoring.wording.numbers import BLANK, day
from scoring.wording.official import official

UNSAID = "未注明"

_LOOK: dict[str, Callable[[RowState], str]] = {
    "台账编号": lambda row: row.entry,
    "提供单位": lambda row: row.provider or UNSAID,
    "发现日期": lambda row: short_day(row.found),
    "整改期限": lambda row: day_of(row.deadline, row.as_of),
    "办结情况": state_text,
    "逾期天数": lambda row: str(-(row.days_left or 0)),
    "扣分项": lambda row: row.rule.code,
}


def day_of(value: date | None, on: date) -> str:
    """A day without its year where that is the year of ``on``."""
    return short_day(value) if value is None or value.year == on.year else day(value)


def row_table(rows: Iterable[RowState], *columns: str) -> tuple[AnnexTable, ...]:
    """The rows with their number, unit and problem, and what ``columns`` name; none of no rows."""
    shown = tuple(
        (
            row.entry,
            official(row.named),
            official(row.description) or BLANK,
            *(_LOOK[name](row) for name in columns),
        )
        for row in rows
    )
    head = (Column("台账编号"), Column("单位", left=True), Column("问题", left=True))
    return (AnnexTable("", (*head, *map(Column, columns)), shown),) if shown else ()


def compose_day(found: Daily, assessment: Assessment, *, provisional: bool) -> Paper:
    """日办结 of a day."""
    subject = assessment.scheme.subject
    title = f"{assessment.settings.region or ''}{subject}问题日办结单"
    named = ((found.new, "新发现"), (found.due, "到期"), (found.closed, "办结"))
    said = "、".join(f"{what}{len(rows)}个" for rows, what in named if rows)
    overdue = len(found.overdue)
    text = f"{day(found.day)}，" + (f"{said}。" if said else "无新发现、到期和办结的问题。")
    text += f"截至当日，逾期未办结{overdue}个。" if overdue else "截至当日，无逾期未办结的问题。"

    def part(heading: str, rows: Sequence[RowState], none: str, *columns: str) -> Part:
        many = f"{heading}{len(rows)}个。" if rows else none
        return Part(heading, (many,), row_table(rows, *columns))

    return make_paper(
        assessment, title, found.day, (text,),
        numbered(
            part("今日到期", found.due, "本日无到期问题。", "提供单位", "办结情况"),
            part("今日办结", found.closed, "本日无办结问题。", "提供单位", "办结情况"),
            part("逾期未办结", found.overdue, "无逾期未办结问题。", "提供单位", "逾期天数"),
            _counts("按单位", "单位", found.units),
            _counts("按提供单位", "提供单位", found.providers),
        ),
        provisional=provisional,
    )  # fmt: skip


def _counts(heading: str, what: str, found: Sequence[tuple[str, int, Tally]]) -> Part | None:
    if not found:
        return None
    columns = (
        Column(what, left=True), Column("新发现"), Column("今日到期"), Column("今日办结"),
        Column("逾期未办结"),
    )  # fmt: skip
    rows = [
        (official(name) or UNSAID, t.new, due, t.closed, t.still_overdue) for name, due, t in found
    ]
    sums = [sum(int(row[at]) for row in rows) for at in range(1, 5)]
    shown = tuple((str(name), *map(str, rest)) for name, *rest in [*rows, ("合计", *sums)])
    return Part(heading, (), (AnnexTable("", columns, shown),))


def compose_week(found: Weekly, assessment: Assessment, *, provisional: bool) -> Paper:
    """周通报 of a week."""
    given, total = assessment.settings.circular, found.total
    name = window_name(found.window)
    title = f"{given.issuer or ''}关于{assessment.scheme.subject}问题整改情况的周通报（{name}）"
    opening = (
        f"现将{name}（{days_text(found.window)}）{assessment.scheme.subject}考核"
        "台账登记问题的整改情况通报如下。"
    )
    if not total.any:
        quiet = Part("总体情况", ("本周无新增、办结和逾期问题，期末无未办结问题。",))
        return make_paper(
            assessment, title, found.window.last, (opening,), numbered(quiet),
            provisional=provisional,
        )  # fmt: skip
    text = (
        f"本周新增问题{total.new}个，办结{total.closed}个，新逾期{total.overdue}个。"
        f"截至{short_day(found.window.last)}，未办结{total.waiting}个，其中逾期{total.still_overdue}个。"
    )
    return make_paper(
        assessment, title, found.window.last, (opening,),
        numbered(
            Part("总体情况", (text,)),
            _by_unit(found),
            Part("本周新增问题", () if found.new else ("本周无新增问题。",),
                 row_table(found.new, "扣分项", "发现日期", "整改期限")),
            Part("本周新逾期问题", () if found.overdue else ("本周无新逾期且尚未办结的问题。",),
                 row_table(found.overdue, "扣分项", "整改期限", "逾期天数")),
        ),
        provisional=provisional,
    )  # fmt: skip


def _by_unit(found: Weekly) -> Part:
    columns = (
        Column("单位", left=True), Column("本周\n新增"), Column("本周\n办结"),
        Column("本周\n新逾期"), Column("期末\n未办结"), Column("其中\n逾期"),
    )  # fmt: skip
    tables, quiet = [], []
    for group, units, silent in found.groups:
        rows = tuple(
            (official(name), *map(str, (t.new, t.closed, t.overdue, t.waiting, t.still_overdue)))
            for name, t in units
        )
        if rows:
            tables.append(AnnexTable(group, columns, rows))
        if silent:
            quiet.append(f"{group}{silent}个单位")
    texts = (f"{'、'.join(quiet)}本周无新增、办结和未办结问题。",) if quiet else ()
    return Part("各单位情况", texts, tuple(tables))
