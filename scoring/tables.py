"""The typed tables that intake hands to scoring: dataframes with one schema each.

Points are int64 ten-thousandths, days are dates, everything else is text; a missing value is
null. The tables are built with pyarrow, which any dataframe library takes without loss.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import narwhals as nw
import pyarrow as pa

Frame = nw.LazyFrame[Any]
Backend = Literal["pandas", "polars"]

_TEXT, _POINTS, _INT, _DAY, _FLAG = (
    pa.large_string(), pa.int64(), pa.int64(), pa.date32(), pa.bool_()
)  # fmt: skip
_SOURCE = {"file": _TEXT, "sheet": _TEXT, "row": _INT}

UNITS = {"unit": _TEXT, "group": _TEXT, "parent": _TEXT, "position": _INT}
"""考核对象: ``parent`` is null for a graded unit; ``position`` counts along the unit list."""

ENTRIES = {
    "component": _TEXT, "entry": _TEXT, "unit": _TEXT, "repeated": _FLAG, "rule": _TEXT,
    "points": _POINTS, "same_problem": _TEXT, "sequence": _INT, "description": _TEXT,
    "found": _DAY, "event": _DAY, "document": _TEXT, "provider": _TEXT, "deadline": _DAY,
    "rectified": _DAY, "verification": _TEXT, "revoked": _DAY, "revoked_reason": _TEXT,
    "note": _TEXT, **_SOURCE,
}  # fmt: skip
"""平时考核台账: one problem a row, and a unit of it; ``verification`` is "true", "false", "pending"
or null. ``repeated`` marks a further unit of a row that is charged to the same graded unit already.
``points`` is null where the rule's own number holds; ``sequence`` orders rows of one day."""

FORMS = {
    "component": _TEXT, "unit": _TEXT, "period": _TEXT, "submitted": _DAY, "days_late": _INT,
    **_SOURCE,
}  # fmt: skip
"""考核表 that came in, one a unit and period; ``days_late`` counts from its due date."""

ITEMS = {
    "component": _TEXT, "unit": _TEXT, "period": _TEXT, "indicator": _TEXT, "self_score": _POINTS,
    "verified_score": _POINTS, "self_done": _INT, "self_of": _INT, "self_faults": _INT,
    "done": _INT, "of": _INT, "faults": _INT, "not_applicable": _FLAG, "refused": _FLAG,
    "self_note": _TEXT,
    "evidence": _TEXT, "verifier": _TEXT, "verified_note": _TEXT, **_SOURCE,
}  # fmt: skip
"""自我考核 item by item; ``refused`` marks a row with a cell that could not be read.
``done`` of ``of`` is what the verifier found for an item scored by fraction, ``faults`` for one
scored by deductions; ``self_done``, ``self_of`` and ``self_faults`` are the unit's own counts, which
give it nothing before they are verified."""

SCORES = {
    "component": _TEXT, "unit": _TEXT, "score": _POINTS, "refused": _FLAG, "assessor": _TEXT,
    "note": _TEXT, **_SOURCE,
}  # fmt: skip
"""Scores handed in whole, as 第三方评估; ``score`` is null where the cell is blank, where it could
not be read (``refused``), or where an assessor has no row for the unit (``row`` is null)."""

REFUSED = {"component": _TEXT, "unit": _TEXT, **_SOURCE}
"""Ledger rows that were refused, with the unit they would have been charged to if known."""

EXEMPTIONS = {"component": _TEXT, "unit": _TEXT, "indicator": _TEXT}
"""不适用: indicators that the office left out of a unit's forms."""

SCHEMAS: dict[str, dict[str, pa.DataType]] = {
    "units": UNITS,
    "entries": ENTRIES,
    "forms": FORMS,
    "items": ITEMS,
    "scores": SCORES,
    "refused": REFUSED,
    "exemptions": EXEMPTIONS,
}


@dataclass(frozen=True)
class Tables:
    """Everything that scoring needs of an assessment, as Narwhals frames of one backend."""

    units: Frame
    entries: Frame
    forms: Frame
    items: Frame
    scores: Frame
    refused: Frame
    exemptions: Frame
    backend: Backend = "pandas"


def make_tables(
    rows: Mapping[str, Sequence[Mapping[str, Any]]], backend: Backend = "pandas"
) -> Tables:
    """Tables from rows by table name; a table or a column that is not given is empty (null)."""
    return Tables(
        **{name: make_frame(rows.get(name, ()), SCHEMAS[name], backend) for name in SCHEMAS},
        backend=backend,
    )


def make_frame(
    rows: Sequence[Mapping[str, Any]],
    schema: Mapping[str, pa.DataType],
    backend: Backend = "pandas",
) -> Frame:
    """A frame of ``schema`` from rows of plain Python values."""
    columns = {
        name: pa.array([row.get(name) for row in rows], kind) for name, kind in schema.items()
    }
    table = pa.table(columns)
    if backend == "polars":
        import polars as pl

        frame = pl.from_arrow(table)
        assert isinstance(frame, pl.DataFrame)
        return nw.from_native(frame.lazy())
    import pandas as pd

    native: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return nw.from_native(native).lazy()


def records(frame: Frame) -> list[dict[str, Any]]:
    """The frame's rows as plain Python values, missing ones as None."""
    return [dict(row) for row in frame.collect(backend="pyarrow").to_arrow().to_pylist()]
