"""An assessor's workbook of scores, taken in whole."""

from __future__ import annotations

from pathlib import PurePath
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

import scoring
from scoring.portal.assessments.folder import FrozenError, MovedError
from scoring.portal.assessments.state import load
from scoring.portal.requests import PortalRequest, assessment_of, by
from scoring.portal.steps import MOVED
from scoring.portal.third_party.scoring_units import ScoreError, record

_SHOWN: Final = 20
"""Problems of a workbook that are named one by one."""


@require_POST
def upload(request: PortalRequest, year: int, assessor: str, component: str) -> HttpResponse:
    """Take the scores of a workbook as if they were typed: all of them, or nothing with what is wrong in
    which cell."""
    back = redirect("scores", year, assessor)
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, "请选择文件。")
        return back
    if (file.size or 0) > settings.EVIDENCE_MAX_BYTES:
        messages.error(request, f"文件超过{settings.EVIDENCE_MAX_BYTES // 1_000_000} MB。")
        return back
    name = PurePath((file.name or "").replace("\\", "/")).name
    assessment = assessment_of(request)
    read = load(assessment).assessment
    try:
        found = scoring.scores_in_file(read, component, assessor, name, file.read())
    except scoring.NoScoresError:
        raise Http404 from None
    if found.problems:
        for problem in found.problems[:_SHOWN]:
            messages.error(request, f"{problem.place.file}：{problem.message()}")
        rest = len(found.problems) - _SHOWN
        messages.error(
            request, f"没有读入{f'；另有{rest}处' if rest > 0 else ''}。改正后重新上传。"
        )
        return back
    try:
        changed = record(assessment, component, assessor, found.given, by(request))
    except ScoreError as error:
        messages.error(request, "；".join([str(error), *error.by_unit.values()]))
    except FrozenError as error:
        messages.error(request, str(error))
    except MovedError:
        messages.error(request, MOVED)
    else:
        messages.success(request, f"已读入{len(found.given)}个单位的得分，{changed}个有改动。")
    return back
