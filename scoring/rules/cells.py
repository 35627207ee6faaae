"""The rules with spreadsheet cells: every number is a live formula together with its value.

Every expression is built once and gives both what Excel is to compute and what it comes to now,
exactly: so a cell can carry its value, and no number of a paper is computed in two places. Values
are Fractions, texts, truth values, or None for an empty cell. Only functions that Excel 2010, WPS
and LibreOffice share are used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import reduce
from math import floor
from typing import Final, assert_never

from scoring.enums import Method
from scoring.points import SCALE, format_decimals, format_fraction
from scoring.rules.arithmetic import Arithmetic, Setting
from scoring.scheme.parts import Rounding

Value = Fraction | str | bool | None
ERROR: Final = "#DIV/0!"
"""The value of what Excel cannot compute; only behind a condition that keeps it from being shown."""

_SUM, _PRODUCT, _ATOM = 1, 2, 3
_EPOCH: Final = date(1899, 12, 30).toordinal()


@dataclass(frozen=True, slots=True)
class Live:
    """A formula without its ``=``, its present value, and how tightly it binds.

    ``sure``: it comes to a number whatever stands in the cells. ``guarded``: it is ``IF(condition,
    number, absent)``, and these are the condition and the number.
    """

    text: str
    value: Value
    binding: int = _ATOM
    sure: bool = field(default=False, compare=False)
    guarded: tuple[Live, Live] | None = field(default=None, compare=False)

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
    return Live(f"{after}{sign}{then}", value, binding, sure=True)


def constant(points: int) -> Live:
    """A number of ten-thousandths."""
    return Live(format_fraction(Fraction(points, SCALE)), Fraction(points, SCALE), sure=True)


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
    return Live(f"N({live.text})", number(live), sure=True)


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
    sure = then.sure and otherwise.sure
    return Live(f"IF({condition.text},{then.text},{otherwise.text})", value, sure=sure)


def least(*values: Live) -> Live:
    return Live(f"MIN({','.join(v.text for v in values)})", min(map(number, values)), sure=True)


def most(*values: Live) -> Live:
    return Live(f"MAX({','.join(v.text for v in values)})", max(map(number, values)), sure=True)


def total(values: Iterable[Live]) -> Live:
    return reduce(Live.__add__, values)


def sum_of(cells: str, values: Iterable[Value]) -> Live:
    """The sum of a range; texts in it count nothing. It is not rounded: thirds of a point in it must
    come out whole again."""
    exact = sum((v for v in values if isinstance(v, Fraction)), Fraction(0))
    return Live(f"SUM({cells})", exact, sure=True)


def clean(live: Live) -> Live:
    """A score rid of what binary fractions add, to be compared with a bound."""
    return Live(f"ROUND({live.text},10)", live.value)


def half_up(live: Live, decimals: int) -> Live:
    """四舍五入: a half goes away from zero.

    A binary float holds 89.995 only nearly. So a number is first brought to the unit that is rounded
    to, where a half is x.5, cleared of float noise, and only then rounded to an integer."""
    size = abs(number(live)) * 10**decimals
    away = Fraction(floor(size + Fraction(1, 2)), 10**decimals)
    value: Value = ERROR if live.value == ERROR else -away if number(live) < 0 else away
    text = live.text if live.binding >= _PRODUCT else f"({live.text})"
    return Live(half_up_text(text, decimals, 11 - decimals), value, _PRODUCT, sure=live.sure)


def half_up_text(expression: str, decimals: int, digits: int = 8) -> str:
    """``expression`` rounded half away from zero; noise below ``digits`` decimals of the rounded unit
    is cleared.

    >>> half_up_text("B2/3", 2)
    'ROUND(ROUND(B2/3*100,8),0)/100'
    """
    if not decimals:
        return f"ROUND(ROUND({expression},{digits}),0)"
    return f"ROUND(ROUND({expression}*{10**decimals},{digits}),0)/{10**decimals}"


def half_even(live: Live, decimals: int) -> Live:
    """四舍六入五成双 (GB/T 8170): an exact half has its even neighbour at twice the rounded half of it."""
    value = (
        ERROR if live.value == ERROR else Fraction(round(number(live) * 10**decimals), 10**decimals)
    )
    inner = live.text if live.binding >= _PRODUCT else f"({live.text})"
    scaled = f"ROUND({inner}*{10**decimals},{11 - decimals})"
    even = f"IF(ABS({scaled}-INT({scaled})-0.5)<0.0000001,2*ROUND({scaled}/2,0),ROUND({scaled},0))"
    return Live(f"{even}/{10**decimals}", value, _PRODUCT, sure=live.sure)


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


YES: Final = Live("TRUE", True)
NO: Final = Live("FALSE", False)
_LITERAL = re.compile(r"\d+(\.\d+)?")


def _is_literal(live: Live) -> bool:
    """Whether a formula is a plain number, which needs no cell to be known."""
    return isinstance(live.value, Fraction) and _LITERAL.fullmatch(live.text) is not None


class CellArithmetic(Arithmetic[Live, Live]):
    """Formulas with their values. What is known without any cell is not written out.

    ``put`` writes a labelled formula into a cell of its own and gives the cell; by default formulas stay
    nested. ``settings`` are the cells of the scheme's numbers, by what they are and the component's
    title. ``absent`` is the text of a cell whose score is not there.
    """

    def __init__(
        self,
        put: Callable[[str, Live], Live] | None = None,
        settings: Mapping[tuple[Setting, str], Live] | None = None,
        absent: str = "",
    ) -> None:
        self._put = put
        self._settings = settings or {}
        self._absent = quoted(absent)

    def points(self, ten_thousandths: int) -> Live:
        return constant(ten_thousandths)

    def setting(self, what: Setting, title: str, ten_thousandths: int) -> Live:
        return self._settings.get((what, title)) or constant(ten_thousandths)

    def count(self, number: int) -> Live:
        return constant(number * SCALE)

    @property
    def absent(self) -> Live:
        return self._absent

    def is_there(self, number: Live) -> Live:
        if number.sure:
            return YES
        if number.guarded is not None:
            condition, inner = number.guarded
            return self.every(condition, self.is_there(inner))
        return is_number(number)

    def or_zero(self, number: Live) -> Live:
        if number.sure:
            return number
        if number.guarded is not None:
            condition, inner = number.guarded
            return when(condition, self.or_zero(inner), constant(0))
        return as_number(number)

    def _compared(self, number: Live, sign: str, bound: Live) -> Live:
        if _is_literal(number) and _is_literal(bound):
            return YES if compare(number, sign, bound).value else NO
        if number.sure:
            return compare(clean(number), sign, bound)
        if number.guarded is not None:
            # AND would look at the comparison even where the number cannot be computed.
            condition, inner = number.guarded
            return when(condition, self._compared(inner, sign, bound), NO)
        # Excel holds a text greater than any number: without a number there is no comparison.
        return when(is_number(number), compare(clean(number), sign, bound), NO)

    def below(self, number: Live, bound: Live) -> Live:
        return self._compared(number, "<", bound)

    def above(self, number: Live, bound: Live) -> Live:
        return self._compared(number, ">", bound)

    def reaches(self, number: Live, bound: Live) -> Live:
        return self._compared(number, ">=", bound)

    def every(self, *conditions: Live) -> Live:
        if NO in conditions:
            return NO
        asked = list(dict.fromkeys(condition for condition in conditions if condition != YES))
        return both(*asked) if asked else YES

    def some(self, *conditions: Live) -> Live:
        if YES in conditions:
            return YES
        asked = list(dict.fromkeys(condition for condition in conditions if condition != NO))
        return either(*asked) if asked else NO

    def no(self, condition: Live) -> Live:
        return {YES: NO, NO: YES}.get(condition) or negated(condition)

    def when(self, condition: Live, then: Live, otherwise: Live) -> Live:
        if condition in (YES, NO):
            return then if condition == YES else otherwise
        if otherwise != self._absent:
            return when(condition, then, otherwise)
        if then.guarded is not None:
            condition, then = self.every(condition, then.guarded[0]), then.guarded[1]
        return replace(when(condition, then, otherwise), guarded=(condition, then))

    def least(self, *numbers: Live) -> Live:
        return least(*numbers)

    def most(self, *numbers: Live) -> Live:
        return most(*numbers)

    def total(self, numbers: Sequence[Live]) -> Live:
        return total(numbers) if numbers else constant(0)

    def rounded(self, number: Live, rounding: Rounding) -> Live:
        match rounding.method:
            case Method.HALF_UP:
                method = half_up
            case Method.HALF_EVEN:
                method = half_even
            case _ as other:
                assert_never(other)
        inner = number if number.guarded is None else number.guarded[1]
        found = method(inner, rounding.decimals)
        return self.when(self.is_there(number), found, self._absent)

    def put(self, label: str, number: Live) -> Live:
        if self._put is None:
            return number
        return replace(self._put(label, number), sure=number.sure)

    def put_condition(self, label: str, condition: Live) -> Live:
        return self.put(label, condition)
