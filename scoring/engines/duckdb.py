"""DuckDB: relations of one connection, which spills to the disk what does not fit."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scoring.engines.model import PLACE, Engine, Frame, as_frame


class DuckdbEngine(Engine):
    """A database in memory of its own."""

    name = "duckdb"

    def __init__(self) -> None:
        super().__init__()
        self._connection = importlib.import_module("duckdb").connect()

    def scan(self, paths: Sequence[Path], starts: Sequence[int]) -> Frame:
        # A name with * or ? is a pattern; [*] says the sign itself.
        names = ", ".join(_literal(str(path)) for path in paths)
        begins = ", ".join(f"{start}::BIGINT" for start in starts)
        relation = self._connection.sql(
            f"SELECT * EXCLUDE (file_row_number), "
            f"file_row_number + [{begins}][file_index::BIGINT + 1] AS {PLACE} "
            f"FROM read_parquet([{names}], file_row_number = true, hive_partitioning = false)"
        )
        return as_frame(relation)

    def digested(self, frame: Frame, name: str, digest: str) -> Frame:
        hashed = f'(hash("{name}") >> 1)::BIGINT'
        return as_frame(frame.to_native().project(f'*, {hashed} AS "{digest}"'))

    def frame(self, table: Any) -> Frame:
        return as_frame(self._connection.from_arrow(table))

    def _kept(self, frame: Frame) -> Frame:
        path = str(self.new_file())
        frame.to_native().write_parquet(path, compression="lz4")
        return as_frame(self._connection.sql(f"SELECT * FROM read_parquet({_literal(path)})"))

    def close(self) -> None:
        self._connection.close()
        super().close()


def _literal(path: str) -> str:
    """A path as SQL says it, its signs of patterns taken for themselves.

    >>> _literal("it's [1].parquet")
    "'it''s [[]1].parquet'"
    """
    plain = "".join(f"[{sign}]" if sign in "*?[" else sign for sign in path)
    return "'" + plain.replace("'", "''") + "'"
