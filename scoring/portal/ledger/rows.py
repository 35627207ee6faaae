"""Rows of the ledger as pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import scoring
from scoring.portal import clock
from scoring.portal.assessments.models import Assessment
from scoring.portal.assessments.state import Loaded
from scoring.portal.ledger.models import Decision, Report


@dataclass(frozen=True)
class Line:
    """A row in a list: where it stands today, and whether a report waits to be confirmed."""

    row: scoring.RowState
    rule: str
    state: str
    cost: str
    reported: bool

    @property
    def late_days(self) -> int:
        """Days since the deadline; 0 before it."""
        return max(0, -(self.row.days_left or 0))


def rows_today(loaded: Loaded) -> list[scoring.RowState]:
    """Every row of the ledgers as it stands today."""
    return scoring.ledger_list(loaded.assessment, loaded.result(clock.today()))


def of_provider(rows: Iterable[scoring.RowState], provider: str) -> list[scoring.RowState]:
    """The rows of one provider."""
    return [row for row in rows if row.provider == provider]


def find(
    rows: Iterable[scoring.RowState], number: str, *, provider: str = "", unit: str = ""
) -> scoring.RowState | None:
    """The row with a 台账编号 that is the provider's, or against the unit."""
    return next(
        (
            row for row in rows
            if row.entry == number
            and (not provider or row.provider == provider) and (not unit or row.unit == unit)
        ),
        None,
    )  # fmt: skip


def lines(assessment: Assessment, loaded: Loaded, rows: Iterable[scoring.RowState]) -> list[Line]:
    """Rows for a list, the most urgent first, then the latest."""
    result = loaded.result(clock.today())
    open_reports = set(
        Report.objects.filter(assessment=assessment, decision=Decision.OPEN).values_list(
            "component", "entry", "unit"
        )
    )
    found = [
        Line(
            row, f"{row.rule.code} {row.rule.title}", scoring.state_text(row),
            scoring.cost_text(row, result), (row.component, row.entry, row.unit) in open_reports,
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=_urgency)


def _urgency(line: Line) -> tuple[bool, int, int]:
    left = line.row.days_left
    return (left is None, left or 0, -line.row.found.toordinal())


def cells(loaded: Loaded, row: scoring.RowState) -> list[tuple[str, str | date | None]]:
    """What the row's file says, by column; columns without a word in them are left out."""
    entry = next(
        e for e in loaded.assessment.tables.entries
        if (e.component, e.entry) == (row.component, row.entry)
    )  # fmt: skip
    said: list[tuple[str, str | date | None]] = [
        ("单位", row.named),
        ("扣分项", f"{row.rule.code} {row.rule.title}"),
        ("依据", row.rule.clause),
        ("问题描述", row.description),
        ("发现日期", row.found),
        ("来源文号", entry.document),
        ("提供单位", row.provider),
        ("整改期限", row.deadline),
        ("整改完成日期", row.rectified),
        (
            "核实结果",
            {"true": "属实", "false": "不属实", "pending": "待核实"}.get(row.verification or ""),
        ),
        ("撤销日期", entry.revoked),
        ("撤销理由", entry.revoked_reason),
        ("备注", entry.note),
    ]
    return [(name, text) for name, text in said if text]
