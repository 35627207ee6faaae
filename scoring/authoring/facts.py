"""Everything a scheme says, as named things with named facts, so that two can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from scoring.authoring.tree import scoring
from scoring.enums import Assessors, Effect, Said, Vetoed
from scoring.scheme import (
    Area,
    Combined,
    Component,
    Ledger,
    Rounding,
    Scheme,
    Score,
    SelfAssessment,
)
from scoring.scheme.forms import Leaf, Whole
from scoring.scheme.model import Milestone
from scoring.wording import phrases as say
from scoring.wording.by_group import facts_together, together
from scoring.wording.numbers import score_name
from scoring.wording.scheme import missing_text, ranks_text, weight_text

Facts = dict[str, str]
Id = tuple[str, ...]

KINDS = {"ledger": "台账", "self_assessment": "指标打分", "score": "整体打分", "combined": "合成"}


@dataclass(frozen=True)
class Thing:
    """A rule, an indicator, a grade …: what it is called, and what is said of it."""

    name: str
    facts: Facts = field(default_factory=dict)

    def without_defaults(self) -> Thing:
        """The same, whether the scheme says it or the program goes by it."""
        return Thing(self.name, {k: say.without_defaults(v) for k, v in self.facts.items()})


def facts(scheme: Scheme) -> dict[Id, Thing]:
    """The things of a scheme by a path of their codes; a part's things lie under it. What differs by
    group is said by group."""
    out: dict[Id, Thing] = {("scheme",): Thing("办法", _whole(scheme))}
    out |= _by_group(scheme)
    for c in scheme.every_conditional():
        if c.said == Said.CONDITION:
            described = {"内容": say.condition(c, scheme), "依据": c.clause}
            out.setdefault(("condition", c.name), Thing(f"条件“{c.name}”", described))
    lists = scheme.grades.items() if isinstance(scheme.grades, Mapping) else [("", scheme.grades)]
    for group, grades in lists:
        for i, grade in enumerate(grades):
            alone = len(scheme.groups) == 1
            said = {
                "条件": say.grade(grades, i, alone=alone),
                "次序": str(i + 1),
                "依据": grade.clause,
            }
            out["grade", group, grade.name] = Thing(f"{group}等次“{grade.name}”", said)
    return {path: thing.without_defaults() for path, thing in out.items()}


def _whole(scheme: Scheme) -> Facts:
    return {
        "代号": scheme.name,
        "名称": scheme.title,
        "考核内容": scheme.subject,
        "出处": scheme.source,
        "类别": "、".join(scheme.groups),
        "类别的其他写法": "；".join(
            f"{group}：{'、'.join(names)}" for group, names in scheme.group_names.items()
        ),
        "依据": scheme.clause,
        "满分": together({group: _full(own) for group, own in scheme.views().items()}),
        "先后": say.precedence(scheme, scheme.precedence) if scheme.precedence else "",
        "一票否决的对象": _vetoed(scheme.vetoed),
        "等次": "" if scheme.grade_names() else "不分等次，只排名",
        "同分的排名": ranks_text(scheme.ranks),
        "舍入": say.rounding(scheme.rounding),
        "缺项": missing_text(scheme.missing),
        "时间安排": "；".join(_step(m) for m in scheme.timetable),
        "抄送": "、".join(scheme.copies),
    }


def _step(step: Milestone) -> str:
    reminder = f"（到{step.due}提醒）" if step.due is not None else ""
    return f"{step.when}{step.what}{say.clause(step.clause)}{reminder}"


def _full(own: Scheme) -> str:
    return f"{say.points(own.full)}，各部分直接相加" if own.full is not None else ""


def _by_group(scheme: Scheme) -> dict[Id, Thing]:
    """The things of the components, put together from what each group sees."""
    apart = {k for k, c in scheme.every() if isinstance(getattr(c, "indicators", None), Mapping)}
    found: dict[Id, dict[str, Thing]] = {}
    for group, own in scheme.views().items():
        things: dict[Id, Thing] = {}
        _components(things, own, dict.fromkeys(apart, group))
        for path, thing in things.items():
            found.setdefault(path, {})[group] = thing
    return {
        path: Thing(
            next(iter(own.values())).name,
            facts_together({group: thing.facts for group, thing in own.items()}),
        )
        for path, own in found.items()
    }


def _components(out: dict[Id, Thing], scheme: Scheme, trees: Mapping[str, str]) -> None:
    """The components of a group's view, and of the combined ones; ``trees``: the group of the components
    whose indicators are given by group."""
    places = dict(scheme.places())
    for place, component in places.items():
        # A part stands under components, key, parts, its own key.
        inside = places.get(place[:-2])
        whole = score_name(inside.title) if inside else say.WHOLE
        shown = inside.rounding if inside and inside.rounding else scheme.rounding
        path: Id = tuple(step for key in place[1::2] for step in ("component", str(key)))
        out[path] = Thing(f"“{component.title}”", _component(component, whole, shown))
        if isinstance(component, Ledger):
            _ledger(out, component, path)
        elif isinstance(component, SelfAssessment):
            _self_assessment(out, component, path, trees.get(str(place[-1]), ""))


def _component(component: Component, whole: str, shown: Rounding) -> Facts:
    said = {
        "种类": KINDS[str(getattr(component, "kind", ""))],
        "名称": component.title,
        "适用": f"只适用于{'、'.join(component.groups)}" if component.groups else "",
        "表": str(getattr(component, "table", "")),
        "权重": "直接加减分" if component.adds else weight_text(component),
        "计入条件": say.enters(component.enters, shown) if component.enters else "",
        "门槛": say.gate(component, whole) if component.gate is not None else "",
        "舍入": say.rounding(component.rounding) if component.rounding else "",
        "缺项": missing_text(component.missing) if component.missing else "",
        "依据": component.clause,
    }
    if isinstance(component, Combined) and component.precedence:
        titles = "、".join(
            component.parts[name].title if name in component.parts else name
            for name in component.precedence
        )
        said["先后"] = titles
    if isinstance(component, Ledger):
        said["满分"] = say.points(component.full) if not component.adds else ""
        said["起止"] = say.ledger_bounds(component)
    elif isinstance(component, SelfAssessment):
        said["满分"] = say.points(component.full)
        said["不适用"] = say.not_applicable(component)
        said["迟报"] = say.late(component.late) if component.late else ""
        said["迟报依据"] = component.late.clause if component.late else ""
        said["打分单位"] = say.step(component)
        said["证明材料"] = component.evidence
        said["指标表"] = "示例" if component.example else "正式"
    elif isinstance(component, Score):
        said["满分"] = say.points(component.full)
        said["评委"] = _assessors(component.assessors)
    return said


def _assessors(value: Assessors) -> str:
    """What is made of the scores of several."""
    match value:
        case Assessors.ONE:
            return "一个得分"
        case Assessors.MEAN:
            return "取平均"
        case Assessors.TRIMMED:
            return "去掉一个最高分和一个最低分"
        case _ as other:
            assert_never(other)


def _vetoed(value: Vetoed) -> str:
    """Whether vetoed units are ranked."""
    match value:
        case Vetoed.UNRANKED:
            return "不参加排名"
        case Vetoed.RANKED:
            return "照常排名"
        case _ as other:
            assert_never(other)


def _ledger(out: dict[Id, Thing], ledger: Ledger, at: Id) -> None:
    categories = {category.code: category for category in ledger.categories}
    for rule in ledger.rules:
        said = {
            "名称": rule.title,
            "分值": say.amount(rule),
            "计入": say.trigger(rule),
            **say.limits(rule, categories),
            "期限": say.deadline(rule.deadline) if rule.deadline else "",
            "所属单位": say.subordinates(rule),
            "提供单位": rule.provider,
            "依据": rule.clause,
            "原文": rule.text,
        }
        word = "加分项" if rule.effect == Effect.BONUS else "扣分项"
        out[(*at, "rule", rule.code)] = Thing(f"{word}{rule.code}“{rule.title}”", said)
    for category in ledger.categories:
        said = {"上限": say.category(category, ledger.rules), "依据": category.clause}
        out[(*at, "category", category.code)] = Thing(f"类别“{category.title}”", said)


def _self_assessment(out: dict[Id, Thing], component: SelfAssessment, at: Id, group: str) -> None:
    for period in component.periods:
        said = {
            "期限": str(period.due),
            "权重": say.percent(period.weight) if period.weight is not None else "各期相同",
            "依据": period.clause,
        }
        out[(*at, "period", period.name)] = Thing(f"期次“{period.name}”", said)
    items = {leaf.code: leaf for leaf in component.items(group)}
    for area in component.areas(group):
        _area(out, area, (*at, "tree", group), group, items)


def _area(out: dict[Id, Thing], area: Area, at: Id, group: str, items: Mapping[str, Leaf]) -> None:
    path = at if isinstance(area, Whole) else (*at, "area", area.area)
    if not isinstance(area, Whole):
        said = {
            "分值": say.points(area.points) if area.points is not None else "",
            "权重": say.percent(area.weight) if area.weight is not None else "",
            "封顶": "下级之和超过本级的，按本级分值计" if area.overrun else "",
            "依据": area.clause,
        }
        out[path] = Thing(f"{group}指标“{area.area}”", said)
    for item in area.items:
        if isinstance(item, Area):
            _area(out, item, path, group, items)
            continue
        leaf = items[item.code]
        out[(*path, "item", item.code)] = Thing(
            f"{group}指标{item.code}“{item.title}”",
            {
                "名称": item.title,
                "分值": say.points(leaf.points),
                "权重": say.percent(item.weight) if item.weight is not None else "",
                "打分": scoring(item, leaf),
                "依据": item.clause,
            },
        )
