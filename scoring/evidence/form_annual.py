"""Tables 三 and 四 of the annual report under the 条例 of 2019, as data: rows, columns and rules.

The forms are the State Council's (国办公开办函〔2019〕60号, 〔2021〕30号). The first prints its rule:
本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from scoring.evidence.checks import Check, Sum

REQUESTS: Final = "收到和处理政府信息公开申请情况"
REVIEWS: Final = "政府信息公开行政复议、行政诉讼情况"


class Line(NamedTuple):
    """A row of the table of requests. ``optional`` is one that only some editions of the form have;
    ``heading`` holds no numbers where rows stand below it."""

    key: str
    label: str
    optional: bool = False
    heading: bool = False


COLUMNS: Final = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
LINES: Final = (
    Line("新收", "一、本年新收政府信息公开申请数量"),
    Line("上年结转", "二、上年结转政府信息公开申请数量"),
    Line("三", "三、本年度办理结果", heading=True),
    Line("三.一", "（一）予以公开"),
    Line("三.二", "（二）部分公开"),
    Line("三.三", "（三）不予公开", heading=True),
    Line("三.三.1", "1.属于国家秘密"),
    Line("三.三.2", "2.其他法律行政法规禁止公开"),
    Line("三.三.3", "3.危及“三安全一稳定”"),
    Line("三.三.4", "4.保护第三方合法权益"),
    Line("三.三.5", "5.属于三类内部事务信息"),
    Line("三.三.6", "6.属于四类过程性信息"),
    Line("三.三.7", "7.属于行政执法案卷"),
    Line("三.三.8", "8.属于行政查询事项"),
    Line("三.四", "（四）无法提供", heading=True),
    Line("三.四.1", "1.本机关不掌握相关政府信息"),
    Line("三.四.2", "2.没有现成信息需要另行制作"),
    Line("三.四.3", "3.补正后申请内容仍不明确"),
    Line("三.五", "（五）不予处理", heading=True),
    Line("三.五.1", "1.信访举报投诉类申请"),
    Line("三.五.2", "2.重复申请"),
    Line("三.五.3", "3.要求提供公开出版物"),
    Line("三.五.4", "4.无正当理由大量反复申请"),
    Line("三.五.5", "5.要求行政机关确认或重新出具已获取信息"),
    # One row in 2019, three from 2021 on.
    Line("三.六", "（六）其他处理", optional=True),
    Line(
        "三.六.1", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", optional=True
    ),
    Line(
        "三.六.2",
        "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
        optional=True,
    ),
    Line("三.六.3", "3.其他", optional=True),
    Line("三.七", "（七）总计"),
    Line("结转", "四、结转下年度继续办理"),
)
NUMBERED: Final = tuple(line for line in LINES if not line.heading)
OUTCOMES: Final = tuple(
    line.key for line in NUMBERED if line.key.startswith("三.") and line.key != "三.七"
)


def cell(line: str, column: str) -> str:
    """The key of a figure of the table of requests."""
    return f"{line}/{column}"


def request_checks(lines: frozenset[str]) -> tuple[Check, ...]:
    """The rules of the table of requests as it has ``lines`` (keys)."""
    there = [line for line in NUMBERED if line.key in lines]
    outcomes = [key for key in OUTCOMES if key in lines]
    across = (
        Sum(
            cell(line.key, "总计"),
            tuple(cell(line.key, column) for column in COLUMNS[:-1]),
            "“总计”等于各类申请人之和",
        )
        for line in there
    )
    down = (
        Sum(
            cell("三.七", column),
            tuple(cell(key, column) for key in outcomes),
            "办理结果“（七）总计”等于（一）至（六）各项之和",
        )
        for column in COLUMNS
    )
    carried = (
        Sum(
            cell("三.七", column),
            (cell("新收", column), cell("上年结转", column)),
            "第一项加第二项之和，等于第三项加第四项之和（表式注明的勾稽关系）",
            plus=(cell("结转", column),),
        )
        for column in COLUMNS
    )
    return (*across, *down, *carried)


OUTCOME_NAMES: Final = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
KINDS: Final = ("行政复议", "行政诉讼（未经复议直接起诉）", "行政诉讼（复议后起诉）")
REVIEW_CHECKS: Final[tuple[Check, ...]] = tuple(
    Sum(
        cell(kind, "总计"),
        tuple(cell(kind, name) for name in OUTCOME_NAMES[:-1]),
        "“总计”等于各种结果与尚未审结之和",
    )
    for kind in KINDS
)
