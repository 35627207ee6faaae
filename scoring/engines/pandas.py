"""pandas: everything in memory, in columns of Arrow; for a machine on which nothing else is installed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scoring.engines.model import PLACE, Engine, Frame, as_frame


class PandasEngine(Engine):
    """pandas with the columns of Arrow."""

    name = "pandas"

    def scan(self, paths: Sequence[Path], starts: Sequence[int]) -> Frame:
        import numpy as np
        import pyarrow as pa
        import pyarrow.parquet as pq

        parts = []
        for path, start in zip(paths, starts, strict=True):
            table = pq.read_table(path, partitioning=None)
            places = np.arange(start, start + len(table), dtype=np.int64)
            parts.append(table.append_column(PLACE, pa.array(places)))
        return self.frame(pa.concat_tables(parts))

    def digested(self, frame: Frame, name: str, digest: str) -> Frame:
        import pandas as pd
        import pyarrow as pa

        table = self._collected(frame)
        hashed = pd.util.hash_array(
            table[name].to_pandas().to_numpy(dtype=object), categorize=False
        )
        return self.frame(table.append_column(digest, pa.array((hashed // 2).astype("int64"))))

    def _kept(self, frame: Frame) -> Frame:
        return self.frame(self._collected(frame))

    def frame(self, table: Any) -> Frame:
        import pandas as pd

        return as_frame(table.to_pandas(types_mapper=pd.ArrowDtype))
