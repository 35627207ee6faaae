"""The sample years replayed day by day: what a folder says of each of its days, computed from scratch, is
what a running state says that is carried from one day to the next.

The running state is an oracle of its own, written from the rules of the office and not from the program: a
row is entered when it is found, and each day changes the rows that something happens to on that day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cache

import pytest

from scoring import Assessment, Result, load_assessment, score_assessment
from scoring.monitoring import ledger_state
from scoring.tables import EntryRow
from tests.conftest import ROOT
from tests.thorough import share_of

LAST = {2024: date(2024, 12, 31), 2025: date(2025, 9, 12)}
"""How far each sample year has come."""
TO_RECTIFY = ("open", "due", "overdue")
OVERDUE_RULES = ("2.1", "3", "5")
VERIFIED_RULES = ("2.2", "4")


@dataclass
class Row:
    """What the office knows of a row of its ledger at the end of a day."""

    unit: str
    state: str
    counted: bool


def enter(row: EntryRow, parent: Mapping[str, str | None]) -> Row:
    """A row on the day on which it is found. 县区政府含部门 holds for rule 1 alone."""
    county = parent[row.unit]
    charged = county is None or row.rule == "1"
    if row.verification == "false":
        state = "unfounded"
    elif row.rule in VERIFIED_RULES and row.verification != "true":
        state = "pending"
    else:
        state = "settled" if row.deadline is None else "open"
    at_once = row.rule == "1" or row.rule in VERIFIED_RULES
    counted = charged and at_once and state not in ("unfounded", "pending")
    return Row(county or row.unit, state, counted)


def carry(
    rows: dict[str, Row], day: date, entries: Iterable[EntryRow], parent: Mapping[str, str | None]
) -> None:
    """Carry the rows from the day before to ``day``."""
    for e in entries:
        if e.found == day:
            rows[e.entry] = enter(e, parent)
        if e.entry not in rows:
            continue
        row = rows[e.entry]
        if e.rectified == day and row.state in TO_RECTIFY:
            row.state = "closed"
        if row.state == "due":
            row.state = "overdue"
        if e.deadline == day and row.state == "open":
            row.state = "due"
            # Not rectified by the end of its last day, it costs its unit the points.
            row.counted |= e.rule in OVERDUE_RULES and (parent[e.unit] is None)
        if e.revoked == day:
            row.state, row.counted = "revoked", False


@cache
def sample(year: int) -> Assessment:
    return load_assessment(ROOT / "sample_data" / str(year))


def days(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day <= LAST[year]:
        yield day
        day += timedelta(days=1)


@cache
def running(year: int) -> dict[date, dict[str, Row]]:
    """The rows at the end of each day of a sample year, carried forward."""
    tables = sample(year).tables
    parent = {unit.unit: unit.parent for unit in tables.units}
    rows: dict[str, Row] = {}
    found = {}
    for day in days(year):
        carry(rows, day, tables.entries, parent)
        found[day] = {number: replace(row) for number, row in rows.items()}
    return found


def agrees(result: Result, rows: Mapping[str, Row]) -> None:
    states = ledger_state(result)
    assert {s.entry: s.state.value for s in states} == {n: row.state for n, row in rows.items()}
    assert {s.entry for s in states if s.counted} == {n for n, row in rows.items() if row.counted}
    assert {s.entry: s.unit for s in states} == {n: row.unit for n, row in rows.items()}
    costs = Counter(row.unit for row in rows.values() if row.counted)
    points = {unit.unit: max(0, 100 - Fraction(3, 2) * costs[unit.unit]) for unit in result.units}
    assert {unit.unit: unit.components["ledger"] for unit in result.units} == points


@pytest.mark.parametrize("year", LAST)
def test_every_day_from_scratch_is_the_day_carried_forward(year: int) -> None:
    tried = share_of(days(year))
    assert len(tried) > 20
    for day in [*tried, LAST[year]]:
        agrees(score_assessment(sample(year), day, known=day, final=False), running(year)[day])


@pytest.mark.parametrize("year", LAST)
def test_a_day_is_the_same_in_the_folder_as_it_was_then(year: int) -> None:
    """Nothing of what came later is in the files yet."""
    whole = sample(year)
    for day in share_of(days(year))[::2]:
        entries = tuple(
            e._replace(
                rectified=e.rectified if e.rectified and e.rectified <= day else None,
                revoked=e.revoked if e.revoked and e.revoked <= day else None,
            )
            for e in whole.tables.entries
            if e.found <= day
        )
        then = replace(whole, tables=replace(whole.tables, entries=entries))
        agrees(score_assessment(then, day, known=day, final=False), running(year)[day])


def test_the_days_that_a_clerk_can_count() -> None:
    """Of the running state itself, by hand from the list of 2025."""
    year = running(2025)
    assert year[date(2025, 1, 13)] == {}
    first = year[date(2025, 1, 14)]
    assert [(n, r.state, r.counted) for n, r in first.items()] == [("WA-2025-001", "open", False)]
    # 整改期限 2025-02-07, a Friday; rectified a week later.
    told = [
        (
            year[date(2025, 2, day)]["WA-2025-001"].state,
            year[date(2025, 2, day)]["WA-2025-001"].counted,
        )
        for day in (6, 7, 8, 13, 14)
    ]
    assert told == [
        ("open", False), ("due", True), ("overdue", True), ("overdue", True), ("closed", True),
    ]  # fmt: skip
    # Rectified on the last day: WA-2025-002.
    assert not year[LAST[2025]]["WA-2025-002"].counted
    # Revoked on 28 July, after an appeal.
    assert year[date(2025, 7, 27)]["BGS2025015"].counted
    assert year[date(2025, 7, 28)]["BGS2025015"].state == "revoked"
