"""``kaohe statistics``: the sums and the plausibility of statistics tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from scoring.cli.exit_codes import DATA_ERRORS, DONE
from scoring.cli.report import problem_records, save_problems, show_problems
from scoring.cli.screen import answer, put, say, screen
from scoring.cli.types import kind_of
from scoring.cli.write import written
from scoring.evidence.model import WEIGHT_NAMES, CheckedFile, Weight
from scoring.problems import errors
from scoring.publish.evidence.records import file_record
from scoring.publish.evidence.words import counted, deciding, places, table_line
from scoring.steps.evidence import check_statistics, write_statistics


def run(paths: Sequence[Path], out: Path | None, *, as_json: bool) -> int:
    for path in paths:
        if kind_of(path, str(path)) != "file":
            raise click.UsageError(f"找不到文件：{path}", click.get_current_context())
    files = check_statistics(paths)
    problems = [problem for file in files for problem in file.problems]
    made = [] if out is None else written(out, lambda: write_statistics(files, out)) or []
    if as_json:
        save_problems(problems)
        answer(
            {
                "files": [file_record(file) for file in files],
                "written": [str(path) for path in made],
                **problem_records(problems),
            }
        )
    else:
        show_problems(problems)
        for file in files:
            _show(file)
        for path in made:
            say(f"\n核对结果：{path}")
    wrong = any(file.count(Weight.CONTRADICTION) for file in files)
    return DATA_ERRORS if wrong or errors(problems) else DONE


def _show(file: CheckedFile) -> None:
    if not file.tables:
        return
    put(f"\n{file.file}：{counted(file)}")
    for table in file.tables:
        if not (screen().quiet and not table.findings):
            put(f"  {table_line(table)}")
        for finding in table.findings:
            put(f"    [{WEIGHT_NAMES[finding.weight]}] {finding.said}。{finding.rule}。")
            put(f"      相符的写法：{finding.fits}。")
            put(f"      所在的格：{places(deciding(finding))}")
