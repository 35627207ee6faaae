"""Where a request comes from. Behind a reverse proxy the server has put the browser's address in its
place already (``scoring.portal.serve``), and only if the proxy is one that its settings trust."""

from __future__ import annotations

from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """The address of the browser; blank where there is none, as in a test."""
    return str(request.META.get("REMOTE_ADDR") or "")[:64]
