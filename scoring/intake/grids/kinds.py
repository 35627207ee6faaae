"""What a file is, by its content: its name may say something else, as exports of old systems do."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from scoring.problems import Place, Problem

Format = Literal["xlsx", "xls", "csv", "parquet"]
SUFFIXES: Final = (".xlsx", ".xls", ".csv", ".parquet")
"""The files that hold tables."""

_RESAVE: Final = "用 Excel 或 WPS 打开，另存为 .xlsx"
_RENAME: Final = f"把扩展名改为 .csv；或{_RESAVE}"
HOW_TO_SAVE: Final = {
    ".et": "用 WPS 打开，另存为 .xlsx", ".ets": "用 WPS 打开，另存为 .xlsx",
    ".ett": "用 WPS 打开，另存为 .xlsx", ".xlsm": _RESAVE, ".xlsb": _RESAVE, ".xlt": _RESAVE,
    ".xltx": _RESAVE, ".xltm": _RESAVE, ".ods": _RESAVE, ".dbf": _RESAVE,
    ".numbers": "用 Numbers 打开，导出为 Excel 工作簿（.xlsx）", ".txt": _RENAME, ".tsv": _RENAME,
}  # fmt: skip
"""What to do with tables in other formats, by their suffix."""


class OtherContent(NamedTuple):
    """Content that is not read: what it is, and how to save it so that it is."""

    what: str
    fix: str = _RESAVE

    def problem(self, file: str, suffix: str) -> Problem:
        found = f"扩展名是 {suffix}，内容是{self.what}"
        return Problem("file-type", Place(file), found, "、".join(SUFFIXES), self.fix)


_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS: Final = (
    b"\x09\x08\x10\0", b"\x09\x08\x08\0", b"\x09\x04\x06\0", b"\x09\x02\x06\0", b"\x09\0\x04\0",
)  # fmt: skip
"""How a workbook before Excel 2007 begins that is not wrapped in a compound file."""
_PARQUET: Final = (b"PAR1", b"PARE")
_OTHERS: Final = {
    b"%PDF": OtherContent("PDF", "向填报单位要原来的 Excel 表，另存为 .xlsx"),
    b"{\\rtf": OtherContent("Word 文档", "把表格复制到 Excel 或 WPS 表格，另存为 .xlsx"),
    b"Rar!": OtherContent("压缩包", "解压后放入其中的表"),
    b"7z\xbc\xaf": OtherContent("压缩包", "解压后放入其中的表"),
    b"\x1f\x8b": OtherContent("压缩包", "解压后放入其中的表"),
}
_WORD: Final = OtherContent("Word 文档", "把表格复制到 Excel 或 WPS 表格，另存为 .xlsx")
_HTML = re.compile(
    rb"<(?:!doctype html|html|head|body|meta|style|table|div|script)\b", re.IGNORECASE
)
_XML_BOOK: Final = b"urn:schemas-microsoft-com:office:spreadsheet"
_BEGINNING: Final = 4096


def format_of(content: bytes, suffix: str) -> Format | OtherContent:
    """What ``content`` is; the file's ``suffix`` decides where the content does not.

    >>> format_of(b"<html><table>", ".xls").what
    '网页（html）'
    """
    if content.startswith((_COMPOUND, *_STREAMS)):
        return "xls"
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive(content)
    if content.startswith(_PARQUET):
        return "parquet"
    for beginning, other in _OTHERS.items():
        if content.startswith(beginning):
            return other
    other_text = _marked_text(content[:_BEGINNING])
    if other_text is not None:
        return other_text
    named = suffix.lower().removeprefix(".")
    if named in ("xlsx", "xls") and _is_text(content[:_BEGINNING]):
        return OtherContent("文本，不是工作簿", _RENAME)
    formats: dict[str, Format] = {
        "xlsx": "xlsx", "xls": "xls", "csv": "csv", "parquet": "parquet",
    }  # fmt: skip
    return formats[named]


def _archive(content: bytes) -> Format | OtherContent:
    """What a zip archive is, by the names of its parts, which stand in it as they are."""
    if b"xl/workbook.bin" in content:
        return OtherContent("二进制工作簿（.xlsb）")
    if b"xl/work" in content or b"xl\\work" in content:
        return "xlsx"
    if b"application/vnd.oasis.opendocument" in content[:_BEGINNING]:
        sheet = b"opendocument.spreadsheet" in content[:_BEGINNING]
        return OtherContent("OpenDocument 表格（.ods）" if sheet else "OpenDocument 文档")
    if b".iwa" in content:
        return OtherContent("Numbers 表格", HOW_TO_SAVE[".numbers"])
    return _WORD if b"word/document" in content else "xlsx"


def _marked_text(beginning: bytes) -> OtherContent | None:
    """Text that says by its first characters what it is."""
    text = beginning.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n")
    if text.lower().startswith(b"<?xml"):
        if _XML_BOOK in text:
            return OtherContent("XML 表格（Excel 2003）")
        return OtherContent("网页（html）" if _HTML.search(text) else "XML")
    if _HTML.match(text) or (text.startswith(b"<!--") and _HTML.search(text)):
        return OtherContent("网页（html）")
    if text.lower().startswith(b"mime-version:"):
        return OtherContent("单个文件网页（mht）")
    return None


def _is_text(beginning: bytes) -> bool:
    return not re.search(rb"[\x00-\x08\x0e-\x1f]", beginning) or beginning[:2] in (
        b"\xff\xfe", b"\xfe\xff",
    )  # fmt: skip
