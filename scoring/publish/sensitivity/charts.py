"""名次图 of 稳健性分析.xlsx: a bar a unit from its best to its worst rank, a page or less a chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from xlsxwriter.utility import quote_sheetname, xl_rowcol_to_cell

from scoring.publish.sheets.sheet import Formula, Sheet
from scoring.publish.sheets.style import (
    FONT_SIZE,
    GRADE_COLOURS,
    HEADING_FONT,
    RED,
    TEXT_FONT,
)
from scoring.sensitivity import GroupRobustness, Robustness, UnitRobustness
from scoring.wording.numbers import day
from scoring.wording.sensitivity import cases, summary

_LIGHT, _DARK = "#C9D6E0", GRADE_COLOURS[0]
_SERIES = ("起点", "浅色左", "深色左", "排名", "深色右", "浅色右")
PRINTED = 8
_COLUMN, _WIDTH = 14.0, 790
"""A printed column, in characters, and a chart over all of them, in pixels. A single wide column would
not be made to fit the page by LibreOffice."""
_BAR, _AROUND, _ROW = 19, 90, 24
"""Pixels: a bar, what is above and below the bars, a row of the sheet."""
_MOST = 45
"""Bars of a chart: so many stand on a page."""
_HELPER = PRINTED + 1
_FIRST = 3


@dataclass(frozen=True)
class RankCells:
    """Where 名次区间 has the units, one a row from ``first`` on, and their ranks: published, the best and
    worst of the first case and of the last one. Rows and columns count from 0."""

    sheet: str
    first: int
    unit: int
    rank: int
    narrow: tuple[int, int]
    wide: tuple[int, int]


def write_charts(sheet: Sheet, robustness: Robustness, title: str, cells: RankCells) -> None:
    """The conclusions, and under them the charts of the groups, on a sheet of ``PRINTED`` columns. What the bars are drawn from stands
    beside them as formulas over ``cells``, and is not printed."""
    sheet.widths([_COLUMN] * PRINTED)
    sheet.title(0, title, provisional=not robustness.result.final)
    sheet.line(1, f"截至日期：{day(robustness.result.as_of)}；数字见“{cells.sheet}”")
    conclusions = summary(robustness)
    sheet.notes(2, conclusions)
    row = 2 + len(conclusions)
    _write_helper(sheet, robustness, cells)
    at = 0
    for group in robustness.groups:
        count = len(group.units)
        for start in range(0, count, _MOST):
            units = group.units[start : start + _MOST]
            part = f"，第{start + 1}至{start + len(units)}个单位" if count > _MOST else ""
            row = sheet.section(row, f"{group.group}（{count}个单位{part}）")
            rows = (at + start, at + start + len(units) - 1)
            row = _chart(sheet, robustness, group, units, rows, cells, row)
        at += count
    sheet.paginate(row)
    sheet.print_area(row - 1)


def _write_helper(sheet: Sheet, robustness: Robustness, cells: RankCells) -> None:
    """The pieces of every bar, as formulas over the intervals of the table."""
    sheet.ws.write_string(_FIRST - 2, _HELPER, "作图数据（不打印）", sheet.styles("line"))
    for index, name in enumerate(_SERIES, _HELPER):
        sheet.ws.write_string(_FIRST - 1, index, name, sheet.styles("header"))
        sheet.ws.set_column(index, index, 9)
    narrow_case, wide_case = cases(robustness)[0], cases(robustness)[-1]
    for number, unit in enumerate(robustness.units):
        narrow, wide = narrow_case.of(unit), wide_case.of(unit)

        def cell(column: int, row: int = cells.first + number) -> str:
            return f"{quote_sheetname(cells.sheet)}!{xl_rowcol_to_cell(row, column)}"

        a, b = map(cell, cells.narrow)
        c, d = map(cell, cells.wide)
        r = cell(cells.rank) if unit.settled else str(unit.rank)
        pieces = [
            Formula(f"={c}-0.4", wide.best - 0.4),
            Formula(f"={a}-{c}", narrow.best - wide.best),
            Formula(f"={r}-{a}+0.3", unit.rank - narrow.best + 0.3),
            Formula("=0.2", 0.2),
            Formula(f"={b}-{r}+0.3", narrow.worst - unit.rank + 0.3),
            Formula(f"={d}-{b}", wide.worst - narrow.worst),
        ]
        for index, piece in enumerate(pieces, _HELPER):
            sheet.column(_FIRST + number, index, [piece], sheet.styles("points"))


def _chart(
    sheet: Sheet,
    robustness: Robustness,
    group: GroupRobustness,
    units: Sequence[UnitRobustness],
    rows: tuple[int, int],
    cells: RankCells,
    row: int,
) -> int:
    """The bars of the units that are ``rows`` (first and last) of all; gives the row below the chart."""
    chart = sheet.add_chart("bar", "stacked")
    colours = (None, _LIGHT, _DARK, RED, _DARK, _LIGHT)
    first, last = rows
    for index, (colour, name) in enumerate(zip(colours, _SERIES, strict=True), _HELPER):
        chart.add_series({
            "name": name,
            "categories": [cells.sheet, cells.first + first, cells.unit,
                           cells.first + last, cells.unit],
            "values": [sheet.name, _FIRST + first, index, _FIRST + last, index],
            "fill": {"color": colour} if colour else {"none": True},
            "border": {"none": True},
            "gap": 45,
        })  # fmt: skip
    font = {"name": TEXT_FONT, "size": FONT_SIZE - 1.5, "bold": False}
    count = len(group.units)
    chart.set_title({
        "name": _legend(robustness), "overlay": False,
        "name_font": {"name": HEADING_FONT, "size": FONT_SIZE, "bold": False},
    })  # fmt: skip
    chart.set_y_axis({  # the units, in a bar chart the vertical one
        "reverse": True, "num_font": font, "line": {"color": "#808080"}, "interval_unit": 1,
        "major_tick_mark": "none",
    })  # fmt: skip
    chart.set_x_axis({
        "min": 0, "max": count + 1, "major_unit": 1 if count <= 20 else 5, "num_font": font,
        "num_format": f'[=0]"";[<={count}]0;""', "line": {"none": True},
        "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9", "width": 0.5}},
        "label_position": "high",
    })  # fmt: skip
    # Programs do not agree on which entries of a legend are left out: the title says it.
    chart.set_legend({"none": True})
    height = _AROUND + _BAR * len(units)
    chart.set_size({"width": _WIDTH, "height": height})
    said = f"{group.group}{len(units)}个单位名次区间的条形图，数字见“{cells.sheet}”"
    sheet.ws.insert_chart(row, 0, chart, {"object_position": 2, "description": said})
    return row + ceil(height / _ROW) + 1


def _legend(robustness: Robustness) -> str:
    first, *others = cases(robustness)
    said = f"红线：公布的排名；深色：{first.title}"
    return said + (f"；浅色：{others[-1].title}" if others else "")
