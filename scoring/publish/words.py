"""The official Chinese words for what the engine says in codes. Every published file uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, assert_never

from scoring.inquiry.changes import Change, Lapse, Rectify, Revoke, SetScore
from scoring.points import format_fraction, format_points
from scoring.problems import CATALOGUE
from scoring.rules import ledger as status
from scoring.rules.grading import takes_part
from scoring.scheme import Component, Grade, Ledger, Rule, Scheme, SelfAssessment
from scoring.scheme.conditions import (
    LIMITS,
    CompositeScore,
    Conditional,
    Occurred,
    PartScore,
    RestScore,
    When,
    bound_text,
)
from scoring.scheme.model import AnyComponent, Quota, Tabled
from scoring.scheme.parts import in_group
from scoring.score import EntryResult, Gap, ItemResult, Result, UnitResult
from scoring.vocabulary import (
    Counts,
    Days,
    Direction,
    Effect,
    Method,
    Missing,
    Ranks,
    Said,
    Scoring,
    Ties,
    Vetoed,
)

if TYPE_CHECKING:
    from scoring.intake import Assessment

PROVISIONAL = "暂定"
BLANK = "—"

ENTRY_STATUS = {
    status.COUNTED: "计入",
    status.NOT_YET_FOUND: "截至日期后发现",
    status.REVOKED: "已撤销",
    status.UNFOUNDED: "不属实",
    status.SUBORDINATE: "所属单位问题，不计入",
    status.REPEATED: "同一行已计入，不重复计",
    status.PENDING: "待核实",
    status.UNDATED: "无整改期限",
    status.NOT_DUE: "未到期",
    status.RECTIFIED: "按期整改",
    status.HELD: "已完成",
}
"""结果 of a ledger row, in a word."""

VERIFICATION = {"true": "属实", "false": "不属实", "pending": "待核实"}


def missing_text(missing: Missing) -> str:
    """What a missing part counts as."""
    match missing:
        case Missing.REFUSE:
            return "缺项时不出正式结果"
        case Missing.ZERO:
            return "缺项按零分计"
        case Missing.REWEIGHT:
            return "缺项部分不计，其余按权重折算"
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


def rounding_text(method: Method) -> str:
    """How is rounded."""
    match method:
        case Method.HALF_UP:
            return "四舍五入"
        case Method.HALF_EVEN:
            return "四舍六入五成双"
        case _ as other:
            assert_never(other)


def ties_text(ties: Ties) -> str:
    """What becomes of equal scores at the end of a quota."""
    match ties:
        case Ties.INCLUDE:
            return "都列入"
        case Ties.EXCLUDE:
            return "都不列入"
        case _ as other:
            assert_never(other)


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


def repeat_text(rule: Rule) -> str:
    """What the same problem costs when it occurs again; nothing where that is the same."""
    if rule.repeat is None:
        return ""
    verb = effect_verb(rule.effect)
    factor = rule.repeat.factor
    again = f"按{format_points(factor)}倍{verb}分" if factor else f"不再{verb}分"
    return f"同一问题第{rule.repeat.start}次起{again}"


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


def heading(result: Result, assessment: Assessment, what: str) -> str:
    """A title as 示例市2024年度政府信息公开工作 with 考核结果."""
    region = assessment.settings.region or ""
    return f"{region}{result.year}年度{result.scheme.subject}{what}"


def day(value: date | None) -> str:
    """A day as a document writes it; nothing for none.

    >>> day(date(2024, 3, 5))
    '2024年3月5日'
    """
    return f"{value.year}年{value.month}月{value.day}日" if value else ""


def iso(value: date | None) -> str | None:
    """A day as programs write it; None for none."""
    return value.isoformat() if value else None


def known_text(result: Result) -> str:
    """资料截止日 in words: until when what the office decided counts."""
    if result.known is None:
        return "不限（截至日期以后作出的撤销、核实也计）"
    return f"{day(result.known)}（此日以后作出的撤销不计）"


def until_text(result: Result) -> str:
    """截至2024年12月31日, and 资料截止日 where it is another day."""
    text = f"截至{day(result.as_of)}"
    if result.known in (None, result.as_of):
        return text
    return f"{text}（资料截止{day(result.known)}）"


def points(value: Fraction | None) -> str:
    """Exact points, or a dash where there are none."""
    return BLANK if value is None else format_fraction(value)


def score_name(title: str) -> str:
    """A component's score in words: 自我考核成绩, but 考试成绩 as it is.

    >>> score_name("自我考核"), score_name("考试成绩")
    ('自我考核成绩', '考试成绩')
    """
    return title if title.endswith(("成绩", "得分", "评分", "分数")) else f"{title}成绩"


_KINDS = ("类", "组", "档", "级", "批", "型")


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


def units_text(count: int, group: str) -> str:
    """So many units of a group: a group may be a kind of units, or only a letter for them.

    >>> units_text(14, "县区"), units_text(1, "A类")
    ('14个县区', '1个A类单位')
    """
    return f"{count}个{group}{'单位' if group.endswith(_KINDS) else ''}"


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


def together(said: Mapping[str, str], between: str | None = None) -> str:
    """One text of each group's own: 每个问题扣1分; where they differ 县区：每个问题扣1分，部门：每个问题扣2分. A
    group of which nothing is said has an empty text. ``between`` by default as the texts want it."""
    groups: dict[str, list[str]] = {}
    for group, text in said.items():
        groups.setdefault(text, []).append(group)
    if len(groups) == 1:
        return next(iter(groups))
    if between is None:
        between = "；" if any("，" in text for text in groups) else "，"
    return between.join(f"{'、'.join(own)}：{text or '无'}" for text, own in groups.items())


def told_by_group(scheme: Scheme, say: Callable[[Scheme], str | None]) -> str:
    """What is said of a scheme as each group sees it: once where all say the same, else by group. A
    group of which nothing is to be said (None) is left out."""
    said = {group: say(own) for group, own in scheme.views().items()}
    return together({group: text for group, text in said.items() if text is not None}, "；")


def of_component(say: Callable[[AnyComponent], str], key: str) -> Callable[[Scheme], str | None]:
    """What is said of a component, for ``told_by_group``; nothing for a group that lacks it."""

    def of_view(own: Scheme) -> str | None:
        component = dict(own.every()).get(key)
        return None if component is None else say(component)

    return of_view


def places_text(scheme: Scheme) -> str:
    """What follows from a composite: 等次和排名, or only 排名 in a scheme without grades."""
    return "等次和排名" if scheme.grades else "排名"


def grade_text(grade: Grade) -> str:
    """What a grade takes: 90分以上，且不超过本类别单位数的20%; nothing for the rest."""
    parts = []
    if grade.lower is not None:
        parts.append(f"{format_points(grade.lower)}分以上（含本数）")
    if grade.quota is not None:
        parts.append(
            f"{quota_text(grade.quota, '本类别')}（末位同分超出名额的{ties_text(grade.quota.ties)}）"
        )
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
    """Why a unit is not ranked; ``in_full`` with what a condition looks at, but for one that is told
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


def entry_reason(entry: EntryResult, rule: Rule, as_of: date) -> str:
    """Why a ledger row counted or not, with the dates that decided it."""
    match entry.status:
        case status.NOT_YET_FOUND:
            return f"截至{day(as_of)}尚未发现"
        case status.REVOKED:
            why = (
                f"，理由：{entry.revoked_reason.rstrip('。')}"
                if entry.revoked_reason
                else "，未写理由"
            )
            who = f"由{entry.provider}" if entry.provider else ""
            return f"{day(entry.revoked)}{who}撤销{why}"
        case status.UNFOUNDED:
            return "经核实不属实"
        case status.SUBORDINATE:
            return f"属{entry.charged_unit}所属单位{entry.unit}的问题，依{rule.clause}不计入"
        case status.REPEATED:
            return f"同一行的问题计入{entry.charged_unit}一次，不因又列{entry.unit}而重复计"
        case status.PENDING:
            return "尚未核实，属实后计入"
        case status.UNDATED:
            return "没有整改期限，无法判断是否逾期"
        case status.NOT_DUE:
            due = day(entry.deadline) or "在收录的节假日安排以后"
            return f"整改期限{due}，截至{day(as_of)}未到期"
        case status.HELD:
            return "计为完成一次"
        case status.RECTIFIED:
            return f"整改期限{day(entry.deadline)}，{day(entry.rectified)}完成整改"
    charged = (
        "" if entry.unit == entry.charged_unit else f"，{entry.unit}的问题计入{entry.charged_unit}"
    )
    if entry.revoked is not None:
        charged += f"；{day(entry.revoked)}的撤销在资料截止日之后，尚未生效"
    match rule.counts:
        case Counts.OVERDUE:
            late = entry.rectified is not None and entry.rectified <= as_of
            done = f"{day(entry.rectified)}才完成整改" if late else f"截至{day(as_of)}未完成整改"
            return f"整改期限{day(entry.deadline)}，{done}{charged}"
        case Counts.VERIFIED:
            return f"经核实属实{charged}"
        case Counts.NOTIFIED | Counts.MINIMUM:
            return f"检查通报{charged}"
        case _ as when:
            assert_never(when)


def change_text(change: Change, scheme: Scheme) -> str:
    """A change in one phrase, as 撤销TZ-0012 or 甲县第三方评估得分改为91."""
    title = scheme.leaves()[change.component].title
    match change:
        case Revoke():
            return f"{title}：撤销{change.entry}"
        case Rectify():
            return f"{title}：{change.entry}于{day(change.day)}完成整改"
        case Lapse():
            return f"{title}：{change.entry}逾期未整改"
        case SetScore():
            who = f"（{change.assessor}）" if change.assessor else ""
            return f"{title}：{change.unit}得分{who}改为{format_points(change.points)}"
    value = change.value
    if value.get("not_applicable"):
        said = "不适用"
    elif "of" in value:
        said = f"核查{value['done']}/{value['of']}"
    elif "faults" in value:
        said = f"核查问题{value['faults']}个"
    else:
        said = f"核查得分改为{format_points(value['verified_score'])}"
    return f"{title}：{change.unit}{change.period}指标{change.indicator}{said}"


def given_text(item: ItemResult, *, verified: bool) -> str:
    """What the unit, or the verifier, put down for an item: points, 30/40, or 3处."""
    score = item.verified_score if verified else item.self_score
    done, of = (item.done, item.of) if verified else (item.self_done, item.self_of)
    faults = item.faults if verified else item.self_faults
    if item.scoring == Scoring.FRACTION and of is not None:
        return f"{done}/{of}"
    if item.scoring == Scoring.EACH and faults is not None:
        return f"{faults}处"
    return BLANK if score is None else format_points(score)


def gap_text(gap: Gap, scheme: Scheme) -> str:
    """A gap in one phrase, as 自我考核(下半年)指标3.3:指标未核查.

    The unit is not repeated: a gap is always shown beside its unit.
    """
    where = scheme.leaves()[gap.component].title
    if gap.period:
        where += f"（{gap.period}）"
    if gap.indicator:
        where += f"指标{gap.indicator}"
    if gap.entry:
        where += f"台账编号{gap.entry}"
    if gap.assessor:
        where += f"评委{gap.assessor}"
    return f"{where}：{CATALOGUE[gap.kind].title}"


def gaps_by_kind(gaps: Iterable[Gap]) -> list[list[Gap]]:
    """The gaps of one unit, part, period and kind together, in the order of their first."""
    out: dict[tuple[object, ...], list[Gap]] = {}
    for gap in gaps:
        key = (gap.unit, gap.component, gap.period, gap.kind, gap.blocking)
        out.setdefault(key, []).append(gap)
    return list(out.values())


def gaps_text(gaps: Sequence[Gap], scheme: Scheme) -> str:
    """Gaps of one unit, part, period and kind in one phrase, as 自我考核（上半年）：指标未核查24处."""
    if len(gaps) == 1:
        return gap_text(gaps[0], scheme)
    where = scheme.leaves()[gaps[0].component].title
    where += f"（{gaps[0].period}）" if gaps[0].period else ""
    return f"{where}：{CATALOGUE[gaps[0].kind].title}{len(gaps)}处"
