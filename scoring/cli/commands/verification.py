"""``kaohe verification sheet`` and ``merge``: options and help."""

from __future__ import annotations

from pathlib import Path

import click

from scoring.cli.help import Argument
from scoring.cli.program import FOLDER, JSON, OFFICE, PROBLEMS, app
from scoring.cli.types import PlaceType


@app.group(
    section=OFFICE,
    short_help="核查：把考核表汇成一张核查表发出去，把核查结果写回来",
    help="核查各单位的考核表：制表（sheet）汇成一张核查表，交责任单位逐项填写；\n"
    "汇总（merge）把填好的核查表写回考核文件夹，要么全部写入，要么一格不动。",
    epilog="kaohe verification sheet 2024 --period 上半年\n"
    "kaohe verification merge 2024 2024/核查/上半年核查表.xlsx",
)
def verification() -> None:
    pass


@verification.command(
    "sheet",
    short_help="制表：把一期的考核表汇成一张核查表",
    help="把一期已报送的考核表汇成一张核查表，按责任单位、指标、单位排列，核查得分和核查说明留空待填；\n"
    "同时列出按期、迟报、未报送的单位，以及因数据问题没有列入的考核表。不改动考核表。\n"
    "一份考核表都没有收到的，只列出报送情况，不制表（退出码为1）。",
    epilog="kaohe verification sheet 2024 --period 上半年\n"
    "kaohe verification sheet 2024 --period 下半年 --out 下半年核查表.xlsx",
)
@FOLDER
@click.option("--period", metavar="期次", required=True, help="哪一期，如 上半年")
@click.option(
    "--out",
    type=PlaceType(),
    metavar="文件",
    help="写到哪个文件；默认为考核文件夹中的“核查/期次核查表.xlsx”",
)
@PROBLEMS
@JSON
def verification_sheet(folder: Path, period: str, out: Path | None, as_json: bool) -> int:
    from scoring.cli.verification import sheet

    return sheet(folder, period, out, as_json=as_json)


@verification.command(
    "merge",
    short_help="汇总：把填好的核查表写回考核表",
    help="把一个或几个填好的核查表写回考核文件夹中的考核表，列出改了哪些单元格。\n"
    "有任何错误（超过分值、低于自评而没有说明、两家结果不一致等）时逐条列出，一格也不写。",
    epilog="kaohe verification merge 2024 2024/核查/上半年核查表.xlsx\n"
    "kaohe verification merge 2024 财政局核查表.xlsx 审计局核查表.xlsx --dry-run",
)
@FOLDER
@click.argument(
    "workbooks",
    nargs=-1,
    required=True,
    type=PlaceType(),
    metavar="核查表…",
    cls=Argument,
    about="填好的核查表，可以几个",
)
@click.option("--dry-run", is_flag=True, help="只看要改什么，不写文件")
@click.option("--replace", is_flag=True, help="制表以后考核表中的核查结果又有改动的，以核查表为准")
@PROBLEMS
@JSON
def verification_merge(
    folder: Path, workbooks: tuple[Path, ...], dry_run: bool, replace: bool, as_json: bool
) -> int:
    from scoring.cli.verification import merge

    return merge(folder, workbooks, dry_run=dry_run, override=replace, as_json=as_json)
