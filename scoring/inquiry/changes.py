"""What would be if: changes to the rows of an assessment, as values.

A change never touches a file or the assessment: it makes other rows, and scoring makes of them
what it makes of any rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from scoring.tables import Tables, table_rows

Row = dict[str, Any]
Rows = dict[str, list[Row]]
"""The rows of every table by its name, as in ``scoring.tables.ROWS``."""


@dataclass(frozen=True, slots=True)
class Revoke:
    """撤销: the ledger row is revoked, whatever unit it is charged to."""

    component: str
    entry: str


class Rectify(NamedTuple):
    """整改完成: the ledger row was rectified on ``day``."""

    component: str
    entry: str
    day: date


@dataclass(frozen=True, slots=True)
class Lapse:
    """逾期: the deadline of the ledger row has passed, and it was not rectified."""

    component: str
    entry: str


class SetScore(NamedTuple):
    """得分: a score that is handed in whole, in ten-thousandths on its own scale; of one
    ``assessor`` where there are several, else ``marks`` equal ones in the place of whatever was
    handed in."""

    component: str
    unit: str
    points: int
    assessor: str | None = None
    marks: int = 1


class SetItem(NamedTuple):
    """核查得分: what the verifier found for an item, as columns of ``scoring.tables.ItemRow``.

    It stands for a form too where none was handed in.
    """

    component: str
    unit: str
    period: str
    indicator: str
    value: Mapping[str, Any]


Change = Revoke | Rectify | Lapse | SetScore | SetItem


def rows_of(tables: Tables) -> Rows:
    """The rows of all tables as plain Python values."""
    return table_rows(tables)


def apply(rows: Rows, changes: Iterable[Change], as_of: date, known: date | None = None) -> Rows:
    """The rows as they would be, judged as of ``as_of`` by what is known on ``known`` (None: all);
    the given ones stay as they are."""
    out = dict(rows)
    for change in changes:
        match change:
            case Revoke():
                out["entries"] = _entries(out, change, {"revoked": min(as_of, known or as_of)})
            case Rectify():
                out["entries"] = _entries(out, change, {"rectified": change.day})
            case Lapse():
                out["entries"] = _entries(out, change, {"deadline": as_of, "rectified": None})
            case SetScore():
                out["scores"] = _scores(out["scores"], change)
            case SetItem():
                out = _item(out, change)
    return out


def _entries(rows: Rows, change: Revoke | Rectify | Lapse, values: Row) -> list[Row]:
    return [
        {**row, **values}
        if (row["component"], row["entry"]) == (change.component, change.entry)
        else row
        for row in rows["entries"]
    ]


def _scores(scores: list[Row], change: SetScore) -> list[Row]:
    def replaced(row: Row) -> bool:
        mine = (row["component"], row["unit"]) == (change.component, change.unit)
        return mine and change.assessor in (None, row.get("assessor"))

    own = next((row for row in scores if replaced(row)), {})
    new = {
        **own, "component": change.component, "unit": change.unit, "score": change.points,
        "refused": False,
    }  # fmt: skip
    if change.assessor is not None:
        new["assessor"] = change.assessor
    marks = (
        [{**new, "assessor": f"{n}"} for n in range(change.marks)] if change.marks > 1 else [new]
    )
    return [*(row for row in scores if not replaced(row)), *marks]


def _item(rows: Rows, change: SetItem) -> Rows:
    at = {"component": change.component, "unit": change.unit, "period": change.period}
    items, forms = rows["items"], rows["forms"]
    spot = {**at, "indicator": change.indicator}
    value = {"not_applicable": False, "refused": False, "verified_score": None, **change.value}
    found = [row for row in items if all(row[k] == v for k, v in spot.items())]
    changed = [{**row, **value} for row in found] or [{**spot, **value}]
    others = [row for row in items if row not in found]
    if not any(all(row[k] == v for k, v in at.items()) for row in forms):
        forms = [*forms, dict(at)]
    return {**rows, "items": [*others, *changed], "forms": forms}
