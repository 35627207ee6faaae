"""The published files of the shipped schemes' samples, recalculated and read back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scoring.api import load_assessment, score_assessment
from scoring.publish import render
from tests.conftest import ROOT, Office
from tests.folders import write_folder
from tests.test_workbook import assert_same_values, expected, opened, standing

SAMPLES = sorted(p.parent for p in (ROOT / "sample_data" / "schemes").glob("*/assessment.yaml"))


@pytest.mark.parametrize("folder", SAMPLES, ids=lambda path: path.name)
def test_every_sample_is_published(folder: Path) -> None:
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    result = score_assessment(assessment)
    assert result.final
    files = render(result, assessment)
    assert len(files) == 5
    assert standing(opened(files["考核结果.xlsx"], values=True)) == expected(result)
    page = files["通报.html"].decode()
    assert all(unit.unit in page for unit in result.units)
    rules = opened(files["考核结果.xlsx"], values=True)["考核办法"]
    said = "".join(str(cell.value) for row in rules.iter_rows() for cell in row if cell.value)
    assert all(c.title in said for c in assessment.scheme.leaves().values())


def parts_that_add_up(folder: Path) -> Path:
    """平时考核30分（每处扣2分）、自我考核40分、第三方评估30分, in a folder of real files."""
    text = (ROOT / "config" / "heze.yaml").read_text("utf-8")
    text = re.sub(r"start: 100", "start: 30\n    full: 30", text)
    text = re.sub(r"points: 1\.5", "points: 2", text)
    units = {
        "甲县": {"上半年": 90, "下半年": 90, "第三方": 80},
        "乙县": {"上半年": 80, "下半年": 85, "第三方": 90},
        "丙县": {"上半年": 70, "下半年": 85, "第三方": "66.66"},
    }
    rows = [
        {"台账编号": f"{unit}{i}", "单位": unit, "扣分项": "1", "问题描述": "错链",
         "发现日期": "2024-03-05"}
        for unit, count in (("甲县", 1), ("乙县", 7), ("丙县", 20)) for i in range(count)
    ]  # fmt: skip
    write_folder(folder, units, rows, {"scheme": "fen.yaml"})
    (folder / "fen.yaml").write_text(text, "utf-8")
    return folder


@pytest.mark.office
def test_a_ledger_out_of_thirty_points_is_live(office: Office, tmp_path: Path) -> None:
    assessment, problems = load_assessment(parts_that_add_up(tmp_path))
    assert assessment is not None, problems
    result = score_assessment(assessment)
    by_name = {unit.unit: result.composite_text(unit) for unit in result.units}
    # 28 + 36 + 24, 16 + 33 + 27, 0 + 31 + 19.998
    assert by_name == {"甲县": "88.00", "乙县": "76.00", "丙县": "51.00"}
    content = render(result, assessment)["考核结果.xlsx"]
    sheet = opened(content, values=False)["汇总"]
    formulas = [str(c.value) for row in sheet.iter_rows() for c in row if c.value]
    assert sum("*100/30" in text for text in formulas) == 3
    path = tmp_path / "考核结果.xlsx"
    opened(content, values=False).save(path)
    assert_same_values(content, office(path, "xlsx"))


@pytest.mark.office
@pytest.mark.parametrize("folder", SAMPLES, ids=lambda path: path.name)
def test_what_is_live_recalculates_to_the_engine_s_values(
    folder: Path, office: Office, tmp_path: Path
) -> None:
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    content = render(score_assessment(assessment), assessment)["考核结果.xlsx"]
    # Saved by openpyxl the formulas carry no values: what is read back was computed by LibreOffice.
    path = tmp_path / "考核结果.xlsx"
    opened(content, values=False).save(path)
    assert_same_values(content, office(path, "xlsx"))
