"""考核表: the indicator tree that units assess themselves by, and the periods of the year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

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
            yield Fault(("each_day",), "大于0的数")
        if self.cap is not None and self.cap <= 0:
            yield Fault(("cap",), "大于0的数")


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
            yield Fault((name,), "大于0的数")
        ways = [n for n in ("options", "fraction", "each") if getattr(self, n)]
        if len(ways) > 1:
            yield Fault((ways[1],), f"一种打分方式（已写 {ways[0]}）")
        full = self.points if self.points is not None else HUNDRED
        for name, points in (self.options or {}).items():
            if not 0 <= points <= full:
                yield Fault(("options", name), f"0到{format_points(full)}的数")
        if self.each is not None and self.each <= 0:
            yield Fault(("each",), "大于0的数")


def _kind(value: Any) -> str:
    has_items = "items" in value if isinstance(value, Mapping) else hasattr(value, "items")
    return "<area>" if has_items else "<indicator>"


class Area(Part):
    """一级指标 or a level under it, with what it is made of. Levels may be of any depth."""

    area: Text = Field(description="指标名称")
    points: Positive | None = Field(None, description="分值合计")
    weight: Share | None = Field(None, description="权重，占上一级的百分之几")
    overrun: bool = Field(False, description="本级封顶，下级得分之和可以超过本级分值")
    verifier: str = Field("", description="责任单位，负责核查其下各指标")
    clause: str = ""
    items: tuple[
        Annotated[
            Annotated[Indicator, Tag("<indicator>")] | Annotated[Area, Tag("<area>")],
            Discriminator(_kind),
        ],
        ...,
    ] = Field(min_length=1)


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
    def area(self) -> str:
        return self.top.area

    @property
    def code(self) -> str:
        return self.indicator.code

    @property
    def title(self) -> str:
        return self.indicator.title

    @property
    def most(self) -> int:
        """The highest score: under a capped area an item may exceed its own, up to the area's."""
        return max(self.full, self.top.points or 0) if self.top.overrun else self.full

    @property
    def scoring(self) -> Literal["points", "options", "fraction", "each"]:
        """How the indicator is scored."""
        if self.indicator.options:
            return "options"
        if self.indicator.fraction:
            return "fraction"
        return "each" if self.indicator.each else "points"


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
        yield Fault(
            at, f"points（分值）或 weight（权重），{how}", found="两种都写了" if both else None
        )
    if wrong:
        return
    by_weight = [item.weight is not None for item in items]
    if any(by_weight) and not all(by_weight):
        yield Fault((*path, by_weight.index(not by_weight[0])), "同一级都写分值，或都写权重")
        return
    for i, item in enumerate(items):
        at = (*path, i)
        if isinstance(item, Indicator):
            yield from (fault.under(*at) for fault in item.faults())
            continue
        worth_of = "points" if item.points is not None else "weight"
        if getattr(item, worth_of) <= 0:
            yield Fault((*at, worth_of), "大于0的数")
        inner = item.points if item.points is not None else _share(worth, item.weight)
        if item.overrun and not top:
            yield Fault((*at, "overrun"), "只写在一级指标上的一项")
        if not item.overrun:
            yield from _sum_faults(item.items, inner, at)
        yield from _level_faults(item.items, inner, (*at, "items"), "points")
    if all(by_weight):
        exact = all(worth * item.weight % HUNDRED == 0 for item in items)
        if not exact:
            yield Fault(path, "折算后分值不超过4位小数的权重")


def points_below(area: Area) -> int:
    """What an area's items add up to; its own points where they have weights or may overrun."""
    if area.overrun or any(item.points is None for item in area.items):
        return area.points or 0
    return sum(item.points or 0 for item in area.items)


def _sum_faults(items: tuple[Any, ...], worth: int, at: Path_) -> Iterator[Fault]:
    if all(item.weight is not None for item in items):
        total = sum(item.weight for item in items)
        if total != HUNDRED:
            yield Fault(at, f"下级权重合计100，现合计{format_points(total)}")
    elif all(item.points is not None for item in items):
        total = sum(item.points for item in items)
        if total != worth:
            yield Fault((*at, "points"), f"{format_points(total)}（其下各指标分值之和）")
