"""Mutations of a workbook that leave its content as it is: another program's spelling of the same.

What is read must not change by any of them, and nothing may be refused.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any, Final

from lxml import etree

from tests.fuzz.book import MAIN, STRICT, Book, cells_of, folder_of, q, rows_of

Mutation = Callable[[Random, Book], None]


def prefix_elements(rng: Random, book: Book) -> None:
    """<x:row>, as some libraries write."""
    part = rng.choice([*book.sheets(), "xl/workbook.xml"])
    text = book.parts[part].decode()
    text = re.sub(r"<(/?)(?=[A-Za-z])(?![\w.]+:)", r"<\1x:", text)
    book.parts[part] = text.replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"').encode()


def strict_namespaces(_: Random, book: Book) -> None:
    """As Excel saves 严格的 Open XML 电子表格."""
    for part, content in book.parts.items():
        if part.endswith((".xml", ".rels")) and "docProps" not in part:
            for ours, strict in STRICT.items():
                content = content.replace(ours.encode(), strict.encode())
            book.parts[part] = content


def absolute_targets(_: Random, book: Book) -> None:
    _targets(
        book, lambda folder, t: t if t.startswith("/") else f"/{folder}/{t}".replace("//", "/")
    )


def backslash_targets(_: Random, book: Book) -> None:
    _targets(book, lambda _, t: t.replace("/", "\\"))


def dotted_targets(_: Random, book: Book) -> None:
    _targets(book, lambda folder, t: t if t.startswith("/") or not folder else f"../{folder}/./{t}")


def upper_targets(_: Random, book: Book) -> None:
    _targets(book, lambda _, t: t.replace("worksheets", "WorkSheets").replace("styles", "Styles"))


def _targets(book: Book, change: Callable[[str, str], str]) -> None:
    for part in [name for name in book.parts if name.endswith(".rels")]:
        folder = folder_of(folder_of(part))
        text = book.parts[part].decode()
        book.parts[part] = re.sub(
            r'Target="([^"]*)"', lambda m, f=folder: f'Target="{change(f, m[1])}"', text
        ).encode()


def backslash_parts(_: Random, book: Book) -> None:
    book.spelled = lambda name: name.replace("/", "\\")


def upper_parts(_: Random, book: Book) -> None:
    book.spelled = lambda name: name.replace("sheet", "Sheet").replace("styles", "Styles")


def slash_parts(_: Random, book: Book) -> None:
    book.spelled = lambda name: "/" + name


def deflate(_: Random, book: Book) -> None:
    book.compression = zipfile.ZIP_DEFLATED


def archive_comment(_: Random, book: Book) -> None:
    book.comment = "某系统导出".encode()


def more_parts(_: Random, book: Book) -> None:
    book.parts["xl/customXml/item9.xml"] = b"<a/>"
    book.parts["xl/worksheets/notes.txt"] = b"not XML <"


def inline_strings(rng: Random, book: Book) -> None:
    """Shared strings stand in their cells."""
    items = book.strings()
    for part in book.sheets():
        root = book.tree(part)
        for cell in cells_of(root):
            if cell.get("t") == "s" and cell.find(q("v")) is not None and rng.random() < 0.7:
                inline = deepcopy(items[int(cell.find(q("v")).text)])
                inline.tag = q("is")
                cell.set("t", "inlineStr")
                cell[:] = [inline]
        book.put(part, root)


def runs(rng: Random, book: Book) -> None:
    """A text in pieces of different looks, with a guide to its pronunciation."""
    part = book.named("sharedStrings.xml")
    if part is None:
        return
    root = book.tree(part)
    for item in root:
        text = item.find(q("t"))
        if text is None or not text.text or rng.random() < 0.5:
            continue
        at = rng.randrange(len(text.text) + 1)
        pieces = [text.text[:at], text.text[at:]]
        item.remove(text)
        for piece in pieces:
            run = etree.SubElement(item, q("r"))
            etree.SubElement(etree.SubElement(run, q("rPr")), q("b"))
            _text(run, piece)
        guide = etree.SubElement(item, q("rPh"), sb="0", eb="1")
        _text(guide, "pinyin")
    book.put(part, root)


def _text(parent: Any, text: str) -> None:
    element = etree.SubElement(parent, q("t"))
    element.text = text
    element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def reorder_strings(rng: Random, book: Book) -> None:
    part = book.named("sharedStrings.xml")
    if part is None:
        return
    root = book.tree(part)
    order = list(range(len(root)))
    rng.shuffle(order)
    root[:] = [root[at] for at in order]
    book.put(part, root)
    for sheet in book.sheets():
        tree = book.tree(sheet)
        for cell in cells_of(tree):
            value = cell.find(q("v"))
            if cell.get("t") == "s" and value is not None:
                value.text = str(order.index(int(value.text)))
        book.put(sheet, tree)


def split_rows(rng: Random, book: Book) -> None:
    """A row in two pieces."""
    part = rng.choice(book.sheets())
    root = book.tree(part)
    for row in list(rows_of(root)):
        if len(row) > 1 and row.get("r") and all(c.get("r") for c in row) and rng.random() < 0.5:
            piece = deepcopy(row)
            at = rng.randrange(1, len(row))
            piece[:] = piece[at:]
            row[:] = row[:at]
            row.addnext(piece)
    book.put(part, root)


def shuffle(rng: Random, book: Book) -> None:
    """Rows and cells in another order, where each says where it stands."""
    part = rng.choice(book.sheets())
    root = book.tree(part)
    rows = list(rows_of(root))
    if any(not row.get("r") or any(not c.get("r") for c in row) for row in rows):
        return
    for row in rows:
        cells = list(row)
        rng.shuffle(cells)
        row[:] = cells
    data = root.find(q("sheetData"))
    rng.shuffle(rows)
    data[:] = rows
    book.put(part, root)


def no_references(rng: Random, book: Book) -> None:
    """Cells and rows that follow each other without saying so."""
    part = rng.choice(book.sheets())
    root = book.tree(part)
    expected = 1
    for row in rows_of(root):
        if row.get("r") == str(expected):
            del row.attrib["r"]
        elif row.get("r"):
            expected = int(row.get("r"))
        expected += 1
        for at, cell in enumerate(row):
            if (cell.get("r") or "").rstrip("0123456789") != _LETTERS[at : at + 1]:
                break
            del cell.attrib["r"]
    book.put(part, root)


_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def comments(rng: Random, book: Book) -> None:
    """Comments and instructions to programs, within values too."""
    part = rng.choice(book.sheets())
    root = book.tree(part)
    for element in list(root.iter(q("row"), q("c"), q("v"))):
        if rng.random() < 0.2:
            _comment(rng, element)
    book.put(part, root)


def _comment(rng: Random, element: Any) -> None:
    mark = etree.Comment("x") if rng.random() < 0.5 else etree.ProcessingInstruction("x", "y")
    text = element.text
    element.insert(0, mark)
    if text is not None:
        at = rng.randrange(len(text) + 1)
        element.text, mark.tail = text[:at], text[at:]


def references_and_cdata(rng: Random, book: Book) -> None:
    """&#57; for 9, <![CDATA[90]]> for 90."""
    part = rng.choice(book.sheets())
    text = book.parts[part].decode()

    def other(match: re.Match[str]) -> str:
        if rng.random() < 0.5 or "&" in match[2]:
            return match[0]
        if rng.random() < 0.5:
            return f"{match[1]}<![CDATA[{match[2]}]]>"
        return match[1] + "".join(f"&#{ord(c)};" for c in match[2])

    book.parts[part] = re.sub(r"(<(?:v|t)(?: [^>]*)?>)([^<]+)", other, text).encode()


def white_space(rng: Random, book: Book) -> None:
    """As a program writes that indents."""
    part = rng.choice(book.sheets())
    root = book.tree(part)
    for element in [root, *root.iter(q("sheetData"), q("row"), q("c"))]:
        if len(element):
            element.text = "\n\t "
            for child in element:
                child.tail = " \r\n  "
    book.put(part, root)


def other_encoding(rng: Random, book: Book) -> None:
    part = rng.choice([*book.sheets(), "xl/workbook.xml"])
    root = book.tree(part)
    encoding = rng.choice(["UTF-16", "GB18030", "UTF-8-BOM"])
    if encoding == "UTF-8-BOM":
        book.parts[part] = b"\xef\xbb\xbf" + etree.tostring(root, encoding="UTF-8")
    else:
        book.parts[part] = etree.tostring(root, encoding=encoding, xml_declaration=True)


def more_attributes(rng: Random, book: Book) -> None:
    """What other versions of Excel write beside."""
    part = rng.choice(book.sheets())
    root = book.tree(part)
    for row in rows_of(root):
        row.set("{urn:x}dyDescent", "0.25")
        row.set("spans", "1:3")
    for cell in cells_of(root):
        if rng.random() < 0.3:
            cell.set("vm", "1")
            cell.set("ph", "1")
        if rng.random() < 0.2:
            etree.SubElement(cell, q("extLst"))
    root.find(q("sheetData")).addprevious(etree.Element(q("sheetCalcPr"), fullCalcOnLoad="0"))
    book.put(part, root)


def wrong_dimension(rng: Random, book: Book) -> None:
    part = rng.choice(book.sheets())
    root = book.tree(part)
    for old in root.findall(q("dimension")):
        root.remove(old)
    root.insert(0, etree.Element(q("dimension"), ref=rng.choice(["A1", "B2:C3", "XFD1048576"])))
    book.put(part, root)


def odd_looks(_: Random, book: Book) -> None:
    """A fill that openpyxl dislikes."""
    part = book.named("styles.xml")
    if part is None:
        return
    root = book.tree(part)
    etree.SubElement(root.find(q("fills")), q("fill"))
    book.put(part, root)


def plain_text_results(rng: Random, book: Book) -> None:
    """Shared strings as texts that formulas give are stored, and explicit types of numbers."""
    part = rng.choice(book.sheets())
    items = [
        "".join(t.text or "" for t in item.iter(q("t")) if t.getparent().tag != q("rPh"))
        for item in book.strings()
    ]
    root = book.tree(part)
    for cell in cells_of(root):
        value = cell.find(q("v"))
        if value is None or rng.random() < 0.5:
            continue
        if cell.get("t") == "s":
            cell.set("t", "str")
            value.text = items[int(value.text)]
        elif cell.get("t") is None:
            cell.set("t", "n")
    book.put(part, root)


def blank_cells(rng: Random, book: Book) -> None:
    """Cells and rows that hold nothing but a style."""
    part = rng.choice(book.sheets())
    root = book.tree(part)
    for row in rows_of(root):
        if row.get("r") and rng.random() < 0.5:
            etree.SubElement(
                row, q("c"), r=f"{rng.choice(['Z', 'AA', 'XFD'])}{row.get('r')}", s="0"
            )
    data = root.find(q("sheetData"))
    if all(row.get("r") for row in data):
        etree.SubElement(data, q("row"), r="1048576", customHeight="1")
    book.put(part, root)


KEEPING: Final[tuple[Mutation, ...]] = (
    prefix_elements, strict_namespaces, absolute_targets, backslash_targets, dotted_targets,
    upper_targets, backslash_parts, upper_parts, slash_parts, deflate, archive_comment, more_parts,
    inline_strings, runs, reorder_strings, split_rows, shuffle, no_references, comments,
    references_and_cdata, white_space, other_encoding, more_attributes, wrong_dimension, odd_looks,
    plain_text_results, blank_cells,
)  # fmt: skip
