"""``kaohe check``: read and validate everything, write nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from scoring.cli import DATA_ERRORS, DONE
from scoring.cli.read import inspect, why_provisional, with_gaps
from scoring.cli.report import problems_json, show_problems, summary
from scoring.problems import errors


def run(folder: Path, as_of: date | None, known: date | None = None, *, as_json: bool) -> int:
    found = inspect(folder)
    problems, context = with_gaps(found, as_of, known)
    code = DATA_ERRORS if errors(problems) else DONE
    if as_json:
        click.echo(problems_json(problems, context))
        return code
    groups = show_problems(problems, context, err=False)
    if found.reports:
        rows = sum(r.rows for r in found.reports)
        read_rows = sum(r.read for r in found.reports)
        refused = sum(r.refused for r in found.reports)
        skipped = rows - read_rows - refused
        click.echo(
            f"\n共 {found.files} 个文件，表头以下 {rows} 行："
            f"读入 {read_rows} 行，空行、合计等 {skipped} 行，有错误未读入 {refused} 行。"
        )
    why = found.assessment and why_provisional(found.assessment, as_of, known)
    kind = "暂定" if why else "正式"
    click.echo(f"检查结果：{summary(groups)}。" + ("" if code else f"可以计算{kind}结果。"))
    return code
