"""What stands before every view: headers that browsers hold to, and the question who may."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from scoring.portal.access import PUBLIC, Target, may
from scoring.portal.accounts.models import Account
from scoring.portal.assessments.corrections import shown_files
from scoring.portal.assessments.models import Assessment
from scoring.portal.errors import error_page
from scoring.portal.evidence.models import Attachment

Next = Callable[[HttpRequest], HttpResponse]

CONTENT_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Everything from this server, nothing inline, nothing from elsewhere."""


def security_headers(get_response: Next) -> Next:
    """Adds to every response what browsers must not do with it; a view may be stricter."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=()"
        )
        if not request.path.startswith("/static/"):
            # What one account saw may not be shown to the next one at the same desk.
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return respond


class AccessMiddleware:
    """Lets a view run only for those whom ``access`` allows; resolves what the route names for it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: Any, view: object, args: object, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        route = request.resolver_match.url_name or ""
        if route in PUBLIC:
            return None
        account = request.user
        if not isinstance(account, Account):
            return redirect_to_login(request.get_full_path())
        if account.must_change and route not in ("password", "logout"):
            return redirect("password")
        try:
            target = target_of(kwargs)
        except Http404:
            # A stranger to the object must not learn whether it is there.
            if not account.is_office:
                return error_page(request, 403)
            raise
        if not may(account, route, target):
            return error_page(request, 403)
        if target.assessment is not None:
            target.assessment.shown = shown_files(account, target.assessment)
        # No page sends one, and no column of text can hold it. Answers are checked one by one.
        given = (request.GET, request.POST) if route != "answer" else (request.GET,)
        if any("\x00" in text for fields in given for text in _said(fields)):
            return error_page(request, 400)
        request.account, request.target = account, target
        return None


def _said(given: QueryDict) -> Iterator[str]:
    for name, texts in given.lists():
        yield name
        yield from map(str, texts)


def target_of(kwargs: dict[str, Any]) -> Target:
    """What the parts of an address name. Raises Http404 for a year or a file that is not there."""
    attachment = None
    if "key" in kwargs:
        attachment = Attachment.objects.filter(pk=kwargs["key"]).first()
        if attachment is None:
            raise Http404
    assessment = attachment.assessment if attachment else None
    if "year" in kwargs:
        assessment = Assessment.objects.filter(year=kwargs["year"]).first()
        if assessment is None:
            raise Http404
    unit = attachment.unit if attachment else str(kwargs.get("unit", ""))
    return Target(
        assessment, unit, str(kwargs.get("provider", "")), str(kwargs.get("verifier", "")),
        str(kwargs.get("assessor", "")),
    )  # fmt: skip
