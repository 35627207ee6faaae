"""The few steps of a run, for the command line, for notebooks and for any other front.

``load_assessment`` → ``score_assessment`` → ``publish_results``; and what can be asked of a scored
assessment: ``explain``, ``what_if``, ``make_feedback``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from scoring.intake import Assessment, load_assessment
from scoring.intake.settings import DayError
from scoring.papers import BULK, FEEDBACK, SENSITIVITY, check_listed
from scoring.publish import render
from scoring.publish.manifest import MANIFEST, Options, manifest_json
from scoring.publish.office_templates import template_problems
from scoring.reporting.appeals import open_appeals
from scoring.reporting.gaps import NotFinalError, all_problems, gap_problems
from scoring.rules.ledger import COUNTED
from scoring.score import EntryResult, Result, score
from scoring.score.appeals import appeal_states, unfulfilled
from scoring.writing import file_names, writing

if TYPE_CHECKING:
    # What only some steps need is imported there: most runs check or grade.
    from scoring.inquiry.explanation import Explanation
    from scoring.inquiry.trials import Trials
    from scoring.inquiry.whatif import WhatIf
    from scoring.sensitivity import Robustness

__all__ = [
    "DayError",
    "FinalPapersError",
    "NotFinalError",
    "all_problems",
    "explain",
    "gap_problems",
    "late_revocations",
    "load_assessment",
    "make_feedback",
    "make_sensitivity",
    "publish_results",
    "score_assessment",
    "template_problems",
    "what_if",
    "write_papers",
]


OVERVIEW, NOTE_SUFFIX = FEEDBACK.names
ROBUSTNESS_BOOK, ROBUSTNESS_PAGE = SENSITIVITY.names
ABOUT_BULK = BULK.names[-1]


def score_assessment(
    assessment: Assessment,
    as_of: date | None = None,
    *,
    known: date | None = None,
    final: bool = True,
) -> Result:
    """Score ``assessment`` as of a day, by default its own (31 December of its year).

    ``known`` (资料截止日) is the last day of which a revocation counts. By default the year's own
    run goes by the assessment's ``known``, without it by all that stands in the files, whenever
    it was decided; the view of a day before the assessment's own goes by what was known then.

    The result is final only if ``final`` was asked for, no gap is in the way, every appeal that was
    granted is carried out, the day is not before the assessment's own (until then the year is not closed) and ``known`` not before the
    day. Raises ``DayError`` where ``as_of`` or ``known`` lies before the assessment's year.

    >>> from datetime import date
    >>> from scoring import load_assessment, score_assessment
    >>> assessment = load_assessment("sample_data/2024")
    >>> score_assessment(assessment).final
    True
    >>> score_assessment(assessment, date(2024, 6, 30))
    <Result heze 2024，截至2024-06-30，52个单位，暂定>
    """
    settings = assessment.settings
    day = as_of or settings.as_of_day()
    settings.check_days(day, known)
    until = settings.known_day(day, known)
    closed = day >= settings.as_of_day() and (until is None or until >= day)
    appeals = appeal_states(assessment.appeals, assessment.tables, until)
    final = final and closed and not assessment.errors() and not unfulfilled(appeals)
    return score(assessment.tables, assessment.scheme, settings.year, day, known=until, final=final)


class FinalPapersError(ValueError):
    """Provisional papers were to be written over final ones."""


def publish_results(
    result: Result,
    assessment: Assessment,
    out: str | Path,
    *,
    provisional: bool = False,
    with_open_appeals: bool = False,
) -> list[Path]:
    """Write the five files of ``result`` and their manifest into the folder ``out``, all or none.

    A result that is not final is written only as what it is: it must be asked for with
    ``provisional``, else NotFinalError is raised with what stands against a final one; so it is for
    a final one while appeals are open, unless ``with_open_appeals`` accepts them. Raises
    ``scoring.publish.TemplateFaultError`` where a template has faults, and what ``write_papers``
    raises. Gives the paths of the files, the manifest's last.

    >>> import tempfile
    >>> from scoring import load_assessment, publish_results, score_assessment
    >>> assessment = load_assessment("sample_data/2024")
    >>> with tempfile.TemporaryDirectory() as out:
    ...     paths = publish_results(score_assessment(assessment), assessment, out)
    >>> [path.name for path in paths][-3:]
    ['通报附表.xlsx', 'results.json', 'manifest.json']
    """
    if not result.final and not provisional:
        raise NotFinalError(all_problems(result, assessment))
    waiting = open_appeals(assessment, result.known)
    if result.final and waiting and not with_open_appeals:
        raise NotFinalError(waiting)
    return write_papers(result, assessment, Path(out), render(result, assessment), "kaohe grade")


def write_papers(
    result: Result,
    assessment: Assessment,
    out: Path,
    contents: Mapping[str, bytes],
    doing: str,
    options: Options | None = None,
) -> list[Path]:
    """Write papers of ``result``, by name, and the manifest that ties them to what they came from
    into the folder ``out``, all or none; gives their paths, the manifest's last. ``options`` are what
    the papers of a command follow from besides.

    Raises FinalPapersError where papers of a provisional result would come among those of a final
    one, and of ``scoring.writing``: ChangedError where a file of the assessment was changed since it
    was read, FileInUseError where a paper is open in another program, FolderBusyError where another
    run writes in the folder.
    """
    check_listed(doing.removeprefix("kaohe "), contents)
    with writing(out, doing) as writer:
        if not result.final and holds_final(out):
            raise FinalPapersError(f"{out} 中已有正式结果，不能用暂定结果覆盖")
        at = out / MANIFEST
        before = at.read_bytes() if at.is_file() else None
        manifest = manifest_json(result, assessment, contents, before, options or {})
        papers = {out / name: content for name, content in contents.items()}
        return writer.replace({**papers, at: manifest}, assessment.sources())


def holds_final(folder: Path) -> bool:
    """Whether the files of a final result lie in ``folder``: the five, those of many units, or the notes of 反馈."""
    from scoring.publish.feedback.overview import is_final

    graded = any(_says_final(folder / name) for name in ("results.json", ABOUT_BULK))
    return graded or is_final(folder / OVERVIEW)


def _says_final(path: Path) -> bool:
    """Whether a result for programs says of itself that it is final."""
    try:
        document = json.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        return False
    return isinstance(document, dict) and document.get("final") is True


def explain(
    assessment: Assessment,
    unit: str,
    as_of: date | None = None,
    *,
    known: date | None = None,
    period: str | None = None,
) -> Explanation:
    """Why a unit has its score: from the composite back to clauses, ledger rows and items, how far
    it is to the next grades, and what would lift it.

    ``unit`` is a full or short name or a part that only one has; ``as_of`` and ``known`` are as in
    ``score_assessment``; ``period`` (期次) limits the items to one half-year. Raises ``UnitError`` or
    ``PeriodError`` where a name leads nowhere.

    >>> from scoring import explain, load_assessment
    >>> assessment = load_assessment("sample_data/2024")
    >>> found = explain(assessment, "临溪县")
    >>> found.unit.grade, str(found.unit.exact), found.down.grade, found.down.by
    ('优秀', '17999/200', '良好', 1)
    """
    from scoring.inquiry.explanation import explain_unit
    from scoring.lookup.periods import pick_period, self_assessments

    chosen = assessment.units.pick(unit)
    only = None if period is None else pick_period(self_assessments(assessment.scheme), period)
    result = score_assessment(assessment, as_of, known=known)
    trials = _trials(assessment, result)
    mine = next(u for u in result.units if u.unit == chosen.name)
    return explain_unit(result, trials, mine, only)


def what_if(
    assessment: Assessment,
    *,
    revoked: Iterable[str] = (),
    rectified: Mapping[str, date] | None = None,
    settings: Iterable[str] = (),
    appeals: Iterable[str] = (),
    as_of: date | None = None,
    known: date | None = None,
) -> WhatIf:
    """The ranking before and after some changes; nothing is written.

    ``revoked`` are 台账编号 to revoke, ``rectified`` says on which day others were rectified,
    ``settings`` are scores as 单位:什么=值, ``appeals`` the numbers of 申诉 that are granted (编号, or
    编号=得分 where it is not what the unit put down itself); ``as_of`` and ``known`` are as in ``score_assessment``.
    Raises ``ChangeError`` where one leads nowhere.

    >>> from scoring import load_assessment, what_if
    >>> assessment = load_assessment("sample_data/2024")
    >>> found = what_if(assessment, revoked=["BGS2024039"], settings=["临溪县:第三方=80"])
    >>> for moved in found.moved:
    ...     print(moved.after.unit, moved.before.rank, "→", moved.after.rank, moved.after.grade)
    示例市高新技术产业开发区管理委员会 4 → 3 良好
    澄湖区人民政府 5 → 4 良好
    临溪县人民政府 3 → 5 良好
    """
    from scoring.inquiry.change_parser import grant, rectify, revoke, setting
    from scoring.inquiry.whatif import compare

    before = score_assessment(assessment, as_of, known=known)
    tables, scheme = assessment.tables, assessment.scheme
    changes = [
        *(revoke(scheme, tables.entries, number, before.known) for number in revoked),
        *(
            rectify(scheme, tables.entries, number, day)
            for number, day in (rectified or {}).items()
        ),
        *(setting(scheme, assessment.units, text) for text in settings),
        *(grant(scheme, tables, assessment.appeals, text, before.known) for text in appeals),
    ]
    return compare(before, tables, changes)


def make_feedback(
    result: Result, assessment: Assessment, units: Iterable[str] | None = None
) -> dict[str, bytes]:
    """反馈总览.xlsx and a 反馈单 (docx) for every unit of ``result``, as the contents of files by name;
    for ``units``, named in full, only their 反馈单: the overview is one of all. Raises
    ``scoring.publish.TemplateFaultError`` where the template has faults.

    >>> from scoring import load_assessment, make_feedback, score_assessment
    >>> assessment = load_assessment("sample_data/2024")
    >>> sorted(make_feedback(score_assessment(assessment), assessment, ["临溪县人民政府"]))
    ['临溪县人民政府反馈单.docx']
    """
    from scoring.inquiry.feedback import feedback
    from scoring.publish.feedback.docx import TEMPLATE, render_note
    from scoring.publish.feedback.note import compose_note
    from scoring.publish.feedback.overview import overview

    wanted = None if units is None else set(units)
    chosen = [u for u in result.units if wanted is None or u.unit in wanted]
    found = feedback(result, _trials(assessment, result), chosen)
    own = assessment.templates.get(TEMPLATE.name)
    names = file_names(u.unit for u in result.units)
    notes = {
        f"{names[f.unit.unit]}{NOTE_SUFFIX}": render_note(compose_note(f, result, assessment), own)
        for f in found
    }
    return notes if wanted is not None else {OVERVIEW: overview(found, result, assessment), **notes}


def publish_feedback(result: Result, assessment: Assessment, out: str | Path) -> list[Path]:
    """Write 反馈总览.xlsx, the 反馈单 of every unit and their manifest into the folder ``out``, all or none, as
    ``kaohe feedback`` does. Raises what ``make_feedback`` and ``write_papers`` raise.

    >>> import tempfile
    >>> from scoring import load_assessment, publish_feedback, score_assessment
    >>> assessment = load_assessment("sample_data/schemes/keshi")
    >>> with tempfile.TemporaryDirectory() as out:
    ...     paths = publish_feedback(score_assessment(assessment), assessment, out)
    >>> paths[0].name, paths[-1].name
    ('反馈总览.xlsx', 'manifest.json')
    """
    contents = make_feedback(result, assessment)
    return write_papers(result, assessment, Path(out), contents, "kaohe feedback")


def make_sensitivity(robustness: Robustness, assessment: Assessment) -> dict[str, bytes]:
    """稳健性分析 as a workbook and a page, as the contents of files by name. ``robustness`` must come of a
    result of ``assessment``. Raises ``scoring.publish.TemplateFaultError`` where the template has
    faults.

    >>> from scoring import load_assessment, score_assessment
    >>> from scoring.sensitivity import analyse
    >>> assessment = load_assessment("sample_data/2024")
    >>> sorted(make_sensitivity(analyse(score_assessment(assessment)), assessment))
    ['稳健性分析.html', '稳健性分析.xlsx']
    """
    from scoring.publish.sensitivity.html import TEMPLATE, sensitivity_html
    from scoring.publish.sensitivity.workbook import sensitivity_workbook
    from scoring.wording.results import heading

    title = heading(robustness.result, assessment, "考核稳健性分析")
    page = sensitivity_html(robustness, title, assessment.templates.get(TEMPLATE.name))
    return {
        ROBUSTNESS_BOOK: sensitivity_workbook(robustness, title),
        ROBUSTNESS_PAGE: page.encode(),
    }


def _trials(assessment: Assessment, result: Result) -> Trials:
    from scoring.inquiry.trials import Trials

    whole = result.whole
    stands = None if whole is None else {g: found.stands for g, found in whole.groups.items()}
    return Trials(
        assessment.tables, result.scheme, result.year, result.as_of, result.known, stands
    )  # fmt: skip


def late_revocations(result: Result) -> list[EntryResult]:
    """Counted rows whose revocation lies after the result's ``known`` and so has no effect yet."""
    return [
        entry for entry in result.entries if entry.status == COUNTED and entry.revoked is not None
    ]
