"""The text of a paper that is no workbook, piece by piece, and where two versions of it differ."""

from __future__ import annotations

import difflib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from lxml import etree

SUFFIXES = (".docx", ".html")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARTS = {
    "document": "",
    "header": "页眉",
    "footer": "页脚",
    "footnotes": "脚注",
    "endnotes": "尾注",
}
_BLOCKS = frozenset({
    "address", "blockquote", "caption", "dd", "dt", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6",
    "li", "p", "td", "th", "title",
})  # fmt: skip
_LARGEST = 50_000_000


class PaperError(ValueError):
    """The content is no document of its kind."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph or a cell that holds text, and where it stands: 第3段, 表1第2行第3格, 页脚1."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class TextChange:
    """A piece that is another one than the program wrote: where, both texts (empty: none), and the
    text of the piece before, by which a reader finds it."""

    place: str
    written: str
    found: str
    before: str


def text_changes(written: bytes, found: bytes, suffix: str) -> list[TextChange]:
    """Where the text of two versions of a .docx or .html differs. Raises PaperError."""
    old, new = pieces(written, suffix), pieces(found, suffix)
    match = difflib.SequenceMatcher(
        None, [piece.text for piece in old], [piece.text for piece in new], autojunk=False
    )
    changes = []
    for kind, i, i_end, j, j_end in match.get_opcodes():
        if kind == "equal":
            continue
        before = new[j - 1].text if j else ""
        for one, other in zip_longest(old[i:i_end], new[j:j_end]):
            at = other or one
            changes.append(
                TextChange(at.place, one.text if one else "", other.text if other else "", before)
            )
            before = other.text if other else before
    return changes


def pieces(content: bytes, suffix: str) -> list[Piece]:
    """The paragraphs and cells of a .docx or .html that hold text. Raises PaperError."""
    found = _docx(content) if suffix == ".docx" else _html(content)
    return [Piece(place, text) for place, raw in found if (text := " ".join(raw.split()))]


def _docx(content: bytes) -> Iterator[tuple[str, str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for name in sorted(package.namelist()):
                folder, _, file = name.rpartition("/")
                kind = file.removesuffix(".xml").rstrip("0123456789")
                if folder == "word" and kind in _PARTS and file.endswith(".xml"):
                    if package.getinfo(name).file_size > _LARGEST:
                        raise PaperError(name)
                    yield from _word_part(package.read(name), file, _PARTS[kind])
    except (zipfile.BadZipFile, etree.XMLSyntaxError, NotImplementedError, OSError) as error:
        raise PaperError(str(error)) from None


def _word_part(content: bytes, file: str, title: str) -> Iterator[tuple[str, str]]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(content, parser)
    number = file.removesuffix(".xml").lstrip("abcdefghijklmnopqrstuvwxyz") if title else ""
    tables = {table: n for n, table in enumerate(root.iter(f"{_W}tbl"), 1)}
    paragraphs = 0
    for element in root.iter(f"{_W}p"):
        text = "".join(t.text or "" for t in element.iter(f"{_W}t"))
        cell = next(element.iterancestors(f"{_W}tc"), None)
        if cell is None:
            paragraphs += 1
            yield f"{title}{number}" if title else f"第{paragraphs}段", text
            continue
        row = next(cell.iterancestors(f"{_W}tr"))
        table = next(row.iterancestors(f"{_W}tbl"))
        yield (
            f"{title}{number}表{tables[table]}{_at(table, row, cell, f'{_W}tr', (f'{_W}tc',))}",
            text,
        )


def _html(content: bytes) -> Iterator[tuple[str, str]]:
    parser = etree.HTMLParser(encoding="utf-8", no_network=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise PaperError(str(error)) from None
    if root is None:
        raise PaperError("empty")
    tables = {table: n for n, table in enumerate(root.iter("table"), 1)}
    paragraphs = 0
    for element in root.iter(*_BLOCKS):
        if any(child.tag in _BLOCKS for child in element.iterdescendants() if child is not element):
            continue
        text = "".join(element.itertext())
        table = next(element.iterancestors("table"), None)
        if table is None or element.tag not in ("td", "th"):
            paragraphs += 1
            yield f"第{paragraphs}段", text
            continue
        row = next(element.iterancestors("tr"))
        yield f"表{tables[table]}{_at(table, row, element, 'tr', ('td', 'th'))}", text


def _at(
    table: etree._Element,
    row: etree._Element,
    cell: etree._Element,
    rows: str,
    cells: tuple[str, ...],
) -> str:
    """第2行第3格."""
    line = list(table.iter(rows)).index(row) + 1
    return f"第{line}行第{[c for c in row if c.tag in cells].index(cell) + 1}格"
