"""What would be if: changes to the rows of an assessment, as values.

A change never touches a file or the assessment: it makes other rows, and scoring makes of them
what it makes of any rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from scoring.tables import EntryRow, FormRow, ItemRow, ScoreRow, Tables, Verified


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


@dataclass(frozen=True, slots=True)
class SetItem:
    """核查得分: what the verifier found for an item.

    It stands for a form too where none was handed in.
    """

    component: str
    unit: str
    period: str
    indicator: str
    value: Verified


Change = Revoke | Rectify | Lapse | SetScore | SetItem


def apply(
    tables: Tables, changes: Iterable[Change], as_of: date, known: date | None = None
) -> Tables:
    """The tables as they would be, judged as of ``as_of`` by what is known on ``known`` (None: all);
    the given ones stay as they are."""
    revoked = as_of if known is None else min(as_of, known)
    for change in changes:
        match change:
            case Revoke():
                tables = _entries(tables, change, lambda row: row._replace(revoked=revoked))
            case Rectify(day=day):
                tables = _entries(tables, change, _rectified(day))
            case Lapse():
                tables = _entries(
                    tables, change, lambda row: row._replace(deadline=as_of, rectified=None)
                )
            case SetScore():
                tables = replace(tables, scores=_scores(tables.scores, change))
            case SetItem():
                tables = _item(tables, change)
    return tables


def _rectified(day: date) -> Callable[[EntryRow], EntryRow]:
    return lambda row: row._replace(rectified=day)


def _entries(
    tables: Tables, change: Revoke | Rectify | Lapse, changed: Callable[[EntryRow], EntryRow]
) -> Tables:
    at = (change.component, change.entry)
    return replace(
        tables,
        entries=tuple(
            changed(row) if (row.component, row.entry) == at else row for row in tables.entries
        ),
    )


def _scores(scores: Iterable[ScoreRow], change: SetScore) -> tuple[ScoreRow, ...]:
    replaced: list[ScoreRow] = []
    others: list[ScoreRow] = []
    for row in scores:
        mine = (row.component, row.unit) == (change.component, change.unit)
        concerned = mine and change.assessor in (None, row.assessor)
        (replaced if concerned else others).append(row)
    own = replaced[0] if replaced else ScoreRow(change.component, change.unit)
    new = own._replace(score=change.points, refused=False)
    if change.assessor is not None:
        new = new._replace(assessor=change.assessor)
    if change.marks == 1:
        return (*others, new)
    return (*others, *(new._replace(assessor=f"{n}") for n in range(change.marks)))


def _item(tables: Tables, change: SetItem) -> Tables:
    form = FormRow(change.component, change.unit, change.period)
    blank = ItemRow(change.component, change.unit, change.period, change.indicator)
    found: list[ItemRow] = []
    others: list[ItemRow] = []
    for row in tables.items:
        (found if _spot(row) == _spot(blank) else others).append(row)
    changed = [change.value.into(row) for row in found or [blank]]
    came = any(
        (row.component, row.unit, row.period) == (form.component, form.unit, form.period)
        for row in tables.forms
    )
    forms = tables.forms if came else (*tables.forms, form)
    return replace(tables, items=(*others, *changed), forms=forms)


def _spot(row: ItemRow) -> tuple[str, str, str, str]:
    return row.component, row.unit, row.period, row.indicator
