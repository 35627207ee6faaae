"""考核办法 (scheme) as data: components, conditions between them, grades, each with its clause.

The order of this file is the order in which an 办法 thinks. Code knows no number of any scheme:
all of them come from here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from scoring.enums import Missing, Ranks, Ties, Vetoed
from scoring.points import SCALE, format_points
from scoring.scheme.components import (
    PRECEDENCE,
    AnyComponent,
    Combined,
    Component,
    Enters,
    Ledger,
    Score,
    SelfAssessment,
    Tabled,
    by_points,
    component_faults,
    full_points,
    leaf_keys,
    walk,
)
from scoring.scheme.conditions import (
    LIMITS,
    Condition,
    Conditional,
    condition_faults,
    conditionals,
    order_faults,
)
from scoring.scheme.forms import HUNDRED, Area, Indicator, Late, Leaf, Period
from scoring.scheme.ledger import Category, Deadline, Range, Repeat, Rule
from scoring.scheme.parts import (
    Code,
    Due,
    DueDate,
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
from scoring.scheme.views import complete, merged, named_faults, unlike, view, where_said
from scoring.yaml_files.source import InconsistentError

__all__ = [
    "HUNDRED", "AnyComponent", "Area", "Category", "Code", "Combined", "Component", "Deadline", "Due", "Enters", "Grade",
    "Indicator", "Late", "Leaf", "Ledger", "Milestone", "Period", "Points", "Quota", "Range", "Repeat",
    "Rounding", "Rule", "Scheme", "Score", "SelfAssessment", "Tabled", "Text", "Weight", "by_points", "component_faults",
    "full_points", "in_group", "leaf_keys", "walk",
]  # fmt: skip


class Quota(Part):
    """A grade for the best of the ranked list: a share of the group (优秀不超过20%), or a number of
    units (前3名)."""

    share: Weight | None = Field(None, description="不超过本类别单位数的百分之几，取整数")
    count: int | None = Field(None, ge=1, description="前几名；与 share 只写一种")
    ties: Ties = Field(
        Ties.EXCLUDE, description="末位同分超出名额时：include 都列入；exclude 都不列入"
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
                fix="按比例的写 share: 20，按名次的写 count: 3",
            )
        if self.share is not None and not 0 < self.share <= HUNDRED:
            yield Fault(
                ("share",),
                "大于0、不大于100的数",
                fix="写占本类别单位数的百分之几，如 share: 20（20%）",
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
    due: DueDate | None = Field(
        None, description="到哪一天提醒，如 次年2月10日；不写则不预警、不列入日历"
    )
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
    full_by: Positive | dict[Text, Positive] | None = Field(
        None,
        alias="full",
        description="满分；写了的，各部分按原分值相加，不写权重；不写的，按权重合成，满分100；可按类别分别写",
    )
    grades: tuple[Grade, ...] | dict[Text, tuple[Grade, ...]] = Field(
        (), description="等次，从高到低；可按类别分别写；不写则不分等次，只排名"
    )
    ranks: Ranks = Field(
        Ranks.SKIP,
        description="同分的排名相同，其后的名次：skip 跳过（1、1、3）；next 接着排（1、1、2）",
    )
    conditions: tuple[Condition, ...] = Field(
        (), description="条件及其后果：部分得分、综合成绩或扣分项到了什么程度，等次、成绩、排名怎样"
    )
    precedence: tuple[Text, ...] = PRECEDENCE
    rounding: Rounding = Rounding()
    vetoed: Vetoed = Field(
        Vetoed.UNRANKED,
        description="被一票否决（只能定为最低等次）的对象：unranked 列出等次和原因，不排名；ranked 照常排名",
    )
    missing: Missing = Field(
        Missing.REFUSE,
        description="缺项时：refuse 不出正式结果；zero 计零分；reweight 其余按权重折算",
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
        """The scheme as it stands for one group: its own points, caps, bounds and weights, without the
        parts and rules that do not hold for it."""
        return view(self, self.components, group)

    @property
    def differs_by_group(self) -> bool:
        """Whether groups have anything of their own."""
        return unlike(self, self.components)

    @property
    def full(self) -> int | None:
        return plain(self.full_by)

    def inside(self, whole: str) -> Mapping[str, AnyComponent]:
        """The components of the composite (empty), or the parts of a combined one, by its key."""
        found = dict(self.every())[whole] if whole else None
        return found.parts if isinstance(found, Combined) else self.components

    def conditionals(self) -> tuple[Conditional, ...]:
        """Every condition with its outcome, gates, bounds and vetoes of the components included, in the
        order in which they are looked at."""
        return conditionals(self.components, self.conditions, self.precedence)

    def every_conditional(self) -> list[Conditional]:
        """The conditions of all groups; those that a gate by group makes different each by itself."""
        if not self.differs_by_group:
            return list(self.conditionals())
        seen = (c for own in self.views().values() for c in own.conditionals())
        return list(dict.fromkeys(seen))

    def leaves(self) -> dict[str, Ledger | SelfAssessment | Score]:
        """Every component that is read from a table, by key, parts of combined ones included."""
        return {key: c for key, c in self.every() if not isinstance(c, Combined)}

    def weighed_scores(self) -> list[str]:
        """The scores that are handed in whole, as 第三方评估, also within combined components; not those
        that only add points."""
        adding = {leaf for key, c in self.every() if c.adds for leaf in leaf_keys(key, c)}
        scores = [key for key, c in self.leaves().items() if isinstance(c, Score)]
        return [key for key in scores if key not in adding]

    def views(self) -> dict[str, Scheme]:
        """The scheme as each group sees it."""
        return {group: self.seen_from(group) for group in self.groups}

    def faults(self) -> Iterator[Fault]:
        """Every contradiction between the parts, with the path of the value to change."""
        yield from named_faults(self, self.groups)
        for key, component in self.components.items():
            for fault in named_faults(component, self.groups):
                yield fault.under("components", key)
        yield from self._name_faults()
        whole = [self, *self.components.values()]
        groups = [g for g in self.groups if all(complete(part, g) for part in whole)]
        views = {g: view(self, self.components, g, every_rule=True) for g in dict.fromkeys(groups)}
        yield from merged(
            {g: [where_said(self, f, g) for f in v._faults_as_seen()] for g, v in views.items()}
        )
        wrong = list(
            condition_faults(
                self.components, self.conditions, groups=self.groups, grades=self.grade_names(),
                rounding=self.rounding,
            )
        )  # fmt: skip
        yield from wrong
        if not wrong and len(views) == len(self.groups) and self.differs_by_group:
            yield from self._idle_conditions()
        seen = [
            [c for c in v.conditionals() if not c.groups or g in c.groups] for g, v in views.items()
        ]
        yield from order_faults(seen, "", self.precedence, ())
        for path, component in self.places():
            if isinstance(component, Combined):
                yield from order_faults(seen, str(path[-1]), component.precedence, path)

    def _idle_conditions(self) -> Iterator[Fault]:
        """Conditions that hold for no group: what they look at, other groups have."""
        alive = {
            c.name.removesuffix(LIMITS)
            for group, own in self.views().items()
            for c in own.conditionals()
            if not c.groups or group in c.groups
        }
        for i, one in enumerate(self.conditions):
            if one.name not in alive:
                yield Fault(
                    ("conditions", i),
                    "适用的类别有所看的部分、扣分项的条件",
                    clash="条件所看的部分或扣分项，条件适用的类别都没有",
                    fix="改 part、rule，或改 groups",
                )

    def _faults_as_seen(self) -> Iterator[Fault]:
        """Contradictions in a group's view."""
        points = self.full is not None
        if not self.components:
            yield Fault(
                ("components",), "每个类别至少有一个部分", clash="有的类别一个部分也没有",
                fix="改各部分的 groups，或在 groups 中删去这个类别",
            )  # fmt: skip
            return
        yield from component_faults(self.components, ("components",), points=points)
        if points and self.full != full_points(self.components):
            total = format_points(full_points(self.components))
            yield Fault(
                ("full",),
                f"{total}（各部分满分之和，加减分的部分不计）",
                clash=f"满分{format_points(self.full or 0)}，各部分的满分共{total}",
                fix="改 full，或改各部分的 full，使两者相等",
            )
        yield from self._grade_faults(("grades",), plain(self.grades))

    def _name_faults(self) -> Iterator[Fault]:
        """Names that are there twice, and names of nothing."""
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
                    fix="改为 groups 中的类别，或删去",
                )
        names = [
            (("group_names", group, i), name)
            for group, names in self.group_names.items()
            for i, name in enumerate(names)
        ]
        own = [(("groups", i), group) for i, group in enumerate(self.groups)]
        yield from duplicates([*own, *names], "类别的写法")
        for path, component in self._tabled():
            for i, rule in enumerate(component.rules if isinstance(component, Ledger) else ()):
                if rule.veto is not None and rule.veto not in (self.grade_names() or [rule.veto]):
                    yield Fault(
                        (*path, "rules", i, "veto"),
                        f"等次之一（{'、'.join(self.grade_names())}）",
                        clash="veto 写的不是 grades 中的等次",
                        fix="改为 grades 中的一个等次名称",
                    )

    def _tabled(self) -> list[tuple[Path_, Ledger | SelfAssessment | Score]]:
        return [(path, c) for path, c in self.places() if not isinstance(c, Combined)]

    def _grade_faults(self, path: Path_, grades: tuple[Grade, ...]) -> Iterator[Fault]:
        if not grades:
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
                    fix="补写下限，如 from: 80；或名额，如 quota: {share: 20}",
                )
            for fault in grade.quota.faults() if grade.quota is not None else ():
                yield fault.under(*path, i, "quota")
            if grade.quota is not None and last:
                yield Fault(
                    (*path, i, "quota"),
                    "",
                    clash="名额（quota）不写在最低等次上，以免有单位没有等次",
                    fix="把 quota 移到上面的等次，或在下面再写一个最低等次",
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
                    fix="等次从高到低写，from 一个比一个小",
                )
            bound = grade.lower
            if grade.lower % (SCALE // 10**self.rounding.decimals):
                yield Fault(
                    (*path, i, "from"),
                    f"最多{self.rounding.decimals}位小数的数",
                    clash=f"综合成绩只保留{self.rounding.decimals}位小数（rounding）",
                    fix="减少 from 的小数位数，或在 rounding 中多保留几位",
                )
        least = grades[-1].lower
        if least is not None and least > self.lowest():
            yield Fault(
                (*path, len(grades) - 1, "from"),
                "不大于0的数（最低可能得分），以免有分数没有等次",
                clash="低于这个下限的分数没有等次",
                fix="最低等次写 from: 0，或不写 from；或在下面再写一个等次",
            )

    def lowest(self) -> int:
        """The lowest bound that the composite cannot fall below: 0, as far as bounds go."""
        return 0

    def missing_for(self, key: str) -> Missing:
        """What a missing part of component ``key`` counts as."""
        return self.missing_of(dict(self.every())[key])

    def missing_of(self, component: Component) -> Missing:
        """What a missing part of a component of the scheme counts as."""
        return component.missing or self.missing
