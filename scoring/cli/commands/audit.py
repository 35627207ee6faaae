"""``kaohe audit``: options and help."""

from __future__ import annotations

from pathlib import Path

import click

from scoring.cli.help import Argument
from scoring.cli.program import JSON, OFFICE, app


@app.command(
    section=OFFICE,
    short_help="核对结果文件是否被改动、是否仍与资料相符",
    help="核对一个文件夹中的结果文件：计算所用的资料后来有没有改动，结果文件有没有被手工改过（工作簿逐格\n"
    "列出），成绩、等次和排名是否仍与资料相符。只读不写；一致时退出码为0，不一致时为1。",
    epilog="kaohe audit 2024/结果\nkaohe audit 备份/结果 --folder 2024 --json",
)
@click.argument(
    "out",
    metavar="结果文件夹",
    type=click.Path(path_type=Path),
    cls=Argument,
    about="要核对的结果文件夹，如 2024/结果",
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    metavar="文件夹",
    help="考核文件夹；默认为结果文件夹所在的文件夹",
)
@JSON
def audit(out: Path, folder: Path | None, as_json: bool) -> int:
    from scoring.cli.audit import run

    return run(out, folder, as_json=as_json)
