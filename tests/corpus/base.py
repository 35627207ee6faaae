"""The folders that the inputs of the corpus change: small, sound, with scores worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tests.folders import POINTS, spread, write_settings, write_sheet

UNITS = "考核对象.xlsx"
LEDGER = "平时考核台账/办公室.xlsx"
SCORES = "第三方评估.xlsx"
FORM = "自我考核/上半年/甲山县.xlsx"
HOLIDAYS = "节假日.xlsx"

UNIT_ROWS: list[list[Any]] = [
    ["单位名称", "类别", "简称", "所属单位"],
    ["甲山县人民政府", "县区", "甲山县"],
    ["乙水县人民政府", "县区", "乙水县"],
    ["丙市财政局", "部门", "市财政局、财政局"],
    ["甲山县卫生健康局", "县区", "甲山县卫健局", "甲山县人民政府"],
]
LEDGER_HEADER = [
    "台账编号", "单位", "扣分项", "问题描述", "发现日期", "整改期限", "整改完成日期", "核实结果",
    "撤销日期", "撤销理由", "备注",
]  # fmt: skip
LEDGER_ROWS: list[list[Any]] = [
    LEDGER_HEADER,
    ["T001", "甲山县", "1", "栏目长期不更新", date(2024, 3, 5)],
    ["T002", "丙市财政局", "2.1", "链接打不开", date(2024, 4, 8), date(2024, 4, 30), date(2024, 5, 6)],
    ["T003", "乙水县", "2.2", "电话无人接听", date(2024, 5, 9), None, None, "属实"],
    ["T004", "乙水县", "3", "专栏缺失", date(2024, 6, 3), date(2024, 6, 28), date(2024, 6, 20)],
]  # fmt: skip
"""T002 was rectified six days late and counts; T004 in time, and does not."""
SCORE_ROWS: list[list[Any]] = [
    ["单位", "得分", "评估机构"],
    ["甲山县", 90, "某大学"],
    ["乙水县", 88.5, "某大学"],
    ["丙市财政局", 85, "某大学"],
]
FORM_HEADER = [
    "指标编号", "二级指标", "分值", "自评分", "自评说明", "核查得分", "核查单位", "核查说明",
]  # fmt: skip
VERIFIED = {"甲山县": 98, "乙水县": 92, "市财政局": 90}
"""The verified sum of both half-years, by the short names that the forms' files go by."""

SCORED = {"甲山县人民政府": "95.75", "乙水县人民政府": "92.90", "丙市财政局": "91.05"}
"""98.5 × 30% + 98 × 40% + 90 × 30%; 98.5, 92, 88.5; 98.5, 90, 85."""
MORE_BY_ONE = {"甲山县人民政府": "95.30", "乙水县人民政府": "92.45", "丙市财政局": "90.60"}
"""The same with one problem more: 1.5 × 30% = 0.45 less."""


def form_rows(unit: str, period: str, total: Any) -> list[list[Any]]:
    """A 考核表 with the table's header in row 4 and its items from row 5."""
    verified = spread(total)
    return [
        ["政府信息公开工作考核表"],
        ["单位", unit, "报送日期", date(2024, 7, 1)],
        ["考核年度", 2024, "期次", period],
        FORM_HEADER,
        *(
            [code, f"指标{code}", points, points, "见附件", verified[code], "市政府办公室"]
            for code, points in POINTS.items()
        ),
    ]


def write_heze(folder: Path) -> None:
    """Heze's scheme: two counties, a bureau, a department of a county."""
    write_settings(folder, region="丙市")
    write_sheet(folder / UNITS, UNIT_ROWS)
    write_sheet(folder / LEDGER, LEDGER_ROWS)
    write_sheet(folder / SCORES, SCORE_ROWS)
    for period in ("上半年", "下半年"):
        for unit, total in VERIFIED.items():
            path = folder / "自我考核" / period / f"{unit}.xlsx"
            write_sheet(path, form_rows(unit, period, total))


ASSESSORS = ("甲评委", "乙评委", "丙评委", "丁评委")
REVIEWS: dict[str, Sequence[Any]] = {
    "东县": (80, 84, 86, 90),
    "西县": (70, 80, 90, 95),
    "林业局": (88, 90, 92, 99),
}
"""The middle two count: means of 85, 85, 91."""
REVIEW, SURVEY, ITEMS = "专家评审.xlsx", "公众满意度.xlsx", "指标考核.xlsx"
_A_ITEMS = {"A111": 90, "A112": 90, "A113": 90, "A121": (9, 10), "A211": (9, 10), "A212": "好",
            "A311": "好"}  # fmt: skip
_B_ITEMS = {"B111": 0, "B112": 15, "B121": (18, 20), "B211": "优", "B221": 0, "B311": 8, "B312": 2}
ITEM_HEADER = [
    "单位", "期次", "指标编号", "自评分", "核查得分", "完成数", "应完成数", "核查完成数",
    "核查应完成数", "问题数", "核查问题数",
]  # fmt: skip


def _item_rows() -> list[list[Any]]:
    rows: list[list[Any]] = [ITEM_HEADER]
    for unit, items in (("东县", _A_ITEMS), ("西县", _A_ITEMS), ("林业局", _B_ITEMS)):
        for period in ("半年", "全年"):
            for code, found in items.items():
                row: list[Any] = [unit, period, code]
                if isinstance(found, tuple):
                    row += [None, None, *found, *found]
                elif code in ("B111", "B221"):
                    row += [None, None, None, None, None, None, found, found]
                else:
                    row += [found, found]
                rows.append(row)
    return rows


REVIEW_ROWS: list[list[Any]] = [
    ["单位", "评委", "得分"],
    *([unit, who, got] for unit, all_ in REVIEWS.items() for who, got in zip(ASSESSORS, all_, strict=True)),
]  # fmt: skip


def write_fenlei(folder: Path) -> None:
    """The scheme fenlei: several assessors, counts and options beside points."""
    write_settings(folder, scheme="fenlei")
    units = [["东县", "A类县区"], ["西县", "A类县区"], ["林业局", "B类部门"]]
    write_sheet(folder / UNITS, [["单位名称", "类别"], *units])
    write_sheet(folder / ITEMS, _item_rows())
    write_sheet(folder / REVIEW, REVIEW_ROWS)
    write_sheet(folder / SURVEY, [["单位", "得分"], ["东县", 9], ["西县", 8.5], ["林业局", 9.5]])


ROOMS = "科室考核台账.xlsx"
ROOM_ROWS: list[list[Any]] = [
    ["台账编号", "单位", "扣分项", "问题描述", "发现日期", "变更日期", "整改完成日期", "核实结果"],
    ["K1", "人事科", "1", "少一项", "2024-03-05"],
    ["K2", "人事科", "2", "变更未报", "2024-04-22", "2024-04-01", "2024-04-23"],
    ["K3", "法规科", "2", "变更未报", "2024-04-22", "2024-04-01", "2024-04-24"],
]
"""15 working days after 1 April 2024 (holidays 4 to 6 April, 7 April worked) end on 23 April."""


def write_keshi(folder: Path) -> None:
    """The scheme keshi: deadlines in working days."""
    write_settings(folder, scheme="keshi")
    write_sheet(folder / UNITS, [["单位名称", "类别"], ["人事科", "科室"], ["法规科", "科室"]])
    write_sheet(folder / ROOMS, ROOM_ROWS)


BASES = {"heze": write_heze, "fenlei": write_fenlei, "keshi": write_keshi}
