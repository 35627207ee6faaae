"""The whole analysis of a result: what weights and errors may do to composites, ranks, grades."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import lcm

from scoring.points import SCALE
from scoring.score import Result
from scoring.sensitivity.formula import (
    Formula,
    formula,
    movable,
    values_with_error,
    weighed,
)
from scoring.sensitivity.grades import Grader, grader
from scoring.sensitivity.model import (
    Effect,
    Firmness,
    GroupFirmness,
    Move,
    Span,
    Swap,
    UnitFirmness,
)
from scoring.sensitivity.moves import all_moves
from scoring.sensitivity.steps import AT, Step, rank_spans, ranks, steps, value_span, visit
from scoring.sensitivity.swaps import is_linear, least_error, level_at, never_above, zero_of_line


def analyse(result: Result, weights: int = 5 * SCALE, error: int = 2 * SCALE) -> Firmness:
    """How firm the ranking of ``result`` is when weights are moved by up to ``weights``
    (ten-thousandths of a percent) and handed-in scores are off by up to ``error``
    (ten-thousandths of a point). The same result gives the same analysis."""
    scheme = result.scheme
    scores = movable(scheme) if error else ()
    groups, swaps = [], []
    for name in scheme.groups:
        group = _Group(result, name, weights, error if scores else 0)
        if group.units:
            groups.append(group.firmness())
            swaps += group.swaps()
    order = {unit.unit: i for i, unit in enumerate(result.units)}
    return Firmness(
        result=result,
        weights=weights,
        error=error,
        scores=scores,
        groups=tuple(groups),
        swaps=tuple(sorted(swaps, key=lambda s: (s.share, order[s.ahead], order[s.behind]))),
        left_out=tuple(unit.unit for unit in result.units if unit.composite is None),
    )


@dataclass
class _Reach:
    """Composites, ranks and grade positions that were met, unit by unit; only ever widened."""

    composites: list[tuple[int, int]]
    ranks: list[tuple[int, int]]
    grades: list[tuple[int, int]]

    def composite(self, i: int, *values: int) -> None:
        self.composites[i] = _wider(self.composites[i], values)

    def rank(self, i: int, *values: int) -> None:
        self.ranks[i] = _wider(self.ranks[i], values)

    def grade(self, i: int, *values: int) -> None:
        self.grades[i] = _wider(self.grades[i], values)

    def span(self, i: int, grader: Grader) -> Span:
        best, worst = grader.names(self.grades[i])
        return Span(*self.composites[i], *self.ranks[i], best, worst)


def _wider(span: tuple[int, int], values: Sequence[int]) -> tuple[int, int]:
    return min(span[0], *values), max(span[1], *values)


class _Group:
    """The units of a group that have a composite, in print order."""

    def __init__(self, result: Result, name: str, width: int, error: int) -> None:
        scheme = result.scheme
        self.result, self.name, self.width, self.error = result, name, width, error
        self.units = [u for u in result.in_group(name) if u.composite is not None]
        if not result.final:  # those without a rank have their place among the others
            self.units.sort(key=lambda u: -(u.composite or 0))
        self.every = range(len(self.units))
        keys = weighed(scheme)
        self.weights = tuple(scheme.components[key].weight_in(name) for key in keys)
        self.moves, self.whole = all_moves(keys, self.weights, width)
        self.grader = grader(result, name, self.units)
        self.formula = cache(self._formula)
        self.plain = [self.formula(i, 0) for i in self.every]
        self.composites = [own.published() for own in self.plain]
        for unit, composite in zip(self.units, self.composites, strict=True):
            if unit.composite != composite:
                raise AssertionError(f"{unit.unit}: {composite}, not {unit.composite}")
        # The exact composites by the scheme's weights and at the end of every move.
        ends = [self.weights, *(self._moved(move) for move in self.moves)]
        self.ends = [[own.exact(at) for at in ends] for own in self.plain]
        self.ends_at = ends
        self.linear = [is_linear(own) for own in self.plain]
        self.ranks = ranks(self.composites)
        self.grades = self.grader.all(self.composites)
        errors = [self._extreme_errors(i) for i in self.every]
        self.errors = errors
        self.low = [self.formula(i, found[0]) for i, found in enumerate(errors)]
        self.high = [self.formula(i, found[-1]) for i, found in enumerate(errors)]
        self.lowest = [own.published() for own in self.low]
        self.highest = [own.published() for own in self.high]

    def _formula(self, i: int, error: int) -> Formula:
        """A unit's formula with its handed-in scores off by ``error``."""
        unit, scheme = self.units[i], self.result.scheme
        found = formula(scheme, unit.group, values_with_error(scheme, unit, error))
        assert found is not None, "an error makes no part missing"
        return found

    def _extreme_errors(self, i: int) -> list[int]:
        """The errors among which the lowest and the highest composite are, whatever the weights,
        by the scheme's weights the first and the last. Where a gate or a bound is crossed on the
        way, both sides of it are looked at."""
        found = {-self.error, 0, self.error}

        def look(low: int, high: int) -> None:
            if self.formula(i, low).state() == self.formula(i, high).state():
                return
            if high - low == 1:
                found.update((low, high))
                return
            middle = (low + high) // 2
            look(low, middle)
            look(middle, high)

        if self.error:
            look(-self.error, 0)
            look(0, self.error)
        return sorted(found, key=lambda error: (self.formula(i, error).exact(), error))

    def firmness(self) -> GroupFirmness:
        effects = tuple(self._effect(move) for move in self.moves)
        weights = self._by_weights()
        alone, against = self._by_error()
        both = self._by_both(against)
        if self.whole and len(self.weights) > 2:
            # Between two components every change of weights is a move: nothing is left to prove.
            self._prove(weights, both)
        units = tuple(
            UnitFirmness(
                unit=unit.unit,
                group=self.name,
                composite=self.composites[i],
                rank=self.ranks[i],
                grade=unit.grade,
                settled=unit.rank is not None,
                weights=weights.span(i, self.grader),
                alone=alone.span(i, self.grader),
                against=against.span(i, self.grader),
                both=both.span(i, self.grader),
                rise=self.grader.rise(i, self.composites[i], self.grades[i]),
                margin=self.grader.margin(self.composites[i], self.grades[i]),
            )
            for i, unit in enumerate(self.units)
        )
        keys = weighed(self.result.scheme)
        return GroupFirmness(
            self.name, dict(zip(keys, self.weights, strict=True)), effects, units, self.whole
        )

    def _moved(self, move: Move) -> tuple[int, ...]:
        return tuple(w + d for w, d in zip(self.weights, move.deltas, strict=True))

    def _path(self, own: Formula, move: Move) -> list[Step]:
        """The composite along a move between two components. Of a move to another corner only the
        ends count, where a composite without late parts has its extremes."""
        if move.pair or any(bound is not None for _, bound in own.extras):
            return steps(own, move)
        end = own.published(self._moved(move))
        return [Step(0, 1, AT, own.published()), Step(1, 1, AT, end)]

    def _effect(self, move: Move) -> Effect:
        composites = [own.published(self._moved(move)) for own in self.plain]
        grades = self.grader.names(self.grader.all(composites))
        return Effect(move, tuple(composites), tuple(ranks(composites)), tuple(grades))

    def _start(self) -> _Reach:
        return _Reach(
            [(c, c) for c in self.composites],
            [(r, r) for r in self.ranks],
            [(g, g) for g in self.grades],
        )

    def _grades_by_bounds(self, reach: _Reach) -> None:
        """Without a quota a grade follows from the unit's own composite."""
        for i, span in enumerate(reach.composites):
            reach.grade(i, *(self.grader.one(i, composite) for composite in span))

    def _by_weights(self) -> _Reach:
        reach = self._start()

        def look(composites: Sequence[int]) -> None:
            for i, position in enumerate(self.grader.all(composites)):
                reach.grade(i, position)

        for move in self.moves:
            paths = [self._path(own, move) for own in self.plain]
            for i, span in enumerate(rank_spans(paths, paths)):
                reach.rank(i, *span)
                reach.composite(i, *value_span(paths[i]))
            if self.grader.by_quota:
                visit(paths, look)
        if not self.grader.by_quota:
            self._grades_by_bounds(reach)
        return reach

    def _by_error(self) -> tuple[_Reach, _Reach]:
        """A unit's own scores off, those of the others right; and off the other way."""
        alone, against = self._start(), self._start()
        for i in self.every:
            spread = self.lowest[i], self.highest[i]
            for reach in (alone, against):
                reach.composite(i, *spread)
        for reach, low, high in (
            (alone, self.composites, self.composites),
            (against, self.lowest, self.highest),
        ):
            for i, (worst, best) in enumerate(
                zip(ranks(self.lowest, high), ranks(self.highest, low), strict=True)
            ):
                reach.rank(i, best, worst)
            if self.grader.by_quota:
                self._grades_against(reach, self.lowest, high)
                self._grades_against(reach, self.highest, low)
            else:
                self._grades_by_bounds(reach)
        return alone, against

    def _grades_against(self, reach: _Reach, own: Sequence[int], others: Sequence[int]) -> None:
        """The grade of each unit with its own composite, where the others have theirs."""
        for i in self.every:
            composites = [*others[:i], own[i], *others[i + 1 :]]
            reach.grade(i, self.grader.all(composites)[i])

    def _by_both(self, against: _Reach) -> _Reach:
        reach = _Reach(list(against.composites), list(against.ranks), list(against.grades))
        for move in self.moves:
            low = [self._path(own, move) for own in self.low]
            high = [self._path(own, move) for own in self.high]
            for own, others in ((low, high), (high, low)):
                for i, span in enumerate(rank_spans(own, others)):
                    reach.rank(i, *span)
                    reach.composite(i, *value_span(own[i]))
            if self.grader.by_quota:
                ends = [[path[-1].value for path in paths] for paths in (low, high)]
                self._grades_against(reach, ends[0], ends[1])
                self._grades_against(reach, ends[1], ends[0])
        if not self.grader.by_quota:
            self._grades_by_bounds(reach)
        return reach

    def _prove(self, weights: _Reach, both: _Reach) -> None:
        """Widen the ranks to what no weights of the whole region, and no errors with them, can
        leave. Two units' difference has its extremes at the corners, where it is linear; the
        composites of the others are compared by their intervals. Whether all that may pass a unit
        can do so at once is not asked."""
        plain = [(ends, ends) for ends in self.ends]
        self._bound(weights, plain, weights)
        if not self.error:
            self._bound(both, plain, weights)
            return
        off = []
        for i in self.every:
            every = [[self.formula(i, error).exact(at) for at in self.ends_at]
                     for error in self.errors[i]]  # fmt: skip
            corners = list(zip(*every, strict=True))
            off.append(([min(corner) for corner in corners], [max(corner) for corner in corners]))
        self._bound(both, off, both)
        for i in self.every:
            both.rank(i, *weights.ranks[i])

    def _bound(
        self, reach: _Reach, corners: Sequence[tuple[list[Fraction], list[Fraction]]], seen: _Reach
    ) -> None:
        """Widen ``reach`` by the lowest and the highest composite of every unit at the corners."""
        step = Fraction(1, 10**self.result.scheme.rounding.decimals)
        low, high, one = _whole_numbers(corners, step)
        for i in self.every:
            surely = never = 0
            for j in self.every:
                if i == j:
                    continue
                if self.linear[i] and self.linear[j]:
                    surely += never_above(high[i], low[j], one)
                    never += never_above(high[j], low[i])
                else:
                    surely += seen.composites[j][0] > seen.composites[i][1]
                    never += seen.composites[j][1] <= seen.composites[i][0]
            reach.rank(i, 1 + surely, len(self.units) - never)

    def swaps(self) -> list[Swap]:
        """The pairs of the group that may change places, or that share one."""
        found = []
        for i in self.every:
            for j in range(i + 1, len(self.units)):
                swap = self._swap(i, j)
                if swap is not None:
                    found.append(swap)
        return found

    def _swap(self, i: int, j: int) -> Swap | None:
        gap = self.ends[i][0] - self.ends[j][0]
        tied = self.composites[i] == self.composites[j]
        move, shift, error = None, None, None
        if not tied:
            for at, candidate in enumerate(self.moves, 1):
                if self.linear[i] and self.linear[j]:
                    share = zero_of_line(gap, self.ends[i][at] - self.ends[j][at])
                else:
                    share = level_at(self.plain[i], self.plain[j], candidate)
                if share is not None and (shift is None or share * candidate.size < shift):
                    move, shift = candidate, share * candidate.size
            if self.error:
                error = least_error(self._with_error, i, j, self.error)
            if shift is None and error is None:
                return None
        shares = [Fraction(0)] if tied else []
        if shift is not None:
            shares.append(shift / self.width)
        if error is not None:
            shares.append(Fraction(error, self.error))
        return Swap(
            group=self.name,
            ahead=self.units[i].unit,
            behind=self.units[j].unit,
            gap=gap,
            tied=tied,
            move=move,
            shift=shift,
            error=error,
            share=min(shares),
        )

    def _with_error(self, i: int, error: int) -> Fraction:
        return self.formula(i, error).exact()


def _whole_numbers(
    corners: Sequence[tuple[list[Fraction], list[Fraction]]], step: Fraction
) -> tuple[list[list[int]], list[list[int]], int]:
    """The lowest and the highest composites, and the step of the rounding, over one denominator:
    integers are compared quickly."""
    every = {f.denominator for pair in corners for ends in pair for f in ends}
    common = lcm(step.denominator, *every)

    def whole(values: Iterable[Fraction]) -> list[int]:
        return [f.numerator * (common // f.denominator) for f in values]

    low, high = [whole(pair[0]) for pair in corners], [whole(pair[1]) for pair in corners]
    return low, high, int(step * common)
