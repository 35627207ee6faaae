"""``kaohe feedback``: a 反馈单 for every unit, and an overview for the office."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from scoring.cli.exit_codes import DATA_ERRORS, DONE
from scoring.cli.read import (
    closed_day,
    not_over_final,
    read,
    refuse,
    score_for,
    template_errors,
)
from scoring.cli.screen import answer, say
from scoring.cli.write import out_folder, written
from scoring.lookup.units import UnitError
from scoring.papers import FEEDBACK
from scoring.problems import errors
from scoring.reporting.problem_groups import context_of
from scoring.steps.grade import (
    OVERVIEW,
    all_problems,
    make_feedback,
    template_problems,
    write_papers,
)


def run(
    folder: Path,
    units: tuple[str, ...],
    out: Path | None,
    as_of: date | None,
    known: date | None = None,
    *,
    provisional: bool,
    as_json: bool,
) -> int:
    assessment, problems = read(folder)
    if assessment is None:
        refuse(problems, "不能生成反馈单", as_json=as_json)
        return DATA_ERRORS
    try:
        chosen = [assessment.units.pick(name).name for name in units]
    except UnitError as error:
        raise click.UsageError(str(error), click.get_current_context()) from None
    result = score_for(assessment, as_of, known, final=not provisional)
    if not provisional:
        closed_day(assessment, as_of, known)
    everything = all_problems(result, assessment)
    everything += template_problems(assessment.templates)
    wrong = errors(everything) or not result.final
    if template_errors(everything) or (wrong and not provisional):
        refuse(everything, "不能生成反馈单", context_of(assessment, result), as_json=as_json)
        return DATA_ERRORS
    target = out_folder(folder, assessment, out, FEEDBACK.folder)
    not_over_final(target, result)

    def write() -> list[Path]:
        notes = make_feedback(result, assessment, chosen or None)
        return write_papers(result, assessment, target, notes, "kaohe feedback")

    paths = written(target, write, as_json=as_json)
    if paths is None:
        return DATA_ERRORS
    if as_json:
        answer({"final": result.final, "files": [str(path) for path in paths]})
        return DONE
    notes = sum(path.suffix == ".docx" for path in paths)
    overview = "" if chosen else f"和 {OVERVIEW}"
    say(f"反馈单 {notes} 份{overview}，在 {target}")
    return DONE
