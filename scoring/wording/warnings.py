"""Warnings in words: what is the matter, by when, and what averts it (怎样消除)."""

from __future__ import annotations

from collections import Counter
from typing import Final, assert_never

from scoring.enums import Counts
from scoring.monitoring.state import RowState
from scoring.monitoring.warnings import EarlyWarning, Kind, Level, Watch
from scoring.scheme import Scheme
from scoring.wording.numbers import day
from scoring.wording.scores import amount_text

LEVELS: Final = {Level.RED: "红", Level.YELLOW: "黄", Level.BLUE: "蓝"}

KINDS: Final = {
    Kind.OVERDUE: "逾期未整改",
    Kind.DEADLINE: "整改期限临近",
    Kind.GRADE: "等次可能下降",
    Kind.FORM_LATE: "考核表逾期未报",
    Kind.FORM_DUE: "考核表即将到期",
    Kind.UNVERIFIED: "考核表未核查完",
    Kind.REPEATED: "同类问题多次发生",
    Kind.APPEAL: "申诉尚未决定",
    Kind.TIMETABLE_PAST: "时间安排已过",
    Kind.TIMETABLE: "时间安排临近",
}

OFFICE: Final = "（组织考核的机关）"
"""Who a warning is for that concerns no unit."""

_NAMED = 5


def unit_text(warning: EarlyWarning) -> str:
    return warning.unit or OFFICE


def entries_text(warning: EarlyWarning) -> str:
    """The 台账编号 of the rows concerned, all of them."""
    return "、".join(row.entry for row in warning.rows)


def time_text(warning: EarlyWarning) -> str:
    """How long there is, or how long it is past."""
    count = warning.count
    match warning.kind:
        case Kind.DEADLINE | Kind.FORM_DUE | Kind.TIMETABLE:
            return f"还有{count}个工作日" if count else "今天到期"
        case Kind.OVERDUE | Kind.FORM_LATE | Kind.TIMETABLE_PAST | Kind.UNVERIFIED:
            return f"已过{count}个工作日" if count else "刚过期"
        case Kind.APPEAL:
            return f"提出已{count}个工作日" if count else "刚提出"
        case Kind.GRADE:
            return f"下降{count}等"
        case Kind.REPEATED:
            return f"{count}件"
        case _ as kind:
            assert_never(kind)


def matter(warning: EarlyWarning) -> str:
    """What is the matter."""
    match warning.kind:
        case Kind.OVERDUE | Kind.DEADLINE:
            return _problem(warning.rows[0])
        case Kind.GRADE:
            return f"将到期的问题逾期不整改，等次将由{warning.before}降为{warning.after}（暂定）"
        case Kind.REPEATED:
            rule = warning.rows[0].rule
            return f"扣分项{rule.code}“{rule.title}”的问题已有{warning.count}件"
        case Kind.FORM_DUE:
            return f"{warning.title}表尚未报送"
        case Kind.FORM_LATE:
            return f"{warning.title}表逾期未报"
        case Kind.UNVERIFIED:
            return f"{warning.title}表已报送，还有{warning.items}项没有核查得分"
        case Kind.APPEAL:
            return f"申诉{warning.title}（{day(warning.day)}提出）尚未决定"
        case Kind.TIMETABLE | Kind.TIMETABLE_PAST:
            return warning.title
        case _ as kind:
            assert_never(kind)


def _problem(row: RowState) -> str:
    own = f"（{row.named}）" if row.named != row.unit else ""
    return row.description.rstrip("。") + own


def remedy(warning: EarlyWarning, scheme: Scheme, *, commands: bool = True) -> str:
    """What averts it; ``commands``: for a reader who uses the command line and the folder's files."""
    by = day(warning.day)
    match warning.kind:
        case Kind.DEADLINE:
            row = warning.rows[0]
            return f"{by}（含）以前整改到位，并在台账中填写整改完成日期{_else(row, scheme)}"
        case Kind.OVERDUE:
            row = warning.rows[0]
            cost = (
                f"；已计扣{amount_text(row.result.deduction, scheme)}分"
                if row.counted and row.result.deduction
                else ""
            )
            return f"立即整改，并在台账中填写整改完成日期；有异议的，按规定申请撤销{cost}"
        case Kind.GRADE:
            return f"按期完成整改：{_some(warning)}，最早的{by}到期"
        case Kind.REPEATED:
            return "查明原因，举一反三，同类问题一并整改，不再发生"
        case Kind.FORM_DUE:
            return f"{by}（含）以前报送考核表"
        case Kind.FORM_LATE:
            return "立即报送考核表，并说明原因"
        case Kind.UNVERIFIED:
            return "责任单位逐项核查，填写核查得分"
        case Kind.APPEAL:
            trial = f"；先试算：kaohe whatif --appeal {warning.title}" if commands else ""
            return f"调查后作出决定，在申诉表填写答复、结果和决定日期{trial}"
        case Kind.TIMETABLE:
            return f"{by}（含）以前办完"
        case Kind.TIMETABLE_PAST:
            dated = "；通报已印发的，在 assessment.yaml 的 circular 中写明成文日期（date）"
            return f"尽快办完{dated if commands else ''}"
        case _ as kind:
            assert_never(kind)


def _else(row: RowState, scheme: Scheme) -> str:
    """What it costs otherwise, where the rule counts what is overdue."""
    if row.rule.counts != Counts.OVERDUE:
        return ""
    return f"；逾期按扣分项{row.rule.code}处理"


def _some(warning: EarlyWarning) -> str:
    names = [row.entry for row in warning.rows]
    more = f"等{len(names)}件" if len(names) > _NAMED else ""
    return f"{'、'.join(names[:_NAMED])}{more}"


def counts_text(watch: Watch) -> str:
    """红3件、黄5件、蓝0件."""
    counts = Counter(w.level for w in watch.warnings)
    return "、".join(f"{LEVELS[level]}{counts[level]}件" for level in Level)


def notes(watch: Watch) -> list[str]:
    """What a reader must know of the numbers."""
    found = ["等次为暂定：按已有的成绩折算，缺的部分不计。天数为工作日，当天不计。"]
    if watch.guessed:
        years = "、".join(f"{year}年" for year in watch.guessed)
        found.append(f"{years}的节假日安排尚未收录，这些年的工作日按周一至周五计。")
    return found
