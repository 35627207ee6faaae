"""``kaohe feedback``: a 反馈单 for every unit, and an overview for the office."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from scoring.api import gap_problems, make_feedback
from scoring.cli import DATA_ERRORS, DONE
from scoring.cli.read import read, refuse, score_for
from scoring.cli.write import written
from scoring.intake.folder import FEEDBACK_FOLDER
from scoring.intake.units import UnitError
from scoring.problem_groups import context_of
from scoring.problems import errors
from scoring.publish import write_all


def run(
    folder: Path,
    units: tuple[str, ...],
    out: Path | None,
    as_of: date | None,
    *,
    provisional: bool,
) -> int:
    assessment, problems = read(folder)
    if assessment is None:
        refuse(problems, "不能生成反馈单", as_json=False)
        return DATA_ERRORS
    try:
        chosen = [assessment.units.pick(name).name for name in units]
    except UnitError as error:
        raise click.UsageError(str(error), click.get_current_context()) from None
    result = score_for(assessment, as_of, final=not provisional)
    everything = [*problems, *gap_problems(result, problems, assessment)]
    if errors(everything) and not provisional:
        refuse(everything, "不能生成反馈单", context_of(assessment, result), as_json=False)
        return DATA_ERRORS
    contents = make_feedback(result, assessment, chosen or None)
    target = out or folder / FEEDBACK_FOLDER
    if written(target, lambda: write_all(target, contents)) is None:
        return DATA_ERRORS
    notes = [name for name in contents if name.endswith(".docx")]
    click.echo(f"反馈单 {len(notes)} 份和 {next(iter(contents))}，在 {target}")
    return DONE
