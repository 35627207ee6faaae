"""地区汇总.xlsx: the regions as a tree, the same for each group, their problems by rule, and the units."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from scoring.limits import REGION_UNITS
from scoring.publish.sheets.sheet import Book, Cell, Column, Sheet, sheet_names
from scoring.regions.model import Figures, RegionRow, Rollup
from scoring.wording.numbers import BLANK, PROVISIONAL, UNIT_OF_MEASURE
from scoring.wording.regions import (
    figures_head,
    figures_row,
    indented,
    notes,
    regions_title,
    rule_title,
    rules_of,
    unit_head,
    unit_rows,
)

_LINE, _HEADER = 1, 2
_DECIMAL = re.compile(r"-?\d+\.\d+")
_SCORES = ("平均成绩", "最高", "最低", "综合成绩")


def regions_workbook(found: Rollup, listing: str) -> bytes:
    """The workbook. The same roll-up gives the same bytes. Of more units than ``REGION_UNITS`` the list
    stands in a file of its own, ``listing``, and the workbook says so."""
    groups = [group for group in found.scheme.groups if any(group in r.groups for r in found.rows)]
    listed = len(found.units) <= REGION_UNITS
    wanted = ["各地区", *groups, "问题汇总", *(["单位"] if listed else [])]
    names = sheet_names(wanted)
    book = Book(regions_title(found), names, found.days[-1], found.scheme.rounding.decimals)
    said = notes(found)
    if not listed:
        said.append(f"单位共{len(found.units)}个，名单和排名在 {listing} 中。")
    first, *own, problems = names[: len(groups) + 2]
    _regions(book, first, found, [(row, row.whole) for row in found.rows], "各地区", said)
    for name, group in zip(own, groups, strict=True):
        rows = [(r, r.groups[group]) for r in found.rows if group in r.groups]
        _regions(book, name, found, rows, group, said[:1])
    _problems(book, problems, found)
    if listed:
        _units(book, names[-1], found)
    return book.close()


def _title(sheet: Sheet, found: Rollup, what: str, measure: str) -> None:
    mark = f"（{PROVISIONAL}）"
    title = regions_title(found).removesuffix(mark)
    sheet.title(0, f"{title}——{what}", provisional=not found.final)
    sheet.line(_LINE, "", measure)


def _regions(
    book: Book, name: str, found: Rollup, rows: Sequence[tuple[RegionRow, Figures]], what: str,
    said: Sequence[str],
) -> None:  # fmt: skip
    whole = what == "各地区"
    head = ["地区", *figures_head(found), *(["台账问题", "计入问题"] if whole else [])]
    top = len(found.rows[0].region)
    texts = [
        [
            indented(row, top),
            *figures_row(found, figures),
            *([str(row.entries), str(row.problems)] if whole else []),
        ]
        for row, figures in rows
    ]
    _table(book, name, found, what, head, texts, said)


def _problems(book: Book, name: str, found: Rollup) -> None:
    rules = rules_of(found)
    top = len(found.rows[0].region)
    head = ["地区", "计入问题", *(rule_title(found, key) for key in rules)]
    texts = [
        [indented(row, top), str(row.problems), *(str(row.counted.get(k, 0)) for k in rules)]
        for row in found.rows
    ]
    _table(book, name, found, "计入考核的问题", head, texts, (), "单位：个")


def _units(book: Book, name: str, found: Rollup) -> None:
    texts = list(unit_rows(found))
    _table(book, name, found, "单位", unit_head(found), texts, ())


def _table(
    book: Book, name: str, found: Rollup, what: str, head: Sequence[str],
    rows: Sequence[Sequence[str]], said: Sequence[str], measure: str = UNIT_OF_MEASURE,
) -> None:  # fmt: skip
    sheet = Sheet(book, name, len(head))
    _title(sheet, found, what, measure)
    columns = [_column(title, [row[at] for row in rows]) for at, title in enumerate(head)]
    sheet.widths(column.width() for column in columns)
    after = sheet.table(_HEADER, columns)
    if said:
        sheet.notes(after, [("" if at else "注：") + note for at, note in enumerate(said)])
    sheet.freeze(_HEADER, 1)
    sheet.fit(_HEADER, after + len(said))


def _column(title: str, texts: Sequence[str]) -> Column:
    if title in ("地区", "单位"):
        return Column(title, "text", list(texts), (14, 40))
    if title in ("类别", "等次"):
        return Column(title, "centre", list(texts), (8, 14))
    if title in _SCORES:
        return Column(title, "composite", list(_numbers(texts)), (9, 11))
    return Column(title, "count", list(_numbers(texts)), (8, 22))


def _numbers(texts: Iterable[str]) -> Iterable[Cell]:
    """Numbers as numbers, so that the office can compute with them; — and blanks stay."""
    for text in texts:
        if text in ("", BLANK):
            yield text
        else:
            yield float(text) if _DECIMAL.fullmatch(text) else int(text)
