"""Problems on the screen: errors first, grouped by file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import click

from scoring.problems import CATALOGUE, Problem, Severity, errors, in_order


def show_problems(problems: Iterable[Problem], *, err: bool = True) -> None:
    """Every problem, grouped by file: on standard error beside a result, on standard output where
    the list is what was asked for."""
    file = None
    for problem in in_order(problems):
        if problem.place.file != file:
            file = problem.place.file
            click.echo(f"\n{file}", err=err)
        click.echo(f"  {problem.message()}", err=err)


def summary(problems: Sequence[Problem]) -> str:
    """How many errors, gaps and warnings there are."""
    wrong = errors(problems)
    gaps = sum(CATALOGUE[p.kind].level == "缺项" for p in wrong)
    warnings = sum(p.severity is Severity.WARNING for p in problems)
    return f"错误 {len(wrong) - gaps} 条，缺项 {gaps} 条，提醒 {warnings} 条"


def problems_json(problems: Iterable[Problem]) -> str:
    """The problems as JSON, for programs."""
    return json.dumps(
        {"problems": [_record(p) for p in in_order(problems)]}, ensure_ascii=False, indent=2
    )


def _record(problem: Problem) -> dict[str, Any]:
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
        "about": problem.about,
        "found": problem.found,
        "expected": problem.expected,
        "mend": problem.mend or kind.mend,
        "unit": problem.unit,
    }
