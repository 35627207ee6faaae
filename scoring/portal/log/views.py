"""The log on the screen, and as a file."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from scoring.portal.log.chain import as_lines, check_log
from scoring.portal.log.models import LogLine
from scoring.portal.requests import PortalRequest


@require_GET
def lines(request: PortalRequest) -> HttpResponse:
    """The log, newest first, by hundreds, and whether its chain holds where that was asked for."""
    found = LogLine.objects.order_by("-number")
    who = request.GET.get("who", "")
    if who:
        found = found.filter(who=who)
    page = Paginator(found, 100).get_page(request.GET.get("page"))
    asked = "check" in request.GET
    context = {"page": page, "who": who, "asked": asked, "broken": check_log() if asked else None}
    return render(request, "log.html", context)


@require_GET
def export(request: PortalRequest) -> HttpResponseBase:
    """The whole log as JSON lines."""
    response = StreamingHttpResponse(as_lines(), content_type="application/x-ndjson")
    response["Content-Disposition"] = 'attachment; filename="log.jsonl"'
    return response
