"""Logging in, passwords, lockout, the office's page of accounts."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scoring.portal.accounts.hashers import Argon2, hashed_once
from scoring.portal.accounts.models import Account, Role
from scoring.portal.accounts.passwords import one_time_password
from scoring.portal.log.models import LogLine
from tests.portal.conftest import PASSWORD, UNIT, YEAR, Login

GOOD = "two-kites-in-may-8"


def enter(client: Client, name: str, password: str, **more: Any) -> Any:
    return client.post(reverse("login"), {"username": name, "password": password, **more})


def test_logging_in_and_out(client: Client) -> None:
    response = enter(client, "unit", PASSWORD)
    assert response.status_code == 302
    assert client.get(reverse("home"))["Location"] == reverse("unit", args=(YEAR, UNIT))
    client.post(reverse("logout"))
    assert client.get(reverse("home")).status_code == 302
    said = list(LogLine.objects.order_by("number").values_list("what", "who"))
    assert said[-2:] == [("登录", "unit"), ("退出", "unit")]


def test_a_wrong_password_says_no_more_than_a_wrong_name(client: Client) -> None:
    wrong = enter(client, "unit", "no").content.decode()
    unknown = enter(client, "nobody", "no").content.decode()
    assert "用户名或密码不对。" in wrong
    assert "用户名或密码不对。" in unknown
    assert LogLine.objects.filter(what="登录失败").count() == 2


def test_five_wrong_passwords_close_the_account_from_there(client: Client) -> None:
    for _ in range(4):
        assert enter(client, "unit", "no").status_code == 200
    locked = enter(client, "unit", "no")
    assert locked.status_code == 429
    assert "15分钟" in locked.content.decode()
    assert enter(client, "unit", PASSWORD).status_code == 429
    # Not for others at the same desk, nor for him at another.
    assert enter(client, "staff", PASSWORD).status_code == 302
    assert enter(Client(REMOTE_ADDR="10.0.0.9"), "unit", PASSWORD).status_code == 302


@pytest.mark.parametrize("after", ["https://example.com/", "//example.com", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere_after_logging_in(client: Client, after: str) -> None:
    assert enter(client, "unit", PASSWORD, next=after)["Location"] == "/"


def test_the_page_asked_for_comes_after_logging_in(client: Client) -> None:
    where = reverse("unit", args=(YEAR, UNIT))
    assert enter(client, "unit", PASSWORD, next=where)["Location"] == where


def test_a_form_from_elsewhere_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    response = enter(client, "unit", PASSWORD)
    assert response.status_code == 403
    assert "页面已过期" in response.content.decode()


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("short-1", "10"),
        ("13572468013", "数字"),
        ("password123", "常见"),
        ("临溪县人民政府", "相似"),
    ],
)
def test_weak_passwords_are_refused_in_chinese(login: Login, new: str, said: str) -> None:
    client = login(Role.UNIT)
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    response = client.post(reverse("password"), data)
    assert response.status_code == 200
    assert said in response.content.decode()
    assert Account.objects.get(name="unit").check_password(PASSWORD)


def test_a_new_password_ends_other_sessions(login: Login) -> None:
    here, there = login(Role.UNIT), login(Role.UNIT)
    data = {"old_password": PASSWORD, "new_password1": GOOD, "new_password2": GOOD}
    assert here.post(reverse("password"), data).status_code == 302
    assert here.get(reverse("password")).status_code == 200
    assert there.get(reverse("password")).status_code == 302
    assert not Account.objects.get(name="unit").must_change
    assert LogLine.objects.filter(what="修改密码", who="unit").count() == 1


def test_new_accounts_get_a_one_time_password(login: Login) -> None:
    admin = login(Role.ADMIN)
    data = {"name": "市财政局2", "role": "unit", "body": "示例市财政局"}
    page = admin.post(reverse("account-new"), data, follow=True).content.decode()
    password = page.split("一次性密码：")[1][:19]
    account = Account.objects.get(name="市财政局2")
    assert account.check_password(password)
    assert account.must_change
    again = admin.post(reverse("account-new"), data)
    assert "这个用户名已有了" in again.content.decode()
    nobody = admin.post(reverse("account-new"), {"name": "x", "role": "unit", "body": ""})
    assert "请写明代表哪个单位" in nobody.content.decode()
    assert not Account.objects.filter(name="x").exists()


def test_resetting_a_password_ends_its_sessions(login: Login) -> None:
    admin, unit = login(Role.ADMIN), login(Role.UNIT)
    pk = Account.objects.get(name="unit").pk
    admin.post(reverse("account-reset", args=(pk,)))
    assert unit.get(reverse("home"))["Location"].startswith(reverse("login"))
    assert not Account.objects.get(pk=pk).check_password(PASSWORD)
    assert LogLine.objects.filter(what="重置密码", about="unit").exists()


def test_closing_and_opening_an_account(login: Login) -> None:
    admin = login(Role.ADMIN)
    pk = Account.objects.get(name="unit").pk
    for active in (False, True):
        admin.post(reverse("account-switch", args=(pk,)))
        assert Account.objects.get(pk=pk).is_active is active
    own = Account.objects.get(name="admin").pk
    admin.post(reverse("account-switch", args=(own,)))
    assert Account.objects.get(pk=own).is_active


def test_one_time_passwords_are_not_guessed() -> None:
    made = {one_time_password() for _ in range(200)}
    assert len(made) == 200
    assert not set("".join(made)) & set("il1o0")


OWN_HASHERS = ["scoring.portal.accounts.hashers.Argon2"]


def test_a_one_time_password_is_hashed_anew_when_used(client: Client, settings: Any) -> None:
    """With less work at first, for there is one for everybody; with all of it from its first use on."""
    settings.PASSWORD_HASHERS = OWN_HASHERS
    password = one_time_password()
    account = Account.objects.get(name="unit")
    account.password = hashed_once(password)
    account.save()
    assert "m=19456,t=2,p=1" in account.password
    assert enter(client, "unit", "wrong").status_code == 200
    assert enter(client, "unit", password).status_code == 302
    account.refresh_from_db()
    assert "m=102400,t=2,p=8" in account.password
    assert account.check_password(password)


def test_a_wrong_guess_costs_the_same_everywhere(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PASSWORD_HASHERS = OWN_HASHERS
    Account.objects.filter(name="unit").update(password=hashed_once(one_time_password()))
    full = []
    own = Argon2.encode

    def encode(self: Argon2, password: str, salt: str) -> str:
        full.append(password)
        return own(self, password, salt)

    monkeypatch.setattr(Argon2, "encode", encode)
    for name in ("unit", "nobody"):
        enter(client, name, "wrong")
    assert full == ["wrong", "wrong"]
