"""通报附表.xlsx: the table attached to the circular, one sheet a group; only what may be published.

Plain values, no formula, no gap, no source: the file leaves the house. What it says is composed
once (``annex_table``), so that it and the annex in the circular agree to the letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from scoring.intake.assessment import Assessment
from scoring.publish.circular.annex_table import Annex, compose_annex, group_table
from scoring.publish.sheets.sheet import Book, Cell, Column, Sheet, sheet_names
from scoring.publish.word.table import AnnexTable
from scoring.score import Result
from scoring.wording.words import PROVISIONAL, UNIT_OF_MEASURE, heading

_LABEL, _TITLE, _LINE, _HEADER = 0, 2, 3, 4
"""附件 stands on the first line, the title on the third (GB/T 9704—2012)."""

_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def annex(result: Result, assessment: Assessment) -> bytes:
    """The bulletin spreadsheet of a result. The same input gives the same bytes."""
    composed = compose_annex(result, assessment)
    groups = [g for g in result.scheme.groups if result.in_group(g)] or result.scheme.groups[:1]
    names = sheet_names(groups)
    title = heading(result, assessment, "考核结果")
    book = Book(title, names, result.as_of, result.scheme.rounding.decimals)
    fonts = assessment.settings.circular.fonts
    label = book.book.add_format({"font_name": fonts.heading, "font_size": 16})
    for name, group in zip(names, groups, strict=True):
        table = group_table(result, group)
        sheet = Sheet(book, name, len(table.columns), portrait=True)
        _write(sheet, composed, table, label)
    return book.close()


def _write(sheet: Sheet, composed: Annex, table: AnnexTable, label: Any) -> None:
    columns = _columns(table)
    mark = f"（{PROVISIONAL}）"
    sheet.ws.set_margins(left=0.7, right=0.7, top=0.9, bottom=0.8)
    sheet.widths(column.width() for column in columns)
    sheet.ws.set_row(_LABEL, 24)
    sheet.ws.write_string(_LABEL, 0, "附件", label)
    title = composed.title
    sheet.title(_TITLE, title.removesuffix(mark), provisional=title.endswith(mark))
    sheet.line(_LINE, table.caption, UNIT_OF_MEASURE)
    after = sheet.table(_HEADER, columns)
    sheet.freeze(_HEADER, 2)
    notes = [("" if at else "注：") + note for at, note in enumerate(composed.notes)]
    sheet.notes(after, notes)
    sheet.fit(_HEADER, after + len(notes))


def _columns(table: AnnexTable) -> list[Column]:
    """The columns with numbers as numbers, in a format that shows them as the circular does."""
    cells = list(zip(*table.rows, strict=True)) or [()] * len(table.columns)
    titles = [column.title for column in table.columns]
    rank, unit, *scores, grade = zip(titles, cells, strict=True)
    return [
        Column(rank[0], "count", [_number(text, int) for text in rank[1]], (7, 7)),
        Column(unit[0], "text", unit[1], (26, 38)),
        *(Column(title, "composite", [_number(t, float) for t in texts], (11, 11))
          for title, texts in scores),
        Column(grade[0], "centre", grade[1], (9, 12)),
    ]  # fmt: skip


def _number(text: str, kind: Callable[[str], Cell]) -> Cell:
    """A published number; what is marked, or stands for none, stays a text."""
    return kind(text) if _NUMBER.fullmatch(text) else text
