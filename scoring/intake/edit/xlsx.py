"""A workbook with some cells changed: only the parts that hold them are written anew.

A library that reads a workbook and writes it again loses what it does not know: pictures, charts,
validations. So the cells are changed in the XML of their sheet, and the rest is copied.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from scoring.intake.edit.model import Edit
from scoring.intake.edit.sheet_xml import SheetXml

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_AFTER_CALCULATION = (
    "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes",
    "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst",
)  # fmt: skip


def edit_xlsx(content: bytes, edits: Mapping[str, Sequence[Edit]]) -> bytes:
    """``content`` with the cells of ``edits``, by sheet, changed. Where the workbook has formulas
    it is marked to be computed in full when it is opened."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        book = _parse(archive.read(_BOOK))
        parts = _sheet_parts(book, _parse(archive.read(_RELATIONS)))
        changed: dict[str, bytes] = {}
        for sheet, some in edits.items():
            page = SheetXml(_parse(archive.read(parts[sheet])))
            page.put(some)
            changed[parts[sheet]] = _bytes(page.root)
        if any(_has_formula(archive, part) for part in parts.values()):
            _compute_when_opened(book)
            changed[_BOOK] = _bytes(book)
        return _copied(archive, changed)


def formula_cells(content: bytes, sheet: str) -> set[tuple[int, int]]:
    """Row and column (from 0) of the cells of ``sheet`` that hold a formula."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = _sheet_parts(_parse(archive.read(_BOOK)), _parse(archive.read(_RELATIONS)))
        return SheetXml(_parse(archive.read(parts[sheet]))).formulas()


def _parse(content: bytes) -> Any:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, huge_tree=True))


def _bytes(root: Any) -> bytes:
    written: bytes = etree.tostring(
        root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True
    )
    return written


def _sheet_parts(book: Any, relations: Any) -> dict[str, str]:
    """The part of the archive that holds each sheet, by the sheet's name."""
    targets = {r.get("Id"): r.get("Target") for r in relations}
    parts = {}
    for sheet in book.iterfind("{*}sheets/{*}sheet"):
        target = targets[sheet.get(_RELATION) or sheet.get(_STRICT_RELATION)]
        parts[sheet.get("name")] = (
            target.lstrip("/")
            if target.startswith("/")
            else posixpath.normpath(posixpath.join("xl", target))
        )
    return parts


def _has_formula(archive: zipfile.ZipFile, part: str) -> bool:
    content = archive.read(part)
    return b"<f>" in content or b"<f " in content or b":f>" in content


def _compute_when_opened(book: Any) -> None:
    calculation = book.find("{*}calcPr")
    if calculation is None:
        calculation = etree.Element(f"{{{etree.QName(book).namespace}}}calcPr")
        later = [i for i, e in enumerate(book) if etree.QName(e).localname in _AFTER_CALCULATION]
        book.insert(later[0] if later else len(book), calculation)
    calculation.set("fullCalcOnLoad", "1")


def _copied(archive: zipfile.ZipFile, changed: Mapping[str, bytes]) -> bytes:
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
