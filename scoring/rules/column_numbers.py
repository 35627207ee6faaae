"""Whole columns of integers with a bound of their error, as numbers of the rules.

A column stands for ``integer / divisor``, the divisor being the same in every row. The integers are
rows of a dataframe (``scoring.rules.column_rows``) or a masked array of numpy (one value a unit). What 64 bits cannot hold exactly (a quotient by another column, a product too large) is rounded,
and the column says by how much it may be wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any, Final

import numpy as np

from scoring.rules.column_rows import Rows

Values = Any
"""Rows of a dataframe, a masked array of numpy, or an integer that is the same in every row."""

_masked: Any = np.ma
LARGEST: Final = 2**61
"""No integer of a column is larger: twice of it and a little more still fits."""
_HALF: Final = 2**30
_LONGEST: Final = 2**59


# Integers and truth values of both kinds


def where(condition: Values, then: Values, otherwise: Values = None) -> Values:
    """``then`` where the condition holds, else ``otherwise``, by default nothing."""
    if isinstance(condition, bool):
        return then if condition else otherwise
    if isinstance(condition, Rows):
        return condition.where(then, otherwise)
    return _masked.where(condition, then, _masked.masked if otherwise is None else otherwise)


def filled(values: Values, otherwise: int | bool) -> Values:
    """The values with ``otherwise`` where there is none."""
    return (
        values.filled(otherwise) if isinstance(values, Rows) else _masked.filled(values, otherwise)
    )


def is_null(values: Values) -> Values:
    """Where there is no value."""
    return values.is_null() if isinstance(values, Rows) else _masked.getmaskarray(values)


def equal(one: Values, other: int) -> Values:
    """Where the values are the number."""
    return one.equals(other) if isinstance(one, Rows) else one == other


def smallest(values: Values) -> int:
    """The smallest of positive values, or 1 where they are not known yet."""
    if isinstance(values, Rows) or not np.size(values):
        return 1
    return int(np.min(filled(values, 1)))


def largest(values: Values, most: int) -> int:
    """The largest size of values, or ``most`` where they are not known yet."""
    if isinstance(values, Rows) or not np.size(values):
        return most
    return int(np.max(abs(filled(values, 0))))


def _common_multiple(values: Values, most: int) -> int | None:
    """The least common multiple of positive values; None where it is so large that what it leaves of them
    is larger than ``most``, and where they are not known yet."""
    if isinstance(values, Rows) or not np.size(values):
        return None
    found, different = 1, np.unique(filled(values, 1)).tolist()
    for value in different:
        found = lcm(found, value)
        if found // different[0] > most:
            return None
    return found if found <= LARGEST else None


def kept(values: Values) -> Values:
    """The values, computed once."""
    return values.kept() if isinstance(values, Rows) else values


def floor_half_up(number: Values, divisor: Values) -> Values:
    """``number / divisor`` as an integer: a half goes away from zero. The divisor is positive."""
    number = kept(number)
    rounded = kept((abs(number) * 2 + divisor) // (divisor * 2))
    return where(number < 0, rounded * -1, rounded)


def floor_half_even(number: Values, divisor: int) -> Values:
    """``number / divisor`` as an integer: a half goes to the even neighbour (GB/T 8170)."""
    number = kept(number)
    size = kept(abs(number))
    down = kept(size // divisor)
    twice = kept((size - down * divisor) * 2)
    odd = down % 2
    rounded = kept(down + where(twice > divisor, 1, where(equal(twice, divisor), odd, 0)))
    return where(number < 0, rounded * -1, rounded)


# Numbers


@dataclass(frozen=True, eq=False)
class Column:
    """A number in every row: ``values`` over ``divisor``, null where it is absent.

    ``error`` is how far the integers may be from exact, ``most`` a bound of their size. ``constant``:
    the same in every row; ``absent``: absent in every row.
    """

    values: Values
    divisor: Fraction = Fraction(1)
    most: int = LARGEST
    error: int = 0
    constant: int | None = None
    absent: bool = False

    def __add__(self, other: Column, /) -> Column:
        if self.absent or other.absent:
            return ABSENT
        a, b = level(self, other)
        return Column(a.values + b.values, a.divisor, a.most + b.most, a.error + b.error)

    def __sub__(self, other: Column, /) -> Column:
        if self.absent or other.absent:
            return ABSENT
        a, b = level(self, other)
        return Column(a.values - b.values, a.divisor, a.most + b.most, a.error + b.error)

    def __mul__(self, other: Column, /) -> Column:
        if self.absent or other.absent:
            return ABSENT
        if self.constant is not None:
            return other.times(self.constant / self.divisor)
        if other.constant is not None:
            return self.times(other.constant / other.divisor)
        a, b = _room(self, other)
        divisor = a.divisor * b.divisor
        error = a.error * b.most + b.error * a.most + a.error * b.error
        return Column(a.values * b.values, divisor, max(a.most * b.most, 1), error)

    def __truediv__(self, other: Column, /) -> Column:
        if self.absent or other.absent:
            return ABSENT
        if other.constant is not None:
            return self.times(other.divisor / other.constant)
        assert other.error == 0, "nothing is divided by what is not exact"
        divisors = kept(other.values)
        safe = kept(where(divisors > 0, divisors, 1))
        if (common := _common_multiple(safe, LARGEST // (2 * max(self.most, 1)))) is not None:
            # Few different divisors: nothing is rounded.
            times = common // safe
            divisor = self.divisor * common / other.divisor
            most = largest(times, common)
            return Column(self.values * times, divisor, self.most * most, self.error * most)
        times = max(LARGEST // (2 * max(self.most, 1)), 1)
        values = floor_half_up(self.values * times, safe)
        divisor = self.divisor * times / other.divisor
        # What is divided by is at least so large: the quotient and its error are so much smaller.
        least = smallest(safe)
        error = self.error * times // least + 2
        return Column(values, divisor, self.most * times // least + 1, error)

    def times(self, number: Fraction) -> Column:
        """So many times the column: exact, as the divisor takes it over."""
        if self.constant is not None or not number:
            found = (self.constant or 0) / self.divisor * number
            return constant(found.numerator, Fraction(found.denominator))
        values = self.values if number > 0 else self.values * -1
        return Column(values, self.divisor / abs(number), self.most, self.error)


ABSENT: Final = Column(0, most=0, absent=True)
"""A number that is absent in every row."""


def constant(number: int, divisor: Fraction = Fraction(1)) -> Column:
    """A number that is the same in every row."""
    return Column(number, divisor, abs(number), constant=number)


def _cut(column: Column, by: int) -> Column:
    """The column with fewer digits: rounded to an integer number of ``by``."""
    values = floor_half_up(column.values, by)
    return Column(values, column.divisor / by, column.most // by + 1, column.error // by + 2)


def over(column: Column, divisor: Fraction) -> Column:
    """The column over another divisor; rounded where that is not exact, with the error it may have."""
    times = divisor / column.divisor
    if times.denominator == 1:
        number = int(times)
        if column.constant is not None:
            return constant(column.constant * number, divisor)
        return Column(column.values * number, divisor, column.most * number, column.error * number)
    # About 30 binary digits of the number times 31 of the factor stay below LARGEST.
    cut = max(-(-column.most // _HALF), 1)
    values = column.values if cut == 1 else floor_half_up(column.values, cut)
    most, error = column.most // cut + 1, column.error // cut + (cut > 1) + 1
    factor = times * cut
    bottom = factor.denominator
    if factor.numerator > 2 * _HALF or bottom > _LONGEST:
        bottom = min(max(int(2 * _HALF / factor), 1), _LONGEST)
    top = round(factor * bottom)
    drift = abs(factor - Fraction(top, bottom)) * most
    return Column(
        floor_half_up(values * top, bottom), divisor, int(most * factor) + int(drift) + 2,
        int(error * factor) + int(drift) + 3,
    )  # fmt: skip


def level(a: Column, b: Column) -> tuple[Column, Column]:
    """Both over one divisor: exactly where that fits, else over the finest that does."""
    if a.divisor == b.divisor:
        return a, b
    one, other = a.divisor, b.divisor
    common = Fraction(
        lcm(one.numerator * other.denominator, other.numerator * one.denominator),
        one.denominator * other.denominator,
    )
    if any(c.most * (common / c.divisor) * 4 > LARGEST for c in (a, b)):
        largest = max(a.most / one, b.most / other, Fraction(1))
        room = LARGEST / (8 * largest)
        common = Fraction(int(room)) if room >= 1 else Fraction(1, int(1 / room) + 1)
    return over(a, common), over(b, common)


def _room(a: Column, b: Column) -> tuple[Column, Column]:
    """Both so coarse that their product fits."""
    while a.most * b.most * 4 > LARGEST:
        wide, narrow = (a, b) if a.most >= b.most else (b, a)
        cut = max(-(-4 * wide.most * narrow.most // LARGEST), 2)
        # The wider one down to 29 binary digits at the most: what is still too wide is then the other.
        cut = min(cut, max(wide.most // (_HALF // 2), 2))
        wide = _cut(wide, cut)
        a, b = (wide, narrow) if a.most >= b.most else (narrow, wide)
    return a, b
