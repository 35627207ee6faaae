"""What every sheet shares: title, lines, tables column by column, and the print set-up."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import quote_sheetname, xl_range_abs

from scoring.limits import SHEET_ROWS
from scoring.publish.sheets.pages import page_breaks, page_height, pages_to_fit
from scoring.publish.sheets.style import (
    FONT_SIZE,
    LINE_HEIGHT,
    RED,
    ROW_HEIGHT,
    TEXT_FONT,
    Styles,
    column_width,
    wrapped_lines,
)
from scoring.refusals import TooManyRowsError
from scoring.wording.numbers import PROVISIONAL

A4 = 9
_HIGHEST = 409.0
"""Points: Excel has no higher row."""
_FITTED = 5
"""Onto more pages than that rows are not fitted."""
WRAPPED = frozenset({"text", "centre"})
"""Styles whose cells may take several lines."""

Cell = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class Formula:
    """A live formula and the value that the engine computed for it."""

    text: str
    value: str | int | float


class Complete(str):
    """A formula without the functions that Excel came to know after 2010 (``_xlfn.…``).

    XlsxWriter looks through every formula for thirty of them, which for a table of formulas takes longer
    than to write it; a formula that has the prefix somewhere is left as it is. To that one question the
    answer here is yes. Should XlsxWriter ask otherwise, it looks through them again: only time is lost."""

    __slots__ = ()

    def __contains__(self, part: object) -> bool:
        return part == "_xlfn." or (isinstance(part, str) and super().__contains__(part))


@dataclass(frozen=True)
class Column:
    """A column of a table; ``bounds`` are its least and greatest width."""

    title: str
    style: str
    values: Sequence[Cell | Formula]
    bounds: tuple[float, float] = (8, 30)

    def width(self) -> float:
        texts = {_shown(value) for value in set(self.values)}
        return column_width(texts, *self.bounds)


def _shown(value: Cell | Formula) -> str:
    """What a cell shows, at its longest."""
    if isinstance(value, Formula):
        value = value.value
    if isinstance(value, float):
        return f"{value:.10g}"
    return "" if value is None else str(value)


def whole_pixels(points: float) -> float:
    """The height of a row as Excel keeps it; some versions of XlsxWriter round it so, others do not.

    >>> whole_pixels(37), whole_pixels(18)
    (36.75, 18.0)
    """
    return int(points * 4 / 3) * 0.75


class Names:
    """Defined names (名称) of a workbook: Chinese words that formulas and auditors read."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._taken: set[str] = set()

    def define(self, label: str, sheet: str, rows: tuple[int, int], column: int) -> str:
        name = _unique(re.sub(r"\W", "_", label), self._taken, 200, "_{}")
        cells = xl_range_abs(rows[0], column, rows[1], column)
        self._book.define_name(name, f"={quote_sheetname(sheet)}!{cells}")
        return name


def sheet_names(wanted: Iterable[str]) -> list[str]:
    """Names that Excel allows for sheets, each once, in the same order.

    >>> sheet_names(["汇总", "[一]平时/考核", "汇总"])
    ['汇总', '一平时考核', '汇总(2)']
    """
    taken = {"history"}  # Excel keeps that one for itself
    return [
        _unique(re.sub(r"[\[\]:*?/\\]", "", title).strip("' ") or "表", taken, 31, "({})")
        for title in wanted
    ]


def _unique(text: str, taken: set[str], longest: int, suffix: str) -> str:
    name, number = text[:longest], 2
    while name.lower() in taken:
        tail = suffix.format(number)
        name, number = text[: longest - len(tail)] + tail, number + 1
    taken.add(name.lower())
    return name


class MemoryBook:
    """An xlsx in memory, without names of people and without the clock."""

    def __init__(self, title: str, created: date) -> None:
        self._out = io.BytesIO()
        self.book: Any = xlsxwriter.Workbook(
            self._out,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "default_format_properties": {"font_name": TEXT_FONT, "font_size": FONT_SIZE},
            },
        )
        day = datetime(created.year, created.month, created.day)  # noqa: DTZ001
        self.book.set_properties({"title": title, "author": "", "created": day})

    def close(self) -> bytes:
        self.book.close()
        return self._out.getvalue()


class Book(MemoryBook):
    """A workbook of results: its sheets of at most ``rows`` rows, its styles, its names."""

    def __init__(
        self,
        title: str,
        sheets: Iterable[str],
        as_of: date,
        decimals: int,
        rows: int = SHEET_ROWS,
    ) -> None:
        super().__init__(title, as_of)
        self.rows = rows
        self.sheets: dict[str, Any] = {name: self.book.add_worksheet(name) for name in sheets}
        self.styles = Styles(self.book, decimals)
        self.names = Names(self.book)


class Sheet:
    """A worksheet of ``columns`` columns. Rows and columns count from 0.

    Where only the first ``printed`` columns are printed, title and line stand over these."""

    def __init__(
        self,
        book: Book,
        name: str,
        columns: int,
        *,
        portrait: bool = False,
        printed: int | None = None,
    ) -> None:
        self.name = name
        self.last = columns - 1
        self.last_printed = (printed or columns) - 1
        self.styles = book.styles
        self.ws: Any = book.sheets[name]
        self._book = book.book
        self._names = book.names
        self._rows = book.rows
        self.ws.set_paper(A4)
        if not portrait:
            self.ws.set_landscape()
        self.ws.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        self.ws.fit_to_pages(1, 0)
        self.ws.center_horizontally()
        self.ws.hide_gridlines(2)
        self.ws.set_default_row(ROW_HEIGHT)
        self._widths: tuple[float, ...] = ()
        self._heights: dict[int, float] = {}
        self._sections: list[int] = []
        self._portrait = portrait
        self.ws.set_footer("&C第 &P 页 共 &N 页")

    def title(self, row: int, text: str, *, provisional: bool) -> None:
        """The title over all columns, with a red 暂定 where the result is not final."""
        style = self.styles("title")
        self.row_height(row, 30)
        if self.last_printed:
            self.ws.merge_range(row, 0, row, self.last_printed, "", style)
        if not provisional:
            self.ws.write_string(row, 0, text, style)
            return
        mark = f"（{PROVISIONAL}）"
        self.ws.write_rich_string(row, 0, style, text, self.styles("mark"), mark, style)
        self.ws.set_tab_color(RED)
        self.ws.set_header(f"&R{PROVISIONAL}结果")

    def line(self, row: int, left: str, right: str = "") -> None:
        """The line under the title: what the numbers are, and their unit of measure."""
        self.row_height(row, 18)
        self.ws.write_string(row, 0, left, self.styles("line"))
        if right:
            self.ws.write_string(row, self.last_printed, right, self.styles("line_right"))

    def notes(self, row: int, texts: Sequence[str]) -> None:
        """Notes under a table, each over all columns and as high as it needs."""
        self._check_rows(row + len(texts))
        style = self.styles("note")
        for at, text in enumerate(texts, row):
            lines = wrapped_lines(text, sum(self._widths[: self.last_printed + 1]))
            self.row_height(at, ROW_HEIGHT + LINE_HEIGHT * (lines - 1))
            if self.last_printed:
                self.ws.merge_range(at, 0, at, self.last_printed, "", style)
            self.ws.write_string(at, 0, text, style)

    def section(self, row: int, text: str) -> int:
        """The heading of a section of the sheet; gives the row below."""
        self._sections.append(row)
        self.row_height(row, 24)
        self.ws.write_string(row, 0, text, self.styles("heading"))
        return row + 1

    def header(self, row: int, titles: Sequence[str]) -> None:
        style = self.styles("header")
        for index, text in enumerate(titles):
            self.ws.write_string(row, index, text, style)
        lines = max(map(wrapped_lines, titles, self._widths))
        self.row_height(row, ROW_HEIGHT + LINE_HEIGHT * (lines - 1) + 4)

    def widths(self, widths: Iterable[float]) -> None:
        self._widths = tuple(widths)
        for index, width in enumerate(self._widths):
            self.ws.set_column(index, index, width)

    def table(self, row: int, columns: Sequence[Column]) -> int:
        """A header row at ``row`` and the values below it; gives the row after the last. Raises
        TooManyRowsError where they do not fit on the sheet."""
        after = row + 1 + len(columns[0].values)
        self._check_rows(after)
        self.header(row, [column.title for column in columns])
        for index, column in enumerate(columns):
            self.column(row + 1, index, column.values, self.styles(column.style))
        self.fit_rows(row + 1, {
            index: column.values for index, column in enumerate(columns) if column.style in WRAPPED
        })  # fmt: skip
        return after

    def fit_rows(self, row: int, columns: Mapping[int, Sequence[Cell | Formula]]) -> None:
        """Make the rows from ``row`` on as high as the texts in ``columns`` need."""
        most: dict[int, int] = {}
        for index, values in columns.items():
            texts = [v.value if isinstance(v, Formula) else v for v in values]
            width = self._widths[index]
            lines_of: dict[object, int] = {
                text: lines
                for text in set(texts)
                if isinstance(text, str) and (lines := wrapped_lines(text, width)) > 1
            }
            if lines_of:
                for at, text in enumerate(texts, row):
                    if text in lines_of:
                        most[at] = max(most.get(at, 1), lines_of[text])
        for at, lines in most.items():
            self.row_height(at, ROW_HEIGHT + LINE_HEIGHT * (lines - 1))

    def column(self, row: int, index: int, values: Sequence[Cell | Formula], style: Any) -> None:
        """Values down a column; texts stay texts, whatever they look like. Raises TooManyRowsError."""
        self._check_rows(row + len(values))
        ws = self.ws
        for at, value in enumerate(values, row):
            match value:
                case str() if value:
                    ws.write_string(at, index, value, style)
                case int() | float():
                    ws.write_number(at, index, value, style)
                case Formula():
                    text = Complete(value.text.removeprefix("="))
                    ws.write_formula(at, index, text, style, value.value)
                case date():
                    ws.write_datetime(at, index, value, style)
                case _:
                    ws.write_blank(at, index, None, style)

    def _check_rows(self, after: int) -> None:
        """What is written below a sheet's last row would be lost without a word."""
        if after > self._rows:
            raise TooManyRowsError(self.name, after, self._rows)

    def arrays(self, row: int, index: int, formulas: Sequence[Formula], style: Any) -> None:
        """Formulas that go through a column cell by cell (数组公式)."""
        for at, formula in enumerate(formulas, row):
            self.ws.write_array_formula(at, index, at, index, formula.text, style, formula.value)

    def colour(self, rows: tuple[int, int], column: int, equal_to: str, fill: str) -> None:
        """A fill for the cells of a column that hold ``equal_to``, whatever they come to hold."""
        style = self._book.add_format({"bg_color": fill})
        rule = {"type": "cell", "criteria": "==", "value": equal_to, "format": style}
        self.ws.conditional_format(rows[0], column, rows[1], column, rule)

    def add_chart(self, kind: str, subtype: str) -> Any:
        return self._book.add_chart({"type": kind, "subtype": subtype})

    def define(self, label: str, rows: tuple[int, int], column: int) -> str:
        """Name the cells of ``column`` in ``rows`` (first and last); gives the name."""
        return self._names.define(label, self.name, rows, column)

    def cells(self, rows: tuple[int, int], column: int) -> str:
        """The cells of ``column`` in ``rows`` (first and last) as formulas on any sheet call them."""
        return f"{quote_sheetname(self.name)}!{xl_range_abs(rows[0], column, rows[1], column)}"

    def freeze(self, header: int, columns: int, *, above: int = 0) -> None:
        """Keep the header row and the first columns in view, and the header on every page, with so
        many rows ``above`` it."""
        self.ws.freeze_panes(header + 1, columns)
        self.ws.repeat_rows(header - above, header)

    def row_height(self, row: int, height: float) -> None:
        height = min(height, _HIGHEST)
        self._heights[row] = height
        self.ws.set_row(row, whole_pixels(height))

    def print_area(self, last_row: int) -> None:
        """Print the first columns only, down to ``last_row``."""
        self.ws.print_area(0, 0, last_row, self.last_printed)

    def fit(self, header: int, end: int) -> None:
        """Spare a last page that would hold only a few of the rows down to ``end``; the rows up to
        ``header`` are on every page again."""
        heights = [self._heights.get(row, ROW_HEIGHT) for row in range(end)]
        page = page_height(self._widths, portrait=self._portrait)
        count = pages_to_fit(sum(heights), heights[header], page)
        # Every page ends with some room, so that many pages are not known well enough.
        if 0 < count <= _FITTED:
            self.ws.fit_to_pages(1, count)

    def paginate(self, end: int) -> None:
        """Print section by section down to row ``end``."""
        heights = [self._heights.get(row, ROW_HEIGHT) for row in range(end)]
        page = page_height(self._widths, portrait=self._portrait)
        breaks = page_breaks(self._sections, heights, page)
        self.ws.set_h_pagebreaks(breaks)

    def texts_like_numbers(self) -> None:
        """Codes such as 2.1 are texts; Excel need not point that out."""
        self.ws.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
