"""为什么是这个分数, for programs: the explanation as JSON, every number an exact decimal string."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from scoring.inquiry.distance import Distance
from scoring.inquiry.explanation import Explanation, Part, PeriodPart
from scoring.inquiry.improvements import Shift
from scoring.points import Amount, format_decimals, format_fraction, format_points
from scoring.problems import Place
from scoring.score import EntryResult, ItemResult, Result
from scoring.wording.conditions import as_written, condition_name, held_text
from scoring.wording.improvements import shift_text
from scoring.wording.numbers import iso
from scoring.wording.results import entry_reason, gap_text
from scoring.wording.scheme import rule_of


def explanation_json(explanation: Explanation) -> str:
    """The explanation as JSON text. ``parts`` follow the scheme; a row or an item carries the file,
    sheet and row where it stands."""
    result, unit = explanation.result, explanation.unit
    document = {
        "scheme": result.scheme.name,
        "year": result.year,
        "as_of": result.as_of.isoformat(),
        "known": iso(result.known),
        "final": result.final,
        "unit": unit.unit,
        "group": unit.group,
        "composite": result.composite_text(unit),
        "exact": _exact(unit.exact),
        "grade": unit.grade,
        "rank": unit.rank,
        "units_in_group": explanation.count,
        "clause": result.scheme.clause,
        "parts": [_part(result, part) for part in explanation.parts],
        "conditions": [
            {
                "name": condition_name(halves[0]),
                "text": held_text(halves, result.scheme.seen_from(unit.group)),
                "clause": halves[0].clause,
            }
            for halves in as_written(unit.held)
        ],
        "up": _distance(result, explanation.up),
        "down": _distance(result, explanation.down),
        "needed": [
            {
                "component": need.component,
                "grade": need.grade,
                "score": None if need.points is None else format_points(need.points),
            }
            for need in explanation.needed
        ],
        "levers": _improvements(result, explanation.improvements),
        "together": _improvements(result, explanation.together),
        "threats": _improvements(result, explanation.threats),
        "gaps": [gap_text(gap, result.scheme) for gap in unit.gaps],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _part(result: Result, part: Part) -> dict[str, object]:
    component = part.component
    out: dict[str, object] = {
        "component": part.key,
        "title": component.title,
        "clause": component.clause,
        "weight": None if component.weight is None else format_points(part.weight),
        "score": _exact(part.score),
        "used": part.used,
    }
    if part.ledger is not None:
        inside = part.ledger
        out["rules"] = [
            {
                "rule": rule.code,
                "title": rule.title,
                "clause": rule.clause,
                "effect": rule.effect,
                "counted": amount.counted,
                "nominal": format_points(amount.nominal),
                "amount": format_points(amount.amount),
            }
            for rule, amount in inside.rules
        ]
        out["counted"] = [_entry(result, entry) for entry in inside.counted]
        out["not_counted"] = [_entry(result, entry) for entry in inside.others]
    if part.periods:
        out["periods"] = [_period(period) for period in part.periods]
    if part.scores:
        out["scores"] = [
            {
                "score": None if s.given is None else format_points(s.given),
                "assessor": s.assessor,
                **_place(s.place),
            }
            for s in part.scores
        ]
    if part.parts:
        out["parts"] = [_part(result, inner) for inner in part.parts]
    return out


def _entry(result: Result, entry: EntryResult) -> dict[str, object]:
    rule = rule_of(result.scheme, entry.component, entry.rule)
    return {
        "entry": entry.entry,
        "unit": entry.unit,
        "rule": entry.rule,
        "clause": rule.clause,
        "status": entry.status,
        "points": format_points(entry.deduction),
        "found": _day(entry.found),
        "deadline": _day(entry.deadline),
        "rectified": _day(entry.rectified),
        "description": entry.description,
        "reason": entry_reason(entry, rule, result.as_of),
        **_place(entry.place),
    }


def _period(period: PeriodPart) -> dict[str, object]:
    result = period.result
    return {
        "period": result.period,
        "weight": None if period.weight is None else format_points(period.weight),
        "score": None if result.score is None else format_points(result.score),
        "raw": format_points(result.raw),
        "applicable": format_points(result.applicable),
        "late": format_points(result.late),
        "items": [_item(item) for item in period.items],
    }


def _item(item: ItemResult) -> dict[str, object]:
    def points(value: Amount | None) -> str | None:
        return None if value is None else format_points(value)

    return {
        "indicator": item.indicator,
        "title": item.title,
        "area": item.area,
        "points": format_points(item.points),
        "self_score": points(item.self_score),
        "verified_score": points(item.verified_score),
        "counted": points(item.counted),
        "status": item.status,
        "verified_note": item.verified_note,
        **_place(item.place),
    }


def _improvements(result: Result, improvements: Iterable[Shift]) -> list[dict[str, object]]:
    decimals = result.scheme.rounding.decimals
    return [
        {
            "kind": shift.kind,
            "text": shift_text(result, shift),
            "entries": [entry.entry for entry in shift.entries],
            "items": [{"period": i.period, "indicator": i.indicator} for i in shift.items],
            "gain": None if shift.gain is None else format_decimals(shift.gain, decimals, pad=True),
            "composite": None
            if shift.outcome.composite is None
            else format_decimals(shift.outcome.composite, decimals, pad=True),
            "grade": shift.outcome.grade,
            "rank": shift.outcome.rank,
        }
        for shift in improvements
    ]


def _distance(result: Result, distance: Distance | None) -> dict[str, object] | None:
    if distance is None:
        return None
    decimals = result.scheme.rounding.decimals
    return {
        "grade": distance.grade,
        "composite": format_decimals(distance.composite, decimals, pad=True),
        "by": format_decimals(distance.by, decimals, pad=True),
    }


def _exact(value: Fraction | None) -> str | None:
    return None if value is None else format_fraction(value)


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _place(place: Place | None) -> dict[str, object]:
    if place is None:
        return {"file": None, "sheet": None, "row": None}
    return {"file": place.file, "sheet": place.sheet, "row": place.row}
