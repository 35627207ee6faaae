"""DuckDB: relations of one connection, which spills to the disk what does not fit."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scoring.engines.model import FILE, ROW, Engine, Frame, as_frame


class DuckdbEngine(Engine):
    """A database in memory of its own."""

    name = "duckdb"

    def __init__(self) -> None:
        super().__init__()
        self._connection = importlib.import_module("duckdb").connect()

    def scan(self, paths: Sequence[Path]) -> Frame:
        # A name with * or ? is a pattern; [*] says the sign itself.
        names = [_literal(str(path)) for path in paths]
        relation = self._connection.sql(
            f"SELECT * RENAME (filename AS {FILE}, file_row_number AS {ROW}) "
            f"FROM read_parquet([{', '.join(names)}], filename = true, file_row_number = true)"
        )
        return as_frame(relation)

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
