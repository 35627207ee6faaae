"""The rules with exact numbers: integers of ten-thousandths, fractions where a quotient needs them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final, assert_never

from scoring.enums import Method
from scoring.points import PLACES, Amount
from scoring.rules.arithmetic import Arithmetic
from scoring.scheme.parts import Rounding


class Exact:
    """A number in ten-thousandths of a point, or None for an absent one."""

    __slots__ = ("value",)

    def __init__(self, value: Amount | None) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"Exact({self.value})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Exact) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)

    def __add__(self, other: Exact, /) -> Exact:
        a, b = self.value, other.value
        return ABSENT if a is None or b is None else Exact(a + b)

    def __sub__(self, other: Exact, /) -> Exact:
        a, b = self.value, other.value
        return ABSENT if a is None or b is None else Exact(a - b)

    def __mul__(self, other: Exact, /) -> Exact:
        a, b = self.value, other.value
        return ABSENT if a is None or b is None else Exact(a * b)

    def __truediv__(self, other: Exact, /) -> Exact:
        a, b = self.value, other.value
        return ABSENT if a is None or not b else Exact(divided(a, b))


ABSENT: Final = Exact(None)
ZERO: Final = Exact(0)


def exact(value: Amount | None) -> Exact:
    """A value as a number, None as an absent one."""
    return ABSENT if value is None else Exact(value)


def divided(number: Amount, divisor: Amount) -> Amount:
    """The quotient, an integer where it is one.

    >>> divided(6, 3), divided(2, 3)
    (2, Fraction(2, 3))
    """
    if isinstance(number, int) and isinstance(divisor, int):
        whole, rest = divmod(number, divisor)
        return whole if not rest else Fraction(number, divisor)
    found = Fraction(number) / divisor
    return found.numerator if found.denominator == 1 else found


def rounded_to(number: Amount, rounding: Rounding) -> int:
    """A number of ten-thousandths as a count of ``10**-decimals``, by a scheme's rounding.

    >>> from scoring.scheme import Rounding
    >>> rounded_to(899_950, Rounding()), rounded_to(-5, Rounding(decimals=3))
    (9000, -1)
    """
    return half(
        number if number >= 0 else -number, 10 ** (PLACES - rounding.decimals), rounding.method
    ) * (-1 if number < 0 else 1)


def half(size: Amount, step: int, method: Method) -> int:
    """``size`` (not negative) in whole steps: a half goes up, or to the even neighbour."""
    whole = int(size // step)
    twice = (size - whole * step) * 2
    match method:
        case Method.HALF_UP:
            up = twice >= step
        case Method.HALF_EVEN:
            up = twice > step or (twice == step and whole % 2 == 1)
        case _ as other:
            assert_never(other)
    return whole + up


class ExactArithmetic(Arithmetic[Exact, bool]):
    """Exact numbers; nothing is rounded but where a rule says so."""

    def points(self, ten_thousandths: int) -> Exact:
        return Exact(ten_thousandths)

    def count(self, number: int) -> Exact:
        return Exact(number)

    @property
    def absent(self) -> Exact:
        return ABSENT

    def is_there(self, number: Exact) -> bool:
        return number.value is not None

    def or_zero(self, number: Exact) -> Exact:
        return ZERO if number.value is None else number

    def below(self, number: Exact, bound: Exact) -> bool:
        a, b = number.value, bound.value
        return a is not None and b is not None and a < b

    def above(self, number: Exact, bound: Exact) -> bool:
        a, b = number.value, bound.value
        return a is not None and b is not None and a > b

    def reaches(self, number: Exact, bound: Exact) -> bool:
        a, b = number.value, bound.value
        return a is not None and b is not None and a >= b

    def every(self, *conditions: bool) -> bool:
        return all(conditions)

    def some(self, *conditions: bool) -> bool:
        return any(conditions)

    def no(self, condition: bool) -> bool:
        return not condition

    def when(self, condition: bool, then: Exact, otherwise: Exact) -> Exact:
        return then if condition else otherwise

    def least(self, *numbers: Exact) -> Exact:
        return Exact(min(n.value for n in numbers if n.value is not None))

    def most(self, *numbers: Exact) -> Exact:
        return Exact(max(n.value for n in numbers if n.value is not None))

    def total(self, numbers: Sequence[Exact]) -> Exact:
        found: Amount = 0
        for number in numbers:
            if number.value is None:
                return ABSENT
            found += number.value
        return Exact(found)

    def rounded(self, number: Exact, rounding: Rounding) -> Exact:
        if number.value is None:
            return ABSENT
        return Exact(rounded_to(number.value, rounding) * 10 ** (PLACES - rounding.decimals))


EXACT: Final = ExactArithmetic()
