"""The XML of one sheet: its cells by place, values put into them, sums over them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from scoring.intake.edit.model import Edit, Value
from scoring.intake.grids import column_letter
from scoring.intake.grids.formats import GENERAL, display

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)")
_SUM = re.compile(r"=?(SUM|COUNTA)\(([$A-Z0-9:,]+)\)")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_NEW_WIDTH = "16"

Spot = tuple[int, int]


def spot_of(reference: str) -> Spot:
    """Row and column from 0 of a reference.

    >>> spot_of("AB7")
    (6, 27)
    """
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(reference)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


@dataclass(frozen=True, slots=True)
class DayStyles:
    """The number formats of a workbook's cell styles, and whether its days count from 1904."""

    formats: Sequence[str] = ()
    from_1904: bool = False

    def serial(self, day: date, style: str | None) -> int | None:
        """The number that a cell of ``style`` shows as ``day``; None where it would show another thing."""
        number = (day - (date(1904, 1, 1) if self.from_1904 else date(1899, 12, 30))).days
        at = int(style or 0)
        code = self.formats[at] if at < len(self.formats) else GENERAL
        shown = display(number, code, from_1904=self.from_1904)
        return number if isinstance(shown, datetime) and shown.date() == day else None


class SheetXml:
    """A sheet's XML tree. Rows and cells may leave out where they stand: then they follow."""

    def __init__(self, root: Any, days: DayStyles | None = None) -> None:
        self.root = root
        self._days = days or DayStyles()
        self._space = etree.QName(root).namespace
        self._data = root.find("{*}sheetData")
        self._lines: dict[int, Any] = {}
        self._cells: dict[int, dict[int, Any]] = {}
        self._index()

    def _index(self) -> None:
        at = -1
        for line in self._data:
            at = int(line.get("r")) - 1 if line.get("r") else at + 1
            self._lines[at] = line
            cells = self._cells[at] = {}
            column = -1
            for cell in line.iterfind("{*}c"):
                column = spot_of(cell.get("r"))[1] if cell.get("r") else column + 1
                cells[column] = cell

    def formulas(self) -> set[Spot]:
        """The cells that hold a formula."""
        return {spot for spot, cell in self._every() if cell.find("{*}f") is not None}

    def _every(self) -> Iterator[tuple[Spot, Any]]:
        for row, cells in self._cells.items():
            for column, cell in cells.items():
                yield (row, column), cell

    def put(self, edits: Sequence[Edit]) -> None:
        """Put values into cells, make those that are not there, and compute sums over them."""
        for edit in sorted(edits, key=lambda e: (e.row, e.column)):
            cell = self._cells.get(edit.row, {}).get(edit.column)
            if cell is None:
                cell = self._make(edit.row, edit.column)
            self._write(cell, edit.value)
        self._widen()
        self._sum_up({(e.row, e.column): e.value for e in edits})

    # Writing

    def _tag(self, name: str) -> str:
        return f"{{{self._space}}}{name}"

    def _write(self, cell: Any, value: Value) -> None:
        cell.attrib.pop("t", None)
        for child in list(cell):
            cell.remove(child)
        if value is None:
            return
        if isinstance(value, date):
            serial = self._days.serial(value, cell.get("s"))
            value = value.isoformat() if serial is None else Decimal(serial)
        if isinstance(value, Decimal):
            etree.SubElement(cell, self._tag("v")).text = f"{value:f}"
            return
        cell.set("t", "inlineStr")
        text = etree.SubElement(etree.SubElement(cell, self._tag("is")), self._tag("t"))
        text.text = _NOT_XML.sub("", value)
        if text.text != text.text.strip():
            text.set(_SPACE, "preserve")

    def _make(self, row: int, column: int) -> Any:
        line = self._lines[row] if row in self._lines else self._make_line(row)
        cells = self._cells[row]
        cell = etree.Element(self._tag("c"), r=f"{column_letter(column)}{row + 1}")
        left = max((c for c in cells if c < column), default=None)
        # The look of the cell below, as a table has it down its columns, else of the one beside.
        below = self._cells.get(row + 1, {}).get(column)
        like = below if below is not None else None if left is None else cells[left]
        if like is not None and like.get("s"):
            cell.set("s", like.get("s"))
        line.insert(0 if left is None else line.index(cells[left]) + 1, cell)
        line.attrib.pop("spans", None)
        cells[column] = cell
        return cell

    def _make_line(self, row: int) -> Any:
        line = etree.Element(self._tag("row"), r=str(row + 1))
        above = max((r for r in self._lines if r < row), default=None)
        self._data.insert(0 if above is None else self._data.index(self._lines[above]) + 1, line)
        self._lines[row] = line
        self._cells[row] = {}
        return line

    def _widen(self) -> None:
        """The used range and the columns' widths, where cells were made beyond them."""
        rows = [row for row, cells in self._cells.items() if cells]
        columns = {column for cells in self._cells.values() for column in cells}
        dimension = self.root.find("{*}dimension")
        if dimension is not None:
            first = f"{column_letter(min(columns))}{min(rows) + 1}"
            dimension.set("ref", f"{first}:{column_letter(max(columns))}{max(rows) + 1}")
        widths = self.root.find("{*}cols")
        if widths is not None and len(widths):
            covered, last = max(int(col.get("max")) for col in widths), max(columns) + 1
            if covered < last:
                etree.SubElement(
                    widths, self._tag("col"),
                    min=str(covered + 1), max=str(last), width=_NEW_WIDTH, customWidth="1",
                )  # fmt: skip

    # Sums

    def _sum_up(self, changed: dict[Spot, Value]) -> None:
        """Compute plain sums and counts (SUM, COUNTA) over changed cells, and over those, as Excel would."""
        found = list(self._sums())
        sums = {spot: spots for spot, spots, _ in found}
        counts = {spot for spot, _, function in found if function == "COUNTA"}
        dirty = set(changed)
        for _ in range(len(sums) + 1):
            again = [
                spot for spot, spots in sums.items() if spot not in dirty and dirty & set(spots)
            ]
            if not again:
                return
            for spot in again:
                total = self._filled(sums[spot]) if spot in counts else self._total(sums[spot])
                self._set_result(self._cells[spot[0]][spot[1]], total)
            dirty |= set(again)

    def _sums(self) -> Iterator[tuple[Spot, list[Spot], str]]:
        for spot, cell in self._every():
            formula = cell.find("{*}f")
            text = (formula.text or "").replace(" ", "").upper() if formula is not None else ""
            match = _SUM.fullmatch(text)
            if match is not None and cell.get("t") in (None, "n", "str"):
                spots = [s for part in match[2].split(",") for s in self._range(part)]
                yield spot, spots, match[1]

    def _range(self, text: str) -> list[Spot]:
        ends = text.split(":")
        try:
            (top, left), (bottom, right) = spot_of(ends[0]), spot_of(ends[-1])
        except ValueError:
            return []
        return [
            (row, column)
            for row in range(top, min(bottom, max(self._cells)) + 1)
            for column in self._cells.get(row, ())
            if left <= column <= right
        ]

    def _filled(self, spots: Sequence[Spot]) -> Decimal:
        """How many of the cells are not empty (COUNTA)."""
        return Decimal(sum(len(self._cells[row][column]) > 0 for row, column in spots))

    def _total(self, spots: Sequence[Spot]) -> Decimal:
        total = Decimal(0)
        for row, column in spots:
            cell = self._cells[row][column]
            value = cell.findtext("{*}v")
            if value and cell.get("t") in (None, "n"):
                try:
                    total += Decimal(f"{Decimal(value):.15g}")
                except InvalidOperation:
                    continue
        return total

    def _set_result(self, cell: Any, total: Decimal) -> None:
        cell.attrib.pop("t", None)
        value = cell.find("{*}v")
        if value is None:
            value = etree.SubElement(cell, self._tag("v"))
        value.text = f"{total.normalize():f}"
