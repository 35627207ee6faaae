"""A live formula together with its value.

Every expression is built once and gives both what Excel is to compute and what it comes to now,
exactly: so a cell can carry its value, and no number of a form is computed in two places. Values
are Fractions, texts, truth values, or None for an empty cell. Only functions that Excel 2010, WPS
and LibreOffice share are used.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import reduce
from math import floor
from typing import Final

from scoring.points import PLACES, SCALE, format_decimals, format_fraction
from scoring.publish.workbook import rounding as excel

Value = Fraction | str | bool | None
ERROR: Final = "#DIV/0!"
"""The value of what Excel cannot compute; only behind a condition that keeps it from being shown."""

_SUM, _PRODUCT, _ATOM = 1, 2, 3
_EPOCH: Final = date(1899, 12, 30).toordinal()


@dataclass(frozen=True, slots=True)
class Live:
    """A formula without its ``=``, its present value, and how tightly it binds."""

    text: str
    value: Value
    binding: int = _ATOM

    def __add__(self, other: Live) -> Live:
        return _calculated("+", _SUM, self, other, number(self) + number(other))

    def __sub__(self, other: Live) -> Live:
        return _calculated("-", _SUM, self, other, number(self) - number(other))

    def __mul__(self, other: Live) -> Live:
        return _calculated("*", _PRODUCT, self, other, number(self) * number(other))

    def __truediv__(self, other: Live) -> Live:
        divisor = number(other)
        return _calculated("/", _PRODUCT, self, other, number(self) / divisor if divisor else ERROR)


def number(live: Live) -> Fraction:
    """The value in arithmetic: an empty cell is 0."""
    return live.value if isinstance(live.value, Fraction) else Fraction(0)


def _calculated(sign: str, binding: int, left: Live, right: Live, value: Value) -> Live:
    if ERROR in (left.value, right.value):
        value = ERROR
    after = left.text if left.binding >= binding else f"({left.text})"
    tight = right.binding > binding or (sign in "+*" and right.binding == binding)
    then = right.text if tight else f"({right.text})"
    return Live(f"{after}{sign}{then}", value, binding)


def constant(points: int) -> Live:
    """A number of ten-thousandths."""
    return Live(format_fraction(Fraction(points, SCALE)), Fraction(points, SCALE))


def quoted(text: str) -> Live:
    return Live('"' + text.replace('"', '""') + '"', text)


NOTHING: Final = quoted("")


def is_number(live: Live) -> Live:
    return Live(f"ISNUMBER({live.text})", isinstance(live.value, Fraction))


def is_empty(live: Live) -> Live:
    """Whether nothing, or only blanks, stands in a cell."""
    return Live(f"LEN(TRIM({live.text}))=0", live.value is None or live.value == "", 0)


def as_number(live: Live) -> Live:
    """0 for what is no number."""
    return Live(f"N({live.text})", number(live))


def compare(left: Live, sign: str, right: Live) -> Live:
    """A comparison of two numbers, or (``=``) of two texts."""
    if isinstance(left.value, str) or isinstance(right.value, str):
        value = {"=": left.value == right.value, "<>": left.value != right.value}.get(sign, False)
    else:
        a, b = number(left), number(right)
        value = {"=": a == b, "<>": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[
            sign
        ]
    return Live(f"{left.text}{sign}{right.text}", value, 0)


def both(*conditions: Live) -> Live:
    return _joined("AND", conditions, all(c.value for c in conditions))


def either(*conditions: Live) -> Live:
    return _joined("OR", conditions, any(c.value for c in conditions))


def negated(condition: Live) -> Live:
    return Live(f"NOT({condition.text})", not condition.value)


def _joined(function: str, conditions: Sequence[Live], value: bool) -> Live:
    if len(conditions) == 1:
        return conditions[0]
    return Live(f"{function}({','.join(c.text for c in conditions)})", value)


def when(condition: Live, then: Live, otherwise: Live) -> Live:
    value = then.value if condition.value else otherwise.value
    return Live(f"IF({condition.text},{then.text},{otherwise.text})", value)


def least(*values: Live) -> Live:
    return Live(f"MIN({','.join(v.text for v in values)})", min(map(number, values)))


def most(*values: Live) -> Live:
    return Live(f"MAX({','.join(v.text for v in values)})", max(map(number, values)))


def total(values: Iterable[Live]) -> Live:
    return reduce(Live.__add__, values)


def sum_of(cells: str, values: Iterable[Value]) -> Live:
    """The sum of a range, rid of what binary fractions add; texts in it count nothing."""
    exact = sum((v for v in values if isinstance(v, Fraction)), Fraction(0))
    return Live(f"ROUND(SUM({cells}),{PLACES})", exact)


def clean(live: Live) -> Live:
    """A score rid of what binary fractions add, to be compared with a bound."""
    return Live(f"ROUND({live.text},10)", live.value)


def half_up(live: Live, decimals: int) -> Live:
    """四舍五入, as ``scoring.score.arithmetic.div_half_up``."""
    size = abs(number(live)) * 10**decimals
    away = Fraction(floor(size + Fraction(1, 2)), 10**decimals)
    value: Value = ERROR if live.value == ERROR else -away if number(live) < 0 else away
    text = live.text if live.binding >= _PRODUCT else f"({live.text})"
    return Live(excel.half_up(text, decimals, 11 - decimals), value, _PRODUCT)


def half_even(live: Live, decimals: int) -> Live:
    """四舍六入五成双 (GB/T 8170), as ``scoring.score.arithmetic.div_half_even``: an exact half has
    its even neighbour at twice the rounded half of it."""
    value = (
        ERROR if live.value == ERROR else Fraction(round(number(live) * 10**decimals), 10**decimals)
    )
    inner = live.text if live.binding >= _PRODUCT else f"({live.text})"
    scaled = f"ROUND({inner}*{10**decimals},{11 - decimals})"
    even = f"IF(ABS({scaled}-INT({scaled})-0.5)<0.0000001,2*ROUND({scaled}/2,0),ROUND({scaled},0))"
    return Live(f"{even}/{10**decimals}", value, _PRODUCT)


def joined(*parts: Live) -> Live:
    """Texts one after another."""
    return Live("&".join(p.text if p.binding else f"({p.text})" for p in parts),
                "".join(_shown(p.value) for p in parts), 0)  # fmt: skip


def as_text(live: Live, decimals: int) -> Live:
    """A number as a text with fixed decimals."""
    pattern = f"0.{'0' * decimals}" if decimals else "0"
    shown = ""
    if isinstance(live.value, Fraction):
        rounded = number(half_up(live, decimals))
        shown = format_decimals(rounded * 10**decimals, decimals, pad=True)
    return Live(f'TEXT({live.text},"{pattern}")', shown)


def _shown(value: Value) -> str:
    if isinstance(value, Fraction):
        return format_fraction(value)
    return "" if value is None else str(value)


def ordinal(day: date) -> Fraction:
    """A day as the number that stands for it in a cell."""
    return Fraction(day.toordinal() - _EPOCH)
