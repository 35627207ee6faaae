"""Reading and scoring a folder for a command: progress on the screen, days as usage errors."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from scoring.cli.exit_codes import NOT_WRITTEN
from scoring.cli.report import problems_json, show_problems, summary
from scoring.cli.screen import answer, clean, screen
from scoring.intake import Assessment, Inspection, inspect_folder
from scoring.intake.discover import EVIDENCE_FOLDER
from scoring.intake.settings import DayError
from scoring.problems import CATALOGUE, Problem, errors
from scoring.reporting.problem_groups import Context, context_of
from scoring.score import Result
from scoring.steps.grade import all_problems, holds_final, score_assessment, template_problems
from scoring.writing import settle


class NotReadyError(click.ClickException):
    """A folder that another run is writing, or that a stopped one left half written."""

    exit_code = NOT_WRITTEN

    def __init__(self, folder: Path, error: OSError) -> None:
        super().__init__(f"{folder} 现在不能读：{error}")


def inspect(folder: Path) -> Inspection:
    """Read the folder, with a progress bar where somebody is watching. What a stopped run left half
    written, there or among its results, is put in order first."""
    try:
        settle(folder, leave=(EVIDENCE_FOLDER,))
    except OSError as error:
        raise NotReadyError(folder, error) from None
    if screen().verbose:
        return _inspect_aloud(folder)
    if screen().quiet or sys.stderr is None or not sys.stderr.isatty():
        return inspect_folder(folder)
    with click.progressbar(length=1, label="读取文件", file=sys.stderr, show_eta=False) as bar:

        def progress(done: int, total: int, file: str) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        return inspect_folder(folder, progress=progress)


def _inspect_aloud(folder: Path) -> Inspection:
    """Read the folder, and say of every file that it is read and of every sheet what became of its
    rows."""

    def progress(done: int, total: int, file: str) -> None:
        if file:  # none at the end
            click.echo(f"读取 {clean(file)}", err=True)

    found = inspect_folder(folder, progress=progress)
    for report in found.reports:
        sheet = f" {report.sheet}" if report.sheet else ""
        click.echo(
            f"  {clean(report.file + sheet)}：表头以下 {report.rows} 行，读入 {report.read} 行，"
            f"有错误未读入 {report.refused} 行",
            err=True,
        )
    return found


def read(folder: Path) -> tuple[Assessment | None, list[Problem]]:
    """The assessment in the folder, None where nothing can be computed, and every problem."""
    found = inspect(folder)
    return (found.assessment if found.sound else None), list(found.problems)


def with_gaps(
    found: Inspection, as_of: date | None, known: date | None = None
) -> tuple[list[Problem], Context]:
    """Every problem, and the gaps as far as they can be said; and how they are shown."""
    if found.assessment is None:
        return list(found.problems), Context(found.sheets)
    result = score_for(found.assessment, as_of, known, final=True)
    every = all_problems(result, found.assessment)
    context = context_of(found.assessment, result)
    return [*every, *template_problems(found.assessment.templates)], context


def template_errors(problems: list[Problem]) -> list[Problem]:
    """Those with which no document is made, not even a provisional one."""
    return [p for p in errors(problems) if CATALOGUE[p.kind].level == "模板"]


def refuse(
    problems: list[Problem], what: str, context: Context | None = None, *, as_json: bool
) -> None:
    """Show why nothing could be done: ``what`` was not possible."""
    if as_json:
        answer(problems_json(problems, context))
        return
    groups = show_problems(problems, context)
    click.echo(f"\n{what}：{summary(groups)}。没有写入文件。", err=True)


def checked_day(assessment: Assessment, as_of: date | None, known: date | None) -> None:
    """A day before the assessment's year is wrong usage."""
    try:
        assessment.settings.check_days(as_of, known)
    except DayError as error:
        raise click.UsageError(str(error), click.get_current_context()) from None


def why_provisional(assessment: Assessment, as_of: date | None, known: date | None) -> str:
    """Why the days that were asked for allow no final result; empty where they do.

    A final result is of the assessment's own day or a later one, and knows all until then: before
    it the year is not closed. What assessment.yaml says wrong of its days is a problem of its own.
    """
    settings = assessment.settings
    own = settings.as_of_day()
    day = as_of or own
    until = settings.known_day(day, known)
    if day < own:
        return f"截至日期 {day} 早于本年度的截至日期 {own}"
    if until is not None and until < day and (known is not None or until >= own):
        return f"资料截止日 {until} 早于截至日期 {day}"
    return ""


def closed_day(assessment: Assessment, as_of: date | None, known: date | None) -> None:
    """Asking for a final result on a day that allows none is wrong usage."""
    why = why_provisional(assessment, as_of, known)
    if why:
        message = f"{why}，只能出暂定结果：请加上 --provisional"
        raise click.UsageError(message, click.get_current_context())


def not_over_final(target: Path, result: Result) -> None:
    """Writing what is provisional among the files of a final result is wrong usage."""
    if not result.final and holds_final(target):
        message = f"{target} 中已有正式结果，暂定结果不能放在一起：请用 --out 另写一个文件夹"
        raise click.UsageError(message, click.get_current_context())


def score_for(
    assessment: Assessment, as_of: date | None, known: date | None = None, *, final: bool
) -> Result:
    """Score as of the day asked for; a day before the year is wrong usage."""
    try:
        return score_assessment(assessment, as_of, known=known, final=final)
    except DayError as error:
        raise click.UsageError(str(error), click.get_current_context()) from None
