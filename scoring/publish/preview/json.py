"""预估 for programs: every score an exact decimal string, on the scale of the form."""

from __future__ import annotations

from fractions import Fraction

from scoring.inquiry.improvements import Shift
from scoring.inquiry.preview import Preview
from scoring.points import Amount, format_decimals, format_fraction, format_points
from scoring.wording import preview as say
from scoring.wording.numbers import iso


def preview_record(preview: Preview) -> dict[str, object]:
    """The preview as plain values; ``composite``, ``grade`` and ``score`` are null where they are not
    known, ``summary`` is what a person reads first."""
    outcome = preview.outcome
    return {
        "scheme": preview.scheme.name,
        "unit": preview.unit,
        "group": preview.group,
        "year": preview.year,
        "as_of": iso(preview.as_of),
        "component": preview.component,
        "period": preview.period,
        "due": iso(preview.due),
        "score": _points(preview.period_score),
        "full": format_points(preview.full),
        "composite": None if outcome is None else _composite(preview, outcome.composite),
        "grade": None if outcome is None else outcome.grade,
        "known": [
            {
                "component": known.key,
                "period": known.period,
                "score": None if known.value is None else format_fraction(Fraction(known.value)),
                "source": known.source,
            }
            for known in preview.known
        ],
        "bands": [
            {"grade": band.grade, "from": format_points(band.low), "to": format_points(band.high)}
            for band in preview.bands
        ],
        "needed": preview.needed
        and {
            "component": preview.needed.component,
            "grade": preview.needed.grade,
            "score": _points(preview.needed.points),
        },
        "lacks": [
            {"indicator": lack.item.indicator, "score": lack.score, "evidence": lack.evidence}
            for lack in preview.lacks
        ],
        "levers": [_shift(preview, shift) for shift in preview.improvements],
        "threats": [_shift(preview, shift) for shift in preview.threats],
        "undecided": [entry.entry for entry in preview.undecided],
        "quota": preview.quota,
        "summary": say.conclusions(preview),
    }


def _shift(preview: Preview, shift: Shift) -> dict[str, object]:
    return {
        "entries": [entry.entry for entry in shift.entries],
        "items": [item.indicator for item in shift.items],
        "composite": _composite(preview, shift.outcome.composite),
        "grade": shift.outcome.grade,
    }


def _composite(preview: Preview, value: Amount | None) -> str | None:
    if value is None:
        return None
    return format_decimals(value, preview.scheme.rounding.decimals, pad=True)


def _points(value: Amount | None) -> str | None:
    return None if value is None else format_points(value)
