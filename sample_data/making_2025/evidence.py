"""证明材料: tables of two units' annual reports, one with a contradiction, and a list of published items."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from making_2024.sheets import Book

from .lists import write_table

REPORT = (
    ("一、本年新收政府信息公开申请数量", "", ""),
    ("二、上年结转政府信息公开申请数量", "", ""),
    ("三、本年度办理结果", "（一）予以公开", ""),
    ("", "（二）部分公开", ""),
    ("", "（三）不予公开", "1.属于国家秘密"),
    ("", "", "2.其他法律行政法规禁止公开"),
    ("", "", "3.危及“三安全一稳定”"),
    ("", "", "4.保护第三方合法权益"),
    ("", "", "5.属于三类内部事务信息"),
    ("", "", "6.属于四类过程性信息"),
    ("", "", "7.属于行政执法案卷"),
    ("", "", "8.属于行政查询事项"),
    ("", "（四）无法提供", "1.本机关不掌握相关政府信息"),
    ("", "", "2.没有现成信息需要另行制作"),
    ("", "", "3.补正后申请内容仍不明确"),
    ("", "（五）不予处理", "1.信访举报投诉类申请"),
    ("", "", "2.重复申请"),
    ("", "", "3.要求提供公开出版物"),
    ("", "", "4.无正当理由大量反复申请"),
    ("", "", "5.要求行政机关确认或重新出具已获取信息"),
    ("", "（六）其他处理", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
    ("", "", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"),
    ("", "", "3.其他"),
    ("", "（七）总计", ""),
    ("四、结转下年度继续办理", "", ""),
)
NATURAL = (9, 1, 5, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 1)
COMPANIES = (3, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 0)
"""Requests by natural persons and by companies, row by row: 10 and 3 came in or were carried over."""

ITEMS = (
    ("县政府2025年重点工作分工方案", date(2025, 1, 6), date(2025, 1, 24)),
    ("春节期间市场保供工作方案", date(2025, 1, 20), date(2025, 2, 19)),
    ("2024年度农村低保审核确认情况", date(2025, 1, 20), date(2025, 2, 24)),
    ("2025年衔接资金项目计划", date(2025, 2, 27), date(2025, 3, 15)),
    ("县级行政规范性文件清理结果", date(2025, 3, 3), date(2025, 3, 31)),
    ("农村供水工程维修养护资金分配表", date(2025, 4, 14), date(2025, 5, 16)),
    ("2025年义务教育招生工作实施意见", date(2025, 5, 26), date(2025, 6, 5)),
    ("防汛抗旱应急预案", date(2025, 6, 3), date(2025, 6, 3)),
)


def write_evidence(folder: Path) -> None:
    """Write the folder of evidence."""
    county = folder / "临溪县" / "上半年"
    report = county / "2.2 年度报告" / "2024年年度报告申请情况表.xlsx"
    write_report(report, "临溪县人民政府", public=7)
    finance = folder / "市财政局" / "上半年" / "2.2 年度报告" / "年度报告申请情况表.xlsx"
    write_report(finance, "示例市财政局", public=6)
    listed = county / "2.1 目录和指南" / "公开信息清单.xlsx"
    listed.parent.mkdir(parents=True)
    title = "临溪县人民政府2025年上半年主动公开政府信息清单（抽样）"
    rows = [(name, "临溪县人民政府", made, shown) for name, made, shown in ITEMS]
    head = ("标题", "发布机构", "生成日期", "公开日期")
    write_table(listed, title, head, (44, 24, 14, 14), rows)
    note = county / "6.2 业务培训" / "培训通知.txt"
    note.parent.mkdir(parents=True)
    text = "关于举办政府信息公开业务培训班的通知\n（示例）3月26日，县政府办公室，参训86人。\n"
    note.write_text(text, encoding="utf-8", newline="\n")


def write_report(path: Path, unit: str, public: int) -> None:
    """Write the table of requests of an annual report. ``public`` is the total of those granted: it is 6,
    and with another number the table contradicts itself."""
    path.parent.mkdir(parents=True)
    book = Book(path)
    sheet = book.file.add_worksheet("申请情况")
    sheet.set_column(0, 2, 22)
    sheet.set_column(3, 9, 9)
    title = f"{unit}2024年政府信息公开工作年度报告\n收到和处理政府信息公开申请情况"
    sheet.merge_range(0, 0, 0, 9, title, book.title())
    sheet.set_row(0, 54)
    note = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
    head = book.head()
    sheet.merge_range(1, 0, 3, 2, note, book.body("left"))
    sheet.merge_range(1, 3, 1, 9, "申请人情况", head)
    sheet.merge_range(2, 3, 3, 3, "自然人", head)
    sheet.merge_range(2, 4, 2, 8, "法人或其他组织", head)
    sheet.merge_range(2, 9, 3, 9, "总计", head)
    for col, name in enumerate(
        ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"), start=4
    ):
        book.put(sheet, 3, col, name, head)
    sheet.set_row(3, 30)
    for at, labels in enumerate(REPORT):
        row = 4 + at
        for col, label in enumerate(labels):
            book.put(sheet, row, col, label, book.body("left"))
        both = NATURAL[at] + COMPANIES[at]
        total = public if labels[1] == "（一）予以公开" else both
        for col, number in enumerate((NATURAL[at], COMPANIES[at], 0, 0, 0, 0, total), start=3):
            book.put(sheet, row, col, number, book.body())
        sheet.set_row(row, 46 if len(labels[2]) > 24 else 32 if max(map(len, labels)) > 11 else 20)
    book.page(sheet, header_row=3)
    book.file.close()
