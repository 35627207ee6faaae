"""``kaohe sensitivity``: options and help."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from scoring.cli.program import AS_OF, FOLDER, JSON, KNOWN, OFFICE, app
from scoring.cli.types import PlaceType


@app.command(
    section=OFFICE,
    short_help="分析名次稳不稳：权重、得分稍有变动，名次和等次会不会变",
    help="分析名次的稳健性：权重在两个部分之间移动几个百分点、第三方评估得分差几分，各单位的成绩、名次和\n"
    "等次可能在什么范围，名次相邻的哪些单位可能互换。写出稳健性分析.xlsx 和稳健性分析.html，不改变考核结果。",
    epilog="kaohe sensitivity 2024\nkaohe sensitivity 2024 --weights 3 --error 1.5 --out 分析",
)
@FOLDER
@click.option(
    "--weights", default="5", metavar="百分点", help="两个部分之间最多移动几个百分点的权重；默认5"
)
@click.option(
    "--error", default="2", metavar="分", help="整体报送的得分（如第三方评估）最多差几分；默认2"
)
@click.option(
    "--out",
    type=PlaceType(),
    metavar="文件夹",
    help="结果放在哪里；默认为考核文件夹中的“结果”（暂定的为“暂定结果”）",
)
@AS_OF
@KNOWN
@JSON
def sensitivity(
    folder: Path,
    weights: str,
    error: str,
    out: Path | None,
    as_of: date | None,
    known: date | None,
    as_json: bool,
) -> int:
    from scoring.cli.sensitivity import run

    return run(folder, weights, error, out, as_of, known, as_json=as_json)
