"""What a browser is answered to a step towards publication, or of a correction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from scoring.portal.assessments.corrections import FrozenError
from scoring.portal.assessments.folder import MovedError
from scoring.portal.assessments.models import Assessment
from scoring.portal.requests import PortalRequest, assessment_of
from scoring.portal.results.grading import GradingError


class Page(Protocol):
    """The page on which the step is taken, with what stands in the way of it."""

    def __call__(
        self, request: PortalRequest, assessment: Assessment, refused: list[str], status: int
    ) -> HttpResponse: ...


def taken(
    request: PortalRequest, act: Callable[[Assessment], object], done: str, *,
    page: Page, route: str, moved: str,
) -> HttpResponse:  # fmt: skip
    """Take a step: ``done`` is said and the page at ``route`` opened where it succeeds, ``moved`` where others
    kept changing the year; what stands in the way is listed on ``page``."""
    assessment = assessment_of(request)
    try:
        act(assessment)
    except GradingError as error:
        messages.error(request, str(error))
        if error.problems:
            return page(request, assessment, error.problems, 409)
    except FrozenError as error:
        messages.error(request, str(error))
    except MovedError:
        messages.error(request, moved)
    else:
        messages.success(request, done)
    return redirect(route, assessment.year)
