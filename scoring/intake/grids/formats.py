"""Number formats: what a spreadsheet cell shows of the number that it stores.

The clerk vouches for what she sees, so a number is read only where the cell shows it: 0.9 shown as
90.0%, 2025-04-20 shown as 4月20日, 89.6 shown as 90 are no certain values. Source: ECMA-376 part 1,
18.8.30 and 18.8.31 (number formats), with the built-in formats of Chinese Excel.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

from scoring.intake.cells import ShownCell, plain_number

GENERAL: Final = "General"
_BUILT_IN: Final = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
    5: '"¥"#,##0;"¥"-#,##0', 6: '"¥"#,##0;"¥"-#,##0', 7: '"¥"#,##0.00;"¥"-#,##0.00',
    8: '"¥"#,##0.00;"¥"-#,##0.00', 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"',
    34: 'AM/PMh"时"mm"分"', 35: 'AM/PMh"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"',
    37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00",
    41: '#,##0;-#,##0;"-"', 42: '"¥"#,##0;"¥"-#,##0;"-"', 43: '#,##0.00;-#,##0.00;"-"',
    44: '"¥"#,##0.00;"¥"-#,##0.00;"-"', 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
    48: "##0.0E+0", 49: "@", 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"', 54: 'm"月"d"日"', 55: 'AM/PMh"时"mm"分"', 56: 'AM/PMh"时"mm"分"ss"秒"',
    57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip


def built_in(number: int) -> str:
    """The code of a built-in format; General for one that is not defined."""
    return _BUILT_IN.get(number, GENERAL)


_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|!(?P<banged>.)|_(?:.)|\*(?:.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式)|(?P<ampm>AM/PM|A/P|上午/下午)|(?P<exponent>E[+-])"
    r"|(?P<letters>y+|m+|d+|h+|s+|e+|g+|a{3,4}|b+)|(?P<sign>.)",
    re.IGNORECASE | re.DOTALL,
)
_SECONDS = re.compile(r"[hs]", re.IGNORECASE)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)")
_HOLDERS: Final = frozenset("0#?")

Kind = Literal["general", "text", "day", "number"]


class _Section(NamedTuple):
    """One section of a format: its kind, its tokens as (name, text), its condition."""

    kind: Kind
    tokens: tuple[tuple[str, str], ...]
    condition: tuple[str, Decimal] | None = None


@lru_cache(maxsize=8192)
def display(value: float, code: str, *, from_1904: bool = False) -> Any:
    """What is to be read of a cell that stores ``value`` in the number format ``code``.

    The number itself where the cell shows it as it is; a datetime where a whole day is shown; a
    ``ShownCell`` where the cell shows something else, certain or not. ``from_1904`` counts days
    from 1904 as old workbooks of Macs do.

    >>> display(88.5, "0.00"), display(0.9, "0.0%").text, display(45356, "yyyy-mm-dd").date()
    (ShownCell(value=88.5, text='88.50', certain=True), '90.0%', datetime.date(2024, 3, 5))
    """
    if code == GENERAL or code == "@":
        return value
    sections = _sections(code)
    section, bare = _choose(sections, value)
    if section is None:
        return value
    if section.kind in ("general", "text") and len(section.tokens) == 1:
        return value
    if section.kind == "day":
        return _day(value, section, from_1904=from_1904)
    return _number(value, section, bare=bare)


@lru_cache(maxsize=1024)
def _sections(code: str) -> tuple[_Section, ...]:
    parts: list[list[tuple[str, str]]] = [[]]
    conditions: list[tuple[str, Decimal] | None] = [None]
    for match in _TOKEN.finditer(code):
        name = match.lastgroup or "space"
        text = match[name] if match.lastgroup else ""
        if name == "sign" and text == ";":
            parts.append([])
            conditions.append(None)
        elif name in ("quoted", "escaped", "banged"):
            parts[-1].append(("literal", text))
        elif name == "bracket":
            condition = _CONDITION.fullmatch(text)
            if condition:
                conditions[-1] = (condition[1], Decimal(condition[2]))
            elif re.fullmatch(r"h+|m+|s+", text, re.IGNORECASE):
                parts[-1].append(("elapsed", text.lower()))
            elif text.startswith("$") and (currency := text[1:].split("-")[0]):
                parts[-1].append(("literal", currency))
        else:
            parts[-1].append((name, text))
    return tuple(
        _Section(_kind(tokens), tuple(tokens), condition)
        for tokens, condition in zip(parts, conditions, strict=True)
    )


def _kind(tokens: list[tuple[str, str]]) -> Kind:
    names = {name for name, _ in tokens}
    if "general" in names:
        return "general"
    if names & {"letters", "elapsed", "ampm"}:
        return "day"
    if ("sign", "@") in tokens:
        return "text"
    return "number"


def _choose(sections: tuple[_Section, ...], value: float) -> tuple[_Section | None, bool]:
    """The section that shows ``value``, and whether it shows the number without its sign."""
    numeric = [s for s in sections if s.kind != "text"] if len(sections) > 1 else list(sections)
    if len(sections) == 4:
        numeric = list(sections[:3])
    if not numeric:
        return None, False
    if any(s.condition for s in numeric):
        for at, section in enumerate(numeric):
            if section.condition is None or _meets(value, *section.condition):
                return section, value < 0 and at > 0
        return _Section("number", (("literal", "#"),)), False
    if len(numeric) >= 3 and value == 0:
        return numeric[2], False
    if len(numeric) >= 2 and value < 0:
        return numeric[1], True
    return numeric[0], False


def _meets(value: float, sign: str, bound: Decimal) -> bool:
    number = Decimal(repr(value))
    return {
        "<": number < bound, ">": number > bound, "=": number == bound,
        "<=": number <= bound, ">=": number >= bound, "<>": number != bound,
    }[sign]  # fmt: skip


# Days


_DAY_ZERO: Final = datetime(1899, 12, 30)  # noqa: DTZ001 (a cell has no time zone)
_LAST_SERIAL: Final = 2958465
"""9999-12-31, the last day that a cell can show."""


def day_of(value: float, *, from_1904: bool) -> datetime | None:
    """The day and time of a serial number, or None where the cell would show ####."""
    days = value + 1462 if from_1904 else value
    if not 0 <= days < _LAST_SERIAL + 1:
        return None
    # Excel counts a day 1900-02-29 that never was; before it, serial numbers are one higher.
    start = _DAY_ZERO if days >= 60 or from_1904 else _DAY_ZERO + timedelta(days=1)
    whole = int(days)
    seconds = round((days - whole) * 86400)
    if whole == _LAST_SERIAL and seconds == 86400:
        return None
    return start + timedelta(days=whole, seconds=seconds)


def _day(value: float, section: _Section, *, from_1904: bool) -> Any:
    when = day_of(value, from_1904=from_1904)
    if when is None:
        return ShownCell(value, "####", certain=False)
    parts = _day_parts(section.tokens)
    if {"year", "month", "day"} <= parts:
        # The day before 1900-01-01 is shown as the zeroth of January.
        return when if when.year >= 1900 else ShownCell(when, "1900-01-00", certain=False)
    return ShownCell(when, _day_text(when, section.tokens), certain=False)


def _day_parts(tokens: tuple[tuple[str, str], ...]) -> set[str]:
    """Which of year, month and day a date format shows."""
    parts: set[str] = set()
    for at, (name, text) in enumerate(tokens):
        if name != "letters":
            continue
        letter = text[0].lower()
        if letter in "ye":
            parts.add("year")
        elif letter == "d" and len(text) <= 2:
            parts.add("day")
        elif letter == "m" and not _is_minute(tokens, at):
            parts.add("month")
    return parts


def _is_minute(tokens: tuple[tuple[str, str], ...], at: int) -> bool:
    """Whether the m at ``at`` stands for minutes: next to hours or seconds, other letters apart."""
    if len(tokens[at][1]) > 2:
        return False
    before = [t for n, t in tokens[:at] if n in ("letters", "elapsed")]
    after = [t for n, t in tokens[at + 1 :] if n in ("letters", "elapsed")]
    return bool((before and before[-1][0].lower() == "h") or (after and after[0][0].lower() == "s"))


def _day_text(when: datetime, tokens: tuple[tuple[str, str], ...]) -> str:
    out = []
    for at, (name, text) in enumerate(tokens):
        letter = text[:1].lower()
        if name in ("literal", "sign"):
            out.append(text)
        elif name == "ampm":
            out.append("上午" if when.hour < 12 else "下午")
        elif letter in "ye":
            out.append(
                f"{when.year % 100:02}" if letter == "y" and len(text) <= 2 else f"{when.year}"
            )
        elif letter == "d":
            out.append(f"{when.day:0{min(len(text), 2)}}" if len(text) <= 2 else f"{when:%A}")
        elif letter == "m":
            number = when.minute if _is_minute(tokens, at) else when.month
            out.append(f"{number:0{min(len(text), 2)}}")
        elif letter == "h":
            out.append(f"{when.hour:0{min(len(text), 2)}}")
        elif letter == "s":
            out.append(f"{when.second:0{min(len(text), 2)}}")
    return "".join(out)


# Numbers


_ALL_DIGITS: Final = Context(prec=1000)
_MOST_DECIMALS: Final = 255
"""A format is no longer in Excel; a number has at most 309 digits before the point."""


def _number(value: float, section: _Section, *, bare: bool) -> Any:
    """The number as shown. What is shown is certain where reading it gives the number again."""
    plain = plain_number(value)
    names = [name for name, _ in section.tokens]
    signs = "".join(text for name, text in section.tokens if name == "sign")
    literal = "".join(text for name, text in section.tokens if name == "literal")
    if section.kind in ("general", "text"):
        return ShownCell(value, _around(section, plain), certain=not re.search(r"[\d%‰]", literal))
    if not _HOLDERS & set(signs):
        return ShownCell(value, _literals(section), certain=False)
    if re.search("[%％‰]", signs + literal):
        scaled = Decimal(plain) * (100 if "%" in signs else 1)
        return ShownCell(value, _written(scaled, section, bare=bare), certain=False)
    if "exponent" in names or re.search(r"[0#?]\s*/\s*[0-9#?]", signs):
        return ShownCell(value, plain, certain=False)
    scale = _thousands(section)
    shown = _rounded(Decimal(plain) / 1000**scale, _decimals(section))
    text = _written(Decimal(plain) / 1000**scale, section, bare=bare)
    same = scale == 0 and shown == Decimal(plain) and not re.search(r"[\d(（\-−]", literal)
    same = same and text != "" and not (bare and "-" not in signs and "(" not in signs)
    if same and text == plain:
        return value
    return ShownCell(value, text, certain=same)


def _around(section: _Section, number: str) -> str:
    """The number with what a format around General writes before and after it."""
    return "".join(
        number if name == "general" or t == "@" else t if name in ("literal", "sign") else ""
        for name, t in section.tokens
    )


def _literals(section: _Section) -> str:
    return "".join(t for name, t in section.tokens if name in ("literal", "sign")).strip()


def _holder_spans(section: _Section) -> tuple[str, str]:
    """The place holders before and after the decimal point."""
    whole, part, after = "", "", False
    for name, text in section.tokens:
        if name != "sign":
            continue
        if text == ".":
            after = True
        elif text in _HOLDERS:
            if after and len(part) < _MOST_DECIMALS:
                part += text
            elif not after:
                whole += text
    return whole, part


def _decimals(section: _Section) -> int:
    return len(_holder_spans(section)[1])


def _thousands(section: _Section) -> int:
    """How many times a comma after the last place holder divides by a thousand."""
    signs = [t for name, t in section.tokens if name == "sign" and t in "0#?,."]
    count = 0
    while signs and signs[-1] == ",":
        signs.pop()
        count += 1
    if "." in signs:
        whole = signs[: signs.index(".")]
        while whole and whole[-1] == ",":
            whole.pop()
            count += 1
    return count


def _rounded(number: Decimal, decimals: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _ALL_DIGITS)


def _written(number: Decimal, section: _Section, *, bare: bool) -> str:
    """The number put into the section's place holders, with what stands around them."""
    whole, part = _holder_spans(section)
    shown = _rounded(abs(number), len(part))
    digits, _, rest = f"{shown:f}".partition(".")
    least = len(whole) - len(whole.lstrip("#?")) if "0" not in whole else whole.count("0")
    if digits == "0" and "0" not in whole:
        digits = ""
    digits = digits.rjust(whole.count("0"), "0") if least else digits
    if _groups(section):
        digits = f"{int(digits or 0):,}".rjust(len(digits), "0") if digits else digits
    kept = len(part.rstrip("#?")) if part else 0
    while len(rest) > kept and rest.endswith("0"):
        rest = rest[:-1]
    text = digits + ("." + rest if rest else "")
    negative = number < 0 and not bare
    return ("-" if negative else "") + _framed(text, section)


def _signs(section: _Section) -> str:
    return "".join(t for name, t in section.tokens if name == "sign")


def _groups(section: _Section) -> bool:
    return bool(re.search(r"[0#?],[0#?]", _signs(section)))


def _framed(text: str, section: _Section) -> str:
    """``text`` in the place of the place holders."""
    out: list[str] = []
    put = False
    for name, sign in section.tokens:
        if name == "sign" and (sign in _HOLDERS or sign in ".,"):
            if not put:
                out.append(text)
                put = True
        elif name in ("literal", "sign"):
            out.append(sign)
    return "".join(out).strip()
