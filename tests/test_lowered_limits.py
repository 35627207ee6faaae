"""What is beyond a limit of reading is refused as a whole, with the number and the limit. The limits are
lowered here; ``test_corpus_limits`` tries the true ones."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt

from scoring.intake import inspect_folder
from scoring.intake.grids import read_content, read_file
from scoring.problems import Problem
from tests.folders import write_folder, write_sheet

pytestmark = pytest.mark.fast

FULL = {"上半年": 90, "下半年": 90, "第三方": 90}


def xlsx() -> bytes:
    """Two sheets of two cells, in the second behind four blank ones; one of them with two merged ranges."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["甲县", "乙县"])
        page.merge_range(2, 0, 2, 1, "")
        page.merge_range(3, 0, 3, 1, "")
        book.add_worksheet().write_row(0, 4, [1, 2])
    return out.getvalue()


def xls() -> bytes:
    book = xlwt.Workbook()
    page = book.add_sheet("表")
    page.write_merge(0, 0, 0, 1, "甲县")
    page.write_merge(1, 1, 0, 1, "乙县")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv() -> bytes:
    return "单位,得分\n甲县,1\n\n乙县,2\n".encode()


@pytest.mark.parametrize(
    ("limit", "most", "content", "suffix", "found", "allowed"),
    [
        ("xlsx.SHEETS", 1, xlsx, ".xlsx", "2个工作表", "1个工作表"),
        ("xlsx.STRINGS", 1, xlsx, ".xlsx", "2条文字", "1条文字"),
        ("xlsx.MERGED_RANGES", 1, xlsx, ".xlsx", "2处合并单元格", "1处合并单元格"),
        ("xlsx.CELLS", 7, xlsx, ".xlsx", "8个单元格", "7个单元格"),
        ("package.UNPACKED_BYTES", 999, xlsx, ".xlsx", "字节（解压后）", "999字节（解压后）"),
        ("xls.MERGED_RANGES", 1, xls, ".xls", "2处合并单元格", "1处合并单元格"),
        ("delimited.TEXT_LINES", 2, csv, ".csv", "3行", "2行"),
    ],
)
def test_content_beyond_a_limit_is_refused_with_both_numbers(
    limit: str, most: int, content: Callable[[], bytes], suffix: str, found: str, allowed: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    assert read_content(content(), f"表{suffix}", suffix).problems == []
    monkeypatch.setattr(f"scoring.intake.grids.{limit}", most)
    source = read_content(content(), f"表{suffix}", suffix)
    assert source.grids == []
    assert [p.kind for p in source.problems] == ["file-too-large"]
    assert found in source.problems[0].message()
    assert allowed in source.problems[0].message()


def test_blank_lines_of_a_text_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scoring.intake.grids.delimited.TEXT_LINES", 3)
    assert read_content(csv() + b"\n\n\n", "表.csv", ".csv").problems == []


def test_a_file_beyond_the_size_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "表.csv"
    path.write_bytes(csv())
    size = path.stat().st_size
    monkeypatch.setattr("scoring.intake.grids.FILE_BYTES", size)
    assert read_file(path, "表.csv").problems == []
    monkeypatch.setattr("scoring.intake.grids.FILE_BYTES", size - 1)
    source = read_file(path, "表.csv")
    assert ([p.kind for p in source.problems], source.sha256) == (["file-too-large"], "")


def problems(folder: Path) -> list[Problem]:
    return [p for p in inspect_folder(folder).problems if p.kind == "file-too-large"]


def test_a_table_of_too_many_rows_is_refused_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No row of it is read: half a ledger would be the wrong score of some unit. Blank rows and sheets
    without the table's header do not count."""
    folder = write_folder(tmp_path / "2024", {"甲县": FULL, "乙县": FULL})
    book = openpyxl.load_workbook(folder / "第三方评估.xlsx")
    book.active["A6"] = "丙县"
    book.create_sheet("说明").append(["填表说明"])
    book.save(folder / "第三方评估.xlsx")
    monkeypatch.setattr("scoring.intake.folder.TABLE_ROWS", 4)
    assert problems(folder) == []
    monkeypatch.setattr("scoring.intake.folder.TABLE_ROWS", 3)
    (refused,) = problems(folder)
    assert refused.place.file == "第三方评估.xlsx"
    assert "4行" in refused.message()
    report = {(r.file, r.sheet): r for r in inspect_folder(folder).reports}
    read = report["第三方评估.xlsx", "Sheet1"]
    assert (read.read, read.refused) == (0, 4)


def test_a_form_of_too_many_rows_is_refused_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_folder(tmp_path / "2024", {"甲县": FULL})
    path = folder / "自我考核" / "上半年" / "甲县.xlsx"
    filled = sum(
        any(c.value is not None for c in row) for row in openpyxl.load_workbook(path).active
    )
    monkeypatch.setattr("scoring.intake.forms.ITEM_ROWS", filled)
    assert problems(folder) == []
    monkeypatch.setattr("scoring.intake.forms.ITEM_ROWS", filled - 1)
    forms = ["自我考核/上半年/甲县.xlsx", "自我考核/下半年/甲县.xlsx"]
    assert [p.place.file for p in problems(folder)] == forms
    assessment = inspect_folder(folder).assessment
    assert assessment is not None
    assert all(row.refused for row in assessment.tables.items)


def test_a_template_beyond_the_size_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_folder(tmp_path / "2024", {"甲县": FULL})
    (folder / "模板").mkdir()
    path = write_sheet(folder / "模板" / "通报.docx", [["不是模板"]])
    size = path.stat().st_size
    monkeypatch.setattr("scoring.intake.templates.LARGEST", size)
    assert not inspect_folder(folder).problems
    monkeypatch.setattr("scoring.intake.templates.LARGEST", size - 1)
    (found,) = inspect_folder(folder).problems
    assert (found.kind, found.place.file) == ("template-unreadable", "模板/通报.docx")
