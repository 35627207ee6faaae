"""Days, weeks, months, quarters and half-years of an assessment's year."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, NamedTuple, assert_never

from scoring.enums import Word


class WindowKind(Word):
    """How long a window is. A week runs from Monday to Sunday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"


class Window(NamedTuple):
    """The days from ``first`` to ``last``, both included. ``kind`` says what it is one of; clipped at an
    end of the year (``clipped``), or at a day (``until``), it is shorter than its kind says."""

    kind: WindowKind
    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last

    @property
    def number(self) -> int:
        """Which month, quarter or half of its year it is, from 1; the ISO week; the day of the month."""
        match self.kind:
            case WindowKind.DAY:
                return self.first.day
            case WindowKind.WEEK:
                # A week clipped at New Year keeps the number of the whole week.
                return self.first.isocalendar().week
            case WindowKind.MONTH | WindowKind.QUARTER | WindowKind.HALF:
                return (self.first.month - 1) // _MONTHS[self.kind] + 1
            case _ as kind:
                assert_never(kind)

    def until(self, day: date) -> Window:
        """The window as far as it has come on a day in it."""
        return self._replace(last=min(self.last, day))


_MONTHS: Final = {WindowKind.MONTH: 1, WindowKind.QUARTER: 3, WindowKind.HALF: 6}


def window_of(kind: WindowKind, day: date) -> Window:
    """The whole window of a kind in which a day lies.

    >>> window_of(WindowKind.WEEK, date(2024, 6, 30))[1:]
    (datetime.date(2024, 6, 24), datetime.date(2024, 6, 30))
    >>> window_of(WindowKind.QUARTER, date(2024, 2, 29))[1:]
    (datetime.date(2024, 1, 1), datetime.date(2024, 3, 31))
    """
    match kind:
        case WindowKind.DAY:
            return Window(kind, day, day)
        case WindowKind.WEEK:
            first = day - timedelta(days=day.weekday())
            return Window(kind, first, first + timedelta(days=6))
        case WindowKind.MONTH | WindowKind.QUARTER | WindowKind.HALF:
            months = _MONTHS[kind]
            first = date(day.year, (day.month - 1) // months * months + 1, 1)
            return Window(kind, first, _months_later(first, months) - timedelta(days=1))
        case _:
            assert_never(kind)


def _months_later(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def previous(window: Window) -> Window:
    """The whole window before one; before a window that is clipped at the start of its year lies
    the rest of the same week, which is one of the year before."""
    return window_of(window.kind, window.first - timedelta(days=1))


def clipped(window: Window, year: int) -> Window | None:
    """The part of a window that lies in a year; None where none of it does.

    >>> clipped(window_of(WindowKind.WEEK, date(2025, 1, 1)), 2024)[1:]
    (datetime.date(2024, 12, 30), datetime.date(2024, 12, 31))
    """
    first, last = max(window.first, date(year, 1, 1)), min(window.last, date(year, 12, 31))
    return Window(window.kind, first, last) if first <= last else None


def windows_until(kind: WindowKind, day: date) -> list[Window]:
    """The windows of the year of ``day`` up to the one in which it lies, clipped at the start of the
    year; the last one as far as the day.

    >>> [w.number for w in windows_until(WindowKind.QUARTER, date(2024, 8, 5))]
    [1, 2, 3]
    >>> [w.last.day for w in windows_until(WindowKind.WEEK, date(2025, 1, 16))]
    [5, 12, 16]
    """
    start = date(day.year, 1, 1)
    found = [window_of(kind, day).until(day)]
    # Also where the year begins within a week: the one before it is of the year before.
    while found[-1].first > start:
        found.append(previous(found[-1]))
    found.reverse()
    return [found[0]._replace(first=max(found[0].first, start)), *found[1:]]
