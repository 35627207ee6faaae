"""为什么是这个分数: every number stands beside the numbers and clauses that it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import assert_never

from scoring.enums import Assessors, Effect, NotApplicable, Said
from scoring.inquiry.distance import Distance, Needed
from scoring.inquiry.explanation import Explanation, LedgerPart, Part, PeriodPart, Used, walk
from scoring.inquiry.improvements import Shift
from scoring.points import Amount, format_decimals, shown_points
from scoring.rules.forms import NOT_APPLICABLE, SCORED
from scoring.scheme import Combined, Ledger, Rule, Score, SelfAssessment
from scoring.scheme.conditions import Conditional
from scoring.scheme.forms import HUNDRED
from scoring.score import EntryResult, ItemResult, Result, ScoreResult, UnitResult
from scoring.wording.conditions import as_written, condition_name, held_text
from scoring.wording.document import Description, Paragraph, Section, Table
from scoring.wording.improvements import shift_text
from scoring.wording.numbers import BLANK, PROVISIONAL, day, points
from scoring.wording.official import numeral
from scoring.wording.phrases import clause, percent, rounding
from scoring.wording.phrases import grade as grade_condition
from scoring.wording.results import ITEM_STATUS, entry_reason, gap_text, given_text, until_text
from scoring.wording.scheme import effect_verb, places_text, rule_of, share_text
from scoring.wording.scores import score_text

MOST_IMPROVEMENTS = 10
Body = Iterator[Paragraph | Table]


def explanation_description(explanation: Explanation) -> Description:
    """The whole explanation in sections, for the screen or for a document."""
    result, unit = explanation.result, explanation.unit
    mark = "" if result.final else f"（{PROVISIONAL}）"
    sections: list[tuple[str, Body]] = [("综合成绩", _whole(explanation))]
    for part, _ in walk(explanation.parts):
        if not isinstance(part.component, Combined):
            sections.append((part.component.title, _part(explanation, part)))
    sections.append(("怎样提高", _lift(explanation)))
    if explanation.threats:
        sections.append(("尚待整改", _threats(explanation)))
    if unit.gaps:
        sections.append(("缺项", (Paragraph(f"{gap_text(g, result.scheme)}。") for g in unit.gaps)))
    return Description(
        f"{unit.unit}{result.year}年度{result.scheme.subject}考核成绩说明{mark}",
        tuple(
            Section(f"{numeral(number)}、{title}", tuple(body))
            for number, (title, body) in enumerate(sections, 1)
        ),
    )


# 一、综合成绩


def _whole(explanation: Explanation) -> Body:
    result, unit = explanation.result, explanation.unit
    scheme = result.scheme
    yield Paragraph(f"依据《{scheme.title}》，{until_text(result)}。")
    rows = [
        (
            "　" * level + part.component.title,
            points(part.score),
            share_text(part.component, explanation.unit.group),
            _weighed(part),
            part.component.clause,
            _became(part, explanation),
        )
        for part, level in walk(explanation.parts)
    ]
    yield Table(("部分", "成绩", "权重", "折合", "依据", "说明"), tuple(rows))
    for part, _ in walk(explanation.parts):
        if isinstance(part.component, Combined) and part.score is not None:
            yield Paragraph(f"{part.component.title}：{_sum_text(part.parts, part.score)}。")
    if unit.composite is None:
        places = "、等次和排名" if scheme.grades else "和排名"
        yield Paragraph(f"有缺项，综合成绩{places}未定。")
        return
    yield from _composite(explanation)
    if not unit.decided:
        yield Paragraph(f"成绩涉及缺项，{places_text(scheme)}未定。")
        return
    among = f"{unit.group}{explanation.count}个单位中" if unit.rank is not None else ""
    ranked = f"{among}{_rank(unit)}。"
    if unit.grade is not None:
        grades = scheme.grades_in(unit.group)
        position = [g.name for g in grades].index(unit.grade)
        grade_clause = clause(grades[position].clause)
        ranked = (
            f"等次：{unit.grade}（{grade_condition(grades, position)}）{grade_clause}；{ranked}"
        )
    yield Paragraph(ranked)
    for halves in as_written(unit.held):
        if unit.set_to not in halves:
            yield Paragraph(_held(explanation, halves))
    for text in (_up(explanation, explanation.up), _down(explanation, explanation.down)):
        if text:
            yield Paragraph(text)


def _composite(explanation: Explanation) -> Body:
    """How the composite came about; where a condition set it, what the parts come to and then why."""
    result, unit = explanation.result, explanation.unit
    scheme, set_to = result.scheme, unit.set_to
    name = "综合成绩" if set_to is None else "按各部分成绩计算"
    if unit.exact is not None:
        yield Paragraph(
            f"{name}：{_sum_text(explanation.parts, unit.exact)}，{rounding(scheme.rounding)}，"
            f"为{score_text(unit.exact, scheme)}分{clause(scheme.clause)}。"
        )
    for halves in as_written(unit.held):
        if set_to in halves:
            yield Paragraph(
                f"综合成绩为{result.composite_text(unit)}分。{_held(explanation, halves)}"
            )


def _held(explanation: Explanation, halves: Sequence[Conditional]) -> str:
    scheme = explanation.result.scheme.seen_from(explanation.unit.group)
    return f"{held_text(halves, scheme)}{clause(halves[0].clause)}。"


def _rank(unit: UnitResult) -> str:
    return "不参加排名" if unit.rank is None else f"排名第{unit.rank}"


def _times(part: Part) -> str:
    """×30%; nothing where points are added up."""
    return "" if part.component.weight is None else f"×{percent(part.weight)}"


def _converted(component: Ledger | SelfAssessment | Score) -> str:
    return "" if component.scale == HUNDRED else "，折算为百分制"


def _weighed(part: Part) -> str:
    if part.score is None or part.used not in (Used.WEIGHED, Used.ADDED):
        return BLANK
    return points(part.counts)


def _became(part: Part, explanation: Explanation) -> str:
    match part.used:
        case Used.MISSING:
            return "缺项"
        case Used.CLOSED:
            return "另一部分低于门槛，本部分不计" if _by_gates(explanation) else "按条件不计"
        case Used.LEFT_OUT:
            names = [condition_name(c) for c in explanation.unit.held if part.key in c.without]
            return f"按“{'”“'.join(dict.fromkeys(names))}”的规定不计"
        case Used.UNREAD:
            stopping = [c for c in explanation.unit.held if c.fixes and c.stops]
            names = list(dict.fromkeys(condition_name(c) for c in stopping))
            return f"按“{'”“'.join(names)}”的规定不再看"
        case Used.NOT_ENTERED if part.component.enters is not None:
            return "其余部分未达到计入的分数，不计"
        case Used.NOT_ENTERED:
            return "不计"
        case Used.WEIGHED | Used.ADDED:
            pass
        case _ as other:
            assert_never(other)
    component = part.component
    if component.rounding is not None:
        return f"本部分先{rounding(component.rounding)}"
    return ""


def _by_gates(explanation: Explanation) -> bool:
    """Whether all that closed was a part below its gate."""
    return all(c.said == Said.GATE for c in explanation.unit.held if c.closes)


def _sum_text(parts: Sequence[Part], total: Fraction) -> str:
    """98.5×30%＋85.3×40%＋87.75×30%＝89.995, over the weights that are there, with what adds."""
    weighed = [p for p in parts if p.used == Used.WEIGHED and p.score is not None]
    terms = "＋".join(f"{_signed(p.score)}{_times(p)}" for p in weighed) or "0"
    # What a condition leaves out counts 0, with its weight.
    weighed += [p for p in parts if p.used == Used.LEFT_OUT and not p.component.adds]
    missing = [p for p in parts if p.used == Used.MISSING and not p.component.adds]
    if missing and any(p.component.weight is None for p in weighed):
        present = sum(p.component.out_of for p in weighed)
        whole = present + sum(p.component.out_of for p in missing)
        terms = f"（{terms}）÷{shown_points(present)}×{shown_points(whole)}"
    elif missing:
        terms = f"（{terms}）÷{percent(sum(p.weight for p in weighed))}"
    added = "".join(
        f"{'＋' if p.score >= 0 else '－'}{points(abs(p.score))}（{p.component.title}）"
        for p in parts
        if p.used == Used.ADDED and p.score is not None
    )
    return f"{terms}{added}＝{points(total)}"


def _signed(value: Fraction | None) -> str:
    text = points(value)
    return f"（{text}）" if text.startswith("-") else text


def _up(explanation: Explanation, up: Distance | None) -> str:
    if up is None:
        return ""
    result = explanation.result
    return f"升为{up.grade}：综合成绩须达到{_count(result, up.composite)}分，还差{_count(result, up.by)}分。"


def _down(explanation: Explanation, down: Distance | None) -> str:
    if down is None:
        return ""
    result = explanation.result
    return (
        f"降为{down.grade}：综合成绩降到{_count(result, down.composite)}分以下（含本数），"
        f"即再少{_count(result, down.by)}分。"
    )


def _count(result: Result, count: int) -> str:
    return format_decimals(count, result.scheme.rounding.decimals, pad=True)


# 各部分


def _part(explanation: Explanation, part: Part) -> Body:
    component = part.component
    if part.score is None:
        yield Paragraph(f"没有成绩{clause(component.clause)}。")
    match component:
        case Ledger() if part.ledger is not None:
            yield from _ledger(explanation.result, part, component, part.ledger)
        case SelfAssessment():
            yield from _forms(part, component)
        case Score():
            yield from _scores(part, component, part.scores)


def _ledger(result: Result, part: Part, ledger: Ledger, inside: LedgerPart) -> Body:
    deducted = sum(amount.amount for rule, amount in inside.rules if rule.effect == Effect.DEDUCT)
    added = sum(amount.amount for rule, amount in inside.rules if rule.effect == Effect.BONUS)
    sums = f"预置{shown_points(ledger.start)}分"
    if deducted or not added:
        sums += f"－扣分{shown_points(deducted)}分"
    if added:
        sums += f"＋加分{shown_points(added)}分"
    caps = "、".join(f"“{c.title}”类合计不超过{shown_points(c.cap)}分" for c in ledger.categories)
    bounds = [caps] if caps else []
    if ledger.floor is not None:
        bounds.append(f"最低{shown_points(ledger.floor)}分")
    if ledger.ceiling is not None:
        bounds.append(f"最高{shown_points(ledger.ceiling)}分")
    if ledger.full != HUNDRED:
        bounds.append(f"满分{shown_points(ledger.full)}分{_converted(ledger)}")
    limits = f"（{'，'.join(bounds)}）" if bounds else ""
    yield Paragraph(f"{sums}{limits}＝{points(part.score)}分{clause(ledger.clause)}。")
    if inside.rules:
        yield Table(
            ("扣分项", "名称", "次数", "每次", "计", "依据"),
            tuple(
                (r.code, r.title, str(a.counted), r.points_text(), _amount(r, a.amount, a.nominal),
                 r.clause)
                for r, a in inside.rules
            ),
        )  # fmt: skip
    if inside.counted:
        yield Paragraph(f"计入的{len(inside.counted)}件：", heading=True)
        yield from (Paragraph(_entry(result, entry)) for entry in inside.counted)
    if inside.others:
        yield Paragraph(f"没有计入的{len(inside.others)}件：", heading=True)
        yield from (Paragraph(_entry(result, entry)) for entry in inside.others)
    if not inside.counted and not inside.others:
        yield Paragraph("台账中没有本单位的问题。")


def _amount(rule: Rule, amount: Amount, nominal: Amount) -> str:
    sign = "" if not amount else "＋" if rule.effect == Effect.BONUS else "－"
    text = f"{sign}{shown_points(amount)}分"
    return text if amount == nominal else f"{text}（{shown_points(nominal)}分，本项封顶）"


def _entry(result: Result, entry: EntryResult) -> str:
    rule = rule_of(result.scheme, entry.component, entry.rule)
    sign = effect_verb(rule.effect)
    cost = f"{sign}{shown_points(entry.deduction)}分" if entry.deduction else f"不{sign}分"
    return (
        f"{entry.entry}　{cost}　{day(entry.found)}发现，扣分项{rule.code}{clause(rule.clause)}："
        f"{entry.description.rstrip('。')}。{entry_reason(entry, rule, result.as_of)}。"
        f"〔{entry.place}〕"
    )


def _forms(part: Part, form: SelfAssessment) -> Body:
    given = [p for p in part.periods if p.result.score is not None]
    if part.score is not None and len(given) == len(form.periods):
        yield Paragraph(f"{_mean(part, form, given)}{clause(form.clause)}。")
    elif part.score is not None:
        yield Paragraph(f"{points(part.score)}分{clause(form.clause)}。")
    for period in part.periods:
        yield Paragraph(_period(period, form), heading=True)
        if not period.items:
            continue
        files = dict.fromkeys(i.place.file for i in period.items if i.place)
        if files:
            yield Paragraph(f"出处：{'、'.join(files)}，行号见末列。")
        yield Table(
            ("指标", "名称", "分值", "自评", "核查", "计入", "失分", "核查说明", "行"),
            tuple(_item(item) for item in period.items),
        )


def _mean(part: Part, form: SelfAssessment, given: Sequence[PeriodPart]) -> str:
    values = [shown_points(p.result.score or 0) for p in given]
    if any(p.weight is not None for p in given):
        text = "＋".join(
            f"{v}×{percent(p.weight or 0)}" for v, p in zip(values, given, strict=True)
        )
    elif len(given) == 1:
        text = f"{given[0].result.period}{values[0]}"
    else:
        text = f"（{'＋'.join(values)}）÷{len(values)}"
    scale = "" if form.scale == HUNDRED else f"，按满分{shown_points(form.full)}分折算为百分制"
    return f"{text}{scale}＝{points(part.score)}分"


def _period(period: PeriodPart, form: SelfAssessment) -> str:
    """上半年84.85分＝基础建设9＋…, rescaled and less the late points where it is so."""
    result = period.result
    if result.score is None:
        return f"{result.period}：没有成绩"
    terms = "＋".join(
        f"{a.area}{shown_points(a.got)}"
        + (f"（封顶{shown_points(a.cap)}）" if a.cap is not None and a.got > a.cap else "")
        for a in period.areas
    )
    steps = f"{terms}＝{shown_points(result.raw)}"
    if result.applicable != form.full:
        left_out = f"适用指标{shown_points(result.applicable)}分"
        if form.not_applicable == NotApplicable.RESCALE:
            steps += f"；{left_out}，折算{shown_points(result.raw)}÷{shown_points(result.applicable)}×{shown_points(form.full)}"
        else:
            steps += f"；{left_out}，不适用的按满分计"
    if result.late:
        steps += f"；迟报扣{shown_points(result.late)}分"
    return f"{result.period}{shown_points(result.score)}分：{steps}"


def _item(item: ItemResult) -> tuple[str, ...]:
    lost = ""
    if item.status == SCORED and item.counted is not None and item.counted < item.points:
        lost = shown_points(item.points - item.counted)
    status = "" if item.status == SCORED else ITEM_STATUS[item.status]
    counts = item.status == SCORED and item.counted is not None
    return (
        item.indicator,
        item.title,
        shown_points(item.points),
        given_text(item, verified=False),
        given_text(item, verified=True),
        shown_points(item.counted or 0) if counts else BLANK,
        lost if item.status != NOT_APPLICABLE else "",
        item.verified_note or status,
        str(item.place.row) if item.place and item.place.row else "",
    )


def _several(value: Assessors) -> str:
    """What is made of several scores."""
    match value:
        case Assessors.ONE:
            return ""
        case Assessors.MEAN:
            return "取平均值"
        case Assessors.TRIMMED:
            return "去掉一个最高分和一个最低分后取平均值"
        case _ as other:
            assert_never(other)


def _scores(part: Part, component: Score, given: Sequence[ScoreResult]) -> Body:
    scale = (
        ""
        if component.full == HUNDRED
        else f"满分{shown_points(component.full)}分{_converted(component)}"
    )
    notes = "，".join(filter(None, (_several(component.assessors), scale)))
    if part.score is not None:
        yield Paragraph(
            f"{points(part.score)}分{f'（{notes}）' if notes else ''}{clause(component.clause)}。"
        )
    for score in given:
        who = f"{score.assessor}：" if score.assessor else ""
        place = f"〔{score.place}〕" if score.place else ""
        note = f"。{score.note}" if score.note else ""
        if score.given is not None:
            yield Paragraph(f"{who}{shown_points(score.given)}分{note}。{place}")


# 怎样提高


def _lift(explanation: Explanation) -> Body:
    result, up = explanation.result, explanation.up
    if up is not None:
        for need in explanation.needed:
            yield Paragraph(needed_text(result, need))
    if not explanation.improvements:
        yield Paragraph("没有已扣的台账问题，也没有失分的指标。")
        return
    yield Paragraph("每一项单独变动，综合成绩的变化：", heading=True)
    shown = explanation.improvements[:MOST_IMPROVEMENTS]
    graded = bool(result.scheme.grades)
    yield Table(
        ("变动", "提高", "综合成绩", *(("等次",) if graded else ()), "排名"),
        tuple(
            (
                shift_text(result, shift),
                f"＋{_count(result, shift.gain or 0)}",
                _count(result, shift.outcome.composite or 0),
                *((shift.outcome.grade or BLANK,) if graded else ()),
                str(shift.outcome.rank or BLANK),
            )
            for shift in shown
        ),
    )
    more = len(explanation.improvements) - len(shown)
    if more > 0:
        yield Paragraph(f"另有{more}项，作用更小。")
    if up is None:
        return
    if explanation.together:
        names = "；".join(shift_text(result, shift) for shift in explanation.together)
        yield Paragraph(f"升为{up.grade}最少要{len(explanation.together)}项：{names}。")
    else:
        yield Paragraph(f"以上各项全部变动，也达不到{up.grade}。")


def needed_text(result: Result, need: Needed) -> str:
    """第三方评估须达到83.65分, 其余不变, 才能升为优秀."""
    title = result.scheme.leaves()[need.component].title
    if need.points is None:
        return f"其余不变，{title}得满分也达不到{need.grade}。"
    return f"其余不变，{title}达到{shown_points(need.points)}分，即为{need.grade}。"


def _threats(explanation: Explanation) -> Body:
    result = explanation.result
    yield Paragraph(f"截至{day(result.as_of)}尚未到期，逾期未整改就要扣分的：")
    yield Table(
        ("台账编号", "整改期限", "逾期则综合成绩", "问题"),
        tuple(
            (
                shift.entries[0].entry,
                day(shift.entries[0].deadline),
                _change(result, shift),
                shift.entries[0].description,
            )
            for shift in explanation.threats
        ),
    )


def _change(result: Result, shift: Shift) -> str:
    if shift.gain is None:
        return BLANK
    return f"－{_count(result, -shift.gain)}" if shift.gain else "不变"
