"""A parquet file with some values changed: its schema, metadata and compression stay."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from scoring.intake.edit.model import Edit, UnfitError, Value


def edit_parquet(content: bytes, edits: Sequence[Edit]) -> bytes:
    """``content`` with the values of ``edits`` changed. Row 0 is the names of the columns; a
    name put there, beyond the last, adds a column of numbers or texts, as its values are."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = pq.ParquetFile(io.BytesIO(content))
    table = file.read()
    by_column: dict[int, list[Edit]] = {}
    for edit in sorted(edits, key=lambda e: e.column):
        by_column.setdefault(edit.column, []).append(edit)
    for column, some in by_column.items():
        named = [e.value for e in some if e.row == 0]
        values = [e for e in some if e.row > 0]
        if named:
            kind = _kind(pa, values)
            blank = pa.nulls(table.num_rows, kind)
            table = table.append_column(pa.field(str(named[0]), kind), blank)
        old = table.schema.field(column)
        kind = _kind(pa, values) if pa.types.is_null(old.type) else old.type
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        cells = table.column(column).to_pylist()
        for edit in values:
            cells[edit.row - 1] = _fit(pa, edit, kind)
        array = pa.array(cells, kind)
        if pa.types.is_dictionary(old.type):
            array, kind = array.dictionary_encode().cast(old.type), old.type
        table = table.set_column(column, old.with_type(kind), array)
    out = io.BytesIO()
    groups = file.metadata
    compression = groups.row_group(0).column(0).compression if groups.num_row_groups else "SNAPPY"
    pq.write_table(table, out, compression="NONE" if compression == "UNCOMPRESSED" else compression)
    return out.getvalue()


def _kind(pa: Any, edits: Sequence[Edit]) -> Any:
    """The type of a column that held nothing yet."""
    texts = any(isinstance(e.value, str) for e in edits)
    return pa.string() if texts else pa.float64()


def _fit(pa: Any, edit: Edit, kind: Any) -> Any:
    """The value as the column's type has it."""
    value: Value = edit.value
    text = any(
        t(kind) for t in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    )
    if value is None:
        return None
    if text:
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    if not isinstance(value, Decimal):
        raise UnfitError(edit, "这一列是数字类型，写不进文字")
    if pa.types.is_integer(kind) and value == value.to_integral_value():
        return int(value)
    if pa.types.is_decimal(kind) and value == round(value, kind.scale):
        return value
    if pa.types.is_floating(kind):
        return float(value)
    raise UnfitError(edit, f"这一列的类型（{kind}）写不进这个数")
