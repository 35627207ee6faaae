"""条件及其后果: what is looked at, and what follows.

A scheme may write a condition as such (``conditions``), or in one of three short forms: ``gate`` of a
part, ``enters`` of a part that adds, ``veto`` of a rule. All become a ``Conditional`` here; the
rules of scoring know no other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pydantic import Field

from scoring.enums import Comparison, Said
from scoring.points import SCALE
from scoring.scheme.components import AnyComponent, Combined, Ledger, walk
from scoring.scheme.parts import Code, Fault, Part, Path_, Points, Rounding, Text, duplicates

LIMITS = "（等次排名）"
"""How the half of a written condition is named that limits the grade or the rank, where the other half sets
or stops something."""


class Condition(Part):
    """条件 of a scheme: on the score of a part, on the composite, or on a rule that occurred."""

    name: Text = Field(description="名称，如 网站不达标；在结果中写明")
    part: Code | None = Field(None, description="看哪个部分的得分（部分代号）")
    composite: bool = Field(False, description="看综合成绩")
    rule: Code | None = Field(
        None, description="看哪个扣分项有没有计入（编号；几个台账有同一编号的，另写 part）"
    )
    times: int = Field(1, ge=1, description="看扣分项的：计入几次以上，条件成立")
    below: Points | None = Field(None, description="低于多少分（不含本数）")
    above: Points | None = Field(None, description="高于多少分（不含本数）")
    least: Points | None = Field(None, alias="from", description="多少分以上（含本数）")
    grade: Text | None = Field(None, description="后果：等次最高为此等次")
    score: Points | None = Field(None, description="后果：综合成绩定为多少分")
    ranked: bool | None = Field(None, description="后果：false 不参加排名")
    without: tuple[Code, ...] = Field((), description="后果：哪些部分不计分（部分代号）")
    stops: bool = Field(
        False, description="后果：其余部分不再计分；与 score 同写的，其余部分不再看，缺项也不影响"
    )
    groups: tuple[Text, ...] = Field((), description="只适用于哪些类别；不写则各类别都适用")
    clause: str = Field("", description="依据条款")

    @property
    def comparison(self) -> tuple[Comparison, int] | None:
        """How the score is compared, and with what."""
        if self.below is not None:
            return Comparison.BELOW, self.below
        if self.above is not None:
            return Comparison.ABOVE, self.above
        return None if self.least is None else (Comparison.FROM, self.least)


class PartScore(NamedTuple):
    """The score of a part, as it enters the sum above it."""

    part: str
    comparison: Comparison
    bound: int


class RestScore(NamedTuple):
    """The sum of the parts of a whole that do not add, rounded as the whole is published."""

    whole: str
    comparison: Comparison
    bound: int


class CompositeScore(NamedTuple):
    """The composite, rounded as it is published."""

    comparison: Comparison
    bound: int


class Occurred(NamedTuple):
    """A rule of a ledger counted so often, or more often."""

    component: str
    rule: str
    times: int = 1


When = PartScore | RestScore | CompositeScore | Occurred


class Conditional(NamedTuple):
    """A condition with its outcome. ``whole`` is the combined component in which it acts, empty for
    the composite; ``name`` is its own in the scheme. ``stops``: nothing else of that whole counts;
    ``without``: parts that do not count; ``score``: what the composite is, ``grade``: the best grade
    that is left; ``ranked``: whether the unit takes part in the ranking, None as the scheme says for
    vetoed units. ``said`` is the form in which the scheme wrote it."""

    name: str
    when: When
    whole: str = ""
    stops: bool = False
    without: tuple[str, ...] = ()
    score: int | None = None
    grade: str | None = None
    ranked: bool | None = None
    groups: tuple[str, ...] = ()
    clause: str = ""
    said: Said = Said.CONDITION

    @property
    def closes(self) -> bool:
        """Whether it is a gate: only the part that it looks at counts in its whole."""
        return self.stops and self.score is None

    @property
    def fixes(self) -> bool:
        """Whether it sets the composite."""
        return self.score is not None

    @property
    def limits(self) -> bool:
        """Whether it says something of the grade or the rank."""
        return self.grade is not None or self.ranked is not None


def conditionals(
    components: Mapping[str, AnyComponent], written: Sequence[Condition], precedence: Sequence[str]
) -> tuple[Conditional, ...]:
    """Every condition of a scheme, those that stop or set something in the order in which they are
    looked at: the scheme's ``precedence``, the gates of combined components by theirs."""
    wholes = {"": list(precedence)}
    inside: dict[str, str] = {}
    ledgers: dict[str, str] = {}
    found: list[Conditional] = []
    for path, component in walk(components):
        key, whole = str(path[-1]), str(path[-3]) if len(path) > 2 else ""
        inside[key] = whole
        if isinstance(component, Combined):
            wholes[key] = list(component.precedence)
        if isinstance(component, Ledger):
            ledgers |= {rule.code: key for rule in component.rules if rule.code not in ledgers}
        found += _of_component(key, whole, component)
    for one in written:
        found += _of_condition(one, inside, ledgers)
    ranks = {(whole, name): i for whole, order in wholes.items() for i, name in enumerate(order)}
    return tuple(sorted(found, key=lambda c: ranks.get((c.whole, c.name), len(ranks))))


def _of_component(key: str, whole: str, component: AnyComponent) -> Iterator[Conditional]:
    """The short forms in a component."""
    if component.gate is not None:
        looks = PartScore(key, Comparison.BELOW, component.gate)
        yield Conditional(key, looks, whole, stops=True, clause=component.clause, said=Said.GATE)
    enters = component.enters
    if enters is not None:
        # A part enters from a bound on: below it, the part does not count.
        rest = (
            RestScore(whole, Comparison.UP_TO, enters.above)
            if enters.above is not None
            else RestScore(whole, Comparison.BELOW, enters.least or 0)
        )
        yield Conditional(
            f"enters {key}", rest, whole, without=(key,), clause=component.clause, said=Said.ENTERS
        )
    for rule in component.rules if isinstance(component, Ledger) else ():
        if rule.veto is not None:
            yield Conditional(
                f"veto {key} {rule.code}", Occurred(key, rule.code), grade=rule.veto,
                groups=rule.groups, clause=rule.clause, said=Said.VETO,
            )  # fmt: skip


def _of_condition(
    one: Condition, inside: Mapping[str, str], ledgers: Mapping[str, str]
) -> Iterator[Conditional]:
    """A condition as it is written. One that sets or stops something and limits the grade as well is
    two: of several that set the composite only one takes effect, a limit always does."""
    when: When
    if (one.part is not None and one.part not in inside) or (
        one.rule is not None and one.part is None and one.rule not in ledgers
    ):
        return  # a group without the part or the rule has nothing to look at
    compared = one.comparison or (Comparison.BELOW, 0)
    if one.rule is not None:
        when = Occurred(one.part or ledgers.get(one.rule, ""), one.rule, one.times)
    elif one.composite:
        when = CompositeScore(*compared)
    else:
        when = PartScore(one.part or "", *compared)
    decides = one.stops or one.score is not None
    limits = one.grade is not None or one.ranked is not None
    if decides:
        whole = inside.get(one.part or "", "") if one.score is None else ""
        yield Conditional(
            one.name, when, whole, one.stops, one.without, one.score,
            groups=one.groups, clause=one.clause,
        )  # fmt: skip
    if limits or not decides:
        yield Conditional(
            f"{one.name}{LIMITS}" if decides else one.name, when,
            without=() if decides else one.without, grade=one.grade, ranked=one.ranked,
            groups=one.groups, clause=one.clause,
        )  # fmt: skip


def condition_faults(
    components: Mapping[str, AnyComponent],
    written: Sequence[Condition],
    *,
    groups: tuple[str, ...],
    grades: Sequence[str],
    rounding: Rounding,
) -> Iterator[Fault]:
    """What contradicts itself in the conditions of a scheme, each seen by itself."""
    yield from duplicates(
        ((("conditions", i, "name"), one.name) for i, one in enumerate(written)), "条件名称"
    )
    every = {str(path[-1]): component for path, component in walk(components)}
    places = {str(path[-1]): path for path, _ in walk(components)}
    for i, one in enumerate(written):
        if one.name in every:
            yield Fault(
                ("conditions", i, "name"), "与部分代号不同的名称", found=one.name,
                clash="条件的名称和一个部分的代号相同，precedence 中分不清",
                fix="换一个名称，如 name: 网站不达标",
            )  # fmt: skip
        for fault in _condition_faults(one, every, places, groups, grades, rounding):
            yield fault.under("conditions", i)


def _condition_faults(
    one: Condition, every: Mapping[str, AnyComponent], places: Mapping[str, Path_],
    groups: tuple[str, ...], grades: Sequence[str], rounding: Rounding,
) -> Iterator[Fault]:  # fmt: skip
    subjects = [one.composite, one.rule is not None or one.part is not None]
    if sum(subjects) != 1:
        yield Fault(
            (), "看什么：part（部分代号）、composite: true（综合成绩）、rule（扣分项编号）中的一项",
            clash="没有写看什么" if not any(subjects) else "composite 和 part、rule 只写一种",
            fix="看一个部分的得分，写 part: 部分代号；看综合成绩，写 composite: true；看扣分项，写 rule: 编号",
        )  # fmt: skip
        return
    yield from _bound_faults(one)
    if one.part is not None and one.part not in every:
        yield Fault(
            ("part",), _codes(every), found=one.part,
            clash="components 中没有这个部分", fix="改为已有的部分代号（段名，不是名称）",
        )  # fmt: skip
    if one.rule is not None:
        yield from _rule_faults(one, every)
    yield from _outcome_faults(one, grades)
    yield from _score_faults(one, rounding)
    yield from _without_faults(one, every, places)
    for j, group in enumerate(one.groups):
        if group not in groups:
            yield Fault(
                ("groups", j), f"groups 中的类别（{'、'.join(groups)}）", found=group,
                clash="办法的 groups 中没有这个类别", fix="改为有的类别，或删去",
            )  # fmt: skip


def _codes(every: Mapping[str, AnyComponent]) -> str:
    return f"部分代号之一（{'、'.join(every)}）"


def _bound_faults(one: Condition) -> Iterator[Fault]:
    """The bound of a score, or how often a rule must occur: one of them, as the condition looks at either."""
    bounds = [n for n, v in (("below", one.below), ("above", one.above), ("from", one.least))
              if v is not None]  # fmt: skip
    if one.rule is None and len(bounds) != 1:
        yield Fault(
            (), "below（低于）、above（高于）、from（以上）中的一项，如 below: 60",
            clash=f"写了{len(bounds)}种：{'、'.join(bounds)}" if bounds else "没有写到多少分成立",
            fix="不含本数的写 below: 60 或 above: 60，含本数的写 from: 60，只写一种",
        )  # fmt: skip
    if one.rule is not None and bounds:
        yield Fault(
            (bounds[0],), "不写的一项（看扣分项的写 times: 次数）",
            clash=f"看扣分项（rule）的条件，没有得分可比，却写了 {bounds[0]}",
            fix=f"删去 {bounds[0]}；要计入几次以上才成立的，写 times: 3；看得分的，删去 rule，写 part",
        )  # fmt: skip
    if one.rule is None and one.times != 1:
        yield Fault(
            ("times",), "只用于看扣分项（rule）的条件", clash="看得分的条件，写了 times（次数）",
            fix="删去 times；看扣分项的，写 rule: 编号",
        )  # fmt: skip


def _outcome_faults(one: Condition, grades: Sequence[str]) -> Iterator[Fault]:
    """What follows of grade and rank."""
    if not (one.grade or one.score is not None or one.ranked is False or one.without or one.stops):
        yield Fault((), "后果：grade（等次最高为）、score（综合成绩定为）、ranked: false（不参加排名）、"
                        "without（哪些部分不计分）、stops: true（其余部分不再计分）中的至少一项",
                    clash="没有写条件成立以后怎样", fix="补写后果，如 grade: 不合格")  # fmt: skip
    if one.ranked is True and one.grade is None:
        yield Fault(
            ("ranked",), "false，或不写（ranked: true 只与 grade 同写）",
            clash="没有限定等次，本来就参加排名", fix="不参加排名的，写 ranked: false；参加的，删去",
        )  # fmt: skip
    if one.grade is not None and one.grade not in grades:
        known = f"等次之一（{'、'.join(grades)}）" if grades else "不写的一项（本办法不分等次）"
        yield Fault(
            ("grade",), known, found=one.grade,
            clash="grade 写的不是 grades 中的等次" if grades else "办法没有写 grades（等次）",
            fix="改为 grades 中的一个等次名称" if grades
            else "删去 grade；不参加排名的，写 ranked: false；或在最外层补写 grades",
        )  # fmt: skip


def _score_faults(one: Condition, rounding: Rounding) -> Iterator[Fault]:
    """A composite that is set, and what may stand beside it."""
    if one.score is not None and one.score % (SCALE // 10**rounding.decimals):
        yield Fault(
            ("score",), f"最多{rounding.decimals}位小数的数",
            clash=f"综合成绩只保留{rounding.decimals}位小数（rounding）",
            fix="减少 score 的小数位数，或在 rounding 中多保留几位",
        )  # fmt: skip
    if one.stops and one.score is None and (one.part is None or one.rule is not None):
        yield Fault(
            ("stops",), "与 score 同写，或只用于看一个部分得分（part）的条件",
            clash="其余部分不再计分，综合成绩只剩哪一部分没有写",
            fix="同时写 score（综合成绩定为多少分），如 score: 59；或删去 stops",
        )  # fmt: skip
    if (
        one.composite
        and one.score is not None
        and (one.grade is not None or one.ranked is not None)
    ):
        at = "grade" if one.grade is not None else "ranked"
        yield Fault(
            (at,),
            "另写一个条件（定分的条件看定分以前的综合成绩，限定等次和排名的看公布的综合成绩）",
            clash="看综合成绩的条件，又定分，又限定等次或排名",
            fix=f"把 {at} 移到另一个条件中，那个条件也写 composite: true 和界限",
        )
    if one.without and one.composite:
        yield Fault(
            ("without",),
            "不写的一项（按其余部分的成绩决定一个部分是否计入的，在那个部分写 enters）",
            clash="看综合成绩时，各部分已经计入",
            fix="删去 without，在要看情况计入的部分写 enters，如 enters: {above: 80}",
        )


def _without_faults(
    one: Condition, every: Mapping[str, AnyComponent], places: Mapping[str, Path_]
) -> Iterator[Fault]:
    """The parts that do not count then."""
    looked = every.get(one.part or "") if one.rule is None else None
    for j, key in enumerate(one.without):
        if key not in every:
            yield Fault(
                ("without", j), _codes(every), found=key,
                clash="components 中没有这个部分", fix="改为已有的部分代号，或删去",
            )  # fmt: skip
        elif isinstance(looked, Combined) and not _known_before(one, key, places):
            title = looked.title
            yield Fault(
                ("without", j), f"“{title}”的同级或上级的部分（一个合成的部分算出以后，才能看它）",
                found=key, clash=f"“{title}”由它合成，不能反过来决定它计不计",
                fix=f"改为与“{title}”同级的部分，或把 part 改为更里层的部分",
            )  # fmt: skip


def _known_before(one: Condition, key: str, places: Mapping[str, Path_]) -> bool:
    """Whether the combined part that a condition looks at is computed before the whole of which ``key``
    is a part: whether that whole holds it too."""
    whole = places[key][:-1]
    return places[one.part or ""][: len(whole)] == whole


def _rule_faults(one: Condition, every: Mapping[str, AnyComponent]) -> Iterator[Fault]:
    with_rule = [
        key for key, component in every.items()
        if isinstance(component, Ledger) and any(rule.code == one.rule for rule in component.rules)
    ]  # fmt: skip
    if not with_rule or (one.part is not None and one.part in every and one.part not in with_rule):
        codes = dict.fromkeys(
            rule.code for key, component in every.items() if isinstance(component, Ledger)
            and one.part in (None, key) for rule in component.rules
        )  # fmt: skip
        yield Fault(
            ("rule",), f"扣分项编号之一（{'、'.join(codes)}）", found=one.rule,
            clash="台账中没有这个编号的扣分项", fix="改为已有的编号",
        )  # fmt: skip
    elif one.part is None and len(with_rule) > 1:
        yield Fault(
            (), f"part（哪个台账的扣分项：{'、'.join(with_rule)}）",
            clash=f"{len(with_rule)}个台账都有编号{one.rule}", fix=f"补写 part: {with_rule[0]}",
        )  # fmt: skip


def order_faults(
    views: Sequence[Sequence[Conditional]], whole: str, order: Sequence[str], path: Path_
) -> Iterator[Fault]:
    """Where several conditions of one whole stop or set it, which is looked at first is part of the
    scheme: of two that both hold, the first decides. ``views``: the conditions as each group sees
    them; ``order`` is what the scheme says, ``path`` where the whole stands."""
    deciding = [[c for c in found if (c.closes and c.whole == whole) or (c.fixes and not whole)]
                for found in views]  # fmt: skip
    names = list(dict.fromkeys(c.name for found in deciding for c in found))
    open_ = any(
        len(found) > 1
        and (any(c.closes for c in found) or len({(c.score, c.stops) for c in found}) > 1)
        and not {c.name for c in found} <= set(order)
        for found in deciding
    )
    if order and len(names) < 2:
        yield Fault(
            (*path, "precedence"), "不写的一项（门槛、定分的条件不到两个，没有先后）",
            clash="只有一个门槛或定分的条件，或一个也没有，却写了先后", fix="删去 precedence",
        )  # fmt: skip
    elif open_ or set(order) - set(names) or len(set(order)) < len(order):
        yield Fault(
            (*path, "precedence") if order else path,
            f"门槛和定分的条件的先后，如 precedence: [{', '.join(names)}]"
            "（同时成立时，只按排在前面的那一个处理）",
            clash="precedence 与办法中的门槛、定分的条件不一致" if order
            else f"有{len(names)}个门槛或定分的条件，同时成立时按哪一个处理没有写",
            fix=f"写 precedence: [{', '.join(names)}]，先看的写在前面，每个写一次",
        )  # fmt: skip
