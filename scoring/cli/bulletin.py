"""``kaohe bulletin``: the bulletin of a day, a week, a month, a quarter or a half-year."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from scoring.cli.day import day_of
from scoring.cli.errors import StoppedError
from scoring.cli.exit_codes import DATA_ERRORS, DONE
from scoring.cli.read import not_over_final, read, refuse, template_errors
from scoring.cli.screen import answer, say
from scoring.cli.write import out_folder, written
from scoring.intake import Assessment
from scoring.monitoring import WindowKind
from scoring.papers import BULLETIN
from scoring.reporting.problem_groups import Context
from scoring.steps.bulletin import (
    Bulletin,
    NothingToReportError,
    bulletin_faults,
    make_bulletin,
    write_bulletin,
)
from scoring.steps.grade import template_problems
from scoring.wording.bulletin import NAMES
from scoring.wording.numbers import iso


def run(
    folder: Path,
    kind: WindowKind,
    out: Path | None,
    as_of: date | None,
    known: date | None,
    *,
    provisional: bool,
    as_json: bool,
) -> int:
    assessment, problems = read(folder)
    if assessment is None:
        refuse(problems, f"不能生成{NAMES[kind]}", as_json=as_json)
        return DATA_ERRORS
    day = _day(assessment, as_of, known)
    faults = bulletin_faults(assessment, kind, day)
    templates = template_errors(template_problems(assessment.templates))
    if templates or (faults and not provisional):
        shown = [*faults, *templates]
        refuse(shown, f"不能生成{NAMES[kind]}", Context(assessment.sheets), as_json=as_json)
        return DATA_ERRORS
    try:
        bulletin = make_bulletin(assessment, kind, day, known, provisional=bool(faults))
    except NothingToReportError:
        raise StoppedError(
            f"{assessment.scheme.title}没有台账，也没有本期的考核表，没有可写入{NAMES[kind]}的内容。没有写入文件。"
        ) from None
    usual = f"{BULLETIN.folder}/{bulletin.name}"
    target = out_folder(folder, assessment, out, usual)
    not_over_final(target, bulletin.result)
    paths = written(target, lambda: write_bulletin(bulletin, assessment, target), as_json=as_json)
    if paths is None:
        return DATA_ERRORS
    if as_json:
        result = bulletin.result
        answer({
            "bulletin": bulletin.name, "as_of": iso(result.as_of), "known": iso(result.known),
            "settled": bulletin.settled and not faults, "files": [str(path) for path in paths],
        })  # fmt: skip
        return DONE
    say(f"{bulletin.name}（截至 {day}）在 {target}")
    _remind(bulletin, known, day, faults=len(faults))
    return DONE


def _day(assessment: Assessment, as_of: date | None, known: date | None) -> date:
    """The day of the bulletin, not after the assessment's last day and not after what is known."""
    last = assessment.settings.as_of_day()
    day = day_of(assessment, as_of, known, last)
    if day > last:
        message = f"截至日期 {as_of} 晚于本年度的截至日期 {last}"
        raise click.UsageError(message, click.get_current_context())
    if known is not None and known < day:
        message = f"资料截止日 {known} 早于截至日期 {day}"
        raise click.UsageError(message, click.get_current_context())
    return day


def _remind(bulletin: Bulletin, known: date | None, day: date, *, faults: int) -> None:
    if faults:
        say(f"有{faults}处数据错误尚未改正，涉及的行没有计入，本稿为暂定稿。", err=True)
    if not bulletin.settled:
        text = "考核表尚未全部报送、核查，阶段性成绩和排序为暂定。"
        if known is None:
            text += f"按 {day} 以后报送的考核表计算的，加上 --known 写明资料截止日。"
        say(text, err=True)
