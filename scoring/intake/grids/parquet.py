"""A .parquet file as a grid: the names of its columns are the header row, its rows count from 1."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final

from scoring.intake.cells import ErrorCell, plain_number
from scoring.intake.grids.model import Grid, SourceFile, too_large
from scoring.limits import CELLS, COLUMNS, UNPACKED_BYTES
from scoring.problems import Place, Problem, clip

_DAMAGED: Final = "不是完好的 .parquet 文件"
_CHINA: Final = timezone(timedelta(hours=8))


def read_parquet(content: bytes, source: SourceFile) -> None:
    """Put the grid of a parquet file's content, or the problem of reading it, into ``source``."""
    place = Place(source.file)
    if content.startswith(b"PARE") or content.endswith(b"PARE"):
        source.problems.append(Problem("file-password", place))
        return
    try:
        found = _columns(content, place)
    except Exception as error:
        # What Arrow raises for a broken file is not only its own: MemoryError, ValueError, KeyError.
        encrypted = "decrypt" in str(error).lower()
        problem = Problem("file-unreadable", place, _DAMAGED)
        source.problems.append(Problem("file-password", place) if encrypted else problem)
        return
    if isinstance(found, Problem):
        source.problems.append(found)
        return
    names, columns = found
    rows = [list(row) for row in zip(*columns, strict=True)]
    source.grids.append(Grid(source.file, None, [list(names), *rows], first_row=0))


def _columns(content: bytes, place: Place) -> tuple[list[str], list[list[Any]]] | Problem:
    """The names and the values of the columns, or the limit that they are beyond."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = pq.ParquetFile(io.BytesIO(content), page_checksum_verification=True)
    schema, rows = file.schema_arrow, file.metadata.num_rows
    for what, count, most in (
        ("列", len(schema), COLUMNS), ("个单元格", rows * len(schema), CELLS),
        ("字节（解压后）", _unpacked(file.metadata), UNPACKED_BYTES),
    ):  # fmt: skip
        if count > most:
            return too_large(place, what, count, most)
    # Texts as dictionaries: a few bytes may say that one long text stands in a million rows.
    texts = [field.name for field in schema if pa.types.is_string(field.type)]
    file = pq.ParquetFile(
        io.BytesIO(content), page_checksum_verification=True, read_dictionary=texts
    )
    table = file.read()
    return list(table.column_names), values_of(table)


def values_of(table: Any) -> list[list[Any]]:
    """The values of an Arrow table by column, each as a workbook's cell would hold it."""
    import pyarrow as pa

    return [_values(pa, column) for column in table.columns]


def _unpacked(metadata: Any) -> int:
    return sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))


def _values(pa: Any, column: Any) -> list[Any]:
    kind = column.type
    if pa.types.is_dictionary(kind):
        out: list[Any] = []
        for chunk in column.chunks:
            words = [*_values(pa, pa.chunked_array([chunk.dictionary])), None]
            out += [words[-1 if at is None else at] for at in chunk.indices.to_pylist()]
        return out
    read = _reader(pa, kind)
    try:
        return [None if value is None else read(value) for value in _python(pa, column)]
    except (ValueError, OverflowError):
        # One value that Python has no equal of, such as a day in the year 20000.
        return [_one(value, read) for chunk in column.chunks for value in chunk]


def _python(pa: Any, column: Any) -> list[Any]:
    """The column's values; what stands below a microsecond is no part of a day."""
    import pyarrow.compute as pc

    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = pc.cast(column, pa.timestamp("us", column.type.tz), safe=False)
    values: list[Any] = column.to_pylist()
    return values


def _one(value: Any, read: Callable[[Any], Any]) -> Any:
    try:
        found = value.as_py()
        return None if found is None else read(found)
    except (ValueError, OverflowError):
        return ErrorCell(clip(f"{value.type}类型的值，不是日历上有的日期"))


def _reader(pa: Any, kind: Any) -> Callable[[Any], Any]:
    """How values of a type are read, exactly: what a workbook's cell would hold."""
    types = pa.types
    if types.is_timestamp(kind) and kind.tz is not None:
        return _in_china
    if types.is_decimal(kind):
        return _decimal
    if types.is_float16(kind) or types.is_float32(kind):
        return _short_float(kind)
    if types.is_floating(kind):
        return _float
    if types.is_nested(kind):
        return lambda value: ErrorCell(clip(f"{value}（{kind}，不是一个值）"))
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind):
        return _bytes
    return _plain


def _plain(value: Any) -> Any:
    if isinstance(value, str | bool | int | date):
        return value
    return str(value)


def _decimal(value: Decimal) -> str:
    return f"{value:f}"


def _float(value: float) -> Any:
    """The number; as text where it has more digits than a cell shows: 3.8499999999999996 is not 3.85, in
    a parquet file as little as in a csv file."""
    if not math.isfinite(value):
        return ErrorCell(str(value))
    exact = f"{Decimal(repr(value)):f}"
    return value if float(plain_number(value)) == value else exact


def _short_float(kind: Any) -> Callable[[Any], Any]:
    """Of 85.3 in 32 bits 85.30000305 is left; the shortest number that it can be is what is shown."""
    import numpy as np

    shape = np.float16 if kind.bit_width == 16 else np.float32

    def read(value: Any) -> Any:
        return _float(float(np.format_float_positional(shape(value), unique=True, trim="-")))

    return read


def _bytes(value: bytes) -> Any:
    """Text that a program wrote without saying that it is text."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return ErrorCell(clip(f"{value!r}（字节，不是文字）"))


def _in_china(value: datetime) -> Any:
    """A moment as the day that it is in China, where that is the day in its own time zone as well."""
    here = value.astimezone(_CHINA)
    if here.date() == value.date():
        return here.replace(tzinfo=None)
    return ErrorCell(f"{value:%Y-%m-%d %H:%M %Z}（北京时间 {here:%Y-%m-%d %H:%M}，分不清是哪一天）")
