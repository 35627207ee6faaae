"""The rows of ledgers, long tables of items and tables of scores as typed columns.

``ledger_rows``, ``item_rows`` and ``score_rows`` give a frame with ``PLACE``, the columns of the row type in ``scoring.tables``
as far as scoring and the questions of ``close`` need them, and ``ODD``: the row has a cell that is not in its plain form, or breaks a
rule of its table. Units are numbers: ``HOME`` is the place of the graded unit in the list. Of odd rows only ``HOME`` and ``BARE`` mean something.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import narwhals as nw

from scoring.engines.model import Engine, Frame
from scoring.intake.bulk import lists
from scoring.intake.bulk.plain import Cells, Expr, any_of, is_blank

ODD: Final = "odd"
BARE: Final = "bare"
"""Odd, and a cell is blank that every row of data fills in: perhaps no row of data at all."""
SAID_UNIT: Final = "said unit"
HOME: Final = lists.HOME
PARENT: Final = lists.PARENT
GROUP: Final = lists.GROUP


def stacked(rows: Sequence[Frame]) -> Frame:
    """Frames with the same columns, one below the other."""
    return rows[0] if len(rows) == 1 else nw.concat(list(rows))


def looked_up(rows: Frame, said: str, engine: Engine, table: object) -> Frame:
    """Rows joined with what the text in their column ``said`` stands for, which is dropped."""
    joined = rows.join(engine.frame(table), left_on=said, right_on=lists.SAID, how="left")
    return joined.drop(said)


def bare(column: Callable[[str], Cells], required: Sequence[str]) -> Expr:
    """Where a cell is blank that every row of data fills in."""
    return any_of(*(is_blank(column(name)) for name in required))


def as_text(expr: Expr) -> Expr:
    """A column as texts, where its library knows no type of it."""
    return expr.cast(nw.String)
