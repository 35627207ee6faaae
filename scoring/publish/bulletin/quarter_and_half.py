"""What 季小结 and 半年总结 say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from scoring.intake.assessment import Assessment
from scoring.monitoring import Window
from scoring.monitoring.half_year import Stage
from scoring.monitoring.quarterly import Review
from scoring.points import format_score
from scoring.publish.bulletin.paper import Paper, Part, make_paper, numbered
from scoring.publish.word.tables import AnnexTable, Column
from scoring.scheme import Scheme
from scoring.score import Result, UnitResult
from scoring.wording.bulletin import (
    NAMES,
    THIS,
    change_text,
    days_number,
    listed,
    short_day,
    short_name,
    window_name,
)
from scoring.wording.numbers import BLANK, PROVISIONAL, day, score_name, units_text
from scoring.wording.official import official, percent
from scoring.wording.scores import score_text

_MOST_NAMED = 10
"""Units that a sentence names; of more it says how many."""
STAGE = "阶段性"


def compose_review(
    found: Review | None,
    stage: Stage | None,
    assessment: Assessment,
    window: Window,
    on: date,
    *,
    provisional: bool,
) -> Paper:
    """季小结 or 半年总结 of a window; ``found`` is None in a scheme without a ledger, ``stage`` where there is
    no order to be made. Dated ``on``."""
    given, name = assessment.settings.circular, window_name(window)
    what = f"{assessment.scheme.subject}考核情况"
    title = f"{given.issuer or ''}关于{name}{what}的{NAMES[window.kind]}"
    open_ = stage is not None and not stage.settled
    opening = [f"现将{name}{what}（截至{day(window.last)}）通报如下。"]
    if open_:
        opening.append(_open_text(stage, window))
    parts = [] if found is None else _ledger_parts(found)
    annex: tuple[str, tuple[AnnexTable, ...], tuple[str, ...]] = ("", (), ())
    if stage is not None:
        parts += [_forms_part(stage, assessment.scheme), _order_part(stage, window)]
        annex = _annex(stage, assessment, window)
    return make_paper(
        assessment, title, on, opening, numbered(*parts), provisional=provisional or open_,
        annex=annex,
    )  # fmt: skip


def _open_text(stage: Stage | None, window: Window) -> str:
    """Why the order is provisional: which forms are not there, or not verified."""
    assert stage is not None
    texts = []
    for form in stage.forms:
        lacking, unverified = form.units - form.came, form.came - form.verified
        if lacking:
            texts.append(
                f"{form.period}考核表有{lacking}个单位尚未报送（{short_day(form.due)}前报送）"
            )
        if unverified:
            texts.append(f"{form.period}考核表有{unverified}个单位尚未核查完毕")
    why = "；".join(texts) or "台账中有待核实或未写整改期限的问题"
    return f"{why}。{THIS[window.kind]}的{STAGE}成绩和排序均为{PROVISIONAL}，本稿不得印发。"


# ---------------------------------------------------------------- 台账


def _ledger_parts(found: Review) -> list[Part]:
    this, total = THIS[found.window.kind], found.tally
    before = found.windows[-2] if len(found.windows) > 1 else None
    if not any(sum(counts) for _, counts in found.groups):
        text = f"{this}和此前各期均无登记的问题。"
        return [Part("总体情况", (text,))]
    news = [sum(counts[at] for _, counts in found.groups) for at in range(len(found.windows))]
    compared = ""
    if before is not None:
        compared = f"，比{short_name(before)}{change_text(news[-1], news[-2])}"
        compared += "个" if news[-1] != news[-2] else ""
    overall = (
        f"{this}新发现问题{total.new}个{compared}；办结{total.closed}个，新逾期{total.overdue}个。"
        f"期末未办结{total.waiting}个，其中逾期{total.still_overdue}个。"
    )
    return [
        Part("总体情况", (overall,)),
        Part("按扣分项", *_compared(
            "扣分项", [(f"{r.code} {r.title}", counts) for r, counts in found.rules], found)),
        Part("按类别", *_compared("类别", found.groups, found)),
        _speed_part(found),
        _repeats_part(found),
    ]  # fmt: skip


def _compared(
    what: str, rows: Sequence[tuple[str, tuple[int, ...]]], found: Review
) -> tuple[tuple[str, ...], tuple[AnnexTable, ...]]:
    """The numbers of new problems by window, with the change, and the sums."""
    many = len(found.windows) > 1
    columns = (
        Column(what, left=True),
        *(Column(short_name(w)) for w in found.windows),
        *([Column("比上期")] if many else []),
        *([Column("合计")] if many else []),
    )
    sums = tuple(sum(counts[at] for _, counts in rows) for at in range(len(found.windows)))
    shown = tuple(
        (
            official(name),
            *map(str, counts),
            *([change_text(counts[-1], counts[-2]), str(sum(counts))] if many else []),
        )
        for name, counts in [*rows, ("合计", sums)]
    )
    return ("新发现的问题（个）：",), (AnnexTable("", columns, shown),)


def _speed_part(found: Review) -> Part:
    this, now = THIS[found.window.kind], found.speed[-1]
    if now.share is None:
        text = f"{this}无整改期限届满的问题。"
    else:
        text = (
            f"{this}整改期限届满的问题{now.fell_due}个，按期整改{now.in_time}个，"
            f"按期整改率{percent(now.share)}。"
        )
    if now.median is not None:
        text += f"{this}办结的问题，从发现到办结的天数中位数为{days_number(now.median)}天。"
    columns = tuple(
        map(Column, ("期次", "期限届满", "按期整改", "按期整改率", "办结", "天数中位数"))
    )
    rows = tuple(
        (
            short_name(window), str(s.fell_due), str(s.in_time),
            BLANK if s.share is None else percent(s.share), str(s.rectified),
            days_number(s.median),
        )
        for window, s in zip(found.windows, found.speed, strict=True)
    )  # fmt: skip
    return Part("整改时效", (text,), (AnnexTable("", columns, rows),))


def _repeats_part(found: Review) -> Part:
    this = THIS[found.window.kind]
    if not found.repeats:
        return Part("屡查屡犯", (f"{this}无同一单位同一扣分项再次发生的问题。",))
    units = list(dict.fromkeys(r.unit for r in found.repeats))
    named = listed(units) if len(units) <= _MOST_NAMED else f"共{len(units)}个单位"
    text = f"本年以来同一扣分项两次以上、{this}又有发生的：{official(named)}。"
    columns = (
        Column("单位", left=True), Column("扣分项", left=True), Column(this), Column("本年累计"),
    )  # fmt: skip
    rows = tuple(
        (official(r.unit), official(f"{r.rule.code} {r.rule.title}"), str(r.here), str(r.so_far))
        for r in found.repeats
    )
    return Part("屡查屡犯", (text,), (AnnexTable("", columns, rows),))


# ---------------------------------------------------------------- 考核表和排序


def _forms_part(stage: Stage, scheme: Scheme) -> Part:
    texts = []
    for form in stage.forms:
        text = (
            f"{form.title}{form.period}考核表，应报送{form.units}个单位，已报送{form.came}个，"
            f"核查完毕{form.verified}个。"
        )
        if form.mean is not None:
            low, high = _points(form.lowest, scheme), _points(form.highest, scheme)
            text += f"核查得分平均{_points(form.mean, scheme)}分，最高{high}分，最低{low}分。"
        for names, what in ((form.missing, "尚未报送"), (form.unverified, "尚未核查完毕")):
            if names and len(names) <= _MOST_NAMED:
                text += f"{what}：{listed(names)}。"
        texts.append(text)
    return Part("自我考核和核查", tuple(texts or ("本期没有考核表。",)))


def _points(value: Fraction | None, scheme: Scheme) -> str:
    return BLANK if value is None else format_score(value, scheme.rounding.decimals)


def _order_part(stage: Stage, window: Window) -> Part:
    result = stage.result
    ranked = [u for u in result.units if u.rank is not None]
    if not ranked:
        return Part(f"{STAGE}排序", ("各单位的考核表尚未报送或核查完毕，暂不排序。",))
    names = "、".join(score_name(c.title) for c in result.scheme.components.values())
    texts = [f"{names}合计，为{THIS[window.kind]}{STAGE}成绩，在各类别内排序，列前三位的是："]
    for group in result.scheme.groups:
        best = [u for u in result.in_group(group) if u.rank is not None and u.rank <= 3]
        if best:
            places = "、".join(f"{u.unit}（{result.composite_text(u)}分）" for u in best)
            texts.append(f"{units_text(len(result.in_group(group)), group)}：{places}。")
    if stage.open():
        texts.append(f"另有{len(stage.open())}个单位因缺项未排序。")
    texts.append("各单位的成绩和排序见附件。")
    return Part(f"{STAGE}排序", tuple(texts))


def _annex(
    stage: Stage, assessment: Assessment, window: Window
) -> tuple[str, tuple[AnnexTable, ...], tuple[str, ...]]:
    result, name = stage.result, window_name(window)
    if len(stage.open()) == len(result.units):
        return ("", (), ())
    mark = "" if stage.settled else f"（{PROVISIONAL}）"
    region, subject = assessment.settings.region or "", assessment.scheme.subject
    title = f"{region}{name}{subject}{STAGE}成绩{mark}"
    tables = tuple(
        _order_table(result, group) for group in result.scheme.groups if result.in_group(group)
    )
    periods = listed(list(dict.fromkeys(f.period for f in stage.forms)))
    notes = [
        f"{STAGE}成绩由下列各部分按考核办法的比重折算，不是年度成绩，不定等次；年度成绩以年终考核为准。",
        f"平时考核截至{day(result.as_of)}，从年初起累计；自我考核只计{periods or '本期'}。",
        "成绩相同的排序并列。标—的因缺项未排序。",
    ]
    return title, tables, tuple(official(n) for n in notes)


def _order_table(result: Result, group: str) -> AnnexTable:
    scheme, units = result.scheme.seen_from(group), result.in_group(group)
    columns = (
        Column("排序"),
        Column("单位", left=True),
        *(Column(official(c.title)) for c in scheme.components.values()),
        Column(f"{STAGE}\n成绩"),
    )

    def row(unit: UnitResult) -> tuple[str, ...]:
        return (
            BLANK if unit.rank is None else str(unit.rank),
            official(unit.unit),
            *(score_text(unit.components.get(key), scheme) for key in scheme.components),
            result.composite_text(unit) or BLANK,
        )

    return AnnexTable(f"{group}（{len(units)}个）", columns, tuple(map(row, units)))
