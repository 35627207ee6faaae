"""核对结果.xlsx: every finding in the statistics tables, and the tables that were read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from scoring.evidence.model import WEIGHT_NAMES, CheckedFile, CheckedTable, Finding, Weight
from scoring.problems import CATALOGUE
from scoring.publish.evidence.words import counted, deciding
from scoring.publish.files import UNDATED, stable_zip
from scoring.publish.sheets.sheet import Book, Column, Sheet
from scoring.publish.sheets.style import RED

FINDINGS, TABLES, FIGURES = "核对结果", "读入的表", "读入的数"
_HEADER: Final = 2
_Row = tuple[CheckedFile, CheckedTable, Finding]


def statistics_book(files: Sequence[CheckedFile]) -> bytes:
    """The workbook as bytes; the same input gives the same bytes."""
    book = Book("统计表核对结果", (FINDINGS, TABLES, FIGURES), UNDATED.date(), 2)
    rows = [
        (file, table, found) for file in files for table in file.tables for found in table.findings
    ]
    _findings(book, files, rows)
    _tables(book, files)
    _figures(book, files)
    return stable_zip(book.close())


def _finding_columns(rows: Sequence[_Row]) -> list[Column]:
    findings = [found for _, _, found in rows]
    return [
        Column("结论", "centre", [WEIGHT_NAMES[f.weight] for f in findings], (7, 7)),
        Column("文件", "text", [file.file for file, _, _ in rows], (14, 26)),
        Column("表", "text", [table.form for _, table, _ in rows], (12, 14)),
        Column("现为", "text", [f.said for f in findings], (30, 40)),
        Column("规则", "text", [f.rule for f in findings], (24, 30)),
        Column("相符的写法", "text", [f.fits for f in findings], (24, 30)),
        Column("所在的格", "text", [_cells(f) for f in findings], (30, 40)),
    ]


def _cells(finding: Finding) -> str:
    lines = [
        f"{f.spot.within_file() or '表中没有'}：{f.label} {f.shown()}" for f in deciding(finding)
    ]
    return "\n".join(lines[:_LINES]) + (f"\n等{len(lines)}格" if len(lines) > _LINES else "")


_LINES: Final = 12


def _findings(book: Book, files: Sequence[CheckedFile], rows: Sequence[_Row]) -> None:
    columns = _finding_columns(rows)
    sheet = Sheet(book, FINDINGS, len(columns))
    sheet.title(0, "统计表核对结果", provisional=False)
    total = {name: sum(f.count(w) for f in files) for w, name in WEIGHT_NAMES.items()}
    said = "，".join(f"{name}{n}处" for name, n in total.items())
    read = sum(len(f.tables) for f in files)
    sheet.line(1, f"{len(files)}个文件，{read}张表：{said}。")
    sheet.widths(column.width() for column in columns)
    after = sheet.table(_HEADER, columns)
    if not rows:
        sheet.notes(after, ["没有发现矛盾和可疑之处。" if read else "没有读到统计表。"])
        after += 1
    sheet.notes(
        after + 1,
        [
            "矛盾：按表式本身的含义，这几个数不可能同时成立。可疑：数与数不相称，确实如此的请附说明。"
            "缺数：空白、不是数字或表中没有的项，涉及的合计无法核对。",
        ],
    )
    sheet.colour(
        (_HEADER + 1, max(after - 1, _HEADER + 1)),
        0,
        f'"{WEIGHT_NAMES[Weight.CONTRADICTION]}"',
        "#F4D9D6",
    )
    sheet.freeze(_HEADER, 0)


def _tables(book: Book, files: Sequence[CheckedFile]) -> None:
    tables = [(file, table) for file in files for table in file.tables]
    unread = [(file, problem) for file in files for problem in file.problems]
    blank = [""] * len(unread)
    columns = [
        Column("文件", "text", [f.file for f, _ in (*tables, *unread)], (14, 30)),
        Column("表", "text", [t.form for _, t in tables] + blank, (16, 24)),
        Column("填报单位", "text", [t.unit for _, t in tables] + blank, (14, 24)),
        Column("年度", "centre", [str(t.year or "") for _, t in tables] + blank, (7, 7)),
        Column("起始位置", "text", [t.spot.within_file() for _, t in tables] + blank, (12, 24)),
        Column("结果", "text", [counted(t) for _, t in tables]
               + [CATALOGUE[p.kind].title for _, p in unread], (18, 30)),
        Column("SHA-256", "text", [f.sha256 for f, _ in (*tables, *unread)], (34, 34)),
    ]  # fmt: skip
    sheet = Sheet(book, TABLES, len(columns))
    sheet.title(0, "读入的统计表", provisional=False)
    sheet.widths(column.width() for column in columns)
    sheet.table(_HEADER, columns)
    sheet.freeze(_HEADER, 0)
    if unread:
        sheet.ws.set_tab_color(RED)


def _figures(book: Book, files: Sequence[CheckedFile]) -> None:
    """Every figure with its place, so that a reader can see that the table was read as it stands."""
    figures = [
        (table, figure)
        for file in files
        for table in file.tables
        for figure in table.figures.values()
    ]
    columns = [
        Column("文件", "text", [t.spot.file for t, _ in figures], (14, 30)),
        Column("表", "text", [t.form for t, _ in figures], (16, 24)),
        Column("项目", "text", [f.label for _, f in figures], (30, 50)),
        Column("填报的数", "centre", [f.said for _, f in figures], (10, 14)),
        Column("位置", "text", [f.spot.within_file() or "表中没有" for _, f in figures], (14, 30)),
    ]
    sheet = Sheet(book, FIGURES, len(columns))
    sheet.texts_like_numbers()
    sheet.title(0, "读入的数", provisional=False)
    sheet.widths(column.width() for column in columns)
    sheet.table(_HEADER, columns)
    sheet.freeze(_HEADER, 0)
