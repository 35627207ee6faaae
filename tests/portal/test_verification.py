"""Verification in the browser: what falls to whom, what is written into the forms, what is refused."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

import scoring
from scoring.points import SCALE
from scoring.portal.accounts.models import Account, Role
from scoring.portal.assessments.folder import LogText, contents_of, files_of
from scoring.portal.assessments.folder import save as put
from scoring.portal.assessments.models import Assessment
from scoring.portal.assessments.state import load
from scoring.portal.evidence.models import Attachment
from scoring.portal.log.chain import By, check_log
from scoring.portal.verification.finding import NOBODY, NOTE, Typed, touched
from scoring.portal.verification.models import Opinion
from tests.portal.conftest import FOLDER, UNIT, YEAR, Login
from tests.portal.matrix import OTHER_VERIFIER, VERIFIER
from tests.portal.test_form import FIRST, PART
from tests.portal.test_ledger import exported, last, logged, page
from tests.test_writing import contents

BY = By("测试")
ITEM = f"{PART}|{UNIT}|2.3"
"""Claimed 5, verified 4."""


def at(route: str = "verification", verifier: str = VERIFIER, *more: object) -> str:
    return reverse(route, args=(YEAR, verifier, *more))


def item(verifier: str = VERIFIER, unit: str = UNIT, code: str = "2.3") -> scoring.ItemToVerify:
    read = load(Assessment.objects.get(year=YEAR)).assessment
    found = scoring.items_to_verify(read, FIRST, verifier)
    return next(one for one in found if (one.unit, one.code) == (unit, code))


def save(client: Client, score: str, note: str = "", made: str | None = None, **more: str) -> Any:
    fields = {
        f"{ITEM}|made": item().made if made is None else made,
        f"{ITEM}|核查得分": score, f"{ITEM}|核查说明": note, "period": FIRST, **more,
    }  # fmt: skip
    return client.post(at("verification-save"), fields, follow=True)


def test_a_verifier_sees_what_falls_to_it_beside_the_claim(login: Login) -> None:
    client = login(Role.VERIFIER)
    shown = page(client.get(reverse("home"), follow=True))
    assert f"（{VERIFIER}）" in shown
    shown = page(client.get(at(), {"state": "", "unit": UNIT}))
    one = item()
    assert one.claim == "5"
    for text in (one.title, one.claim_note, one.evidence, one.note, "共同核查"):
        assert text in shown
    # 3.2 falls to another.
    assert f"{PART}|{UNIT}|3.2" not in shown
    assert f"{PART}|{UNIT}|4.4" in shown


def test_the_list_opens_with_what_is_still_to_be_done(login: Login) -> None:
    shown = page(login(Role.VERIFIER).get(at()))
    read = load(Assessment.objects.get(year=YEAR)).assessment
    items = scoring.items_to_verify(read, FIRST, VERIFIER)
    waiting = [one for one in items if not one.is_verified]
    assert f"共{len(items)}项，待核查{len(waiting)}项" in shown
    assert shown.count("|made") == len([one for one in items if one.hint])


def test_the_office_sees_who_has_how_much_left(login: Login) -> None:
    shown = page(login(Role.STAFF).get(reverse("verifications", args=(YEAR,))))
    assert VERIFIER in shown
    assert "待核查" in shown


def test_items_without_a_verifier_are_the_office_s(login: Login, assessment: Assessment) -> None:
    """A scheme that names no 责任单位 leaves 核查单位 blank in the forms that units hand in here."""
    overview = reverse("verifications", args=(YEAR,))
    assert NOBODY not in page(login(Role.STAFF).get(overview))
    assert login(Role.STAFF).get(at(verifier=NOBODY)).status_code == 404
    before = files_of(assessment)
    (way,) = (way for way in before if FIRST in way and UNIT[:3] in way and "自我考核/" in way)
    book = openpyxl.load_workbook(io.BytesIO(dict(contents_of(assessment, before))[way] or b""))
    rows = list(book.worksheets[0].iter_rows())
    named = [["".join(str(cell.value).split()) for cell in row] for row in rows]
    head = next(names for names in named if "指标编号" in names)
    line = next(row for row in rows if "2.3" in [str(cell.value) for cell in row])
    for name in ("核查得分", "核查单位", "核查说明"):
        line[head.index(name)].value = None
    out = io.BytesIO()
    book.save(out)
    assert put(assessment, BY, before, {way: out.getvalue()}, LogText("x"))
    office = login(Role.STAFF)
    assert f'{NOBODY}</a></th><td class="late">1项，待核查1项' in page(office.get(overview))
    assert "由办公室核查" in page(office.get(reverse("inbox", args=(YEAR,))))
    assert login(Role.VERIFIER).get(at(verifier=NOBODY)).status_code == 403
    assert ITEM in page(office.get(at(verifier=NOBODY)))
    fields = {
        f"{ITEM}|made": "未核查",
        f"{ITEM}|核查得分": "5",
        f"{ITEM}|核查说明": "",
        "period": FIRST,
    }
    shown = page(office.post(at("verification-save", NOBODY), fields, follow=True))
    assert "已保存1项。" in shown
    read = load(Assessment.objects.get(year=YEAR)).assessment
    (row,) = (
        i for i in read.tables.items if (i.unit, i.period, i.indicator) == (UNIT, FIRST, "2.3")
    )
    assert (row.verified_score, row.verifier) == (5 * SCALE, None)
    assert "1项，已核查" in page(office.get(overview))


def test_findings_are_written_as_the_command_merges_them(
    login: Login, assessment: Assessment, tmp_path: Path
) -> None:
    shown = page(save(login(Role.VERIFIER), "4.5", "补充材料后复核"))
    assert "已保存1项。" in shown
    folder = Path(shutil.copytree(FOLDER, tmp_path / "2025"))
    sheet = tmp_path / "核查表.xlsx"
    scoring.verification_sheet(scoring.load_assessment(folder, provisional=True), FIRST, sheet)
    book = openpyxl.load_workbook(sheet)
    for ws in book:
        head = next(
            (r for r in ws.iter_rows(max_row=6) if any(c.value == "指标编号" for c in r)), None
        )
        if head is None:
            continue
        column = {str(c.value).strip("*"): c.column for c in head}
        for row in range(head[0].row + 1, ws.max_row + 1):
            if (
                ws.cell(row, column["单位"]).value,
                str(ws.cell(row, column["指标编号"]).value),
            ) == (UNIT, "2.3"):
                ws.cell(row, column["核查得分"]).value = 4.5
                ws.cell(row, column["核查说明"]).value = "补充材料后复核"
    book.save(sheet)
    merge = scoring.merge_verification(folder, [sheet])
    assert [change.new for change, _ in merge.changes] == ["4.5", "补充材料后复核"]
    assert exported(assessment, tmp_path / "out") == contents(folder)
    line = last()
    assert (line.what, line.about, line.who) == ("核查", f"{VERIFIER} {FIRST}", "verifier")
    assert line.before[f"{UNIT} 2.3 核查得分"].startswith("4")
    assert line.after["said"][f"{UNIT} 2.3 核查得分"] == "4.5"
    assert check_log() is None


@pytest.mark.parametrize(
    ("score", "note", "said"),
    [
        ("6", "x", "应为0到5的数字"),
        ("很好", "x", "数字"),
        ("-1", "x", "0到5"),
        ("4.5", "a\x07b", "不能用的字符"),
        ("4.5", "长" * 1001, "最多1000字"),
    ],
)
def test_a_wrong_finding_is_said_beside_its_item(
    login: Login, assessment: Assessment, score: str, note: str, said: str
) -> None:
    before, lines = files_of(assessment), logged()
    shown = page(save(login(Role.VERIFIER), score, note))
    assert said in shown
    assert "第2行" not in shown
    # What was typed is there to be corrected.
    assert f'value="{score}"' in shown
    assert files_of(assessment) == before
    assert logged() == lines
    assert not Opinion.objects.exists()


def test_below_the_self_score_needs_a_reason(login: Login, assessment: Assessment) -> None:
    """A full score carries no reason; then a lower one without a reason is refused."""
    client = login(Role.VERIFIER)
    full = f"{PART}|{UNIT}|4.5"
    one = item(code="4.5")
    assert (one.claim, one.note) == ("3", "")
    fields = {
        f"{full}|made": one.made,
        f"{full}|核查得分": "2",
        f"{full}|核查说明": "",
        "period": FIRST,
    }
    before = files_of(assessment)
    shown = page(client.post(at("verification-save"), fields, follow=True))
    assert "低于自评（3）的理由" in shown
    assert files_of(assessment) == before
    fields[f"{full}|核查说明"] = "一件败诉"
    assert "已保存1项。" in page(client.post(at("verification-save"), fields, follow=True))
    assert (item(code="4.5").cells, item(code="4.5").note) == ({"核查得分": "2"}, "一件败诉")


def test_one_wrong_finding_keeps_the_page_from_being_saved(
    login: Login, assessment: Assessment
) -> None:
    other = f"{PART}|{UNIT}|4.5"
    before = files_of(assessment)
    more = {
        f"{other}|made": item(code="4.5").made,
        f"{other}|核查得分": "9",
        f"{other}|核查说明": "",
    }
    shown = page(save(login(Role.VERIFIER), "4.5", "复核", **more))
    assert 'value="9"' in shown
    assert 'value="4.5"' in shown
    assert files_of(assessment) == before


def test_what_nobody_touched_changes_nothing(login: Login, assessment: Assessment) -> None:
    before, lines = files_of(assessment), logged()
    one = item()
    shown = page(save(login(Role.VERIFIER), one.cells["核查得分"], one.note))
    assert "没有改动。" in shown
    assert (files_of(assessment), logged()) == (before, lines)


def test_two_verifiers_of_one_item_see_each_other(login: Login) -> None:
    first, second = login(Role.VERIFIER), login(Role.STAFF)
    stale = item().made
    save(first, "4.5", "司法局意见")
    where = at("verification", "市政府办公室")
    shown = page(second.get(where, {"state": "", "unit": UNIT}))
    assert f"{VERIFIER}（" in shown
    assert "4.5；司法局意见" in shown
    # Whoever looked before the other saved is told so, and overwrites nothing.
    fields = {
        f"{ITEM}|made": stale,
        f"{ITEM}|核查得分": "3",
        f"{ITEM}|核查说明": "办公室意见",
        "period": FIRST,
    }
    refused = page(second.post(at("verification-save", "市政府办公室"), fields, follow=True))
    assert "制表时是" in refused
    assert item().cells == {"核查得分": "4.5"}
    fields[f"{ITEM}|made"] = item().made
    second.post(at("verification-save", "市政府办公室"), fields)
    assert item().note == "办公室意见"
    assert [one.text for one in Opinion.objects.all()] == ["4.5；司法局意见", "3；办公室意见"]


def test_an_item_of_another_verifier_is_passed_over(login: Login, assessment: Assessment) -> None:
    before = files_of(assessment)
    theirs = f"{PART}|{UNIT}|3.2"
    fields = {
        f"{theirs}|made": "4.5",
        f"{theirs}|核查得分": "0",
        f"{theirs}|核查说明": "x",
        "period": FIRST,
    }
    shown = page(login(Role.VERIFIER).post(at("verification-save"), fields, follow=True))
    assert "没有改动。" in shown
    assert files_of(assessment) == before
    response = login(Role.VERIFIER).post(at("verification-save", OTHER_VERIFIER), fields)
    assert response.status_code == 403


def test_evidence_is_open_to_whom_the_item_falls(login: Login) -> None:
    file = Attachment.objects.filter(unit=UNIT, period=FIRST, indicator="2.1").get()
    client = login(Role.VERIFIER)
    assert client.get(at("verification-file", VERIFIER, file.pk)).status_code == 404
    Account.objects.filter(name="verifier").update(body="市政府办公室")
    mine = at("verification-file", "市政府办公室", file.pk)
    assert client.get(mine).content == (FOLDER / file.path).read_bytes()
    # By the address for units it stays closed.
    assert client.get(reverse("attachment", args=(file.pk,))).status_code == 403


@pytest.mark.parametrize("asked", [{"period": "三季度"}, {"period": "下半年"}])
def test_a_period_without_forms_is_not_there(login: Login, asked: dict[str, str]) -> None:
    assert login(Role.VERIFIER).get(at(), asked).status_code == 404


def test_nothing_changes_in_a_frozen_year(login: Login, assessment: Assessment) -> None:
    Assessment.objects.update(frozen=True)
    before = files_of(assessment)
    assert "已定稿" in page(save(login(Role.VERIFIER), "4.5", "复核"))
    assert files_of(assessment) == before
    assert not Opinion.objects.exists()


def sample_items(scheme: str) -> list[scoring.ItemToVerify]:
    read = scoring.load_assessment(FOLDER.parent / "schemes" / scheme, provisional=True)
    periods = dict.fromkeys(form.period for form in read.tables.forms)
    return [one for period in periods for one in scoring.items_to_verify(read, period)]


@pytest.mark.parametrize("scheme", ["jidu", "fenlei"])
def test_counts_and_grades_are_known_again(scheme: str) -> None:
    """What a page shows of an item, sent back as it is, is nothing new; anything else is."""
    items = sample_items(scheme)
    assert any(len(one.columns) > 1 for one in items)
    for one in items:
        shown = {name: one.cells.get(name, "") for name in one.columns} | {NOTE: one.note}
        assert not touched(Typed(one, shown, one.made)), one
        for change in (
            {NOTE: "另一个理由"},
            {one.columns[-1]: "不适用"},
            {one.columns[0]: "0.125"},
        ):
            said = {**shown, **change}
            assert touched(Typed(one, said, one.made)) == (said != shown), (one, change)


def test_a_counted_item_takes_counts_or_not_applicable(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER.parent / "schemes" / "fenlei", tmp_path / "fenlei"))
    first = next(one for one in sample_items("fenlei") if len(one.columns) == 3)
    done, of, score = first.columns

    def said(cells: dict[str, str]) -> str:
        finding = scoring.ItemFinding(first.component, first.unit, first.period, first.code, cells)
        merge = scoring.verify_items(folder, [finding])
        if merge.refused:
            return merge.problems[0].kind
        read = scoring.load_assessment(folder, provisional=True)
        items = scoring.items_to_verify(read, first.period)
        at = (first.component, first.unit, first.code)
        return next(one.made for one in items if (one.component, one.unit, one.code) == at)

    assert said({done: "3", of: "4", NOTE: "缺一件"}) == "3/4；缺一件"
    assert said({done: "5", of: "4"}) == "verification-incomplete"
    assert said({score: "9"}) == "verification-way"
    assert said({score: "不适用", NOTE: "没有这项职能"}) == "不适用 3/4；没有这项职能"
    assert said({done: "4", of: "4"}) == "4/4；没有这项职能"
