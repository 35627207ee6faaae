"""The header of a table: which rows of a sheet it takes, and which column goes by which name.

Offices write headers in one row or in several: 整改情况 over 整改期限 and 整改完成时间. A column is
known by its own cell (整改期限), by the cells above it together (自评 over 得分), or, where nothing
stands under it, by the upper cell alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

from scoring.intake.cells import ShownCell, is_blank, shown
from scoring.intake.grids import Grid
from scoring.lookup.text import fold

Decides = Literal["", "day", "number", "finding", "name"]


class Column(NamedTuple):
    """A column of the contract: its name, other names it goes by, whether it must be there.

    ``spread`` fills a vertically merged cell's value into the rows that it covers. ``identity``
    says what the row is about, which a row of totals does not: "name" where an amount (12, 3件)
    names nothing, "item" where a heading (一、基础建设) names nothing either, "key" where whatever
    stands there does, "code" where a code, "sole" where any name is enough by itself, "amount" where
    a number does beside a name.
    ``decides`` is what a column holds that can change a score though it may be absent: where it
    goes by a similar name that is not known, its content must not be passed over. ``words`` are
    such as other names for it have, however little else they share with it (销号日期).
    """

    name: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    spread: bool = True
    identity: Literal["", "name", "item", "key", "code", "sole", "amount"] = ""
    decides: Decides = ""
    words: tuple[str, ...] = ()

    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


@dataclass
class Header:
    """The rows of the header (``row`` to ``last``, from 0) and which column holds which name.

    ``others`` are the columns by names that are not known, ``duplicates`` those with a name that
    another column has already.
    """

    row: int
    columns: dict[str, int]
    last: int = -1
    others: dict[str, int] = field(default_factory=dict)
    duplicates: list[tuple[str, int]] = field(default_factory=list)

    def named(self) -> set[int]:
        """The columns that have a name."""
        return {*self.columns.values(), *self.others.values(), *(i for _, i in self.duplicates)}


_DEPTH: Final = 40
"""How far down a sheet the header may begin."""
_MOST_ROWS: Final = 3
_WIDEST: Final = 400
"""How many columns of a header are looked at; content beyond them is content without a name."""
_LONG: Final = 400
_PARENTHESES = re.compile(r"[(【\[].*?[)】\]]")


def folded(value: Any) -> str:
    """The cell's text as names are compared. Of a long text, which is no name, its beginning and its
    end are enough to tell what it is."""
    said = shown(value)
    return fold(said if len(said) <= _LONG else said[:_LONG] + said[-_LONG:])


def header_name(value: Any) -> str:
    """A header's cell as column names are compared; empty for a number."""
    if isinstance(value, float | ShownCell):
        return ""
    return _bare_name(shown(value))


@lru_cache(maxsize=4096)
def _bare_name(said: str) -> str:
    text = fold(said)
    bare = _PARENTHESES.sub("", text)
    return (bare or text).strip("*:★·.。")


@lru_cache(maxsize=64)
def _names(columns: tuple[Column, ...]) -> dict[str, str]:
    """Every name that a column goes by, to the column's own."""
    return {fold(name): column.name for column in columns for name in column.names()}


@lru_cache(maxsize=64)
def _ends(columns: tuple[Column, ...]) -> frozenset[str]:
    """Every end of a name: what may stand under the rest of it."""
    return frozenset(name[at:] for name in _names(columns) for at in range(len(name)))


def find_header(grid: Grid, columns: tuple[Column, ...]) -> Header | None:
    """The first rows that hold every required column; else those that hold most of them (at least
    two names), so that what is missing can be said; else None."""
    required = {c.name for c in columns if c.required}
    best: Header | None = None
    for first in range(min(_DEPTH, len(grid.cells))):
        if not grid.cells[first]:
            continue
        for header in _candidates(grid, columns, first):
            if required <= header.columns.keys():
                return header
            if len(header.columns) >= 2 and (
                best is None or len(header.columns) > len(best.columns)
            ):
                best = header
    return best


def _candidates(grid: Grid, columns: tuple[Column, ...], first: int) -> Iterator[Header]:
    """The header that begins at row ``first``, of as many rows as continue it."""
    last = first
    while last - first + 1 < _MOST_ROWS and _continues(grid, columns, first, last):
        last += 1
    if last > first:
        yield header_at(grid, columns, first, last)
    yield header_at(grid, columns, first, first)


def header_at(grid: Grid, columns: tuple[Column, ...], first: int, last: int) -> Header:
    """Rows ``first`` to ``last`` (from 0) read as a header."""
    known = _names(columns)
    header = Header(first, {}, last)
    for column, parts in enumerate(_parts(grid, first, last)):
        name = _known_name(parts, known)
        if name is None:
            text = "".join(dict.fromkeys(folded(part) for part in parts))
            if text:
                header.others.setdefault(text, column)
        elif known[name] in header.columns:
            header.duplicates.append((known[name], column))
        else:
            header.columns[known[name]] = column
    return header


def _known_name(parts: Sequence[Any], known: dict[str, str]) -> str | None:
    """The name that the cells of a column say, from the top down: together, or the lowest alone."""
    names = [header_name(part) for part in parts]
    for start in range(len(names)):
        joined = "".join(names[start:])
        if joined in known:
            return joined
    return None


def _parts(grid: Grid, first: int, last: int) -> list[list[Any]]:
    """For every column the header's cells that stand over it, from the top down, blanks left out.
    A cell of several columns stands over each of them where something stands below it."""
    width = min(_WIDEST, max((len(grid.cells[row]) for row in range(first, last + 1)), default=0))
    if first == last:
        return [[] if is_blank(value) else [value] for value in grid.cells[first][:width]]
    out: list[list[Any]] = []
    for column in range(width):
        own = [_shown_cell(grid, row, column, first) for row in range(first, last + 1)]
        parts = []
        for at, value in enumerate(own):
            if not is_blank(value):
                parts.append(value)
            elif any(not is_blank(below) for below in own[at + 1 :]):
                over = _group_over(grid, first + at, column)
                if over is not None:
                    parts.append(over)
        out.append(parts)
    return out


def _shown_cell(grid: Grid, row: int, column: int, first: int) -> Any:
    """The cell's own content; nothing where it is the lower part of a cell above."""
    top = grid.merged.top_left(row, column)
    return None if top is not None and first <= top[0] < row else grid.value(row, column)


def _group_over(grid: Grid, row: int, column: int) -> Any:
    """The cell of ``row`` that stands over a blank one: merged over it, or the next to the left."""
    top = grid.merged.top_left(row, column)
    if top is not None:
        return grid.value(row, top[1]) if top[0] == row else None
    for left in range(column - 1, -1, -1):
        value = grid.value(row, left)
        if not is_blank(value):
            return value if grid.merged.top_left(row, left) is None else None
    return None


def _continues(grid: Grid, columns: tuple[Column, ...], first: int, last: int) -> bool:
    """Whether the row after ``last`` goes on with the header: whatever stands in it stands under a
    cell for a group of columns, and a name of the table is among it."""
    row = last + 1
    if row >= len(grid.cells):
        return False
    known, ends = _names(columns), _ends(columns)
    cells = grid.cells[row][:_WIDEST]
    if not any(isinstance(value, str) and header_name(value) in ends for value in cells):
        return False
    found = False
    for column, value in enumerate(cells):
        if is_blank(_shown_cell(grid, row, column, first)):
            continue
        if not isinstance(value, str):
            return False
        above = _above(grid, first, last, column)
        over = above if above is not None else _group_over(grid, last, column)
        if over is None or not header_name(over):
            return False
        wide = grid.merged.width(last, column) > 1
        if above is not None and not wide and header_name(above) in known:
            # Under a column that has its name stands content.
            return False
        name = header_name(value)
        joined = header_name(over) + name
        # A title over the whole table is no part of its columns' names.
        found = found or joined in known or (name in known and _leads(grid, known, last))
    return found


def _leads(grid: Grid, known: dict[str, str], row: int) -> bool:
    """Whether a row names a column of the table by itself, as the upper row of a header does."""
    return any(header_name(value) in known for value in grid.cells[row][:_WIDEST])


def _above(grid: Grid, first: int, last: int, column: int) -> Any:
    """The lowest cell with content over ``column`` in the rows of the header so far."""
    for row in range(last, first - 1, -1):
        value = grid.value(row, column)
        if not is_blank(value):
            return value
    return None
