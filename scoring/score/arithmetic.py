"""The few exact operations on int64 columns that the scores are made of."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals as nw

from scoring.scheme import Rounding
from scoring.tables import Frame

Expr = nw.Expr


def div_half_up(number: Expr, divisor: Expr | int) -> Expr:
    """``number / divisor`` as an integer, 四舍五入: a half goes away from zero.

    Both are int64 and the divisor is positive; 2·|number| must stay within int64.
    """
    rounded = (number.abs() * 2 + divisor) // (divisor * 2)
    return nw.when(number < 0).then(rounded * -1).otherwise(rounded)


def div_half_even(number: Expr, divisor: Expr | int) -> Expr:
    """``number / divisor`` as an integer, 四舍六入五成双 (GB/T 8170): a half goes to the even one."""
    size = number.abs()
    down = size // divisor
    twice = (size - down * divisor) * 2
    odd = down - (down // 2) * 2
    one = nw.lit(1, nw.Int64)
    up = (
        nw.when(twice > divisor)
        .then(one)
        .otherwise(nw.when(twice == divisor).then(odd).otherwise(odd * 0))
    )
    rounded = down + up
    return nw.when(number < 0).then(rounded * -1).otherwise(rounded)


def div_round(number: Expr, divisor: Expr | int, rounding: Rounding) -> Expr:
    """``number / divisor`` rounded to an integer by a scheme's method."""
    divide = div_half_up if rounding.method == "half_up" else div_half_even
    return divide(number, divisor)


def flag(condition: Expr) -> Expr:
    """1 where the condition holds, else 0, as int64: summed, it counts."""
    return nw.when(condition).then(nw.lit(1, nw.Int64)).otherwise(nw.lit(0, nw.Int64))


def sum_by(frame: Frame, keys: Sequence[str], columns: Sequence[str]) -> Frame:
    """The sums of int64 columns by ``keys``, as int64 (DuckDB widens sums to HUGEINT)."""
    sums = frame.group_by(*keys).agg(*(nw.col(name).sum() for name in columns))
    return sums.with_columns(*(nw.col(name).cast(nw.Int64) for name in columns))
