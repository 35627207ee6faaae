"""What is done to a folder: compact changes of cells, sheets, XML parts, text files and links."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from tests.corpus.base import FORM, LEDGER, LEDGER_ROWS, SCORES, UNITS
from tests.folders import write_sheet

Change = Callable[[Path], object]
ALIASES = {"台账": LEDGER, "得分": SCORES, "名单": UNITS, "考核表": FORM}
"""Short names of the files that are changed most."""


def full(file: str) -> str:
    return ALIASES.get(file, file)


@dataclass(frozen=True)
class Shown:
    """A value in a number format."""

    value: Any
    format: str


def both(*changes: Change) -> Change:
    def make(folder: Path) -> None:
        for change in changes:
            change(folder)

    return make


def page(file: str, edit: Callable[[Any], object], sheet: str | None = None) -> Change:
    """The change that ``edit`` makes to a worksheet as openpyxl has it."""

    def make(folder: Path) -> None:
        path = folder / full(file)
        book = openpyxl.load_workbook(path)
        edit(book[sheet] if sheet else book.active)
        book.save(path)

    return make


def put(at: Any, value: Any) -> None:
    if isinstance(value, Shown):
        at.value, at.number_format = value.value, value.format
    else:
        at.value = value


def cells(file: str, values: Mapping[str, Any]) -> Change:
    def edit(sheet: Any) -> None:
        for reference, value in values.items():
            put(sheet[reference], value)

    return page(file, edit)


def append(file: str, *rows: Sequence[Any]) -> Change:
    """Rows below the last one with content."""

    def edit(sheet: Any) -> None:
        at = max((c.row for row in sheet for c in row if c.value is not None), default=0)
        for number, row in enumerate(rows, at + 1):
            for column, value in enumerate(row, 1):
                put(sheet.cell(number, column), value)

    return page(file, edit)


def insert(file: str, at: int, *rows: Sequence[Any]) -> Change:
    def edit(sheet: Any) -> None:
        sheet.insert_rows(at, len(rows))
        for number, row in enumerate(rows, at):
            for column, value in enumerate(row, 1):
                put(sheet.cell(number, column), value)

    return page(file, edit)


def insert_column(file: str, at: int, *values: Any) -> Change:
    def edit(sheet: Any) -> None:
        sheet.insert_cols(at)
        for row, value in enumerate(values, 1):
            put(sheet.cell(row, at), value)

    return page(file, edit)


def merge(file: str, *ranges: str) -> Change:
    return page(file, lambda sheet: [sheet.merge_cells(one) for one in ranges])


def table(file: str, rows: Iterable[Sequence[Any]], merged: Iterable[str] = ()) -> Change:
    """The whole file anew, of one sheet."""

    def make(folder: Path) -> None:
        write_sheet(folder / full(file), rows)
        merge(file, *merged)(folder)

    return make


def sheet(file: str, name: str, rows: Iterable[Sequence[Any]], state: str = "visible") -> Change:
    """One sheet more."""

    def make(folder: Path) -> None:
        book = openpyxl.load_workbook(folder / full(file))
        more = book.create_sheet(name)
        for row in rows:
            more.append(list(row))
        more.sheet_state = state
        book.save(folder / full(file))

    return make


def remove(*files: str) -> Change:
    def make(folder: Path) -> None:
        for file in files:
            path = folder / full(file)
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    return make


def move(file: str, to: str) -> Change:
    def make(folder: Path) -> None:
        (folder / to).parent.mkdir(parents=True, exist_ok=True)
        (folder / full(file)).rename(folder / to)

    return make


def copy(file: str, to: str) -> Change:
    def make(folder: Path) -> None:
        (folder / to).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(folder / full(file), folder / to)

    return make


def link(file: str, to: str) -> Change:
    """A symbolic link at ``file`` that points ``to`` a path from its own folder."""

    def make(folder: Path) -> None:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        os.symlink(to, folder / file)

    return make


def write(file: str | bytes, content: str | bytes, encoding: str = "utf-8") -> Change:
    """A file of any content; a name of bytes may be no UTF-8."""

    def make(folder: Path) -> None:
        path = os.path.join(
            os.fsencode(folder), file if isinstance(file, bytes) else os.fsencode(full(file))
        )
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(content if isinstance(content, bytes) else content.encode(encoding))

    return make  # fmt: skip


# Workbooks as other programs write them


def parts(file: str, edit: Callable[[str, bytes], tuple[str, bytes] | None]) -> Change:
    """The change that ``edit`` makes to each part, by name and content; None leaves it out."""

    def make(folder: Path) -> None:
        path = folder / full(file)
        with zipfile.ZipFile(path) as archive:
            found = [(name, archive.read(name)) for name in archive.namelist()]
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in found:
                new = edit(name, content)
                if new is not None:
                    archive.writestr(*new)

    return make


SHEET = "xl/worksheets/sheet1.xml"


def xml(file: str, replaced: Mapping[str, str], part: str = SHEET) -> Change:
    """Pieces of a part's text replaced, each of which must be there."""

    def edit(name: str, content: bytes) -> tuple[str, bytes]:
        if name != part:
            return name, content
        text = content.decode("utf-8")
        for old, new in replaced.items():
            assert old in text, f"{old} is not in {part}: {text[:3000]}"
            text = text.replace(old, new)
        return name, text.encode("utf-8")

    return parts(file, edit)


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    "</styleSheet>"
)


def raw(file: str, rows: str, *, after: str = "", before: str = "", book: str = "",
        sheets: int = 1, styles: str = STYLES, more: Mapping[str, str] | None = None) -> Change:  # fmt: skip
    """A workbook of the XML of its rows as it stands, the least that Excel opens. ``before`` and
    ``after`` stand around the rows, ``book`` in the workbook's part behind the sheets."""

    def make(folder: Path) -> None:
        path = folder / full(file)
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in raw_parts(
                rows, after, before, book, sheets, styles, dict(more or {})
            ).items():
                archive.writestr(name, content)

    return make


def raw_parts(rows: str, after: str, before: str, book: str, sheets: int, styles: str,
              more: dict[str, str]) -> dict[str, str]:  # fmt: skip
    listed = "".join(
        f'<sheet name="表{i}" sheetId="{i}" r:id="r{i}"/>' for i in range(1, sheets + 1)
    )
    relations = "".join(
        f'<Relationship Id="r{i}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in range(1, sheets + 1)
    )
    empty = f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    return {
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets>'
        f"{book}</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}'
        f'<Relationship Id="s" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": styles,
        **{f"xl/worksheets/sheet{i}.xml": empty for i in range(2, sheets + 1)},
        SHEET: f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>',
        **more,
    }  # fmt: skip


def cell(reference: str, value: Any) -> str:
    """One cell in XML: a text inline, a number, a day in style 1, or the element's inside."""
    if value is None:
        return ""
    if isinstance(value, date):
        serial = value.toordinal() - date(1899, 12, 30).toordinal()
        return f'<c r="{reference}" s="1"><v>{serial}</v></c>'
    if isinstance(value, str) and value.startswith("<"):
        return value.replace("<c", f'<c r="{reference}"', 1) if value.startswith("<c") else (
            f'<c r="{reference}">{value}</c>'
        )  # fmt: skip
    if isinstance(value, str):
        return f'<c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{reference}"><v>{value}</v></c>'


def row_xml(number: int, values: Sequence[Any]) -> str:
    inside = "".join(cell(f"{chr(65 + i)}{number}", value) for i, value in enumerate(values))
    return f'<row r="{number}">{inside}</row>'


def rows_xml(rows: Iterable[Sequence[Any]], first: int = 1) -> str:
    return "".join(row_xml(number, row) for number, row in enumerate(rows, first))


def changed(rows: Sequence[Sequence[Any]], values: Mapping[str, Any]) -> list[list[Any]]:
    """The rows with other values in the cells that are named."""
    out = [list(row) for row in rows]
    for reference, value in values.items():
        row, column = int(reference[1:]) - 1, ord(reference[0]) - 65
        out[row] += [None] * (column + 1 - len(out[row]))
        out[row][column] = value
    return out


# Text files


def csv_lines(rows: Iterable[Sequence[Any]] = LEDGER_ROWS, delimiter: str = ",") -> list[str]:
    """The lines of a csv file, nothing quoted, all of one width."""
    listed = [["" if v is None else str(v) for v in row] for row in rows]
    width = max(map(len, listed))
    return [delimiter.join(row + [""] * (width - len(row))) for row in listed]


def csv(content: str | bytes | Sequence[str], encoding: str = "utf-8", file: str = "台账",
        end: str = "\n") -> Change:  # fmt: skip
    """A csv file in the place of a workbook."""
    text = content if isinstance(content, str | bytes) else end.join(content) + end
    name = full(file).removesuffix(".xlsx") + ".csv"
    return both(remove(file), write(name, text, encoding))
