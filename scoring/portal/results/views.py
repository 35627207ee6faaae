"""The office's page of results, each step towards publication, and the papers."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

import scoring
from scoring.portal import clock
from scoring.portal.assessments.corrections import (
    FEEDBACK,
    FINAL,
    published,
    under_way,
)
from scoring.portal.assessments.models import Assessment
from scoring.portal.assessments.rules import changes
from scoring.portal.assessments.state import load
from scoring.portal.assessments.views import attachment
from scoring.portal.requests import PortalRequest, assessment_of, by
from scoring.portal.results.answer import taken
from scoring.portal.results.grading import (
    approve,
    final_result,
    make_provisional,
    propose,
    publish,
    withdraw,
)
from scoring.portal.results.models import Step
from scoring.portal.results.papers import content_of, papers, unit_papers


@dataclass(frozen=True)
class Line:
    """A unit in the table of results."""

    unit: str
    group: str
    composite: str | None
    grade: str | None
    rank: int | None
    parts: tuple[str, ...]
    gaps: int


@require_GET
def results(request: PortalRequest, year: int) -> HttpResponse:
    """How the units stand today, what is still lacking for a final result, and how far that is."""
    return _page(request, assessment_of(request), [])


def _page(
    request: PortalRequest, assessment: Assessment, refused: list[str], status: int = 200
) -> HttpResponse:
    read = load(assessment).assessment
    result = load(assessment).result(clock.today())
    lines = [
        Line(
            unit.unit, unit.group, result.composite_text(unit), unit.grade, unit.rank,
            tuple(score for _, score, _ in scoring.part_scores(unit, result)), len(unit.gaps),
        )
        for unit in result.units
    ]  # fmt: skip
    final = final_result(assessment)
    titles = [title for title, _, _ in scoring.part_scores(result.units[0], result)]
    closed = clock.today() > read.settings.as_of_day()
    context = {
        "assessment": assessment,
        "as_of": result.as_of,
        "lines": lines,
        "titles": titles if result.units else [],
        "gaps": sum(line.gaps for line in lines),
        "closed": closed,
        "last": read.settings.as_of_day(),
        "final": final,
        "refused": refused,
        "papers": [paper for paper in papers(assessment) if paper.folder != FEEDBACK],
        "feedback": [paper for paper in papers(assessment) if paper.folder == FEEDBACK],
        "acts": request.account.is_office,
        "own": final is not None and final.proposed_by == request.account,
        "changes": changes(assessment),
        "corrections": published(assessment),
        "correction": under_way(assessment) if request.account.is_office else None,
        "PROPOSED": Step.PROPOSED, "APPROVED": Step.APPROVED, "PUBLISHED": Step.PUBLISHED,
    }  # fmt: skip
    return render(request, "results.html", context, status=status)


def _step(request: PortalRequest, act: Callable[[Assessment], object], done: str) -> HttpResponse:
    return taken(
        request,
        act,
        done,
        page=_page,
        route="results",
        moved="资料正在变动，没有保存，请稍后再试。",
    )


@require_POST
def provisional(request: PortalRequest, year: int) -> HttpResponse:
    return _step(request, lambda a: make_provisional(a, by(request)), "暂定结果已生成。")


@require_POST
def propose_view(request: PortalRequest, year: int) -> HttpResponse:
    """Lay the final papers before a second person."""
    return _step(
        request,
        lambda a: propose(a, request.account, by(request)),
        "已提请审定，请另一位同志审定。",
    )


@require_POST
def withdraw_view(request: PortalRequest, year: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return _step(request, lambda a: withdraw(a, by(request), reason), "已撤回。")


@require_POST
def approve_view(request: PortalRequest, year: int) -> HttpResponse:
    return _step(
        request, lambda a: approve(a, request.account, by(request)), "已审定，本年度资料不能再改。"
    )


@require_POST
def publish_view(request: PortalRequest, year: int) -> HttpResponse:
    return _step(request, lambda a: publish(a, by(request)), "已公布，各单位可以看到结果和反馈单。")


@require_GET
def paper(request: PortalRequest, year: int, folder: str, name: str) -> HttpResponse:
    """A paper, to be saved."""
    content = content_of(assessment_of(request), folder, name)
    if content is None:
        raise Http404
    return paper_response(name, content)


@require_GET
def unit_paper(request: PortalRequest, year: int, unit: str, name: str) -> HttpResponse:
    """A paper of the published result, for the unit whose page names it."""
    assessment = assessment_of(request)
    if name not in unit_papers(assessment, unit):
        raise Http404
    content = content_of(assessment, FINAL, name) or content_of(assessment, FEEDBACK, name)
    if content is None:
        raise Http404
    return paper_response(name, content)


def paper_response(name: str, content: bytes) -> HttpResponse:
    """A paper, to be saved."""
    kind, _ = mimetypes.guess_type(name)
    return attachment(name, content, kind or "application/octet-stream")
