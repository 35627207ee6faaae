"""How often an account and an address may ask for what, and how large a request may be: before anything of it
is read. The numbers stand in the settings (``RATE_LIMITS``, ``BODY_LIMITS``)."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, resolve

from scoring.portal.accounts.origin import address
from scoring.portal.errors import error_page

_SECONDS: Final = 60
_MOST_KEPT: Final = 20_000
_log = logging.getLogger("kaohe.portal")


@dataclass
class Allowances:
    """What is left to each key of its requests a minute: a bucket that fills evenly. Kept in memory, for the
    portal is one process; several would each allow as much."""

    clock: Callable[[], float] = time.monotonic
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, limits: Mapping[str, int]) -> int:
        """Take one request from each key, of so many a minute, or from none; gives the seconds after which there
        is one again, 0 where it was taken."""
        with self._lock:
            now = self.clock()
            left = {key: self._now(key, most, now) for key, most in limits.items()}
            waits = [
                # A whole second is not made two by the last bit of a fraction.
                max(1, math.ceil((1 - left[key]) * _SECONDS / most - 1e-6))
                for key, most in limits.items()
                if left[key] < 1
            ]
            if waits:
                return max(waits)
            if len(self._left) > _MOST_KEPT:
                # Whoever was quiet for a minute has everything again.
                recent = {k: v for k, v in self._left.items() if now - v[1] < _SECONDS}
                self._left = recent
            self._left |= {key: (found - 1, now) for key, found in left.items()}
            return 0

    def _now(self, key: str, most: int, now: float) -> float:
        left, since = self._left.get(key, (float(most), now))
        return min(float(most), left + (now - since) * most / _SECONDS)

    def forget(self) -> None:
        """Give everybody everything again."""
        with self._lock:
            self._left.clear()


ALLOWANCES: Final = Allowances()


def kind_of(route: str, method: str) -> str:
    """What a request counts as, of ``RATE_LIMITS``."""
    if route in settings.RATE_ROUTES["login"] and method != "POST":
        # Looking at the page costs no hash.
        return "page"
    return next((kind for kind, routes in settings.RATE_ROUTES.items() if route in routes), "page")


def limit(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """The middleware; it stands before whatever reads a request's body."""

    def respond(request: HttpRequest) -> HttpResponse:
        try:
            route = resolve(request.path_info).url_name or ""
        except Resolver404:
            route = ""
        account = str(request.session.get(SESSION_KEY, ""))
        kind = kind_of(route, request.method or "")
        of_account, of_address = settings.RATE_LIMITS[kind]
        limits = {f"{kind} address {address(request)}": of_address}
        if account:
            limits[f"{kind} account {account}"] = of_account
        wait = ALLOWANCES.take(limits)
        if wait:
            _log.warning(
                "429: too many requests (%s), account %s, address %s",
                kind, account or "-", address(request),
            )  # fmt: skip
            return _refused(request, wait)
        most = settings.BODY_LIMITS.get(route if account else "", settings.BODY_LIMITS[""])
        if _length(request) > most:
            # With a stranger's permission nobody fills the disk.
            return error_page(request, 413)
        return get_response(request)

    return respond


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _refused(request: HttpRequest, wait: int) -> HttpResponse:
    said = f"操作太频繁，请{wait}秒后再试。"
    response: HttpResponse
    if request.headers.get("Accept", "").startswith("application/json"):
        response = JsonResponse({"error": said}, status=429)
    else:
        response = error_page(request, 429, said)
    response["Retry-After"] = str(wait)
    return response
