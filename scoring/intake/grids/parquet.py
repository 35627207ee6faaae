"""A .parquet file as a grid: the names of its columns are the header row."""

from __future__ import annotations

import io

from scoring.intake.grids.model import Grid, SourceFile
from scoring.problems import Place, Problem


def read_parquet(content: bytes, source: SourceFile) -> None:
    """Put the grid of a parquet file's content, or the problem of reading it, into ``source``."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(io.BytesIO(content))
    except (pa.ArrowException, OSError):
        found = "不是完好的 .parquet 文件"
        source.problems.append(Problem("file-unreadable", Place(source.file), found))
        return
    columns = [column.to_pylist() for column in table.columns]
    records = [list(row) for row in zip(*columns, strict=True)]
    # The names of the columns are the header row; the records count from 1.
    source.grids.append(Grid(source.file, None, [list(table.column_names), *records], first_row=0))
