"""A blank workbook of one plain table, such as 申诉: a title, a header, rows to be filled in."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date

from scoring.publish.sheets.fill_in import FillBook, Page

ROWS = 100


def table_workbook(
    title: str,
    sheet: str,
    columns: Mapping[str, float],
    year: int,
    days: Set[str] = frozenset(),
    numbers: Set[str] = frozenset(),
) -> bytes:
    """The workbook of a table: ``columns`` with their widths, of which ``days`` hold dates and ``numbers``
    numbers. The same table gives the same bytes."""
    book = FillBook(title, date(year, 1, 1))
    page = Page(book, sheet)
    page.print_set_up(columns.values())
    last = len(columns) - 1
    page.put(0, 0, title, "title", last)
    page.row_height(0, least=34)
    for index, name in enumerate(columns):
        page.put(1, index, name, "header")
    for row in range(2, 2 + ROWS):
        page.row_height(row, least=20, grows=True)
        for index, name in enumerate(columns):
            style = "input_day" if name in days else "input" if name in numbers else "input_text"
            page.put(row, index, None, style)
    page.ws.freeze_panes(2, 2)
    page.ws.repeat_rows(1)
    return book.close()
