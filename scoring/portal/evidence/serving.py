"""An uploaded file given out: shown where a browser can, saved otherwise; it can run nothing."""

from __future__ import annotations

from pathlib import PurePosixPath

from django.http import Http404, HttpResponse
from django.utils.encoding import escape_uri_path

from scoring.portal.assessments.folder import content_of
from scoring.portal.assessments.models import Content
from scoring.portal.evidence.attachments import TYPES


def file_response(name: str, sha256: str) -> HttpResponse:
    """The file with a name and a content. Raises Http404 where the content is gone."""
    try:
        content = content_of(sha256)
    except Content.DoesNotExist:
        raise Http404 from None
    kind = TYPES.get(PurePosixPath(name).suffix.lower())
    response = HttpResponse(content, content_type=kind or "application/octet-stream")
    way = "inline" if kind else "attachment"
    response["Content-Disposition"] = f"{way}; filename*=UTF-8''{escape_uri_path(name)}"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
