"""A scheme in a word: what a part counts, what a row costs, what a grade takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from scoring.points import format_points
from scoring.scheme import Component, Grade, Ledger, Rule, Scheme, SelfAssessment
from scoring.scheme.ledger import Counts, Subordinates
from scoring.scheme.model import Quota, Ranks, Tabled, Ties, Vetoed
from scoring.scheme.parts import Method, Missing, in_group


def missing_text(missing: Missing) -> str:
    """What becomes of a result that lacks a part."""
    match missing:
        case "refuse":
            return "缺少任何一部分成绩的，补齐以前不出正式结果"
        case "zero":
            return "缺少的部分按零分计"
        case "reweight":
            return "缺少的部分不计，其余部分按权重折算"
        case _ as other:
            assert_never(other)


def ranks_text(ranks: Ranks) -> str:
    """What follows equal ranks."""
    match ranks:
        case "skip":
            return "其后排名顺延（如1、1、3）"
        case "next":
            return "其后排名接着排（如1、1、2）"
        case _ as other:
            assert_never(other)


def vetoed_text(vetoed: Vetoed) -> str:
    """What becomes of units that only the lowest grade is open to."""
    only = "只能定为最低等次的（被一票否决等）"
    match vetoed:
        case "unranked":
            return f"{only}，列出等次和原因，不参加排名，其余对象依次递补"
        case "ranked":
            return f"{only}，照常排名"
        case _ as other:
            assert_never(other)


def method_text(method: Method) -> str:
    """How is rounded, in a word."""
    match method:
        case "half_up":
            return "四舍五入"
        case "half_even":
            return "四舍六入五成双"
        case _ as other:
            assert_never(other)


def subordinates_text(subordinates: Subordinates) -> str:
    """What becomes of a problem of a subordinate department."""
    match subordinates:
        case "charged":
            return "计入其所属的考核对象"
        case "listed":
            return "只列出、不计分"
        case _ as other:
            assert_never(other)


def ties_text(ties: Ties) -> str:
    """What becomes of equal scores at the edge of a quota."""
    match ties:
        case "include":
            return "末位同分超出名额的都列入"
        case "exclude":
            return "末位同分超出名额的都不列入"
        case _ as other:
            assert_never(other)


def counts_text(counts: Counts) -> str:
    """何时计入 of a rule, in a word."""
    match counts:
        case "notified":
            return "通报即扣"
        case "verified":
            return "核实属实才扣"
        case "overdue":
            return "逾期未整改才扣"
        case "minimum":
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
