"""台账: points lost or won by what happens during the year, rule by rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, assert_never, cast

from pydantic import BeforeValidator, Field

from scoring.enums import Counts, Days, Direction, Effect, Subordinates
from scoring.points import SCALE, format_points
from scoring.scheme.parts import (
    Code,
    Fault,
    NotNegative,
    Part,
    Positive,
    Text,
    Times,
    duplicates,
    plain,
)


class Range(Part):
    """A number of points that each row states within bounds (扣1—3分)."""

    low: NotNegative = Field(alias="from", description="最少")
    high: Positive = Field(alias="to", description="最多")


def _points_or_range(value: Any) -> Any:
    """A mapping of ``from`` or ``to`` as a range; any other one is by group."""
    is_range = isinstance(value, dict) and bool(value.keys() & {"from", "to"})
    return Range.model_validate(value) if is_range else value


RulePoints = Annotated[NotNegative | Range, BeforeValidator(_points_or_range)]
PointsByGroup = Annotated[
    dict[Text, RulePoints],
    Field(json_schema_extra={"propertyNames": {"not": {"enum": ["from", "to"]}}}),
]
Least = Annotated[int, Field(ge=1)]


class Deadline(Part):
    """整改期限 computed from an event: 变更后15个工作日内, 开始前5日.

    The day of the event itself does not count (民法典第二百零一条).
    """

    count: int = Field(ge=0, description="天数")
    days: Days = Field(
        Days.CALENDAR, description="working 工作日（按国务院节假日安排）；calendar 自然日"
    )
    direction: Direction = Field(Direction.AFTER, description="after 事件之后；before 事件之前")
    event: Text = Field("事件日期", description="台账中写明事件日期的列")


class Repeat(Part):
    """同一问题再次发生: from the ``start``-th time on a problem costs ``factor`` times as much, more or
    less, or (0) nothing more.

    Rows are the same problem where 同一问题 says the same for one unit and rule.
    """

    factor: Times = Field(description="倍数，如 2；0.5 为减半，0 为不再扣（加）分")
    start: int = Field(2, ge=2, alias="from", description="从第几次起")


class Category(Part):
    """一类扣分项 with a cap of its own."""

    code: Code
    title: Text
    cap_by: Positive | dict[Text, Positive] = Field(
        alias="cap", description="本类最多扣（加）多少分；可按类别分别写"
    )
    clause: str = ""

    @property
    def cap(self) -> int:
        return plain(self.cap_by)


class Rule(Part):
    """扣分项或加分项: what costs or wins points, when it counts, and who provides it."""

    code: Code = Field(description="扣分项编号，台账中填写")
    title: Text = Field(description="扣分项名称，台账中也可填写")
    text: str = Field("", description="办法原文")
    effect: Effect = Field(Effect.DEDUCT, description="deduct 扣分；bonus 加分")
    points_by: Annotated[RulePoints | PointsByGroup, BeforeValidator(_points_or_range)] = Field(
        alias="points",
        description="每个问题多少分；{from: 1, to: 3} 为每行在台账中写明；可按类别分别写",
    )
    counts: Counts = Field(
        description="何时计入：notified 通报即计；verified 核实属实才计；overdue 逾期未完成才计；"
        "minimum 全年不足规定次数，每少一次计一次"
    )
    deadline: Deadline | None = Field(None, description="期限由事件推算；不写则用台账中的整改期限")
    minimum_by: Least | dict[Text, Least] | None = Field(
        None, alias="minimum", description="counts 为 minimum 时，全年最少次数；可按类别分别写"
    )
    cap_by: Positive | dict[Text, Positive] | None = Field(
        None, alias="cap", description="一个对象在本项最多扣（加）多少分；可按类别分别写"
    )
    category: Code | None = Field(None, description="所属类别，类别另有上限")
    repeat: Repeat | None = Field(None, description="同一问题再次发生，扣（加）分的倍数")
    veto: Text | None = Field(None, description="一票否决：有一条计入，等次最高为此等次")
    subordinates: Subordinates = Field(
        Subordinates.LISTED,
        description="所属单位的问题：charged 计入其所属单位；listed 只列出，不计分",
    )
    groups: tuple[Text, ...] = Field((), description="只适用于哪些类别；不写则各类别都适用")
    provider: str = Field("", description="提供单位")
    clause: Text = Field(description="依据条款")

    @property
    def points(self) -> int | Range:
        return cast("int | Range", plain(self.points_by))

    @property
    def ranged(self) -> bool:
        """Whether the rows of some group state their points."""
        said = self.points_by
        return any(
            isinstance(p, Range) for p in (said.values() if isinstance(said, dict) else [said])
        )

    @property
    def minimum(self) -> int | None:
        return plain(self.minimum_by)

    @property
    def cap(self) -> int | None:
        return plain(self.cap_by)

    @property
    def sign(self) -> int:
        """-1 for a rule that costs points, 1 for one that wins some."""
        match self.effect:
            case Effect.BONUS:
                return 1
            case Effect.DEDUCT:
                return -1
            case _ as other:
                assert_never(other)

    def applies_to(self, group: str) -> bool:
        """Whether the rule holds for the units of a group."""
        return not self.groups or group in self.groups

    def fixed(self) -> int | None:
        """The points a row costs, where every row costs the same."""
        return None if isinstance(self.points, Range) else self.points

    def points_text(self) -> str:
        """1.5分, 1至3分."""
        if isinstance(self.points, Range):
            return f"{format_points(self.points.low)}至{format_points(self.points.high)}分"
        return f"{format_points(self.points)}分"

    def faults(self) -> Iterator[Fault]:
        if isinstance(self.points, Range):
            if not 0 <= self.points.low < self.points.high:
                yield Fault(
                    ("points",),
                    "from 小于 to 的范围",
                    clash=f"from 是{format_points(self.points.low)}，to 是{format_points(self.points.high)}",
                    fix="小的数写在 from，大的数写在 to，如 {from: 1, to: 3}",
                )
            if self.counts == Counts.MINIMUM:
                yield Fault(
                    ("points",),
                    "一个固定的数（minimum 没有逐行的分值）",
                    clash="counts: minimum 与 points 的范围不能同时用",
                    fix="points 写一个数，如 points: 0.5；或改 counts",
                )
        elif self.counts == Counts.MINIMUM and self.effect == Effect.BONUS:
            yield Fault(
                ("effect",),
                "deduct（不足次数只能扣分）",
                clash="counts: minimum 与 effect: bonus 不能同时用",
                fix="删去 effect 这一行；要加分的，counts 改为 notified 或 verified",
            )
        elif self.points < 0:
            yield Fault(
                ("points",),
                "0以上的数",
                fix="写每个问题扣（加）几分，如 points: 1.5，不写负号；只登记、不计分的，写 points: 0",
            )
        if self.cap is not None and self.cap <= 0:
            yield Fault(("cap",), "大于0的数", fix="上限写正数，如 cap: 10；不封顶的，删去这一行")
        if (self.counts == Counts.MINIMUM) != (self.minimum is not None):
            yield Fault(("minimum",) if self.minimum is not None else (),
                        "counts: minimum 与 minimum: 次数 同时写", clash=f"counts 是 {self.counts}，{'没有写' if self.minimum is None else '却写了'} minimum（全年最少次数）", fix="补写全年最少次数，如 minimum: 26" if self.minimum is None else "删去 minimum 这一行，或把 counts 改为 minimum")  # fmt: skip
        if self.deadline is not None and self.counts != Counts.OVERDUE:
            yield Fault(
                ("deadline",),
                "",
                clash=f"deadline 只用于 counts: overdue，这一项是 counts: {self.counts}",
                fix="把 counts 改为 overdue，或删去 deadline",
            )
        if self.repeat is not None and (self.repeat.factor < 0 or self.repeat.factor == SCALE):
            yield Fault(
                ("repeat", "factor"),
                "0以上、不等于1的倍数",
                fix="加倍的写几倍，如 factor: 2；减半的写 0.5；不再扣（加）分的写 0；和第一次一样的，删去 repeat",
            )
        if self.repeat is not None and self.counts == Counts.MINIMUM:
            yield Fault(
                ("repeat",),
                "",
                clash="repeat（再次发生加倍）不用于 counts: minimum",
                fix="删去 repeat，或改 counts",
            )


def ledger_faults(rules: tuple[Rule, ...], categories: tuple[Category, ...]) -> Iterator[Fault]:
    """Contradictions between the rules of a ledger."""
    yield from duplicates(
        ((("rules", i, "code"), r.code) for i, r in enumerate(rules)), "扣分项编号"
    )
    yield from duplicates(
        ((("rules", i, "title"), r.title) for i, r in enumerate(rules)), "扣分项名称"
    )
    known = {c.code: c for c in categories}
    yield from duplicates(
        ((("categories", i, "code"), c.code) for i, c in enumerate(categories)), "类别编号"
    )
    effects: dict[str, str] = {}
    described: set[str] = set()
    for i, rule in enumerate(rules):
        for fault in rule.faults():
            yield fault.under("rules", i)
        if rule.category is None:
            continue
        if rule.category in described:
            continue
        if rule.category not in known:
            described.add(rule.category)
            codes = f"categories 中的编号（{'、'.join(known)}）"
            none = (
                f"先在 categories 中写明的类别，如 {{code: {rule.category}, title: 名称, cap: 10}}"
            )
            yield Fault(
                ("rules", i, "category"),
                codes if known else none,
                clash="category 写的类别，categories 中没有",
                fix=f"改为已有的编号，或在 categories 中补写 {{code: {rule.category}, title: 名称, cap: 10}}",
            )
        elif effects.setdefault(rule.category, rule.effect) != rule.effect:
            yield Fault(
                ("rules", i, "category"),
                "同类的扣分项和加分项分开的类别",
                clash="一个类别里既有扣分项又有加分项",
                fix="加分项另立一个类别：在 categories 中再写一项，用另一个 code",
            )
    for i, category in enumerate(categories):
        if category.cap <= 0:
            yield Fault(
                ("categories", i, "cap"),
                "大于0的数",
                fix="写本类最多扣（加）几分，如 cap: 10；不封顶的，删去这个类别和各项的 category",
            )
        if category.code not in effects:
            yield Fault(
                ("categories", i, "code"),
                "至少有一个扣分项使用的类别",
                clash="categories 中的类别，没有一个扣分项属于它",
                fix=f"在属于这一类的扣分项中写 category: {category.code}，或删去这个类别",
            )
