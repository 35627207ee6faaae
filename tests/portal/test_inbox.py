"""The inbox: what each role is told, when, and what its calendar holds."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scoring.portal.accounts.models import Account, Role
from scoring.portal.assessments.models import Assessment
from scoring.portal.inbox.matters import Matter, Urgency, deadlines, matters
from scoring.portal.ledger.models import Report
from tests.portal.conftest import UNIT, YEAR, Login
from tests.portal.matrix import PROVIDER, ROW, UNIT_ROW
from tests.portal.test_form import FIRST
from tests.portal.test_ledger import NEW, OFFICE, at, logged, page, tell

INBOX = ("inbox", "calendar")


def told(role: Role) -> list[tuple[str, str, str]]:
    """Kind, first word of the text, urgency."""
    found = matters(Assessment.objects.get(year=YEAR), Account.objects.get(name=role.value))
    return [(one.what, one.text.split()[0], one.urgency.value) for one in found]


def show(client: Client, route: str = "inbox") -> Any:
    return client.get(reverse(route, args=(YEAR,)))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 9, 18), []),
        (date(2025, 9, 19), [("整改", UNIT_ROW, "soon")]),
        (date(2025, 9, 24), [("整改", UNIT_ROW, "soon")]),
        (date(2025, 9, 25), [("整改", UNIT_ROW, "late")]),
        (date(2026, 1, 10), [("报送考核表", UNIT, "soon")]),
        (date(2026, 1, 16), [("报送考核表", UNIT, "late")]),
    ],
)
def test_a_unit_is_told_five_days_before(
    settings: Any, db: None, day: date, expected: list[tuple[str, str, str]]
) -> None:
    settings.TODAY = day
    found = told(Role.UNIT)
    assert [one for one in expected if one not in found] == []
    if not expected:
        assert found == []


def test_how_far_off_a_day_is(settings: Any) -> None:
    settings.TODAY = date(2025, 9, 12)
    for day, word in ((11, "逾期1天"), (12, "今天到期"), (15, "还有3天")):
        assert Matter("整改", "x", "/", Urgency.SOON, date(2025, 9, day)).word == word


def test_a_report_moves_the_matter_from_the_unit_to_the_provider(
    login: Login, settings: Any
) -> None:
    settings.TODAY = date(2025, 9, 20)
    waits = ("整改", UNIT_ROW, "soon")
    confirms = ("确认整改", UNIT_ROW, "soon")
    assert waits in told(Role.UNIT)
    tell(login(Role.UNIT), "2025-09-20")
    assert waits not in told(Role.UNIT)
    assert confirms in told(Role.STAFF)
    assert confirms not in told(Role.PROVIDER)
    Account.objects.filter(name="provider").update(body=OFFICE)
    assert confirms in told(Role.PROVIDER)
    decide = at("rectification-decide", UNIT_ROW, Report.objects.get().pk, provider=OFFICE)
    login(Role.STAFF).post(decide, {"decision": "refuse", "reason": "链接打不开"})
    assert confirms not in told(Role.PROVIDER)
    assert waits in told(Role.UNIT)
    shown = page(show(login(Role.UNIT)))
    assert "整改未通过" in shown
    assert "链接打不开" in shown
    tell(login(Role.UNIT), "2025-09-20")
    decide = at("rectification-decide", UNIT_ROW, Report.objects.last().pk, provider=OFFICE)  # type: ignore[union-attr]
    login(Role.STAFF).post(decide, {"decision": "confirm"})
    assert "整改已确认" in page(show(login(Role.UNIT)))
    assert waits not in told(Role.UNIT)


def test_a_new_row_is_news_to_its_unit_alone(login: Login) -> None:
    login(Role.PROVIDER).post(at("entry-new"), {**NEW, "单位": UNIT})
    news = ("新登记问题", "DC-2025-16", "news")
    assert news in told(Role.UNIT)
    Account.objects.filter(name="unit").update(body="青禾县人民政府")
    assert news not in told(Role.UNIT)


def test_a_returned_form_and_an_answered_appeal_are_told(
    login: Login, assessment: Assessment
) -> None:
    staff = login(Role.STAFF)
    where = reverse("return", args=(YEAR, UNIT, "self_assessment", FIRST))
    staff.post(where, {"reason": "2.1缺截图"})
    assert ("考核表已退回", UNIT, "late") in told(Role.UNIT)
    Account.objects.filter(name="unit").update(body="雁汀县人民政府")
    assert ("答复申诉", "SS2025-03", "soon") in told(Role.STAFF)
    answer = reverse("appeal-answer", args=(YEAR, "SS2025-03"))
    staff.post(answer, {"granted": "yes", "answer": "同意"})
    assert ("落实申诉", "SS2025-03", "late") in told(Role.STAFF)
    shown = page(show(login(Role.UNIT)))
    assert "申诉SS2025-03：支持，尚未更正。同意" in shown


def test_providers_verifiers_and_assessors_are_told_what_waits(db: None) -> None:
    provider = told(Role.PROVIDER)
    assert ("督促整改", "DC-2025-07", "late") in provider
    assert ("督促整改", ROW, "soon") in provider
    assert all(number.startswith("DC") for _, number, _ in provider)
    assert [what for what, _, _ in told(Role.VERIFIER)] == ["核查"]
    Account.objects.filter(name="third_party").update(body="第三方评估")
    assert [what for what, _, _ in told(Role.THIRD_PARTY)] == ["评估得分"]
    assert told(Role.LEADER) == []


def test_the_office_is_told_of_all(db: None) -> None:
    found = told(Role.ADMIN)
    assert ("答复申诉", "SS2025-03", "soon") in found
    assert ("督促整改", "WA-2025-011", "late") in found
    urgencies = [urgency for _, _, urgency in found]
    assert urgencies == sorted(urgencies, key=["late", "soon", "open", "news"].index)


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_both_pages(login: Login, role: Role) -> None:
    client = login(role)
    lines = logged()
    for route in INBOX:
        assert show(client, route).status_code == 200
        assert client.post(reverse(route, args=(YEAR,))).status_code == 405
        assert Client().get(reverse(route, args=(YEAR,))).status_code == 302
    assert logged() == lines


def test_the_calendar_holds_every_deadline_of_the_unit(
    login: Login, assessment: Assessment
) -> None:
    response = show(login(Role.UNIT), "calendar")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    text = response.content.decode()
    lines = text.replace("\r\n ", "").split("\r\n")
    assert (lines[0], lines[-2], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    days = [line.partition(":")[2] for line in lines if line.startswith("DTSTART")]
    account = Account.objects.get(name="unit")
    expected = [one.day for one in deadlines(assessment, account)]
    assert days == [f"{day:%Y%m%d}" for day in expected if day]
    assert {"20250924", "20260115"} <= set(days)
    # The same matters keep their names from day to day.
    uids = [line for line in lines if line.startswith("UID")]
    assert len(set(uids)) == len(uids)
    assert show(login(Role.UNIT), "calendar").content == response.content
    assert PROVIDER not in text
