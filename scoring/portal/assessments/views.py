"""The office's pages of a year: what came in, what is open, the folder out and in."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.encoding import escape_uri_path
from django.views.decorators.http import require_GET, require_http_methods

import scoring
from scoring.portal import clock
from scoring.portal.assessments.exchange import import_zip, write_zip
from scoring.portal.assessments.folder import FolderError
from scoring.portal.assessments.models import Assessment
from scoring.portal.assessments.state import load
from scoring.portal.log.chain import write
from scoring.portal.requests import PortalRequest, assessment_of, by
from scoring.portal.self_assessment.models import Form, State


@dataclass(frozen=True)
class FormLine:
    """A form as the office sees it: where it is, and how many days after its due date it came or is."""

    component: str
    period: str
    due: date
    state: str
    word: str
    sent: date | None
    days_late: int


@dataclass(frozen=True)
class UnitLine:
    """A unit in the overview: its score so far, its open ledger rows, its forms."""

    unit: str
    group: str
    composite: str | None
    rows: int
    open_rows: int
    overdue: int
    forms: tuple[FormLine, ...]


@require_GET
def office(request: PortalRequest, year: int) -> HttpResponse:
    """Every unit on one page: forms in, late or lacking, rows of the ledger that are open or overdue."""
    assessment = assessment_of(request)
    try:
        loaded = load(assessment)
    except scoring.AssessmentError as error:
        context = {"assessment": assessment, "problems": _said(error.problems)}
        return render(request, "office.html", context)
    today = clock.today()
    result = loaded.result(today)
    rows = scoring.ledger_list(loaded.assessment, result)
    forms = forms_by_unit(assessment, loaded.assessment, today)
    lines = [
        UnitLine(
            unit.unit, unit.group, result.composite_text(unit),
            sum(row.unit == unit.unit for row in rows),
            sum(row.unit == unit.unit and row.days_left is not None for row in rows),
            sum(row.unit == unit.unit and (row.days_left or 0) < 0 for row in rows),
            tuple(forms[unit.unit]),
        )
        for unit in sorted(result.units, key=lambda u: _position(loaded.assessment, u.unit))
    ]  # fmt: skip
    late = [(line, form) for line in lines for form in line.forms if form.state == "late"]
    context = {
        "assessment": assessment,
        "read": loaded.assessment,
        "lines": lines,
        "late": late,
        "periods": [(f.period, f.due) for f in next(iter(forms.values()), [])],
        "problems": _said(loaded.assessment.problems),
        "assessors": scoring.parties(loaded.assessment).assessors,
        "can_change": request.account.is_office,
    }
    return render(request, "office.html", context)


def _said(problems: Iterable[scoring.Problem]) -> list[str]:
    """Each with the file in which it is."""
    return [f"{problem.place.file}：{problem.message()}" for problem in problems]


def _position(read: scoring.Assessment, unit: str) -> int:
    found = read.units.find(unit)
    return found.position if found else 0


def forms_by_unit(
    assessment: Assessment, read: scoring.Assessment, today: date, only: str = ""
) -> dict[str, list[FormLine]]:
    """By unit its forms of the year, whether they are files of the folder or being filled in; of one unit,
    where one is named."""
    handed = {(row.component, row.unit, row.period): row for row in read.tables.forms}
    drafts = {
        (form.component, form.unit, form.period): form
        for form in Form.objects.filter(assessment=assessment)
    }
    found: dict[str, list[FormLine]] = {}
    for unit in (unit for unit in read.units.graded() if only in ("", unit.name)):
        lines = found.setdefault(unit.name, [])
        for key in scoring.own_forms(read, unit.name):
            at = (key.component, unit.name, key.period)
            row, draft = handed.get(at), drafts.get(at)
            lines.append(_line(key, row is not None, row.submitted if row else None, draft, today))
    return found


def _line(
    key: scoring.FormKey, is_in: bool, sent: date | None, draft: Form | None, today: date
) -> FormLine:
    returned = draft is not None and draft.state == State.RETURNED
    if draft is not None and draft.submitted_at is not None:
        moment: datetime = draft.submitted_at
        sent = sent or moment.astimezone(clock.now().tzinfo).date()
    over = (today - key.due).days
    if is_in and not returned:
        late = max(0, (sent - key.due).days) if sent else 0
        state, word = "in", f"迟报{late}天" if late else "已报送"
    elif returned:
        late, state, word = max(0, over), "returned", "已退回"
    elif over > 0:
        late, state, word = over, "late", f"逾期{over}天未报"
    else:
        late, state, word = 0, "open", "填报中" if draft else "未报送"
    return FormLine(key.component, key.period, key.due, state, word, sent, late)


@require_GET
def export(request: PortalRequest, year: int) -> FileResponse:
    """The assessment's folder as a zip file: what the command line grades."""
    assessment = assessment_of(request)
    # On the disk, for it holds all evidence; gone once it is sent.
    content = tempfile.TemporaryFile(prefix="kaohe-portal-")  # noqa: SIM115 (the response closes it)
    write_zip(assessment, content)
    content.seek(0)
    with transaction.atomic():
        write(by(request), "导出考核文件夹", about=assessment.folder, year=assessment.year)
    response = FileResponse(content, content_type="application/zip")
    _only_saved(response, f"{assessment.folder}.zip")
    return response


def attachment(name: str, content: bytes, kind: str) -> HttpResponse:
    """A file to be saved, which a browser does not open itself."""
    response = HttpResponse(content, content_type=kind)
    _only_saved(response, name)
    return response


def _only_saved(response: HttpResponseBase, name: str) -> None:
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{escape_uri_path(name)}"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"


class ImportForm(forms.Form):
    """A zip file of a year's folder."""

    file = forms.FileField(label="考核文件夹的压缩包（.zip）")


@require_http_methods(["GET", "POST"])
def import_folder(request: PortalRequest) -> HttpResponse:
    """Take in another year; the accounts that it needs are shown once, with their passwords."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file: IO[bytes] = form.cleaned_data["file"]
        try:
            year, handed = import_zip(file, by(request), settings.FOLDER_FILE_MAX_BYTES)
        except FolderError as error:
            form.add_error("file", str(error))
        else:
            if handed:
                return render(request, "handed.html", {"handed": handed, "year": year})
            messages.success(request, f"已导入{year}。")
            return redirect("office", year.year)
    return render(request, "import.html", {"form": form})
