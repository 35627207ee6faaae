"""A sheet as it stands, from A1, with no meaning yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from scoring.intake.cells import is_blank
from scoring.problems import Problem


@dataclass
class Grid:
    """A sheet's cells; ``cells[0]`` is row ``first_row``. ``sheet`` is None for csv and parquet."""

    file: str
    sheet: str | None
    cells: list[list[Any]]
    first_row: int = 1
    hidden: bool = False
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """For every covered cell of a merged range (row and column from 0) the cell that shows."""

    def is_empty(self) -> bool:
        return all(is_blank(v) for row in self.cells for v in row)


@dataclass
class SourceFile:
    """A file that was opened: its path in the folder, its SHA-256, its grids."""

    file: str
    sha256: str
    grids: list[Grid]
    problems: list[Problem] = field(default_factory=list)


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
