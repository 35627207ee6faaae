"""An independent computation of the Heze scheme, written from its rules with Fractions.

It shares no code with the engine. Input are plain dicts; see the functions.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

WHEN = {
    "1": "notified",
    "2.1": "overdue",
    "2.2": "verified",
    "3": "overdue",
    "4": "verified",
    "5": "overdue",
}
WITH_SUBORDINATES = {"1"}
COST = Fraction(3, 2)


def counts(
    row: dict[str, Any], as_of: date, known: date | None = None, *, subordinate: bool
) -> bool | None:
    """Whether a ledger row costs points; None where it cannot be said (a gap). A revocation counts
    if it was known by ``known``, by default whenever it was made."""
    if row["found"] > as_of:
        return False
    if row.get("revoked") and (known is None or row["revoked"] <= known):
        return False
    if row.get("verification") == "不属实":
        return False
    if subordinate and row["rule"] not in WITH_SUBORDINATES:
        return False
    when = WHEN[row["rule"]]
    if when == "notified":
        return True
    if when == "verified":
        return True if row.get("verification") == "属实" else None
    deadline, done = row.get("deadline"), row.get("rectified")
    if deadline is None:
        return None
    if deadline > as_of:
        return False
    return not (done is not None and done <= deadline)


def ledger_score(counted: int) -> Fraction:
    return max(Fraction(0), 100 - COST * counted)


def half_up(value: Fraction, decimals: int) -> Fraction:
    """四舍五入, a half away from zero."""
    scaled = abs(value) * 10**decimals
    whole = scaled.numerator // scaled.denominator
    if scaled - whole >= Fraction(1, 2):
        whole += 1
    return Fraction(whole if value >= 0 else -whole, 10**decimals)


def period_score(
    verified: dict[str, Fraction], points: dict[str, Fraction], absent: set[str]
) -> Fraction:
    """The sum of the verified scores, rescaled to 100 where items do not apply."""
    applicable = sum((p for code, p in points.items() if code not in absent), Fraction(0))
    raw = sum((verified[code] for code in points if code not in absent), Fraction(0))
    return raw * 100 / applicable


def composite(ledger: Fraction, self_assessment: Fraction, third: Fraction) -> Fraction:
    exact = (
        ledger * Fraction(30, 100) + self_assessment * Fraction(40, 100) + third * Fraction(30, 100)
    )
    return half_up(exact, 2)


def grade(score: Fraction) -> str:
    if score >= 90:
        return "优秀"
    if score >= 80:
        return "良好"
    return "合格" if score >= 60 else "不合格"


def ranks(scores: dict[str, Fraction]) -> dict[str, int]:
    """1,1,3 among the units of one group."""
    return {unit: 1 + sum(other > own for other in scores.values()) for unit, own in scores.items()}
