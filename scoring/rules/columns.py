"""The rules with columns: many rows, or many units, at once, in integers of 64 bits.

Where a comparison or a rounding lies within the error of its columns
(``scoring.rules.column_numbers``), the row is marked as in doubt, and is to be decided by the exact
rules. So every row that is not in doubt is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Final, assert_never

from scoring.enums import Method
from scoring.points import PLACES
from scoring.rules.arithmetic import Arithmetic
from scoring.rules.column_numbers import (
    ABSENT,
    LARGEST,
    Column,
    Values,
    constant,
    filled,
    floor_half_even,
    floor_half_up,
    is_null,
    kept,
    largest,
    level,
    over,
    where,
)
from scoring.scheme.parts import Rounding

MOST: Final = 10**8
"""The largest score that is counted on, in ten-thousandths (10,000 points); a larger one is left to the
exact rules."""
MOST_COUNTED: Final = 10**6
"""The largest count of things that is counted on."""


@dataclass(frozen=True, eq=False)
class Condition:
    """Whether something holds in every row: truth values, or ``known`` for all rows alike."""

    values: Values
    known: bool | None = None


YES: Final = Condition(None, known=True)
NO: Final = Condition(None, known=False)


class ColumnArithmetic(Arithmetic[Column, Condition]):
    """Columns of one frame. ``doubt`` marks the rows in which something could not be decided, None
    for no row."""

    def __init__(self) -> None:
        self.doubt: Values = None

    def _doubts(self, values: Values) -> None:
        here = filled(values, False)
        self.doubt = here if self.doubt is None else self.doubt | here

    def read(
        self, values: Values, most: int = MOST, divisor: Fraction = Fraction(1), error: int = 0
    ) -> Column:
        """A column of data; larger numbers than ``most`` (in ten-thousandths) are in doubt, and 0."""
        limit = int(most * divisor)
        values = kept(values)
        fits = (values <= limit) & (values >= -limit)
        self._doubts(~fits)
        counted = where(fits | is_null(values), values, 0)
        return Column(counted, divisor, largest(counted, limit), error)

    def bounded(self, column: Column, most: int = MOST) -> Column:
        """The column with the bound ``most`` (in ten-thousandths) of its size."""
        if column.most <= most * column.divisor or column.constant is not None or column.absent:
            return column
        return self.read(column.values, most, column.divisor, column.error)

    def points(self, ten_thousandths: int) -> Column:
        return constant(ten_thousandths)

    def count(self, number: int) -> Column:
        return constant(number)

    @property
    def absent(self) -> Column:
        return ABSENT

    def is_there(self, number: Column) -> Condition:
        if number.absent or number.constant is not None:
            return NO if number.absent else YES
        return Condition(~is_null(number.values))

    def or_zero(self, number: Column) -> Column:
        if number.constant is not None:
            return number
        if number.absent:
            return constant(0)
        return Column(filled(number.values, 0), number.divisor, number.most, number.error)

    def _compared(self, number: Column, bound: Column, sign: str) -> Condition:
        if number.absent or bound.absent:
            return NO
        a, b = level(number, bound)
        x, y = a.values, b.values
        holds = {"<": x < y, ">": x > y, ">=": x >= y}[sign]
        if a.constant is not None and b.constant is not None:
            return YES if holds else NO
        if error := a.error + b.error:
            self._doubts(abs(x - y) <= min(error, LARGEST))
        return Condition(filled(holds, False))

    def below(self, number: Column, bound: Column) -> Condition:
        return self._compared(number, bound, "<")

    def above(self, number: Column, bound: Column) -> Condition:
        return self._compared(number, bound, ">")

    def reaches(self, number: Column, bound: Column) -> Condition:
        return self._compared(number, bound, ">=")

    def every(self, *conditions: Condition) -> Condition:
        if any(condition.known is False for condition in conditions):
            return NO
        asked = [condition.values for condition in conditions if condition.known is None]
        return Condition(reduce(lambda a, b: a & b, asked)) if asked else YES

    def some(self, *conditions: Condition) -> Condition:
        return self.no(self.every(*map(self.no, conditions)))

    def no(self, condition: Condition) -> Condition:
        if condition.known is not None:
            return NO if condition.known else YES
        return Condition(~condition.values)

    def when(self, condition: Condition, then: Column, otherwise: Column) -> Column:
        if condition.known is not None:
            return then if condition.known else otherwise
        if then.absent:
            condition, then, otherwise = self.no(condition), otherwise, then
        if then.absent:
            return then
        if otherwise.absent:
            chosen = where(condition.values, then.values)
            return Column(chosen, then.divisor, then.most, then.error)
        a, b = level(then, otherwise)
        chosen = where(condition.values, a.values, b.values)
        return Column(chosen, a.divisor, max(a.most, b.most), max(a.error, b.error))

    def least(self, *numbers: Column) -> Column:
        return reduce(lambda a, b: self.when(self.below(a, b), a, b), numbers)

    def most(self, *numbers: Column) -> Column:
        return reduce(lambda a, b: self.when(self.above(a, b), a, b), numbers)

    def total(self, numbers: Sequence[Column]) -> Column:
        if any(number.absent for number in numbers):
            return self.absent
        return reduce(Column.__add__, numbers) if numbers else constant(0)

    def rounded(self, number: Column, rounding: Rounding) -> Column:
        if number.absent:
            return number
        step = 10 ** (PLACES - rounding.decimals)
        unit = number.divisor * step
        if number.most * unit.denominator > LARGEST or unit.numerator > LARGEST:
            size = max(number.most / number.divisor, Fraction(1))
            number = over(number, Fraction(max(int(LARGEST / (8 * step * size)), 1)))
            unit = number.divisor * step
        top, bottom = number.values * unit.denominator, unit.numerator
        if number.error:
            rest = abs(top) % bottom
            near = min(2 * number.error * unit.denominator + 1, LARGEST)
            self._doubts(abs(rest * 2 - bottom) <= near)
        most = number.most * unit.denominator // bottom + 1
        match rounding.method:
            case Method.HALF_UP:
                whole = floor_half_up(top, bottom)
            case Method.HALF_EVEN:
                whole = floor_half_even(top, bottom)
            case _ as other:
                assert_never(other)
        return Column(whole * step, Fraction(1), most * step)
