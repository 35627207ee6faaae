"""The ledger in the browser: rows entered, verified, revoked; rectifications reported, confirmed, refused."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

import scoring
from scoring.portal import clock
from scoring.portal.accounts.models import Account, Role
from scoring.portal.assessments.folder import files_of, put_out
from scoring.portal.assessments.models import Assessment
from scoring.portal.assessments.state import load
from scoring.portal.ledger.models import Decision, Proof, Report
from scoring.portal.log.chain import check_log
from scoring.portal.log.models import LogLine
from tests.portal.conftest import FOLDER, OTHER, UNIT, YEAR, Login
from tests.portal.matrix import PROVIDER, ROW, UNIT_ROW
from tests.test_writing import contents

MOMENT = datetime(2025, 9, 12, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
PDF = b"%PDF-1.7\nx"
NEW = {
    "单位": OTHER, "扣分项": "3", "问题描述": "办事指南的收费标准没有公开", "发现日期": "2025-09-11",
    "整改期限": "2025-09-25",
}  # fmt: skip
OFFICE = "市政府办公室"


@pytest.fixture(autouse=True)
def _at_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: MOMENT)


def at(route: str, *args: object, provider: str = PROVIDER) -> str:
    return reverse(route, args=(YEAR, provider, *args))


def page(response: Any) -> str:
    return str(response.content.decode())


def last() -> LogLine:
    line = LogLine.objects.last()
    assert line is not None
    return line


def logged() -> int:
    """How many lines of the log speak of more than who came and went."""
    return LogLine.objects.exclude(what__in=("登录", "退出")).count()


def exported(assessment: Assessment, at: Path) -> dict[str, Any]:
    at.mkdir()
    put_out(assessment, at)
    return contents(at)


def row(number: str) -> Any:
    read = load(Assessment.objects.get(year=YEAR)).assessment
    return next(entry for entry in read.tables.entries if entry.entry == number)


# The list


def test_a_provider_starts_with_its_own_rows(login: Login) -> None:
    shown = page(login(Role.PROVIDER).get(reverse("home"), follow=True))
    assert "登记问题" in shown
    assert ROW in shown
    assert "BGS2025032" not in shown
    every = page(login(Role.LEADER).get(reverse("ledgers", args=(YEAR,))))
    assert ROW in every
    assert "BGS2025032" in every
    assert "登记问题" not in every


def test_rows_are_filtered_by_unit_and_state(login: Login) -> None:
    client = login(Role.PROVIDER)
    overdue = page(client.get(at("ledger"), {"state": "overdue"}))
    assert "列出2条" in overdue
    assert "DC-2025-07" in overdue
    assert ROW not in overdue
    of_unit = page(client.get(at("ledger"), {"unit": "示例市自然资源和规划局", "state": "open"}))
    assert "列出1条" in of_unit
    assert ROW in of_unit


# A new row


def test_a_row_is_entered_as_the_library_enters_it(
    login: Login, assessment: Assessment, tmp_path: Path
) -> None:
    client = login(Role.PROVIDER)
    assert "下一个是DC-2025-16" in page(client.get(at("entry-new")))
    shown = page(client.post(at("entry-new"), NEW, follow=True))
    assert "已登记DC-2025-16。" in shown
    folder = Path(shutil.copytree(FOLDER, tmp_path / "2025"))
    days = {name: date.fromisoformat(NEW[name]) for name in ("发现日期", "整改期限")}
    scoring.add_entry(folder, {**NEW, **days}, scoring.By("provider", MOMENT), provider=PROVIDER)
    assert exported(assessment, tmp_path / "out") == contents(folder)
    line = last()
    assert (line.what, line.about, line.who) == ("登记台账", "DC-2025-16", "provider")
    assert line.after["said"]["DC-2025-16"]["单位"] == OTHER
    assert check_log() is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"单位": "没有的县"}, "选择一个有效的选项"),
        ({"扣分项": "5"}, "选择一个有效的选项"),
        ({"发现日期": "9月11日"}, "输入一个有效的日期"),
        ({"发现日期": "2024-09-11"}, "发现日期"),
        ({"整改期限": ""}, "没有整改期限"),
        ({"整改期限": "2025-09-01"}, "整改期限"),
        ({"台账编号": ROW}, "编号"),
        ({"问题描述": "a\x07b"}, "有不能用的字符"),
    ],
)
def test_a_wrong_row_is_refused_with_what_is_wrong(
    login: Login, assessment: Assessment, change: dict[str, str], said: str
) -> None:
    before, lines = files_of(assessment), logged()
    response = login(Role.PROVIDER).post(at("entry-new"), {**NEW, **change})
    shown = page(response)
    assert response.status_code == 200
    assert said in shown
    # What was typed is still there.
    assert "收费标准没有公开" in shown or "问题描述" in change
    assert files_of(assessment) == before
    assert logged() == lines


def test_a_likely_duplicate_is_pointed_out_before_it_is_saved(
    login: Login, assessment: Assessment
) -> None:
    client = login(Role.PROVIDER)
    client.post(at("entry-new"), NEW)
    before = files_of(assessment)
    again = page(client.post(at("entry-new"), NEW))
    assert "可能已经登记过，还没有保存" in again
    first = row("DC-2025-16")
    assert f"DC-2025-16 {first.unit}，2025-09-11发现：{first.description}" in again
    assert "单元格" not in again
    assert files_of(assessment) == before
    saved = page(client.post(at("entry-new"), {**NEW, "similar": "ok"}, follow=True))
    assert "已登记DC-2025-17。" in saved
    # Two rows, not one: nothing is merged.
    assert row("DC-2025-16").description == row("DC-2025-17").description


# Verified, revoked


def test_the_office_verifies_a_row(login: Login, assessment: Assessment) -> None:
    client = login(Role.STAFF)
    where = at("entry-verify", "BGS2025031", provider=OFFICE)
    refused = page(client.post(where, {"result": "不属实"}, follow=True))
    assert "不属实的请写明理由" in refused
    assert row("BGS2025031").verification == "pending"
    page(client.post(where, {"result": "不属实", "reason": "经核查，已按时答复"}, follow=True))
    assert row("BGS2025031").verification == "false"
    line = last()
    assert (line.what, line.reason) == ("核实台账", "经核查，已按时答复")
    assert line.before == {"BGS2025031": {"核实结果": "待核实"}}
    count = logged()
    again = page(client.post(where, {"result": "不属实", "reason": "同上"}, follow=True))
    assert "没有改动" in again
    assert logged() == count
    wrong = page(client.post(where, {"result": "也许"}, follow=True))
    assert "选择一个有效的选项" in wrong


def test_a_row_is_revoked_with_a_reason_and_taken_back(login: Login) -> None:
    client = login(Role.PROVIDER)
    where = at("entry-revoke", ROW)
    assert "理由：这个字段是必填项" in page(client.post(where, {"reason": " "}, follow=True))
    assert row(ROW).revoked is None
    assert f"已撤销{ROW}" in page(client.post(where, {"reason": "与另一条重复"}, follow=True))
    assert (str(row(ROW).revoked), row(ROW).revoked_reason) == ("2025-09-12", "与另一条重复")
    assert "取消撤销" in page(client.get(at("entry", ROW)))
    page(client.post(where, {"reason": "不是重复", "back": "1"}, follow=True))
    assert row(ROW).revoked is None
    assert [line.what for line in LogLine.objects.exclude(reason="")] == [
        "撤销台账",
        "取消撤销台账",
    ]


def test_a_row_of_another_provider_is_not_there(login: Login, assessment: Assessment) -> None:
    before = files_of(assessment)
    client = login(Role.PROVIDER)
    for route in ("entry-verify", "entry-revoke"):
        fields = {"result": "属实", "reason": "x"}
        assert client.post(at(route, "WA-2025-011"), fields).status_code == 404
        other = at(route, "WA-2025-011", provider="市公安局")
        assert client.post(other, fields).status_code == 403
    assert files_of(assessment) == before


# Rectification


def tell(client: Client, day: str = "2025-09-12", note: str = "已公开", *files: Any) -> Any:
    where = reverse("rectify", args=(YEAR, UNIT, UNIT_ROW))
    return client.post(where, {"day": day, "note": note, "file": list(files)}, follow=True)


def test_a_rectification_counts_once_it_is_confirmed(
    login: Login, assessment: Assessment, tmp_path: Path
) -> None:
    before = files_of(assessment)
    shown = page(
        tell(login(Role.UNIT), "2025-09-12", "已公开", SimpleUploadedFile("网页.pdf", PDF))
    )
    assert f"等待{OFFICE}确认" in shown
    way = f"证明材料/{UNIT}/整改/台账{UNIT_ROW}/整改-网页.pdf"
    assert files_of(assessment).keys() - before.keys() == {way}
    assert row(UNIT_ROW).rectified is None
    proof, told = Proof.objects.get(), Report.objects.get()
    for role, where in (
        (Role.UNIT, reverse("unit-entry-file", args=(YEAR, UNIT, UNIT_ROW, proof.pk))),
        (Role.STAFF, at("entry-file", UNIT_ROW, proof.pk, provider=OFFICE)),
    ):
        response = login(role).get(where)
        assert response.content == PDF
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    # Under another row's address it is not there.
    elsewhere = at("entry-file", "BGS2025029", proof.pk, provider=OFFICE)
    assert login(Role.STAFF).get(elsewhere).status_code == 404
    other_row = reverse("unit-entry-file", args=(YEAR, UNIT, "BGS2025005", proof.pk))
    assert login(Role.UNIT).get(other_row).status_code == 404
    staff = login(Role.STAFF)
    assert "待确认" in page(staff.get(reverse("ledgers", args=(YEAR,)), {"state": "reported"}))
    decide = at("rectification-decide", UNIT_ROW, told.pk, provider=OFFICE)
    assert "已确认，整改完成日期记为2025-09-12" in page(
        staff.post(decide, {"decision": "confirm"}, follow=True)
    )
    assert str(row(UNIT_ROW).rectified) == "2025-09-12"
    told.refresh_from_db()
    assert (told.decision, told.decided_by) == (Decision.CONFIRMED, "staff")
    assert "已经处理过了" in page(staff.post(decide, {"decision": "confirm"}, follow=True))
    # The folder is what the library writes, and the file beside it.
    folder = Path(shutil.copytree(FOLDER, tmp_path / "2025"))
    scoring.rectify_entries(folder, [UNIT_ROW], date(2025, 9, 12), scoring.By("staff", MOMENT))
    out = exported(assessment, tmp_path / "out")
    assert out.pop(way) == PDF
    assert out == contents(folder)
    lines = LogLine.objects.exclude(what="登录").order_by("number")
    said = [line.what for line in lines][-3:]
    assert said == ["上报整改", "存入整改材料", "确认整改"]
    assert check_log() is None


def test_evidence_of_a_rectification_is_evidence_of_no_item(
    login: Login, assessment: Assessment, tmp_path: Path
) -> None:
    tell(login(Role.UNIT), "2025-09-12", "已公开", SimpleUploadedFile("2.1 截图.pdf", PDF))
    put_out(assessment, tmp_path)
    read = scoring.load_assessment(tmp_path, provisional=True)
    found = scoring.evidence_of(read)
    assert found is not None
    (file,) = (f for f in found.files if "整改" in f.file)
    assert (file.unit, file.items) == (UNIT, ())
    assert not [p for p in read.problems if "整改" in p.place.file]


def test_a_refused_rectification_may_be_reported_again(
    login: Login, assessment: Assessment
) -> None:
    unit, staff = login(Role.UNIT), login(Role.STAFF)
    tell(unit)
    assert "正在等待确认" in page(tell(unit))
    told = Report.objects.get()
    decide = at("rectification-decide", UNIT_ROW, told.pk, provider=OFFICE)
    assert "理由：这个字段是必填项" in page(staff.post(decide, {"decision": "refuse"}, follow=True))
    page(staff.post(decide, {"decision": "refuse", "reason": "链接打不开"}, follow=True))
    shown = page(unit.get(reverse("unit-entry", args=(YEAR, UNIT, UNIT_ROW))))
    assert "链接打不开" in shown
    assert "上报整改完成" in shown
    assert row(UNIT_ROW).rectified is None
    tell(unit, note="链接已修复")
    assert [r.decision for r in Report.objects.all()] == [Decision.REFUSED, Decision.OPEN]


@pytest.mark.parametrize(
    ("day", "note", "said"),
    [
        ("2025-09-13", "已公开", "还没有到"),
        ("2025-09-01", "已公开", "早于发现日期"),
        ("昨天", "已公开", "输入一个有效的日期"),
        ("2025-09-12", " ", "整改情况：这个字段是必填项"),
    ],
)
def test_a_wrong_report_is_refused(login: Login, day: str, note: str, said: str) -> None:
    lines = logged()
    assert said in page(tell(login(Role.UNIT), day, note))
    assert not Report.objects.exists()
    assert logged() == lines


def test_a_file_that_is_not_what_it_says_is_refused(login: Login, assessment: Assessment) -> None:
    before = files_of(assessment)
    for file in (
        SimpleUploadedFile("a.pdf", b"<script>"), SimpleUploadedFile("a.exe", b"MZ"),
    ):  # fmt: skip
        assert "文件" in page(tell(login(Role.UNIT), "2025-09-12", "已公开", file))
    many = [SimpleUploadedFile(f"{n}.pdf", PDF) for n in range(6)]
    assert "最多5个文件" in page(tell(login(Role.UNIT), "2025-09-12", "已公开", *many))
    assert not Report.objects.exists()
    assert files_of(assessment) == before


def test_nothing_changes_in_a_frozen_year(login: Login, assessment: Assessment) -> None:
    tell(login(Role.UNIT))
    Report.objects.update(decision=Decision.REFUSED)
    Assessment.objects.update(frozen=True)
    before, lines = files_of(assessment), logged()
    staff = login(Role.STAFF)
    for response in (
        tell(login(Role.UNIT)),
        staff.post(at("entry-new"), NEW),
        staff.post(at("entry-revoke", ROW), {"reason": "x"}, follow=True),
    ):
        assert "已定稿" in page(response)
    assert files_of(assessment) == before
    assert logged() == lines


def test_what_is_typed_is_shown_as_text(login: Login) -> None:
    tell(login(Role.UNIT), note="<script>alert(1)</script>")
    shown = page(login(Role.STAFF).get(at("entry", UNIT_ROW, provider=OFFICE)))
    assert "<script>alert" not in shown
    assert "&lt;script&gt;" in shown


def test_a_provider_confirms_only_reports_on_its_own_rows(login: Login) -> None:
    tell(login(Role.UNIT))
    told = Report.objects.get()
    client = login(Role.PROVIDER)
    for number in (UNIT_ROW, ROW):
        where = at("rectification-decide", number, told.pk)
        assert client.post(where, {"decision": "confirm"}).status_code == 404
    told.refresh_from_db()
    assert told.decision == Decision.OPEN
    Account.objects.filter(name="provider").update(body=OFFICE)
    where = at("rectification-decide", UNIT_ROW, told.pk, provider=OFFICE)
    assert client.post(where, {"decision": "confirm"}).status_code == 302
    assert str(row(UNIT_ROW).rectified) == "2025-09-12"
