"""Reading and scoring a folder for a command: progress on the screen, days as usage errors."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from scoring.api import gap_problems, score_assessment
from scoring.cli.report import problems_json, show_problems, summary
from scoring.intake import Assessment, Inspection, inspect_folder
from scoring.problem_groups import Context, context_of
from scoring.problems import Problem
from scoring.score import Result


def inspect(folder: Path) -> Inspection:
    """Read the folder, with a progress bar where somebody is watching."""
    if not sys.stderr.isatty():
        return inspect_folder(folder)
    with click.progressbar(length=1, label="读取文件", file=sys.stderr, show_eta=False) as bar:

        def progress(done: int, total: int, file: str) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        return inspect_folder(folder, progress=progress)


def read(folder: Path) -> tuple[Assessment | None, list[Problem]]:
    """The assessment in the folder, None where nothing can be computed, and every problem."""
    found = inspect(folder)
    return (found.assessment if found.sound else None), list(found.problems)


def with_gaps(found: Inspection, as_of: date | None) -> tuple[list[Problem], Context]:
    """Every problem, and the gaps as far as they can be told; and how they are shown."""
    problems = list(found.problems)
    if found.assessment is None:
        return problems, Context(found.sheets)
    result = score_for(found.assessment, as_of, final=True)
    context = context_of(found.assessment, result)
    return [*problems, *gap_problems(result, problems, found.assessment)], context


def refuse(
    problems: list[Problem], what: str, context: Context | None = None, *, as_json: bool
) -> None:
    """Show why nothing could be done: ``what`` was not possible."""
    if as_json:
        click.echo(problems_json(problems, context))
        return
    groups = show_problems(problems, context)
    click.echo(f"\n{what}：{summary(groups)}。没有写入文件。", err=True)


def checked_day(assessment: Assessment, as_of: date | None) -> None:
    """A day before the assessment's year is wrong usage."""
    year = assessment.settings.year
    if as_of is not None and as_of.year < year:
        message = f"截至日期 {as_of} 早于考核年度 {year} 年"
        raise click.UsageError(message, click.get_current_context())


def score_for(assessment: Assessment, as_of: date | None, *, final: bool) -> Result:
    """Score as of the day asked for; a day before the year is wrong usage."""
    try:
        return score_assessment(assessment, as_of, final=final)
    except ValueError as error:
        raise click.UsageError(str(error), click.get_current_context()) from None
