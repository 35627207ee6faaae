"""Working days of China, with the State Council's holidays and moved workdays.

The calendar comes from chinesecalendar, which follows the State Council's notice of each year
(issued in November of the year before). A day beyond its years is an error, never a guess.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal


class CalendarEndsError(ValueError):
    """A day for which the State Council's calendar is not known to the program."""

    def __init__(self, day: date) -> None:
        super().__init__(f"{day.year}年的节假日安排尚未收录")
        self.day = day


def is_workday(day: date) -> bool:
    """Whether offices work on ``day``. Raises CalendarEndsError beyond the known years."""
    from chinese_calendar import is_workday as known

    try:
        return bool(known(day))
    except NotImplementedError:
        raise CalendarEndsError(day) from None


def shift(day: date, count: int, days: Literal["working", "calendar"]) -> date:
    """The day ``count`` days after ``day`` (before it, where negative); ``day`` does not count.

    >>> shift(date(2024, 9, 30), 1, "working"), shift(date(2024, 9, 30), 1, "calendar")
    (datetime.date(2024, 10, 8), datetime.date(2024, 10, 1))
    """
    if days == "calendar":
        return day + timedelta(days=count)
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while not is_workday(day):
            day += step
    return day
