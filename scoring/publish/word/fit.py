"""A filled-in Word template fitted to what it holds: fonts, tables, signature, 版记."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from string import ascii_uppercase
from typing import Any

from scoring.intake.settings import Fonts
from scoring.publish.word.tables import AnnexTable
from scoring.wording.official import width

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_EMU = 635
"""English metric units in a twentieth of a point."""


class Fit:
    """What is set in the filled-in document. A style that the office took out is passed over."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.body = document.element.body
        self.styles = {
            name.get(f"{_W}val"): style
            for style in document.styles.element.iter(f"{_W}style")
            if (name := style.find(f"{_W}name")) is not None
        }
        self.text_width = _text_width(document)

    def fonts(self, fonts: Fonts) -> None:
        """Put the fonts of the settings in the place of the usual ones, wherever they stand."""
        names = {
            usual: chosen
            for usual, chosen in zip(
                Fonts().model_dump().values(), fonts.model_dump().values(), strict=True
            )
            if usual != chosen
        }
        if not names:
            return
        parts = [self.document.styles.element, self.body]
        parts += [
            part._element
            for section in list(self.document.sections)[:1]
            for part in (
                section.header, section.even_page_header, section.footer, section.even_page_footer
            )
        ]  # fmt: skip
        for part in parts:
            for element in part.iter(f"{_W}rFonts"):
                for key, value in element.attrib.items():
                    element.set(key, names.get(value, value))

    def letterhead(self, text: str) -> None:
        """发文机关标志 on one line: as large as the template says, or as fits."""
        style = self.styles.get("公文发文机关标志")
        size = None if style is None else style.find(f"{_W}rPr/{_W}sz")
        if style is None or size is None:
            return
        # A line as long as the text to the last point is broken by some programs.
        fitting = int(self.text_width / 10 / (width(text) + _LETTERHEAD_SPARE))
        half_points = min(_number(size, "val", fitting), fitting)
        for element in style.find(f"{_W}rPr"):
            if element.tag in (f"{_W}sz", f"{_W}szCs"):
                element.set(f"{_W}val", str(half_points))
        spacing = style.find(f"{_W}pPr/{_W}spacing")
        if spacing is not None:
            spacing.set(f"{_W}line", str(half_points * 12))
            spacing.set(f"{_W}before", str(_LETTERHEAD_TOP))

    def signature(self, issuer: str, date: str) -> None:
        """署名 is centred on 成文日期, which stands four characters in."""
        dated, signed = self.styles.get("公文成文日期"), self.styles.get("公文署名")
        if dated is None or signed is None:
            return
        character = self.text_width / 28
        inset = 4 * character
        centre = inset + float(width(date)) * character / 2
        half = float(width(issuer)) * character / 2
        # An issuer that is too long to stand so ends at the edge, and the date moves under it.
        if half > centre:
            inset += half - centre
            centre = half
            _indent(dated, right=round(inset))
        _indent(signed, left=round(self.text_width - 2 * centre))

    def keep_text_with_signature(self) -> None:
        """The last lines of the text stand on the page of the signature (no 此页无正文)."""
        body_style = self._style_id("公文正文")
        paragraphs = [p for p in self.body.iterchildren(f"{_W}p") if _style_of(p) == body_style]
        if paragraphs and body_style:
            _keep_next(paragraphs[-1])

    def names_on_one_line(self, tables: Sequence[AnnexTable]) -> None:
        """Annex tables with characters as large as the template says, or as small as it takes for
        names of usual length to stand on one line."""
        size = self._character()
        fitting = fitting_character(tables, self.text_width, size)
        if fitting == size:
            return
        for name in ("公文附表表头", "公文附表文字"):
            style = self.styles.get(name)
            for element in () if style is None else style.findall(f"{_W}rPr/*"):
                if element.tag in (f"{_W}sz", f"{_W}szCs"):
                    half_points = min(_number(element, "val", fitting // 10), fitting // 10)
                    element.set(f"{_W}val", str(half_points))

    def tables(
        self, tables: Iterable[AnnexTable], *, any_font: bool = False, notes: bool = True
    ) -> None:
        """Columns as wide as their texts, the left-aligned one takes the rest; with ``any_font`` on
        machines too that lack the official fonts; ``notes`` follow the last table."""
        head = self._style_id("公文附表表头")
        elements = [
            element
            for element in self.body.iterchildren(f"{_W}tbl")
            if head is not None and head in _styles_of_first_row(element)
        ]
        for element, table in zip(elements, tables, strict=False):
            rows = [list(row.iterchildren(f"{_W}tc")) for row in element.findall(f"{_W}tr")]
            if any(len(row) != len(table.columns) for row in rows):
                continue  # The office gave the table a shape of its own.
            measure = wide if any_font else width
            widths = column_widths(table, self.text_width, self._character(), measure)
            grid = element.find(f"{_W}tblGrid")
            for column in list(grid):
                grid.remove(column)
            for count in widths:
                grid.append(grid.makeelement(f"{_W}gridCol", {f"{_W}w": str(count)}))
            for number, row in enumerate(rows):
                for cell, count, column in zip(row, widths, table.columns, strict=True):
                    cell.get_or_add_tcPr().get_or_add_tcW().set(f"{_W}w", str(count))
                    for paragraph in cell.findall(f"{_W}p") if column.left and number > 0 else ():
                        _align(paragraph, "left")
        if elements and notes:
            # The last row stays with the notes, so that no 版记 stands on a page of its own.
            for paragraph in elements[-1].findall(f"{_W}tr")[-1].iter(f"{_W}p"):
                _keep_next(paragraph)

    def end_block(self, names: Sequence[str]) -> None:
        """版记: the box and the space that its anchor keeps free are as high as its lines."""
        anchor = next(
            (p for p in self.body.iterchildren(f"{_W}p") if p.find(f".//{_WP}anchor") is not None),
            None,
        )
        if anchor is None:
            return
        line = self._line("公文抄送机关", 500)
        per_line = max(self.text_width // 280 - 5, 1)
        lines = 1 + (math.ceil(width("，".join(names) + "。") / per_line) if names else 0)
        height = lines * line + _RULES
        for element in (*anchor.iter(f"{_WP}extent"), *anchor.iter(f"{_A}ext")):
            element.set("cy", str(height * _EMU))
        properties = anchor.get_or_add_pPr()
        spacing = properties.get_or_add_spacing()
        spacing.set(f"{_W}line", str(height))
        spacing.set(f"{_W}lineRule", "exact")

    def _line(self, name: str, otherwise: int) -> int:
        style = self.styles.get(name)
        spacing = None if style is None else style.find(f"{_W}pPr/{_W}spacing")
        return otherwise if spacing is None else _number(spacing, "line", otherwise)

    def _character(self) -> int:
        """A character of the annex tables, in twentieths of a point."""
        style = self.styles.get("公文附表文字")
        size = None if style is None else style.find(f"{_W}rPr/{_W}sz")
        return _CHARACTER if size is None else _number(size, "val", _CHARACTER // 10) * 10

    def _style_id(self, name: str) -> str | None:
        style = self.styles.get(name)
        return None if style is None else str(style.get(f"{_W}styleId"))


def _text_width(document: Any) -> int:
    """The width of the text, in twentieths of a point: as the template says, else by the standard."""
    for section in list(document.sections)[-1:]:
        page, left, right = section.page_width, section.left_margin, section.right_margin
        if None not in (page, left, right) and page > left + right:
            return int(page - left - right) // _EMU
    return _STANDARD_WIDTH


_STANDARD_WIDTH = 8844
"""156 mm in twentieths of a point."""

_LETTERHEAD_SPARE = Fraction(1, 4)
"""Characters that stay free beside a 发文机关标志."""

_LETTERHEAD_TOP = 1890
"""Over the line of the 发文机关标志, in twentieths of a point: its characters then stand 35 mm under
the edge of the text."""

_RULES = 60
"""The thickness of the rules of the 版记 and some room, in twentieths of a point."""

_CHARACTER, _PADDING = 240, 170
"""A character of 12 pt, and what the edges of a cell take, in twentieths of a point."""

_USUAL_NAME, _SMALLEST = 14, 180
"""Names of units of up to so many characters are not broken, if characters of 9 pt (小五) are small
enough for that."""

_CAPITAL, _HALF = Fraction(3, 4), Fraction(2, 3)
"""The widths, in Chinese characters, that capitals and other half-width characters have at most in
the fonts that usually stand in (DejaVu Sans has the widest)."""

_BETWEEN = Fraction(1, 4)

_LEAST_WRAPPED = 6
"""Characters a line that a wrapped column keeps at least."""


def fitting_character(tables: Sequence[AnnexTable], total: int, character: int = _CHARACTER) -> int:
    """The size of the characters of the tables, in twentieths of a point: ``character``, or the
    largest smaller one with which names of usual length stand on one line of a table ``total`` wide.
    The smallest where none does."""

    def fits(size: int) -> bool:
        return all(
            (column_widths(table, total, size)[at] - _PADDING) // size
            >= min(max((width(row[at]) for row in table.rows), default=0), _USUAL_NAME)
            for table in tables
            for at, column in enumerate(table.columns)
            if column.left
        )

    sizes: list[int] = [character, *range(character - 10, _SMALLEST - 10, -10)]
    return next((size for size in sizes if fits(size)), sizes[-1])


def wide(text: str) -> Fraction:
    """The width of a line in Chinese characters where another font stands in for an official one: there
    letters and digits are wider than half a character, capitals most of all; with the space that
    programs put between a Chinese character and a letter or digit.

    >>> wide("BGS2025021"), wide("9月12日")
    (Fraction(83, 12), Fraction(19, 4))
    """
    letters = sum(
        _CAPITAL if c in ascii_uppercase else _HALF if c.isascii() else Fraction(1) for c in text
    )
    return letters + _BETWEEN * sum(a.isascii() != b.isascii() for a, b in pairwise(text))


def column_widths(
    table: AnnexTable,
    total: int,
    character: int = _CHARACTER,
    measure: Callable[[str], Fraction] = width,
) -> list[int]:
    """The widths of a table's columns in twentieths of a point, summing up to ``total``: as the
    longest line of each needs by ``measure`` with characters of that size, and the rest to the left-aligned
    ones, whose texts wrap. Where even that is too much, every column gives up in proportion."""
    longest = [
        max(measure(text) for text in (*column.title.split("\n"), *(row[at] for row in table.rows)))
        for at, column in enumerate(table.columns)
    ]
    needs = [
        math.ceil((min(most, Fraction(_LEAST_WRAPPED)) if column.left else most) * character)
        + _PADDING
        for most, column in zip(longest, table.columns, strict=True)
    ]
    wrapped = [i for i, column in enumerate(table.columns) if column.left]
    spare = total - sum(needs)
    if spare < 0 or not wrapped:
        needs = [need * total // sum(needs) for need in needs]
        wrapped, spare = [0], total - sum(needs)
    # The rest is shared out by what the texts would need on one line.
    wants = [longest[position] for position in wrapped]
    others = len(needs) - len(wrapped)
    beyond = spare - sum(max(math.ceil(want) - _LEAST_WRAPPED, 0) for want in wants) * character
    if beyond > 0 and others:
        # What the texts do not need makes room for fonts with wider digits.
        more = min(beyond // others, character)
        needs = [need if at in wrapped else need + more for at, need in enumerate(needs)]
        spare -= more * others
    for position, want in zip(wrapped[1:], wants[1:], strict=True):
        more = int(spare * want / sum(wants))
        needs[position] += more
        needs[wrapped[0]] -= more
    needs[wrapped[0]] += spare
    return needs


def _number(element: Any, attribute: str, otherwise: int) -> int:
    """A measure of the template; ``otherwise`` where it has none that is a whole number."""
    text = str(element.get(f"{_W}{attribute}"))
    return int(text) if text.isascii() and text.isdigit() else otherwise


def _styles_of_first_row(table: Any) -> list[str | None]:
    row = table.find(f"{_W}tr")
    return [] if row is None else [_style_of(p) for p in row.iter(f"{_W}p")]


def _style_of(paragraph: Any) -> str | None:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return None if style is None else str(style.get(f"{_W}val"))


def _indent(style: Any, **sides: int) -> None:
    indent = style.get_or_add_pPr().get_or_add_ind()
    for side, value in sides.items():
        indent.attrib.pop(f"{_W}{side}Chars", None)
        indent.set(f"{_W}{side}", str(value))


def _keep_next(paragraph: Any) -> None:
    paragraph.get_or_add_pPr().get_or_add_keepNext()


def _align(paragraph: Any, where: str) -> None:
    paragraph.get_or_add_pPr().get_or_add_jc().set(f"{_W}val", where)
