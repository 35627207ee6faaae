"""按项汇总: what each rule of a ledger cost or won a unit, before and after the rule's cap.

Written for ledgers whose score is more than the sum of their rows (caps, minima, bonuses), so
that every point of them can be followed.
"""

from __future__ import annotations

from scoring.enums import Effect
from scoring.points import cell_number, format_points
from scoring.publish.results.report import Report
from scoring.publish.sheets.sheet import Column
from scoring.scheme import Ledger
from scoring.wording.numbers import UNIT_OF_MEASURE
from scoring.wording.scheme import rule_of

_HEADER = 2


def write_rule_totals(report: Report, name: str, key: str, ledger: Ledger) -> None:
    """The sheet of the rules' sums, one row a unit and rule for which something counted."""
    scheme = report.result.scheme
    rows = [r for r in report.result.rules if r.component == key and r.counted]
    views = scheme.views()
    group = {unit.unit: unit.group for unit in report.result.units}
    rules = [rule_of(views[group[row.unit]], key, row.rule) for row in rows]
    caps = []
    for row, rule in zip(rows, rules, strict=True):
        own = views[group[row.unit]].leaves()[key]
        assert isinstance(own, Ledger)
        categories = {category.code: category for category in own.categories}
        limits = [] if rule.cap is None else [f"本项最多{format_points(rule.cap)}分"]
        if rule.category is not None:
            category = categories[rule.category]
            limits.append(f"“{category.title}”类合计最多{format_points(category.cap)}分")
        caps.append("；".join(limits))
    columns = (
        Column("单位", "text", [r.unit for r in rows], (16, 30)),
        Column("扣分项", "centre", [r.rule for r in rows], (8, 10)),
        Column("名称", "text", [rule.title for rule in rules], (20, 34)),
        Column("依据条款", "centre", [rule.clause for rule in rules], (10, 16)),
        Column("计入件数", "count", [r.counted for r in rows], (9, 9)),
        Column("性质", "centre",
               ["加分" if rule.effect == Effect.BONUS else "扣分" for rule in rules], (8, 8)),
        Column("逐件合计", "points", [cell_number(r.nominal) for r in rows], (10, 10)),
        Column("本项封顶后", "points", [cell_number(r.amount) for r in rows], (11, 11)),
        Column("上限", "text", caps, (16, 40)),
    )  # fmt: skip
    sheet = report.open(name, len(columns), f"{ledger.title}按项汇总", UNIT_OF_MEASURE)
    sheet.texts_like_numbers()
    sheet.widths(column.width() for column in columns)
    after = sheet.table(_HEADER, columns)
    sheet.ws.autofilter(_HEADER, 0, max(after - 1, _HEADER + 1), len(columns) - 1)
    sheet.freeze(_HEADER, 1)
