"""Expressions of the rules, drawn at random, for any arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from scoring.points import SCALE
from scoring.rules.arithmetic import Arithmetic
from scoring.scheme import Rounding

Build = Callable[[Arithmetic[Any, Any], list[Any]], Any]
"""An expression of the rules, over any arithmetic and its numbers of the cells."""

PLACES = 3
"""How many numbers stand in a row."""


@st.composite
def sure(draw: st.DrawFn, depth: int) -> Build:
    """A number that is there whatever stands in the cells."""
    if not depth:
        value = draw(st.sampled_from([-20_000, -5_000, 0, 5_000, 10_000, 30_000]))
        return lambda a, _: a.points(value)
    how = draw(st.sampled_from(["zero", "rounded", "least", "most", "total", "when", *"+-*/"]))
    x, y = draw(sure(depth - 1)), draw(sure(depth - 1))
    if how == "zero":
        m = draw(maybe(depth - 1))
        return lambda a, c: a.or_zero(m(a, c))
    if how == "rounded":
        rounding = draw(roundings)
        return lambda a, c: a.rounded(x(a, c), rounding)
    if how == "when":
        asked = draw(condition(depth - 1))
        return lambda a, c: a.when(asked(a, c), x(a, c), y(a, c))
    if how == "total":
        many = draw(st.lists(sure(depth - 1), max_size=3))
        return lambda a, c: a.total([one(a, c) for one in many])
    if how == "/":
        divisor = draw(st.sampled_from([20_000, 30_000, 40_000]))
        return lambda a, c: x(a, c) * a.points(10_000) / a.points(divisor)
    if how == "*":
        times = draw(st.sampled_from([0, 2, 3]))
        return lambda a, c: x(a, c) * a.points(times * SCALE) / a.points(SCALE)
    if how in "+-":
        return lambda a, c: x(a, c) + y(a, c) if how == "+" else x(a, c) - y(a, c)
    return lambda a, c: getattr(a, how)(x(a, c), y(a, c))


@st.composite
def maybe(draw: st.DrawFn, depth: int) -> Build:
    """A number that may be absent."""
    how = draw(st.sampled_from(["cell", "absent", "when", "rounded", "computed"]))
    if how == "absent" and draw(st.booleans()):
        return lambda a, _: a.absent
    if how in ("cell", "absent") or not depth:
        i = draw(st.integers(0, PLACES - 1))
        return lambda a, c: c[i]
    m, x, asked = draw(maybe(depth - 1)), draw(sure(depth - 1)), draw(condition(depth - 1))
    if how == "rounded":
        rounding = draw(roundings)
        return lambda a, c: a.rounded(m(a, c), rounding)
    if how == "when":
        return lambda a, c: a.when(asked(a, c), m(a, c), a.absent)
    return lambda a, c: a.when(
        a.every(a.is_there(m(a, c)), asked(a, c)), m(a, c) - x(a, c), a.absent
    )


@st.composite
def condition(draw: st.DrawFn, depth: int) -> Build:
    if not depth:
        i, says = draw(st.integers(0, PLACES - 1)), draw(st.booleans())
        return lambda a, c: a.is_there(c[i]) if says else a.every()
    how = draw(st.sampled_from(["is_there", "below", "above", "reaches", "every", "some", "no"]))
    number = draw(st.one_of(maybe(depth - 1), sure(depth - 1)))
    if how == "is_there":
        return lambda a, c: a.is_there(number(a, c))
    if how in ("below", "above", "reaches"):
        bound = draw(st.sampled_from([-5_000, 0, 5_000, 10_000, 20_000]))
        return lambda a, c: getattr(a, how)(number(a, c), a.points(bound))
    if how == "no":
        asked = draw(condition(depth - 1))
        return lambda a, c: a.no(asked(a, c))
    many = draw(st.lists(condition(depth - 1), max_size=3))
    return lambda a, c: getattr(a, how)(*(one(a, c) for one in many))


roundings = st.builds(Rounding, decimals=st.integers(0, 4),
                      method=st.sampled_from(["half_up", "half_even"]))  # fmt: skip
contents = st.lists(
    st.sampled_from([None, -15_000, -5_000, 0, 5_000, 10_000, 15_000, 25_000, 30_000]),
    min_size=PLACES, max_size=PLACES,
)  # fmt: skip
