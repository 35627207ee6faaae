"""The ways in which forms are laid out, filled in and signed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tests.folders import POINTS
from tests.handmade import data
from tests.handmade.sheets import (
    Cell,
    Page,
)

AREAS = (
    "基础建设",
    "主动公开",
    "重点领域",
    "依申请公开和复议诉讼",
    "平台建设",
    "推进指导和监督检查",
)
ITEMS = dict(
    zip(
        POINTS,
        [
            "制度机制建设",
            "目录和指南",
            "年度报告",
            "重大行政决策",
            "政策解读",
            "舆情收集与回应",
            "行政权力运行",
            "财政资金",
            "公共资源配置",
            "公共服务",
            "公共监管",
            "受理制度机制",
            "申请答复",
            "协助调查和举报处理",
            "行政复议",
            "行政诉讼",
            "规范化标准化",
            "内容建设和安全保障",
            "服务和互动",
            "政务新媒体",
            "公报、发布会、查阅场所",
            "工作部署",
            "业务培训",
            "监督检查",
        ],
        strict=True,
    )
)
_WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")
DUE = {"上半年": date(2024, 7, 10), "下半年": date(2025, 1, 12)}


@dataclass(frozen=True)
class Who:
    """Whose form it is, and how its clerk calls the unit."""

    unit: str
    period: str
    number: int

    @property
    def written(self) -> str:
        shorts = data.COUNTIES.get(self.unit) or data.DEPARTMENTS[self.unit]
        return (self.unit, *shorts)[self.number % (len(shorts) + 1)]

    @property
    def day(self) -> date:
        return DUE[self.period]


# The block above the table


def _one_line(page: Page, who: Who, width: int) -> None:
    page.across(f"{data.YEAR}年{who.period}政府信息公开工作考核表", width)
    page.across(f"填报单位（盖章）：{who.written}", width)
    page.across(f"考核年度：2024年度　　　期次：{who.period}　　　填报日期：2024年7月10日", width)


def _cells(page: Page, who: Who, width: int) -> None:
    page.across("政府信息公开工作自我考核表", width)
    row = page.add("单位名称", None, who.written, None, "考核年度", 2024)
    page.merge(row, 1, row, 2)
    page.merge(row, 3, row, 4)
    row = page.add(
        "考核期次",
        None,
        f"2024年{who.period}",
        None,
        "报送日期",
        Cell(who.day, 'yyyy"年"m"月"d"日"'),
    )
    page.merge(row, 1, row, 2)
    page.merge(row, 3, row, 4)


def _spaced(page: Page, who: Who, width: int) -> None:
    page.add("附件2")
    page.across("政府信息公开工作考核表", width)
    page.add()
    page.add(
        "填 报 单 位：",
        None,
        who.written,
        None,
        None,
        "填 报 日 期：",
        f"{who.day.year}.{who.day.month}.{who.day.day}",
    )
    page.add("年　　度：", None, "2024年度", None, None, "期　　次：", who.period)


def _wide(page: Page, who: Who, width: int) -> None:
    page.across("考　核　表", width)
    page.across(
        f"填报单位（公章）：{who.written}　　　　　年度：２０２４年　　　　　期次：{who.period}",
        width,
    )


def _column(page: Page, who: Who, width: int) -> None:
    page.add(None, "2024年度政府信息公开考核自评表")
    for label, value in (
        ("被考核单位：", who.written),
        ("考核年度：", "2024"),
        ("考核时段：", f"2024年{who.period}"),
        ("填表时间：", who.day),
    ):
        page.add(label, None, value)


def _two_rows(page: Page, who: Who, width: int) -> None:
    page.across(f"2024年度{who.period}考核表", width)
    page.add("单位", who.written, None, "年度", "2024年")
    page.add(
        "期次",
        f"{who.period}",
        None,
        "填报时间",
        f"{who.day:%Y/%m/%d}" if who.number % 2 else None,
        "联系人",
        "张三",
    )


def _stamp_behind(page: Page, who: Who, width: int) -> None:
    page.across("自 评 表", width)
    page.across(f"申报单位：{who.written}（盖章）", width)
    page.across(
        f"考核期间：{who.period}       考核年度：2024       填表日期：     年   月   日", width
    )


def _right(page: Page, who: Who, width: int) -> None:
    page.across("政府信息公开工作考核表\n（试行）", width)
    page.add("单位（公章）：", who.unit, None, None, "考核年度：2024", None, f"期次：{who.period}")
    page.add(None, None, None, None, "单位：分", None, "填报日期：2024 年 7 月 9 日")


def _with_names(page: Page, who: Who, width: int) -> None:
    page.across("2024年政府信息公开工作考核评分表", width)
    page.add(f"自评单位：{who.written}   填表人：李四   联系电话：0530-5550000   审核人：王五")
    page.add(f"年度：2024年；期次：{who.period}；报送日期：{who.day:%Y-%m-%d}")


BLOCKS: tuple[Callable[[Page, Who, int], None], ...] = (
    _one_line, _cells, _spaced, _wide, _column, _two_rows, _stamp_behind, _right, _with_names,
)  # fmt: skip

# The table's columns: (header, what stands below); a header of two rows as (upper, lower)

_STANDARD = (
    ("指标编号", "code"), ("一级指标", "area"), ("二级指标", "item"), ("评分标准", "standard"), ("分值", "points"),
    ("自评分", "own"), ("自评说明", "said"), ("证明材料", "evidence"), ("核查得分", "verified"),
    ("核查单位", "verifier"), ("核查说明", "why"),
)  # fmt: skip
_INSERTED = (
    ("序号", "count"), ("指标\n编号", "code"), ("一级指标", "area"), ("二级指标", "item"), ("牵头科室", "office"),
    ("分值\n（满分100分）", "points"), ("自 评\n得 分", "own"), ("自评说明", "said"), ("证明材料", "evidence"),
    ("佐证链接", "link"), ("核查\n得分", "verified"), ("扣分理由", "why"),
)  # fmt: skip
_OTHER_ORDER = (
    ("一级指标", "area"), ("编号", "code"), ("考核指标", "item"), ("标准分", "points"), ("计分标准", "standard"),
    ("自我评分", "own"), ("核查分", "verified"), ("核查情况", "why"), ("责任单位", "verifier"),
)  # fmt: skip
_TWO_ROWS = (
    ("序号", "count"), ("指标编号", "code"), (("考核指标", "一级指标"), "area"), (("考核指标", "二级指标"), "item"), ("分值", "points"),
    (("自评情况", "自评得分"), "own"), (("自评情况", "自评说明"), "said"),
    (("核查情况", "核查得分"), "verified"), (("核查情况", "核查说明"), "why"),
)  # fmt: skip
_SHORT_HEADS = (
    ("指标编号", "code"), ("指标名称", "item"), ("分值", "points"), (("自评", "得分"), "own"), (("自评", "说明"), "said"),
    (("核查", "得分"), "verified"), (("核查", "单位"), "verifier"), (("核查", "说明"), "why"),
)  # fmt: skip
_BARE = (
    ("编号", "code"),
    ("指标", "item"),
    ("满分", "points"),
    ("自评得分", "own"),
    ("核实得分", "verified"),
)
_SPACER = (
    ("指标编号*", "code"), ("考核内容", "area"), ("二级指标", "item"), (None, None), ("分值:", "points"), ("自评分（分）", "own"),
    ("佐证材料（可附页）", "evidence"), ("核查得分（核查组填写）", "verified"), ("备注2", "other"),
)  # fmt: skip
LAYOUTS: tuple[Sequence[tuple[Any, str | None]], ...] = (
    _STANDARD, _INSERTED, _OTHER_ORDER, _TWO_ROWS, _SHORT_HEADS, _BARE, _SPACER,
)  # fmt: skip


def head(page: Page, layout: Sequence[tuple[Any, str | None]]) -> None:
    heads = [head for head, _ in layout]
    if not any(isinstance(head, tuple) for head in heads):
        page.add(*heads)
        return
    upper: list[Any] = []
    for head in heads:
        name = head[0] if isinstance(head, tuple) else head
        upper.append(None if isinstance(head, tuple) and name in upper else name)
    row = page.add(*upper)
    page.add(*[head[1] if isinstance(head, tuple) else None for head in heads])
    for c, head in enumerate(heads, 1):
        if not isinstance(head, tuple):
            page.merge(row, c, row + 1, c)
        elif upper[c - 1]:
            same = sum(isinstance(h, tuple) and h[0] == head[0] for h in heads)
            page.merge(row, c, row, c + same - 1)


# How numbers are written


def plain(value: Fraction) -> Any:
    return int(value) if value.denominator == 1 else float(value)


def _decimal(value: Fraction, places: int) -> str:
    return f"{float(value):.{places}f}"


NUMBERS: tuple[Callable[[Fraction], Any], ...] = (
    plain,
    lambda v: Cell(plain(v), "0.00"),
    lambda v: Cell(plain(v), "0.00_ "),
    lambda v: _decimal(v, 2),
    lambda v: f"{_decimal(v, 2).rstrip('0').rstrip('.')}分",
    lambda v: _decimal(v, 2).rstrip("0").rstrip(".").translate(_WIDE),
    lambda v: Cell(plain(v), '0.00"分"'),
    lambda v: f"\u00a0{_decimal(v, 2)} \n",
    lambda v: Cell(plain(v), "@"),
    lambda v: Cell(plain(v), "0.00_);[Red](0.00)"),
    lambda v: Cell(plain(v), "#,##0.00;[Red]-#,##0.00"),
)

CODES: tuple[Callable[[str], Any], ...] = (
    lambda c: c,
    lambda c: float(c),
    lambda c: c.translate(_WIDE),
    lambda c: Cell(float(c), "0.0"),
    lambda c: f" {c}",
)

# Below the table


def _signed(page: Page, width: int) -> None:
    page.across(
        "单位主要负责人（签字）：　　　　　　填表人：张三　　　　　联系电话：0530-5551234", width
    )


def _signed_cells(page: Page, width: int) -> None:
    page.add("填表人：", "张三", None, "审核人：", "李四", None, "联系电话：", 13800000000)


def _stamp_and_day(page: Page, width: int) -> None:
    page.add()
    page.add(None, None, None, None, "（盖章）")
    page.add(None, None, None, None, "2024年7月10日")


def _empty_day(page: Page, width: int) -> None:
    page.add("单位负责人签字：", None, None, None, "（公章）")
    page.add(None, None, None, None, "    年   月   日")


def _opinion(page: Page, width: int) -> None:
    for who in ("单位审核意见", "核查组审核意见"):
        row = page.add(
            who, None, "情况属实，同意上报。\n\n　　　　负责人（签字）：　　　　2024年7月10日"
        )
        page.add()
        page.add()
        page.merge(row, 1, row + 2, 2)
        page.merge(row, 3, row + 2, width)


def _notes(page: Page, width: int) -> None:
    page.across("注：1.自评分不得超过分值；", width)
    page.across("    2.核查得分由责任单位填写；", width)
    page.add("3.本表一式三份，加盖公章后报市政府办公室。")


def _instructions(page: Page, width: int) -> None:
    page.add("填表说明：证明材料写明文件名称、文号。")
    page.add()
    page.add("以下空白")


def _verifiers(page: Page, width: int) -> None:
    page.add("核查单位（盖章）：市政府办公室", None, None, "核查日期：2024年8月1日")
    page.add("核查组组长：", "赵六", "核查人员：", "钱七、孙八")


def _table_of_names(page: Page, width: int) -> None:
    page.add("填表人", "审核人", "负责人")
    page.add("张三", "李四", "王五")


def _report(page: Page, width: int) -> None:
    page.across(
        "主要负责人：王五　　　分管负责人：李四　　　经办人：张三　　　报出日期：2024年7月10日",
        width,
    )
    page.add("联系人：张三", None, "电话：5551234")
    page.add("日期：2024.7.10")


def _nothing(page: Page, width: int) -> None:
    return


FEET: tuple[Callable[[Page, int], None], ...] = (
    _signed, _signed_cells, _stamp_and_day, _empty_day, _opinion, _notes, _instructions, _verifiers,
    _table_of_names, _report, _nothing,
)  # fmt: skip

# Other sheets beside the form's


def beside(kind: int) -> list[Page]:
    explanation = Page(
        "填表说明",
        [["填表说明"], ["一、自评分由单位填写，不得超过分值。"], ["二、核查得分由核查单位填写。"]],
    )
    lists = Page("数据源", [["上半年", "优"], ["下半年", "良"]], state="veryHidden")
    standards = Page("评分标准", [["指标编号", "二级指标", "分值", "评分标准"]])
    for code, item in ITEMS.items():
        standards.add(code, item, POINTS[code], f"{item}每缺一项扣0.5分。")
    return [
        [], [Page("Sheet2"), Page("Sheet3")], [explanation], [lists], [explanation, Page("Sheet3"), lists],
        [standards],
    ][kind]  # fmt: skip
