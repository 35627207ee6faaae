"""The columns of 考核表 and of long tables of items."""

from __future__ import annotations

from typing import assert_never

from scoring.enums import Scoring
from scoring.intake.table import (
    Column,
)
from scoring.scheme import SelfAssessment

_ITEM_COLUMNS = (
    Column("指标编号", ("编号", "指标序号"), required=True, spread=False, identity="code"),
    Column("一级指标", ("考核内容",)),
    Column("二级指标", ("指标", "考核指标", "指标名称"), identity="item"),
    Column("评分标准", ("计分标准", "考核标准")),
    Column("分值", ("标准分", "满分"), spread=False, identity="amount"),
    Column("自评分", ("自评得分", "自我评分"), required=True, spread=False, identity="amount"),
    Column("自评说明", ("自评情况",)),
    Column("证明材料", ("佐证材料",)),
    Column("核查得分", ("核查分", "核实得分"), spread=False, decides="number",
           words=("核查", "核实", "核定", "复核", "认定", "考核分", "考核得分")),
    Column("核查单位", ("责任单位",)),
    Column("核查说明", ("扣分理由", "核查情况")),
)  # fmt: skip
HINT_COLUMN = Column("填报提示")
"""What a form of ours says of a row that is not complete; nothing is read from it."""
ASIDE_COLUMNS = (
    HINT_COLUMN,
    *(Column(name, spread=False) for name in ("折合分值", "折合得分")),
    *(Column(f"{level}级指标") for level in "三四五六"),
)
"""Columns that a form of ours may have beside the contract's; nothing is read from them."""
FORM_COLUMNS = tuple(
    Column(c.name, c.aliases, required=True, spread=False, identity="amount")
    if c.name == "分值"
    else c
    for c in _ITEM_COLUMNS
)
LONG_COLUMNS = (
    Column("单位", ("单位名称", "被考核单位"), required=True, identity="name"),
    Column("期次", ("考核期次",), required=True),
    *_ITEM_COLUMNS,
    Column("考核年度", ("年度",)),
    Column("报送日期", ("填报日期", "报送时间"), decides="day"),
)


def _count_columns(way: Scoring) -> tuple[Column, ...]:
    match way:
        case Scoring.FRACTION:
            return (
                Column("完成数", ("完成数量",), spread=False, decides="number"),
                Column("应完成数", ("应完成数量", "总数"), spread=False, decides="number"),
                Column("核查完成数", ("核查完成数量",), spread=False, decides="number"),
                Column(
                    "核查应完成数", ("核查应完成数量", "核查总数"), spread=False, decides="number"
                ),
            )
        case Scoring.EACH:
            return (
                Column("问题数", ("问题个数", "自查问题数"), spread=False, decides="number"),
                Column("核查问题数", ("核查问题个数", "扣分次数"), spread=False, decides="number"),
            )
        case Scoring.POINTS | Scoring.OPTIONS:
            return ()
        case _ as other:
            assert_never(other)


COUNT_COLUMNS = {way: _count_columns(way) for way in Scoring}
"""What an item needs by its way of scoring: the unit's own counts, then the verifier's."""
VERIFIED_COUNTS = {
    way: tuple(c.name for c in columns if c.name.startswith("核查"))
    for way, columns in COUNT_COLUMNS.items()
}
"""The columns that the verifier fills in instead of 核查得分, by the item's way of scoring."""
CLAIMED_COUNTS = {
    way: tuple(c.name for c in columns if not c.name.startswith("核查"))
    for way, columns in COUNT_COLUMNS.items()
}
"""The columns that the unit fills in instead of 自评分."""

COUNT_FIELDS = {
    "完成数": "done", "应完成数": "of", "问题数": "faults",
    "核查完成数": "done", "核查应完成数": "of", "核查问题数": "faults",
}  # fmt: skip
"""What a count is called in ``verification.model.Counts``, by its column."""


def more_columns(component: SelfAssessment) -> tuple[Column, ...]:
    """The columns beside the contract's: what the component's ways of scoring need, and
    those that nothing is read from."""
    ways = dict.fromkeys(
        leaf.scoring for group in component.trees() for leaf in component.items(group)
    )
    counts = [column for way in ways for column in COUNT_COLUMNS[way]]
    return (*counts, *ASIDE_COLUMNS)
