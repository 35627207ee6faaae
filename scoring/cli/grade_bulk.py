"""``kaohe grade`` with an engine: the grades of many units, three files."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from scoring.cli.errors import StoppedError
from scoring.cli.exit_codes import DATA_ERRORS, DONE
from scoring.cli.read import NotReadyError, closed_day, refuse
from scoring.cli.report import save_problems, show_problems
from scoring.cli.screen import answer, put, say, screen
from scoring.cli.write import out_folder, written
from scoring.engines import EngineName
from scoring.engines.model import EngineError
from scoring.intake import Inspection
from scoring.intake.discover import EVIDENCE_FOLDER, PROVISIONAL_FOLDER
from scoring.intake.settings import DayError
from scoring.limits import BULK_CLOSE_ROWS, BULK_EXAMPLES, BULK_ODD_ROWS
from scoring.papers import BULK, DETAILS
from scoring.problems import Problem, Severity, errors
from scoring.reporting.appeals import open_appeals
from scoring.reporting.problem_groups import Context, context_of
from scoring.steps.bulk import (
    BulkResult,
    RegionError,
    TooManyCloseRowsError,
    TooManyOddRowsError,
    about_bulk,
    grade_bulk,
    holds_other_papers,
    publish_bulk,
)
from scoring.steps.grade import holds_final
from scoring.writing import settle


def run(
    folder: Path,
    engine: EngineName,
    out: Path | None,
    as_of: date | None,
    known: date | None,
    *,
    master: str | None,
    provisional: bool,
    with_open_appeals: bool,
    corrects: Path | None,
    workbooks: tuple[str, ...],
    details: bool,
    as_json: bool,
) -> int:
    if corrects is not None:
        raise click.UsageError("--corrects 要逐单位计算：请加 --engine rules")
    try:
        settle(folder, leave=(EVIDENCE_FOLDER,))
    except OSError as error:
        raise NotReadyError(folder, error) from None
    at = None
    if details:
        scratch = tempfile.TemporaryDirectory(prefix="kaohe-")
        at = Path(click.get_current_context().with_resource(scratch))
    found = graded(
        folder, engine, as_of, known, final=not provisional, master=master, workbooks=workbooks,
        details=at,
    )  # fmt: skip
    if isinstance(found, Inspection):
        refuse(
            list(found.problems), "不能出结果", Context(found.sheets), as_json=as_json
        )  # fmt: skip
        return DATA_ERRORS
    if not provisional:
        closed_day(found.assessment, as_of, known)
    context = context_of(found.assessment, found.closely)
    everything = list(found.problems)
    if not provisional and (errors(everything) or not found.final):
        return _refuse(found, context, as_json=as_json)
    waiting = (
        [] if provisional or with_open_appeals else open_appeals(found.assessment, found.known)
    )
    if waiting:
        everything = [p for p in everything if p.kind != "appeal-open"]
        refuse([*everything, *waiting], "不能出正式结果", context, as_json=as_json)
        return DATA_ERRORS
    usual = PROVISIONAL_FOLDER if provisional else BULK.folder
    target = out_folder(folder, found.assessment, out, usual)
    _fits(target, found)
    paths = written(
        target,
        lambda: publish_bulk(
            found, target, provisional=provisional, with_open_appeals=with_open_appeals
        ),
        as_json=as_json,
    )
    if paths is None:
        return DATA_ERRORS
    old = [
        name for name in DETAILS.names if name not in found.details and (target / name).is_file()
    ]
    if old:
        say(
            f"提醒：{target} 中的{'、'.join(old)}是以前生成的，不是本次的；请加 --details 重新生成，或者移走。",
            err=True,
        )
    reminders = [p for p in everything if p.severity is Severity.WARNING]
    shown = everything if provisional else reminders
    if as_json:
        save_problems(shown, context)
        answer(about_bulk(found))
        return DONE
    show_problems(shown, context)
    _show_more(found)
    if not screen().quiet:
        _show(found, paths)
    return DONE


def graded(
    folder: Path, engine: EngineName, as_of: date | None, known: date | None, *, final: bool,
    master: str | None, workbooks: Sequence[str] = (), details: Path | None = None,
    with_regions: bool = False,
) -> BulkResult | Inspection:  # fmt: skip
    try:
        return grade_bulk(
            folder, engine, as_of, known=known, final=final, master=master, workbooks=workbooks,
            details=details, with_regions=with_regions,
        )  # fmt: skip
    except RegionError as error:
        message = f"--workbooks：{error}"
        raise click.UsageError(message, click.get_current_context()) from None
    except DayError as error:
        raise click.UsageError(str(error), click.get_current_context()) from None
    except TooManyOddRowsError as error:
        show_problems(error.problems)
        raise StoppedError(
            f"“{error.table}”有 {error.count} 行写法不规范或有错误，超过 {BULK_ODD_ROWS} 行，没有逐行检查，也没有写入文件。"
            f"{_of_first(error.problems)}"
            f"请在生成数据的系统中改正（日期写成 2024-03-05，数字不带单位，单位写全称或简称），"
            "或先取其中一部分用 kaohe check 检查"
        ) from None
    except TooManyCloseRowsError as error:
        show_problems(error.problems)
        raise StoppedError(
            f"要逐行检查的有 {error.units} 个单位 {error.rows} 行，超过 {BULK_CLOSE_ROWS} 行，没有写入文件。"
            f"{_of_first(error.problems)}请先取其中一部分用 kaohe check 检查，改正多次出现的错误"
        ) from None
    except EngineError as error:
        raise StoppedError(
            f"{engine} 没有算完：{error}。没有写入文件；可以换一个引擎再运行（--engine）"
        ) from None


def _of_first(problems: Sequence[Problem]) -> str:
    """What was shown of the first rows that are not plain."""
    if problems:
        return f"以上是各表前 {BULK_EXAMPLES} 行这样的行中的问题。"
    return f"各表前 {BULK_EXAMPLES} 行这样的行只是写法不规范，没有错误。"


def _refuse(found: BulkResult, context: Context, *, as_json: bool) -> int:
    refuse(list(found.problems), "不能出正式结果", context, as_json=as_json)
    if not as_json:
        _show_more(found)
    return DATA_ERRORS


def _show_more(found: BulkResult) -> None:
    if found.more_gaps:
        put(f"另有 {found.more_gaps} 个单位有缺项，没有逐条列出。", err=True)


def _fits(target: Path, found: BulkResult) -> None:
    """Papers of an ordinary result, or of a final one, are not mixed with these."""
    if holds_other_papers(target):
        message = f"{target} 中已有逐单位计算的结果，不能放在一起：请用 --out 另写一个文件夹"
        raise click.UsageError(message, click.get_current_context())
    if not found.final and holds_final(target):
        message = f"{target} 中已有正式结果，暂定结果不能放在一起：请用 --out 另写一个文件夹"
        raise click.UsageError(message, click.get_current_context())


def _show(found: BulkResult, paths: list[Path]) -> None:
    """The short table on the screen."""
    from rich.console import Console
    from rich.table import Table

    scheme = found.scheme
    mark = "" if found.final else "（暂定）"
    until = f"，资料截止 {found.known}" if found.known not in (None, found.as_of) else ""
    put(f"\n{found.year}年度{scheme.subject}考核结果{mark}，截至 {found.as_of}{until}\n")
    table = Table(show_edge=False, pad_edge=False)
    table.add_column("类别")
    names = [*scheme.grade_names(), *([] if found.final else [""])]
    for name in ("单位数", *(name or "未定" for name in names)):
        table.add_column(name, justify="right")
    for group, counts in found.grades().items():
        total = sum(counts.values())
        table.add_row(group, str(total), *(str(counts.get(name, 0)) for name in names))
    Console(width=None if sys.stdout.isatty() else 160).print(table)
    put(f"\n逐行检查了 {len(found.closely.units)} 个单位，其余单位的各行写法规范、没有错误。")
    put("结果文件：")
    for path in paths[: len(BULK.names) + len(found.details)]:
        put(f"  {path}")
    for region, units in found.regions.items():
        put(f"  {region}：考核结果、通报、附表和 {len(units)} 个单位的反馈单")
