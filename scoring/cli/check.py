"""``kaohe check``: read and validate everything, write nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from scoring.api import gap_problems
from scoring.cli import DATA_ERRORS, DONE
from scoring.cli.read import read, score_for
from scoring.cli.report import problems_json, show_problems, summary
from scoring.problems import errors


def run(folder: Path, as_of: date | None, *, as_json: bool) -> int:
    assessment, problems = read(folder)
    if assessment is not None:
        result = score_for(assessment, as_of, final=True)
        problems = [*problems, *gap_problems(result, problems)]
    code = DATA_ERRORS if errors(problems) else DONE
    if as_json:
        click.echo(problems_json(problems))
        return code
    show_problems(problems)
    if assessment is not None:
        rows = sum(r.rows for r in assessment.reports)
        read_rows = sum(r.read for r in assessment.reports)
        refused = sum(r.refused for r in assessment.reports)
        skipped = rows - read_rows - refused
        click.echo(
            f"\n共 {len(assessment.files)} 个文件，表头以下 {rows} 行："
            f"读入 {read_rows} 行，空行、合计等 {skipped} 行，有错误未读入 {refused} 行。"
        )
    click.echo(f"检查结果：{summary(problems)}。" + ("" if code else "可以计算正式结果。"))
    return code
