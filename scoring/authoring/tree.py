"""An indicator tree described: what every level is worth, and how every indicator is scored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import assert_never

from scoring.enums import Scoring
from scoring.points import format_points
from scoring.scheme import Area, Indicator, Leaf
from scoring.scheme.forms import Whole, leaves
from scoring.wording import phrases as say
from scoring.wording.document import Table


def tree_table(tree: tuple[Area, ...], full: int) -> Table:
    """The levels and indicators of a tree that is worth ``full``, one a row."""
    by_weight = any(area.weight is not None for area in tree)
    items = leaves(tree, full)
    rows: list[tuple[str, ...]] = []
    for area in tree:
        if isinstance(area, Whole):
            rows += _rows(area, 0, {leaf.code: leaf for leaf in items})
            continue
        rows.append(("", f"{area.area}{say.clause(area.clause)}", _worth(area), "—"))
        rows += _rows(area, 1, {leaf.code: leaf for leaf in items})
    worth = "权重（分值）" if by_weight else "分值"
    return Table(("编号", "指标", worth, "打分"), tuple(rows))


def _rows(area: Area, depth: int, items: Mapping[str, Leaf]) -> Iterator[tuple[str, ...]]:
    inset = "　" * depth
    for item in area.items:
        if isinstance(item, Area):
            yield ("", f"{inset}{item.area}{say.clause(item.clause)}", _worth(item), "—")
            yield from _rows(item, depth + 1, items)
        else:
            leaf = items[item.code]
            worth = say.points(leaf.points)
            if item.weight is not None:
                worth = f"{say.percent(item.weight)}（{worth}）"
            title = f"{inset}{item.title}{say.clause(item.clause)}"
            yield (item.code, title, worth, scoring(item, leaf))


def _worth(area: Area) -> str:
    if area.points is not None:
        return f"{say.points(area.points)}{'封顶' if area.overrun else ''}"
    return say.percent(area.weight or 0) + ("封顶" if area.overrun else "")


def scoring(item: Indicator, leaf: Leaf) -> str:
    """How an indicator is scored."""
    match leaf.scoring:
        case Scoring.OPTIONS:
            how = "按等级打分：" + "、".join(
                f"{name}{say.points(value)}" for name, value in (item.options or {}).items()
            )
        case Scoring.FRACTION:
            how = "按比例得分：分值×完成数÷应完成数"
        case Scoring.EACH:
            how = f"每个问题扣{say.points(item.each or 0)}，扣完为止"
        case Scoring.POINTS:
            how = f"0—{format_points(leaf.full)}分之间打分"
        case _ as other:
            assert_never(other)
    if leaf.points != leaf.full and leaf.scoring != Scoring.FRACTION:
        how += "（百分制，按权重折算）"
    parts = [how, item.criteria.rstrip("。"), *details(item, leaf)]
    return "。".join(part for part in parts if part)


def details(item: Indicator, leaf: Leaf) -> list[str]:
    """What evidence an indicator wants beside the usual, and who verifies it."""
    wants = [f"应附{item.evidence.rstrip('。')}"] if item.evidence else []
    return wants + ([f"由{leaf.verifier}核查"] if leaf.verifier else [])
