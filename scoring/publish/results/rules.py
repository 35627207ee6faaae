"""考核办法: the rules that were applied. Its numbers are what the formulas of 汇总 refer to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import assert_never

from scoring.enums import Assessors, Effect, NotApplicable, Said, Subordinates
from scoring.points import SCALE, format_points
from scoring.publish.results.live import computed, live_grades
from scoring.publish.results.report import Report, RuleNames
from scoring.publish.sheets.sheet import Cell, Column, Formula, Sheet
from scoring.rules.composite import conditions_of
from scoring.scheme import Combined, Grade, Leaf, Ledger, Rule, Scheme, Score, SelfAssessment
from scoring.scheme.conditions import Conditional
from scoring.scheme.forms import HUNDRED
from scoring.scheme.model import AnyComponent, by_points
from scoring.score import Result
from scoring.wording.by_group import of_component, said_by_group
from scoring.wording.conditions import then_text, when_text
from scoring.wording.numbers import day
from scoring.wording.results import known_text, whole_text
from scoring.wording.scheme import (
    by_group_text,
    counts_text,
    effect_verb,
    grade_text,
    method_text,
    missing_text,
    ranks_text,
    repeat_text,
    subordinates_text,
    weight_text,
    worth_text,
)

_WIDTHS = (11, 29, 50, 12, 16, 14, 20, 13)

_CHANGE = (
    "蓝色数字（权重、预置分、最低分、满分{}，以及各明细表中的扣分、得分）可以改动，"
    "汇总表随之重新计算"
)
_EXAMPLE = "示例：本指标表不是印发的正式指标体系，应换成本年度印发的考核指标体系和计分标准"


@dataclass
class _Cursor:
    """Where on the sheet the next section begins; sections are numbered 一、二、…"""

    row: int = 3
    section: int = 0


def write_rules(report: Report, name: str) -> RuleNames:
    """The sheet of rules, and the names of its numbers."""
    scheme = report.result.scheme
    sheet = report.open(name, len(_WIDTHS), "考核办法要点", "分值单位：分")
    sheet.texts_like_numbers()
    sheet.widths(_WIDTHS)
    bounds = "、等次下限" if scheme.grades else ""
    sheet.ws.write_string(2, 0, _CHANGE.format(bounds), sheet.styles("line"))
    at, names = _Cursor(), RuleNames()
    _facts(sheet, at, report)
    _components(sheet, at, report.result, names)
    for key, component in scheme.leaves().items():
        if isinstance(component, Ledger):
            _ledger(sheet, at, scheme, key, component)
        elif isinstance(component, SelfAssessment):
            _periods(sheet, at, component, report.result.year)
            _indicators(sheet, at, component)
    _grades(sheet, at, scheme, names)
    _conventions(sheet, at, scheme)
    _timetable(sheet, at, scheme)
    sheet.ws.freeze_panes(2, 0)
    sheet.paginate(at.row)
    return names


def _section(sheet: Sheet, at: _Cursor, title: str) -> None:
    at.section += 1
    number = "一二三四五六七八九十"[at.section - 1] if at.section <= 10 else str(at.section)
    at.row = sheet.section(at.row, f"{number}、{title}")


def _table(sheet: Sheet, at: _Cursor, columns: list[Column]) -> int:
    """A table at the cursor; gives the row of its first value."""
    first = at.row + 1
    at.row = sheet.table(at.row, columns) + 1
    return first


def _facts(sheet: Sheet, at: _Cursor, report: Report) -> None:
    result = report.result
    facts = {
        "考核办法": result.scheme.title,
        "出处": result.scheme.source,
        "考核年度": f"{result.year}年",
        "截至日期": day(result.as_of),
        "资料截止日": known_text(result),
        "考核对象": "、".join(
            f"{group}{len(result.in_group(group))}个" for group in result.scheme.groups
        ),
        "办法文件": report.assessment.scheme_file,
    }
    if result.whole is not None:
        facts["排名范围"] = whole_text(result.whole, result.scheme)
    _section(sheet, at, "基本情况")
    _pairs(sheet, at, list(facts.items()))


def _pairs(sheet: Sheet, at: _Cursor, pairs: list[tuple[str, str]]) -> None:
    """Lines of a label and what it says, over the width of the text columns."""
    for label, text in pairs:
        sheet.ws.write_string(at.row, 0, label, sheet.styles("header"))
        sheet.ws.write_string(at.row, 1, text, sheet.styles("line"))
        at.row += 1
    at.row += 1


def _components(sheet: Sheet, at: _Cursor, result: Result, names: RuleNames) -> None:
    scheme = result.scheme
    _section(sheet, at, f"综合考核（{scheme.clause}）")
    parts = dict(scheme.every(parts_first=True))
    tops = [key for key, component in scheme.components.items() if component.weight is not None]
    live = all(isinstance(scheme.components[key].weight, int) for key in tops)
    columns = [
        Column("序号", "count", list(range(1, len(parts) + 1))),
        Column("组成部分", "text", [c.title for c in parts.values()]),
        Column("计算方法", "text",
               [said_by_group(scheme, of_component(_method, key)) for key in parts]),
        Column("分值" if by_points(scheme.components) else "权重（%）", "input",
               [c.weight / SCALE if isinstance(c.weight, int) else worth_text(scheme, key)
                for key, c in parts.items()]),
        Column("预置分或满分", "input", [_number(_full(scheme, key)) for key in parts]),
        Column("最低分", "input",
               [_number(c.floor_by) if isinstance(c, Ledger) else None for c in parts.values()]),
        Column("缺项处理", "text", [missing_text(scheme.missing_for(key)) for key in parts]),
        Column("依据条款", "centre", [c.clause for c in parts.values()]),
    ]  # fmt: skip
    first = _table(sheet, at, columns)
    for row, (key, component) in enumerate(parts.items(), first):
        title = component.title
        names.weight[key] = sheet.define(f"权重_{title}", (row, row), 3)
        if isinstance(component, Ledger):
            if isinstance(component.start_by, int):
                names.start[key] = sheet.define(f"预置分_{title}", (row, row), 4)
            if isinstance(component.floor_by, int):
                names.floor[key] = sheet.define(f"最低分_{title}", (row, row), 5)
        elif isinstance(_full(scheme, key), int):
            names.full[key] = sheet.define(f"满分_{title}", (row, row), 4)
    if live and len(tops) == len(parts):
        _weight_total(sheet, first + len(parts), len(parts))
    at.row += 1
    _conditions(sheet, at, scheme)
    by_engine = computed(result)
    if by_engine:
        text = f"{'、'.join(by_engine)}由程序按办法计算，汇总表中为数值，不随表内改动变化"
        sheet.ws.write_string(at.row, 0, text, sheet.styles("line"))
        at.row += 2


def _conditions(sheet: Sheet, at: _Cursor, scheme: Scheme) -> None:
    """What is decided by how far a part, the composite or a rule went, in the order of its looking."""
    found: dict[Conditional, list[str]] = {}
    for group, own in scheme.views().items():
        for one in conditions_of(own, group):
            found.setdefault(one, []).append(group)
    if not found:
        return
    for number, (one, groups) in enumerate(found.items(), 1):
        whose = "" if len(groups) == len(scheme.groups) else f"（只适用于{'、'.join(groups)}）"
        named = f"{one.name}：" if one.said == Said.CONDITION else ""
        said = f"{named}{when_text(one.when, scheme)}的，{then_text(one, scheme)}"
        text = f"{number}. {said}{whose}{f'（{one.clause}）' if one.clause else ''}"
        sheet.ws.write_string(at.row, 0, text, sheet.styles("line"))
        at.row += 1
    if scheme.precedence:
        every, names = dict(scheme.every()), scheme.precedence
        order = "、".join(f"“{every[n].title if n in every else n}”" for n in names)
        text = f"同时成立时，依次看{order}，只按排在前面的那一个处理"
        sheet.ws.write_string(at.row, 0, text, sheet.styles("line"))
        at.row += 1
    at.row += 1


def _weight_total(sheet: Sheet, row: int, parts: int) -> None:
    """The sum of the weights, and a word where somebody changed it to anything but 100."""
    right = "权重合计为100"
    cells: list[Cell | Formula] = [
        "合计", None,
        Formula(f'=IF(ROUND(D{row + 1},4)=100,"{right}","权重合计不是100，请核对")', right),
        Formula(f"=SUM(D{row - parts + 1}:D{row})", 100),
        None, None, None, None,
    ]  # fmt: skip
    for index, cell in enumerate(cells):
        style = "points" if index == 3 else "centre"
        sheet.column(row, index, [cell], sheet.styles(style, strong=True))


def _full(scheme: Scheme, key: str) -> int | Mapping[str, int]:
    """The preset points of a ledger, what another component is out of."""
    component = dict(scheme.every())[key]
    if isinstance(component, Ledger):
        return component.start_by
    if not isinstance(component, Combined):
        return component.full_by
    if component.weight is not None:
        return HUNDRED
    own = {group: dict(view.every()).get(key) for group, view in scheme.views().items()}
    full = {group: one.out_of for group, one in own.items() if one is not None}
    return full if len(set(full.values())) > 1 else next(iter(full.values()))


def _number(value: int | Mapping[str, int] | None) -> Cell:
    """A number of the scheme; in words where it differs by group."""
    return value / SCALE if isinstance(value, int) else by_group_text(value) or None


def _method(component: AnyComponent) -> str:
    match component:
        case Ledger():
            bound = "" if component.floor is None else "，不低于最低分"
            most = (
                "" if component.ceiling is None else f"，不高于{format_points(component.ceiling)}分"
            )
            bonus = any(rule.effect == Effect.BONUS for rule in component.rules)
            added = "、加上计入的加分" if bonus else ""
            converted = (
                ""
                if component.scale == HUNDRED
                else f"；满分{format_points(component.full)}分，折算为百分制"
            )
            return f"预置分减去“{component.table}”中计入的扣分{added}{bound}{most}{converted}"
        case SelfAssessment():
            rest = _not_applicable(component.not_applicable)
            periods = "、".join(period.name for period in component.periods)
            weights = [p.weight for p in component.periods if p.weight is not None]
            mean = "按各期权重加权平均" if weights else "平均值"
            return f"{periods}经核查成绩的{mean}；{rest}"
        case Combined():
            inner = "、".join(f"{c.title}{weight_text(c)}" for c in component.parts.values())
            return f"由{inner}合成"
        case Score():
            return f"“{component.table}”中报送的得分{_several(component.assessors)}"


def _subordinates(value: Subordinates) -> str:
    """What becomes of the problems of a subordinate department."""
    match value:
        case Subordinates.CHARGED:
            return "计入其所属单位"
        case Subordinates.LISTED:
            return "只列出，不扣分"
        case _ as other:
            assert_never(other)


def _not_applicable(value: NotApplicable) -> str:
    """What becomes of an item that does not apply."""
    match value:
        case NotApplicable.RESCALE:
            return "不适用的指标不计，其余折算为满分"
        case NotApplicable.FULL:
            return "不适用的指标按满分计"
        case _ as other:
            assert_never(other)


def _several(value: Assessors) -> str:
    """What is made of several scores."""
    match value:
        case Assessors.ONE:
            return ""
        case Assessors.MEAN:
            return "，多个得分取平均"
        case Assessors.TRIMMED:
            return "，去掉一个最高分和一个最低分后取平均"
        case _ as other:
            assert_never(other)


def _worth_by_group(scheme: Scheme, key: str, rule: Rule) -> Cell:
    """What a row of the rule costs, by group where that differs."""

    def worth(own: Scheme) -> str | None:
        ledger = own.leaves().get(key)
        mine = (r for r in getattr(ledger, "rules", ()) if r.code == rule.code)
        return next((_worth_text(r) for r in mine), None)

    if isinstance(rule.points_by, dict) or isinstance(rule.cap_by, dict):
        return said_by_group(scheme, worth)
    return _worth(rule)


def _ledger(sheet: Sheet, at: _Cursor, scheme: Scheme, key: str, ledger: Ledger) -> None:
    bonus = any(rule.effect == Effect.BONUS for rule in ledger.rules)
    what = "扣分项和加分项" if bonus else "扣分项"
    _section(sheet, at, f"{ledger.title}{what}（{ledger.clause}）")
    rules = ledger.rules
    _table(sheet, at, [
        Column("扣分项", "centre", [r.code for r in rules]),
        Column("名称", "text", [_rule_name(r) for r in rules]),
        Column("办法原文", "text", [r.text for r in rules]),
        Column("每个问题分值", "centre", [_worth_by_group(scheme, key, r) for r in rules]),
        Column("何时计入", "centre", [_when(r) for r in rules]),
        Column("提供单位", "centre", [r.provider for r in rules]),
        Column("所属单位的问题", "centre", [subordinates_text(r.subordinates) for r in rules]),
        Column("依据条款", "centre", [r.clause for r in rules]),
    ])  # fmt: skip
    for category in ledger.categories:
        own = [rule.title for rule in rules if rule.category == category.code]
        text = f"“{category.title}”类（{'、'.join(own)}）合计最多{by_group_text(category.cap_by, '分')}"
        sheet.ws.write_string(at.row, 0, text, sheet.styles("line"))
        at.row += 1
    at.row += bool(ledger.categories)


def _when(rule: Rule) -> str:
    """When a row counts; of a yearly minimum how often that is."""
    least = rule.minimum_by
    if least is None:
        return "；".join(filter(None, (counts_text(rule.counts), repeat_text(rule))))
    times = (
        "、".join(f"{group}{n}次" for group, n in least.items())
        if isinstance(least, Mapping)
        else f"{least}次"
    )
    return f"全年{times}，{counts_text(rule.counts)}"


def _rule_name(rule: Rule) -> str:
    """A rule's title, with the groups that it holds for."""
    return f"{rule.title}（只适用于{'、'.join(rule.groups)}）" if rule.groups else rule.title


def _worth(rule: Rule) -> Cell:
    """What a row of the rule costs; in words where it wins points, or varies, or is limited."""
    fixed = rule.fixed()
    if (
        fixed is not None
        and rule.effect == Effect.DEDUCT
        and rule.cap is None
        and rule.veto is None
    ):
        return fixed / SCALE
    return _worth_text(rule)


def _worth_text(rule: Rule) -> str:
    text = f"{effect_verb(rule.effect)}{rule.points_text()}"
    text += f"，最多{format_points(rule.cap)}分" if rule.cap is not None else ""
    return text + ("；一票否决" if rule.veto else "")


def _periods(sheet: Sheet, at: _Cursor, component: SelfAssessment, year: int) -> None:
    _section(sheet, at, f"{component.title}期次（{component.clause}）")
    periods = component.periods
    _table(sheet, at, [
        Column("序号", "count", list(range(1, len(periods) + 1))),
        Column("期次", "text", [p.name for p in periods]),
        Column("报送期限", "text", [f"{p.due}前（{day(p.due.on(year))}前）" for p in periods]),
        Column("依据条款", "centre", [p.clause for p in periods]),
    ])  # fmt: skip


def _indicators(sheet: Sheet, at: _Cursor, component: SelfAssessment) -> None:
    _section(
        sheet, at, f"{component.title}指标和分值（满分{by_group_text(component.full_by, '分')}）"
    )
    if component.example:
        sheet.ws.write_string(at.row, 0, _EXAMPLE, sheet.styles("alert"))
        at.row += 1
    trees: Iterable[str | None] = component.trees()
    if isinstance(component.full_by, Mapping) and isinstance(component.indicators, tuple):
        trees = component.full_by
    for group in trees:
        items = component.items(group)
        if group is not None:
            sheet.ws.write_string(at.row, 0, f"适用于{group}", sheet.styles("line"))
            at.row += 1
        _table(sheet, at, [
            Column("指标编号", "centre", [i.code for i in items]),
            Column("一级指标", "text", [_area(i) for i in items]),
            Column("指标", "text",
                   [f"{i.title}：{i.indicator.criteria}" if i.indicator.criteria else i.title
                    for i in items]),
            Column("分值", "points", [i.points / SCALE for i in items]),
            Column("依据条款", "centre", [i.indicator.clause or i.top.clause for i in items]),
        ])  # fmt: skip


def _area(leaf: Leaf) -> str:
    if leaf.top.points is None:
        return f"{leaf.area}（{format_points(leaf.top.weight or 0)}%）"
    return f"{leaf.area}（{format_points(leaf.top.points)}分）"


def _grades(sheet: Sheet, at: _Cursor, scheme: Scheme, names: RuleNames) -> None:
    if not scheme.grades:
        return
    _section(sheet, at, "等次")
    if not live_grades(scheme):
        for group in scheme.groups if isinstance(scheme.grades, Mapping) else [None]:
            _grades_in_words(sheet, at, scheme, group)
        return
    grades = scheme.grades_in(scheme.groups[0])
    first = at.row + 1
    bounds = [format_points(grade.lower or 0) for grade in grades]
    ranges: list[Formula] = []
    for position in range(len(grades)):
        own, above = f"D{first + position + 1}", f"D{first + position}"
        if not position:
            ranges.append(Formula(f'={own}&"分以上（含本数）"', f"{bounds[0]}分以上（含本数）"))
            continue
        upper, described = (
            f'{above}&"分以下（不含本数）"',
            f"{bounds[position - 1]}分以下（不含本数）",
        )
        if position == len(grades) - 1:
            ranges.append(Formula(f"={upper}", described))
        else:
            ranges.append(
                Formula(
                    f'={own}&"分以上（含本数）、"&{upper}',
                    f"{bounds[position]}分以上（含本数）、{described}",
                )
            )
    _table(sheet, at, [
        Column("序号", "count", list(range(1, len(grades) + 1))),
        Column("等次", "text", [g.name for g in grades]),
        Column("范围", "text", ranges),
        Column("下限", "input", [_bound(g) for g in grades]),
        Column("依据条款", "centre", [g.clause for g in grades]),
    ])  # fmt: skip
    for row, grade in enumerate(grades, first):
        names.lower[grade.name] = sheet.define(f"下限_{grade.name}", (row, row), 3)


def _grades_in_words(sheet: Sheet, at: _Cursor, scheme: Scheme, group: str | None) -> None:
    """Grades that depend on more than bounds, in words."""
    grades = scheme.grades_in(group or scheme.groups[0])
    if group is not None:
        sheet.ws.write_string(at.row, 0, f"适用于{group}", sheet.styles("line"))
        at.row += 1
    _table(sheet, at, [
        Column("序号", "count", list(range(1, len(grades) + 1))),
        Column("等次", "text", [g.name for g in grades]),
        Column("条件", "text", [grade_text(g) or "其余单位" for g in grades]),
        Column("下限", "centre", [_bound(g) for g in grades]),
        Column("依据条款", "centre", [g.clause for g in grades]),
    ])  # fmt: skip


def _conventions(sheet: Sheet, at: _Cursor, scheme: Scheme) -> None:
    decimals = scheme.rounding.decimals
    own = any(component.missing for component in scheme.leaves().values())
    kept = f"保留{decimals}位小数" if decimals else "取整数"
    graded = "等次和" if scheme.grades else ""
    _section(sheet, at, "取整、排名和缺项")
    _pairs(sheet, at, [
        ("取整", f"综合成绩只在最后{method_text(scheme.rounding.method)}一次，{kept}；{graded}排名按舍入后的成绩确定。"
                 "此前的折算、平均都不舍入"),
        *([] if scheme.grades else [("等次", "本办法不分等次，只排名")]),
        ("排名", f"各类别分别排名；成绩相同的排名并列，{ranks_text(scheme.ranks)}"),
        ("截至日期", "截至日期之后的发现、整改和到期，视为尚未发生"),
        ("资料截止日", "正式结果中撤销、核实不论何时作出都计，写明资料截止日的，此日以后的撤销不计"),
        ("缺项", missing_text(scheme.missing) + ("；组成部分另有规定的从其规定" if own else "")),
    ])  # fmt: skip


def _timetable(sheet: Sheet, at: _Cursor, scheme: Scheme) -> None:
    if not scheme.timetable:
        return
    _section(sheet, at, "时间安排")
    steps = scheme.timetable
    _table(sheet, at, [
        Column("序号", "count", list(range(1, len(steps) + 1))),
        Column("时间", "text", [m.when for m in steps]),
        Column("工作", "text", [m.what for m in steps]),
        Column("依据条款", "centre", [m.clause for m in steps]),
    ])  # fmt: skip


def _bound(grade: Grade) -> float | None:
    """The lower bound, where the grade has one."""
    return None if grade.lower is None else grade.lower / SCALE
