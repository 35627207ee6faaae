"""Grades of a group for any composites: bounds, quotas, vetoes as in ``scoring.score.grading``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scoring.points import PLACES
from scoring.scheme import Grade, Ledger, Scheme
from scoring.score import Result, UnitResult


@dataclass(frozen=True)
class Grader:
    """The grades of a group. ``open_from``: by unit, the best position that vetoes leave open;
    ``size``: how many units the group has, with or without a composite; ``step``: ten-thousandths
    in a unit of the composite."""

    grades: tuple[Grade, ...]
    open_from: tuple[int, ...]
    size: int
    step: int

    @property
    def by_quota(self) -> bool:
        return any(grade.quota is not None for grade in self.grades[:-1])

    def one(self, index: int, composite: int) -> int:
        """The position of a unit's grade, where no quota is asked."""
        for position, grade in enumerate(self.grades[:-1]):
            if self._may(index, position, grade, composite):
                return position
        return len(self.grades) - 1

    def all(self, composites: Sequence[int]) -> list[int]:
        """The positions of the grades of all units."""
        if not self.by_quota:
            return [self.one(i, composite) for i, composite in enumerate(composites)]
        found = [len(self.grades) - 1] * len(composites)
        left = list(range(len(composites)))
        for position, grade in enumerate(self.grades[:-1]):
            may = [i for i in left if self._may(i, position, grade, composites[i])]
            if grade.quota is not None:
                places = grade.quota.places(self.size)
                ordered = sorted((composites[i] for i in may), reverse=True)
                include = grade.quota.ties == "include"
                may = [i for i in may if _place(ordered, composites[i], include) <= places]
            for i in may:
                found[i] = position
                left.remove(i)
        return found

    def _may(self, index: int, position: int, grade: Grade, composite: int) -> bool:
        if self.open_from[index] > position:
            return False
        return grade.lower is None or composite * self.step >= grade.lower

    def names(self, positions: Sequence[int]) -> list[str]:
        return [self.grades[position].name for position in positions]

    def rise(self, index: int, composite: int, position: int) -> tuple[str, int] | None:
        """The next better grade with a lower bound above the composite, and how far it is."""
        for better in range(position - 1, -1, -1):
            grade = self.grades[better]
            if grade.lower is None or self.open_from[index] > better:
                continue
            far = -(-grade.lower // self.step) - composite
            return (grade.name, far) if far > 0 else None
        return None

    def margin(self, composite: int, position: int) -> int | None:
        """How far a composite is above the lower bound of its grade; None where that has none or is
        the lowest grade."""
        lower = self.grades[position].lower
        if lower is None or position == len(self.grades) - 1:
            return None
        return composite - -(-lower // self.step)


def _place(ordered: Sequence[int], composite: int, include: bool) -> int:
    above = sum(other > composite for other in ordered)
    return above + (1 if include else ordered.count(composite))


def grader(result: Result, group: str, units: Sequence[UnitResult]) -> Grader:
    scheme = result.scheme
    return Grader(
        grades=scheme.grades_in(group),
        open_from=tuple(_open_from(scheme, unit) for unit in units),
        size=len(result.in_group(group)),
        step=int(10 ** (PLACES - scheme.rounding.decimals)),
    )


def _open_from(scheme: Scheme, unit: UnitResult) -> int:
    names = [grade.name for grade in scheme.grades_in(unit.group)]
    best = 0
    for key, code in unit.vetoes:
        ledger = scheme.leaves()[key]
        assert isinstance(ledger, Ledger)
        veto = next(rule.veto for rule in ledger.rules if rule.code == code)
        if veto is not None:
            best = max(best, names.index(veto) if veto in names else len(names) - 1)
    return best
