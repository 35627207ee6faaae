"""``kaohe timeliness``: how many items were published within the working days of the law."""

from __future__ import annotations

from pathlib import Path

import click

from scoring.cli.exit_codes import DATA_ERRORS, DONE
from scoring.cli.read import read, refuse
from scoring.cli.report import problem_records, save_problems, show_problems
from scoring.cli.screen import answer, put, say
from scoring.cli.types import kind_of
from scoring.cli.write import written
from scoring.evidence.timeliness import Timeliness, standard_limit
from scoring.problems import errors
from scoring.publish.evidence.records import timeliness_record
from scoring.publish.evidence.words import percent, rule_line
from scoring.steps.evidence import check_timeliness, write_timeliness
from scoring.wording.numbers import day
from scoring.workdays import PROGRAM

_SHOWN = 30


def run(
    path: Path, within: str | None, out: Path | None, folder: Path | None, *, as_json: bool
) -> int:
    if kind_of(path, str(path)) != "file":
        raise click.UsageError(f"找不到文件：{path}", click.get_current_context())
    days, calendar = _days(within), PROGRAM
    if folder is not None:
        assessment, problems = read(folder)
        if assessment is None:
            refuse(problems, "没有核对", as_json=as_json)
            return DATA_ERRORS
        calendar = assessment.calendar
    found = check_timeliness(path, days, calendar)
    made = [] if out is None else written(out, lambda: write_timeliness(found, out)) or []
    if as_json:
        save_problems(found.problems)
        answer(
            {
                **timeliness_record(found, standard_limit()),
                "written": [str(p) for p in made],
                **problem_records(found.problems),
            }
        )
    else:
        show_problems(found.problems)
        _show(found)
        for p in made:
            say(f"\n公开时效：{p}")
    return DATA_ERRORS if errors(found.problems) else DONE


def _days(text: str | None) -> int | None:
    """How many working days are asked for."""
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:5]) <= _MOST_DAYS):
        raise click.UsageError(
            f"--within 应为1到{_MOST_DAYS}的整数：{text}", click.get_current_context()
        )
    return int(text)


_MOST_DAYS = 1000


def _show(found: Timeliness) -> None:
    if errors(found.problems) and not found.items and not found.refused:
        return  # nothing was read: no count would be true
    total = found.total
    refused = f"；另有{found.refused}行有错误，没有计入" if found.refused else ""
    put(
        f"\n{found.file}：{total.items}条，按期{total.in_time}条，超期{total.late}条，"
        f"按期公开率{percent(total)}{refused}"
    )
    put(rule_line(found, standard_limit()))
    for share in found.shares:
        name = share.unit or "全部单位"
        put(f"  {name} {share.year}年：{share.items}条，超期{share.late}条，{percent(share)}")
    for item in found.late[:_SHOWN]:
        put(
            f"  超期 {item.place.within_file()} {item.unit} “{item.title}”："
            f"{day(item.made)}生成，{day(item.published)}公开，{item.used}个工作日，"
            f"最迟应在{day(item.due)}公开"
        )
    if len(found.late) > _SHOWN:
        put(f"  超期的共{len(found.late)}条，其余见 --out 或 --json 的结果。")
