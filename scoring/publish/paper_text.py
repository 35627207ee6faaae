"""The text of a paper that is no workbook, piece by piece, and where two versions of it differ."""

from __future__ import annotations

import difflib
import io
import zipfile
import zlib
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
_BROKEN = (
    zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, EOFError, NotImplementedError, OSError,
    RuntimeError, ValueError,
)  # fmt: skip
"""What reading a damaged, encrypted or foreign package may raise."""


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
                    number = file.removesuffix(".xml").removeprefix(kind)
                    title = f"{_PARTS[kind]}{number}" if _PARTS[kind] else ""
                    yield from _word_part(package.read(name), title)
    except _BROKEN as error:
        raise PaperError(str(error)) from None


def _word_part(content: bytes, title: str) -> Iterator[tuple[str, str]]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(content, parser)
    cells = _cells(root, f"{_W}tbl", f"{_W}tr", (f"{_W}tc",))
    paragraphs = 0
    for element in root.iter(f"{_W}p"):
        text = "".join(t.text or "" for t in element.iter(f"{_W}t"))
        cell = next((e for e in element.iterancestors(f"{_W}tc") if e in cells), None)
        if cell is not None:
            yield title + cells[cell], text
            continue
        paragraphs += 1
        yield title or f"第{paragraphs}段", text


def _html(content: bytes) -> Iterator[tuple[str, str]]:
    """Every text of the page, by the block that it stands in; what stands in none is a piece too."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise PaperError(str(error)) from None
    if root is None:
        raise PaperError("empty")
    cells = _cells(root, "table", "tr", ("td", "th"))
    blocks: dict[etree._Element, list[str]] = {}
    for event, element in etree.iterwalk(root, events=("start", "end")):
        # What follows an element stands in the block around it.
        text, inside = (
            (element.text, element) if event == "start" else (element.tail, element.getparent())
        )
        if text and text.strip() and inside is not None:
            around = (inside, *inside.iterancestors())
            block = next((e for e in around if e.tag in _BLOCKS), inside)
            blocks.setdefault(block, []).append(text)
    for number, (block, texts) in enumerate(blocks.items(), 1):
        yield cells.get(block) or f"第{number}段", "".join(texts)


def _cells(
    root: etree._Element, table: str, row: str, cell: tuple[str, ...]
) -> dict[etree._Element, str]:
    """Where every cell stands: 表1第2行第3格. A cell outside a row of a table is none."""
    tables = {element: number for number, element in enumerate(root.iter(table), 1)}
    rows: dict[etree._Element, str] = {}
    places: dict[etree._Element, str] = {}
    counts: dict[etree._Element, int] = {}
    for element in root.iter(row, *cell):
        within = next(element.iterancestors(table if element.tag == row else row), None)
        if within is None or within not in (tables if element.tag == row else rows):
            continue
        counts[within] = counts.get(within, 0) + 1
        if element.tag == row:
            rows[element] = f"表{tables[within]}第{counts[within]}行"
        else:
            places[element] = f"{rows[within]}第{counts[within]}格"
    return places
