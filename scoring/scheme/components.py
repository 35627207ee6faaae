"""考核成绩的组成部分: ledgers, forms, scores handed in, and parts made of parts, as data.

The tree of components is walked here, once; what contradicts itself in one is found here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal, cast

from pydantic import Field, model_validator

from scoring.enums import Assessors, Missing, NotApplicable
from scoring.points import SCALE, format_points
from scoring.scheme.forms import (
    Area,
    Item,
    Late,
    Leaf,
    Period,
    Whole,
    as_levels,
    as_written,
    leaves,
    points_below,
    tree_faults,
)
from scoring.scheme.ledger import Category, Rule, ledger_faults
from scoring.scheme.parts import (
    Fault,
    Part,
    Path_,
    Points,
    Positive,
    Rounding,
    Text,
    Weight,
    duplicates,
    in_group,
    plain,
)
from scoring.yaml_files.source import InconsistentError

ByGroup = dict[Text, Weight]
HUNDRED = 100 * SCALE


class Enters(Part):
    """What must be reached by the rest of the composite for a part to enter it (高于80分方可加分)."""

    above: Points | None = Field(None, description="高于多少分（不含本数）")
    least: Points | None = Field(None, alias="from", description="多少分以上（含本数）")


PRECEDENCE: Any = Field(
    (),
    description="几个门槛（gate）、几个定分或不再计分的条件（conditions）先看哪一个："
    "有门槛的部分代号、条件名称，从先到后；不到两个的不写",
)


class Component(Part):
    """考核成绩的一个组成部分: weighed (``weight``), or added as points (``adds``)."""

    title: Text = Field(description="名称，如 平时考核")
    weight: Weight | ByGroup | None = Field(
        None, description="权重，百分之几，各部分合计100；可按类别分别写"
    )
    adds: bool = Field(False, description="不占权重，得分直接加到综合成绩上（加分、倒扣分）")
    enters: Enters | None = Field(None, description="其余部分达到多少分，本部分才计入")
    gate_by: Points | dict[Text, Points] | None = Field(
        None, alias="gate", description="本部分低于多少分，其余部分不再计分；可按类别分别写"
    )
    groups: tuple[Text, ...] = Field(
        (),
        description="只有哪些类别有本部分；不写则各类别都有。权重按类别分别写的，没有本部分的类别不写",
    )
    clause: Text = Field(description="依据条款")
    missing: Missing | None = Field(None, description="缺项时的处理；不写则按全办法的规定")
    rounding: Rounding | None = Field(None, description="本部分成绩先舍入；不写则不舍入")

    @property
    def gate(self) -> int | None:
        return plain(self.gate_by)

    def applies_to(self, group: str) -> bool:
        """Whether the units of a group have this part."""
        return not self.groups or group in self.groups

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
    full_by: Positive | dict[Text, Positive] = Field(
        alias="full", description="满分；有权重的部分折算为百分制，其余按原分值；可按类别分别写"
    )

    @property
    def full(self) -> int:
        return plain(self.full_by)

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
    full_by: Positive | dict[Text, Positive] = Field(
        HUNDRED,
        alias="full",
        description="满分，折算为百分制；不写则为100分，不折算；可按类别分别写",
    )
    start_by: Points | dict[Text, Points] = Field(
        alias="start", description="预置分；可按类别分别写"
    )
    floor_by: Points | dict[Text, Points] | None = Field(
        None, alias="floor", description="最低分；不写则可为负数；可按类别分别写"
    )
    ceiling_by: Points | dict[Text, Points] | None = Field(
        None, alias="ceiling", description="最高分；不写则不封顶；可按类别分别写"
    )
    categories: tuple[Category, ...] = Field((), description="有上限的扣分项类别")
    rules: tuple[Rule, ...] = Field(min_length=1, description="扣分项和加分项")

    @property
    def start(self) -> int:
        return plain(self.start_by)

    @property
    def floor(self) -> int | None:
        return plain(self.floor_by)

    @property
    def ceiling(self) -> int | None:
        return plain(self.ceiling_by)

    def faults(self) -> Iterator[Fault]:
        yield from ledger_faults(self.rules, self.categories)
        if self.full <= 0:
            yield Fault(("full",), "大于0的数", fix="写满分，如 full: 100")
        elif self.adds and self.full != HUNDRED:
            yield Fault(
                ("full",),
                "",
                clash="adds: true 的部分直接加减分，不折算，不写满分",
                fix="删去 full；最多加几分，写 ceiling",
            )
        if self.floor is not None and self.floor > self.start:
            yield Fault(
                ("floor",),
                f"不大于预置分{format_points(self.start)}的数",
                clash=f"最低分高于预置分{format_points(self.start)}",
                fix="改小 floor，或改大 start；没有最低分的，删去 floor",
            )
        if self.ceiling is not None and self.ceiling < self.start:
            yield Fault(
                ("ceiling",),
                f"不小于预置分{format_points(self.start)}的数",
                clash=f"最高分低于预置分{format_points(self.start)}",
                fix="改大 ceiling，或改小 start；不封顶的，删去 ceiling",
            )


class SelfAssessment(Tabled):
    """自我考核: the mean of the verified scores of the year's periods."""

    kind: Literal["self_assessment"]
    periods: tuple[Period, ...] = Field(min_length=1)
    full_by: Positive | dict[Text, Positive] = Field(
        alias="full", description="一期的满分，折算为百分制；adds: true 的不折算；可按类别分别写"
    )
    late: Late | None = Field(None, description="迟报扣分")
    step: Positive | None = Field(None, description="打分的最小单位，如 0.5；不写则不限")
    evidence: str = Field("", description="需要哪些证明材料；指标另有规定的从其规定")
    not_applicable: NotApplicable = Field(
        NotApplicable.RESCALE, description="不适用指标：rescale 其余折算为满分；full 按满分计"
    )
    example: bool = Field(False, description="指标表为示例，应换成当年印发的指标体系")
    indicators: tuple[Item, ...] | dict[Text, tuple[Item, ...]] = Field(
        description="指标体系：一级指标（area、items），或没有一级指标、直接是各项指标；可按类别分别写"
    )

    @model_validator(mode="after")
    def _in_levels(self) -> SelfAssessment:
        """A flat table is kept as one with a single level; then nothing else asks which it is."""
        said = self.indicators
        try:
            levels = (
                {g: as_levels(tree, self.title) for g, tree in said.items()}
                if isinstance(said, Mapping)
                else as_levels(said, self.title)
            )
        except InconsistentError as error:
            raise InconsistentError(f.under("indicators") for f in error.faults) from None
        object.__setattr__(self, "indicators", levels)
        return self

    def areas(self, group: str) -> tuple[Area, ...]:
        return cast("tuple[Area, ...]", in_group(self.indicators, group))

    def items(self, group: str | None = None) -> list[Leaf]:
        """The indicators of a group's tree, or of every tree, each code once."""
        full = self.full_by
        if group is not None:
            return leaves(self.areas(group), in_group(full, group))
        if not isinstance(self.indicators, Mapping):
            any_full = next(iter(full.values())) if isinstance(full, Mapping) else full
            return leaves(self.trees()[None], any_full)
        every = [leaf for g in self.indicators for leaf in leaves(self.areas(g), in_group(full, g))]
        return list({leaf.code: leaf for leaf in reversed(every)}.values())[::-1]

    def trees(self) -> dict[str | None, tuple[Area, ...]]:
        """The trees by group; one under None where all groups share it."""
        if isinstance(self.indicators, Mapping):
            return {group: self.areas(group) for group in self.indicators}
        return {None: self.areas("")}

    def period_weights(self) -> list[int]:
        """The periods' weights; 1 each where they are equal."""
        return [p.weight if p.weight is not None else 1 for p in self.periods]

    def faults(self) -> Iterator[Fault]:
        yield from duplicates(
            ((("periods", i, "name"), p.name) for i, p in enumerate(self.periods)),
            "期次名称",
        )
        if self.step is not None and self.step <= 0:
            yield Fault(
                ("step",), "大于0的数", fix="写打分的最小单位，如 step: 0.5；不限的，删去这一行"
            )
        for fault in self.late.faults() if self.late is not None else ():
            yield fault.under("late")
        yield from self._period_faults()
        for group, tree in self.trees().items():
            path: Path_ = ("indicators",) if group is None else ("indicators", group)
            flat = bool(tree) and isinstance(tree[0], Whole)
            for fault in tree_faults(tree, self.full):
                first = None if fault.first is None else as_written(tree, fault.first)
                at = as_written(tree, fault.path)
                yield replace(fault, path=at, first=first).under(*path)
            if flat and any(not item.points for item in tree[0].items):
                continue  # each said by itself, or weights
            if all(area.points is not None for area in tree):
                total = sum(area.points or 0 for area in tree)
                below = sum(points_below(area) for area in tree)
                # An area that does not fit what is under it is said of there, once.
                if total != self.full != below:
                    what = "各项指标" if flat else "各一级指标"
                    yield Fault(
                        ("full",),
                        f"{format_points(total)}（{what}分值之和）",
                        clash=f"满分{format_points(self.full)}，{what}共{format_points(total)}分",
                        fix=f"改 full，或改{what}的 points，使两者相等",
                    )
            elif all(area.weight is not None for area in tree):
                total = sum(area.weight or 0 for area in tree)
                if total != HUNDRED:
                    yield Fault(
                        path,
                        f"一级指标权重合计100，现合计{format_points(total)}",
                        clash=f"一级指标的权重：{'、'.join(format_points(area.weight or 0) for area in tree)}",
                        fix="改各一级指标的 weight，使合计为100",
                    )

    def _period_faults(self) -> Iterator[Fault]:
        given = [p.weight for p in self.periods if p.weight is not None]
        wrong = [i for i, p in enumerate(self.periods) if p.weight is not None and p.weight <= 0]
        for i in wrong:
            yield Fault(
                ("periods", i, "weight"),
                "大于0的数",
                fix="写本期占百分之几，如 weight: 50；各期相同的，都不写 weight",
            )
        if given and len(given) < len(self.periods):
            i = next(i for i, p in enumerate(self.periods) if p.weight is None)
            yield Fault(
                ("periods", i),
                "每一期都写 weight，或都不写",
                clash="有的期写了 weight，这一期没有写",
                fix="补写 weight，使各期合计100；各期相同的，把各期的 weight 都删去",
            )
        elif given and not wrong and sum(given) != HUNDRED:
            yield Fault(
                ("periods",),
                f"各期权重合计100，现合计{format_points(sum(given))}",
                clash=f"各期权重：{'、'.join(map(format_points, given))}",
                fix="改各期的 weight，使合计为100；各期相同的，都不写 weight",
            )


class Score(Tabled):
    """A score that is handed in whole, one per unit or one per assessor, as 第三方评估."""

    kind: Literal["score"]
    full_by: Positive | dict[Text, Positive] = Field(
        alias="full",
        description="满分，折算为百分制；adds: true 的不折算，直接相加；可按类别分别写",
    )
    assessors: Assessors = Field(
        Assessors.ONE,
        description="one 一个单位一个得分；mean 多名评委取平均；trimmed 去掉一个最高分和一个最低分再平均",
    )

    def faults(self) -> Iterator[Fault]:
        if self.full <= 0:
            yield Fault(("full",), "大于0的数", fix="写满分，如 full: 100")


class Combined(Component):
    """A component made of components (网上考核80%、现场考核20%)."""

    kind: Literal["combined"]
    full_by: Positive | dict[Text, Positive] | None = Field(
        None,
        alias="full",
        description="满分；只用于按分值相加的一级，各部分按原分值相加的不写；可按类别分别写",
    )
    parts: dict[str, AnyComponent] = Field(
        min_length=2, description="组成部分：都写权重，合计100；或都不写权重，按原分值相加"
    )
    precedence: tuple[Text, ...] = PRECEDENCE

    @property
    def full(self) -> int | None:
        return plain(self.full_by)

    @property
    def parts_out_of(self) -> int:
        """What the sum of its parts is out of: 100, or their full points where those are added up."""
        return full_points(self.parts) if by_points(self.parts) else HUNDRED

    @property
    def out_of(self) -> int:
        return self.full if self.full is not None else self.parts_out_of

    def faults(self) -> Iterator[Fault]:
        yield from component_faults(self.parts, ("parts",), points=by_points(self.parts))
        if self.full is None:
            return
        if self.full <= 0:
            yield Fault(("full",), "大于0的数", fix="写满分，如 full: 100")
        elif self.weight is not None or self.adds:
            yield Fault(
                ("full",),
                "",
                clash="有权重的和直接加减分的合成部分不写满分",
                fix="删去 full 这一行",
            )
        elif by_points(self.parts) and self.full != self.parts_out_of:
            yield Fault(
                ("full",),
                f"{format_points(self.parts_out_of)}（各部分满分之和）",
                clash=f"满分{format_points(self.full)}，各部分的满分共{format_points(self.parts_out_of)}",
                fix="改 full，或改各部分的 full，使两者相等",
            )


AnyComponent = Annotated[Ledger | SelfAssessment | Score | Combined, Field(discriminator="kind")]


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


def with_leaves(
    components: Mapping[str, AnyComponent], change: Callable[[str, AnyComponent], AnyComponent]
) -> dict[str, AnyComponent]:
    """The tree with every component that is read from a table as ``change`` makes it."""
    return {
        key: component.model_copy(update={"parts": with_leaves(component.parts, change)})
        if isinstance(component, Combined)
        else change(key, component)
        for key, component in components.items()
    }


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


def component_faults(
    components: Mapping[str, Ledger | SelfAssessment | Score | Combined],
    path: Path_,
    *,
    points: bool,
) -> Iterator[Fault]:
    """Of a scheme's components, or of the parts of a combined one, as a group sees them; ``points``: their
    points are added up, they have no weights."""
    for key, component in components.items():
        for fault in component.faults():
            yield fault.under(*path, key)
        yield from (fault.under(*path, key) for fault in _weight_faults(component, points=points))
        if component.enters is not None and not component.adds:
            yield Fault(
                (*path, key, "enters"),
                "",
                clash="enters（达到多少分才计入）只用于 adds: true 的部分",
                fix="直接加减分的，删去 weight，写 adds: true；否则删去 enters",
            )
        if component.enters is not None and (component.enters.above is None) == (
            component.enters.least is None
        ):
            yield Fault(
                (*path, key, "enters"),
                "above（高于）和 from（以上）中的一项",
                clash="above 和 from 要写一种，只写一种",
                fix="不含本数的写 above: 80，含本数的写 from: 80",
            )
    weights = {c.title: plain(c.weight) for c in components.values() if not c.adds}
    if points or any(weight is None or weight <= 0 for weight in weights.values()):
        return  # to be fixed first: what the weights add up to follows from it
    total = sum(weight or 0 for weight in weights.values())
    if total != HUNDRED:
        yield Fault(
            path,
            f"各部分权重合计100，现合计{format_points(total)}",
            clash="、".join(f"{title}{format_points(w or 0)}" for title, w in weights.items()),
            fix="改各部分的 weight，使合计为100",
        )


def _weight_faults(component: Component, *, points: bool) -> Iterator[Fault]:
    weight = plain(component.weight)
    if points and weight is not None:
        yield Fault(
            ("weight",),
            "",
            clash="办法写了 full（各部分按原分值相加），这一部分又写了 weight",
            fix="删去 weight，本部分的分值写在它的 full；或删去办法最外层的 full，各部分都写权重",
        )
    elif component.adds and weight is not None:
        yield Fault(
            (),
            "weight（权重）和 adds: true（直接加减分）中的一项",
            clash="又写了 weight，又写了 adds: true",
            fix="占权重的，删去 adds；直接加减分的，删去 weight",
        )
    elif not points and not component.adds and weight is None:
        yield Fault(
            (),
            "weight（权重）和 adds: true（直接加减分）中的一项；"
            "各部分按原分值相加的，都不写 weight，在办法最外层写 full（满分）",
            clash="没有写 weight，也没有写 adds: true",
            fix="占权重的，补写 weight: 30；直接加减分的，补写 adds: true",
        )
    if weight is not None and weight <= 0:
        yield Fault(
            ("weight",),
            "大于0的数",
            fix="写本部分占百分之几，如 weight: 30；不占权重、直接加减分的，删去 weight，写 adds: true；不考核的，删去这一部分",
        )
