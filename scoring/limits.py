"""Limits of what is read. Every one is told with its number, and the file, where it is met."""

from __future__ import annotations

from typing import Final

FILE_BYTES: Final = 200_000_000
"""The largest file that is opened."""

UNPACKED_BYTES: Final = 400_000_000
"""The largest size of a workbook's parts when they are unpacked: a few kilobytes may hold many
gigabytes."""

CELLS: Final = 5_000_000
"""The most cells in one file, each row counted up to its last cell with content."""

SHEETS: Final = 300
"""The most sheets in one workbook."""

MERGED_RANGES: Final = 200_000
"""The most merged ranges on one sheet."""

TEXT_BYTES: Final = 64_000_000
"""The largest csv file. Its text takes several times its bytes in memory."""

COLUMNS: Final = 16_384
"""The most columns of a table, as in Excel."""

CELL_LINES: Final = 254
"""The most lines of text in one cell, as in Excel."""

GRID_ROWS: Final = 2_000_000
"""The most rows of one file, each sheet counted down to its last row with content."""
