"""``kaohe ledger``: rows of the ledger recorded in the providers' workbooks, and listed."""

from __future__ import annotations

import contextlib
import getpass
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

import click

from scoring.cli.clock import now
from scoring.cli.errors import NotWrittenError
from scoring.cli.exit_codes import DATA_ERRORS, DONE
from scoring.cli.read import NotReadyError, read, refuse, score_for
from scoring.cli.report import problem_records, show_problems
from scoring.cli.screen import answer, put, say, screen
from scoring.cli.write import why_not_written
from scoring.intake import Assessment
from scoring.intake.discover import EVIDENCE_FOLDER
from scoring.lookup.units import UnitError
from scoring.monitoring.state import RowState, State
from scoring.papers import LEDGER_JOURNAL
from scoring.problems import Problem
from scoring.steps.record import (
    EVENT,
    Act,
    By,
    Recorded,
    RecordError,
    Step,
    add_entry,
    rectify_entries,
    revoke_entries,
    verify_entries,
)
from scoring.steps.record_list import ledger_list
from scoring.wording.ledger_state import state_text
from scoring.wording.plain_text import columns
from scoring.writing import settle

_COLUMNS: Final = {
    "unit": "单位", "rule": "扣分项", "description": "问题描述", "found": "发现日期",
    "document": "来源文号", "deadline": "整改期限", "result": "核实结果", "note": "备注",
    "number": "台账编号", "points": "分值", "same": "同一问题", "event": EVENT,
}  # fmt: skip
_DONE: Final = {
    Act.ADD: "已登记", Act.RECTIFY: "已填整改完成日期", Act.VERIFY: "已填核实结果", Act.REVOKE: "已撤销",
}  # fmt: skip


def _written(*texts: object) -> None:
    """What is written into files must be text: half a character and control characters are none."""
    for text in texts:
        if isinstance(text, str) and any(
            unicodedata.category(c) in ("Cs", "Cc") and c not in "\n\t" for c in text
        ):
            raise click.UsageError(f"参数中有不能用的字符：{text!a}", click.get_current_context())


def _by(who: str, reason: str) -> By:
    _written(who, reason)
    if not who:
        try:
            who = getpass.getuser()
        except (OSError, KeyError, ImportError):
            raise click.UsageError(
                "不知道是谁登记，请写 --by 姓名", click.get_current_context()
            ) from None
    return By(who, now(), reason)


def add(
    folder: Path,
    values: Mapping[str, Any],
    provider: str,
    sheet: str,
    who: str,
    reason: str,
    *,
    dry_run: bool,
    as_json: bool,
) -> int:
    _written(*values.values(), provider)
    row = {_COLUMNS[name]: value for name, value in values.items() if value not in (None, "")}
    if not row:
        raise click.UsageError(
            "请写明问题：--unit、--rule、--description、--found", click.get_current_context()
        )
    if "分值" in row:
        # What is no number stays as it was written: the check of the row names it.
        with contextlib.suppress(InvalidOperation):
            row["分值"] = Decimal(str(row["分值"]))
    by = _by(who, reason)
    return _run(
        folder,
        lambda: add_entry(folder, row, by, provider=provider, sheet=sheet, dry_run=dry_run),
        dry_run=dry_run, as_json=as_json,
    )  # fmt: skip


def rectify(
    folder: Path, numbers: Sequence[str], *, day: date | None, clear: bool, reason: str, **how: Any
) -> int:
    _one_of(clear, day, "--date")
    return _fill(
        folder, reason, lambda by, kept: rectify_entries(
            folder, numbers, None if clear else day or by.when.date(), by, **kept
        ), **how,
    )  # fmt: skip


def verify(
    folder: Path,
    numbers: Sequence[str],
    *,
    result: str | None,
    clear: bool,
    reason: str,
    **how: Any,
) -> int:
    _one_of(clear, result, "--result")
    if not clear and not result:
        raise click.UsageError("请写 --result 属实、不属实 或 待核实", click.get_current_context())
    return _fill(
        folder, reason, lambda by, kept: verify_entries(folder, numbers, result, by, **kept), **how
    )  # fmt: skip


def revoke(
    folder: Path, numbers: Sequence[str], *, day: date | None, clear: bool, reason: str, **how: Any
) -> int:
    _one_of(clear, day, "--date")
    return _fill(
        folder, reason, lambda by, kept: revoke_entries(
            folder, numbers, None if clear else day or by.when.date(), by, **kept
        ), **how,
    )  # fmt: skip


def _one_of(clear: bool, value: object, option: str) -> None:
    if clear and value:
        raise click.UsageError(f"--clear 和 {option} 只写一个", click.get_current_context())


def _fill(
    folder: Path,
    reason: str,
    work: Callable[[By, Mapping[str, Any]], Recorded],
    *,
    provider: str,
    who: str,
    overwrite: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    by = _by(who, reason)
    kept = {"provider": provider, "overwrite": overwrite, "dry_run": dry_run}
    return _run(folder, lambda: work(by, kept), dry_run=dry_run, as_json=as_json)


def _run(folder: Path, work: Callable[[], Recorded], *, dry_run: bool, as_json: bool) -> int:
    try:
        settle(folder, leave=(EVIDENCE_FOLDER,))
    except OSError as error:
        raise NotReadyError(folder, error) from None
    try:
        done = work()
    except RecordError as error:
        if not error.problems:
            raise click.UsageError(str(error), click.get_current_context()) from None
        refuse(list(error.problems), "没有登记", as_json=as_json)
        put(f"{error}。", err=True)
        return DATA_ERRORS
    except OSError as error:
        raise NotWrittenError(why_not_written(error, folder)) from None
    if done.refused:
        refuse(list(done.problems), "没有登记", as_json=as_json)
        return DATA_ERRORS
    if as_json:
        answer(_json(done, written=not dry_run))
        return DONE
    show_problems(done.problems)
    if dry_run or not screen().quiet:
        _show(done, dry_run=dry_run)
    return DONE


def _show(done: Recorded, *, dry_run: bool) -> None:
    if done.new_file:
        put(f"{'要新建' if dry_run else '已新建'}台账：{done.new_file}")
    for step in done.steps:
        put(
            f"{'要写入' if dry_run else _DONE[step.act]} {step.entry}（{step.place}）：{_cells(step)}"
        )
    for number in done.unchanged:
        put(f"{number} 原来就是这样，没有改动。")
    if dry_run:
        put("只看不写：没有写入任何文件。")


def _cells(step: Step) -> str:
    if step.before is None:
        return "，".join(
            f"{name} {text}" for name, text in step.after.items() if name != "台账编号"
        )
    return "，".join(
        f"{name} {step.before[name] or '空白'} → {text or '空白'}"
        for name, text in step.after.items()
    )


def _json(done: Recorded, *, written: bool) -> dict[str, object]:
    return {
        "written": written and bool(done.steps),
        "changes": [
            {
                "what": s.act, "entry": s.entry, "before": s.before, "after": s.after,
                "file": s.place.file, "sheet": s.place.sheet, "row": s.place.row,
            }
            for s in done.steps
        ],
        "unchanged": list(done.unchanged),
        "new_file": done.new_file or None,
        "journal": LEDGER_JOURNAL,
        **problem_records(done.problems),
    }  # fmt: skip


# The list


def list_(
    folder: Path,
    units: Sequence[str],
    provider: str,
    as_of: date | None,
    known: date | None,
    *,
    is_open: bool,
    overdue: bool,
    as_json: bool,
) -> int:
    assessment, problems = read(folder)
    if assessment is None:
        refuse(problems, "不能列出台账", as_json=as_json)
        return DATA_ERRORS
    result = score_for(assessment, as_of or _today(assessment), known, final=False)
    try:
        rows = ledger_list(
            assessment, result, units=units, provider=provider, is_open=is_open, overdue=overdue
        )
    except UnitError as error:
        raise click.UsageError(str(error), click.get_current_context()) from None
    alike = [p for p in problems if p.kind == "entry-similar"]
    refused = len({(r.file, r.sheet, r.row) for r in assessment.tables.refused if r.row})
    if as_json:
        rows_json = [_row_json(row) for row in rows]
        answer({"as_of": str(result.as_of), "rows": rows_json, "refused_rows": refused,
                **problem_records(alike)})  # fmt: skip
        return DONE
    _show_rows(rows, result.as_of, alike, refused)
    return DONE


def _today(assessment: Assessment) -> date:
    """Today, but not later than the assessment's own day and not before its year."""
    settings = assessment.settings
    return max(date(settings.year, 1, 1), min(now().date(), settings.as_of_day()))


def _show_rows(rows: Sequence[RowState], day: date, alike: Sequence[Problem], refused: int) -> None:
    head = (
        "编号",
        "单位",
        "扣分项",
        "发现",
        "整改期限",
        "整改完成",
        "情况",
        "提供单位",
        "问题描述",
    )
    if rows:
        put("\n".join(columns(head, [_cells_of(row) for row in rows])))
    late = sum(row.state == State.OVERDUE for row in rows)
    put(f"\n截至 {day}，共 {len(rows)} 件，其中逾期未整改 {late} 件。")
    if refused:
        put(f"另有 {refused} 行有错误，没有列出，请用 kaohe check 查看。", err=True)
    if alike:
        say("", err=True)
        show_problems(alike)


def _cells_of(row: RowState) -> tuple[str, ...]:
    text = row.description if len(row.description) <= _LONGEST else row.description[:_LONGEST] + "…"
    return (
        row.entry, row.named, row.rule.code, str(row.found), str(row.deadline or ""),
        str(row.rectified or ""), state_text(row), row.provider, text.replace("\n", " "),
    )  # fmt: skip


_LONGEST: Final = 24


def _row_json(row: RowState) -> dict[str, object]:
    place = row.result.place
    return {
        "entry": row.entry, "unit": row.unit, "named": row.named, "rule": row.rule.code,
        "description": row.description, "found": str(row.found),
        "deadline": row.deadline and str(row.deadline),
        "rectified": row.rectified and str(row.rectified), "verification": row.verification,
        "revoked": row.revoked and str(row.revoked), "state": row.state, "late": row.late,
        "days_left": row.days_left, "counted": row.counted, "provider": row.provider,
        "file": place.file, "sheet": place.sheet, "row": place.row,
    }  # fmt: skip
