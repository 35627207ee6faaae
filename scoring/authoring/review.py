"""What is legal in a scheme but odd: rules that cannot do anything, grades that none can reach."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scoring.authoring.draft import Draft
from scoring.enums import Comparison, Counts, Effect
from scoring.points import SCALE, format_points
from scoring.problems import Place
from scoring.rules.composite import conditions_of, rounded_part, watched
from scoring.rules.composite import tree as tree_of_scores
from scoring.rules.exact import EXACT, exact
from scoring.rules.forms import on_scale
from scoring.rules.ledger import ledger_points
from scoring.scheme import Component, Ledger, Rule, Scheme, SelfAssessment
from scoring.scheme.conditions import CompositeScore, Conditional
from scoring.scheme.forms import HUNDRED
from scoring.scheme.ledger import Range
from scoring.scheme.model import by_points, full_points
from scoring.scheme.views import merged, view, where_said
from scoring.yaml_files.source import Fault, Path_


@dataclass(frozen=True)
class Remark:
    """Something odd, with the path of the value that its author should look at again."""

    path: Path_
    text: str


def review(draft: Draft) -> list[tuple[Place, str]]:
    """Every odd thing of a sound scheme with its place, in the order of the file."""
    if draft.scheme is None:
        return []
    remarks = list(_every_remark(draft.scheme))
    if draft.scheme.name != draft.path.stem:
        remarks.append(
            Remark(("name",), f"name 与文件名“{draft.path.stem}”不同，宜改为相同，以便查找")
        )
    placed = [(draft.source.place(remark.path), remark.text) for remark in remarks]
    return sorted(placed, key=lambda found: (found[0].row or 0, int(found[0].column or 0)))


def _every_remark(scheme: Scheme) -> Iterator[Remark]:
    """The remarks on what every group sees, each once, at the group's own value where it has one."""
    found = {}
    for group in scheme.groups:
        # With the rules of other groups, so that each stays at its place.
        own = view(scheme, scheme.components, group, every_rule=True)
        remarks = [Fault(r.path, r.text) for r in _remarks(own, group)]
        found[group] = [where_said(scheme, fault, group) for fault in remarks]
    yield from (Remark(fault.path, fault.expected) for fault in merged(found))
    yield from _of_all_groups(scheme)


def _remarks(scheme: Scheme, group: str) -> Iterator[Remark]:
    """What is odd in a group's view."""
    for path, component in scheme.places():
        beside = scheme.inside(str(path[-3]) if len(path) > 2 else "")
        yield from _component(
            component, path, full_points(beside) if by_points(beside) else HUNDRED
        )
        if isinstance(component, Ledger):
            yield from _ledger(component, path, scheme, group)
        elif isinstance(component, SelfAssessment):
            yield from _self_assessment(component, path, group)
    yield from _grades(scheme, group)


def _of_all_groups(scheme: Scheme) -> Iterator[Remark]:
    """What is odd between the groups, or in a component whatever the group."""
    for path, component in scheme.places():
        if isinstance(component, SelfAssessment):
            yield from _codes_of_groups(component, path)
        elif isinstance(component, Ledger):
            yield from _ambiguous(component, path)
    for i, group in enumerate(scheme.groups):
        if re.search("[，、,；;]", re.sub("（.*?）|[(].*?[)]", "", group)):
            yield Remark(
                ("groups", i), f"“{group}”是一个类别；如是几个，用半角逗号隔开：[县区, 部门]"
            )


def _component(component: Component, at: Path_, most: int) -> Iterator[Remark]:
    """Of a component in a whole that is out of ``most``."""
    if component.weight == HUNDRED:
        yield Remark((*at, "weight"), f"只有“{component.title}”占权重（100%），请确认")
    full = HUNDRED if component.weight is not None else component.out_of
    if component.gate is not None and component.gate > full:
        yield Remark(
            (*at, "gate"),
            f"“{component.title}”的门槛为{_points(component.gate)}，高于满分{_points(full)}，其余部分永远不计分",
        )
    if component.enters is not None:
        least = component.enters.above or component.enters.least or 0
        if least > most or component.enters.above == most:
            yield Remark(
                (*at, "enters"), f"其余部分达不到{_points(least)}，“{component.title}”永远不计入"
            )
    if component.adds and isinstance(component, Ledger) and component.start:
        yield Remark(
            (*at, "start"),
            f"“{component.title}”直接加到综合成绩上，预置分{_points(component.start)}会给每个对象都加上，"
            "通常写 start: 0",
        )
    if not component.adds and isinstance(component, Ledger):
        yield from _start(component, (*at, "start"))


def _start(ledger: Ledger, path: Path_) -> Iterator[Remark]:
    """A weighed ledger that nobody, or everybody, starts full in."""
    bonus = any(rule.effect == Effect.BONUS for rule in ledger.rules)
    if ledger.start == ledger.full or (bonus and ledger.ceiling == ledger.full):
        return
    hint = (
        f"；本部分满分就是{_points(ledger.start)}的，写 full: {format_points(ledger.start)}"
        if ledger.full == HUNDRED and ledger.start > 0
        else ""
    )
    yield Remark(
        path,
        f"“{ledger.title}”满分为{_points(ledger.full)}，而预置分为{_points(ledger.start)}，请确认{hint}",
    )


def _ledger(ledger: Ledger, at: Path_, scheme: Scheme, group: str) -> Iterator[Remark]:
    own = [rule for rule in ledger.rules if rule.applies_to(group)]
    deducts = [rule for rule in own if rule.effect == Effect.DEDUCT]
    bonuses = [rule for rule in own if rule.effect == Effect.BONUS]
    if deducts and ledger.floor is None and not ledger.adds:
        yield Remark(at, f"“{ledger.title}”没有 floor（最低分），扣分可以扣成负数")
    for i, rule in enumerate(ledger.rules):
        if not rule.applies_to(group):
            continue
        path: Path_ = (*at, "rules", i)
        if rule.effect == Effect.DEDUCT and ledger.floor == ledger.start and not bonuses:
            yield Remark(path, f"最低分等于预置分，“{rule.title}”怎样也扣不了分，改 floor 或 start")
        if rule.effect == Effect.BONUS and ledger.ceiling == ledger.start and not deducts:
            yield Remark(
                path, f"最高分等于预置分，“{rule.title}”怎样也加不了分，改 ceiling 或 start"
            )
        yield from _rule(rule, path)
        if rule.points == 0 and (str(at[-1]), rule.code) not in watched(scheme):
            described = f"“{rule.title}”分值为0，只登记、不计分，请确认"
            yield Remark((*path, "points"), described)
        if rule.veto is not None:
            yield from _veto(rule, path, [grade.name for grade in scheme.grades_in(group)])
    for i, category in enumerate(ledger.categories):
        path = (*at, "categories", i, "cap")
        members = [rule for rule in own if rule.category == category.code]
        caps = [rule.cap for rule in members]
        known = [cap for cap in caps if cap is not None]
        if members and len(known) == len(members) and sum(known) <= category.cap:
            yield Remark(path, f"“{category.title}”各项上限之和不超过类别上限，类别上限不起作用")


def _rule(rule: Rule, path: Path_) -> Iterator[Remark]:
    least = rule.points.low if isinstance(rule.points, Range) else rule.points
    most = rule.points.high if isinstance(rule.points, Range) else rule.points
    if rule.cap is not None and rule.cap < most:
        what = "最多的分值" if most != least else "分值"
        yield Remark(
            (*path, "cap"),
            f"“{rule.title}”的上限{_points(rule.cap)}小于一个问题{what}{_points(most)}，请确认",
        )
    if rule.cap is not None and rule.minimum is not None and rule.minimum * most <= rule.cap:
        yield Remark((*path, "cap"), f"“{rule.title}”一次都没有也不到上限，上限不起作用")
    if (
        rule.repeat is not None
        and rule.repeat.factor > SCALE
        and rule.cap is not None
        and rule.cap <= least
    ):
        yield Remark((*path, "repeat"), f"“{rule.title}”一个问题已到上限，加倍不起作用")
    if rule.repeat is not None and most == 0:
        yield Remark((*path, "repeat"), f"“{rule.title}”分值为0，再次发生也不计分，repeat 不起作用")
    if rule.effect == Effect.BONUS and rule.counts == Counts.MINIMUM:
        yield Remark((*path, "effect"), f"“{rule.title}”：“每少一次”反而加分，应是 effect: deduct")
    if rule.effect == Effect.BONUS and rule.counts == Counts.OVERDUE:
        yield Remark((*path, "effect"), f"“{rule.title}”：“逾期未完成”反而加分，请确认")
    if rule.effect == Effect.BONUS and rule.veto is not None:
        yield Remark((*path, "veto"), f"“{rule.title}”是加分项，写了一票否决，请确认")
    if rule.veto is not None and rule.counts == Counts.MINIMUM:
        yield Remark(
            (*path, "veto"), f"“{rule.title}”：“每少一次”没有计入的行，一票否决永远不起作用"
        )


def _veto(rule: Rule, path: Path_, names: Sequence[str]) -> Iterator[Remark]:
    """Of a veto where the group's grades are called ``names``."""
    at: Path_ = (*path, "veto")
    if not names:
        yield Remark(at, f"办法不分等次，“{rule.title}”一票否决的，只是不参加排名")
    elif rule.veto == names[0]:
        yield Remark(at, f"“{rule.veto}”已是最高等次，一票否决不起作用")
    elif rule.veto not in names:
        yield Remark(at, f"没有“{rule.veto}”这一等次，否决后为最低的{names[-1]}")


def _ambiguous(ledger: Ledger, at: Path_) -> Iterator[Remark]:
    counts = Counter(n for r in ledger.rules for n in {r.code, r.title, r.text} if n)
    for i, rule in enumerate(ledger.rules):
        if re.search("[“”‘’\"']", rule.code):
            yield Remark((*at, "rules", i, "code"), f"编号{rule.code}中有引号，应用半角引号括起来")
        for field in ("code", "title", "text"):
            name = getattr(rule, field)
            if name and counts[name] > 1:
                yield Remark(
                    (*at, "rules", i, field), f"“{name}”又是另一项的编号、名称或原文，台账中分不清"
                )


def _self_assessment(component: SelfAssessment, at: Path_, group: str) -> Iterator[Remark]:
    if component.example:
        yield Remark(
            (*at, "example"), "指标表为示例，正式使用前换成当年印发的指标体系，再删去这一行"
        )
    due = [period.due.on(2023) for period in component.periods]
    for i in range(1, len(due)):
        if due[i] < due[i - 1]:
            yield Remark((*at, "periods", i, "due"), "报送期限早于上一期，是否漏写“次年”")
    for leaf in component.items(group):
        path = (*at, "indicators", *leaf.written)
        item = leaf.indicator
        name = f"指标{leaf.code}“{leaf.title}”"
        if item.options and max(item.options.values()) < leaf.full:
            yield Remark((*path, "options"), f"{name}没有一个等级得满分，请确认")
        if item.each is not None and item.each > leaf.full:
            yield Remark((*path, "each"), f"{name}一个问题扣的分比满分还多，请确认")


def _codes_of_groups(component: SelfAssessment, at: Path_) -> Iterator[Remark]:
    """Codes that mean another indicator in another group."""
    seen: dict[str, tuple[str, int]] = {}
    for group in component.trees():
        for leaf in component.items(group) if group is not None else ():
            path = (*at, "indicators", str(group), *leaf.written)
            worth = leaf.points
            first = seen.setdefault(leaf.code, (leaf.title, worth))
            if first != (leaf.title, worth):
                yield Remark(
                    (*path, "code"),
                    f"编号{leaf.code}在另一类别是“{first[0]}”（{_points(first[1])}），宜用不同的编号",
                )


def _grades(scheme: Scheme, group: str) -> Iterator[Remark]:
    grades = scheme.grades_in(group)
    if not grades:
        return
    at: Path_ = ("grades",)
    top, low = _highest(scheme, group), _lowest(scheme, group)
    for i, grade in enumerate(grades):
        lower = grade.lower
        share = grade.quota.share if grade.quota else None
        if share is not None and share < SCALE:
            yield Remark(
                (*at, i, "quota", "share"),
                f"名额为{format_points(share)}%，是不是想写{format_points(share * 100)}"
                f"（{format_points(share * 100)}%写作{format_points(share * 100)}）",
            )
        if lower is not None and top is not None and lower > top:
            yield Remark(
                (*at, i, "from"),
                f"综合成绩最高{_points(top)}，没有单位能评为“{grade.name}”",
            )
        last = i == len(grades) - 1
        if not last and grade.quota is None and lower is not None and lower <= low:
            rest = "、".join(g.name for g in grades[i + 1 :])
            yield Remark(
                (*at, i, "from"),
                f"综合成绩最低{_points(low)}，都在“{grade.name}”以上，没有单位会评为{rest}",
            )
            break
    if len(grades) == 1:
        yield Remark((*at, 0), "只有一个等次，所有单位都是它，请确认")


_FAR = 10**9 * SCALE
"""What rules come to that nothing limits."""


def _highest(scheme: Scheme, group: str) -> int | None:
    """The most that a composite can be, or a little more; None where nothing limits it."""
    found = _at_the_end(scheme, group, best=True)
    fixing = _fixing(scheme, group)
    for c in fixing:
        if isinstance(c.when, CompositeScore) and c.when.comparison in (
            Comparison.ABOVE,
            Comparison.FROM,
        ):
            found = min(found, c.when.bound)
    found = max(found, *(c.score or 0 for c in fixing)) if fixing else found
    return None if found > _FAR // 10**5 else found


def _lowest(scheme: Scheme, group: str) -> int:
    """The least that a composite can be."""
    return min(
        _at_the_end(scheme, group, best=False),
        *(c.score or 0 for c in _fixing(scheme, group)),
        _FAR,
    )


def _fixing(scheme: Scheme, group: str) -> list[Conditional]:
    """The conditions of a group that set the composite."""
    return [c for c in conditions_of(scheme, group) if c.fixes]


def _at_the_end(scheme: Scheme, group: str, *, best: bool) -> int:
    """The composite of a unit for which everything is as good, or as bad, as it can be, whatever the
    written conditions would make of it."""
    scheme = scheme.model_copy(update={"conditions": ()})
    scores = {}
    for key, leaf in scheme.leaves().items():
        own = exact(leaf.full if best else 0)
        if isinstance(leaf, Ledger):
            amounts = {
                rule.code: exact(
                    _at_most(rule, group) if (rule.effect == Effect.BONUS) == best else 0
                )
                for rule in leaf.rules
            }
            own = ledger_points(EXACT, leaf, amounts)
        scores[key] = rounded_part(EXACT, leaf, on_scale(EXACT, own, leaf))
    counts = {rule: exact(0) for rule in watched(scheme)}
    return int(tree_of_scores(EXACT, scheme, group, scores, counts).composite.value or 0)


def _at_most(rule: Rule, group: str) -> int:
    """The most points that a rule can cost or win."""
    fixed = rule.fixed()
    if fixed == 0 or not rule.applies_to(group):
        return 0
    most = _FAR if rule.minimum is None else rule.minimum * (fixed or 0)
    return most if rule.cap is None else min(rule.cap, most)


def _points(value: int) -> str:
    return f"{format_points(value)}分"
