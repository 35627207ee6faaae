"""What a formula of a workbook comes to, computed apart from the engine, exactly: Fractions stand for
numbers, as no office program has them. An error (a text in a sum, a division by 0) spreads, out of
``AND`` too, unless ``IF`` does not look at it; only ``ISNUMBER`` takes it for no number."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import floor
from typing import Any


class FormulaError(Exception):
    """What an office program shows as #VALUE! or #DIV/0!."""


_TOKEN = re.compile(r'\s*("(?:[^"]|"")*"|\d+(?:\.\d+)?|[A-Z]+\d+(?::[A-Z]+\d+)?|[A-Z]+|<=|>=|<>|.)')
_LEVELS = (("=", "<>", "<", "<=", ">", ">="), ("&",), ("+", "-"), ("*", "/"))


def computed(formula: str, cells: Mapping[str, Any]) -> Any:
    """The value of a formula without its ``=``: a Fraction, a text or a truth value. ``cells`` has
    the values by address, None for an empty one, and lists for ranges."""
    tokens = _TOKEN.findall(formula)
    value, left = _level(tokens, 0, cells)
    assert not left, f"not understood: {left} in {formula}"
    return value()


Lazy = Callable[[], Any]


def _level(tokens: list[str], level: int, cells: Mapping[str, Any]) -> tuple[Lazy, list[str]]:
    if level == len(_LEVELS):
        return _atom(tokens, cells)
    left, tokens = _level(tokens, level + 1, cells)
    while tokens and tokens[0] in _LEVELS[level]:
        sign = tokens[0]
        right, tokens = _level(tokens[1:], level + 1, cells)
        left = _binary(sign, left, right)
    return left, tokens


def _binary(sign: str, left: Lazy, right: Lazy) -> Lazy:
    if sign == "&":
        return lambda: _text(left()) + _text(right())
    if sign in "+-*/":
        return lambda: _calculated(sign, _number(left()), _number(right()))
    return lambda: _holds(sign, left(), right())


def _calculated(sign: str, left: Fraction, right: Fraction) -> Fraction:
    if sign == "/" and not right:
        raise FormulaError("#DIV/0!")
    return {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}[sign](
        left, right
    )


def _holds(sign: str, left: Any, right: Any) -> bool:
    """Excel holds a text greater than any number, and an empty cell for 0 beside a number."""
    if isinstance(left, str) == isinstance(right, str):
        a, b = (v if isinstance(v, str) else _number(v) for v in (left, right))
        size = (a > b) - (a < b)
    else:
        size = 1 if isinstance(left, str) else -1
    return {"=": size == 0, "<>": size != 0, "<": size < 0, "<=": size <= 0, ">": size > 0,
            ">=": size >= 0}[sign]  # fmt: skip


def _number(value: Any) -> Fraction:
    if value is not None and not isinstance(value, Fraction):
        raise FormulaError(f"#VALUE!: {value!r} in arithmetic")
    return value or Fraction(0)


def _text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return str(int(value)) if value.denominator == 1 else str(float(value))


def _atom(tokens: list[str], cells: Mapping[str, Any]) -> tuple[Lazy, list[str]]:
    first, *rest = tokens
    if first == "-":
        inner, rest = _atom(rest, cells)
        return lambda: -_number(inner()), rest
    if first == "(":
        inner, rest = _level(rest, 0, cells)
        assert rest[0] == ")"
        return inner, rest[1:]
    if first[0] == '"':
        return lambda: first[1:-1].replace('""', '"'), rest
    if first[0].isdigit():
        return lambda: Fraction(first), rest
    if first in ("TRUE", "FALSE"):
        return lambda: first == "TRUE", rest
    if rest[:1] == ["("]:
        given, rest = [], rest[1:]
        while rest[0] != ")":
            one, rest = _level(rest[1:] if rest[0] == "," else rest, 0, cells)
            given.append(one)
        return lambda: _called(first, given), rest[1:]
    return lambda: cells[first], rest


def _called(name: str, given: list[Lazy]) -> Any:
    if name == "IF":
        condition, then, otherwise = given
        return then() if condition() else otherwise()
    if name == "ISNUMBER":
        try:
            return isinstance(given[0](), Fraction)
        except FormulaError:
            return False
    values = [one() for one in given]
    return _FUNCTIONS[name](*values)


def _round(value: Any, decimals: Fraction) -> Fraction:
    size = abs(_number(value)) * 10 ** int(decimals)
    away = Fraction(floor(size + Fraction(1, 2)), 10 ** int(decimals))
    return away if _number(value) >= 0 else -away


def _shown(value: Any, pattern: str) -> str:
    decimals = len(pattern.partition(".")[2])
    return f"{float(_round(value, Fraction(decimals))):.{decimals}f}"


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "AND": lambda *values: all(values),
    "OR": lambda *values: any(values),
    "NOT": lambda value: not value,
    "MIN": lambda *values: min(map(_number, values)),
    "MAX": lambda *values: max(map(_number, values)),
    "SUM": lambda values: sum((v for v in values if isinstance(v, Fraction)), Fraction(0)),
    "ROUND": _round,
    "ABS": lambda value: abs(_number(value)),
    "INT": lambda value: Fraction(floor(_number(value))),
    "N": lambda value: value if isinstance(value, Fraction) else Fraction(0),
    "LEN": lambda value: Fraction(len(_text(value))),
    "TRIM": lambda value: _text(value).strip(" "),
    "TEXT": _shown,
}
