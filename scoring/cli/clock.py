"""The clock. Only fronts read it; every other room is given a day."""

from __future__ import annotations

from datetime import date, datetime


def now() -> datetime:
    """The moment, with the offset of this place."""
    return datetime.now().astimezone()


def today() -> date:
    """The day of this machine."""
    return now().date()
