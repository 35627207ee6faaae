"""The ledgers as the four providers keep them: three workbooks and a csv file."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from .entries import Entry
from .plan import GRADED, RULES, SUBORDINATES
from .sheets import Book, Cell, columns, date_as, row_height, wide

LEDGER_WIDTHS = {
    "序号": 6,
    "台账编号": 14,
    "单位": 22,
    "扣分项": 14,
    "问题描述": 46,
    "发现日期": 15,
    "来源文号": 22,
    "提供单位": 14,
    "整改期限": 15,
    "整改完成日期": 15,
    "核实结果": 9,
    "撤销日期": 15,
    "撤销理由": 26,
    "备注": 18,
}


LEFT_ALIGNED = ("问题描述", "撤销理由", "备注", "单位")


@dataclass(frozen=True)
class LedgerFile:
    """How one provider keeps its ledger."""

    file: str
    provider: str
    title: str
    note: str
    header_row: int  # counted from 0
    columns: tuple[str, ...]
    headers: dict[str, str]  # how a column is headed where not by its plain name
    number: str
    date_styles: tuple[str, ...]
    rule_styles: tuple[str, ...]  # code, wide, number or title
    blank_after: tuple[int, ...]  # a blank row follows these rows


LEDGER_FILES = (
    LedgerFile(
        file="市政府办公室平时考核台账.xlsx",
        provider="市政府办公室",
        title="示例市2024年政府信息公开平时考核台账",
        note="制表：市政府办公室政务公开科          更新时间：2025年1月20日          单位：个",
        header_row=2,
        columns=tuple(LEDGER_WIDTHS),
        headers={"整改期限": "整改\n期限", "整改完成日期": "整改完成\n日期", "单位": "单 位"},
        number="BGS2024{:03d}",
        date_styles=("excel", "excel", "excel", "chinese", "wide", "dots"),
        rule_styles=("code", "number", "code", "wide"),
        blank_after=(31, 66),
    ),
    LedgerFile(
        file="督查组台账（2024）.xlsx",
        provider="督查组",
        title="市政府督查组专项督查问题台账\n（2024年度）",
        note="填报：督查组          单位：条",
        header_row=3,
        columns=columns(
            "台账编号 扣分项 单位 问题描述 来源文号 发现日期 整改期限 "
            "整改完成日期 核实结果 提供单位 撤销日期 撤销理由 备注"
        ),
        headers={"问题描述": "问 题 描 述", "来源文号": "来源\n文号", "整改期限": "整改期限 "},
        number="DC-{:02d}",
        date_styles=("dots", "excel", "slashes"),
        rule_styles=("title", "title", "title_broken"),
        blank_after=(12,),
    ),
    LedgerFile(
        file="新闻办-舆情回应台账.xlsx",
        provider="市政府新闻办",
        title="热点问题和重大政务舆情回应情况台账",
        note="报送单位（盖章）：市政府新闻办          2024年度          单位：件",
        header_row=3,
        columns=columns(
            "序号 台账编号 发现日期 单位 扣分项 问题描述 来源文号 "
            "提供单位 核实结果 撤销日期 撤销理由 备注"
        ),
        headers={"核实结果": "核实\n结果", "台账编号": " 台账编号"},
        number="新闻〔2024〕{}",
        date_styles=("digits", "number", "chinese"),
        rule_styles=("code", "title", "wide"),
        blank_after=(7,),
    ),
    LedgerFile(
        file="市公安局网站安全通报台账.csv",
        provider="市公安局",
        title="示例市政府网站安全隐患通报整改台账（2024年）",
        note="制表：市公安局网络安全保卫支队，单位：个",
        header_row=2,
        columns=columns(
            "台账编号 单位 扣分项 问题描述 发现日期 来源文号 提供单位 "
            "整改期限 整改完成日期 核实结果 撤销日期 撤销理由 备注"
        ),
        headers={"整改完成日期": "整改完成\n日期", "发现日期": " 发现日期", "备注": "备  注"},
        number="WA-2024-{:03d}",
        date_styles=("slashes", "slashes", "digits", "chinese", "dots"),
        rule_styles=("title", "code"),
        blank_after=(9, 24),
    ),
)


def short_names(unit: str) -> list[str]:
    """List the short names of a unit, graded or subordinate."""
    known = {u.name: u.short for u in GRADED} | {name: short for name, short, _ in SUBORDINATES}
    return [name for name in known[unit].split("、") if name]


def unit_as_typed(unit: str, rng: random.Random) -> str:
    """Write a unit the way people do: full or short, with a stray space now and then."""
    names = [unit, unit, *short_names(unit)]
    name = rng.choice(names)
    stray = rng.random()
    if stray < 0.05:
        return name + " "
    if stray < 0.09:
        return "\u3000" + name
    if stray < 0.13 and len(name) > 9:
        return name[:7] + "\n" + name[7:]
    return name


def rule_as_typed(code: str, style: str) -> Cell:
    """Write a rule as code or title."""
    title = RULES[code].title
    styles: dict[str, Cell] = {
        "code": code,
        "wide": wide(code),
        "number": Fraction(code),
        "title": title,
        "title_broken": title[:6] + "\n" + title[6:],
    }
    return styles[style]


def ledger_cells(entry: Entry, book: LedgerFile, rng: random.Random) -> dict[str, Cell]:
    """Write one row in the provider's manner: column name to cell."""
    style = rng.choice(book.date_styles)

    def dated(day: date | None) -> Cell:
        if day is None:
            return None
        return date_as(day, style if rng.random() < 0.8 else rng.choice(book.date_styles))

    problem = entry.problem
    if rng.random() < 0.06:
        problem = problem.replace("，", "，\n", 1)
    verdict = entry.verdict + " " if entry.verdict and rng.random() < 0.15 else entry.verdict
    cells: dict[str, Cell] = {
        "台账编号": entry.number,
        "单位": unit_as_typed(entry.unit, rng),
        "扣分项": rule_as_typed(entry.rule, rng.choice(book.rule_styles)),
        "问题描述": problem,
        "发现日期": dated(entry.found),
        "来源文号": entry.document,
        "提供单位": book.provider,
        "整改期限": dated(entry.deadline),
        "整改完成日期": dated(entry.rectified),
        "核实结果": verdict,
        "撤销日期": dated(entry.revoked),
        "撤销理由": entry.revoke_reason,
        "备注": entry.remark,
    }
    return {name: cells.get(name) for name in book.columns}


def ledger_table(
    book: LedgerFile, entries: Sequence[Entry], rng: random.Random
) -> list[list[Cell]]:
    """Lay out one provider's rows: the entries, blank rows among them, and the 合计 row."""
    rows: list[list[Cell]] = []
    for number, entry in enumerate(entries, start=1):
        cells = ledger_cells(entry, book, rng)
        if "序号" in cells:
            cells["序号"] = number
        rows.append([cells[name] for name in book.columns])
        if number in book.blank_after:
            rows.append([None] * len(book.columns))
    total: list[Cell] = [None] * len(book.columns)
    total[0] = "合计" if book.file.endswith(".csv") else "合 计"
    total[book.columns.index("问题描述")] = f"共{len(entries)}个问题"
    rows.append(total)
    return rows


def write_ledgers(folder: Path, entries: Sequence[Entry], rng: random.Random) -> list[Entry]:
    """Write one file a provider; give back the entries with their numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    numbered = []
    for book in LEDGER_FILES:
        own = [e for e in entries if RULES[e.rule].provider == book.provider]
        own = [replace(e, number=book.number.format(n)) for n, e in enumerate(own, start=1)]
        rows = ledger_table(book, own, rng)
        if book.file.endswith(".csv"):
            write_ledger_csv(folder / book.file, book, rows)
        else:
            write_ledger_xlsx(folder / book.file, book, rows)
        numbered += own
    return numbered


def write_ledger_csv(path: Path, book: LedgerFile, rows: Sequence[Sequence[Cell]]) -> None:
    """Write a provider's ledger as a csv file in GB18030."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\r\n")
    out.writerow([book.title] + [""] * (len(book.columns) - 1))
    out.writerow([book.note] + [""] * (len(book.columns) - 1))
    out.writerow([book.headers.get(name, name) for name in book.columns])
    for row in rows:
        out.writerow(["" if cell is None else cell for cell in row])
    path.write_bytes(text.getvalue().encode("gb18030"))


def write_ledger_xlsx(path: Path, book: LedgerFile, rows: Sequence[Sequence[Cell]]) -> None:
    """Write a provider's ledger as a workbook."""
    out = Book(path)
    sheet = out.file.add_worksheet("台账")
    last = len(book.columns) - 1
    widths = [LEDGER_WIDTHS[name] for name in book.columns]
    for col, width in enumerate(widths):
        sheet.set_column(col, col, width)
    sheet.merge_range(0, 0, 0, last, book.title, out.title())
    sheet.set_row(0, 30 if "\n" not in book.title else 52)
    sheet.merge_range(1, 0, 1, last, book.note, out.fmt(align="right"))
    sheet.set_row(book.header_row, 34)
    for col, name in enumerate(book.columns):
        out.put(sheet, book.header_row, col, book.headers.get(name, name), out.head())
    for number, cells in enumerate(rows):
        row = book.header_row + 1 + number
        sheet.set_row(row, row_height(zip(cells, widths, strict=True)))
        for col, (name, value) in enumerate(zip(book.columns, cells, strict=True)):
            align = "left" if name in LEFT_ALIGNED else "center"
            out.put(sheet, row, col, value, out.body(align))
    if book.columns[0] == "序号":
        end = book.header_row + len(rows)
        sheet.merge_range(end, 0, end, 2, rows[-1][0], out.body(bold=True))
    out.page(sheet, book.header_row)
    sheet.freeze_panes(book.header_row + 1, 0)
    if book.provider == "督查组":
        out.file.add_worksheet("Sheet2")  # left empty, as office workbooks often have it
    out.file.close()
