"""台账: which rows count as of a day, what they cost or win, what is left of the preset points.

In the order of an 办法: judge each row, make repeated offences dearer, sum by rule, cap by rule, by
category and for the component. Source: 四（一） of the scheme of Heze, and the wordings in
docs/写考核办法.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, assert_never

from scoring.points import SCALE, Amount
from scoring.rules.arithmetic import Arithmetic, C, N
from scoring.rules.exact import EXACT, Exact, divided
from scoring.rules.forms import on_scale
from scoring.scheme.ledger import Rule
from scoring.scheme.model import Ledger
from scoring.tables import EntryRow

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


@dataclass(frozen=True, slots=True)
class Days:
    """When a ledger is looked at: ``as_of`` is the day, ``known`` (资料截止日) the last day of which
    a revocation is known, None for no limit; ``year_over`` says that the year's minima fell due."""

    as_of: date
    known: date | None
    year_over: bool


def entry_status(rule: Rule, entry: EntryRow, days: Days, *, subordinate: bool) -> str:
    """COUNTED, HELD (an event that fulfils a minimum), or why the row counts for nothing; PENDING and
    UNDATED are gaps. ``subordinate``: the row names a department of the unit, not the unit."""
    if entry.found > days.as_of:
        return NOT_YET_FOUND
    if entry.revoked is not None and (days.known is None or entry.revoked <= days.known):
        return REVOKED
    if entry.verification == "false":
        return UNFOUNDED
    if subordinate and rule.subordinates == "listed":
        return SUBORDINATE
    if entry.repeated:
        return REPEATED
    match rule.counts:
        case "minimum":
            return HELD
        case "notified":
            return COUNTED
        case "verified":
            return COUNTED if entry.verification == "true" else PENDING
        case "overdue":
            return _overdue(rule, entry, days.as_of)
        case _ as when:
            assert_never(when)


def _overdue(rule: Rule, entry: EntryRow, as_of: date) -> str:
    if entry.deadline is None:
        spec = rule.deadline
        if spec is None or spec.direction != "after" or entry.event is None:
            return UNDATED
        # So many working days after the event are at least so many days: not due yet, though the
        # deadline is not known.
        return NOT_DUE if entry.event > as_of - timedelta(days=spec.count) else UNDATED
    if entry.deadline > as_of:
        return NOT_DUE
    in_time = entry.rectified is not None and entry.rectified <= entry.deadline
    return RECTIFIED if in_time else COUNTED


def entry_cost(rule: Rule, entry: EntryRow, times: int) -> Amount:
    """What a counted row costs (or wins) before any cap: the rule's points or its own; more where the
    same problem occurs for the ``times``-th time (同一问题再次发生)."""
    fixed = rule.fixed()
    own = entry.points if fixed is None or entry.points is not None else fixed
    if own is None:
        own = 0
    if rule.repeat is None or entry.same_problem is None or times < rule.repeat.start:
        return own
    return divided(own * rule.repeat.factor, SCALE)


@dataclass(frozen=True, slots=True)
class RuleSum:
    """What a rule came to: how often it counted, its points before and after its own cap."""

    counted: int
    nominal: Amount
    amount: Amount


def rule_sum(rule: Rule, counted: int, nominal: Amount, held: int, days: Days) -> RuleSum:
    """The sum of a rule from its rows. A yearly minimum costs for each time that lacks, once the
    year is over; ``held`` is how often it was held."""
    if rule.minimum is not None and days.year_over:
        counted = max(0, rule.minimum - held)
        nominal = counted * (rule.fixed() or 0)
    return RuleSum(counted, nominal, capped(EXACT, Exact(nominal), rule.cap).value or 0)


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
