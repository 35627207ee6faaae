"""The rules that a form implies between its numbers, as data, and how one is checked. Pure.

What is not there is never taken as 0: a sum that lacks a part is a contradiction only where the other
parts are more than the whole already.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import assert_never

from scoring.evidence.model import Figure, Figures, Finding, Spot, State, Weight
from scoring.points import format_points

_CONTRADICTION, _DOUBT = Weight.CONTRADICTION, Weight.DOUBT


@dataclass(frozen=True, slots=True)
class Sum:
    """``parts`` (or, with ``also``, both) add up to ``total`` and ``plus``. ``short`` is the weight
    where the parts are less than the whole: parts may be open still."""

    total: str
    parts: tuple[str, ...]
    rule: str
    plus: tuple[str, ...] = ()
    short: Weight = _CONTRADICTION


@dataclass(frozen=True, slots=True)
class AtMost:
    """``part`` is not more than all ``wholes`` together."""

    part: str
    wholes: tuple[str, ...]
    rule: str
    weight: Weight = _CONTRADICTION


@dataclass(frozen=True, slots=True)
class Needs:
    """Where ``figure`` is more than 0, one of ``others`` is, too."""

    figure: str
    others: tuple[str, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class NoNumber:
    """``heading`` is a heading without a unit of measure: a number there counts nothing."""

    heading: str
    rule: str


Check = Sum | AtMost | Needs | NoNumber


def run_checks(checks: Iterable[Check], figures: Figures) -> list[Finding]:
    """What does not fit, in the order of ``checks``."""
    return [finding for check in checks if (finding := run_check(check, figures)) is not None]


def run_check(check: Check, figures: Figures) -> Finding | None:
    """What is wrong by one rule; None where it holds, or where a number that it needs is not there."""
    match check:
        case Sum():
            return _sum(check, figures)
        case AtMost():
            return _at_most(check, figures)
        case Needs():
            return _needs(check, figures)
        case NoNumber():
            heading = figures[check.heading]
            if not heading.value:
                return None
            said = f"“{heading.label}”填了{heading.shown()}"
            return Finding(_DOUBT, check.rule, said, "不填数", (heading,))
        case _ as other:
            assert_never(other)


def _sum(check: Sum, figures: Figures) -> Finding | None:
    wholes = [figures[key] for key in (check.total, *check.plus)]
    parts = [figures[key] for key in check.parts]
    if any(f.value is None for f in wholes):
        return None
    whole, together = _total(wholes), _total(parts)
    lacking = any(f.value is None for f in parts)
    if whole == together or (lacking and together < whole):
        return None
    weight = check.short if together < whole else _CONTRADICTION
    named = [f for f in parts if f.value] or parts
    said = f"{_added(wholes)}，而{_added(named)}"
    # With one number changed the sum would be right; with two numbers left of it, either may be.
    right = together - _total(wholes[1:])
    fits = f"“{wholes[0].label}”为{format_points(right)}" if right >= 0 else ""
    fits = "，或".join(filter(None, (fits, f"各分项合计为{format_points(whole)}")))
    return Finding(weight, check.rule, said, fits, (*wholes, *parts))


def _at_most(check: AtMost, figures: Figures) -> Finding | None:
    part, wholes = figures[check.part], [figures[key] for key in check.wholes]
    if part.value is None or any(f.value is None for f in wholes):
        return None
    whole = _total(wholes)
    if part.value <= whole:
        return None
    said = f"“{part.label}”{part.shown()}，大于{_together(wholes)}"
    name = f"“{wholes[0].label}”" if len(wholes) == 1 else "后者合计"
    fits = f"“{part.label}”不大于{format_points(whole)}，或{name}不小于{part.shown()}"
    return Finding(check.weight, check.rule, said, fits, (part, *wholes))


def _needs(check: Needs, figures: Figures) -> Finding | None:
    figure, others = figures[check.figure], [figures[key] for key in check.others]
    if not figure.value or any(f.value is None or f.value for f in others):
        return None
    names = "、".join(f"“{f.label}”" for f in others)
    said = f"“{figure.label}”{figure.shown()}，而{names}{'均' if len(others) > 1 else ''}为0"
    fits = f"核对两处；确实如此的，附说明（{names}大于0，或“{figure.label}”为0）"
    return Finding(_DOUBT, check.rule, said, fits, (figure, *others))


def _total(figures: Iterable[Figure]) -> int:
    return sum(f.value or 0 for f in figures)


_NAMED = 6
"""How many numbers of a sum are named one by one."""


def _together(wholes: Sequence[Figure]) -> str:
    """What a part is compared with: one number, or several with their sum."""
    if len(wholes) == 1:
        return _added(wholes)
    named = "、".join(f"“{f.label}”{f.shown()}" for f in wholes if f.value)
    return f"各项合计{format_points(_total(wholes))}（{f'{named}，其余为0' if named else '均为0'}）"


def _added(figures: Sequence[Figure]) -> str:
    """Numbers with their names and their sum: “甲”3、“乙”4合计7."""
    if len(figures) == 1:
        return f"“{figures[0].label}”{figures[0].shown()}"
    if not _total(figures):
        return f"“{figures[0].label}”等{len(figures)}项，均为0"
    names = "、".join(f"“{f.label}”{f.shown()}" for f in figures[:_NAMED])
    more = f"等{len(figures)}项" if len(figures) > _NAMED else ""
    return f"{names}{more}合计{format_points(_total(figures))}"


def unread(figures: Figures, optional: Iterable[str] = ()) -> list[Finding]:
    """The numbers that are not there: what is no number cell by cell, blanks and absent rows at once.
    ``optional`` are keys that need not hold one."""
    free = set(optional)
    expected = [f for f in figures.values() if f.key not in free]
    odd: dict[tuple[str, Spot], list[Figure]] = {}
    for figure in figures.values():
        if figure.state == State.UNREADABLE:
            odd.setdefault((figure.said, figure.spot), []).append(figure)
    found = [
        Finding(
            Weight.UNCHECKED,
            "应填0或正数，按件、条、次计的应为整数",
            f"{_listed(some)}填的是“{said}”",
            "只填数字，没有的填0",
            tuple(some),
        )
        for (said, _), some in odd.items()
    ]
    for state, rule, how in (
        (State.BLANK, "每项都应填数", "空白，没有填数"),
        (State.ABSENT, "表式中的各项都应列出", "在表中没有找到"),
    ):
        some = tuple(f for f in expected if f.state == state)
        if some:
            fits = "没有的填0" if state == State.BLANK else "按表式补上这几项"
            found.append(Finding(Weight.UNCHECKED, rule, f"{_listed(some)}{how}", fits, some))
    return found


def _listed(some: Sequence[Figure]) -> str:
    """The first of some figures by their names, and how many there are."""
    names = "、".join(f"“{f.label}”" for f in some[:_NAMED])
    return names + (f"等{len(some)}项" if len(some) > _NAMED else "")
