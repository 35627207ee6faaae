"""Whoever asks too often, or for too much at once, is answered so, and nothing of his request is read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, reverse

from scoring.portal import limits
from scoring.portal.accounts.models import Role
from scoring.portal.evidence.models import Attachment
from scoring.portal.ledger.views import MOST_FILES
from scoring.portal.limits import ALLOWANCES, Allowances
from scoring.portal.log.models import LogLine
from scoring.portal.urls import urlpatterns
from tests.portal.conftest import PASSWORD, UNIT, YEAR, Login

FORM = (YEAR, UNIT, "self_assessment", "下半年")


@pytest.fixture(autouse=True)
def _time_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ALLOWANCES, "clock", lambda: 1000.0)


@pytest.fixture
def few(settings: Any) -> None:
    """Two requests of an account a minute, five of an address."""
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, (2, 5))


def test_an_allowance_is_used_up_and_fills_again() -> None:
    now = [0.0]
    found = Allowances(lambda: now[0])
    assert [found.take({"a": 3}) for _ in range(4)] == [0, 0, 0, 20]
    assert found.take({"b": 3}) == 0
    now[0] = 19.0
    assert found.take({"a": 3}) == 1
    now[0] = 20.0
    assert [found.take({"a": 3}) for _ in range(2)] == [0, 20]
    now[0] = 1000.0
    assert [found.take({"a": 3}) for _ in range(4)] == [0, 0, 0, 20]


def test_of_two_allowances_both_are_taken_or_none() -> None:
    found = Allowances(lambda: 0.0)
    assert found.take({"account": 5, "address": 1}) == 0
    assert found.take({"account": 5, "address": 1}) == 60
    assert [found.take({"account": 5}) for _ in range(5)] == [0, 0, 0, 0, 12]


def test_many_at_once_get_no_more_than_there_is() -> None:
    found = Allowances(lambda: 0.0)
    with ThreadPoolExecutor(16) as pool:
        given = list(pool.map(lambda _: found.take({"a": 50}), range(400)))
    assert given.count(0) == 50


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_MOST_KEPT", 10)
    now = [0.0]
    found = Allowances(lambda: now[0])
    for number in range(100):
        now[0] = float(number * 10)
        found.take({f"{number}": 1})
    assert len(found._left) <= 12


@pytest.mark.parametrize("method", ["upload", "download", "heavy", "answer", "page", "login"])
def test_each_kind_is_refused_with_a_page(
    method: str, few: None, login: Login, caplog: pytest.LogCaptureFixture
) -> None:
    staff, unit = login(Role.STAFF), login(Role.UNIT)
    file = Attachment.objects.filter(unit=UNIT).first()
    assert file is not None
    before = LogLine.objects.count()
    names = iter("abcdefgh")

    def asks() -> Any:
        match method:
            case "upload":
                pdf = SimpleUploadedFile("1.exe", b"MZ")
                return unit.post(reverse("upload", args=(*FORM, "2.1")), {"file": pdf})
            case "download":
                return unit.get(reverse("attachment", args=(file.pk,)))
            case "heavy":
                return staff.get(reverse("import"))
            case "answer":
                return unit.post(reverse("answer", args=FORM), {})
            case "login":
                return Client().post(reverse("login"), {"username": next(names), "password": "y"})
            case _:
                return unit.get(reverse("form", args=FORM))

    most = 5 if method == "login" else 2
    assert 429 not in {asks().status_code for _ in range(most)}
    refused = asks()
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == ("12" if method == "login" else "30")
    page = refused.content.decode()
    assert "操作太频繁" in page
    assert f"请{refused.headers['Retry-After']}秒后再试" in page
    assert "Content-Security-Policy" in refused.headers
    # The line for whoever runs it names who, and the log of the year is not flooded.
    (line,) = [r.getMessage() for r in caplog.records if r.name == "kaohe.portal"]
    assert line.startswith(f"429: too many requests ({method}), account ")
    assert LogLine.objects.count() - before <= (5 if method == "login" else 0)


def test_the_page_s_script_is_answered_in_json(few: None, login: Login) -> None:
    unit = login(Role.UNIT)
    headers = {"accept": "application/json"}
    for _ in range(3):
        answer = unit.post(reverse("answer", args=FORM), {"1.1|自评说明": "x"}, headers=headers)
    assert (answer.status_code, answer.json()) == (429, {"error": "操作太频繁，请30秒后再试。"})


def test_others_are_not_held_up(few: None, login: Login) -> None:
    unit, provider = login(Role.UNIT), login(Role.PROVIDER)
    where = reverse("inbox", args=(YEAR,))
    assert [unit.get(where).status_code for _ in range(3)] == [200, 200, 429]
    assert provider.get(where).status_code == 200
    # But one address has only so many, whoever asks.
    codes = [Client().get(reverse("login")).status_code for _ in range(4)]
    assert codes == [200, 200, 429, 429]
    elsewhere = Client(REMOTE_ADDR="10.0.0.9").get(reverse("login"))
    assert elsewhere.status_code == 200


def test_what_a_stranger_and_the_denied_ask_counts_too(few: None, login: Login) -> None:
    unit = login(Role.UNIT)
    codes = [unit.get(reverse("log")).status_code for _ in range(3)]
    assert codes == [403, 403, 429]


def test_a_password_is_not_guessed_within_a_session(login: Login) -> None:
    """Whoever finds a desk open has ten guesses a minute, each of which is work."""
    unit, where = login(Role.UNIT), reverse("password")
    fields = {"old_password": "x", "new_password1": "y", "new_password2": "y"}
    codes = [unit.post(where, fields).status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]
    assert unit.get(where).status_code == 200


def test_a_locked_account_is_told_when(client: Client) -> None:
    for _ in range(6):
        data = {"username": "unit", "password": "wrong"}
        locked = client.post(reverse("login"), data)
    assert locked.status_code == 429
    assert locked.headers["Retry-After"] == "900"
    assert "登录已暂停" in locked.content.decode()


# The size of a request


def test_an_oversized_request_is_not_read(
    login: Login, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reads(*_: object) -> None:
        raise AssertionError("the body was read")

    monkeypatch.setattr("django.http.request.HttpRequest._load_post_and_files", reads)
    unit = login(Role.UNIT)
    for who, route, length in (
        (Client(), reverse("login"), 2_000_001),
        # Where files are taken in, not from a stranger.
        (Client(), reverse("import"), 2_000_001),
        (unit, reverse("answer", args=FORM), 2_000_001),
        (unit, reverse("upload", args=(*FORM, "2.1")), 201_000_001),
    ):
        answer = who.post(
            route, b"x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(length)
        )
        assert answer.status_code == 413, route
        assert "文件太大" in answer.content.decode()


def test_too_many_files_and_fields_are_refused(login: Login) -> None:
    unit = login(Role.UNIT)
    files = [SimpleUploadedFile(f"{n}.pdf", b"%PDF-") for n in range(11)]
    before = Attachment.objects.count()
    answer = unit.post(reverse("upload", args=(*FORM, "2.1")), {"file": files})
    assert answer.status_code == 400
    fields = {f"f{number}": "" for number in range(2_001)}
    assert unit.post(reverse("answer", args=FORM), fields).status_code == 400
    assert Attachment.objects.count() == before


# The table


def test_the_tables_name_routes_that_there_are(settings: Any) -> None:
    names = {pattern.name for pattern in urlpatterns if isinstance(pattern, URLPattern)}
    named = [route for routes in settings.RATE_ROUTES.values() for route in routes]
    assert set(named) <= names
    assert len(named) == len(set(named))
    assert settings.BODY_LIMITS.keys() - {""} <= names
    assert settings.RATE_ROUTES.keys() == settings.RATE_LIMITS.keys() - {"page"}


def test_what_takes_files_is_limited_as_an_upload(settings: Any) -> None:
    """A page that sends files has its size in the table, and its rate."""
    large = {route for route, most in settings.BODY_LIMITS.items() if route and most > 2_000_000}
    assert large == settings.RATE_ROUTES["upload"] | {"import"}
    # As many files as its page takes.
    assert settings.BODY_LIMITS["rectify"] > MOST_FILES * settings.EVIDENCE_MAX_BYTES


def test_an_office_at_its_usual_work_meets_no_limit(login: Login) -> None:
    """A unit that fills in its whole form in half a minute."""
    unit = login(Role.UNIT)
    codes = {unit.post(reverse("answer", args=FORM), {}).status_code for _ in range(60)}
    codes |= {unit.get(reverse("inbox", args=(YEAR,))).status_code for _ in range(30)}
    assert codes == {200, 302}
    assert (
        Client().post(reverse("login"), {"username": "unit", "password": PASSWORD}).status_code
        == 302
    )
