"""反馈: what every unit is said of its year, beside its group's average and best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scoring.enums import Effect, Scoring
from scoring.inquiry.distance import Distance, distances
from scoring.inquiry.improvements import Shift, advice
from scoring.inquiry.trials import Trials
from scoring.points import SCALE
from scoring.rules.forms import SCORED
from scoring.rules.grading import Standing
from scoring.rules.ledger import COUNTED, NOT_DUE
from scoring.scheme import Component, Ledger
from scoring.scheme.conditions import Occurred
from scoring.score import EntryResult, GroupFigures, ItemResult, Result, UnitResult

MOST_ADVICE = 3
"""So many things are said that would lift a unit most."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A component of a unit beside the units of its group that have it: exact points."""

    key: str
    component: Component
    weight: int
    own: Fraction | None
    mean: Fraction | None
    best: Fraction | None


@dataclass(frozen=True, slots=True)
class Lowered:
    """An item whose verified score is below the unit's own, by ``by`` ten-thousandths."""

    item: ItemResult
    by: int


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a unit is said. ``mean`` and ``best`` are the group's composites (``best`` as a count of
    ``10**-decimals``, ``mean`` exact in the same unit); ``deductions`` cost points, or the grade; ``lowered`` goes from
    the greatest loss down; ``todo`` is not rectified as of the result's day."""

    unit: UnitResult
    count: int
    compared: tuple[Compared, ...]
    mean: Fraction | None
    best: int | None
    up: Distance | None
    deductions: tuple[EntryResult, ...]
    lowered: tuple[Lowered, ...]
    advice: tuple[Shift, ...]
    todo: tuple[EntryResult, ...]


def feedback(result: Result, trials: Trials, units: Sequence[UnitResult]) -> list[Feedback]:
    """The feedback of ``units``, in their order."""
    lifting = advice(trials, result, units)
    entries: dict[str, list[EntryResult]] = {}
    for entry in result.entries:
        entries.setdefault(entry.charged_unit, []).append(entry)
    items: dict[str, list[ItemResult]] = {}
    for item in result.items:
        items.setdefault(item.unit, []).append(item)
    figures = group_figures(result) if result.whole is None else result.whole.groups
    composites = {group: _composites(found.stands) for group, found in figures.items()}
    out = []
    for unit in units:
        group, scores = figures[unit.group], composites[unit.group]
        mine = sorted(entries.get(unit.unit, ()), key=lambda e: (e.found, e.entry))
        counted = (e for e in mine if e.status == COUNTED)
        out.append(
            Feedback(
                unit=unit,
                count=group.count,
                compared=tuple(_compared(result, unit, group)),
                mean=_mean(scores),
                best=max(scores, default=None),
                up=distances(trials, unit)[0],
                deductions=tuple(e for e in counted if _matters(result, unit, e)),
                lowered=tuple(_lowered(items.get(unit.unit, ()))),
                advice=tuple(lv for lv in lifting[unit.unit] if lv.gain)[:MOST_ADVICE],
                todo=tuple(e for e in mine if _open(result, e)),
            )
        )
    return out


def group_figures(result: Result) -> dict[str, GroupFigures]:
    """What the units of every group of a result come to."""
    out = {}
    for group in result.scheme.groups:
        units = result.in_group(group)
        # Whom a condition keeps out of the ranking is neither the best nor in an average.
        beside = [u for u in units if not u.unranked]
        means, highest = {}, {}
        for key in result.scheme.seen_from(group).components:
            values = [v for u in beside if (v := u.components[key]) is not None]
            means[key] = sum(values, Fraction(0)) / len(values) if values else None
            highest[key] = max(values, default=None)
        stands = Counter(Standing(u.composite, u.settled, ranked=u.ranked) for u in units)
        out[group] = GroupFigures(len(units), stands, means, highest)
    return out


def _composites(stands: Mapping[Standing, int]) -> Counter[int]:
    """How often each composite stands among the units that take part in the ranking."""
    out = Counter[int]()
    for stand, count in stands.items():
        if count and stand.ranked and stand.composite is not None:
            out[stand.composite] += count
    return out


def _mean(composites: Counter[int]) -> Fraction | None:
    total = sum(composite * count for composite, count in composites.items())
    return Fraction(total, composites.total()) if composites else None


def _compared(result: Result, unit: UnitResult, group: GroupFigures) -> list[Compared]:
    return [
        Compared(
            key, component, component.weight_in(unit.group), unit.components[key],
            group.means[key], group.highest[key],
        )
        for key, component in result.scheme.seen_from(unit.group).components.items()
    ]  # fmt: skip


def _matters(result: Result, unit: UnitResult, entry: EntryResult) -> bool:
    """Whether a row that counted did the unit harm: it cost points, or it costs none and a condition
    that took effect looked at it."""
    if entry.deduction:
        return _costs(result, entry)
    looked_at = {(c.when.component, c.when.rule) for c in unit.held if isinstance(c.when, Occurred)}
    return (entry.component, entry.rule) in looked_at


def _costs(result: Result, entry: EntryResult) -> bool:
    ledger = result.scheme.leaves()[entry.component]
    assert isinstance(ledger, Ledger)
    return next(r.effect for r in ledger.rules if r.code == entry.rule) == Effect.DEDUCT


def _open(result: Result, entry: EntryResult) -> bool:
    """Whether the problem is one to be rectified (it has a deadline) and is not yet."""
    rectified = entry.rectified is not None and entry.rectified <= result.as_of
    return entry.status in (COUNTED, NOT_DUE) and entry.deadline is not None and not rectified


def _lowered(items: Sequence[ItemResult]) -> list[Lowered]:
    found = [Lowered(item, by) for item in items if (by := _below_own(item)) > 0]
    return sorted(found, key=lambda low: -low.by)


def _below_own(item: ItemResult) -> int:
    """How far the verified score is below the unit's own, in ten-thousandths of what the item is
    worth; 0 where it is not."""
    if item.status != SCORED:
        return 0
    if item.scoring == Scoring.FRACTION and item.self_of and item.of:
        own, verified = (
            Fraction(item.self_done or 0, item.self_of),
            Fraction(item.done or 0, item.of),
        )
        return max(0, int((own - verified) * item.points))
    if item.scoring == Scoring.EACH and item.self_faults is not None and item.faults is not None:
        return max(0, item.faults - item.self_faults) * SCALE
    if item.self_score is None or item.verified_score is None:
        return 0
    return max(0, (item.self_score - item.verified_score) * item.points // item.full)
