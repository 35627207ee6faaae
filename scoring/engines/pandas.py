"""pandas: everything in memory, in columns of Arrow; for a machine on which nothing else is installed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scoring.engines.model import FILE, ROW, Engine, Frame, as_frame


class PandasEngine(Engine):
    """pandas with the columns of Arrow."""

    name = "pandas"

    def scan(self, paths: Sequence[Path]) -> Frame:
        import numpy as np
        import pyarrow as pa
        import pyarrow.parquet as pq

        parts = []
        for path in paths:
            table = pq.read_table(path, partitioning=None)
            rows = pa.array(np.arange(len(table), dtype=np.int64))
            table = table.append_column(ROW, rows)
            parts.append(table.append_column(FILE, pa.repeat(pa.scalar(str(path)), len(table))))
        return self.frame(pa.concat_tables(parts))

    def _kept(self, frame: Frame) -> Frame:
        return self.frame(self._collected(frame))

    def frame(self, table: Any) -> Frame:
        import pandas as pd

        return as_frame(table.to_pandas(types_mapper=pd.ArrowDtype))
