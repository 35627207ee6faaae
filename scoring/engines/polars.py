"""Polars: lazy frames, streamed, so that what is in memory does not grow with the rows."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scoring.engines.model import PLACE, Engine, Frame, as_frame


class PolarsEngine(Engine):
    """Polars on all processors of this machine."""

    name = "polars"

    def __init__(self) -> None:
        super().__init__()
        self._library = importlib.import_module("polars")

    def scan(self, paths: Sequence[Path], starts: Sequence[int]) -> Frame:
        pl = self._library
        # Over several files the number of a row goes on from file to file.
        rows = pl.scan_parquet(
            list(paths), row_index_name=PLACE, row_index_offset=starts[0], glob=False,
            hive_partitioning=False,
        )  # fmt: skip
        return as_frame(rows.with_columns(pl.col(PLACE).cast(pl.Int64)))

    def digested(self, frame: Frame, name: str, digest: str) -> Frame:
        pl = self._library
        text = pl.col(name).cast(pl.String)
        return as_frame(
            frame.to_native().with_columns((text.hash() // 2).cast(pl.Int64).alias(digest))
        )

    def frame(self, table: Any) -> Frame:
        return as_frame(self._library.from_arrow(table).lazy())

    def _kept(self, frame: Frame) -> Frame:
        path = self.new_file()
        frame.to_native().sink_parquet(path, compression="lz4", engine="streaming")
        return as_frame(self._library.scan_parquet(path, glob=False))

    def _collected(self, frame: Frame) -> Any:
        return frame.collect(backend="pyarrow", engine="streaming").to_arrow()
