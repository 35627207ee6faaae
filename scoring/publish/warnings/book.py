"""预警.xlsx: a row for every warning, and how many each unit has."""

from __future__ import annotations

from collections import Counter

from scoring.intake.assessment import Assessment
from scoring.monitoring.warnings import Level, Watch
from scoring.publish.sheets.sheet import Book, Cell, Column, Sheet
from scoring.wording.numbers import BLANK, day
from scoring.wording.results import heading
from scoring.wording.warnings import (
    KINDS,
    LEVELS,
    OFFICE,
    counts_text,
    entries_text,
    matter,
    notes,
    remedy,
    time_text,
    unit_text,
)

SHEET, UNITS = "预警", "按单位"
FILLS = {Level.RED: "#F4D9D6", Level.YELLOW: "#FFF2CC", Level.BLUE: "#DCE8F5"}


def warnings_book(watch: Watch, assessment: Assessment) -> bytes:
    """The workbook of what ``watch`` warns of."""
    title = heading(watch.result, assessment, "考核预警")
    book = Book(title, [SHEET, UNITS], watch.day, watch.result.scheme.rounding.decimals)
    _warnings(book, watch, title)
    _units(book, watch, heading(watch.result, assessment, "考核预警（按单位）"))
    return book.close()


def _warnings(book: Book, watch: Watch, title: str) -> None:
    found, scheme = watch.warnings, watch.result.scheme
    places = [w.place for w in found]
    columns = [
        Column("级别", "centre", [LEVELS[w.level] for w in found], (6, 6)),
        Column("预警事项", "centre", [KINDS[w.kind] for w in found], (18, 18)),
        Column("单位", "text", [unit_text(w) for w in found], (18, 30)),
        Column("台账编号", "text", [entries_text(w) or BLANK for w in found], (12, 20)),
        Column("情况", "text", [matter(w) for w in found], (24, 44)),
        Column("日期", "date", [w.day for w in found], (12, 12)),
        Column("时限", "centre", [time_text(w) for w in found], (14, 16)),
        Column("怎样消除", "text", [remedy(w, scheme) for w in found], (24, 44)),
        Column("文件", "text", [p.file if p else BLANK for p in places], (12, 28)),
        Column("工作表", "centre", [(p.sheet if p else None) or BLANK for p in places], (9, 12)),
        Column("行", "count", [_row(p.row if p else None) for p in places], (6, 6)),
    ]
    sheet = Sheet(book, SHEET, len(columns))
    sheet.title(0, title, provisional=False)
    sheet.line(1, f"截至日期：{day(watch.day)}", counts_text(watch))
    sheet.widths(column.width() for column in columns)
    after = sheet.table(2, columns)
    sheet.ws.autofilter(2, 0, max(after - 1, 3), len(columns) - 1)
    for level, fill in FILLS.items():
        sheet.colour((3, max(after - 1, 3)), 0, f'"{LEVELS[level]}"', fill)
    sheet.notes(after + 1, notes(watch))
    sheet.freeze(2, 3)
    sheet.fit(2, after)
    sheet.texts_like_numbers()


def _row(number: int | None) -> Cell:
    return number or BLANK


def _units(book: Book, watch: Watch, title: str) -> None:
    counts = Counter((w.unit, w.level) for w in watch.warnings)
    groups = {unit.unit: unit.group for unit in watch.result.units} | {"": BLANK}
    warned = {w.unit for w in watch.warnings}
    order = {name: i for i, name in enumerate(["", *(u.unit for u in watch.result.units)])}
    names = sorted(warned, key=lambda n: (*(-counts[n, level] for level in Level), order[n]))
    columns = [
        Column("类别", "centre", [groups[n] for n in names], (8, 12)),
        Column("单位", "text", [n or OFFICE for n in names], (24, 44)),
        *(
            Column(LEVELS[level], "count", [counts[n, level] for n in names], (8, 8))
            for level in Level
        ),
        Column("合计", "count", [sum(counts[n, v] for v in Level) for n in names], (8, 8)),
    ]
    sheet = Sheet(book, UNITS, len(columns), portrait=True)
    sheet.title(0, title, provisional=False)
    sheet.line(1, f"截至日期：{day(watch.day)}", "单位：件")
    sheet.widths(column.width() for column in columns)
    after = sheet.table(2, columns)
    sheet.freeze(2, 2)
    sheet.fit(2, after)
