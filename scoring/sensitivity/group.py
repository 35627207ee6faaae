"""A group of units, scored by the rules again for every trial: weight moved, scores off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from scoring.rules.grading import (
    Placed,
    Standing,
    by_bounds,
    grade_and_rank,
    has_quotas,
    rank_among,
    standing_of,
)
from scoring.scheme import Scheme
from scoring.score import Result
from scoring.sensitivity.model import Move
from scoring.sensitivity.trials import (
    Composite,
    Parts,
    composite_of,
    errors,
    moved,
    moves,
    parts_with_error,
    steps,
)

NO_MOVE = Move("", "", 0)
Choose = Callable[[list[Standing]], Standing]


def lowest(found: list[Standing]) -> Standing:
    """The lowest of some composites, of equal ones that with the worse grade."""
    return min(found, key=lambda own: (own.composite or 0, -own.best))


def highest(found: list[Standing]) -> Standing:
    """The highest of some composites, of equal ones that with the better grade."""
    return max(found, key=lambda own: (own.composite or 0, -own.best))


class Group:
    """The units of a group. ``ranked`` are the positions of those that are looked at, in the order of
    their composites; the others have none, or a veto keeps them from having a rank (``unranked``).
    ``trials``: by move, their composites at every error that is tried, none first. ``placed``: grades
    and ranks as published, those of a provisional result as if nothing were missing."""

    def __init__(
        self, result: Result, name: str, given: Mapping[str, Parts], width: int, error: int
    ) -> None:
        self.scheme = result.scheme.seen_from(name)
        self.name, self.width, self.error = name, width, error
        self.given, self.units = given, result.in_group(name)
        stands = [standing_of(self.scheme, name, u.composite, u.held) for u in self.units]
        there = [i for i, own in enumerate(stands) if own.placed is not None]
        self.unranked = [self.units[i].unit for i in there if not stands[i].ranked]
        ranked = [i for i in there if stands[i].ranked]
        self.ranked = sorted(ranked, key=lambda i: -(self.units[i].composite or 0))
        self.stands = stands
        self.grades = self.scheme.grades_in(name)
        self.moves = moves(self.scheme, name, width)
        self.errors = errors(self.scheme, error)
        self.parts = cache(self._parts)
        self.off_by = cache(self._off_by)
        self.trials = {NO_MOVE: self._trial(self.scheme)}
        for move in self.moves:
            for step in steps(move):
                self.trials[step] = self._trial(moved(self.scheme, name, step))
        if self.after(NO_MOVE) != stands:
            raise AssertionError(f"{name}: not what was published")
        self.placed = self.place(stands)

    def _parts(self, i: int, error: int) -> Parts:
        unit = self.units[i]
        return parts_with_error(self.scheme, unit, self.given.get(unit.unit, {}), error)

    def _off_by(self, i: int, error: int) -> Composite:
        """A unit's composite by the scheme's weights with its handed-in scores off."""
        return composite_of(self.scheme, self.units[i], self.parts(i, error))

    def _trial(self, scheme: Scheme) -> dict[int, list[Composite]]:
        return {
            i: [composite_of(scheme, self.units[i], self.parts(i, error)) for error in self.errors]
            for i in self.ranked
        }

    def after(self, move: Move, of: Choose = lambda found: found[0]) -> list[Standing]:
        """The group after a move, each unit with one of its composites: with its scores right, or the
        ``lowest`` or ``highest`` of what they may be."""
        out = list(self.stands)
        for i, tried in self.trials[move].items():
            there = [c.standing for c in tried if c.standing.composite is not None]
            out[i] = of(there) if there else out[i]._replace(composite=None)
        return out

    def place(self, stands: Sequence[Standing]) -> list[Placed]:
        return grade_and_rank(self.scheme, self.name, stands)

    def place_each(
        self, own: Sequence[Standing], others: Sequence[Standing]
    ) -> list[tuple[int, Placed]]:
        """Every unit as it stands in ``own`` among the others as they stand in ``others``."""
        if has_quotas(self.scheme, self.name):
            among = ([*others[:i], own[i], *others[i + 1 :]] for i in self.ranked)
            return [(i, self.place(a)[i]) for i, a in zip(self.ranked, among, strict=True)]
        scores = Counter(s.placed for s in others if s.ranked and s.placed is not None)
        found = []
        for i in self.ranked:
            mine = others[i].placed if others[i].ranked else None
            if mine is not None:
                scores[mine] -= 1
            rank = rank_among(self.scheme, scores, own[i]) if own[i].ranked else None
            if mine is not None:
                scores[mine] += 1
            found.append((i, Placed(by_bounds(self.scheme, self.name, own[i]), rank)))
        return found
