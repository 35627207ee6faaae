"""The day of what is looked at every morning: as it was asked for, else today."""

from __future__ import annotations

from datetime import date

import click

from scoring.cli.clock import today
from scoring.cli.read import checked_day
from scoring.cli.screen import say
from scoring.intake import Assessment
from scoring.problems import Problem, errors


def day_of(assessment: Assessment, as_of: date | None, known: date | None, last: date) -> date:
    """``as_of``, else today, but not after ``last``. A day before the assessment's year is wrong usage."""
    checked_day(assessment, as_of, known)
    if as_of is not None:
        return as_of
    now, year = today(), assessment.settings.year
    if now.year < year:
        raise click.UsageError(
            f"今天（{now}）还不到考核年度 {year} 年：请用 --as-of 写明日期",
            click.get_current_context(),
        )
    return min(now, last)


def wrong_rows(problems: list[Problem]) -> int:
    """How many errors are in what has come in: a table that has not is none, and no row of it is lost."""
    return sum(p.kind != "table-missing" for p in errors(problems))


def remind_of_errors(count: int) -> None:
    """Say that ``count`` errors of the data are left, if any: what they are in is not in the numbers."""
    if count:
        text = f"提醒：有{count}处数据错误尚未改正，涉及的行没有计入；请用 kaohe check 查看。"
        say(text, err=True)
