"""日常监督: what a year looks like on a day. Pure functions over results: no file, no clock."""

from scoring.monitoring.state import RowState, State, ledger_state, problems_in
from scoring.monitoring.windows import (
    Window,
    WindowKind,
    clipped,
    days_of_window,
    previous,
    window_of,
    windows_until,
)

__all__ = [
    "RowState",
    "State",
    "Window",
    "WindowKind",
    "clipped",
    "days_of_window",
    "ledger_state",
    "previous",
    "problems_in",
    "window_of",
    "windows_until",
]
