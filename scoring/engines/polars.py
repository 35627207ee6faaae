"""Polars: lazy frames, streamed, so that what is in memory does not grow with the rows."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scoring.engines.model import FILE, ROW, Engine, Frame, as_frame


class PolarsEngine(Engine):
    """Polars on all processors of this machine."""

    name = "polars"

    def __init__(self) -> None:
        super().__init__()
        self._library = importlib.import_module("polars")

    def scan(self, paths: Sequence[Path]) -> Frame:
        pl = self._library
        # Over several files at once the number of a row would go on from file to file.
        files = [
            pl.scan_parquet(path, row_index_name=ROW, glob=False).with_columns(
                pl.col(ROW).cast(pl.Int64), pl.lit(str(path)).alias(FILE)
            )
            for path in paths
        ]
        return as_frame(pl.concat(files))

    def frame(self, table: Any) -> Frame:
        return as_frame(self._library.from_arrow(table).lazy())

    def _kept(self, frame: Frame) -> Frame:
        path = self.new_file()
        frame.to_native().sink_parquet(path, compression="lz4", engine="streaming")
        return as_frame(self._library.scan_parquet(path, glob=False))

    def _collected(self, frame: Frame) -> Any:
        return frame.collect(backend="pyarrow", engine="streaming").to_arrow()
