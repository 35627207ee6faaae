"""The phrases in which a scheme is said: a number of points, a rule, a period, a grade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

from pydantic import BaseModel

from scoring.enums import (
    Counts,
    Days,
    Effect,
    Method,
    NotApplicable,
    Said,
)
from scoring.points import format_points
from scoring.scheme import (
    Component,
    Grade,
    Ledger,
    Period,
    Rounding,
    Rule,
    Scheme,
    Score,
    SelfAssessment,
)
from scoring.scheme.conditions import CompositeScore, Conditional, PartScore
from scoring.scheme.forms import HUNDRED, Late
from scoring.scheme.ledger import Category, Deadline, Range
from scoring.scheme.model import Enters, Tabled
from scoring.wording.conditions import then_text, when_text
from scoring.wording.scheme import (
    days_text,
    direction_text,
    effect_verb,
    method_text,
    missing_text,
    repeat_text,
    subordinates_text,
    ties_text,
)

DEFAULT = "（程序默认）"
"""What stands behind a clause that the scheme does not say and the program goes by."""


def default(part: BaseModel, *fields: str) -> str:
    """The mark of a default, where a part of a scheme says none of these fields."""
    return DEFAULT if not part.model_fields_set.intersection(fields) else ""


def without_defaults(text: str) -> str:
    """A phrase without the marks of defaults, to be compared."""
    return text.replace(DEFAULT, "")


def points(value: int) -> str:
    """1.5分."""
    return f"{format_points(value)}分"


def percent(value: int) -> str:
    """30%."""
    return f"{format_points(value)}%"


def clause(text: str) -> str:
    """（四（一））, nothing where there is none."""
    return f"（{text}）" if text else ""


def rounding(value: Rounding) -> str:
    """四舍五入保留2位小数."""
    how = method_text(value.method) + ("（GB/T 8170）" if value.method == Method.HALF_EVEN else "")
    return f"{how}{f'保留{value.decimals}位小数' if value.decimals else '取整数'}"


def step(component: SelfAssessment) -> str:
    """打分以0.5分为最小单位; nothing where any number will do."""
    return f"打分以{points(component.step)}为最小单位" if component.step is not None else ""


def deadline(value: Deadline) -> str:
    event = f"“{value.event}”{default(value, 'event')}"
    if value.count == 0:
        return f"期限为{event}当日"
    days, side = days_text(value.days), direction_text(value.direction)
    when = "当日不计" + ("，工作日按国务院节假日安排" if value.days == Days.WORKING else "")
    return f"期限为{event}之{side}{value.count}{days}（{when}）{DEFAULT}"


def amount(rule: Rule) -> str:
    """What one row costs or wins: 每个问题扣1.5分."""
    verb = effect_verb(rule.effect)
    thing = "每项" if rule.effect == Effect.BONUS else "每个问题"
    if rule.counts == Counts.MINIMUM:
        return f"每少一次{verb}{points(rule.fixed() or 0)}"
    if isinstance(rule.points, Range):
        low, high = format_points(rule.points.low), format_points(rule.points.high)
        return f"{thing}视情节{verb}{low}—{high}分"
    if rule.points == 0:
        return "只登记，不计分"
    return f"{thing}{verb}{points(rule.points)}"


def trigger(rule: Rule) -> str:
    """When a row counts."""
    verb = effect_verb(rule.effect)
    if rule.points == 0:
        verb = "算"  # it is recorded, and costs nothing
    match rule.counts:
        case Counts.NOTIFIED if rule.points == 0:
            return "发现、通报即登记"
        case Counts.NOTIFIED:
            return "认定即加" if rule.effect == Effect.BONUS else "发现、通报即扣"
        case Counts.VERIFIED:
            return f"经核实属实才{verb}"
        case Counts.MINIMUM:
            return f"全年不少于{rule.minimum}次，年末清算"
        case Counts.OVERDUE:
            if rule.deadline:
                return f"逾期未完成才{verb}，期限当日完成的不{verb}，{deadline(rule.deadline)}"
            return f"过了整改期限没有完成才{verb}，期限当日完成的不{verb}"
        case _ as other:
            assert_never(other)


def limits(rule: Rule, categories: Mapping[str, Category]) -> dict[str, str]:
    """Repeats, caps, categories and vetoes: a phrase each, by its name."""
    verb = effect_verb(rule.effect)
    out = {}
    if rule.groups:
        out["适用"] = f"只适用于{'、'.join(rule.groups)}"
    if rule.repeat is not None:
        out["再次发生"] = repeat_text(rule, default(rule.repeat, "start"))
    if rule.cap is not None:
        out["上限"] = f"本项最多{verb}{points(rule.cap)}"
    if rule.category is not None:
        out["类别"] = f"属“{categories[rule.category].title}”类"
    if rule.veto is not None:
        out["一票否决"] = f"一票否决，有一个计入的，等次最高为{rule.veto}"
    return out


def subordinates(value: Rule) -> str:
    return f"所属单位的问题{subordinates_text(value.subordinates)}{default(value, 'subordinates')}"


def rule(value: Rule, categories: Mapping[str, Category]) -> dict[str, str]:
    """The phrases of a whole rule, by name."""
    provider = {"提供": f"由{value.provider}提供"} if value.provider else {}
    own = {"计入": trigger(value), "分值": amount(value), **limits(value, categories)}
    return {**own, **provider}


def full(value: Tabled) -> str:
    """满分30分，折算为百分制; where it is a hundred, that alone."""
    if value.adds:
        return f"最多{points(value.full)}" if isinstance(value, Score) else ""
    converted = "" if value.scale == HUNDRED else "，折算为百分制"
    return f"满分{points(value.full)}{converted}"


def ledger_bounds(value: Ledger) -> str:
    """From where the points are counted, and where they stop."""
    effects = {rule.effect for rule in value.rules}
    bounds = [full(value)] if value.scale != HUNDRED else []
    if value.start or not value.adds:
        bounds.append(f"每个考核对象预置{points(value.start)}")
    elif effects == {Effect.BONUS}:
        bounds.append("从0分起加分")
    elif effects == {Effect.DEDUCT}:
        bounds.append("从0分起倒扣")
    else:
        bounds.append("从0分起加减")
    if Effect.DEDUCT in effects:
        bounds.append(_least(value))
    if value.ceiling is not None and (value.ceiling > value.start or Effect.BONUS in effects):
        bounds.append(f"最高{points(value.ceiling)}")
    elif Effect.BONUS in effects:
        bounds.append(f"加分不封顶{default(value, 'ceiling_by')}")
    return "，".join(bounds)


def _least(value: Ledger) -> str:
    if value.floor is None:
        below = "，得分可以为负数" if not value.adds or value.start else ""
        return f"扣分没有下限{below}{default(value, 'floor_by')}"
    if value.floor == 0 and value.start > 0:
        return "扣完为止"
    if value.floor < 0 and value.start == 0:
        return f"最多扣{points(-value.floor)}"
    return f"最低{points(value.floor)}"


def category(value: Category, rules: tuple[Rule, ...]) -> str:
    members = [r for r in rules if r.category == value.code]
    verb = effect_verb(members[0].effect if members else Effect.DEDUCT)
    titles = "、".join(r.title for r in members)
    return f"“{value.title}”类（{titles}）合计最多{verb}{points(value.cap)}"


def period(value: Period) -> str:
    share = f"，占{percent(value.weight)}" if value.weight is not None else ""
    return f"{value.name}于{value.due}前报送{share}{clause(value.clause)}"


def late(value: Late) -> str:
    most = f"，最多扣{points(value.cap)}" if value.cap is not None else ""
    return f"逾期报送的，每迟一天从该期得分中扣{points(value.each_day)}{most}，扣完为止{DEFAULT}"


def not_applicable(value: SelfAssessment) -> str:
    match value.not_applicable:
        case NotApplicable.RESCALE:
            said = "对某一对象不适用的指标不计，其余指标得分折算为满分"
            return said + default(value, "not_applicable")
        case NotApplicable.FULL:
            return "对某一对象不适用的指标按满分计"
        case _ as other:
            assert_never(other)


def enters(value: Enters, shown: Rounding) -> str:
    """What the weighed parts must reach; ``shown`` is how their sum is rounded to be compared."""
    compared = f"占权重的各部分合成的成绩（{rounding(shown)}，未计任何加分、倒扣分）"
    if value.above is not None:
        return f"{compared}高于{points(value.above)}的，方可计入（等于的不计入）"
    return f"{compared}在{points(value.least or 0)}以上（含本数）的，方可计入"


def gate(value: Component, whole: str) -> str:
    """What a gate closes, within the ``whole`` that the component is a part of (综合成绩)."""
    least = points(value.gate or 0)
    inside = "" if whole == WHOLE else f"{whole}的"
    counted = "的得分" if value.weight is None else "按权重折算的分数"
    return (
        f"{value.title}低于{least}的，{inside}其余部分不再计分，{whole}只计{value.title}{counted}"
    )


def precedence(scheme: Scheme, order: Sequence[str]) -> str:
    """Which of several gates and conditions decides where more than one holds."""
    every = dict(scheme.every())
    titles = "、".join(f"{every[n].title}的门槛" if n in every else f"“{n}”" for n in order)
    return f"同时成立的，按先后只处理第一个：{titles}"


def condition(value: Conditional, scheme: Scheme) -> str:
    """A condition that the scheme writes as such, with what follows from it."""
    whose = f"{'、'.join(value.groups)}的" if value.groups else ""
    unread = "，其余部分不再看，缺项也不影响" if value.fixes and value.stops else ""
    looked, follows = when_text(value.when, scheme), then_text(value, scheme)
    return f"“{value.name}”：{whose}{looked}的，{follows}{unread}"


def compared(scheme: Scheme) -> list[str]:
    """What the conditions of a scheme compare: before or after which rounding."""
    found = [c for c in scheme.every_conditional() if c.said != Said.ENTERS]
    out = []
    if any(isinstance(c.when, PartScore) for c in found):
        out.append("条件、门槛看一个部分得分的，按该部分计入上一级的成绩比较，不另舍入")
    composite = [c for c in found if isinstance(c.when, CompositeScore)]
    if any(c.fixes for c in composite):
        out.append("条件看综合成绩、给综合成绩定分的，按定分以前、舍入后的综合成绩比较")
    if any(not c.fixes for c in composite):
        out.append("条件看综合成绩、限定等次或排名的，按公布的（舍入后的）综合成绩比较")
    return out


WHOLE = "综合成绩"


def grade(grades: tuple[Grade, ...], position: int, *, alone: bool = False) -> str:
    """What a grade asks of a unit, seen after those above it; ``alone`` where there is one group."""
    value, last = grades[position], position == len(grades) - 1
    above = grades[position - 1] if position else None
    limited = [g.name for g in grades[:position] if g.quota is not None]
    if last:
        return _lowest(grades)
    parts = []
    if value.lower is not None:
        text = f"{points(value.lower)}以上（含{format_points(value.lower)}分）"
        if above is not None and above.lower is not None and above.quota is None:
            text += f"、不满{points(above.lower)}"
        parts.append(text)
    if above is not None and above.quota is not None:
        parts.append(f"未评为{'、'.join(limited)}的")
    if value.quota is not None:
        parts.append(_places(value, alone=alone))
    return "，".join(parts)


def _places(value: Grade, *, alone: bool) -> str:
    quota = value.quota
    assert quota is not None
    order = "按综合成绩从高到低" if value.lower is None else ""
    edge = ties_text(quota.ties)
    if quota.count is not None:
        return f"{order}取前{quota.count}名，{edge}"
    of = "考核对象总数" if alone else "本类别单位数"
    return (
        f"{order}不超过{of}的{percent(quota.share or 0)}（名额取整数，零头舍去），{edge}"
    )  # fmt: skip


def _lowest(grades: tuple[Grade, ...]) -> str:
    if len(grades) == 1:
        return "全部考核对象"
    least = next((g.lower for g in reversed(grades[:-1]) if g.lower is not None), None)
    if least is None or any(g.quota is not None for g in grades[:-1] if g.lower in (None, least)):
        return "其余考核对象"
    return f"{points(least)}以下（不含{format_points(least)}分）"


def missing_overrides(scheme: Scheme) -> list[str]:
    """What single components say of missing parts, against the scheme's own."""
    return [
        f"{component.title}：{missing_text(component.missing)}"
        for _, component in scheme.every()
        if component.missing is not None and component.missing != scheme.missing
    ]
