"""The rows of ledgers, long tables of items and tables of scores as typed columns.

``ledger_rows``, ``item_rows`` and ``score_rows`` give a frame with ``FILE`` and ``ROW``, the columns of the row type in ``scoring.tables``
as far as scoring needs them, and ``ODD``: the row has a cell that is not in its plain form, or breaks a
rule of its table. Of odd rows only ``SAID_UNIT``, ``SAID_NUMBER`` and ``BARE`` mean something.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import narwhals as nw

from scoring.engines.model import Engine, Frame
from scoring.intake.bulk import lists
from scoring.intake.bulk.plain import Expr, any_of, is_blank
from scoring.intake.bulk.sources import Parquet

ODD: Final = "odd"
BARE: Final = "bare"
"""Odd, and a cell is blank that every row of data fills in: perhaps no row of data at all."""
SAID_UNIT, SAID_NUMBER = "said unit", "said number"
HOME: Final = lists.HOME
GROUP: Final = lists.GROUP


def stacked(rows: Sequence[Frame]) -> Frame:
    """Frames with the same columns, one below the other."""
    return rows[0] if len(rows) == 1 else nw.concat(list(rows))


def looked_up(rows: Frame, said: Expr, engine: Engine, table: object) -> Frame:
    """Rows joined with what a text of theirs stands for."""
    with_text = rows.with_columns(said.alias(lists.SAID))
    return with_text.join(engine.frame(table), on=lists.SAID, how="left").drop(lists.SAID)


def bare(file: Parquet, required: Sequence[str]) -> Expr:
    """Where a cell is blank that every row of data fills in."""
    return any_of(*(is_blank(file.column(name)) for name in required))


def as_text(expr: Expr) -> Expr:
    """A column as texts, where its library knows no type of it."""
    return expr.cast(nw.String)
