"""Where a ledger row stands, in words: the same on the screen and in every paper."""

from __future__ import annotations

from typing import Final

from scoring.monitoring.state import RowState, State

STATES: Final = {
    State.REVOKED: "已撤销", State.UNFOUNDED: "不属实", State.RECORDED: "已登记", State.PENDING: "待核实",
    State.CLOSED: "已整改", State.UNDATED: "缺整改期限", State.SETTLED: "已计入", State.DUE: "到期未整改",
    State.OVERDUE: "逾期未整改", State.OPEN: "整改中",
}  # fmt: skip
CLOSED_LATE: Final = "逾期整改"


def state_text(row: RowState) -> str:
    """Where a ledger row (one of ``ledger_list``) stands: 已整改, 逾期整改, 到期未整改 …

    >>> from datetime import date
    >>> from scoring import ledger_list, load_assessment, score_assessment, state_text
    >>> assessment = load_assessment("sample_data/2025")
    >>> result = score_assessment(assessment, date(2025, 9, 12), final=False)
    >>> [state_text(row) for row in ledger_list(assessment, result, overdue=True)][0]
    '逾期未整改'
    """
    return CLOSED_LATE if row.state == State.CLOSED and row.late else STATES[row.state]
