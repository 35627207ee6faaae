"""A synthetic assessment: units, forms, scores and ledger rows put together in memory, for a trial
of a scheme and for its cases. What scoring makes of it is said by ``scoring.score``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from scoring.enums import Counts, Direction, Scoring
from scoring.points import Amount
from scoring.rules.exact import divided
from scoring.scheme import Leaf, Scheme, SelfAssessment
from scoring.scheme.model import Range, Rule
from scoring.score import Result, score
from scoring.score.unit import GroupCourse
from scoring.tables import (
    EntryRow,
    ExemptionRow,
    FormRow,
    ItemRow,
    ScoreRow,
    Tables,
    UnitRow,
    Verified,
)
from scoring.workdays import PROGRAM


@dataclass
class SyntheticYear:
    """The rows of the tables, put in one by one."""

    year: int
    units: list[UnitRow] = field(default_factory=list)
    entries: list[EntryRow] = field(default_factory=list)
    forms: list[FormRow] = field(default_factory=list)
    items: list[ItemRow] = field(default_factory=list)
    given: list[ScoreRow] = field(default_factory=list)
    exemptions: list[ExemptionRow] = field(default_factory=list)

    def unit(self, name: str, group: str, parent: str | None = None) -> None:
        self.units.append(UnitRow(name, group, parent, position=len(self.units)))

    def form(
        self, component: str, unit: str, period: str, items: Mapping[str, Verified], late: int = 0
    ) -> None:
        """A 考核表 with its verified items by code, handed in ``late`` days after its due date."""
        self.forms.append(FormRow(component, unit, period, days_late=late))
        for code, value in items.items():
            self.items.append(value.into(ItemRow(component, unit, period, code)))

    def scores(self, component: str, unit: str, given: Iterable[int]) -> None:
        for number, points in enumerate(given, 1):
            self.given.append(
                ScoreRow(component, unit, points, refused=False, assessor=f"评委{number}")
            )

    def entry(self, component: str, unit: str, row: EntryRow) -> None:
        """A ledger row as ``row``, with the next number, in the ledger and of the unit that are named."""
        number = len(self.entries) + 1
        self.entries.append(
            row._replace(
                component=component, unit=unit, entry=f"TZ-{number}", description="问题",
                file="台账", row=number, sequence=number,
            )
        )  # fmt: skip

    def exempt(self, component: str, unit: str, indicator: str) -> None:
        self.exemptions.append(ExemptionRow(component, unit, indicator))

    def tables(self) -> Tables:
        """What was put in, as scoring takes it."""
        return Tables(
            units=tuple(self.units),
            entries=tuple(self.entries),
            forms=tuple(self.forms),
            items=tuple(self.items),
            scores=tuple(self.given),
            exemptions=tuple(self.exemptions),
        )

    def score(
        self,
        scheme: Scheme,
        as_of: date | None = None,
        groups: Mapping[str, GroupCourse] | None = None,
    ) -> Result:
        """What scoring makes of it; the view of a past day goes by what was known then. ``groups`` as in
        ``scoring.score.score``."""
        last = date(self.year, 12, 31)
        day = as_of or last
        known = day if day < last else None
        return score(self.tables(), scheme, self.year, day, known=known, groups=groups)


def best(leaf: Leaf) -> Verified:
    """The value that gives an item the most points that it can have."""
    if leaf.scoring == Scoring.FRACTION:
        return Verified(done=1, of=1)
    if leaf.scoring == Scoring.EACH:
        return Verified(faults=0)
    options = leaf.indicator.options
    return Verified(verified_score=max(options.values()) if options else leaf.full)


def half(leaf: Leaf) -> Verified:
    """The value that gives an item half its points, or what comes next above."""
    if leaf.scoring == Scoring.FRACTION:
        return Verified(done=1, of=2)
    if leaf.scoring == Scoring.EACH:
        return Verified(faults=leaf.full // 2 // (leaf.indicator.each or 1))
    options = leaf.indicator.options
    if options:
        enough = [points for points in options.values() if points * 2 >= leaf.full]
        return Verified(verified_score=min(enough) if enough else max(options.values()))
    return Verified(verified_score=leaf.full // 2)


def worth(leaf: Leaf, points: Amount) -> Verified | None:
    """The value that gives an item exactly ``points``; None where there is none."""
    if leaf.scoring == Scoring.FRACTION:
        share = Fraction(points) / leaf.points
        return Verified(done=share.numerator, of=share.denominator)
    number = divided(points * leaf.full, leaf.points)
    if leaf.scoring != Scoring.EACH:
        return Verified(verified_score=number)
    if not number:
        return Verified(faults=-(-leaf.full // (leaf.indicator.each or 1)))
    faults = divided(leaf.full - number, leaf.indicator.each or 1)
    return Verified(faults=faults) if isinstance(faults, int) else None


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
) -> dict[str, Verified] | Unreached:
    """Items that add up to ``total``: full points from the first item on until it is used up; where
    they cannot, why not. ``leaves`` are the component's for the group, for a caller that has them."""
    out: dict[str, Verified] = {}
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


def counted(rule: Rule, year: int, points: int | None = None) -> EntryRow:
    """A ledger row that counts by ``rule``, found on 1 March; of no ledger and no unit yet."""
    row = EntryRow("", "", "", rule.code, found=date(year, 3, 1))
    if rule.counts == Counts.VERIFIED:
        row = row._replace(verification="true")
    if rule.counts == Counts.OVERDUE:
        day = date(year, 4, 1)
        row = row._replace(deadline=day)
        if rule.deadline is not None:
            spec = rule.deadline
            count = spec.count if spec.direction == Direction.AFTER else -spec.count
            row = row._replace(event=day, deadline=PROGRAM.shift(day, count, spec.days))
    if isinstance(rule.points, Range):
        row = row._replace(points=rule.points.low if points is None else points)
    return row
