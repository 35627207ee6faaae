"""Files to grids of raw cells: .xlsx, .csv (UTF-8 with or without BOM, GB18030), .parquet.

A grid is a sheet as it stands, from A1, with no meaning yet. calamine reads the workbooks (it is
many times faster than openpyxl); openpyxl is asked only where a formula failed or was never
computed, which calamine shows as blank.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from scoring.intake.cells import ErrorCell
from scoring.intake.grids.delimited import read_csv
from scoring.intake.grids.model import Grid, SourceFile, column_letter, rows_of
from scoring.intake.grids.parquet import read_parquet
from scoring.problems import Place, Problem

__all__ = [
    "SUFFIXES",
    "Grid",
    "SourceFile",
    "column_letter",
    "read_content",
    "read_file",
    "rows_of",
]

SUFFIXES = (".xlsx", ".csv", ".parquet")

# A formula whose result is an empty text says so by its type (t="str"): that one was computed.
_FAILED = re.compile(
    rb'<c [^>]*t="e"|<c (?:(?!t="str")[^>])*>(?:<f[^>]*>[^<]*</f>|<f[^>]*/>)(?:</c>|<v></v>|<v/>)'
)


def read_file(path: Path, file: str) -> SourceFile:
    """All grids of the file at ``path``, which problems call ``file``."""
    try:
        content = path.read_bytes()
    except OSError as error:
        denied = isinstance(error, PermissionError)
        found = "没有读取权限，或正被其他程序占用" if denied else "读取失败"
        return SourceFile(file, "", [], [Problem("file-unreadable", Place(file), found)])
    return read_content(content, file, path.suffix)


def read_content(content: bytes, file: str, suffix: str) -> SourceFile:
    """All grids of a file's content; ``suffix`` says what it is."""
    if not content:
        return SourceFile(file, "", [], [Problem("file-unreadable", Place(file), "0字节的空文件")])
    source = SourceFile(file, hashlib.sha256(content).hexdigest(), [])
    reader = {".xlsx": _read_xlsx, ".csv": read_csv, ".parquet": read_parquet}
    reader[suffix.lower()](content, source)
    if not source.problems and all(grid.is_empty() for grid in source.grids):
        source.problems.append(Problem("file-empty", Place(file)))
    return source


def _read_xlsx(content: bytes, source: SourceFile) -> None:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for meta in book.sheets_metadata:
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(meta.name)
            hidden = meta.visible != SheetVisibleEnum.Visible
            grid = Grid(
                source.file, meta.name, sheet.to_python(skip_empty_area=False), hidden=hidden
            )
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
                for row in range(top, bottom + 1):
                    for column in range(left, right + 1):
                        if (row, column) != (top, left):
                            grid.merged[row, column] = (top, left)
            source.grids.append(grid)
        if _has_failed_formula(content):
            _mark_failed_formulas(content, source)
    except (CalamineError, zipfile.BadZipFile, KeyError, ValueError, OSError):
        old = content[:4] == b"\xd0\xcf\x11\xe0"
        found = (
            "不是 .xlsx 格式（旧版 .xls 改名，或文件已加密）" if old else "不是完好的 .xlsx 文件"
        )
        source.grids.clear()
        source.problems.append(Problem("file-unreadable", Place(source.file), found))


def _has_failed_formula(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return any(
            _FAILED.search(archive.read(name))
            for name in archive.namelist()
            if name.startswith("xl/worksheets/")
        )


def _mark_failed_formulas(content: bytes, source: SourceFile) -> None:
    import openpyxl

    values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(content))
    for grid in source.grids:
        for line, computed in zip(
            formulas[grid.sheet].iter_rows(), values[grid.sheet].iter_rows(), strict=True
        ):
            for cell, value in zip(line, computed, strict=True):
                mark = None
                if value.data_type == "e":
                    mark = ErrorCell(str(value.value))
                elif cell.data_type == "f" and value.value is None and value.data_type != "str":
                    mark = ErrorCell(f"{cell.value}（公式尚未计算）")
                if mark is not None:
                    _put(grid, cell.row - 1, cell.column - 1, mark)


def _put(grid: Grid, row: int, column: int, value: Any) -> None:
    while len(grid.cells) <= row:
        grid.cells.append([])
    line = grid.cells[row]
    line.extend("" for _ in range(column + 1 - len(line)))
    line[column] = value
