"""``kaohe timeliness``: options and help."""

from __future__ import annotations

from pathlib import Path

import click

from scoring.cli.help import Argument
from scoring.cli.program import JSON, OFFICE, PROBLEMS, app
from scoring.cli.types import FolderType, PlaceType


@app.command(
    section=OFFICE,
    short_help="公开时效：有多少信息在20个工作日内公开，哪些超期",
    help="读取公开信息清单（每条有生成日期、公开日期），数工作日，列出各单位、各年度的按期公开率和超期的信息。\n"
    "不写 --within 的，按《政府信息公开条例》规定的20个工作日；生成日期的次日起算。",
    epilog="kaohe timeliness 公开清单.xlsx\nkaohe timeliness 公开清单.csv --within 15 --out 时效",
)
@click.argument(
    "file",
    type=PlaceType(),
    metavar="清单",
    cls=Argument,
    about="公开信息清单（.xlsx、.xls、.csv），有“生成日期”“公开日期”两列",
)
@click.option(
    "--within",
    metavar="天数",
    help="几个工作日内算按期；不写则按条例",
)
@click.option(
    "--out", type=PlaceType(), metavar="文件夹", help="另写成 公开时效.xlsx，放在这个文件夹"
)
@click.option(
    "--folder",
    type=FolderType(),
    metavar="文件夹",
    help="考核文件夹：它的节假日表有程序没有收录的年度时，按表计算",
)
@PROBLEMS
@JSON
def timeliness(
    file: Path, within: str | None, out: Path | None, folder: Path | None, as_json: bool
) -> int:
    from scoring.cli.timeliness import run

    return run(file, within, out, folder, as_json=as_json)
