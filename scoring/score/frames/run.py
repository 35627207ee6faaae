"""From frames to the results of many units, as a frame of the same library."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scoring.rules.composite import took_effect
from scoring.rules.exact import EXACT, Exact
from scoring.rules.grading import Placed, Standing, count_of, placed_by_standing, standing_of
from scoring.scheme import Ledger, Scheme
from scoring.score.city import standing
from scoring.score.frames.ledger_rows import judged
from scoring.score.frames.sums import Integers, UnitList
from scoring.score.frames.tables import (
    TABLES,
    TEXT,
    TRUTH,
    WHOLE,
    Frame,
    Frames,
    like,
    records,
)
from scoring.score.frames.units import SHOWN, GroupYear, Truths, group_year, sums_of
from scoring.score.result import Gap
from scoring.score.unit import Course, UnitYear, course, rows_by_unit, score_unit
from scoring.tables import ROWS, EntryRow, Tables, UnitRow, column, make_tables


def score_frames(
    frames: Frames,
    scheme: Scheme,
    year: int,
    as_of: date,
    known: date | None = None,
    instead: Tables | None = None,
) -> Frame:
    """Composites, grades and ranks of every graded unit, in the order of ``position``: unit, group,
    position, composite (a count of ``10**-decimals`` points, null where something is missing that must
    not be), settled (it rests on no gap that forbids a grade), ranked (no condition keeps it out of the ranking), grade, rank, gaps and blocking (the
    components in which something is missing, and those that forbid a grade, split by blanks), and the
    score of every component as ``score_<key>``, in ten-thousandths, rounded half up.

    ``as_of`` and ``known`` as in ``scoring.score.score``. ``instead`` are all rows of some units, by which
    these are scored, whatever stands in the frames of them.
    """
    return ManyUnits(frames, course(scheme, year, as_of, known)).graded(instead)


class ManyUnits:
    """The units of some frames, their rows added up: ``graded`` takes them to grades and ranks."""

    def __init__(self, frames: Frames, run: Course) -> None:
        self._frames, self._run = frames, run
        self._units = UnitList(frames)
        sums = sums_of(frames, self._units, run)
        self._years = {
            group: group_year(run, sums[group], group, self._units.of_group(group))
            for group in run.scheme.groups
        }
        self.stands: dict[str, Counter[Standing]] = {}
        """By group how many units have each standing; known when they are graded."""

    def lacking(self) -> list[str]:
        """The units of which something is missing, or may be, in the order of the list."""
        found = [
            here.at[np.any([*here.gaps.values(), *here.blocking.values()], axis=0)]
            for here in self._years.values()
        ]
        at = np.sort(np.concatenate(found))
        names: list[str] = self._units.names.take(pa.array(at)).to_pylist()
        return names

    def counted(self) -> dict[tuple[str, str], Integers]:
        """By component and rule how often the rule counted, for every unit in the order of the list."""
        out: dict[tuple[str, str], Integers] = {}
        for here in self._years.values():
            for rule, counts in here.counts.items():
                values = out.setdefault(rule, np.zeros(len(self._units.names), dtype=np.int64))
                values[here.at] = np.ma.filled(here.values(counts), 0)
        return out

    def graded(self, instead: Tables | None = None) -> Frame:
        """What ``score_frames`` gives."""
        tables = [
            _graded(
                self._frames,
                self._run,
                self._units,
                group,
                here,
                instead or Tables(),
                self.stands.setdefault(group, Counter()),
            )
            for group, here in self._years.items()
        ]
        return like(self._frames.units, pa.concat_tables(tables).sort_by("position"))


def judge_entries(
    frames: Frames, scheme: Scheme, year: int, as_of: date, known: date | None = None
) -> Iterator[Frame]:
    """The rows of every ledger, with ``home``, the graded unit that each is charged to, and ``status``:
    that it counted, or why not (see ``scoring.rules.ledger``)."""
    run = course(scheme, year, as_of, known)
    for key, leaf in scheme.leaves().items():
        if isinstance(leaf, Ledger):
            yield judged(frames, key, leaf, run.days).drop("parent")


NOTHING: Final = -(10**15)
"""Where a composite is absent; none is so far below zero."""
FOUND: Final[Mapping[str, pa.DataType]] = {
    "unit": TEXT, "group": TEXT, "position": WHOLE, "composite": WHOLE, "settled": TRUTH,
    "ranked": TRUTH,
    "grade": TEXT, "rank": WHOLE, "gaps": TEXT, "blocking": TEXT,
}  # fmt: skip


def _graded(
    frames: Frames, run: Course, units: UnitList, group: str, here: GroupYear, instead: Tables,
    tally: Counter[Standing],
) -> pa.Table:  # fmt: skip
    """The results of the units of a group: those in doubt, and those with rows ``instead``, by the exact
    rules, the others by the columns. ``tally`` takes how many units have each standing."""
    names = units.names.take(pa.array(here.at))
    given = [unit.unit for unit in instead.units if unit.parent is None]
    replaced = pc.is_in(names, value_set=pa.array(given, names.type)).to_numpy(zero_copy_only=False)
    doubtful = np.flatnonzero(here.doubt | replaced)
    wanted = names.take(pa.array(doubtful)).to_pylist()
    years = _exactly(frames, run, units, wanted, instead)
    stands, of_unit = _standings(run, group, here)
    of_unit[doubtful] = len(stands) + np.arange(len(doubtful))
    stands += [standing(run.scheme, year) for year in years]
    tally.clear()
    for stand, count in zip(stands, np.bincount(of_unit, minlength=len(stands)), strict=True):
        tally[stand] += int(count)
    placed = placed_by_standing(run.scheme, group, {s: n for s, n in tally.items() if n})
    grades = [grade.name for grade in run.scheme.grades_in(group)]
    nowhere = Placed(None, None)
    places = [placed.get(stand, nowhere) for stand in stands]
    by_standing = {
        "composite": [stand.composite for stand in stands],
        "settled": [stand.settled for stand in stands],
        "ranked": [stand.ranked for stand in stands],
        "grade": [None if place.grade is None else grades[place.grade] for place in places],
        "rank": [place.rank for place in places],
    }
    at, which = pa.array(here.at), pa.array(of_unit)
    found = {
        "unit": names,
        "group": pa.array([group], TEXT).take(pa.array(np.zeros(len(at), dtype=np.int64))),
        "position": units.positions.take(at),
        **{name: pa.array(v, FOUND[name]).take(which) for name, v in by_standing.items()},
        "gaps": _listed(here.gaps, len(at), doubtful, [_missing(run, year, year.gaps) for year in years]),
        "blocking": _listed(here.blocking, len(at), doubtful, [
            _missing(run, year, [gap for gap in year.gaps if gap.blocking]) for year in years
        ]),
        **{f"score_{key}": _scores(here, key, doubtful, years) for key, _ in run.scheme.every()},
    }  # fmt: skip
    return pa.table(found)


def _standings(run: Course, group: str, here: GroupYear) -> tuple[list[Standing], Integers]:
    """How units of a group stand, and which of these is each unit's. Units with the same composite,
    conditions and gaps stand the same: of a million there are some thousand kinds."""
    own = run.groups[group].scheme
    lacks = np.any(list(here.blocking.values()), axis=0)
    held, of_unit = _combinations(here.held, len(here.at))
    standings = np.stack([np.ma.filled(here.composite, NOTHING), of_unit, lacks], axis=1)
    kinds, which = np.unique(standings, axis=0, return_inverse=True)
    stands = []
    for composite, holds, lacking in kinds.tolist():
        count = count_of(run.scheme, None if composite == NOTHING else composite)
        took = took_effect(own, group, held[holds])
        settled = count is not None and not lacking
        stands.append(standing_of(run.scheme, group, count, took, settled=settled))
    return stands, which.reshape(-1)


def _combinations(said: Mapping[str, Truths], units: int) -> tuple[list[list[str]], Integers]:
    """Which names hold together, and by unit which of these combinations is its own."""
    names = list(said)
    if not any(np.any(holds) for holds in said.values()):
        return [[]], np.zeros(units, dtype=np.int64)
    table = np.stack([said[name] for name in names], axis=1)
    kinds, which = np.unique(table, axis=0, return_inverse=True)
    return [
        [n for n, on in zip(names, kind, strict=True) if on] for kind in kinds.tolist()
    ], which.reshape(-1)


def _listed(
    said: Mapping[str, Truths], units: int, doubtful: Integers, exact: Sequence[str]
) -> pa.Array:
    """By unit the components of which something is said, split by blanks; ``exact`` says it of those in
    doubt."""
    kinds, which = _combinations(said, units)
    which[doubtful] = len(kinds) + np.arange(len(doubtful))
    return pa.array([*map(_joined, kinds), *exact], TEXT).take(pa.array(which))


def _joined(keys: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(keys))


def _missing(run: Course, year: UnitYear, gaps: Iterable[Gap]) -> str:
    """The components in which something is missing, in the scheme's order."""
    here = {gap.component for gap in gaps}
    return _joined(key for key in run.scheme.leaves() if key in here)


def _scores(here: GroupYear, key: str, doubtful: Integers, years: Sequence[UnitYear]) -> pa.Array:
    """The score of a component by unit, in ten-thousandths."""
    if key in here.scores:
        values, absent = (
            np.ma.getdata(here.scores[key]).copy(),
            np.ma.getmaskarray(here.scores[key]).copy(),
        )
    else:
        values, absent = np.zeros(len(here.at), dtype=np.int64), np.ones(len(here.at), dtype=bool)
    for at, year in zip(doubtful.tolist(), years, strict=True):
        shown = _shown(year.scores[key]) if key in year.scores else None
        values[at], absent[at] = shown or 0, shown is None
    return pa.array(values, WHOLE, mask=absent)


def _exactly(
    frames: Frames, run: Course, units: UnitList, names: Sequence[str], instead: Tables
) -> list[UnitYear]:
    """The years of some units by the exact rules, from the rows ``instead`` where these have them."""
    rows = rows_by_unit(instead)
    others = [name for name in names if name not in rows]
    if others:
        of = _placed_tables_of if frames.placed else _tables_of
        rows |= rows_by_unit(of(frames, units, others))
    return [score_unit(run, rows[name]) for name in names]


def _shown(score: Exact) -> int | None:
    found = EXACT.rounded(score, SHOWN).value
    return None if found is None else int(found)


def _tables_of(frames: Frames, units: UnitList, names: Sequence[str]) -> Tables:
    """The rows of some graded units and of their subordinate departments."""
    wanted = list(names)
    unit, parent = nw.col(column(UnitRow.unit)), nw.col(column(UnitRow.parent))
    here = unit.is_in(wanted) | parent.is_in(wanted)
    units_of = records(frames.units.filter(here), UnitRow._fields)
    rows = {"units": units_of}
    named = [row[column(UnitRow.unit)] for row in units_of]
    for table in TABLES:
        if table != "units":
            frame: Frame = getattr(frames, table)
            rows[table] = records(frame.filter(unit.is_in(named)), ROWS[table]._fields)
    return make_tables(rows)


def _placed_tables_of(frames: Frames, units: UnitList, names: Sequence[str]) -> Tables:
    """The rows of some graded units, and of a department each that has all rows of its departments."""
    unit, parent = column(UnitRow.unit), column(UnitRow.parent)
    at = pc.index_in(pa.array(names, units.names.type), value_set=units.names)
    name_of = dict(zip(at.to_pylist(), names, strict=True))
    asked = like(frames.units, pa.table({unit: at.cast(WHOLE)}))
    named = frames.units.join(
        like(frames.units, pa.table({unit: pa.array(names, TEXT)})), on=unit, how="inner"
    )
    rows = {"units": records(named, UnitRow._fields)}
    rows["units"] += [
        {**row, unit: _department(row[unit]), parent: row[unit]} for row in rows["units"]
    ]
    for table in TABLES:
        if table == "units":
            continue
        frame: Frame = getattr(frames, table)
        found = records(frame.join(asked, on=unit, how="inner"))
        for row in found:
            own = name_of[row[unit]]
            row[unit] = own if row.pop(parent, None) is None else _department(own)
            row.pop(column(UnitRow.group), None)
            if table == "entries":
                row[column(EntryRow.entry)] = ""
        rows[table] = found
    return make_tables(rows)


def _department(unit: object) -> str:
    """The name of a department of a unit."""
    return f"{unit}/"
