"""Two years beside each other, as ``kaohe compare`` puts them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

import scoring
from scoring.portal import clock
from scoring.portal.assessments.corrections import shown_files
from scoring.portal.assessments.models import Assessment
from scoring.portal.assessments.state import load
from scoring.portal.monitoring.views import file, template_fault
from scoring.portal.requests import PortalRequest, assessment_of
from scoring.portal.results.correcting import corrected_folder
from scoring.portal.results.grading import is_published


def source(assessment: Assessment) -> scoring.ResultSource:
    """What a year is compared by: what was published last, else how it stands today (暂定). Raises
    ``scoring.AssessmentError``, ``scoring.YearError``."""
    loaded = load(assessment)
    read = loaded.assessment
    if is_published(assessment):
        found = scoring.read_result(loaded.folder / corrected_folder(assessment))
        return replace(found, units=read.units, assessment=read)
    settings = read.settings
    day = max(min(clock.today(), settings.as_of_day()), date(settings.year, 1, 1))
    return scoring.result_source(read, day)


def _others(request: PortalRequest) -> list[Assessment]:
    """The years with which one can be compared, the latest earlier one first, then the later ones."""
    own = assessment_of(request).year
    rest = [one for one in Assessment.objects.all() if one.year != own]
    for one in rest:
        one.shown = shown_files(request.account, one)
    return sorted(rest, key=lambda one: (one.year > own, abs(one.year - own)))


def _compared(one: Assessment, other: Assessment) -> scoring.Comparison:
    """The earlier of the two years first."""
    old, new = sorted((one, other), key=lambda year: year.year)
    return scoring.compare_results(source(old), source(new))


@require_GET
def years(request: PortalRequest, year: int) -> HttpResponse:
    """The year beside another one (``with``; the one before): composites, grades and ranks with their
    differences."""
    assessment = assessment_of(request)
    others = _others(request)
    asked = request.GET.get("with", "")
    other = next((one for one in others if not asked or str(one.year) == asked), None)
    if asked and other is None:
        raise Http404
    context = {"assessment": assessment, "others": others, "other": other}
    if other is not None:
        try:
            context["table"] = scoring.comparison_table(_compared(assessment, other))
        except (scoring.AssessmentError, scoring.YearError):
            context["unreadable"] = True
    return render(request, "years.html", context)


@require_GET
def paper(request: PortalRequest, year: int, other: int, name: str) -> HttpResponse:
    """比较.xlsx or 比较.html of two years."""
    beside = next((one for one in _others(request) if one.year == other), None)
    if beside is None:
        raise Http404
    assessment = assessment_of(request)
    newer = max(assessment, beside, key=lambda one: one.year)
    try:
        found = _compared(assessment, beside)
        papers = scoring.comparison_papers(found, load(newer).assessment)
    except scoring.TemplateFaultError as error:
        return template_fault(request, error)
    except (scoring.AssessmentError, scoring.YearError):
        raise Http404 from None
    if name not in papers:
        raise Http404
    return file(name, papers[name])
