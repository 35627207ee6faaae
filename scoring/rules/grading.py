"""等次 and 排名 from the published composite: bounds, quotas, vetoes, ranks within the group.

Source: 四（四） of the scheme of Heze: bounds are inclusive; equal scores share a rank and the next
rank is skipped (another scheme may go on with it). A scheme without grades only ranks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple, TypeVar, assert_never

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
    placed = placed_by_standing(scheme, group, Counter(units))
    return [placed[unit] for unit in units]


def placed_by_standing(
    scheme: Scheme, group: str, units: Mapping[Standing, int]
) -> dict[Standing, Placed]:
    """The grade and rank that each standing gives; ``units`` says how many units of the group have it.
    A nation's units have some ten thousand standings among them, however many they are."""
    grades = grades_of(scheme, group, units)
    scores: Counter[int] = Counter()
    for unit, count in units.items():
        if unit.ranked and unit.placed is not None:
            scores[unit.placed] += count
    ranks = ranks_by_score(scheme, scores)
    return {
        unit: Placed(
            grades[unit], ranks[unit.placed] if unit.ranked and unit.placed is not None else None
        )
        for unit in units
    }


_Score = TypeVar("_Score", int, Fraction)


def ranks_by_score(scheme: Scheme, scores: Mapping[_Score, int]) -> dict[_Score, int]:
    """The rank of every score, by how many units have it; equal scores share a rank, and the scheme says
    which follows.

    >>> from scoring import load_scheme
    >>> heze, _ = load_scheme("config/heze.yaml")
    >>> ranks_by_score(heze, {9000: 2, 8950: 1})
    {9000: 1, 8950: 3}
    """
    ranks: dict[_Score, int] = {}
    higher = 0
    for different, score in enumerate(sorted(scores, reverse=True)):
        ranks[score] = _rank(scheme, higher, different)
        higher += scores[score]
    return ranks


def rank_among(scheme: Scheme, scores: Mapping[int, int], unit: Standing) -> int | None:
    """The rank of a unit beside others that take part in the ranking, of whom so many have each of the
    ``scores``; None where a gap forbids a rank."""
    own = unit.placed
    if own is None:
        return None
    higher = [count for score, count in scores.items() if score > own and count > 0]
    return _rank(scheme, sum(higher), len(higher))


def _rank(scheme: Scheme, higher: int, different: int) -> int:
    """The rank of a score below so many others, of which so many are ``different``: 1, 1, 3, or 1, 1, 2
    where the next rank is not skipped."""
    match scheme.ranks:
        case Ranks.SKIP:
            return higher + 1
        case Ranks.NEXT:
            return different + 1
        case _ as way:
            assert_never(way)


def grades_of(
    scheme: Scheme, group: str, units: Mapping[Standing, int]
) -> dict[Standing, int | None]:
    """The position of the grade that each standing gives, by how many units of the group have it; None
    where a gap forbids one.

    Grades are given from the best on: to whom its bound and the vetoes admit, and of those to as many
    as its quota has places for.
    """
    grades = scheme.grades_in(group)
    step = 10 ** (PLACES - scheme.rounding.decimals)
    found: dict[Standing, int | None] = dict.fromkeys(units)
    left = [unit for unit in units if unit.placed is not None]
    for position, grade in enumerate(grades):
        if position == len(grades) - 1:
            gets = left
        else:
            gets = [unit for unit in left if _may(unit, position, grade, step)]
            gets = _within_quota(grade, gets, units)
        for unit in gets:
            found[unit] = position
        left = [unit for unit in left if found[unit] is None]
    return found


def by_bounds(scheme: Scheme, group: str, unit: Standing) -> int | None:
    """The position of a unit's grade in a group without quotas, where it does not depend on others."""
    return grades_of(scheme, group, {unit: 1})[unit]


def has_quotas(scheme: Scheme, group: str) -> bool:
    """Whether grades depend on the scores of the others."""
    return any(grade.quota is not None for grade in scheme.grades_in(group)[:-1])


def _may(unit: Standing, position: int, grade: Grade, step: int) -> bool:
    """Whether the bound and the vetoes admit a unit to a grade."""
    if unit.placed is None or unit.best > position:
        return False
    return grade.lower is None or unit.placed * step >= grade.lower


def _within_quota(
    grade: Grade, may: list[Standing], units: Mapping[Standing, int]
) -> list[Standing]:
    """Places are counted down the list of those who may have the grade; the last that are equal are
    all in or all out."""
    if grade.quota is None:
        return may
    places = grade.quota.places(sum(units.values()))
    level: Counter[int | None] = Counter()
    for unit in may:
        level[unit.placed] += units[unit]
    inside: set[int | None] = set()
    above = 0
    for score in sorted((s for s in level if s is not None), reverse=True):
        if above + (1 if grade.quota.ties == Ties.INCLUDE else level[score]) <= places:
            inside.add(score)
        above += level[score]
    return [unit for unit in may if unit.placed in inside]
