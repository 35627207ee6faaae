"""A unit's own pages: where it stands, its forms, an answer at a time; and the office's return."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

import scoring
from scoring.portal import clock
from scoring.portal.access import may
from scoring.portal.accounts.models import Role
from scoring.portal.assessments.folder import FrozenError, MovedError
from scoring.portal.assessments.models import Assessment
from scoring.portal.assessments.state import Loaded, load
from scoring.portal.assessments.views import attachment, forms_by_unit
from scoring.portal.errors import error_page
from scoring.portal.evidence.models import Attachment
from scoring.portal.requests import PortalRequest, assessment_of, by
from scoring.portal.results.papers import unit_corrections, unit_papers
from scoring.portal.self_assessment.answering import (
    AnswerError,
    answers_of,
    came_in,
    form_of,
    hand_back,
    is_open,
    keep,
    loaded_for,
)
from scoring.portal.self_assessment.answering import (
    submit as hand_in,
)

FROZEN = "本年度已定稿，不能再改。"


@dataclass(frozen=True)
class Row:
    """A row of the ledger as its unit sees it."""

    number: str
    rule: str
    description: str
    found: date
    deadline: date | None
    state: str
    days_left: int | None
    cost: str


@require_GET
def unit(request: PortalRequest, year: int, unit: str) -> HttpResponse:
    """Where a unit stands: its score so far, its ledger rows, its forms and what is due."""
    assessment = assessment_of(request)
    loaded = load(assessment)
    read, today = loaded.assessment, clock.today()
    result = loaded.result(today)
    mine = next((u for u in result.units if u.unit == unit), None)
    if mine is None:
        raise Http404
    states = scoring.ledger_list(read, result, units=[unit])
    rows = [
        Row(
            row.entry, f"{row.rule.code} {row.rule.title}", row.description, row.found, row.deadline,
            scoring.state_text(row), row.days_left, scoring.cost_text(row, result),
        )
        for row in sorted(states, key=lambda r: (r.days_left is None, r.days_left or 0, r.found))
    ]  # fmt: skip
    context = {
        "assessment": assessment,
        "unit": unit,
        "group": mine.group,
        "composite": result.composite_text(mine),
        "parts": scoring.part_scores(mine, result),
        "as_of": result.as_of,
        "rows": rows,
        "open_rows": sum(row.days_left is not None for row in rows),
        "forms": forms_by_unit(assessment, read, today, unit)[unit],
        "published": unit_papers(assessment, unit),
        "corrections": unit_corrections(assessment, unit),
    }
    return render(request, "unit.html", context)


# The form


def _key(request: PortalRequest, loaded: Loaded, component: str, period: str) -> scoring.FormKey:
    try:
        return scoring.form_key(loaded.assessment, request.target.unit, component, period)
    except (scoring.NoFormError, scoring.UnitError):
        raise Http404 from None


def _loaded(request: PortalRequest, assessment: Assessment) -> Loaded:
    """For a unit what its own forms take, at once; for everybody else how things stand now."""
    if request.account.role == Role.UNIT:
        return loaded_for(assessment, request.target.unit)
    return load(assessment)


@require_GET
def form(request: PortalRequest, year: int, unit: str, component: str, period: str) -> HttpResponse:
    """The form, item by item; to be filled in by the unit while it is open."""
    assessment = assessment_of(request)
    loaded = _loaded(request, assessment)
    key = _key(request, loaded, component, period)
    read, kept = loaded.assessment, form_of(assessment, key)
    answers = answers_of(read, key, kept)
    open_ = is_open(kept, came_in=came_in(read, key)) and not assessment.frozen
    checked = _checked(loaded, key, answers)
    standing = scoring.standing(checked.preview)
    files: dict[str, list[Attachment]] = defaultdict(list)
    of_form = Attachment.objects.filter(assessment=assessment, unit=key.unit.name, period=period)
    for file in of_form:
        files[file.indicator].append(file)
    items: list[dict[str, Any]] = [
        {
            "question": question,
            "cells": [(name, answers.get(question.code, {}).get(name, "")) for name in question.columns],
            "files": files[question.code],
            "problems": _said(checked, standing.lacks, question.code),
        }
        for question in scoring.questions(read, key)
    ]  # fmt: skip
    context = {
        "assessment": assessment,
        "key": key,
        "form": kept,
        "came_in": came_in(read, key),
        "areas": [
            (area, list(some)) for area, some in groupby(items, lambda item: item["question"].area)
        ],
        "standing": standing,
        "missing": len(standing.lacks),
        "can_answer": open_ and may(request.account, "answer", request.target),
        "can_return": may(request.account, "return", request.target),
        "days_left": (key.due - clock.today()).days,
        "kinds": ",".join(_KINDS),
    }
    return render(request, "form.html", context)


_KINDS = (
    ".pdf", ".png", ".jpg", ".jpeg", ".docx", ".xlsx", ".pptx", ".doc", ".xls", ".wps", ".et", ".ofd",
    ".txt", ".csv",
)  # fmt: skip


def _checked(loaded: Loaded, key: scoring.FormKey, answers: Any) -> scoring.Checked:
    read, today = loaded.assessment, clock.today()
    last = read.settings.as_of_day()
    day = max(min(today, last), date(read.settings.year, 1, 1))
    return scoring.check_answers(read, key, answers, day, today)


def _said(checked: scoring.Checked, lacks: Mapping[str, str], code: str) -> list[str]:
    """What is to be said of an item: faults first, else what lacks."""
    problems = checked.by_item.get(code, ())
    found = [problem.message() for problem in problems if problem.kind != "self-score-missing"]
    return found or ([lacks[code]] if code in lacks else [])


@require_POST
def answer(
    request: PortalRequest, year: int, unit: str, component: str, period: str
) -> HttpResponse:
    """Keep cells (fields ``indicator|column``); answers with what they give, as JSON where a script asks."""
    assessment = assessment_of(request)
    loaded = _loaded(request, assessment)
    key = _key(request, loaded, component, period)
    read = loaded.assessment
    columns = {q.code: q.columns for q in scoring.questions(read, key)}
    given: dict[str, dict[str, str]] = defaultdict(dict)
    for field, text in request.POST.items():
        indicator, bar, name = field.partition("|")
        if bar:
            given[indicator][name] = str(text).strip().replace("\r\n", "\n")
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    try:
        for indicator, cells in given.items():
            if indicator not in columns:
                raise AnswerError("没有这一项，请刷新页面。")
            keep(assessment, read, key, by(request), indicator, cells, columns[indicator])
    except (AnswerError, FrozenError) as error:
        said = FROZEN if isinstance(error, FrozenError) else str(error)
        if wants_json:
            return JsonResponse({"error": said}, status=409)
        messages.error(request, said)
        return redirect("form", year, unit, component, period)
    if not wants_json:
        messages.success(request, "已保存。")
        return redirect("form", year, unit, component, period)
    checked = _checked(loaded, key, answers_of(read, key, form_of(assessment, key)))
    found = scoring.standing(checked.preview)
    return JsonResponse({
        "sentences": found.sentences,
        "areas": found.areas,
        "missing": len(found.lacks),
        "items": {code: _said(checked, found.lacks, code) for code in columns},
    })  # fmt: skip


@require_GET
def blank(
    request: PortalRequest, year: int, unit: str, component: str, period: str
) -> HttpResponse:
    """The blank 考核表, for whoever would rather fill in a workbook."""
    loaded = load(assessment_of(request))
    name, content = scoring.blank_form(loaded.assessment, _key(request, loaded, component, period))
    return attachment(name, content, _XLSX)


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TABLES = (".xlsx", ".xls", ".csv")
_MOST_BYTES = 5_000_000


@require_POST
def workbook(
    request: PortalRequest, year: int, unit: str, component: str, period: str
) -> HttpResponse:
    """Take the answers from a filled-in 考核表; nothing is handed in by that."""
    assessment = assessment_of(request)
    loaded = _loaded(request, assessment)
    key = _key(request, loaded, component, period)
    back = redirect("form", year, unit, component, period)
    file = request.FILES.get("file")
    suffix = PurePosixPath(file.name or "").suffix.lower() if file else ""
    if file is None or suffix not in _TABLES:
        messages.error(request, f"请选择填好的考核表（{'、'.join(_TABLES)}）。")
        return back
    if (file.size or 0) > _MOST_BYTES:
        messages.error(request, "文件太大：考核表不超过5 MB，证明材料请逐项上传。")
        return back
    with tempfile.TemporaryDirectory(prefix="kaohe-portal-") as scratch:
        path = Path(scratch, f"考核表{suffix}")
        path.write_bytes(file.read())
        answers, problems = scoring.answers_in(loaded.assessment, key, path)
    if not answers:
        said = "；".join(problem.message() for problem in problems)
        messages.error(request, f"没有读入：{said or '看不出是哪个单位、哪一期的考核表'}")
        return back
    columns = {q.code: q.columns for q in scoring.questions(loaded.assessment, key)}
    try:
        for indicator, cells in answers.items():
            keep(
                assessment,
                loaded.assessment,
                key,
                by(request),
                indicator,
                cells,
                columns[indicator],
            )
    except (AnswerError, FrozenError) as error:
        messages.error(request, FROZEN if isinstance(error, FrozenError) else str(error))
    else:
        messages.success(request, f"已从工作簿读入{len(answers)}项，请核对后报送。")
    return back


@require_POST
def submit(
    request: PortalRequest, year: int, unit: str, component: str, period: str
) -> HttpResponse:
    """Hand the form in."""
    assessment = assessment_of(request)
    key = _key(request, _loaded(request, assessment), component, period)
    try:
        hand_in(assessment, key, by(request))
    except AnswerError as error:
        messages.error(request, str(error))
    except FrozenError:
        messages.error(request, FROZEN)
    except MovedError:
        return error_page(request, 409)
    else:
        messages.success(request, f"{key.unit.name}{period}考核表已报送。")
    return redirect("form", year, unit, component, period)


@require_POST
def hand_back_view(
    request: PortalRequest, year: int, unit: str, component: str, period: str
) -> HttpResponse:
    """Return the form to the unit, with a reason."""
    assessment = assessment_of(request)
    loaded = load(assessment)
    key = _key(request, loaded, component, period)
    reason = request.POST.get("reason", "")
    try:
        hand_back(assessment, loaded.assessment, key, by(request), reason)
    except AnswerError as error:
        messages.error(request, str(error))
    except FrozenError:
        messages.error(request, FROZEN)
    else:
        messages.success(request, f"已退回{key.unit.name}{period}考核表。")
    return redirect("form", year, unit, component, period)
