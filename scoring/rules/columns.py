"""The rules with columns of a dataframe: many units at once, in integers of 64 bits.

A column is an integer over a divisor that is the same in every row. What such integers cannot hold
exactly (a quotient by another column, a product too large) is kept with a bound of its error; where
a comparison or a rounding lies within that bound, the row is marked as in doubt, and is decided
by the exact rules. So every row that is not in doubt is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import lcm
from typing import Any, Final

import narwhals as nw

from scoring.points import PLACES
from scoring.rules.arithmetic import Arithmetic
from scoring.scheme.parts import Rounding

Expr = nw.Expr
LARGEST: Final = 2**61
"""No integer of a column is larger: twice of it and a little more still fits."""
_HALF: Final = 2**30
_LONGEST: Final = 2**59
MOST: Final = 10**8
"""The largest score that is counted on, in ten-thousandths (10,000 points); a larger one is left to the
exact rules."""
MOST_COUNTED: Final = 10**6
"""The largest count of things that is counted on."""


def whole(number: int) -> Expr:
    return nw.lit(number, nw.Int64)


def floor_half_up(number: Expr, divisor: Expr | int) -> Expr:
    """``number / divisor`` as an integer: a half goes away from zero. The divisor is positive."""
    rounded = (number.abs() * 2 + divisor) // (divisor * 2)
    return nw.when(number < 0).then(rounded * -1).otherwise(rounded)


def floor_half_even(number: Expr, divisor: int) -> Expr:
    """``number / divisor`` as an integer: a half goes to the even neighbour (GB/T 8170)."""
    size = number.abs()
    down = size // divisor
    twice = (size - down * divisor) * 2
    odd = down - (down // 2) * 2
    up = (
        nw.when(twice > divisor)
        .then(whole(1))
        .otherwise(nw.when(twice == divisor).then(odd).otherwise(odd * 0))
    )
    rounded = down + up
    return nw.when(number < 0).then(rounded * -1).otherwise(rounded)


@dataclass(frozen=True, eq=False)
class Column:
    """A number in every row: ``expr`` over ``divisor``, null where it is absent.

    ``error`` is how far ``expr`` may be from exact, ``most`` a bound of its size; ``doubt`` marks rows
    in which something it rests on could not be decided. ``constant``: the same in every row;
    ``absent``: absent in every row; ``least``: no smaller ``expr`` is divided by, but 0.
    """

    expr: Expr
    divisor: Fraction
    most: int
    error: int = 0
    doubt: Expr | None = None
    constant: int | None = None
    absent: bool = False
    least: int = 1

    def __add__(self, other: Column, /) -> Column:
        a, b = _level(self, other)
        return Column(
            a.expr + b.expr, a.divisor, a.most + b.most, a.error + b.error, _or(a.doubt, b.doubt)
        )

    def __sub__(self, other: Column, /) -> Column:
        a, b = _level(self, other)
        return Column(
            a.expr - b.expr, a.divisor, a.most + b.most, a.error + b.error, _or(a.doubt, b.doubt)
        )

    def __mul__(self, other: Column, /) -> Column:
        a, b = _room(self, other)
        error = a.error * b.most + b.error * a.most + a.error * b.error
        expr = a.expr * b.expr
        if a.constant is not None or b.constant is not None:
            number, column = (a, b) if a.constant is not None else (b, a)
            expr = column.expr * (number.constant or 0)
        constant = None
        if a.constant is not None and b.constant is not None:
            constant = a.constant * b.constant
            expr = whole(constant)
        return Column(
            expr, a.divisor * b.divisor, max(a.most * b.most, 1), error, _or(a.doubt, b.doubt),
            constant,
        )  # fmt: skip

    def __truediv__(self, other: Column, /) -> Column:
        doubt = _or(self.doubt, other.doubt)
        if other.constant is not None:
            # Exact: the divisor takes it over.
            value = other.constant / other.divisor
            return Column(self.expr, self.divisor * value, self.most, self.error, doubt)
        assert other.error == 0, "nothing is divided by what is not exact"
        # What is divided by is at least so large: the quotient and its error are so much smaller.
        times = max(LARGEST // (2 * max(self.most, 1)), 1)
        safe = nw.when(other.expr > 0).then(other.expr).otherwise(whole(1))
        expr = floor_half_up(self.expr * times, safe)
        divisor = self.divisor * times / other.divisor
        error = self.error * times // other.least + 2
        return Column(expr, divisor, self.most * times // other.least + 1, error, doubt)


@dataclass(frozen=True, eq=False)
class Condition:
    """Whether something holds in every row; ``doubt`` marks rows in which that could not be decided."""

    expr: Expr
    doubt: Expr | None = None
    known: bool | None = None


def bounded(column: Column, most: int = MOST) -> Column:
    """The column with the bound ``most`` (in ten-thousandths) of its size; rows beyond it are in doubt."""
    limit = int(most * column.divisor)
    if column.most <= limit or column.constant is not None:
        return column
    beyond = (column.expr.abs() > limit).fill_null(False)
    return Column(column.expr, column.divisor, limit, column.error, _or(column.doubt, beyond))


def _or(a: Expr | None, b: Expr | None) -> Expr | None:
    if a is None or b is None:
        return b if a is None else a
    return a | b


def _cut(column: Column, by: int) -> Column:
    """The column with fewer digits: rounded to an integer number of ``by``."""
    constant = column.constant
    if constant is not None and constant % by == 0:
        return Column(
            whole(constant // by), column.divisor / by, column.most // by, constant=constant // by
        )
    return Column(
        floor_half_up(column.expr, by), column.divisor / by, column.most // by + 1,
        column.error // by + 2, column.doubt,
    )  # fmt: skip


def _over(column: Column, divisor: Fraction) -> Column:
    """The column over another divisor; rounded where that is not exact, with the error it may have."""
    times = divisor / column.divisor
    if times.denominator == 1:
        number = int(times)
        constant = None if column.constant is None else column.constant * number
        return Column(
            column.expr * number if constant is None else whole(constant), divisor,
            column.most * number, column.error * number, column.doubt, constant,
        )  # fmt: skip
    # About 30 binary digits of the number times 31 of the factor stay below LARGEST.
    cut = max(-(-column.most // _HALF), 1)
    expr = column.expr if cut == 1 else floor_half_up(column.expr, cut)
    most, error = column.most // cut + 1, column.error // cut + (cut > 1) + 1
    factor = times * cut
    bottom = factor.denominator
    if factor.numerator > 2 * _HALF:
        bottom = min(max(int(2 * _HALF / factor), 1), _LONGEST)
    top = round(factor * bottom)
    drift = abs(factor - Fraction(top, bottom)) * most
    return Column(
        floor_half_up(expr * top, bottom), divisor, int(most * factor) + int(drift) + 2,
        int(error * factor) + int(drift) + 3, column.doubt,
    )  # fmt: skip


def _level(a: Column, b: Column) -> tuple[Column, Column]:
    """Both over one divisor: exactly where that fits, else over the finest that does."""
    if a.divisor == b.divisor:
        return a, b
    scale = a.divisor.denominator * b.divisor.denominator
    common = Fraction(
        lcm(
            a.divisor.numerator * b.divisor.denominator, b.divisor.numerator * a.divisor.denominator
        ),
        scale,
    )
    fits = all(c.most * (common / c.divisor) * 4 <= LARGEST for c in (a, b))
    if not fits:
        largest = max(a.most / a.divisor, b.most / b.divisor, Fraction(1))
        room = LARGEST / (8 * largest)
        common = Fraction(int(room)) if room >= 1 else Fraction(1, int(1 / room) + 1)
    return _over(a, common), _over(b, common)


def _room(a: Column, b: Column) -> tuple[Column, Column]:
    """Both so coarse that their product fits."""
    while a.most * b.most * 4 > LARGEST:
        wide, narrow = (a, b) if a.most >= b.most else (b, a)
        cut = max(-(-4 * wide.most * narrow.most // LARGEST), 2)
        cut = min(cut, max(wide.most // 2, 2))
        wide = _cut(wide, cut)
        a, b = (wide, narrow) if a.most >= b.most else (narrow, wide)
    return a, b


class ColumnArithmetic(Arithmetic[Column, Condition]):
    """Columns of one dataframe, which grows: what a rule looks at more than once is written into
    ``frame`` as a column of its own, so that expressions stay small."""

    def __init__(self, frame: nw.LazyFrame[Any], name: str = "step") -> None:
        self.frame = frame
        self._name = name
        self._count = 0

    def keep(self, column: Column) -> Column:
        """The column as one of the frame."""
        if column.constant is not None:
            return column
        expr, doubt = self._written(column.expr, column.doubt)
        return Column(expr, column.divisor, column.most, column.error, doubt)

    def hold(self, condition: Condition) -> Condition:
        """The condition as a column of the frame."""
        if condition.known is not None:
            return condition
        return Condition(*self._written(condition.expr, condition.doubt))

    def _written(self, expr: Expr, doubt: Expr | None) -> tuple[Expr, Expr | None]:
        """What was written into the frame, looked up there from now on."""
        self._count += 1
        name, doubtful = f"{self._name}_{self._count}", f"{self._name}_{self._count}_doubt"
        self.frame = self.frame.with_columns(expr.alias(name))
        if doubt is None:
            return nw.col(name), None
        self.frame = self.frame.with_columns(doubt.fill_null(False).alias(doubtful))
        return nw.col(name), nw.col(doubtful)

    def points(self, ten_thousandths: int) -> Column:
        size = abs(ten_thousandths)
        return Column(whole(ten_thousandths), Fraction(1), size, constant=ten_thousandths)

    def count(self, number: int) -> Column:
        return self.points(number)

    @property
    def absent(self) -> Column:
        return Column(whole(0), Fraction(1), 0, absent=True)

    def is_there(self, number: Column) -> Condition:
        if number.absent or number.constant is not None:
            return Condition(nw.lit(not number.absent), known=not number.absent)
        return Condition(~number.expr.is_null(), number.doubt)

    def or_zero(self, number: Column) -> Column:
        if number.constant is not None:
            return number
        return Column(
            number.expr.fill_null(0), number.divisor, number.most, number.error, number.doubt
        )

    def _compared(self, number: Column, bound: Column, sign: str) -> Condition:
        a, b = _level(number, bound)
        if a.constant is not None and b.constant is not None:
            x, y = a.constant, b.constant
            known = {"<": x < y, ">": x > y, ">=": x >= y}[sign]
            return Condition(nw.lit(known), known=known)
        left, right = a.expr, b.expr
        holds = {"<": left < right, ">": left > right, ">=": left >= right}[sign]
        doubt = _or(a.doubt, b.doubt)
        error = a.error + b.error
        if error:
            doubt = _or(doubt, ((left - right).abs() <= min(error, LARGEST)).fill_null(False))
        return self.hold(Condition(holds.fill_null(False), doubt))

    def below(self, number: Column, bound: Column) -> Condition:
        return self._compared(number, bound, "<")

    def above(self, number: Column, bound: Column) -> Condition:
        return self._compared(number, bound, ">")

    def reaches(self, number: Column, bound: Column) -> Condition:
        return self._compared(number, bound, ">=")

    def every(self, *conditions: Condition) -> Condition:
        if any(condition.known is False for condition in conditions):
            return Condition(nw.lit(False), known=False)
        asked = [condition for condition in conditions if condition.known is None]
        if not asked:
            return Condition(nw.lit(True), known=True)
        doubt = reduce(_or, (condition.doubt for condition in asked))
        return self.hold(Condition(reduce(lambda a, b: a & b, (c.expr for c in asked)), doubt))

    def some(self, *conditions: Condition) -> Condition:
        return self.no(self.every(*map(self.no, conditions)))

    def no(self, condition: Condition) -> Condition:
        known = None if condition.known is None else not condition.known
        expr = nw.lit(known) if known is not None else ~condition.expr
        return Condition(expr, condition.doubt, known)

    def when(self, condition: Condition, then: Column, otherwise: Column) -> Column:
        if condition.known is not None:
            return then if condition.known else otherwise
        if then.absent or otherwise.absent:
            return self._only(condition if otherwise.absent else self.no(condition),
                              then if otherwise.absent else otherwise)  # fmt: skip
        a, b = _level(then, otherwise)
        doubt = condition.doubt
        if a.doubt is not None or b.doubt is not None:
            yes = nw.lit(False) if a.doubt is None else a.doubt
            no = nw.lit(False) if b.doubt is None else b.doubt
            doubt = _or(doubt, nw.when(condition.expr).then(yes).otherwise(no))
        made = nw.when(condition.expr).then(a.expr).otherwise(b.expr)
        return self.keep(Column(made, a.divisor, max(a.most, b.most), max(a.error, b.error), doubt))

    def _only(self, condition: Condition, number: Column) -> Column:
        """The number where the condition holds, else absent."""
        if number.absent:
            return number
        doubt = condition.doubt
        if number.doubt is not None:
            doubt = _or(doubt, number.doubt & condition.expr)
        made = nw.when(condition.expr).then(number.expr)
        return self.keep(Column(made, number.divisor, number.most, number.error, doubt))

    def least(self, *numbers: Column) -> Column:
        return reduce(lambda a, b: self.when(self.below(a, b), a, b), numbers)

    def most(self, *numbers: Column) -> Column:
        return reduce(lambda a, b: self.when(self.above(a, b), a, b), numbers)

    def total(self, numbers: Sequence[Column]) -> Column:
        return self.keep(reduce(Column.__add__, numbers)) if numbers else self.points(0)

    def rounded(self, number: Column, rounding: Rounding) -> Column:
        number = self.keep(number)
        step = 10 ** (PLACES - rounding.decimals)
        unit = number.divisor * step
        if number.most * unit.denominator > LARGEST or unit.numerator > LARGEST:
            size = max(number.most / number.divisor, Fraction(1))
            number = self.keep(_over(number, Fraction(max(int(LARGEST / (8 * step * size)), 1))))
            unit = number.divisor * step
        top, bottom = number.expr * unit.denominator, unit.numerator
        method = floor_half_up if rounding.method == "half_up" else floor_half_even
        doubt = number.doubt
        if number.error:
            rest = top.abs() - (top.abs() // bottom) * bottom
            near = (rest * 2 - bottom).abs() <= min(
                2 * number.error * unit.denominator + 1, LARGEST
            )
            doubt = _or(doubt, near.fill_null(False))
        count = method(top, bottom)
        most = number.most * unit.denominator // bottom + 1
        return self.keep(Column(count * step, Fraction(1), most * step, 0, doubt))
