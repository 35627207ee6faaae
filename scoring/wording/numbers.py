"""Days, points and counts as official papers write them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from scoring.points import format_fraction

PROVISIONAL = "暂定"


BLANK = "—"
UNIT_OF_MEASURE = "单位：分"


def day(value: date | None) -> str:
    """A day as a document writes it; nothing for none.

    >>> day(date(2024, 3, 5))
    '2024年3月5日'
    """
    return f"{value.year}年{value.month}月{value.day}日" if value else ""


def iso(value: date | None) -> str | None:
    """A day as programs write it; None for none."""
    return value.isoformat() if value else None


def points(value: Fraction | None) -> str:
    """Exact points, or a dash where there are none."""
    return BLANK if value is None else format_fraction(value)


def score_name(title: str) -> str:
    """A component's score in words: 自我考核成绩, but 考试成绩 as it is.

    >>> score_name("自我考核"), score_name("考试成绩")
    ('自我考核成绩', '考试成绩')
    """
    return title if title.endswith(("成绩", "得分", "评分", "分数")) else f"{title}成绩"


_KINDS = ("类", "组", "档", "级", "批", "型")


def units_text(count: int, group: str) -> str:
    """So many units of a group: a group may be a kind of units, or only a letter for them.

    >>> units_text(14, "县区"), units_text(1, "A类")
    ('14个县区', '1个A类单位')
    """
    return f"{count}个{group}{'单位' if group.endswith(_KINDS) else ''}"
