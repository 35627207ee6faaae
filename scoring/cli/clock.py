"""The clock. Only fronts read it; every other room is given a day."""

from __future__ import annotations

from datetime import date, datetime


def today() -> date:
    """The day of this machine."""
    return datetime.now().astimezone().date()
