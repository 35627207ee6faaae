"""A workbook of scores taken in: as if they were typed, or nothing with what is wrong in which cell."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

import scoring
from scoring.portal.accounts.models import Role
from scoring.portal.assessments.folder import files_of
from scoring.portal.assessments.models import Assessment
from scoring.portal.assessments.state import load
from tests.portal.conftest import ASSESSOR, OTHER, UNIT, YEAR, Login
from tests.portal.test_ledger import last, logged, page

HEAD = ["序号", "单位名称", "评估得分", "评估机构", "备注"]


def book(*rows: list[Any], head: list[str] = HEAD) -> bytes:
    made = openpyxl.Workbook()
    for row in [["2025年第三方评估得分"], head, *rows]:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def upload(client: Client, content: bytes, name: str = "评估.xlsx", who: str = ASSESSOR) -> Any:
    where = reverse("scores-upload", args=(YEAR, who, "third_party"))
    return client.post(where, {"file": SimpleUploadedFile(name, content)}, follow=True)


def scores(assessment: Assessment) -> dict[str, int]:
    rows = load(assessment).assessment.tables.scores
    return {row.unit: row.score for row in rows if isinstance(row.score, int)}


def test_a_workbook_counts_as_if_it_were_typed(login: Login, assessment: Assessment) -> None:
    client = login(Role.THIRD_PARTY)
    rows = [[1, "临溪县", "８７.５", None, "网站响应快"], [2, OTHER, 90, ASSESSOR, None], ["合计"]]
    assert "已读入2个单位的得分，2个有改动" in page(upload(client, book(*rows)))
    assert scores(assessment) == {UNIT: 875_000, OTHER: 900_000}
    line = last()
    assert (line.what, line.after["said"][UNIT]) == ("填写评估得分", ["87.5", "网站响应快"])
    typed = files_of(assessment)
    lines = logged()
    assert "0个有改动" in page(upload(client, book(*rows)))
    assert (files_of(assessment), logged()) == (typed, lines)
    csv = f"单位,得分\n{OTHER},91\n".encode()
    assert "1个有改动" in page(upload(client, csv, "评估.csv"))
    assert scores(assessment) == {UNIT: 875_000, OTHER: 910_000}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ([1, "没有的县", 90, None, None], "B3单元格"),
        ([1, UNIT, 101, None, None], "C3单元格"),
        ([1, UNIT, "良", None, None], "不是数字"),
        ([1, UNIT, 90, "别的机构", None], "现为“别的机构”"),
        ([1, UNIT, 90, None, "长" * 501], "备注最多500字"),
    ],
)
def test_a_wrong_row_refuses_the_whole_workbook(
    login: Login, assessment: Assessment, row: list[Any], said: str
) -> None:
    before, lines = files_of(assessment), logged()
    shown = page(upload(login(Role.THIRD_PARTY), book(row, [2, OTHER, 90, None, None])))
    assert said in shown
    assert (files_of(assessment), logged()) == (before, lines)
    assert scores(assessment) == {}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", b"%PDF-1.7", "格式不支持"),
        ("a.xlsx", b"no workbook", "文件"),
        ("a.xlsx", book([1, UNIT, 90], head=["甲", "乙", "丙"]), "表头"),
        ("a.csv", b"", "没有读入"),
    ],
)
def test_what_is_no_such_workbook_is_refused(
    login: Login, assessment: Assessment, name: str, content: bytes, said: str
) -> None:
    before = files_of(assessment)
    assert said in page(upload(login(Role.THIRD_PARTY), content or b" ", name))
    assert files_of(assessment) == before


def test_nothing_is_taken_without_a_file_or_in_a_frozen_year(
    login: Login, assessment: Assessment
) -> None:
    client = login(Role.THIRD_PARTY)
    where = reverse("scores-upload", args=(YEAR, ASSESSOR, "third_party"))
    assert "请选择文件" in page(client.post(where, follow=True))
    assert client.get(where).status_code == 405
    wrong = reverse("scores-upload", args=(YEAR, ASSESSOR, "没有"))
    assert client.post(wrong, {"file": SimpleUploadedFile("a.xlsx", book())}).status_code == 404
    Assessment.objects.update(frozen=True)
    assert "已定稿" in page(upload(client, book([1, UNIT, 90, None, None])))
    assert scores(assessment) == {}
    with pytest.raises(scoring.NoScoresError):
        scoring.scores_in_file(load(assessment).assessment, "ledger", ASSESSOR, "a.xlsx", b"")
