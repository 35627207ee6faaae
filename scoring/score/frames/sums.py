"""Rows added up in the dataframe library, one sum a unit and cell: a rule, or an area of a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scoring.rules.column_rows import Steps, expr_of
from scoring.rules.columns import ColumnArithmetic
from scoring.score.frames.tables import TEXT, Frame, Frames, arrow_of, like
from scoring.tables import UnitRow, column

Expr = nw.Expr
Integers = np.ndarray[Any, Any]
PLACE: Final = "place of the unit"
CELL: Final = "cell"
_AT_ONCE: Final = 4_000_000
"""Sums of units and cells that one query gives: what a query has in memory does not grow with the units."""


@dataclass(frozen=True)
class Sums:
    """What the rows of a component came to: by name an array of units by cells (rules, items)."""

    arrays: Mapping[str, Integers]

    def of(self, name: str, units: Integers, cell: int = 0) -> Integers:
        """One cell of some units."""
        values: Integers = self.arrays[name][units, cell]
        return values


class UnitList:
    """The graded units in the order in which every array holds them."""

    def __init__(self, frames: Frames) -> None:
        unit, group, position = map(column, (UnitRow.unit, UnitRow.group, UnitRow.position))
        graded = frames.units.filter(nw.col(column(UnitRow.parent)).is_null())
        table = arrow_of(graded.select(unit, group, position)).combine_chunks()
        if frames.placed:
            table = table.sort_by(position)
        self.names = array_of(table, unit)
        self.positions = array_of(table, position).fill_null(0)
        self._groups = array_of(table, group)
        places = pa.array(np.arange(len(table)))
        self.placed = frames.placed
        self._places = like(frames.units, pa.table({unit: self.names, PLACE: places}))

    def __len__(self) -> int:
        return len(self.names)

    def of_group(self, group: str) -> Integers:
        """Where the units of a group stand."""
        found: Integers = np.flatnonzero(
            pc.equal(self._groups, group).to_numpy(zero_copy_only=False)
        )
        return found

    def find(self, rows: Frame, by: str) -> Frame:
        """Rows with the place of their unit, which ``by`` names; those of other units are left out."""
        if self.placed:
            return rows.rename({by: PLACE})
        return rows.join(self._places, left_on=by, right_on=column(UnitRow.unit), how="inner")


def array_of(table: pa.Table, name: str) -> pa.Array:
    """A column as one array, texts in the type that all of ours have."""
    found = table[name].combine_chunks()
    found = found.chunk(0) if isinstance(found, pa.ChunkedArray) else found
    return found.cast(TEXT) if pa.types.is_string(found.type) else found


How = Literal["sum", "max", "min"]


def summed(
    units: UnitList, rows: Frame, unit: str, cell: Expr | None, cells: int,
    sums: Mapping[str, tuple[Expr, How]],
) -> Sums:  # fmt: skip
    """The rows summed up by ``unit``, the name of a column, and by ``cell``, a number of 0 to ``cells``,
    null for a row that counts nowhere; without it there is one cell. 0 where there is no row.

    Sums are cast: DuckDB widens them.
    """
    out = no_sums(units, cells, list(sums))
    shares = -(-len(units) * cells // _AT_ONCE) if units.placed else 1
    for share in range(shares):
        here = rows.filter(nw.col(unit) % shares == share) if shares > 1 else rows
        _sum_up(out, units, here, unit, cell, cells, sums)
    return out


def _sum_up(
    out: Sums, units: UnitList, rows: Frame, unit: str, cell: Expr | None, cells: int,
    sums: Mapping[str, tuple[Expr, How]],
) -> None:  # fmt: skip
    """The sums of some rows, into their places in ``out``."""
    key, more = nw.col(unit), []
    if cell is not None and units.placed:
        # One integer instead of two columns: to group by it takes half the time.
        key = nw.col(unit) * cells + cell
    elif cell is not None:
        more = [cell.alias(CELL)]
    by = [unit, CELL] if more else [unit]
    wide = rows.select(key.alias(unit), *more, *(e.alias(n) for n, (e, _) in sums.items()))
    wide = wide.filter(~nw.col(by[-1]).is_null())
    found = wide.group_by(*by).agg(
        *(getattr(nw.col(name), how)() for name, (_, how) in sums.items())
    )
    kept = units.find(found, unit).select(
        *(nw.col(name).cast(nw.Int64) for name in (PLACE, *by[1:], *sums))
    )
    table = arrow_of(kept)
    at = table[PLACE].to_numpy()
    at_cell = 0 if cell is None else table[CELL].to_numpy() if len(by) > 1 else at % cells
    if units.placed and cell is not None:
        at = at // cells
    for name in sums:
        out.arrays[name][at, at_cell] = table[name].fill_null(0).to_numpy()


def no_sums(units: UnitList, cells: int, names: Sequence[str]) -> Sums:
    """What no row at all comes to."""
    return Sums({name: np.zeros((len(units), cells), dtype=np.int64) for name in names})


def numbered(name: str, values: Sequence[str]) -> Expr:
    """The number of a column's value among ``values``; nothing for another one."""
    return case([(nw.col(name) == v, nw.lit(i, nw.Int64)) for i, v in enumerate(values)])


def flag(condition: Expr) -> Expr:
    """1 where the condition holds, else 0: summed, it counts."""
    return nw.when(condition).then(nw.lit(1, nw.Int64)).otherwise(nw.lit(0, nw.Int64))


def case(cases: Sequence[tuple[Expr, Expr]]) -> Expr:
    """What stands at the first condition that holds; nothing where none does."""
    out: Expr | None = None
    for holds, then in reversed(cases):
        chosen = nw.when(holds).then(then)
        out = chosen if out is None else chosen.otherwise(out)
    assert out is not None
    return out


def steps_for(frames: Frames) -> Steps:
    return Steps(floats=frames.units.implementation.is_spark_like())


def doubtful(a: ColumnArithmetic) -> Expr:
    return nw.lit(0, nw.Int64) if a.doubt is None else flag(expr_of(a.doubt))
