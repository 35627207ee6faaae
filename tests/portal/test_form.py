"""A unit's form in the browser: kept answer by answer, checked, handed in, returned."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

import scoring
from scoring.portal.accounts.models import Role
from scoring.portal.assessments.folder import files_of, put_out
from scoring.portal.assessments.models import Assessment
from scoring.portal.assessments.state import load
from scoring.portal.log.chain import check_log
from scoring.portal.log.models import LogLine
from scoring.portal.self_assessment.models import Answer, Form, State
from tests.portal.conftest import FOLDER, OTHER, UNIT, YEAR, Login
from tests.test_writing import contents

PART, FIRST, SECOND = "self_assessment", "上半年", "下半年"


def at(route: str, period: str = SECOND, unit: str = UNIT) -> str:
    return reverse(route, args=(YEAR, unit, PART, period))


def save(client: Client, fields: dict[str, str], period: str = SECOND) -> Any:
    return client.post(at("answer", period), fields, headers={"accept": "application/json"})


def full_answers(assessment: Assessment) -> dict[str, str]:
    """Every item with its full points, a note and evidence."""
    read = load(assessment).assessment
    key = scoring.form_key(read, UNIT, PART, SECOND)
    fields = {}
    for question in scoring.questions(read, key):
        fields[f"{question.code}|自评分"] = question.full
        fields[f"{question.code}|自评说明"] = f"{question.title}已完成"
        fields[f"{question.code}|证明材料"] = "见附件"
    return fields


def claims(assessment: Assessment, indicator: str) -> list[Any]:
    """What the folder says of an item of the first half."""
    return [
        item for item in load(assessment).assessment.tables.items
        if (item.unit, item.period, item.indicator) == (UNIT, FIRST, indicator)
    ]  # fmt: skip


# Answers


def test_an_answer_is_kept_and_gives_its_estimate(login: Login, assessment: Assessment) -> None:
    client = login(Role.UNIT)
    found = save(client, {"1.1|自评分": "8.5", "1.1|证明材料": "制度.pdf"}).json()
    assert ["基础建设", "8.5/10", 85] in found["areas"]
    assert found["items"]["1.1"] == []
    assert any("8.5分" in sentence for sentence in found["sentences"])
    assert Answer.objects.get().cells == {"自评分": "8.5", "证明材料": "制度.pdf"}
    line = LogLine.objects.last()
    assert line is not None
    assert (line.what, line.about, line.who) == ("填写考核表", f"{UNIT} {SECOND} 1.1", "unit")
    assert line.before == {"自评分": "", "证明材料": ""}
    # Kept, and not part of the folder before it is handed in.
    assert files_of(assessment) == files_of(Assessment.objects.get(pk=assessment.pk))
    page = client.get(at("form")).content.decode()
    assert 'value="8.5"' in page


def test_the_estimate_is_the_library_s(login: Login, assessment: Assessment) -> None:
    """The same sentences as kaohe preview writes for a workbook that says the same."""
    from datetime import date

    client = login(Role.UNIT)
    found = save(client, full_answers(assessment)).json()
    loaded = load(assessment)
    key = scoring.form_key(loaded.assessment, UNIT, PART, SECOND)
    answers = {row.indicator: row.cells for row in Answer.objects.all()}
    made = scoring.hand_in(loaded.assessment, key, answers, date(2025, 9, 12))
    path = loaded.folder / "x.xlsx"
    path.write_bytes(made.content)
    expected, _ = scoring.preview_form(path, folder=loaded.folder, as_of=date(2025, 9, 12))
    path.unlink()
    assert expected is not None
    assert tuple(found["sentences"]) == scoring.standing(expected).sentences


@pytest.mark.parametrize("text", ["11", "-1", "很好", "50%", "1e400", "9.99999"])
def test_a_wrong_answer_is_kept_and_said(login: Login, text: str) -> None:
    found = save(login(Role.UNIT), {"1.1|自评分": text})
    assert found.status_code == 200
    (said,) = found.json()["items"]["1.1"]
    assert said.startswith("[错误]")
    assert "第3行" not in said
    assert Answer.objects.get().cells["自评分"] == text


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("9.9|自评分", "1", "没有这一项"),
        ("1.1|核查得分", "10", "没有这一栏"),
        ("1.1|自评说明", "长" * 2001, "最多2000字"),
        ("1.1|自评说明", "a\x00b", "不能用的字符"),
    ],
)
def test_what_cannot_be_kept_is_refused(login: Login, field: str, text: str, said: str) -> None:
    client = login(Role.UNIT)
    lines = LogLine.objects.count()
    response = save(client, {field: text})
    assert response.status_code == 409
    assert said in response.json()["error"]
    assert Answer.objects.count() == 0
    assert LogLine.objects.count() == lines


def test_what_is_typed_is_shown_as_text(login: Login) -> None:
    client = login(Role.UNIT)
    save(client, {"1.1|自评说明": "</textarea><script>alert(1)</script>"})
    page = client.get(at("form")).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_without_a_script_the_button_saves_the_whole_form(
    login: Login, assessment: Assessment
) -> None:
    client = login(Role.UNIT)
    response = client.post(at("answer"), full_answers(assessment), follow=True)
    page = response.content.decode()
    assert "已保存。" in page
    assert Answer.objects.count() == 24
    lines = LogLine.objects.count()
    client.post(at("answer"), full_answers(assessment))
    assert LogLine.objects.count() == lines


# Handing in


def test_a_complete_form_becomes_a_file_of_the_folder(
    login: Login, assessment: Assessment, tmp_path: Path
) -> None:
    client = login(Role.UNIT)
    save(client, full_answers(assessment))
    page = client.post(at("submit"), follow=True).content.decode()
    assert "考核表已报送" in page
    assert "<textarea" not in page
    out = tmp_path / "2025"
    out.mkdir()
    put_out(assessment, out)
    file = f"自我考核/{SECOND}/{UNIT}考核表.xlsx"
    before, after = contents(FOLDER), contents(out)
    assert {way for way in after if after[way] != before.get(way)} == {file}
    read = scoring.load_assessment(out, provisional=True)
    (row,) = (form for form in read.tables.forms if (form.unit, form.period) == (UNIT, SECOND))
    assert (str(row.submitted), row.days_late) == ("2025-09-12", 0)
    items = [item for item in read.tables.items if (item.unit, item.period) == (UNIT, SECOND)]
    assert sum(item.self_score or 0 for item in items) == 100 * 10_000
    form = Form.objects.get()
    assert form.state == State.SUBMITTED
    assert form.answers.count() == 0
    line = LogLine.objects.last()
    assert line is not None
    assert (line.what, line.after["said"]) == (
        "报送考核表", {"报送日期": "2025-09-12", "迟报天数": 0},
    )  # fmt: skip
    assert check_log() is None


def test_late_is_marked_by_the_server_s_clock(
    login: Login, assessment: Assessment, settings: Any
) -> None:
    from datetime import date

    settings.TODAY = date(2026, 1, 18)
    client = login(Role.UNIT)
    save(client, full_answers(assessment))
    client.post(at("submit"))
    read = load(assessment).assessment
    (row,) = (form for form in read.tables.forms if (form.unit, form.period) == (UNIT, SECOND))
    assert row.days_late == 3
    assert "迟报3天" in login(Role.STAFF).get(reverse("office", args=(YEAR,))).content.decode()


def test_an_incomplete_or_wrong_form_is_not_handed_in(login: Login, assessment: Assessment) -> None:
    client = login(Role.UNIT)
    before = files_of(assessment)
    for change in ({"2.1|自评分": ""}, {"2.1|自评分": "5.5"}):
        save(client, {**full_answers(assessment), **change})
        page = client.post(at("submit"), follow=True).content.decode()
        assert "还有没填的或填错的（2.1），请先改正标出的各项。" in page
    assert files_of(assessment) == before
    assert Form.objects.get().state == State.DRAFT


def test_what_was_handed_in_cannot_be_changed(login: Login, assessment: Assessment) -> None:
    client = login(Role.UNIT)
    # Of the first half the form came with the folder.
    for period in (FIRST, SECOND):
        if period == SECOND:
            save(client, full_answers(assessment))
            client.post(at("submit"))
        before = files_of(assessment)
        page = client.post(at("submit", period), follow=True).content.decode()
        assert "已经报送过了" in page
        response = save(client, {"1.1|自评分": "1"}, period)
        assert response.status_code == 409, period
        assert files_of(assessment) == before


def test_a_returned_form_is_corrected_in_its_own_file(login: Login, assessment: Assessment) -> None:
    unit, staff = login(Role.UNIT), login(Role.STAFF)
    before = files_of(assessment)
    assert (
        "请写明退回的理由"
        in staff.post(at("return", FIRST), {"reason": " "}, follow=True).content.decode()
    )
    staff.post(at("return", FIRST), {"reason": "2.1缺截图"})
    page = unit.get(at("form", FIRST)).content.decode()
    assert "2.1缺截图" in page
    assert "<textarea" in page
    (old,) = claims(assessment, "2.1")
    assert old.self_note
    assert old.evidence
    assert save(unit, {"2.1|自评分": "4.5"}, FIRST).status_code == 200
    line = LogLine.objects.last()
    assert line is not None
    assert (line.before, line.after) == ({"自评分": "5"}, {"自评分": "4.5"})
    # Emptied, where the file says something.
    save(unit, {"2.2|自评说明": ""}, FIRST)
    assert "考核表已报送" in unit.post(at("submit", FIRST), follow=True).content.decode()
    after = files_of(assessment)
    (changed,) = (way for way in after if after[way] != before.get(way))
    read = load(assessment).assessment
    (row,) = (form for form in read.tables.forms if (form.unit, form.period) == (UNIT, FIRST))
    assert row.file == changed
    assert str(row.submitted) == "2025-09-12"
    (item,) = claims(assessment, "2.1")
    assert (item.self_score, item.self_note, item.evidence) == (45_000, old.self_note, old.evidence)
    assert not claims(assessment, "2.2")[0].self_note
    said = [line.what for line in LogLine.objects.exclude(reason="")]
    assert said == ["退回考核表"]


def test_only_what_was_handed_in_is_returned(login: Login) -> None:
    staff = login(Role.STAFF)
    page = staff.post(at("return"), {"reason": "x"}, follow=True).content.decode()
    assert "还没有报送" in page
    assert not Form.objects.exists()
    staff.post(at("return", FIRST), {"reason": "x"})
    again = staff.post(at("return", FIRST), {"reason": "y"}, follow=True).content.decode()
    assert "已经退回了" in again
    assert Form.objects.get().return_reason == "x"


def test_nothing_changes_in_a_frozen_year(login: Login, assessment: Assessment) -> None:
    client = login(Role.UNIT)
    save(client, full_answers(assessment))
    Assessment.objects.update(frozen=True)
    for response in (
        save(client, {"1.1|自评分": "1"}),
        client.post(at("submit"), follow=True),
        login(Role.STAFF).post(at("return", FIRST), {"reason": "x"}, follow=True),
    ):
        said = (
            response.json()["error"] if response.status_code == 409 else response.content.decode()
        )
        assert "已定稿" in said
    assert Form.objects.get().state == State.DRAFT


# The workbook


def workbook(client: Client, name: str, content: bytes, period: str = SECOND) -> str:
    file = SimpleUploadedFile(name, content)
    response = client.post(at("form-workbook", period), {"file": file}, follow=True)
    return str(response.content.decode())


def test_a_workbook_fills_in_the_form(login: Login, assessment: Assessment) -> None:
    client = login(Role.UNIT)
    blank = client.get(at("form-blank"))
    assert blank.headers["Content-Disposition"].startswith("attachment;")
    book = openpyxl.load_workbook(io.BytesIO(blank.content))
    page = book.worksheets[0]
    for row in page.iter_rows(min_row=7):
        if row[0].value == "2.1":
            row[5].value, row[6].value, row[7].value = 4.5, "已更新", "截图"
    out = io.BytesIO()
    book.save(out)
    said = workbook(client, "填好的.XLSX", out.getvalue())
    assert "已从工作簿读入24项" in said
    assert 'value="4.5"' in said
    answer = Answer.objects.get(indicator="2.1")
    assert answer.cells == {"自评分": "4.5", "自评说明": "已更新", "证明材料": "截图"}
    assert Form.objects.get().state == State.DRAFT


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.pdf", b"%PDF-", "请选择填好的考核表"),
        ("x.xlsx", b"no workbook", "没有读入"),
        ("x.csv", "指标编号,自评分\n1.1,9\n".encode(), "没有读入"),
        ("x.xlsx", b"x" * 5_000_001, "文件太大"),
    ],
)
def test_what_is_no_form(login: Login, name: str, content: bytes, said: str) -> None:
    assert said in workbook(login(Role.UNIT), name, content)
    assert not Answer.objects.exists()


def test_another_unit_s_or_period_s_workbook(login: Login, assessment: Assessment) -> None:
    read = load(assessment).assessment
    client = login(Role.UNIT)
    for unit, period in ((OTHER, SECOND), (UNIT, FIRST)):
        _, content = scoring.blank_form(read, scoring.form_key(read, unit, PART, period))
        said = workbook(client, "x.xlsx", content)
        assert "没有读入" in said
        assert f"{unit} {period}" in said
    assert not Answer.objects.exists()
    # And what was handed in stays.
    _, content = scoring.blank_form(read, scoring.form_key(read, UNIT, PART, FIRST))
    assert "已报送" in workbook(client, "x.xlsx", content, FIRST)
    assert not Answer.objects.exists()


# Pages


def test_the_unit_s_page_says_where_it_stands(login: Login, assessment: Assessment) -> None:
    page = login(Role.UNIT).get(reverse("unit", args=(YEAR, UNIT))).content.decode()
    loaded = load(assessment)
    from datetime import date

    rows = scoring.ledger_list(loaded.assessment, loaded.result(date(2025, 9, 12)), units=[UNIT])
    assert f"平时考核台账（{len(rows)}条" in page
    for row in rows:
        assert row.entry in page
        assert scoring.state_text(row) in page
    assert "2026年1月15日前报送" in page
    assert OTHER not in page


def test_the_office_sees_who_is_late(login: Login, settings: Any) -> None:
    from datetime import date

    staff = login(Role.STAFF)
    where = reverse("office", args=(YEAR,))
    before = staff.get(where).content.decode()
    settings.TODAY = date(2026, 1, 20)
    after = staff.get(where).content.decode()
    assert "逾期5天未报" not in before
    assert after.count("逾期5天未报") == 2 * 52


@pytest.mark.parametrize("role", list(Role))
def test_everybody_has_a_first_page(login: Login, role: Role) -> None:
    response = login(role).get(reverse("home"), follow=True)
    assert response.status_code == 200
    assert "<h1>" in response.content.decode()
