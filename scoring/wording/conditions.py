"""Conditions of a scheme: what they look at, what follows, why a unit is not ranked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import assert_never

from scoring.enums import Comparison, Said, Vetoed
from scoring.points import format_points
from scoring.rules.grading import takes_part
from scoring.scheme import Scheme
from scoring.scheme.conditions import (
    LIMITS,
    CompositeScore,
    Conditional,
    Occurred,
    PartScore,
    RestScore,
    When,
)
from scoring.score import UnitResult
from scoring.wording.scheme import rule_of


def when_text(when: When, scheme: Scheme) -> str:
    """What a condition looks at: 网站低于21分, 有“失泄密”的问题计入."""
    match when:
        case Occurred(component, code, times):
            title = rule_of(scheme, component, code).title
            return f"有“{title}”的问题计入" if times == 1 else f"“{title}”的问题计入{times}个以上"
        case PartScore(part, comparison, bound):
            name = dict(scheme.every())[part].title
        case CompositeScore(comparison, bound):
            name = "综合成绩"
        case RestScore(_, comparison, bound):
            name = "其余部分合计"
        case _ as what:
            assert_never(what)
    return f"{name}{bound_text(comparison, bound)}"


def bound_text(comparison: Comparison, bound: int) -> str:
    """低于60分, 高于80分, 80分以上, 不高于80分."""
    points = f"{format_points(bound)}分"
    match comparison:
        case Comparison.BELOW:
            return f"低于{points}"
        case Comparison.ABOVE:
            return f"高于{points}"
        case Comparison.FROM:
            return f"在{points}以上（含本数）"
        case Comparison.UP_TO:
            return f"不高于{points}"
        case _ as other:
            assert_never(other)


def then_text(condition: Conditional, scheme: Scheme) -> str:
    """What follows from a condition: 等次最高为合格，不参加排名."""
    every = dict(scheme.every())
    out = []
    if condition.closes:
        inside = f"{every[condition.whole].title}的" if condition.whole else ""
        out.append(f"{inside}其余部分不计分")
    if condition.without:
        out.append(f"{'、'.join(every[key].title for key in condition.without)}不计分")
    if condition.score is not None:
        out.append(f"综合成绩定为{format_points(condition.score)}分")
    if condition.grade is not None and scheme.grades:
        out.append(f"等次最高为{condition.grade}")
    elif (
        condition.grade is not None
        and condition.ranked is None
        and scheme.vetoed == Vetoed.UNRANKED
    ):
        # Without grades a veto only takes the rank.
        out.append("不参加排名")
    if condition.ranked is not None:
        out.append("照常排名" if condition.ranked else "不参加排名")
    return "，".join(out)


def condition_name(condition: Conditional) -> str:
    """The name of a condition as the scheme wrote it."""
    return condition.name.removesuffix(LIMITS)


def as_written(held: Iterable[Conditional]) -> list[list[Conditional]]:
    """Conditions that took effect, the halves of one that the scheme wrote together, so that it is
    named once."""
    out: dict[tuple[str, When], list[Conditional]] = {}
    for condition in held:
        out.setdefault((condition_name(condition), condition.when), []).append(condition)
    return list(out.values())


def held_text(halves: Sequence[Conditional], scheme: Scheme) -> str:
    """Why a condition (``as_written``) took effect and what followed, for a unit:
    失泄密：一票否决，等次最高为不合格."""
    condition = halves[0]
    then = "，".join(then_text(half, scheme) for half in halves)
    if isinstance(condition.when, Occurred) and condition.said == Said.VETO:
        title = rule_of(scheme, condition.when.component, condition.when.rule).title
        return f"{title}：一票否决，{then}"
    named = f"{condition_name(condition)}：" if condition.said == Said.CONDITION else ""
    return f"{named}{when_text(condition.when, scheme)}，{then}"


def reason_text(condition: Conditional, scheme: Scheme) -> str:
    """A condition as a reason: 失泄密被一票否决, 网站不达标."""
    if isinstance(condition.when, Occurred) and condition.said == Said.VETO:
        return f"{rule_of(scheme, condition.when.component, condition.when.rule).title}被一票否决"
    return condition_name(condition)


def unranked_text(unit: UnitResult, scheme: Scheme, *, in_full: bool = False) -> str:
    """Why a unit is not ranked; ``in_full`` with what a condition looks at, but for one that is said
    beside this for what else it does."""
    found = [c for c in unit.held if not takes_part(scheme, unit.group, c)]
    beside = {condition_name(c) for c in unit.held if c not in found}
    out = []
    for c in found:
        text = reason_text(c, scheme)
        if in_full and c.said == Said.CONDITION and condition_name(c) not in beside:
            text += f"：{when_text(c.when, scheme)}"
        out.append(text)
    return "、".join(dict.fromkeys(out))
