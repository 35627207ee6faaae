"""A published composite along a move is a step function; ranks along a move follow from steps.

A move is gone through from 0 to 1. Every place where a published composite changes is the exact
solution of a linear equation. Places are compared as integers, without a float: two different
fractions whose denominators do not exceed ``d`` differ by at least 1/d².
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from scoring.sensitivity.formula import Formula, goes_up, round_to
from scoring.sensitivity.model import Move

AT, AFTER = 0, 1


class Step(NamedTuple):
    """From the place ``number / divisor`` on (``phase`` AT), or right after it (AFTER), the
    published composite is ``value``."""

    number: int
    divisor: int
    phase: int
    value: int


@dataclass(frozen=True, slots=True)
class Line:
    """The weighed parts of a formula along a move: (n0 + n1·s) / (common · (e0 + e1·s))."""

    n0: int
    n1: int
    e0: int
    e1: int
    common: int

    def at(self, place: Fraction) -> Fraction:
        return (self.n0 + self.n1 * place) / (self.common * (self.e0 + self.e1 * place))

    @property
    def slope(self) -> int:
        """Its sign: whether the weighed parts rise or fall; they never turn."""
        return self.n1 * self.e0 - self.n0 * self.e1

    def reaches(self, number: int, divisor: int) -> tuple[int, int]:
        """Where the weighed parts are number / divisor, as a fraction with a positive divisor."""
        top = number * self.common * self.e0 - divisor * self.n0
        bottom = divisor * self.n1 - number * self.common * self.e1
        return (top, bottom) if bottom > 0 else (-top, -bottom)


def line(formula: Formula, move: Move) -> Line:
    n0, e0 = formula.sums(formula.weights)
    n1, e1 = formula.sums(move.deltas)
    if e0 + e1 == 0:  # only what loses its whole weight is there: nothing changes
        n1 = e1 = 0
    return Line(n0, n1, e0, e1, formula.scaled[1])


def steps(formula: Formula, move: Move) -> list[Step]:
    """The published composite along a move: its value at 0 and every change up to 1."""
    along = line(formula, move)
    rising = along.slope > 0
    base = round_to(along.at(Fraction(0)), formula.rounding)
    found = [Step(0, 1, AT, formula.published())]
    if not along.slope:
        return found
    end = along.at(Fraction(1))
    half = 2 * 10**formula.rounding.decimals
    bounds = sorted({b for _, b in formula.extras if b is not None}, reverse=not rising)
    start = (Fraction(0), AT)
    for bound in bounds:
        turn_at = Fraction(2 * bound - 1, half)
        phase = _phase(bound - 1, rising, formula)
        if (base >= bound) == rising:
            continue  # behind the start
        if ((turn_at > end) == rising and turn_at != end) or (turn_at == end and phase == AFTER):
            break
        number, divisor = along.reaches(*turn_at.as_integer_ratio())
        turn = Fraction(number, divisor), phase
        found += _between(formula, along, start, turn, found[-1].value)
        after = formula.extra(bound if rising else bound - 1)
        found.append(Step(number, divisor, phase, _value(formula, turn_at + after, phase, rising)))
        start = turn
    return found + _between(formula, along, start, (Fraction(1), AFTER), found[-1].value)


def _between(
    formula: Formula,
    along: Line,
    start: tuple[Fraction, int],
    end: tuple[Fraction, int],
    value: int,
) -> list[Step]:
    """The steps of one rounding after the other between two places, while what adds does not
    change. A step at the end itself belongs to what comes there."""
    rising = along.slope > 0
    middle = (start[0] + end[0]) / 2
    extra = Fraction(0)
    if formula.extras:
        extra = formula.extra(round_to(along.at(middle), formula.rounding))
    twice = 2 * 10**formula.rounding.decimals
    last = (along.at(end[0]) + extra) * twice  # the middle above ``low`` is 2·low + 1 on this scale
    if rising:
        lows = range(value, (floor(last) - 1) // 2 + 1)
    else:
        lows = range(value - 1, (ceil(last) - 1 + 1) // 2 - 1, -1)
    found = []
    add, over = extra.as_integer_ratio()
    for low in lows:
        phase = _phase(low, rising, formula)
        if 2 * low + 1 == last and phase >= end[1]:
            break
        number, divisor = along.reaches((2 * low + 1) * over - twice * add, twice * over)
        found.append(Step(number, divisor, phase, low + 1 if rising else low))
    return found


def _phase(low: int, rising: bool, formula: Formula) -> int:
    """Whether the middle above ``low`` already has the value that comes next."""
    return AT if goes_up(low, formula.rounding) == rising else AFTER


def _value(formula: Formula, exact: Fraction, phase: int, rising: bool) -> int:
    """The published value of ``exact``, or of what comes right after it."""
    scaled = 2 * exact * int(10**formula.rounding.decimals)
    if phase == AFTER and scaled.denominator == 1 and scaled.numerator % 2:
        return (scaled.numerator + 1) // 2 if rising else (scaled.numerator - 1) // 2
    return round_to(exact, formula.rounding)


def _batches(paths: Sequence[Sequence[Step]]) -> list[list[tuple[int, int]]]:
    """All changes after the start in order: (index of the path, new value), those of one place
    together."""
    greatest = max((step.divisor for path in paths for step in path[1:]), default=1)
    scale = greatest * greatest
    changes = sorted(
        (step.number * scale // step.divisor, step.phase, index, step.value)
        for index, path in enumerate(paths)
        for step in path[1:]
    )
    found: list[list[tuple[int, int]]] = []
    last: tuple[int, int] | None = None
    for place, phase, index, value in changes:
        if (place, phase) != last:
            found.append([])
            last = place, phase
        found[-1].append((index, value))
    return found


def ranks(values: Sequence[int], others: Sequence[int] | None = None) -> list[int]:
    """The rank of each value among the others' values, its own index left out.

    >>> ranks([90, 88, 90, 70])
    [1, 3, 1, 4]
    >>> ranks([90, 88], [91, 92])
    [2, 2]
    """
    against = values if others is None else others
    return [
        1 + sum(other > value for j, other in enumerate(against) if j != i)
        for i, value in enumerate(values)
    ]


def rank_spans(
    own: Sequence[Sequence[Step]], others: Sequence[Sequence[Step]]
) -> list[tuple[int, int]]:
    """The best and the worst rank along a move of every unit: its steps in ``own`` against the
    other units' steps in ``others``."""
    count = len(own)
    mine = [path[0].value for path in own]
    theirs = [path[0].value for path in others]
    now = ranks(mine, theirs)
    best, worst = list(now), list(now)
    who: defaultdict[int, set[int]] = defaultdict(set)
    for i, value in enumerate(mine):
        who[value].add(i)
    many: defaultdict[int, int] = defaultdict(int)
    for value in theirs:
        many[value] += 1
    for batch in _batches([*others, *own]):
        touched: set[int] = set()
        for index, value in batch:
            if index < count:
                old, theirs[index] = theirs[index], value
                many[old] -= 1
                many[value] += 1
                sign = 1 if value > old else -1
                for crossed in range(old, value) if sign > 0 else range(value, old):
                    for i in who.get(crossed, ()):
                        if i != index:
                            now[i] += sign
                            touched.add(i)
            else:
                i = index - count
                old, mine[i] = mine[i], value
                who[old].discard(i)
                who[value].add(i)
                low, high = (old, value) if old < value else (value, old)
                passed = -int(low < theirs[i] <= high)
                for v in range(low + 1, high + 1):
                    passed += many.get(v, 0)
                now[i] += -passed if value > old else passed
                touched.add(i)
        for i in touched:
            if now[i] < best[i]:
                best[i] = now[i]
            elif now[i] > worst[i]:
                worst[i] = now[i]
    return list(zip(best, worst, strict=True))


def visit(paths: Sequence[Sequence[Step]], look: Callable[[Sequence[int]], None]) -> None:
    """Show ``look`` the published composites at the start and after every change along a move."""
    values = [path[0].value for path in paths]
    look(values)
    for batch in _batches(paths):
        for index, value in batch:
            values[index] = value
        look(values)


def value_span(path: Sequence[Step]) -> tuple[int, int]:
    values = [step.value for step in path]
    return min(values), max(values)
