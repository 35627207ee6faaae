"""Limits of what is read, in one place: a file beyond one of them is refused with its name and the
number, before it can take the machine's memory or minutes of a clerk's day.

Every limit lies far above what an office's real files need.
"""

from __future__ import annotations

from typing import Final

FILE_BYTES: Final = 200_000_000
"""The largest file that is opened."""

UNPACKED_BYTES: Final = 150_000_000
"""The largest size of what is read of a workbook, unpacked, its pictures left aside: a few kilobytes
may hold many gigabytes."""

CELLS: Final = 1_000_000
"""The most cells with content in one file: a ledger of 75,000 problems. A second reads 200,000."""

CELL_STYLES: Final = 200_000
"""The most cell styles of one workbook; Excel itself stops at 65,490."""

STRINGS: Final = 400_000
"""The most different texts of one workbook."""

SHEETS: Final = 300
"""The most sheets in one workbook."""

MERGED_RANGES: Final = 200_000
"""The most merged ranges on one sheet."""
YAML_BYTES: Final = 512 * 1024
"""Bytes of a YAML file (assessment.yaml, a scheme, cases). 3,000 units with ten exempt items each
take about 250 KB."""

YAML_DEPTH: Final = 50
"""Levels of mappings and lists within each other in a YAML file, aliases followed."""

YAML_NODES: Final = 40_000
"""Values, names, lists and mappings in a YAML file, each alias counted with all that it stands for.
PyYAML reads about as many in a second."""

YAML_DIGITS: Final = 20
"""Digits of one number in a YAML file. Exact arithmetic needs none longer, and a text of so many
digits only (a code, an account) is shorter as well."""

YAML_PROBLEMS: Final = 200
"""Problems of one YAML file that are said one by one; of the rest only the number is said."""

TEXT_BYTES: Final = 64_000_000
"""The largest csv file. Its text takes several times its bytes in memory."""

TEXT_LINES: Final = 500_000
"""The most lines with content of a csv file. A cell may take many."""

COLUMNS: Final = 16_384
"""The most columns of a table, as in Excel."""

CELL_LINES: Final = 254
"""The most lines of text in one cell, as in Excel."""

GRID_ROWS: Final = 2_000_000
"""The most rows of one file, each sheet counted down to its last row with content."""

TABLE_ROWS: Final = 100_000
"""The most rows with content in one file of units, problems, scores or holidays, in any format: a
ledger of one office holds thousands."""

ITEM_ROWS: Final = 500_000
"""The most rows with content in one sheet of forms: a year of 10,000 units in one long table."""

PROBLEMS_KEPT: Final = 20_000
"""Problems of one kind in one sheet that are kept one by one; of the rest only the number is."""

FOUND_KEPT: Final = 500
"""Characters of what stands in a cell that are kept for messages and lists."""

NEAR_LOOKUPS: Final = 200
"""Distinct unknown names in a table for which the nearest known name is looked up. A table with more
of them was filled in after another list."""

NEAR_CANDIDATES: Final = 40
"""Known names, those that share most characters, that are compared with an unknown one in full."""

NAME_LENGTH: Final = 100
"""Characters of a name; what is longer is no name, and is like none. A unit's name stands beside each
of its items and gaps."""

SHEET_ROWS: Final = 1_048_576
"""The rows of a worksheet, in Excel, WPS and LibreOffice. What would stand below is lost."""

REGION_UNITS: Final = 20_000
"""The most units that 地区汇总.xlsx lists; the list of more is a csv file of its own."""

PART_UNITS: Final = 3_000
"""The most units of a region whose workbook, circular and 反馈单 are written beside the results of many
units: a 反馈单 takes some 20 ms, and every row of the region's is read cell by cell."""

BULK_ROWS: Final = 300_000
"""From so many rows of parquet and csv files on an assessment is read and scored by a dataframe library unless
another way is asked for: the readers of single cells would take minutes."""

BULK_ODD_ROWS: Final = 200_000
"""Rows with a cell that is not in its plain form, in one table, that are read cell by cell beside a
dataframe library. A table with more of them is to be put right where it was made."""

BULK_EXAMPLES: Final = 2_000
"""Of more rows than that, the first ones in each table whose mistakes are listed."""

BULK_CLOSE_ROWS: Final = 2_000_000
"""Rows that are read cell by cell in all: those of every unit that has such a row."""

BULK_SIMILAR_ROWS: Final = 2_000_000
"""Ledger rows of which two may be one problem, registered twice, whose words are compared."""

BULK_GAPS: Final = 200
"""Units with something missing whose gaps are listed one by one; of the others only the number is."""
