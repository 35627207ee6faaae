"""反馈单: what a unit's feedback says, as plain values for the Word template."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from math import ceil

from scoring.inquiry.feedback import Feedback, Lowered
from scoring.inquiry.improvements import Kind, Shift
from scoring.intake.assessment import Assessment
from scoring.intake.settings import Fonts
from scoring.points import format_decimals, format_points
from scoring.publish.word.tables import AnnexTable, Column
from scoring.reporting.appeals import target_text
from scoring.rules.forms import SCORED
from scoring.rules.grading import takes_part
from scoring.rules.ledger import COUNTED
from scoring.scheme import Ledger, Scheme, SelfAssessment
from scoring.score import EntryResult, Result, UnitResult
from scoring.score.appeals import appeal_states
from scoring.wording.conditions import unranked_text
from scoring.wording.improvements import shift_text
from scoring.wording.numbers import BLANK, PROVISIONAL, day
from scoring.wording.official import FILL, SPACE, half_up, title_lines, width
from scoring.wording.results import STANDING, appeal_follow_text, given_text
from scoring.wording.scheme import places_text, rule_of, share_text
from scoring.wording.scores import NOT_COUNTED, amount_text, kept_out, kept_out_text, score_text

LEAST_ROWS, MOST_ROWS = 5, 20
"""Items whose loss is said in a row of its own, as many as three pages hold; the others follow in
one sentence."""

_ROOM = 50
"""Lines that the tables of three pages hold together, beside the sentences."""

_LINE, _NARROW = 15, 9
"""Characters of a problem, and of a verifier's reason, that a line of their tables holds."""


@dataclass(frozen=True)
class FeedbackNote:
    """反馈单, element by element. ``scores``, ``deductions``, ``lowered``, ``todo`` and ``appeals`` are tables; empty
    ones are left out of the document, which says so in words."""

    unit: str
    title: str
    title_lines: tuple[str, ...]
    scheme: str
    year: int
    subject: str
    as_of: str
    result: str
    scores: AnnexTable
    deductions: AnnexTable
    deductions_text: str
    lowered: AnnexTable
    lowered_text: str
    lowered_more: str
    advice: AnnexTable
    advice_text: str
    todo: AnnexTable
    appeals: AnnexTable
    issuer: str
    date: str  # 成文日期
    mark: str
    fonts: Fonts = field(default_factory=Fonts)


def compose_note(feedback: Feedback, result: Result, assessment: Assessment) -> FeedbackNote:
    """The note of one unit."""
    given, scheme = assessment.settings.circular, result.scheme
    mark = "" if result.final else f"（{PROVISIONAL}）"
    title = f"{result.year}年度{scheme.subject}考核结果反馈单{mark}"
    year = given.date.year if given.date else result.year + 1
    count = _rows_text(feedback)
    shown, rest = feedback.lowered[:count], feedback.lowered[count:]
    return FeedbackNote(
        unit=feedback.unit.unit,
        title=title,
        title_lines=title_lines(title),
        scheme=scheme.title,
        year=result.year,
        subject=scheme.subject,
        as_of=day(result.as_of),
        result=_result(feedback, result),
        scores=_scores(feedback, result),
        deductions=_deductions(feedback, result),
        deductions_text=_deductions_text(feedback, result),
        lowered=_lowered(shown),
        lowered_text=_lowered_text(feedback, count, result),
        lowered_more=_more(rest, scheme),
        advice=_advice(feedback, result),
        advice_text=_advice_text(feedback),
        todo=_todo(feedback, result),
        appeals=_appeals(feedback, result, assessment),
        issuer=given.issuer or FILL,
        date=day(given.date) or f"{year}年{SPACE}月{SPACE}日",
        mark="" if result.final else f"{PROVISIONAL}稿，不得印发",
        fonts=given.fonts,
    )


def _rows_text(feedback: Feedback) -> int:
    """How many of the lowered items have a row of their own."""
    room = _ROOM - len(feedback.compared) - len(feedback.advice)
    for entry in (*feedback.deductions, *feedback.todo):
        room -= _lines(_problem(entry), _LINE)
    count = 0
    for low in feedback.lowered[:MOST_ROWS]:
        room -= _lines(low.item.verified_note or "", _NARROW)
        if room < 0 and count >= LEAST_ROWS:
            break
        count += 1
    return count


def _lines(text: str, characters: int) -> int:
    return max(1, ceil(width(text) / characters))


def _rank(unit: UnitResult, scheme: Scheme) -> str:
    """排名第3; of a unit that a condition keeps out of the ranking, why."""
    if unit.rank is not None:
        return f"排名第{unit.rank}"
    return f"不参加排名（{unranked_text(unit, scheme, in_full=True)}）"


def _result(feedback: Feedback, result: Result) -> str:
    unit = feedback.unit
    composite = result.composite_text(unit)
    if composite is None or not unit.decided:
        return f"综合考核成绩因缺项未定，{places_text(result.scheme)}未定"
    grade = f"，等次{unit.grade}" if unit.grade is not None else ""
    text = (
        f"综合考核成绩{composite}分{grade}，"
        f"在{unit.group}{feedback.count}个单位中{_rank(unit, result.scheme)}"
    )
    scheme = result.scheme
    # Why the unit is not ranked stands there already.
    described = [c for c in unit.held if takes_part(scheme, unit.group, c)]
    for reason in kept_out_text(unit, scheme, described):
        text += f"；{reason}"
    if feedback.up is not None:
        text += f"，距{feedback.up.grade}还差{_count(result, feedback.up.by)}分"
    return text


def _count(result: Result, count: int) -> str:
    return format_decimals(count, result.scheme.rounding.decimals, pad=True)


def _scores(feedback: Feedback, result: Result) -> AnnexTable:
    outside = kept_out(feedback.unit, result.scheme)
    rows = [
        (
            c.component.title,
            share_text(c.component, feedback.unit.group),
            NOT_COUNTED if c.key in outside else score_text(c.own, result.scheme),
            score_text(c.mean, result.scheme),
            score_text(c.best, result.scheme),
        )
        for c in feedback.compared
    ]
    decimals = result.scheme.rounding.decimals
    mean = BLANK if feedback.mean is None else _count(result, half_up(feedback.mean))
    best = BLANK if feedback.best is None else format_decimals(feedback.best, decimals, pad=True)
    rows.append(("综合成绩", "", result.composite_text(feedback.unit) or BLANK, mean, best))
    group = feedback.unit.group
    heads = ("考核部分", "权重", "本单位", f"{group}平均", f"{group}最高")
    return AnnexTable("", tuple(Column(h) for h in heads), tuple(rows))


def _deductions(feedback: Feedback, result: Result) -> AnnexTable:
    columns = (
        Column("台账编号"), Column("发现日期"), Column("问题", left=True), Column("扣分"),
        Column("依据"),
    )  # fmt: skip
    rows = []
    for entry in feedback.deductions:
        rule = rule_of(result.scheme, entry.component, entry.rule)
        rows.append(
            (
                entry.entry, _short(entry.found), _problem(entry),
                amount_text(entry.deduction, result.scheme), rule.clause,
            )
        )  # fmt: skip
    return AnnexTable("", columns, tuple(rows))


def _short(value: date | None, year: int | None = None) -> str:
    """A day as narrow as it goes: 6月20日, with its year where that is not the assessment's."""
    if value is None:
        return BLANK
    text = f"{value.month}月{value.day}日"
    return text if year in (None, value.year) else f"{value.year}年{text}"


def _problem(entry: EntryResult) -> str:
    own = f"（{entry.unit}）" if entry.unit != entry.charged_unit else ""
    return entry.description.rstrip("。") + own


def _deductions_text(feedback: Feedback, result: Result) -> str:
    if not feedback.deductions:
        ledgers = [key for key, c in result.scheme.leaves().items() if isinstance(c, Ledger)]
        if not ledgers:
            return "考核办法没有按台账扣分的部分。"
        lacking = any(gap.component in ledgers for gap in feedback.unit.gaps)
        return "台账有缺项，扣分未定。" if lacking else "没有扣分。"
    total = amount_text(sum(entry.deduction for entry in feedback.deductions), result.scheme)
    return f"共{len(feedback.deductions)}件，按件计扣{total}分："


def _lowered(lowered: tuple[Lowered, ...]) -> AnnexTable:
    columns = (
        Column("期次"), Column("指标", left=True), Column("分值"), Column("自评"),
        Column("核查"), Column("核查说明", left=True),
    )  # fmt: skip
    rows = [
        (
            low.item.period,
            f"{low.item.indicator}{low.item.title}",
            format_points(low.item.points),
            given_text(low.item, verified=False),
            given_text(low.item, verified=True),
            low.item.verified_note or "",
        )
        for low in lowered
    ]  # fmt: skip
    return AnnexTable("", columns, tuple(rows))


def _lowered_text(feedback: Feedback, count: int, result: Result) -> str:
    if not feedback.lowered:
        if not any(isinstance(c, SelfAssessment) for c in result.scheme.leaves().values()):
            return "考核办法没有自评的部分。"
        unit = feedback.unit.unit
        if not any(item.unit == unit and item.status == SCORED for item in result.items):
            return "没有已核查的指标。"
        return "核查得分没有低于自评分的。"
    total = amount_text(sum(low.by for low in feedback.lowered), result.scheme)
    shown = f"，较多的{count}项" if len(feedback.lowered) > count else ""
    return f"核查低于自评的{len(feedback.lowered)}项，共核减{total}分{shown}："


def _more(lowered: tuple[Lowered, ...], scheme: Scheme) -> str:
    """The items that have no row: 另有上半年2.1、3.3（各0.5分）, gathered by period and loss."""
    gathered: dict[tuple[str, int], list[str]] = {}
    for low in lowered:
        gathered.setdefault((low.item.period, low.by), []).append(low.item.indicator)
    parts = [
        f"{period}{'、'.join(codes)}（{'各' if len(codes) > 1 else ''}核减{amount_text(by, scheme)}分）"
        for (period, by), codes in gathered.items()
    ]
    return f"另有{len(lowered)}项：{'；'.join(parts)}。" if parts else ""


def _advice(feedback: Feedback, result: Result) -> AnnexTable:
    """The few things that would lift the unit most, each alone."""
    graded = bool(result.scheme.grades)
    columns = (Column("事项", left=True), Column("综合成绩可提高"))
    rows = [
        (
            _shift(shift, result),
            f"{_count(result, shift.gain or 0)}分",
            *((shift.outcome.grade or BLANK,) if graded else ()),
        )
        for shift in feedback.advice
    ]
    return AnnexTable("", (*columns, *((Column("等次"),) if graded else ())), tuple(rows))


def _advice_text(feedback: Feedback) -> str:
    """What stands over the advice, or in its place; without a composite nothing was tried."""
    if feedback.advice:
        return "对综合成绩影响最大的各项："
    if feedback.unit.composite is None:
        return "综合成绩因缺项未定，没有测算。"
    return "没有可单独提高综合成绩的扣分项或指标。"


def _shift(shift: Shift, result: Result) -> str:
    """A improvement on one line: the rule by its code, the indicator with what each period lost."""
    if shift.kind == Kind.RULE:
        entry = shift.entries[0]
        cost = amount_text(sum(e.deduction for e in shift.entries), result.scheme)
        rule = rule_of(result.scheme, entry.component, entry.rule)
        return f"不再发生扣分项{rule.code}的问题（{len(shift.entries)}件，扣{cost}分）"
    return shift_text(result, shift)


def _todo(feedback: Feedback, result: Result) -> AnnexTable:
    columns = (Column("台账编号"), Column("整改期限"), Column("问题", left=True), Column("状态"))
    rows = [
        (
            entry.entry,
            _short(entry.deadline, result.year),
            _problem(entry),
            "已逾期，已扣分" if entry.status == COUNTED else "期限未到",
        )
        for entry in sorted(feedback.todo, key=lambda e: (e.deadline or e.found, e.entry))
    ]
    return AnnexTable("", columns, tuple(rows))


def _appeals(feedback: Feedback, result: Result, assessment: Assessment) -> AnnexTable:
    """The unit's appeals and its departments', and what followed; empty where it made none."""
    columns = (
        Column("申诉编号"), Column("涉及", left=True), Column("结果"), Column("后续处理", left=True),
    )  # fmt: skip
    states = appeal_states(assessment.appeals, assessment.tables, result.known)
    rows = [
        (s.row.number, target_text(s), STANDING[s.standing], appeal_follow_text(s))
        for s in states
        if s.charged == feedback.unit.unit
    ]
    return AnnexTable("", columns, tuple(rows))
