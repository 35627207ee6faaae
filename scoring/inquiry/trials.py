"""One unit with something changed, again and again: what its score, grade and rank would be.

The rules that score a year score every trial; the grade and the rank are then found by the rules
too, among the unit's group as it is. There is no second way of computing a score here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
    ``scoring.score.score``. ``stands`` says by group how many units have each standing, where the tables
    are those of some of them only."""

    def __init__(
        self,
        tables: Tables,
        scheme: Scheme,
        year: int,
        as_of: date,
        known: date | None = None,
        stands: Mapping[str, Mapping[Standing, int]] | None = None,
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
        self._stands = {group: Counter(own) for group, own in (stands or {}).items()}
        if stands is None:
            for unit, now in self._now.items():
                self._stands.setdefault(self._groups[unit], Counter())[now] += 1
        self._scores = {group: placed_scores(own) for group, own in self._stands.items()}

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

    def composites(self, group: str) -> set[int]:
        """The composites that units of a group have."""
        return {stands.placed for stands in +self._stands[group] if stands.placed is not None}

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
        now = self._now[unit]
        if has_quotas(self.scheme, group):
            tried = self._stands[group] - Counter([now]) + Counter([own])
            grade = grades_of(self.scheme, group, tried)[own]
        else:
            grade = by_bounds(self.scheme, group, own)
        scores, mine = self._scores[group], now.placed if now.ranked else None
        if mine is not None:
            scores[mine] -= 1
        rank = rank_among(self.scheme, scores, own) if own.ranked else None
        if mine is not None:
            scores[mine] += 1
        names = [each.name for each in self.scheme.grades_in(group)]
        return Outcome(
            own.composite,
            None if grade is None else names[grade],
            rank,
        )


def placed_scores(stands: Mapping[Standing, int]) -> Counter[int]:
    """How many of some units that take part in the ranking have each composite."""
    out = Counter[int]()
    for one, count in stands.items():
        if count and one.ranked and one.placed is not None:
            out[one.placed] += count
    return out


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
