"""``kaohe check``: read and validate everything, write nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Final

from scoring.cli.exit_codes import DATA_ERRORS, DONE
from scoring.cli.read import inspect, why_provisional, with_gaps
from scoring.cli.report import problems_json, show_problems, summary
from scoring.cli.screen import answer, put, screen
from scoring.intake.table import FileReport
from scoring.problems import Place, clip, errors

_SHOWN: Final = 5


def run(folder: Path, as_of: date | None, known: date | None = None, *, as_json: bool) -> int:
    found = inspect(folder)
    problems, context = with_gaps(found, as_of, known)
    code = DATA_ERRORS if errors(problems) else DONE
    if as_json:
        answer(problems_json(problems, context))
        return code
    groups = show_problems(problems, context, err=False)
    if screen().quiet:
        return code
    if found.reports:
        rows = sum(r.rows for r in found.reports)
        read_rows = sum(r.read for r in found.reports)
        refused = sum(r.refused for r in found.reports)
        skipped = rows - read_rows - refused
        put(
            f"\n共 {found.files} 个文件，表头以下 {rows} 行："
            f"读入 {read_rows} 行，空行、合计等 {skipped} 行，有错误未读入 {refused} 行。"
        )
        _show_passed_over(found.reports)
    why = found.assessment and why_provisional(found.assessment, as_of, known)
    kind = "暂定" if why else "正式"
    # A final run refuses open appeals.
    waits = not why and any(p.kind == "appeal-open" for p in problems)
    ready = f"{'申诉办结后' if waits else ''}可以计算{kind}结果。"
    put(f"检查结果：{summary(groups)}。" + ("" if code else ready))
    return code


def _show_passed_over(reports: Sequence[FileReport]) -> None:
    """The first rows that hold text but no data, one of each text."""
    rows = {
        passed.text: (r, passed.row) for r in reversed(reports) for passed in reversed(r.no_data)
    }
    if not rows:
        return
    put(f"其中 {sum(r.total + r.note for r in reports)} 行有文字，但不作为数据：")
    for text, (report, row) in islice(reversed(rows.items()), _SHOWN):
        put(f"  {Place(report.file, report.sheet, row)} “{clip(text)}”")
    if len(rows) > _SHOWN:
        put("  等，全部列在考核结果工作簿的“不作为数据的行”表中")
