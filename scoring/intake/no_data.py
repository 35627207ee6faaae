"""Rows of a table that hold no data: totals, signatures, notes, captions, repeated headers.

Below the last row that says what it is about, structure decides: what stands there is listed as no
data. Above it a row is passed over only where it certainly is none. No row with an identity is ever
passed over, whatever its first cell says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping, Sequence
from datetime import date
from typing import Any, Final, Literal

from scoring.intake.cells import is_blank, shown
from scoring.intake.grids import Grid
from scoring.intake.header import Column, Header, folded
from scoring.intake.labels import (
    is_amount,
    is_aside,
    is_day,
    is_heading,
    is_time,
    is_total,
    names_groups,
    wants_value,
)

NoData = Literal["blank", "total", "note", "header"]

_CODE = re.compile(r"[A-Za-z0-9.\-_()\u00b2\u00b3\u00b9\u2070-\u2099\u2460-\u2473]{1,20}")
_SENTENCE = re.compile("[。；！？]")
IGNORED_HEADERS: Final = frozenset({"序号", "编号", "行号", "no", "no.", "序"})
"""Columns that count rows; they say nothing."""
_LONGEST_LABEL: Final = 16
_RANGE = re.compile(r"([A-Z]{1,3})\$?(\d+):\$?([A-Z]{1,3})\$?(\d+)")


class RowKinds:
    """Tells data from no data for the rows of one table."""

    def __init__(
        self,
        grid: Grid,
        header: Header,
        columns: Mapping[str, Column],
        codes: Container[str] = frozenset(),
        known: Callable[[str], object] | None = None,
    ) -> None:
        """``codes`` are the folded texts that certainly are codes, whatever they look like; ``known``
        says whether a word is one of those that the table is about: a unit, a group (部门 is a label
        elsewhere)."""
        self.grid = grid
        self._known = known
        self.header = header
        self._codes = codes
        self._said = [
            (column, header.columns[column.name])
            for column in columns.values()
            if column.name in header.columns
            and (column.required or column.identity or column.decides)
        ]
        self._required = [i for column, i in self._said if column.required]
        self._coded = [i for column, i in self._said if column.identity == "code"]
        self._identity = {i: column.identity for column, i in self._said}
        # Where a required column is missing nobody can tell what a row is about.
        self._whole = all(c.name in header.columns for c in columns.values() if c.required)
        counting = {i for name, i in header.others.items() if name.lower() in IGNORED_HEADERS}
        self._counting = counting - set(header.columns.values())
        self._headers = [
            [folded(v) for v in grid.cells[row]] for row in range(header.row, header.last + 1)
        ]
        key = min(self._required, default=0)
        self._firsts = {next((text for text in row if text), "") for row in self._headers} | {
            row[key] for row in self._headers if key < len(row)
        }
        self._found: dict[int, NoData | None] = {}
        self._end = self._last_identity()

    def of(self, index: int, cells: Sequence[Any]) -> NoData | None:
        """What the row ``index`` (from 0) is, where it holds no data; None for a row of data."""
        if index not in self._found:
            self._found[index] = self._of(index, cells)
        return self._found[index]

    def _of(self, index: int, cells: Sequence[Any]) -> NoData | None:
        if not cells or self._is_blank(cells):
            return "blank"
        if index == self.header.last + 1 and self._numbers_columns(cells):
            return "header"
        if self._certainly_data(cells):
            return None
        if self._repeats_header(cells):
            return "header"
        if self.has_identity(index, cells):
            return None
        filled = [i for i, v in enumerate(cells) if not is_blank(v)]
        if self._is_total(index, cells, filled):
            return "total"
        if index > self._end or self._is_caption(index, cells, filled):
            return "note"
        aside = self._aside(index, cells, filled)
        if all(i in aside for i in filled):
            return "note"
        return None

    def _is_blank(self, cells: Sequence[Any]) -> bool:
        """Whether nothing stands in the row, but perhaps its number."""
        return all(
            v is None or is_blank(v) or (i in self._counting and folded(v).isdecimal())
            for i, v in enumerate(cells)
        )

    def _certainly_data(self, cells: Sequence[Any]) -> bool:
        """Every required column is filled, a code looks like one, and the first is no label."""
        width = len(cells)
        if not self._required or any(i >= width or cells[i] in (None, "") for i in self._required):
            return False
        if not all(i < width and self._is_code(folded(cells[i])) for i in self._coded):
            return False
        first = folded(cells[min(self._required)])
        return not (is_total(first) or is_aside(first)) and first not in self._firsts

    def _numbers_columns(self, cells: Sequence[Any]) -> bool:
        """Whether the row below the header numbers the columns: 1, 2, 3 …"""
        filled = [folded(v).strip("()") for v in cells if not is_blank(v)]
        return len(filled) > 3 and filled == [str(n + 1) for n in range(len(filled))]

    def _repeats_header(self, cells: Sequence[Any]) -> bool:
        first = next((folded(v) for v in cells if not is_blank(v)), "")
        if first not in self._firsts:
            return False
        texts = [folded(v) for v in cells]
        return any(_trimmed(texts) == _trimmed(row) for row in self._headers)

    def _last_identity(self) -> int:
        for index in range(len(self.grid.cells) - 1, self.header.last, -1):
            cells = self.grid.cells[index]
            if not cells or (index == self.header.last + 1 and self._numbers_columns(cells)):
                continue
            if self._certainly_data(cells) or self.has_identity(index, cells):
                return index
        return self.header.last

    def has_identity(self, index: int, cells: Sequence[Any]) -> bool:
        """Whether the row says what it is about: two of the columns that say so are filled, labels
        and amounts apart, or one that is enough by itself."""
        if not self._whole:
            return True
        filled = [i for i, v in enumerate(cells) if not is_blank(v)]
        aside = self._aside(index, cells, filled)
        total = self._is_total(index, cells, filled)
        names = amounts = 0
        for column, i in self._said:
            if i >= len(cells) or i in aside or is_blank(cells[i]):
                continue
            value = cells[i]
            text = folded(value)
            known_code = column.identity == "code" and text in self._codes
            tells = known_code or not total or _names_something(value, text)
            if not text or is_total(text) or not tells:
                continue
            if not (column.required or column.identity or _could_decide(column, value, text)):
                continue
            if self._is_enough(column, index, i, text):
                return True
            if column.identity == "amount":
                amounts += any(c.isdigit() for c in text)
            else:
                names += _says_something(column, text)
        return names >= 1 and names + amounts >= 2

    def _is_enough(self, column: Column, index: int, i: int, text: str) -> bool:
        """Whether this cell alone says what the row is about: a code, or a name on its own."""
        if column.identity == "code":
            return self._is_code(text)
        if column.identity == "name" and self._known is not None and self._known(text):
            return True
        alone = column.identity == "sole" and self.grid.merged.width(index, i) == 1
        if not alone or is_amount(text) or names_groups(text):
            return False
        return len(text) <= 40 and not _SENTENCE.search(text) and ":" not in text

    def _is_code(self, text: str) -> bool:
        if text in self._codes:
            return True
        return bool(_CODE.fullmatch(text)) and not text.isalpha() and not is_day(text)

    def _aside(self, index: int, cells: Sequence[Any], filled: Sequence[int]) -> set[int]:
        """The cells that are labels with what stands behind or below them, lone days, and words for
        nothing."""
        out = self._below_labels(index)
        days = {i for column, i in self._said if "日期" in column.name or "时间" in column.name}
        leads = True
        for at, i in enumerate(filled):
            if not isinstance(cells[i], str):
                continue
            text = folded(cells[i])
            if self._known is not None and self._known(text):
                leads = False
                continue
            # A row that begins with such is made of labels: no name of a unit ends with a colon.
            label = leads and len(text) <= _LONGEST_LABEL and text.endswith(":")
            if label or is_aside(text) or (i not in days and is_day(text)):
                out.add(i)
                if at + 1 < len(filled) and (label or wants_value(text)):
                    out.add(filled[at + 1])
            leads = leads and i in out
        return out

    def _below_labels(self, index: int) -> set[int]:
        """The columns of the labels in the row above, where it holds nothing but labels: 填表人,
        审核人 over two names."""
        if index - 1 <= self.header.last:
            return set()
        above = self.grid.cells[index - 1]
        filled = [i for i, v in enumerate(above) if not is_blank(v)]
        if len(filled) < 2:
            return set()
        every = all(isinstance(above[i], str) and wants_value(folded(above[i])) for i in filled)
        return set(filled) if every else set()

    def _is_total(self, index: int, cells: Sequence[Any], filled: Sequence[int]) -> bool:
        """Whether a word for a total stands in the row, or a formula over the rows above it."""
        if any(isinstance(cells[i], str) and is_total(folded(cells[i])) for i in filled):
            return True
        return any(
            self._sums_rows(index, self.grid.formulas[index, i])
            for i in filled
            if (index, i) in self.grid.formulas
        )

    def _sums_rows(self, index: int, formula: str) -> bool:
        for _, top, _, bottom in _RANGE.findall(formula):
            if self.header.last < int(top) - 1 < int(bottom) - 1 <= index:
                return int(bottom) > int(top) and int(bottom) - 1 < index
        return False

    def _is_caption(self, index: int, cells: Sequence[Any], filled: Sequence[int]) -> bool:
        """Whether the row is the caption of a part of the table: one cell over several columns, or a
        heading (一、基础建设) with nothing but amounts beside it."""
        tops = {self.grid.merged.top_left(index, i) or (index, i) for i in filled}
        first, *rest = filled
        if len(tops) == 1 and self.grid.merged.width(index, first) > 1:
            return True
        text = folded(cells[first])
        if not is_heading(text) or self.grid.merged.is_tall(index, first):
            return False
        if self._identity.get(first) in ("name", "sole") and not (
            names_groups(text) or is_time(text)
        ):
            # It may be the name of what the row is about, with a number before it.
            return False
        return all(
            self._identity.get(i, "amount") == "amount" and is_amount(folded(cells[i]))
            for i in rest
        )


def _could_decide(column: Column, value: Any, text: str) -> bool:
    """Whether a cell holds what can change a score: a day, a finding."""
    if column.decides == "day":
        return isinstance(value, date) or is_day(text)
    return column.decides == "finding" and "属实" in text


def _trimmed(texts: Sequence[str]) -> list[str]:
    out = list(texts)
    while out and not out[-1]:
        out.pop()
    return out


def _says_something(column: Column, text: str) -> bool:
    """Whether a cell that is not enough by itself says with others what the row is about."""
    if column.identity == "code":
        return any(c.isascii() and c.isalnum() for c in text) and not is_heading(text)
    if column.identity == "item" and is_heading(text):
        return False
    return not (column.identity in ("name", "item", "sole") and is_amount(text))


def _names_something(value: Any, text: str) -> bool:
    """In a row of totals: whether a cell is more than an amount."""
    return isinstance(value, str) and not is_amount(text)


def text_of(cells: Sequence[Any]) -> str:
    """What stands in a row, for a list of the rows that hold no data."""
    return " ".join(shown(v) for v in cells if not is_blank(v))
