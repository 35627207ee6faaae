"""报送日期 put into the block above the table of a 考核表."""

from __future__ import annotations

from datetime import date
from typing import Any

from scoring.intake.cells import CellError, is_blank, read_date
from scoring.intake.edit import Edit, UnfitError, edit_file
from scoring.intake.grids import Grid, column_letter, read_content
from scoring.intake.header_block import LABELS, header_block
from scoring.lookup.text import fold
from scoring.problems import Place, Problem

SUBMITTED = "报送日期"


def put_submitted(
    file: str, content: bytes, sheet: str | None, depth: int, day: date
) -> tuple[bytes, list[Problem]]:
    """``content`` of ``file`` with ``day`` as 报送日期, which stands in the first ``depth`` rows of the sheet:
    in the cell that holds it, in the one beside its label, or behind the label in the same cell. A
    form without that label stays as it is. With a problem the content must not be used."""
    block = header_block(_grid(file, content, sheet), depth)
    if SUBMITTED not in block:
        return content, []
    value, place = block[SUBMITTED]
    edit = _edit(_grid(file, content, sheet), value, place, day)
    try:
        content = edit_file(file, content, {sheet: [edit]} if edit else {})
    except UnfitError as error:
        return content, [Problem("cell-unwritable", place, str(day), fix=str(error))]
    found, _ = header_block(_grid(file, content, sheet), depth)[SUBMITTED]
    try:
        wrong = read_date(found) != day
    except CellError:
        wrong = True
    return content, [Problem("cell-unwritable", place, str(day))] if wrong else []


def _grid(file: str, content: bytes, sheet: str | None) -> Grid:
    grids = read_content(content, file, "." + file.rsplit(".", 1)[-1]).grids
    return next(grid for grid in grids if grid.sheet == sheet)


def _edit(grid: Grid, value: Any, place: Place, day: date) -> Edit | None:
    row = grid.index_of(place.row or 0)
    letters = [column_letter(i) for i in range(len(grid.cells[row]))]
    column = letters.index(place.column or "A")
    there = grid.value(row, column)
    text = f"{day.year}年{day.month}月{day.day}日"
    if not isinstance(there, str):
        return Edit(row, column, day)
    if fold(there).rstrip(":") in {fold(alias) for alias in LABELS[SUBMITTED]}:
        # A label may cover several columns.
        return Edit(row, column + grid.merged.width(row, column), day)
    if is_blank(value):
        return Edit(row, column, there.rstrip() + text)
    # Behind its label, perhaps with other labels in one cell; the date is the last thing so written.
    before, found, after = there.rpartition(str(value))
    return Edit(row, column, before + text + after) if found else None
