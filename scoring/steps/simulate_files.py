"""The files of a simulated assessment, written chunk by chunk: what is in memory does not grow with the rows."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal

from scoring.publish.files import UNDATED, stable_zip
from scoring.simulate.columns import Chunk, Table, as_table
from scoring.simulate.mistakes import Percent, Planted, spoil

Format = Literal["parquet", "csv", "xlsx"]
BOM: Final = b"\xef\xbb\xbf"
LINE: Final = "\r\n"


_WIDTHS: Final = {
    "台账编号": 24,
    "单位": 30,
    "单位名称": 30,
    "所属单位": 30,
    "地区": 30,
    "问题描述": 50,
}
_USUAL_WIDTH: Final = 13


class TableFile(ABC):
    """A file of a table that is being written. ``first`` is the number of its first row of data, as
    ``kaohe check`` counts rows; ``sheet`` the name of its sheet, if it has one."""

    first = 2
    sheet = ""

    @abstractmethod
    def add(self, chunk: Chunk, planted: Sequence[Planted]) -> None:
        """Write the rows of a chunk, with the mistakes that were planted in it."""

    @abstractmethod
    def close(self) -> None:
        """Finish the file, so that it is on the disk."""


def table_file(path: Path, table: Table, kind: Format, *, spoilt: bool) -> TableFile:
    """The file of ``table`` at ``path`` (without suffix), to be filled in and closed; ``spoilt``: there will be
    mistakes in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    place = path.with_name(f"{path.name}.{kind}")
    match kind:
        case "parquet":
            return _Parquet(place, table, typed=not spoilt)
        case "csv":
            return _Csv(place, table)
        case "xlsx":
            return _Xlsx(place, table)


class _Parquet(TableFile):
    """Days are date32 and scores decimal(11, 4), as in the scheme's own arithmetic; every engine reads
    both exactly. In a table with mistakes all columns are texts: 2024-02-30 is no day, and 85% no decimal."""

    first = 1

    def __init__(self, path: Path, table: Table, *, typed: bool) -> None:
        import pyarrow.parquet as pq

        self._table, self._typed = table, typed
        self._file = open(path, "wb")  # noqa: SIM115 (closed in close)
        schema = table.schema(typed=typed)
        self._writer = pq.ParquetWriter(self._file, schema, compression="zstd")

    def add(self, chunk: Chunk, planted: Sequence[Planted]) -> None:
        rows = as_table(self._table, chunk, typed=self._typed)
        self._writer.write_table(spoil(rows, planted) if planted else rows)

    def close(self) -> None:
        self._writer.close()
        _finish(self._file)


class _Csv(TableFile):
    """UTF-8 with a BOM, so that Excel knows it, and the line ends of Windows. No text that is made here has a
    comma, a quote or a line break."""

    def __init__(self, path: Path, table: Table) -> None:
        self._table = table
        self._file = open(path, "wb")  # noqa: SIM115 (closed in close)
        self._file.write(BOM + f"{','.join(table.columns)}{LINE}".encode())

    def add(self, chunk: Chunk, planted: Sequence[Planted]) -> None:
        from pyarrow import csv

        rows = spoil(as_table(self._table, chunk, typed=False), planted)
        options = csv.WriteOptions(include_header=False, eol=LINE, quoting_style="none")
        csv.write_csv(rows, self._file, options)

    def close(self) -> None:
        _finish(self._file)


class _Xlsx(TableFile):
    """A workbook of one sheet: days as days, scores as numbers, a percentage as what shows as one."""

    def __init__(self, path: Path, table: Table) -> None:
        import xlsxwriter

        self._path, self._table, self._row = path, table, 0
        self.sheet = table.path.split("/")[0]
        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
        self._book.set_properties({"created": UNDATED})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._percent = self._book.add_format({"num_format": "0%"})
        self._page = self._book.add_worksheet(self.sheet)
        head = self._book.add_format({"bold": True, "bottom": 1})
        for column, name in enumerate(table.columns):
            self._page.set_column(column, column, _WIDTHS.get(name, _USUAL_WIDTH))
            self._page.write_string(0, column, name, head)
        self._page.freeze_panes(1, 0)

    def add(self, chunk: Chunk, planted: Sequence[Planted]) -> None:
        names = list(self._table.columns)
        instead = {(one.row, names.index(one.column)): one.cell for one in planted}
        values = as_table(self._table, chunk, typed=True).to_pydict().values()
        for number, cells in enumerate(zip(*values, strict=True)):
            self._row += 1
            for column, cell in enumerate(cells):
                self._write(column, instead.get((number, column), cell))

    def _write(self, column: int, cell: Any) -> None:
        at = (self._row, column)
        if cell is None or cell == "":
            return
        if isinstance(cell, Percent):
            self._page.write_number(*at, cell.share, self._percent)
        elif isinstance(cell, date):
            self._page.write_datetime(*at, cell, self._day)
        elif isinstance(cell, Decimal | int):
            self._page.write_number(*at, float(cell))
        else:
            self._page.write_string(*at, cell)

    def close(self) -> None:
        self._book.close()
        content = stable_zip(self._path.read_bytes())
        with open(self._path, "wb") as file:
            file.write(content)
            _sync(file)


def _finish(file: Any) -> None:
    _sync(file)
    file.close()


def _sync(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())
