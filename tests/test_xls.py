"""Old workbooks (.xls), and files whose content is not what their name says."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.cli.app import app
from scoring.intake import load_assessment
from scoring.intake.cells import CellError, ErrorCell, read_date, read_points, shown
from scoring.intake.grids import SourceFile, read_content
from scoring.intake.grids.kinds import HOW_TO_SAVE
from scoring.problems import CATALOGUE
from tests.folders import LEDGER_HEADER, POINTS, form_rows, records, write_folder
from tests.thorough import examples

FULL = {"上半年": 90, "下半年": 90, "第三方": 90}


def saved(book: xlwt.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def workbook(rows: list[list[Any]], formats: dict[tuple[int, int], str] | None = None) -> bytes:
    book = xlwt.Workbook()
    fill(book.add_sheet("表"), rows, formats or {})
    return saved(book)


def fill(page: xlwt.Worksheet, rows: list[list[Any]], formats: dict[tuple[int, int], str]) -> None:
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if value is None:
                continue
            code = formats.get((r, c))
            if code is None and isinstance(value, date):
                code = "yyyy-mm-dd"
            page.write(
                r, c, value, xlwt.easyxf(num_format_str=code) if code else xlwt.Style.default_style
            )


def read(content: bytes, name: str = "表.xls") -> SourceFile:
    return read_content(content, name, Path(name).suffix)


def cells(content: bytes) -> list[list[Any]]:
    source = read(content)
    assert source.problems == [], [str(p) for p in source.problems]
    return source.grids[0].cells


def one_problem(content: bytes, name: str = "表.xls") -> tuple[str, str]:
    source = read(content, name)
    assert source.grids == []
    assert len(source.problems) == 1
    return source.problems[0].kind, source.problems[0].message()


def test_a_year_of_old_workbooks_is_read_like_new_ones(tmp_path: Path) -> None:
    units = {"甲县": FULL, "财政局": {**FULL, "类别": "部门"}}
    ledger = [
        {"台账编号": "T1", "单位": "甲县", "扣分项": "3", "问题描述": "栏目", "发现日期": date(2024, 3, 5),
         "整改期限": date(2024, 4, 5), "整改完成日期": date(2024, 4, 6)},
    ]  # fmt: skip
    new = write_folder(tmp_path / "新", units, ledger)
    old = write_folder(tmp_path / "旧", units, ledger)
    for path in sorted(old.rglob("*.xlsx")):
        rows = [list(r) for r in openpyxl.load_workbook(path).active.iter_rows(values_only=True)]
        path.with_suffix(".xls").write_bytes(workbook(rows))
        path.unlink()
    results = []
    for folder in (new, old):
        assessment, problems = load_assessment(folder)
        assert problems == []
        assert assessment is not None
        rows = [
            records(getattr(assessment.tables, t)) for t in ("units", "entries", "items", "scores")
        ]
        results.append(
            [
                [{k: v for k, v in r.items() if k != "file" and k != "sheet"} for r in t]
                for t in rows
            ]
        )
        assert all(report.adds_up() for report in assessment.reports)
    assert results[0] == results[1]
    assert results[0][1][0]["rectified"] == date(2024, 4, 6)


def test_what_a_cell_shows_is_read() -> None:
    rows = [[88.5, 0.9, 2.1, datetime(2024, 3, 5), datetime(2024, 4, 1), True, "文字", 85.3, 45356]]
    formats = {(0, 1): "0.0%", (0, 2): "0.00", (0, 3): "yyyy/m/d", (0, 4): 'yyyy"年"m"月"'}
    got = cells(workbook(rows, formats))[0]
    assert [shown(v) for v in got] == [
        "88.5", "90.0%", "2.10", "2024-03-05", "2024年4月", "TRUE", "文字", "85.3", "45356",
    ]  # fmt: skip
    assert read_date(got[3]) == date(2024, 3, 5)
    assert read_points(got[7]) == 853_000
    for at, reader in ((1, read_points), (4, read_date), (8, read_date)):
        with pytest.raises(CellError):
            reader(got[at])


def test_days_counted_from_1904_are_the_days_that_are_shown() -> None:
    book = xlwt.Workbook()
    book.dates_1904 = True
    page = book.add_sheet("表")
    page.write(0, 0, date(2024, 3, 5), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    assert read_date(cells(saved(book))[0][0]) == date(2024, 3, 5)


def test_hidden_rows_merged_cells_and_errors_are_told() -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("表")
    page.write_merge(0, 1, 0, 2, "标题")
    page.write(2, 0, "甲")
    page.write(3, 0, "乙")
    page.row(3).hidden = True
    page.row(2).set_cell_error(1, 42)
    page.row(2).set_cell_boolean(2, False)
    draft = book.add_sheet("草稿")
    draft.write(0, 0, "稿")
    draft.visibility = 1
    first, second = read(saved(book)).grids
    assert (first.sheet, first.hidden, second.sheet, second.hidden) == ("表", False, "草稿", True)
    assert first.hidden_rows == {3}
    assert first.merged.top_left(1, 2) == (0, 0)
    assert first.merged.top_left(2, 0) is None
    assert first.cells[2] == ["甲", ErrorCell("#N/A"), False]


# Formulas. xlwt computes none: it puts an empty text for each.

EMPTY = b"\x03\0\0\0\0\0\xff\xff"


def formula_book(result: bytes = EMPTY, flags: int = 0, *, other_program: bool = False) -> bytes:
    book = xlwt.Workbook()
    page = book.add_sheet("表")
    page.write(0, 0, 1)
    page.write(0, 1, xlwt.Formula("A1*2"))
    content = saved(book)
    assert content.count(EMPTY + b"\0\0") == 1
    if other_program:
        content = content.replace(b"None      ", b"Admin     ")
    return content.replace(EMPTY + b"\0\0", result + struct.pack("<H", flags))


def test_a_formula_that_no_program_computed_is_an_error() -> None:
    uncomputed = ErrorCell("公式", "formula-uncomputed")
    assert cells(formula_book())[0][1] == uncomputed
    # Apache POI puts zeros and asks for a computation.
    assert cells(formula_book(bytes(8), 2, other_program=True))[0][1] == uncomputed


def test_the_result_of_a_formula_is_read() -> None:
    assert cells(formula_book(struct.pack("<d", 2.0)))[0][1] == 2.0
    assert cells(formula_book(bytes(8), other_program=True))[0][1] == 0.0
    assert cells(formula_book(EMPTY, other_program=True))[0][1] == ""
    assert cells(formula_book(b"\x02\0\x17\0\0\0\xff\xff"))[0][1] == ErrorCell("#REF!")
    assert cells(formula_book(b"\x01\0\x01\0\0\0\xff\xff"))[0][1] is True


def test_a_cell_that_stands_twice_is_an_error() -> None:
    content = workbook([[11.5, None, 22.5]])
    record = struct.pack("<HHHH", 0x27E, 10, 0, 2)
    assert content.count(record) == 1
    twice = content.replace(record, struct.pack("<HHHH", 0x27E, 10, 0, 0))
    assert cells(twice)[0] == [ErrorCell("22.5", "cell-twice")]


def test_records_that_nobody_asked_for_may_be_odd() -> None:
    """Names, comments and links that xlrd stops at: the cells are sound."""
    content = workbook([["单位", "得分"], ["甲县", 90]])
    for code in (0x18, 0x1C, 0x1B8, 0xAB, 0x92):
        # The record of the window's protection (2 bytes) becomes one that is too short.
        odd = content.replace(struct.pack("<HH", 0x12, 2), struct.pack("<HH", code, 2))
        assert odd != content
        assert cells(odd) == [["单位", "得分"], ["甲县", 90.0]]


@pytest.mark.parametrize("suffix", [".xls", ".xlsx", ".csv", ".parquet"])
def test_the_content_says_what_a_table_is(suffix: str) -> None:
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["甲县", 90])
    book.save(out)
    for content in (workbook([["甲县", 90]]), out.getvalue()):
        source = read(content, f"表{suffix}")
        assert source.problems == []
        assert source.grids[0].cells == [["甲县", 90.0]]


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"<html><head><meta charset=gbk></head><table><tr><td>1</td></table>", "网页（html）"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><html>", "网页（html）"), (b"  <table border=1>", "网页（html）"),
        ("<html>".encode("utf-16"), "网页（html）"),
        (b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?><Workbook '
         b'xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "XML 表格（Excel 2003）"),
        (b"MIME-Version: 1.0\nX-Document-Type: Workbook", "单个文件网页（mht）"),
        (b"%PDF-1.7", "PDF"), (b"Rar!\x1a\x07", "压缩包"), (b"{\\rtf1", "Word 文档"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "OpenDocument 表格（.ods）"),
        (zipped(xl__workbook_bin=b""), "二进制工作簿（.xlsb）"), (zipped(Index__Document_iwa=b""), "Numbers 表格"),
        (zipped(word__document_xml=b""), "Word 文档"),
        ("单位,得分\n甲县,90\n".encode("gb18030"), "文本，不是工作簿"), ("单位\t得分\n".encode("utf-16"), "文本，不是工作簿"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("suffix", [".xls", ".xlsx"])
def test_other_content_is_named_with_what_to_do(content: bytes, what: str, suffix: str) -> None:
    kind, message = one_problem(content, f"表{suffix}")
    assert kind == "file-type"
    assert f"扩展名是 {suffix}，内容是{what}" in message
    assert (
        "另存为 .xlsx" in message
        or "导出为" in message
        or "解压" in message
        or "改为 .csv" in message
    )


# Damage


def with_password() -> bytes:
    """A workbook whose stream says that what follows is encrypted."""
    content = workbook([["甲"]])
    return content.replace(struct.pack("<HH", 0x12, 2), struct.pack("<HH", 0x2F, 2))


def encrypted_package() -> bytes:
    """What Excel saves for a workbook with a password: a compound file with two streams."""
    content = workbook([["甲"]])
    name = "Workbook".encode("utf-16-le")
    other = "EncryptedPackage".encode("utf-16-le")
    at = content.index(name)
    entry = content[at : at + 128]
    changed = other + entry[len(other) : 64] + struct.pack("<H", len(other) + 2) + entry[66:]
    return content[:at] + changed + content[at + 128 :]


@pytest.mark.parametrize("name", ["表.xls", "表.xlsx"])
@pytest.mark.parametrize("content", [with_password(), encrypted_package()])
def test_a_password_is_named(content: bytes, name: str) -> None:
    kind, message = one_problem(content, name)
    assert kind == "file-password"
    assert "去掉密码后另存为 .xlsx" in message


@pytest.mark.parametrize(
    "content",
    [
        workbook([["甲"] * 50] * 50)[:3000], b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x09\x08\x10\0" + b"\0" * 100,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 5000, b"\x09\x08\x10\0\x00\x06\x05\x00" + b"\xff" * 40,
        workbook([["甲"]]).replace("Workbook".encode("utf-16-le"), "Workbooc".encode("utf-16-le")),
    ],
)  # fmt: skip
def test_a_damaged_workbook_is_named(content: bytes) -> None:
    kind, message = one_problem(content)
    assert (kind, "不是完好的 .xls 文件" in message) == ("file-unreadable", True)


def test_limits_are_told_with_their_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    import scoring.intake.grids.xls as module

    content = workbook([["甲", "乙"], [None, "丙"], ["丁"]])
    for name, most, found in (
        ("CELLS", 4, "5个单元格"),
        ("GRID_ROWS", 2, "3行"),
        ("SHEETS", 0, "1个工作表"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, most)
            kind, message = one_problem(content)
            assert kind == "file-too-large"
            assert found in message
            assert f"不超过{most}" in message


def test_a_cell_in_the_last_row_and_column_costs_little() -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("表")
    page.write(0, 0, "甲")
    page.write(65535, 255, "乙")
    style = xlwt.easyxf("pattern: pattern solid, fore_colour yellow")
    for row in range(1, 3000):
        for column in range(0, 200, 2):
            page.write(row, column, None, style)
    got = cells(saved(book))
    assert (got[0], len(got), len(got[65535])) == (["甲"], 65536, 256)
    assert not any(got[1:65535])


SAMPLE = workbook(
    [["单位", "得分", "日期"], ["甲县", 90.5, datetime(2024, 3, 5)], ["乙县", 80, None]] * 3
)


@settings(max_examples=examples(300), deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), min_size=1, max_size=6
    ),
    st.integers(0, len(SAMPLE)),
)
def test_damage_is_a_problem_never_a_crash(changes: list[tuple[int, int]], cut: int) -> None:
    content = bytearray(SAMPLE)
    for at, byte in changes:
        content[at] = byte
    for damaged in (bytes(content), bytes(content[:cut])):
        if damaged:
            source = read(damaged)
            assert source.grids or source.problems
            assert {p.kind for p in source.problems} <= {
                "file-unreadable", "file-empty", "file-password", "file-too-large", "file-type",
            }  # fmt: skip


# The folder and the verification


@pytest.mark.parametrize("suffix", sorted(HOW_TO_SAVE))
def test_tables_in_other_formats_get_the_way_to_save_them(suffix: str, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "2024", {"甲县": FULL})
    (folder / "平时考核台账" / f"公安{suffix}").write_bytes(b"x")
    _, problems = load_assessment(folder)
    assert [(p.kind, p.found, p.fix) for p in problems] == [
        ("file-type", suffix, HOW_TO_SAVE[suffix])
    ]
    assert ".xlsx" in HOW_TO_SAVE[suffix]


def test_a_finding_is_not_written_into_an_old_workbook(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path / "2024", {"甲县": {"第三方": 90, "上半年": dict.fromkeys(POINTS, None)}}
    )
    path = folder / "自我考核" / "上半年" / "甲县.xlsx"
    path.unlink()
    old = path.with_suffix(".xls")
    old.write_bytes(workbook(form_rows("甲县", "上半年", dict.fromkeys(POINTS, None))))
    before = old.read_bytes()

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(app, ["verification", *arguments], standalone_mode=False)

    assert run("sheet", str(folder), "--period", "上半年").return_value == 0
    sheet = folder / "核查" / "上半年核查表.xlsx"
    book = openpyxl.load_workbook(sheet)
    page = book.active
    header = {page.cell(3, c).value: c for c in range(1, page.max_column + 1)}
    page.cell(4, header["核查得分"]).value = 5
    page.cell(4, header["核查说明"]).value = "缺一项"
    book.save(sheet)
    outcome = run("merge", str(folder), str(sheet))
    assert outcome.return_value == 1
    assert CATALOGUE["file-unwritable"].title in outcome.stderr
    assert "另存为 .xlsx" in outcome.stderr
    assert old.read_bytes() == before


def test_an_old_ledger_signed_as_a_web_page_is_named_once(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "2024", {"甲县": FULL})
    (folder / "平时考核台账" / "导出.xls").write_bytes(
        ("<table><tr>" + "".join(f"<td>{n}</td>" for n in LEDGER_HEADER) + "</table>").encode()
    )
    _, problems = load_assessment(folder)
    assert [(p.kind, p.place.file) for p in problems] == [("file-type", "平时考核台账/导出.xls")]
