"""A workbook with some cells changed: only the parts that hold them are written anew.

A library that reads a workbook and writes it again loses what it does not know: pictures, charts,
validations. So the cells are changed in the XML of their sheet, and the rest is copied.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from scoring.intake.edit.model import Edit
from scoring.intake.edit.sheet_xml import DayStyles, SheetXml
from scoring.intake.grids.package import Package
from scoring.intake.grids.xlsx import number_formats

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_AFTER_CALCULATION = (
    "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes",
    "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst",
)  # fmt: skip


def edit_xlsx(content: bytes, edits: Mapping[str, Sequence[Edit]]) -> bytes:
    """``content`` with the cells of ``edits``, by sheet, changed. Where the workbook has formulas
    it is marked to be computed in full when it is opened."""
    package = Package(content)
    main = package.workbook()
    book = package.xml(main)
    parts = sheet_parts(package, main, book)
    changed: dict[str, bytes] = {}
    for sheet, some in edits.items():
        page = SheetXml(package.xml(parts[sheet]), day_styles(package, main, book))
        page.put(some)
        changed[package.name(parts[sheet])] = as_bytes(page.root)
    if any(_has_formula(package.read(part)) for part in parts.values()):
        compute_when_opened(book)
        changed[package.name(main)] = as_bytes(book)
    return copied(package.archive, changed)


def formula_cells(content: bytes, sheet: str) -> set[tuple[int, int]]:
    """Row and column (from 0) of the cells of ``sheet`` that hold a formula."""
    package = Package(content)
    main = package.workbook()
    parts = sheet_parts(package, main, package.xml(main))
    return SheetXml(package.xml(parts[sheet])).formulas()


def day_styles(package: Package, main: str, book: Any) -> DayStyles:
    """Which cell styles show a number as a day, written in full."""
    properties = book.find("{*}workbookPr")
    from_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    part = next((r.part for r in package.relations(main) if r.kind == "styles"), None)
    return DayStyles(() if part is None else number_formats(package.read(part), part), from_1904)


def as_bytes(root: Any) -> bytes:
    """The XML of a part."""
    written: bytes = etree.tostring(
        root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True
    )
    return written


def sheet_parts(package: Package, main: str, book: Any) -> dict[str, str]:
    """The part of the archive that holds each sheet, by the sheet's name."""
    relations = {r.key: r.part for r in package.relations(main)}
    return {
        sheet.get("name"): relations[sheet.get(_RELATION) or sheet.get(_STRICT_RELATION)]
        for sheet in book.iterfind("{*}sheets/{*}sheet")
    }


def _has_formula(content: bytes) -> bool:
    return b"<f>" in content or b"<f " in content or b":f>" in content


def compute_when_opened(book: Any) -> None:
    """Ask the program that opens the workbook to compute all of it."""
    calculation = book.find("{*}calcPr")
    if calculation is None:
        calculation = etree.Element(f"{{{etree.QName(book).namespace}}}calcPr")
        later = [i for i, e in enumerate(book) if etree.QName(e).localname in _AFTER_CALCULATION]
        book.insert(later[0] if later else len(book), calculation)
    calculation.set("fullCalcOnLoad", "1")


def copied(archive: zipfile.ZipFile, changed: Mapping[str, bytes]) -> bytes:
    """The archive with some members changed; the order and the dates of all of them stay."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in archive.infolist():
            member = zipfile.ZipInfo(info.filename, info.date_time)
            member.compress_type = info.compress_type
            member.external_attr = info.external_attr
            member.create_system = info.create_system
            new.writestr(member, changed.get(info.filename) or archive.read(info))
    return out.getvalue()
