"""The page of a year's scheme and settings: what they are, what was changed of them and why, and other ones."""

from __future__ import annotations

from pathlib import PurePath
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

import scoring
from scoring.portal.access import Target, may
from scoring.portal.assessments.corrections import FROZEN
from scoring.portal.assessments.folder import contents_of, files_of
from scoring.portal.assessments.models import Assessment
from scoring.portal.assessments.rules import change_rules, changes, rule_files
from scoring.portal.assessments.state import load
from scoring.portal.assessments.views import attachment
from scoring.portal.requests import PortalRequest, assessment_of, by
from scoring.portal.steps import RefusedError

_MOST_BYTES: Final = 1_000_000
_MOST_FILES: Final = 2


@require_GET
def rules(request: PortalRequest, year: int) -> HttpResponse:
    """The scheme and the settings of a year, with every change of them."""
    return _page(request, assessment_of(request), [])


def _page(request: PortalRequest, assessment: Assessment, refused: list[str]) -> HttpResponse:
    try:
        read = load(assessment).assessment
    except scoring.AssessmentError:
        read = None
    may_change = may(request.account, "rules-change", Target(assessment))
    context = {
        "assessment": assessment,
        "read": read,
        "changes": changes(assessment),
        "files": list(rule_files(files_of(assessment))) if request.account.is_office else [],
        "can_change": may_change and not assessment.frozen,
        "refused": refused,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "rules.html", context)


@require_GET
def rules_file(request: PortalRequest, year: int, name: str) -> HttpResponse:
    """A file of the settings or of the year's own scheme."""
    assessment = assessment_of(request)
    own = rule_files(files_of(assessment))
    if name not in own:
        raise Http404
    ((_, content),) = contents_of(assessment, {name: own[name]})
    return attachment(PurePath(name).name, content or b"", "application/yaml; charset=utf-8")


@require_POST
def change_view(request: PortalRequest, year: int) -> HttpResponse:
    """Other settings or another scheme (``file``, one or two), with a reason."""
    assessment = assessment_of(request)
    try:
        if assessment.frozen:
            raise RefusedError(FROZEN)
        files = _files(request)
        said = change_rules(assessment, by(request), files, request.POST.get("reason", ""))
    except RefusedError as error:
        return _page(request, assessment, list(error.said))
    messages.success(request, f"已更改，记入日志：{'；'.join(said)}。")
    return redirect("rules", year)


def _files(request: PortalRequest) -> dict[str, bytes]:
    found = request.FILES.getlist("file")
    if len(found) > _MOST_FILES:
        raise RefusedError(f"每次最多{_MOST_FILES}个文件。")
    files = {}
    for file in found:
        name = PurePath((file.name or "").replace("\\", "/")).name
        if (file.size or 0) > _MOST_BYTES:
            raise RefusedError(f"文件太大：{name}")
        files[name] = file.read()
    return files
