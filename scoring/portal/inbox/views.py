"""The inbox of an account, and its deadlines as a calendar."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

import scoring
from scoring.portal import clock
from scoring.portal.assessments.views import attachment
from scoring.portal.inbox.matters import SOON, Urgency, deadlines, matters
from scoring.portal.requests import PortalRequest, assessment_of


@require_GET
def inbox(request: PortalRequest, year: int) -> HttpResponse:
    """What is to be done, and what was decided."""
    assessment = assessment_of(request)
    every = matters(assessment, request.account)
    context = {
        "assessment": assessment,
        "to_do": [one for one in every if one.urgency is not Urgency.NEWS],
        "news": [one for one in reversed(every) if one.urgency is Urgency.NEWS],
        "soon": SOON,
    }
    return render(request, "inbox.html", context)


@require_GET
def calendar(request: PortalRequest, year: int) -> HttpResponse:
    """The account's deadlines for Outlook and phones."""
    assessment = assessment_of(request)
    account = request.account
    found = [
        scoring.Appointment((assessment.folder, *one.key), one.day, f"【{one.what}】{one.text}")
        for one in deadlines(assessment, account) if one.day is not None
    ]  # fmt: skip
    whose = account.body or account.get_role_display()
    content = scoring.appointments_file(found, f"{assessment}考核（{whose}）", clock.today())
    return attachment(f"{assessment.year}考核日程.ics", content, "text/calendar; charset=utf-8")
