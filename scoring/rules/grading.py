"""等次 and 排名 from the published composite: bounds, quotas, vetoes, ranks within the group.

Source: 四（四） of the scheme of Heze: bounds are inclusive; equal scores share a rank and the next
rank is skipped (another scheme may go on with it). A scheme without grades only ranks.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple, assert_never

from scoring.enums import Ranks, Ties, Vetoed
from scoring.points import PLACES, Amount
from scoring.scheme import Grade, Scheme
from scoring.scheme.conditions import Conditional


class Standing(NamedTuple):
    """What grading needs to know of a unit: its published ``composite`` (a count of ``10**-decimals``
    points, None for none), whether it rests on no gap (``settled``), the position of the best grade
    that vetoes leave open (0: all are), and whether it takes part in the ranking (``ranked``)."""

    composite: int | None
    settled: bool = True
    best: int = 0
    ranked: bool = True

    @property
    def placed(self) -> int | None:
        """The composite, where it can have a grade."""
        return self.composite if self.settled else None


class Placed(NamedTuple):
    """The position of a unit's grade among its group's grades, best first, and its rank; None where a
    gap forbids them."""

    grade: int | None
    rank: int | None


def best_open(scheme: Scheme, group: str, limits: Iterable[str]) -> int:
    """The position of the best grade that some limits leave open; each is the grade that it leaves at
    most. A grade that the group does not have closes every grade but the last; of several the
    hardest holds."""
    names = [grade.name for grade in scheme.grades_in(group)]
    return max(
        (names.index(limit) if limit in names else len(names) - 1 for limit in limits), default=0
    )


def takes_part(scheme: Scheme, group: str, condition: Conditional) -> bool:
    """Whether a unit for which a condition holds takes part in the ranking. 否决: one that leaves only
    the last grade takes it out, unless the scheme says otherwise; a better grade only limits."""
    if condition.ranked is not None:
        return condition.ranked
    if condition.grade is None or scheme.vetoed == Vetoed.RANKED:
        return True
    return best_open(scheme, group, [condition.grade]) < len(scheme.grades_in(group)) - 1


def count_of(scheme: Scheme, composite: Amount | None) -> int | None:
    """A published composite, in ten-thousandths of a point, as a count of ``10**-decimals`` points."""
    step = 10 ** (PLACES - scheme.rounding.decimals)
    return None if composite is None else int(composite) // step


def standing_of(
    scheme: Scheme,
    group: str,
    count: int | None,
    held: Sequence[Conditional] = (),
    *,
    settled: bool = True,
) -> Standing:
    """What grading needs to know of a unit of ``group`` with a published composite and the conditions
    that took effect (``composite.took_effect``)."""
    best = best_open(scheme, group, [c.grade for c in held if c.grade is not None])
    ranked = all(takes_part(scheme, group, c) for c in held)
    return Standing(count, settled, best, ranked)


def grade_and_rank(scheme: Scheme, group: str, units: Sequence[Standing]) -> list[Placed]:
    """The grades and ranks of the units of a group, in their order."""
    grades = grades_of(scheme, group, units)
    scores = sorted(u.placed for u in units if u.ranked and u.placed is not None)
    return [
        Placed(grade, rank_among(scheme, scores, unit) if unit.ranked else None)
        for unit, grade in zip(units, grades, strict=True)
    ]


def rank_among(scheme: Scheme, scores: Sequence[int], unit: Standing) -> int | None:
    """1 more than how many of ``scores`` (ascending) are higher, or how many different ones where the
    next rank is not skipped (1, 1, 2); None where a gap forbids a rank."""
    if unit.placed is None:
        return None
    higher = scores[bisect_right(scores, unit.placed) :]
    match scheme.ranks:
        case Ranks.SKIP:
            return len(higher) + 1
        case Ranks.NEXT:
            return len(set(higher)) + 1
        case _ as way:
            assert_never(way)


def grades_of(scheme: Scheme, group: str, units: Sequence[Standing]) -> list[int | None]:
    """The positions of the grades of the units of a group; None where a gap forbids one.

    Grades are given from the best on: to whom its bound and the vetoes admit, and of those to as many
    as its quota has places for.
    """
    grades = scheme.grades_in(group)
    step = 10 ** (PLACES - scheme.rounding.decimals)
    found: list[int | None] = [None] * len(units)
    left = [i for i, unit in enumerate(units) if unit.placed is not None]
    for position, grade in enumerate(grades):
        if position == len(grades) - 1:
            gets = left
        else:
            gets = [i for i in left if _may(units[i], position, grade, step)]
            gets = _within_quota(grade, gets, units)
        for i in gets:
            found[i] = position
        left = [i for i in left if found[i] is None]
    return found


def by_bounds(scheme: Scheme, group: str, unit: Standing) -> int | None:
    """The position of a unit's grade in a group without quotas, where it does not depend on others."""
    return grades_of(scheme, group, [unit])[0]


def has_quotas(scheme: Scheme, group: str) -> bool:
    """Whether grades depend on the scores of the others."""
    return any(grade.quota is not None for grade in scheme.grades_in(group)[:-1])


def _may(unit: Standing, position: int, grade: Grade, step: int) -> bool:
    """Whether the bound and the vetoes admit a unit to a grade."""
    if unit.placed is None or unit.best > position:
        return False
    return grade.lower is None or unit.placed * step >= grade.lower


def _within_quota(grade: Grade, may: list[int], units: Sequence[Standing]) -> list[int]:
    """Places are counted down the list of those who may have the grade; the last that are equal are
    all in or all out."""
    if grade.quota is None:
        return may
    places = grade.quota.places(len(units))
    scores = sorted(unit for i in may if (unit := units[i].placed) is not None)

    def place(i: int) -> int:
        own = units[i].placed
        assert own is not None
        above = len(scores) - bisect_right(scores, own)
        level = bisect_right(scores, own) - bisect_left(scores, own)
        return above + (
            1 if grade.quota is not None and grade.quota.ties == Ties.INCLUDE else level
        )

    return [i for i in may if place(i) <= places]
