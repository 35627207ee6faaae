"""Mistakes that offices make, planted in rows that were right: one a row, with what was right.

Each is of a kind that the catalogue of problems knows (``scoring.problems``), or one that is read all the
same: a short name, full-width digits, a stray space, another way to write a day.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa

from scoring.points import SCALE, format_points
from scoring.simulate.columns import YEAR, Chunk, Table, as_table
from scoring.simulate.draws import Draws
from scoring.simulate.units import Units

MILLION: Final = 1_000_000
READ: Final = ""
"""The code of what is read as it was meant."""


class Percent(NamedTuple):
    """A number that a workbook's cell shows as a percentage; anywhere else it is written as one."""

    share: float

    def __str__(self) -> str:
        return f"{self.share * 100:.0f}%"


Cell = str | Percent


class Spoilt(NamedTuple):
    """What a mistake makes of a row: the column, what stands there now, the code of the problem."""

    column: str
    cell: Cell
    code: str


@dataclass(frozen=True)
class Row:
    """A row that is right, as texts by column. ``unit`` and ``about`` are the numbers of its unit and of its
    rule or item; ``before`` is the row above, where that is in the same chunk and as it was. ``number`` is drawn,
    for a mistake that may be made in several ways. ``book``: the file will be a workbook."""

    values: Mapping[str, str | None]
    unit: int
    about: int
    before: Mapping[str, str | None] | None
    number: int
    book: bool

    def text(self, column: str) -> str:
        """What stands in the column, nothing where it is blank."""
        return self.values.get(column) or ""


Mistake = Callable[[Row], Spoilt | None]
"""Gives what the mistake makes of a row; None where it cannot be made in it."""


class Planted(NamedTuple):
    """A mistake in its place: the row's number in the chunk (from 0), the column, what stands there, the code
    of the problem (``READ``: none), what was right."""

    row: int
    column: str
    cell: Cell
    code: str
    right: str


def plant(
    table: Table, chunk: Chunk, number: int, share: int, seed: int, *, book: bool
) -> list[Planted]:
    """The mistakes in a chunk: one in each of ``share`` rows of a million."""
    draws = Draws(seed, 5, *table.place, number)
    rows = np.flatnonzero(draws.chance(share, len(chunk)))
    if not table.mistakes or not len(rows):
        return []
    first = draws.below(len(table.mistakes), len(rows)).tolist()
    numbers = draws.below(MILLION, len(rows)).tolist()
    texts = as_table(table, chunk, typed=False)
    values = texts.take(pa.array(rows)).to_pylist()
    above = texts.take(pa.array(np.maximum(rows - 1, 0))).to_pylist()
    spoilt = set(rows.tolist()) | {-1}
    out = []
    for i, at in enumerate(rows.tolist()):
        before = None if at - 1 in spoilt else above[i]
        row = Row(
            values[i], int(chunk.unit[at]), int(chunk.about[at]), before, numbers[i], book
        )  # fmt: skip
        # Where the mistake that was drawn cannot be made in the row, the next one is.
        order = (*table.mistakes[first[i] :], *table.mistakes[: first[i]])
        made = next((made for mistake in order if (made := mistake(row)) is not None), None)
        if made is not None:
            out.append(Planted(at, *made, row.text(made.column)))
    return out


def spoil(table: pa.Table, planted: Sequence[Planted]) -> pa.Table:
    """A table of texts with the mistakes in it."""
    import pyarrow.compute as pc

    by_column: dict[str, list[Planted]] = {}
    for one in planted:
        by_column.setdefault(one.column, []).append(one)
    for name, some in by_column.items():
        mask = np.zeros(len(table), dtype=bool)
        mask[[one.row for one in some]] = True
        cells = pa.array([str(one.cell) or None for one in some], pa.string())
        column = table.column(name).combine_chunks()
        new = pc.replace_with_mask(column, pa.array(mask), cells)
        table = table.set_column(table.schema.get_field_index(name), table.schema.field(name), new)
    return table


# What may be wrong with a text, whatever it says


def _wide(text: str) -> str:
    """The text with full-width digits.

    >>> _wide("2024-03-05")
    '２０２４-０３-０５'
    """
    return "".join(chr(ord(c) + 0xFEE0) if c.isdecimal() and c.isascii() else c for c in text)


def wide_digits(column: str) -> Mistake:
    """Full-width digits."""

    def made(row: Row) -> Spoilt | None:
        text = row.text(column)
        wide = _wide(text)
        return None if wide == text else Spoilt(column, wide, READ)

    return made


def spaces(column: str) -> Mistake:
    """Stray spaces."""

    def made(row: Row) -> Spoilt | None:
        text = row.text(column)
        shown = (f" {text}", f"{text}　", f"　{text} ")[row.number % 3]
        return Spoilt(column, shown, READ) if text else None

    return made


def other_day(column: str) -> Mistake:
    """A day in another way of writing it that is read."""

    def made(row: Row) -> Spoilt | None:
        text = row.text(column)
        if not text:
            return None
        y, m, d = (int(part) for part in text.split("-"))
        ways = (f"{y}年{m}月{d}日", f"{y}.{m}.{d}", f"{y}/{m}/{d}", f"{y}{m:02}{d:02}")
        return Spoilt(column, ways[row.number % len(ways)], READ)

    return made


def no_day(column: str) -> Mistake:
    """A day that no calendar has, or only half of one."""

    def made(row: Row) -> Spoilt | None:
        wrong = (f"{YEAR}-02-30", f"{YEAR}-04-31", f"{YEAR}-13-01", "3月5日", "三月上旬")
        text = wrong[row.number % len(wrong)]
        return Spoilt(column, text, "date-unreadable") if row.text(column) else None

    return made


def left_blank(column: str, code: str) -> Mistake:
    """Nothing, in a cell where something stood."""

    def made(row: Row) -> Spoilt | None:
        return Spoilt(column, "", code) if row.text(column) else None

    return made


def one_of(column: str, texts: Sequence[str], code: str) -> Mistake:
    """One of some texts that do not belong there."""

    def made(row: Row) -> Spoilt | None:
        return Spoilt(column, texts[row.number % len(texts)], code) if row.text(column) else None

    return made


def as_above(column: str, code: str, *same: str) -> Mistake:
    """What stands in the row above, of which the columns ``same`` say the same."""

    def made(row: Row) -> Spoilt | None:
        if row.before is None or any(row.before[name] != row.values[name] for name in same):
            return None
        text = row.before[column] or ""
        return Spoilt(column, text, code) if text and text != row.text(column) else None

    return made


# Names of units


def misspelt(column: str) -> Mistake:
    """A name of which the last signs are changed about, or the last one is lost."""

    def made(row: Row) -> Spoilt:
        name = row.text(column)
        wrong = (name[:-1], f"{name[:-2]}{name[-1]}{name[-2]}")[row.number % 2]
        return Spoilt(column, name[:-1] if wrong == name else wrong, "unit-unknown")

    return made


STRANGERS: Final = ("无名县人民政府", "某某公司", "市直有关部门")


def stranger(column: str) -> Mistake:
    """A unit that there is not."""
    return one_of(column, STRANGERS, "unit-unknown")


def short_name(column: str, units: Units) -> Mistake:
    """The unit's short name."""

    def made(row: Row) -> Spoilt | None:
        short = units.shorts[row.unit].as_py()
        return Spoilt(column, short, READ) if short else None

    return made


# Numbers of points


def beyond(column: str, most: Callable[[Row], int | None]) -> Mistake:
    """A score above the full points."""

    def made(row: Row) -> Spoilt | None:
        full = most(row)
        if full is None or not row.text(column):
            return None
        return Spoilt(column, format_points(full + (1 + row.number % 5) * SCALE), "number-range")

    return made


def binary_tail(column: str, fits: Callable[[Row], bool]) -> Mistake:
    """What a program writes of a number that it keeps in binary: 3.8499999999999996."""

    def made(row: Row) -> Spoilt | None:
        text = row.text(column)
        # A workbook shows 15 digits: there it is 3.85.
        if row.book or not text or not fits(row) or float(text) < 1:
            return None
        return Spoilt(column, repr(math.nextafter(float(text), 0)), "number-decimals")

    return made


def as_percent(column: str, most: Callable[[Row], int | None]) -> Mistake:
    """The share of the full points instead of the points."""

    def made(row: Row) -> Spoilt | None:
        full = most(row)
        if full is None or not row.text(column):
            return None
        share = round(float(row.text(column)) * SCALE * 100 / full)
        if not 0 < share <= 100:
            return None
        code = "value-shown" if row.book else "number-unreadable"
        return Spoilt(column, Percent(share / 100), code)

    return made


def with_unit(column: str, fits: Callable[[Row], bool]) -> Mistake:
    """3.5分."""

    def made(row: Row) -> Spoilt | None:
        text = row.text(column)
        return Spoilt(column, f"{text}分", READ) if text and fits(row) else None

    return made
