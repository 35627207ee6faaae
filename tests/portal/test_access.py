"""Every role and a stranger against every route and object, their own and another's, by GET and by POST.

The table below is written by hand, apart from the one in the code: a route without a row here fails.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from scoring.portal.access import ALLOWED, PUBLIC
from scoring.portal.accounts.models import Account, Role
from scoring.portal.assessments.models import Assessment
from scoring.portal.evidence.models import Attachment
from tests.portal.conftest import ASSESSOR, OTHER, UNIT, YEAR, Login
from tests.portal.matrix import BOTH, OTHERS, other_address

PART, PERIOD = "self_assessment", "上半年"
LETTERS = {
    "A": Role.ADMIN, "S": Role.STAFF, "P": Role.PROVIDER, "U": Role.UNIT, "V": Role.VERIFIER,
    "T": Role.THIRD_PARTY, "L": Role.LEADER,
}  # fmt: skip
"""A capital: on every object. A small letter: only on one's own."""
MATRIX: dict[str, tuple[str, str]] = {
    # route: (method, who)
    "home": ("GET", "ASPUVTL"),
    "logout": ("POST", "ASPUVTL"),
    "password": ("GET", "ASPUVTL"),
    "accounts": ("GET", "A"),
    "account-new": ("POST", "A"),
    "account-reset": ("POST", "A"),
    "account-switch": ("POST", "A"),
    "log": ("GET", "AS"),
    "log-export": ("GET", "AS"),
    "office": ("GET", "ASL"),
    "export": ("GET", "AS"),
    "results": ("GET", "ASL"),
    "paper": ("GET", "ASL"),
    "provisional": ("POST", "AS"),
    "propose": ("POST", "AS"),
    "withdraw": ("POST", "AS"),
    "approve": ("POST", "AS"),
    "publish": ("POST", "AS"),
    "unit-paper": ("GET", "ASLu"),
    "import": ("GET", "A"),
    "scores": ("GET", "ASLt"),
    "scores-save": ("POST", "ASt"),
    "unit": ("GET", "ASLu"),
    "form": ("GET", "ASLu"),
    "answer": ("POST", "u"),
    "form-blank": ("GET", "ASLu"),
    "form-workbook": ("POST", "u"),
    "submit": ("POST", "u"),
    "return": ("POST", "AS"),
    "upload": ("POST", "u"),
    "attachment": ("GET", "ASLu"),
    "attachment-remove": ("POST", "u"),
    **OTHERS,
}
BY_UNIT = {
    "unit",
    "form-blank",
    "form-workbook",
    "unit-paper",
    "form",
    "answer",
    "submit",
    "return",
    "upload",
}
BY_ASSESSOR = {"scores", "scores-save"}
BY_FILE = {"attachment", "attachment-remove"}


def routes() -> set[str]:
    return {p.name or "" for p in get_resolver().url_patterns if isinstance(p, URLPattern)}


def test_every_route_has_a_row_here_and_in_the_code() -> None:
    assert routes() - PUBLIC == set(MATRIX) == set(ALLOWED)


def address(route: str, unit: str) -> str:
    if route in OTHERS:
        return other_address(route, own=unit == UNIT)
    if route in BY_FILE:
        file = Attachment.objects.filter(unit=unit).first() or _file_of(unit)
        return reverse(route, args=(file.pk,))
    if route.startswith("account-") and route != "account-new":
        return reverse(route, args=(Account.objects.get(name="leader").pk,))
    if route in BY_ASSESSOR:
        # Whose page it is where the unit is another's: another assessor's.
        return reverse(route, args=(YEAR, ASSESSOR if unit == UNIT else "别的机构"))
    if route == "paper":
        return reverse(route, args=(YEAR, "结果", "通报.docx"))
    if route == "unit-paper":
        return reverse(route, args=(YEAR, unit, "通报.docx"))
    if route not in BY_UNIT:
        by_year = {
            "office", "export", "results", "provisional", "propose", "withdraw", "approve", "publish"
        }  # fmt: skip
        return reverse(route, args=(YEAR,) if route in by_year else ())
    form = () if route == "unit" else (PART, PERIOD)
    item = ("2.1",) if route == "upload" else ()
    return reverse(route, args=(YEAR, unit, *form, *item))


def _file_of(unit: str) -> Attachment:
    from scoring.portal import clock

    return Attachment.objects.create(
        assessment=Assessment.objects.get(year=YEAR), unit=unit, period=PERIOD, indicator="2.1",
        path="证明材料/x.pdf", name="x.pdf", size=1, sha256="0" * 64, added_at=clock.now(),
    )  # fmt: skip


def tries() -> Iterator[tuple[str, str | None, str]]:
    for route in MATRIX:
        for letter in (None, *LETTERS):
            own = BY_UNIT | BY_FILE | BY_ASSESSOR | set(OTHERS)
            for unit in (UNIT, OTHER) if route in own else (UNIT,):
                yield route, letter, unit


@pytest.mark.parametrize(("route", "letter", "unit"), list(tries()))
def test_a_route_opens_to_whom_it_is_for(
    route: str, letter: str | None, unit: str, login: Login
) -> None:
    method, who = MATRIX[route]
    client = Client(raise_request_exception=False) if letter is None else login(LETTERS[letter])
    where = address(route, unit)
    before = _data()
    response = client.generic(method, where)
    if letter is None:
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("login"))
        assert _data() == before
    elif letter in who or (letter.lower() in who and unit == UNIT):
        # What is asked for may be refused for what it says, but not for who asks.
        assert response.status_code in {200, 302, 404}, response.content.decode()[:300]
        assert reverse("login") not in response.get("Location", "") or route == "logout"
    else:
        assert response.status_code == 403
        assert "无权访问" in response.content.decode()
        assert _data() == before


def _data() -> tuple[Any, ...]:
    from scoring.portal.log.models import LogLine

    return (
        list(Account.objects.values_list("pk", "password", "is_active", "must_change")),
        list(Assessment.objects.values_list("version", "frozen")),
        list(Attachment.objects.values_list("pk", "unit")),
        LogLine.objects.exclude(what__in=("登录", "退出")).count(),
    )


TAKES_BOTH = {"home", "password", "import", *BOTH}
"""Routes that take GET and POST: neither is wrong there."""


@pytest.mark.parametrize("route", sorted(MATRIX.keys() - TAKES_BOTH))
def test_the_wrong_method_is_refused(route: str, login: Login) -> None:
    method, who = MATRIX[route]
    letter = next(iter(who)).upper()
    small = next((one.upper() for one in who if one.islower()), letter)
    client = login(LETTERS[small])
    other = "POST" if method == "GET" else "GET"
    assert client.generic(other, address(route, UNIT)).status_code == 405


@pytest.mark.parametrize("role", [Role.UNIT, Role.PROVIDER, Role.ADMIN])
def test_what_is_not_there_tells_a_stranger_nothing(role: Role, login: Login) -> None:
    """To the office a missing year or file is missing; to others it is as closed as one that is there."""
    client = login(role)
    expected = 404 if role is Role.ADMIN else 403
    assert client.get(reverse("attachment", args=(uuid.uuid4(),))).status_code == expected
    assert client.get(reverse("unit", args=(1999, UNIT))).status_code == expected


def test_a_closed_account_is_out_at_once(login: Login) -> None:
    client = login(Role.UNIT)
    where = reverse("unit", args=(YEAR, UNIT))
    assert client.get(where).status_code == 200
    Account.objects.filter(name="unit").update(is_active=False)
    assert client.get(where).status_code == 302


def test_nothing_is_open_before_the_one_time_password_is_changed(login: Login) -> None:
    client = login(Role.UNIT)
    Account.objects.filter(name="unit").update(must_change=True)
    for route in ("home", "unit"):
        found = client.get(address(route, UNIT))
        assert (found.status_code, found["Location"]) == (302, reverse("password"))
