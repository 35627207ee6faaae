"""Rows added up in the dataframe library, one sum a unit and cell: a rule, or an area of a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa

from scoring.rules.column_rows import Steps, expr_of
from scoring.rules.columns import ColumnArithmetic
from scoring.score.frames.tables import Frame, Frames, arrow_of
from scoring.tables import UnitRow, column

Expr = nw.Expr
Integers = np.ndarray[Any, Any]
ONE: Final = ("",)
"""The cells of what is summed up by unit alone."""


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
        table = arrow_of(
            frames.units.filter(nw.col(column(UnitRow.parent)).is_null()).select(
                unit, group, position
            )
        )
        self.names: list[str] = table[unit].to_pylist()
        self.groups: list[str] = table[group].to_pylist()
        self.positions: list[int] = table[position].fill_null(0).to_pylist()
        self._index = pd.Index(self.names)

    def spread(
        self, table: pa.Table, by: Sequence[str], cells: Sequence[Any], names: Sequence[str]
    ) -> Sums:
        """Columns of a table ``by`` unit and, if given, cell; 0 where there is no row."""
        at = self._index.get_indexer(table[by[0]].to_pylist())
        cell = np.zeros(len(at), dtype=np.int64)
        if len(by) > 1:
            cell = pd.Index(cells).get_indexer(table[by[1]].to_pylist())
        known = (at >= 0) & (cell >= 0)
        out = {}
        for name in names:
            values = np.zeros((len(self.names), len(cells)), dtype=np.int64)
            values[at[known], cell[known]] = table[name].fill_null(0).to_numpy()[known]
            out[name] = values
        return Sums(out)


How = Literal["sum", "max", "min"]


def summed(
    units: UnitList, rows: Frame, by: Sequence[str], cells: Sequence[Any],
    sums: Mapping[str, tuple[Expr, How]],
) -> Sums:  # fmt: skip
    """The rows summed up ``by`` unit and, if given, cell. Sums are cast: DuckDB widens them."""
    wide = rows.select(*by, *(expr.alias(name) for name, (expr, _) in sums.items()))
    found = wide.group_by(*by).agg(
        *(getattr(nw.col(name), how)() for name, (_, how) in sums.items())
    )
    kept = found.select(*by, *(nw.col(name).cast(nw.Int64) for name in sums))
    return units.spread(arrow_of(kept), by, cells, list(sums))


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
