"""The settings, the appeals and the year's days off."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from making_2024.plan import NOT_APPLICABLE
from making_2024.sheets import Book, Cell, row_height

YEAR = 2025

ASSESSMENT_YAML = """\
# yaml-language-server: $schema=../../config/assessment.schema.json
# 示例市2025年度政府信息公开工作考核（示例数据，单位和内容均为虚构；年度进行到9月12日）
scheme: heze          # 采用的考核办法
year: 2025
region: 示例市

# 不适用的指标：不列入该单位的考核表，其余指标按比例折算为100分
not_applicable:
{not_applicable}

# 通报的发文要素；发文字号、成文日期到印发时再填
circular:
  issuer: 示例市人民政府办公室
  letterhead: 示例市人民政府办公室文件
  recipients:
    - 各县区人民政府
    - 市经济开发区管委会
    - 市高新区管委会
    - 市政府各部门、各直属机构
  copies:
    - 市委组织部
"""

APPEALS: tuple[tuple[Cell, ...], ...] = (
    ("SS2025-01", "市审计局", "BGS2025015", "公告已在规定日期刊登于政府公报，晚的是网站转载",
     date(2025, 7, 14), "经查阅政府公报属实，问题撤销", "支持", date(2025, 7, 28)),
    ("SS2025-02", "市水务局", "DC-2025-10", "8月8日前已在公告栏张贴检测结果",
     date(2025, 8, 25), "督查通知要求在网站公布，网站公布日期为8月19日，维持", "不支持", date(2025, 9, 3)),
    ("SS2025-03", "雁汀县", "DC-2025-11", "网站升级期间无法发布，已书面报告督查组并请求延期",
     date(2025, 9, 3), "", "", None),
)  # fmt: skip

DAYS_OFF: tuple[tuple[str, str, str], ...] = (
    ("元旦", "01-01", "01-01"),
    ("春节", "01-28", "02-04"),
    ("清明节", "04-04", "04-06"),
    ("劳动节", "05-01", "05-05"),
    ("端午节", "05-31", "06-02"),
    ("国庆节、中秋节", "10-01", "10-08"),
)
"""国务院办公厅关于2025年部分节假日安排的通知 (国办发明电〔2024〕12号)."""
MOVED_WORKDAYS = ("01-26", "02-08", "04-27", "09-28", "10-11")


def write_assessment(path: Path) -> None:
    """Write assessment.yaml."""
    lines = [f"  {unit}: {json.dumps(codes)}" for unit, codes in NOT_APPLICABLE.items()]
    text = ASSESSMENT_YAML.format(not_applicable="\n".join(lines))
    path.write_text(text, encoding="utf-8", newline="\n")


def write_appeals(path: Path) -> None:
    """Write 申诉.xlsx."""
    head = ("编号", "单位", "涉及", "理由", "提出日期", "答复", "结果", "决定日期")
    title = f"示例市{YEAR}年政府信息公开工作考核申诉登记表"
    write_table(path, title, head, (11, 16, 14, 40, 14, 40, 9, 14), APPEALS)


def write_holidays(path: Path) -> None:
    """Write 节假日.xlsx: every day off and every moved working day of the year."""
    days: list[tuple[date, str, str]] = []
    for name, first, last in DAYS_OFF:
        start, end = (date.fromisoformat(f"{YEAR}-{day}") for day in (first, last))
        days += [(start + timedelta(n), "放假", name) for n in range((end - start).days + 1)]
    days += [(date.fromisoformat(f"{YEAR}-{day}"), "上班", "调休") for day in MOVED_WORKDAYS]
    title = f"{YEAR}年节假日安排（国办发明电〔2024〕12号）"
    write_table(path, title, ("日期", "类型", "节日"), (16, 10, 22), sorted(days))


def write_table(
    path: Path,
    title: str,
    head: Sequence[str],
    widths: Sequence[float],
    rows: Iterable[Sequence[Cell]],
) -> None:
    """Write a workbook of one table under its title."""
    book = Book(path)
    sheet = book.file.add_worksheet("Sheet1")
    for col, width in enumerate(widths):
        sheet.set_column(col, col, width)
    sheet.merge_range(0, 0, 0, len(head) - 1, title, book.title())
    sheet.set_row(0, 34)
    for col, name in enumerate(head):
        book.put(sheet, 1, col, name, book.head())
    for row, cells in enumerate(rows, start=2):
        sheet.set_row(row, row_height(zip(cells, widths, strict=True)))
        for col, value in enumerate(cells):
            left = isinstance(value, str) and widths[col] > 30
            book.put(sheet, row, col, value, book.body("left" if left else "center"))
    book.page(sheet, header_row=1)
    sheet.freeze_panes(2, 0)
    book.file.close()
