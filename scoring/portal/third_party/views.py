"""An assessor's page: a score and a note for every unit."""

from __future__ import annotations

from collections import defaultdict

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

import scoring
from scoring.portal.access import may
from scoring.portal.assessments.corrections import FrozenError, may_change
from scoring.portal.assessments.folder import MovedError
from scoring.portal.assessments.state import load
from scoring.portal.requests import PortalRequest, assessment_of, by
from scoring.portal.third_party.scoring_units import Given, ScoreError, record

Typed = dict[str, dict[str, tuple[str, str]]]
"""By part what was typed for its units."""


@require_GET
def scores(request: PortalRequest, year: int, assessor: str) -> HttpResponse:
    """The units with the scores that the assessor gave them, to be filled in."""
    return _page(request, assessor, {}, {})


def _page(
    request: PortalRequest,
    assessor: str,
    typed: Typed,
    wrong: dict[tuple[str, str], str],
    status: int = 200,
) -> HttpResponse:
    assessment = assessment_of(request)
    read = load(assessment).assessment
    parts = []
    for key, title in scoring.scored_parts(read, assessor):
        lines = [
            {
                "unit": line.unit, "group": line.group, "full": line.full,
                "score": typed.get(key, {}).get(line.unit, (line.score, ""))[0],
                "note": typed.get(key, {}).get(line.unit, ("", line.note))[1],
                "wrong": wrong.get((key, line.unit), ""),
            }
            for line in scoring.score_lines(read, key, assessor)
        ]  # fmt: skip
        lacking = sum(not line["score"] for line in lines)
        parts.append({"key": key, "title": title, "lines": lines, "lacking": lacking})
    if not parts:
        raise Http404
    can_answer = may(request.account, "scores-save", request.target) and may_change(
        request.account, assessment
    )
    context = {
        "assessment": assessment, "assessor": assessor, "parts": parts, "can_answer": can_answer,
    }  # fmt: skip
    return render(request, "scores.html", context, status=status)


@require_POST
def save(request: PortalRequest, year: int, assessor: str) -> HttpResponse:
    """Keep what was typed (fields ``part|unit|column``), all of a part or nothing of it."""
    typed: Typed = defaultdict(dict)
    for field, text in request.POST.items():
        key, bar, rest = field.partition("|")
        unit, bar, name = rest.rpartition("|")
        if not bar or name not in ("得分", "备注"):
            continue
        score, note = typed[key].get(unit, ("", ""))
        said = str(text).strip()
        typed[key][unit] = (said, note) if name == "得分" else (score, said)
    changed = 0
    for key, given in typed.items():
        try:
            changed += _record(request, key, assessor, given)
        except ScoreError as error:
            messages.error(request, str(error))
            wrong = {(key, unit): said for unit, said in error.by_unit.items()}
            return _page(request, assessor, typed, wrong, status=409)
    if changed:
        messages.success(request, f"已保存{changed}个单位的得分。")
    else:
        messages.info(request, "没有改动。")
    return redirect("scores", year, assessor)


def _record(request: PortalRequest, key: str, assessor: str, given: Given) -> int:
    try:
        return record(assessment_of(request), key, assessor, given, by(request))
    except scoring.NoScoresError:
        raise Http404 from None
    except FrozenError as error:
        raise ScoreError(str(error)) from None
    except MovedError:
        raise ScoreError("别人刚刚改动了同一内容，没有保存。请刷新页面后再试。") from None
