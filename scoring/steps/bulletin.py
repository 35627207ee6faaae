"""日办结, 周通报, 月排名, 季小结, 半年总结: the bulletins of a day, a week, a month, a quarter or a half-year.

A bulletin follows from the files, its day and 资料截止日 alone: what was found, rectified, revoked or
handed in later does not change it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from scoring.intake import Assessment
from scoring.monitoring import Window, WindowKind, window_of, windows_until
from scoring.monitoring.stage import Records, ledgers_of, period_end, score_stage, with_forms
from scoring.papers import BULLETIN
from scoring.problems import Problem
from scoring.scheme import Ledger, Scheme, SelfAssessment
from scoring.score import Result
from scoring.steps.grade import write_papers
from scoring.wording.bulletin import NAMES, window_name

__all__ = ["Bulletin", "NothingToReportError", "bulletin_faults", "make_bulletin", "write_bulletin"]


class NothingToReportError(ValueError):
    """The scheme has no ledger, and no forms of the window."""


@dataclass(frozen=True)
class Bulletin:
    """``files`` by name; ``result`` is what they say, as of the last day of ``window``. ``settled``: the
    order of a half-year rests on verified forms alone (True where there is none)."""

    window: Window
    result: Result
    files: Mapping[str, bytes]
    settled: bool = True

    @property
    def name(self) -> str:
        """2024年第26周周通报, 2024年6月月排名."""
        return bulletin_name(self.window)


def bulletin_name(window: Window) -> str:
    """What the bulletin of a window is called; so are its files and its folder."""
    return f"{window_name(window)}{NAMES[window.kind]}"


def make_bulletin(
    assessment: Assessment,
    kind: WindowKind,
    as_of: date,
    known: date | None = None,
    *,
    provisional: bool = False,
) -> Bulletin:
    """The bulletin of the window of ``kind`` in which ``as_of`` lies, as far as that day.

    ``known`` (资料截止日) is the last day of which a revocation, or a form that came in, is known; by
    default ``as_of``. ``provisional`` marks the papers 暂定. Raises ``DayError`` for a day outside the
    assessment's year, NothingToReportError, and ``scoring.publish.TemplateFaultError``.

    >>> from datetime import date
    >>> from scoring import WindowKind, load_assessment, make_bulletin
    >>> assessment = load_assessment("sample_data/2024")
    >>> sorted(make_bulletin(assessment, WindowKind.WEEK, date(2024, 6, 30)).files)
    ['2024年第26周周通报.docx']
    """
    assessment.settings.check_days(as_of, known)
    until = as_of if known is None else known
    records = Records(assessment.tables, assessment.scheme, assessment.settings.year)
    windows = windows_until(kind, as_of)
    stage = _stage(assessment, windows[-1])
    ledgers = ledgers_of(assessment.scheme)
    if ledgers is None and stage is None:
        raise NothingToReportError
    match kind:
        case WindowKind.MONTH:
            assert ledgers is not None
            return _monthly(assessment, records, ledgers, as_of, until, provisional=provisional)
        case WindowKind.DAY | WindowKind.WEEK:
            assert ledgers is not None
            result = score_stage(records, ledgers, as_of, until)
            return _daily_or_weekly(assessment, result, windows[-1], provisional=provisional)
        case WindowKind.QUARTER | WindowKind.HALF:
            return _review(
                assessment, records, windows, (ledgers, stage), until, provisional=provisional
            )


def _stage(assessment: Assessment, window: Window) -> Scheme | None:
    """The scheme whose order a bulletin gives: that of a half-year, or of a quarter where a scheme has no
    ledger to report on. None where it gives none, or where no form is of the window."""
    scheme, year = assessment.scheme, assessment.settings.year
    if window.kind not in (WindowKind.HALF, WindowKind.QUARTER):
        return None
    if window.kind == WindowKind.QUARTER and ledgers_of(scheme) is not None:
        return None
    stage = with_forms(scheme, year, window_of(window.kind, window.first))
    if stage is None or not any(isinstance(c, SelfAssessment) for c in stage.leaves().values()):
        return None
    return stage


def bulletin_list(assessment: Assessment, day: date) -> list[tuple[WindowKind, str, list[str]]]:
    """The bulletins that there are of the windows in which ``day`` lies: kind, name and the names of its files.

    >>> from datetime import date
    >>> from scoring import bulletin_list, load_assessment
    >>> bulletin_list(load_assessment("sample_data/2025"), date(2025, 9, 12))[2][1:]
    ('2025年9月月排名', ['2025年9月月排名.xlsx', '2025年9月月排名.html'])
    """
    found = []
    for kind in WindowKind:
        window = windows_until(kind, day)[-1]
        if ledgers_of(assessment.scheme) is None and _stage(assessment, window) is None:
            continue
        name = bulletin_name(window)
        suffixes = [end for end in BULLETIN.names if end.startswith(NAMES[kind])]
        files = [f"{name}{end.removeprefix(NAMES[kind])}" for end in suffixes]
        found.append((kind, name, files))
    return found


def unit_order(assessment: Assessment) -> list[str]:
    """The graded units in the order of the unit list."""
    graded = [row for row in assessment.tables.units if row.parent is None]
    return [row.unit for row in sorted(graded, key=lambda row: row.position)]


def _daily_or_weekly(
    assessment: Assessment, result: Result, window: Window, *, provisional: bool
) -> Bulletin:
    from scoring.monitoring.daily import daily
    from scoring.monitoring.weekly import weekly
    from scoring.publish.bulletin.day_and_week import compose_day, compose_week

    order = unit_order(assessment)
    if window.kind == WindowKind.DAY:
        paper = compose_day(daily(result, order), assessment, provisional=provisional)
    else:
        found = weekly(result, window, order)
        paper = compose_week(found, assessment, provisional=provisional)
    return Bulletin(window, result, _word(assessment, window, paper))


def _review(
    assessment: Assessment,
    records: Records,
    windows: list[Window],
    schemes: tuple[Scheme | None, Scheme | None],
    known: date,
    *,
    provisional: bool,
) -> Bulletin:
    from scoring.monitoring.half_year import stage_of
    from scoring.monitoring.quarterly import review
    from scoring.publish.bulletin.quarter_and_half import compose_review

    order, window, (ledgers, stage) = unit_order(assessment), windows[-1], schemes
    as_of = window.last
    result = None if ledgers is None else score_stage(records, ledgers, as_of, known)
    found = None if result is None else review(result, windows, order)
    half = None if stage is None else stage_of(records, stage, as_of, known, order)
    paper = compose_review(
        found, half, assessment, window, max(as_of, known), provisional=provisional
    )
    both = half.result if half is not None else result
    assert both is not None
    return Bulletin(window, both, _word(assessment, window, paper), half is None or half.settled)


def _word(assessment: Assessment, window: Window, paper: object) -> dict[str, bytes]:
    from scoring.publish.bulletin.docx import TEMPLATES, render_paper
    from scoring.publish.bulletin.paper import Paper

    assert isinstance(paper, Paper)
    own = assessment.templates.get(TEMPLATES[window.kind].name)
    return {f"{bulletin_name(window)}.docx": render_paper(window.kind, paper, own)}


def _monthly(
    assessment: Assessment,
    records: Records,
    ledgers: Scheme,
    as_of: date,
    known: date,
    *,
    provisional: bool,
) -> Bulletin:
    from scoring.monitoring.monthly import monthly
    from scoring.publish.bulletin.month_book import month_book
    from scoring.publish.bulletin.month_page import TEMPLATE, month_page

    found, result = monthly(records, ledgers, as_of, known)
    name = bulletin_name(found.window)
    page = month_page(
        found, result, assessment, assessment.templates.get(TEMPLATE.name), provisional=provisional
    )
    book = month_book(found, result, assessment, provisional=provisional)
    return Bulletin(found.window, result, {f"{name}.xlsx": book, f"{name}.html": page.encode()})


def bulletin_faults(assessment: Assessment, kind: WindowKind, as_of: date) -> list[Problem]:
    """The errors of the files that a bulletin reads: a fault in a form that is of another part of the
    year, or in a score that was handed in, is none of its own.

    >>> from datetime import date
    >>> from scoring import WindowKind, bulletin_faults, load_assessment
    >>> bulletin_faults(load_assessment("sample_data/2025"), WindowKind.WEEK, date(2025, 9, 12))
    []
    """
    scheme, year = assessment.scheme, assessment.settings.year
    window = windows_until(kind, as_of)[-1]
    read = _stage(assessment, window) is not None
    ledgers = {leaf.table for leaf in scheme.leaves().values() if isinstance(leaf, Ledger)}
    others: set[tuple[str, ...]] = set()
    for leaf in scheme.leaves().values():
        if isinstance(leaf, SelfAssessment) and read:
            others |= {
                (leaf.table, p.name) for p in leaf.periods if period_end(p, year) > window.last
            }
        elif leaf.table not in ledgers:
            others.add((leaf.table,))

    def concerns(problem: Problem) -> bool:
        if problem.kind == "table-missing" and problem.place.file not in ledgers:
            return False  # Forms that have not come in are no fault: the paper says so.
        path = PurePosixPath(problem.place.file)
        parts = (*path.parts[:-1], path.stem)
        return not any(parts[: len(other)] == other for other in others)

    return [problem for problem in assessment.errors() if concerns(problem)]


def write_bulletin(bulletin: Bulletin, assessment: Assessment, out: Path) -> list[Path]:
    """Write the files of a bulletin and their manifest into the folder ``out``, all or none; raises what
    ``write_papers`` does.

    >>> import tempfile
    >>> from datetime import date
    >>> from pathlib import Path
    >>> from scoring import WindowKind, load_assessment, make_bulletin, write_bulletin
    >>> assessment = load_assessment("sample_data/2025")
    >>> bulletin = make_bulletin(assessment, WindowKind.DAY, date(2025, 9, 12))
    >>> with tempfile.TemporaryDirectory() as out:
    ...     [path.name for path in write_bulletin(bulletin, assessment, Path(out))]
    ['2025年9月12日日办结.docx', 'manifest.json']
    """
    options = {BULLETIN.command: {"period": str(bulletin.window.kind)}}
    return write_papers(bulletin.result, assessment, out, bulletin.files, "kaohe bulletin", options)
