"""等次分布: how many units of each group got which grade, in a table and a chart; 成绩统计, where the scheme
has no grades: the composites of each group alone."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from xlsxwriter.utility import xl_col_to_name

from scoring.publish.results.notes import NO
from scoring.publish.results.report import Report, SummaryNames
from scoring.publish.sheets.sheet import Cell, Column, Formula, Sheet
from scoring.publish.sheets.style import (
    FONT_SIZE,
    GRADE_COLOURS,
    HEADING_FONT,
    TEXT_FONT,
    grade_look,
)
from scoring.rules.cells import half_up_text as half_up
from scoring.wording.numbers import BLANK

UNGRADED = "未定等次"

_COUNTS = 2


def write_distribution(report: Report, name: str, names: SummaryNames) -> None:
    """Counts by COUNTIFS over 汇总, shares, averages, and a stacked column chart."""
    scheme = report.result.scheme
    if not scheme.grades:
        sheet = report.open(name, 6, "考核成绩统计", "计数单位：个")
        sheet.widths([18] + [13] * sheet.last)
        _statistics(sheet, report, names, _COUNTS)
        sheet.ws.fit_to_pages(1, 1)
        return
    sheet = report.open(name, max(len(scheme.grade_names()) + 3, 6), "考核等次分布", "计数单位：个")
    sheet.widths([18] + [13] * sheet.last)
    after = _counts(sheet, report, names)
    after = _shares(sheet, report, after + 1)
    after = _statistics(sheet, report, names, after + 1)
    _chart(sheet, report, after + 1)
    sheet.ws.fit_to_pages(1, 1)


def _of(report: Report, group: str | None, grade: str | None) -> int:
    """How many units have a grade (None: no grade), in a group or altogether (None)."""
    return sum(u.grade == grade and group in (None, u.group) for u in report.result.units)


def _counts(sheet: Sheet, report: Report, names: SummaryNames) -> int:
    scheme = report.result.scheme
    grades: list[str | None] = [*scheme.grade_names()]
    columns = [Column("类别", "centre", scheme.groups)]
    for index, grade in enumerate([*grades, None], 1):
        letter = _letter(index)
        wanted = f"{letter}${_COUNTS + 1}" if grade else f'"{BLANK}"'
        columns.append(Column(grade or UNGRADED, "count", [
            Formula(f"=COUNTIFS({names.group},$A{row},{names.grade},{wanted})",
                    _of(report, group, grade))
            for row, group in enumerate(scheme.groups, _COUNTS + 2)
        ]))  # fmt: skip
    last = _letter(len(grades) + 1)
    columns.append(Column("合计", "count", [
        Formula(f"=SUM(B{row}:{last}{row})", len(report.result.in_group(group)))
        for row, group in enumerate(scheme.groups, _COUNTS + 2)
    ]))  # fmt: skip
    after = sheet.table(_COUNTS, columns)
    strong = sheet.styles("count", strong=True)
    totals = [_of(report, None, grade) for grade in [*grades, None]] + [len(report.result.units)]
    cells: list[Cell | Formula] = ["合计"]
    for index, total in enumerate(totals, 1):
        letter = _letter(index)
        cells.append(Formula(f"=SUM({letter}{_COUNTS + 2}:{letter}{after})", total))
    for index, cell in enumerate(cells):
        sheet.column(after, index, [cell], strong)
    return after + 1


def _shares(sheet: Sheet, report: Report, row: int) -> int:
    """The counts as shares of their group."""
    scheme = report.result.scheme
    groups: list[str | None] = [*scheme.groups, None]
    total = _letter(len(scheme.grade_names()) + 2)
    columns = [Column("类别", "centre", [*scheme.groups, "合计"])]
    for index, grade in enumerate(scheme.grade_names(), 1):
        shares = []
        for at, group in enumerate(groups, _COUNTS + 2):
            units = sum(group in (None, unit.group) for unit in report.result.units)
            share = _of(report, group, grade) / units if units else 0
            shares.append(
                Formula(f"=IF(${total}{at}=0,0,{_letter(index)}{at}/${total}{at})", share)
            )
        columns.append(Column(f"{grade}占比", "percent", shares))
    return sheet.table(row, columns)


def _statistics(sheet: Sheet, report: Report, names: SummaryNames, row: int) -> int:
    """Number, mean, highest and lowest of the composites of each group."""
    result = report.result
    score, first = names.composite, row + 2
    groups = result.scheme.groups
    # A unit that a veto keeps out of the ranking is neither the best nor in an average.
    listed, only = "", ""
    if names.ranked is not None:
        listed, only = f'*({names.ranked}<>"{NO}")', f',{names.ranked},"<>{NO}"'
    own = [f"({names.group}=$A{first + i})*ISNUMBER({score}){listed}" for i in range(len(groups))]
    every = f"ISNUMBER({score}){listed}"
    counts = [f"SUMPRODUCT({test})" for test in own]
    counts.append(f"SUMPRODUCT({every})" if listed else f"COUNT({score})")
    means = [f"AVERAGEIFS({score},{names.group},$A{first + i}{only})" for i in range(len(own))]
    means.append(f"AVERAGEIFS({score}{only})" if listed else f"AVERAGE({score})")
    columns: dict[str, list[Formula]] = {"有成绩的单位": [], "平均成绩": [], "最高": [], "最低": []}
    scale = 10**result.scheme.rounding.decimals
    for at, group in enumerate([*result.scheme.groups, None]):
        known = [u.composite for u in result.units
                 if u.composite is not None and not u.unranked and group in (None, u.group)]  # fmt: skip
        here = f"$B{first + at}"
        columns["有成绩的单位"].append(Formula(f"={counts[at]}", len(known)))
        mean = half_up(means[at], result.scheme.rounding.decimals)
        columns["平均成绩"].append(
            Formula(f'=IF({here}=0,"{BLANK}",{mean})', _mean(known, scale) if known else BLANK)
        )
        for title, function, value in (("最高", "MAX", max), ("最低", "MIN", min)):
            test = every if group is None else own[at]
            best = f"{function}(IF({test},{score}))"
            if group is None and not listed:
                best = f"{function}({score})"
            columns[title].append(
                Formula(f'=IF({here}=0,"{BLANK}",{best})', value(known) / scale if known else BLANK)
            )
    sheet.header(row, ["类别", *columns])
    sheet.column(row + 1, 0, [*result.scheme.groups, "全部"], sheet.styles("centre"))
    sheet.column(row + 1, 1, columns["有成绩的单位"], sheet.styles("count"))
    sheet.column(row + 1, 2, columns["平均成绩"], sheet.styles("composite"))
    for index, title in enumerate(("最高", "最低"), 3):
        sheet.arrays(row + 1, index, columns[title], sheet.styles("composite"))
    return row + 2 + len(result.scheme.groups)


def _mean(composites: list[int], scale: int) -> float:
    """The mean, half up to the composites' own decimals, of composites of any sign."""
    exact = Fraction(sum(composites), len(composites))
    rounded = floor(abs(exact) + Fraction(1, 2))
    return (rounded if exact >= 0 else -rounded) / scale


def _chart(sheet: Sheet, report: Report, row: int) -> None:
    scheme = report.result.scheme
    first, last = _COUNTS + 1, _COUNTS + len(scheme.groups)
    chart = sheet.add_chart("column", "stacked")
    titles = scheme.grade_names()
    colours = [grade_look(GRADE_COLOURS, i, len(titles)) for i in range(len(titles))]
    if any(unit.grade is None for unit in report.result.units):
        titles.append(UNGRADED)
        colours.append("#F2F2F2")
    dark = {colours[0], GRADE_COLOURS[-1]}
    for index, colour in enumerate(colours, 1):
        chart.add_series({
            "name": [sheet.name, _COUNTS, index],
            "categories": [sheet.name, first, 0, last, 0],
            "values": [sheet.name, first, index, last, index],
            "fill": {"color": colour},
            "border": {"color": "#FFFFFF", "width": 0.75},
            "gap": 80,
            # A label only where there is something to count.
            "data_labels": {"value": True, "num_format": "0;;;",
                            "font": {"name": TEXT_FONT, "size": FONT_SIZE,
                                     "color": "#FFFFFF" if colour in dark else "#000000"}},
        })  # fmt: skip
    font = {"name": TEXT_FONT, "size": FONT_SIZE, "bold": False}
    chart.set_title({
        "name": "各类别等次分布", "overlay": False,
        "name_font": {"name": HEADING_FONT, "size": 14, "bold": False},
    })  # fmt: skip
    chart.set_x_axis({"num_font": font, "line": {"color": "#808080"}})
    chart.set_y_axis({
        "name": "单位数（个）", "name_font": font, "num_font": font, "num_format": "0",
        "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9", "width": 0.5}},
        "line": {"none": True},
    })  # fmt: skip
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_size({"width": 640, "height": 440})
    sheet.ws.insert_chart(row, 0, chart, {"description": _alternative(report)})


def _alternative(report: Report) -> str:
    """What the chart shows, for those who cannot see it."""
    result = report.result
    groups = (
        f"{group}" + "、".join(f"{g}{_of(report, group, g)}个" for g in result.scheme.grade_names())
        for group in result.scheme.groups
    )
    return f"各类别等次分布的柱形图：{'；'.join(groups)}"


def _letter(column: int) -> str:
    return str(xl_col_to_name(column))
