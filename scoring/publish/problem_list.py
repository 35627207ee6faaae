"""问题清单: every problem, one a row, as a workbook or a csv file.

What stands in it comes out of other people's cells. No cell of it is run by a spreadsheet program as
a formula: in a workbook all are texts, in a csv what would start a formula gets a leading apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from scoring.intake.discover import PROBLEM_LIST
from scoring.intake.grids import read_file
from scoring.problems import CATALOGUE, Problem, clip
from scoring.publish.files import UNDATED, stable_zip
from scoring.writing import replace_all

COLUMNS = (
    "级别", "文件", "工作表", "行", "列", "列名", "问题", "涉及", "现为", "应为", "改法",
)  # fmt: skip
SUFFIXES = (".xlsx", ".csv")
_WIDTHS = (6, 36, 14, 7, 5, 14, 26, 26, 26, 40, 50)
_LONGEST = 1000
_ROWS_OF_A_SHEET = 1_000_000
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

Cell = str | int | None


def write_problem_list(problems: Iterable[Problem], path: Path) -> None:
    """Write the problems to ``path``, an .xlsx or .csv file, whole or not at all. Raises OSError."""
    rows = (_row(problem) for problem in problems)
    content = _csv(rows) if path.suffix.lower() == ".csv" else _xlsx(rows)
    replace_all({path: content}, "问题清单")


def is_problem_list(path: Path) -> bool:
    """Whether the file at ``path`` is a 问题清单, which may be replaced by a new one."""
    grids = read_file(path, path.name).grids if path.is_file() else []
    return bool(grids and grids[0].cells) and tuple(grids[0].cells[0]) == COLUMNS


def _row(problem: Problem) -> tuple[Cell, ...]:
    at, kind = problem.place, CATALOGUE[problem.kind]
    title = kind.title
    if problem.count > 1:
        title += f"（同类问题另有{problem.count}处，没有逐条列出）"
    return (
        problem.label, at.file, at.sheet, at.row, at.column, at.header or at.path or None, title,
        problem.about, clip(problem.found, _LONGEST), clip(problem.expected, _LONGEST),
        problem.fix or kind.fix,
    )  # fmt: skip


def _csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig", "replace")


def _harmless(cell: Cell) -> Cell:
    """A csv cell that no spreadsheet program takes for a formula.

    >>> _harmless("=1+1"), _harmless("-"), _harmless("甲县"), _harmless(3)
    ("'=1+1", "'-", '甲县', 3)
    """
    if isinstance(cell, str) and cell.lstrip().startswith(_STARTS_A_FORMULA):
        return f"'{cell}"
    return cell


def _xlsx(rows: Iterable[Sequence[Cell]]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        # The same list has the same bytes, whenever it was made.
        book.set_properties({"created": UNDATED})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        text = book.add_format({"text_wrap": True, "valign": "top"})
        left = iter(rows)
        number = 0
        while True:
            part = list(islice(left, _ROWS_OF_A_SHEET))
            if number and not part:
                break
            number += 1
            sheet = book.add_worksheet(PROBLEM_LIST if number == 1 else f"{PROBLEM_LIST}{number}")
            for column, (name, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
                sheet.set_column(column, column, width)
                sheet.write_string(0, column, name, head)
            for index, row in enumerate(part, 1):
                for column, cell in enumerate(row):
                    if isinstance(cell, int):
                        sheet.write_number(index, column, cell, text)
                    elif cell:
                        sheet.write_string(index, column, cell, text)
            sheet.freeze_panes(1, 0)
            sheet.set_landscape()
            sheet.set_paper(9)  # A4
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(0)
            sheet.autofilter(0, 0, len(part), len(COLUMNS) - 1)
    return stable_zip(out.getvalue())
