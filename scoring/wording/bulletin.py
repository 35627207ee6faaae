"""Words of the bulletins (日办结, 周通报, 月排名, 季小结, 半年总结), of their windows and of states."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import assert_never

from scoring.monitoring import Window, WindowKind, windows_until
from scoring.points import format_decimals
from scoring.wording.numbers import BLANK, day
from scoring.wording.official import half_up, numeral

NAMES = {
    WindowKind.DAY: "日办结",
    WindowKind.WEEK: "周通报",
    WindowKind.MONTH: "月排名",
    WindowKind.QUARTER: "季小结",
    WindowKind.HALF: "半年总结",
}
"""What an office calls the bulletin of each kind of window."""

PERIODS = {
    WindowKind.DAY: "日",
    WindowKind.WEEK: "周",
    WindowKind.MONTH: "月",
    WindowKind.QUARTER: "季度",
    WindowKind.HALF: "半年",
}
"""The kinds of windows as the help calls them."""

THIS = {
    WindowKind.DAY: "本日",
    WindowKind.WEEK: "本周",
    WindowKind.MONTH: "本月",
    WindowKind.QUARTER: "本季度",
    WindowKind.HALF: "本半年",
}


def window_name(window: Window) -> str:
    """2024年6月30日, 2024年第26周, 2024年6月, 2024年第二季度, 2024年上半年."""
    year = window.last.year
    match window.kind:
        case WindowKind.DAY:
            return day(window.first)
        case WindowKind.WEEK:
            return f"{year}年第{week_of_year(window)}周"
        case WindowKind.MONTH | WindowKind.QUARTER | WindowKind.HALF:
            return f"{year}年{short_name(window)}"
        case _ as kind:
            assert_never(kind)


def week_of_year(window: Window) -> int:
    """Which week of its year a week is. The days before the first Monday are the first one, so that no
    week of a year has the number of another."""
    return len(windows_until(WindowKind.WEEK, window.last))


def short_name(window: Window) -> str:
    """6月, 第二季度, 上半年; other windows in full."""
    match window.kind:
        case WindowKind.MONTH:
            return f"{window.number}月"
        case WindowKind.QUARTER:
            return f"第{numeral(window.number)}季度"
        case WindowKind.HALF:
            return "上半年" if window.number == 1 else "下半年"
        case WindowKind.DAY | WindowKind.WEEK:
            return window_name(window)
        case _ as kind:
            assert_never(kind)


def days_text(window: Window) -> str:
    """6月24日至30日, 6月28日至7月4日; a single day as 6月24日."""
    first, last = window.first, window.last
    start = short_day(first)
    if first == last:
        return start
    return f"{start}至{last.day}日" if first.month == last.month else f"{start}至{short_day(last)}"


def short_day(value: date | None) -> str:
    """A day without its year; a dash for none.

    >>> short_day(date(2024, 3, 5)), short_day(None)
    ('3月5日', '—')
    """
    return f"{value.month}月{value.day}日" if value else BLANK


def change_text(now: int, before: int | None) -> str:
    """How a count changed: 增加3, 减少2, 持平; a dash where there is nothing to compare with."""
    if before is None:
        return BLANK
    if now == before:
        return "持平"
    return f"增加{now - before}" if now > before else f"减少{before - now}"


def moved_text(up: int | None) -> str:
    """How a rank changed: 上升2位, 下降1位, 不变; a dash where there was none.

    >>> moved_text(2), moved_text(-1), moved_text(0), moved_text(None)
    ('上升2位', '下降1位', '不变', '—')
    """
    if up is None:
        return BLANK
    if up == 0:
        return "不变"
    return f"上升{up}位" if up > 0 else f"下降{-up}位"


def days_number(days: Fraction | None) -> str:
    """A median of days: 12, 22.5; a dash of nothing."""
    return BLANK if days is None else format_decimals(half_up(days * 10), 1)


def listed(names: Sequence[str]) -> str:
    """甲、乙和丙."""
    return "、".join(names)
