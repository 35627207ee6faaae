"""Files that hold tables (workbook, Word document, web page, text of a web page) as cells with places.

A table is rows of cells as they stand, or, of a text that lost its rows, one run of cells.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from lxml import etree, html

from scoring.decoding import showable
from scoring.evidence.model import Spot
from scoring.intake.cells import is_blank, shown
from scoring.intake.grids import (
    SUFFIXES,
    Grid,
    column_letter,
    content_of,
    read_content,
    too_large,
)
from scoring.intake.grids.package import BrokenError, Package, TooLargeError
from scoring.intake.grids.text import LINE_END, TextError, decode
from scoring.limits import COLUMNS, TEXT_BYTES
from scoring.problems import Place, Problem

WORD: Final = (".docx",)
PAGES: Final = (".html", ".htm", ".txt")
READ: Final = (*SUFFIXES, *WORD, *PAGES)
"""The files that are looked into."""
_SAVE: Final = "用 Word 或 WPS 打开，另存为 .docx；或复制到 Excel，另存为 .xlsx"
_HTML = re.compile(rb"<(?:!doctype html|html|head|body|meta|table|div)\b", re.IGNORECASE)


class Cell(NamedTuple):
    """A cell as it stands; ``value`` is its text, or the number or day of a workbook's cell."""

    value: Any
    spot: Spot

    @property
    def text(self) -> str:
        return shown(self.value)


@dataclass(frozen=True)
class Sheet:
    """A table: ``rows`` of cells, None where a cell is covered by another. In a text that lost its
    rows all cells stand in one row and ``is_run`` is set; ``with_blanks`` then says whether blank
    cells are among them. ``before`` is the text that stands before the table."""

    rows: tuple[tuple[Cell | None, ...], ...]
    is_run: bool = False
    with_blanks: bool = True
    before: str = ""

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All cells, row by row."""
        return tuple(cell for row in self.rows for cell in row if cell is not None)


@dataclass
class Source:
    """A file that was opened: its SHA-256 (empty where it could not be), its tables, its grids where it
    is a workbook, and why it could not be read."""

    file: str
    sha256: str = ""
    sheets: list[Sheet] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_source(path: Path, file: str) -> Source:
    """All tables of the file at ``path``, which findings and problems call ``file``."""
    source = Source(showable(file))
    content = content_of(path, source.file)
    if isinstance(content, Problem):
        source.problems.append(content)
        return source
    source.sha256 = hashlib.sha256(content).hexdigest()
    _read(source, content, path.suffix.lower())
    return source


def _read(source: Source, content: bytes, suffix: str) -> None:
    """Put the tables of ``content`` into ``source``. The content says what it is before the suffix."""
    place = Place(source.file)
    try:
        if not content:
            source.problems.append(Problem("file-unreadable", place, "0字节的空文件"))
        elif content.startswith(b"PK") and b"word/document" in content:
            source.sheets += _word(source.file, content)
        elif _HTML.search(content[:4096].replace(b"\0", b"")) and suffix not in WORD:
            source.sheets += _page(source.file, _text(content))
        elif suffix == ".txt":
            source.sheets.append(_plain(source.file, _text(content)))
        elif suffix in SUFFIXES:
            found = read_content(content, source.file, suffix)
            source.problems += found.problems
            source.grids += found.grids
            source.sheets += [_of_grid(grid) for grid in found.grids]
        else:
            source.problems.append(Problem("file-type", place, suffix, "、".join(READ), _SAVE))
    except TextError as error:
        source.problems.append(Problem(error.kind, Place(source.file, row=error.line), error.found))
    except TooLargeError as error:
        source.problems.append(too_large(place, error.what, error.count, error.most))
    except BrokenError:
        found_text = "不是完好的 .docx 文件"
        source.problems.append(Problem("file-unreadable", place, found_text, fix=_SAVE))


def _text(content: bytes) -> str:
    if len(content) > TEXT_BYTES:
        raise TooLargeError("字节", len(content), TEXT_BYTES)
    return decode(content).text


def _of_grid(grid: Grid) -> Sheet:
    table = f"工作表“{grid.sheet}”" if grid.sheet else ""

    def cell(row: int, column: int, value: Any) -> Cell:
        number = grid.row_number(row)
        return Cell(value, Spot(grid.file, table, number, f"{column_letter(column)}{number}"))

    rows = (
        tuple(cell(at, column, value) for column, value in enumerate(cells[:COLUMNS]))
        for at, cells in enumerate(grid.cells)
    )
    return Sheet(tuple(rows))


# Documents and pages


def _word(file: str, content: bytes) -> Iterator[Sheet]:
    """The tables of a Word document that hold no other table."""
    Package(content)  # refuses what is broken, and what is too large when unpacked
    from docx import Document

    try:
        document = Document(io.BytesIO(content))
    except (KeyError, ValueError, etree.XMLSyntaxError) as error:
        raise BrokenError("不是完好的 .docx 文件") from error
    before: list[str] = []
    number = 0
    for element in document.element.body.iter(f"{_W}tbl", f"{_W}p"):
        if element.tag == f"{_W}p":
            if next(element.iterancestors(f"{_W}tbl"), None) is None:
                before.append(_words(element))
            continue
        number += 1
        if element.find(f".//{_W}tbl") is None:
            rows = (
                [_word_cell(tc) for tc in row.iter(f"{_W}tc")] for row in element.iter(f"{_W}tr")
            )
            yield _table(file, number, rows, "\n".join(before))


_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def _words(paragraph: Any) -> str:
    """The text of a paragraph, without what was deleted with changes tracked."""
    return "".join(text.text or "" for text in paragraph.iter(f"{_W}t"))


def _word_cell(cell: Any) -> tuple[str | None, int]:
    """The text of a cell, None where the cell above reaches into it, and how many columns it takes."""
    wide, tall = (cell.find(f"{_W}tcPr/{_W}{name}") for name in ("gridSpan", "vMerge"))
    span = 1 if wide is None else _span(wide.get(f"{_W}val"))
    if tall is not None and tall.get(f"{_W}val") != "restart":
        return None, span
    return "\n".join(map(_words, cell.iter(f"{_W}p"))), span


def _span(said: str | None) -> int:
    digits = said if said and said.isascii() and said.isdigit() else "1"
    return min(max(int(digits[:4]), 1), COLUMNS)


def _table(
    file: str, number: int, rows: Iterable[list[tuple[str | None, int]]], before: str
) -> Sheet:
    """Rows of cells with how many columns each takes; a cell stands in the first of them."""
    out: list[tuple[Cell | None, ...]] = []
    for at, cells in enumerate(rows, 1):
        line: list[Cell | None] = []
        for said, span in cells:
            spot = Spot(file, f"第{number}个表格", at, f"第{len(line) + 1}列")
            line.append(None if said is None else Cell(said, spot))
            line += [None] * (span - 1)
        out.append(tuple(line))
    return Sheet(tuple(out), before=before)


_PROLOG = re.compile(r"^\s*<\?xml[^>]*\?>")


def _page(file: str, text: str) -> list[Sheet]:
    """The tables of a web page that hold no other table; its text where it has none."""
    try:
        root = html.fromstring(_PROLOG.sub("", text), parser=html.HTMLParser(no_network=True))
    except (etree.ParserError, ValueError) as error:
        raise BrokenError("没有内容") from error
    for element in root.iter("script", "style"):
        element.text = ""
    sheets = []
    for number, table in enumerate(root.iter("table"), 1):
        if table.find(".//table") is not None:
            continue
        before = " ".join(str(t) for t in table.xpath("preceding::text()"))
        sheets.append(_table(file, number, _html_rows(table), before))
    return sheets or [_plain(file, str(root.text_content()))]


def _html_rows(table: Any) -> Iterator[list[tuple[str | None, int]]]:
    """The rows with the columns that each cell takes; one that is covered from above is None."""
    covered: dict[int, int] = {}
    for row in table.iter("tr"):
        cells: list[tuple[str | None, int]] = []
        column = 0
        for cell in (*row.iter("td", "th"), None):
            while covered.get(column, 0) > 0:
                covered[column] -= 1
                cells.append((None, 1))
                column += 1
            if cell is None:
                break
            wide, tall = _span(cell.get("colspan")), _span(cell.get("rowspan"))
            cells.append((_lines_of(cell), wide))
            covered |= dict.fromkeys(range(column, column + wide), tall - 1)
            column += wide
        yield cells


def _lines_of(cell: Any) -> str:
    """The text of a cell of a page; a break is a line break."""
    for br in cell.iter("br"):
        br.tail = "\n" + (br.tail or "")
    return str(cell.text_content())


# Text of a page


def _plain(file: str, text: str) -> Sheet:
    """The cells of a text in which | ends each cell (as copied from a page), tabs stand between them,
    or each has a line of its own."""
    lines = LINE_END.split(text)
    if any("|" in line for line in lines):
        return _piped(file, lines)
    rows = tuple(
        tuple(Cell(said, Spot(file, row=number)) for said in line.split("\t"))
        for number, line in enumerate(lines, 1)
    )
    if any(len(row) > 1 for row in rows):
        return Sheet(rows)
    full = tuple(cell for (cell,) in rows if not is_blank(cell.value))
    return Sheet((full,), is_run=True, with_blanks=False)


def _piped(file: str, lines: list[str]) -> Sheet:
    """Cells that end with |, over several lines or several in a line. A cell's line is that of its
    first words."""
    cells: list[Cell] = []
    words: list[str] = []
    start: int | None = None
    for number, line in enumerate(lines, 1):
        said = line.strip()
        if said.startswith("|") and said.strip("|").strip() and not words:
            said = said[1:]  # a row of a table in Markdown begins with one, too
        *ended, rest = said.split("|")
        for part in ended:
            words.append(part)
            first = start if start is not None else number
            cells.append(Cell("\n".join(w for w in words if w.strip()), Spot(file, row=first)))
            words, start = [], None
        if rest.strip():
            start = number if start is None else start
            words.append(rest)
    if words:
        cells.append(Cell("\n".join(words), Spot(file, row=start)))
    return Sheet((tuple(cells),), is_run=True)
