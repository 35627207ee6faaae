"""平时考核台账: every row of a ledger, whether and why it counted, and what it cost."""

from __future__ import annotations

from collections.abc import Sequence

from scoring.enums import Effect
from scoring.points import cell_number
from scoring.publish.results.report import LedgerNames, Report
from scoring.publish.sheets.sheet import Cell, Column, Formula, Sheet
from scoring.rules.composite import watched
from scoring.scheme import Ledger
from scoring.score import EntryResult
from scoring.wording.numbers import UNIT_OF_MEASURE
from scoring.wording.results import ENTRY_STATUS, VERIFICATION, entry_reason

_TOTALS, _HEADER = 2, 3
_DATE = (11.5, 11.5)
_LAST_PRINTED = "理由"
"""The columns to its right are for the screen: with them a page would be too small to read."""


def write_ledger(report: Report, name: str, key: str, ledger: Ledger) -> LedgerNames:
    """The sheet of ledger ``key``; its 扣分 are plain numbers from which 汇总 is computed."""
    result = report.result
    entries = [entry for entry in result.entries if entry.component == key]
    rules = {rule.code: rule for rule in ledger.rules}
    of = [rules[entry.rule] for entry in entries]
    reasons = [entry_reason(e, r, result.as_of) for e, r in zip(entries, of, strict=True)]
    verified = [VERIFICATION.get(e.verification or "") for e in entries]
    columns = (
        Column("台账编号", "text", [e.entry for e in entries], (10, 18)),
        Column("单位", "text", [e.unit for e in entries], (12, 13)),
        Column("计入单位", "text", [e.charged_unit for e in entries], (12, 13)),
        Column("扣分项", "centre", [e.rule for e in entries], (7, 9)),
        Column("扣分项名称", "text", [r.title for r in of], (11, 12)),
        Column("依据条款", "centre", [r.clause for r in of], (9, 11)),
        Column("问题描述", "text", [e.description for e in entries], (16, 27)),
        Column("发现日期", "date", [e.found for e in entries], _DATE),
        Column("整改期限", "date", [e.deadline for e in entries], _DATE),
        Column("整改完成日期", "date", [e.rectified for e in entries], _DATE),
        Column("核实结果", "centre", verified, (7, 7)),
        Column("处理结果", "centre", [ENTRY_STATUS[e.status] for e in entries], (9, 9)),
        Column(
            _amount_title(ledger), "input", [cell_number(e.deduction) for e in entries], (9, 12)
        ),
        Column(_LAST_PRINTED, "text", reasons, (16, 28)),
        Column("撤销日期", "date", [e.revoked for e in entries], _DATE),
        Column("撤销理由", "text", [e.revoked_reason for e in entries], (10, 36)),
        Column("提供单位", "text", [e.provider for e in entries], (9, 11)),
        Column("来源文号", "text", [e.document for e in entries], (9, 12)),
        Column("备注", "text", [e.note for e in entries], (8, 36)),
        Column("来源文件", "text", [e.place.file for e in entries], (14, 44)),
        Column("来源位置", "text", [e.place.within_file() for e in entries], (12, 30)),
    )
    titles = [column.title for column in columns]
    deduction, charged = titles.index(_amount_title(ledger)), titles.index("计入单位")
    printed = titles.index(_LAST_PRINTED) + 1
    sheet = report.open(name, len(columns), name, UNIT_OF_MEASURE, printed)
    sheet.texts_like_numbers()
    sheet.widths(column.width() for column in columns)
    after = sheet.table(_HEADER, columns)
    rows = (_HEADER + 1, max(after - 1, _HEADER + 1))
    unit = sheet.define(f"计入单位_{ledger.title}", rows, charged)
    entry = sheet.define(f"台账编号_{ledger.title}", rows, 0)
    cost = sheet.define(f"扣分_{ledger.title}", rows, deduction)
    _write_totals(sheet, entries, entry, cost, deduction)
    sheet.ws.autofilter(_HEADER, 0, rows[1], len(columns) - 1)
    sheet.freeze(_HEADER, 2)
    sheet.print_area(rows[1])
    if not any(component == key for component, _ in watched(result.scheme)):
        return LedgerNames(unit, cost)
    rule = sheet.define(f"扣分项_{ledger.title}", rows, titles.index("扣分项"))
    status = sheet.define(f"处理结果_{ledger.title}", rows, titles.index("处理结果"))
    return LedgerNames(unit, cost, rule, status)


def _amount_title(ledger: Ledger) -> str:
    """扣分, or 扣分或加分 where the ledger has rules that win points."""
    return "扣分" if all(rule.effect == Effect.DEDUCT for rule in ledger.rules) else "扣分或加分"


def _write_totals(
    sheet: Sheet, entries: Sequence[EntryResult], entry: str, cost: str, column: int
) -> None:
    """The row above the header. SUBTOTAL follows the filter, so that the total of a unit or of a
    rule can be read off."""
    total = cell_number(sum(e.deduction for e in entries))
    count = Formula(f"=SUBTOTAL(103,{entry})", len(entries))
    cells: list[Cell | Formula] = [None] * (sheet.last + 1)
    cells[:3] = ["合计", count, "件（随筛选）"]
    cells[column] = Formula(f"=SUBTOTAL(109,{cost})", total)
    for index, cell in enumerate(cells):
        sheet.column(_TOTALS, index, [cell], sheet.styles("points", strong=True))
