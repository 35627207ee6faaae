"""csv files of any size: copied once, in parts, into parquet files of texts that every engine can read.

A part whose lines are as nearly all are (as many fields as the header, every quote in its place) is split
by Arrow; any other part by the reader of ordinary csv files, line by line. A file of which that reader would have to know
all at once, or would refuse a line, is not copied.
"""

from __future__ import annotations

import io
import re
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, islice
from pathlib import Path
from typing import Any, Final

from scoring.intake.grids.delimited import cells_of
from scoring.intake.grids.kinds import format_of
from scoring.intake.grids.records import (
    DelimiterError,
    Record,
    delimiter_of,
    fields_of,
    split_part,
    value_of,
)
from scoring.intake.grids.text import LINE_END, as_gb18030
from scoring.limits import CELL_LINES, COLUMNS

_PART: Final = 1 << 24
"""Bytes that are split at a time."""
_BEGINNING: Final = 1 << 24
"""Bytes that are looked at to know the file."""
_LONGEST: Final = 1 << 26
"""The most bytes without a line end."""
_SAMPLE: Final = 60
"""How many lines below the header are looked at to know it."""


class UnusualFileError(Exception):
    """A csv file that is not copied: why, and in which line (from 1; None: the file as a whole)."""

    def __init__(self, why: str, line: int | None = None) -> None:
        super().__init__(why)
        self.why, self.line = why, line

    def __str__(self) -> str:
        return self.why if self.line is None else f"第{self.line}行{self.why}"


@dataclass
class Lines:
    """The lines on which the rows of a file begin: row 0 on line 2, and one line a row but for ``tall``
    rows, each with the number of lines beyond its first."""

    tall: dict[int, int] = field(default_factory=dict)

    def starts(self, rows: Any) -> list[int]:
        """The first line of every row (an array of numbers in order)."""
        import numpy as np

        numbers = np.fromiter(self.tall, dtype=np.int64, count=len(self.tall))
        more = np.array([0, *accumulate(self.tall.values())], dtype=np.int64)
        starts: list[int] = (rows + 2 + more[np.searchsorted(numbers, rows)]).tolist()
        return starts

    def heights(self, rows: Sequence[int]) -> list[int]:
        """How many lines every row takes."""
        return [1 + self.tall.get(row, 0) for row in rows]


@dataclass(frozen=True)
class Beginning:
    """How a csv file begins: its encoding (one for the whole file), its delimiter, the cells of its header and of some rows below;
    ``width`` counts the fields of the header, those without a name behind its last name included."""

    encoding: str
    delimiter: str
    names: list[str]
    width: int
    rows: list[list[Any]]


def beginning_of(path: Path) -> Beginning:
    """How the file begins whose header is its first line. Raises UnusualFileError, OSError."""
    with open(path, "rb") as file:
        content = file.read(_BEGINNING)
        whole = not file.read(1)
    if not content or format_of(content, ".csv") != "csv":
        raise UnusualFileError("不是 csv 文件")
    if not whole:
        content = content[: content.rfind(b"\n") + 1]
    text, encoding = _decoded(content.removeprefix(BOM_UTF8), None)
    try:
        delimiter = delimiter_of(text, whole=whole)
    except DelimiterError as error:
        raise UnusualFileError(str(error)) from None
    first, *below = LINE_END.split(text, 1)
    fields = fields_of(first, delimiter) if delimiter else None
    if delimiter is None or fields is None:
        raise UnusualFileError("不是表头", 1)
    names = [value_of(raw) for raw in fields]
    while names and not names[-1]:
        names.pop()
    if len(names) < 2 or len(fields) > COLUMNS:
        raise UnusualFileError("不是表头", 1)
    end = next(
        (m.end() for at, m in enumerate(LINE_END.finditer(below[0])) if at == _SAMPLE), None
    ) if below else 0  # fmt: skip
    sample = split_part(below[0][:end], delimiter, len(fields)) if below else []
    # The last record may go on below.
    rows = [cells_of(record) for record in (sample if end is None else sample[:-1])]
    return Beginning(encoding, delimiter, names, len(fields), rows)


def _decoded(content: bytes, encoding: str | None) -> tuple[str, str]:
    """Whole lines of a file as text, and their encoding, which is ``encoding`` if that is known."""
    if b"\0" in content:
        raise UnusualFileError("有空字节")
    if encoding != "gb18030":
        try:
            return content.decode("utf-8"), "utf-8"
        except UnicodeDecodeError:
            pass
    # In UTF-8 the names of a header are no GB18030: what is not that further down is a mixture.
    text = as_gb18030(content) if encoding != "utf-8" else None
    if text is None:
        raise UnusualFileError("不全是 UTF-8 或 GB18030 编码的文字")
    return text, "gb18030"


def copy_as_parquet(path: Path, beginning: Beginning, target: Path) -> Lines:
    """Copy the rows below the header of a csv file into ``target``, a parquet file with a column of texts for
    every name of the header, whose rows are the records of the file, blank ones included. Raises
    UnusualFileError, OSError."""
    with _Copy(beginning, target) as copy, open(path, "rb") as file:
        if file.read(len(BOM_UTF8)) != BOM_UTF8:
            file.seek(0)
        rest = b""
        for block in _blocks(file):
            content = rest + block
            cut = content.rfind(b"\n") + 1 if block else len(content)
            if not cut and len(content) > _LONGEST:
                raise UnusualFileError("太长", copy.line)
            left = copy.add(content[:cut], last=not block)
            rest = left + content[cut:]
    if not copy.sure:
        raise UnusualFileError("各行列数不一，又有不成对的引号或格内换行")
    return copy.lines


def _blocks(file: Any) -> Iterator[bytes]:
    """The bytes of a file in blocks, and nothing at its end."""
    while block := file.read(_PART):
        yield block
    yield b""


class _Copy:
    """A csv file that is being copied. ``line`` is the next one (from 1)."""

    def __init__(self, beginning: Beginning, target: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.lines = Lines()
        self.line = 1
        self._row = 0
        self._beginning = beginning
        self._quoted = _quoted_field(beginning.delimiter)
        self._formula = _formula(beginning.delimiter)
        self._kind = pa.schema([(name, pa.string()) for name in beginning.names])
        self._writer = pq.ParquetWriter(target, self._kind, compression="lz4")
        self._usual = self._blank = self._wider = 0
        self._doubted = False

    def __enter__(self) -> _Copy:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()

    @property
    def sure(self) -> bool:
        """Whether the reader of the whole file would find the same records where a quote is out of its place
        or a cell takes several lines: most have as many fields as the header, and none has more."""
        return not self._doubted or (not self._wider and 2 * self._usual > self._row - self._blank)

    def add(self, content: bytes, *, last: bool) -> bytes:
        """Copy whole lines; gives those at their end that may go on in the lines after them."""
        text, _ = _decoded(content, self._beginning.encoding)
        if self.line == 1 and text:
            first = LINE_END.search(text)
            text = text[first.end() :] if first else ""
            self.line = 2
        table = self._split_by_arrow(text) if text else None
        if table is not None:
            self._write(table)
            self._usual += len(table)
            self.line += len(table)
            return b""
        records = split_part(text, self._beginning.delimiter, self._beginning.width)
        refused = next((at for at, record in enumerate(records) if record.refused), len(records))
        before = sum(record.lines for record in records[:refused])
        if refused < len(records) and (
            last or sum(record.lines for record in records[refused:]) > CELL_LINES
        ):
            raise UnusualFileError("引号不成对", self.line + before)
        self._add_records(records[:refused])
        return _after(text, before).encode(self._beginning.encoding)

    def _split_by_arrow(self, text: str) -> Any:
        """The rows of text as a table, None where some of its lines are not as nearly all are."""
        import pyarrow as pa
        from pyarrow import csv

        if '"' in text and '"' in self._quoted.sub("", text):
            self._doubted = True
            return None
        # To look for a sign is ten times as fast as for a pattern.
        if "\x1a" in text or "\ufeff" in text or ("=" in text and self._formula.search(text)):
            return None
        width, names = self._beginning.width, self._beginning.names
        # Columns without a name behind the last: there must be nothing in them.
        columns = [*names, *(f"\0{at}" for at in range(len(names), width))]
        try:
            table = csv.read_csv(
                io.BytesIO(text.encode()),
                csv.ReadOptions(column_names=columns, block_size=1 << 22),
                csv.ParseOptions(
                    delimiter=self._beginning.delimiter, quote_char='"' if '"' in text else False,
                    ignore_empty_lines=False,
                ),
                csv.ConvertOptions(
                    column_types=dict.fromkeys(columns, pa.string()), check_utf8=False,
                    strings_can_be_null=True, null_values=[""],
                ),
            )  # fmt: skip
        except pa.ArrowInvalid:
            return None
        if any(table[name].null_count < len(table) for name in columns[len(names) :]):
            return None
        return table.select(names)

    def _add_records(self, records: Sequence[Record]) -> None:
        """Copy records as the ordinary reader gives them."""
        import pyarrow as pa

        names, width = self._beginning.names, self._beginning.width
        rows = []
        for at, record in enumerate(records):
            cells = cells_of(record)
            if any(cell != "" for cell in cells[len(names) :]):
                raise UnusualFileError("比表头多出内容", self.line)
            if not all(isinstance(cell, str) for cell in cells):
                raise UnusualFileError("有没有结果的公式", self.line)
            self._usual += len(record.fields) == width
            self._wider += len(record.fields) > width
            self._blank += not record.fields
            if record.lines > 1:
                self.lines.tall[self._row + at] = record.lines - 1
            self.line += record.lines
            rows.append([cells[i] or None if i < len(cells) else None for i in range(len(names))])
        if rows:
            columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
            self._write(pa.table(columns, schema=self._kind))

    def _write(self, table: Any) -> None:
        self._writer.write_table(table)
        self._row += len(table)


def _after(text: str, lines: int) -> str:
    """What stands behind so many lines of a text."""
    ends = LINE_END.finditer(text)
    end = next(islice(ends, lines - 1, None), None) if lines else None
    return text if not lines else "" if end is None else text[end.end() :]


def _quoted_field(delimiter: str) -> re.Pattern[str]:
    """A field in quotes, in its place on its line."""
    sign = re.escape(delimiter)
    return re.compile(rf'(?:(?<=[\r\n{sign}])|\A)"[^"\r\n]*(?:""[^"\r\n]*)*"(?=[\r\n{sign}]|\Z)')


def _formula(delimiter: str) -> re.Pattern[str]:
    """The beginning of a cell with a formula."""
    sign = re.escape(delimiter)
    return re.compile(rf'(?:^|[\r\n"{sign}])=')
