"""The ledger: the provider's list, a new row, a row with what may be done about it, and the unit's side of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

import scoring
from scoring.portal import clock
from scoring.portal.access import may
from scoring.portal.assessments.corrections import may_change
from scoring.portal.assessments.models import Assessment
from scoring.portal.assessments.state import Loaded, load
from scoring.portal.evidence.attachments import STARTS, EvidenceError, check_content, checked_name
from scoring.portal.evidence.serving import file_response
from scoring.portal.fields import faults
from scoring.portal.ledger import rows as found_rows
from scoring.portal.ledger.forms import EntryForm, ReasonForm, ReportForm, VerifyForm
from scoring.portal.ledger.models import Decision, Proof, Report
from scoring.portal.ledger.recording import (
    SimilarError,
    Upload,
    add,
    confirm,
    refuse,
    report,
    revoke,
    verify,
)
from scoring.portal.requests import PortalRequest, assessment_of, by
from scoring.portal.steps import RefusedError

MOST_FILES = 5
KINDS = ",".join(STARTS)

STATES = (
    ("", "全部"),
    ("open", "未办结"),
    ("overdue", "逾期"),
    ("reported", "待确认整改"),
    ("pending", "待核实"),
)


# The provider's side


@require_GET
def ledger(request: PortalRequest, year: int, provider: str = "") -> HttpResponse:
    """The rows of a provider, or of all; by unit and by state."""
    assessment = assessment_of(request)
    loaded = load(assessment)
    every = found_rows.rows_today(loaded)
    parts = scoring.parties(loaded.assessment)
    mine = found_rows.of_provider(every, provider) if provider else every
    if provider and provider not in parts.providers and not mine:
        raise Http404
    unit, state = request.GET.get("unit", ""), request.GET.get("state", "")
    shown = [
        line for line in found_rows.lines(assessment, loaded, mine)
        if (not unit or line.row.unit == unit) and _is_in(line, state)
    ]  # fmt: skip
    context = {
        "assessment": assessment,
        "provider": provider,
        "providers": parts.providers,
        "lines": shown,
        "count": len(mine),
        "units": sorted({row.unit for row in mine}),
        "unit": unit,
        "state": state,
        "states": STATES,
        "can_add": bool(provider) and may(request.account, "entry-new", request.target),
    }
    return render(request, "ledger.html", context)


def _is_in(line: found_rows.Line, state: str) -> bool:
    row = line.row
    return {
        "open": row.days_left is not None,
        "overdue": (row.days_left or 0) < 0,
        "reported": line.reported,
        "pending": row.state == "pending",
    }.get(state, True)


@require_http_methods(["GET", "POST"])
def new_entry(request: PortalRequest, year: int, provider: str) -> HttpResponse:
    """A new row: what is wrong with it, and which row it may repeat, is said before it is saved."""
    assessment = assessment_of(request)
    read = load(assessment).assessment
    if provider not in scoring.parties(read).providers:
        raise Http404
    form = EntryForm(scoring.entry_choices(read, provider), request.POST or None)
    alike: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            number = add(
                assessment, by(request), form.values(), provider,
                similar_is_fine=request.POST.get("similar") == "ok",
            )  # fmt: skip
        except SimilarError as error:
            alike = error.said
        except RefusedError as error:
            for said in error.said:
                form.add_error(None, said)
        else:
            messages.success(request, f"已登记{number}。")
            return redirect("entry", year, provider, number)
    context = {"assessment": assessment, "provider": provider, "form": form, "alike": alike}
    return render(request, "entry-new.html", context)


def _row(
    request: PortalRequest, number: str, *, provider: str = "", unit: str = ""
) -> tuple[Assessment, Loaded, scoring.RowState]:
    """The row that an address names. Raises Http404 where it is another provider's or unit's."""
    assessment = assessment_of(request)
    loaded = load(assessment)
    row = found_rows.find(found_rows.rows_today(loaded), number, provider=provider, unit=unit)
    if row is None:
        raise Http404
    return assessment, loaded, row


def _context(assessment: Assessment, loaded: Loaded, row: scoring.RowState) -> dict[str, Any]:
    reports = Report.objects.filter(
        assessment=assessment, component=row.component, entry=row.entry, unit=row.unit
    ).prefetch_related("proofs")
    return {
        "assessment": assessment,
        "row": row,
        "cells": found_rows.cells(loaded, row),
        "state": scoring.state_text(row),
        "cost": scoring.cost_text(row, loaded.result(clock.today())),
        "reports": reports,
        "open_report": next((r for r in reports if r.decision == Decision.OPEN), None),
    }


@require_GET
def entry(request: PortalRequest, year: int, provider: str, number: str) -> HttpResponse:
    """A row with what its provider may do about it."""
    assessment, loaded, row = _row(request, number, provider=provider)
    context = _context(assessment, loaded, row) | {
        "provider": provider,
        "can_change": may(request.account, "entry-verify", request.target)
        and may_change(request.account, assessment, row.unit),
        "verify": VerifyForm(auto_id="verify_%s"),
        "revoke": ReasonForm(auto_id="revoke_%s"),
        "refuse": ReasonForm(auto_id="refuse_%s"),
        "revoked": row.revoked is not None,
    }
    return render(request, "entry.html", context)


@require_POST
def verify_entry(request: PortalRequest, year: int, provider: str, number: str) -> HttpResponse:
    """Put down whether a row is true."""
    assessment, _, row = _row(request, number, provider=provider)
    form = VerifyForm(request.POST)
    if _sound(request, form):
        said = form.cleaned_data
        try:
            done = verify(assessment, by(request), row, said["result"], said["reason"])
        except RefusedError as error:
            _say(request, error)
        else:
            text = f"核实结果：{said['result']}。" if done else "核实结果原来就是这样，没有改动。"
            messages.success(request, text)
    return redirect("entry", year, provider, number)


@require_POST
def revoke_entry(request: PortalRequest, year: int, provider: str, number: str) -> HttpResponse:
    """Revoke a row, or (``back``) take the revocation back; with a reason."""
    assessment, _, row = _row(request, number, provider=provider)
    form, back = ReasonForm(request.POST), request.POST.get("back") == "1"
    if _sound(request, form):
        try:
            revoke(assessment, by(request), row, form.cleaned_data["reason"], back=back)
        except RefusedError as error:
            _say(request, error)
        else:
            messages.success(request, "已取消撤销。" if back else f"已撤销{number}。")
    return redirect("entry", year, provider, number)


@require_POST
def decide(
    request: PortalRequest, year: int, provider: str, number: str, report: int
) -> HttpResponse:
    """Confirm a unit's report, or refuse it with a reason."""
    assessment, _, row = _row(request, number, provider=provider)
    found = Report.objects.filter(
        pk=report, assessment=assessment, component=row.component, entry=row.entry
    ).first()
    if found is None:
        raise Http404
    try:
        if request.POST.get("decision") == "confirm":
            confirm(assessment, by(request), found)
            messages.success(request, f"已确认，整改完成日期记为{found.day}。")
        else:
            form = ReasonForm(request.POST)
            if _sound(request, form):
                refuse(assessment, by(request), found, form.cleaned_data["reason"])
                messages.success(request, "已退回给单位，请其重新上报。")
    except RefusedError as error:
        _say(request, error)
    return redirect("entry", year, provider, number)


@require_GET
def provider_file(
    request: PortalRequest, year: int, provider: str, number: str, file: UUID
) -> HttpResponse:
    """A file of a report on one of the provider's rows."""
    assessment, _, row = _row(request, number, provider=provider)
    return _file(assessment, row, file)


# The unit's side


@require_GET
def unit_entry(request: PortalRequest, year: int, unit: str, number: str) -> HttpResponse:
    """A row as its unit sees it: what it says, and the report of its rectification."""
    assessment, loaded, row = _row(request, number, unit=unit)
    context = _context(assessment, loaded, row)
    waits = row.days_left is not None and context["open_report"] is None
    can = may(request.account, "rectify", request.target) and waits and not assessment.frozen
    context |= {
        "unit": unit,
        "can_report": can,
        "form": ReportForm(initial={"day": clock.today()}),
        "kinds": KINDS,
        "most": MOST_FILES,
    }
    return render(request, "unit-entry.html", context)


@require_POST
def rectify(request: PortalRequest, year: int, unit: str, number: str) -> HttpResponse:
    """Report that a row was rectified, with files."""
    assessment, _, row = _row(request, number, unit=unit)
    form = ReportForm(request.POST)
    if _sound(request, form):
        said = form.cleaned_data
        try:
            report(assessment, by(request), row, said["day"], said["note"], _uploads(request))
        except RefusedError as error:
            _say(request, error)
        except EvidenceError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"已上报，等待{row.provider or '市政府办公室'}确认。")
    return redirect("unit-entry", year, unit, number)


def _uploads(request: PortalRequest) -> list[Upload]:
    """The files of a request; raises EvidenceError for one that is not accepted."""
    files = request.FILES.getlist("file")
    if len(files) > MOST_FILES:
        raise EvidenceError(f"每次最多{MOST_FILES}个文件。")
    found = []
    for file in files:
        name = checked_name(file.name or "")
        if (file.size or 0) > settings.EVIDENCE_MAX_BYTES:
            most = settings.EVIDENCE_MAX_BYTES // 1_000_000
            raise EvidenceError(f"文件超过{most} MB：{name}。请压缩或分成几个文件。")
        content = file.read()
        check_content(name, content)
        found.append(Upload(name, content))
    return found


@require_GET
def unit_file(
    request: PortalRequest, year: int, unit: str, number: str, file: UUID
) -> HttpResponse:
    """A file of one of the unit's own reports."""
    assessment, _, row = _row(request, number, unit=unit)
    return _file(assessment, row, file)


def _file(assessment: Assessment, row: scoring.RowState, key: UUID) -> HttpResponse:
    found = Proof.objects.filter(
        pk=key, report__assessment=assessment, report__component=row.component,
        report__entry=row.entry, report__unit=row.unit,
    ).first()  # fmt: skip
    if found is None:
        raise Http404
    return file_response(found.name, found.sha256)


def _sound(request: PortalRequest, form: Any) -> bool:
    """Whether a form can be used; otherwise says why."""
    for said in faults(form):
        messages.error(request, said)
    return bool(form.is_valid())


def _say(request: PortalRequest, error: RefusedError) -> None:
    for said in error.said:
        messages.error(request, said)
