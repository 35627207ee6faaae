"""The typed tables that intake hands to scoring: one row type each, and their dataframe schemas.

Points are integers of ten-thousandths, days are dates, everything else is text; a missing value is
None. A city is scored from the rows; many units at once from frames of the same columns
(``scoring.score.frames``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, NamedTuple, TypeVar


class UnitRow(NamedTuple):
    """考核对象: ``parent`` is None for a graded unit; ``position`` counts along the unit list."""

    unit: str
    group: str
    parent: str | None = None
    position: int = 0


class EntryRow(NamedTuple):
    """平时考核台账: one problem a row, and a unit of it.

    ``verification`` is "true", "false", "pending" or None. ``repeated`` marks a further unit of a row
    that is charged to the same graded unit already. ``points`` is None where the rule's own number
    holds; ``sequence`` orders rows of one day.
    """

    component: str
    entry: str
    unit: str
    rule: str
    found: date
    repeated: bool | None = None
    points: int | None = None
    same_problem: str | None = None
    sequence: int = 0
    description: str = ""
    event: date | None = None
    document: str | None = None
    provider: str | None = None
    deadline: date | None = None
    rectified: date | None = None
    verification: str | None = None
    revoked: date | None = None
    revoked_reason: str | None = None
    note: str | None = None
    file: str | None = None
    sheet: str | None = None
    row: int | None = None


class FormRow(NamedTuple):
    """考核表 that came in, one a unit and period; ``days_late`` counts from its due date."""

    component: str
    unit: str
    period: str
    submitted: date | None = None
    days_late: int | None = None
    file: str | None = None
    sheet: str | None = None
    row: int | None = None


class ItemRow(NamedTuple):
    """自我考核 item by item; ``refused`` marks a row with a cell that could not be read.

    ``done`` of ``of`` is what the verifier found for an item scored by fraction, ``faults`` for one
    scored by deductions; ``self_done``, ``self_of`` and ``self_faults`` are the unit's own counts,
    which give it nothing before they are verified.
    """

    component: str
    unit: str
    period: str
    indicator: str
    self_score: int | None = None
    verified_score: int | None = None
    self_done: int | None = None
    self_of: int | None = None
    self_faults: int | None = None
    done: int | None = None
    of: int | None = None
    faults: int | None = None
    not_applicable: bool | None = None
    refused: bool | None = None
    self_note: str | None = None
    evidence: str | None = None
    verifier: str | None = None
    verified_note: str | None = None
    file: str | None = None
    sheet: str | None = None
    row: int | None = None


class ScoreRow(NamedTuple):
    """A score handed in whole, as 第三方评估.

    ``score`` is None where the cell is blank, where it could not be read (``refused``), or where an
    assessor has no row for the unit (``row`` is None).
    """

    component: str
    unit: str
    score: int | None = None
    refused: bool | None = None
    assessor: str | None = None
    note: str | None = None
    file: str | None = None
    sheet: str | None = None
    row: int | None = None


class RefusedRow(NamedTuple):
    """A ledger row that was refused, with the unit it would have been charged to if known."""

    component: str
    unit: str | None = None
    file: str | None = None
    sheet: str | None = None
    row: int | None = None


class ExemptionRow(NamedTuple):
    """不适用: an indicator that the office left out of a unit's forms."""

    component: str
    unit: str
    indicator: str


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything that scoring needs of an assessment."""

    units: tuple[UnitRow, ...] = ()
    entries: tuple[EntryRow, ...] = ()
    forms: tuple[FormRow, ...] = ()
    items: tuple[ItemRow, ...] = ()
    scores: tuple[ScoreRow, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    exemptions: tuple[ExemptionRow, ...] = ()


ROWS: dict[str, type[Any]] = {
    "units": UnitRow,
    "entries": EntryRow,
    "forms": FormRow,
    "items": ItemRow,
    "scores": ScoreRow,
    "refused": RefusedRow,
    "exemptions": ExemptionRow,
}
"""The row type of every table, by its name in ``Tables``."""

R = TypeVar("R", bound=tuple[Any, ...])


def make_tables(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> Tables:
    """Tables from rows of values by column; a table or a column that is not given is empty.

    >>> make_tables({"units": [{"unit": "甲县", "group": "县区"}]}).units
    (UnitRow(unit='甲县', group='县区', parent=None, position=0),)
    """
    return Tables(**{name: _typed(kind, rows.get(name, ())) for name, kind in ROWS.items()})


def _typed(kind: type[R], rows: Sequence[Mapping[str, Any]]) -> tuple[R, ...]:
    if not rows:
        return ()
    names: tuple[str, ...] = kind._fields  # type: ignore[attr-defined]
    defaults: dict[str, Any] = kind._field_defaults  # type: ignore[attr-defined]
    blank = [defaults.get(name) for name in names]
    columns = {name: i for i, name in enumerate(names)}
    out = []
    for row in rows:
        values = blank.copy()
        for name, value in row.items():
            if name in columns:
                values[columns[name]] = value
        out.append(kind._make(values))  # type: ignore[attr-defined]
    return tuple(out)


def table_rows(tables: Tables) -> dict[str, list[dict[str, Any]]]:
    """The rows of all tables as values by column, to be changed and made into tables again."""
    return {
        field.name: [row._asdict() for row in getattr(tables, field.name)]
        for field in fields(Tables)
    }
