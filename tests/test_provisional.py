"""A provisional run computes what can be computed and never prints a grade as final."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from scoring.intake import load_assessment
from scoring.score import Result, score
from scoring.wording.results import gap_text
from tests.folders import write_folder

pytestmark = pytest.mark.fast

FULL = {"上半年": 90, "下半年": 90, "第三方": 90}


def provisional(folder: Path) -> Result:
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    day = assessment.settings.as_of_day()
    return score(assessment.tables, assessment.scheme, 2024, day, final=False)


def test_a_provisional_run_without_gaps_has_the_final_numbers(
    tmp_path: Path,
) -> None:
    result = provisional(write_folder(tmp_path / "2024", {"甲县": FULL}))
    assert not result.final
    assert (result.units[0].composite, result.units[0].grade) == (9300, "优秀")


def test_a_refused_ledger_row_marks_its_unit_only(tmp_path: Path) -> None:
    rows = [
        {"台账编号": "1", "单位": "甲县教育局", "扣分项": "1", "问题描述": "x", "发现日期": "某日"},
        {"台账编号": "2", "单位": "乙县", "扣分项": "1", "问题描述": "x", "发现日期": "2024-05-06"},
    ]
    units = {"甲县": FULL, "乙县": FULL, "甲县教育局": {"所属单位": "甲县"}}
    result = provisional(write_folder(tmp_path / "2024", units, rows))
    by_name = {u.unit: u for u in result.units}
    assert [gap.kind for gap in by_name["甲县"].gaps] == ["gap-refused"]
    assert by_name["甲县"].grade is None
    assert (by_name["乙县"].grade, by_name["乙县"].rank) == ("优秀", 1)


def test_a_ledger_that_cannot_be_read_marks_every_unit(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "2024", {"甲县": FULL, "乙县": FULL})
    (folder / "平时考核台账" / "坏.xlsx").write_bytes(b"no workbook")
    result = provisional(folder)
    assert [[g.kind for g in u.gaps] for u in result.units] == [["gap-refused"]] * 2
    assert all(u.grade is None for u in result.units)


def test_a_form_that_was_refused_whole_is_not_called_missing(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "2024", {"甲县": FULL})
    path = folder / "自我考核" / "上半年" / "甲县.xlsx"
    book = openpyxl.load_workbook(path)
    book.active["E2"] = 2023
    book.save(path)
    result = provisional(folder)
    assert {gap.kind for gap in result.units[0].gaps} == {"gap-refused"}
    assert result.units[0].components["self_assessment"] is None


def test_a_cell_that_cannot_be_read_marks_its_item(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "2024", {"甲县": FULL})
    path = folder / "自我考核" / "上半年" / "甲县.xlsx"
    book = openpyxl.load_workbook(path)
    book.active["I4"] = "很好"
    book.save(path)
    result = provisional(folder)
    texts = [gap_text(gap, result.scheme) for gap in result.units[0].gaps]
    assert texts == ["自我考核（上半年）指标1.1：有数据因问题未能计入"]


def test_units_that_rest_on_a_gap_stand_last_in_their_group(tmp_path: Path) -> None:
    units = {"甲县": {**FULL, "第三方": None}, "乙县": FULL, "丙县": {**FULL, "第三方": 80}}
    result = provisional(write_folder(tmp_path / "2024", units))
    assert [(u.unit, u.rank) for u in result.units] == [("乙县", 1), ("丙县", 2), ("甲县", None)]
