"""Sheets as people and programs leave them, and the programs that write them.

A ``Page`` is what stands on a sheet; a ``Document`` is a file of pages and who writes it.
"""

from __future__ import annotations

import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

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
    for page in pages:
        sheet = book.create_sheet(page.name)
        sheet.sheet_state = page.state
        for r, c, cell in page.cells():
            assert cell.formula is None, "openpyxl keeps no results of formulas"
            target = sheet.cell(r, c, cell.value)
            target.number_format = cell.code
            target.border = border
        for r in range(len(page.rows) + 1, page.styled_to + 1):
            for c in range(1, 8):
                sheet.cell(r, c).border = border
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
            covered = {(t, l) for t, l, _, _ in page.merges}
            for t, l, b, r in page.merges:
                sheet.merge_range(t - 1, l - 1, b - 1, r - 1, "")
            for r, c, cell in page.cells():
                style = formats.setdefault(cell.code, book.add_format({"num_format": cell.code}))
                _write_cell(sheet, r - 1, c - 1, cell, style)
            assert covered is not None
            sheet.insert_image(
                max(0, len(page.rows) - 2), 4, "公章.png", {"image_data": io.BytesIO(_stamp())}
            )
            for r in page.hidden_rows:
                sheet.set_row(r - 1, None, None, {"hidden": True})
            if page.state == "hidden":
                sheet.hide()
            elif page.state == "veryHidden":
                sheet.very_hidden()
            sheet.data_validation(6, 8, 40, 8, {"validate": "decimal", "criteria": ">=", "value": 0})


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
        merged = {(t, l): (b, r) for t, l, b, r in page.merges}
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


# Workbooks of other programs, written as raw XML

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT: Final = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_DOCUMENT: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_DOCUMENT: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/relationships"


def raw(
    *, prefix: str = "", strict: bool = False, backslash: bool = False, inline: bool = True,
    program: str = "Microsoft Excel",
) -> Writer:  # fmt: skip
    """Writes XML as other programs do: with a prefix, in the strict namespace, with backslashes in
    the names of the parts, texts in the cells or apart. Formulas have their results."""

    def write(path: Path, pages: Sequence[Page]) -> None:
        made = _Raw(prefix, _STRICT if strict else _MAIN, _STRICT_DOCUMENT if strict else _DOCUMENT,
                    inline=inline)  # fmt: skip
        parts = made.parts(pages, program)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                info = zipfile.ZipInfo("x", (2024, 7, 1, 8, 0, 0))
                # ZipInfo itself would turn the backslashes round.
                info.filename = name.replace("/", "\\") if backslash else name
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, content)

    return write


class _Raw:
    def __init__(self, prefix: str, main: str, document: str, *, inline: bool) -> None:
        self.p = f"{prefix}:" if prefix else ""
        self.xmlns = f"xmlns:{prefix}" if prefix else "xmlns"
        self.main, self.document, self.inline = main, document, inline
        self.strings: dict[str, int] = {}
        self.codes: dict[str, int] = {"General": 0}
        self.chain: list[str] = []

    def parts(self, pages: Sequence[Page], program: str) -> dict[str, str]:
        sheets = {f"xl/worksheets/sheet{i}.xml": self.sheet(p, i) for i, p in enumerate(pages, 1)}
        kinds = {f"rId{i}": ("worksheet", f"worksheets/sheet{i}.xml") for i in range(1, len(pages) + 1)}
        kinds["rIdS"] = ("styles", "styles.xml")
        kinds["rIdT"] = ("sharedStrings", "sharedStrings.xml")
        if self.chain:
            kinds["rIdC"] = ("calcChain", "calcChain.xml")
        out = {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
            "_rels/.rels": self._relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
            "docProps/app.xml": f'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>{program}</Application></Properties>',
            "xl/workbook.xml": self._workbook(pages),
            "xl/_rels/workbook.xml.rels": self._relations(kinds),
            "xl/styles.xml": self._styles(),
            "xl/sharedStrings.xml": self._shared(),
            **sheets,
        }  # fmt: skip
        if self.chain:
            cells = "".join(f'<{self.p}c r="{at}" i="1"/>' for at in self.chain)
            out["xl/calcChain.xml"] = f'<{self.p}calcChain {self.xmlns}="{self.main}">{cells}</{self.p}calcChain>'
        return {name: f'<?xml version="1.0" encoding="UTF-8"?>\n{text}' for name, text in out.items()}

    def _relations(self, kinds: dict[str, tuple[str, str]]) -> str:
        inner = "".join(
            f'<Relationship Id="{key}" Type="{self.document}/{kind}" Target="{target}"/>'
            for key, (kind, target) in kinds.items()
        )
        return f'<Relationships xmlns="{_PACKAGE}">{inner}</Relationships>'

    def _workbook(self, pages: Sequence[Page]) -> str:
        p = self.p
        sheets = "".join(
            f'<{p}sheet name={quoteattr(page.name)} sheetId="{i}" state="{page.state}" r:id="rId{i}"/>'
            for i, page in enumerate(pages, 1)
        )
        return f'<{p}workbook {self.xmlns}="{self.main}" xmlns:r="{self.document}"><{p}sheets>{sheets}</{p}sheets></{p}workbook>'

    def _styles(self) -> str:
        p = self.p
        formats = "".join(
            f'<{p}numFmt numFmtId="{163 + i}" formatCode={quoteattr(code)}/>'
            for code, i in self.codes.items() if i
        )  # fmt: skip
        styles = "".join(f'<{p}xf numFmtId="{163 + i if i else 0}"/>' for i in self.codes.values())
        return f'<{p}styleSheet {self.xmlns}="{self.main}"><{p}numFmts>{formats}</{p}numFmts><{p}cellXfs>{styles}</{p}cellXfs></{p}styleSheet>'

    def _shared(self) -> str:
        p = self.p
        items = "".join(
            f'<{p}si><{p}t xml:space="preserve">{escape(text)}</{p}t></{p}si>' for text in self.strings
        )
        return f'<{p}sst {self.xmlns}="{self.main}">{items}</{p}sst>'

    def sheet(self, page: Page, number: int) -> str:
        p = self.p
        rows: dict[int, list[str]] = {}
        for r, c, cell in page.cells():
            rows.setdefault(r, []).append(self._cell(f"{letter(c)}{r}", cell))
            if cell.formula is not None and number == 1:
                self.chain.append(f"{letter(c)}{r}")
        data = "\n".join(
            f'<{p}row r="{r}"{" hidden=" + chr(34) + "1" + chr(34) if r in page.hidden_rows else ""}>{"".join(cells)}</{p}row>'
            for r, cells in rows.items()
        )  # fmt: skip
        merges = "".join(
            f'<{p}mergeCell ref="{letter(l)}{t}:{letter(r)}{b}"/>' for t, l, b, r in page.merges
        )
        merged = f"<{p}mergeCells>{merges}</{p}mergeCells>" if merges else ""
        filtered = f'<{p}autoFilter ref="{page.filter}"/>' if page.filter else ""
        return f'<{p}worksheet {self.xmlns}="{self.main}"><{p}sheetData>\n{data}\n</{p}sheetData>{filtered}{merged}</{p}worksheet>'

    def _cell(self, at: str, cell: Cell) -> str:
        p = self.p
        style = self.codes.setdefault(cell.code, len(self.codes))
        value = cell.value
        formula = "" if cell.formula is None else f"<{p}f>{escape(cell.formula.lstrip('='))}</{p}f>"
        if isinstance(value, str):
            if formula:
                return f'<{p}c r="{at}" s="{style}" t="str">{formula}<{p}v>{escape(value)}</{p}v></{p}c>'
            if self.inline:
                return f'<{p}c r="{at}" s="{style}" t="inlineStr"><{p}is><{p}t xml:space="preserve">{escape(value)}</{p}t></{p}is></{p}c>'
            index = self.strings.setdefault(value, len(self.strings))
            return f'<{p}c r="{at}" s="{style}" t="s"><{p}v>{index}</{p}v></{p}c>'
        if isinstance(value, date):
            start = datetime(1899, 12, 30)  # noqa: DTZ001
            value = (datetime(value.year, value.month, value.day) - start).days  # noqa: DTZ001
        return f'<{p}c r="{at}" s="{style}">{formula}<{p}v>{value}</{p}v></{p}c>'
