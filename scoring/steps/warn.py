"""动态预警: what is to be warned of on a day, and its papers.

The same files, day and 资料截止日 give the same warnings, whenever they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from scoring.intake import Assessment
from scoring.intake.warning_rules import warning_rules
from scoring.monitoring.warnings import Kind, Watch, Year, timetable, watch
from scoring.papers import WARNINGS
from scoring.writing import file_names

__all__ = ["last_day", "make_warnings", "watch_assessment"]

BOOK, CALENDAR, NOTE_SUFFIX = WARNINGS.names


def watch_assessment(assessment: Assessment, as_of: date, known: date | None = None) -> Watch:
    """What is warned of at the end of the day ``as_of``. ``known`` (资料截止日) is the last day of which a
    revocation, or a form that came in, is known; by default ``as_of``, or the assessment's own if that
    is earlier. Raises ``scoring.intake.settings.DayError`` for a day before the assessment's year.

    >>> from datetime import date
    >>> from scoring import load_assessment, watch_assessment
    >>> found = watch_assessment(load_assessment("sample_data/2024"), date(2024, 6, 28))
    >>> [(w.unit, w.before, w.after) for w in found.warnings if w.kind == "grade"]
    [('示例市卫生健康委员会', '优秀', '良好')]
    """
    settings = assessment.settings
    settings.check_days(as_of, known)
    until = known or min(as_of, settings.known or as_of)
    return watch(year_of(assessment), as_of, until)


def year_of(assessment: Assessment) -> Year:
    """An assessment's year as far as warnings look at it."""
    settings = assessment.settings
    rules = warning_rules(settings.warnings)
    return Year(
        tables=assessment.tables,
        scheme=assessment.scheme,
        year=settings.year,
        last=settings.as_of_day(),
        calendar=assessment.calendar,
        levels={kind: getattr(rules, kind) for kind in Kind},
        issued=settings.circular.date,
        appeals=assessment.appeals,
    )


def last_day(assessment: Assessment) -> date:
    """The last day that has anything to warn of: when the ledger closes, or the last of the timetable."""
    year = assessment.settings.year
    days = [due for _, _, due in timetable(assessment.scheme, year)]
    return max([assessment.settings.as_of_day(), *days])


def make_warnings(
    found: Watch, assessment: Assessment, units: Iterable[str] | None = None
) -> dict[str, bytes]:
    """预警.xlsx, 预警.ics and a 督办单 (docx) for every unit that can do something, as the contents of files
    by name; of ``units``, named in full, only their 督办单. Raises
    ``scoring.publish.TemplateFaultError`` where the template has faults.

    >>> from datetime import date
    >>> from scoring import load_assessment, make_warnings, watch_assessment
    >>> assessment = load_assessment("sample_data/2025")
    >>> found = watch_assessment(assessment, date(2025, 9, 12))
    >>> sorted(make_warnings(found, assessment, ["示例市应急管理局"]))
    ['示例市应急管理局督办单.docx']
    """
    from scoring.publish.warnings.book import warnings_book
    from scoring.publish.warnings.calendar import calendar_file
    from scoring.publish.warnings.docx import TEMPLATE, render_supervision
    from scoring.publish.warnings.note import compose_supervision, of_units
    from scoring.wording.results import heading

    wanted = None if units is None else set(units)
    own = assessment.templates.get(TEMPLATE.name)
    names = file_names(unit.unit for unit in found.result.units)
    notes = {
        f"{names[unit]}{NOTE_SUFFIX}": render_supervision(
            compose_supervision(unit, mine, found, assessment), own
        )
        for unit, mine in of_units(found).items()
        if wanted is None or unit in wanted
    }
    if wanted is not None:
        return notes
    title = heading(found.result, assessment, "考核预警")
    return {
        BOOK: warnings_book(found, assessment),
        CALENDAR: calendar_file(found, title),
        **notes,
    }
