"""Where the printed pages of a sheet end: no heading stands alone at a foot, no few rows on a page."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

_WIDTH, _HEIGHT = 769.0, 501.0
"""Points between the margins of A4 landscape."""
_PORTRAIT = 495.0, 719.0
_COLUMN_UNIT, _BESIDE = 5.25, 3.75
"""A column of width w is 7w + 5 pixels wide in 宋体, at 0.75 points a pixel. Where another font is
wider, more rows stand on a page."""


_FEW, _SMALLEST = 0.25, 0.8
"""A last page with less than that of its rows is spared, unless the others became smaller than that."""


def page_height(widths: Sequence[float], *, portrait: bool = False) -> float:
    """How many points of rows a page holds, once columns of these widths are fitted to it.

    >>> page_height([20, 20]), round(page_height([100, 100]))
    (501.0, 689)
    """
    across, down = _PORTRAIT if portrait else (_WIDTH, _HEIGHT)
    needed = sum(_COLUMN_UNIT * width + _BESIDE for width in widths)
    return down * max(1.0, needed / across)


def pages_to_fit(height: float, repeated: float, page: float) -> int:
    """Onto how many pages rows of ``height`` are fitted where the last page would hold only a few; 0
    where they stay as they are. ``repeated`` is the height of the rows that every page has again.

    >>> pages_to_fit(550, 40, 501), pages_to_fit(900, 40, 501), pages_to_fit(400, 40, 501)
    (1, 0, 0)
    """
    room = page - repeated
    count = ceil((height - repeated) / room)
    over = (height - repeated) - (count - 1) * room
    # The columns become narrower with the rows, so that a page holds that much more of them.
    small = (count - 1) * room / max(height - repeated, 1)
    return count - 1 if count > 1 and over < _FEW * room and small >= _SMALLEST else 0


def page_breaks(sections: Sequence[int], heights: Sequence[float], page: float) -> list[int]:
    """The rows (from 0) before which a page begins, so that a section that would be cut begins on a
    new page. ``sections`` are the rows of the headings, ``heights`` those of all rows; a section
    longer than a ``page`` is cut, but never near its heading.

    >>> page_breaks([0, 4], [10] * 8, 60)
    [4]
    >>> page_breaks([0, 2], [10] * 20, 60)
    []
    """
    breaks: list[int] = []
    top = 0.0
    for index, start in enumerate(sections):
        end = sections[index + 1] if index + 1 < len(sections) else len(heights)
        own = sum(heights[start:end])
        above = (sum(heights[:start]) - top) % page
        fits = above + own <= page
        if above and not fits and (own <= page or page - above < page / 2):
            breaks.append(start)
            top = sum(heights[:start])
    return breaks
