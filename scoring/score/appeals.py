"""申诉: where every appeal stands on a day, and what followed from it.

Appeals change no score by themselves. One that is granted must be followed by a revocation of its
ledger row, or by a verified score whose 核查说明 names the appeal: only that moves the result.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from scoring.lookup.text import fold
from scoring.tables import AppealRow, EntryRow, ItemRow, Tables


class Standing(StrEnum):
    """Where an appeal stands."""

    OPEN = "open"
    REFUSED = "refused"
    GRANTED = "granted"
    """Granted, and what follows from it has been written."""
    UNFULFILLED = "unfulfilled"
    """Granted, and what follows from it has not been written."""


class AppealState(NamedTuple):
    """An appeal as it stood on a day; an answer that came later is hidden in ``row``. ``entry`` or
    ``item`` is the row that it is about, as it stands in the tables; ``charged`` is the graded unit."""

    row: AppealRow
    standing: Standing
    charged: str
    entry: EntryRow | None = None
    item: ItemRow | None = None


def appeal_states(
    appeals: Iterable[AppealRow], tables: Tables, known: date | None
) -> tuple[AppealState, ...]:
    """The appeals that were made by the day ``known`` (None: all), as they stood then."""
    parents = {unit.unit: unit.parent or unit.unit for unit in tables.units}
    entries: dict[tuple[str, str], EntryRow] = {}
    for entry in tables.entries:
        entries.setdefault((entry.component, entry.entry), entry)
    wanted = {(a.component, a.unit, a.period, a.indicator) for a in appeals}
    items: dict[tuple[str, str, str | None, str | None], ItemRow] = {
        at: item
        for item in tables.items
        if (at := (item.component, item.unit, item.period, item.indicator)) in wanted
    }
    out = []
    for appeal in appeals:
        if known is not None and appeal.made > known:
            continue
        row = appeal
        if known is not None and row.decided is not None and row.decided > known:
            row = row._replace(granted=None, decided=None, answer=None)
        about = entries.get((row.component, row.entry)) if row.entry is not None else None
        item = items.get((row.component, row.unit, row.period, row.indicator))
        charged = parents.get(row.unit, row.unit)
        out.append(AppealState(row, _standing(row, about, item, known), charged, about, item))
    return tuple(out)


def _standing(
    row: AppealRow, entry: EntryRow | None, item: ItemRow | None, known: date | None
) -> Standing:
    if row.granted is None:
        return Standing.OPEN
    if not row.granted:
        return Standing.REFUSED
    if row.entry is not None:
        revoked = entry.revoked if entry else None
        done = revoked is not None and (known is None or revoked <= known)
        # What was found untrue costs nothing either.
        done = done or (entry is not None and entry.verification == "false")
    else:
        done = item is not None and names_appeal(item.verified_note or "", row.number)
    return Standing.GRANTED if done else Standing.UNFULFILLED


def names_appeal(note: str, number: str) -> bool:
    """Whether a verifier's note names the appeal; one that is only digits must follow 申诉.

    >>> names_appeal("经申诉SS03复核", "SS03"), names_appeal("SS030", "SS03"), names_appeal("1月", "1")
    (True, False, False)
    """
    wanted = re.escape(fold(number))
    before = r"申诉(?:编号|第)?[:]?" if number.isdecimal() else r"(?<![A-Za-z0-9])"
    return re.search(rf"{before}{wanted}(?![A-Za-z0-9])", fold(note)) is not None


def unfulfilled(states: Iterable[AppealState]) -> list[AppealState]:
    """Those that were granted while the ledger or the form does not yet say what follows."""
    return [state for state in states if state.standing is Standing.UNFULFILLED]


def undecided(states: Iterable[AppealState]) -> list[AppealState]:
    return [state for state in states if state.standing is Standing.OPEN]
