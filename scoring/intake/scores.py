"""Scores handed in whole, one row a unit, as 第三方评估."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scoring.intake.table import Column, Row, TableReader
from scoring.intake.units import Unit, UnitList
from scoring.problems import Place
from scoring.scheme import Score

COLUMNS = (
    Column(
        "单位",
        ("单位名称", "被评估单位", "考核对象"),
        required=True,
        spread=False,
        identity="name",
    ),
    Column("得分", ("评估得分", "分数", "总分", "成绩"), required=True, spread=False),
    Column("评估机构", ("第三方机构", "评委", "评分人")),
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
    if component.assessors == "one":
        return COLUMNS
    return tuple(ASSESSOR if column.name == "评估机构" else column for column in COLUMNS)


def read_scores(
    readers: Iterable[TableReader], key: str, component: Score, units: UnitList
) -> list[dict[str, Any]]:
    """The scores of component ``key``. Problems are recorded in the readers."""
    out: list[dict[str, Any]] = []
    lost: list[tuple[Unit | None, Place]] = []
    seen: dict[str, Place] = {}
    for reader in readers:
        for row in reader.rows():
            row.component = key
            unit = units.resolve(row, "单位")
            if unit is None:
                lost.append((units.meant(row.text("单位") or ""), row.place()))
                continue
            row.unit = unit.name
            score = row.points("得分", 0, component.full)
            several = component.assessors != "one"
            assessor = row.text("评委", required=True) if several else row.text("评估机构")
            if several and assessor is None:
                out.append(_row(row, key, unit, None, None))
                continue
            # With several assessors a unit has a score of each of them.
            who = f"{unit.name} {assessor}" if several else unit.name
            first = seen.setdefault(who, row.place("单位"))
            if first != row.place("单位"):
                row.add("score-duplicate", "单位", unit.name, f"只填一行；另一行在{first}")
                lost.append((None, row.place()))
                continue
            if unit.parent is not None:
                row.add("unit-not-graded", "单位", unit.name)
            out.append(_row(row, key, unit, score, assessor))
    return out if component.assessors != "one" else out + _of_lost(out, lost, key, units)


def _of_lost(
    rows: list[dict[str, Any]], lost: list[tuple[Unit | None, Place]], key: str, units: UnitList
) -> list[dict[str, Any]]:
    """Refused scores of the units without one whose row was refused: the unit that a row's name is
    most like, then all that are left, unless those are more than the rows."""
    given = {row["unit"] for row in rows}
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
        {"component": key, "unit": name, "score": None, "refused": True, "file": place.file,
         "sheet": place.sheet, "row": place.row}
        for name, place in found.items()
    ]  # fmt: skip


def _row(row: Row, key: str, unit: Unit, score: int | None, assessor: str | None) -> dict[str, Any]:
    return {
        "component": key,
        "unit": unit.name,
        "score": score,
        "refused": not row.ok,
        "assessor": assessor,
        "note": row.text("备注"),
        "file": row.place().file,
        "sheet": row.place().sheet,
        "row": row.number,
    }
