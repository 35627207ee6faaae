"""From frames to the results of many units, as a frame of the same library."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date

import narwhals as nw
import numpy as np

from scoring.rules.composite import took_effect
from scoring.rules.exact import EXACT, Exact
from scoring.rules.grading import Standing, count_of, grade_and_rank, standing_of
from scoring.scheme import Ledger, Scheme
from scoring.score.city import standing
from scoring.score.frames.ledger_rows import judged
from scoring.score.frames.sums import Integers, UnitList
from scoring.score.frames.tables import (
    TEXT,
    TRUTH,
    WHOLE,
    Frame,
    Frames,
    arrow_table,
    like,
    records,
)
from scoring.score.frames.units import SHOWN, GroupYear, group_year, sums_of
from scoring.score.unit import Course, UnitYear, course, rows_by_unit, score_unit
from scoring.tables import ROWS, Tables, UnitRow, column, make_tables


def score_frames(
    frames: Frames, scheme: Scheme, year: int, as_of: date, known: date | None = None
) -> Frame:
    """Composites, grades and ranks of every graded unit, in the order of ``position``: unit, group,
    position, composite (a count of ``10**-decimals`` points, null where something is missing that must
    not be), settled (it rests on no gap that forbids a grade), grade, rank, gaps and blocking (the
    components in which something is missing, and those that forbid a grade, split by blanks), and the
    score of every component as ``score_<key>``, in ten-thousandths, rounded half up.

    ``as_of`` and ``known`` as in ``scoring.score.score``.
    """
    run = course(scheme, year, as_of, known)
    units = UnitList(frames)
    sums = sums_of(frames, units, run)
    groups = np.array(units.groups, dtype=object)
    found: list[_Year] = []
    for group in scheme.groups:
        here = group_year(run, sums[group], group, np.flatnonzero(groups == group))
        members = _decided(frames, run, units, group, here)
        placed = grade_and_rank(scheme, group, [member.standing for member in members])
        names = [grade.name for grade in scheme.grades_in(group)]
        for member, place in zip(members, placed, strict=True):
            member.grade = None if place.grade is None else names[place.grade]
            member.rank = place.rank
        found += members
    found.sort(key=lambda member: member.position)
    return _as_frame(frames, scheme, found)


def judge_entries(
    frames: Frames, scheme: Scheme, year: int, as_of: date, known: date | None = None
) -> Iterator[Frame]:
    """The rows of every ledger, with ``home``, the graded unit that each is charged to, and ``status``:
    that it counted, or why not (see ``scoring.rules.ledger``)."""
    run = course(scheme, year, as_of, known)
    for key, leaf in scheme.leaves().items():
        if isinstance(leaf, Ledger):
            yield judged(frames, key, leaf, run.days).drop("parent")


@dataclass
class _Year:
    """The year of one unit."""

    unit: str
    group: str
    position: int
    standing: Standing
    gaps: str
    blocking: str
    scores: dict[str, int | None]
    grade: str | None = None
    rank: int | None = None


def _decided(
    frames: Frames, run: Course, units: UnitList, group: str, here: GroupYear
) -> list[_Year]:
    """The years of the units of a group: those in doubt by the exact rules, the others by the columns."""
    doubtful = {units.names[i] for i in here.at[here.doubt]}
    exact = _exactly(frames, run, doubtful) if doubtful else {}
    composites = here.composite.tolist()
    scores = {key: column.tolist() for key, column in here.scores.items()}
    gaps, blocking = (_listed(said) for said in (here.gaps, here.blocking))
    held = {name: set(np.flatnonzero(holds).tolist()) for name, holds in here.held.items()}
    own = run.groups[group].scheme
    out = []
    for i, at in enumerate(here.at.tolist()):
        name, position = units.names[at], units.positions[at]
        if name in exact:
            out.append(_from_rules(run, exact[name], position))
            continue
        took = took_effect(own, group, (name for name, members in held.items() if i in members))
        count = count_of(run.scheme, composites[i])
        settled = count is not None and not blocking[i]
        stands = standing_of(run.scheme, group, count, took, settled=settled)
        mine = {key: values[i] for key, values in scores.items()}
        out.append(_Year(name, group, position, stands, gaps[i], blocking[i], mine))
    return out


def _listed(said: dict[str, Integers]) -> list[str]:
    """By unit the components of which something is said, split by blanks."""
    keys = list(said)
    table = np.array([said[key] for key in keys]).T
    texts: dict[bytes, str] = {}
    for row in table:
        if row.tobytes() not in texts:
            texts[row.tobytes()] = _joined(key for key, on in zip(keys, row, strict=True) if on)
    return [texts[row.tobytes()] for row in table]


def _joined(keys: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(keys))


def _exactly(frames: Frames, run: Course, names: Collection[str]) -> dict[str, UnitYear]:
    """The years of some units by the exact rules."""
    return {
        unit: score_unit(run, own)
        for unit, own in rows_by_unit(_tables_of(frames, names)).items()
        if unit in names
    }


def _from_rules(run: Course, year: UnitYear, position: int) -> _Year:
    order = list(run.scheme.leaves())
    gaps = sorted({gap.component for gap in year.gaps}, key=order.index)
    blocking = sorted({gap.component for gap in year.gaps if gap.blocking}, key=order.index)
    return _Year(
        year.unit.unit, year.unit.group, position, standing(run.scheme, year), _joined(gaps),
        _joined(blocking), {key: _shown(score) for key, score in year.scores.items()},
    )  # fmt: skip


def _shown(score: Exact) -> int | None:
    found = EXACT.rounded(score, SHOWN).value
    return None if found is None else int(found)


def _tables_of(frames: Frames, units: Collection[str]) -> Tables:
    """The rows of some graded units and of their subordinate departments."""
    wanted = list(units)
    unit, parent = nw.col(column(UnitRow.unit)), nw.col(column(UnitRow.parent))
    here = unit.is_in(wanted) | parent.is_in(wanted)
    units_of = records(frames.units.filter(here), UnitRow._fields)
    rows = {"units": units_of}
    names = [row[column(UnitRow.unit)] for row in units_of]
    for field in fields(Frames):
        if field.name != "units":
            frame: Frame = getattr(frames, field.name)
            rows[field.name] = records(frame.filter(unit.is_in(names)), ROWS[field.name]._fields)
    return make_tables(rows)


def _as_frame(frames: Frames, scheme: Scheme, years: Sequence[_Year]) -> Frame:
    keys = [key for key, _ in scheme.every()]
    rows: list[dict[str, object]] = [
        {
            "unit": year.unit, "group": year.group, "position": year.position,
            "composite": year.standing.composite, "settled": year.standing.settled,
            "grade": year.grade, "rank": year.rank, "gaps": year.gaps, "blocking": year.blocking,
            **{f"score_{key}": year.scores.get(key) for key in keys},
        }
        for year in years
    ]  # fmt: skip
    schema = {
        "unit": TEXT, "group": TEXT, "position": WHOLE, "composite": WHOLE, "settled": TRUTH,
        "grade": TEXT, "rank": WHOLE, "gaps": TEXT, "blocking": TEXT,
        **{f"score_{key}": WHOLE for key in keys},
    }  # fmt: skip
    return like(frames.units, arrow_table(rows, schema))
