"""Logging in, out and in vain goes into the log."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from scoring.portal.accounts.models import Account
from scoring.portal.accounts.origin import address
from scoring.portal.log.chain import By, write


@receiver(user_logged_in)
def _logged_in(request: HttpRequest, user: Account, **_: Any) -> None:
    _note(request, user.name, "登录")


@receiver(user_logged_out)
def _logged_out(request: HttpRequest, user: Account | None, **_: Any) -> None:
    if user is not None:
        _note(request, user.name, "退出")


@receiver(user_login_failed)
def _failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    if request is not None:
        _note(request, str(credentials.get("username") or "")[:150], "登录失败")


def _note(request: HttpRequest, who: str, what: str) -> None:
    with transaction.atomic():
        write(By(who, address(request)), what)
