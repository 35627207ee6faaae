"""申诉: every appeal that was known, its answer, and what followed from it."""

from __future__ import annotations

from scoring.publish.results.report import Report
from scoring.publish.sheets.sheet import Column
from scoring.reporting.appeals import target_text
from scoring.score.appeals import AppealState, appeal_states, undecided
from scoring.wording.results import STANDING, appeal_follow_text

_HEADER = 2


def states_of(report: Report) -> tuple[AppealState, ...]:
    assessment = report.assessment
    return appeal_states(assessment.appeals, assessment.tables, report.result.known)


def open_text(report: Report) -> str:
    """The sentence of the notes on appeals that are open; empty where none is."""
    numbers = [state.row.number for state in undecided(states_of(report))]
    return (
        f"有{len(numbers)}件申诉尚未决定（{'、'.join(numbers)}），本结果未计入" if numbers else ""
    )


def write_appeals(report: Report, name: str) -> None:
    """The sheet of appeals, in the order of their table."""
    states = states_of(report)
    columns = [
        Column("序号", "count", list(range(1, len(states) + 1))),
        Column("申诉编号", "text", [s.row.number for s in states]),
        Column("单位", "text", [s.row.unit for s in states]),
        Column("涉及", "text", [target_text(s) for s in states]),
        Column("理由", "text", [s.row.reason for s in states]),
        Column("提出日期", "date", [s.row.made for s in states]),
        Column("答复", "text", [s.row.answer for s in states]),
        Column("结果", "centre", [STANDING[s.standing] for s in states]),
        Column("决定日期", "date", [s.row.decided for s in states]),
        Column("后续处理", "text", [appeal_follow_text(s) for s in states]),
    ]
    sheet = report.open(name, len(columns), "考核申诉办理情况", f"共{len(states)}件")
    sheet.texts_like_numbers()
    sheet.widths((6, 10, 16, 16, 26, 11.5, 26, 9, 11.5, 30))
    after = sheet.table(_HEADER, columns)
    sheet.freeze(_HEADER, 2)
    sheet.fit(_HEADER, after)
