"""The typed tables that intake hands to scoring: one row type each, and their dataframe schemas.

Points are integers of ten-thousandths, days are dates, everything else is text; a missing value is
None. Files give no fractions of a ten-thousandth; a preview puts some in, for a quotient that the
office noted in a form. A city is scored from the rows; many units at once from frames of the same columns
(``scoring.score.frames``), which take their columns' names from the row types by ``column``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final, NamedTuple, TypeVar

from scoring.points import Amount


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
    verified_score: Amount | None = None
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


class Verified(NamedTuple):
    """What a verifier put down for one item, as the columns of ``ItemRow`` that it fills."""

    verified_score: Amount | None = None
    done: int | None = None
    of: int | None = None
    faults: int | None = None
    not_applicable: bool = False

    def into(self, row: ItemRow) -> ItemRow:
        """The item as the verifier left it."""
        return row._replace(
            verified_score=self.verified_score,
            done=self.done,
            of=self.of,
            faults=self.faults,
            not_applicable=self.not_applicable,
            refused=False,
        )


class ScoreRow(NamedTuple):
    """A score handed in whole, as 第三方评估.

    ``score`` is None where the cell is blank, where it could not be read (``refused``), or where an
    assessor has no row for the unit (``row`` is None).
    """

    component: str
    unit: str
    score: Amount | None = None
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


class AppealRow(NamedTuple):
    """申诉: a unit's appeal against a ledger row (``entry``) or a verified item (``period`` and
    ``indicator``) of ``component``. ``granted`` is None until it is decided.

    It stands beside ``Tables``: an appeal never changes a score, what follows from it does.
    """

    number: str
    unit: str
    component: str
    reason: str
    made: date
    entry: str | None = None
    period: str | None = None
    indicator: str | None = None
    answer: str | None = None
    granted: bool | None = None
    decided: date | None = None
    file: str | None = None
    sheet: str | None = None
    row: int | None = None


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


AnyRow = UnitRow | EntryRow | FormRow | ItemRow | ScoreRow | RefusedRow | ExemptionRow
RowType = (
    type[UnitRow]
    | type[EntryRow]
    | type[FormRow]
    | type[ItemRow]
    | type[ScoreRow]
    | type[RefusedRow]
    | type[ExemptionRow]
)

ROWS: Final[Mapping[str, RowType]] = {
    "units": UnitRow,
    "entries": EntryRow,
    "forms": FormRow,
    "items": ItemRow,
    "scores": ScoreRow,
    "refused": RefusedRow,
    "exemptions": ExemptionRow,
}
"""The row type of every table, by its name in ``Tables``."""

R = TypeVar("R", UnitRow, EntryRow, FormRow, ItemRow, ScoreRow, RefusedRow, ExemptionRow)


def column(field: object) -> str:
    """The name of a column, from the field of its row type: a field that there is not is an error of
    typing wherever a column is named so, and not a column that is silently empty.

    >>> column(ItemRow.verified_score)
    'verified_score'
    """
    return _names()[id(field)]


@cache
def _names() -> dict[int, str]:
    return {id(getattr(kind, name)): name for kind in ROWS.values() for name in kind._fields}


def where(tables: Tables, keep: Callable[[AnyRow], bool]) -> Tables:
    """The rows of every table that ``keep`` holds for."""
    return Tables(
        units=tuple(filter(keep, tables.units)),
        entries=tuple(filter(keep, tables.entries)),
        forms=tuple(filter(keep, tables.forms)),
        items=tuple(filter(keep, tables.items)),
        scores=tuple(filter(keep, tables.scores)),
        refused=tuple(filter(keep, tables.refused)),
        exemptions=tuple(filter(keep, tables.exemptions)),
    )


def make_tables(rows: Mapping[str, Sequence[Mapping[str, object]]]) -> Tables:
    """Tables from rows of values by column, as a dataframe gives them. A table that is not given is
    empty, and so is a column that has a default; any other column that lacks, or one that there is
    not, raises TypeError.

    >>> make_tables({"units": [{"unit": "甲县", "group": "县区"}]}).units
    (UnitRow(unit='甲县', group='县区', parent=None, position=0),)
    """

    def typed(kind: type[R], name: str) -> tuple[R, ...]:
        make: Callable[..., R] = kind
        return tuple(make(**row) for row in rows.get(name, ()))

    return Tables(
        units=typed(UnitRow, "units"),
        entries=typed(EntryRow, "entries"),
        forms=typed(FormRow, "forms"),
        items=typed(ItemRow, "items"),
        scores=typed(ScoreRow, "scores"),
        refused=typed(RefusedRow, "refused"),
        exemptions=typed(ExemptionRow, "exemptions"),
    )
