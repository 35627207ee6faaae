"""月排名.xlsx: a sheet a group with ranks, changes and the scores of every month, and native charts."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from xlsxwriter.utility import xl_range_abs

from scoring.intake.assessment import Assessment
from scoring.monitoring.monthly import Monthly, Standing, mean
from scoring.publish.sheets.sheet import Book, Cell, Column, Sheet, sheet_names
from scoring.publish.sheets.style import FONT_SIZE, GRADE_COLOURS, HEADING_FONT, RED, TEXT_FONT
from scoring.score import Result
from scoring.wording import month as month_words
from scoring.wording.bulletin import moved_text, short_name
from scoring.wording.numbers import BLANK, PROVISIONAL, UNIT_OF_MEASURE
from scoring.wording.official import half_up

_HEAD = 2
_TREND = "走势"
_BAR, _AROUND, _ROW = 20, 90, 24
"""Pixels: a bar, what is above and below the bars, a row of the sheet."""
_MOST = 45
"""Bars of a chart: so many stand on a page."""
_WIDTH = 700


def month_book(
    found: Monthly, result: Result, assessment: Assessment, *, provisional: bool
) -> bytes:
    """The workbook: first the groups, a sheet each, then a sheet of charts for each."""
    title = month_words.title(found, assessment)
    groups = [group for group, _ in found.groups]
    names = sheet_names([*groups, *(f"{group}图" for group in groups)])
    book = Book(title, names, result.as_of, result.scheme.rounding.decimals)
    marked = f"{title}（{PROVISIONAL}）" if provisional else title
    for at, (_, units) in enumerate(found.groups):
        table = Sheet(book, names[at], 9 + len(found.windows))
        first = _table(table, found, units, result, title, provisional=provisional)
        charts = Sheet(book, names[len(groups) + at], 9, portrait=True)
        _charts(charts, found, units, result, marked, (names[at], first))
    return book.close()


def _number(count: int | None, result: Result) -> Cell:
    return BLANK if count is None else count / 10**result.scheme.rounding.decimals


def _table(
    sheet: Sheet, found: Monthly, units: Sequence[Standing], result: Result, title: str,
    *, provisional: bool,
) -> int:  # fmt: skip
    """The table of a group; gives its first row of units."""
    before = [u.scores[-2] if len(u.scores) > 1 else None for u in units]
    columns = [
        Column("名次", "count", [u.rank or BLANK for u in units], (6, 6)),
        Column("单位", "text", [u.unit + "*" * u.gaps for u in units], (18, 40)),
        Column("本月成绩", "composite", [_number(u.score, result) for u in units], (9, 9)),
        Column("上月成绩", "composite", [_number(s, result) for s in before], (9, 9)),
        Column("名次变化", "centre", [moved_text(u.up) for u in units], (9, 9)),
        Column("本月\n新增", "count", [u.tally.new for u in units], (7, 7)),
        Column("本月\n办结", "count", [u.tally.closed for u in units], (7, 7)),
        Column("逾期\n未办结", "count", [u.tally.still_overdue for u in units], (7, 7)),
        *(
            Column(
                short_name(w), "composite", [_number(u.scores[m], result) for u in units], (7, 7)
            )
            for m, w in enumerate(found.windows)
        ),
        Column(_TREND, "centre", [None] * len(units), (14, 14)),
    ]
    sheet.title(0, title, provisional=provisional)
    sheet.line(1, month_words.under(found, result), UNIT_OF_MEASURE)
    sheet.widths(column.width() for column in columns)
    after = sheet.table(_HEAD, columns)
    first, trend = _HEAD + 1, len(columns) - 1
    for at in range(len(units)):
        cells = xl_range_abs(first + at, 8, first + at, trend - 1)
        sheet.ws.add_sparkline(first + at, trend, {
            "range": f"'{sheet.name}'!{cells}", "markers": True, "last_point": True,
            "series_color": GRADE_COLOURS[0], "last_color": RED,
        })  # fmt: skip
    notes = [f"注：{text}" for text in month_words.notes(found, result)]
    sheet.notes(after, notes)
    sheet.freeze(_HEAD, 2)
    sheet.fit(_HEAD, after + len(notes))
    return first


def _charts(
    sheet: Sheet, found: Monthly, units: Sequence[Standing], result: Result, title: str,
    table: tuple[str, int],
) -> None:  # fmt: skip
    """The scores of the units as bars, and above them how the group stood month by month."""
    sheet.widths([11.0] * 9)
    sheet.title(0, title, provisional=False)
    sheet.line(1, month_words.under(found, result), UNIT_OF_MEASURE)
    row = _months(sheet, found, units, result)
    name, first = table
    for start in range(0, len(units), _MOST):
        some = units[start : start + _MOST]
        part = f"，第{start + 1}至{start + len(some)}个单位" if len(units) > _MOST else ""
        row = sheet.section(row, f"本月成绩（分{part}）")
        row = _bars(sheet, (name, first + start, first + start + len(some) - 1), row, some, result)
    sheet.paginate(row)


def _months(sheet: Sheet, found: Monthly, units: Sequence[Standing], result: Result) -> int:
    """A table of means, highest and lowest scores, and a chart over it; gives the row below."""

    def of(month: int, kind: str) -> Cell:
        there = [s for u in units if (s := u.scores[month]) is not None]
        average = mean(there)
        if average is None:
            return BLANK
        value = {"平均": half_up(average), "最高": max(there), "最低": min(there)}[kind]
        return _number(value, result)

    months = range(len(found.windows))
    columns = [Column("月份", "centre", [short_name(w) for w in found.windows])]
    columns += [
        Column(kind, "composite", [of(m, kind) for m in months])
        for kind in ("平均", "最高", "最低")
    ]
    after = sheet.table(_HEAD, columns)
    chart = sheet.add_chart("line", "")
    for index, colour in enumerate((GRADE_COLOURS[0], GRADE_COLOURS[1], GRADE_COLOURS[4]), 1):
        chart.add_series({
            "name": [sheet.name, _HEAD, index],
            "categories": [sheet.name, _HEAD + 1, 0, after - 1, 0],
            "values": [sheet.name, _HEAD + 1, index, after - 1, index],
            "line": {"color": colour, "width": 2},
            "marker": {"type": "circle", "size": 5, "fill": {"color": colour}, "border": {"color": colour}},
        })  # fmt: skip
    _look(chart, "各月成绩：平均、最高、最低")
    chart.set_legend({"position": "bottom", "font": _FONT})
    chart.set_size({"width": _WIDTH, "height": 260})
    sheet.ws.insert_chart(after + 1, 0, chart, {
        "object_position": 2, "description": "各月平均、最高、最低成绩的折线图，数字见上表",
    })  # fmt: skip
    return after + 1 + ceil(260 / _ROW) + 1


_FONT = {"name": TEXT_FONT, "size": FONT_SIZE - 1.5, "bold": False}


def _look(chart: object, title: str) -> None:
    set_title = chart.set_title  # type: ignore[attr-defined]
    set_title({
        "name": title, "overlay": False,
        "name_font": {"name": HEADING_FONT, "size": FONT_SIZE, "bold": False},
    })  # fmt: skip


def _bars(
    sheet: Sheet, cells: tuple[str, int, int], row: int, units: Sequence[Standing], result: Result
) -> int:
    """A bar a unit in rank order; gives the row below the chart."""
    name, first, last = cells
    chart = sheet.add_chart("bar", "clustered")
    decimals = result.scheme.rounding.decimals
    chart.add_series({
        "name": "本月成绩",
        "categories": [name, first, 1, last, 1],
        "values": [name, first, 2, last, 2],
        "fill": {"color": GRADE_COLOURS[0]}, "gap": 40,
        "data_labels": {"value": True, "font": _FONT,
                        "num_format": f"0.{'0' * decimals}" if decimals else "0"},
    })  # fmt: skip
    chart.set_title({"none": True})
    chart.set_y_axis({"reverse": True, "num_font": _FONT, "interval_unit": 1,
                      "major_tick_mark": "none", "line": {"color": "#808080"}})  # fmt: skip
    chart.set_x_axis({"num_font": _FONT, "label_position": "high", "line": {"none": True},
                      "min": 0,
                      "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9", "width": 0.5}}})  # fmt: skip
    chart.set_legend({"none": True})
    height = _AROUND + _BAR * len(units)
    chart.set_size({"width": _WIDTH, "height": height})
    sheet.ws.insert_chart(row, 0, chart, {
        "object_position": 2, "description": f"{len(units)}个单位本月成绩的条形图，数字见“{name}”",
    })  # fmt: skip
    return row + ceil(height / _ROW) + 1
