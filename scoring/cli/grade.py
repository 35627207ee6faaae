"""``kaohe grade``: the year's grades, five files."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from scoring.cli.exit_codes import DATA_ERRORS, DONE
from scoring.cli.read import (
    closed_day,
    inspect,
    not_over_final,
    refuse,
    score_for,
    template_errors,
    with_gaps,
)
from scoring.cli.report import save_problems, show_problems
from scoring.cli.screen import answer, put, screen
from scoring.cli.write import out_folder, written
from scoring.intake import Assessment
from scoring.intake.discover import PROVISIONAL_FOLDER
from scoring.monitoring.comparison import Comparison
from scoring.papers import CORRECTION, GRADE
from scoring.problems import Problem, Severity, errors
from scoring.publish import results_json
from scoring.reporting.appeals import open_appeals
from scoring.reporting.problem_groups import Context, context_of
from scoring.rules.ledger import COUNTED, HELD, REPEATED
from scoring.scheme import Ledger
from scoring.score import Result
from scoring.steps.grade import all_problems, late_revocations, publish_results, template_problems
from scoring.wording.scheme import example_text


def run(
    folder: Path,
    out: Path | None,
    as_of: date | None,
    known: date | None = None,
    *,
    provisional: bool,
    with_open_appeals: bool = False,
    corrects: Path | None = None,
    as_json: bool,
) -> int:
    if corrects is not None and provisional:
        raise click.UsageError("--corrects 更正的是正式结果，不和 --provisional 一起用")
    found = inspect(folder)
    assessment = found.assessment
    if assessment is None or not found.sound:
        return _refuse(*with_gaps(found, as_of, known), as_json=as_json)
    result = score_for(assessment, as_of, known, final=not provisional)
    if not provisional:
        closed_day(assessment, as_of, known)
    everything = all_problems(result, assessment)
    everything += template_problems(assessment.templates)
    context = context_of(assessment, result)
    wrong = errors(everything) or not result.final
    if template_errors(everything) or (wrong and not provisional):
        return _refuse(everything, context, as_json=as_json)
    waiting = [] if provisional or with_open_appeals else open_appeals(assessment, result.known)
    if waiting:
        everything = [p for p in everything if p.kind != "appeal-open"]
        return _refuse([*everything, *waiting], context, as_json=as_json)
    usual = PROVISIONAL_FOLDER if provisional else (CORRECTION if corrects else GRADE).folder
    target = out_folder(folder, assessment, out, usual)
    change = _correction(result, corrects, target) if corrects else None
    not_over_final(target, result)

    def publish() -> list[Path]:
        if change is not None and corrects is not None:
            from scoring.steps.correct import publish_correction

            return publish_correction(result, assessment, change, corrects, target)
        return publish_results(
            result, assessment, target,
            provisional=provisional, with_open_appeals=with_open_appeals,
        )  # fmt: skip

    paths = written(target, publish, as_json=as_json)
    if paths is None:
        return DATA_ERRORS
    reminders = [p for p in everything if p.severity is Severity.WARNING]
    shown = everything if provisional else reminders
    if as_json:
        save_problems(shown, context)
        answer(results_json(result))
        return DONE
    show_problems(shown, context)
    if not screen().quiet:
        _show(result, assessment, paths)
    return DONE


def _correction(result: Result, earlier: Path, target: Path) -> Comparison:
    """What changed since the earlier result; nothing to correct is wrong usage, and so is a folder that
    holds a result already."""
    from scoring.steps.correct import compare_with_earlier, refuse_result
    from scoring.steps.year import YearError

    try:
        refuse_result(target)
        return compare_with_earlier(result, earlier)
    except YearError as error:
        raise click.UsageError(str(error), click.get_current_context()) from None


def _refuse(problems: list[Problem], context: Context, *, as_json: bool) -> int:
    refuse(problems, "不能出正式结果", context, as_json=as_json)
    return DATA_ERRORS


def _show(result: Result, assessment: Assessment, paths: list[Path]) -> None:
    """The short table on the screen."""
    from rich.console import Console
    from rich.table import Table

    scheme = result.scheme
    mark = "" if result.final else "（暂定）"
    until = f"，资料截止 {result.known}" if result.known not in (None, result.as_of) else ""
    put(f"\n{result.year}年度{scheme.subject}考核结果{mark}，截至 {result.as_of}{until}\n")
    table = Table(show_edge=False, pad_edge=False)
    table.add_column("类别")
    table.add_column("单位数", justify="right")
    for grade in scheme.grade_names():
        table.add_column(grade, justify="right")
    if not result.final:
        table.add_column("未定", justify="right")
    table.add_column("前三名")
    table.add_column("末位")
    for group in scheme.groups:
        units = result.in_group(group)
        ranked = [u for u in units if u.rank is not None]
        counts = [str(sum(u.grade == name for u in units)) for name in scheme.grade_names()]
        if not result.final:
            counts.append(str(sum(not u.decided for u in units)))
        names = [f"{u.unit} {result.composite_text(u)}" for u in ranked]
        table.add_row(group, str(len(units)), *counts, "\n".join(names[:3]), "\n".join(names[-1:]))
    Console(width=None if sys.stdout.isatty() else 160).print(table)
    ledgers = {c.table for c in scheme.leaves().values() if isinstance(c, Ledger)}
    if ledgers:
        put(f"\n{_ledger_counts(result)}")
    refused = sum(r.refused for r in assessment.reports if r.table in ledgers)
    if refused:
        put(f"另有 {refused} 条台账有错误，没有读入，可能影响任何单位的成绩。")
    late = late_revocations(result)
    if late:
        numbers = "、".join(entry.entry for entry in late)
        put(f"提醒：{numbers} 的撤销日期在资料截止日 {result.known} 之后，本次仍然计入。")
    example = example_text(scheme)
    if example:
        put(f"提醒：{example}。")
    put("结果文件：")
    for path in paths:
        put(f"  {path}")


def _ledger_counts(result: Result) -> str:
    """How many ledger rows counted and how many did not; events that fulfil a minimum apart."""
    entries = [entry for entry in result.entries if entry.status != REPEATED]
    total = len(entries)
    counted = sum(entry.status == COUNTED for entry in entries)
    held = sum(entry.status == HELD for entry in entries)
    text = f"台账 {total} 条：计入 {counted} 条，未计入 {total - counted - held} 条"
    return text + (f"，计次 {held} 条。" if held else "。")
