"""The tables of an assessment as frames of a dataframe library."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, ClassVar, Final, Literal, cast, get_args, get_type_hints

import narwhals as nw
import pyarrow as pa

from scoring.tables import ROWS, Tables

Frame = nw.LazyFrame[Any]
Backend = Literal["pandas", "polars"]
TEXT: Final = pa.large_string()
WHOLE: Final = pa.int64()
TRUTH: Final = pa.bool_()

_KINDS: Final[dict[Any, tuple[pa.DataType, Any]]] = {
    str: (TEXT, nw.String),
    int: (WHOLE, nw.Int64),
    date: (pa.date32(), nw.Date),
    bool: (TRUTH, nw.Boolean),
}


def _kinds(table: str) -> dict[str, tuple[pa.DataType, Any]]:
    """The types of a table's columns, of Arrow and of Narwhals, by name."""
    hints = get_type_hints(ROWS[table])
    return {
        name: next(_KINDS[kind] for kind in (*get_args(hints[name]), hints[name]) if kind in _KINDS)
        for name in ROWS[table]._fields
    }


def schema_of(table: str) -> dict[str, pa.DataType]:
    """The columns of a table of ``scoring.tables`` as Arrow types, by name."""
    return {name: kind for name, (kind, _) in _kinds(table).items()}


@dataclass(frozen=True)
class Frames:
    """The tables of ``scoring.tables.Tables`` as frames of one dataframe library."""

    units: Frame
    entries: Frame
    forms: Frame
    items: Frame
    scores: Frame
    refused: Frame
    exemptions: Frame
    placed: ClassVar[bool] = False


@dataclass(frozen=True)
class PlacedFrames(Frames):
    """The tables as frames in which numbers stand for units: ``units`` are the graded ones alone, and in every
    other table their number in the order of ``position``, from 0, is the ``unit``. A row of a ledger that concerns
    a department has that number as ``parent``, too; an item has the ``group`` of its unit."""

    placed: ClassVar[bool] = True


TABLES: Final = tuple(field.name for field in fields(Frames))


def make_frames(tables: Tables, backend: Backend = "pandas") -> Frames:
    """Tables as frames; built with pyarrow, which any dataframe library takes without loss."""
    made = {}
    for name in TABLES:
        rows = [row._asdict() for row in getattr(tables, name)]
        table = arrow_table(rows, schema_of(name))
        made[name] = _polars(table) if backend == "polars" else _pandas(table)
    return Frames(**made)


def take_frames(native: Mapping[str, Any]) -> Frames:
    """Frames or relations of pandas, Polars, DuckDB or Spark by the names of the tables, "units" among
    them. Another table that is not given is empty, and so is a column that has a default in
    ``scoring.tables``.

    Raises KeyError where the units or a column lack, TypeError for what is no frame; a value that is not
    what ``scoring.tables`` says is reported as each library does.
    """
    return Frames(**_taken(native, _kinds))


def place_frames(native: Mapping[str, Any]) -> PlacedFrames:
    """As ``take_frames``, from frames in which numbers stand for units (see ``PlacedFrames``)."""
    return PlacedFrames(**_taken(native, _placed_kinds))


Kinds = Mapping[str, tuple[pa.DataType, Any]]


def _placed_kinds(table: str) -> Kinds:
    kinds = dict(_kinds(table))
    if table != "units":
        place = (WHOLE, nw.Int64)
        kinds |= {"unit": place}
        more = {"entries": {"parent": place}, "items": {"group": _KINDS[str]}}
        kinds |= more.get(table, {})
        kinds.pop("entry", None)
    return kinds


def _taken(native: Mapping[str, Any], kinds_of: Callable[[str], Kinds]) -> dict[str, Frame]:
    given = {name: nw.from_native(frame).lazy() for name, frame in native.items()}
    nothing = given["units"].head(0)
    taken = {}
    for table in TABLES:
        frame, kinds = given.get(table, nothing), kinds_of(table)
        needed = set(kinds) - set(ROWS[table]._field_defaults)
        lacking = sorted(needed - set(frame.collect_schema()))
        if lacking and table in given:
            raise KeyError(f"{table}: {', '.join(lacking)}")
        taken[table] = _completed(frame, kinds)
    return taken


def _completed(frame: Frame, kinds: Kinds) -> Frame:
    """The columns of a table, empty ones for those that the frame lacks."""
    there = frame.collect_schema()
    if frame.implementation.is_pandas():
        # Its columns of numpy have no days and no missing integers.
        native = frame.select(name for name in kinds if name in there).to_native()
        arrow = pa.Table.from_pandas(native, preserve_index=False)
        return _pandas(pa.table({
            name: arrow.column(name).cast(kind) if name in there else pa.nulls(len(arrow), kind)
            for name, (kind, _) in kinds.items()
        }))  # fmt: skip
    return frame.select(*(
        (nw.lit(None, dtype=kind) if name not in there else nw.col(name) if there[name] == kind
         else nw.col(name).cast(kind)).alias(name)
        for name, (_, kind) in kinds.items()
    ))  # fmt: skip


def arrow_table(rows: Sequence[Mapping[str, Any]], schema: Mapping[str, pa.DataType]) -> pa.Table:
    """A table of ``schema`` from rows of plain Python values."""
    return pa.table({n: pa.array([row.get(n) for row in rows], k) for n, k in schema.items()})


def arrow_of(frame: Frame) -> pa.Table:
    """The frame's rows, computed."""
    # Polars holds all rows of a query at once unless it is asked to stream.
    how = {"engine": "streaming"} if frame.implementation.is_polars() else {}
    return frame.collect(backend="pyarrow", **how).to_arrow()


def records(frame: Frame, columns: Sequence[str] | None = None) -> list[dict[str, object]]:
    """The frame's rows as plain Python values, missing ones as None; of some ``columns``, without what
    the library adds of its own (an index of pandas)."""
    table = arrow_of(frame)
    chosen = table if columns is None else table.select(list(columns))
    return cast(list[dict[str, object]], chosen.to_pylist())


def like(frame: Frame, table_: pa.Table) -> Frame:
    """The table as a frame of the library of ``frame``."""
    library = frame.implementation
    if library.is_polars():
        return _polars(table_)
    if library.is_duckdb():
        # Asked in the connection of ``frame``: relations of two cannot be joined. DuckDB finds the
        # table by the name of the variable.
        native = frame.to_native().query("of_frame", "SELECT * FROM table_")
        return cast(Frame, nw.from_native(native).lazy())
    if library.is_pyspark() or library.is_pyspark_connect():
        session = frame.to_native().sparkSession
        return cast(Frame, nw.from_native(session.createDataFrame(table_)))
    return _pandas(table_)


def _polars(table: pa.Table) -> Frame:
    frame = importlib.import_module("polars").from_arrow(table)
    return cast(Frame, nw.from_native(frame.lazy()))


def _pandas(table: pa.Table) -> Frame:
    import pandas as pd

    native: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return nw.from_native(native).lazy()
