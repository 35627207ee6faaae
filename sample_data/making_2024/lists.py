"""The small files: the assessment's settings, the unit list, the third party's scores."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from pathlib import Path

from .plan import ASSESSOR, COUNTY, GRADED, NOT_APPLICABLE, SUBORDINATES, YEAR
from .sheets import Book, Cell, row_height, wide

ASSESSMENT_YAML = """\
# yaml-language-server: $schema=../../config/assessment.schema.json
# 示例市2024年度政府信息公开工作考核（示例数据，单位和内容均为虚构）
scheme: heze          # 采用的考核办法
year: 2024
region: 示例市

# 不适用的指标：不列入该单位的考核表，其余指标按比例折算为100分
not_applicable:
{not_applicable}

# 通报的发文要素
circular:
  issuer: 示例市人民政府办公室
  letterhead: 示例市人民政府办公室文件
  number: 示政办字〔2025〕6号
  date: 2025-02-20
  recipients:
    - 各县区人民政府
    - 市经济开发区管委会
    - 市高新区管委会
    - 市政府各部门、各直属机构
  copies:
    - 市委组织部
  printed_on: 2025-02-20
"""


def write_assessment(path: Path) -> None:
    """Write assessment.yaml."""
    lines = [f"  {unit}: {json.dumps(codes)}" for unit, codes in NOT_APPLICABLE.items()]
    text = ASSESSMENT_YAML.format(not_applicable="\n".join(lines))
    path.write_text(text, encoding="utf-8", newline="\n")


def write_units(path: Path, year: int = YEAR) -> None:
    """Write 考核对象.xlsx: graded units in their official order, then the subordinate ones."""
    book = Book(path)
    sheet = book.file.add_worksheet("考核对象")
    header = ["序号", "单位名称", " 类别", "简  称", "所属\n单位"]
    widths = [6, 40, 9, 44, 30]
    for col, width in enumerate(widths):
        sheet.set_column(col, col, width)
    title = f"示例市{year}年度政府信息公开工作考核对象名单（机构序列）"
    sheet.merge_range(0, 0, 0, len(header) - 1, title, book.title())
    sheet.set_row(0, 34)
    sheet.write_string(1, 0, "制表：市政府办公室政务公开科", book.fmt())
    sheet.set_row(2, 32)
    for col, name in enumerate(header):
        book.put(sheet, 2, col, name, book.head())
    rows = [(unit.name, unit.group, unit.short, "") for unit in GRADED]
    rows += [(name, COUNTY, short, parent) for name, short, parent in SUBORDINATES]
    for number, values in enumerate(rows, start=1):
        row = number + 2
        cells: list[Cell] = [number, *values]
        sheet.set_row(row, row_height(zip(cells, widths, strict=True)))
        for col, value in enumerate(cells):
            book.put(sheet, row, col, value, book.body("left" if col in (1, 3, 4) else "center"))
    book.page(sheet, header_row=2, landscape=False)
    sheet.freeze_panes(3, 0)
    book.file.close()


def write_third_party(path: Path, rng: random.Random) -> None:
    """Write 第三方评估.xlsx: one row a unit, some scores as text."""
    book = Book(path)
    sheet = book.file.add_worksheet("评估结果")
    header = ["序号", "单位", "得 分", "评估机构", "备注"]
    widths = [6, 42, 12, 26, 30]
    for col, width in enumerate(widths):
        sheet.set_column(col, col, width)
    title = "示例市2024年度政府信息公开第三方评估结果"
    sheet.merge_range(0, 0, 0, len(header) - 1, title, book.title())
    sheet.set_row(0, 34)
    sheet.merge_range(1, 0, 1, 4, "满分100分          单位：分", book.fmt(align="right"))
    sheet.set_row(2, 24)
    for col, name in enumerate(header):
        book.put(sheet, 2, col, name, book.head())
    remarks = ("", "", "", "", "含网上申请实测1次", "含电话暗访2次", "新媒体抽测3个账号")
    for number, unit in enumerate(GRADED, start=1):
        name = unit.key if rng.random() < 0.2 else unit.name
        points: Cell = unit.third if number % 9 == 0 else Fraction(unit.third)
        if number == 31:
            points = wide(unit.third)
        cells = (number, name, points, ASSESSOR, rng.choice(remarks))
        for col, value in enumerate(cells):
            align = "left" if col in (1, 4) else "center"
            book.put(sheet, number + 2, col, value, book.body(align))
        sheet.set_row(number + 2, 20)
    book.page(sheet, header_row=2, landscape=False)
    sheet.freeze_panes(3, 0)
    book.file.close()
