"""A .csv file as a grid."""

from __future__ import annotations

import csv
import io

from scoring.intake.grids.model import Grid, SourceFile
from scoring.problems import Place, Problem


def read_csv(content: bytes, source: SourceFile) -> None:
    """Put the grid of a csv file's content, or the problem of reading it, into ``source``."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        source.problems.append(
            Problem("file-encoding", Place(source.file), expected="UTF-8 或 GB18030")
        )
        return
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error:
        found = "不是完好的 .csv 文件"
        source.problems.append(Problem("file-unreadable", Place(source.file), found))
        return
    source.grids.append(Grid(source.file, None, [list(row) for row in rows]))
