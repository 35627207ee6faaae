"""What scoring gives in the official words: rows, items, gaps, changes, days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, assert_never

from scoring.enums import Counts, Scoring
from scoring.inquiry.changes import Change, Lapse, Rectify, Revoke, SetScore
from scoring.points import format_points
from scoring.problems import CATALOGUE
from scoring.rules import forms
from scoring.rules import ledger as status
from scoring.scheme import Rule, Scheme
from scoring.score import EntryResult, Gap, ItemResult, Result, Whole
from scoring.score.appeals import AppealState, Standing
from scoring.wording.numbers import BLANK, day, units_text
from scoring.wording.scheme import places_text

if TYPE_CHECKING:
    from scoring.intake import Assessment


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


ITEM_STATUS = {
    forms.SCORED: "已核查",
    forms.NOT_APPLICABLE: "不适用",
    forms.REFUSED: "数据有误，未计入",
    forms.NO_FORM: "未报送考核表",
    forms.NO_ITEM: "考核表缺此指标",
    forms.UNVERIFIED: "未核查",
}

VERIFICATION = {"true": "属实", "false": "不属实", "pending": "待核实"}


def heading(result: Result, assessment: Assessment, what: str) -> str:
    """A title as 示例市2024年度政府信息公开工作 with 考核结果."""
    region = assessment.settings.region or ""
    return f"{region}{result.year}年度{result.scheme.subject}{what}"


def whole_text(whole: Whole, scheme: Scheme) -> str:
    """Among whom the ranks of a part are: 在全部14个县区、38个部门中确定."""
    counts = "、".join(
        units_text(found.count, group) for group, found in whole.groups.items() if found.count
    )
    return f"{places_text(scheme)}在全部{counts}中确定，这里只列{whole.part}的单位"


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
    if value.not_applicable:
        said = "不适用"
    elif value.of is not None:
        said = f"核查{value.done}/{value.of}"
    elif value.faults is not None:
        said = f"核查问题{value.faults}个"
    else:
        assert value.verified_score is not None
        said = f"核查得分改为{format_points(value.verified_score)}"
    return f"{title}：{change.unit}{change.period}指标{change.indicator}{said}"


STANDING = {
    Standing.OPEN: "尚未决定",
    Standing.REFUSED: "不支持",
    Standing.GRANTED: "支持",
    Standing.UNFULFILLED: "支持，尚未更正",
}


def appeal_follow_text(state: AppealState) -> str:
    """What followed from an appeal: the revocation or the verified score that stands in the files."""
    match state.standing:
        case Standing.OPEN:
            return "成绩仍按原处理计算"
        case Standing.REFUSED:
            return "维持原处理"
        case Standing.UNFULFILLED:
            return "台账或考核表尚未更正"
        case Standing.GRANTED:
            pass
        case _ as other:
            assert_never(other)
    if state.entry is not None:
        if state.entry.revoked is None:
            return "经核实不属实，不计扣分"
        return f"{day(state.entry.revoked)}撤销，不计扣分"
    assert state.item is not None
    score = state.item.verified_score
    said = f"核查得分{format_points(score)}" if score is not None else "已复核"
    return f"{said}（{(state.item.verified_note or '').rstrip('。')}）"


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
