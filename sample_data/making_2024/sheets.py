"""Workbooks as an office makes them: cells by type, dates in many styles, row heights."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

CREATED = datetime(2025, 1, 20, 9, 0, 0, tzinfo=UTC)
WIDE_DIGITS = str.maketrans({c: chr(ord(c) + 0xFEE0) for c in "0123456789."})
Cell = str | int | float | Fraction | date | None


def columns(names: str) -> tuple[str, ...]:
    """Split the names of a table's columns."""
    return tuple(names.split())


def wide(text: str) -> str:
    """Write digits full-width, as an input method left in the wrong state does."""
    return text.translate(WIDE_DIGITS)


def date_as(day: date, style: str) -> Cell:
    """Write a date in one of the styles found in offices."""
    if style == "excel":
        return day
    if style == "number":
        return int(f"{day:%Y%m%d}")
    texts = {
        "chinese": f"{day.year}年{day.month}月{day.day}日",
        "wide": wide(f"{day.year}年{day.month}月{day.day}日"),
        "dots": f"{day.year}.{day.month}.{day.day}",
        "slashes": f"{day.year}/{day.month}/{day.day}",
        "digits": f"{day:%Y%m%d}",
    }
    return texts[style]


def display_width(text: str) -> int:
    """Measure a text in half-width characters."""
    return sum(2 if ord(c) > 0x2E80 or c in "“”‘’—…〔〕" else 1 for c in text)


def row_height(cells: Iterable[tuple[Cell, float]], line: float = 14.5) -> float:
    """Estimate the height of a row from its texts and their columns' widths."""
    most = 1
    for value, width in cells:
        if isinstance(value, str) and value:
            parts = value.split("\n")
            most = max(most, sum(math.ceil(display_width(p) / (width - 1)) or 1 for p in parts))
    return max(20.0, most * line + 5)


class Book:
    """A workbook of the sample: fixed properties, a few formats, cells by type."""

    def __init__(self, path: Path) -> None:
        self.file = xlsxwriter.Workbook(str(path), {"in_memory": True})
        self.file.set_properties({"created": CREATED, "author": "示例"})
        self.formats: dict[tuple, Format] = {}

    def fmt(self, **wanted: object) -> Format:
        """Give the format with these properties, made once."""
        key = tuple(sorted(wanted.items()))
        if key not in self.formats:
            base: dict[str, object] = {"font_name": "宋体", "font_size": 10.5, "valign": "vcenter"}
            self.formats[key] = self.file.add_format(base | wanted)
        return self.formats[key]

    def title(self) -> Format:
        """The merged title above a table."""
        return self.fmt(font_name="黑体", font_size=16, align="center", text_wrap=True)

    def head(self) -> Format:
        """The header row."""
        return self.fmt(bold=True, align="center", text_wrap=True, border=1, bg_color="#E7E6E6")

    def body(self, align: str = "center", **more: object) -> Format:
        """A cell of the table."""
        return self.fmt(align=align, text_wrap=True, border=1, **more)

    def put(self, sheet: Worksheet, row: int, col: int, value: Cell, fmt: Format) -> None:
        """Write a cell by the type of its value."""
        if value is None or value == "":
            sheet.write_blank(row, col, None, fmt)
        elif isinstance(value, str):
            sheet.write_string(row, col, value, fmt)
        elif isinstance(value, date):
            noted = self.body(num_format="yyyy/m/d")
            sheet.write_datetime(row, col, value, noted)
        else:
            sheet.write_number(row, col, float(value), fmt)

    def page(self, sheet: Worksheet, header_row: int, landscape: bool = True) -> None:
        """Set up printing: A4, one page wide, the header on every page."""
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(header_row)
        sheet.set_footer("&C第 &P 页 共 &N 页")
