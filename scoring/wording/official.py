"""Small things of official writing (公文): punctuation, numerals, the lines of a title, counts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from scoring.points import format_decimals

FILL = "××××"
"""A visible blank: a name that was not given and is to be filled in by hand."""

SPACE = "\u3000"

_DIGITS = "〇一二三四五六七八九"
_FULL_WIDTH = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
_MARK = re.compile(r"[,;:?!]")
_YEAR_BRACKETS = re.compile(r"[\[［(（【﹝]\s*(\d{4})\s*[\]］)）】﹞]")


def numeral(number: int) -> str:
    """A number of a heading, 1 to 99.

    >>> numeral(2), numeral(10), numeral(12), numeral(30)
    ('二', '十', '十二', '三十')
    """
    tens, ones = divmod(number, 10)
    text = (_DIGITS[tens] if tens > 1 else "") + ("十" if tens else "")
    return text + (_DIGITS[ones] if ones else "")


def official(text: str) -> str:
    """The text with the full-width punctuation of Chinese writing, where Chinese stands beside it.

    >>> official("共3个单位,其中(不含A,B)1,000个:无")
    '共3个单位，其中（不含A,B）1,000个：无'
    """
    if text.isascii():
        return text

    def mark(match: re.Match[str]) -> str:
        before, after = text[: match.start()][-1:], text[match.end() :][:1]
        chinese = not (before.isascii() and after.isascii())
        return _FULL_WIDTH[match[0]] if chinese else match[0]

    return _MARK.sub(mark, text).replace("(", "（").replace(")", "）")


def document_number(text: str) -> str:
    """发文字号 with the year in 〔〕, however it was typed.

    >>> document_number("示政办字[2025]6号")
    '示政办字〔2025〕6号'
    """
    return _YEAR_BRACKETS.sub(r"〔\1〕", text)


def paragraphs(text: str | None) -> tuple[str, ...]:
    """The paragraphs of a text that the office wrote: one a line, without blank ones."""
    return tuple(official(line.strip()) for line in (text or "").splitlines() if line.strip())


def width(text: str) -> Fraction:
    """The width of a line in Chinese characters: a half-width letter or digit takes half of one."""
    halves = sum(1 if c.isascii() else 2 for c in text)
    return Fraction(halves, 2)


def mean_text(counts: Sequence[int], decimals: int) -> str:
    """The mean of published scores (each a count of ``10**-decimals`` points), 四舍五入.

    >>> mean_text([9000, 9001], 2)
    '90.01'
    """
    return format_decimals(half_up(Fraction(sum(counts), len(counts))), decimals, pad=True)


def percent(share: Fraction) -> str:
    """A share in percent with one decimal, 四舍五入.

    >>> percent(Fraction(1, 3)), percent(Fraction(1))
    ('33.3%', '100.0%')
    """
    return format_decimals(half_up(share * 1000), 1, pad=True) + "%"


def half_up(value: Fraction) -> int:
    """The nearest integer; a half goes away from zero."""
    whole = int(abs(value) + Fraction(1, 2))
    return -whole if value < 0 else whole


_BREAK_AFTER = re.compile(r"关于|年度|、|》|工作(?![组委站会局部处室科])")
_BREAK_BEFORE = re.compile(r"(?<!^)(?:关于|考核|《|（)")
_WHOLE = re.compile(r"《[^》]*》|（[^）]*）")
LONGEST_TITLE_LINE = 19
"""Characters of 2号 that a line of a title may hold without touching both edges."""
WIDEST_TITLE_LINE = 20
"""Characters of 2号 that the 版心 holds."""


def title_lines(title: str, head: str = "") -> tuple[str, ...]:
    """A title in as few lines as it needs, even and never hour-glass shaped (梯形、菱形).

    Lines break only where a phrase ends: after the issuer (``head``), beside 关于, after 年度 …,
    never inside a name, 《》 or （）. A title that has no such place stays one line.

    >>> title_lines("示例市人民政府办公室关于2024年度政府信息公开工作考核情况的通报")
    ('示例市人民政府办公室关于2024年度', '政府信息公开工作考核情况的通报')
    """
    if width(title) <= LONGEST_TITLE_LINE:
        return (title,)
    points = sorted(set(_break_points(title, head)))
    in_head = [at.end() for at in re.finditer("、", head)] if title.startswith(head) else []
    # A long issuer may take the whole 版心, or break between its names.
    for cuts, longest in (
        (points, LONGEST_TITLE_LINE),
        (points, WIDEST_TITLE_LINE),
        (sorted({*points, *in_head}), LONGEST_TITLE_LINE),
    ):
        fitting = _fitting(title, cuts, longest)
        if fitting:
            return min(fitting, key=_unevenness)
    every = sorted({*points, *in_head})
    cuts_in_all = [_cut(title, some) for n in range(4) for some in itertools.combinations(every, n)]
    return min(cuts_in_all, key=lambda lines: (_overflow(lines), _unevenness(lines)))


def title_parts(title: str) -> tuple[str, ...]:
    """The phrases of a title, between which a narrow screen may break it.

    >>> title_parts("沙渚县人民政府2024年度下半年考核成绩预估")
    ('沙渚县人民政府2024年度', '下半年', '考核成绩预估')
    """
    return _cut(title, sorted(set(_break_points(title, ""))))


def _fitting(title: str, points: Sequence[int], longest: int) -> list[tuple[str, ...]]:
    """The cuts of the title into as few lines as hold ``longest`` characters each."""
    for count in range(1, len(points) + 1):
        cuts = (_cut(title, some) for some in itertools.combinations(points, count))
        fitting = [lines for lines in cuts if all(width(line) <= longest for line in lines)]
        if fitting:
            return fitting
    return []


def _overflow(lines: Sequence[str]) -> Fraction:
    """How many characters stand beyond the ends of their lines."""
    return sum((max(width(line) - LONGEST_TITLE_LINE, Fraction(0)) for line in lines), Fraction(0))


def _break_points(title: str, head: str) -> Iterator[int]:
    start = len(head) if head and title.startswith(head) else 0
    wholes = [match.span() for match in _WHOLE.finditer(title)]
    ends = [match.end() for match in _BREAK_AFTER.finditer(title)]
    starts = [match.start() for match in _BREAK_BEFORE.finditer(title)]
    for point in [start, *ends, *starts]:
        inside = any(left < point < right for left, right in wholes)
        if max(start, 1) <= point < len(title) and not inside:
            yield point


def _cut(title: str, cuts: Sequence[int]) -> tuple[str, ...]:
    return tuple(title[i:j] for i, j in itertools.pairwise((0, *cuts, len(title))))


def _unevenness(lines: Sequence[str]) -> tuple[bool, Fraction]:
    widths = [width(line) for line in lines]
    mean = sum(widths, Fraction(0)) / len(widths)
    waist = any(
        widths[i] < max(widths[:i]) and widths[i] < max(widths[i + 1 :])
        for i in range(1, len(widths) - 1)
    )
    return waist, sum(((w - mean) ** 2 for w in widths), Fraction(0))
