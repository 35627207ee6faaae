"""A workbook as its parts, and the sound workbooks that mutations start from."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Final

import openpyxl
import xlsxwriter
from lxml import etree

from tests.folders import FORM_HEADER, LEDGER_HEADER

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT: Final = {
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships":
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
}  # fmt: skip
_STAMP: Final = (2024, 1, 1, 0, 0, 0)


@dataclass
class Book:
    """The parts of a workbook by their names, and how they are put into the archive. ``damage``
    changes the bytes of the whole file at last."""

    parts: dict[str, bytes]
    spelled: Callable[[str], str] = str
    compression: int = zipfile.ZIP_STORED
    twice: list[tuple[str, bytes]] = field(default_factory=list)
    comment: bytes = b""
    damage: Callable[[bytes], bytes] = bytes

    def pack(self) -> bytes:
        """The file."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", self.compression) as archive:
            archive.comment = self.comment
            for name, content in [*self.parts.items(), *self.twice]:
                archive.writestr(_entry(self.spelled(name), self.compression), content)
        return self.damage(out.getvalue())

    def sheets(self) -> list[str]:
        """The names of the parts that are worksheets."""
        return [name for name in self.parts if "worksheets/" in name and name.endswith(".xml")]

    def named(self, end: str) -> str | None:
        """The name of the part that ends so."""
        return next((name for name in self.parts if name.endswith(end)), None)

    def strings(self) -> list[Any]:
        """The items of the shared strings, as elements."""
        part = self.named("sharedStrings.xml")
        return [] if part is None else list(self.tree(part))

    def tree(self, part: str) -> Any:
        """The root of a part. Raises lxml's error where a mutation before broke it."""
        return etree.fromstring(self.parts[part], _PARSER)

    def put(self, part: str, root: Any) -> None:
        self.parts[part] = etree.tostring(root, encoding="UTF-8", xml_declaration=True)


_PARSER: Final = etree.XMLParser(resolve_entities=False)


def _entry(name: str, compression: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("x", _STAMP)
    # ZipInfo's own constructor would put slashes for backslashes.
    entry.filename = name
    entry.compress_type = compression
    return entry


def unpack(content: bytes) -> Book:
    """The parts of a sound workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return Book({name: archive.read(name) for name in archive.namelist()})


def q(name: str) -> str:
    """A name of SpreadsheetML as lxml writes it."""
    return f"{{{MAIN}}}{name}"


def cells_of(root: Any) -> Iterator[Any]:
    return root.iter(q("c"))


def rows_of(root: Any) -> Iterator[Any]:
    return root.iter(q("row"))


# Sound workbooks


def _ledger_rows() -> list[list[Any]]:
    day = datetime(2024, 3, 5)
    return [
        LEDGER_HEADER,
        ["B01", "甲县", 1, "公示栏目空白，未整改", day, "〔2024〕1号", None, None, None, None, None, None, None],
        ["B02", "乙县", "2.1", "“双公示”\n更新不及时", datetime(2024, 4, 6, 9, 30), None, "督查组",
         datetime(2024, 5, 1), datetime(2024, 4, 30), None, None, None, "备注 二"],
        [None] * 13,
        ["B03", "乙县", 2.2, " 举报  ", 20240607, 0, True, None, None, "属实", None, None, -1.5],
    ]  # fmt: skip


@cache
def _by_openpyxl() -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "台账"
    for row in _ledger_rows():
        page.append(row)
    page["E2"].number_format = "yyyy-mm-dd"
    page["E3"].number_format = 'yyyy"年"m"月"d"日"'
    page.merge_cells("A7:C7")
    page["A7"] = "合计"
    page["D7"] = "=SUM(D2:D5)"
    second = book.create_sheet("第三方")
    for row in [["单位", "得分"], ["甲县", 88.5], ["乙县", 0.9], ["丙县", 90]]:
        second.append(row)
    second["B2"].number_format = "0.00"
    second["B3"].number_format = "0.0%"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@cache
def _by_xlsxwriter() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2024, 1, 1)})
        page = book.add_worksheet("考核表")
        bold = book.add_format({"bold": True})
        page.merge_range("A1:K1", "考核表")
        for column, value in enumerate(["单位", "甲县", None, "考核年度", 2024, "期次", "上半年"]):
            page.write(1, column, value)
        for column, name in enumerate(FORM_HEADER):
            page.write(2, column, name, bold)
        formats = ["0.0", "0.00", "#,##0.00", "0", "@", "General", "0.00_ ", "0%"]
        for at, code in enumerate(formats):
            style = book.add_format({"num_format": code})
            page.write_string(3 + at, 0, f"{at + 1}.1")
            page.write_rich_string(3 + at, 3, "每少", bold, "一项", "扣分")
            page.write_number(3 + at, 4, 5)
            page.write_number(3 + at, 5, 4.5 - at / 4, style)
            page.write_formula(3 + at, 8, f"=F{4 + at}*2", style, 9 - at / 2)
        page.set_row(5, None, None, {"hidden": True})
        page.write_formula(12, 8, '=IF(1,"甲","乙")', None, "甲")
        page.write_formula(13, 8, "=NA()", None, "#N/A")
        page.write_boolean(14, 8, True)
        page.write_datetime(15, 8, datetime(2024, 7, 15), book.add_format({"num_format": 14}))
        other = book.add_worksheet("草稿")
        other.hide()
        other.write_row(0, 0, ["说明", 1, 2.5])
    return out.getvalue()


@cache
def _by_hand() -> bytes:
    """As small programs write: no styles, no shared strings, no references."""
    rows = [
        ["单位名称", "类别", "序号"],
        ["甲县", "县区", 1],
        ["乙县", "县区", 2],
        ["财政局", "部门", 3],
    ]
    data = "".join("<row>" + "".join(map(_hand_cell, row)) + "</row>" for row in rows)
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        "_rels/.rels": _relations("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships"><sheets><sheet name="对象" sheetId="1" r:id="rId1"/></sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": _relations("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData></worksheet>',
    }  # fmt: skip
    return Book({name: text.encode() for name, text in parts.items()}).pack()


def _relations(kind: str, target: str) -> str:
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        f'relationships/{kind}" Target="{target}"/></Relationships>'
    )


def _hand_cell(value: str | int) -> str:
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{value}</t></is></c>'


SOUND: Final = (_by_openpyxl, _by_xlsxwriter, _by_hand)
"""The workbooks that mutations start from."""


def folder_of(part: str) -> str:
    return posixpath.dirname(part)
