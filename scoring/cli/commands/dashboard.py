"""``kaohe dashboard``: options and help."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from scoring.cli.program import FOLDER, JSON, KNOWN, OFFICE, TODAY, app
from scoring.cli.types import PlaceType


@app.command(
    section=OFFICE,
    short_help="看板：各单位现状、走势和预警，一个网页",
    help="生成一个网页（看板.html）：各单位现在的成绩、等次（暂定）和排名，平时考核逐月走势，预警。可排序、筛选、打印，\n"
    "电脑和手机都能看，不需要联网。",
    epilog="kaohe dashboard 2024\nkaohe dashboard 2024 --as-of 2024-06-28 --out 看板",
)
@FOLDER
@click.option(
    "--out",
    type=PlaceType(),
    metavar="文件夹",
    help="放在哪里；默认为考核文件夹中的“看板”",
)
@TODAY
@KNOWN
@JSON
def dashboard(
    folder: Path, out: Path | None, as_of: date | None, known: date | None, as_json: bool
) -> int:
    from scoring.cli.dashboard import run

    return run(folder, out, as_of, known, as_json=as_json)
