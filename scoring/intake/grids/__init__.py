"""Files to grids of raw cells: .xlsx, .xls, .csv, .parquet.

A grid is a sheet as it stands, from A1, with no meaning yet.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import assert_never

from scoring.decoding import showable
from scoring.intake.grids.kept import keep_files, kept
from scoring.intake.grids.kinds import SUFFIXES, Format, OtherContent, format_of
from scoring.intake.grids.model import Grid, SourceFile, column_letter, rows_of, too_large
from scoring.limits import FILE_BYTES
from scoring.problems import Place, Problem

__all__ = [
    "SUFFIXES",
    "Grid",
    "SourceFile",
    "column_letter",
    "content_of",
    "keep_files",
    "read_content",
    "read_file",
    "read_named",
    "rows_of",
    "too_large",
]


def read_file(path: Path, file: str) -> SourceFile:
    """All grids of the file at ``path``, which problems call ``file``."""
    file = showable(file)
    content = content_of(path, file)
    if isinstance(content, Problem):
        return SourceFile(file, "", [], [content])
    return read_content(content, file, path.suffix)


def read_named(path: Path, file: str) -> SourceFile:
    """The same of a file that somebody named as a table, whatever its suffix."""
    if path.suffix.lower() in SUFFIXES:
        return read_file(path, file)
    file = showable(file)
    problem = Problem("file-type", Place(file), path.suffix, "、".join(SUFFIXES))
    return SourceFile(file, "", [], [problem])


def content_of(path: Path, file: str) -> bytes | Problem:
    """The bytes of the file at ``path``, or why it cannot be read."""
    try:
        size = path.stat().st_size
        if size > FILE_BYTES:
            return too_large(Place(file), "字节", size, FILE_BYTES)
        return path.read_bytes()
    except OSError as error:
        denied = isinstance(error, PermissionError)
        found = "没有读取权限，或正被其他程序占用" if denied else "读取失败"
        return Problem("file-unreadable", Place(file), found)


def read_content(content: bytes, file: str, suffix: str) -> SourceFile:
    """All grids of a file's content. The content says what it is; where it does not, ``suffix``."""
    if not content:
        return SourceFile(file, "", [], [Problem("file-unreadable", Place(file), "0字节的空文件")])
    sha256 = hashlib.sha256(content).hexdigest()
    return kept(
        (sha256, file, suffix), len(content), lambda: _opened(content, file, suffix, sha256)
    )


def _opened(content: bytes, file: str, suffix: str, sha256: str) -> SourceFile:
    source = SourceFile(file, sha256, [])
    kind = format_of(content, suffix)
    if isinstance(kind, OtherContent):
        source.problems.append(kind.problem(file, suffix))
        return source
    _read(kind, content, source)
    if not source.problems and all(grid.is_empty() for grid in source.grids):
        source.problems.append(Problem("file-empty", Place(file)))
    return source


def _read(kind: Format, content: bytes, source: SourceFile) -> None:
    """Put the grids of ``content`` into ``source``. Only the reader of its format is loaded: most
    folders have one or two."""
    match kind:
        case "xlsx":
            from scoring.intake.grids.xlsx import read_xlsx as read
        case "xls":
            from scoring.intake.grids.xls import read_xls as read
        case "csv":
            from scoring.intake.grids.delimited import read_csv as read
        case "parquet":
            from scoring.intake.grids.parquet import read_parquet as read
        case _:
            assert_never(kind)
    read(content, source)
