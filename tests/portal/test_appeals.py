"""Appeals in the browser: filed, answered, carried out in the same change; what the folder then says."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import scoring
from scoring.portal.accounts.models import Account, Role
from scoring.portal.assessments.folder import files_of
from scoring.portal.assessments.models import Assessment
from scoring.portal.assessments.state import load
from scoring.portal.log.chain import check_log
from tests.portal.conftest import FOLDER, OTHER, UNIT, YEAR, Login
from tests.portal.test_form import FIRST, PART
from tests.portal.test_ledger import MOMENT, exported, last, logged, page, row
from tests.portal.test_ledger import _at_a_moment as _at_a_moment
from tests.test_writing import contents

ROW, ITEM = "台账|BGS2025032", f"{PART}|{FIRST}|2.3"
OPEN, CHARGED = "SS2025-03", "DC-2025-11"
"""An appeal of the sample that waits for an answer, and the row that it is about."""


def file(client: Client, about: str, reason: str = "问题已提前解决", unit: str = UNIT) -> Any:
    where = reverse("appeal-new", args=(YEAR, unit))
    return client.post(where, {"about": about, "reason": reason}, follow=True)


def answer(client: Client, number: str, granted: str, said: str, **more: str) -> Any:
    where = reverse("appeal-answer", args=(YEAR, number))
    return client.post(where, {"granted": granted, "answer": said, **more}, follow=True)


def appeal(number: str) -> scoring.AppealState:
    read = load(Assessment.objects.get(year=YEAR)).assessment
    return next(one for one in scoring.appeal_list(read) if one.row.number == number)


def test_an_appeal_goes_into_the_table_of_the_folder(
    login: Login, assessment: Assessment, tmp_path: Path
) -> None:
    client = login(Role.UNIT)
    start = page(client.get(reverse("appeal-new", args=(YEAR, UNIT)), {"about": ROW}))
    assert f'value="{ROW}" selected' in start
    shown = page(file(client, ROW))
    assert "已提出申诉SS2025-04" in shown
    assert "尚未决定" in shown
    folder = Path(shutil.copytree(FOLDER, tmp_path / "2025"))
    who = scoring.By("unit", MOMENT)
    scoring.file_appeal(folder, UNIT, "问题已提前解决", who, entry="BGS2025032")
    assert exported(assessment, tmp_path / "out") == contents(folder)
    read = scoring.load_assessment(folder, provisional=True)
    made = read.appeals[-1]
    assert (made.number, made.unit, made.entry, str(made.made), made.granted) == (
        "SS2025-04", UNIT, "BGS2025032", "2025-09-12", None,
    )  # fmt: skip
    line = last()
    assert (line.what, line.about) == ("提出申诉", f"{UNIT} SS2025-04")
    assert "SS2025-04" in page(login(Role.STAFF).get(reverse("appeals", args=(YEAR,))))


def test_a_year_without_the_table_gets_one(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "2025"))
    (folder / "申诉.xlsx").unlink()
    who = scoring.By("unit", MOMENT)
    first = scoring.file_appeal(folder, UNIT, "一", who, item=(PART, FIRST, "2.3"))
    second = scoring.file_appeal(folder, OTHER, "二", who, entry="BGS2025029")
    assert (first.new_file, second.new_file) == ("申诉.xlsx", "")
    read = scoring.load_assessment(folder, provisional=True)
    assert [(a.number, a.entry, a.period, a.indicator) for a in read.appeals] == [
        ("SS2025-001", None, FIRST, "2.3"), ("SS2025-002", "BGS2025029", None, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("about", "reason", "said"),
    [
        ("台账|BGS2025029", "x", "选择一个有效的选项"),
        (f"{PART}|{FIRST}|9.9", "x", "选择一个有效的选项"),
        ("", "x", "必填"),
        (ROW, " ", "必填"),
        (ROW, "a\x07b", "不能用的字符"),
        (ROW, "长" * 1001, "1000"),
    ],
)
def test_a_wrong_appeal_is_refused(
    login: Login, assessment: Assessment, about: str, reason: str, said: str
) -> None:
    before, lines = files_of(assessment), logged()
    assert said in page(file(login(Role.UNIT), about, reason))
    assert (files_of(assessment), logged()) == (before, lines)


def test_one_appeal_at_a_time_on_one_thing(login: Login, assessment: Assessment) -> None:
    client = login(Role.UNIT)
    file(client, ROW)
    before = files_of(assessment)
    assert "已就此提出申诉SS2025-04，还没有答复" in page(file(client, ROW))
    assert files_of(assessment) == before
    assert "已提出申诉SS2025-05" in page(file(client, ITEM))


def test_a_refused_appeal_keeps_its_reason(login: Login, assessment: Assessment) -> None:
    staff = login(Role.STAFF)
    shown = page(answer(staff, OPEN, "no", "升级期间可在公报公布", carry_out="1"))
    assert f"已答复申诉{OPEN}" in shown
    found = appeal(OPEN).row
    assert (found.granted, found.answer, str(found.decided)) == (
        False, "升级期间可在公报公布", "2025-09-12",
    )  # fmt: skip
    assert row(CHARGED).revoked is None
    Account.objects.filter(name="unit").update(body="雁汀县人民政府")
    theirs = page(login(Role.UNIT).get(reverse("unit-appeals", args=(YEAR, "雁汀县人民政府"))))
    assert "升级期间可在公报公布" in theirs
    before = files_of(assessment)
    assert "已经答复过了" in page(answer(staff, OPEN, "yes", "改主意"))
    assert files_of(assessment) == before


def test_a_granted_appeal_revokes_its_row_in_the_same_change(
    login: Login, assessment: Assessment, tmp_path: Path
) -> None:
    version = assessment.version
    page(answer(login(Role.STAFF), OPEN, "yes", "经核实，已书面报告", carry_out="1"))
    assert row(CHARGED).revoked_reason == f"申诉{OPEN}：经核实，已书面报告"
    assert appeal(OPEN).standing == "granted"
    assessment.refresh_from_db()
    assert assessment.version == version + 1
    folder = Path(shutil.copytree(FOLDER, tmp_path / "2025"))
    said = "经核实，已书面报告"
    scoring.answer_appeal(folder, OPEN, True, said, scoring.By("staff", MOMENT, said))
    reason = f"申诉{OPEN}：{said}"
    scoring.revoke_entries(folder, [CHARGED], MOMENT.date(), scoring.By("staff", MOMENT, reason))
    assert exported(assessment, tmp_path / "out") == contents(folder)
    line = last()
    assert line.what == "答复申诉"
    assert line.after["said"][CHARGED]["撤销日期"] == "2025-09-12"
    assert check_log() is None


def test_a_granted_appeal_may_wait_to_be_carried_out(login: Login) -> None:
    staff = login(Role.STAFF)
    answer(staff, OPEN, "yes", "同意")
    assert row(CHARGED).revoked is None
    assert "支持，尚未更正" in page(staff.get(reverse("appeals", args=(YEAR,))))


def test_a_granted_appeal_on_an_item_changes_its_score(
    login: Login, assessment: Assessment
) -> None:
    file(login(Role.UNIT), ITEM)
    staff = login(Role.STAFF)
    shown = page(staff.get(reverse("appeal", args=(YEAR, "SS2025-04"))))
    assert "支持后的核查得分" in shown
    read = load(assessment).assessment
    items = scoring.items_to_verify(read, FIRST)
    made = next(i.made for i in items if (i.unit, i.code) == (UNIT, "2.3"))
    before = files_of(assessment)
    more = {"carry_out": "1", "made": made}
    wrong = page(answer(staff, "SS2025-04", "yes", "补充了过程材料", 核查得分="9", **more))
    assert "0到5" in wrong
    assert files_of(assessment) == before
    answer(staff, "SS2025-04", "yes", "补充了过程材料", 核查得分="5", **more)
    found = appeal("SS2025-04")
    assert found.standing == "granted"
    assert found.item is not None
    assert found.item.verified_score == 50_000
    assert str(found.item.verified_note).endswith("；经申诉SS2025-04复核：补充了过程材料")
    assert last().after["said"][f"{FIRST} 2.3 核查得分"] == "5"


@pytest.mark.parametrize(
    ("granted", "said", "wrong"),
    [("", "x", "必填"), ("maybe", "x", "有效的选项"), ("no", "", "必填")],
)
def test_an_incomplete_answer_is_refused(
    login: Login, assessment: Assessment, granted: str, said: str, wrong: str
) -> None:
    before, lines = files_of(assessment), logged()
    assert wrong in page(answer(login(Role.STAFF), OPEN, granted, said))
    assert (files_of(assessment), logged()) == (before, lines)


def test_what_is_not_there_is_not_found(login: Login) -> None:
    assert login(Role.STAFF).get(reverse("appeal", args=(YEAR, "SS9"))).status_code == 404
    nobody = reverse("unit-appeals", args=(YEAR, "没有的县"))
    assert login(Role.STAFF).get(nobody).status_code == 404


def test_nothing_changes_in_a_frozen_year(login: Login, assessment: Assessment) -> None:
    Assessment.objects.update(frozen=True)
    before = files_of(assessment)
    assert "已定稿" in page(file(login(Role.UNIT), ROW))
    assert "已定稿" in page(answer(login(Role.STAFF), OPEN, "yes", "同意", carry_out="1"))
    assert files_of(assessment) == before
