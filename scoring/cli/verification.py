"""``kaohe verification``: the verifiers' workbook, and what they found written back."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from scoring.cli.errors import NotWrittenError, StoppedError
from scoring.cli.exit_codes import DATA_ERRORS, DONE
from scoring.cli.read import read
from scoring.cli.report import problem_records, problems_json, save_problems, show_problems, summary
from scoring.cli.screen import answer, put, screen
from scoring.cli.types import kind_of
from scoring.cli.write import out_folder, why_not_written
from scoring.evidence.folder import EvidenceFile
from scoring.lookup.periods import PeriodError, pick_period, self_assessments
from scoring.problems import Problem, Severity
from scoring.publish.evidence.records import evidence_record
from scoring.publish.verification.book import arrival_text, arrivals_line
from scoring.reporting.problem_groups import Context, context_of
from scoring.scheme import Scheme
from scoring.steps.verify import Merge, merge_verification, sheet_path, unmerged, verification_sheet
from scoring.verification.judge import is_verified, lacks_evidence
from scoring.verification.model import Arrival, Gathered
from scoring.wording.numbers import day


def sheet(folder: Path, period: str, out: Path | None, *, as_json: bool) -> int:
    assessment, problems = read(folder)
    if assessment is None:
        return _refuse(problems, "没有制表", as_json)
    name = _period(assessment.scheme, period)
    path = out or sheet_path(folder, name)
    if path.suffix.lower() != ".xlsx":
        raise click.UsageError(f"--out 应是 .xlsx 文件：{path}", click.get_current_context())
    out_folder(folder, assessment, path.parent, "")
    waiting = unmerged(assessment, path)
    if waiting:
        raise StoppedError(
            f"{path} 中有 {waiting} 处核查结果还没有汇总，没有覆盖。"
            "请先运行 kaohe verification merge，或用 --out 写到别的文件。"
        )
    try:
        gathered = verification_sheet(assessment, name, path)
    except OSError as error:
        raise NotWrittenError(why_not_written(error, path)) from None
    written = path if gathered.items else None
    context = context_of(assessment)
    if as_json:
        answer(_sheet_json(gathered, written, context))
        return DONE if written else DATA_ERRORS
    show_problems(gathered.problems, context)
    if not screen().quiet:
        _show_arrivals(gathered)
    if written is None:
        put(f"没有制表：{name}没有一份可以核查的考核表，收到以后再制。", err=True)
        return DATA_ERRORS
    if not screen().quiet:
        _show_sheet(gathered, written)
    return DONE


def merge(
    folder: Path, workbooks: Sequence[Path], *, dry_run: bool, override: bool, as_json: bool
) -> int:
    for path in workbooks:
        if kind_of(path, str(path)) != "file":
            raise click.UsageError(f"找不到核查表：{path}", click.get_current_context())
    try:
        merged = merge_verification(folder, workbooks, dry_run=dry_run, override=override)
    except OSError as error:
        raise NotWrittenError(why_not_written(error, folder)) from None
    if merged.refused:
        return _refuse(list(merged.problems), "没有写入任何文件", as_json)
    if as_json:
        answer(_merge_json(merged, written=not dry_run))
        return DONE
    show_problems(merged.problems)
    if dry_run or not screen().quiet:
        _show_merge(merged, dry_run=dry_run)
    return DONE


def _period(scheme: Scheme, text: str) -> str:
    """The period that is meant: its name, or a part that only one has."""
    try:
        return pick_period(self_assessments(scheme), text)
    except PeriodError as error:
        raise click.UsageError(f"--period {error}", click.get_current_context()) from None


def _refuse(problems: Sequence[Problem], what: str, as_json: bool) -> int:
    if as_json:
        answer(problems_json(problems))
    else:
        groups = show_problems(problems)
        put(f"\n{what}：{summary(groups)}。", err=True)
    return DATA_ERRORS


def _table(*titles: str) -> Any:
    from rich.table import Table

    table = Table(show_edge=False, pad_edge=False)
    for title in titles:
        table.add_column(title, overflow="fold")
    return table


def _print(table: Any) -> None:
    from rich.console import Console

    Console(width=None if sys.stdout.isatty() else 160).print(table)


def _show_arrivals(gathered: Gathered) -> None:
    put(f"\n{gathered.period}：{arrivals_line(gathered)}\n")
    if any(f.arrival != Arrival.IN_TIME for f in gathered.submissions):
        table = _table("类别", "单位", "报送期限", "报送日期", "报送情况")
        for f in gathered.submissions:
            if f.arrival != Arrival.IN_TIME:
                table.add_row(f.group, f.unit, day(f.due), day(f.submitted), arrival_text(f))
        _print(table)
        put("")


def _show_sheet(gathered: Gathered, path: Path) -> None:
    verified = sum(is_verified(i.leaf, i.finding) for i in gathered.items)
    errors = sum(p.severity is Severity.ERROR for p in gathered.problems)
    if errors:
        put(f"有 {errors} 条数据问题，涉及的行或考核表没有列入，见“数据问题”工作表。")
    lacking = _without_evidence(gathered)
    if lacking:
        put(f"有自评分而没有写证明材料的 {lacking} 项，在“证明材料”一列用红字标明。")
    if gathered.evidence is not None:
        files = _evidence_files(gathered)
        unclear = sum(not f.items for f in files)
        more = f"，其中 {unclear} 个看不出属于哪一项" if unclear else ""
        put(f"证明材料 {len(files)} 个文件{more}，见“证明材料”工作表。")
    put(f"核查表 {len(gathered.items)} 项，已核查 {verified} 项：{path}")


def _without_evidence(gathered: Gathered) -> int:
    return sum(lacks_evidence(i.leaf, i.claim, i.evidence) for i in gathered.items)


def _evidence_files(gathered: Gathered) -> Sequence[EvidenceFile]:
    return gathered.evidence.of_period(gathered.period) if gathered.evidence else ()


def _show_merge(merged: Merge, *, dry_run: bool) -> None:
    if merged.changes:
        table = _table("单位", "期次", "指标", "列", "原为", "改为", "单元格", "文件")
        for change, place in merged.changes:
            item = change.item
            table.add_row(
                item.unit, item.period, f"{item.leaf.code} {item.leaf.title}", change.column,
                change.old or "空白", change.new, f"{place.column}{place.row}", place.file,
            )  # fmt: skip
        put("")
        _print(table)
    items = len({c.item.key for c, _ in merged.changes})
    done = "要改动" if dry_run else "已改动"
    put(
        f"\n{done} {items} 项（{len(merged.changes)} 个单元格，{len(merged.files)} 个文件），"
        f"没有变化 {merged.unchanged} 项，其中还没有核查 {merged.unverified} 项。"
    )
    if dry_run:
        put("只看不写：没有写入任何文件。")


def _sheet_json(gathered: Gathered, path: Path | None, context: Context) -> dict[str, object]:
    def iso(value: Any) -> str | None:
        return value.isoformat() if value else None

    return {
            "file": str(path) if path else None,
            "period": gathered.period,
            "items": len(gathered.items),
            "verified": sum(is_verified(i.leaf, i.finding) for i in gathered.items),
            "without_evidence": _without_evidence(gathered),
            "evidence": [evidence_record(file) for file in _evidence_files(gathered)],
            "submissions": [
                {
                    "component": f.component, "unit": f.unit, "group": f.group, "due": iso(f.due),
                    "submitted": iso(f.submitted), "days_late": f.days_late,
                    "arrival": f.arrival, "file": f.file,
                }
                for f in gathered.submissions
            ],
            **_problems(gathered.problems, context),
    }  # fmt: skip


def _problems(problems: Sequence[Problem], context: Context | None) -> Mapping[str, object]:
    save_problems(problems, context)
    return problem_records(problems, context)


def _merge_json(merged: Merge, *, written: bool) -> dict[str, object]:
    return {
            "written": written,
            "changes": [
                {
                    "component": c.item.component, "unit": c.item.unit, "period": c.item.period,
                    "indicator": c.item.leaf.code, "column": c.column, "old": c.old, "new": c.new,
                    "file": p.file, "sheet": p.sheet, "cell": f"{p.column}{p.row}",
                    "source": str(c.source),
                }
                for c, p in merged.changes
            ],
            "unchanged": merged.unchanged,
            "unverified": merged.unverified,
            "files": list(merged.files),
            **_problems(merged.problems, None),
    }  # fmt: skip
