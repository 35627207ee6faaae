"""Columns of a dataframe as integers and truth values of the rules, on any library that Narwhals knows.

What an expression uses more than once becomes a column of its own, so that expressions stay small;
all columns of one layer are computed at once.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw

Expr = nw.Expr


@dataclass
class Steps:
    """The columns that are computed on the way, layer by layer; each layer needs only those before it.

    ``floats``: the library divides integers in binary floats (Spark).
    """

    floats: bool = False
    layers: list[list[Expr]] = field(default_factory=list)
    count: int = 0

    def col(self, name: str) -> Rows:
        """A column of the frame."""
        return Rows(nw.col(name), 0, self)

    def on(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """The frame with all steps."""
        for layer in self.layers:
            frame = frame.with_columns(*layer)
        return frame


class Rows:
    """An expression of the columns that stand in the frame after ``level`` layers."""

    __slots__ = ("expr", "level", "steps")

    def __init__(self, expr: Expr, level: int, steps: Steps) -> None:
        self.expr, self.level, self.steps = expr, level, steps

    def kept(self) -> Rows:
        """The same as a column of its own."""
        steps = self.steps
        while len(steps.layers) <= self.level:
            steps.layers.append([])
        steps.count += 1
        name = f"step_{steps.count}"
        steps.layers[self.level].append(self.expr.alias(name))
        return Rows(nw.col(name), self.level + 1, steps)

    def _with(self, other: Any, how: Callable[[Any, Any], Any]) -> Rows:
        if isinstance(other, Rows):
            return Rows(how(self.expr, other.expr), max(self.level, other.level), self.steps)
        return Rows(how(self.expr, other), self.level, self.steps)

    def __add__(self, other: Any) -> Rows:
        return self._with(other, operator.add)

    def __sub__(self, other: Any) -> Rows:
        return self._with(other, operator.sub)

    def __rsub__(self, other: int) -> Rows:
        return self._with(other, lambda own, number: number - own)

    def __mul__(self, other: Any) -> Rows:
        return self._with(other, operator.mul)

    __radd__, __rmul__ = __add__, __mul__

    def __mod__(self, other: Any) -> Rows:
        """The rest of a number that is not negative; pandas has no ``%`` for integers of Arrow."""
        number = self.kept()
        return number._with(number // other * other, operator.sub)

    def __floordiv__(self, other: Any) -> Rows:
        if not self.steps.floats:
            return self._with(other, operator.floordiv)
        # What divides without rest comes out exact below 2**53; what lacks above it is small.
        number = self.kept()
        even = (number - number._with(other, operator.mod)).kept()
        near = even._with(other, operator.floordiv).kept()
        lacks = even._with(near * other, operator.sub)
        return near + lacks._with(other, operator.floordiv)

    def __lt__(self, other: Any) -> Rows:
        return self._with(other, operator.lt)

    def __le__(self, other: Any) -> Rows:
        return self._with(other, operator.le)

    def __gt__(self, other: Any) -> Rows:
        return self._with(other, operator.gt)

    def __ge__(self, other: Any) -> Rows:
        return self._with(other, operator.ge)

    def equals(self, other: Any) -> Rows:
        """Where both are the same."""
        return self._with(other, operator.eq)

    def __and__(self, other: Any) -> Rows:
        return self._with(other, operator.and_)

    def __or__(self, other: Any) -> Rows:
        return self._with(other, operator.or_)

    def __invert__(self) -> Rows:
        return Rows(~self.expr, self.level, self.steps)

    def __abs__(self) -> Rows:
        return Rows(self.expr.abs(), self.level, self.steps)

    def is_null(self) -> Rows:
        """Where there is no value."""
        return Rows(self.expr.is_null(), self.level, self.steps)

    def filled(self, otherwise: int | bool) -> Rows:
        """The values, ``otherwise`` where there is none."""
        return Rows(self.expr.fill_null(otherwise), self.level, self.steps)

    def where(self, then: Any, otherwise: Any) -> Rows:
        """``then`` where this holds, else ``otherwise``; None is no value."""
        parts = [part for part in (self, then, otherwise) if isinstance(part, Rows)]
        chosen = nw.when(self.expr).then(expr_of(then))
        made = chosen if otherwise is None else chosen.otherwise(expr_of(otherwise))
        return Rows(made, max(part.level for part in parts), self.steps)


def expr_of(values: Any) -> Expr:
    """Rows as an expression; integers with their type, as libraries would take the smallest that fits."""
    if isinstance(values, Rows):
        return values.expr
    return nw.lit(values, nw.Int64) if not isinstance(values, bool) else nw.lit(values)
