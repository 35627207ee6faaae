"""通报附表.xlsx: what may be published, and nothing else."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest

from scoring import load_assessment, score_assessment
from scoring.publish.circular.annex import annex
from scoring.score import Result
from tests.conftest import SAMPLE
from tests.synthetic import year

pytestmark = pytest.mark.fast


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def texts(book: Any) -> set[str]:
    return {
        str(cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def rows(sheet: Any) -> list[list[Any]]:
    """The rows of the table, without the notes under it."""
    found = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6)]
    return [row for row in found if row[1] is not None]


@pytest.fixture(scope="module")
def final() -> tuple[Result, bytes]:
    result, assessment = year()
    return result, annex(result, assessment)


def test_one_sheet_a_group_with_the_published_numbers(final: tuple[Result, bytes]) -> None:
    result, content = final
    book = opened(content)
    assert book.sheetnames == ["县区", "部门"]
    for sheet in book:
        assert [cell.value for cell in sheet[5]] == [
            "排名", "单位", "平时考核\n（30%）", "自我考核\n（40%）", "第三方评估\n（30%）",
            "综合成绩", "等次",
        ]  # fmt: skip
        units = result.in_group(sheet.title)
        assert [row[1] for row in rows(sheet)] == [unit.unit for unit in units]
        for row, unit in zip(rows(sheet), units, strict=True):
            assert (row[0], row[-1]) == (unit.rank, unit.grade)
            assert f"{row[-2]:.2f}" == result.composite_text(unit)
            exact = [float(value or 0) for value in unit.components.values()]
            assert row[2:-2] == pytest.approx(exact, abs=0.0051)


def test_it_looks_like_an_annex(final: tuple[Result, bytes]) -> None:
    for sheet in opened(final[1]):
        assert sheet["A1"].value == "附件"
        assert sheet["A3"].value == "2024年度政府信息公开工作考核结果"
        assert sheet["G4"].value == "单位：分"
        assert sheet.page_setup.orientation == "portrait"
        assert sheet.page_setup.paperSize == 9
        assert sheet.print_title_rows == "$5:$5"
        merged = {str(area) for area in sheet.merged_cells.ranges}
        notes = {f"A{row}:G{row}" for row in (sheet.max_row - 1, sheet.max_row)}
        assert merged == {"A3:G3"} | notes


def test_plain_values_and_nothing_internal(final: tuple[Result, bytes]) -> None:
    content = final[1]
    book = opened(content)
    assert not any(text.startswith("=") for text in texts(book))
    assert not book.defined_names
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        everything = b"".join(file.read(name) for name in file.namelist()).decode()
    for internal in ("台账编号", "台账.xlsx", "自评", "缺项", "heze.yaml", "目录更新不及时"):
        assert internal not in everything
    assert "<dc:creator></dc:creator>" in everything


def test_a_provisional_annex_says_so_and_names_no_gap() -> None:
    result, assessment = year(lacking=3)
    assert not result.final
    book = opened(annex(result, assessment))
    for sheet in book:
        assert sheet["A3"].value.endswith("考核结果（暂定）")
    unsettled = [row for row in rows(book["县区"]) if row[-1] == "—"]
    assert len(unsettled) == 3
    assert all(row[0] == row[-2] == row[4] == "—" for row in unsettled)
    assert not any("没有得分" in text for text in texts(book))


def test_the_notes_stand_on_the_page_of_the_table() -> None:
    """41 departments with two notes: a page, a little smaller."""
    assessment = load_assessment(SAMPLE)
    sheet = opened(annex(score_assessment(assessment), assessment))["部门"]
    assert len(rows(sheet)) == 41
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    # Not written where it is the usual: 1.
    assert sheet.page_setup.fitToHeight in (None, 1)


def test_the_same_input_gives_the_same_bytes() -> None:
    result, assessment = year()
    content = annex(result, assessment)
    assert content == annex(result, assessment)
    assert opened(content).properties.created.date() == date(2024, 12, 31)
