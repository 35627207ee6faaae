"""The published files of the shipped schemes' samples, recalculated and read back."""

from __future__ import annotations

from pathlib import Path

import pytest

from scoring.api import load_assessment, score_assessment
from scoring.publish import render
from tests.conftest import ROOT, Office
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
