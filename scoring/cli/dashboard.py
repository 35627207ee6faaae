"""``kaohe dashboard``: where every unit stands, as one page."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from scoring.cli.day import day_of, remind_of_errors, wrong_rows
from scoring.cli.exit_codes import DATA_ERRORS, DONE
from scoring.cli.read import not_over_final, read, refuse, template_errors
from scoring.cli.screen import answer, say
from scoring.cli.write import out_folder, written
from scoring.papers import DASHBOARD
from scoring.steps.dashboard import make_dashboard
from scoring.steps.grade import template_problems, write_papers
from scoring.steps.warn import last_day, watch_assessment

_CANNOT = "不能生成看板"


def run(
    folder: Path, out: Path | None, as_of: date | None, known: date | None, *, as_json: bool
) -> int:
    assessment, problems = read(folder)
    if assessment is None:
        refuse(problems, _CANNOT, as_json=as_json)
        return DATA_ERRORS
    day = day_of(assessment, as_of, known, last_day(assessment))
    faults = template_errors(template_problems(assessment.templates))
    if faults:
        refuse(faults, _CANNOT, as_json=as_json)
        return DATA_ERRORS
    found = watch_assessment(assessment, day, known)
    target = out_folder(folder, assessment, out, DASHBOARD.folder)
    not_over_final(target, found.result)

    def write() -> list[Path]:
        contents = make_dashboard(found, assessment)
        return write_papers(found.result, assessment, target, contents, "kaohe dashboard")

    paths = written(target, write, as_json=as_json)
    if paths is None:
        return DATA_ERRORS
    wrong = wrong_rows(problems)
    if as_json:
        files = [str(path) for path in paths]
        answer({"as_of": day.isoformat(), "errors": wrong, "files": files})
        return DONE
    say(f"看板（截至 {day}）：{paths[0]}")
    remind_of_errors(wrong)
    return DONE
