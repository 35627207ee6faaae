"""考核办法 (scheme) as data: components, conditions between them, grades, each with its clause.

The order of this file is the order in which an 办法 thinks. Code knows no number of any scheme:
all of them come from here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, cast

from pydantic import ConfigDict, Field, model_validator

from scoring.points import SCALE, format_points
from scoring.scheme.forms import (
    Area,
    Indicator,
    Late,
    Leaf,
    Period,
    leaves,
    points_below,
    tree_faults,
)
from scoring.scheme.ledger import Category, Deadline, Range, Repeat, Rule, ledger_faults
from scoring.scheme.parts import (
    Code,
    Due,
    Fault,
    Missing,
    Part,
    Path_,
    Points,
    Positive,
    Rounding,
    Text,
    Weight,
    duplicates,
    group_faults,
    in_group,
)
from scoring.yaml_source import InconsistentError

__all__ = [
    "Area", "Category", "Code", "Combined", "Component", "Deadline", "Due", "Grade", "Indicator",
    "Late", "Leaf", "Ledger", "Milestone", "Missing", "Period", "Points", "Range", "Repeat",
    "Rounding", "Rule", "Scheme", "Score", "SelfAssessment", "Text", "Weight", "in_group",
]  # fmt: skip

ByGroup = dict[Text, Weight]
HUNDRED = 100 * SCALE


class Enters(Part):
    """What must be reached by the rest of the composite for a part to enter it (高于80分方可加分)."""

    above: Points | None = Field(None, description="高于多少分（不含本数）")
    least: Points | None = Field(None, alias="from", description="多少分以上（含本数）")


GATES: Any = Field(
    (), description="几个部分都有门槛（gate）时先看哪一个：部分代号，从先到后；只有一个门槛的不写"
)


class Component(Part):
    """考核成绩的一个组成部分: weighed (``weight``), or added as points (``adds``)."""

    title: Text = Field(description="名称，如 平时考核")
    weight: Weight | ByGroup | None = Field(
        None, description="权重，百分之几，各部分合计100；可按类别分别写"
    )
    adds: bool = Field(False, description="不占权重，得分直接加到综合成绩上（加分、倒扣分）")
    enters: Enters | None = Field(None, description="其余部分达到多少分，本部分才计入")
    gate: Points | None = Field(None, description="本部分低于多少分，其余部分不再计分")
    clause: Text = Field(description="依据条款")
    missing: Missing | None = Field(None, description="缺项时的处理；不写则按全办法的规定")
    rounding: Rounding | None = Field(None, description="本部分成绩先舍入；不写则不舍入")

    def weight_in(self, group: str) -> int:
        """The weight in ``group``, in ten-thousandths of a percent; 0 for a part that has none."""
        return in_group(self.weight or 0, group)

    @property
    def out_of(self) -> int:
        """The full points on the part's own scale, in ten-thousandths."""
        return HUNDRED


class Tabled(Component):
    """A component that is read from a table of the assessment folder."""

    table: Text = Field(description="考核文件夹中的表名或文件夹名")
    full: Positive = Field(description="满分；有权重的部分折算为百分制，其余按原分值")

    @property
    def out_of(self) -> int:
        return self.full

    @property
    def scale(self) -> int:
        """What its points are out of before they are converted to the scale of 100. What is not
        weighed is added as it is: its scale is 100 whatever ``full`` says."""
        return HUNDRED if self.weight is None else self.full


class Ledger(Tabled):
    """平时考核: a unit starts with ``start`` points and loses or wins some for what counts. All its
    points are out of ``full`` (日常监测30分); the score is converted to the scale of 100 exactly."""

    kind: Literal["ledger"]
    full: Positive = Field(HUNDRED, description="满分，折算为百分制；不写则为100分，不折算")
    start: Points = Field(description="预置分")
    floor: Points | None = Field(None, description="最低分；不写则可为负数")
    ceiling: Points | None = Field(None, description="最高分；不写则不封顶")
    categories: tuple[Category, ...] = Field((), description="有上限的扣分项类别")
    rules: tuple[Rule, ...] = Field(min_length=1, description="扣分项和加分项")

    def faults(self, groups: tuple[str, ...]) -> Iterator[Fault]:
        yield from ledger_faults(self.rules, self.categories)
        for i, rule in enumerate(self.rules):
            at = [(("rules", i, "groups", j), group) for j, group in enumerate(rule.groups)]
            yield from duplicates(at, "类别")
            for where, group in at:
                if group not in groups:
                    yield Fault(
                        where,
                        f"groups 中的类别（{'、'.join(groups)}）",
                        found=group,
                        clash="办法的 groups 中没有这个类别",
                        mend="改为 groups 中的类别，或删去",
                    )
        if self.full <= 0:
            yield Fault(("full",), "大于0的数", mend="写满分，如 full: 100")
        elif self.adds and self.full != HUNDRED:
            yield Fault(
                ("full",),
                "",
                clash="adds: true 的部分直接加减分，不折算，不写满分",
                mend="删去 full；最多加几分，写 ceiling",
            )
        if self.floor is not None and self.floor > self.start:
            yield Fault(
                ("floor",),
                f"不大于预置分{format_points(self.start)}的数",
                clash=f"最低分高于预置分{format_points(self.start)}",
                mend="改小 floor，或改大 start；没有最低分的，删去 floor",
            )
        if self.ceiling is not None and self.ceiling < self.start:
            yield Fault(
                ("ceiling",),
                f"不小于预置分{format_points(self.start)}的数",
                clash=f"最高分低于预置分{format_points(self.start)}",
                mend="改大 ceiling，或改小 start；不封顶的，删去 ceiling",
            )


class SelfAssessment(Tabled):
    """自我考核: the mean of the verified scores of the year's periods."""

    kind: Literal["self_assessment"]
    periods: tuple[Period, ...] = Field(min_length=1)
    full: Positive = Field(description="一期的满分，折算为百分制；adds: true 的不折算")
    late: Late | None = Field(None, description="迟报扣分")
    step: Positive | None = Field(None, description="打分的最小单位，如 0.5；不写则不限")
    evidence: str = Field("", description="需要哪些证明材料；指标另有规定的从其规定")
    not_applicable: Literal["rescale", "full"] = Field(
        "rescale", description="不适用指标：rescale 其余折算为满分；full 按满分计"
    )
    example: bool = Field(False, description="指标表为示例，应换成当年印发的指标体系")
    indicators: tuple[Area, ...] | dict[Text, tuple[Area, ...]] = Field(
        description="指标体系；可按类别分别写"
    )

    def areas(self, group: str) -> tuple[Area, ...]:
        return in_group(self.indicators, group)

    def items(self, group: str | None = None) -> list[Leaf]:
        """The indicators of a group's tree, or of every tree, each code once."""
        if not isinstance(self.indicators, Mapping):
            return leaves(self.indicators, self.full)
        if group is not None:
            return leaves(self.indicators[group], self.full)
        every = [leaf for tree in self.indicators.values() for leaf in leaves(tree, self.full)]
        return list({leaf.code: leaf for leaf in reversed(every)}.values())[::-1]

    def trees(self) -> dict[str | None, tuple[Area, ...]]:
        """The trees by group; one under None where all groups share it."""
        if isinstance(self.indicators, Mapping):
            return cast("dict[str | None, tuple[Area, ...]]", dict(self.indicators))
        return {None: self.indicators}

    def period_weights(self) -> list[int]:
        """The periods' weights; 1 each where they are equal."""
        return [p.weight if p.weight is not None else 1 for p in self.periods]

    def faults(self, groups: tuple[str, ...]) -> Iterator[Fault]:
        yield from duplicates(
            ((("periods", i, "name"), p.name) for i, p in enumerate(self.periods)),
            "期次名称",
        )
        if self.step is not None and self.step <= 0:
            yield Fault(
                ("step",), "大于0的数", mend="写打分的最小单位，如 step: 0.5；不限的，删去这一行"
            )
        for fault in self.late.faults() if self.late is not None else ():
            yield fault.under("late")
        yield from self._period_faults()
        yield from group_faults(self.indicators, groups, ("indicators",))
        for group, tree in self.trees().items():
            path: Path_ = ("indicators",) if group is None else ("indicators", group)
            for fault in tree_faults(tree, self.full):
                yield fault.under(*path)
            if all(area.points is not None for area in tree):
                total = sum(area.points or 0 for area in tree)
                below = sum(points_below(area) for area in tree)
                # An area that does not fit what is under it is told of there, once.
                if total != self.full != below:
                    yield Fault(
                        ("full",),
                        f"{format_points(total)}（各一级指标分值之和）",
                        clash=f"满分{format_points(self.full)}，各一级指标共{format_points(total)}分",
                        mend="改 full，或改各一级指标的 points，使两者相等",
                    )
            elif all(area.weight is not None for area in tree):
                total = sum(area.weight or 0 for area in tree)
                if total != HUNDRED:
                    yield Fault(
                        path,
                        f"一级指标权重合计100，现合计{format_points(total)}",
                        clash=f"一级指标的权重：{'、'.join(format_points(area.weight or 0) for area in tree)}",
                        mend="改各一级指标的 weight，使合计为100",
                    )

    def _period_faults(self) -> Iterator[Fault]:
        given = [p.weight for p in self.periods if p.weight is not None]
        wrong = [i for i, p in enumerate(self.periods) if p.weight is not None and p.weight <= 0]
        for i in wrong:
            yield Fault(
                ("periods", i, "weight"),
                "大于0的数",
                mend="写本期占百分之几，如 weight: 50；各期相同的，都不写 weight",
            )
        if given and len(given) < len(self.periods):
            i = next(i for i, p in enumerate(self.periods) if p.weight is None)
            yield Fault(
                ("periods", i),
                "每一期都写 weight，或都不写",
                clash="有的期写了 weight，这一期没有写",
                mend="补写 weight，使各期合计100；各期相同的，把各期的 weight 都删去",
            )
        elif given and not wrong and sum(given) != HUNDRED:
            yield Fault(
                ("periods",),
                f"各期权重合计100，现合计{format_points(sum(given))}",
                clash=f"各期权重：{'、'.join(map(format_points, given))}",
                mend="改各期的 weight，使合计为100；各期相同的，都不写 weight",
            )


class Score(Tabled):
    """A score that is handed in whole, one per unit or one per assessor, as 第三方评估."""

    kind: Literal["score"]
    full: Positive = Field(description="满分，折算为百分制；adds: true 的不折算，直接相加")
    assessors: Literal["one", "mean", "trimmed"] = Field(
        "one",
        description="one 一个单位一个得分；mean 多名评委取平均；trimmed 去掉一个最高分和一个最低分再平均",
    )

    def faults(self, groups: tuple[str, ...]) -> Iterator[Fault]:
        if self.full <= 0:
            yield Fault(("full",), "大于0的数", mend="写满分，如 full: 100")


class Combined(Component):
    """A component made of components (网上考核80%、现场考核20%)."""

    kind: Literal["combined"]
    full: Positive | None = Field(
        None, description="满分；只用于按分值相加的一级，各部分按原分值相加的不写"
    )
    parts: dict[str, AnyComponent] = Field(
        min_length=2, description="组成部分：都写权重，合计100；或都不写权重，按原分值相加"
    )

    gates: tuple[Code, ...] = GATES

    @property
    def parts_out_of(self) -> int:
        """What the sum of its parts is out of: 100, or their full points where those are added up."""
        return full_points(self.parts) if by_points(self.parts) else HUNDRED

    @property
    def out_of(self) -> int:
        return self.full if self.full is not None else self.parts_out_of

    def faults(self, groups: tuple[str, ...]) -> Iterator[Fault]:
        yield from component_faults(self.parts, groups, ("parts",), points=by_points(self.parts))
        yield from gate_faults(self.parts, self.gates, ())
        if self.full is None:
            return
        if self.full <= 0:
            yield Fault(("full",), "大于0的数", mend="写满分，如 full: 100")
        elif self.weight is not None or self.adds:
            yield Fault(
                ("full",),
                "",
                clash="有权重的和直接加减分的合成部分不写满分",
                mend="删去 full 这一行",
            )
        elif by_points(self.parts) and self.full != self.parts_out_of:
            yield Fault(
                ("full",),
                f"{format_points(self.parts_out_of)}（各部分满分之和）",
                clash=f"满分{format_points(self.full)}，各部分的满分共{format_points(self.parts_out_of)}",
                mend="改 full，或改各部分的 full，使两者相等",
            )


AnyComponent = Annotated[Ledger | SelfAssessment | Score | Combined, Field(discriminator="kind")]
Combined.model_rebuild()


def walk(
    components: Mapping[str, AnyComponent], path: Path_ = (), *, parts_first: bool = False
) -> Iterator[tuple[Path_, AnyComponent]]:
    """Every component of a tree with its path, a combined one before its parts, or after them: the one
    walk of the tree."""
    for key, component in components.items():
        at = (*path, key)
        if not parts_first:
            yield at, component
        if isinstance(component, Combined):
            yield from walk(component.parts, (*at, "parts"), parts_first=parts_first)
        if parts_first:
            yield at, component


def leaf_keys(key: str, component: AnyComponent) -> list[str]:
    """The keys of the components that are read from tables, of which a component is made."""
    return [str(path[-1]) for path, c in walk({key: component}) if not isinstance(c, Combined)]


def by_points(components: Mapping[str, Component]) -> bool:
    """Whether the points of the parts are added up as they are: no part has a weight, and some do not
    add to what the others come to."""
    weighed = any(part.weight is not None for part in components.values())
    return not weighed and any(not part.adds for part in components.values())


def full_points(components: Mapping[str, Component]) -> int:
    """The full points of the parts together, those left out that add to it."""
    return sum(part.out_of for part in components.values() if not part.adds)


def gate_faults(
    components: Mapping[str, Component], order: Sequence[str], path: Path_
) -> Iterator[Fault]:
    """Where several parts have gates, which of them is looked at first is part of the scheme: of two that
    both close, the first decides."""
    gated = [key for key, part in components.items() if part.gate is not None]
    if len(gated) < 2 and not order:
        return
    if len(gated) < 2:
        yield Fault(
            (*path, "gates"),
            "",
            clash="只有一个部分有门槛（gate），不用写先后",
            mend="删去 gates 这一行",
        )
    elif sorted(order) != sorted(gated):
        said = (*path, "gates") if order else path
        example = f"gates: [{', '.join(gated)}]"
        yield Fault(
            said,
            f"有门槛的各部分的先后，如 {example}（都低于门槛时，只按排在前面的那一个处理）",
            clash="几个部分都有门槛，先看哪一个没有说全",
            mend=f"写 {example}，排在前面的先看",
        )


def _unweighed(component: Component) -> bool:
    """Whether a part lacks the weight that it should have, or has one of nothing."""
    weights = component.weight
    values = weights.values() if isinstance(weights, Mapping) else [weights]
    return not component.adds and any(value is None or value <= 0 for value in values)


def component_faults(
    components: Mapping[str, Ledger | SelfAssessment | Score | Combined],
    groups: tuple[str, ...],
    path: Path_,
    *,
    points: bool,
) -> Iterator[Fault]:
    """Of a scheme's components, or of the parts of a combined one; ``points``: their points are
    added up, they have no weights."""
    for key, component in components.items():
        for fault in component.faults(groups):
            yield fault.under(*path, key)
        if points and component.weight is not None:
            yield Fault(
                (*path, key, "weight"),
                "",
                clash="办法写了 full（各部分按原分值相加），这一部分又写了 weight",
                mend="删去 weight，本部分的分值写在它的 full；或删去办法最外层的 full，各部分都写权重",
            )
        elif component.adds and component.weight is not None:
            yield Fault(
                (*path, key),
                "weight（权重）和 adds: true（直接加减分）中的一项",
                clash="又写了 weight，又写了 adds: true",
                mend="占权重的，删去 adds；直接加减分的，删去 weight",
            )
        elif not points and not component.adds and component.weight is None:
            yield Fault(
                (*path, key),
                "weight（权重）和 adds: true（直接加减分）中的一项；"
                "各部分按原分值相加的，都不写 weight，在办法最外层写 full（满分）",
                clash="没有写 weight，也没有写 adds: true",
                mend="占权重的，补写 weight: 30；直接加减分的，补写 adds: true",
            )
        yield from group_faults(component.weight, groups, (*path, key, "weight"))
        weights = component.weight
        for value in weights.values() if isinstance(weights, Mapping) else [weights]:
            if value is not None and value <= 0:
                yield Fault(
                    (*path, key, "weight"),
                    "大于0的数",
                    mend="写本部分占百分之几，如 weight: 30；不占权重、直接加减分的，删去 weight，写 adds: true；不考核的，删去这一部分",
                )
        if component.enters is not None and not component.adds:
            yield Fault(
                (*path, key, "enters"),
                "",
                clash="enters（达到多少分才计入）只用于 adds: true 的部分",
                mend="直接加减分的，删去 weight，写 adds: true；否则删去 enters",
            )
        if component.enters is not None and (component.enters.above is None) == (
            component.enters.least is None
        ):
            yield Fault(
                (*path, key, "enters"),
                "above（高于）和 from（以上）中的一项",
                clash="above 和 from 要写一种，只写一种",
                mend="不含本数的写 above: 80，含本数的写 from: 80",
            )
    if any(_unweighed(c) for c in components.values()):
        return  # to be mended first: what the weights add up to follows from it
    for group in () if points else groups:
        known = [c.weight for c in components.values() if c.weight is not None]
        if any(isinstance(w, Mapping) and group not in w for w in known):
            continue
        total = sum(in_group(w, group) for w in known)
        if total != HUNDRED:
            by_group = any(isinstance(w, Mapping) for w in known)
            where = f"{group}各部分" if by_group else "各部分"
            yield Fault(
                path,
                f"{where}权重合计100，现合计{format_points(total)}",
                clash="、".join(
                    f"{c.title}{format_points(in_group(c.weight, group))}"
                    for c in components.values()
                    if c.weight is not None
                ),
                mend="改各部分的 weight，使合计为100",
            )
            if not by_group:
                break


class Quota(Part):
    """A grade for the best of the ranked list: a share of the group (优秀不超过20%), or a number of
    units (前3名)."""

    share: Weight | None = Field(None, description="不超过本类别单位数的百分之几，取整数")
    count: int | None = Field(None, ge=1, description="前几名；与 share 只写一种")
    ties: Literal["include", "exclude"] = Field(
        "exclude", description="末位同分超出名额时：include 都列入；exclude 都不列入"
    )

    def places(self, size: int) -> int:
        """How many of a group of ``size`` units may have the grade."""
        return self.count if self.count is not None else size * (self.share or 0) // HUNDRED

    def faults(self) -> Iterator[Fault]:
        if (self.share is None) == (self.count is None):
            yield Fault(
                (),
                "share（百分之几）和 count（几名）中的一项",
                clash="share 和 count 要写一种，只写一种",
                mend="按比例的写 share: 20，按名次的写 count: 3",
            )
        if self.share is not None and not 0 < self.share <= HUNDRED:
            yield Fault(
                ("share",),
                "大于0、不大于100的数",
                mend="写占本类别单位数的百分之几，如 share: 20（20%）",
            )


class Grade(Part):
    """等次: ``from`` is its lower bound, inclusive (以上含本数); a quota may limit it as well."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    name: Text
    lower: Points | None = Field(None, alias="from", description="下限，含本数；不写则没有下限")
    quota: Quota | None = Field(None, description="名额；与下限都写的，两者都要符合")
    clause: str = ""


class Milestone(Part):
    """时间安排: what is done by when."""

    what: Text
    when: Text
    clause: str = ""


class Scheme(Part):
    """考核办法."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", description="办法的英文代号")]
    title: Text = Field(description="办法名称")
    subject: Text = Field(description="考核的是什么，如 政府信息公开工作")
    source: Text = Field(description="办法的出处")
    groups: tuple[Text, ...] = Field(min_length=1, description="考核对象的类别，分别排名")
    group_names: dict[Text, tuple[Text, ...]] = Field(
        default_factory=dict, description="类别在考核对象表中的其他写法，如 县区: [县（市、区）]"
    )
    clause: Text = Field(description="综合考核的依据条款")
    components: dict[str, AnyComponent] = Field(min_length=1, description="考核成绩的组成")
    full: Positive | None = Field(
        None, description="满分；写了的，各部分按原分值相加，不写权重；不写的，按权重合成，满分100"
    )
    grades: tuple[Grade, ...] | dict[Text, tuple[Grade, ...]] = Field(
        description="等次，从高到低；可按类别分别写"
    )
    gates: tuple[Code, ...] = GATES
    rounding: Rounding = Rounding()
    vetoed: Literal["unranked", "ranked"] = Field(
        "unranked",
        description="被一票否决（只能定为最低等次）的对象：unranked 列出等次和原因，不排名；ranked 照常排名",
    )
    missing: Missing = Field(
        "refuse", description="缺项时：refuse 不出正式结果；zero 计零分；reweight 其余按权重折算"
    )
    timetable: tuple[Milestone, ...] = ()
    copies: tuple[Text, ...] = Field((), description="通报抄送单位")

    @model_validator(mode="after")
    def _makes_sense(self) -> Scheme:
        faults = list(self.faults())
        if faults:
            raise InconsistentError(faults)
        return self

    def grades_in(self, group: str) -> tuple[Grade, ...]:
        return in_group(self.grades, group)

    def groups_by_name(self) -> dict[str, str]:
        """Every name that a group goes by in the unit list, to the group."""
        own = {group: group for group in self.groups}
        return own | {n: group for group, names in self.group_names.items() for n in names}

    def grade_names(self) -> list[str]:
        """Every grade's name, best first, each once."""
        trees = self.grades.values() if isinstance(self.grades, Mapping) else [self.grades]
        return list(dict.fromkeys(grade.name for grades in trees for grade in grades))

    def every(self, *, parts_first: bool = False) -> list[tuple[str, AnyComponent]]:
        """Every component by its key, a combined one before its parts, or after them."""
        found = walk(self.components, parts_first=parts_first)
        return [(str(path[-1]), component) for path, component in found]

    def places(self) -> list[tuple[Path_, AnyComponent]]:
        """Every component with its place in the scheme, a combined one before its parts."""
        return list(walk(self.components, ("components",)))

    def seen_from(self, group: str) -> Scheme:
        """The scheme as it stands for one group: without the rules that do not hold for it."""

        def own(components: Mapping[str, AnyComponent]) -> dict[str, AnyComponent]:
            out: dict[str, AnyComponent] = {}
            for key, component in components.items():
                out[key] = component
                if isinstance(component, Ledger):
                    rules = tuple(rule for rule in component.rules if rule.applies_to(group))
                    out[key] = component.model_copy(update={"rules": rules})
                elif isinstance(component, Combined):
                    out[key] = component.model_copy(update={"parts": own(component.parts)})
            return out

        return self.model_copy(update={"components": own(self.components)})

    def leaves(self) -> dict[str, Ledger | SelfAssessment | Score]:
        """Every component that is read from a table, by key, parts of combined ones included."""
        return {key: c for key, c in self.every() if not isinstance(c, Combined)}

    def faults(self) -> Iterator[Fault]:
        """Every contradiction between the parts, with the path of the value to change."""
        points = self.full is not None
        yield from component_faults(self.components, self.groups, ("components",), points=points)
        yield from gate_faults(self.components, self.gates, ())
        if points and self.full != full_points(self.components):
            total = format_points(full_points(self.components))
            yield Fault(
                ("full",),
                f"{total}（各部分满分之和，加减分的部分不计）",
                clash=f"满分{format_points(self.full or 0)}，各部分的满分共{total}",
                mend="改 full，或改各部分的 full，使两者相等",
            )
        tables = [(path, c.table) for path, c in self._tabled()]
        yield from duplicates((((*path, "table"), t) for path, t in tables), "部分表名")
        titles = [((*path, "title"), c.title) for path, c in self.places()]
        yield from duplicates(titles, "部分名称")
        every = [(path, str(path[-1])) for path, _ in self.places()]
        yield from duplicates(every, "部分代号")
        yield from duplicates(((("groups", i), g) for i, g in enumerate(self.groups)), "类别")
        for group in self.group_names:
            if group not in self.groups:
                yield Fault(
                    ("group_names", group),
                    f"groups 中的类别（{'、'.join(self.groups)}）",
                    group,
                    clash="办法的 groups 中没有这个类别",
                    mend="改为 groups 中的类别，或删去",
                )
        names = [
            (("group_names", group, i), name)
            for group, names in self.group_names.items()
            for i, name in enumerate(names)
        ]
        own = [(("groups", i), group) for i, group in enumerate(self.groups)]
        yield from duplicates([*own, *names], "类别的写法")
        yield from group_faults(self.grades, self.groups, ("grades",))
        lists: dict[Path_, tuple[Grade, ...]] = (
            {("grades", group): grades for group, grades in self.grades.items()}
            if isinstance(self.grades, Mapping)
            else {("grades",): self.grades}
        )
        for path, grades in lists.items():
            yield from self._grade_faults(path, grades)
        for path, component in self._tabled():
            for i, rule in enumerate(component.rules if isinstance(component, Ledger) else ()):
                if rule.veto is not None and rule.veto not in (self.grade_names() or [rule.veto]):
                    yield Fault(
                        (*path, "rules", i, "veto"),
                        f"等次之一（{'、'.join(self.grade_names())}）",
                        clash="veto 写的不是 grades 中的等次",
                        mend="改为 grades 中的一个等次名称",
                    )

    def _tabled(self) -> list[tuple[Path_, Ledger | SelfAssessment | Score]]:
        return [(path, c) for path, c in self.places() if not isinstance(c, Combined)]

    def _grade_faults(self, path: Path_, grades: tuple[Grade, ...]) -> Iterator[Fault]:
        if not grades:
            yield Fault(
                path,
                "至少一个等次",
                mend="从高到低写等次，如 grades: [{name: 合格, from: 60}, {name: 不合格, from: 0}]",
            )
            return
        yield from duplicates(
            (((*path, i, "name"), g.name) for i, g in enumerate(grades)), "等次名称"
        )
        bound: int | None = None
        for i, grade in enumerate(grades):
            last = i == len(grades) - 1
            if grade.lower is None and grade.quota is None and not last:
                yield Fault(
                    (*path, i),
                    "from（下限）或 quota（名额）；只有最低等次可以都不写",
                    clash="这一等次没有下限，也没有名额",
                    mend="补写下限，如 from: 80；或名额，如 quota: {share: 20}",
                )
            for fault in grade.quota.faults() if grade.quota is not None else ():
                yield fault.under(*path, i, "quota")
            if grade.quota is not None and last:
                yield Fault(
                    (*path, i, "quota"),
                    "",
                    clash="名额（quota）不写在最低等次上，以免有单位没有等次",
                    mend="把 quota 移到上面的等次，或在下面再写一个最低等次",
                )
            if grade.lower is None:
                continue
            same_ok = i > 0 and grades[i - 1].quota is not None
            if bound is not None and (
                grade.lower > bound or (grade.lower == bound and not same_ok)
            ):
                yield Fault(
                    (*path, i, "from"),
                    f"小于上一等次下限{format_points(bound)}的数（等次从高到低，不得重叠）",
                    clash=f"上一等次的下限是{format_points(bound)}",
                    mend="等次从高到低写，from 一个比一个小",
                )
            bound = grade.lower
            if grade.lower % (SCALE // 10**self.rounding.decimals):
                yield Fault(
                    (*path, i, "from"),
                    f"最多{self.rounding.decimals}位小数的数",
                    clash=f"综合成绩只保留{self.rounding.decimals}位小数（rounding）",
                    mend="减少 from 的小数位数，或在 rounding 中多保留几位",
                )
        least = grades[-1].lower
        if least is not None and least > self.lowest():
            yield Fault(
                (*path, len(grades) - 1, "from"),
                "不大于0的数（最低可能得分），以免有分数没有等次",
                clash="低于这个下限的分数没有等次",
                mend="最低等次写 from: 0，或不写 from；或在下面再写一个等次",
            )

    def lowest(self) -> int:
        """The lowest bound that the composite cannot fall below: 0, as far as bounds go."""
        return 0

    def missing_for(self, key: str) -> Missing:
        """What a missing part of component ``key`` counts as."""
        return dict(self.every())[key].missing or self.missing
