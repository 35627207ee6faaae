"""比较.xlsx: the groups, then the units of every group, the two results beside each other."""

from __future__ import annotations

from collections.abc import Sequence

from scoring.monitoring.comparison import Comparison
from scoring.publish.sheets.sheet import Book, Cell, Column, Sheet, sheet_names
from scoring.wording.comparison import (
    comparison_title,
    group_head,
    group_rows,
    notes,
    unit_head,
    unit_rows,
)

_SUMMARY = "汇总"
_HEADER = 2


def comparison_workbook(found: Comparison) -> bytes:
    """The workbook. The same comparison gives the same bytes."""
    title = comparison_title(found)
    groups = [group.group for group in found.groups]
    summary, *names = sheet_names([_SUMMARY, *groups])
    book = Book(title, (summary, *names), found.new.as_of, found.new.decimals)
    final = found.old.final and found.new.final
    _sheet(book, summary, title, group_head(found), group_rows(found), notes(found), final)
    for name, group in zip(names, groups, strict=True):
        head, rows = unit_head(found), unit_rows(found, group)
        _sheet(book, name, f"{title}（{group}）", head, rows, (), final)
    return book.close()


def _sheet(
    book: Book, name: str, title: str, head: Sequence[str], rows: Sequence[Sequence[str]],
    said: Sequence[str], final: bool,
) -> None:  # fmt: skip
    sheet = Sheet(book, name, len(head))
    sheet.title(0, title, provisional=not final)
    columns = [
        _column(heading, [row[at] for row in rows], first=at == 0)
        for at, heading in enumerate(head)
    ]
    sheet.widths(column.width() for column in columns)
    after = sheet.table(_HEADER, columns)
    if said:
        sheet.notes(after + 1, said)
        after += 1 + len(said)
    sheet.freeze(_HEADER, 1)
    sheet.fit(_HEADER, after)


def _column(heading: str, texts: Sequence[str], *, first: bool) -> Column:
    if first:
        return Column(heading, "text", list(texts), (16, 34))
    numbers = [_number(text) for text in texts]
    scores = heading.split("\n")[0] not in ("排名", "单位数") and any(
        isinstance(value, float) for value in numbers
    )
    kind = "composite" if scores else "centre"
    return Column(heading, kind, numbers, (9, 18))


def _number(text: str) -> Cell:
    """The text as a number where it is one, so that the office can compute with it."""
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text
