"""公开时效.xlsx: the share of items in time by unit and year, the late items, every item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from scoring.evidence.timeliness import Published, Share, Timeliness, standard_limit
from scoring.problems import CATALOGUE
from scoring.publish.evidence.words import rule_line
from scoring.publish.files import UNDATED, stable_zip
from scoring.publish.sheets.sheet import Book, Column, Formula, Sheet
from scoring.publish.sheets.style import RED

SHARES, LATE, ITEMS, PROBLEMS = "按期公开率", "超期公开", "全部信息", "数据问题"
_HEADER: Final = 2


def timeliness_book(found: Timeliness) -> bytes:
    """The workbook as bytes; the same input gives the same bytes."""
    names = [SHARES, LATE, ITEMS, *([PROBLEMS] if found.problems else [])]
    book = Book("公开时效", names, UNDATED.date(), 2)
    _shares(book, found)
    _items(book, LATE, found.late, f"超过{found.days}个工作日公开的信息")
    _items(book, ITEMS, found.items, "全部信息的公开时效")
    if found.problems:
        _problems(book, found)
    return stable_zip(book.close())


def _shares(book: Book, found: Timeliness) -> None:
    rows: list[Share] = [*found.shares, found.total]
    first = _HEADER + 2
    columns = [
        Column("单位", "text", [s.unit or ("全部单位" if s.year else "合计") for s in rows], (24, 40)),
        Column("公开年度", "centre", [f"{s.year}年" if s.year else "全部" for s in rows], (10, 10)),
        Column("公开条数", "count", [s.items for s in rows], (10, 10)),
        Column("按期条数", "count",
               [Formula(f"=C{at}-E{at}", s.in_time) for at, s in enumerate(rows, first)], (10, 10)),
        Column("超期条数", "count", [s.late for s in rows], (10, 10)),
        Column("按期公开率", "percent",
               [Formula(f'=IF(C{at}=0,"—",D{at}/C{at})', s.in_time / s.items if s.items else "—")
                for at, s in enumerate(rows, first)], (11, 11)),
    ]  # fmt: skip
    sheet = Sheet(book, SHARES, len(columns), portrait=True)
    sheet.title(0, "政府信息公开时效", provisional=False)
    sheet.line(1, f"来源：{found.file}")
    sheet.widths(column.width() for column in columns)
    after = sheet.table(_HEADER, columns)
    notes = [rule_line(found, standard_limit())]
    if found.refused:
        notes.append(f"有{found.refused}行因数据问题没有计入，见“{PROBLEMS}”工作表。")
    sheet.notes(after + 1, notes)
    sheet.freeze(_HEADER, 0)


def _items(book: Book, name: str, items: Sequence[Published], title: str) -> None:
    columns = [
        Column("单位", "text", [i.unit for i in items], (16, 28)),
        Column("标题", "text", [i.title for i in items], (30, 50)),
        Column("生成日期", "date", [i.made for i in items], (12, 12)),
        Column("应公开日期", "date", [i.due for i in items], (12, 12)),
        Column("公开日期", "date", [i.published for i in items], (12, 12)),
        Column("工作日", "count", [i.used for i in items], (8, 8)),
        Column("是否按期", "centre", ["超期" if i.late else "按期" for i in items], (9, 9)),
        Column("位置", "text", [i.place.within_file() for i in items], (14, 26)),
    ]
    sheet = Sheet(book, name, len(columns))
    sheet.title(0, title, provisional=False)
    sheet.line(1, f"共{len(items)}条。")
    sheet.widths(column.width() for column in columns)
    after = sheet.table(_HEADER, columns)
    if items:
        sheet.ws.autofilter(_HEADER, 0, after - 1, len(columns) - 1)
        sheet.colour((_HEADER + 1, after - 1), 6, '"超期"', "#F4D9D6")
    sheet.freeze(_HEADER, 0)


def _problems(book: Book, found: Timeliness) -> None:
    problems = found.problems
    columns = [
        Column("位置", "text", [p.place.within_file() for p in problems], (18, 30)),
        Column("问题", "text", [CATALOGUE[p.kind].title for p in problems], (16, 26)),
        Column("现为", "text", [p.found for p in problems], (10, 26)),
        Column("应为", "text", [p.expected for p in problems], (10, 30)),
        Column("改法", "text", [p.fix or CATALOGUE[p.kind].fix for p in problems], (20, 40)),
    ]
    sheet = Sheet(book, PROBLEMS, len(columns))
    sheet.title(0, "清单的数据问题", provisional=False)
    sheet.line(1, "有错误的行没有计入；改正后再核对一次。")
    sheet.widths(column.width() for column in columns)
    sheet.table(_HEADER, columns)
    sheet.freeze(_HEADER, 0)
    sheet.ws.set_tab_color(RED)
