"""Numbers in pictures: exact coordinates, printed the same everywhere."""

from __future__ import annotations

from fractions import Fraction


def number(value: Fraction) -> str:
    """A coordinate that is not negative with one decimal, exactly rounded.

    >>> number(Fraction(1, 3)), number(Fraction(25, 2))
    ('0.3', '12.5')
    """
    tenths = (value * 20 + 1) // 2
    return f"{tenths // 10}.{tenths % 10}"
