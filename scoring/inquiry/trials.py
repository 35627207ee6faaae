"""One unit with something changed, again and again: what its score, grade and rank would be.

The rules that score a year score every trial; the grade and the rank are then found by the rules
too, among the unit's group as it is. There is no second way of computing a score here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from scoring.inquiry.changes import Change, apply
from scoring.rules.grading import Standing, by_bounds, grades_of, has_quotas, rank_among
from scoring.scheme import Scheme
from scoring.score.city import standing
from scoring.score.unit import (
    UnitYear,
    composed,
    course,
    rows_by_unit,
    score_parts,
    with_parts,
)
from scoring.tables import AnyRow, R, Tables, UnitRow, where


class Outcome(NamedTuple):
    """What a trial gives: the composite as a count of ``10**-decimals`` points, the grade and the
    rank; None where a gap forbids them."""

    composite: int | None
    grade: str | None
    rank: int | None


class Trial(NamedTuple):
    """One unit with something changed."""

    unit: str
    changes: tuple[Change, ...] = ()


class Trials:
    """The tables of an assessment as of a day, ready to be tried with changes. ``known`` as in
    ``scoring.score.score``."""

    def __init__(
        self, tables: Tables, scheme: Scheme, year: int, as_of: date, known: date | None = None
    ) -> None:
        self.scheme = scheme
        self.as_of = as_of
        self.known = known
        self._course = course(scheme, year, as_of, known)
        self._groups = {row.unit: row.group for row in tables.units if not row.parent}
        self._own = _by_unit(tables)
        self._parts = {
            unit: score_parts(self._course, own, self._leaves(unit))
            for unit, own in rows_by_unit(tables).items()
        }
        self._now = {unit: self._standing(parts) for unit, parts in self._parts.items()}

    def seen_from(self, group: str) -> Scheme:
        """The scheme as a group sees it."""
        return self._course.groups[group].scheme

    def more_is_better(self, group: str) -> bool:
        """Whether more points never make a grade worse: no condition and no quota, which look at more
        than the sum of the points."""
        return not self._course.groups[group].conditions and not has_quotas(self.scheme, group)

    def run(self, trials: Sequence[Trial]) -> list[Outcome]:
        """The outcome of every trial, in order."""
        return [self._place(trial.unit, self._try(trial)) for trial in trials]

    def at(self, unit: str, composites: Iterable[int]) -> list[Outcome]:
        """The outcomes if the unit's composite were each of ``composites``."""
        now = self._now[unit]._replace(settled=True)
        return [self._place(unit, now._replace(composite=composite)) for composite in composites]

    def composites(self, group: str) -> list[int]:
        """The composites of a group's units that have one."""
        return [
            stands.composite
            for unit, stands in self._now.items()
            if self._groups[unit] == group and stands.composite is not None and stands.settled
        ]

    def _try(self, trial: Trial) -> Standing:
        """Only the components that the changes are about are scored again."""
        own, leaves = self._own[trial.unit], self._leaves(trial.unit)
        touched = {change.component for change in trial.changes}

        def concerned(row: AnyRow) -> bool:
            return isinstance(row, UnitRow) or row.component in touched

        tables = apply(where(own, concerned), trial.changes, self.as_of, self.known)
        keys = [key for key in leaves if key in touched]
        changed = score_parts(self._course, rows_by_unit(tables)[trial.unit], keys)
        return self._standing(with_parts(self._parts[trial.unit], changed))

    def _leaves(self, unit: str) -> Iterable[str]:
        """The components of a unit that are read from tables."""
        return self._course.groups[self._groups[unit]].leaves

    def _standing(self, parts: UnitYear) -> Standing:
        return standing(self.scheme, composed(self._course, parts))

    def _place(self, unit: str, own: Standing) -> Outcome:
        """The grade and the rank of a unit among the others as they are."""
        group = self._groups[unit]
        others = [
            stands
            for name, stands in self._now.items()
            if name != unit and self._groups[name] == group
        ]
        if has_quotas(self.scheme, group):
            grade = grades_of(self.scheme, group, Counter([*others, own]))[own]
        else:
            grade = by_bounds(self.scheme, group, own)
        scores = [s.placed for s in others if s.ranked and s.placed is not None]
        names = [each.name for each in self.scheme.grades_in(group)]
        return Outcome(
            own.composite,
            None if grade is None else names[grade],
            rank_among(self.scheme, scores, own) if own.ranked else None,
        )


def _by_unit(tables: Tables) -> dict[str, Tables]:
    """The rows of every graded unit, those of its subordinate departments included."""
    home = {row.unit: row.parent or row.unit for row in tables.units}

    def split(rows: Iterable[R]) -> dict[str, list[R]]:
        out: dict[str, list[R]] = {unit: [] for unit in home.values()}
        for row in rows:
            unit = None if row.unit is None else home.get(row.unit)
            if unit is not None:
                out[unit].append(row)
        return out

    units, entries, refused = split(tables.units), split(tables.entries), split(tables.refused)
    forms, items = split(tables.forms), split(tables.items)
    scores, exemptions = split(tables.scores), split(tables.exemptions)
    return {
        unit: Tables(
            units=tuple(units[unit]),
            entries=tuple(entries[unit]),
            forms=tuple(forms[unit]),
            items=tuple(items[unit]),
            scores=tuple(scores[unit]),
            refused=tuple(refused[unit]),
            exemptions=tuple(exemptions[unit]),
        )
        for unit in units
    }
