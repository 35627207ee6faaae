"""The office's pages of the day: what is to be warned of, with its papers, and the bulletins."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

import scoring
from scoring.portal import clock
from scoring.portal.assessments.state import Loaded, load
from scoring.portal.assessments.views import attachment
from scoring.portal.errors import error_page
from scoring.portal.fields import Day
from scoring.portal.requests import PortalRequest, assessment_of

_BOOK, _CALENDAR, _BOARD, _NOTE = "预警.xlsx", "预警.ics", "看板.html", "督办单.docx"
OVERVIEWS: Final = (_BOOK, _CALENDAR, _BOARD)
"""The papers of the day that are about all units."""


def file(name: str, content: bytes) -> HttpResponse:
    """A paper that was made just now, to be saved."""
    kind, _ = mimetypes.guess_type(name)
    return attachment(name, content, kind or "application/octet-stream")


def readable(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lead to the overview, which names the faults, where the year's folder cannot be read."""

    @wraps(view)
    def shown(request: PortalRequest, year: int, **rest: Any) -> HttpResponse:
        try:
            return view(request, year, **rest)
        except scoring.AssessmentError:
            messages.error(request, "考核文件夹有错误，请先改正下列数据问题。")
            return redirect("office", year)

    return shown


# Warnings


@require_GET
@readable
def warnings(request: PortalRequest, year: int) -> HttpResponse:
    """What ``kaohe warnings`` finds today: overdue and due, grades that may fall, forms, appeals, the office's
    own timetable; and who is close to a lower grade."""
    assessment = assessment_of(request)
    board = load(assessment).board(clock.today())
    unit = request.GET.get("unit", "")
    shown = [one for one in board.warnings if unit in ("", one.unit)]
    context = {
        "assessment": assessment,
        "board": board,
        "lines": shown,
        "unit": unit,
        "units": list(dict.fromkeys(one.unit for one in board.warnings if one.unit)),
        "close": board.close[:_CLOSE],
        "lowest": lowest(board),
        "overviews": OVERVIEWS,
    }
    return render(request, "warnings.html", context)


def lowest(board: scoring.DayBoard) -> list[scoring.BoardUnit]:
    """The units that have the lowest grade of their group by now."""
    last = {
        group: [grade for grade, _ in grades if grade is not None][-1:]
        for group, grades in board.grades
    }
    return [unit for unit in board.units if [unit.grade] == last[unit.group]]


_CLOSE: Final = 10
"""Units that are named as the closest to a lower grade."""


@require_GET
@readable
def warning_paper(request: PortalRequest, year: int, name: str) -> HttpResponse:
    """A paper of the day about all units, as ``kaohe warnings`` and ``kaohe dashboard`` write it."""
    if name not in OVERVIEWS:
        raise Http404
    loaded = load(assessment_of(request))
    found = loaded.watch(clock.today())
    try:
        if name == _BOARD:
            papers = scoring.make_dashboard(found, loaded.assessment)
        else:
            papers = scoring.make_warnings(found, loaded.assessment)
    except scoring.TemplateFaultError as error:
        return template_fault(request, error)
    return file(name, papers[name])


@require_GET
@readable
def supervision(request: PortalRequest, year: int, unit: str) -> HttpResponse:
    """The 督办单 of a unit; there is none for a unit that has nothing to do."""
    loaded = load(assessment_of(request))
    try:
        papers = scoring.make_warnings(loaded.watch(clock.today()), loaded.assessment, [unit])
    except scoring.TemplateFaultError as error:
        return template_fault(request, error)
    for name, content in papers.items():
        return file(name, content)
    raise Http404


def template_fault(request: PortalRequest, error: scoring.TemplateFaultError) -> HttpResponse:
    """The page that says what is wrong with a template of the office's own."""
    said = "；".join(f"{p.place.file} {p.message()}" for p in error.problems)
    return error_page(request, 409, f"模板有错误：{said}")


# Bulletins


class DayForm(forms.Form):
    """The day in whose windows the bulletins are."""

    day = Day(label="截至日期")


@require_GET
@readable
def bulletins(request: PortalRequest, year: int) -> HttpResponse:
    """The bulletins of the day, the week, the month, the quarter and the half-year in which a day (``day``,
    today) lies, to be downloaded."""
    assessment = assessment_of(request)
    loaded = load(assessment)
    last = _last(loaded)
    form = DayForm(request.GET) if "day" in request.GET else DayForm(initial={"day": last})
    day = last
    if form.is_bound and form.is_valid():
        day = form.cleaned_data["day"]
        if not date(year, 1, 1) <= day <= last:
            form.add_error("day", f"应在{year}-01-01到{last}之间。")
            day = last
    found = scoring.bulletin_list(loaded.assessment, day)
    context = {
        "assessment": assessment,
        "form": form,
        "day": day,
        "bulletins": [
            (kind, name, files, len(scoring.bulletin_faults(loaded.assessment, kind, day)))
            for kind, name, files in found
        ],
    }
    return render(request, "bulletins.html", context)


def _last(loaded: Loaded) -> date:
    """The last day of which there is a bulletin by now."""
    settings = loaded.assessment.settings
    return max(min(clock.today(), settings.as_of_day()), date(settings.year, 1, 1))


@require_GET
@readable
def bulletin(request: PortalRequest, year: int, kind: str, day: str, name: str) -> HttpResponse:
    """A file of a bulletin, made as ``kaohe bulletin`` makes it; provisional (暂定) while what it reads has
    faults."""
    loaded = load(assessment_of(request))
    try:
        window, until = scoring.WindowKind(kind), date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    if not date(year, 1, 1) <= until <= _last(loaded):
        raise Http404
    read = loaded.assessment
    names = {one: files for one, _, files in scoring.bulletin_list(read, until)}
    if name not in names.get(window, ()):
        raise Http404
    faults = scoring.bulletin_faults(read, window, until)
    try:
        made = scoring.make_bulletin(read, window, until, provisional=bool(faults))
    except scoring.TemplateFaultError as error:
        return template_fault(request, error)
    return file(name, made.files[name])
