"""Scores as papers show them, and what of them did not count: conditions, a bonus left out."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from scoring.points import SCALE, format_points, format_score
from scoring.scheme import Scheme
from scoring.scheme.conditions import Conditional
from scoring.scheme.model import leaf_keys
from scoring.score import Gap, UnitResult
from scoring.wording.conditions import as_written, held_text
from scoring.wording.numbers import BLANK

NOT_COUNTED = "未计入"
"""Stands in the place of a bonus that did not enter."""


def score_text(score: Fraction | None, scheme: Scheme) -> str:
    """A score as papers show it: with the scheme's decimals, all of them, or a dash where there is
    none. Every paper's scores come from here; results.json and explanations have the exact ones."""
    if score is None:
        return BLANK
    return format_score(score, scheme.rounding.decimals, scheme.rounding.method)


def amount_text(amount: Fraction | int, scheme: Scheme) -> str:
    """What a row or an item costs (an int: ten-thousandths of a point), as short as it goes; where a
    share of an item has many decimals, rounded to two, or to the scheme's where these are more."""
    exact = Fraction(amount, SCALE) if isinstance(amount, int) else amount
    text = format_score(exact, max(2, scheme.rounding.decimals))
    return text.rstrip("0").rstrip(".") if "." in text else text


def kept_out(unit: UnitResult, scheme: Scheme) -> list[str]:
    """The keys of parts that would add or take points, and did not enter."""
    return [
        key
        for key, component in scheme.every()
        if component.adds and unit.score_of(key) and key not in unit.entered
    ]


def kept_out_text(
    unit: UnitResult, scheme: Scheme, held: Sequence[Conditional] | None = None
) -> list[str]:
    """The conditions that took effect for a unit (all, or those of them in ``held``), and what of its
    scores did not count, with the reason."""
    if not unit.held and not kept_out(unit, scheme):
        return []
    scheme = scheme.seen_from(unit.group)
    every = dict(scheme.every())
    described = unit.held if held is None else held
    out = [held_text(halves, scheme) for halves in as_written(described)]
    left_out = {key for condition in unit.held for key in condition.without}
    for key in kept_out(unit, scheme):
        if key in left_out:
            continue
        score = unit.score_of(key) or Fraction(0)
        said = f"{every[key].title}{amount_text(score, scheme)}分未计入"
        enters = every[key].enters
        if not unit.closed and enters is not None:
            bound = enters.above if enters.above is not None else enters.least
            short = "不高于" if enters.above is not None else "低于"
            said += f"（其余部分合计{short}{format_points(bound or 0)}分）"
        out.append(said)
    return out


def felt_gaps(unit: UnitResult, scheme: Scheme) -> list[Gap]:
    """The gaps of a unit without those in parts that a closed gate kept from counting."""
    out = list(unit.gaps)
    for whole, key in unit.closed.items():
        parts = scheme.inside(whole)
        left_out = {leaf for k, part in parts.items() if k != key for leaf in leaf_keys(k, part)}
        out = [gap for gap in out if gap.component not in left_out]
    return out
