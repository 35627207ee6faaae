"""Spark: on the threads of this machine, or on the cluster of a master."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import narwhals as nw

from scoring.engines.model import PLACE, Engine, EngineError, Frame, as_frame


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

    def scan(self, paths: Sequence[Path], starts: Sequence[int]) -> Frame:
        functions = importlib.import_module("pyspark.sql.functions")
        # A cluster may take a bare path for one of its own file system (HDFS).
        given = [path.absolute() for path in paths]
        names = [_address(path) for path in given]
        rows = self._session.read.parquet(*names)
        address, number = "kaohe_address", "kaohe_number"
        known = as_frame(
            rows.select(
                "*",
                functions.col("_metadata.file_path").alias(address),
                functions.col("_metadata.row_index").alias(number),
            )
        )
        # Spark names a file by its address, and says signs of it in percents.
        start_of = dict(zip(map(str, given), starts, strict=True))
        addresses = [row[address] for row in self.table(known.select(address).unique()).to_pylist()]
        unknown = [one for one in addresses if _plain(one) not in start_of]
        if unknown:
            raise EngineError(f"Spark: {unknown[0]}")
        begins = self._numbered(address, {a: start_of[_plain(a)] for a in addresses})
        placed = known.join(begins, on=address, how="inner")
        place = nw.col(number) + nw.col(PLACE)
        return placed.with_columns(place.alias(PLACE)).drop(address, number)

    def _numbered(self, name: str, numbers: Mapping[str, int]) -> Frame:
        import pyarrow as pa

        texts = pa.array(list(numbers), pa.large_string())
        return self.frame(pa.table({name: texts, PLACE: pa.array(list(numbers.values()))}))

    def digested(self, frame: Frame, name: str, digest: str) -> Frame:
        functions = importlib.import_module("pyspark.sql.functions")
        return as_frame(
            frame.to_native().withColumn(
                digest, functions.shiftrightunsigned(functions.xxhash64(name), 1)
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


def _address(path: Path) -> str:
    """A file of this machine, and of every worker, as Spark is asked for it.

    >>> _address(Path("/a/甲.parquet"))
    'file:///a/甲.parquet'
    """
    text = path.as_posix()
    return f"file://{'' if text.startswith('/') else '/'}{_escaped(text)}"


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
