"""The plain rows as the frames that scoring takes, their units by place (``scoring.score.frames.tables``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import narwhals as nw
import pyarrow as pa

from scoring.engines.model import Engine, Frame
from scoring.intake.bulk.lists import GROUP, HOME, PARENT, POSITION, UNIT, UnitColumns
from scoring.intake.bulk.parts import PartRows
from scoring.scheme import Ledger, SelfAssessment

_TEXT: Final = pa.large_string()


def frames_of(
    engine: Engine, units: UnitColumns, parts: Sequence[PartRows], forms: Mapping[str, pa.Table]
) -> dict[str, Frame]:
    """The tables by their names in ``scoring.tables.Tables``; one without rows is left out. ``forms`` are
    those that came in, by part."""
    found: dict[str, list[Frame]] = {}
    for rows in parts:
        key = nw.lit(rows.key, nw.String).alias("component")
        unit = nw.col(HOME).alias("unit")
        if isinstance(rows.part, Ledger):
            found.setdefault("entries", []).append(rows.plain.select(key, unit, *_ENTRIES))
        elif isinstance(rows.part, SelfAssessment):
            found.setdefault("items", []).append(rows.plain.select(key, unit, *_ITEMS))
            came = engine.frame(forms[rows.key]).select(key, "unit", "period", "days_late")
            found.setdefault("forms", []).append(came)
        else:
            given = rows.plain.select(key, unit, "score", "assessor")
            found.setdefault("scores", []).append(given)
    tables = {name: some[0] if len(some) == 1 else nw.concat(some) for name, some in found.items()}
    return {"units": _units(engine, units), **tables}


_ENTRIES: Final = (
    PARENT, "rule", "found", "points", "same_problem", "event", "deadline", "rectified",
    "verification", "revoked",
)  # fmt: skip
_ITEMS: Final = (
    GROUP, "period", "indicator", "verified_score", "done", "of", "faults", "not_applicable",
)  # fmt: skip


def _units(engine: Engine, units: UnitColumns) -> Frame:
    graded = units.graded
    columns = {name: graded[name] for name in (UNIT, GROUP, POSITION)}
    return engine.frame(pa.table({**columns, PARENT: pa.nulls(len(graded), _TEXT)}))
