"""A correction after publication: opened with a reason, about some units only, by two persons, beside what was
published."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

import scoring
from scoring.cli.app import app
from scoring.portal import clock
from scoring.portal.accounts.models import Account, Role
from scoring.portal.assessments.corrections import FrozenError
from scoring.portal.assessments.folder import LogText, change, contents_of, files_of, save, take_in
from scoring.portal.assessments.models import Assessment, Correction
from scoring.portal.assessments.state import load
from scoring.portal.inbox.matters import deadlines
from scoring.portal.ledger.models import Decision, Report
from scoring.portal.log.chain import By, check_log
from scoring.portal.log.models import LogLine
from scoring.portal.results.models import FinalResult, Step
from tests.conftest import SAMPLE
from tests.portal.conftest import OTHER, UNIT, Login
from tests.portal.test_results import exported
from tests.test_writing import contents
from tests.thorough import LONG

pytestmark = LONG

YEAR = 2024
ASSESSOR = "衡知公共治理评估中心"
ROW, PROVIDER = "BGS2024039", "市政府办公室"
"""A row that costs the unit 1.5 points."""
REASON = "申诉复核：BGS2024039在期限内已整改"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample year with its final papers."""
    found = tmp_path_factory.mktemp("graded") / "2024"
    shutil.copytree(SAMPLE, found)
    read = scoring.load_assessment(found)
    result = scoring.score_assessment(read)
    scoring.publish_results(result, read, found / "结果")
    scoring.publish_feedback(result, read, found / "反馈")
    return found


@pytest.fixture
def year(db: None, settings: Any, folder: Path) -> Assessment:
    """The sample year, published."""
    settings.TODAY = date(2025, 2, 10)
    found = take_in(folder, YEAR, By("王某"))
    proposer = Account.objects.get(name="staff")
    FinalResult.objects.create(
        assessment=found, step=Step.PUBLISHED, proposed_by=proposer, proposed_at=clock.now()
    )
    found.frozen = True
    found.save()
    return found


@pytest.fixture
def one_note(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the notes to all units only those that a test looks at: each takes a while."""

    def few(result: scoring.Result, read: scoring.Assessment, out: Path) -> None:
        out.mkdir()
        for name, content in scoring.make_feedback(result, read, [UNIT]).items():
            (out / name).write_bytes(content)

    monkeypatch.setattr(scoring, "publish_feedback", few)


def act(client: Client, route: str, *more: object, **fields: Any) -> str:
    response = client.post(reverse(route, args=(YEAR, *more)), fields, follow=True)
    return response.content.decode()


def see(client: Client, route: str, *more: object) -> str:
    return client.get(reverse(route, args=(YEAR, *more))).content.decode()


def begin(login: Login, *units: str) -> str:
    return act(login(Role.ADMIN), "correction-open", unit=units or [UNIT], reason=REASON)


def revoke(client: Client, row: str = ROW, provider: str = PROVIDER) -> str:
    return act(client, "entry-revoke", provider, row, reason="期限内已整改")


def published(login: Login) -> None:
    """A correction all the way."""
    begin(login)
    revoke(login(Role.STAFF))
    act(login(Role.STAFF), "correction-propose")
    act(login(Role.ADMIN), "correction-approve")
    act(login(Role.STAFF), "correction-publish")


def test_the_whole_way_by_two_persons(login: Login, year: Assessment, tmp_path: Path) -> None:
    """And the papers are those of the command line on the exported folder, byte for byte."""
    staff, admin, unit = login(Role.STAFF), login(Role.ADMIN), login(Role.UNIT)
    before = files_of(year)
    assert "更正已开始" in begin(login)
    assert "没有要更正的" in see(staff, "corrections")
    assert f"已撤销{ROW}" in revoke(staff)
    page = see(staff, "corrections")
    moved = page.split(f'<th scope="row">{UNIT}</th>')[1].split("</tr>")[0]
    assert "90.00" in moved
    assert "90.45" in moved
    by_hand = exported(year, tmp_path / "by hand")
    assert "更正已提请审定" in act(staff, "correction-propose")
    assert "提请人不能自己审定" in act(staff, "correction-approve")
    own = reverse("unit-correction-paper", args=(YEAR, UNIT, 1, f"{UNIT}反馈单.docx"))
    assert unit.get(own).status_code == 404
    assert "更正已审定" in act(admin, "correction-approve")
    assert unit.get(own).status_code == 404
    assert "更正已公布" in act(staff, "correction-publish")

    done = exported(year, tmp_path / "done")
    corrected = by_hand / "更正结果"
    for command in (
        ["grade", by_hand, "--corrects", by_hand / "结果"],
        ["feedback", by_hand, "--out", corrected / "反馈"],
    ):
        answer = CliRunner().invoke(app, list(map(str, command)), standalone_mode=False)
        assert answer.return_value == 0, answer.output
    assert contents(done) == contents(by_hand)
    # What was published stays as it was.
    after = files_of(year)
    kept = {way for way in before if way.startswith(("结果/", "反馈/"))}
    assert len(kept) > 50
    assert {way: after[way] for way in kept} == {way: before[way] for way in kept}
    graded = json.loads((corrected / "results.json").read_text("utf-8"))
    now = next(one for one in graded["units"] if one["unit"] == UNIT)
    assert now["composite"] == "90.45"

    # The unit sees both, the newer one first, and its own note alone.
    page = see(unit, "unit", UNIT)
    new, old = page.split("原来公布的")
    assert new.index("第1次更正") < new.index("更正通报.docx")
    assert REASON in new
    assert "通报.docx" in old
    assert "90.45" in page
    notes = corrected / "反馈"
    assert unit.get(own).content == (notes / f"{UNIT}反馈单.docx").read_bytes()
    earlier = reverse("unit-paper", args=(YEAR, UNIT, f"{UNIT}反馈单.docx"))
    assert unit.get(earlier).content == (by_hand / "反馈" / f"{UNIT}反馈单.docx").read_bytes()
    for name in (f"{OTHER}反馈单.docx", "考核结果.xlsx", "通报.docx", "反馈总览.xlsx"):
        where = reverse("unit-correction-paper", args=(YEAR, UNIT, 1, name))
        assert unit.get(where).status_code == 404, name
    assert "结果已更正" in see(unit, "inbox")


@pytest.mark.usefixtures("one_note")
def test_every_change_stands_in_the_log_with_the_correction(login: Login, year: Assessment) -> None:
    published(login)
    lines = LogLine.objects.filter(reason__startswith="第1次更正").order_by("number")
    assert [(line.what, line.reason) for line in lines] == [
        ("开始更正", f"第1次更正：{REASON}"),
        ("撤销台账", "第1次更正：期限内已整改"),
        ("提请审定更正", "第1次更正"),
        ("审定更正", "第1次更正"),
        ("公布更正", "第1次更正"),
    ]
    assert check_log() is None
    page = see(login(Role.STAFF), "corrections")
    assert "期限内已整改" in page.split("改动（1）")[1]
    # The units learn the reason, not who did what.
    assert "改动（" not in see(login(Role.LEADER), "corrections")


def refused(year: Assessment, tries: Callable[[], str], said: str) -> None:
    """Nothing changes by what is tried, and the page says why."""
    files, lines = files_of(year), LogLine.objects.count()
    assert said in tries()
    assert files_of(year) == files
    assert LogLine.objects.count() == lines


def test_only_the_office_and_only_what_it_is_about(login: Login, year: Assessment) -> None:
    """Another unit's row, a row by its provider, what was published: refused, with nothing changed."""
    staff = login(Role.STAFF)
    refused(year, lambda: revoke(staff), "本年度已定稿")
    begin(login)
    read = scoring_rows(year)
    row, provider, unit = next((e, p, u) for e, p, u in read if u != UNIT and p)
    refused(year, lambda: revoke(staff, row, provider), f"第1次更正只涉及{UNIT}")
    assert unit != UNIT
    owner = Account.objects.get(name="provider")
    owner.body = PROVIDER
    owner.save()
    own = login(Role.PROVIDER)
    refused(year, lambda: revoke(own), "本年度已定稿")
    score = {"third_party|{}|得分": "99", "third_party|{}|备注": ""}
    others = {name.format(OTHER): text for name, text in score.items()}
    refused(year, lambda: act(staff, "scores-save", ASSESSOR, **others), "第1次更正只涉及")
    mine = {name.format(UNIT): text for name, text in score.items()}
    assert "已保存1个单位的得分" in act(staff, "scores-save", ASSESSOR, **mine)
    within = By("王某", correction=1)
    for way in ("结果/通报.docx", "反馈/x.docx"):
        with pytest.raises(FrozenError):
            save(year, within, files_of(year), {way: b"1"}, LogText("x"))
    # A correction that is not, or that another one is.
    with pytest.raises(FrozenError):
        save(year, By("王某", correction=2), files_of(year), {"x.txt": b"1"}, LogText("x"))
    with pytest.raises(FrozenError, match="考核对象等公共内容"):
        change(year, within, a_new_unit, lambda _: LogText("x"))
    assert "message success" in revoke(staff)


def scoring_rows(year: Assessment) -> list[tuple[str, str, str]]:
    return [
        (row.entry, row.provider or "", row.unit)
        for row in load(year).assessment.tables.entries
        if row.revoked is None
    ]


def a_new_unit(folder: Path) -> None:
    path = folder / "考核对象.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    row = [cell.value for cell in sheet[sheet.max_row]]
    sheet.append(["新区人民政府" if isinstance(v, str) and "市" in v else v for v in row])
    book.save(path)


@pytest.mark.usefixtures("one_note")
def test_what_is_under_way_is_the_offices_alone(login: Login, year: Assessment) -> None:
    begin(login)
    revoke(login(Role.STAFF))
    for role in (Role.UNIT, Role.LEADER):
        client = login(role)
        page = see(client, "unit", UNIT)
        assert "90.00" in page
        assert "90.45" not in page
        assert "正在办理" not in page
    assert "90.45" in see(login(Role.STAFF), "unit", UNIT)
    assert "正在办理" in see(login(Role.STAFF), "ledgers")
    found = Assessment.objects.get(pk=year.pk)
    for role, files in ((Role.UNIT, Correction.objects.get().files), (Role.STAFF, None)):
        deadlines(found, Account.objects.get(name=role.value))
        assert found.shown == files
    leader = login(Role.LEADER)
    assert REASON not in see(leader, "corrections")
    act(login(Role.STAFF), "correction-propose")
    where = reverse("correction-paper", args=(YEAR, 1, "更正通报.docx"))
    assert leader.get(where).status_code == 404
    assert login(Role.ADMIN).get(where).status_code == 200
    # Laid before a second person, it does not change any more.
    staff = login(Role.STAFF)
    refused(year, lambda: revoke(staff), "本年度已定稿")


@pytest.mark.usefixtures("one_note")
def test_a_proposal_taken_back_and_a_correction_given_up(login: Login, year: Assessment) -> None:
    staff, admin = login(Role.STAFF), login(Role.ADMIN)
    before = files_of(year)
    begin(login)
    refused(year, lambda: act(staff, "correction-propose"), "没有要更正的")
    revoke(staff)
    act(staff, "correction-propose")
    assert "没有在办理的更正" in act(admin, "correction-drop", reason="x")
    assert "请写明撤回的理由" in act(staff, "correction-withdraw")
    assert "已撤回" in act(staff, "correction-withdraw", reason="理由写错")
    assert not [way for way in files_of(year) if way.startswith("更正结果/")]
    assert "更正已提请审定" in act(staff, "correction-propose")
    assert "审定更正" in see(admin, "inbox")
    act(staff, "correction-withdraw", reason="再看")
    assert "办理更正" in see(admin, "inbox")
    report = a_report(year)
    assert "请写明放弃的理由" in act(admin, "correction-drop", reason=" ")
    assert "资料恢复到更正以前" in act(admin, "correction-drop", reason="原处理无误")
    assert files_of(year) == before
    assert "办理更正" not in see(admin, "inbox")
    report.refresh_from_db()
    assert report.decision == Decision.OPEN
    line = LogLine.objects.get(what="放弃更正")
    assert line.reason == "第1次更正：原处理无误"
    assert "message error" in revoke(staff)
    # Its number and its folder are free again.
    published(login)
    numbers = list(Correction.objects.values_list("number", "step"))
    assert numbers == [(1, "dropped"), (1, "published")]


def a_report(year: Assessment) -> Report:
    """A unit's report that was confirmed within the correction."""
    return Report.objects.create(
        assessment=year, component="ledger", entry=ROW, unit=UNIT, provider=PROVIDER, note="x",
        day=date(2024, 7, 5), reported_at=clock.now(), reported_by="x", decided_at=clock.now(),
        decision=Decision.CONFIRMED, decided_by="x",
    )  # fmt: skip


@pytest.mark.usefixtures("one_note")
def test_what_moved_after_the_proposal_is_not_approved(login: Login, year: Assessment) -> None:
    begin(login)
    revoke(login(Role.STAFF))
    act(login(Role.STAFF), "correction-propose")
    Correction.objects.update(step="open")
    assert save(year, By("王某", correction=1), files_of(year), {"x.txt": b"1"}, LogText("x"))
    Correction.objects.update(step="proposed")
    assert "提请以后资料又有改动" in act(login(Role.ADMIN), "correction-approve")
    assert "还没有审定" in act(login(Role.ADMIN), "correction-publish")


@pytest.mark.usefixtures("one_note")
def test_a_second_correction_corrects_the_first(login: Login, year: Assessment) -> None:
    published(login)
    first = {way: sha for way, sha in files_of(year).items() if way.startswith("更正结果/")}
    assert first
    begin(login, OTHER)
    row, provider = next((e, p) for e, p, u in scoring_rows(year) if u == OTHER and p and costs(e))
    revoke(login(Role.ADMIN), row, provider)
    assert "更正已提请审定" in act(login(Role.ADMIN), "correction-propose")
    act(login(Role.STAFF), "correction-approve")
    act(login(Role.STAFF), "correction-publish")
    after = files_of(year)
    assert {way: after[way] for way in first} == first
    ((_, manifest),) = contents_of(year, {"": after["第2次更正/manifest.json"]})
    corrects = json.loads(manifest or b"")["options"]["grade"]["corrects"]
    assert corrects == first["更正结果/results.json"]
    assert "第2次更正/更正通报.docx" in after
    page = see(login(Role.UNIT), "unit", UNIT)
    places = [page.index(f"<h3>{said}") for said in ("第2次更正", "第1次更正", "原来公布的")]
    assert places == sorted(places)


def costs(entry: str) -> bool:
    result = scoring.score_assessment(scoring.load_assessment(SAMPLE))
    return any(one.entry == entry and one.deduction for one in result.entries)


def test_what_a_correction_needs(login: Login, year: Assessment) -> None:
    admin = login(Role.ADMIN)
    tries: list[tuple[dict[str, Any], str]] = [
        ({"unit": [UNIT], "reason": " "}, "请写明更正的理由"),
        ({"unit": [], "reason": "x"}, "请选择更正涉及的单位"),
        ({"unit": ["没有这个单位"], "reason": "x"}, "请选择更正涉及的单位"),
        ({"unit": [UNIT], "reason": "长" * 501}, "理由最多500字"),
    ]
    for fields, said in tries:
        refused(year, partial(act, admin, "correction-open", **fields), said)
    assert not Correction.objects.exists()


def test_one_at_a_time_and_not_before_publication(
    login: Login, year: Assessment, settings: Any
) -> None:
    begin(login)
    assert "已有一次更正在办理" in begin(login, OTHER)
    account = Account.objects.get(name="admin")
    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.create(
            assessment=year, number=2, reason="x", units=[], files={}, opened_by=account,
            opened_at=clock.now(),
        )  # fmt: skip
    where = reverse("correction-open", args=(2025,))
    answer = login(Role.ADMIN).post(where, {"unit": UNIT, "reason": "x"}, follow=True)
    assert "结果还没有公布" in answer.content.decode()
    assert not Assessment.objects.get(year=2025).frozen
