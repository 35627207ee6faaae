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
UNIT, HOME, PARENT, GROUP, POSITION = "unit", "home", "parent", "group", "position"
RULE, EVENT = "rule", "event"
NUMBER: Final = "number"
"""The number of a rule in its ledger."""
COMPUTED: Final = "computed"
"""The deadline that follows from an event."""
CODE, FULL, POINTS, MOST, WAY, BIT, BLOCK = (
    "indicator", "full", "points of the item", "most", "way", "bit", "block",
)  # fmt: skip
WORTH, OWN_WORTH = "worth", "own worth"
REGION: Final = "region"
BITS: Final = 40
"""Items of a block: their bits can be added up in 64 however often rows stand twice."""


def begins_data(name: str) -> bool:
    """Whether a row that begins with the name is a row of data whatever else it holds."""
    return not (is_total(fold(name)) or is_aside(fold(name)))


@dataclass(frozen=True)
class UnitColumns:
    """The unit list in columns. ``graded`` are the graded units in their order: ``unit``, ``group``,
    ``position``, ``region`` (甲省/乙市, empty for none); the row of a unit there is its place. ``names`` are all names that stand for a unit, or for
    a department of it: ``said``, ``home`` (the place of the graded unit), ``parent`` (the same, of a
    department only), ``group``, and ``unit``, the full name."""

    graded: pa.Table
    names: pa.Table

    @property
    def groups(self) -> list[str]:
        """The groups that units of the list are in, in the order of their first units."""
        found: list[str] = self.graded[GROUP].unique().to_pylist()
        return found

    def said(self, groups: Sequence[str], *, graded_only: bool) -> pa.Table:
        """The names of the units of some groups, without the full ones."""
        names = self.names.drop_columns([UNIT])
        found = names.filter(pc.is_in(names[GROUP], pa.array(groups, TEXT)))
        return found.filter(pc.is_null(found[PARENT])) if graded_only else found

    def unit(self, place: int) -> str:
        """The name of the graded unit at a place."""
        return str(self.graded[UNIT][place].as_py())

    def units(self, places: Iterable[int]) -> list[str]:
        """The names of the graded units at some places, in the order of the list."""
        at = pa.array(sorted(set(places)), WHOLE)
        names: list[str] = self.graded[UNIT].take(at).to_pylist()
        return names


def columns_of(units: UnitList) -> UnitColumns:
    """The list in columns. A name is left out where a row that begins with it may be no row of data."""
    graded = units.graded()
    places = {unit.name: place for place, unit in enumerate(graded)}
    rows = []
    for unit in units.units:
        home = places.get(unit.parent or unit.name)
        if home is None:
            continue
        for name in dict.fromkeys((unit.name, *unit.short_names)):
            found = units.find(name)
            if found is not None and found.name == unit.name and begins_data(name):
                parent = None if unit.parent is None else home
                rows.append((name, home, parent, graded[home].group, unit.name))
    said, homes, parents, groups, full = list(zip(*rows, strict=True)) or [()] * 5
    return UnitColumns(
        pa.table({
            UNIT: pa.array([unit.name for unit in graded], TEXT),
            GROUP: pa.array([unit.group for unit in graded], TEXT),
            POSITION: pa.array([unit.position for unit in graded], WHOLE),
            REGION: pa.array(["/".join(unit.region) for unit in graded], TEXT),
        }),
        pa.table({
            SAID: pa.array(said, TEXT), HOME: pa.array(homes, WHOLE),
            PARENT: pa.array(parents, WHOLE), GROUP: pa.array(groups, TEXT),
            UNIT: pa.array(full, TEXT),
        }),
    )  # fmt: skip


def rules_table(ledger: Ledger) -> pa.Table:
    """The rules by every name that stands for them: ``said``, ``rule``, ``number``."""
    finder = RuleFinder(ledger)
    numbers = {rule.code: number for number, rule in enumerate(ledger.rules)}
    said = {
        name: found.code
        for rule in ledger.rules
        for name in (rule.code, rule.title, rule.text)
        if name and (found := finder.find(name)) is not None and begins_data(name)
    }
    return pa.table({
        SAID: pa.array(list(said), TEXT), RULE: pa.array(list(said.values()), TEXT),
        NUMBER: pa.array([numbers[code] for code in said.values()], WHOLE),
    })  # fmt: skip


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
