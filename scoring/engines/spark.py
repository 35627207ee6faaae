"""Spark: on the threads of this machine, or on the cluster of a master."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from scoring.engines.model import FILE, ROW, Engine, EngineError, Frame, as_frame


class SparkEngine(Engine):
    """A session of Spark; one that is running already is used, and left running."""

    name = "spark"

    def __init__(self, master: str | None = None) -> None:
        super().__init__()
        sql = importlib.import_module("pyspark.sql")
        running = sql.SparkSession.getActiveSession()
        self._own = running is None
        if running is not None:
            self._session = running
            return
        builder = sql.SparkSession.builder.appName("kaohe").master(master or "local[*]")
        try:
            self._session = builder.getOrCreate()
            self._session.sparkContext.setLogLevel("ERROR")
        except Exception as error:
            # Without Java, or without the cluster, every part of it fails in its own way.
            raise EngineError(f"Spark (Java 17): {error}") from error

    def scan(self, paths: Sequence[Path]) -> Frame:
        names = [_escaped(str(path)) for path in paths]
        frame = self._session.read.parquet(*names)
        functions = importlib.import_module("pyspark.sql.functions")
        known = as_frame(
            frame.select(
                "*",
                functions.col("_metadata.file_path").alias(FILE),
                functions.col("_metadata.row_index").alias(ROW),
            )
        )
        # Spark names a file by its address, and says signs of it in percents.
        addresses = [row[FILE] for row in self.table(known.select(FILE).unique()).to_pylist()]
        given = {str(path): path for path in paths}
        files = [(address, _plain(address)) for address in addresses]
        named = self._named([(a, p) for a, p in files if p in given])
        return (
            known.rename({FILE: "address"}).join(named, on="address", how="inner").drop("address")
        )

    def _named(self, files: Sequence[tuple[str, str]]) -> Frame:
        import pyarrow as pa

        text = pa.large_string()
        return self.frame(
            pa.table(
                {
                    "address": pa.array([address for address, _ in files], text),
                    FILE: pa.array([path for _, path in files], text),
                }
            )
        )

    def frame(self, table: Any) -> Frame:
        return as_frame(self._session.createDataFrame(table))

    def _kept(self, frame: Frame) -> Frame:
        # In the memory of the workers, on their disks where it does not fit.
        return as_frame(frame.to_native().persist())

    def close(self) -> None:
        if self._own:
            self._session.stop()
        super().close()


def _escaped(path: str) -> str:
    r"""A path whose signs of patterns are taken for themselves.

    >>> _escaped("/a/*.parquet")
    '/a/\\*.parquet'
    """
    return "".join(f"\\{sign}" if sign in "*?[]{}\\" else sign for sign in path)


def _plain(address: str) -> str:
    """The path of a file on this machine, of its address.

    >>> _plain("file:///a/%E7%94%B2.parquet")
    '/a/甲.parquet'
    """
    path = address.removeprefix("file:")
    return unquote("/" + path.lstrip("/"))
