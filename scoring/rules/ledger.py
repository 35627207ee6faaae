"""台账: which rows count as of a day, what they cost or win, what is left of the preset points.

In the order of an 办法: judge each row, make repeated offences costlier, sum by rule, cap by rule, by
category and for the component. Source: 四（一） of the scheme of Heze, and the wordings in
docs/写考核办法.md.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Generic, NamedTuple, assert_never

from scoring.enums import Counts, Direction, Subordinates
from scoring.points import SCALE
from scoring.rules.arithmetic import Arithmetic, C, N
from scoring.rules.forms import on_scale
from scoring.scheme.ledger import Rule
from scoring.scheme.model import Ledger
from scoring.tables import EntryRow, column

COUNTED: Final = "counted"
NOT_YET_FOUND: Final = "not_yet_found"
REVOKED: Final = "revoked"
UNFOUNDED: Final = "unfounded"
SUBORDINATE: Final = "subordinate"
REPEATED: Final = "repeated"
PENDING: Final = "pending"
UNDATED: Final = "undated"
NOT_DUE: Final = "not_due"
RECTIFIED: Final = "rectified"
HELD: Final = "held"

DEADLINE: Final = column(EntryRow.deadline)
EVENT: Final = column(EntryRow.event)
FOUND: Final = column(EntryRow.found)
RECTIFIED_ON: Final = column(EntryRow.rectified)
REPEATED_ROW: Final = column(EntryRow.repeated)
REVOKED_ON: Final = column(EntryRow.revoked)
VERIFICATION: Final = column(EntryRow.verification)
OF_SUBORDINATE: Final = "subordinate"
"""The fields that are asked for, and whether the row's unit belongs to another one, which its row
does not say."""


class Days(NamedTuple):
    """When a ledger is looked at: ``as_of`` is the day, ``known`` (资料截止日) the last day of which
    a revocation is known, None for no limit; ``year_over`` says that the year's minima fell due."""

    as_of: date
    known: date | None
    year_over: bool


class Row(ABC, Generic[C]):
    """What the rules ask of a ledger row: of one row, or of a column of rows."""

    @abstractmethod
    def has(self, field: str) -> C:
        """Whether the field is filled in (for a truth value: whether it is true)."""

    @abstractmethod
    def says(self, field: str, word: str) -> C:
        """Whether a text field holds the word."""

    @abstractmethod
    def after(self, field: str, day: date | str) -> C:
        """Whether the day in a field lies after a day, or after that in another field; no where one of
        them is not filled in."""

    @abstractmethod
    def every(self, *conditions: C) -> C:
        """Whether all hold; yes for none."""

    @abstractmethod
    def no(self, condition: C) -> C:
        """Whether the condition does not hold."""


def entry_status(row: Row[C], rule: Rule, days: Days) -> list[tuple[C, str]]:
    """What becomes of a row of ``rule``: the status of the first condition that holds. The last one
    always does.

    COUNTED, HELD (an event that fulfils a minimum), or why the row counts for nothing; PENDING and
    UNDATED are gaps.
    """
    revoked = row.has(REVOKED_ON)
    if days.known is not None:
        revoked = row.every(revoked, row.no(row.after(REVOKED_ON, days.known)))
    cases = [
        (row.after(FOUND, days.as_of), NOT_YET_FOUND),
        (revoked, REVOKED),
        (row.says(VERIFICATION, "false"), UNFOUNDED),
    ]
    if rule.subordinates == Subordinates.LISTED:
        cases.append((row.has(OF_SUBORDINATE), SUBORDINATE))
    cases.append((row.has(REPEATED_ROW), REPEATED))
    always = row.every()
    match rule.counts:
        case Counts.MINIMUM:
            cases.append((always, HELD))
        case Counts.NOTIFIED:
            cases.append((always, COUNTED))
        case Counts.VERIFIED:
            cases += [(row.says(VERIFICATION, "true"), COUNTED), (always, PENDING)]
        case Counts.OVERDUE:
            cases += _overdue(row, rule, days.as_of)
        case _ as when:
            assert_never(when)
    return cases


def _overdue(row: Row[C], rule: Rule, as_of: date) -> list[tuple[C, str]]:
    undated = row.no(row.has(DEADLINE))
    cases = []
    spec = rule.deadline
    if spec is not None and spec.direction == Direction.AFTER:
        # So many working days after the event are at least so many days: not due yet, though the
        # deadline is not known.
        open_after = as_of - timedelta(days=spec.count)
        cases.append((row.every(undated, row.after(EVENT, open_after)), NOT_DUE))
    in_time = row.every(row.has(RECTIFIED_ON), row.no(row.after(RECTIFIED_ON, DEADLINE)))
    return [
        *cases,
        (undated, UNDATED),
        (row.after(DEADLINE, as_of), NOT_DUE),
        (in_time, RECTIFIED),
        (row.every(), COUNTED),
    ]


@dataclass(frozen=True, slots=True)
class OneRow(Row[bool]):
    """A single row; ``subordinate``: it names a department of the unit, not the unit."""

    entry: EntryRow
    subordinate: bool

    def has(self, field: str) -> bool:
        if field == "subordinate":
            return self.subordinate
        value = getattr(self.entry, field)
        return value is not None and value is not False

    def says(self, field: str, word: str) -> bool:
        return bool(getattr(self.entry, field) == word)

    def after(self, field: str, day: date | str) -> bool:
        own = getattr(self.entry, field)
        other = getattr(self.entry, day) if isinstance(day, str) else day
        return own is not None and other is not None and own > other

    def every(self, *conditions: bool) -> bool:
        return all(conditions)

    def no(self, condition: bool) -> bool:
        return not condition


def status_of(rule: Rule, entry: EntryRow, days: Days, *, subordinate: bool) -> str:
    """The status of one row (see ``entry_status``)."""
    cases = entry_status(OneRow(entry, subordinate), rule, days)
    return next(status for holds, status in cases if holds)


def entry_cost(a: Arithmetic[N, C], rule: Rule, own: N, again: C) -> N:
    """What a counted row costs (or wins) before any cap: the rule's points, or the row's ``own`` where
    it states some; more where the same problem occurs ``again`` (同一问题再次发生)."""
    fixed = rule.fixed()
    cost = own if fixed is None else a.when(a.is_there(own), own, a.points(fixed))
    if rule.repeat is None:
        return cost
    return a.when(again, cost * a.points(rule.repeat.factor) / a.points(SCALE), cost)


class RuleSum(NamedTuple, Generic[N]):
    """What a rule came to: how often it counted, its points before and after its own cap."""

    counted: N
    nominal: N
    amount: N


def rule_sum(
    a: Arithmetic[N, C], rule: Rule, counted: N, nominal: N, held: N, days: Days
) -> RuleSum[N]:
    """The sum of a rule from its rows. A yearly minimum costs for each time that lacks, once the
    year is over; ``held`` is how often it was held."""
    if rule.minimum is not None and days.year_over:
        counted = a.most(a.count(0), a.count(rule.minimum) - held)
        nominal = counted * a.points(rule.fixed() or 0)
    return RuleSum(counted, nominal, capped(a, nominal, rule.cap))


def capped(a: Arithmetic[N, C], amount: N, cap: int | None) -> N:
    """An amount, or its cap."""
    return amount if cap is None else a.least(a.points(cap), amount)


def ledger_points(a: Arithmetic[N, C], ledger: Ledger, amounts: Mapping[str, N]) -> N:
    """What is left of the preset points out of the ledger's own full points, from the amounts of its
    rules by code, each under its own cap."""
    deducted: list[N] = []
    added: list[N] = []
    for rules, cap in _under_one_cap(ledger):
        signs = {rule.sign for rule in rules}
        for sign in sorted(signs):
            some = [amounts[rule.code] for rule in rules if rule.sign == sign]
            (deducted if sign < 0 else added).append(capped(a, a.total(some), cap))
    return points_left(a, ledger, a.total(deducted), a.total(added) if added else None)


def points_left(a: Arithmetic[N, C], ledger: Ledger, deducted: N, added: N | None = None) -> N:
    """The preset points less what was deducted and with what was added, within the ledger's floor and
    ceiling."""
    left = a.setting("start", ledger.title, ledger.start) - deducted
    if added is not None:
        left = left + added
    if ledger.floor is not None:
        left = a.most(a.setting("floor", ledger.title, ledger.floor), left)
    if ledger.ceiling is not None:
        left = a.least(a.points(ledger.ceiling), left)
    return left


def ledger_score(a: Arithmetic[N, C], ledger: Ledger, left: N) -> N:
    """What is left, as it enters the composite."""
    return on_scale(a, left, ledger)


def _under_one_cap(ledger: Ledger) -> Sequence[tuple[list[Rule], int | None]]:
    """The rules of each category with its cap, and those of none."""
    caps = {category.code: category.cap for category in ledger.categories}
    found: list[tuple[list[Rule], int | None]] = [
        ([rule for rule in ledger.rules if rule.category == code], cap)
        for code, cap in caps.items()
    ]
    outside = [rule for rule in ledger.rules if rule.category not in caps]
    return [*found, (outside, None)] if outside else found
