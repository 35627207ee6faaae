"""Exact numbers, and how they are rounded and written."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction


def half_up(value: Fraction, places: int) -> Fraction:
    """Round a number that is not negative half up (四舍五入)."""
    scale = 10**places
    return Fraction(math.floor(value * scale + Fraction(1, 2)), scale)


def exact(value: Fraction) -> str:
    """Write a number exactly: a decimal without trailing zeros, or p/q where no decimal is exact."""
    for places in range(12):
        scaled = value * 10**places
        if scaled.denominator == 1:
            return f"{Decimal(int(scaled)).scaleb(-places):f}"
    return str(value)


def two_places(value: Fraction) -> str:
    """Print a composite with its two decimals."""
    return str(Decimal(exact(value)).quantize(Decimal("0.01")))
