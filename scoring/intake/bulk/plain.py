"""Cells in their plain form, as expressions over a whole column.

Plain is what has one meaning whatever reads it: a code without blanks, 2024-03-05, 85.5. An expression
gives the ``value`` of a cell and whether it is ``odd``: there, and not plain. What is odd is left to
the reader of single cells (``scoring.intake.cells``), which decides whether it can be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import Enum
from typing import Any, Final, NamedTuple

import narwhals as nw

from scoring.engines.model import PLACE
from scoring.points import MAX_POINTS, PLACES, SCALE

Expr = nw.Expr


class Stored(Enum):
    """How a column is stored, as far as it matters for reading it."""

    TEXT = "text"
    WHOLE = "whole numbers"
    FLOAT = "binary numbers"
    DECIMAL = "decimals of at most four places"
    DAY = "days"
    MOMENT = "days with a time, without a time zone"
    NOTHING = "nothing"
    OTHER = "what is read cell by cell"


class Cells(NamedTuple):
    """A column of a table; without it (``stored`` is None) every cell is blank."""

    name: str
    stored: Stored | None

    @property
    def raw(self) -> Expr:
        """What stands in the cells."""
        return nw.col(self.name)

    @property
    def empty(self) -> bool:
        """Whether nothing can stand in it."""
        return self.stored in (None, Stored.NOTHING)


class Typed(NamedTuple):
    """The values of a column, None where a cell is blank or odd, and which cells are odd."""

    value: Expr
    odd: Expr


# All libraries read these patterns alike; \d would be any digit of Unicode in one of them.
_IDEOGRAPHS: Final = "\u4e00-\u9fff"
CODE: Final = rf"^[0-9A-Za-z{_IDEOGRAPHS}〔〕_./()\[\]-]+$"
PATH: Final = (
    rf"^[0-9A-Za-z{_IDEOGRAPHS}〔〕_.()\[\]-]+(?:/[0-9A-Za-z{_IDEOGRAPHS}〔〕_.()\[\]-]+)*$"
)
_NUMBER: Final = rf"^[0-9A-Za-z{_IDEOGRAPHS}〔〕_./()\[\]-]*[0-9]$"
_WORDS: Final = rf"[0-9A-Za-z{_IDEOGRAPHS}]"
_DAY: Final = (
    r"^(?:20[0-9][0-9]-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)"
    r"|(?:0[13578]|1[02])-31)|20(?:[02468][048]|[13579][26])-02-29)$"
)
_POINTS: Final = rf"^[0-9]{{1,{len(str(MAX_POINTS)) - 1}}}(?:[.][0-9]{{1,{PLACES}}})?$"
_COUNT: Final = rf"^[0-9]{{1,{len(str(MAX_POINTS)) - 1}}}$"
_LONGEST: Final = 100
_ASIDE: Final = "章|签字|以上|本表|此表|(?:注|明|意|附|件)[0-9]?[.]|[年月度季周期位表次页旬日份内间暂均](?:无|没有|未发现)"
"""What a text may hold that ends with a digit and is yet a word beside the table (``intake.labels``)."""
_FAR: Final = 1e300
_FIRST_DAY, _LAST_DAY = date(1990, 1, 1), date(2199, 12, 31)


def never() -> Expr:
    """A condition that holds nowhere."""
    return nw.lit(False)


def no_number() -> Expr:
    """A column of whole numbers in which nothing stands; pandas knows no type of a literal nothing."""
    return nw.when(nw.col(PLACE) < 0).then(nw.col(PLACE))


def no_text() -> Expr:
    """A column of texts in which nothing stands."""
    return no_number().cast(nw.String)


def no_day() -> Expr:
    """A column of days in which nothing stands."""
    return nw.when(nw.col(PLACE) < 0).then(nw.lit(_FIRST_DAY, nw.Date))


def sure(condition: Expr) -> Expr:
    """A condition that does not hold where it is unknown."""
    return condition.fill_null(False)


def any_of(*conditions: Expr) -> Expr:
    """Where one of the conditions holds."""
    out = never()
    for condition in conditions:
        out = out | sure(condition)
    return out


def matches(text: Expr, pattern: str) -> Expr:
    """Where the text is what the pattern says, as a whole; a line break at its end is no part of it."""
    return sure(text.str.contains(pattern)) & sure(~text.str.contains("\n", literal=True))


def text_of(cells: Cells) -> Expr | None:
    """The column as texts, None where it is not stored as such or as whole numbers."""
    match cells.stored:
        case Stored.TEXT | Stored.WHOLE:
            return cells.raw.cast(nw.String)
        case _:
            return None


def is_blank(cells: Cells) -> Expr:
    """Where nothing stands in the cell."""
    if cells.empty:
        return nw.lit(True)
    if cells.stored is Stored.TEXT:
        return cells.raw.is_null() | sure(cells.raw.cast(nw.String) == "")
    return cells.raw.is_null()


def as_shown(cells: Cells) -> Expr:
    """The column as texts where it is stored so, nothing elsewhere: for who looks at odd cells."""
    text = text_of(cells)
    return no_text() if text is None else text


def unreadable(cells: Cells) -> Expr:
    """Where the cell of a column of texts can not even be shown: bytes, lists, what is no number."""
    match cells.stored:
        case Stored.OTHER:
            return ~cells.raw.is_null()
        case Stored.FLOAT:
            finite = sure((cells.raw > -_FAR) & (cells.raw < _FAR))
            return ~cells.raw.is_null() & ~finite
        case _:
            return never()


def _texts(cells: Cells, pattern: str, but: str = "") -> Typed:
    text = text_of(cells)
    if text is None:
        return Typed(no_text(), ~is_blank(cells))
    plain = matches(text, pattern) & sure(text.str.len_chars() <= _LONGEST)
    if but:
        plain = plain & sure(~text.str.contains(but))
    return Typed(nw.when(plain).then(text), ~is_blank(cells) & ~plain)


def code(cells: Cells) -> Typed:
    """A text that is the same however names are compared: no blanks, nothing of full width."""
    return _texts(cells, CODE)


def number_code(cells: Cells) -> Typed:
    """Such a text that ends with a digit, as 台账编号 do, and is no word beside the table."""
    return _texts(cells, _NUMBER, _ASIDE)


def words(cells: Cells) -> Typed:
    """Any text with something to read in it; what is left out is odd."""
    text = text_of(cells)
    if text is None:
        return Typed(no_text(), ~is_blank(cells))
    said = sure(text.str.contains(_WORDS))
    return Typed(nw.when(said).then(text), ~is_blank(cells) & ~said)


def one_of(cells: Cells, known: Sequence[str]) -> Typed:
    """One of some texts, as it is written."""
    text = text_of(cells)
    if text is None:
        return Typed(no_text(), ~is_blank(cells))
    found = sure(text.is_in(list(known)))
    return Typed(nw.when(found).then(text), ~is_blank(cells) & ~found)


def says(cells: Cells, known: Sequence[str]) -> Expr:
    """Where one of some texts stands."""
    text = text_of(cells)
    return never() if text is None else sure(text.is_in(list(known)))


def day(cells: Cells) -> Typed:
    """A day: stored as one, or written 2024-03-05."""
    match cells.stored:
        case Stored.DAY | Stored.MOMENT:
            value = cells.raw.cast(nw.Date)
            near = sure((value >= _FIRST_DAY) & (value <= _LAST_DAY))
            return Typed(nw.when(near).then(value), ~cells.raw.is_null() & ~near)
        case Stored.TEXT:
            text = cells.raw.cast(nw.String)
            plain = matches(text, _DAY)
            value = nw.when(plain).then(text).str.to_date(format="%Y-%m-%d")
            return Typed(value, ~is_blank(cells) & ~plain)
        case _:
            return Typed(no_day(), ~is_blank(cells))


def points(cells: Cells) -> Typed:
    """A number of points of at most four decimals that is not negative, in ten-thousandths."""
    nothing = no_number()
    match cells.stored:
        case Stored.TEXT:
            text = cells.raw.cast(nw.String)
            plain = matches(text, _POINTS)
            # So few digits are distinguished by binary numbers; rounding gives the very integer.
            digits: Expr = nw.when(plain).then(text)
            number = digits.cast(nw.Float64)
            value = (number * float(SCALE)).round(0).cast(nw.Int64)
            return Typed(value, ~is_blank(cells) & ~plain)
        case Stored.WHOLE:
            number = cells.raw.cast(nw.Int64)
            fits = sure((number >= 0) & (number < MAX_POINTS))
            return Typed(nw.when(fits).then(number) * SCALE, ~cells.raw.is_null() & ~fits)
        case Stored.DECIMAL:
            fits = sure((cells.raw >= 0) & (cells.raw < MAX_POINTS))
            fitting: Expr = nw.when(fits).then(cells.raw)
            return Typed((fitting * SCALE).cast(nw.Int64), ~cells.raw.is_null() & ~fits)
        case Stored.FLOAT:
            # By the digits that tell it apart: to divide and compare does not, as Polars multiplies by
            # the inverse of a constant.
            plain = matches(cells.raw.cast(nw.String), _POINTS)
            kept: Expr = nw.when(plain).then(cells.raw)
            value = (kept * float(SCALE)).round(0).cast(nw.Int64)
            return Typed(value, ~cells.raw.is_null() & ~plain)
        case _:
            return Typed(nothing, ~is_blank(cells))


def count(cells: Cells) -> Typed:
    """A whole number of things."""
    found = points(cells)
    whole = found.value // SCALE
    if cells.stored in (Stored.WHOLE, None):
        return Typed(whole, found.odd)
    if cells.stored is Stored.TEXT:
        plain = matches(cells.raw.cast(nw.String), _COUNT)
        value = nw.when(plain).then(cells.raw.cast(nw.String)).cast(nw.Int64)
        return Typed(value, ~is_blank(cells) & ~plain)
    # Integers of Spark are divided in binary numbers: small enough here to be exact.
    kept = whole.cast(nw.Int64)
    fits = sure(kept * SCALE == found.value)
    return Typed(nw.when(fits).then(kept), found.odd | (~found.value.is_null() & ~fits))


def stored_as(kind: Any) -> Stored:
    """How a column of an Arrow type is stored."""
    import pyarrow as pa

    types = pa.types
    if types.is_dictionary(kind):
        return Stored.TEXT if stored_as(kind.value_type) is Stored.TEXT else Stored.OTHER
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return Stored.TEXT
    if types.is_integer(kind) and kind != pa.uint64():
        return Stored.WHOLE
    if types.is_float64(kind):
        return Stored.FLOAT
    if types.is_decimal128(kind) and 0 <= kind.scale <= PLACES and kind.precision <= 14:
        return Stored.DECIMAL
    if types.is_date32(kind):
        return Stored.DAY
    if types.is_timestamp(kind) and kind.tz is None:
        return Stored.MOMENT
    return Stored.NOTHING if types.is_null(kind) else Stored.OTHER
