"""The bytes of a csv file as text: in which encoding, certainly. No byte is ever replaced."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import Final, NamedTuple

LINE_END: Final = re.compile(r"\r\n|\r|\n")
"""What ends a line. Other characters that Python's splitlines splits at stand in cells."""

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_UTF8, _GB18030 = "UTF-8", "GB18030"
# A Chinese character or a full-width mark (U+3000 to U+9FFF, U+FF00 to U+FF7F) in UTF-8.
_HAN = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}|\xef[\xbc\xbd][\x80-\xbf]")
_HIGH = re.compile(rb"[\x80-\xff]")


class Text(NamedTuple):
    """A file's text without its byte order mark, and how it is encoded."""

    text: str
    encoding: str
    mark: bytes = b""

    def encode(self, text: str) -> bytes:
        """``text`` as this file would hold it."""
        return self.mark + text.encode(self.encoding)


class TextError(ValueError):
    """Bytes that are no text, or not certainly: the problem kind, what is wrong, the first line
    where it is (from 1; None: the file as a whole)."""

    def __init__(self, kind: str, found: str, line: int | None = None) -> None:
        super().__init__(found)
        self.kind, self.found, self.line = kind, found, line


def decode(content: bytes) -> Text:
    """The text of ``content``: UTF-8 or GB18030; UTF-16 or UTF-32 with a mark, or UTF-16 without one
    where nothing else is possible. Raises TextError.

    >>> decode("单位,得分".encode("gb18030")).encoding
    'gb18030'
    """
    for mark, encoding, name in _BOMS:
        if content.startswith(mark):
            out = Text(_strictly(content[len(mark) :], encoding, name), encoding, mark)
            break
    else:
        out = _unmarked(content)
    if "\0" in out.text:
        line = _line(out.text[: out.text.index("\0")])
        raise TextError("file-unreadable", "文件中有空字节，可能已损坏", line)
    return out


def _unmarked(content: bytes) -> Text:
    if b"\0" in content:
        both = [(_utf16(content, encoding), encoding) for encoding in ("utf-16-le", "utf-16-be")]
        certain = [Text(text, encoding) for text, encoding in both if text is not None]
        if len(certain) == 1:
            return certain[0]
    try:
        return Text(content.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return Text(_gb18030(content), "gb18030")


def _utf16(content: bytes, encoding: str) -> str | None:
    """The text as UTF-16 where every character is one of a text, lines end, and the first line has a
    delimiter."""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    first, *more = LINE_END.split(text.lstrip("\r\n"), maxsplit=1)
    sound = all(c in "\r\n\t" or unicodedata.category(c) not in _NO_TEXT for c in set(text))
    return text if sound and more and any(d in first for d in ",\t;") else None


_NO_TEXT: Final = frozenset({"Cc", "Cn", "Co", "Cs"})
_NOT_GIVEN: Final = frozenset({"Co", "Cn"})
"""Characters that nobody has given a meaning."""


def _gb18030(content: bytes) -> str:
    """The text of bytes that are no UTF-8. Two exports pasted together have lines of both: each line
    is looked at by itself, since UTF-8 often is sound GB18030 by its form, of other characters."""
    first: dict[str, int] = {}
    for number, line in enumerate(_byte_lines(content), 1):
        if line.isascii():
            continue
        name = _encoding_of(line)
        if name is None:
            most = _UTF8 if len(_HAN.findall(content)) * 6 > len(_HIGH.findall(content)) else ""
            raise TextError(
                "file-encoding", f"这一行不是完好的 {most or 'UTF-8 或 GB18030'} 文字", number
            )
        first.setdefault(name, number)
    if len(first) > 1:
        (before, _), (after, at) = sorted(first.items(), key=lambda item: item[1])
        found = f"前面是 {before} 编码，从这一行起有 {after} 编码"
        raise TextError("file-encoding", found, at)
    text = _strictly(content, "gb18030", _GB18030)
    for char in sorted(set(text)):
        if unicodedata.category(char) in _NOT_GIVEN:
            line_number = _line(text[: text.index(char)])
            raise TextError("file-encoding", "这一行不是完好的 GB18030 文字", line_number)
    return text


def as_gb18030(content: bytes) -> str | None:
    """Some whole lines of a file that is no UTF-8, as the text of GB18030; None where ``decode`` would
    refuse the file for one of them."""
    lines = _byte_lines(content)
    if any(not line.isascii() and _encoding_of(line) != _GB18030 for line in lines):
        return None
    text = content.decode("gb18030")
    return text if all(unicodedata.category(char) not in _NOT_GIVEN for char in set(text)) else None


def _byte_lines(content: bytes) -> list[bytes]:
    """The lines of bytes in which no character but a line end holds the bytes 0A and 0D."""
    return re.split(rb"\r\n|\r|\n", content)


def _encoding_of(line: bytes) -> str | None:
    """UTF-8 where the line is that and holds Chinese, as GB18030 hardly ever does by chance."""
    try:
        line.decode("utf-8")
        if _HAN.search(line):
            return _UTF8
    except UnicodeDecodeError:
        pass
    try:
        line.decode("gb18030")
    except UnicodeDecodeError:
        return None
    return _GB18030


def _strictly(content: bytes, encoding: str, name: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = _line(content[: error.start].decode(encoding, errors="replace"))
        raise TextError("file-encoding", f"这一行不是完好的 {name} 文字", line) from None


def _line(before: str) -> int:
    """The number of the line that follows the text ``before``."""
    return len(LINE_END.findall(before)) + 1
