"""``kaohe statistics``: options and help."""

from __future__ import annotations

from pathlib import Path

import click

from scoring.cli.help import Argument
from scoring.cli.program import JSON, OFFICE, PROBLEMS, app
from scoring.cli.types import PlaceType


@app.command(
    section=OFFICE,
    short_help="核对政府信息公开情况统计表、年度报告的数字",
    help="读取政府信息公开情况统计表（2017年式样）和年度报告中的申请情况表、复议诉讼情况表，按表式核对各项合计和\n"
    "相互关系，指出哪些格矛盾、哪些可疑、应是多少。可以是 Excel、Word（.docx）、网页或网页上复制的文字。\n"
    "有矛盾时退出码为1。",
    epilog="kaohe statistics 统计表.xlsx\nkaohe statistics 甲县年报.docx 乙县年报.html --out 核对",
)
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=PlaceType(),
    metavar="文件…",
    cls=Argument,
    about="统计表或年度报告，可以几个（.xlsx、.xls、.csv、.docx、.html、.txt）",
)
@click.option(
    "--out", type=PlaceType(), metavar="文件夹", help="另写成 核对结果.xlsx，放在这个文件夹"
)
@PROBLEMS
@JSON
def statistics(files: tuple[Path, ...], out: Path | None, as_json: bool) -> int:
    from scoring.cli.statistics import run

    return run(files, out, as_json=as_json)
