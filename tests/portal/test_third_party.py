"""Scores of the third party in the browser: checked as check does, written into the assessor's workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

import scoring
from scoring.portal.accounts.models import Role
from scoring.portal.assessments.folder import files_of, put_out, take_in
from scoring.portal.assessments.models import Assessment
from scoring.portal.assessments.state import load
from scoring.portal.log.chain import By
from scoring.portal.log.models import LogLine
from tests.conftest import SAMPLE
from tests.portal.conftest import ASSESSOR, FOLDER, OTHER, UNIT, YEAR, Login
from tests.test_writing import contents

PART = "third_party"


def save(client: Client, fields: dict[str, str], year: int = YEAR, who: str = ASSESSOR) -> Any:
    named = {f"{PART}|{field}": text for field, text in fields.items()}
    return client.post(reverse("scores-save", args=(year, who)), named)


def test_the_first_scores_make_the_table(
    login: Login, assessment: Assessment, tmp_path: Path
) -> None:
    client = login(Role.THIRD_PARTY)
    fields = {f"{UNIT}|得分": "87.5", f"{UNIT}|备注": "网站响应快", f"{OTHER}|得分": " ９０ "}
    response = save(client, fields)
    assert response.status_code == 302
    out = tmp_path / "2025"
    out.mkdir()
    put_out(assessment, out)
    before, after = contents(FOLDER), contents(out)
    assert {way for way in after if after[way] != before.get(way)} == {"第三方评估.xlsx"}
    read = scoring.load_assessment(out, provisional=True)
    given = {
        row.unit: (row.score, row.assessor) for row in read.tables.scores if row.score is not None
    }
    assert given == {UNIT: (875_000, ASSESSOR), OTHER: (900_000, ASSESSOR)}
    line = LogLine.objects.last()
    assert line is not None
    assert (line.what, line.after["said"][UNIT]) == ("填写评估得分", ["87.5", "网站响应快"])
    page = client.get(reverse("home"), follow=True).content.decode()
    assert 'value="87.5"' in page
    assert "还缺50个单位" in page


def test_only_cells_that_changed_are_touched(login: Login, db: None) -> None:
    year = take_in(SAMPLE, 2024, By("测试"))
    before = files_of(year)
    read = load(year).assessment
    (who,) = scoring.parties(read).assessors
    fields = {}
    for line in scoring.score_lines(read, PART, who):
        fields[f"{line.unit}|得分"] = line.score
        fields[f"{line.unit}|备注"] = line.note
    staff = login(Role.STAFF)
    assert "没有改动" in staff.get(save(staff, fields, 2024, who)["Location"]).content.decode()
    assert files_of(year) == before
    old = scoring.score_lines(read, PART, who)
    save(staff, {**fields, f"{UNIT}|得分": "60"}, 2024, who)
    new = scoring.score_lines(load(year).assessment, PART, who)
    assert [(a.unit, b.score) for a, b in zip(old, new, strict=True) if a != b] == [(UNIT, "60")]
    after = files_of(year)
    (file,) = (way for way in after if after[way] != before.get(way))
    cells = [
        {(c.coordinate): c.value for row in openpyxl.load_workbook(path).worksheets[0] for c in row}
        for path in (SAMPLE / file, load(year).folder / file)
    ]
    assert sum(cells[0][at] != cells[1][at] for at in cells[0]) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("101", "应为0到100的数字"),
        ("-1", "应为0到100的数字"),
        ("优秀", "现为“优秀”"),
        ("95%", "现为“95%”"),
    ],
)
def test_a_wrong_score_saves_none(
    login: Login, assessment: Assessment, text: str, said: str
) -> None:
    client = login(Role.THIRD_PARTY)
    before, lines = files_of(assessment), LogLine.objects.count()
    response = save(client, {f"{UNIT}|得分": text, f"{OTHER}|得分": "80"})
    page = response.content.decode()
    assert response.status_code == 409
    assert said in page
    assert "没有保存" in page
    # What was typed is still there.
    assert f'value="{text}"' in page
    assert 'value="80"' in page
    assert files_of(assessment) == before
    assert LogLine.objects.count() == lines


def test_what_is_not_there(login: Login, assessment: Assessment) -> None:
    client = login(Role.THIRD_PARTY)
    before = files_of(assessment)
    assert "没有这个单位" in save(client, {"没有的县|得分": "80"}).content.decode()
    named = {f"ledger|{UNIT}|得分": "80"}
    assert client.post(reverse("scores-save", args=(YEAR, ASSESSOR)), named).status_code == 404
    assert login(Role.STAFF).get(reverse("scores", args=(YEAR, "别的机构"))).status_code == 404
    assert "备注最多500字" in save(client, {f"{UNIT}|备注": "长" * 501}).content.decode()
    assert files_of(assessment) == before


def test_nothing_changes_in_a_frozen_year(login: Login, assessment: Assessment) -> None:
    client = login(Role.THIRD_PARTY)
    Assessment.objects.update(frozen=True)
    assert "已定稿" in save(client, {f"{UNIT}|得分": "80"}).content.decode()
    page = client.get(reverse("scores", args=(YEAR, ASSESSOR))).content.decode()
    assert "<input name" not in page


def test_several_assessors_have_a_workbook_each(tmp_path: Path) -> None:
    """Where the scheme takes the mean of several, each fills in his own."""
    from tests.folders import write_folder

    folder = write_folder(tmp_path / "2024", {"甲县": {"上半年": 90}, "乙县": {"上半年": 90}})
    text = (SAMPLE.parent.parent / "config" / "heze.yaml").read_text("utf-8")
    own = text.replace("name: heze", "name: own").replace(
        "    kind: score\n", "    kind: score\n    assessors: mean\n"
    )
    assert own.count("assessors: mean") == 1
    (folder / "own.yaml").write_text(own, "utf-8")
    (folder / "assessment.yaml").write_text("scheme: own.yaml\nyear: 2024\n", "utf-8")
    for path in folder.glob("第三方评估*"):
        path.unlink()
    read = scoring.load_assessment(folder, provisional=True)
    (who,) = scoring.parties(read).assessors
    made = scoring.record_scores(read, PART, who, {"甲县": ("80", ""), "乙县": ("81", "")})
    assert (made.file, made.sound) == (f"第三方评估/{who}.xlsx", True)
    (folder / made.file).parent.mkdir()
    (folder / made.file).write_bytes(made.content)
    again = scoring.load_assessment(folder, provisional=True)
    assert [(row.unit, row.score, row.assessor) for row in again.tables.scores] == [
        ("甲县", 800_000, who), ("乙县", 810_000, who),
    ]  # fmt: skip
