"""A second reading of a workbook, by openpyxl, and its comparison with the program's, cell by cell.

Written from what Excel shows, not from the program. Where both read, they must agree. The known and
justified differences, and nothing else, are forgiven here:

- the program refuses (the whole file, or a cell with its place) where openpyxl takes something: cells
  that stand twice, of which openpyxl takes the last; places and numbers that are none (9_0, 1e400,
  the row 2.0), which Python's conversions accept; types that do not exist; zeros in a column of
  formulas that nobody computed; texts and styles that the workbook does not have
- openpyxl drops what stands under a merged range, the program keeps it
- openpyxl leaves _x0041_ as it is, and takes x005F_ out; the program reads A and _x0041_ as Excel does
- openpyxl reads raised and lowered digits as others, the program keeps them apart (85.5¹)
- openpyxl does not know the built-in formats of Chinese Excel (27 to 36, 50 to 58)
- openpyxl calls a day whatever has one of the letters of days in its format's first section; the
  program chooses the section by the number, as Excel does
- openpyxl knows neither the letters e, g, b, a of years and weekdays, nor other namespaces than its own
- a formula whose result is an empty text needs no <v>
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal
from typing import Any, Final

import openpyxl
from openpyxl.cell.cell import MergedCell

from scoring.intake.cells import ErrorCell, ShownCell
from scoring.intake.grids import Grid, SourceFile, column_letter
from scoring.problems import errors

_CHINESE: Final = frozenset({*range(27, 37), *range(50, 59)})
_RAISED: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "01234567890123456789")


@dataclass(frozen=True)
class Cell:
    """A cell as openpyxl has it: its value, its format, its formula where there is one."""

    value: Any
    code: str
    number: int
    formula: bool


@dataclass
class Sheet:
    """A sheet as openpyxl has it; places are (row, column) from 0."""

    name: str
    hidden: bool
    cells: dict[tuple[int, int], Cell]
    covered: set[tuple[int, int]]
    merged: set[tuple[int, int, int, int]]
    hidden_rows: set[int]
    foreign: bool
    """Whether openpyxl found no element that it knows."""


def by_openpyxl(content: bytes) -> list[Sheet] | None:
    """The sheets as openpyxl reads them; None where it does not. ``content`` is not compressed."""
    if any(_is_huge(match[1].decode("latin-1")) for match in _MERGE.finditer(content)):
        return None
    if _has_undefined_formats(content):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
            formulas = openpyxl.load_workbook(io.BytesIO(content))
            pairs = zip(values.worksheets, formulas.worksheets, strict=True)
            return [_sheet(*pair) for pair in pairs]
        except Exception:  # whatever it dislikes, it does not read
            return None


def _has_undefined_formats(content: bytes) -> bool:
    """Whether a style names a format that is not there: openpyxl shows another of its own instead."""
    styles = content[content.find(b"<styleSheet") : content.find(b"</styleSheet>")]
    defined = set(re.findall(rb'<numFmt [^>]*?numFmtId="(\d+)"', styles))
    return any(
        int(number) >= 164 and number not in defined
        for number in re.findall(rb'<xf [^>]*?numFmtId="(\d+)"', styles)
    )


_MERGE: Final = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref=["\']([^"\']*)')


def _is_huge(reference: str) -> bool:
    """Whether openpyxl would make cells by the million of a merged range."""
    try:
        left, top, right, bottom = openpyxl.utils.range_boundaries(reference)
        return (right - left + 1) * (bottom - top + 1) > 10_000
    except (ValueError, TypeError):
        return True


def _sheet(values: Any, formulas: Any) -> Sheet:
    cells, covered = {}, set()
    for (row, column), cell in values._cells.items():
        if isinstance(cell, MergedCell):
            covered.add((row - 1, column - 1))
            continue
        other = formulas._cells.get((row, column))
        is_formula = other is not None and other.data_type == "f"
        value = ErrorCell(str(cell.value)) if cell.data_type == "e" else cell.value
        # cell._style holds the number of the format as the program's own table has it.
        cells[row - 1, column - 1] = Cell(
            value, cell.number_format, cell._style.numFmtId, is_formula
        )
    merged = {
        (r.min_row - 1, r.min_col - 1, r.max_row - 1, r.max_col - 1)
        for r in values.merged_cells.ranges
    }
    hidden = {row - 1 for row, d in values.row_dimensions.items() if d.hidden}
    return Sheet(
        values.title,
        values.sheet_state != "visible",
        cells,
        covered,
        merged,
        hidden,
        not values._cells,
    )


def differences(source: SourceFile, sheets: list[Sheet]) -> Iterator[str]:
    """What the program reads in another way, and does not refuse."""
    if errors(source.problems):
        return
    ours = source.grids
    names, theirs = [g.sheet for g in ours], [s.name for s in sheets]
    if not _same_names(names, theirs):
        yield f"sheets {names}, openpyxl {theirs}"
        return
    for grid, sheet in zip(ours, sheets, strict=True):
        if sheet.foreign:
            continue
        if grid.hidden != sheet.hidden:
            yield f"{sheet.name}: hidden {grid.hidden}, openpyxl {sheet.hidden}"
        if set(grid.merged.ranges) != sheet.merged:
            yield f"{sheet.name}: merged {grid.merged.ranges}, openpyxl {sheet.merged}"
        filled = {index for index, cells in enumerate(grid.cells) if cells}
        if grid.hidden_rows != sheet.hidden_rows & filled:
            yield f"{sheet.name}: hidden rows {grid.hidden_rows}, openpyxl {sheet.hidden_rows}"
        for place in sorted({*_places(grid), *sheet.cells}):
            said = _difference(grid.value(*place), sheet.cells.get(place), sheet, place)
            if said:
                yield f"{sheet.name}!{column_letter(place[1])}{place[0] + 1}: {said}"


def _same_names(ours: list[str | None], theirs: list[str]) -> bool:
    """openpyxl gives a second sheet of a name, or one without, another; the order is what counts."""
    if len(ours) != len(theirs):
        return False
    once = {name for name in ours if ours.count(name) == 1 and name}
    return all(a == b for a, b in zip(ours, theirs, strict=True) if a in once)


def _places(grid: Grid) -> Iterator[tuple[int, int]]:
    for row, cells in enumerate(grid.cells):
        for column, value in enumerate(cells):
            if value not in (None, ""):
                yield row, column


def _difference(ours: Any, cell: Cell | None, sheet: Sheet, place: tuple[int, int]) -> str | None:
    if isinstance(ours, ErrorCell):
        return None if place in sheet.covered else _of_error(ours, cell)
    theirs = None if cell is None else cell.value
    text = f"{ours!r}, openpyxl {theirs!r}"
    if ours in (None, "") or theirs in (None, ""):
        both = ours in (None, "") and theirs in (None, "")
        if both and cell is not None and cell.formula and theirs is None and ours is None:
            return f"blank for a formula without a result, openpyxl {cell}"
        return None if both or place in sheet.covered else text
    if isinstance(ours, str):
        return None if isinstance(theirs, str) and _same_text(ours, theirs) else text
    if isinstance(ours, bool):
        return None if ours is theirs else text
    assert cell is not None
    if isinstance(ours, datetime):
        return None if _same_day(ours, theirs, cell) else f"{text} {cell.code}"
    if isinstance(ours, ShownCell):
        return _of_shown(ours, cell)
    return _of_number(ours, cell)


def _of_error(ours: ErrorCell, cell: Cell | None) -> str | None:
    """A formula is called uncomputed only where it has no result, or a zero for one. That all else
    is refused loses nothing."""
    if ours.kind != "formula-uncomputed":
        return None
    if cell is None or not cell.formula:
        return f"{ours} where openpyxl has no formula: {cell}"
    value = cell.value.shown if isinstance(cell.value, ErrorCell) else cell.value
    blank = value is None or (isinstance(value, str) and not value.strip())
    none = (
        blank
        or value == "None"
        or value in (0, False, time(0), timedelta(0))
        or _is_zero_day(value)
    )
    return None if none else f"{ours}, openpyxl {cell}"


def _is_zero_day(value: Any) -> bool:
    return isinstance(value, datetime) and value.year in (1899, 1904)


def _same_text(ours: str, theirs: str) -> bool:
    """Whether the program's text is openpyxl's, with what is escaped there read once."""
    if _plain(ours) in (_plain(theirs), _plain(_once(theirs))):
        return True
    # Of _x005F_x0041__x000D_ openpyxl leaves two escapes, and the first was none.
    several = len(_ESCAPED.findall(theirs)) > 1 and "x005F" not in theirs
    return several and _plain(_once(ours)) == _plain(_once(_once(theirs)))


def _once(text: str) -> str:
    said = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    try:
        return said.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        return text


def _plain(text: str) -> str:
    return text.translate(_RAISED).replace("\r\n", "\n").replace("\r", "\n")


_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def _same_day(ours: datetime, theirs: Any, cell: Cell) -> bool:
    if isinstance(theirs, datetime):
        return abs(ours.replace(tzinfo=None) - theirs.replace(tzinfo=None)) <= timedelta(seconds=1)
    if isinstance(theirs, date):
        return ours.date() == theirs
    if isinstance(theirs, time):
        return (ours.year, ours.month, ours.day) == (1904, 1, 1) and ours.time() == theirs
    return isinstance(theirs, int | float) and _is_day_unknown(cell)


def _is_day_unknown(cell: Cell) -> bool:
    """Whether openpyxl may take a day for a number."""
    letters = re.search("[egab]", cell.code.replace("General", ""))
    return cell.number in _CHINESE or ";" in cell.code or bool(letters)


def _of_shown(ours: ShownCell, cell: Cell) -> str | None:
    theirs = cell.value
    text = f"{ours!r}, openpyxl {theirs!r} {cell.code}"
    if isinstance(theirs, bool | str):
        return text
    if isinstance(ours.value, datetime):
        if isinstance(theirs, datetime | date):
            return None if _same_day(ours.value, theirs, cell) else text
        of_day = isinstance(theirs, time | timedelta) or _is_day_unknown(cell)
        return None if of_day and not ours.certain else text
    if isinstance(theirs, int | float):
        if float(theirs) != ours.value:
            return text
        return text if ours.certain and not _may_be_plain(cell, ours.value) else None
    # A day that no calendar has: refused.
    return text if ours.certain and ";" not in cell.code else None


def _of_number(ours: float, cell: Cell) -> str | None:
    theirs = cell.value
    text = f"{ours!r}, openpyxl {theirs!r} {cell.code}"
    if isinstance(theirs, bool) or not isinstance(theirs, int | float):
        zero = ours == 0 and theirs in (time(0), timedelta(0))
        return None if zero or (";" in cell.code and isinstance(theirs, datetime | time)) else text
    if float(theirs) != ours:
        return text
    if ours == 0:
        return None
    return None if _may_be_plain(cell, ours) else f"{text} shows something else"


_SIMPLE = re.compile(r"[#,]*0*(?:\.(0*))?")


def _may_be_plain(cell: Cell, value: float) -> bool:
    """Whether the format may show the number as it is: a second, smaller reading of formats."""
    code = re.sub(r'"[^"]*"|\\.|_.|\*.', "", cell.code.split(";")[0])
    code = re.sub(r"\[[^\]]*\]", "", code)
    if ";" in cell.code:
        return True
    simple = _SIMPLE.fullmatch(code)
    if simple and ("0" in code or "#" in code):
        if code.endswith(","):
            return False
        places = Decimal(1).scaleb(-len(simple[1] or ""))
        number = Decimal(f"{value:.15g}")
        return number == number.quantize(places, context=Context(prec=1000))
    return not re.search(r"%|E\+|[ymdhs]|\?/|‰", code.replace("General", "").replace("Red", ""))
