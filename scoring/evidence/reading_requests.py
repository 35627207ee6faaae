"""The table of requests of an annual report in a file: row by row, or in a run of cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from scoring.evidence import form_annual
from scoring.evidence.figures import (
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
from scoring.evidence.model import CheckedTable, Figure, Spot
from scoring.evidence.sources import Cell, Sheet

_LINES: Final = form_annual.LINES
_BY_NAME: Final = rows_by_name(line.label for line in _LINES)
_FIRST: Final = bare(_LINES[0].label)
_LAST: Final = len(_LINES) - 1
_OTHER: Final = next(at for at, line in enumerate(_LINES) if line.optional)
_OTHER_PARTS: Final = {at for at, line in enumerate(_LINES) if line.optional} - {_OTHER}
"""（六）其他处理 by itself, and its three rows in the later editions: one or the other is there."""
_HEADER_ROWS: Final = 6
"""How many rows above the first one its columns may be named in."""


def tables_of_requests(sheet: Sheet) -> Iterator[CheckedTable]:
    """The tables of requests in a sheet."""
    if sheet.is_run:
        yield from _run_of_requests(sheet)
        return
    rows = sheet.rows
    for start, row in enumerate(rows):
        if not any(c and bare(c.text) == _FIRST for c in row):
            continue
        columns = _columns(rows[max(0, start - _HEADER_ROWS) : start])
        if not columns:
            continue
        found: dict[int, dict[str, Cell]] = {}
        last = -1
        for line in rows[start:]:
            named = None
            for cell in line[: min(columns.values())]:
                item = None if cell is None else next_row(_BY_NAME, cell.text, last, found)
                named = item if item is not None else named
            if named is None:
                continue
            last = named
            at_name = next(c for c in line if c is not None)
            found[named] = {name: cell_at(line, at, at_name) for name, at in columns.items()}
            if named == _LAST:
                break
        corner = next(c for c in row if c is not None)
        before = f"{sheet.before}\n" + text_of(rows[:start])
        yield _table_of_requests(found, before, corner.spot)


def _columns(rows: Iterable[Sequence[Cell | None]]) -> dict[str, int]:
    """Where the columns of the table of requests are; empty where not all are named."""
    found = {
        name: at
        for row in rows
        for at, cell in enumerate(row)
        if cell and (name := bare(cell.text)) in form_annual.COLUMNS
    }
    return found if len(found) == len(form_annual.COLUMNS) else {}


def _run_of_requests(sheet: Sheet) -> Iterator[CheckedTable]:
    """The tables of requests in a run of cells: behind each name its seven numbers. A row with another
    number of cells says nothing for certain."""
    known = sheet.cells
    for start, first in enumerate(known):
        if not ends_with(first.text, _FIRST):
            continue
        named: list[tuple[int, int]] = [(0, start)]
        seen: dict[int, Cell] = {0: first}
        for at in range(start + 1, len(known)):
            item = next_row(_BY_NAME, known[at].text, named[-1][0], seen)
            if item is not None:
                seen[item] = known[at]
                named.append((item, at))
            if item == _LAST:
                break
        found = {}
        width = len(form_annual.COLUMNS)
        for (item, at), (_, until) in pairwise([*named, (-1, len(known))]):
            row = known[at + 1 : until]
            if item == _LAST:
                row = row[:width]
            if _LINES[item].heading or (item == _OTHER and not row and seen.keys() & _OTHER_PARTS):
                continue
            fits = len(row) == width
            odd = Cell("这一行的格数与表式不符" if row else "", known[at].spot)
            found[item] = {
                name: row[n] if fits else odd for n, name in enumerate(form_annual.COLUMNS)
            }
        yield _table_of_requests(found, text_of([known[: start + 1]]), first.spot)


def _table_of_requests(
    found: Mapping[int, Mapping[str, Cell]], before: str, spot: Spot
) -> CheckedTable:
    """The table of the rows that were found; of rows that only some editions have those that are there."""
    figures: dict[str, Figure] = {}
    lines = set()
    parts = found.keys() & _OTHER_PARTS
    for at, line in enumerate(_LINES):
        if line.heading or (line.optional and at not in found and (parts or at != _OTHER)):
            continue
        lines.add(line.key)
        for column in form_annual.COLUMNS:
            key = form_annual.cell(line.key, column)
            cell = found.get(at, {}).get(column)
            figures[key] = read_figure(key, f"{line.label}·{column}", cell)
    checks = form_annual.request_checks(frozenset(lines))
    return checked_table(form_annual.REQUESTS, head_of(before), spot, figures, checks)
