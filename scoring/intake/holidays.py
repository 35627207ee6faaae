"""节假日: the State Council's holidays and moved workdays of years that the program does not know.

Only what is complete counts: of a year whose holidays by law are not all listed, no working day is
computed. In years that the program knows, the table changes nothing; where it says something else,
that is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from scoring.intake.cells import shown
from scoring.intake.table import Column, Row, TableReader
from scoring.lookup.text import fold
from scoring.problems import Place, Problem
from scoring.workdays import (
    Calendar,
    by_table,
    days_of,
    days_off_by_law,
    in_program,
    statutory,
)

TABLE = "节假日"
COLUMNS = (
    Column("日期", ("放假日期", "时间"), required=True, spread=False, identity="sole"),
    Column("类型", ("安排", "放假或上班"), required=True, identity="sole"),
    Column("节日", ("节日名称", "名称", "节假日名称")),
    Column("星期",),
    Column("备注", ("说明",)),
)  # fmt: skip

_KINDS = {"放假": False, "上班": True}
_YEARS = range(2000, 2100)
_SPAN = re.compile(r"[至到~～—–]|-\D*\d+日")


def read_holidays(
    readers: Iterable[TableReader], year: int, unread: bool
) -> tuple[Calendar, list[Problem]]:
    """The calendar of the tables, and the problems of whole years; those of rows are recorded in
    the readers. ``year`` is the assessment's, which must be complete: of other years a table may
    hold a few days (the notice moves days across the turn of the year). ``unread`` says that some
    of the table could not be read at all."""
    listed: dict[date, bool] = {}
    places: dict[date, Place] = {}
    faulty: set[int] = set()
    for reader in readers:
        for row in reader.rows():
            day, works = _row(row, places)
            if day is None:
                unread = True
            elif works is None:
                faulty.add(day.year)
            else:
                listed[day] = works
    years = {day.year for day in places}
    known = {y for y in years if in_program(date(y, 1, 1)) is not None}
    problems = [p for y in sorted(known) for p in _compare(y, year, listed, places)]
    partial: dict[int, str] = {}
    for one in sorted(years - known - faulty):
        lacking = _lacking(one, listed)
        if not lacking:
            problems += _uneven(one, listed, places)
            continue
        partial[one] = f"{one}年的{lacking}没有写放假"
        if one == year:
            faulty.add(one)
            place = _place_of(one, places)
            problems.append(Problem("holiday-incomplete", place, about=partial[one]))
    # A row that cannot be read may belong to any year.
    sound = frozenset() if unread else frozenset(years - known - faulty - partial.keys())
    return Calendar(listed, sound, partial, frozenset(faulty), unread), problems


def _row(row: Row, places: dict[date, Place]) -> tuple[date | None, bool | None]:
    """The day of the row and whether offices work on it; None for what cannot be read."""
    day = row.date("日期", required=True)
    if day is None and _SPAN.search(shown(row.value("日期"))):
        row.problems[-1] = _one_a_row(row.problems[-1])
    text = row.text("类型", required=True)
    works = _KINDS.get(fold(text)) if text else None
    if text and works is None:
        row.add("value-unknown", "类型", text, "、".join(_KINDS))
    if day is not None and day.year not in _YEARS:
        first_year, last_year = _YEARS[0], _YEARS[-1]
        row.add("date-unreadable", "日期", None, f"{first_year}年到{last_year}年的日期", "核对年份")
        day = None
    if day is None:
        return None, None
    first = places.setdefault(day, row.place("日期"))
    if first != row.place("日期"):
        row.add("holiday-duplicate", "日期", expected=f"只写一行；另一行在{first}")
    elif works and day.weekday() < 5:
        row.add("holiday-weekday", "日期")
    return day, works if row.ok else None


def _one_a_row(problem: Problem) -> Problem:
    return replace(problem, fix="一天写一行，如 2027-01-01 一行、2027-01-02 一行")


def _compare(
    known: int, year: int, listed: Mapping[date, bool], places: Mapping[date, Place]
) -> Iterable[Problem]:
    """Where the table says something else than the program of the year ``known``: one warning for
    each day that is listed; in the assessment's ``year`` one for all that are left out."""
    left_out: list[str] = []
    for day in days_of(known):
        right = bool(in_program(day))
        if day in listed and listed[day] != right:
            about, found = f"{day:%Y-%m-%d}", _word(listed[day])
            yield Problem("holiday-differs", places[day], found, f"“{_word(right)}”", about=about)
        elif day not in places and by_table({}, day) != right:
            left_out.append(f"{day:%m-%d}{_word(right)}")
    if left_out and known == year:
        about = f"{year}年没有写{_some(left_out)}"
        yield Problem("holiday-differs", _place_of(year, places), about=about)


def _word(works: bool) -> str:
    return "上班" if works else "放假"


def _lacking(year: int, listed: Mapping[date, bool]) -> str:
    """The holidays by law of ``year`` on which offices would work if the table were the whole year."""
    days = statutory(year).items()
    return _some([f"{day:%m-%d}{name}" for day, name in days if by_table(listed, day)])


def _some(days: list[str]) -> str:
    """The first days, and how many there are where they are many."""
    return "、".join(days[:4]) + (f"等{len(days)}天" if len(days) > 4 else "")


def _uneven(
    year: int, listed: Mapping[date, bool], places: Mapping[date, Place]
) -> Iterable[Problem]:
    """Days that were moved are worked for on a weekend: where the numbers do not fit, rows are
    missing or too many."""
    inside = [day for day in listed if day.year == year]
    off = sum(day.weekday() < 5 and not listed[day] for day in inside)
    moved = sum(day.weekday() >= 5 and listed[day] for day in inside)
    right = days_off_by_law(year)
    if right is not None and off - moved != right:
        about = f"{year}年星期一至五放假{off}天，周末上班{moved}天，相差{off - moved}天"
        expected = f"相差{right}天（法定节假日的天数）"
        yield Problem("holiday-uneven", _place_of(year, places), "", expected, about=about)


def _place_of(year: int, places: Mapping[date, Place]) -> Place:
    """The sheet that holds the first day of ``year``."""
    first = next(place for day, place in places.items() if day.year == year)
    return Place(first.file, first.sheet)
