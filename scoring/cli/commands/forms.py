"""``kaohe forms``: options and help."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from scoring.cli.program import FOLDER, JSON, KNOWN, OFFICE, app
from scoring.cli.types import DayType, PlaceType


@app.command(
    section=OFFICE,
    short_help="发放空白考核表（--period）和空白台账（--ledger）",
    help="给每个单位生成一份空白考核表：表头填好，不适用的指标不列，自动小计、提示缺什么，\n"
    "“预估”表随填随算综合成绩和等次。加 --ledger 则给各提供单位生成空白台账。",
    epilog="kaohe forms 2024 --period 上半年\nkaohe forms 2024 --period 上半年 --unit 临溪县 --unit 市财政局\n"
    "kaohe forms 2024 --ledger",
)
@FOLDER
@click.option("--period", metavar="期次", help="发哪一期的考核表，如 上半年")
@click.option(
    "--unit",
    "units",
    multiple=True,
    metavar="单位",
    help="只发给这个单位，可以写几次；不写则发给全部单位",
)
@click.option("--component", metavar="部分", help="办法有几个自我考核部分时，只发这一部分的")
@click.option("--ledger", is_flag=True, help="发空白台账，每个提供单位一份")
@click.option(
    "--out",
    type=PlaceType(),
    metavar="文件夹",
    help="放在哪里；默认为考核文件夹中的“空白表”",
)
@click.option(
    "--as-of",
    type=DayType(),
    metavar="年-月-日",
    help="预估中的台账得分算到哪一天；不写则到今天，最晚到考核的截至日期",
)
@KNOWN
@JSON
def forms(
    folder: Path,
    period: str | None,
    units: tuple[str, ...],
    component: str | None,
    ledger: bool,
    out: Path | None,
    as_of: date | None,
    known: date | None,
    as_json: bool,
) -> int:
    from scoring.cli.forms import run

    return run(folder, period, units, component, out, as_of, known, ledger=ledger, as_json=as_json)
