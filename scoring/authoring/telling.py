"""A scheme told back in plain official Chinese, section by section, so that its author can read
whether it says what was meant. Every number and every setting of the scheme is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scoring.authoring import phrases as say
from scoring.authoring.told import Paragraph, Section, Table, Telling
from scoring.points import format_points
from scoring.publish.circular_text import numeral
from scoring.scheme import Area, Combined, Component, Ledger, Scheme, Score, SelfAssessment
from scoring.scheme.forms import HUNDRED, Indicator, Leaf, leaves

Block = Paragraph | Table
Body = Iterator[Block]


def tell(scheme: Scheme) -> Telling:
    """The scheme in words."""
    parts = [("考核对象", _groups(scheme)), ("成绩组成", _composition(scheme))]
    parts += [
        (f"{component.title}{say.clause(component.clause)}", _component(component, scheme))
        for component in scheme.components.values()
    ]
    parts += [("等次和排名", _grades(scheme)), ("缺项", _missing(scheme))]
    if scheme.timetable or scheme.copies:
        parts.append(("时间安排和结果运用", _schedule(scheme)))
    sections = (
        Section(f"{numeral(number)}、{title}", tuple(body))
        for number, (title, body) in enumerate(parts, 1)
    )
    return Telling(scheme.title, tuple(sections))


def _groups(scheme: Scheme) -> Body:
    names = "、".join(scheme.groups)
    if len(scheme.groups) == 1:
        yield Paragraph(f"考核{scheme.subject}，考核对象为{names}，统一排名。")
    else:
        yield Paragraph(
            f"考核{scheme.subject}，考核对象分为{names}{len(scheme.groups)}类，分别排名。"
        )
    yield Paragraph(f"本办法出自{scheme.source}。")


def _composition(scheme: Scheme) -> Body:
    weighed = {k: c for k, c in scheme.components.items() if not c.adds}
    yield from _shares(weighed, scheme, f"综合成绩{say.clause(scheme.clause)}")
    yield from _conditions(scheme.components, "综合成绩")
    yield Paragraph(
        f"综合成绩按各部分的准确得分计算，只在最后{say.rounding(scheme.rounding)}一次，"
        "等次和排名按舍入后的成绩确定。"
    )


def _conditions(components: Mapping[str, Component], whole: str) -> Body:
    """The parts that add to a whole, and those under which nothing else is read."""
    for component in components.values():
        if component.adds:
            text = f"{component.title}不占权重，得分直接加到{whole}上（扣分为减）"
            if component.enters is not None:
                text += f"；{say.enters(component.enters)}"
            yield Paragraph(f"{text}。")
        if component.gate is not None:
            yield Paragraph(f"{say.gate(component)}。")


def _shares(components: Mapping[str, Component], scheme: Scheme, whole: str) -> Body:
    """What the weighed parts make up, as a sentence, or as a table where weights differ."""
    if any(isinstance(c.weight, Mapping) for c in components.values()):
        yield Paragraph(f"{whole}由各部分得分按下列权重相加，各类别的权重不同。")
        yield Table(
            ("部分", *scheme.groups),
            tuple(
                (c.title, *(say.percent(c.weight_in(g)) for g in scheme.groups))
                for c in components.values()
            ),
        )
    else:
        parts = "、".join(f"{c.title}{say.weight(c.weight)}" for c in components.values())
        yield Paragraph(f"{whole}由各部分得分按权重相加：{parts}。")


def _component(component: Component, scheme: Scheme) -> Body:
    if isinstance(component, Ledger):
        yield from _ledger(component)
    elif isinstance(component, SelfAssessment):
        yield from _self_assessment(component, scheme)
    elif isinstance(component, Score):
        yield from _score(component)
    elif isinstance(component, Combined):
        weighed = {key: part for key, part in component.parts.items() if not part.adds}
        yield from _shares(weighed, scheme, f"{component.title}成绩")
        yield from _conditions(component.parts, f"{component.title}成绩")
        for number, part in enumerate(component.parts.values(), 1):
            title = f"（{numeral(number)}）{part.title}{say.clause(part.clause)}"
            yield Paragraph(title, heading=True)
            yield from _component(part, scheme)
    if component.rounding is not None:
        yield Paragraph(
            f"{component.title}成绩先{say.rounding(component.rounding)}，再计入上一级成绩。"
        )


def _ledger(ledger: Ledger) -> Body:
    yield Paragraph(f"按考核文件夹中的“{ledger.table}”逐个问题计分。{say.ledger_bounds(ledger)}。")
    categories = {category.code: category for category in ledger.categories}
    for number, rule in enumerate(ledger.rules, 1):
        text = f"原文：{rule.text.rstrip('。')}。" if rule.text else ""
        yield Paragraph(
            f"{number}.“{rule.title}”（编号{rule.code}，依据{rule.clause}）："
            f"{say.rule(rule, categories)}{text}"
        )
    for category in ledger.categories:
        yield Paragraph(f"{say.category(category, ledger.rules)}{say.clause(category.clause)}。")


def _self_assessment(component: SelfAssessment, scheme: Scheme) -> Body:
    weights = any(period.weight is not None for period in component.periods)
    count = len(component.periods)
    mean = (
        "按各期权重相加" if weights else f"取{count}期得分的平均值" if count > 1 else "取该期得分"
    )
    yield Paragraph(
        f"按考核文件夹“{component.table}”中考核表经核查的得分计算，每期满分{say.points(component.full)}"
        f"{_rescaled(component.full)}，{mean}。"
    )
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
    for group, tree in component.trees().items():
        if group is not None:
            yield Paragraph(f"{group}的指标：")
        yield from _tree(tree, component.full)
    overruns = [a for tree in component.trees().values() for a in tree if a.overrun]
    if overruns:
        names = "、".join(dict.fromkeys(area.area for area in overruns))
        yield Paragraph(f"{names}封顶：下级得分之和超过本级分值的，按本级分值计。")


def _rescaled(full: int) -> str:
    return "" if full == HUNDRED else "，折算为百分制"


def _tree(tree: tuple[Area, ...], full: int) -> Body:
    by_weight = any(area.weight is not None for area in tree)
    items = leaves(tree, full)
    rows: list[tuple[str, ...]] = []
    for area in tree:
        rows.append(("", f"{area.area}{say.clause(area.clause)}", _worth(area), "—"))
        rows += _rows(area, 1, {leaf.code: leaf for leaf in items})
    worth = "权重（分值）" if by_weight else "分值"
    yield Table(("编号", "指标", worth, "打分"), tuple(rows))


def _rows(area: Area, depth: int, items: Mapping[str, Leaf]) -> Iterator[tuple[str, ...]]:
    inset = "　" * depth
    for item in area.items:
        if isinstance(item, Area):
            yield ("", f"{inset}{item.area}{say.clause(item.clause)}", _worth(item), "—")
            yield from _rows(item, depth + 1, items)
        else:
            leaf = items[item.code]
            worth = say.points(leaf.points)
            if item.weight is not None:
                worth = f"{say.percent(item.weight)}（{worth}）"
            title = f"{inset}{item.title}{say.clause(item.clause)}"
            yield (item.code, title, worth, scoring(item, leaf))


def _worth(area: Area) -> str:
    if area.points is not None:
        return f"{say.points(area.points)}{'封顶' if area.overrun else ''}"
    return say.percent(area.weight or 0) + ("封顶" if area.overrun else "")


def scoring(item: Indicator, leaf: Leaf) -> str:
    """How an indicator is scored."""
    match leaf.scoring:
        case "options":
            how = "按等级打分：" + "、".join(
                f"{name}{say.points(value)}" for name, value in (item.options or {}).items()
            )
        case "fraction":
            how = "按比例得分：分值×完成数÷应完成数"
        case "each":
            how = f"每个问题扣{say.points(item.each or 0)}，扣完为止"
        case _:
            how = f"0—{format_points(leaf.full)}分之间打分"
    if leaf.points != leaf.full and leaf.scoring in {"points", "options"}:
        how += "（百分制，按权重折算）"
    parts = [how, item.criteria.rstrip("。"), *details(item, leaf)]
    return "。".join(part for part in parts if part)


def details(item: Indicator, leaf: Leaf) -> list[str]:
    """What evidence an indicator wants beside the usual, and who verifies it."""
    wants = [f"应附{item.evidence.rstrip('。')}"] if item.evidence else []
    return wants + ([f"由{leaf.verifier}核查"] if leaf.verifier else [])


def _score(component: Score) -> Body:
    how = {
        "one": "每个考核对象一个得分",
        "mean": "几名评委（机构）分别打分，取平均值",
        "trimmed": "几名评委（机构）分别打分，去掉一个最高分和一个最低分，取其余的平均值；不足三名的为缺项",
    }[component.assessors]
    yield Paragraph(
        f"按考核文件夹中的“{component.table}”计分，满分{say.points(component.full)}"
        f"{_rescaled(component.full)}。{how}。"
    )


def _grades(scheme: Scheme) -> Body:
    lists = scheme.grades.items() if isinstance(scheme.grades, Mapping) else [(None, scheme.grades)]
    for group, grades in lists:
        if group is not None:
            yield Paragraph(f"{group}的等次：")
        for position, grade in enumerate(grades):
            yield Paragraph(
                f"{position + 1}.{grade.name}：{say.grade(grades, position)}{say.clause(grade.clause)}。"
            )
    each = "各类别内" if len(scheme.groups) > 1 else ""
    yield Paragraph(f"{each}按综合成绩从高到低排名，同分的排名相同，其后的名次跳过。")


def _missing(scheme: Scheme) -> Body:
    yield Paragraph(f"{say.MISSING[scheme.missing]}。")
    for text in say.missing_overrides(scheme):
        yield Paragraph(f"{text}。")


def _schedule(scheme: Scheme) -> Body:
    for step in scheme.timetable:
        yield Paragraph(f"{step.when}，{step.what}{say.clause(step.clause)}。")
    if scheme.copies:
        yield Paragraph(f"通报抄送{'、'.join(scheme.copies)}。")
