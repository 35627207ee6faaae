"""Exact points (分): fixed-point integers of ten-thousandths of a point, never binary floats.

Everything that is read becomes such an integer once, here, and everything that is printed is
made from one here. A quotient that is no such integer stays a fraction (``Amount``). ``15000`` is 1.5 points.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Final

from scoring.enums import Method

Amount = int | Fraction
"""A number of points in ten-thousandths, exact: an integer, or a fraction where a quotient needs it."""

SCALE: Final = 10_000
"""Ten-thousandths in one point."""

PLACES: Final = 4
"""Decimals of a point that can be distinguished."""

_PLAIN = re.compile(r"[+-]?(\d+(\.\d+)?|\.\d+)")

MAX_POINTS: Final = 1_000_000
"""The largest number of points that a cell or a scheme may hold; keeps every product in int64."""


class PointsError(ValueError):
    """A text that is not an exact number of points; ``reason`` is the code of the problem kind."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse_points(text: str | int | Decimal) -> int:
    """Ten-thousandths of a point from a plain decimal number.

    Raises PointsError("number-unreadable" | "number-decimals" | "number-range").

    >>> parse_points("1.5"), parse_points(100), parse_points("-0.25")
    (15000, 1000000, -2500)
    """
    plain = str(text).strip()
    if not _PLAIN.fullmatch(plain):
        raise PointsError("number-unreadable")
    # By its digits, however many: decimal arithmetic would round beyond its precision.
    whole, _, part = plain.lstrip("+-").partition(".")
    if len(part.rstrip("0")) > PLACES:
        raise PointsError("number-decimals")
    if len(whole.lstrip("0")) > len(str(MAX_POINTS)):
        raise PointsError("number-range")
    units = int(whole or "0") * SCALE + int(part[:PLACES].ljust(PLACES, "0"))
    if units > MAX_POINTS * SCALE:
        raise PointsError("number-range")
    return -units if plain.startswith("-") else units


def format_points(units: Amount) -> str:
    """The exact number of points: a decimal without trailing zeros, or ``p/q`` where no decimal is exact.

    >>> format_points(15000), format_points(1000000), format_points(-2500)
    ('1.5', '100', '-0.25')
    """
    return format_fraction(Fraction(units) / SCALE)


def shown_points(units: Amount) -> str:
    """Points as a person reads them: exact up to four decimals, else rounded half up to four.

    >>> shown_points(15000), shown_points(Fraction(400_000, 3))
    ('1.5', '13.3333')
    """
    text = format_score(Fraction(units) / SCALE, PLACES)
    return text.rstrip("0").rstrip(".")


def cell_number(units: Amount) -> float:
    """Points as the number of a spreadsheet's cell."""
    return units / SCALE if isinstance(units, int) else float(units / SCALE)


def format_fraction(points: Fraction) -> str:
    """A number of points as an exact decimal where it has one, else as ``a/b``.

    >>> format_fraction(Fraction(705, 8)), format_fraction(Fraction(1, 3))
    ('88.125', '1/3')
    """
    rest, digits = points.denominator, 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest //= prime
            count += 1
        digits = max(digits, count)
    if rest != 1:
        return str(points)
    return format_decimals(points * 10**digits, digits)


def format_score(score: Fraction, decimals: int, method: Method = Method.HALF_UP) -> str:
    """A published score: rounded to ``decimals`` by ``method`` (as in ``scoring.scheme.Rounding``), with
    all of its decimals.

    >>> format_score(Fraction(268, 3), 2), format_score(Fraction(5, 2), 0, Method.HALF_EVEN)
    ('89.33', '2')
    """
    whole, rest = divmod(abs(score) * 10**decimals, 1)
    up = rest > Fraction(1, 2) or (
        rest == Fraction(1, 2) and (method == Method.HALF_UP or whole % 2 == 1)
    )
    count = int(whole) + up
    return format_decimals(-count if score < 0 else count, decimals, pad=True)


def format_decimals(hundredths: Fraction | int, decimals: int, *, pad: bool = False) -> str:
    """``hundredths`` (an integer count of ``10**-decimals``) as a decimal number.

    ``pad`` keeps the trailing zeros, as a published score has them.

    >>> format_decimals(9050, 2), format_decimals(9050, 2, pad=True), format_decimals(-5, 2)
    ('90.5', '90.50', '-0.05')
    """
    count = int(hundredths)
    whole, part = divmod(abs(count), 10**decimals)
    digits = f"{part:0{decimals}d}" if decimals else ""
    if not pad:
        digits = digits.rstrip("0")
    return f"{'-' if count < 0 else ''}{whole}{'.' + digits if digits else ''}"
