"""``kaohe regions``: the results of many offices by region."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from scoring.cli.exit_codes import DATA_ERRORS, DONE
from scoring.cli.read import closed_day, inspect, refuse, score_for, with_gaps
from scoring.cli.screen import answer, put, say
from scoring.cli.write import written
from scoring.intake import Assessment
from scoring.papers import REGIONS
from scoring.problems import Problem, errors
from scoring.publish.regions.listing import regions_json
from scoring.regions.model import Region, Rollup, Run
from scoring.regions.rollup import roll_up, run_of
from scoring.reporting.appeals import open_appeals
from scoring.score import Result
from scoring.steps.grade import all_problems
from scoring.steps.regions import (
    Office,
    circular_settings,
    find_offices,
    make_regions,
    region_of,
    within,
)
from scoring.wording.plain_text import columns
from scoring.wording.regions import figures_head, figures_row, indented, notes, regions_title
from scoring.writing import write_all


def run(
    folder: Path,
    out: Path | None,
    under: str | None,
    as_of: date | None,
    known: date | None,
    *,
    provisional: bool,
    with_open_appeals: bool,
    as_json: bool,
) -> int:
    offices = find_offices(folder)
    if not offices:
        message = f"{folder} 和它下面的文件夹中都没有 assessment.yaml：应是考核文件夹，或装有各地考核文件夹的文件夹"
        raise click.UsageError(message, click.get_current_context())
    given, problems = circular_settings(folder)
    runs: list[Run] = []
    for office in offices:
        found, faults = _read(
            office, as_of, known, provisional=provisional, with_open_appeals=with_open_appeals
        )
        problems += within(office, faults)
        if found is not None:
            assessment, result = found
            runs.append(run_of(result, assessment.units, office.region, office.name))
            if office.folder == folder:
                given = assessment.settings.circular
    if problems:
        refuse(problems, "不能汇总", as_json=as_json)
        return DATA_ERRORS
    region: Region = region_of(under or "")
    rolled = roll_up(runs, region)
    if not rolled:
        raise click.UsageError(_nowhere(runs, under or ""), click.get_current_context())
    target = folder / REGIONS.folder if out is None else out

    def publish() -> list[Path]:
        return write_all(target, make_regions(rolled, given), "kaohe regions")

    paths = written(target, publish, as_json=as_json)
    if paths is None:
        return DATA_ERRORS
    if as_json:
        answer(regions_json(rolled))
        return DONE
    for one in rolled:
        _show(one)
    for path in paths:
        say(f"  {path}")
    return DONE


def _read(
    office: Office,
    as_of: date | None,
    known: date | None,
    *,
    provisional: bool,
    with_open_appeals: bool,
) -> tuple[tuple[Assessment, Result] | None, list[Problem]]:
    """An assessment with its result, and what forbids to roll it up: as for a grade, everything without
    ``provisional``, else only what leaves nothing to compute."""
    found = inspect(office.folder)
    assessment = found.assessment
    if assessment is None or not found.sound:
        return None, with_gaps(found, as_of, known)[0]
    result = score_for(assessment, as_of, known, final=not provisional)
    if provisional:
        return (assessment, result), []
    closed_day(assessment, as_of, known)
    every = all_problems(result, assessment)
    if errors(every) or not result.final:
        return None, every
    waiting = [] if with_open_appeals else open_appeals(assessment, result.known)
    return (assessment, result), waiting


def _nowhere(runs: list[Run], under: str) -> str:
    """That no unit lies in the region that was asked for, with those that there are."""
    tops = dict.fromkeys(unit.region[0] for run in runs for unit in run.units if unit.region)
    if not tops:
        return f"--under {under}：考核对象表没有地区一栏，也不是由各地文件夹汇总"
    return f"--under {under}：没有这个地区；最上一级有：{'、'.join(list(tops)[:10])}"


def _show(found: Rollup) -> None:
    put(f"\n{regions_title(found)}\n")
    top = len(found.rows[0].region)
    head = ("地区", *figures_head(found), "计入问题")
    rows = [
        (indented(row, top), *figures_row(found, row.whole), str(row.problems))
        for row in found.rows
    ]
    for line in columns(head, rows):
        put(f"  {line}")
    put("")
    for note in notes(found):
        put(f"  {note}")
    put("")
