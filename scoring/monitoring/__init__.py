"""日常监督: what a year looks like on a day. Pure functions over results: no file, no clock."""

from scoring.monitoring.state import RowState, State, ledger_state
from scoring.monitoring.windows import (
    Window,
    WindowKind,
    clipped,
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
    "ledger_state",
    "previous",
    "window_of",
    "windows_until",
]
