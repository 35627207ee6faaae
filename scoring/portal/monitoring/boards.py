"""The board of the day: one page that leaders read on a phone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

import scoring
from scoring.portal import clock
from scoring.portal.assessments.state import load
from scoring.portal.monitoring.views import readable
from scoring.portal.requests import PortalRequest, assessment_of
from scoring.portal.results.grading import is_published


@dataclass(frozen=True)
class Group:
    """A group of units: how many have each grade, and the units in the order of their ranks."""

    name: str
    size: int
    grades: list[tuple[str, int]]
    units: list[scoring.BoardUnit]


@require_GET
@readable
def board(request: PortalRequest, year: int) -> HttpResponse:
    """How many units have which grade, ranks with their change, open and overdue rows, who is late."""
    assessment = assessment_of(request)
    found = load(assessment).board(clock.today())
    levels = Counter(one.level_name for one in found.warnings)
    context = {
        "assessment": assessment,
        "board": found,
        "published": is_published(assessment),
        "levels": [(name, levels[name]) for name in ("红", "黄", "蓝")],
        "groups": [
            Group(
                name,
                sum(count for _, count in grades),
                [(grade or "未定", count) for grade, count in grades],
                [unit for unit in found.units if unit.group == name],
            )
            for name, grades in found.grades
        ],
        "late_rows": sorted(
            (unit for unit in found.units if unit.overdue), key=lambda unit: -unit.overdue
        ),
    }
    return render(request, "board.html", context)
