"""Where everybody starts, and the menu of each role."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from scoring.portal import clock
from scoring.portal.access import Target, may
from scoring.portal.accounts.models import Account, Role
from scoring.portal.assessments.corrections import open_to
from scoring.portal.assessments.models import Assessment
from scoring.portal.requests import PortalRequest

_PAGES: Final = (
    ("台账", "ledger", (Role.PROVIDER,)),
    ("核查", "verification", (Role.VERIFIER,)),
    ("申诉", "unit-appeals", (Role.UNIT,)),
)
"""Pages whose address names whom the account stands for: title, route, whose it is."""

_LISTS: Final = (
    ("待办", "inbox"),
    ("台账", "ledgers"),
    ("核查", "verifications"),
    ("申诉", "appeals"),
    ("预警", "warnings"),
    ("通报", "bulletins"),
    ("年度对照", "years"),
)
"""The office's lists, and the leaders'."""


def home(request: PortalRequest) -> HttpResponse:
    """The page on which a role's work begins; the newest year's."""
    year = Assessment.objects.first()
    if year is None:
        return render(request, "empty.html")
    account = request.account
    if account.role == Role.UNIT:
        return redirect("unit", year.year, account.body)
    if account.role == Role.THIRD_PARTY:
        return redirect("scores", year.year, account.body)
    if account.role == Role.LEADER:
        return redirect("board", year.year)
    for _, address in _own_pages(account, year.year):
        return redirect(address)
    if may(account, "office", Target(year)):
        return redirect("office", year.year)
    return render(request, "empty.html", {"waiting": True})


def navigation(request: HttpRequest) -> dict[str, Any]:
    """For every template: who is logged in, the day, the years, and the menu."""
    account = getattr(request, "user", None)
    shown: dict[str, Any] = {"today": clock.today(), "demo": settings.DEMO, "menu": []}
    if not isinstance(account, Account) or account.must_change:
        return shown
    years = list(Assessment.objects.all())
    match = getattr(request, "resolver_match", None)
    chosen = (match.kwargs.get("year") if match else None) or (years[0].year if years else None)
    shown |= {"account": account, "years": years, "chosen": chosen}
    year = next((one for one in years if one.year == chosen), None)
    shown["correction_open"] = open_to(account, year) if year is not None else None
    if chosen is not None:
        shown["menu"] = _menu(account, chosen)
    return shown


def _menu(account: Account, year: int) -> list[tuple[str, str]]:
    """Titles with addresses, in the order of the work."""
    entries = []
    if account.role == Role.UNIT:
        entries.append(("本单位", reverse("unit", args=(year, account.body))))
    if account.role == Role.THIRD_PARTY:
        entries.append(("评估得分", reverse("scores", args=(year, account.body))))
    entries += _own_pages(account, year)
    lists = ((title, route, (year,)) for title, route in _LISTS)
    for title, route, args in (
        ("看板", "board", (year,)), ("总览", "office", (year,)), *lists, ("结果", "results", (year,)), ("办法", "rules", (year,)), ("账号", "accounts", ()), ("日志", "log", ()),
    ):  # fmt: skip
        if may(account, route, Target()):
            entries.append((title, reverse(route, args=args)))
    return entries


def _own_pages(account: Account, year: int) -> list[tuple[str, str]]:
    """The pages on which providers, verifiers and assessors do their work, and the office's lists of it."""
    mine = Target(
        unit=account.body, provider=account.body, verifier=account.body, assessor=account.body
    )
    found = []
    for title, route, is_for in _PAGES:
        if account.role in is_for and may(account, route, mine):
            found.append((title, reverse(route, args=(year, account.body))))
    return found
