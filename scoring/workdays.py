"""Working days of China, with the State Council's holidays and moved workdays.

The calendar comes from chinesecalendar, which follows the State Council's notice of each year
(issued in November of the year before), and for years that it does not know from the table 节假日 of
the assessment, which the office copies from that notice. A day of any other year is an error, never
a guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from scoring.enums import Days


class CalendarEndsError(ValueError):
    """A day for which neither the program nor the table knows the State Council's calendar.

    ``reported`` says that the table has a fault for that, which is a problem of its own.
    """

    def __init__(self, day: date, why: str = "", reported: bool = False) -> None:
        super().__init__(why or f"{day.year}年的节假日安排尚未收录")
        self.day = day
        self.reported = reported


@dataclass(frozen=True)
class Calendar:
    """Which days offices work on: the program's years, and those of a table.

    ``listed`` says of single days whether offices work (True) or not, against the rule of the
    week; it is asked in ``years`` only, which are complete. ``partial`` says of years that the table
    has in part what is lacking; ``faulty`` are years with errors that are reported with their rows;
    ``unreadable`` that there are errors of which the year is not known.
    """

    listed: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()
    partial: Mapping[int, str] = field(default_factory=dict)
    faulty: frozenset[int] = frozenset()
    unreadable: bool = False

    def is_workday(self, day: date) -> bool:
        """Whether offices work on ``day``. Raises CalendarEndsError beyond the known years."""
        known = in_program(day)
        if known is not None:
            return known
        if day.year in self.years:
            return by_table(self.listed, day)
        reported = self.unreadable or day.year in self.faulty
        raise CalendarEndsError(day, self.partial.get(day.year, ""), reported)

    def shift(self, day: date, count: int, days: Days) -> date:
        """The day ``count`` days after ``day`` (before it, where negative); ``day`` does not count.

        >>> day = date(2024, 9, 30)
        >>> Calendar().shift(day, 1, Days.WORKING), Calendar().shift(day, 1, Days.CALENDAR)
        (datetime.date(2024, 10, 8), datetime.date(2024, 10, 1))
        """
        if days == Days.CALENDAR:
            return day + timedelta(days=count)
        step = timedelta(days=1 if count > 0 else -1)
        for _ in range(abs(count)):
            day += step
            while not self.is_workday(day):
                day += step
        return day


PROGRAM: Calendar = Calendar()
"""The calendar without a table."""


@lru_cache(maxsize=8192)
def in_program(day: date) -> bool | None:
    """Whether offices work on ``day`` as the program knows it; None beyond its years.

    >>> in_program(date(2024, 10, 1)), in_program(date(2024, 10, 12)), in_program(date(1999, 1, 4))
    (False, True, None)
    """
    from chinese_calendar import is_workday

    try:
        return bool(is_workday(day))
    except NotImplementedError:
        return None


def by_table(listed: Mapping[date, bool], day: date) -> bool:
    """Whether offices work on ``day``: as it is listed, else from Monday to Friday."""
    return listed.get(day, day.weekday() < 5)


def days_of(year: int) -> Iterator[date]:
    """Every day of ``year``."""
    first = date(year, 1, 1)
    yield from (first + timedelta(days=i) for i in range((date(year + 1, 1, 1) - first).days))


_QINGMING = 6
"""清明 among the 24 solar terms, counted as borax counts them (小寒 is 0)."""


def statutory(year: int) -> dict[date, str]:
    """The holidays of ``year`` (2000 to 2099) that are fixed by law (全国年节及纪念日放假办法), with
    their names: in whatever way the State Council moves other days, offices are closed on these.

    >>> [f"{day:%m-%d}{name}" for day, name in statutory(2026).items()][:4]
    ['01-01元旦', '02-16除夕', '02-17春节', '02-18春节']
    """
    from borax.calendars.lunardate import LunarDate, TermUtils

    new_year: date = LunarDate(year, 1, 1).to_solar_date()
    days = {date(year, 1, 1): "元旦", date(year, 5, 1): "劳动节"}
    days |= {new_year + timedelta(days=i): "春节" for i in range(3)}
    days |= {date(year, 10, day): "国庆节" for day in (1, 2, 3)}
    if year >= 2008:  # 国务院令第513号
        days |= {TermUtils.nth_term_day(year, _QINGMING): "清明节"}
        days |= {LunarDate(year, 5, 5).to_solar_date(): "端午节"}
        days.setdefault(LunarDate(year, 8, 15).to_solar_date(), "中秋节")
    if year >= 2025:  # 国务院令第795号
        days |= {new_year - timedelta(days=1): "除夕", date(year, 5, 2): "劳动节"}
    return dict(sorted(days.items()))


def days_off_by_law(year: int) -> int | None:
    """How many days off the law gives in ``year``; days that fall on a weekend or on each other are
    made up for, so that in every year as many weekdays are off, beyond those that are worked for on
    weekends. (Seen in all years since 2008 but four: 2011 and 2012 moved a day between them, 2015
    and 2020 had more days off.) None before 2008.

    >>> days_off_by_law(2026)
    13
    """
    return None if year < 2008 else 11 if year < 2025 else 13
