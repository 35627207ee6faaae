"""A workbook to be filled in: its look, its cells, its locks. Shared by forms and ledgers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence, Set
from datetime import date
from fractions import Fraction
from typing import Any

from lxml import etree
from xlsxwriter.utility import quote_sheetname, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from scoring.publish.files import stable_zip
from scoring.publish.sheets.pages import page_breaks, page_height, pages_to_fit
from scoring.publish.sheets.sheet import A4, Complete, MemoryBook, whole_pixels
from scoring.publish.sheets.style import (
    FONT_SIZE,
    HEADER_FILL,
    HEADING_FONT,
    INPUT,
    LINE,
    LINE_HEIGHT,
    RED,
    ROW_HEIGHT,
    TEXT_FONT,
    wrapped_lines,
)
from scoring.rules.cells import ERROR, Live

INPUT_FILL = "#FFF8DC"
OFFICE_FILL = "#EFEFEF"
TOTAL_FILL = "#EEF3F8"
AREA_FILL = "#F7F9FB"
HINT = "#B45F06"
GREY = "#8C8C8C"
BAR = "#8FB0C6"

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

_CELL: dict[str, object] = {"border": 1, "border_color": LINE}
_WRAP = _CELL | {"text_wrap": True, "align": "left", "indent": 1}
_MIDDLE = _CELL | {"align": "center", "text_wrap": True}
_OPEN: dict[str, object] = {"locked": False, "bg_color": INPUT_FILL, "font_color": INPUT}
_STYLES: dict[str, dict[str, object]] = {
    "title": {"font_name": HEADING_FONT, "font_size": 18, "align": "center"},
    "note": {"text_wrap": True, "align": "left", "font_size": 9.5},
    "sign": {"align": "right"},
    "section": {"font_name": HEADING_FONT, "font_size": 12},
    "label": _MIDDLE | {"font_name": HEADING_FONT, "bg_color": HEADER_FILL},
    "header": _MIDDLE | {"font_name": HEADING_FONT, "bg_color": HEADER_FILL},
    "office_header": _MIDDLE | {"font_name": HEADING_FONT, "bg_color": "#D9D9D9"},
    "area": _MIDDLE | {"bg_color": AREA_FILL},
    "text": _WRAP,
    "middle": _MIDDLE,
    "points": _MIDDLE | {"num_format": "General"},
    "score": _MIDDLE | {"num_format": "0.00##"},
    "percent": _MIDDLE | {"num_format": "0.0%"},
    "total": _MIDDLE | {"bg_color": TOTAL_FILL, "font_name": HEADING_FONT, "num_format": "General"},
    "grand": _MIDDLE | {"bg_color": HEADER_FILL, "font_name": HEADING_FONT, "num_format": "General", "top": 2},
    "total_text": _WRAP | {"bg_color": TOTAL_FILL},
    "grand_text": _WRAP | {"bg_color": HEADER_FILL, "top": 2},
    "hint": _WRAP | {"font_color": HINT},
    "loose_hint": {"font_color": HINT, "align": "left"},
    "loose": {"align": "left"},
    "count_all": {"num_format": '"已登记 "0" 件"', "align": "left"},
    "count_late": {"num_format": '"逾期未整改 "0" 件"', "align": "left", "font_color": RED},
    "count_due": {"num_format": '"今天到期 "0" 件"', "align": "left", "font_color": HINT},
    "input": _MIDDLE | _OPEN | {"num_format": "General"},
    "input_text": _WRAP | _OPEN,
    "input_string": _MIDDLE | _OPEN | {"num_format": "@"},
    "input_day": _MIDDLE | _OPEN | {"num_format": "yyyy-mm-dd"},
    "office": _MIDDLE | {"bg_color": OFFICE_FILL},
    "office_text": _WRAP | {"bg_color": OFFICE_FILL},
    "key": _MIDDLE | {"font_color": GREY, "font_size": 8},
    "big": _MIDDLE | {"font_name": HEADING_FONT, "font_size": 14},
    "alert": _WRAP | {"font_color": RED},
}  # fmt: skip


class FillBook(MemoryBook):
    """A workbook to be filled in, with its styles."""

    def __init__(self, title: str, created: date) -> None:
        super().__init__(title, created)
        self._formats: dict[str, object] = {}
        self._pages: list[Page] = []

    def add(self, page: Page) -> Worksheet:
        """A new worksheet for ``page``."""
        self._pages.append(page)
        return self.book.add_worksheet(page.name)

    def close(self) -> bytes:
        """The workbook; with what XlsxWriter has no call for put into its sheets."""
        content = super().close()
        parts = {f"xl/worksheets/sheet{n}.xml": page for n, page in enumerate(self._pages, 1)}
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            changed = {n: _completed(package.read(n), page.grow) for n, page in parts.items()}
        return stable_zip(content, changed)

    def style(self, name: str) -> Any:
        """A cell format by its name, made once; ``name:2`` shows two decimals, always."""
        if name not in self._formats:
            plain, _, decimals = name.partition(":")
            properties = {
                "font_name": TEXT_FONT, "font_size": FONT_SIZE, "font_scheme": False,
                "valign": "vcenter",
            } | _STYLES[plain]  # fmt: skip
            if decimals:
                properties["num_format"] = f"0.{'0' * int(decimals)}" if int(decimals) else "0"
            self._formats[name] = self.book.add_format(properties)
        return self._formats[name]


def _completed(sheet: bytes, growing: Set[int]) -> bytes:
    """The XML of a sheet whose rows ``growing`` (from 0) become higher as text is typed into them: Excel
    and WPS do that without customHeight. Formulas that come to an empty text say that it is a text, since
    XlsxWriter leaves out the type and some readers then fail at an empty number."""
    root = etree.fromstring(sheet)
    for row in root.iterfind(f"{_MAIN}sheetData/{_MAIN}row"):
        if int(row.get("r")) - 1 in growing:
            row.attrib.pop("customHeight", None)
    for formula in root.iterfind(f"{_MAIN}sheetData/{_MAIN}row/{_MAIN}c/{_MAIN}f"):
        cell = formula.getparent()
        if "t" not in cell.attrib and not cell.findtext(f"{_MAIN}v"):
            cell.set("t", "str")
    xml: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return xml


class Page:
    """One sheet. Rows and columns count from 0."""

    def __init__(self, book: FillBook, name: str, *, hidden: bool = False) -> None:
        self._book = book
        self.name = name
        self.ws: Worksheet = book.add(self)
        self.grow: set[int] = set()
        self.prefix = f"{quote_sheetname(name)}!"
        self._widths: tuple[float, ...] = ()
        self._heights: dict[int, float] = {}
        self._landscape = True
        if hidden:
            self.ws.hide()

    def print_set_up(self, widths: Iterable[float], *, landscape: bool = True) -> None:
        """A4, one page wide, with page numbers."""
        self._widths = tuple(widths)
        for index, width in enumerate(self._widths):
            self.ws.set_column(index, index, width)
        self.ws.set_paper(A4)
        self._landscape = landscape
        if landscape:
            self.ws.set_landscape()
        self.ws.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.ws.fit_to_pages(1, 0)
        self.ws.center_horizontally()
        self.ws.hide_gridlines(2)
        self.ws.set_default_row(ROW_HEIGHT)
        self.ws.set_footer("&C第 &P 页 共 &N 页")

    def width(self, first: int, last: int | None = None) -> float:
        return sum(self._widths[first : (first if last is None else last) + 1])

    def put(
        self, row: int, column: int, value: Any, style: str = "text", last: int | None = None
    ) -> Live:
        """Write a value or a live formula, over the columns up to ``last`` where given; gives the
        cell for formulas on any sheet."""
        look = self._book.style(style)
        if last is not None and last > column:
            self.ws.merge_range(row, column, row, last, "", look)
        kept: Any = value
        match value:
            case Live():
                assert value.value != ERROR, value.text
                kept = value.value
                shown: Any = (
                    float(kept) if isinstance(kept, Fraction) else "" if kept is None else kept
                )
                if isinstance(shown, float) and shown.is_integer():
                    shown = int(shown)
                self.ws.write_formula(row, column, Complete(value.text), look, shown)
            case str() if value:
                self.ws.write_string(row, column, value, look)
            case Fraction():
                self.ws.write_number(row, column, float(value), look)
            case int() | float():
                self.ws.write_number(row, column, value, look)
                kept = Fraction(str(value))
            case date():
                self.ws.write_datetime(row, column, value, look)
            case _:
                self.ws.write_blank(row, column, None, look)
                kept = None
        return Live(f"{self.prefix}{xl_rowcol_to_cell(row, column, True, True)}", kept)

    def merge_down(self, top: int, bottom: int, column: int, text: str, style: str) -> None:
        """A text over the rows of a column."""
        self.ws.merge_range(top, column, bottom, column, text, self._book.style(style))

    @staticmethod
    def fixed(style: str, decimals: int) -> str:
        """The style that shows a number with fixed decimals."""
        return f"{style}:{decimals}"

    def format(self, properties: dict[str, object]) -> Any:
        """A look for conditional formats."""
        return self._book.book.add_format(properties)

    def here(self, cell: Live) -> Live:
        """A cell of this sheet as formulas on it call it, without the sheet's name."""
        return Live(cell.text.removeprefix(self.prefix).replace("$", ""), cell.value)

    def row_height(
        self, row: int, lines: int = 1, *, least: float = ROW_HEIGHT, grows: bool = False
    ) -> None:
        self._heights[row] = max(least, ROW_HEIGHT + LINE_HEIGHT * (lines - 1))
        self.ws.set_row(row, whole_pixels(self._heights[row]))
        if grows:
            self.grow.add(row)

    def break_pages(self, header: int, sections: Sequence[int], end: int) -> None:
        """Print the rows down to ``end`` with no section cut, and with no page for a few rows alone.
        The row ``header`` is on every page again."""
        heights = [self._heights.get(row, ROW_HEIGHT) for row in range(end)]
        page = page_height(self._widths, portrait=not self._landscape)
        count = pages_to_fit(sum(heights), heights[header], page)
        if count:
            self.ws.fit_to_pages(1, count)
        if count != 1:
            shown = page * (sum(heights) / (count * page) if count else 1)
            self.ws.set_h_pagebreaks(page_breaks(sections, heights, shown - heights[header]))

    def lines(self, text: str, first: int, last: int | None = None) -> int:
        """How many lines a text takes in a column, or over several."""
        return wrapped_lines(text, self.width(first, last))

    def protect(self) -> None:
        """Lock what is not open to be filled in, without a password."""
        self.ws.protect("", {"format_columns": True, "format_rows": True, "autofilter": True,
                             "sort": True, "objects": True})  # fmt: skip


def spread(widths: Sequence[float], parts: int) -> list[tuple[int, int]]:
    """The columns in ``parts`` runs of about the same width, as first and last.

    >>> spread([10, 10, 10, 30], 2)
    [(0, 2), (3, 3)]
    """
    whole, used, first = sum(widths), 0.0, 0
    runs: list[tuple[int, int]] = []
    for index, width in enumerate(widths):
        used += width
        left = len(widths) - index - 1
        full = used >= whole * (len(runs) + 1) / parts - width / 4
        if len(runs) < parts - 1 and (full or left < parts - len(runs)):
            runs.append((first, index))
            first = index + 1
    return [*runs, (first, len(widths) - 1)]
