"""Problems on the screen and for programs: errors first by file, one line a fault."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scoring.cli.errors import NotWrittenError
from scoring.cli.screen import put, say, screen
from scoring.cli.types import kind_of
from scoring.problems import CATALOGUE, Problem, Severity, in_order
from scoring.refusals import reason

if TYPE_CHECKING:
    from scoring.reporting.problem_groups import Context, Group

LIST_OPTION = "--problems"
_WANTED = "scoring.cli.report.list"


def wanted_list(ctx: click.Context, _: click.Parameter, path: Path | None) -> None:
    """Callback of the option ``--problems``: the command's problems are to be written to ``path``."""
    ctx.meta[_WANTED] = path
    if path is None:
        return
    from scoring.publish.problem_list import SUFFIXES, is_problem_list

    if path.suffix.lower() not in SUFFIXES:
        raise click.UsageError(f"{LIST_OPTION} 应是 .xlsx 或 .csv 文件：{path}", ctx)
    if kind_of(path, str(path)) and not is_problem_list(path):
        raise click.UsageError(f"{path} 不是问题清单，没有覆盖；请换一个文件名", ctx)


def show_problems(
    problems: Iterable[Problem], context: Context | None = None, *, err: bool = True
) -> list[Group]:
    """Every problem, grouped by file: on standard error beside a result, on standard output where
    the list is what was asked for. They are written to a file, too, if one was asked for. Gives the
    lines that were shown."""
    found = list(problems)
    if not found and not _list_wanted():
        return []
    from scoring.reporting.problem_groups import group_problems

    groups = group_problems(found, context)
    heading = None
    quiet = screen().quiet
    for group in groups:
        if quiet and group.problems[0].severity is Severity.WARNING:
            continue
        if group.heading != heading:
            heading = group.heading
            put(f"\n{heading}", err=err)
        put(f"  {group.message}", err=err)
    if not save_problems(found, context) and not all(group.is_complete for group in groups):
        ctx = click.get_current_context(silent=True)
        how = f"加 {LIST_OPTION} 问题清单.xlsx 再运行"
        if ctx is None or _WANTED not in ctx.meta:
            how = f"运行 kaohe check 文件夹 {LIST_OPTION} 问题清单.xlsx"
        say(f"\n要逐条的清单，{how}。", err=err)
    return groups


def _list_wanted() -> Path | None:
    """The file that ``--problems`` names."""
    ctx = click.get_current_context(silent=True)
    path: Path | None = ctx.meta.get(_WANTED) if ctx else None
    return path


def save_problems(problems: Iterable[Problem], context: Context | None = None) -> bool:
    """Write every problem to the file that ``--problems`` names; False where it names none."""
    path = _list_wanted()
    if path is None:
        return False
    from scoring.publish.problem_list import write_problem_list

    found = in_order(problems, context.sheets if context else None)
    try:
        write_problem_list(found, path)
    except OSError as error:
        raise NotWrittenError(f"无法写入问题清单 {path}：{reason(error)}") from None
    say(f"\n问题清单 {len(found)} 条：{path}", err=True)
    return True


def summary(groups: Sequence[Group]) -> str:
    """How many errors, gaps and warnings there are: lines, and the places where they are more."""
    return "，".join(_counted(groups, label) for label in ("错误", "缺项", "提醒"))


def _counted(groups: Sequence[Group], label: str) -> str:
    lines = [group for group in groups if group.label == label]
    places = sum(group.count for group in lines)
    return f"{label} {len(lines)} 条" + (f"（{places} 处）" if places > len(lines) else "")


def problems_json(problems: Iterable[Problem], context: Context | None = None) -> str:
    """The problems as JSON, for programs: every one, and the lines that a person reads."""
    found = list(problems)
    save_problems(found, context)
    return json.dumps(problem_records(found, context), ensure_ascii=False, indent=2)


def problem_records(
    problems: Sequence[Problem], context: Context | None = None
) -> dict[str, list[dict[str, object]]]:
    """``problems``, one record each, and ``groups``, one a line."""
    if not problems:
        return {"problems": [], "groups": []}
    from scoring.reporting.problem_groups import group_problems

    found = in_order(problems, context.sheets if context else None)
    groups = [
        {
            "kind": group.problems[0].kind,
            "severity": group.problems[0].severity.name.lower(),
            "heading": group.heading,
            "count": group.count,
            "message": group.message,
        }
        for group in group_problems(found, context)
    ]
    return {"problems": [_record(p) for p in found], "groups": groups}


def _record(problem: Problem) -> dict[str, object]:
    kind = CATALOGUE[problem.kind]
    place = problem.place
    return {
        "kind": problem.kind,
        "severity": problem.severity.name.lower(),
        "title": kind.title,
        "file": place.file,
        "sheet": place.sheet,
        "row": place.row,
        "column": place.column,
        "header": place.header,
        "path": place.path or None,
        "about": problem.about,
        "found": problem.found,
        "expected": problem.expected,
        "mend": problem.fix or kind.fix,
        "unit": problem.unit,
        "count": problem.count,
    }
