"""``kaohe simulate``: options and help."""

from __future__ import annotations

from pathlib import Path

import click

from scoring.cli.program import AUTHOR, JSON, app
from scoring.cli.types import ChoiceType, PlaceType, ShareType, WholeType


@app.command(
    section=AUTHOR,
    short_help="造一个虚构的考核文件夹，供练习和压力测试用",
    help="造一个虚构的考核文件夹：考核对象、台账、自我考核、第三方评估齐全，单位和成绩都不是真的。\n"
    "同样的选项造出同样的文件。--mess 在数据中埋下常见的错误，并写出答案（答案.csv），供新人练习查错。",
    epilog="kaohe simulate --units 30 --rows 300 --scheme heze --seed 1 --format xlsx --mess 0.05 --out 练习\n"
    "kaohe simulate --units 10000 --rows 100000 --scheme heze --seed 1 --out 一省",
)
@click.option(
    "--units",
    type=WholeType(1, 5_000_000),
    required=True,
    metavar="个数",
    help="考核对象多少个（另加一些所属部门）",
)
@click.option(
    "--rows",
    type=WholeType(0, 1_000_000_000),
    required=True,
    metavar="行数",
    help="台账共多少行；没有台账的办法写 0",
)
@click.option(
    "--scheme",
    required=True,
    metavar="办法",
    help="随程序提供的办法名称，如 heze；或办法的 YAML 文件",
)
@click.option(
    "--seed",
    type=WholeType(0, 2**63 - 1),
    required=True,
    metavar="整数",
    help="随机数的种子：换一个数，就是另一批单位和数据",
)
@click.option(
    "--out",
    type=PlaceType(),
    required=True,
    metavar="文件夹",
    help="写到哪里；应是新的或空的文件夹",
)
@click.option(
    "--format",
    "kind",
    type=ChoiceType("parquet", "csv", "xlsx"),
    default="parquet",
    metavar="格式",
    help="parquet（默认）、csv，或 xlsx（只用于小规模）",
)
@click.option(
    "--mess",
    type=ShareType(),
    default="0",
    metavar="比例",
    help="多大比例的行有一处错误，0到1；默认 0，没有错误",
)
@JSON
def simulate(
    units: int,
    rows: int,
    scheme: str,
    seed: int,
    out: Path,
    kind: str,
    mess: int,
    as_json: bool,
) -> int:
    from scoring.cli.simulate import run

    return run(scheme, units, rows, seed, out, kind, mess, as_json=as_json)
