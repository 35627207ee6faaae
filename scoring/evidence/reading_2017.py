"""The 统计表 of 2017 in a file: row by row, or in a run of cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from scoring.evidence import form_2017
from scoring.evidence.figures import (
    UNITS,
    bare,
    cell_at,
    checked_table,
    ends_with,
    head_of,
    next_row,
    read_figure,
    rows_by_name,
    text_of,
)
from scoring.evidence.model import NOWHERE, CheckedTable, Spot
from scoring.evidence.sources import Cell, Sheet
from scoring.lookup.text import fold

_BY_NAME: Final = rows_by_name(item.label for item in form_2017.ITEMS)
_COUNT_NAMES: Final = frozenset({"统计数", "统计数据", "数量", "数据"})


def tables_of_2017(sheet: Sheet) -> Iterator[CheckedTable]:
    """The tables of 2017 in a sheet: each begins with its header 统计指标 … 统计数."""
    if sheet.is_run:
        yield from _run_of_2017(sheet)
        return
    rows = sheet.rows
    starts = [(at, header) for at, row in enumerate(rows) if (header := _header_2017(row))]
    ends = [*(at for at, _ in starts[1:]), len(rows)]
    for (at, (names, counts)), end in zip(starts, ends, strict=False):
        found: dict[int, Cell] = {}
        last = -1
        for row in rows[at + 1 : end]:
            name = row[names] if names < len(row) else None
            item = None if name is None else next_row(_BY_NAME, name.text, last, found)
            if item is None:
                continue
            last = item
            found[item] = cell_at(row, counts, name)
        before = f"{sheet.before}\n" + text_of(rows[: at + 1])
        corner = rows[at][names]
        yield _table_2017(found, before, corner.spot if corner else NOWHERE)


def _header_2017(row: Sequence[Cell | None]) -> tuple[int, int] | None:
    """The columns of the names and of the numbers, where the row is the table's header."""
    names = next((i for i, c in enumerate(row) if c and bare(c.text) == "统计指标"), None)
    counts = [i for i, c in enumerate(row) if c and bare(c.text) in _COUNT_NAMES]
    return (names, counts[-1]) if names is not None and counts else None


def _run_of_2017(sheet: Sheet) -> Iterator[CheckedTable]:
    """The tables of 2017 in a run of cells: behind each name its unit and its number."""
    known = sheet.cells
    starts = [at for at, c in enumerate(known) if ends_with(c.text, "统计指标")]
    for start, end in pairwise([*starts, len(known)]):
        last = -1
        named: list[tuple[int, int]] = []
        seen: dict[int, Cell] = {}
        for at in range(start + 1, end):
            item = next_row(_BY_NAME, known[at].text, last, seen)
            if item is not None:
                last = item
                seen[item] = known[at]
                named.append((item, at))
        if not named:
            continue
        found = {
            item: _behind(known[at], known[at + 1 : until], sheet)
            for (item, at), (_, until) in pairwise([*named, (-1, end)])
        }
        before = " ".join(c.text for c in known[: start + 1])
        yield _table_2017(found, before, known[named[0][1]].spot)


def _behind(name: Cell, row: Sequence[Cell], sheet: Sheet) -> Cell:
    """The cell with the number, of those behind a name: the second, where blank cells are there; else
    the first that is no unit."""
    blank = Cell("", name.spot)
    if sheet.with_blanks:
        return row[1] if len(row) > 1 else blank
    return next((c for c in row if not UNITS.fullmatch(fold(c.text))), blank)


def _table_2017(found: Mapping[int, Cell], before: str, spot: Spot) -> CheckedTable:
    figures = {
        item.key: read_figure(
            item.key, item.label, found.get(at), decimals=item.key in form_2017.MONEY
        )
        for at, item in enumerate(form_2017.ITEMS)
    }
    return checked_table(
        form_2017.NAME, head_of(before), spot, figures, form_2017.CHECKS, form_2017.HEADINGS
    )
