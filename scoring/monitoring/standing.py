"""Where every unit would stand on a day of the year, while parts of it are still to come.

The scheme's own rules score what is there; what is not there yet is left out and the rest is weighed
as if it were all (折算), whatever the scheme says of a part that is missing at the end. So the grades
are provisional (暂定), and of a unit with nothing to go by there is none.

A day is looked at from several sides: as the scheme says, without what is missing, as it would be on a
later day. The rows are sorted by unit once, and a part whose rows and day are the same is scored once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Final, NamedTuple

from scoring.enums import Missing
from scoring.monitoring.known import without_later_forms
from scoring.rules.ledger import PENDING, UNDATED
from scoring.scheme import Ledger, Scheme
from scoring.scheme.components import AnyComponent, with_leaves
from scoring.score import Result, UnitResult
from scoring.score.city import gathered, units_of
from scoring.score.unit import (
    Course,
    UnitRows,
    UnitYear,
    composed,
    course,
    group_courses,
    points_of,
    rows_by_unit,
    score_parts,
    score_unit,
    with_parts,
)
from scoring.tables import EntryRow, Tables


def seen_on(tables: Tables, day: date, known: date) -> Tables:
    """What was there on a day: no row found later, no rectification after it, no form handed in after
    ``known``."""
    there = without_later_forms(tables, known)
    return replace(there, entries=tuple(seen_entries(tables.entries, day)))


def seen_entries(entries: Iterable[EntryRow], day: date) -> list[EntryRow]:
    """The ledger rows that were there on a day."""
    return [
        row._replace(rectified=None) if row.rectified and row.rectified > day else row
        for row in entries
        if row.found <= day
    ]


class Scored(NamedTuple):
    """The parts of every unit that were scored on a course, by its name, and its rows."""

    run: Course
    rows: Mapping[str, UnitRows]
    parts: Mapping[str, UnitYear]

    def years(self) -> Iterator[UnitYear]:
        """The units' years from their parts."""
        return (composed(self.run, own) for own in self.parts.values())

    def units(self) -> tuple[UnitResult, ...]:
        """Where every unit stands, in print order."""
        return units_of(self.run.scheme, self.years())

    def result(self, tables: Tables) -> Result:
        """All that was found; ``tables`` are those that were scored. It is not final."""
        return gathered(self.run, tables, self.years(), final=False)


def scored_on(tables: Tables, scheme: Scheme, year: int, day: date, known: date) -> Scored:
    """Everything by the scheme as it is, as of a day."""
    run, rows = course(scheme, year, day, known), rows_by_unit(tables)
    parts = {
        unit: score_parts(run, own, run.groups[own.unit.group].leaves) for unit, own in rows.items()
    }
    return Scored(run, rows, parts)


def standing(scored: Scored, as_of: date) -> Scored:
    """The provisional standing as of ``as_of``, from what was scored by the scheme as it is: without what is
    missing, and without rows that nobody can decide yet (待核实, no deadline)."""
    before = scored.run
    run = course(without_missing(before.scheme), before.year, as_of, before.known)
    parts = {}
    for unit, own in scored.rows.items():
        leaves, ledgers = run.groups[own.unit.group].leaves, _ledgers(run, own)
        # What a ledger comes to does not depend on what becomes of missing parts.
        same = ledgers if as_of == before.as_of else []
        changed = score_parts(run, own, (key for key in leaves if key not in same))
        parts[unit] = _decided(run, own, with_parts(scored.parts[unit], changed), ledgers)
    return Scored(run, scored.rows, parts)


def moved(stands: Scored, as_of: date) -> Scored:
    """A provisional standing of one day as it would be on another one, if no row changed: the ledgers are
    looked at on that day."""
    return _with_ledgers(stands, stands.run._replace(as_of=as_of), stands.rows)


def with_rows(stands: Scored, rows: Mapping[str, UnitRows]) -> Scored:
    """A provisional standing with other ledger rows of some units."""
    return _with_ledgers(stands, stands.run, rows)


def _with_ledgers(stands: Scored, run: Course, rows: Mapping[str, UnitRows]) -> Scored:
    parts = dict(stands.parts)
    for unit, own in rows.items():
        ledgers = _ledgers(run, own)
        changed = score_parts(run, own, ledgers)
        parts[unit] = _decided(run, own, with_parts(parts[unit], changed), ledgers)
    return Scored(run, {**stands.rows, **rows}, parts)


def _decided(run: Course, rows: UnitRows, found: UnitYear, ledgers: Sequence[str]) -> UnitYear:
    """A year without the ledger rows that nobody can decide yet."""
    open_ = {id(e.row) for key in ledgers for e in found.entries[key] if e.status in _UNDECIDED}
    if not open_ and not rows.refused:
        return found
    kept = {
        key: [row for row in some if id(row) not in open_] for key, some in rows.entries.items()
    }
    return with_parts(found, score_parts(run, UnitRows(rows.unit, kept), ledgers))


_UNDECIDED: Final = frozenset({PENDING, UNDATED})


def _ledgers(run: Course, rows: UnitRows) -> list[str]:
    leaves = run.groups[rows.unit.group].leaves
    return [key for key, leaf in leaves.items() if isinstance(leaf, Ledger)]


class LedgerYear:
    """The ledgers of a year, looked at on one day after another: the rows of each unit are sorted once."""

    def __init__(self, tables: Tables, scheme: Scheme, year: int) -> None:
        self._scheme, self._year = scheme, year
        self._groups = group_courses(scheme)
        self._rows = rows_by_unit(
            Tables(units=tables.units, entries=tables.entries, refused=tables.refused)
        )

    def _on(self, day: date, known: date) -> tuple[Course, Iterator[UnitRows]]:
        run = course(self._scheme, self._year, day, known, self._groups)
        return run, (
            UnitRows(
                own.unit,
                {key: seen_entries(rows, day) for key, rows in own.entries.items()},
                refused=own.refused,
            )
            for own in self._rows.values()
        )

    def scores(self, key: str, day: date, known: date) -> dict[str, Fraction | None]:
        """By unit the score of one ledger on a day, by what was ``known``; rows that nobody can decide yet
        count for nothing. None for a unit that does not have this ledger."""
        run, rows = self._on(day, known)
        found: dict[str, Fraction | None] = {}
        for own in rows:
            has = key in run.groups[own.unit.group].leaves
            score = score_parts(run, own, [key]).scores[key] if has else None
            found[own.unit.unit] = None if score is None else points_of(score)
        return found

    def units(self, day: date, known: date) -> tuple[UnitResult, ...]:
        """Where every unit stands on a day by its ledgers alone, of which the scheme must consist."""
        run, rows = self._on(day, known)
        return units_of(self._scheme, (score_unit(run, own) for own in rows))


def without_missing(scheme: Scheme) -> Scheme:
    """The scheme in which a part that is not there yet is left out."""

    def change(_: str, component: AnyComponent) -> AnyComponent:
        return component.model_copy(update={"missing": None})

    return scheme.model_copy(
        update={
            "missing": Missing.REWEIGHT,
            "components": with_leaves(scheme.components, change),
        }
    )
