"""What the rows of tables are joined with: small tables of Arrow, made from the scheme and the unit list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from scoring.intake.labels import is_aside, is_total
from scoring.intake.ledger import computed_deadline
from scoring.lookup.rules import RuleFinder
from scoring.lookup.text import fold
from scoring.lookup.units import UnitList
from scoring.scheme import Leaf, Ledger, SelfAssessment
from scoring.workdays import Calendar, CalendarEndsError

TEXT: Final = pa.large_string()
WHOLE: Final = pa.int64()
TRUTH: Final = pa.bool_()
DAY: Final = pa.date32()

SAID: Final = "said"
UNIT, HOME, GROUP, RULE, EVENT = "unit", "home", "group", "rule", "event"
COMPUTED: Final = "computed"
"""The deadline that follows from an event."""
CODE, FULL, POINTS, MOST, WAY, BIT, BLOCK = (
    "indicator", "full", "points of the item", "most", "way", "bit", "block",
)  # fmt: skip
WORTH, OWN_WORTH = "worth", "own worth"
BITS: Final = 60
"""Items of a block: so many bits are distinguished in 64."""


def _is_plain(name: str) -> bool:
    """Whether a row that begins with the name is a row of data whatever else it holds."""
    return not (is_total(fold(name)) or is_aside(fold(name)))


class UnitNames:
    """The units by every name that stands for them, for one part after the other: ``said``, ``unit``,
    ``home`` (the graded unit that they belong to) and its ``group``."""

    def __init__(self, units: UnitList) -> None:
        self._all = _names_of(units)

    def of(self, units: UnitList, *, graded_only: bool) -> pa.Table:
        """The names of a part's ``units``, of the same list."""
        groups = pa.array(sorted({unit.group for unit in units.graded()}), TEXT)
        found = self._all.filter(pc.is_in(self._all[GROUP], groups))
        return found.filter(pc.equal(found[UNIT], found[HOME])) if graded_only else found


def _names_of(units: UnitList) -> pa.Table:
    groups = {unit.name: unit.group for unit in units.units}
    rows = []
    for unit in units.units:
        home = unit.parent or unit.name
        if home not in groups:
            continue
        for name in dict.fromkeys((unit.name, *unit.short_names)):
            found = units.find(name)
            if found is not None and found.name == unit.name and _is_plain(name):
                rows.append((name, unit.name, home, groups[home]))
    columns = list(zip(*rows, strict=True)) or [()] * 4
    names = (SAID, UNIT, HOME, GROUP)
    return pa.table({n: pa.array(c, TEXT) for n, c in zip(names, columns, strict=True)})


def rules_table(ledger: Ledger) -> pa.Table:
    """The rules by every name that stands for them: ``said``, ``rule``."""
    finder = RuleFinder(ledger)
    said = {
        name: found.code
        for rule in ledger.rules
        for name in (rule.code, rule.title, rule.text)
        if name and (found := finder.find(name)) is not None and _is_plain(name)
    }
    return pa.table({SAID: pa.array(list(said), TEXT), RULE: pa.array(list(said.values()), TEXT)})


def deadlines_table(ledger: Ledger, year: int, calendar: Calendar) -> pa.Table:
    """The deadlines that rules compute from their event: ``rule``, ``event``, ``computed``, for events of
    the year and those beside it as far as the calendar goes."""
    rows: list[tuple[str, date, date]] = []
    first, last = date(year - 1, 1, 1), date(year + 1, 12, 31)
    for rule in ledger.rules:
        if rule.deadline is None:
            continue
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            try:
                rows.append((rule.code, day, computed_deadline(rule.deadline, day, calendar)))
            except CalendarEndsError:
                continue
    codes, events, computed = list(zip(*rows, strict=True)) or [(), (), ()]
    return pa.table(
        {
            RULE: pa.array(codes, TEXT),
            EVENT: pa.array(events, DAY),
            COMPUTED: pa.array(computed, DAY),
        }
    )


@dataclass(frozen=True)
class Item:
    """An item of a group's form; ``number`` counts them."""

    group: str
    leaf: Leaf
    number: int


def items_of(component: SelfAssessment, groups: Iterable[str]) -> list[Item]:
    """The items of every group's form."""
    return [
        Item(group, leaf, number)
        for group in groups
        for number, leaf in enumerate(component.items(group))
    ]


def items_table(items: Sequence[Item], ways: Sequence[Any]) -> pa.Table:
    """The items: ``group``, ``indicator``, ``way`` (its place in ``ways``), what they are worth, and their
    ``bit`` in a ``block`` of bits."""
    return pa.table(
        {
            GROUP: pa.array([item.group for item in items], TEXT),
            CODE: pa.array([item.leaf.code for item in items], TEXT),
            WAY: pa.array([ways.index(item.leaf.scoring) for item in items], WHOLE),
            POINTS: pa.array([item.leaf.points for item in items], WHOLE),
            FULL: pa.array([item.leaf.full for item in items], WHOLE),
            MOST: pa.array([item.leaf.most for item in items], WHOLE),
            BIT: pa.array([1 << item.number % BITS for item in items], WHOLE),
            BLOCK: pa.array([item.number // BITS for item in items], WHOLE),
        }
    )


def options_table(items: Sequence[Item], worth: str) -> pa.Table:
    """The words by which items are scored: ``group``, ``indicator``, ``said``, and the points as ``worth``."""
    rows = [
        (item.group, item.leaf.code, name, points)
        for item in items
        for name, points in (item.leaf.indicator.options or {}).items()
    ]
    columns = list(zip(*rows, strict=True)) or [()] * 4
    kinds: Mapping[str, pa.DataType] = {GROUP: TEXT, CODE: TEXT, SAID: TEXT, worth: WHOLE}
    return pa.table({n: pa.array(c, k) for (n, k), c in zip(kinds.items(), columns, strict=True)})


def late_table(component: SelfAssessment, year: int) -> pa.Table:
    """How many days late a form is by its period and the day on which it came in."""
    rows = []
    first, last = date(year - 1, 1, 1), date(year + 2, 12, 31)
    for period in component.periods:
        due = period.due.on(year)
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            rows.append((period.name, day, max(0, (day - due).days)))
    names, days, late = list(zip(*rows, strict=True))
    return pa.table(
        {
            "period": pa.array(names, TEXT),
            "submitted": pa.array(days, DAY),
            "days_late": pa.array(late, WHOLE),
        }
    )
