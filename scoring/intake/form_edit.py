"""Values put into the items of a form or a long table, found by sheet, row and column name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from scoring.intake.cells import CellError, is_blank, read_date, read_points, shown
from scoring.intake.edit import Edit, UnfitError, Value, edit_file
from scoring.intake.forms import items_header
from scoring.intake.grids import Grid, column_letter, read_content
from scoring.intake.grids.kinds import format_of
from scoring.intake.table import Header
from scoring.lookup.text import fold, tidy
from scoring.points import parse_points
from scoring.problems import Place, Problem
from scoring.scheme import SelfAssessment


@dataclass(frozen=True, slots=True)
class Put:
    """``value`` for column ``name`` of the item ``indicator``, which stands in ``row`` of ``sheet``
    (the row's number as Excel shows it). ``aside``: only where the cell is free to take it."""

    sheet: str | None
    row: int
    indicator: str
    name: str
    value: Value
    aside: bool = False


@dataclass
class EditedForm:
    """The file's new content, where each put went (None: left out), and what stood in the way."""

    content: bytes
    places: list[Place | None] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def edit_form(
    file: str, content: bytes, component: SelfAssessment, puts: Sequence[Put]
) -> EditedForm:
    """``content`` of ``file`` with ``puts`` done, read back and compared with what was meant and
    with what was there. A column of the contract that the table lacks is added after its last.
    Where a problem is given the new content must not be used."""
    suffix = "." + file.rsplit(".", 1)[-1]
    kind = format_of(content, suffix)
    if kind == "xls":
        return EditedForm(content, problems=[Problem("file-unwritable", Place(file), ".xls")])
    before = {grid.sheet: grid for grid in read_content(content, file, suffix).grids}
    out = EditedForm(content)
    edits: dict[str | None, list[Edit]] = {}
    formulas: set[tuple[str | None, int, int]] = set()
    for sheet in dict.fromkeys(put.sheet for put in puts):
        grid = before[sheet]
        header = items_header(grid, component)
        assert header is not None
        if kind == "xlsx":
            from scoring.intake.edit.xlsx import formula_cells

            formulas |= {(sheet, *spot) for spot in formula_cells(content, sheet or "")}
        edits[sheet] = []
        _place(out, grid, header, [p for p in puts if p.sheet == sheet], edits[sheet],
               {(row, column) for of, row, column in formulas if of == sheet})  # fmt: skip
    if out.problems:
        return out
    try:
        out.content = edit_file(file, content, edits)
    except UnfitError as error:
        sheet = next(s for s, some in edits.items() if error.edit in some)
        place = cell_place(before[sheet], error.edit.row, error.edit.column)
        out.problems.append(
            Problem("cell-unwritable", place, said(error.edit.value), fix=str(error))
        )
        return out
    after = {grid.sheet: grid for grid in read_content(out.content, file, suffix).grids}
    out.problems += _differences(before, after, edits, formulas)
    return out


def _place(
    out: EditedForm,
    grid: Grid,
    header: Header,
    puts: Sequence[Put],
    edits: list[Edit],
    formulas: set[tuple[int, int]],
) -> None:
    columns = dict(header.columns)
    for put in puts:
        row = grid.index_of(put.row)
        code = grid.value(row, columns["指标编号"])
        if fold(shown(code)) != fold(put.indicator):
            out.problems.append(Problem("file-unreadable", Place(grid.file), "文件在读取时有改动"))
            return
        if put.name not in columns:
            columns[put.name] = max(used_width(grid), *(c + 1 for c in columns.values()))
            edits.append(Edit(header.row, columns[put.name], put.name))
        at = (row, columns[put.name])
        place = cell_place(grid, *at, put.name)
        kind = "cell-formula" if at in formulas else "value-merged" if _is_tall(grid, at) else None
        if kind is not None and not put.aside:
            out.problems.append(Problem(kind, place, shown(grid.value(*at)), "可以填写的单元格"))
        if kind is None:
            edits.append(Edit(*at, put.value))
        out.places.append(None if kind else place)


def used_width(grid: Grid) -> int:
    """How many columns of the sheet hold something."""
    return max(
        (i + 1 for row in grid.cells for i, value in enumerate(row) if not is_blank(value)),
        default=0,
    )


def _is_tall(grid: Grid, at: tuple[int, int]) -> bool:
    """Whether the cell is part of a merged range over several rows, or hidden under one."""
    return grid.merged.is_tall(*at)


def cell_place(grid: Grid, row: int, column: int, name: str | None = None) -> Place:
    """The place of a cell (row and column from 0)."""
    return Place(grid.file, grid.sheet, grid.row_number(row), column_letter(column), name)


def said(value: Value) -> str:
    """A value as a message shows it."""
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def _differences(
    before: dict[str | None, Grid],
    after: dict[str | None, Grid],
    edits: dict[str | None, list[Edit]],
    formulas: set[tuple[str | None, int, int]],
) -> Iterator[Problem]:
    """The edited cells that do not read as meant, and other cells that changed; formulas apart."""
    for sheet, old in before.items():
        new = after[sheet]
        meant = {(e.row, e.column): e for e in edits.get(sheet, ())}
        for (row, column), edit in meant.items():
            found = new.value(row, column)
            if not reads_as(found, edit.value):
                fix = "把单元格格式改为常规，再汇总" if isinstance(found, date) else ""
                place = cell_place(old, row, column)
                yield Problem("cell-unwritable", place, said(edit.value), fix=fix)
        for row in range(max(len(old.cells), len(new.cells))):
            width = max(len(g.cells[row]) if row < len(g.cells) else 0 for g in (old, new))
            for column in range(width):
                if (row, column) in meant or (sheet, row, column) in formulas:
                    continue
                was, now = old.value(row, column), new.value(row, column)
                if was != now and not (is_blank(was) and is_blank(now)):
                    yield Problem("cell-unwritable", cell_place(old, row, column), shown(was))


def reads_as(found: Any, meant: Value) -> bool:
    """Whether a cell that was read says what was written into it."""
    if meant is None:
        return is_blank(found)
    if isinstance(meant, str):
        return tidy(shown(found)) == tidy(meant)
    try:
        if isinstance(meant, date):
            return read_date(found) == meant
        return read_points(found) == parse_points(meant)
    except CellError:
        return False
