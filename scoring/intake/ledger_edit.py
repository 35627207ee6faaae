"""A ledger's sheet as it stands, a row added below its last, cells of a row filled in.

What was written is read back and compared with what was meant and with what was there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from scoring.intake.assessment import Assessment
from scoring.intake.cells import is_blank, shown
from scoring.intake.edit import Edit, NewRow, UnfitError, Value, edit_file, put_row
from scoring.intake.form_edit import cell_place, reads_as, said, used_width
from scoring.intake.grids import Grid, read_content, rows_of
from scoring.intake.grids.kinds import format_of
from scoring.intake.header import Column, Header, find_header
from scoring.intake.ledger import columns_for, read_ledger
from scoring.intake.no_data import IGNORED_HEADERS, RowKinds
from scoring.intake.table import TableReader
from scoring.intake.units import of_part
from scoring.lookup.text import fold, tidy
from scoring.problems import Place, Problem
from scoring.scheme import Ledger

NUMBER: Final = "台账编号"


@dataclass(frozen=True)
class LedgerSheet:
    """A sheet of a ledger: its file's format, its header, its rows of data (from 0), in order, and
    whether the row after the last one is free to be filled in."""

    file: str
    kind: str
    grid: Grid
    header: Header
    rows: tuple[int, ...]
    first: int
    is_free: bool
    key: str = NUMBER

    @property
    def sheet(self) -> str | None:
        return self.grid.sheet

    def value(self, row: int, name: str) -> Any:
        """The cell of column ``name`` in a row; None where there is no such column."""
        column = self.header.columns.get(name)
        return None if column is None else self.grid.value(row, column)

    def text(self, row: int, name: str) -> str:
        return tidy(shown(self.value(row, name)))

    def place(self, row: int, name: str | None = None) -> Place:
        column = None if name is None else self.header.columns.get(name)
        if column is None:
            return Place(self.file, self.sheet, self.grid.row_number(row))
        return cell_place(self.grid, row, column, name)

    def numbers(self) -> list[str]:
        """The 台账编号 of its rows (in another table, what it numbers them by), whatever else is wrong in
        them."""
        return [text for text in (self.text(row, self.key) for row in self.rows) if text]

    def find(self, number: str) -> list[int]:
        """The rows with a 台账编号."""
        return [row for row in self.rows if fold(self.text(row, self.key)) == fold(number)]


def ledger_sheets(file: str, content: bytes, ledger: Ledger) -> list[LedgerSheet]:
    """The sheets of a ledger's file that have its header, in order."""
    return table_sheets(file, content, columns_for(ledger), NUMBER)


def table_sheets(
    file: str, content: bytes, columns: tuple[Column, ...], key: str
) -> list[LedgerSheet]:
    """As ``ledger_sheets``, of a table with ``columns`` whose rows are known by the column ``key``."""
    suffix = "." + file.rsplit(".", 1)[-1]
    found = []
    for grid in read_content(content, file, suffix).grids:
        header = find_header(grid, columns)
        if header is not None and {c.name for c in columns if c.required} <= header.columns.keys():
            kind = str(format_of(content, suffix))
            found.append(replace(_sheet(file, kind, grid, header, columns), key=key))
    return found


def _sheet(
    file: str, kind: str, grid: Grid, header: Header, columns: tuple[Column, ...]
) -> LedgerSheet:
    kinds = RowKinds(grid, header, {column.name: column for column in columns})
    rows, first = [], header.last + 1
    for index, cells in rows_of(grid, header.last + 1):
        what = None if index in grid.refused else kinds.of(index, cells)
        if what is None:
            rows.append(index)
        elif what == "header" and index == first:
            first += 1
    after = rows[-1] + 1 if rows else first
    cells = grid.cells[after] if after < len(grid.cells) else []
    covered = any(top <= after <= bottom for top, _, bottom, _ in grid.merged.ranges)
    is_free = kind != "csv" and not covered and kinds.of(after, cells) == "blank"
    return LedgerSheet(file, kind, grid, header, tuple(rows), rows[0] if rows else first, is_free)


@dataclass
class Edited:
    """The file's new content, the row that was written (from 0), and what stood in the way: then the
    content must not be used."""

    content: bytes
    row: int
    problems: list[Problem] = field(default_factory=list)


def add_row(sheet: LedgerSheet, content: bytes, values: Mapping[str, Value]) -> Edited:
    """``content`` of the sheet's file with a row of ``values``, by column, below the last one."""
    at = sheet.rows[-1] + 1 if sheet.rows else sheet.first
    new = NewRow(at, sheet.first, moves=not sheet.is_free)
    like = sheet.rows[-1] if sheet.rows else None
    if refused := _unwritable(sheet):
        return Edited(content, at, [refused])
    try:
        made = put_row(sheet.file, content, sheet.sheet, new, like)
    except UnfitError as error:
        place = sheet.place(at)
        return Edited(content, at, [Problem("cell-unwritable", place, fix=str(error))])
    given: dict[str, Value] = {**_count(sheet, at), **values}
    return _put(sheet, made, at, given, new)


def set_cells(sheet: LedgerSheet, content: bytes, row: int, values: Mapping[str, Value]) -> Edited:
    """``content`` of the sheet's file with cells of a row, by column, filled in."""
    if refused := _unwritable(sheet):
        return Edited(content, row, [refused])
    return _put(sheet, content, row, values, None)


def faults_of_row(
    values: Mapping[str, Value], assessment: Assessment, key: str, taken: Mapping[str, Place]
) -> list[Problem]:
    """What ``check`` would say of a row of ``values``, by column, of the ledger ``key``, before it has
    a place; ``taken``: where the numbers (folded) stand that others have."""
    ledger = assessment.scheme.leaves()[key]
    assert isinstance(ledger, Ledger)
    columns = columns_for(ledger)
    names: list[Any] = [column.name for column in columns]
    grid = Grid(ledger.table, None, [names, [values.get(name) for name in names]])
    header = find_header(grid, columns)
    assert header is not None
    reader = TableReader(grid, header, columns, ledger.table)
    units = of_part(assessment.units, assessment.scheme.views(), key)
    read_ledger([reader], key, ledger, units, assessment.settings.year, assessment.calendar, taken)
    return [
        replace(problem, place=problem.place._replace(row=None, column=None))
        for problem in reader.problems
    ]


def _unwritable(sheet: LedgerSheet) -> Problem | None:
    if sheet.kind in ("xlsx", "csv"):
        return None
    return Problem("file-unwritable", Place(sheet.file), f".{sheet.kind}")


def _count(sheet: LedgerSheet, at: int) -> dict[str, Value]:
    """The row's 序号, where the sheet counts its rows."""
    for name, column in sheet.header.others.items():
        if name.lower() not in IGNORED_HEADERS or not is_blank(
            sheet.grid.value(at, column) if sheet.is_free else None
        ):
            continue
        last = shown(sheet.grid.value(sheet.rows[-1], column)) if sheet.rows else "0"
        if last.isascii() and last.isdecimal():
            return {name: Decimal(int(last) + 1)}
    return {}


def _put(
    sheet: LedgerSheet, content: bytes, row: int, values: Mapping[str, Value], new: NewRow | None
) -> Edited:
    columns = {**sheet.header.others, **sheet.header.columns}
    edits: list[Edit] = []
    for name, value in values.items():
        if name not in columns:
            columns[name] = max(used_width(sheet.grid), *(c + 1 for c in columns.values()))
            edits.append(Edit(sheet.header.row, columns[name], name))
        edits.append(Edit(row, columns[name], value))
    out = Edited(content, row)
    formulas = _formulas(sheet, content)
    for edit in edits:
        if (edit.row, edit.column) in formulas:
            place = cell_place(sheet.grid, edit.row, edit.column)
            out.problems.append(
                Problem("cell-formula", place, said(edit.value), "可以填写的单元格")
            )
    if out.problems:
        return out
    try:
        out.content = edit_file(sheet.file, content, {sheet.sheet: edits})
    except UnfitError as error:
        place = cell_place(sheet.grid, error.edit.row, error.edit.column)
        out.problems.append(
            Problem("cell-unwritable", place, said(error.edit.value), fix=str(error))
        )
        return out
    out.problems += _differences(sheet, out.content, edits, formulas, new)
    return out


def _formulas(sheet: LedgerSheet, content: bytes) -> set[tuple[int, int]]:
    if sheet.kind != "xlsx":
        return set()
    from scoring.intake.edit.xlsx import formula_cells

    return formula_cells(content, sheet.sheet or "")


def _differences(
    sheet: LedgerSheet,
    content: bytes,
    edits: list[Edit],
    formulas: set[tuple[int, int]],
    new: NewRow | None,
) -> Iterator[Problem]:
    """The edited cells that do not read as meant, and other cells of the sheet that changed; formulas
    apart."""
    suffix = "." + sheet.file.rsplit(".", 1)[-1]
    grids = read_content(content, sheet.file, suffix).grids
    after = next((grid for grid in grids if grid.sheet == sheet.sheet), None)
    if after is None:
        yield Problem("cell-unwritable", Place(sheet.file, sheet.sheet))
        return
    meant = {(e.row, e.column): e.value for e in edits}
    for (row, column), value in meant.items():
        if not reads_as(after.value(row, column), value):
            yield Problem("cell-unwritable", cell_place(sheet.grid, row, column), said(value))
    for row, cells in enumerate(sheet.grid.cells):
        at = row if new is None else new.row(row)
        for column, was in enumerate(cells):
            if (at, column) in meant or (at, column) in formulas:
                continue
            now = after.value(at, column)
            if was != now and not (is_blank(was) and is_blank(now)):
                yield Problem("cell-unwritable", cell_place(sheet.grid, row, column), shown(was))
