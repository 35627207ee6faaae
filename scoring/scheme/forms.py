"""考核表: the indicator tree that units assess themselves by, and the periods of the year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, model_validator

from scoring.enums import Scoring
from scoring.points import SCALE, format_points
from scoring.scheme.parts import (
    Code,
    DueDate,
    Fault,
    NotNegative,
    Part,
    Path_,
    Positive,
    Share,
    Text,
    Weight,
    duplicates,
)
from scoring.yaml_files.source import InconsistentError

HUNDRED = 100 * SCALE


class Period(Part):
    """期次 of the self-assessment."""

    name: Text
    due: DueDate = Field(description="报送期限，如 7月15日、次年1月15日")
    weight: Weight | None = Field(None, description="本期权重，百分之几；不写则各期相同")
    clause: str = ""


class Late(Part):
    """迟报: points off a period's score for each day after its due date."""

    each_day: Positive = Field(description="每迟一天扣多少分")
    cap: Positive | None = Field(None, description="最多扣多少分")
    clause: str = ""

    def faults(self) -> Iterator[Fault]:
        if self.each_day <= 0:
            yield Fault(
                ("each_day",),
                "大于0的数",
                fix="写每迟一天扣几分，如 each_day: 1；迟报不扣分的，删去 late",
            )
        if self.cap is not None and self.cap <= 0:
            yield Fault(("cap",), "大于0的数", fix="上限写正数，如 cap: 10；不封顶的，删去这一行")


class Indicator(Part):
    """指标: one row of the 考核表. ``points`` or ``weight`` says what it is worth."""

    code: Code = Field(description="指标编号")
    title: Text = Field(description="指标名称")
    points: Positive | None = Field(None, description="分值")
    weight: Share | None = Field(None, description="权重，占上一级的百分之几；此时按百分制打分")
    options: dict[Text, NotNegative] | None = Field(
        None, description="按等级打分，如 {优: 10, 良: 8}"
    )
    fraction: bool = Field(False, description="按比例得分：分值×完成数÷应完成数")
    each: Positive | None = Field(None, description="每个问题扣多少分，扣完为止")
    criteria: str = Field("", description="评分标准")
    evidence: str = Field("", description="需要哪些证明材料")
    verifier: str = Field("", description="责任单位，负责核查本指标；不写则按上级")
    clause: str = ""

    def faults(self) -> Iterator[Fault]:
        worth = self.points if self.points is not None else self.weight
        if worth is not None and worth <= 0:
            name = "points" if self.points is not None else "weight"
            yield Fault(
                (name,), "大于0的数", fix=f"写正数，如 {name}: 10；不计分的指标，删去这一项"
            )
        ways = [n for n in ("options", "fraction", "each") if getattr(self, n)]
        if len(ways) > 1:
            yield Fault(
                (ways[1],),
                f"一种打分方式（已写 {ways[0]}）",
                clash=f"打分方式写了{len(ways)}种：{'、'.join(ways)}",
                fix="options（按等级）、fraction（按比例）、each（每个问题扣几分）只留一种",
            )
        full = self.points if self.points is not None else HUNDRED
        for name, points in (self.options or {}).items():
            if full > 0 and not 0 <= points <= full:
                yield Fault(
                    ("options", name),
                    f"0到{format_points(full)}的数",
                    clash=f"本指标满分{format_points(full)}分",
                    fix=f"改为0到{format_points(full)}的数，或改本指标的分值",
                )
        if self.each is not None and self.each <= 0:
            yield Fault(
                ("each",),
                "大于0的数",
                fix="写每个问题扣几分，如 each: 2；不按问题扣分的，删去这一行",
            )


def _kind(value: Any) -> str:
    if isinstance(value, Mapping):
        return "<area>" if "items" in value or "area" in value else "<indicator>"
    return "<area>" if hasattr(value, "items") else "<indicator>"


class Area(Part):
    """一级指标 or a level under it, with what it is made of. Levels may be of any depth."""

    area: Text = Field(description="指标名称")
    points: Positive | None = Field(None, description="分值合计")
    weight: Share | None = Field(None, description="权重，占上一级的百分之几")
    overrun: bool = Field(False, description="本级封顶，下级得分之和可以超过本级分值")
    verifier: str = Field("", description="责任单位，负责核查其下各指标")
    clause: str = ""
    items: tuple[Item, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _is_level(cls, value: Any) -> Any:
        """A last level written as a level, which lacks and has too much, is one fault."""
        said = set(value) if isinstance(value, Mapping) else set()
        if "items" in said and "area" not in said and said & {"code", "title"}:
            clash = "有下级（items）的指标，名称写 area，没有编号"
            fix = "把 title 改为 area，删去 code"
            raise InconsistentError([Fault((), "有 area 和 items 的一项", clash=clash, fix=fix)])
        return value


Item = Annotated[
    Annotated[Indicator, Tag("<indicator>")] | Annotated[Area, Tag("<area>")],
    Discriminator(_kind),
]
"""A level, or an indicator where there is none under it."""


class Whole(Area):
    """The one level of a flat table, which its author does not write: it is called as the part is, and
    worth what its indicators are together."""


def as_levels(items: tuple[Item, ...], title: str) -> tuple[Area, ...]:
    """An indicator table as levels: as it is, or, of a flat one, one level around its indicators."""
    levels = [item for item in items if isinstance(item, Area)]
    if levels and len(levels) < len(items):
        i = next(i for i, item in enumerate(items) if isinstance(item, Indicator))
        raise InconsistentError([
            Fault(
                (i,), "有 area 和 items 的一项",
                clash="有的是一级指标（area、items），这一项是最末一级指标（code、title）",
                fix="在它上面加一级：“- area: 一级指标名称”，写明 points，本项移到其下的 items 中；"
                "没有一级指标的，各项都直接写指标，不写 area",
            )
        ])  # fmt: skip
    if levels or not items:
        return tuple(levels)
    inside = tuple(item for item in items if isinstance(item, Indicator))
    weighed = any(item.weight is not None for item in inside)
    return (
        Whole.model_construct(
            area=title, items=inside, weight=HUNDRED if weighed else None,
            points=None if weighed else sum(item.points or 0 for item in inside),
        ),
    )  # fmt: skip


def as_written(areas: tuple[Area, ...], path: Path_) -> Path_:
    """A path in the levels of a table, as it is in the file: a flat table has none."""
    if not areas or not isinstance(areas[0], Whole):
        return path
    return path[2:] if path[1:2] == ("items",) else path[1:1]


@dataclass(frozen=True)
class Leaf:
    """An indicator with its place in the tree: ``top`` is its 一级指标, ``points`` what it is
    worth, ``full`` what its score is out of (100 in a tree of weights), ``verifier`` the 责任单位
    that its own level or the nearest one above names."""

    top: Area
    indicator: Indicator
    points: int
    full: int
    path: Path_
    verifier: str = ""

    @property
    def written(self) -> Path_:
        """Its path in the file, from the table of indicators on."""
        return as_written((self.top,), self.path)

    @cached_property
    def area(self) -> str:
        return self.top.area

    @cached_property
    def code(self) -> str:
        return self.indicator.code

    @cached_property
    def title(self) -> str:
        return self.indicator.title

    @property
    def most(self) -> int:
        """The highest score: under a capped area an item may exceed its own, up to the area's."""
        return max(self.full, self.top.points or 0) if self.top.overrun else self.full

    @cached_property
    def scoring(self) -> Scoring:
        """How the indicator is scored."""
        if self.indicator.options:
            return Scoring.OPTIONS
        if self.indicator.fraction:
            return Scoring.FRACTION
        return Scoring.EACH if self.indicator.each else Scoring.POINTS


def leaves(areas: tuple[Area, ...], full: int) -> list[Leaf]:
    """The indicators of a tree in order; those of a tree of weights with their share of ``full``.

    >>> tree = Area(area="主动公开", weight=40, items=[Indicator(code="1", title="指南", weight=25)])
    >>> [leaf.points for leaf in leaves((tree,), 1_000_000)]
    [100000]
    """
    return [leaf for i, area in enumerate(areas) for leaf in _leaves(area, area, full, (i,), "")]


def _leaves(top: Area, area: Area, worth: int, path: Path_, verifier: str) -> Iterator[Leaf]:
    worth = area.points if area.points is not None else _share(worth, area.weight)
    verifier = area.verifier or verifier
    for i, item in enumerate(area.items):
        at = (*path, "items", i)
        if isinstance(item, Area):
            yield from _leaves(top, item, worth, at, verifier)
            continue
        own = item.verifier or verifier
        if item.points is not None:
            yield Leaf(top, item, item.points, item.points, at, own)
        else:
            yield Leaf(top, item, _share(worth, item.weight), HUNDRED, at, own)


def _share(worth: int, weight: int | None) -> int:
    return worth * (weight or 0) // HUNDRED


def tree_faults(areas: tuple[Area, ...], full: int) -> Iterator[Fault]:
    """Contradictions in a tree: what is under a level must add up to what it is worth."""
    yield from _level_faults(areas, full, (), "full", top=True)
    yield from duplicates(
        (((*leaf.path, "code"), leaf.code) for leaf in leaves(areas, full)), "指标编号"
    )


def _level_faults(
    items: tuple[Any, ...], worth: int, path: Path_, name: str, *, top: bool = False
) -> Iterator[Fault]:
    """Of the items of one level; ``path`` leads to them, ``name`` is the parent's number."""
    wrong = [i for i, item in enumerate(items) if (item.points is None) == (item.weight is None)]
    for i in wrong:
        both = items[i].points is not None
        at = (*path, i, "weight") if both else (*path, i)
        how = "只写一种" if both else "写其中一种"
        clash = "points 和 weight 都写了" if both else "没有写 points，也没有写 weight"
        fix = (
            "写分值的，删去 weight；写权重的，删去 points"
            if both
            else ("补写分值，如 points: 10；或占上一级的百分之几，如 weight: 10")
        )
        yield Fault(at, f"points（分值）或 weight（权重），{how}", clash=clash, fix=fix)
    if wrong:
        return
    by_weight = [item.weight is not None for item in items]
    if any(by_weight) and not all(by_weight):
        yield Fault(
            (*path, by_weight.index(not by_weight[0])),
            "同一级都写分值，或都写权重",
            clash="同一级里有的写 points（分值），有的写 weight（权重）",
            fix="同一级都写 points，或都写 weight",
        )
        return
    for i, item in enumerate(items):
        at = (*path, i)
        if isinstance(item, Indicator):
            yield from (fault.under(*at) for fault in item.faults())
            continue
        worth_of = "points" if item.points is not None else "weight"
        if getattr(item, worth_of) <= 0:
            yield Fault((*at, worth_of), "大于0的数", fix=f"写正数，如 {worth_of}: 20")
        inner = item.points if item.points is not None else _share(worth, item.weight)
        if item.overrun and not top:
            yield Fault(
                (*at, "overrun"),
                "",
                clash="overrun（本级封顶）只写在一级指标上",
                fix="移到它的一级指标上，或删去",
            )
        if not item.overrun:
            yield from _sum_faults(item.items, inner, at, flat=isinstance(item, Whole))
        yield from _level_faults(item.items, inner, (*at, "items"), "points")
    if all(by_weight):
        exact = all(worth * item.weight % HUNDRED == 0 for item in items)
        if not exact:
            yield Fault(
                path,
                "折算后分值不超过4位小数的权重",
                clash="权重逐级相乘，折算出的分值除不尽",
                fix="改这一级的 weight，如 25、12.5；或各级都改写 points（分值）",
            )


def points_below(area: Area) -> int:
    """What an area's items add up to; its own points where they have weights or may overrun."""
    if area.overrun or any(item.points is None for item in area.items):
        return area.points or 0
    return sum(item.points or 0 for item in area.items)


def _sum_faults(
    items: tuple[Any, ...], worth: int, at: Path_, *, flat: bool = False
) -> Iterator[Fault]:
    """Of what is under one level; ``flat``: the author wrote no level around it."""
    if any((item.points or item.weight or 0) <= 0 for item in items):
        return  # to be fixed first
    if all(item.weight is not None for item in items):
        total = sum(item.weight for item in items)
        if total != HUNDRED:
            yield Fault(
                at,
                f"{'各项指标' if flat else '下级'}权重合计100，现合计{format_points(total)}",
                clash=f"{'各项指标' if flat else '下级'}权重：{'、'.join(format_points(i.weight) for i in items)}",
                fix=f"改{'各项指标' if flat else '下级各项'}的 weight，使合计为100",
            )
    elif all(item.points is not None for item in items):
        total = sum(item.points for item in items)
        if total != worth:
            yield Fault(
                (*at, "points"),
                f"{format_points(total)}（其下各指标分值之和）",
                clash=f"本级{format_points(worth)}分，其下各指标共{format_points(total)}分",
                fix="改本级或其下各指标的 points，使两者相等；下级之和可以超过、本级封顶的，在一级指标上写 overrun: true",
            )
