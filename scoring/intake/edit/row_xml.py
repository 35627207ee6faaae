"""A row put into a workbook's sheet below the rows of a table.

It looks like the row above it; ranges that cover the table (sums, drop-downs, conditional formats)
cover it, too; what stands below moves down. What cannot be moved safely (pictures, comments, pivot
tables below) is refused, before anything is changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from scoring.intake.edit.model import Edit, UnfitError
from scoring.intake.edit.references import NewRow
from scoring.intake.edit.sheet_xml import spot_of
from scoring.intake.edit.xlsx import as_bytes, compute_when_opened, copied, sheet_parts
from scoring.intake.grids import column_letter
from scoring.intake.grids.package import Package

_MAKE_ROOM = "在 Excel 或 WPS 中打开，在最后一个问题的下面插入一个空行，保存、关闭后再登记"
_RANGES = ("conditionalFormatting", "dataValidation", "ignoredError", "protectedRange")


def put_row(content: bytes, sheet: str, new: NewRow, like: int | None) -> bytes:
    """``content`` with the row; ``like`` (from 0) is the row whose look it takes. Raises UnfitError."""
    package = Package(content)
    main = package.workbook()
    book = package.xml(main)
    parts = sheet_parts(package, main, book)
    root = package.xml(parts[sheet])
    changed: dict[str, bytes] = {}
    _related(package, parts[sheet], new, changed)
    _rows(root, new, sheet)
    _row(root, new.at, like)
    _ranges(root, new, sheet)
    changed[package.name(parts[sheet])] = as_bytes(root)
    _elsewhere(package, parts, sheet, new, changed)
    if new.moves:
        _calculation_chain(package, main, book, sheet, new, changed)
    if _names(book, sheet, new):
        compute_when_opened(book)
        changed[package.name(main)] = as_bytes(book)
    return copied(package.archive, changed)


def _refuse(new: NewRow, what: str) -> None:
    raise UnfitError(Edit(new.at, 0, None), f"{what}，不能自动移动；{_MAKE_ROOM}")


# The sheet


def _rows(root: Any, new: NewRow, sheet: str) -> None:
    """Move the rows, and let formulas refer to where things stand then."""
    at = -1
    for line in root.find("{*}sheetData"):
        at = int(line.get("r")) - 1 if line.get("r") else at + 1
        column = -1
        for cell in line.iterfind("{*}c"):
            column = spot_of(cell.get("r"))[1] if cell.get("r") else column + 1
            formula = cell.find("{*}f")
            if formula is not None:
                _formula(formula, at, new, sheet)
            cell.set("r", f"{column_letter(column)}{new.row(at) + 1}")
        line.set("r", str(new.row(at) + 1))


def _formula(formula: Any, at: int, new: NewRow, sheet: str) -> None:
    reference = formula.get("ref")
    if reference and new.moves:
        rows = [spot_of(end)[0] for end in reference.split(":")]
        if rows[0] < new.at <= rows[-1]:
            _refuse(new, "合计等公式与上面各行的公式连成一片")
        formula.set("ref", new.cells(reference, extends=False))
    if formula.text:
        # A formula beside a row of the table (a running count) stays as it is.
        extends = not new.first <= at < new.at
        formula.text = new.formula(formula.text, sheet, here=True, extends=extends)


def _row(root: Any, at: int, like: int | None) -> None:
    """The row's element, with cells that look like those of ``like`` where it has none of its own."""
    data = root.find("{*}sheetData")
    lines = {int(line.get("r")) - 1: line for line in data}
    space = etree.QName(root).namespace
    line = lines.get(at)
    model = None if like is None else lines.get(like)
    if line is None:
        line = etree.Element(f"{{{space}}}row", r=str(at + 1))
        kept = {} if model is None else dict(model.attrib)
        for name in ("s", "customFormat", "ht", "customHeight"):
            if name in kept and (name != "ht" or "customHeight" in kept):
                line.set(name, kept[name])
        before = max((row for row in lines if row < at), default=None)
        data.insert(0 if before is None else data.index(lines[before]) + 1, line)
    own = {spot_of(cell.get("r"))[1]: cell for cell in line.iterfind("{*}c")}
    for cell in () if model is None else model.iterfind("{*}c"):
        column = spot_of(cell.get("r"))[1]
        if column not in own and cell.get("s"):
            own[column] = etree.Element(
                f"{{{space}}}c", r=f"{column_letter(column)}{at + 1}", s=cell.get("s")
            )
    for cell in list(line.iterfind("{*}c")):
        line.remove(cell)
    for number, column in enumerate(sorted(own)):
        line.insert(number, own[column])
    line.attrib.pop("spans", None)


def _ranges(root: Any, new: NewRow, sheet: str) -> None:
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        name = etree.QName(element).localname
        if name in _RANGES and element.get("sqref"):
            element.set("sqref", new.ranges(element.get("sqref")))
        elif name == "sqref" and element.text:
            element.text = new.ranges(element.text)
        elif name in ("mergeCell", "hyperlink") and new.moves:
            element.set("ref", new.cells(element.get("ref"), extends=False))
        elif name == "brk" and new.moves and element.getparent().tag.endswith("rowBreaks"):
            element.set("id", str(new.row(int(element.get("id")))))
        elif (name in ("formula", "formula1", "formula2") and element.text and new.moves) or (
            name == "f" and element.tag.endswith("/excel/2006/main}f") and element.text
        ):
            element.text = new.formula(element.text, sheet, here=True, extends=False)


# Other parts


def _related(package: Package, part: str, new: NewRow, changed: dict[str, bytes]) -> None:
    """What belongs to the sheet: tables take the row in; what lies below stops it."""
    for relation in package.relations(part):
        if relation.kind == "table":
            _table(package, relation.part, new, changed)
        elif not new.moves or not package.has(relation.part):
            continue
        elif relation.kind == "pivotTable":
            _refuse(new, "工作表中有数据透视表")
        elif relation.kind == "comments":
            root = package.xml(relation.part)
            if any(spot_of(c.get("ref"))[0] >= new.at for c in root.iter("{*}comment")):
                _refuse(new, "表格下面的单元格有批注")
        elif relation.kind == "drawing":
            root = package.xml(relation.part)
            if any(int(row.text) >= new.at for row in root.iter("{*}row")):
                _refuse(new, "表格下面有图片、图表或印章")


def _table(package: Package, part: str, new: NewRow, changed: dict[str, bytes]) -> None:
    root = package.xml(part)
    top, bottom = (spot_of(end)[0] for end in root.get("ref").split(":"))
    if bottom + 1 == new.at and not int(root.get("totalsRowCount") or 0):
        for element in (root, root.find("{*}autoFilter")):
            if element is not None:
                start, end = element.get("ref").split(":")
                element.set("ref", f"{start}:{re.sub(r'[0-9]+$', str(new.at + 1), end)}")
        changed[package.name(part)] = as_bytes(root)
    elif new.moves and bottom >= new.at:
        _refuse(new, "汇总行在“表格”（套用表格格式）之内" if top < new.at else "下面还有一张“表格”")


def _elsewhere(
    package: Package, parts: dict[str, str], sheet: str, new: NewRow, changed: dict[str, bytes]
) -> None:
    """Formulas of other sheets, charts, and the data of pivot tables, that refer to the sheet."""
    for part in (p for name, p in parts.items() if name != sheet):
        if not package.has(part) or b"f>" not in package.read(part):
            continue
        root = package.xml(part)
        if sum(_moved(f, sheet, new) for f in root.iter("{*}f", "{*}formula", "{*}formula1")):
            changed[package.name(part)] = as_bytes(root)
    for name, member in package.members.items():
        if "/charts/" in name and name.endswith(".xml"):
            root = package.xml(name)
            if sum(_moved(f, sheet, new) for f in root.iter("{*}f")):
                changed[member.filename] = as_bytes(root)
        elif "/pivotcachedefinition" in name and name.endswith(".xml"):
            root = package.xml(name)
            for source in root.iter("{*}worksheetSource"):
                before = source.get("ref")
                if source.get("sheet") == sheet and before:
                    source.set("ref", new.cells(before, extends=True))
                    if source.get("ref") != before:
                        changed[member.filename] = as_bytes(root)


def _moved(formula: Any, sheet: str, new: NewRow) -> bool:
    text = formula.text or ""
    formula.text = new.formula(text, sheet, here=False, extends=True)
    return bool(formula.text != text)


def _names(book: Any, sheet: str, new: NewRow) -> bool:
    names = book.iterfind("{*}definedNames/{*}definedName")
    return sum(_moved(name, sheet, new) for name in names) > 0


def _calculation_chain(
    package: Package, main: str, book: Any, sheet: str, new: NewRow, changed: dict[str, bytes]
) -> None:
    """The order of computation names the cells with formulas: Excel calls the file damaged where one
    is no formula."""
    part = next((r.part for r in package.relations(main) if r.kind == "calcChain"), None)
    if part is None or not package.has(part):
        return
    number = next(
        s.get("sheetId") for s in book.iterfind("{*}sheets/{*}sheet") if s.get("name") == sheet
    )
    root = package.xml(part)
    for cell in _of_sheet(root, number):
        cell.set("r", new.cells(cell.get("r"), extends=False))
    changed[package.name(part)] = as_bytes(root)


def _of_sheet(chain: Any, number: str) -> Iterator[Any]:
    now = ""
    for cell in chain.iterfind("{*}c"):
        now = cell.get("i") or now
        if now == number:
            yield cell
