"""A made-up assessment: units, forms, scores and ledger rows put together in memory, for a trial
of a scheme and for its cases. What scoring makes of it is told by ``scoring.score``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from scoring.enums import Counts, Direction, Scoring
from scoring.points import Amount
from scoring.rules.exact import divided
from scoring.scheme import Leaf, SelfAssessment
from scoring.scheme.model import Range, Rule
from scoring.score import Result, score
from scoring.score.unit import GroupCourse
from scoring.tables import make_tables
from scoring.workdays import PROGRAM

Value = dict[str, Any]
"""What a verifier put down for an item, as the columns of ``scoring.tables.ItemRow``."""


@dataclass
class MadeUp:
    """The rows of the tables, put in one by one."""

    year: int
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def unit(self, name: str, group: str, parent: str | None = None) -> None:
        position = len(self.rows.get("units", ()))
        self._add("units", unit=name, group=group, parent=parent, position=position)

    def form(
        self, component: str, unit: str, period: str, items: Mapping[str, Value], late: int = 0
    ) -> None:
        """A 考核表 with its verified items by code, handed in ``late`` days after its due date."""
        at = {"component": component, "unit": unit, "period": period}
        self._add("forms", **at, days_late=late)
        for code, value in items.items():
            marks = {"not_applicable": False, "refused": False}
            self._add("items", **{**at, "indicator": code, **marks, **value})

    def scores(self, component: str, unit: str, given: Iterable[int]) -> None:
        for number, points in enumerate(given, 1):
            assessor = f"评委{number}"
            self._add(
                "scores", component=component, unit=unit, score=points, refused=False,
                assessor=assessor,
            )  # fmt: skip

    def entry(self, component: str, unit: str, rule: str, found: date, **values: Any) -> None:
        number = len(self.rows.get("entries", ())) + 1
        self._add(
            "entries",
            **{
                "component": component, "unit": unit, "rule": rule, "found": found,
                "entry": f"TZ-{number}", "description": "问题", "file": "台账", "row": number,
                "sequence": number, **values,
            },
        )  # fmt: skip

    def exempt(self, component: str, unit: str, indicator: str) -> None:
        self._add("exemptions", component=component, unit=unit, indicator=indicator)

    def score(
        self,
        scheme: Any,
        as_of: date | None = None,
        groups: Mapping[str, GroupCourse] | None = None,
    ) -> Result:
        """What scoring makes of it; the view of a past day goes by what was known then. ``groups`` as in
        ``scoring.score.score``."""
        last = date(self.year, 12, 31)
        day = as_of or last
        known = day if day < last else None
        return score(make_tables(self.rows), scheme, self.year, day, known=known, groups=groups)

    def _add(self, table: str, **row: Any) -> None:
        self.rows.setdefault(table, []).append(row)


def best(leaf: Leaf) -> Value:
    """The value that gives an item the most points that it can have."""
    if leaf.scoring == Scoring.FRACTION:
        return {"done": 1, "of": 1}
    if leaf.scoring == Scoring.EACH:
        return {"faults": 0}
    options = leaf.indicator.options
    return {"verified_score": max(options.values()) if options else leaf.full}


def half(leaf: Leaf) -> Value:
    """The value that gives an item half its points, or what comes next above."""
    if leaf.scoring == Scoring.FRACTION:
        return {"done": 1, "of": 2}
    if leaf.scoring == Scoring.EACH:
        return {"faults": leaf.full // 2 // (leaf.indicator.each or 1)}
    options = leaf.indicator.options
    if options:
        enough = [points for points in options.values() if points * 2 >= leaf.full]
        return {"verified_score": min(enough) if enough else max(options.values())}
    return {"verified_score": leaf.full // 2}


def worth(leaf: Leaf, points: Amount) -> Value | None:
    """The value that gives an item exactly ``points``; None where there is none."""
    if leaf.scoring == Scoring.FRACTION:
        share = Fraction(points) / leaf.points
        return {"done": share.numerator, "of": share.denominator}
    number = divided(points * leaf.full, leaf.points)
    if leaf.scoring != Scoring.EACH:
        return {"verified_score": number}
    if not number:
        return {"faults": -(-leaf.full // (leaf.indicator.each or 1))}
    faults = divided(leaf.full - number, leaf.indicator.each or 1)
    return {"faults": faults} if isinstance(faults, int) else None


class Unreached(NamedTuple):
    """Why the items of a form cannot add up to a total: ``leaf`` cannot have exactly the ``points`` that
    it should; without a leaf, ``points`` are left when every item has all it can have."""

    points: Amount
    leaf: Leaf | None = None


def spread(
    component: SelfAssessment,
    group: str,
    total: Amount,
    skip: Iterable[str] = (),
    leaves: Iterable[Leaf] | None = None,
) -> dict[str, Value] | Unreached:
    """Items that add up to ``total``: full points from the first item on until it is used up; where
    they cannot, why not. ``leaves`` are the component's for the group, for a caller that has them."""
    out: dict[str, Value] = {}
    left: Amount = total
    skipped = set(skip)
    room: dict[int, Amount] = {
        id(area): area.points or 0 for area in component.areas(group) if area.overrun
    }
    for leaf in component.items(group) if leaves is None else leaves:
        if leaf.code in skipped:
            continue
        inside = room.get(id(leaf.top))
        points = min(leaf.points, left) if inside is None else min(leaf.points, left, inside)
        value = worth(leaf, points)
        if value is None:
            return Unreached(points, leaf)
        out[leaf.code] = value
        left -= points
        if inside is not None:
            room[id(leaf.top)] = inside - points
    return Unreached(left) if left else out


def counted(rule: Rule, year: int, points: int | None = None) -> dict[str, Any]:
    """The values of a ledger row that counts by ``rule``, found on 1 March."""
    values: dict[str, Any] = {"found": date(year, 3, 1)}
    if rule.counts == Counts.VERIFIED:
        values["verification"] = "true"
    if rule.counts == Counts.OVERDUE:
        values["deadline"] = date(year, 4, 1)
        if rule.deadline is not None:
            spec = rule.deadline
            count = spec.count if spec.direction == Direction.AFTER else -spec.count
            values["event"] = date(year, 4, 1)
            values["deadline"] = PROGRAM.shift(values["event"], count, spec.days)
    if isinstance(rule.points, Range):
        values["points"] = rule.points.low if points is None else points
    return values
