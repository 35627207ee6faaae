"""Files to grids of raw cells: .xlsx, .csv (UTF-8 with or without BOM, GB18030), .parquet.

A grid is a sheet as it stands, from A1, with no meaning yet.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from scoring.intake.grids.delimited import read_csv
from scoring.intake.grids.model import Grid, SourceFile, column_letter, rows_of
from scoring.intake.grids.parquet import read_parquet
from scoring.intake.grids.xlsx import read_xlsx
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
    reader = {".xlsx": read_xlsx, ".csv": read_csv, ".parquet": read_parquet}
    reader[suffix.lower()](content, source)
    if not source.problems and all(grid.is_empty() for grid in source.grids):
        source.problems.append(Problem("file-empty", Place(file)))
    return source
