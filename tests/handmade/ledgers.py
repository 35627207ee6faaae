"""Four providers' ledgers, each from another program."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from typing import Any

from tests.handmade import data
from tests.handmade.data import Entry
from tests.handmade.raw import raw
from tests.handmade.sheets import Cell, Document, Page, excel, old_excel, text_file

_WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")


def _months(entries: Sequence[Entry]) -> dict[int, list[Entry]]:
    out: dict[int, list[Entry]] = {}
    for entry in entries:
        out.setdefault(entry.found.month, []).append(entry)
    return out


def office() -> Document:
    """市政府办公室: by month, with subtotals, a header of two rows that stands on every page."""
    page = Page("台账")
    page.across("2024年度政府信息公开平时考核台账", 12)
    page.add(
        "提供单位：市政府办公室（盖章）", None, None, None, None, None, "登记时间：2024年1月—12月"
    )

    def head() -> None:
        row = page.add(
            "序号",
            "台账编号",
            "责任单位",
            "扣分事项",
            "存在问题",
            "发现时间",
            "整改情况",
            None,
            "核实结果",
            "撤销情况",
            None,
            "备注",
        )
        page.add(
            None,
            None,
            None,
            None,
            None,
            None,
            "整改期限",
            "整改完成时间",
            None,
            "撤销日期",
            "撤销原因",
        )
        for c in (1, 2, 3, 4, 5, 6, 9, 12):
            page.merge(row, c, row + 1, c)
        page.merge(row, 7, row, 8)
        page.merge(row, 10, row, 11)

    head()
    count = 0
    numerals = "一二三四五六七八九十"
    for number, (month, entries) in enumerate(_months(data.OFFICE).items()):
        if number % 2:
            page.add(f"{numerals[number]}、{month}月")
        else:
            page.across(f"{numerals[number]}、{month}月份", 12)
        before = None
        for entry in entries:
            count += 1
            merged = before is not None and before.written == entry.written
            row = page.add(
                count, entry.number, None if merged else entry.written, entry.rule, entry.text, entry.found,
                entry.deadline, entry.rectified, entry.finding, entry.revoked, entry.reason, None,
            )  # fmt: skip
            page.marks = {"name": (row, 3), "shown": (row, 6), "beside": (row, 13)}
            if merged:
                page.merge(row - 1, 3, row, 3)
            before = entry
        page.add(None, f"{month}月小计", None, None, f"{len(entries)}件")
        if number == 2:
            page.add("制表：周九", None, None, "审核：吴十")
            page.add(None, None, None, None, "第 1 页，共 2 页")
            head()
    page.across("以下空白", 12)
    page.add("合计", None, None, None, f"共{count}件")
    page.add("制表人：周九", None, None, None, "审核人：吴十", None, "联系电话：0530-5550001")
    lists = Page(
        "下拉", [["属实", "县（市、区）"], ["不属实", "部门"], ["待核实", None]], state="hidden"
    )
    return Document("平时考核台账/市政府办公室2024年台账（定稿）.xlsx", [page, lists], excel)


def inspectors() -> list[Document]:
    """督查组: an export of the office system in GBK, and the second half-year with semicolons."""
    head = [
        "台账编号",
        "单位",
        "扣分项",
        "具体问题",
        "发现日期",
        "整改时限",
        "完成整改时间",
        "核查结果",
        "备注",
    ]
    out = []
    for name, months, writer, code in (
        (
            "督查组台账导出.csv",
            range(1, 7),
            text_file("gb18030", quoting=csv.QUOTE_MINIMAL),
            '="{}"',
        ),
        ("督查组下半年.csv", range(7, 13), text_file("utf-8-sig", ";"), "{}"),
    ):
        page = Page(name)
        page.add("专项督查问题清单")
        page.add()
        page.add(*head)
        for entry in data.INSPECTORS:
            if entry.found.month in months:
                row = page.add(
                    code.format(entry.number), entry.written, code.format(entry.rule), entry.text,
                    f"{entry.found:%Y-%m-%d} 00:00:00", f"{entry.deadline:%Y/%m/%d}",
                    f"{entry.rectified:%Y%m%d}" if entry.rectified else "", "", "",
                )  # fmt: skip
                page.marks |= {"name": (row, 2), "shown": (row, 6)}
                if "\n" not in entry.text:
                    page.marks["beside"] = (row, 10)
        page.add("导出人：督查组管理员", "", "", "", "导出时间：2024-12-31 17:02:11")
        if name == "督查组下半年.csv":
            page.add("填表人", "审核人", "联系电话")
            page.add("张三", "李四", "0530-5550003")
        out.append(Document(f"平时考核台账/{name}", [page], writer))
    out.append(_third(head))
    return out


def _third(head: list[str]) -> Document:
    """Nothing in it but the header and a word for nothing, tabs between."""
    page = Page("x")
    page.add(*head)
    page.add("本月无新增问题")
    return Document("平时考核台账/督查组12月（补）.csv", [page], text_file("utf-16", "\t"))


def press() -> Document:
    """新闻办: an old workbook, a sheet a month, days in every format."""
    ways = (
        lambda d: f"{d.year}.{d.month}.{d.day}", lambda d: f"{d.year}年{d.month}月{d.day}日", lambda d: Cell(d, "yyyy-mm-dd"),
        lambda d: Cell(d, 'yyyy"年"m"月"d"日"'), lambda d: Cell(d, "yy-m-d"), lambda d: f"{d:%Y%m%d}",
        lambda d: f"{d.year}/{d.month}/{d.day}".translate(_WIDE), lambda d: Cell(d, "d-mmm-yy"),
        lambda d: f"{d.year} 年 {d.month:02d} 月 {d.day:02d} 日",
    )  # fmt: skip
    months = _months(data.PRESS)
    pages = []
    at = 0
    for month in range(1, 13):
        page = Page(f"{month}月")
        page.across(f"市政府新闻办{month}月份舆情回应台账", 9)
        page.add(
            "编号",
            "台账编号",
            "单位名称",
            "扣分项目",
            "问题",
            "通报日期",
            "核实结果",
            "撤销时间",
            "撤销理由",
        )
        for count, entry in enumerate(months.get(month, ()), 1):
            way = ways[at % len(ways)]
            rule: Any = (
                entry.rule,
                "4 热点问题和重大舆情回应不及时",
                4,
                entry.rule.translate(_WIDE),
            )[at % 4]
            row = page.add(count, entry.number, entry.written, rule, entry.text, way(entry.found), entry.finding,
                     way(entry.revoked) if entry.revoked else None, entry.reason)  # fmt: skip
            page.marks = {"name": (row, 3), "shown": (row, 6), "beside": (row, 10)}
            at += 1
        if month not in months:
            nothing = ("本月无", "无", "本月无舆情问题", "（本月未发现问题）")[month % 4]
            if month % 2:
                page.add(None, nothing)
            else:
                page.across(nothing, 9)
        page.add("填表人：郑一　　　　负责人：何二")
        pages.append(page)
    pages.append(Page("Sheet13"))
    return Document("平时考核台账/新闻办舆情台账.xls", pages, old_excel)


def police() -> Document:
    """市公安局: from another program, header in row 6, inserted columns, rows filtered away."""
    page = Page("网安支队")
    page.add("附件1")
    page.across("政府网站安全隐患检查通报台账", 11)
    page.add("填报单位：市公安局网络安全保卫支队", None, None, None, None, None, None, "密级：内部")
    page.add()
    page.add("截止日期：2024年12月31日")
    page.add(
        "序号",
        "问题编号",
        "被考核单位",
        "办理民警",
        "扣分项",
        "问题描述",
        "发现时间",
        "整改截止日期",
        "完成整改日期",
        "备注",
        "备注2",
    )
    for count, entry in enumerate(data.POLICE, 1):
        row = page.add(
            count, entry.number, entry.written, f"民警{count}", Cell(int(entry.rule), "0"), entry.text, _slash(entry.found),
            _slash(entry.deadline), _slash(entry.rectified), None, "已约谈" if count == 4 else None,
        )  # fmt: skip
        page.marks = {"name": (row, 3), "shown": (row, 8), "beside": (row, 12)}
        if count in (3, 8):
            page.hidden_rows.add(row)
    page.filter = f"A6:K{len(page.rows)}"
    page.add(None, None, None, None, None, None, None, "网安支队（印章）")
    page.add(None, None, None, None, None, None, None, "2025年1月3日")
    return Document(
        "平时考核台账/公安局.xlsx", [page], raw(prefix="x", strict=True, backslash=True)
    )


def _slash(day: date | None) -> Any:
    return None if day is None else Cell(day, "yyyy/m/d;@")


def documents() -> list[Document]:
    return [office(), *inspectors(), press(), police()]
