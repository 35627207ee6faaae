"""From a year's files to its published result: two persons, nothing changed in between, the same bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from scoring.cli.app import app
from scoring.portal.accounts.models import Role
from scoring.portal.assessments.exchange import write_zip
from scoring.portal.assessments.folder import FrozenError, LogText, change, files_of, save, take_in
from scoring.portal.assessments.models import Assessment
from scoring.portal.log.chain import By, check_log
from scoring.portal.log.models import LogLine
from scoring.portal.results.models import FinalResult, Step
from tests.conftest import SAMPLE
from tests.portal.conftest import OTHER, UNIT, YEAR, Login
from tests.test_writing import contents

BY = By("王某")


@pytest.fixture
def year(db: None, settings: Any) -> Assessment:
    settings.TODAY = date(2025, 2, 10)
    return take_in(SAMPLE, 2024, BY)


def act(client: Client, route: str, of: int = 2024, **fields: str) -> str:
    response = client.post(reverse(route, args=(of,)), fields, follow=True)
    return response.content.decode()


def exported(year: Assessment, to: Path) -> Path:
    packed = io.BytesIO()
    write_zip(year, packed)
    zipfile.ZipFile(packed).extractall(to)
    return to / year.folder


def test_the_whole_way_by_two_persons(login: Login, year: Assessment, tmp_path: Path) -> None:
    """And the papers are those of the command line on the exported folder."""
    first, second, unit = login(Role.STAFF), login(Role.ADMIN), login(Role.UNIT)
    before = exported(year, tmp_path / "before")
    assert "已提请审定" in act(first, "propose")
    assert "提请人不能自己审定" in act(first, "approve")
    assert FinalResult.objects.get().step == Step.PROPOSED
    own = reverse("unit-paper", args=(2024, UNIT, f"{UNIT}反馈单.docx"))
    assert unit.get(own).status_code == 404
    assert "已审定" in act(second, "approve")
    assert Assessment.objects.get(year=2024).frozen
    assert unit.get(own).status_code == 404
    assert "通报.docx" not in unit.get(reverse("unit", args=(2024, UNIT))).content.decode()
    assert "已公布" in act(first, "publish")
    after = exported(year, tmp_path / "after")
    for command in ("grade", "feedback"):
        done = CliRunner().invoke(app, [command, str(before)], standalone_mode=False)
        assert done.return_value == 0, done.output
    assert contents(after) == contents(before)
    # The unit sees what all get, and its own note.
    page = unit.get(reverse("unit", args=(2024, UNIT))).content.decode()
    for name in ("通报.docx", "通报附表.xlsx", f"{UNIT}反馈单.docx"):
        assert name in page
    assert unit.get(own).content == (before / "反馈" / f"{UNIT}反馈单.docx").read_bytes()
    others = f"{OTHER}反馈单.docx"
    for name in (others, "考核结果.xlsx", "results.json", "反馈总览.xlsx"):
        assert unit.get(reverse("unit-paper", args=(2024, UNIT, name))).status_code == 404
    assert unit.get(reverse("unit-paper", args=(2024, OTHER, others))).status_code == 403
    said = [line.what for line in LogLine.objects.filter(year=2024).order_by("number")]
    assert said == ["导入考核文件夹", "提请审定", "审定", "公布"]
    assert check_log() is None


def test_nothing_changes_after_approval(login: Login, year: Assessment) -> None:
    act(login(Role.STAFF), "propose")
    act(login(Role.ADMIN), "approve")
    with pytest.raises(FrozenError):
        change(year, BY, lambda f: (f / "x.txt").write_bytes(b"1"), lambda _: LogText("x"))
    for route in ("propose", "provisional", "approve", "withdraw"):
        page = act(login(Role.STAFF), route, reason="x")
        assert "message error" in page, route
    assert FinalResult.objects.get().step == Step.APPROVED


def test_what_changed_after_the_proposal_is_not_approved(login: Login, year: Assessment) -> None:
    act(login(Role.STAFF), "propose")
    assert save(year, BY, files_of(year), {"x.txt": b"1"}, LogText("x"))
    assert "提请以后资料又有改动" in act(login(Role.ADMIN), "approve")
    assert not Assessment.objects.get(year=2024).frozen
    assert "请写明撤回的理由" in act(login(Role.STAFF), "withdraw")
    assert "已撤回" in act(login(Role.STAFF), "withdraw", reason="资料补充")
    assert not FinalResult.objects.exists()
    line = LogLine.objects.get(what="撤回提请")
    assert line.reason == "资料补充"
    # What was published before approval is nobody's.
    assert "还没有审定" in act(login(Role.ADMIN), "publish")


def test_no_final_result_before_the_year_is_over_or_with_gaps(
    login: Login, year: Assessment, settings: Any
) -> None:
    staff = login(Role.STAFF)
    before = files_of(year)
    settings.TODAY = date(2024, 12, 31)
    assert "2024年12月31日才结束" in act(staff, "propose")
    # Half of 2025 is there, and no third party's score.
    settings.TODAY = date(2026, 2, 10)
    response = staff.post(reverse("propose", args=(YEAR,)))
    page = response.content.decode()
    assert response.status_code == 409
    assert "还要解决" in page
    assert "第三方评估" in page
    assert not FinalResult.objects.exists()
    assert files_of(year) == before


def test_provisional_papers_are_those_of_the_command(
    login: Login, assessment: Assessment, tmp_path: Path
) -> None:
    before = exported(assessment, tmp_path / "before")
    assert "暂定结果已生成" in act(login(Role.STAFF), "provisional", YEAR)
    after = exported(assessment, tmp_path / "after")
    arguments = ["grade", str(before), "--provisional", "--as-of", "2025-09-12"]
    done = CliRunner().invoke(app, arguments, standalone_mode=False)
    assert done.return_value == 0, done.output
    assert contents(after) == contents(before)
    where = reverse("paper", args=(YEAR, "暂定结果", "考核结果.xlsx"))
    leader = login(Role.LEADER)
    assert leader.get(where).content == (before / "暂定结果" / "考核结果.xlsx").read_bytes()
    for folder, name in (("自我考核", "x"), ("..", "assessment.yaml"), ("暂定结果", "nothing")):
        assert leader.get(reverse("paper", args=(YEAR, folder, name))).status_code == 404


def test_the_table_is_the_result(login: Login, year: Assessment) -> None:
    page = login(Role.LEADER).get(reverse("results", args=(2024,))).content.decode()
    row = page.split("临溪县人民政府</a>")[1].split("</tr>")[0]
    for text in ("98.50", "85.30", "87.75", "90.00", "优秀", ">3<"):
        assert text in row
    # Leaders look, and do nothing.
    assert "<button" not in page.split('id="steps"')[1].split("</section>")[0]
