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
    """已整改, 逾期整改, 到期未整改 …"""
    return CLOSED_LATE if row.state == State.CLOSED and row.late else STATES[row.state]
