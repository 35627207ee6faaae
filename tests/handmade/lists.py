"""The unit list and the third party's table."""

from __future__ import annotations

from fractions import Fraction

from tests.handmade import data
from tests.handmade.raw import raw
from tests.handmade.sheets import Cell, Document, Page, excel


def units() -> Document:
    page = Page("机构序列")
    page.across("2024年度政府信息公开工作考核对象名单", 7)
    page.add("（共18个考核对象，3个所属单位）")
    page.add(
        "序号",
        "单位名称（全称）",
        "类 别",
        "简称\n（多个用顿号隔开）",
        "所属单位",
        "联系人",
        "联系电话",
    )
    count = 0
    for caption, group, names in (
        ("一、县（市、区）（12个）", "县（市、区）", data.COUNTIES), ("二、市直部门（6个）", "市直部门", data.DEPARTMENTS)
    ):  # fmt: skip
        if count:
            page.add(caption)
        else:
            page.across(caption, 7)
        first = len(page.rows) + 1
        for name, shorts in names.items():
            count += 1
            here = len(page.rows) + 1 == first
            page.add(
                count,
                name,
                group if here else None,
                "、".join(shorts),
                None,
                f"联系人{count}",
                f"0530-555{count:04d}",
            )
        page.merge(first, 3, len(page.rows), 3)
    page.across("三、所属单位（不单独考核）", 7)
    for name, (short, group, parent) in data.SUBORDINATES.items():
        count += 1
        row = page.add(count, name, group, short, parent)
        page.marks = {"name": (row, 5), "beside": (row, 8)}
    page.add("合计", "21个")
    page.add("制表人：李明", None, None, "审核人：王芳", None, "2024年1月8日")
    page.add(None, "以上名单经市政府办公室审定")
    page.add("备注：机构序列按市委编办文件排列。")
    return Document("考核对象.xlsx", [page, Page("Sheet2"), Page("Sheet3")], excel)


def third_party() -> Document:
    page = Page("评估结果")
    page.across("2024年度政府信息公开第三方评估得分表", 7)
    page.add("评估机构：衡知公共治理评估中心", None, None, None, None, None, "单位：分")
    page.add(
        "序号", "被评估单位", "类别", "网站评估\n（60分）", "电话暗访\n（40分）", "综合得分", "名次"
    )
    first = len(page.rows) + 1
    scores = {unit: Fraction(score) for unit, score in data.THIRD.items()}
    for count, (unit, score) in enumerate(scores.items(), 1):
        at = len(page.rows) + 1
        site = score * 6 // 10
        row = page.add(
            count, unit if count % 3 else (data.COUNTIES.get(unit) or data.DEPARTMENTS[unit])[0],
            data.GROUPS[unit], int(site), float(score - site),
            Cell(float(score), "0.00_ ", f"=D{at}+E{at}"), 1 + sum(s > score for s in scores.values()),
        )  # fmt: skip
        page.marks = {"name": (row, 2), "shown": (row, 6), "beside": (row, 8)}
    values = scores.values()
    for label, name, value in (
        ("最高分", "MAX", max(values)), ("最低分", "MIN", min(values)), ("平均分", "AVERAGE", sum(values, Fraction(0)) / len(scores))
    ):  # fmt: skip
        page.add(
            label, None, None, None, None, Cell(float(value), "0.00", f"={name}(F{first}:F{row})")
        )
    counties = [s for u, s in scores.items() if data.GROUPS[u] == "县区"]
    page.add(None, "县区平均分", None, None, None, round(float(sum(counties, Fraction(0)) / 12), 2))
    page.add(None, "其中：部门平均分", None, None, None, 86.22)
    page.add("注：综合得分保留两位小数。")
    page.add()
    page.add(None, None, None, None, "评估机构（盖章）：")
    page.add(None, None, None, None, "2025年1月20日")
    return Document("第三方评估.xlsx", [page], raw(inline=False))
