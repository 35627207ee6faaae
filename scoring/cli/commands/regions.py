"""``kaohe regions``: options and help."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from scoring.cli.program import AS_OF, FOLDER, JSON, KNOWN, MASTER, OFFICE, app, engine_option
from scoring.cli.types import PlaceType


@app.command(
    section=OFFICE,
    short_help="地区汇总：各省、市、县的平均成绩、等次分布、问题和排名",
    help="把考核结果按地区逐级汇总：各地区的单位数、平均成绩、等次分布、问题和同级名次，各单位在本地区和全部单位中的排名；\n"
    "生成 地区汇总.xlsx、地区通报.docx 和 地区汇总.json。\n"
    "文件夹可以是一个考核文件夹（考核对象表有“地区”一栏，如 甲省/乙市），也可以装有各地的考核文件夹（如 甲省/乙市/2024）。",
    epilog="kaohe regions 甲省\nkaohe regions 2024 --under 甲省/乙市 --out 乙市汇总",
)
@FOLDER
@click.option(
    "--out",
    type=PlaceType(),
    metavar="文件夹",
    help="放在哪里；默认为该文件夹中的“地区汇总”",
)
@click.option("--under", metavar="地区", help="只汇总这个地区以内的单位，如 甲省/乙市")
@AS_OF
@KNOWN
@click.option(
    "--provisional", is_flag=True, help="暂定：有缺项的单位标为未定，也汇总；不作为正式结果"
)
@click.option(
    "--open-appeals",
    "with_open_appeals",
    is_flag=True,
    help="有尚未决定的申诉也汇总；不加则逐件列出，不汇总",
)
@engine_option(
    "同 kaohe grade：auto（默认）：parquet、csv 文件共 30 万行以上的考核文件夹，自动选用数据引擎，其余逐单位计算；"
    "rules：都逐单位计算；polars、duckdb、pandas、spark：都用这个数据引擎"
)
@MASTER
@JSON
def regions(
    folder: Path,
    out: Path | None,
    under: str | None,
    as_of: date | None,
    known: date | None,
    provisional: bool,
    with_open_appeals: bool,
    engine: str,
    master: str | None,
    as_json: bool,
) -> int:
    from scoring.cli.regions import run

    return run(
        folder, out, under, as_of, known,
        provisional=provisional, with_open_appeals=with_open_appeals, engine=engine,
        master=master, as_json=as_json,
    )  # fmt: skip
