"""The page of corrections after publication, each step of one, and what units get of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

import scoring
from scoring.portal.access import Target, may
from scoring.portal.assessments.corrections import FEEDBACK, papers_folder, under_way
from scoring.portal.assessments.models import Assessment, Correction, CorrectionStep
from scoring.portal.assessments.state import load
from scoring.portal.log.models import LogLine
from scoring.portal.requests import PortalRequest, assessment_of, by
from scoring.portal.results.answer import taken
from scoring.portal.results.correcting import (
    LONGEST_REASON,
    approve_correction,
    comparison,
    drop_correction,
    open_correction,
    propose_correction,
    publish_the_correction,
    withdraw_correction,
)
from scoring.portal.results.grading import is_published
from scoring.portal.results.papers import Paper, content_of, correction_papers, unit_corrections
from scoring.portal.results.views import paper_response
from scoring.portal.steps import MOVED


@dataclass(frozen=True)
class Line:
    """A correction in the list, with its papers and what was changed within it (lines of the log)."""

    correction: Correction
    papers: list[Paper]
    feedback: list[Paper]
    changes: list[LogLine]


@require_GET
def corrections(request: PortalRequest, year: int) -> HttpResponse:
    """All corrections of a year in order, and what may be done about the one that is on its way."""
    return _page(request, assessment_of(request), [])


def _page(
    request: PortalRequest, assessment: Assessment, refused: list[str], status: int = 200
) -> HttpResponse:
    now = under_way(assessment) if request.account.is_office else None
    done = Correction.objects.filter(assessment=assessment)
    if now is not None:
        done = done.exclude(pk=now.pk)
    if not request.account.is_office:
        done = done.filter(step=CorrectionStep.PUBLISHED)
    moved = comparison(assessment) if now and now.step == CorrectionStep.OPEN else None
    context = {
        "assessment": assessment,
        "now": _line(now) if now else None,
        "done": [_line(one) for one in done],
        "refused": refused,
        "table": scoring.comparison_table(moved, only_changed=True) if moved else None,
        "published": is_published(assessment),
        "can_open": now is None and may(request.account, "correction-open", Target(assessment)),
        "can_drop": may(request.account, "correction-drop", Target(assessment)),
        "units": [unit.name for unit in load(assessment).assessment.units.graded()],
        "own": now is not None and now.proposed_by == request.account,
        "most": LONGEST_REASON,
    }
    return render(request, "corrections.html", context, status=status)


_STEPS = (
    "开始更正",
    "提请审定更正",
    "撤回提请更正",
    "审定更正",
    "公布更正",
    "放弃更正",
    "导出考核文件夹",
)
"""Lines of the log within a correction that change nothing of the year's files by hand."""


def _line(correction: Correction) -> Line:
    papers = correction_papers(correction)
    notes = f"{papers_folder(correction.number)}/{FEEDBACK}"
    changes = LogLine.objects.filter(
        year=correction.assessment.year, when__gte=correction.opened_at,
        reason__startswith=str(correction),
    ).exclude(what__in=_STEPS)  # fmt: skip
    if correction.dropped_at is not None:
        changes = changes.filter(when__lte=correction.dropped_at)
    return Line(
        correction,
        [paper for paper in papers if paper.folder != notes],
        [paper for paper in papers if paper.folder == notes],
        list(changes),
    )


def _step(request: PortalRequest, act: Callable[[Assessment], object], done: str) -> HttpResponse:
    return taken(request, act, done, page=_page, route="corrections", moved=MOVED)


@require_POST
def open_view(request: PortalRequest, year: int) -> HttpResponse:
    """Open a correction (``unit`` once for each unit, ``reason``)."""
    units, reason = request.POST.getlist("unit"), request.POST.get("reason", "")
    return _step(
        request,
        lambda a: open_correction(a, request.account, by(request), units, reason),
        "更正已开始。请在台账、核查、申诉、评估得分各页改正，改好后提请审定。",
    )


@require_POST
def propose_view(request: PortalRequest, year: int) -> HttpResponse:
    """Lay the corrected papers before a second person."""
    return _step(
        request,
        lambda a: propose_correction(a, request.account, by(request)),
        "更正已提请审定，请另一位同志审定。",
    )


@require_POST
def withdraw_view(request: PortalRequest, year: int) -> HttpResponse:
    """Take a proposal back, with a reason."""
    reason = request.POST.get("reason", "")
    return _step(
        request, lambda a: withdraw_correction(a, by(request), reason), "已撤回，可以再改。"
    )


@require_POST
def approve_view(request: PortalRequest, year: int) -> HttpResponse:
    """Approve what somebody else proposed."""
    return _step(
        request, lambda a: approve_correction(a, request.account, by(request)), "更正已审定。"
    )


@require_POST
def publish_view(request: PortalRequest, year: int) -> HttpResponse:
    """Show an approved correction to the units."""
    return _step(
        request,
        lambda a: publish_the_correction(a, by(request)),
        "更正已公布，各单位可以看到更正通报和反馈单；原来公布的仍然可以看到。",
    )


@require_POST
def drop_view(request: PortalRequest, year: int) -> HttpResponse:
    """Give a correction up, with a reason."""
    reason = request.POST.get("reason", "")
    return _step(
        request, lambda a: drop_correction(a, by(request), reason), "已放弃，资料恢复到更正以前。"
    )


@require_GET
def unit_paper(
    request: PortalRequest, year: int, unit: str, number: int, name: str
) -> HttpResponse:
    """A paper of a published correction, for the unit whose page names it."""
    assessment = assessment_of(request)
    names = {one.number: some for one, some in unit_corrections(assessment, unit)}
    if name not in names.get(number, ()):
        raise Http404
    folder = papers_folder(number)
    content = content_of(assessment, folder, name)
    if content is None:
        content = content_of(assessment, f"{folder}/{FEEDBACK}", name)
    if content is None:
        raise Http404
    return paper_response(name, content)


@require_GET
def paper(
    request: PortalRequest, year: int, number: int, name: str, notes: bool = False
) -> HttpResponse:
    """A paper of a correction, or (``notes``) a unit's note of it."""
    folder = papers_folder(number) + (f"/{FEEDBACK}" if notes else "")
    content = content_of(assessment_of(request), folder, name)
    if content is None:
        raise Http404
    return paper_response(name, content)
