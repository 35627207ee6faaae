"""``kaohe feedback``: options and help."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from scoring.cli.program import AS_OF, FOLDER, JSON, KNOWN, OFFICE, app
from scoring.cli.types import PlaceType


@app.command(
    section=OFFICE,
    short_help="给每个单位生成反馈单，另有一份总览",
    help="给每个单位生成一份反馈单（Word，一至两页）：成绩与本类别平均、最高的对照，逐件扣分和依据，核查低于\n"
    "自评的指标，影响最大的几项，还没有整改的问题；另有一份反馈总览.xlsx。文字可在模板中修改。\n"
    "数据有错误或缺项时逐条列出，不生成文件。",
    epilog="kaohe feedback 2024\nkaohe feedback 2024 --out 反馈单 --unit 临溪县 --unit 财政局",
)
@FOLDER
@click.option(
    "--unit", "units", multiple=True, metavar="单位", help="只做这个单位的，可以几个；不写则全部"
)
@click.option(
    "--out",
    type=PlaceType(),
    metavar="文件夹",
    help="放在哪里；默认为考核文件夹中的“反馈”",
)
@AS_OF
@KNOWN
@click.option("--provisional", is_flag=True, help="暂定：有缺项也生成，标明暂定")
@JSON
def feedback(
    folder: Path,
    units: tuple[str, ...],
    out: Path | None,
    as_of: date | None,
    known: date | None,
    provisional: bool,
    as_json: bool,
) -> int:
    from scoring.cli.feedback import run

    return run(folder, units, out, as_of, known, provisional=provisional, as_json=as_json)
