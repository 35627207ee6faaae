"""The plain rows of all parts as the frames that ``scoring.score.frames`` takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import narwhals as nw
import pyarrow as pa

from scoring.engines.model import Engine, Frame
from scoring.intake.bulk.parts import PartRows
from scoring.lookup.units import UnitList
from scoring.scheme import Ledger, SelfAssessment

_TEXT: Final = pa.large_string()


def frames_of(engine: Engine, units: UnitList, parts: Sequence[PartRows]) -> dict[str, Frame]:
    """The tables by their names in ``scoring.tables.Tables``; one without rows is left out."""
    found: dict[str, list[Frame]] = {}
    for rows in parts:
        key = nw.lit(rows.key, nw.String).alias("component")
        if isinstance(rows.part, Ledger):
            found.setdefault("entries", []).append(_entries(rows.plain, key))
        elif isinstance(rows.part, SelfAssessment):
            found.setdefault("items", []).append(_items(rows.plain, key))
            found.setdefault("forms", []).append(_forms(rows.plain, key))
        else:
            found.setdefault("scores", []).append(
                rows.plain.select(
                    key, "unit", "score", "assessor", nw.lit(0, nw.Int64).alias("row")
                )
            )
    tables = {name: some[0] if len(some) == 1 else nw.concat(some) for name, some in found.items()}
    return {"units": _units(engine, units), **tables}


def _units(engine: Engine, units: UnitList) -> Frame:
    rows = units.rows()
    return engine.frame(
        pa.table(
            {
                "unit": pa.array([row.unit for row in rows], _TEXT),
                "group": pa.array([row.group for row in rows], _TEXT),
                "parent": pa.array([row.parent for row in rows], _TEXT),
                "position": pa.array([row.position for row in rows], pa.int64()),
            }
        )
    )


def _entries(rows: Frame, key: nw.Expr) -> Frame:
    names = (
        "entry", "unit", "rule", "found", "points", "same_problem", "event", "deadline", "rectified",
        "verification", "revoked",
    )  # fmt: skip
    return rows.select(key, *names)


def _items(rows: Frame, key: nw.Expr) -> Frame:
    names = ("verified_score", "done", "of", "faults", "not_applicable")
    return rows.select(key, "unit", "period", "indicator", *names)


def _forms(rows: Frame, key: nw.Expr) -> Frame:
    """A form of each unit and period that has items. The days by which it is late are the same in all of
    its rows: a form of which they are not is read closely."""
    forms = rows.group_by("unit", "period").agg(nw.col("days_late").max())
    return forms.select(key, "unit", "period", "days_late")
