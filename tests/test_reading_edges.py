"""Rare files, one branch of the reading each: what they hold is read, or refused at its place."""

from __future__ import annotations

import dataclasses
import io
import re
import struct
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlwt

from scoring.intake import Assessment, inspect_folder, load_assessment
from scoring.intake.cells import CellError, plain_number, read_share
from scoring.intake.edit import Edit, UnfitError, edit_file
from scoring.intake.edit.sheet_xml import spot_of
from scoring.intake.grids import read_content
from scoring.intake.grids.biff import DamagedError, scan
from scoring.intake.grids.formats import display
from scoring.intake.labels import is_aside
from scoring.intake.one_form import FormSheets, open_form, own_unit, read_one_form
from scoring.intake.returned import read_returned
from scoring.intake.settings import Settings
from scoring.problems import Problem
from scoring.scheme import shipped
from tests.folders import POINTS, form_rows, spread, write_folder, write_settings, write_sheet
from tests.fuzz.book import unpack

pytestmark = pytest.mark.fast

FULL = {"上半年": 90, "下半年": 90, "第三方": 90}
FORM = Path("自我考核/上半年/甲县.xlsx")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "2024", {"甲县": FULL, "甲县教育局": {"所属单位": "甲县"}})


def kinds(folder: Path) -> list[tuple[str, str]]:
    """The kinds of problems and their places within the file."""
    return [(p.kind, p.place.within_file()) for p in inspect_folder(folder).problems]


def only(folder: Path) -> Problem:
    (found,) = inspect_folder(folder).problems
    return found


def assessed(folder: Path) -> Assessment:
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    return assessment


def undated(verified: int) -> list[list[Any]]:
    """The form of 甲县 for the first half of the year, which does not say so."""
    rows = form_rows("甲县", "上半年", spread(verified))
    rows[1] = ["单位", "甲县", None, "考核年度", 2024]
    return rows


def saved(book: Any) -> bytes:
    """A workbook of openpyxl or xlwt as the bytes of its file."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# Forms


def test_a_hidden_sheet_with_a_form_is_read_and_named(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / FORM)
    book.create_sheet("说明")
    book.worksheets[0].sheet_state = "hidden"
    book.active = 1
    book.save(folder / FORM)
    assert only(folder).kind == "sheet-hidden"
    assessment = assessed(folder)
    assert sum(row.period == "上半年" for row in assessment.tables.items) == len(POINTS)


def test_a_form_without_any_column_of_scores_is_read_as_the_form(folder: Path) -> None:
    """Beside a form such a table is the office's standards; alone it is the form that lost them."""
    rows = [["指标编号", "分值", "评分标准"], *([code, n, "标准"] for code, n in POINTS.items())]
    write_sheet(folder / FORM, rows)
    assert kinds(folder) == [("column-missing", "工作表“Sheet1” 第1行")]
    write_sheet(folder / FORM, form_rows("甲县", "上半年", spread(90)))
    book = openpyxl.load_workbook(folder / FORM)
    page = book.create_sheet("标准")
    for row in rows:
        page.append(row)
    book.save(folder / FORM)
    assert only(folder).kind == "sheet-unknown"
    page.sheet_state = "hidden"
    book.save(folder / FORM)
    assert kinds(folder) == []


@pytest.mark.parametrize("word", ["核查得分", "自评分"])
def test_a_sheet_with_a_word_of_the_header_is_a_headless_form(folder: Path, word: str) -> None:
    write_sheet(folder / FORM, [["单位", "甲县"], ["内容", word], ["1.1", 10]])
    assert "header-missing" in dict(kinds(folder))


def test_a_form_without_its_period_says_so(folder: Path) -> None:
    write_sheet(folder / FORM, undated(90))
    (found,) = [p for p in inspect_folder(folder).problems if p.kind == "form-header-missing"]
    assert "期次" in found.message()


def test_a_form_of_a_unit_that_is_not_graded_is_named(folder: Path) -> None:
    path = folder / "自我考核" / "上半年" / "教育局.xlsx"
    write_sheet(path, form_rows("甲县教育局", "上半年", spread(90)))
    found = only(folder)
    assert (found.kind, found.found) == ("unit-not-graded", "甲县教育局")


def test_an_undated_form_stands_for_the_period_that_is_missing(folder: Path) -> None:
    """Its unit is asked for the form's fault, not for another form."""
    (folder / FORM).unlink()
    write_sheet(folder / "自我考核" / "甲县.xlsx", undated(90))
    assert "form-header-missing" in dict(kinds(folder))
    assessment = assessed(folder)
    first = [row for row in assessment.tables.items if row.period == "上半年"]
    assert len(first) == len(POINTS)
    assert all(row.refused for row in first)


def test_an_undated_form_too_many_replaces_none(folder: Path) -> None:
    write_sheet(folder / "自我考核" / "甲县.xlsx", undated(80))
    assessment = assessed(folder)
    assert not any(row.refused for row in assessment.tables.items)


def test_a_point_by_the_day_needs_the_day_of_the_form(folder: Path) -> None:
    text = shipped()["heze"].read_text("utf-8")
    assert "table: 自我考核\n" in text
    late = "table: 自我考核\n    late: {each_day: 1, cap: 5, clause: 示例}\n"
    (folder / "办法.yaml").write_text(text.replace("table: 自我考核\n", late), "utf-8")
    write_settings(folder, scheme="办法.yaml")
    found = [p for p in inspect_folder(folder).problems if p.kind == "form-header-missing"]
    assert ["报送日期" in p.message() for p in found] == [True, True], kinds(folder)


# Other tables


def test_a_folder_of_the_system_is_passed_over(folder: Path) -> None:
    (folder / "自我考核" / "Thumbs.db").mkdir()
    write_sheet(folder / "自我考核" / "Thumbs.db" / "甲县.xlsx", [["x"]])
    assert kinds(folder) == []


def test_what_stands_in_a_cell_is_cut_where_it_is_long(folder: Path) -> None:
    write_sheet(folder / "第三方评估.xlsx", [["单位", "得分"], ["甲县", "九十" * 500]])
    (found,) = [p for p in inspect_folder(folder).problems if p.place.row == 2]
    assert found.found.endswith("…")
    assert len(found.found) < 1000


def test_a_result_made_in_memory_has_no_files(folder: Path) -> None:
    assessment = assessed(folder)
    assert len(assessment.sources()) > 4
    assert dataclasses.replace(assessment, path=None).sources() == {}


@pytest.mark.parametrize("said", [float("inf"), float("nan")])
def test_a_score_that_is_no_number_is_refused(folder: Path, said: float) -> None:
    (folder / "第三方评估.xlsx").unlink()
    table = pa.table({"单位": ["甲县"], "得分": [said]})
    pq.write_table(table, folder / "第三方评估.parquet")
    found = only(folder)
    assert (found.kind, found.found, found.place.header) == ("value-error", str(said), "得分")


# Formats of numbers


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (5.0, "[>10]0.0;[<1]0.00", "#"),
        (5.0, "[Red]0", "5"),
        (5.0, "[$-804]0", "5"),
        (12345.0, "0,.0", "12.3"),
        (5.0, "[$€-407]0", "€5"),
        (5.0, "@;@", "5"),
    ],
)
def test_a_number_is_read_as_its_format_shows_it(value: float, code: str, shown: str) -> None:
    found = display(value, code)
    text = getattr(found, "text", None) or f"{getattr(found, 'value', found):g}"
    assert text == shown


# Old workbooks and XML


def xls_stream(records: list[tuple[int, bytes]]) -> bytes:
    begin, end = (0x809, struct.pack("<HH", 0x600, 0x10)), (0x0A, b"")
    return b"".join(
        struct.pack("<HH", code, len(data)) + data for code, data in [begin, *records, end]
    )


@pytest.mark.parametrize(
    ("code", "data"),
    [
        (0x203, b"\0" * 4),  # a number without its value's place
        (0x06, b"\0" * 18),  # a formula without its flags
        (0xFD, b"\0" * 8),  # a shared text without its number
        (0xFD, struct.pack("<HHHi", 0, 0, 0, -1)),  # of a negative number
        (0xBD, b"\0" * 4),  # several numbers without their columns
        (0xBD, struct.pack("<HHHHHH", 0, 5, 0, 0, 0, 4)),  # whose last column is left of the first
    ],
)
def test_a_record_of_cells_that_is_too_short_is_damage(code: int, data: bytes) -> None:
    scan(xls_stream([]))
    with pytest.raises(DamagedError):
        scan(xls_stream([(code, data)]))


def test_zeros_that_a_sheet_does_not_show_are_doubtful() -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("表")
    page.show_zero_values = False
    page.write(0, 0, 0)
    cell: Any = read_content(saved(book), "表.xls", ".xls").grids[0].value(0, 0)
    assert (cell.text, cell.certain) == ("", False)


def test_a_table_of_excel_2003_in_xml_is_named() -> None:
    content = (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
    )
    (found,) = read_content(content, "表.xls", ".xls").problems
    assert "Excel 2003" in found.message()


def test_a_cell_of_a_merged_range_is_tall() -> None:
    book = openpyxl.Workbook()
    book.active.append(["甲", "乙"])
    book.active.append(["", "丙"])
    book.active.merge_cells("A1:A2")
    grid = read_content(saved(book), "表.xlsx", ".xlsx").grids[0]
    assert [grid.merged.is_tall(row, column) for row, column in ((0, 0), (1, 0), (0, 1))] == [
        True,
        True,
        False,
    ]


# Writing cells back


def workbook(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def test_text_keeps_its_spaces_and_sums_their_values() -> None:
    content = workbook([[1, "=SUM(A1,A2)"], [2, "甲"]])
    edits = {"Sheet": [Edit(0, 0, Decimal(5)), Edit(1, 1, " 甲 ")]}
    grid = read_content(edit_file("表.xlsx", content, edits), "表.xlsx", ".xlsx").grids[0]
    assert grid.value(0, 0) == 5
    assert grid.value(0, 1) == 7
    assert grid.value(1, 1) == " 甲 "


def test_a_file_without_edits_stays_what_it_is() -> None:
    content = "单位,得分\n甲县,1\n".encode("gb18030")
    assert edit_file("表.csv", content, {None: []}) == content


def test_a_reference_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="A0B"):
        spot_of("A0B")


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        (pa.int64(), Decimal("3.0"), 3),
        (pa.decimal128(9, 2), Decimal("3.25"), Decimal("3.25")),
        (pa.float64(), None, None),
        (pa.float64(), Decimal("3.5"), 3.5),
        (pa.int64(), Decimal("3.5"), UnfitError),
        (pa.decimal128(9, 2), Decimal("3.255"), UnfitError),
        (pa.float64(), "甲", UnfitError),
    ],
)
def test_a_value_is_written_as_its_column_has_it(kind: Any, value: Any, written: Any) -> None:
    out = io.BytesIO()
    pq.write_table(pa.table({"单位": ["甲县"], "得分": pa.array([1], kind)}), out)
    edits = {None: [Edit(1, 1, value)]}
    if written is UnfitError:
        with pytest.raises(UnfitError):
            edit_file("表.parquet", out.getvalue(), edits)
        return
    after = pq.read_table(io.BytesIO(edit_file("表.parquet", out.getvalue(), edits)))
    assert after["得分"].to_pylist() == [written]
    assert after["得分"].type == kind


def test_an_old_workbook_is_not_written() -> None:
    book = xlwt.Workbook()
    book.add_sheet("表").write(0, 0, 1)
    with pytest.raises(ValueError, match="old workbook"):
        edit_file("表.xls", saved(book), {"表": [Edit(0, 0, Decimal(2))]})


# Workbooks of other programs


def changed(content: bytes, part: str, old: str, new: str) -> bytes:
    """The workbook with ``old`` replaced once in a part."""
    book = unpack(content)
    before = book.parts[part].decode()
    assert re.search(old, before), before[:400]
    book.parts[part] = re.sub(old, new, before, count=1).encode()
    return book.pack()


SHEET = "xl/worksheets/sheet1.xml"
RELATIONS = "_rels/.rels"


def test_cells_are_written_into_files_of_other_programs() -> None:
    """Neither a used range, nor how to calculate, nor a value of the sum; widths of one column alone."""
    content = workbook([[1, "=SUM(A1,A2)"], [2, 3]])
    content = changed(content, SHEET, r"<dimension[^>]*/>", "")
    content = changed(content, SHEET, r"<v\s*/>|<v></v>", "")
    content = changed(
        content, SHEET, r"<sheetData>", '<cols><col min="1" max="1" width="9"/></cols><sheetData>'
    )
    content = changed(content, "xl/workbook.xml", r"<calcPr[^>]*/>", "")
    edits = {"Sheet": [Edit(0, 0, Decimal(5)), Edit(1, 4, "远处")]}
    written = edit_file("表.xlsx", content, edits)
    grid = read_content(written, "表.xlsx", ".xlsx").grids[0]
    assert [grid.value(0, 1), grid.value(1, 4)] == [7, "远处"]
    book = unpack(written)
    assert b"fullCalcOnLoad" in book.parts["xl/workbook.xml"]
    assert b'max="5"' in book.parts[SHEET]


def test_a_workbook_is_found_whatever_else_its_package_names() -> None:
    content = workbook([["甲"]])
    first = unpack(content)
    other = '<Relationship Id="x" Type="http://x/other" Target="docProps/app.xml"/>'
    relations = first.parts[RELATIONS].decode()
    first.parts[RELATIONS] = re.sub(r"(<Relationships[^>]*>)", rf"\1{other}", relations).encode()
    first.twice.append(("xl/", b""))
    assert read_content(first.pack(), "表.xlsx", ".xlsx").grids[0].value(0, 0) == "甲"
    without = changed(content, RELATIONS, r"/officeDocument\"", '/unknown"')
    assert read_content(without, "表.xlsx", ".xlsx").grids[0].value(0, 0) == "甲"


def test_a_sheet_of_a_chart_has_no_cells_and_is_no_fault() -> None:
    book = openpyxl.Workbook()
    book.active.append(["甲"])
    book.create_chartsheet("图")
    source = read_content(saved(book), "表.xlsx", ".xlsx")
    assert [grid.sheet for grid in source.grids] == ["Sheet"]
    assert source.problems == []


def test_an_empty_value_is_a_blank_cell() -> None:
    content = changed(workbook([[1, 2]]), SHEET, r"<v>1</v>", "<v></v>")
    assert read_content(content, "表.xlsx", ".xlsx").grids[0].value(0, 0) is None


def test_a_page_of_the_web_in_xml_is_named() -> None:
    content = b'<?xml version="1.0"?><html><body>x</body></html>'
    (found,) = read_content(content, "表.xls", ".xls").problems
    assert "html" in found.message()


def test_what_is_no_number_is_no_share() -> None:
    assert plain_number(float("inf")) == "inf"
    for said in (float("inf"), "1e30"):
        with pytest.raises(CellError):
            read_share(said, 0, 100)


def test_settings_take_a_day_as_such() -> None:
    day = date(2024, 6, 30)
    assert Settings(scheme="heze", year=2024, as_of=day).as_of == day  # type: ignore[call-arg]


# One form by itself, and what verifiers send back


def opened(tmp_path: Path, *sheets: list[list[Any]]) -> FormSheets:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for rows in sheets:
        page = book.create_sheet()
        for row in rows:
            page.append([float(v) if isinstance(v, Decimal) else v for v in row])
    book.save(tmp_path / "考核表.xlsx")
    return open_form(tmp_path / "考核表.xlsx")


def test_a_file_of_two_forms_is_no_units_form(tmp_path: Path, folder: Path) -> None:
    assessment = assessed(folder)
    scheme, units = assessment.scheme, assessment.units
    one = form_rows("甲县", "上半年", spread(90))
    found, problems = read_one_form(opened(tmp_path, [["说明"]], one), scheme, units, 2024)
    assert found is not None
    assert [p.kind for p in problems] == ["sheet-unknown"]
    two = form_rows("甲县", "下半年", spread(90))
    assert read_one_form(opened(tmp_path, one, two), scheme, units, 2024)[0] is None
    own = form_rows("甲县教育局", "上半年", spread(90))
    assert read_one_form(opened(tmp_path, own), scheme, units, 2024)[0] is None
    nobody = opened(tmp_path, [["考核表"], *one[2:]])
    assert own_unit(nobody, scheme).by_name == {}


def test_rows_that_come_back_name_their_part_and_a_graded_unit(folder: Path) -> None:
    assessment = assessed(folder)
    head = ["组成部分", "单位", "期次", "指标编号", "核查得分", "核查说明"]
    rows = [
        ["自我考核", "甲县", "上半年", "1.1", 9, "少一份文件"],
        ["自我考核", "甲县教育局", "上半年", "1.1", 9, "少一份文件"],
        ["别的部分", "甲县", "上半年", "2.1", 5, None],
    ]
    source = read_content(workbook([head, *rows]), "核查表.xlsx", ".xlsx")
    back = read_returned([source], assessment.scheme, assessment.units)
    assert len(back.rows) == 1, [p.message() for p in back.problems]
    assert {"unit-not-graded", "component-unknown"} <= {p.kind for p in back.problems}


def test_a_long_text_is_no_label_beside_the_table() -> None:
    assert is_aside("填表人:张三")
    assert not is_aside("公开目录没有更新" * 30)
