"""The forms as the units hand them in: three layouts that are about."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from .decimals import exact
from .entries import workdays
from .forms import Line, make_form
from .plan import GRADED, PERIODS, YEAR, Unit
from .sheets import Book, Cell, columns, date_as, row_height, wide
from .words import Writer

FORM_WIDTHS = {
    "": 2,
    "序号": 6,
    "指标编号": 10,
    "一级指标": 12,
    "二级指标": 15,
    "评分标准": 28,
    "分值": 7,
    "自评分": 8,
    "自评说明": 34,
    "证明材料": 26,
    "核查得分": 10,
    "核查单位": 15,
    "核查说明": 24,
}
FORM_COLUMNS = columns(
    "指标编号 一级指标 二级指标 评分标准 分值 自评分 自评说明 证明材料 核查得分 核查单位 核查说明"
)
FORM_LEFT = ("评分标准", "自评说明", "证明材料", "核查说明")


@dataclass(frozen=True)
class FormHead:
    """What stands in the head of a form, as typed."""

    unit: str
    year: Cell
    period: str
    sent: Cell
    title_year: int = YEAR


@dataclass(frozen=True)
class FormLayout:
    """One of the layouts of the form that are about."""

    sheet: str
    file: str
    columns: tuple[str, ...]
    headers: dict[str, str]
    header_row: int  # counted from 0
    numbers_as_text: bool
    head: Callable[[Book, Worksheet, FormHead], None]

    def name(self, number: int, unit: Unit, period: str, year: int = YEAR) -> str:
        """Name the file of a unit's form."""
        return self.file.format(
            number=number, name=unit.name, short=unit.key, period=period, year=year
        )


def head_in_cells(book: Book, sheet: Worksheet, head: FormHead) -> None:
    """Title, then label and value in adjacent cells."""
    title = f"示例市{head.title_year}年政府信息公开工作自我考核表（{head.period.strip()}）"
    sheet.merge_range(0, 0, 0, 10, title, book.title())
    sheet.set_row(0, 36)
    label, value = book.body(bold=True), book.body("left")
    book.put(sheet, 2, 0, "单位", label)
    sheet.merge_range(2, 1, 2, 3, head.unit, value)
    book.put(sheet, 2, 6, "报送日期", label)
    book.put(sheet, 2, 7, head.sent, value)
    book.put(sheet, 3, 0, "考核年度", label)
    sheet.merge_range(3, 1, 3, 3, "", value)
    book.put(sheet, 3, 1, head.year, value)
    book.put(sheet, 3, 6, "期次", label)
    book.put(sheet, 3, 7, head.period, value)
    for row in (2, 3):
        sheet.set_row(row, 22)


def head_in_line(book: Book, sheet: Worksheet, head: FormHead) -> None:
    """附件 line, title, then 「标签:值」 in one cell each."""
    sheet.write_string(0, 1, "附件2", book.fmt(font_name="黑体", font_size=12))
    title = "政府信息公开工作考核表"
    sheet.merge_range(1, 1, 1, 11, title, book.title())
    sheet.set_row(1, 32)
    plain = book.fmt(align="left")
    sent = date_as(head.sent, "chinese") if isinstance(head.sent, date) else head.sent
    sheet.merge_range(2, 1, 2, 4, f"单位：{head.unit}", plain)
    sheet.merge_range(2, 5, 2, 7, f"考核年度：{head.year}", plain)
    sheet.write_string(2, 8, f"期次: {head.period}", plain)
    sheet.merge_range(2, 9, 2, 11, f"报送日期：{sent}", plain)
    sheet.set_row(2, 22)


def head_in_block(book: Book, sheet: Worksheet, head: FormHead) -> None:
    """A two-line title, then a block of labels with stray spaces, further down."""
    title = f"示例市政府信息公开工作考核表\n（{head.title_year}年{head.period.strip()}）"
    sheet.merge_range(0, 0, 0, 11, title, book.title())
    sheet.set_row(0, 54)
    sheet.merge_range(1, 0, 1, 11, "满分：100分", book.fmt(align="right"))
    label, value = book.body(bold=True), book.body("left")
    pairs = (("单  位", head.unit), ("考核\n年度", head.year), ("期 次", head.period))
    for number, (name, content) in enumerate(pairs):
        book.put(sheet, 2 + number, 1, name, label)
        sheet.merge_range(2 + number, 2, 2 + number, 4, "", value)
        book.put(sheet, 2 + number, 2, content, value)
        sheet.set_row(2 + number, 30 if "\n" in name else 22)
    book.put(sheet, 2, 7, "报送日期", label)
    book.put(sheet, 2, 8, head.sent, value)


FORM_LAYOUTS = (
    FormLayout(
        sheet="考核表",
        file="{number:02d}{name}考核表.xlsx",
        columns=FORM_COLUMNS,
        headers={},
        header_row=5,
        numbers_as_text=False,
        head=head_in_cells,
    ),
    FormLayout(
        sheet="Sheet1",
        file="{name}{year}年{period}自我考核表.xlsx",
        columns=("", *FORM_COLUMNS),
        headers={"自评分": "自评\n分", "核查得分": "核查\n得分", "证明材料": "证 明 材 料"},
        header_row=3,
        numbers_as_text=False,
        head=head_in_line,
    ),
    FormLayout(
        sheet="自评",
        file="{short}({period}).xlsx",
        columns=("序号", *FORM_COLUMNS[:8], "核查单位", "核查得分", "核查说明"),
        headers={"指标编号": "指标\n编号", "自评说明": "自评 说明", "核查得分": "核查得分 "},
        header_row=6,
        numbers_as_text=True,
        head=head_in_block,
    ),
)


def score_cell(value: Fraction | None, as_text: bool, rng: random.Random) -> Cell:
    """Write a score as a number, or as text, at times full-width."""
    if value is None or not as_text:
        return value
    return wide(exact(value)) if rng.random() < 0.05 else exact(value)


def form_cells(line: Line, layout: FormLayout, rng: random.Random) -> dict[str, Cell]:
    """Write one line of a form: column name to cell."""
    as_text = layout.numbers_as_text
    code: Cell = line.item.code if as_text or rng.random() < 0.9 else Fraction(line.item.code)
    return {
        "指标编号": code,
        "一级指标": line.item.area,
        "二级指标": line.item.title,
        "评分标准": "",
        "分值": score_cell(Fraction(line.item.points), as_text, rng),
        "自评分": score_cell(line.own, as_text, rng),
        "自评说明": line.comment,
        "证明材料": line.evidence,
        "核查得分": score_cell(line.verified, as_text, rng),
        "核查单位": line.verifier,
        "核查说明": line.reason,
    }


def write_form(
    path: Path,
    layout: FormLayout,
    head: FormHead,
    lines: Sequence[Line],
    standards: dict[str, str],
    rng: random.Random,
) -> None:
    """Write one filled form."""
    book = Book(path)
    sheet = book.file.add_worksheet(layout.sheet)
    widths = [FORM_WIDTHS[name] for name in layout.columns]
    for col, width in enumerate(widths):
        sheet.set_column(col, col, width)
    layout.head(book, sheet, head)
    sheet.set_row(layout.header_row, 32)
    for col, name in enumerate(layout.columns):
        if name:
            book.put(sheet, layout.header_row, col, layout.headers.get(name, name), book.head())
    first = layout.header_row + 1
    for number, line in enumerate(lines):
        cells = form_cells(line, layout, rng) | {"评分标准": standards[line.item.code]}
        cells["序号"] = str(number + 1)
        values = [cells.get(name) for name in layout.columns]
        sheet.set_row(first + number, row_height(zip(values, widths, strict=True)))
        for col, (name, value) in enumerate(zip(layout.columns, values, strict=True)):
            if name and name != "一级指标":
                align = "left" if name in FORM_LEFT else "center"
                book.put(sheet, first + number, col, value, book.body(align))
    merge_areas(book, sheet, layout.columns.index("一级指标"), first, lines)
    write_form_foot(book, sheet, layout, first, lines)
    book.page(sheet, layout.header_row)
    book.file.close()


def merge_areas(book: Book, sheet: Worksheet, col: int, first: int, lines: Sequence[Line]) -> None:
    """Write 一级指标, merged over the lines of its area."""
    start = 0
    for end in range(1, len(lines) + 1):
        if end < len(lines) and lines[end].item.area == lines[start].item.area:
            continue
        area = lines[start].item.area
        if end - start == 1:
            book.put(sheet, first + start, col, area, book.body())
        else:
            sheet.merge_range(first + start, col, first + end - 1, col, area, book.body())
        start = end


def write_form_foot(
    book: Book, sheet: Worksheet, layout: FormLayout, first: int, lines: Sequence[Line]
) -> None:
    """Write the 合计 row and the signature line."""
    row = first + len(lines)
    left = 1 if layout.columns[0] == "" else 0
    right = len(layout.columns) - 1
    bold = book.body(bold=True)
    for col in range(left, right + 1):
        sheet.write_blank(row, col, None, bold)
    label = "合  计" if layout.numbers_as_text else "合计"
    sheet.merge_range(row, left, row, layout.columns.index("评分标准"), label, bold)
    sums = {
        "分值": sum((Fraction(line.item.points) for line in lines), Fraction(0)),
        "自评分": sum((line.own for line in lines), Fraction(0)),
        "核查得分": sum((line.verified or Fraction(0) for line in lines), Fraction(0)),
    }
    for name, value in sums.items():
        col = layout.columns.index(name)
        if layout.numbers_as_text:
            book.put(sheet, row, col, exact(value), bold)
        else:
            letter = chr(ord("A") + col)
            formula = f"=SUM({letter}{first + 1}:{letter}{row})"
            sheet.write_formula(row, col, formula, bold, float(value))
    sheet.set_row(row, 24)
    signature = "填表人：×××        审核人：×××        联系电话："
    sheet.merge_range(row + 2, left, row + 2, right, signature, book.fmt(align="left"))
    sheet.set_row(row + 2, 22)


def write_forms(folder: Path, writer: Writer) -> None:
    """Write the 104 forms; a unit keeps its layout for both half-years."""
    rng = writer.rng
    standards = {code: phrases["standard"] for code, phrases in writer.book["items"].items()}
    sent_between = {
        PERIODS[0]: workdays(date(2024, 7, 1), date(2024, 7, 15)),
        PERIODS[1]: workdays(date(2025, 1, 2), date(2025, 1, 15)),
    }
    for period in PERIODS:
        (folder / period).mkdir(parents=True, exist_ok=True)
        for number, unit in enumerate(GRADED, start=1):
            layout = FORM_LAYOUTS[number % len(FORM_LAYOUTS)]
            lines = make_form(unit, period, writer)
            assert sum(line.verified or 0 for line in lines) == Fraction(
                unit.first if period == PERIODS[0] else unit.second
            )
            sent = rng.choice(sent_between[period])
            head = FormHead(
                unit=unit.key if rng.random() < 0.15 else unit.name,
                year=rng.choice((2024, 2024, "2024", "2024年", "2024年")),
                period=period if rng.random() < 0.9 else f" {period} ",
                sent=date_as(sent, rng.choice(("excel", "chinese", "dots", "slashes"))),
            )
            name = layout.name(number, unit, period)
            write_form(folder / period / name, layout, head, lines, standards, rng)
