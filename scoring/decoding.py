"""The bytes of a text file as text. What is damaged or unclear is an error with its line; no byte
is ever replaced."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass


@dataclass
class DecodingError(ValueError):
    """Bytes that are no text in a known encoding: what they are, in Chinese, and the line and
    column (from 1) of the first that does not fit (None: the file as a whole)."""

    found: str
    line: int | None = None
    column: int | None = None


_BOMS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_UTF32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
# A Chinese character or a full-width mark (U+3000 to U+9FFF, U+FF00 to U+FF7F) in UTF-8.
_HAN = rb"(?:[\xe3-\xe9][\x80-\xbf]{2}|\xef[\xbc\xbd][\x80-\xbf])"
_UTF8_RUN = re.compile(rb"(?<![\x80-\xff])" + _HAN + rb"{2,}(?![\x80-\xff])")
# Of Chinese text in GB18030 fewer than this share of the bytes look like such characters (measured:
# 0.06 of 200 characters, 0.3 of ten); of damaged UTF-8 nearly all do.
_DAMAGED_SHARE = 0.4


def decode(content: bytes) -> str:
    """The text of ``content``: UTF-8 with or without BOM, UTF-16 with BOM, or GB18030.

    Raises DecodingError where the bytes are none of these, or not certainly.

    >>> decode("年度".encode("gb18030")), decode("年度".encode("utf-16"))
    ('年度', '年度')
    """
    if content.startswith(_UTF32):
        raise DecodingError("UTF-32 编码")
    for bom, encoding, name in _BOMS:
        if content.startswith(bom):
            return _strictly(content, len(bom), encoding, name)
    if content.count(0) > len(content) // 4:
        raise DecodingError("没有标记（BOM）的 UTF-16 或 UTF-32 编码")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return _gb18030(content)
    if _may_be_gb18030(content, text):
        raise DecodingError("分不清是 UTF-8 还是 GB18030 编码")
    return text


def _gb18030(content: bytes) -> str:
    """The text of bytes that are no UTF-8. Damaged UTF-8 often is sound GB18030 by its form, of
    quite other characters: whatever looks like UTF-8 is damaged."""
    high = len(re.findall(rb"[\x80-\xff]", content))
    share = 3 * len(re.findall(_HAN, content)) / high
    if share >= _DAMAGED_SHARE:
        return _strictly(content, 0, "utf-8", "UTF-8")
    text = _strictly(content, 0, "gb18030", "UTF-8 或 GB18030")
    mixed = _UTF8_RUN.search(content)
    if mixed is not None:
        raise _error(content, mixed.start(), "gb18030", "同一文件中有 GB18030 和 UTF-8 两种编码")
    for char in sorted(set(text)):
        if unicodedata.category(char) in {"Co", "Cn"}:
            at = len(text[: text.index(char)].encode("gb18030"))
            raise _error(content, at, "gb18030", "不是完好的 GB18030 文字")
    return text


def _strictly(content: bytes, start: int, encoding: str, name: str) -> str:
    """The text of the bytes from ``start``, every one of which must fit."""
    try:
        return content[start:].decode(encoding)
    except UnicodeDecodeError as error:
        byte = content[start + error.start]
        found = f"不是完好的 {name} 文字（字节 {byte:02X}）"
        raise _error(content[start:], error.start, encoding, found) from None


def _error(content: bytes, at: int, encoding: str, found: str) -> DecodingError:
    """The error at byte ``at``, with its line and column."""
    before = content[:at].decode(encoding, errors="replace")
    lines = re.split(r"\r\n|\r|\n", before)
    return DecodingError(found, len(lines), len(lines[-1]) + 1)


def _may_be_gb18030(content: bytes, text: str) -> bool:
    """Whether bytes that are sound UTF-8 are Chinese in GB18030 by chance: as UTF-8 they are letters
    of other alphabets only (“联通” is such a word)."""
    other = {char for char in set(text) if char > "\x7f"}
    if not other or any(char > "\u07ff" for char in other):
        return False
    if not any(char >= "\u0100" for char in other):
        return False  # marks of Western text, such as · and ×
    try:
        chinese = content.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return all("\u4e00" <= char <= "\u9fff" for char in chinese if char > "\x7f")


_UNSHOWABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def showable(name: str) -> str:
    """``name`` as it can be shown, and written as UTF-8: what moves a terminal's cursor stands as �,
    and so do bytes of a file's name that are no text.

    >>> showable("甲县\\x1b[2J.xlsx"), showable("\\udcc9\\udce7.csv")
    ('甲县�[2J.xlsx', '��.csv')
    """
    return _UNSHOWABLE.sub("�", name.replace("\t", " "))
