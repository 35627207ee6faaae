"""``kaohe year new``: options and help."""

from __future__ import annotations

from pathlib import Path

import click

from scoring.cli.help import Argument
from scoring.cli.program import JSON, OFFICE, app
from scoring.cli.types import FolderType, PlaceType


@app.group(
    section=OFFICE,
    short_help="年度衔接：由上一年的考核文件夹新建下一年的",
    help="年度衔接：由上一年的考核文件夹新建下一年的（new）。两年的结果对照用 kaohe compare。",
    epilog="kaohe year new 2024 2025",
)
def year() -> None:
    pass


@year.command(
    "new",
    short_help="新建下一年的考核文件夹",
    help="由上一年的考核文件夹新建下一年的：考核对象、考核办法和模板照搬，assessment.yaml 换成新年度，\n"
    "台账换成空白的，空白考核表放在“空白表”。原文件夹不改动；新文件夹已经存在的不做。",
    epilog="kaohe year new 2024 2025",
)
@click.argument("old", type=FolderType(), metavar="上年", cls=Argument, about="上一年的考核文件夹")
@click.argument(
    "new", type=PlaceType(), metavar="新年", cls=Argument, about="新建的文件夹，以年度命名，如 2025"
)
@JSON
def new_folder(old: Path, new: Path, as_json: bool) -> int:
    from scoring.cli.year import run

    return run(old, new, as_json=as_json)
