"""四舍五入 in formulas: a half is exactly representable before it is rounded.

A binary float holds 89.995 only nearly. So a number is first brought to the unit that is rounded
to, where a half is x.5, cleared of float noise, and only then rounded to an integer. Scores and
weights have four decimals, so the noise is far smaller than the distance of any other value
from a half.
"""

from __future__ import annotations

from scoring.points import PLACES


def half_up(expression: str, decimals: int, digits: int = 8) -> str:
    """``expression`` rounded half away from zero; noise below ``digits`` decimals of the
    rounded unit is cleared.

    >>> half_up("B2/3", 2)
    'ROUND(ROUND(B2/3*100,8),0)/100'
    """
    if not decimals:
        return f"ROUND(ROUND({expression},{digits}),0)"
    return f"ROUND(ROUND({expression}*{10**decimals},{digits}),0)/{10**decimals}"


def on_hundred(cell: str, full: str) -> str:
    """A score out of ``full`` points on the scale of 100."""
    return half_up(f"{cell}*100/{full}", PLACES)


def composite(weighted: str, weights: str | None, decimals: int) -> str:
    """The weighted sum (weights in percent) as a composite of ``decimals``; ``weights`` is what
    it is divided by where parts may be left out."""
    digits = 11 - decimals
    if weights:
        return half_up(f"({weighted})/({weights})", decimals, digits)
    factor = {0: "/100", 1: "/10", 2: "", 3: "*10", 4: "*100"}[decimals]
    inner = f"ROUND({f'({weighted})' if factor else weighted}{factor},{digits})"
    return f"ROUND({inner},0)" + (f"/{10**decimals}" if decimals else "")
