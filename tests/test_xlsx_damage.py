"""Workbooks with damaged or unusual parts, found by mutation: what would be lost is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from scoring.intake.cells import ErrorCell, ShownCell
from scoring.intake.grids import SourceFile, read_content
from scoring.intake.grids import package as packages
from scoring.intake.grids.formats import display
from tests.fuzz.book import SOUND, unpack

SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"


def read(changes: dict[str, Callable[[str], str]], base: int = 2) -> SourceFile:
    book = unpack(SOUND[base]())
    for part, change in changes.items():
        before = book.parts[part].decode()
        after = change(before)
        assert after != before, part
        book.parts[part] = after.encode()
    return read_content(book.pack(), "表.xlsx", ".xlsx")


def replaced(old: str, new: str, part: str = SHEET, base: int = 2) -> SourceFile:
    return read({part: lambda text: text.replace(old, new, 1)}, base)


def cell(written: str, row: int = 1, column: int = 2) -> Any:
    """What is read of a cell that stands in the place of the number 1."""
    source = replaced("<c><v>1</v></c>", written)
    assert source.problems == [], [p.message() for p in source.problems]
    return source.grids[0].value(row, column)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<v>1</v>", "<x><v>1</v></x>"), ("<v>1</v>", "<v>1<x/>0</v>"), ("<v>1</v>", "<v>1</v><v>0</v>"),
        ("<c><v>1</v></c>", "<c>1</c>"), ("<c><v>1</v></c>", "<c>1<v>0</v></c>"),
        ("<c><v>1</v></c>", "<c><v>0</v>1</c>"), ("<c><v>1</v></c>", "<d><v>1</v></d>"),
        ("<c><v>1</v></c>", '<c xmlns="urn:x"><v>1</v></c>'), ("<v>1</v>", "<w>1</w>"),
        ("<t>甲县</t>", "<x><t>甲县</t></x>"), ("<t>甲县</t>", "<t>甲<x/>县</t>"), ("<t>甲县</t>", "<u>甲县</u>"),
        ("<t>甲县</t>", "<r><x><t>甲县</t></x></r>"), ("<is><t>甲县</t></is>", "<is><t>甲县</t></is><v>1</v>"),
        ("<sheetData>", "<sheetData><x><row/></x>"), ("<row><c t=\"inlineStr\"><is><t>甲", "<rows/><row><c t=\"inlineStr\"><is><t>甲"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("large", [False, True])
def test_content_where_nobody_looks_for_it_is_refused(
    old: str, new: str, large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another name, another namespace, an element within a value: a careless reader reads blank."""
    if large:
        monkeypatch.setattr(packages, "_WHOLE", 0)
    source = replaced(old, new)
    assert [p.kind for p in source.problems] == ["file-unreadable"]
    assert "不是完好的 .xlsx 文件" in source.problems[0].found


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("base", range(len(SOUND)))
def test_large_parts_are_read_like_small_ones(
    base: int, large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_content(SOUND[base](), "表.xlsx", ".xlsx")
    monkeypatch.setattr(packages, "_WHOLE", 0 if large else 1 << 40)
    after = read_content(SOUND[base](), "表.xlsx", ".xlsx")
    assert after.problems == before.problems == []
    assert [g.cells for g in after.grids] == [g.cells for g in before.grids]


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (BOOK, '<sheet name="草稿"', '<shee name="草稿"'), (BOOK, "<sheets>", "<sheets><x/>"),
        ("xl/_rels/workbook.xml.rels", "/worksheet\"", '/other"'),
        ("xl/_rels/workbook.xml.rels", '/styles"', '/other"'),
        ("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "theme/theme1.xml"),
        ("xl/_rels/workbook.xml.rels", '"styles.xml"', '"theme/theme1.xml"'),
        ("xl/_rels/workbook.xml.rels", "sharedStrings.xml", "styles.xml"),
        ("xl/sharedStrings.xml", "<si>", "<x/><si>"), ("xl/sharedStrings.xml", "<si><t>", "<sj><t>"),
        ("xl/styles.xml", "<cellXfs", "<other"), (SHEET, "sheetData", "sheetdata"),
        (SHEET, 's="2"', 's="99"'), (SHEET, 's="2"', 's="x"'), (SHEET, 's="2"', 's="-1"'),
    ],
)  # fmt: skip
def test_sheets_texts_and_formats_that_are_lost_are_refused(part: str, old: str, new: str) -> None:
    source = read({part: lambda text: text.replace(old, new)}, base=1)
    assert [p.kind for p in source.problems] == ["file-unreadable"]


@pytest.mark.parametrize("kind", ["n", "s", "str", "b", "e", "d"])
def test_a_text_in_a_cell_of_another_type_is_no_blank(kind: str) -> None:
    assert isinstance(cell(f'<c t="{kind}"><is><t>90</t></is></c>'), ErrorCell)


def test_a_formula_may_have_its_text_in_the_cell() -> None:
    assert cell('<c t="inlineStr"><f>A1</f><is><t>甲县</t></is></c>') == "甲县"


@pytest.mark.parametrize(
    "written",
    ["<c t='b'><v>2</v></c>", "<c><v>９０</v></c>", "<c><v>9_0</v></c>", "<c><v>٩</v></c>"],
)
def test_what_is_no_flag_and_no_number_is_refused(written: str) -> None:
    assert isinstance(cell(written), ErrorCell)


def test_a_cell_without_a_style_has_that_of_the_first() -> None:
    """Excel shows it in the format of 常规, which an office may have changed to a percentage."""

    def first(text: str) -> str:
        at = text.index("<cellXfs")
        return text[:at] + text[at:].replace('numFmtId="0"', 'numFmtId="9"', 1)

    source = read({"xl/styles.xml": first}, base=1)
    assert source.grids[0].value(1, 4) == ShownCell(2024.0, "202400%", certain=False)


def test_a_cell_that_stands_twice_is_an_error_even_if_blank() -> None:
    source = replaced('<c r="B1"><v>1</v></c>', '<c r="B1"><v>1</v></c><c r="B1"/>',
                      "xl/worksheets/sheet2.xml", base=1)  # fmt: skip
    assert source.grids[1].value(0, 1) == ErrorCell("B1", "cell-twice")


def test_a_formula_that_stands_twice_with_a_zero_is_an_error() -> None:
    """In a workbook whose zeros nobody computed."""
    twice = '<row r="5"><c r="A5"><f>B1*2</f><v>0</v></c></row>' * 2
    source = replaced("</sheetData>", f"{twice}</sheetData>")
    assert source.problems == []
    assert source.grids[0].value(4, 0) == ErrorCell("A5", "cell-twice")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("_xD83D__xDE00_", "😀"), ("甲_xD83D_", "甲_xD83D_"), ("_x005F_x0041_", "_x0041_"), ("_x0041_", "A"),
    ],
)  # fmt: skip
def test_escaped_characters_are_read_where_they_are_some(written: str, meant: str) -> None:
    found = cell(f'<c t="inlineStr"><is><t>{written}</t></is></c>')
    assert found == meant
    assert found.encode()


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (2958465.99999999, "yyyy-mm-dd", "####"), (0.9, "yyyy-mm-dd", "1900-01-00"), (0.0, "yyyy-mm-dd", "1900-01-00"),
        (1e308, "0.00", None), (5e-324, "0.0", "0.0"), (0.5, "0." + "0" * 3000, None), (9.0, "0‰", "9‰"),
    ],
)  # fmt: skip
def test_odd_numbers_and_formats_show_no_certain_value(
    value: float, code: str, text: str | None
) -> None:
    found = display(value, code)
    assert isinstance(found, ShownCell)
    if text is not None:
        assert (found.text, found.certain) == (text, False)
