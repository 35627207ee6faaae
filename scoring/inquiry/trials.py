"""Many small trials in one run of the engine: one unit with something changed, again and again.

Every trial is a copy of the unit under a name of its own, so that the one engine scores them all
at once; the grade and the rank are then found by the engine too, among the unit's group as it is.
There is no second way of computing a score here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from scoring.inquiry.changes import Change, Row, Rows, apply
from scoring.scheme import Scheme
from scoring.score.engine import score_frames
from scoring.score.grading import NONE, grade_and_rank
from scoring.tables import SCHEMAS, Backend, make_frame, make_tables, records

_STANDING = {
    "unit": pa.large_string(), "group": pa.large_string(), "composite": pa.int64(),
    "settled": pa.bool_(),
}  # fmt: skip
_BEST = {"unit": pa.large_string(), "best": pa.int64()}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a trial gives: the composite as a count of ``10**-decimals`` points, the grade and the
    rank; None where a gap forbids them."""

    composite: int | None
    grade: str | None
    rank: int | None


@dataclass(frozen=True, slots=True)
class Trial:
    """One unit with something changed."""

    unit: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class _Standing:
    """What grading needs to know of a unit."""

    composite: int | None
    settled: bool
    best: int


class Trials:
    """The rows of an assessment as of a day, ready to be tried with changes. ``known`` as in
    ``scoring.score.score_frames``."""

    def __init__(
        self,
        rows: Rows,
        scheme: Scheme,
        year: int,
        as_of: date,
        known: date | None = None,
        backend: Backend = "pandas",
    ) -> None:
        self.scheme = scheme
        self.as_of = as_of
        self.known = known
        self._rows = rows
        self._year = year
        self._backend: Backend = backend
        self._groups = {row["unit"]: row["group"] for row in rows["units"] if not row["parent"]}
        self._own = _by_unit(rows)
        self._now = self._standings(rows)

    def run(self, trials: Sequence[Trial]) -> list[Outcome]:
        """The outcome of every trial, in order."""
        if not trials:
            return []
        rows: Rows = {name: [] for name in SCHEMAS}
        for number, trial in enumerate(trials):
            changed = apply(self._own[trial.unit], trial.changes, self.as_of, self.known)
            for name, table in changed.items():
                rows[name] += [_renamed(row, number) for row in table]
        found = self._standings(rows)
        standings = [found[_copy(t.unit, number)] for number, t in enumerate(trials)]
        return self._place([t.unit for t in trials], standings)

    def at(self, unit: str, composites: Iterable[int]) -> list[Outcome]:
        """The outcomes if the unit's composite were each of ``composites``."""
        best = self._now[unit].best
        standings = [_Standing(composite, True, best) for composite in composites]
        return self._place([unit] * len(standings), standings)

    def composites(self, group: str) -> list[int]:
        """The composites of a group's units that have one."""
        return [
            standing.composite
            for unit, standing in self._now.items()
            if self._groups[unit] == group and standing.composite is not None and standing.settled
        ]

    def _standings(self, rows: Rows) -> dict[str, _Standing]:
        tables = make_tables(rows, self._backend)
        frames = score_frames(tables, self.scheme, self._year, self.as_of, self.known)
        return {
            row["unit"]: _Standing(row["composite"], bool(row["settled"]), row["best"])
            for row in records(frames.units)
        }

    def _place(self, units: Sequence[str], standings: Sequence[_Standing]) -> list[Outcome]:
        """Grade and rank each standing in the place of its unit, among the others as they are."""
        out: list[Outcome] = [Outcome(s.composite, None, None) for s in standings]
        for group in dict.fromkeys(self._groups[unit] for unit in units):
            scheme = self.scheme
            if isinstance(scheme.grades, Mapping):
                scheme = scheme.model_copy(update={"grades": scheme.grades[group]})
            worlds: list[Row] = []
            best: list[Row] = []
            for number, (unit, own) in enumerate(zip(units, standings, strict=True)):
                if self._groups[unit] != group:
                    continue
                members = {name: s for name, s in self._now.items() if self._groups[name] == group}
                for name, standing in {**members, unit: own}.items():
                    key = _copy(name, number)
                    worlds.append(
                        {
                            "unit": key, "group": str(number), "composite": standing.composite,
                            "settled": standing.settled,
                        }
                    )  # fmt: skip
                    best.append({"unit": key, "best": standing.best})
            graded = grade_and_rank(
                make_frame(worlds, _STANDING, self._backend),
                make_frame(best, _BEST, self._backend),
                scheme,
            )
            names = [grade.name for grade in self.scheme.grades_in(group)]
            found = {row["unit"]: row for row in records(graded)}
            for number, unit in enumerate(units):
                row = found.get(_copy(unit, number))
                if row is not None:
                    grade = None if row["grade"] == NONE else names[row["grade"]]
                    out[number] = Outcome(row["composite"], grade, row["rank"])
        return out


def _copy(unit: str, number: int) -> str:
    return f"{number}/{unit}"


def _renamed(row: Row, number: int) -> Row:
    out = {**row, "unit": _copy(row["unit"], number)}
    if row.get("parent"):
        out["parent"] = _copy(row["parent"], number)
    return out


def _by_unit(rows: Rows) -> dict[str, Rows]:
    """The rows of every graded unit, those of its subordinate departments included."""
    home = {row["unit"]: row["parent"] or row["unit"] for row in rows["units"]}
    out: dict[str, Rows] = {unit: {name: [] for name in SCHEMAS} for unit in home.values()}
    for name, table in rows.items():
        for row in table:
            unit: Any = home.get(row["unit"])
            if unit is not None:
                out[unit][name].append(row)
    return out
