"""``kaohe explain``: why a unit has its score."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from scoring.cli.exit_codes import DATA_ERRORS, DONE
from scoring.cli.read import checked_day, read, refuse
from scoring.cli.screen import answer, put, say
from scoring.lookup.periods import PeriodError
from scoring.lookup.units import UnitError
from scoring.problems import mistakes
from scoring.publish.explanation.json import explanation_json
from scoring.steps.grade import explain


def run(
    folder: Path,
    unit: str,
    period: str | None,
    as_of: date | None,
    known: date | None = None,
    *,
    as_json: bool,
) -> int:
    assessment, problems = read(folder)
    if assessment is None:
        refuse(problems, "不能说明成绩", as_json=as_json)
        return DATA_ERRORS
    checked_day(assessment, as_of, known)
    try:
        explanation = explain(assessment, unit, as_of, known=known, period=period)
    except (UnitError, PeriodError) as error:
        raise click.UsageError(str(error), click.get_current_context()) from None
    if as_json:
        answer(explanation_json(explanation))
        return DONE
    from scoring.publish.explanation.text import explanation_description
    from scoring.wording.plain_text import description_text

    put(description_text(explanation_description(explanation)))
    wrong = mistakes(problems)
    if wrong:
        say(
            f"\n提醒：考核文件夹中有{len(wrong)}处错误尚未改正（用 kaohe check 查看），成绩可能因此变动。",
            err=True,
        )
    return DONE
