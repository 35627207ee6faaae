"""The published files of the shipped schemes' samples, recalculated and read back."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml

from scoring.publish import render
from scoring.steps.grade import load_assessment, score_assessment
from tests.conftest import ROOT, Office
from tests.folders import write_folder
from tests.test_workbook import (
    assert_same_values,
    emptied,
    expected,
    opened,
    standing,
    summary,
    to_change,
)

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
    path = emptied(content, tmp_path / "考核结果.xlsx")
    assert_same_values(content, office(path, "xlsx"))


@pytest.mark.office
def test_a_bonus_enters_and_leaves_with_its_cells(office: Office, tmp_path: Path) -> None:
    """Whoever changes a cell sees the composite that the 办法 gives: 加分 enters above 80."""
    assessment, _ = load_assessment(ROOT / "sample_data" / "schemes" / "jiafen")
    assert assessment is not None
    content = render(score_assessment(assessment), assessment)["考核结果.xlsx"]
    before = summary(opened(content, values=True))
    out, entered = before["人力资源社会保障局"], before["财政局"]
    assert (out["其余部分合计"], out["加分（得分）"], out["加分"], out["综合成绩"]) == (
        80, 1.5, "未计入", 80,
    )  # fmt: skip
    assert (entered["其余部分合计"], entered["加分"], entered["综合成绩"]) == (83.4, 1.5, 84.9)
    book = to_change(content)
    cells = {row[1].value: row[2] for row in book["社会评议"].iter_rows()}
    bonus = next(row[7] for row in book["汇总"].iter_rows() if row[1].value == "人力资源社会保障局")
    assert bonus.value == 1.5
    changes = {
        # 0.7 × 92 + 0.3 × 60 = 82.4, 0.7 × 84 + 0.3 × 70 = 79.8
        ("社会评议", cells["人力资源社会保障局"].coordinate): 60,
        ("社会评议", cells["财政局"].coordinate): 70,
        ("汇总", bonus.coordinate): 2.5,
    }
    for (sheet, cell), value in changes.items():
        book[sheet][cell] = value
    # Saved by openpyxl the formulas carry no values: what is read back was computed by LibreOffice.
    book.save(tmp_path / "考核结果.xlsx")
    path = office(tmp_path / "考核结果.xlsx", "xlsx")
    after = summary(opened(path, values=True))
    now, gone = after["人力资源社会保障局"], after["财政局"]
    assert (now["其余部分合计"], now["加分"], now["综合成绩"]) == pytest.approx((82.4, 2.5, 84.9))
    assert (gone["其余部分合计"], gone["综合成绩"]) == pytest.approx((79.8, 79.8))
    assert (gone["加分（得分）"], gone["加分"]) == (1.5, "未计入")
    assert (now["排名"], gone["排名"]) == (7, 8)


@pytest.mark.office
@pytest.mark.parametrize("folder", SAMPLES, ids=lambda path: path.name)
def test_what_is_live_recalculates_to_the_engine_s_values(
    folder: Path, office: Office, tmp_path: Path
) -> None:
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    content = render(score_assessment(assessment), assessment)["考核结果.xlsx"]
    path = emptied(content, tmp_path / "考核结果.xlsx")
    assert_same_values(content, office(path, "xlsx"))


def test_no_formula_is_longer_than_excel_allows(tmp_path: Path) -> None:
    """Five bonuses, rounded half to even, with parts that may be missing: 8,192 characters is the end."""
    scheme = yaml.safe_load((ROOT / "config" / "jiafen.yaml").read_text("utf-8"))
    scheme["missing"] = "reweight"
    bonus = next(key for key, part in scheme["components"].items() if part.get("adds"))
    for number in (2, 3, 4, 5):
        more = {**scheme["components"][bonus], "title": f"加分{number}", "table": f"加分{number}"}
        scheme["components"][f"bonus{number}"] = more
    folder = Path(shutil.copytree(ROOT / "sample_data" / "schemes" / "jiafen", tmp_path / "2024"))
    (folder / "fen.yaml").write_text(yaml.safe_dump(scheme, allow_unicode=True), "utf-8")
    settings = (folder / "assessment.yaml").read_text("utf-8")
    settings = settings.replace("scheme: jiafen", "scheme: fen.yaml")
    (folder / "assessment.yaml").write_text(settings, "utf-8")
    assessment, problems = load_assessment(folder)
    assert assessment is not None, problems
    content = render(score_assessment(assessment, final=False), assessment)["考核结果.xlsx"]
    sheet = opened(content, values=False)["汇总"]
    longest = max(len(str(c.value)) for row in sheet.iter_rows() for c in row)
    assert 1000 < longest < 8192, longest
