"""看板: where every unit stands on a day, as one page."""

from __future__ import annotations

from scoring.intake import Assessment
from scoring.monitoring.warnings import Watch
from scoring.papers import DASHBOARD
from scoring.steps.warn import year_of

(PAGE,) = DASHBOARD.names


def make_dashboard(found: Watch, assessment: Assessment) -> dict[str, bytes]:
    """看板.html of the day of ``found`` (``scoring.steps.warn.watch_assessment``), as the contents of files
    by name. Raises ``scoring.publish.TemplateFaultError`` where the template has faults.

    >>> from datetime import date
    >>> from scoring import load_assessment, make_dashboard, watch_assessment
    >>> assessment = load_assessment("sample_data/2025")
    >>> sorted(make_dashboard(watch_assessment(assessment, date(2025, 9, 12)), assessment))
    ['看板.html']
    """
    from scoring.monitoring.dashboard import dashboard
    from scoring.publish.dashboard.html import TEMPLATE, dashboard_html

    board = dashboard(year_of(assessment), found)
    page = dashboard_html(board, assessment, assessment.templates.get(TEMPLATE.name))
    return {PAGE: page.encode()}
