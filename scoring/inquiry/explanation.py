"""为什么是这个分数: a unit's score taken apart, from the composite back to rows, items and clauses.

Nothing is computed here that scoring has not computed; the parts are only put in the order in
which a person would check them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from scoring.enums import Word
from scoring.inquiry.distance import Distance, Needed, distances, needed_scores
from scoring.inquiry.improvements import Shift, fewest, improvements, threats
from scoring.inquiry.trials import Trials
from scoring.points import SCALE, Amount
from scoring.rules.composite import contribution
from scoring.rules.exact import EXACT, Exact
from scoring.rules.forms import NOT_APPLICABLE, SCORED, area_worth
from scoring.rules.ledger import COUNTED
from scoring.scheme import Combined, Component, Ledger, Rule, Score, SelfAssessment
from scoring.scheme.model import AnyComponent, leaf_keys
from scoring.score import (
    EntryResult,
    ItemResult,
    PeriodResult,
    Result,
    RuleResult,
    ScoreResult,
    UnitResult,
)
from scoring.score.unit import points_of, unread_by


class Used(Word):
    """What became of a part in its sum: ``CLOSED`` out by the gate of another one, ``LEFT_OUT`` by a
    condition of the scheme, ``UNREAD`` for one that is not there where a condition set the composite and
    nothing further is read, ``NOT_ENTERED`` for a part that adds and did not reach its bound."""

    WEIGHED = "weighed"
    ADDED = "added"
    MISSING = "missing"
    CLOSED = "shut"
    LEFT_OUT = "left_out"
    UNREAD = "unread"
    NOT_ENTERED = "not_entered"


class LedgerPart(NamedTuple):
    """台账: what each rule cost or won, every row that counted and every one that did not."""

    rules: tuple[tuple[Rule, RuleResult], ...]
    counted: tuple[EntryResult, ...]
    others: tuple[EntryResult, ...]


class AreaPart(NamedTuple):
    """一级指标 in one period: ``got`` of ``points``; ``cap`` where the area may not give more."""

    area: str
    points: Amount
    got: Amount
    cap: int | None


class PeriodPart(NamedTuple):
    """期次: its score from its areas and items; ``weight`` is None where all periods are equal."""

    result: PeriodResult
    weight: int | None
    areas: tuple[AreaPart, ...]
    items: tuple[ItemResult, ...]


class Part(NamedTuple):
    """A component in the sum that it belongs to, and what it ``counts`` in it where every part is there;
    ``ledger``, ``periods``, ``scores`` or ``parts``
    say what it is made of."""

    key: str
    component: Component
    weight: int
    counts: Fraction
    score: Fraction | None
    used: Used
    ledger: LedgerPart | None = None
    periods: tuple[PeriodPart, ...] = ()
    scores: tuple[ScoreResult, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """A unit's score taken apart. ``count`` is the number of units of its group; ``up`` and ``down``
    are the next grades, ``needed`` the scores that would reach the better one; ``improvements`` what
    would lift the unit (best first), ``together`` the fewest of them that reach the better grade,
    ``threats`` the open problems and what they would cost."""

    result: Result
    unit: UnitResult
    count: int
    parts: tuple[Part, ...]
    up: Distance | None
    down: Distance | None
    needed: tuple[Needed, ...]
    improvements: tuple[Shift, ...]
    together: tuple[Shift, ...]
    threats: tuple[Shift, ...]


def explain_unit(
    result: Result, trials: Trials, unit: UnitResult, period: str | None = None
) -> Explanation:
    """Take the score of ``unit`` apart; of ``period`` alone where one is given."""
    up, down = distances(trials, unit)
    found = improvements(trials, result, [unit])[unit.unit]
    lifting = [shift for shift in found if shift.gain is None or shift.gain > 0]
    return Explanation(
        result=result,
        unit=unit,
        count=len(result.in_group(unit.group)),
        parts=_parts(result, unit, result.scheme.seen_from(unit.group).components, "", period),
        up=up,
        down=down,
        needed=tuple(needed_scores(trials, unit, up.grade)) if up else (),
        improvements=tuple(lifting),
        together=tuple(fewest(trials, unit, lifting, up.grade)) if up else (),
        threats=tuple(threats(trials, result, [unit])[unit.unit]),
    )


def _parts(
    result: Result,
    unit: UnitResult,
    components: Mapping[str, AnyComponent],
    whole: str,
    period: str | None,
) -> tuple[Part, ...]:
    """The parts of one sum: of the composite, or of the combined component ``whole``."""
    closed = unit.closed.get(whole)
    return tuple(
        _with_inside(
            Part(
                key=key,
                component=component,
                weight=component.weight_in(unit.group),
                counts=_counts(unit, key, component),
                score=unit.score_of(key),
                used=_used(result, unit, key, component, closed),
            ),
            result,
            unit,
            period,
        )
        for key, component in components.items()
    )


def _used(
    result: Result, unit: UnitResult, key: str, component: AnyComponent, closed: str | None
) -> Used:
    if closed is not None and closed != key:
        return Used.CLOSED
    if any(key in condition.without for condition in unit.held):
        return Used.LEFT_OUT
    if unit.score_of(key) is None:
        return Used.UNREAD if _is_unread(result, unit, key, component) else Used.MISSING
    if not component.adds:
        return Used.WEIGHED
    return Used.ADDED if key in unit.entered else Used.NOT_ENTERED


def _is_unread(result: Result, unit: UnitResult, key: str, component: AnyComponent) -> bool:
    """Whether a condition that set the composite leaves a part unread, so that it is no gap."""
    scheme = result.scheme.seen_from(unit.group)
    stopping = [c for c in unit.held if c.fixes and c.stops]
    return any(set(leaf_keys(key, component)) <= unread_by(scheme, c) for c in stopping)


def _with_inside(part: Part, result: Result, unit: UnitResult, period: str | None) -> Part:
    """The part with what it is made of."""
    key = part.key
    match part.component:
        case Combined() as combined:
            return part._replace(parts=_parts(result, unit, combined.parts, key, period))
        case Ledger() as ledger:
            return part._replace(ledger=_ledger(result, unit, key, ledger))
        case SelfAssessment() as form:
            return part._replace(periods=_periods(result, unit, key, form, period))
        case Score():
            mine = (s for s in result.scores if (s.component, s.unit) == (key, unit.unit))
            return part._replace(scores=tuple(mine))
    return part


def _ledger(result: Result, unit: UnitResult, key: str, ledger: Ledger) -> LedgerPart:
    entries = [e for e in result.entries if (e.component, e.charged_unit) == (key, unit.unit)]
    amounts = {r.rule: r for r in result.rules if (r.component, r.unit) == (key, unit.unit)}
    return LedgerPart(
        rules=tuple(
            (r, amounts[r.code])
            for r in ledger.rules
            if r.code in amounts and amounts[r.code].counted
        ),
        counted=tuple(e for e in entries if e.status == COUNTED),
        others=tuple(e for e in entries if e.status != COUNTED),
    )


def _periods(
    result: Result, unit: UnitResult, key: str, form: SelfAssessment, only: str | None
) -> tuple[PeriodPart, ...]:
    weights = {p.name: p.weight for p in form.periods}
    tops = {area.area: area for area in form.areas(unit.group)}
    out = []
    for period in result.periods:
        if (period.component, period.unit) != (key, unit.unit) or only not in (None, period.period):
            continue
        items = [
            i
            for i in result.items
            if (i.component, i.unit, i.period) == (key, unit.unit, period.period)
        ]
        areas = []
        for name in dict.fromkeys(item.area for item in items):
            inside = [item for item in items if item.area == name]
            top = tops[name]
            worth = sum(i.points for i in inside if i.status != NOT_APPLICABLE)
            got = sum(i.counted or 0 for i in inside if i.status == SCORED)
            areas.append(AreaPart(name, worth, got, area_worth(top, form) if top.overrun else None))
        out.append(PeriodPart(period, weights[period.period], tuple(areas), tuple(items)))
    return tuple(out)


def _counts(unit: UnitResult, key: str, component: Component) -> Fraction:
    score = unit.score_of(key)
    number = Exact(None if score is None else score * SCALE)
    return points_of(contribution(EXACT, component, unit.group, number)) or Fraction(0)


def walk(parts: tuple[Part, ...], level: int = 0) -> list[tuple[Part, int]]:
    """Every part with its level, a combined one before what it is made of."""
    out = []
    for part in parts:
        out.append((part, level))
        out += walk(part.parts, level + 1)
    return out
