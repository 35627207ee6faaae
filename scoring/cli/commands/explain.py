"""``kaohe explain``: options and help."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from scoring.cli.help import Argument
from scoring.cli.program import AS_OF, FOLDER, JSON, KNOWN, UNIT, app


@app.command(
    section=UNIT,
    short_help="为什么是这个分数：从综合成绩到每一条、每一行、每一项",
    help="说明一个单位的成绩：综合成绩怎样得来，每一分出自哪个条款、哪份文件的哪一行，哪些问题没有计入、\n"
    "为什么，离上一等、下一等还差多少，什么能提高多少。",
    epilog="kaohe explain 2024 临溪县\nkaohe explain 2024 财政 --period 上半年\n"
    "kaohe explain 2024 临溪县 --json",
)
@FOLDER
@click.argument("unit", metavar="单位", cls=Argument, about="单位的全称、简称，或只有它有的几个字")
@click.option("--period", metavar="期次", help="自我考核只列这一期，如 上半年")
@AS_OF
@KNOWN
@JSON
def explain(
    folder: Path,
    unit: str,
    period: str | None,
    as_of: date | None,
    known: date | None,
    as_json: bool,
) -> int:
    from scoring.cli.explain import run

    return run(folder, unit, period, as_of, known, as_json=as_json)
