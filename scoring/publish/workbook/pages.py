"""Where the printed pages of a sheet of several sections end: no heading stands alone at a foot."""

from __future__ import annotations

from collections.abc import Sequence

_WIDTH, _HEIGHT = 769.0, 501.0
"""Points between the margins of A4 landscape."""
_COLUMN_UNIT, _BESIDE = 5.25, 3.75
"""A column of width w is 7w + 5 pixels wide in 宋体, at 0.75 points a pixel. Where another font is
wider, more rows stand on a page."""


def page_height(widths: Sequence[float]) -> float:
    """How many points of rows a page holds, once columns of these widths are fitted to it.

    >>> page_height([20, 20]), round(page_height([100, 100]))
    (501.0, 689)
    """
    needed = sum(_COLUMN_UNIT * width + _BESIDE for width in widths)
    return _HEIGHT * max(1.0, needed / _WIDTH)


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
