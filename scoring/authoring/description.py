"""A scheme described in plain official Chinese, section by section, as an 办法 is written, so that its
author can read whether it says what was meant. Every number and every setting of the scheme is said.

What an 办法 does not say (which table and column a number comes from, what changed over the years)
stands in sections of its own, for the screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import assert_never

from pydantic import BaseModel

from scoring.authoring.changes import Change, history
from scoring.authoring.draft import Draft
from scoring.authoring.sources import sources
from scoring.authoring.tree import tree_table
from scoring.enums import Assessors, Said, Subordinates
from scoring.rules.grading import best_open
from scoring.scheme import Combined, Ledger, Rounding, Scheme, Score, SelfAssessment
from scoring.scheme.model import AnyComponent, by_points, full_points, walk
from scoring.wording import phrases as say
from scoring.wording.by_group import each, facts_together, seen, together
from scoring.wording.document import Description, Paragraph, Section, Table
from scoring.wording.numbers import score_name
from scoring.wording.official import numeral
from scoring.wording.scheme import missing_text, ranks_text, vetoed_text, weight_text
from scoring.yaml_files.source import Path_

Block = Paragraph | Table
Body = Iterator[Block]
Years = Sequence[tuple[int, Sequence[Change]]]

_MARKS = ("（{}）", "{}.", "({})", "[{}]")
"""What numbers the levels under a section's own heading: （一）, 1., (1)."""


def describe_draft(draft: Draft, *, data: bool = True) -> Description:
    """The scheme of a sound draft; on the screen with what changed over the years."""
    assert draft.scheme is not None
    return describe(draft.scheme, data=data, years=history(draft) if data else (), of=draft.year)


def describe(
    scheme: Scheme, *, data: bool = True, years: Years = (), of: int | None = None
) -> Description:
    """The scheme in words. ``data``: with where the data come from, as for the screen, not as an
    annex. ``years``: what changed from each year on; ``of`` is the year described (None: the latest)."""
    parts = [("考核对象", _groups(scheme)), ("成绩组成", _composition(scheme))]
    parts += [
        (f"{component.title}{say.clause(component.clause)}",
         _component(key, component, scheme, codes=data))
        for key, component in scheme.components.items()
    ]  # fmt: skip
    parts += [
        ("等次和排名" if scheme.grade_names() else "排名", _grades(scheme)),
        ("缺项", _missing(scheme)),
    ]
    if scheme.timetable or scheme.copies:
        parts.append(("时间安排和结果运用", _schedule(scheme)))
    if data:
        parts.append(("数据从哪里来（不写进办法）", _sources(scheme)))
    if years:
        parts.append(("历年的数", _history(years, of)))
    sections = (
        Section(f"{numeral(number)}、{title}", tuple(body))
        for number, (title, body) in enumerate(parts, 1)
    )
    return Description(scheme.title, tuple(sections))


def _groups(scheme: Scheme) -> Body:
    names = "、".join(scheme.groups)
    if len(scheme.groups) == 1:
        yield Paragraph(f"考核{scheme.subject}，考核对象为{names}，统一排名。")
    else:
        yield Paragraph(
            f"考核{scheme.subject}，考核对象分为{names}{len(scheme.groups)}类，分别排名。"
        )


def _composition(scheme: Scheme) -> Body:
    weighed = {k: c for k, c in scheme.components.items() if not c.adds}
    yield from _shares(weighed, scheme, f"{say.WHOLE}{say.clause(scheme.clause)}")
    yield from _conditions(scheme.components, scheme, say.WHOLE, scheme.rounding)
    yield from _written_conditions(scheme)
    yield from _precedence(scheme, scheme.precedence)
    decided = "等次和排名" if scheme.grade_names() else "排名"
    own = any(c.rounding is not None for _, c in scheme.every())
    apart = "（写明先舍入的部分除外）" if own else ""
    yield Paragraph(
        f"综合成绩{_rounding(scheme, scheme.rounding)}，{decided}按舍入后的成绩确定；"
        f"此前都按准确的数计算，不舍入{apart}{say.DEFAULT}。"
    )


def _rounding(part: BaseModel, rounding: Rounding) -> str:
    """How ``part`` is rounded; what of it the scheme does not say is marked."""
    unsaid = "rounding" not in part.model_fields_set or len(rounding.model_fields_set) < 2
    return say.rounding(rounding) + (say.DEFAULT if unsaid else "")


def _conditions(
    components: Mapping[str, AnyComponent], scheme: Scheme, whole: str, shown: Rounding
) -> Body:
    """The parts that add to a whole, and those under which nothing else is read. ``shown`` is how
    the whole is rounded to tell whether a part enters."""
    for key, component in components.items():
        if component.adds:
            text = f"{component.title}不占权重，得分直接加到{whole}上（扣分为减）"
            if component.enters is not None:
                text += f"；{say.enters(component.enters, shown)}"
            yield Paragraph(f"{text}。")
        if component.gate_by is not None:
            said = each(seen(scheme, key, component), lambda own: say.gate(own, whole))
            yield Paragraph(f"{said}。")


def _written_conditions(scheme: Scheme) -> Body:
    """The conditions that the scheme writes as such."""
    found = [c for c in scheme.every_conditional() if c.said == Said.CONDITION]
    for c in found:
        yield Paragraph(f"{say.condition(c, scheme)}{say.clause(c.clause)}。")
    for text in say.compared(scheme):
        yield Paragraph(f"{text}。")


def _precedence(scheme: Scheme, order: Sequence[str]) -> Body:
    """Which of several gates and conditions is looked at first."""
    if order:
        yield Paragraph(f"{say.precedence(scheme, order)}。")


def _shares(components: Mapping[str, AnyComponent], scheme: Scheme, whole: str) -> Body:
    """What the weighed parts make up, as a sentence, or as a table where groups differ."""
    views = {
        group: {k: c for k, c in own.every() if k in components}
        for group, own in scheme.views().items()
    }
    views = {group: own for group, own in views.items() if own}
    shares = {g: {k: weight_text(c) for k, c in own.items()} for g, own in views.items()}
    some = next(iter(views.values()))
    how = "权重" if not by_points(some) else "分值"
    if any(own != next(iter(shares.values())) for own in shares.values()):
        added = "按下列权重相加" if how == "权重" else "直接相加，不折算"
        yield Paragraph(f"{whole}由各部分得分{added}，各类别的{how}不同。")
        rows = [
            (c.title, *(own.get(key, "—") for own in shares.values()))
            for key, c in components.items()
        ]
        if how == "分值":
            rows.append(("满分", *(say.points(full_points(own)) for own in views.values())))
        yield Table(("部分", *views), tuple(rows))
        return
    parts = "、".join(f"{c.title}{weight_text(c)}" for c in some.values())
    if how == "分值":
        total = say.points(full_points(some))
        yield Paragraph(f"{whole}满分{total}，由各部分得分直接相加，不折算：{parts}。")
    else:
        yield Paragraph(f"{whole}由各部分得分按权重相加：{parts}。")


def _component(key: str, component: AnyComponent, scheme: Scheme, *, codes: bool) -> Body:
    """What a part is made of, each part of a combined one under a heading; ``codes``: the rules are said
    with their codes."""
    parts: dict[Path_, list[str]] = {}
    for path, part in walk({key: component}):
        depth = len(path) // 2
        if depth:
            number = parts[path[:-2]].index(str(path[-1])) + 1
            title = f"{_mark(depth - 1, number)}{part.title}{say.clause(part.clause)}"
            yield Paragraph(title, heading=True)
        if part.groups:
            yield Paragraph(f"{part.title}只适用于{'、'.join(part.groups)}。")
        name = str(path[-1])
        match part:
            case Ledger():
                yield from _ledger(part, seen(scheme, name, part), depth + 1, codes=codes)
            case SelfAssessment():
                yield from _self_assessment(part, seen(scheme, name, part))
            case Score():
                yield from _score(part, seen(scheme, name, part))
            case Combined():
                parts[path] = list(part.parts)
                yield from _combined(part, scheme)
            case _ as other:
                assert_never(other)
        if part.rounding is not None:
            yield Paragraph(
                f"{score_name(part.title)}先{_rounding(part, part.rounding)}，再计入上一级成绩。"
            )


def _combined(component: Combined, scheme: Scheme) -> Body:
    """How the parts of a combined component come together."""
    whole = score_name(component.title)
    weighed = {key: part for key, part in component.parts.items() if not part.adds}
    yield from _shares(weighed, scheme, whole)
    shown = component.rounding or scheme.rounding
    yield from _conditions(component.parts, scheme, whole, shown)
    yield from _precedence(scheme, component.precedence)


def _mark(depth: int, number: int) -> str:
    mark = _MARKS[min(depth, len(_MARKS) - 1)]
    return mark.format(numeral(number) if depth == 0 else number)


def _ledger(ledger: Ledger, views: Mapping[str, Ledger], depth: int, *, codes: bool) -> Body:
    yield Paragraph(f"{each(views, say.ledger_bounds)}。")
    # Rules stand under （一） and under a section's own heading as 1., deeper as (1).
    level = max(1, depth - 1)
    for number, rule in enumerate(ledger.rules, 1):
        title = f"“{rule.title}”（编号{rule.code}）" if codes else rule.title
        text = f"{rule.text.rstrip('。')}。" if rule.text and rule.text != rule.title else ""
        own = {
            group: say.rule(r, {c.code: c for c in view.categories})
            for group, view in views.items()
            for r in view.rules
            if r.code == rule.code
        }
        described = "；".join(facts_together(own).values())
        yield Paragraph(
            f"{_mark(level, number)}{title}：{text}{described}{say.clause(rule.clause)}。"
        )
    for i, category in enumerate(ledger.categories):
        described = together(
            {g: say.category(view.categories[i], view.rules) for g, view in views.items()}
        )
        yield Paragraph(f"{described}{say.clause(category.clause)}。")
    yield from _subordinates(ledger)


def _subordinates(ledger: Ledger) -> Body:
    """Said once for the rules that charge a unit with its subordinates' problems."""
    charged = [rule for rule in ledger.rules if rule.subordinates == Subordinates.CHARGED]
    if not charged:
        return
    text = say.subordinates(charged[0])
    others = [rule for rule in ledger.rules if rule.subordinates != Subordinates.CHARGED]
    if not others:
        yield Paragraph(f"{text}。")
    else:
        names = "、".join(f"“{rule.title}”" for rule in charged)
        unsaid = say.DEFAULT if any(say.default(rule, "subordinates") for rule in others) else ""
        yield Paragraph(f"{names}，{text}；其他各项，所属单位的问题不计分{unsaid}。")


def _self_assessment(component: SelfAssessment, views: Mapping[str, SelfAssessment]) -> Body:
    weights = any(period.weight is not None for period in component.periods)
    count = len(component.periods)
    mean = (
        "各期得分按权重相加" if weights
        else f"取{count}期得分的平均值{say.DEFAULT}" if count > 1 else "取该期得分"
    )  # fmt: skip
    worth = each(views, lambda own: say.full(own) or f"满分{say.points(own.full)}")
    yield Paragraph(f"对照指标填报考核表，以经核查的得分为准，每期{worth}，{mean}。")
    yield Paragraph("；".join(say.period(period) for period in component.periods) + "。")
    if component.late is not None:
        yield Paragraph(f"{say.late(component.late)}{say.clause(component.late.clause)}。")
    if component.step is not None:
        yield Paragraph(f"{say.step(component)}。")
    if component.evidence:
        yield Paragraph(f"各项指标应附{component.evidence}。")
    yield Paragraph(f"{say.not_applicable(component)}。")
    if component.example:
        yield Paragraph("下列指标表为示例，应换成当年印发的指标体系和计分标准。")
    tables = {group: tree_table(own.areas(group), own.full) for group, own in views.items()}
    for table in dict.fromkeys(tables.values()):
        own = [group for group, same in tables.items() if same == table]
        if len(own) < len(tables):
            yield Paragraph(f"{'、'.join(own)}的指标：")
        yield table
    overruns = [a for tree in component.trees().values() for a in tree if a.overrun]
    if overruns:
        names = "、".join(dict.fromkeys(area.area for area in overruns))
        yield Paragraph(f"{names}封顶：下级得分之和超过本级分值的，按本级分值计。")


def _score(component: Score, views: Mapping[str, Score]) -> Body:
    match component.assessors:
        case Assessors.ONE:
            how = f"每个考核对象一个得分{say.default(component, 'assessors')}"
        case Assessors.MEAN:
            how = "几名评委（机构）分别打分，取平均值"
        case Assessors.TRIMMED:
            how = (
                "几名评委（机构）分别打分，去掉一个最高分和一个最低分，取其余的平均值；"
                f"不足三名的为缺项{say.DEFAULT}"
            )
        case _ as other:
            assert_never(other)
    yield Paragraph(f"{how}。{each(views, say.full)}。")


def _grades(scheme: Scheme) -> Body:
    lists = scheme.grades.items() if isinstance(scheme.grades, Mapping) else [(None, scheme.grades)]
    alone = len(scheme.groups) == 1
    if not scheme.grade_names():
        yield Paragraph("不分等次，只排名。")
    for group, grades in lists:
        if group is not None:
            yield Paragraph(f"{group}的等次：")
        for position, grade in enumerate(grades):
            described = say.grade(grades, position, alone=alone)
            if grade.quota is not None:
                described += say.default(grade.quota, "ties")
            yield Paragraph(f"{position + 1}.{grade.name}：{described}{say.clause(grade.clause)}。")
    each = "" if alone else "各类别内"
    yield Paragraph(
        f"{each}按综合成绩从高到低排名，同分的排名相同，{ranks_text(scheme.ranks)}"
        f"{say.default(scheme, 'ranks')}。"
    )
    last = [
        c for c in scheme.every_conditional() if c.grade is not None and c.ranked is None
        and any(best_open(scheme, g, [c.grade]) == len(scheme.grades_in(g)) - 1 for g in scheme.groups)
    ]  # fmt: skip
    if last:
        yield Paragraph(f"{vetoed_text(scheme.vetoed)}{say.default(scheme, 'vetoed')}。")


def _missing(scheme: Scheme) -> Body:
    yield Paragraph(f"{missing_text(scheme.missing)}{say.default(scheme, 'missing')}。")
    for text in say.missing_overrides(scheme):
        yield Paragraph(f"{text}。")


def _schedule(scheme: Scheme) -> Body:
    for step in scheme.timetable:
        reminder = f"，到{step.due}提醒" if step.due is not None else ""
        yield Paragraph(f"{step.when}，{step.what}{say.clause(step.clause)}{reminder}。")
    if scheme.copies:
        yield Paragraph(f"通报抄送{'、'.join(scheme.copies)}。")


def _sources(scheme: Scheme) -> Body:
    yield Paragraph(f"办法代号{scheme.name}，出自{scheme.source}。")
    for component in scheme.leaves().values():
        for text in sources(component):
            yield Paragraph(f"{text}。")


def _history(years: Years, of: int | None) -> Body:
    """What changed from year to year, and whose numbers were said."""
    described = f"{of}年度" if of is not None else f"{years[-1][0]}年度起"
    yield Paragraph(f"有的数按年度写，以上是{described}的。")
    for year, changes in years:
        for change in changes:
            yield Paragraph(f"自{year}年起，{change.sentence()}。")
