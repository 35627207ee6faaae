"""A sheet as it stands, from A1, with no meaning yet."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from scoring.intake.cells import is_blank
from scoring.problems import Place, Problem


class Merges:
    """The merged ranges of a sheet: first row, first column, last row, last column (from 0)."""

    def __init__(self, ranges: Iterable[tuple[int, int, int, int]] = ()) -> None:
        self.ranges = tuple(sorted(ranges))
        self._by_column: dict[int, list[tuple[int, int, int]]] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Merges) and self.ranges == other.ranges

    def __hash__(self) -> int:
        return hash(self.ranges)

    def top_left(self, row: int, column: int) -> tuple[int, int] | None:
        """The cell that shows where (row, column) is covered by a merged range; None where it is not
        covered, or is that cell itself."""
        if not self.ranges:
            return None
        found = self._in_column(column)
        at = bisect_right(found, (row, _FAR, _FAR)) - 1
        if at < 0 or row > found[at][1]:
            return None
        top, _, left = found[at]
        return None if (top, left) == (row, column) else (top, left)

    def _in_column(self, column: int) -> list[tuple[int, int, int]]:
        """The ranges over ``column`` as (first row, last row, first column), in order."""
        known = self._by_column.get(column)
        if known is None:
            known = self._by_column[column] = [
                (top, bottom, left)
                for top, left, bottom, right in self.ranges
                if left <= column <= right
            ]
        return known

    def is_tall(self, row: int, column: int) -> bool:
        """Whether the cell belongs to a merged range of several rows, or is hidden under any."""
        if self.top_left(row, column) is not None:
            return True
        return any(top == row and bottom > top for top, bottom, _ in self._in_column(column))

    def width(self, row: int, column: int) -> int:
        """How many columns the cell takes."""
        top, left = self.top_left(row, column) or (row, column)
        for first, start, _, end in self.ranges[
            bisect_right(self.ranges, (top, left - 1, _FAR, _FAR)) :
        ]:
            if (first, start) != (top, left):
                break
            return end - start + 1
        return 1


_FAR: Final = 1 << 30


@dataclass
class Grid:
    """A sheet's cells; ``cells[0]`` is row ``first_row``; a row ends at its last cell with content.
    ``sheet`` is None for csv and parquet.

    ``rows`` is there where a row may take several lines of a text file: the number of each row's
    first line, and after the last row that of the line which would follow.
    ``refused`` are the rows (from 0) that could not be read; the file's problems say why.
    """

    file: str
    sheet: str | None
    cells: list[list[Any]]
    first_row: int = 1
    hidden: bool = False
    merged: Merges = field(default_factory=Merges)
    hidden_rows: set[int] = field(default_factory=set)
    """The rows with content (from 0) that are not shown."""
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    """The text of every formula, by row and column (from 0)."""

    rows: Sequence[int] | None = None
    refused: frozenset[int] = frozenset()
    numbers: Sequence[int] | None = None
    """The number of every row, where the grid is an excerpt: some rows of a large file."""
    heights: Sequence[int] | None = None
    """How many lines of its file every row of an excerpt takes, where that is not one."""

    def value(self, row: int, column: int) -> Any:
        """The cell's content (row and column from 0); None beyond what the sheet holds."""
        cells = self.cells[row] if row < len(self.cells) else []
        return cells[column] if column < len(cells) else None

    def is_empty(self) -> bool:
        return not self.refused and all(is_blank(v) for row in self.cells for v in row)

    def filled_rows(self) -> int:
        """How many rows have content."""
        return sum(any(not is_blank(v) for v in row) for row in self.cells if row)

    def row_number(self, index: int) -> int:
        """The number of the row ``index`` (from 0): as Excel shows it, in a csv file its line."""
        if self.numbers is not None:
            return self.numbers[index]
        return index + self.first_row if self.rows is None else self.rows[index]

    def index_of(self, number: int) -> int:
        """The row (from 0) that has ``number``."""
        if self.numbers is not None:
            return bisect_left(self.numbers, number)
        return number - self.first_row if self.rows is None else bisect_left(self.rows, number)

    def lines(self, index: int) -> int:
        """How many lines of its file the row takes."""
        if self.heights is not None:
            return self.heights[index]
        return 1 if self.rows is None else self.rows[index + 1] - self.rows[index]


@dataclass
class SourceFile:
    """A file that was opened: its path in the folder, its SHA-256, its grids."""

    file: str
    sha256: str
    grids: list[Grid]
    problems: list[Problem] = field(default_factory=list)
    memory: dict[object, Any] | None = field(default=None, compare=False, repr=False)
    """What is remembered of a file that is kept (``grids.kept``); None of any other."""


def too_large(place: Place, what: str, count: int, most: int) -> Problem:
    """What is beyond a limit: ``count`` of ``what`` where at most ``most`` are read."""
    return Problem("file-too-large", place, f"{count}{what}", f"不超过{most}{what}")


@lru_cache(maxsize=1024)
def column_letter(index: int) -> str:
    """Excel's letter of a column (from 0).

    >>> column_letter(0), column_letter(27)
    ('A', 'AB')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def rows_of(grid: Grid, start: int) -> Iterator[tuple[int, list[Any]]]:
    """(index, cells) of the rows from index ``start``."""
    for index in range(start, len(grid.cells)):
        yield index, grid.cells[index]
