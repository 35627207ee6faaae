"""明细核对: whether the rows of every unit still stand where its formulas look for them.

汇总 adds up the rows of one unit in the cells where they were written, so that the work grows with the
rows and not with rows times units. Sorting a sheet, adding rows or renaming a unit may bring rows out of
these cells. A row counts here only in the block of its own unit. So while the blocks hold as many rows as
the whole sheet, none is elsewhere, and both sums are the same; else the formulas of 汇总 add up over
the whole sheet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from scoring.publish.results.report import IN_PLACE, ItemNames, Report
from scoring.publish.results.summary_formulas import criterion
from scoring.publish.sheets.sheet import Cell, Column, Formula

MOVED = "不符"

_FIRST, _WIDTHS = 2, (8, 40, 24, 18, 12)
_NOTES = (
    "核对相符时，汇总表只对每个单位自己的明细行求和，重算快。",
    "明细表重新排序、增加行或者改动单位名称后，核对变为不符，汇总表即改为对全部明细行求和，结果仍然正确，只是重算较慢。",
)


def write_blocks(report: Report, name: str, items: Mapping[str, ItemNames]) -> dict[str, ItemNames]:
    """The sheet that counts the rows of the self-assessments ``items`` by their blocks. Gives these with
    the cells that say whether all rows stand in them."""
    sheet = report.open(name, len(_WIDTHS), "考核明细核对", "计数单位：行")
    sheet.widths(_WIDTHS)
    titles = {key: report.result.scheme.leaves()[key].title for key in items}
    owners = [(key, unit) for key, names in items.items() for unit in names.blocks]
    counts = Counter((item.component, item.unit) for item in report.result.items)
    notes = _FIRST + 1 + len(items)
    header = notes + len(_NOTES)
    found: list[Cell | Formula] = [
        Formula(
            f"=COUNTIFS({items[key].blocks[unit].unit},{criterion(f'B{row}', unit)})",
            counts[key, unit],
        )
        for row, (key, unit) in enumerate(owners, header + 2)
    ]
    last = header + 1 + max(len(owners), 1)
    inside, everywhere, checks = [], [], []
    for row, (key, names) in enumerate(items.items(), _FIRST + 2):
        own = sum(counts[key, unit] for unit in names.blocks)
        every = sum(count for (component, _), count in counts.items() if component == key)
        inside.append(
            Formula(f"=SUMIFS(D${header + 2}:D${last},C${header + 2}:C${last},B{row})", own)
        )
        everywhere.append(Formula(f"=COUNTA({names.unit})", every))
        checks.append(
            Formula(
                f'=IF(C{row}=D{row},"{IN_PLACE}","{MOVED}")', IN_PLACE if own == every else MOVED
            )
        )
    sheet.table(_FIRST, [
        Column("序号", "count", list(range(1, len(items) + 1))),
        Column("明细表", "text", list(titles.values())),
        Column("在本单位位置上的行数", "count", inside),
        Column("全部行数", "count", everywhere),
        Column("核对", "centre", checks),
    ])  # fmt: skip
    for row, text in enumerate(_NOTES, notes):
        sheet.ws.write_string(row, 0, text, sheet.styles("line"))
    after = sheet.table(header, [
        Column("序号", "count", list(range(1, len(owners) + 1))),
        Column("单位", "text", [unit for _, unit in owners]),
        Column("明细表", "text", [titles[key] for key, _ in owners]),
        Column("行数", "count", found),
    ])  # fmt: skip
    sheet.freeze(header, 2)
    sheet.fit(header, after)
    return {
        key: replace(names, in_place=sheet.define(f"核对_{titles[key]}", (row, row), 4))
        for row, (key, names) in enumerate(items.items(), _FIRST + 1)
    }
