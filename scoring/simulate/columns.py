"""The tables of an assessment as columns: what kind of values each holds, and how a file has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from scoring.enums import Missing
from scoring.points import MAX_POINTS, PLACES, SCALE, format_points
from scoring.scheme import Scheme
from scoring.scheme.model import leaf_keys
from scoring.simulate.draws import Whole

if TYPE_CHECKING:
    from scoring.simulate.mistakes import Mistake

CHUNK: Final = 50_000
"""Rows that are made at once: a group of rows in a parquet file. A file of one chunk is within the
limits of what ``kaohe check`` reads of one file (``scoring.limits``)."""

MOST_FILES: Final = 64
"""Files of one table and provider; where there would be more, each has several chunks."""

YEAR: Final = 2024
"""The year of every simulated assessment: its calendar of working days is known, and that of the years
on both sides."""

FIRST_DAY: Final = int(np.datetime64(f"{YEAR}-01-01", "D").astype(np.int64))
LAST_DAY: Final = int(np.datetime64(f"{YEAR}-12-31", "D").astype(np.int64))
"""Days are counted from 1970-01-01, as Arrow counts them."""

# A score is a decimal of four places in parquet, which is exact and which every engine has; a double
# would make 3.85 another number than the 3.85 of a csv file.
SCORE: Final = pa.decimal128(len(str(MAX_POINTS)) + PLACES, PLACES)


class Kind(Enum):
    """What a column holds: texts, days, ten-thousandths of a point, whole numbers."""

    TEXT = "text"
    DAY = "day"
    POINTS = "points"
    COUNT = "count"


_TYPES: Final = {
    Kind.TEXT: pa.string(), Kind.DAY: pa.date32(), Kind.POINTS: SCORE, Kind.COUNT: pa.int32(),
}  # fmt: skip


@dataclass(frozen=True)
class Chunk:
    """Some rows of a table. ``columns`` are Arrow arrays by name (POINTS as integers of ten-thousandths);
    ``unit`` and ``about`` say of each row whose it is and which rule or item it is about, by number."""

    columns: Mapping[str, Any]
    unit: Whole
    about: Whole

    def __len__(self) -> int:
        return len(self.unit)


@dataclass(frozen=True)
class Table:
    """A table of the assessment folder, or what one provider or period has of it: ``path`` is its place
    without a suffix, ``rows`` how many it has in all; ``make`` makes one of its ``chunks`` by number. ``mistakes``
    are those that can be planted in it; ``place`` sets its random numbers apart from those of other tables."""

    path: str
    columns: Mapping[str, Kind]
    rows: int
    chunks: int
    make: Callable[[int], Chunk]
    mistakes: tuple[Mistake, ...] = ()
    place: tuple[int, ...] = ()

    def files(self) -> list[tuple[str, range]]:
        """The files of the table, without suffix, each with its chunks."""
        each = self.chunks if self.rows <= CHUNK else -(-self.chunks // MOST_FILES)
        parts = [range(at, min(at + each, self.chunks)) for at in range(0, self.chunks, each)]
        if len(parts) == 1:
            return [(self.path, parts[0])]
        # Beside the other tables only one file may have a table's name; several stand in its folder.
        path = self.path if "/" in self.path else f"{self.path}/{self.path}"
        return [(f"{path}-{number:03d}", part) for number, part in enumerate(parts, 1)]

    def schema(self, *, typed: bool) -> pa.Schema:
        """The Arrow schema of its file: with types, or all texts."""
        return pa.schema(
            [(name, _TYPES[kind] if typed else pa.string()) for name, kind in self.columns.items()]
        )


def chunks_of(rows: int) -> int:
    """How many chunks of ``CHUNK`` rows there are; one without rows where the table is empty."""
    return max(1, -(-rows // CHUNK))


def groups_with(scheme: Scheme, key: str) -> tuple[str, ...]:
    """The groups whose units have a part."""
    return tuple(group for group, view in scheme.views().items() if key in view.leaves())


def gaps_stop(scheme: Scheme, key: str) -> bool:
    """Whether whatever is missing of a part stops a final run: not where the scheme has a rule for it, nor
    where a condition may leave the part unread."""
    every = dict(scheme.every())
    conditions = scheme.every_conditional()
    unread = {
        leaf for c in conditions for name in c.without for leaf in leaf_keys(name, every[name])
    }
    stopped = any(c.stops or c.fixes for c in conditions)
    return scheme.missing_for(key) == Missing.REFUSE and not stopped and key not in unread


def as_table(table: Table, chunk: Chunk, *, typed: bool) -> pa.Table:
    """A chunk as an Arrow table: days and scores by their types, or everything as the text that a person
    would write (2024-03-05, 3.85)."""
    arrays = [
        _typed(kind, chunk.columns[name]) if typed else _text(kind, chunk.columns[name])
        for name, kind in table.columns.items()
    ]
    return pa.Table.from_arrays(arrays, schema=table.schema(typed=typed))


def _typed(kind: Kind, values: Any) -> Any:
    return as_decimal(values) if kind is Kind.POINTS else values.cast(_TYPES[kind])


def _text(kind: Kind, values: Any) -> Any:
    if kind is Kind.TEXT:
        return values
    if kind is not Kind.POINTS:
        return values.cast(pa.string())
    # There are few different scores: each is written once.
    coded = values.dictionary_encode()
    words = [format_points(value) for value in coded.dictionary.to_pylist()]
    return pa.array(words, pa.string()).take(coded.indices)


def as_decimal(values: Any) -> Any:
    """Ten-thousandths as decimals, without a detour by floats or Python objects.

    >>> as_decimal(pa.array([38500, None], pa.int64())).to_pylist()
    [Decimal('3.8500'), None]
    """
    low = np.asarray(values.cast(pa.int64()).fill_null(0))
    # The 128 bits of each are its 64 and those of its sign.
    both = np.stack([low, low >> 63], axis=1)
    valid = values.is_valid()
    bits = pa.py_buffer(np.packbits(np.asarray(valid), bitorder="little").tobytes())
    return pa.Decimal128Array.from_buffers(
        SCORE, len(values), [bits, pa.py_buffer(both.tobytes())], values.null_count
    )


def days(ordinals: Whole, there: Any = None) -> Any:
    """An array of days from their numbers, blank where ``there`` is False."""
    mask = None if there is None else ~np.asarray(there)
    return pa.array(ordinals.astype(np.int32), pa.int32(), mask=mask).cast(pa.date32())


def numbers(values: Whole, there: Any = None) -> Any:
    """An array of whole numbers, blank where ``there`` is False."""
    mask = None if there is None else ~np.asarray(there)
    return pa.array(values.astype(np.int64), pa.int64(), mask=mask)


def words(texts: Any, index: Whole, there: Any = None) -> Any:
    """The texts (a list, or an Arrow array) at ``index``, blank where ``there`` is False."""
    known = texts if isinstance(texts, pa.Array) else pa.array(texts, pa.string())
    mask = None if there is None else ~np.asarray(there)
    return known.take(pa.array(index, pa.int64(), mask=mask))


def blank(count: int, kind: Kind = Kind.TEXT) -> Any:
    """A column in which nothing stands."""
    types = {Kind.TEXT: pa.string(), Kind.DAY: pa.date32()}
    return pa.nulls(count, types.get(kind, pa.int64()))


__all__ = [
    "CHUNK",
    "FIRST_DAY",
    "LAST_DAY",
    "SCALE",
    "YEAR",
    "Chunk",
    "Kind",
    "Table",
    "as_decimal",
    "as_table",
    "blank",
    "chunks_of",
    "days",
    "gaps_stop",
    "groups_with",
    "numbers",
    "words",
]  # fmt: skip
