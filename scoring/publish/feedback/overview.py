"""反馈总览.xlsx: what all units are said, a row each, for the office."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scoring.inquiry.feedback import Feedback
from scoring.intake.assessment import Assessment
from scoring.intake.grids import read_file
from scoring.points import SCALE
from scoring.publish.sheets.sheet import Book, Cell, Column, Sheet
from scoring.score import Result
from scoring.wording.improvements import shift_text
from scoring.wording.numbers import BLANK, PROVISIONAL, UNIT_OF_MEASURE, day
from scoring.wording.results import heading
from scoring.wording.scores import NOT_COUNTED, kept_out, score_text

SHEET = "反馈总览"


def overview(feedbacks: Sequence[Feedback], result: Result, assessment: Assessment) -> bytes:
    """The workbook, a row for every unit in the order of ``feedbacks``."""
    title = heading(result, assessment, "考核结果反馈总览")
    book = Book(title, [SHEET], result.as_of, result.scheme.rounding.decimals)
    columns = [
        Column("类别", "centre", [f.unit.group for f in feedbacks], (8, 12)),
        Column("排名", "count", [f.unit.rank or BLANK for f in feedbacks], (6, 6)),
        Column("单位", "text", [f.unit.unit for f in feedbacks], (18, 38)),
        *(
            Column(c.title, "composite", [_points(f, key, result) for f in feedbacks], (10, 12))
            for key, c in result.scheme.components.items()
        ),
        Column("综合成绩", "composite", [_composite(f, result) for f in feedbacks], (10, 10)),
        *_graded(feedbacks, result),
        Column("扣分件数", "count", [len(f.deductions) for f in feedbacks], (9, 9)),
        Column("核减项数", "count", [len(f.lowered) for f in feedbacks], (9, 9)),
        Column("核减分", "points", [_lowered(f) for f in feedbacks], (8, 8)),
        Column("待整改", "count", [len(f.todo) for f in feedbacks], (8, 8)),
        Column("影响最大的一项", "text", [_first(f, result) for f in feedbacks], (30, 56)),
    ]
    sheet = Sheet(book, SHEET, len(columns))
    sheet.title(0, title, provisional=not result.final)
    sheet.line(1, f"截至日期：{day(result.as_of)}", UNIT_OF_MEASURE)
    sheet.widths(column.width() for column in columns)
    after = sheet.table(2, columns)
    sheet.ws.autofilter(2, 0, max(after - 1, 3), len(columns) - 1)
    sheet.freeze(2, 3)
    sheet.fit(2, after)
    return book.close()


def _graded(feedbacks: Sequence[Feedback], result: Result) -> list[Column]:
    """The columns of grades; none in a scheme without them."""
    if not result.scheme.grades:
        return []
    return [
        Column("等次", "centre", [f.unit.grade or BLANK for f in feedbacks], (8, 10)),
        Column("距上一等次", "composite", [_up(f, result) for f in feedbacks], (11, 11)),
    ]


def is_final(path: Path) -> bool:
    """Whether the file is an overview of a final result: one that is not marked 暂定."""
    grids = read_file(path, path.name).grids
    title = next((str(g.value(0, 0) or "") for g in grids if g.sheet == SHEET), "")
    return bool(title) and not title.endswith(f"（{PROVISIONAL}）")


def _points(feedback: Feedback, key: str, result: Result) -> Cell:
    if key in kept_out(feedback.unit, result.scheme):
        return NOT_COUNTED
    text = score_text(feedback.unit.components.get(key), result.scheme)
    return text if text == BLANK else float(text)


def _composite(feedback: Feedback, result: Result) -> Cell:
    text = result.composite_text(feedback.unit)
    return BLANK if text is None else float(text)


def _up(feedback: Feedback, result: Result) -> Cell:
    if feedback.up is None:
        return BLANK
    return feedback.up.by / int(10**result.scheme.rounding.decimals)


def _lowered(feedback: Feedback) -> float:
    return sum(low.by for low in feedback.lowered) / SCALE


def _first(feedback: Feedback, result: Result) -> str:
    return shift_text(result, feedback.advice[0]) if feedback.advice else BLANK
