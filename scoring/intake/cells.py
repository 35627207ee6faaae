"""One cell as people fill it in: text, points, dates. Pure functions, no file.

Full-width digits and letters, stray spaces and line breaks are forgiven; nothing is guessed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from scoring.lookup.text import fold, tidy
from scoring.points import (
    MAX_POINTS,
    PLACES,
    SCALE,
    Amount,
    PointsError,
    format_points,
    parse_points,
)


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """A cell without a value to read: its formula failed (#REF!) or was never computed, or the file
    gives it twice. ``kind`` is the problem kind."""

    shown: str
    kind: str = "value-error"


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell that shows something else than it stores: 2.10 of 2.1, 90.0% of 0.9, 4月20日 of a
    day with a year. ``certain`` says whether what is shown tells the value."""

    value: float | datetime
    text: str
    certain: bool

    def stored(self) -> str:
        """What the cell stores, as text."""
        return shown(self.value)


class CellError(ValueError):
    """A cell that cannot be read: the problem kind's code and what is expected."""

    def __init__(self, kind: str, expected: str = "", fix: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.expected = expected
        self.fix = fix


# Patterns with thousands of characters take some milliseconds to compile, and most runs need none of
# them: re compiles a text, and keeps what it compiled, when it is first used.
_BROKEN_NAME: Final = r"(?<=[\u3400-\u9fff（）])[ \t]*[\r\n]+[ \t]*(?=[\u3400-\u9fff（）])"
_DATE = re.compile(
    r"(\d{4})\s*(?:[-./年])\s*(\d{1,2})\s*(?:[-./月])\s*(\d{1,2})\s*[日号]?"
    r"(?:[T ]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
# NFKC makes plain digits of these, so that a footnote's mark (85.5¹) or a number in a ring (⑨) would
# count as a digit.
_NOT_A_DIGIT: Final = r"[\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u209f\u2150-\u218f\u2460-\u24ff\u2776-\u2793\u3200-\u33ff]"
_NOT_APPLICABLE: Final = frozenset({"不适用", "不涉及"})
# The serial numbers of 2000-01-01 and 2100-01-01 in Excel's calendar.
_SERIALS: Final = range(36526, 73051)
_EXCEL_EPOCH: Final = date(1899, 12, 30).toordinal()
_LARGEST_DENOMINATOR: Final = 10**6
"""Of the quotients that 15 digits tell apart for numbers up to a hundred."""


def is_blank(value: Any) -> bool:
    if value is None or value == "":
        return True
    return isinstance(value, str) and not value[0].isalnum() and not tidy(value)


def shown(value: Any) -> str:
    """The cell as Excel would show it, for a message."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, ErrorCell):
        return value.shown
    if isinstance(value, ShownCell):
        return value.text or f"（不显示，存储的是{value.stored()}）"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return plain_number(value)
    if isinstance(value, datetime):
        return (
            value.strftime("%Y-%m-%d %H:%M")
            if (value.hour or value.minute)
            else f"{value:%Y-%m-%d}"
        )
    return str(value)


def plain_number(value: float) -> str:
    """The 15 significant digits that Excel keeps of a number, without an exponent."""
    if not math.isfinite(value):
        return str(value)
    if value and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{Decimal(f'{value:.15g}'):f}"


def _has_other_digits(text: str) -> bool:
    return not text.isascii() and re.search(_NOT_A_DIGIT, text) is not None


def read_text(value: Any) -> str | None:
    """The cell as text, or None where it is blank."""
    if isinstance(value, ErrorCell):
        raise CellError(value.kind, "文字")
    text = tidy(shown(value))
    return text or None


def read_name(value: Any) -> str | None:
    """The cell as a name for the papers: a line break in its midst is no part of it.

    >>> read_name("乙水县\\n人民政府"), read_name("乙水县 人民政府")
    ('乙水县人民政府', '乙水县 人民政府')
    """
    if isinstance(value, str) and ("\n" in value or "\r" in value):
        value = re.sub(_BROKEN_NAME, "", value)
    return read_text(value)


def read_points(value: Any, low: int | None = None, high: int | None = None) -> int | None:
    """The cell as ten-thousandths of a point within [low, high], or None where it is blank."""
    if is_blank(value):
        return None
    if isinstance(value, ErrorCell):
        raise CellError(value.kind, _range_text(low, high))
    if isinstance(value, ShownCell):
        value = _shown_number(value, low, high)
    if isinstance(value, bool | date):
        raise CellError("number-unreadable", _range_text(low, high))
    try:
        points = _points_of(shown(value))
    except PointsError as error:
        raise CellError(error.reason, _range_text(low, high)) from None
    if (low is not None and points < low) or (high is not None and points > high):
        raise CellError("number-range", _range_text(low, high))
    return points


def read_share(value: Any, low: int | None = None, high: int | None = None) -> int | None:
    """As ``read_points`` for a cell that a formula computes as a quotient: rounded to four decimals."""
    try:
        said = Decimal(fold(shown(value))) if isinstance(value, float | str) else None
    except InvalidOperation:
        said = None
    if said is None or not said.is_finite() or abs(said) > MAX_POINTS:
        return read_points(value, low, high)
    return read_points(f"{said.quantize(Decimal(1).scaleb(-PLACES), ROUND_HALF_UP):f}", low, high)


def read_amount(value: Any) -> Amount | None:
    """The cell as exact ten-thousandths of a point, a quotient with its 15 digits too: of the numbers
    that a cell shows so, the one with the least denominator. None where it is blank.

    >>> read_amount(88.2978723404255), read_amount(98.5)
    (Fraction(41500000, 47), 985000)
    """
    if not isinstance(value, float) or not math.isfinite(value) or abs(value) > MAX_POINTS:
        return read_points(value)
    said = Fraction(Decimal(plain_number(value)))
    simple = said.limit_denominator(_LARGEST_DENOMINATOR)
    found = (simple if plain_number(float(simple)) == plain_number(value) else said) * SCALE
    return found.numerator if found.denominator == 1 else found


@lru_cache(maxsize=16_384)
def _points_of(said: str) -> int:
    """The points that a text says. Raises PointsError where it says none for certain."""
    written = tidy(said)
    text = fold(written).removesuffix("分")
    # A zero with a sign is a slip of some other number.
    if _has_other_digits(written) or (text.startswith("-") and not text.strip("-0.")):
        raise PointsError("number-unreadable")
    return parse_points(text)


def _shown_number(cell: ShownCell, low: int | None, high: int | None) -> float | datetime:
    """The number of a cell whose format shows it in another way, where that is certain."""
    if cell.certain or isinstance(cell.value, datetime):
        return cell.value
    percent = cell.text.rstrip().endswith(("%", "％", "‰"))
    seen = f"显示为“{cell.text}”" if cell.text else "不显示内容"
    raise CellError(
        "value-shown", _range_text(low, high),
        f"单元格{seen}，存储的是{cell.stored()}；请把单元格格式改为常规，"
        f"填写{'分数' if percent else '要计入的数'}",
    )  # fmt: skip


def _range_text(low: int | None, high: int | None) -> str:
    if low is not None and high is not None:
        return f"{format_points(low)}到{format_points(high)}的数字"
    return "数字"


def read_date(value: Any) -> date | None:
    """The cell as a day, or None where it is blank."""
    expected = "日期"
    if isinstance(value, ErrorCell):
        raise CellError(value.kind, expected)
    if is_blank(value):
        return None
    if isinstance(value, ShownCell):
        if isinstance(value.value, datetime):
            raise CellError(
                "date-unreadable", "写明年、月、日的日期",
                f"单元格只显示“{value.text}”，存储的是{value.stored()}；核对后按年、月、日写全",
            )  # fmt: skip
        if value.certain:
            value = value.value if value.value in _SERIALS else value.text
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    written = tidy(shown(value))
    if _has_other_digits(written):
        raise CellError("date-unreadable", expected)
    text = " ".join(unicodedata.normalize("NFKC", written).split())
    match = _DATE.fullmatch(text) or _COMPACT.fullmatch(text)
    if match:
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            raise CellError("date-unreadable", "日历上有的日期") from None
    if isinstance(value, int | float) and value in _SERIALS:
        day = date.fromordinal(_EXCEL_EPOCH + int(value))
        raise CellError("date-unreadable", expected,
                        f"这可能是失去日期格式的 {day:%Y-%m-%d}，请核对后把单元格格式改为日期")  # fmt: skip
    raise CellError("date-unreadable", expected)


def says_not_applicable(value: Any) -> bool:
    """Whether the cell says 不适用."""
    return isinstance(value, str) and fold(value) in _NOT_APPLICABLE
