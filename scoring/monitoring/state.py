"""The state of every ledger row on a day: what a person who looked at the ledger that evening saw.

``scoring.score`` says what becomes of a row (counted, revoked, not due …); this says where its
rectification stands. What the day hides is hidden here as well: a row found later is not there, a
rectification after the day has not happened, and a revocation is known only by the result's ``known``.
So the same folder gives the same state of a day whenever it is asked for. The 核实结果 of a row has no
day of its own: it is taken as it stands in the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from scoring.enums import Counts, Effect, Word
from scoring.points import SCALE
from scoring.rules.ledger import (
    COUNTED,
    HELD,
    NOT_DUE,
    NOT_YET_FOUND,
    PENDING,
    REPEATED,
    REVOKED,
    SUBORDINATE,
    UNFOUNDED,
)
from scoring.scheme import Ledger, Rule
from scoring.score import EntryResult, Result


class State(Word):
    """Where a row stands at the end of a day. The first that holds, from above."""

    REVOKED = "revoked"
    """撤销"""
    UNFOUNDED = "unfounded"
    """核实不属实"""
    RECORDED = "recorded"
    """No problem: an event that was held (网上访谈办了一期), or one that wins points."""
    PENDING = "pending"
    """待核实, under a rule that counts what was found true."""
    CLOSED = "closed"
    """整改完成, in time or late (``RowState.late``)."""
    UNDATED = "undated"
    """It has no deadline and its rule asks for one (缺项)."""
    SETTLED = "settled"
    """It counts at once and no deadline was set: nothing remains to be followed up."""
    DUE = "due"
    """Today is the deadline and it is not rectified: not rectified by the end of the day, it counts,
    and so it does in the score as of the day."""
    OVERDUE = "overdue"
    """The deadline lies before the day, and it is not rectified."""
    OPEN = "open"
    """To be rectified, and the deadline lies after the day."""


WAITING: Final = frozenset({State.OPEN, State.DUE, State.OVERDUE})
"""未办结: what is still to be rectified."""

NO_PROBLEM: Final = frozenset({State.REVOKED, State.UNFOUNDED, State.RECORDED})
"""Rows that are counted among no unit's problems."""


@dataclass(frozen=True, slots=True)
class RowState:
    """A ledger row on the day ``as_of``.

    ``unit`` is the graded unit to which it belongs (``named`` the one that the row names, which may be
    a department of it), ``provider`` who entered it, or by the rule enters such rows, ``""`` where
    neither says. ``deadline`` and ``rectified`` as known on the day; ``counted``: it cost (or won)
    ``points`` as of the day, before any cap.
    """

    component: str
    entry: str
    unit: str
    group: str
    named: str
    rule: Rule
    provider: str
    description: str
    found: date
    deadline: date | None
    rectified: date | None
    revoked: date | None
    verification: str | None
    state: State
    status: str
    counted: bool
    points: Fraction
    as_of: date
    result: EntryResult

    @property
    def late(self) -> bool:
        """Whether it was rectified after its deadline."""
        return self.rectified is not None and self.missed(self.rectified)

    def missed(self, day: date) -> bool:
        """Whether ``day`` lies after the deadline."""
        return self.deadline is not None and day > self.deadline

    @property
    def days_left(self) -> int | None:
        """Calendar days from the day to the deadline, negative where it lies before; None where
        nothing is waited for."""
        if self.deadline is None or self.state not in WAITING:
            return None
        return (self.deadline - self.as_of).days

    @property
    def days_to_rectify(self) -> int | None:
        """Calendar days from its finding to its rectification; None where it is not rectified, or was
        before it was entered, as a task that was done in time."""
        if self.rectified is None or self.rectified < self.found:
            return None
        return (self.rectified - self.found).days

    @property
    def is_problem(self) -> bool:
        """Whether it is a problem of its unit: neither revoked, nor unfounded, nor an event."""
        return self.state not in NO_PROBLEM

    @property
    def in_time(self) -> bool | None:
        """Whether it was rectified by its deadline; None while that is open, and where there is no
        deadline. On the day of the deadline itself it is still open."""
        if self.deadline is None or not self.is_problem:
            return None
        if self.rectified is not None:
            return not self.late
        return False if self.state == State.OVERDUE else None


def ledger_state(result: Result) -> tuple[RowState, ...]:
    """The state of every row of all ledgers at the end of the result's ``as_of``, by the day of finding,
    rows of one day in the order of the files. A further unit of a row that is charged to the same
    graded unit is the same problem and stands here once."""
    groups = {unit.unit: unit.group for unit in result.units}
    rules = {
        (group, key, rule.code): rule
        for group in result.scheme.groups
        for key, leaf in result.scheme.seen_from(group).leaves().items()
        if isinstance(leaf, Ledger)
        for rule in leaf.rules
    }
    once: dict[tuple[str, str, str], RowState] = {}
    for e in result.entries:
        key = (e.component, e.entry, e.charged_unit)
        if e.status not in (NOT_YET_FOUND, REPEATED) and key not in once:
            group = groups[e.charged_unit]
            once[key] = _row(e, group, rules[group, e.component, e.rule], result)
    return tuple(sorted(once.values(), key=lambda row: row.found))


def _row(entry: EntryResult, group: str, rule: Rule, result: Result) -> RowState:
    as_of = result.as_of
    rectified = entry.rectified
    if rectified is not None and rectified > as_of:
        rectified = None
    revoked = entry.revoked if entry.status == REVOKED else None
    return RowState(
        component=entry.component,
        entry=entry.entry,
        unit=entry.charged_unit,
        group=group,
        named=entry.unit,
        rule=rule,
        provider=entry.provider or rule.provider,
        description=entry.description,
        found=entry.found,
        deadline=entry.deadline,
        rectified=rectified,
        revoked=revoked,
        verification=entry.verification,
        state=_state(entry, rule, rectified, as_of),
        status=entry.status,
        counted=entry.status == COUNTED,
        points=Fraction(entry.deduction, SCALE),
        as_of=as_of,
        result=entry,
    )


def _state(entry: EntryResult, rule: Rule, rectified: date | None, as_of: date) -> State:
    if entry.status == REVOKED:
        return State.REVOKED
    if entry.status == UNFOUNDED:
        return State.UNFOUNDED
    if entry.status == HELD or rule.effect == Effect.BONUS:
        return State.RECORDED
    if entry.status == PENDING or _unverified(entry, rule):
        return State.PENDING
    if rectified is not None:
        return State.CLOSED
    if entry.deadline is None:
        if entry.status == NOT_DUE:
            return State.OPEN
        return State.UNDATED if rule.counts == Counts.OVERDUE else State.SETTLED
    if entry.deadline == as_of:
        return State.DUE
    return State.OVERDUE if entry.deadline < as_of else State.OPEN


def _unverified(entry: EntryResult, rule: Rule) -> bool:
    """Whether a row against a department, which is only listed, is still to be found true or not."""
    listed = entry.status == SUBORDINATE and rule.counts == Counts.VERIFIED
    return listed and entry.verification != "true"
