"""Cell formats, each made once, and the width of Chinese text."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from typing import Any

TEXT_FONT = "宋体"
HEADING_FONT = "黑体"
FONT_SIZE = 10.5
ROW_HEIGHT = 18
LINE_HEIGHT = 15.0
"""Points: a row of one line, and each further line. Excel does not fit rows by itself where a
file gives none, nor do all of its peers."""

RED = "#C00000"
INPUT = "#1F4E79"
HEADER_FILL = "#E7ECF2"
TOTAL_FILL = "#F5F5F5"
MARKED_FILL = "#FFF2CC"
LINE = "#808080"

GRADE_FILLS = ("#DDEBDA", "#E4ECF5", "#FFFFFF", "#FBE9D9", "#F4D9D6")
"""Fills of the grades from best to worst; the last is for the lowest grade only."""
GRADE_COLOURS = ("#3F6F8F", "#8FB0C6", "#C9CDD2", "#D9B08C", "#B4655A")
"""Colours of the grades in a chart, in the same order."""

_CELL = {"border": 1, "border_color": LINE}
_TEXT = _CELL | {"text_wrap": True}
_NUMBER = _CELL | {"align": "center"}

_STYLES: dict[str, dict[str, object]] = {
    "title": {"font_name": HEADING_FONT, "font_size": 18, "align": "center", "shrink": True},
    "mark": {"font_name": HEADING_FONT, "font_size": 18, "font_color": RED},
    "heading": {"font_name": HEADING_FONT, "font_size": 12},
    "line": {},
    "line_right": {"align": "right"},
    "note": {"text_wrap": True, "align": "left"},
    "alert": {"font_color": RED},
    "header": _TEXT | {"font_name": HEADING_FONT, "align": "center", "bg_color": HEADER_FILL},
    "text": _TEXT | {"align": "left"},
    "centre": _TEXT | {"align": "center"},
    "count": _NUMBER | {"num_format": "0"},
    "date": _NUMBER | {"num_format": "yyyy-mm-dd"},
    "points": _NUMBER,
    "input": _NUMBER | {"font_color": INPUT},
    "input_score": _NUMBER | {"font_color": INPUT, "num_format": "??0.00??"},
    "fill_in": _NUMBER | {"font_color": INPUT, "bg_color": MARKED_FILL, "locked": False},
    "fill_in_text": _TEXT | {"font_color": INPUT, "bg_color": MARKED_FILL, "locked": False},
    "score": _NUMBER | {"num_format": "??0.00??"},
    "percent": _NUMBER | {"num_format": "0.0%"},
}
"""``points`` are shown as they are, ``score`` with two decimals and up to four where needed, point under point,
``input`` is a number that a formula elsewhere rests on and that may be changed (``input_score``: a mean,
shown as a score), ``fill_in`` is left to whoever gets the workbook."""


class Styles:
    """The formats of one workbook by name. ``marked`` is for a number that rests on a gap,
    ``strong`` for totals, ``opens`` for the first row of a group."""

    def __init__(self, book: Any, decimals: int) -> None:
        self._book = book
        self._known: dict[tuple[str, bool, bool, bool], Any] = {}
        self._composite = _NUMBER | {"num_format": f"0.{'0' * decimals}" if decimals else "0"}

    def __call__(
        self, name: str, *, marked: bool = False, strong: bool = False, opens: bool = False
    ) -> Any:
        key = (name, marked, strong, opens)
        if key not in self._known:
            self._known[key] = self._book.add_format(self._properties(*key))
        return self._known[key]

    def _properties(self, name: str, marked: bool, strong: bool, opens: bool) -> dict[str, object]:
        own = self._composite if name == "composite" else _STYLES[name]
        properties = {
            "font_name": TEXT_FONT, "font_size": FONT_SIZE, "font_scheme": False, "valign": "vcenter",
        } | own  # fmt: skip
        if marked:
            properties |= {"italic": True, "bg_color": MARKED_FILL}
        if strong:
            properties |= {"bold": True, "bg_color": TOTAL_FILL}
        if opens:
            properties |= {"top": 2, "top_color": LINE}
        return properties


def grade_look(colours: tuple[str, ...], position: int, count: int) -> str:
    """The colour of a grade by its position among ``count``: the last one has the last colour.

    >>> [grade_look(("a", "b", "c", "d"), i, 3) for i in range(3)]
    ['a', 'b', 'd']
    """
    if position and position == count - 1:
        return colours[-1]
    return colours[min(position, len(colours) - 2)]


def text_width(text: str) -> int:
    """The width of the longest line in columns; a Chinese character takes two.

    >>> text_width("等次"), text_width("88.125"), text_width("综合成绩\\n(分)")
    (4, 6, 8)
    """
    return max((len(line.encode("gb18030", "replace")) if not line.isascii() else len(line)
                for line in text.split("\n")), default=0)  # fmt: skip


def wrapped_lines(text: str, width: float) -> int:
    """How many lines a text takes in a column. Punctuation that may not begin a line, and words
    that may not be cut, leave some room of a line unused.

    >>> wrapped_lines("市政府办公室", 12), wrapped_lines("市政府办公室", 11)
    (1, 2)
    """
    room = max(width - 2, 2)
    widths = [text_width(line) for line in text.split("\n")]
    return sum(1 if length <= width else ceil(length / room) for length in widths)


def column_width(texts: Iterable[str], least: float, most: float) -> float:
    """A width that holds every text, within bounds; longer text wraps."""
    longest = max(map(text_width, set(texts)), default=0)
    return min(max(longest + 1, least), most)
