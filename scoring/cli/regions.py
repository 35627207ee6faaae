"""``kaohe regions``: the results of many offices by region."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

import click

from scoring.cli.engine import chosen
from scoring.cli.exit_codes import DATA_ERRORS, DONE
from scoring.cli.read import closed_day, inspect, refuse, score_for, with_gaps
from scoring.cli.screen import answer, put, say
from scoring.cli.write import written
from scoring.engines import EngineName
from scoring.intake import Inspection
from scoring.intake.settings import CircularSettings
from scoring.papers import REGIONS
from scoring.problems import Problem, errors
from scoring.publish.regions.listing import regions_json
from scoring.regions.model import Region, RegionRow, Rollup, Run
from scoring.regions.rollup import roll_up, run_of
from scoring.reporting.appeals import open_appeals
from scoring.steps.grade import all_problems
from scoring.steps.regions import (
    BOOK,
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
    engine: str,
    master: str | None,
    as_json: bool,
) -> int:
    offices = find_offices(folder)
    if not offices:
        message = f"{folder} 和它下面的文件夹中都没有 assessment.yaml：应是考核文件夹，或装有各地考核文件夹的文件夹"
        raise click.UsageError(message, click.get_current_context())
    given, problems = circular_settings(folder)
    runs: list[Run] = []
    for office in offices:
        by = chosen(office.folder, engine, master, only_tables=False)
        read = _read if by is None else partial(_read_many, engine=by, master=master)
        found, faults = read(
            office, as_of, known, provisional=provisional, with_open_appeals=with_open_appeals
        )
        problems += within(office, faults)
        if found is not None:
            own, settings = found
            runs.append(own)
            if office.folder == folder:
                given = settings
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
) -> tuple[tuple[Run, CircularSettings] | None, list[Problem]]:
    """An assessment as it is rolled up, with what its circular says, and what forbids to: as for a grade, everything without
    ``provisional``, else only what leaves nothing to compute."""
    found = inspect(office.folder)
    assessment = found.assessment
    if assessment is None or not found.sound:
        return None, with_gaps(found, as_of, known)[0]
    result = score_for(assessment, as_of, known, final=not provisional)
    if not provisional:
        closed_day(assessment, as_of, known)
        every = all_problems(result, assessment)
        if errors(every) or not result.final:
            return None, every
    own = run_of(result, assessment.units, office.region, office.name)
    accepted = provisional or with_open_appeals
    waiting = [] if accepted else open_appeals(assessment, result.known)
    return (own, assessment.settings.circular), waiting


def _read_many(
    office: Office,
    as_of: date | None,
    known: date | None,
    *,
    provisional: bool,
    with_open_appeals: bool,
    engine: EngineName,
    master: str | None,
) -> tuple[tuple[Run, CircularSettings] | None, list[Problem]]:
    """The same over an engine."""
    from scoring.cli.grade_bulk import graded

    final = not provisional
    found = graded(
        office.folder, engine, as_of, known, final=final, master=master, with_regions=True
    )
    if isinstance(found, Inspection):
        return None, list(found.problems)
    if final:
        closed_day(found.assessment, as_of, known)
        if errors(found.problems) or not found.final:
            return None, list(found.problems)
    accepted = provisional or with_open_appeals
    waiting = [] if accepted else open_appeals(found.assessment, found.known)
    own = found.run(office.region, office.name)
    return (own, found.assessment.settings.circular), waiting


def _nowhere(runs: list[Run], under: str) -> str:
    """That no unit lies in the region that was asked for, with those that there are."""
    tops = dict.fromkeys(unit.region[0] for run in runs for unit in run.units if unit.region)
    if not tops:
        return f"--under {under}：考核对象表没有地区一栏，也不是由各地文件夹汇总"
    return f"--under {under}：没有这个地区；最上一级有：{'、'.join(list(tops)[:10])}"


_MOST_LISTED: Final = 200
"""Regions that are shown on the screen."""


def _listed(found: Rollup) -> list[RegionRow]:
    """The regions as far down as the screen holds them; the largest at least."""
    rows, top = list(found.rows), len(found.rows[0].region)
    depth = found.depth
    while len(rows) > _MOST_LISTED and depth > top:
        depth -= 1
        rows = [row for row in found.rows if len(row.region) <= depth]
    return rows


def _show(found: Rollup) -> None:
    put(f"\n{regions_title(found)}\n")
    top = len(found.rows[0].region)
    head = ("地区", *figures_head(found), "计入问题")
    listed = _listed(found)
    rows = [
        (indented(row, top), *figures_row(found, row.whole), str(row.problems)) for row in listed
    ]
    for line in columns(head, rows):
        put(f"  {line}")
    put("")
    if len(listed) < len(found.rows):
        put(f"  另有{len(found.rows) - len(listed)}个下级地区，见 {BOOK}。")
    for note in notes(found):
        put(f"  {note}")
    put("")
