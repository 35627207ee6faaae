"""A scheme in a word: what a part counts, what a row costs, what a grade takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from scoring.enums import (
    Counts,
    Days,
    Direction,
    Effect,
    Method,
    Missing,
    Ranks,
    Subordinates,
    Ties,
    Vetoed,
)
from scoring.points import format_points
from scoring.scheme import Component, Grade, Ledger, Rule, Scheme, SelfAssessment
from scoring.scheme.model import Quota, Tabled
from scoring.scheme.parts import in_group


def missing_text(missing: Missing) -> str:
    """What becomes of a result that lacks a part."""
    match missing:
        case Missing.REFUSE:
            return "缺少任何一部分成绩的，补齐以前不出正式结果"
        case Missing.ZERO:
            return "缺少的部分按零分计"
        case Missing.REWEIGHT:
            return "缺少的部分不计，其余部分按权重折算"
        case _ as other:
            assert_never(other)


def ranks_text(ranks: Ranks) -> str:
    """What follows equal ranks."""
    match ranks:
        case Ranks.SKIP:
            return "其后排名顺延（如1、1、3）"
        case Ranks.NEXT:
            return "其后排名接着排（如1、1、2）"
        case _ as other:
            assert_never(other)


def vetoed_text(vetoed: Vetoed) -> str:
    """What becomes of units that only the lowest grade is open to."""
    only = "只能定为最低等次的（被一票否决等）"
    match vetoed:
        case Vetoed.UNRANKED:
            return f"{only}，列出等次和原因，不参加排名，其余对象依次递补"
        case Vetoed.RANKED:
            return f"{only}，照常排名"
        case _ as other:
            assert_never(other)


def method_text(method: Method) -> str:
    """How is rounded, in a word."""
    match method:
        case Method.HALF_UP:
            return "四舍五入"
        case Method.HALF_EVEN:
            return "四舍六入五成双"
        case _ as other:
            assert_never(other)


def subordinates_text(subordinates: Subordinates) -> str:
    """What becomes of a problem of a subordinate department."""
    match subordinates:
        case Subordinates.CHARGED:
            return "计入其所属的考核对象"
        case Subordinates.LISTED:
            return "只列出、不计分"
        case _ as other:
            assert_never(other)


def ties_text(ties: Ties) -> str:
    """What becomes of equal scores at the edge of a quota."""
    match ties:
        case Ties.INCLUDE:
            return "末位同分超出名额的都列入"
        case Ties.EXCLUDE:
            return "末位同分超出名额的都不列入"
        case _ as other:
            assert_never(other)


def counts_text(counts: Counts) -> str:
    """何时计入 of a rule, in a word."""
    match counts:
        case Counts.NOTIFIED:
            return "通报即扣"
        case Counts.VERIFIED:
            return "核实属实才扣"
        case Counts.OVERDUE:
            return "逾期未整改才扣"
        case Counts.MINIMUM:
            return "不足次数的，每少一次计一次"
        case _ as when:
            assert_never(when)


def example_text(scheme: Scheme) -> str | None:
    """That scores rest on a table of indicators that is only an example; None where none does."""
    forms = [c for c in scheme.leaves().values() if isinstance(c, SelfAssessment) and c.example]
    if not forms:
        return None
    titles = "、".join(form.title for form in forms)
    return (
        f"{titles}的指标和分值是示例，不是印发的正式指标体系；本结果按示例算出，"
        "印发通报前应换成本年度印发的考核指标体系和计分标准"
    )


def share_text(component: Component, group: str) -> str:
    """What a component counts in a group: 30%, 77分, 加减分."""
    if isinstance(component.weight, Mapping):
        return f"{format_points(component.weight_in(group))}%"
    if component.weight is None and not component.adds and isinstance(component, Tabled):
        return f"{format_points(in_group(component.full_by, group))}分"
    return weight_text(component)


def weight_text(component: Component) -> str:
    """The weight in words of a component as a group sees it: 30%, 加减分; 77分 where points are added up."""
    if component.adds:
        return "加减分"
    if component.weight is not None:
        return by_group_text(component.weight, "%")
    return by_group_text(component.out_of, "分")


def worth_text(scheme: Scheme, key: str) -> str:
    """What a component counts, with its groups where it differs or not all have it: 30%, 加减分,
    A类30%、B类40%, 县区30分."""
    own = {group: dict(view.every()).get(key) for group, view in scheme.views().items()}
    texts = {group: weight_text(one) for group, one in own.items() if one is not None}
    if len(texts) == len(own) and len(set(texts.values())) == 1:
        return next(iter(texts.values()))
    return "、".join(f"{group}{text}" for group, text in texts.items())


def by_group_text(value: int | Mapping[str, int] | None, unit: str = "") -> str:
    """A number of the scheme in words, with its groups where it differs: 30%, A类30%、B类40%."""
    if isinstance(value, Mapping):
        return "、".join(f"{group}{format_points(own)}{unit}" for group, own in value.items())
    return "" if value is None else f"{format_points(value)}{unit}"


def rule_points_text(rule: Rule) -> str:
    """What a row of a rule costs or wins: 1.5分, 1至3分; 县区2分、部门1.5分 where it differs."""
    said = rule.points_by
    if not isinstance(said, Mapping):
        return rule.points_text()
    own = {g: rule.model_copy(update={"points_by": points}) for g, points in said.items()}
    return "、".join(f"{group}{one.points_text()}" for group, one in own.items())


def places_text(scheme: Scheme) -> str:
    """What follows from a composite: 等次和排名, or only 排名 in a scheme without grades."""
    return "等次和排名" if scheme.grades else "排名"


def grade_text(grade: Grade) -> str:
    """What a grade takes: 90分以上，且不超过本类别单位数的20%; nothing for the rest."""
    parts = []
    if grade.lower is not None:
        parts.append(f"{format_points(grade.lower)}分以上（含本数）")
    if grade.quota is not None:
        parts.append(f"{quota_text(grade.quota, '本类别')}（{ties_text(grade.quota.ties)}）")
    return "，且".join(parts)


def quota_text(quota: Quota, whose: str = "") -> str:
    """不超过单位数的20%, 前3名."""
    if quota.share is None:
        return f"{whose}前{quota.count}名"
    return f"不超过{whose}单位数的{format_points(quota.share)}%"


def rule_of(scheme: Scheme, component: str, code: str) -> Rule:
    """The rule of a ledger by its code."""
    ledger = scheme.leaves()[component]
    assert isinstance(ledger, Ledger)
    return next(rule for rule in ledger.rules if rule.code == code)


def effect_verb(effect: Effect) -> str:
    """扣, 加."""
    match effect:
        case Effect.DEDUCT:
            return "扣"
        case Effect.BONUS:
            return "加"
        case _ as other:
            assert_never(other)


def days_text(days: Days) -> str:
    """个工作日, 日."""
    match days:
        case Days.WORKING:
            return "个工作日"
        case Days.CALENDAR:
            return "日"
        case _ as other:
            assert_never(other)


def direction_text(direction: Direction) -> str:
    """On which side of the event: 后, 前."""
    match direction:
        case Direction.AFTER:
            return "后"
        case Direction.BEFORE:
            return "前"
        case _ as other:
            assert_never(other)


def repeat_text(rule: Rule, mark: str = "") -> str:
    """What the same problem costs when it occurs again; nothing where that is the same. ``mark`` stands
    behind the number from which on."""
    if rule.repeat is None:
        return ""
    verb = effect_verb(rule.effect)
    factor = rule.repeat.factor
    again = f"按{format_points(factor)}倍{verb}分" if factor else f"不再{verb}分"
    return f"同一问题第{rule.repeat.start}次起{mark}{again}"
