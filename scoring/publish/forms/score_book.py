"""Blank 第三方评估 for one assessor: the units that he scores, ready to be filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from scoring.publish.sheets.fill_in import FillBook, Page

_HEADER = 2
_COLUMNS = {"单位": 36.0, "类别": 10.0, "得分": 12.0, "": 24.0, "备注": 32.0}
"""With widths; the blank one is that of the assessor."""


@dataclass(frozen=True)
class ScorePlan:
    """Who scores whom: ``units`` with their groups; ``column`` is what the table calls the assessor, ``full``
    what a score is out of by group, as text."""

    title: str
    year: int
    sheet: str
    column: str
    assessor: str
    units: Sequence[tuple[str, str]]
    full: Mapping[str, str]


def score_workbook(plan: ScorePlan) -> bytes:
    """The workbook, with blank scores. The same plan gives the same bytes."""
    book = FillBook(plan.title, date(plan.year, 1, 1))
    page = Page(book, plan.sheet)
    page.print_set_up(_COLUMNS.values(), landscape=False)
    last = len(_COLUMNS) - 1
    page.put(0, 0, plan.title, "title", last)
    page.row_height(0, least=34)
    said = dict.fromkeys(plan.full.values())
    full = (
        f"满分{next(iter(said))}分"
        if len(said) == 1
        else "、".join(f"{group}满分{points}分" for group, points in plan.full.items())
    )
    page.put(1, 0, f"{plan.column}：{plan.assessor}。{full}，每个单位一行。", "note", last)
    for index, name in enumerate(_COLUMNS):
        page.put(_HEADER, index, name or plan.column, "header")
    for row, (unit, group) in enumerate(plan.units, _HEADER + 1):
        page.put(row, 0, unit)
        page.put(row, 1, group, "middle")
        page.put(row, 2, None, "input")
        page.put(row, 3, plan.assessor, "middle")
        page.put(row, 4, None, "input_text")
    page.ws.freeze_panes(_HEADER + 1, 1)
    page.ws.repeat_rows(_HEADER)
    page.protect()
    return book.close()
