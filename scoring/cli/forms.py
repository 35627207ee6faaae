"""``kaohe forms``: blank 考核表 for the units, blank 台账 for the providers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from scoring.cli.clock import today
from scoring.cli.exit_codes import DATA_ERRORS, DONE
from scoring.cli.read import read, refuse
from scoring.cli.screen import answer, say
from scoring.cli.write import out_folder, written
from scoring.intake import Assessment
from scoring.intake.discover import BLANKS_FOLDER
from scoring.intake.settings import DayError
from scoring.lookup.periods import PeriodError
from scoring.lookup.units import UnitError
from scoring.problems import errors
from scoring.publish.forms import Blanks, find_periods, make_forms, make_ledger_books
from scoring.scheme import Ledger, SelfAssessment
from scoring.writing import file_names, write_all

LEDGERS = "台账"


def run(
    folder: Path,
    period: str | None,
    units: Sequence[str],
    component: str | None,
    out: Path | None,
    as_of: date | None,
    known: date | None = None,
    *,
    ledger: bool,
    as_json: bool,
) -> int:
    if ledger and (period or units or component or as_of or known):
        raise click.UsageError("--ledger 只和 --out 一起用")
    if not ledger and not period:
        raise click.UsageError("请写明期次，如 --period 上半年；发空白台账用 --ledger")
    assessment, problems = read(folder)
    if assessment is None:
        refuse(problems, "不能生成空白表", as_json=as_json)
        return DATA_ERRORS
    if ledger:
        blanks = make_ledger_books(assessment)
        if not blanks.files:
            raise click.UsageError(f"“{assessment.scheme.title}”没有台账，不用 --ledger")
        target = out_folder(folder, assessment, out, f"{BLANKS_FOLDER}/{LEDGERS}")
        return _write(target, blanks, "份空白台账", as_json=as_json)
    assert period is not None
    try:
        name = find_periods(assessment.scheme, period, component)[0][1].name
        day = as_of or _today(assessment)
        blanks = make_forms(
            assessment, period, units=units, component=component, as_of=day, known=known
        )
    except (PeriodError, UnitError, DayError) as error:
        raise click.UsageError(str(error), click.get_current_context()) from None
    usual = f"{BLANKS_FOLDER}/{file_names([name])[name]}"
    target = out_folder(folder, assessment, out, usual)
    code = _write(target, blanks, f"份{name}考核表", as_json=as_json)
    if code == DONE and not as_json:
        _say_doubts(assessment, day)
    return code


def _today(assessment: Assessment) -> date:
    """Today, but not later than the assessment's own day and not before its year."""
    settings = assessment.settings
    return max(date(settings.year, 1, 1), min(today(), settings.as_of_day()))


def _write(target: Path, blanks: Blanks, what: str, *, as_json: bool) -> int:
    paths: list[Path] | None = []
    if blanks.files:
        paths = written(target, lambda: write_all(target, blanks.files, "kaohe forms"))
    if paths is None:
        return DATA_ERRORS
    code = DONE if paths or not blanks.left_out else DATA_ERRORS
    if as_json:
        left_out = [{"unit": name, "why": why} for name, why in blanks.left_out]
        answer({"files": [str(path) for path in paths], "left_out": left_out})
        return code
    if paths:
        say(f"已写出 {len(paths)} {what}，在 {target}")
    for name, why in blanks.left_out:
        click.echo(f"没有生成：{name}（{why}）", err=True)
    return code


def _say_doubts(assessment: Assessment, day: date) -> None:
    leaves = assessment.scheme.leaves().values()
    tables = {c.table for c in leaves if isinstance(c, Ledger)}
    if tables:
        say(f"“预估”中的台账得分算到 {day}。")
    wrong = [
        p for p in errors(assessment.problems)
        if p.kind != "table-missing" and p.place.file.split("/")[0].split(".")[0] in tables
    ]  # fmt: skip
    if wrong:
        say(f"提醒：台账有 {len(wrong)} 处错误，预估中的台账得分不确定，请用 kaohe check 查看。")
    if any(isinstance(c, SelfAssessment) and c.example for c in leaves):
        say("提醒：指标和分值是示例，发放前请换成本年度印发的指标体系（见使用手册第三部分）。")
