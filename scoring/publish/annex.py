"""通报附表.xlsx: the table attached to the circular, one sheet a group; only what may be published.

Plain values, no formula, no gap, no source: the file leaves the house.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from scoring.intake.assessment import Assessment
from scoring.points import SCALE
from scoring.publish.words import BLANK
from scoring.publish.workbook.report import UNIT_OF_MEASURE, heading
from scoring.publish.workbook.sheet import Book, Column, Sheet, sheet_names
from scoring.score import Result, UnitResult

_LABEL, _TITLE, _LINE, _HEADER = 0, 2, 3, 4
"""附件 stands on the first line, the title on the third (GB/T 9704—2012)."""


def annex(result: Result, assessment: Assessment) -> bytes:
    """The bulletin spreadsheet of a result. The same input gives the same bytes."""
    title = heading(result, assessment, "考核结果")
    groups = [group for group in result.scheme.groups if result.in_group(group)]
    groups = groups or [result.scheme.groups[0]]
    names = sheet_names(groups)
    book = Book(title, names, result.as_of, result.scheme.rounding.decimals)
    fonts = assessment.settings.circular.fonts
    label = book.book.add_format({"font_name": fonts.heading, "font_size": 16})
    for name, group in zip(names, groups, strict=True):
        _write(
            Sheet(book, name, len(result.scheme.components) + 4, portrait=True),
            result,
            group,
            title,
            label,
        )
    return book.close()


def _write(sheet: Sheet, result: Result, group: str, title: str, label: Any) -> None:
    units = result.in_group(group)
    columns = [
        Column("排名", "count", [unit.rank or BLANK for unit in units], (7, 7)),
        Column("单位", "text", [unit.unit for unit in units], (26, 38)),
        *(
            Column(part.title, "score", [_score(unit.components[key]) for unit in units], (11, 11))
            for key, part in result.scheme.components.items()
        ),
        Column("综合成绩", "composite", [_composite(result, unit) for unit in units], (11, 11)),
        Column("等次", "centre", [unit.grade or BLANK for unit in units], (9, 12)),
    ]
    sheet.ws.set_margins(left=0.7, right=0.7, top=0.9, bottom=0.8)
    sheet.widths(column.width() for column in columns)
    sheet.ws.set_row(_LABEL, 24)
    sheet.ws.write_string(_LABEL, 0, "附件", label)
    sheet.title(_TITLE, title, provisional=not result.final)
    sheet.line(_LINE, f"{group}（{len(units)}个）", UNIT_OF_MEASURE)
    sheet.table(_HEADER, columns)
    sheet.freeze(_HEADER, 2)


def _score(exact: Fraction | None) -> float | str:
    """A component's score, to the four decimals that a point has."""
    if exact is None:
        return BLANK
    twice = 2 * abs(exact) * SCALE
    rounded = (twice + 1).__floor__() // 2
    return (rounded if exact >= 0 else -rounded) / SCALE


def _composite(result: Result, unit: UnitResult) -> float | str:
    if unit.composite is None:
        return BLANK
    return float(unit.composite / 10**result.scheme.rounding.decimals)
