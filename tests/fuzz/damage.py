"""Mutations of a workbook that change its content or damage it.

After those of ``DAMAGING`` the content is still what it was, or it is refused: nothing may be lost
in silence. Those of ``CHANGING`` make another content, which two readings must agree on.
"""

from __future__ import annotations

import re
from copy import deepcopy
from random import Random
from typing import Any, Final

from lxml import etree

from tests.fuzz.book import MAIN, Book, cells_of, q, rows_of
from tests.fuzz.keep import Mutation

_VALUES: Final = (
    "90", " 90 ", "9_0", "1e2", "1E400", "-0", "\uff19\uff10", "NaN", "inf", "", " ", "0x10", "1,5", "45356",
    "45356.99999999", "45356.5", "2958465.99999999", "60", "59.5", "0", "-1", "true", "false", "2", "2024-03-05",
    "2024-03-05T12:00:00Z", "2024-03-05T12:00:00+08:00", "12:30:00", "#N/A", "#REF!", "1e308", "0.1", "85.51",
    "1e-320", "5e-324", "-1e15", "123456789012345678", "_x0041_", "_xD83D_", "_x0001_", "_x005F_x0041_",
    "+5", "5.", ".5", "90%", "\u0669", "甲县", "89.6", "0.9", "45356.0000001",
)  # fmt: skip
_TYPES: Final = ("s", "n", "str", "b", "e", "d", "inlineStr", "x", "N", None)
_STYLES: Final = ("0", "1", "2", "3", "4", "5", "6", "99", "-1", "", "x", "1.0", "007", None)
_PLACES: Final = (
    "A1",
    "B3",
    "C4",
    "a1",
    "XFD1",
    "$A$1",
    "A0",
    "",
    "A1048577",
    "XFE1",
    "AAAA1",
    "1A",
    "B3 ",
    "甲1",
)
_ROWS: Final = (
    "1",
    "2",
    "3",
    "0",
    "-1",
    "",
    "1048576",
    "1048577",
    "2.0",
    " 2",
    "\u0662",
    "99999999999999999999",
)
FORMATS: Final = (
    "General", "0", "0.0", "0.00", "0.000", "#,##0", "#,##0.00", "0%", "0.00%", "0.0_ ", "@", "yyyy-mm-dd",
    "yyyy/m/d", 'yyyy"年"m"月"d"日"', 'm"月"d"日"', "yyyy-mm", "mmm-yy", "h:mm", "yyyy-mm-dd hh:mm:ss",
    "[h]:mm:ss", "0.00E+00", "# ?/?", "0,", "0,,.0", '0"分"', '"约"0', ";;;", "0;-0;;@", "0.00;(0.00)",
    "[红色]0.0", "[<60]0.0;[>=90]0%;0", "G/通用格式", 'G/通用格式"分"', "0.0;[Red]-0.0", "\\90", "aaaa",
    "[$-804]yyyy年m月d日", "[DBNum1]0", "dd/mm/yy", "d", "??0.0?", "#", "#.##", "0.0.0", '"', "[", "0" * 300,
    "*-0", "_(0_)", "e", "yy", "ggge年", "[$¥-804]0.00", "0‰", "General;General", "0;0", "-0", "0.", "mm", "ss.000",
)  # fmt: skip
"""Number formats, those of offices and odd ones."""


def _cell(rng: Random, root: Any) -> Any:
    cells = [cell for cell in cells_of(root) if len(cell)]
    return rng.choice(cells) if cells else etree.SubElement(root, q("c"))


def _in_sheet(rng: Random, book: Book) -> tuple[str, Any]:
    part = rng.choice(book.sheets())
    return part, book.tree(part)


# Other content


def change_value(rng: Random, book: Book) -> None:
    part, root = _in_sheet(rng, book)
    for _ in range(rng.randrange(1, 4)):
        cell = _cell(rng, root)
        value = cell.find(q("v"))
        if value is None:
            value = etree.SubElement(cell, q("v"))
        value.text = rng.choice(_VALUES)
        if cell.get("t") == "s" and rng.random() < 0.7:
            del cell.attrib["t"]
    book.put(part, root)


def change_type(rng: Random, book: Book) -> None:
    _attribute(rng, book, "t", _TYPES)


def change_style(rng: Random, book: Book) -> None:
    _attribute(rng, book, "s", _STYLES)


def change_place(rng: Random, book: Book) -> None:
    _attribute(rng, book, "r", (*_PLACES, None))


def _attribute(rng: Random, book: Book, name: str, values: tuple[str | None, ...]) -> None:
    part, root = _in_sheet(rng, book)
    for _ in range(rng.randrange(1, 4)):
        _put(_cell(rng, root), name, rng.choice(values))
    book.put(part, root)


def _put(element: Any, name: str, value: str | None) -> None:
    if value is None:
        element.attrib.pop(name, None)
    else:
        element.set(name, value)


def change_row(rng: Random, book: Book) -> None:
    part, root = _in_sheet(rng, book)
    rows = list(rows_of(root))
    if rows:
        row = rng.choice(rows)
        number = rng.choice((*_ROWS, None))
        _put(row, "r", number)
        if rng.random() < 0.7:
            for cell in row:
                letters = (cell.get("r") or "").rstrip("0123456789")
                _put(cell, "r", f"{letters}{number}" if letters and number else None)
    book.put(part, root)


def repeat_cell(rng: Random, book: Book) -> None:
    part, root = _in_sheet(rng, book)
    cell = _cell(rng, root)
    copy = deepcopy(cell)
    if rng.random() < 0.5 and copy.find(q("v")) is not None:
        copy.find(q("v")).text = rng.choice(_VALUES)
    cell.addnext(copy)
    book.put(part, root)


def remove_something(rng: Random, book: Book) -> None:
    part, root = _in_sheet(rng, book)
    every = list(root.iter(q("c"), q("row"), q("v"), q("f"), q("is"), q("mergeCell")))
    if every:
        chosen = rng.choice(every)
        chosen.getparent().remove(chosen)
    book.put(part, root)


def repeat_row(rng: Random, book: Book) -> None:
    part, root = _in_sheet(rng, book)
    rows = list(rows_of(root))
    if rows:
        rng.choice(rows).addnext(deepcopy(rng.choice(rows)))
    book.put(part, root)


def formulas(rng: Random, book: Book) -> None:
    part, root = _in_sheet(rng, book)
    for _ in range(rng.randrange(1, 5)):
        cell = _cell(rng, root)
        for old in cell.findall(q("f")):
            cell.remove(old)
        formula = etree.Element(q("f"))
        formula.text = rng.choice(["SUM(A1:A3)", "B2*2", "NA()", '"甲"&"乙"', None])
        kind = rng.choice([None, None, "shared", "array"])
        if kind and cell.get("r"):
            formula.set("t", kind)
            formula.set(
                "si" if kind == "shared" else "ref", "0" if kind == "shared" else cell.get("r")
            )
        cell.insert(0, formula)
        value = cell.find(q("v"))
        if value is not None and rng.random() < 0.6:
            if rng.random() < 0.5:
                cell.remove(value)
            else:
                cell.attrib.pop("t", None)
                value.text = rng.choice(["0", "90", "-0", "0.0", "", "#N/A"])
        if rng.random() < 0.2:
            cell.set("t", rng.choice(["str", "e", "b", "n"]))
    book.put(part, root)


def ask_for_computation(rng: Random, book: Book) -> None:
    root = book.tree("xl/workbook.xml")
    for old in root.findall(q("calcPr")):
        root.remove(old)
    if rng.random() < 0.7:
        etree.SubElement(root, q("calcPr"), fullCalcOnLoad=rng.choice(["1", "0", "true"]))
    book.put("xl/workbook.xml", root)


def from_1904(rng: Random, book: Book) -> None:
    root = book.tree("xl/workbook.xml")
    properties = root.find(q("workbookPr"))
    if properties is None:
        properties = etree.Element(q("workbookPr"))
        root.insert(0, properties)
    properties.set("date1904", rng.choice(["1", "0", "true", "false"]))
    book.put("xl/workbook.xml", root)


def merges(rng: Random, book: Book) -> None:
    part, root = _in_sheet(rng, book)
    holder = root.find(q("mergeCells"))
    if holder is None:
        holder = etree.Element(q("mergeCells"))
        root.find(q("sheetData")).addnext(holder)
    for _ in range(rng.randrange(1, 3)):
        reference = rng.choice(
            [
                "A2:A4",
                "B2:D2",
                "A1:C3",
                "C5:B2",
                "D4",
                "A1:XFD1048576",
                "B2:B3:C4",
                "a1:b2",
                "",
                "$A$2:$B$2",
            ]
        )
        etree.SubElement(holder, q("mergeCell"), ref=reference)
    book.put(part, root)


def hide(rng: Random, book: Book) -> None:
    if rng.random() < 0.5:
        part, root = _in_sheet(rng, book)
        for row in rows_of(root):
            if rng.random() < 0.3:
                row.set("hidden", rng.choice(["1", "true", "0"]))
        book.put(part, root)
        return
    root = book.tree("xl/workbook.xml")
    for sheet in root.find(q("sheets")):
        sheet.set("state", rng.choice(["hidden", "veryHidden", "visible"]))
    book.put("xl/workbook.xml", root)


def hide_zeros(rng: Random, book: Book) -> None:
    part, root = _in_sheet(rng, book)
    views = root.find(q("sheetViews"))
    if views is None:
        views = etree.Element(q("sheetViews"))
        root.find(q("sheetData")).addprevious(views)
        etree.SubElement(views, q("sheetView"), workbookViewId="0")
    views[0].set("showZeros", rng.choice(["0", "false", "1"]))
    book.put(part, root)


def sheet_list(rng: Random, book: Book) -> None:
    root = book.tree("xl/workbook.xml")
    sheets = root.find(q("sheets"))
    what = rng.choice(["order", "name", "same"])
    if what == "order":
        sheets[:] = sheets[::-1]
    elif what == "name":
        sheets[0].set("name", rng.choice(["", "甲" * 31, "a'b!", "台账"]))
    elif len(sheets) > 1:
        key = next(name for name in sheets[0].attrib if name.endswith("}id"))
        sheets[1].set(key, sheets[0].get(key))
    book.put("xl/workbook.xml", root)


def number_formats(rng: Random, book: Book) -> None:
    part = book.named("styles.xml")
    if part is None:
        return
    root = book.tree(part)
    holder = root.find(q("numFmts"))
    if holder is None:
        holder = etree.Element(q("numFmts"))
        root.insert(0, holder)
    for style in root.find(q("cellXfs")):
        if rng.random() < 0.4:
            identifier = rng.choice([*range(60), *range(164, 170)])
            style.set("numFmtId", str(identifier))
            if identifier >= 164 or rng.random() < 0.2:
                for old in holder:
                    if old.get("numFmtId") == str(identifier):
                        holder.remove(old)
                etree.SubElement(
                    holder, q("numFmt"), numFmtId=str(identifier), formatCode=rng.choice(FORMATS)
                )
    book.put(part, root)


def styled_numbers(rng: Random, book: Book) -> None:
    """Numbers of all kinds in cells of all styles."""
    part, root = _in_sheet(rng, book)
    for cell in cells_of(root):
        value = cell.find(q("v"))
        if value is not None and rng.random() < 0.4:
            cell.attrib.pop("t", None)
            value.text = rng.choice(_VALUES)
            cell.set("s", str(rng.randrange(4)))
    book.put(part, root)
    number_formats(rng, book)


def text_of_strings(rng: Random, book: Book) -> None:
    part = book.named("sharedStrings.xml") or rng.choice(book.sheets())
    root = book.tree(part)
    for item in root.iter(q("t")):
        if rng.random() < 0.2:
            item.text = rng.choice(
                [
                    "_xD83D__xDE00_",
                    "_x001B_[1m",
                    f"{item.text}_x0001_",
                    "_xD83D_",
                    "_x0001_",
                    "_x000D_",
                    "a_x005F_x0041_",
                    "",
                    " ",
                    "90",
                    "甲县",
                    "\u2028",
                    "=1+1",
                    "⑨",
                ]
            )
    book.put(part, root)


def raise_digits(rng: Random, book: Book) -> None:
    """A footnote's mark behind a number."""
    part = book.named("sharedStrings.xml")
    if part is None:
        return
    root = book.tree(part)
    item = rng.choice(list(root))
    item[:] = []
    for text, look in (("85.5", None), ("1", rng.choice(["superscript", "subscript", "baseline"]))):
        run = etree.SubElement(item, q("r"))
        if look:
            etree.SubElement(etree.SubElement(run, q("rPr")), q("vertAlign"), val=look)
        etree.SubElement(run, q("t")).text = text
    book.put(part, root)


CHANGING: Final[tuple[Mutation, ...]] = (
    change_value, change_type, change_style, change_place, change_row, repeat_cell, remove_something,
    repeat_row, formulas, ask_for_computation, from_1904, merges, hide, hide_zeros, sheet_list,
    number_formats, styled_numbers, text_of_strings, raise_digits,
)  # fmt: skip


# Damage


def second_value(rng: Random, book: Book) -> None:
    """A cell with two values, a row of cells under another name."""
    part, root = _in_sheet(rng, book)
    value = next((c.find(q("v")) for c in [_cell(rng, root)]), None)
    if value is not None:
        other = deepcopy(value)
        other.text = rng.choice(["0", "1", "2"])
        (value.addnext if rng.random() < 0.5 else value.addprevious)(other)
    book.put(part, root)


def nested(rng: Random, book: Book) -> None:
    """Rows, cells or values in elements where nobody looks for them."""
    part, root = _in_sheet(rng, book)
    every = list(root.iter(q("row"), q("c"), q("v"), q("is"), q("t")))
    if every:
        element = rng.choice(every)
        space = rng.choice(
            [MAIN, "http://schemas.openxmlformats.org/markup-compatibility/2006", "urn:x"]
        )
        holder = etree.Element(f"{{{space}}}{rng.choice(['AlternateContent', 'Choice', 'x'])}")
        element.addprevious(holder)
        holder.append(element)
    book.put(part, root)


def other_names(rng: Random, book: Book) -> None:
    """An element of another name or of another namespace."""
    part, root = _in_sheet(rng, book)
    every = list(root.iter(q("row"), q("c"), q("v"), q("is"), q("t"), q("sheetData"), q("f")))
    if every:
        element = rng.choice(every)
        name = etree.QName(element).localname
        element.tag = rng.choice([f"{{urn:x}}{name}", q(name + "x"), q(name.upper()), name])
    book.put(part, root)


def element_in_text(rng: Random, book: Book) -> None:
    """9<x/>0, of which a careless reader takes the 9."""
    part = rng.choice([*book.sheets(), *filter(None, [book.named("sharedStrings.xml")])])
    root = book.tree(part)
    every = [e for e in root.iter(q("v"), q("t")) if e.text]
    if every:
        element = rng.choice(every)
        at = rng.randrange(len(element.text) + 1)
        child = etree.SubElement(element, rng.choice([q("x"), "{urn:x}y"]))
        element.text, child.tail = element.text[:at], element.text[at:]
    book.put(part, root)


def loose_text(rng: Random, book: Book) -> None:
    """Text beside the elements that hold it."""
    part, root = _in_sheet(rng, book)
    every = [e for e in root.iter(q("v"), q("is")) if e.getparent() is not None]
    if every:
        element = rng.choice(every)
        value = element.text if element.tag == q("v") else "".join(element.itertext())
        element.getparent().text = value
        element.getparent().remove(element)
    book.put(part, root)


def second_data(rng: Random, book: Book) -> None:
    """Two <sheetData>: the second holds some of the rows."""
    part, root = _in_sheet(rng, book)
    data = root.find(q("sheetData"))
    second = etree.Element(q("sheetData"))
    at = rng.randrange(len(data) + 1)
    if all(row.get("r") for row in data):
        second[:] = data[at:]
    data.addnext(second)
    book.put(part, root)


def entities(rng: Random, book: Book) -> None:
    """A document type with an entity for what stands in a cell."""
    part = rng.choice(
        [*book.sheets(), "xl/workbook.xml", *filter(None, [book.named("sharedStrings.xml")])]
    )
    text = re.sub(r"<\?xml[^>]*\?>\s*", "", book.parts[part].decode())
    root = re.match(r"<([\w:]+)", text)
    values = list(re.finditer(r"(?<=>)[^<>&]+(?=</(?:v|t)>)", text))
    inner = rng.choice(['<!ENTITY e "{}">', '<!ENTITY e SYSTEM "file:///etc/hostname">', ""])
    if root is None:
        return
    if values and inner:
        value = rng.choice(values)
        text = f"{text[: value.start()]}&e;{text[value.end() :]}"
        inner = inner.format(value[0].replace('"', "").replace("%", ""))
    book.parts[part] = f"<!DOCTYPE {root[1]} [{inner}]>{text}".encode()


def drop_part(rng: Random, book: Book) -> None:
    """A part that others refer to is not there."""
    parts = [
        p for p in book.parts if "docProps" not in p and "theme" not in p and "calcChain" not in p
    ]
    part = rng.choice([p for p in parts if p not in ("[Content_Types].xml", "_rels/.rels")])
    del book.parts[part]


def drop_relation(rng: Random, book: Book) -> None:
    """No relation leads to the strings, to the styles or to a sheet, or it has another type."""
    part = "xl/_rels/workbook.xml.rels"
    root = book.tree(part)
    chosen = rng.choice(list(root))
    what = rng.choice(["remove", "type", "target", "external"])
    if what == "remove":
        root.remove(chosen)
    elif what == "type":
        chosen.set(
            "Type",
            rng.choice(["", "urn:x/other", chosen.get("Type") + "s", chosen.get("Type").upper()]),
        )
    elif what == "target":
        chosen.set("Target", rng.choice(["", "missing.xml", "../../x.xml", "theme/theme1.xml"]))
    else:
        chosen.set("TargetMode", "External")
    book.parts[part] = etree.tostring(root)


def drop_strings(rng: Random, book: Book) -> None:
    """The last shared strings or styles are lost."""
    part = book.named(rng.choice(["sharedStrings.xml", "styles.xml"]))
    if part is None:
        return
    root = book.tree(part)
    holder = root if part.endswith("Strings.xml") else root.find(q("cellXfs"))
    del holder[rng.randrange(len(holder)) :]
    book.put(part, root)


def cut_part(rng: Random, book: Book) -> None:
    """The end of a part is lost."""
    parts = [
        p
        for p in book.parts
        if "docProps" not in p and "theme" not in p and p.endswith((".xml", ".rels"))
    ]
    part = rng.choice(parts)
    book.parts[part] = book.parts[part][: rng.randrange(len(book.parts[part]))]


def part_twice(rng: Random, book: Book) -> None:
    """Two parts of one name, the second of another content."""
    part = rng.choice(book.sheets())
    name = part if rng.random() < 0.5 else part.upper()
    book.twice.append((name, book.parts[part].replace(b">9", b">8").replace(b"<v>0", b"<v>1")))


def file_bytes(rng: Random, book: Book) -> None:
    """Bytes of the archive changed, lost, put in."""
    seed = rng.random()

    def damage(content: bytes) -> bytes:
        inner = Random(seed)
        out = bytearray(content)
        for _ in range(inner.choice([1, 1, 2, 8])):
            at = inner.randrange(len(out))
            what = inner.choice(["flip", "flip", "cut", "drop", "insert", "zeros"])
            if what == "flip":
                out[at] ^= 1 << inner.randrange(8)
            elif what == "cut":
                del out[max(at, 4) :]
            elif what == "drop":
                del out[at : at + inner.randrange(1, 20)]
            elif what == "insert":
                out[at:at] = bytes(inner.randrange(256) for _ in range(inner.randrange(1, 8)))
            else:
                out[at : at + 512] = bytes(len(out[at : at + 512]))
            if not out:
                break
        return bytes(out)

    book.damage = damage


def file_ends(rng: Random, book: Book) -> None:
    """Something before the archive or after it."""
    before, after = rng.choice(
        [(b"\r\n", b""), (b"", b"\0" * 40), (b"x" * 30, b""), (b"", b"PK\x03\x04")]
    )
    book.damage = lambda content: before + content + after


DAMAGING: Final[tuple[Mutation, ...]] = (
    second_value, nested, other_names, element_in_text, loose_text, second_data, entities, drop_part,
    drop_relation, drop_strings, cut_part, part_twice, file_bytes, file_ends,
)  # fmt: skip


def xml_bytes(rng: Random, book: Book) -> None:
    """Characters of a part changed, pieces of it dropped, repeated, exchanged."""
    parts = [
        *book.sheets(),
        "xl/workbook.xml",
        *filter(None, map(book.named, ("sharedStrings.xml", "styles.xml"))),
    ]
    part = rng.choice([p for p in parts if p in book.parts])
    text = bytearray(book.parts[part])
    for _ in range(rng.choice([1, 1, 1, 3])):
        if len(text) < 10:
            break
        at, size = rng.randrange(len(text)), rng.choice([1, 1, 2, 8, 40])
        what = rng.choice(["change", "digit", "drop", "repeat", "move"])
        if what == "change":
            text[at] = rng.choice(b"<>/\"'&=; 0123456789abcstrvdn:\x00\xff")
        elif what == "digit":
            digits = [i for i, c in enumerate(text) if 48 <= c <= 57]
            if digits:
                text[rng.choice(digits)] = rng.choice(b"0123456789.-")
        elif what == "drop":
            del text[at : at + size]
        elif what == "repeat":
            text[at:at] = text[at : at + size]
        else:
            piece = text[at : at + size]
            del text[at : at + size]
            to = rng.randrange(len(text))
            text[to:to] = piece
    book.parts[part] = bytes(text)


TEXT: Final[tuple[Mutation, ...]] = (xml_bytes,)
