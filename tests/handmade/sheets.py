"""Sheets as people and programs leave them, and the programs that write them.

A ``Page`` is what stands on a sheet; a ``Document`` is a file of pages and who writes it.
"""

from __future__ import annotations

import csv
import io
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
import xlwt
from openpyxl.styles import Border, Side


@dataclass(frozen=True)
class Cell:
    """A cell that is more than its value: a number format, a formula with its result."""

    value: Any
    code: str = "General"
    formula: str | None = None


def bare(value: Any) -> Any:
    return value.value if isinstance(value, Cell) else value


def letter(column: int) -> str:
    """Excel's letter of a column (from 1)."""
    return openpyxl.utils.get_column_letter(column)


@dataclass
class Page:
    """A sheet: rows from the first, merged ranges as (row, column, row, column) from 1."""

    name: str
    rows: list[list[Any]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    state: str = "visible"
    styled_to: int = 0
    """Down to which row blank cells have borders."""
    filter: str = ""
    title_rows: str = ""
    marks: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Cells by what they are, where a fault may be put: "name", "shown", "beside"."""

    def add(self, *values: Any) -> int:
        """One more row; its number."""
        self.rows.append(list(values))
        return len(self.rows)

    def across(self, text: Any, width: int, *, start: int = 1) -> int:
        """A row of one cell merged over the columns ``start`` to ``width``."""
        row = self.add(*[None] * (start - 1), text)
        self.merge(row, start, row, width)
        return row

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        if (top, left) != (bottom, right):
            self.merges.append((top, left, bottom, right))

    def value(self, row: int, column: int) -> Any:
        cells = self.rows[row - 1]
        return bare(cells[column - 1]) if column <= len(cells) else None

    def put(self, row: int, column: int, value: Any) -> None:
        cells = self.rows[row - 1]
        cells += [None] * (column - len(cells))
        cells[column - 1] = value

    def cells(self) -> Iterator[tuple[int, int, Cell]]:
        for r, row in enumerate(self.rows, 1):
            for c, value in enumerate(row, 1):
                if value is not None:
                    yield r, c, value if isinstance(value, Cell) else Cell(value, _code(value))


def _code(value: Any) -> str:
    return "yyyy-mm-dd" if isinstance(value, date) else "General"


Writer = Callable[[Path, Sequence[Page]], None]


@dataclass
class Document:
    """A file of the folder."""

    path: str
    pages: list[Page]
    writer: Writer

    def write(self, folder: Path) -> None:
        path = folder / self.path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.writer(path, self.pages)


# Programs that write workbooks


def excel(path: Path, pages: Sequence[Page]) -> None:
    """A workbook with borders, merged cells, hidden rows and sheets, filters, print titles."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    thin = Side(style="thin")
    border = Border(left=thin, right=thin, top=thin, bottom=thin)
    # The style of a number format, copied to every cell of it: openpyxl looks each one up anew.
    styles: dict[str, Any] = {}
    for page in pages:
        sheet = book.create_sheet(page.name)
        sheet.sheet_state = page.state
        for r, c, cell in page.cells():
            assert cell.formula is None, "openpyxl keeps no results of formulas"
            target = sheet.cell(r, c, cell.value)
            if cell.code not in styles:
                target.number_format, target.border = cell.code, border
                styles[cell.code] = target._style
            target._style = copy(styles[cell.code])
        for r in range(len(page.rows) + 1, page.styled_to + 1):
            for c in range(1, 8):
                blank = sheet.cell(r, c)
                if "" not in styles:
                    blank.border = border
                    styles[""] = blank._style
                blank._style = copy(styles[""])
        for top, left, bottom, right in page.merges:
            sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
        for r in page.hidden_rows:
            sheet.row_dimensions[r].hidden = True
        if page.filter:
            sheet.auto_filter.ref = page.filter
        if page.title_rows:
            sheet.print_title_rows = page.title_rows
    if len(book.worksheets) > 1 and book.worksheets[0].sheet_state != "visible":
        book.active = next(i for i, s in enumerate(book.worksheets) if s.sheet_state == "visible")
    book.save(path)


def _stamp() -> bytes:
    """A red square as PNG."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        crc = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", crc)

    lines = b"".join(b"\0" + b"\xd0\x10\x10" * 24 for _ in range(24))
    head = struct.pack(">IIBBBBB", 24, 24, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(k, v) for k, v in ((b"IHDR", head), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    )


def stamped(path: Path, pages: Sequence[Page]) -> None:
    """A workbook with the picture of a stamp over its foot and drop-down lists."""
    with xlsxwriter.Workbook(str(path)) as book:
        formats: dict[str, Any] = {}
        for page in pages:
            sheet = book.add_worksheet(page.name)
            for top, left, bottom, right in page.merges:
                sheet.merge_range(top - 1, left - 1, bottom - 1, right - 1, "")
            for r, c, cell in page.cells():
                style = formats.setdefault(cell.code, book.add_format({"num_format": cell.code}))
                _write_cell(sheet, r - 1, c - 1, cell, style)
            sheet.insert_image(
                max(0, len(page.rows) - 2), 4, "公章.png", {"image_data": io.BytesIO(_stamp())}
            )
            for r in page.hidden_rows:
                sheet.set_row(r - 1, None, None, {"hidden": True})
            if page.state == "hidden":
                sheet.hide()
            elif page.state == "veryHidden":
                sheet.very_hidden()
            sheet.data_validation(
                6, 8, 40, 8, {"validate": "decimal", "criteria": ">=", "value": 0}
            )


def _write_cell(sheet: Any, r: int, c: int, cell: Cell, style: Any) -> None:
    if cell.formula is not None:
        sheet.write_formula(r, c, cell.formula, style, cell.value)
    elif isinstance(cell.value, date):
        sheet.write_datetime(r, c, cell.value, style)
    elif isinstance(cell.value, str):
        sheet.write_string(r, c, cell.value, style)
    else:
        sheet.write(r, c, cell.value, style)


def old_excel(path: Path, pages: Sequence[Page]) -> None:
    """An .xls workbook."""
    book = xlwt.Workbook(encoding="utf-8")
    for page in pages:
        sheet = book.add_sheet(page.name)
        merged = {(top, left): end for top, left, *end in page.merges}
        for r, c, cell in page.cells():
            style = xlwt.easyxf(num_format_str=cell.code)
            if (r, c) in merged:
                bottom, right = merged[r, c]
                sheet.write_merge(r - 1, bottom - 1, c - 1, right - 1, cell.value, style)
            else:
                sheet.write(r - 1, c - 1, cell.value, style)
        for r in page.hidden_rows:
            sheet.row(r - 1).hidden = True
        sheet.visibility = {"visible": 0, "hidden": 1, "veryHidden": 2}[page.state]
    book.save(str(path))


def text_file(encoding: str, delimiter: str = ",", *, quoting: int = csv.QUOTE_MINIMAL) -> Writer:
    """Writes the first page as text, days as an export writes them."""

    def write(path: Path, pages: Sequence[Page]) -> None:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator="\r\n")  # type: ignore[arg-type]
        for row in pages[0].rows:
            writer.writerow(["" if v is None else v for v in map(bare, row)])
        path.write_bytes(out.getvalue().encode(encoding))

    return write
