"""What would lift a unit, and what threatens it: each with what it is worth, found by trial.

A improvement is one thing that could be otherwise: a ledger row revoked, an item verified in full. Its
gain is the difference of the published composites, so it can be read off two circulars.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from scoring.enums import Effect, Word
from scoring.inquiry.changes import Change, Lapse, Revoke, SetItem
from scoring.inquiry.trials import Outcome, Trial, Trials
from scoring.rules.forms import SCORED
from scoring.rules.ledger import COUNTED, NOT_DUE
from scoring.scheme import Scheme, SelfAssessment
from scoring.score import EntryResult, ItemResult, Result, UnitResult
from scoring.score.synthetic import best


class Kind(Word):
    """What a improvement would change."""

    ENTRY = "entry"
    RULE = "rule"
    ITEM = "item"
    INDICATOR = "indicator"
    LAPSE = "lapse"


class Shift(NamedTuple):
    """Something that could be otherwise and what came of it. ``entries`` or ``items`` are what it
    concerns; ``gain`` is the difference of the composites as a count of ``10**-decimals``, None
    where the unit has no composite before or after."""

    kind: Kind
    component: str
    entries: tuple[EntryResult, ...]
    items: tuple[ItemResult, ...]
    gain: int | None
    outcome: Outcome


class _Idea(NamedTuple):
    """A improvement before it was tried."""

    unit: str
    kind: Kind
    component: str
    changes: tuple[Change, ...]
    entries: tuple[EntryResult, ...] = ()
    items: tuple[ItemResult, ...] = ()


def improvements(
    trials: Trials, result: Result, units: Sequence[UnitResult]
) -> dict[str, list[Shift]]:
    """By unit: every counted ledger row revoked, every item verified in full (best first)."""
    return _tried(trials, units, [idea for u in units for idea in _single(result, u)])


def advice(trials: Trials, result: Result, units: Sequence[UnitResult]) -> dict[str, list[Shift]]:
    """By unit: every rule without a counted row, every indicator in full in all periods."""
    return _tried(trials, units, [idea for u in units for idea in _gathered(result, u)])


def threats(trials: Trials, result: Result, units: Sequence[UnitResult]) -> dict[str, list[Shift]]:
    """By unit: every open problem whose deadline is ahead, as if it were not met."""
    ideas = [
        _Idea(u.unit, Kind.LAPSE, e.component, (Lapse(e.component, e.entry),), (e,))
        for u in units
        for e in result.entries
        if e.charged_unit == u.unit and is_open(e, result)
    ]
    return _tried(trials, units, ideas, best_first=False)


def is_open(entry: EntryResult, result: Result) -> bool:
    """Whether a problem is still to be rectified and its deadline ahead, as of the result's day."""
    done = entry.rectified is not None and entry.rectified <= result.as_of
    return entry.status == NOT_DUE and not done


def fewest(trials: Trials, unit: UnitResult, found: Sequence[Shift], grade: str) -> list[Shift]:
    """The first of ``found`` (best first) that together give ``grade`` or a better one; empty where
    all of them do not."""
    order = [g.name for g in trials.scheme.grades_in(unit.group)]
    reaching = set(order[: order.index(grade) + 1])
    single = [_changes(trials.scheme, unit.group, shift) for shift in found]
    sums = [tuple(chain.from_iterable(single[: i + 1])) for i in range(len(single))]
    outcomes = trials.run([Trial(unit.unit, changes) for changes in sums])
    for i, outcome in enumerate(outcomes):
        if outcome.grade in reaching:
            return list(found[: i + 1])
    return []


def _changes(scheme: Scheme, group: str, shift: Shift) -> tuple[Change, ...]:
    revoked = (Revoke(shift.component, entry.entry) for entry in shift.entries)
    return (*revoked, *(_full(scheme, group, item) for item in shift.items))


def _tried(
    trials: Trials, units: Sequence[UnitResult], ideas: Sequence[_Idea], *, best_first: bool = True
) -> dict[str, list[Shift]]:
    outcomes = trials.run([Trial(idea.unit, idea.changes) for idea in ideas])
    now = {u.unit: u.composite for u in units}
    out: dict[str, list[Shift]] = {u.unit: [] for u in units}
    for idea, outcome in zip(ideas, outcomes, strict=True):
        before, after = now[idea.unit], outcome.composite
        gain = None if before is None or after is None else after - before
        shift = Shift(idea.kind, idea.component, idea.entries, idea.items, gain, outcome)
        out[idea.unit].append(shift)
    if best_first:
        for found in out.values():
            found.sort(key=lambda shift: -(shift.gain or 0))
    return out


def _single(result: Result, unit: UnitResult) -> Iterator[_Idea]:
    for entry in _counted(result, unit):
        yield _Idea(unit.unit, Kind.ENTRY, entry.component,
                    (Revoke(entry.component, entry.entry),), (entry,))  # fmt: skip
    for item in _lost(result, unit):
        change = _full(result.scheme, unit.group, item)
        yield _Idea(unit.unit, Kind.ITEM, item.component, (change,), items=(item,))


def _gathered(result: Result, unit: UnitResult) -> Iterator[_Idea]:
    rules: dict[tuple[str, str], list[EntryResult]] = {}
    for entry in _counted(result, unit):
        rules.setdefault((entry.component, entry.rule), []).append(entry)
    for (component, _), entries in rules.items():
        changes = tuple(Revoke(component, entry.entry) for entry in entries)
        yield _Idea(unit.unit, Kind.RULE, component, changes, tuple(entries))
    indicators: dict[tuple[str, str], list[ItemResult]] = {}
    for item in _lost(result, unit):
        indicators.setdefault((item.component, item.indicator), []).append(item)
    for (component, _), items in indicators.items():
        full = tuple(_full(result.scheme, unit.group, item) for item in items)
        yield _Idea(unit.unit, Kind.INDICATOR, component, full, items=tuple(items))


def _counted(result: Result, unit: UnitResult) -> Iterable[EntryResult]:
    rules = {
        (key, rule.code): rule
        for key, component in result.scheme.leaves().items()
        for rule in getattr(component, "rules", ())
    }
    return (
        e
        for e in result.entries
        if e.charged_unit == unit.unit
        and e.status == COUNTED
        and rules[e.component, e.rule].effect == Effect.DEDUCT
    )


def _lost(result: Result, unit: UnitResult) -> Iterable[ItemResult]:
    """The items of a unit that were verified and have less than they are worth."""
    return (
        i
        for i in result.items
        if i.unit == unit.unit and i.status == SCORED and (i.counted or 0) < i.points
    )


def _full(scheme: Scheme, group: str, item: ItemResult) -> SetItem:
    """The item as if it had been verified in full."""
    component = scheme.leaves()[item.component]
    assert isinstance(component, SelfAssessment)
    leaf = next(leaf for leaf in component.items(group) if leaf.code == item.indicator)
    return SetItem(item.component, item.unit, item.period, item.indicator, best(leaf))
