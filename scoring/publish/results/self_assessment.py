"""自我考核: every item that the scheme expects of every unit and period, and what counts of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby

from xlsxwriter.utility import xl_col_to_name

from scoring.points import SCALE, Amount, cell_number
from scoring.publish.results.live import live_item
from scoring.publish.results.report import ItemNames, Report
from scoring.publish.sheets.sheet import Cell, Column, Formula
from scoring.rules import forms as status
from scoring.scheme import SelfAssessment
from scoring.score import ItemResult
from scoring.wording.numbers import BLANK, UNIT_OF_MEASURE
from scoring.wording.results import ITEM_STATUS

_HEADER = 2
_LAST_PRINTED = "证明材料"
"""The columns to its right are for the screen: with them a page would be too small to read."""
_VERIFIED, _APPLICABLE = (xl_col_to_name(column) for column in (7, 8))


def write_items(report: Report, name: str, key: str, component: SelfAssessment) -> ItemNames:
    """The sheet of self-assessment ``key``. 计入得分 follows 核查得分 and 适用分值."""
    items = [item for item in report.result.items if item.component == key]
    live = {leaf.code: live_item(leaf) for leaf in component.items()}
    columns = (
        Column("单位", "text", [i.unit for i in items], (13, 17)),
        Column("期次", "centre", [i.period for i in items], (8, 10)),
        Column("指标编号", "centre", [i.indicator for i in items], (9, 9)),
        Column("一级指标", "text", [i.area for i in items], (12, 13)),
        Column("二级指标", "text", [i.title for i in items], (12, 14)),
        Column("分值", "points", [i.points / SCALE for i in items], (7, 7)),
        Column("自评分", "points", [_points(i.self_score) for i in items], (8, 8)),
        Column("核查得分", "input", [_points(i.verified_score) for i in items], (8, 8)),
        Column("适用分值", "input", [_applicable(i) for i in items], (8, 8)),
        Column("计入得分", "points",
               [_counted(i, row, live[i.indicator]) for row, i in enumerate(items, _HEADER + 2)],
               (8, 8)),
        Column("状态", "centre", [ITEM_STATUS[i.status] for i in items], (9, 10)),
        Column("核查单位", "text", [i.verifier for i in items], (10, 12)),
        Column("核查说明", "text", [i.verified_note for i in items], (12, 19)),
        Column("自评说明", "text", [i.self_note for i in items], (12, 19)),
        Column(_LAST_PRINTED, "text", [i.evidence for i in items], (12, 21)),
        Column("来源文件", "text", [i.place.file if i.place else None for i in items], (14, 52)),
        Column("来源位置", "text",
               [i.place.within_file() if i.place else None for i in items], (12, 30)),
    )  # fmt: skip
    printed = [column.title for column in columns].index(_LAST_PRINTED) + 1
    sheet = report.open(name, len(columns), f"{name}得分明细", UNIT_OF_MEASURE, printed)
    sheet.texts_like_numbers()
    sheet.widths(column.width() for column in columns)
    after = sheet.table(_HEADER, columns)
    rows = (_HEADER + 1, max(after - 1, _HEADER + 1))
    sheet.ws.autofilter(_HEADER, 0, rows[1], len(columns) - 1)
    sheet.freeze(_HEADER, 1)
    sheet.print_area(rows[1])

    def item_names(of: Callable[[str], str]) -> ItemNames:
        return ItemNames(of("单位"), of("期次"), of("适用分值"), of("计入得分"), of("状态"))

    def cells_of(own: tuple[int, int]) -> ItemNames:
        return item_names(lambda title: sheet.cells(own, at[title]))

    at = {column.title: index for index, column in enumerate(columns)}
    names = item_names(lambda title: sheet.define(f"{title}_{component.title}", rows, at[title]))
    blocks = {unit: cells_of(own) for unit, own in _blocks(items).items()}
    return replace(names, blocks=blocks)


def _blocks(items: Sequence[ItemResult]) -> dict[str, tuple[int, int]]:
    """The first and the last row of each unit; none for a unit whose rows do not stand together."""
    blocks: dict[str, tuple[int, int]] = {}
    scattered, row = set(), _HEADER + 1
    for unit, own in groupby(items, key=lambda item: item.unit):
        count = len(list(own))
        scattered |= {unit} & blocks.keys()
        blocks[unit] = row, row + count - 1
        row += count
    return {unit: rows for unit, rows in blocks.items() if unit not in scattered}


def _points(value: Amount | None) -> Cell:
    return BLANK if value is None else cell_number(value)


def _applicable(item: ItemResult) -> float:
    return 0 if item.status == status.NOT_APPLICABLE else item.points / SCALE


def _counted(item: ItemResult, row: int, live: bool) -> Cell | Formula:
    """A refused item counts nothing, whatever could be read of it. What the engine alone can
    compute (by fraction, by deductions, by weight) stands as its value."""
    if item.status == status.REFUSED:
        return BLANK
    verified, applicable = f"{_VERIFIED}{row}", f"{_APPLICABLE}{row}"
    value: str | float = BLANK
    if item.status == status.NOT_APPLICABLE:
        value = 0
    elif item.status == status.SCORED and item.counted is not None:
        value = cell_number(item.counted)
    if not live:
        return value
    text = f'=IF({applicable}=0,0,IF(ISNUMBER({verified}),{verified},"{BLANK}"))'
    return Formula(text, value)
