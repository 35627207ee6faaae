"""The ledger's rows: who found what, when, and what became of it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from .plan import (
    AS_OF,
    BATCHES,
    BY_KEY,
    CHARGED_THROUGH,
    GRADED,
    HOLIDAYS,
    RULE_CODES,
    RULES,
    SCATTERED,
    UNCHARGED_SUBORDINATES,
    UNCOUNTED,
    Batch,
)
from .words import Writer


@dataclass(frozen=True)
class Entry:
    """One row of the ledger, as the provider means it."""

    unit: str
    rule: str
    problem: str
    found: date
    document: str
    deadline: date | None = None
    rectified: date | None = None
    verdict: str = ""
    revoked: date | None = None
    revoke_reason: str = ""
    remark: str = ""
    number: str = ""


def is_workday(day: date) -> bool:
    """Tell whether an office is at work (moved workdays are not needed here)."""
    return day.weekday() < 5 and not any(first <= day <= last for first, last in HOLIDAYS)


def workdays(first: date, last: date) -> list[date]:
    """List the working days from first to last, both included."""
    days = (first + timedelta(n) for n in range((last - first).days + 1))
    return [day for day in days if is_workday(day)]


def planned_rows() -> list[tuple[str, str, str]]:
    """List the rows to be written as (what becomes of it, rule, unit)."""
    rows = []
    for unit in GRADED:
        for rule, number in zip(RULE_CODES, unit.counted, strict=True):
            names = [unit.name] * number
            if rule == "1" and unit.name in CHARGED_THROUGH:
                names[0] = CHARGED_THROUGH[unit.name]
            rows += [("counted", rule, name) for name in names]
    for (outcome, rule), keys in UNCOUNTED.items():
        rows += [(outcome, rule, BY_KEY[key].name) for key in keys.split()]
    rows += [("counted", rule, name) for rule, name in UNCHARGED_SUBORDINATES]
    return rows


def make_entry(outcome: str, rule: str, unit: str, writer: Writer) -> Entry:
    """Make one row with this outcome: its dates first, then its words."""
    rng = writer.rng
    deadline = rectified = None
    if rule in SCATTERED:
        last = date(2024, 9, 30) if outcome == "revoked" else date(2024, 12, 20)
        found = rng.choice(workdays(date(2024, 1, 8), last))
        document = ""  # numbered in the order of the days, later
    else:
        batch = choose_batch(outcome, rule, rng)
        found = rng.choice(workdays(batch.first, batch.last))
        document, deadline = batch.document, batch.deadline
    kind = remark_kind(outcome, rule)
    if RULES[rule].counts_when == "overdue":
        assert deadline is not None
        rectified = rectified_on(outcome, found, deadline, rng)
        if outcome == "counted" and rectified:
            kind = "late"
    elif rule == "1" and outcome == "counted" and rng.random() < 0.6:
        assert deadline is not None  # fixed in time, counts all the same
        rectified = rng.choice(workdays(found + timedelta(2), deadline))
    entry = Entry(
        unit=unit,
        rule=rule,
        problem=writer.problem(rule, unit, found),
        found=found,
        document=document,
        deadline=deadline,
        rectified=rectified,
        verdict=verdict_of(outcome, rule, rng),
        remark=writer.remark(kind),
    )
    if outcome == "revoked":
        day = rng.choice(workdays((deadline or found) + timedelta(8), date(2024, 12, 20)))
        reasons = writer.book["revoke_reasons"][rule]
        entry = replace(entry, revoked=day, revoke_reason=reasons.pop(0), remark="")
    return entry


def choose_batch(outcome: str, rule: str, rng: random.Random) -> Batch:
    """Choose the inspection in which a row of this outcome was found."""
    batches = BATCHES[rule]
    if rule != "1":
        due = [b for b in batches if b.deadline and b.deadline <= AS_OF]
        batches = tuple(b for b in batches if b not in due) if outcome == "not_due" else tuple(due)
    if outcome == "revoked":
        batches = tuple(b for b in batches if b.last < date(2024, 10, 1))
    return rng.choice(batches)


def rectified_on(outcome: str, found: date, deadline: date, rng: random.Random) -> date | None:
    """Set the day on which the problem was fixed, if it was."""
    if outcome == "in_time":
        return rng.choice(workdays(found + timedelta(2), deadline - timedelta(1)))
    if outcome == "on_deadline":
        return deadline
    if outcome == "counted" and rng.random() < 0.6:
        late = workdays(deadline + timedelta(1), deadline + timedelta(30))[:14]
        return late[0] if rng.random() < 0.2 else rng.choice(late)
    return None


def verdict_of(outcome: str, rule: str, rng: random.Random) -> str:
    """Fill 核实结果: always where the rule asks for it, now and then elsewhere."""
    if outcome == "untrue":
        return "不属实"
    if RULES[rule].counts_when == "verified":
        return "属实"
    return "属实" if rule == "3" and rng.random() < 0.4 else ""


def remark_kind(outcome: str, rule: str) -> str:
    """Choose the shelf of remarks that suits the outcome."""
    if outcome == "untrue":
        return {"1": "untrue_notified", "5": "untrue_overdue"}.get(rule, "untrue")
    if outcome in ("in_time", "on_deadline", "not_due"):
        return outcome
    return {"notified": "notified", "verified": "upheld", "overdue": "open"}[
        RULES[rule].counts_when
    ]


def make_ledger(writer: Writer) -> list[Entry]:
    """Make all rows of the year, in the order in which they were found."""
    entries: list[Entry] = []
    seen: set[str] = set()
    for outcome, rule, unit in planned_rows():
        entry = make_entry(outcome, rule, unit, writer)
        while entry.problem in seen:
            entry = replace(entry, problem=writer.problem(rule, unit, entry.found))
        seen.add(entry.problem)
        entries.append(entry)
    entries.sort(key=lambda e: (e.found, e.rule))
    entries = [number_document(e, entries) for e in entries]
    return use_rare_character(entries, writer)


def number_document(entry: Entry, entries: Sequence[Entry]) -> Entry:
    """Number the documents of the scattered rules in the order of their days."""
    if entry.rule not in SCATTERED:
        return entry
    days = sorted({e.found for e in entries if e.rule == entry.rule})
    number = 2 + 2 * days.index(entry.found)
    return replace(entry, document=SCATTERED[entry.rule].format(number))


def use_rare_character(entries: list[Entry], writer: Writer) -> list[Entry]:
    """Put a character outside GBK into one row of the GB18030 file."""
    at = next(i for i, e in enumerate(entries) if e.rule == "5" and e.unit.startswith("沙渚县"))
    words = writer.fill(writer.book["rare_problem"], entries[at].unit, entries[at].found.month)
    return [replace(e, problem=words) if i == at else e for i, e in enumerate(entries)]
