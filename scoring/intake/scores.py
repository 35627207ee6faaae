"""Scores handed in whole, one row a unit (and assessor), as 第三方评估."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from scoring.enums import Assessors
from scoring.intake.table import Column, Row, TableReader
from scoring.intake.units import is_other, resolve
from scoring.lookup.text import fold
from scoring.lookup.units import Unit, UnitList
from scoring.problems import Place, Problem
from scoring.scheme import Score
from scoring.scheme.parts import in_group
from scoring.tables import ScoreRow

COLUMNS = (
    Column(
        "单位",
        ("单位名称", "被评估单位", "考核对象"),
        required=True,
        spread=False,
        identity="name",
    ),
    Column(
        "得分",
        ("评估得分", "综合得分", "最终得分", "评分", "分数", "总分", "成绩"),
        required=True,
        spread=False,
        identity="amount",
    ),
    Column("评估机构", ("第三方机构", "评委", "评分人"), identity="key"),
    Column(
        "备注",
    ),
)

ASSESSOR = Column(
    "评委", ("评估机构", "第三方机构", "评分人", "评委姓名"), required=True, spread=False
)
"""Who gave the score, where several do."""


def columns_for(component: Score) -> tuple[Column, ...]:
    """The contract's columns; with several assessors each row says whose score it is."""
    if component.assessors == Assessors.ONE:
        return COLUMNS
    return tuple(ASSESSOR if column.name == "评估机构" else column for column in COLUMNS)


def read_scores(
    readers: Iterable[TableReader], key: str, component: Score, units: UnitList, *, unread: bool
) -> list[ScoreRow]:
    """The scores of component ``key``, ``unread`` where a file of its table could not be read.
    Problems are recorded in the readers.

    With several assessors the rows are complete: where one of a group's assessors has no row for
    a unit of it, a row without a score and without a row number says so.
    """
    out: list[ScoreRow] = []
    several = component.assessors != Assessors.ONE
    seen: dict[tuple[str, str], tuple[Place, int]] = {}
    panels = _Panels()
    lost: list[tuple[Unit | None, Place]] = []
    for reader in readers:
        for row in reader.rows():
            row.component = key
            unit = resolve(units, row, "单位")
            if unit is None:
                if several:
                    panels.orphan(row.text("评委"), row.place())
                lost.append((units.meant(row.text("单位") or ""), row.place()))
                continue
            row.unit = unit.name
            if is_other(units, row, "单位", unit):
                continue
            score = row.points("得分", 0, in_group(component.full_by, unit.group))
            assessor = row.text("评委", required=True) if several else row.text("评估机构")
            if several and assessor is not None and not row.is_name("评委", assessor):
                assessor = None
            if several and assessor is None:
                out.append(_row(row, key, unit, None, None))
                panels.unnamed[unit.name] += 1
                continue
            if several and assessor is not None:
                assessor = panels.add(reader, unit, assessor)
            # With several assessors a unit has a score of each of them.
            who = (unit.name, assessor or "" if several else "")
            place = row.place("单位")
            if who in seen:
                first, at = seen[who]
                row.add("score-duplicate", "单位", unit.name, f"只填一行；另一行在{first}")
                # Nobody knows which of the two holds.
                out[at] = out[at]._replace(
                    score=None, refused=True, file=place.file, sheet=place.sheet, row=row.number
                )
                lost.append((None, row.place()))
                continue
            if unit.parent is not None:
                row.add("unit-not-graded", "单位", unit.name)
            out.append(_row(row, key, unit, score, assessor))
            seen[who] = place, len(out) - 1
    if several:
        out += panels.absent(key, units)
        if unread:
            # Of the assessors in a file that could not be read nothing is known, not even a name.
            out += [
                ScoreRow(key, unit.name, refused=True, file=component.table)
                for unit in units.graded()
            ]
    return out if several else out + _of_lost(out, lost, key, units)


def _of_lost(
    rows: list[ScoreRow], lost: list[tuple[Unit | None, Place]], key: str, units: UnitList
) -> list[ScoreRow]:
    """Refused scores of the units without one whose row was refused: the unit that a row's name is
    most like, then all that are left, unless those are more than the rows."""
    given = {row.unit for row in rows}
    missing = {unit.name for unit in units.graded() if unit.name not in given}
    found: dict[str, Place] = {}
    for unit, place in lost:
        if unit is not None and unit.name in missing:
            found.setdefault(unit.name, place)
    places = [place for _, place in lost if place not in found.values()]
    left = [unit.name for unit in units.graded() if unit.name in missing - found.keys()]
    if len(left) <= len(places):
        found |= dict(zip(left, places, strict=False))
    return [
        ScoreRow(key, name, refused=True, file=place.file, sheet=place.sheet, row=place.row)
        for name, place in found.items()
    ]


def _row(row: Row, key: str, unit: Unit, score: int | None, assessor: str | None) -> ScoreRow:
    refused, place = not row.ok, row.place()
    return ScoreRow(
        component=key,
        unit=unit.name,
        score=score,
        refused=refused,
        assessor=assessor,
        note=row.text("备注"),
        file=place.file,
        sheet=place.sheet,
        row=row.number,
    )


class _Panels:
    """Who scores whom. The assessors of a group of units are all that score any unit of it: panels
    may differ by group, but inside a group every assessor scores every unit."""

    def __init__(self) -> None:
        self.unnamed: Counter[str] = Counter()
        self._spelled: dict[str, str] = {}
        self._where: dict[str, dict[str, TableReader]] = {}
        self._given: dict[str, set[str]] = {}
        self._orphans: dict[str, list[Place]] = {}

    def add(self, reader: TableReader, unit: Unit, assessor: str) -> str:
        """Record that ``assessor`` has a row for ``unit``; gives the name as it was first spelled."""
        name = self._spelled.setdefault(fold(assessor), assessor)
        if unit.parent is None:
            self._where.setdefault(unit.group, {}).setdefault(name, reader)
            self._given.setdefault(unit.name, set()).add(name)
        return name

    def orphan(self, assessor: str | None, place: Place) -> None:
        """Record a row of ``assessor`` whose unit is not known."""
        if assessor is not None:
            self._orphans.setdefault(fold(assessor), []).append(place)

    def absent(self, key: str, units: UnitList) -> list[ScoreRow]:
        """Rows for every assessor of a group without one for a unit of it. A unit of which nobody
        has a row is left out: it has no score at all."""
        self._compare(key)
        lacking: dict[str, list[Unit]] = {}
        for unit in units.graded():
            given = self._given.get(unit.name)
            if given is None:
                continue
            names = [name for name in self._where[unit.group] if name not in given]
            # Rows that do not say whose they are stand for as many assessors.
            if len(names) > self.unnamed[unit.name]:
                for name in names:
                    lacking.setdefault(name, []).append(unit)
        rows = []
        for name, without in lacking.items():
            orphans = self._orphans.get(fold(name), [])
            for number, unit in enumerate(without):
                reader = self._where[unit.group][name]
                # A row of his whose unit is misspelled is reported there, and is the one that lacks.
                known = len(without) <= len(orphans)
                place = orphans[number] if known else Place(reader.grid.file, reader.grid.sheet)
                rows.append(
                    ScoreRow(
                        key, unit.name, refused=known, assessor=name,
                        file=place.file, sheet=place.sheet, row=place.row,
                    )
                )  # fmt: skip
        return rows

    def _compare(self, key: str) -> None:
        """A reminder where groups share assessors, but not all of them."""
        for group, mine in self._where.items():
            elsewhere: dict[str, tuple[str, TableReader]] = {}
            for other, theirs in self._where.items():
                if mine.keys() & theirs.keys():
                    for name in theirs:
                        elsewhere.setdefault(name, (other, theirs[name]))
            # A row with a fault in its unit or its assessor may be the one that lacks.
            faulty = self._orphans.keys() | (
                {fold(n) for n in elsewhere} if self.unnamed else set()
            )
            for name, (other, reader) in elsewhere.items():
                if name not in mine and fold(name) not in faulty:
                    place = Place(reader.grid.file, reader.grid.sheet)
                    about = f"评委{name}给{other}打了分，没有给{group}打分"
                    reader.problems.append(
                        Problem("assessor-group", place, about=about, component=key)
                    )
