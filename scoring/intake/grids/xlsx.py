"""Workbooks (.xlsx): one reading of each sheet's XML for values, formulas, errors, number formats,
hidden rows and sheets, and merged cells. Source: ECMA-376 part 1, 18.2 to 18.4 and 18.8.

The parts are parsed by lxml. What Excel reads is read; looks (fonts, fills, borders) are not looked
at, so that no odd style makes a sound file unreadable.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from lxml import etree

from scoring.intake.cells import ErrorCell, ShownCell
from scoring.intake.grids.formats import GENERAL, built_in, display
from scoring.intake.grids.model import Grid, Merges, SourceFile, column_letter, too_large
from scoring.intake.grids.package import (
    BrokenError,
    Package,
    TooLargeError,
    checked_root,
    children,
    parse,
)  # fmt: skip
from scoring.limits import CELL_STYLES, CELLS, COLUMNS, MERGED_RANGES, SHEETS, STRINGS
from scoring.problems import Place, Problem

_RELATION: Final = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
_ROWS: Final = 1_048_576
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_NO_CELLS: Final = frozenset({"chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet"})
"""Sheets that hold no table."""
_TRUE: Final = ("1", "true")
_NO_HEIGHT = ("0", "0.0")
"""A row of this height is not shown either, though nothing calls it hidden."""
_FALSE: Final = ("0", "false")
_BLANK_ROW: list[Any] = []
"""One list for every blank row, never changed: a cell in the last row costs nothing."""

UNCOMPUTED: Final = "formula-uncomputed"
TWICE: Final = "cell-twice"


@dataclass
class _Book:
    """What the sheets of a workbook share."""

    strings: list[str] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    from_1904: bool = False
    computed: bool = True
    asks: bool = False
    """Whether a spreadsheet program has computed the formulas, and whether the workbook asks for it."""
    places: int = 0
    default: str = GENERAL
    """The number format of cells that name none: that of the first style."""

    def format(self, style: str) -> str:
        """The number format of the cell style with this number."""
        index = int(style) if style.isdecimal() and style.isascii() else -1
        if 0 <= index < len(self.formats):
            return self.formats[index]
        if index == 0:
            return GENERAL
        raise BrokenError(f"不是完好的 .xlsx 文件：没有第{style[:20]}种单元格样式")


@dataclass
class _Formula:
    """A formula's cell: where it is, its text, its result."""

    row: int
    column: int
    text: str
    zero: bool


def read_xlsx(content: bytes, source: SourceFile) -> None:
    """The sheets of ``content`` into ``source``, in the workbook's order."""
    try:
        for grid in _sheets(Package(content), source.file):
            source.grids.append(grid)
    except TooLargeError as error:
        source.grids.clear()
        place = Place(source.file)
        source.problems.append(too_large(place, error.what, error.count, error.most))
    except BrokenError as error:
        source.grids.clear()
        source.problems.append(Problem("file-unreadable", Place(source.file), str(error)))


def _sheets(package: Package, file: str) -> Iterator[Grid]:
    main = package.workbook()
    book_xml = package.read(main)
    _refuse_more(book_xml, b"sheetId=", SHEETS, "个工作表")
    root = parse(book_xml, main)
    checked_root(root, main, "workbook")
    relations = {r.key: r for r in package.relations(main)}
    by_kind = {r.kind: r.part for r in relations.values()}
    book = _Book(asks=_asks_to_be_computed(root))
    properties = root.find("{*}workbookPr")
    book.from_1904 = properties is not None and properties.get("date1904") in _TRUE
    if "sharedStrings" in by_kind:
        book.strings = _strings(package, by_kind["sharedStrings"])
    if "styles" in by_kind:
        styles = package.read(by_kind["styles"])
        _refuse_more(styles, b"xf ", CELL_STYLES, "种单元格格式")
        book.formats = number_formats(styles, by_kind["styles"])
        book.default = book.formats[0] if book.formats else GENERAL
    sheets = _named(root, "sheets", "sheet", main)
    if len(sheets) > SHEETS:
        raise TooLargeError("个工作表", len(sheets), SHEETS)
    formulas: list[tuple[Grid, list[_Formula]]] = []
    for sheet in sheets:
        name = sheet.get("name") or ""
        key = next((sheet.get(name_) for name_ in _RELATION if sheet.get(name_)), "")
        relation = relations.get(key)
        if relation is None:
            raise BrokenError(f"不是完好的 .xlsx 文件：找不到工作表“{name}”的内容")
        if relation.kind in _NO_CELLS:
            continue
        if relation.kind != "worksheet":
            raise BrokenError(f"不是完好的 .xlsx 文件：工作表“{name}”类型不明")
        grid = Grid(file, name, [], hidden=sheet.get("state") in ("hidden", "veryHidden"))
        content = package.read(relation.part)
        _refuse_more(content, b"</v>", CELLS, "个单元格")
        found = _read_sheet(content, relation.part, grid, book)
        formulas.append((grid, found))
    if any(formula.zero for _, found in formulas for formula in found):
        book.computed = _was_computed(package, by_kind)
        _refuse_placeholders(formulas, book)
    for grid, _ in formulas:
        yield grid


def _refuse_more(content: bytes, what: bytes, most: int, called: str) -> None:
    """Count before a tree is made, which would take a gigabyte for a million of anything."""
    count = content.count(what)
    if count > most:
        raise TooLargeError(called, count, most)


# What the workbook says of itself


def _was_computed(package: Package, by_kind: dict[str, str]) -> bool:
    """Whether a spreadsheet program saved the workbook: Excel writes a chain of calculation wherever
    there is a formula, others say their names."""
    part = "docProps/app.xml"
    said = package.read(part)[:4096] if package.has(part) else b""
    return "calcChain" in by_kind or b"LibreOffice" in said or b"WPS" in said


def _asks_to_be_computed(root: Any) -> bool:
    calculation = root.find("{*}calcPr")
    return calculation is not None and calculation.get("fullCalcOnLoad") in _TRUE


def _named(root: Any, of: str, name: str, part: str) -> list[Any]:
    """What the element ``of`` of the root holds: elements of that name, whose order counts."""
    space = root.tag.rpartition("}")[0] + "}"
    out = [child for holder in root.iterchildren(f"{space}{of}") for child in holder]
    if any(child.tag not in (f"{space}{name}", f"{space}extLst") for child in out):
        raise BrokenError(f"不是完好的 .xlsx 文件：“{part}”内容有误")
    return [child for child in out if child.tag == f"{space}{name}"]


def _strings(package: Package, part: str) -> list[str]:
    content = package.read(part)
    _refuse_more(content, b"</si>", STRINGS, "条文字")
    out: list[str] = []
    for item in children(content, part, "sst", "sst", ("si",)):
        out.append(_plain_text(item) or _text_of(item))
        if len(out) > STRINGS:
            raise TooLargeError("条文字", len(out), STRINGS)
    return out


def _plain_text(item: Any) -> str | None:
    """The text of a string item that holds one plain text, as nearly all do; None of any other."""
    if len(item) != 1:
        return None
    only = item[0]
    text: str | None = only.text
    if len(only) or text is None or "_x" in text or only.tag[-2:] != "}t":
        return None
    return text


def _text_of(item: Any) -> str:
    """The text of a string item: its runs, without the phonetic guide. Raised and lowered digits, as
    of a footnote's mark, stay apart from the digits before them."""
    if len(item) == 1 and item[0].tag[-2:] == "}t":
        return _unescaped(_text(item[0]))
    out = []
    for child in item:
        name = etree.QName(child).localname
        if name == "t":
            out.append(_text(child))
        elif name == "r":
            text = "".join(_text(t) for t in child if etree.QName(t).localname != "rPr")
            align = child.find("{*}rPr/{*}vertAlign")
            if align is not None:
                table = {"superscript": _RAISED, "subscript": _LOWERED}.get(align.get("val") or "")
                text = text.translate(table) if table else text
            out.append(text)
        elif name not in ("rPh", "phoneticPr", "extLst"):
            raise BrokenError(f"不是完好的 .xlsx 文件：文字中有“{name}”")
    return _unescaped("".join(out))


def _text(element: Any) -> str:
    """The text of an element that holds nothing else."""
    if len(element) or element.tag.rpartition("}")[2] != "t":
        raise BrokenError(f"不是完好的 .xlsx 文件：文字中有“{etree.QName(element).localname}”")
    return element.text or ""


def _unescaped(text: str) -> str:
    if "_x" not in text:
        return text
    said = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    try:
        # What stands there are units of UTF-16; a half of a pair by itself is no character.
        return said.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        return text


@lru_cache(maxsize=64)
def number_formats(content: bytes, part: str) -> list[str]:
    """The number format of every cell style, by its index; an office's forms share theirs."""
    root = parse(content, part)
    checked_root(root, part, "styleSheet")
    codes = {
        element.get("numFmtId"): element.get("formatCode") or GENERAL
        for element in _named(root, "numFmts", "numFmt", part)
    }
    out = []
    for style in _named(root, "cellXfs", "xf", part):
        number = style.get("numFmtId") or "0"
        out.append(codes.get(number) or built_in(int(number) if number.isdecimal() else 0))
    return out


# One sheet


_TAGS = ("row", "mergeCell", "sheetView")


_BLANK_CELLS: Final = rb'(?:<c(?: (?!xmlns)[a-zA-Z]+="[^"<>&]*")*/>)*'
_BLANK_ROW_XML: Final = re.compile(
    rb'<row(?: r="([1-9]\d{0,6})")?(?: (?!xmlns|r=)[a-zA-Z:0-9]+="[^"<>&]*")*(?:/>|>'
    + _BLANK_CELLS
    + rb"</row>)"
)


class _BlankAgainError(Exception):
    """A row stands in several pieces, or its number counts on from the row before."""


def _read_sheet(content: bytes, part: str, grid: Grid, book: _Book) -> list[_Formula]:
    """Put the sheet into its grid. Rows that hold formats only, of which a sheet may have a million,
    are left out before the text is parsed; where that could change a row, they are not."""
    blank: set[int] = set()

    def left_out(match: re.Match[bytes]) -> bytes:
        index = int(match[1] or 0) - 1
        if index >= _ROWS:
            return match[0]
        blank.add(index)
        return b""

    if b"<!" not in content:
        places = book.places
        try:
            return _read_rows(_BLANK_ROW_XML.sub(left_out, content), part, grid, book, blank)
        except _BlankAgainError:
            grid.cells.clear()
            grid.hidden_rows.clear()
            grid.formulas.clear()
            book.places = places
    return _read_rows(content, part, grid, book, frozenset())


def _read_rows(
    content: bytes, part: str, grid: Grid, book: _Book, blank: Collection[int]
) -> list[_Formula]:
    sheet = _Sheet(grid, book, blank)
    ranges: list[tuple[int, int, int, int]] = []
    for element in children(content, part, "worksheet", "sheetData", _TAGS):
        name = element.tag.rpartition("}")[2]
        if name == "row":
            sheet.row(element)
        elif name == "mergeCell":
            ranges.append(_range(element.get("ref") or ""))
            if len(ranges) > MERGED_RANGES:
                raise TooLargeError("处合并单元格", len(ranges), MERGED_RANGES)
        else:
            # Read before the rows, as it stands before them.
            sheet.hides_zeros = sheet.hides_zeros or element.get("showZeros") in _FALSE
    grid.merged = Merges(ranges)
    return sheet.formulas


def _range(reference: str) -> tuple[int, int, int, int]:
    """First row, first column, last row, last column (from 0) of a range."""
    ends = [_REFERENCE.fullmatch(end) for end in reference.split(":")]
    first, last = ends[0], ends[-1]
    if first is None or last is None:
        raise BrokenError(f"不是完好的 .xlsx 文件：合并范围“{reference}”有误")
    return int(first[2]) - 1, _column(first[1]), int(last[2]) - 1, _column(last[1])


def _column(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    if column > COLUMNS:
        raise BrokenError(f"不是完好的 .xlsx 文件：没有“{letters}”列")
    return column - 1


class _Sheet:
    """Puts the rows of a sheet into its grid, one after the other."""

    def __init__(self, grid: Grid, book: _Book, blank: Collection[int]) -> None:
        self.grid = grid
        self.blank = blank
        self.book = book
        self.formulas: list[_Formula] = []
        self.hides_zeros = False
        self._last = -1
        self._columns: dict[str, int] = {}

    def row(self, element: Any) -> None:
        reference = element.get("r")
        index = self._last + 1 if reference is None else _row_index(reference)
        if self.blank and (reference is None or index in self.blank):
            raise _BlankAgainError
        self._last = index
        number = str(index + 1)
        line = self._line(index)
        column = -1
        known, strings = self._columns, self.book.strings
        space = element.tag[:-3]
        plain, inline = f"{space}v", f"{space}is"
        cells = list(element.iterchildren(f"{space}c"))
        if len(cells) != len(element):
            _refuse_other_names(element, ("c", "extLst"), f"第{number}行")
        for cell in cells:
            at = cell.get("r")
            if at is None:
                column += 1
            else:
                letters = at.removesuffix(number)
                column = known[letters] if letters in known else self._place(at, index)
            size = len(cell)
            if not size:
                if cell.text is not None:
                    _refuse_text(cell.text, number)
                if column < len(line) and line[column] is not None:
                    line[column] = ErrorCell(f"{column_letter(column)}{number}", TWICE)
                continue
            value: Any = None
            child = cell[0]
            bare = cell.text is None and child.tail is None and not len(child)
            if size == 1 and bare and child.tag == plain:
                # Nearly every cell: one text or number.
                text = child.text
                kind = cell.get("t")
                if text is None:
                    continue
                if kind == "s" and text.isdecimal() and int(text) < len(strings):
                    value = strings[int(text)]
                else:
                    value = self._read(cell, kind or "n", text)
            elif size == 1 and child.tag == inline and cell.get("t") == "inlineStr":
                value = None if cell.text or child.tail else _plain_text(child)
                if value is None:
                    value = self._value(cell, index, column)
            else:
                value = self._value(cell, index, column)
            width = len(line)
            if column == width:
                line.append(value)
            elif column > width:
                line.extend([None] * (column - width))
                line.append(value)
            else:
                twice = line[column] is not None
                name = f"{column_letter(column)}{number}"
                line[column] = ErrorCell(name, TWICE) if twice else value
        if line:
            hidden = element.get("hidden") in _TRUE or element.get("ht") in _NO_HEIGHT
            self._keep(index, line, hidden=hidden)

    def _line(self, index: int) -> list[Any]:
        """The cells of the row that are there already: a row may stand in several pieces."""
        rows = self.grid.cells
        return rows[index] if index < len(rows) and rows[index] is not _BLANK_ROW else []

    def _keep(self, index: int, line: list[Any], *, hidden: bool) -> None:
        rows = self.grid.cells
        if index >= len(rows):
            rows.extend([_BLANK_ROW] * (index + 1 - len(rows)))
        rows[index] = line
        if hidden:
            self.grid.hidden_rows.add(index)
        self.book.places += len(line)
        if self.book.places > CELLS:
            raise TooLargeError("个单元格", self.book.places, CELLS)

    def _place(self, reference: str, row: int) -> int:
        letters = reference.rstrip("0123456789")
        if reference[len(letters) :] != str(row + 1):
            raise BrokenError(f"不是完好的 .xlsx 文件：第{row + 1}行中有单元格“{reference}”")
        if not letters.isascii() or not letters.isalpha() or not letters.isupper():
            raise BrokenError(f"不是完好的 .xlsx 文件：没有单元格“{reference}”")
        column = self._columns[letters] = _column(letters)
        return column

    def _value(self, cell: Any, row: int, column: int) -> Any:
        """A cell with more than a plain value."""
        kind = cell.get("t") or "n"
        if cell.text is not None:
            _refuse_text(cell.text, row + 1)
        parts = _parts(cell, f"{column_letter(column)}{row + 1}")
        if "is" in parts:
            text = _text_of(parts["is"])
            if "f" in parts:
                self._note(_written(parts["f"]), row, column, zero=False)
            return text if kind == "inlineStr" else ErrorCell(f"{text}（类型{kind}，内含文字）")
        value = parts["v"].text if "v" in parts else None
        if "f" in parts:
            return self._result(cell, parts["f"], kind, value, row, column)
        return None if value is None else self._read(cell, kind, value)

    def _result(
        self, cell: Any, formula: Any, kind: str, value: str | None, row: int, column: int
    ) -> Any:
        """The result of a formula, as it was computed last."""
        written = _written(formula)
        self.grid.formulas[row, column] = written
        if (value is None or not value.strip()) and kind != "str":
            return ErrorCell(f"{written}（公式尚未计算）", UNCOMPUTED)
        if value is None:
            return ""
        self._note(written, row, column, zero=kind == "n" and _is_zero(value))
        return self._read(cell, kind, value)

    def _note(self, written: str, row: int, column: int, *, zero: bool) -> None:
        """Remember a formula that has a result."""
        self.grid.formulas[row, column] = written
        self.formulas.append(_Formula(row, column, written, zero))

    def _read(self, cell: Any, kind: str, value: str) -> Any:
        if kind == "s":
            try:
                index = int(value)
                return self.book.strings[index if index >= 0 else len(self.book.strings)]
            except (ValueError, IndexError):
                raise BrokenError(f"不是完好的 .xlsx 文件：没有第{value[:20]}条文字") from None
        if kind == "n":
            return self._number(cell, value)
        if kind == "str":
            return _unescaped(value)
        if kind == "b":
            flag = value.strip()
            return (
                flag in _TRUE if flag in (*_TRUE, *_FALSE) else ErrorCell(f"{value}（不是真假值）")
            )
        if kind == "e":
            return ErrorCell(value)
        if kind == "d":
            return _iso_day(value)
        return ErrorCell(f"{value}（类型{kind}）")

    def _number(self, cell: Any, text: str) -> Any:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number) or "_" in text or not text.isascii():
            return ErrorCell(f"{text}（不是数字）")
        if number == 0:
            if self.hides_zeros:
                return ShownCell(0.0, "", certain=False)
            if text.lstrip().startswith("-"):
                return -0.0
        style = cell.get("s")
        code = self.book.default if style is None else self.book.format(style)
        return number if code == GENERAL else display(number, code, from_1904=self.book.from_1904)


def _written(formula: Any) -> str:
    return f"={formula.text or ''}"


def _parts(cell: Any, name: str) -> dict[str, Any]:
    """The parts of a cell by their names: each once, and none that holds something unknown."""
    _refuse_other_names(cell, ("v", "f", "is", "extLst"), f"单元格“{name}”")
    parts = {child.tag.rpartition("}")[2]: child for child in cell}
    nested = any(len(parts[key]) for key in ("v", "f") if key in parts)
    both = "v" in parts and "is" in parts
    if len(parts) < len(cell) or nested or both:
        raise BrokenError(f"不是完好的 .xlsx 文件：单元格“{name}”的内容有误")
    for child in cell:
        if child.tail is not None:
            _refuse_text(child.tail, name)
    return parts


def _refuse_other_names(element: Any, names: tuple[str, ...], where: str) -> None:
    own = element.tag.rpartition("}")[0]
    for child in element:
        space, _, name = child.tag.rpartition("}")
        if space != own or name not in names:
            raise BrokenError(f"不是完好的 .xlsx 文件：{where}中有“{name}”")


def _refuse_text(text: str, where: int | str) -> None:
    """Text beside the elements that hold the content."""
    if text.strip():
        place = f"第{where}行" if str(where).isdecimal() else f"单元格“{where}”"
        raise BrokenError(f"不是完好的 .xlsx 文件：{place}中有多余的文字“{text.strip()[:20]}”")


def _row_index(reference: str) -> int:
    if not reference.isdecimal() or not 0 < int(reference) <= _ROWS:
        raise BrokenError(f"不是完好的 .xlsx 文件：没有第“{reference[:20]}”行")
    return int(reference) - 1


def _is_zero(value: str) -> bool:
    try:
        return float(value) == 0
    except ValueError:
        return False


def _iso_day(value: str) -> Any:
    try:
        return datetime.fromisoformat(value.strip().removesuffix("Z"))
    except ValueError:
        return ErrorCell(f"{value}（不是日期）")


def _refuse_placeholders(sheets: list[tuple[Grid, list[_Formula]]], book: _Book) -> None:
    """A zero that a program put into a formula's cell is no result: where the workbook was never
    computed and asks for it, or where every formula of it has zero for its result."""
    every = [formula for _, formulas in sheets for formula in formulas]
    if book.computed or not (book.asks or all(formula.zero for formula in every)):
        return
    for grid, formulas in sheets:
        for formula in formulas:
            # A cell that stands twice is an error already.
            if formula.zero and grid.formulas.pop((formula.row, formula.column), None) is not None:
                cells = grid.cells[formula.row]
                if not isinstance(cells[formula.column], ErrorCell):
                    cells[formula.column] = ErrorCell(f"{formula.text}（公式尚未计算）", UNCOMPUTED)
