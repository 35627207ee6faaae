"""``kaohe year new``: next year's folder."""

from __future__ import annotations

from pathlib import Path

import click

from scoring.cli.errors import NotWrittenError
from scoring.cli.exit_codes import DATA_ERRORS, DONE
from scoring.cli.read import refuse
from scoring.cli.screen import answer, say
from scoring.cli.write import why_not_written
from scoring.steps.year import YearError, new_year


def run(old: Path, new: Path, *, as_json: bool) -> int:
    try:
        made, to_look_at = new_year(old, new)
    except YearError as error:
        if error.problems:
            refuse(error.problems, "不能新建下一年的文件夹", as_json=as_json)
            return DATA_ERRORS
        raise click.UsageError(str(error), click.get_current_context()) from None
    except OSError as error:
        raise NotWrittenError(why_not_written(error, new)) from None
    if as_json:
        answer({"folder": str(made), "to_look_at": to_look_at})
        return DONE
    say(f"已新建 {made}。请接着：")
    for number, text in enumerate(to_look_at, 1):
        say(f"  {number}. {text}")
    return DONE
