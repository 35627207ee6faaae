"""``kaohe grade``: options and help."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from scoring.cli.program import (
    AS_OF,
    FOLDER,
    JSON,
    KNOWN,
    MASTER,
    OFFICE,
    PROBLEMS,
    app,
    engine_option,
)
from scoring.cli.types import FolderType, PlaceType


@app.command(
    section=OFFICE,
    short_help="计算年度考核结果，生成考核结果、通报和附表",
    help="读取考核文件夹，计算综合考核成绩、等次和排名，生成五个文件：\n"
    "考核结果.xlsx、通报.docx、通报.html、通报附表.xlsx、results.json，和供 kaohe audit 核对的 manifest.json。\n"
    "数据有错误或缺项时逐条列出，不生成文件。\n"
    "一省、全国那样多的单位（parquet、csv 文件），改用数据引擎计算，生成单位成绩.parquet、单位成绩.csv 和结果说明.json。",
    epilog="kaohe grade 2024\nkaohe grade 2024 --out 结果 --as-of 2024-12-31\nkaohe grade 2024 --provisional\n"
    "kaohe grade 2024 --corrects 2024/结果\nkaohe grade 一省 --engine duckdb --workbooks 甲省",
)
@FOLDER
@click.option(
    "--out",
    type=PlaceType(),
    metavar="文件夹",
    help="结果放在哪里；默认为考核文件夹中的“结果”",
)
@AS_OF
@KNOWN
@click.option(
    "--provisional", is_flag=True, help="暂定：有缺项也计算，凡涉及缺项的都标明，不作为正式结果"
)
@click.option(
    "--open-appeals",
    "with_open_appeals",
    is_flag=True,
    help="有尚未决定的申诉也出正式结果，并在考核结果的数据说明中写明；不加则逐件列出，不出结果",
)
@click.option(
    "--corrects",
    type=FolderType(),
    metavar="文件夹",
    help="更正这个文件夹中已公布的结果：另写更正通报，默认放在“更正结果”，原有文件不动；没有变化的不做",
)
@engine_option(
    "auto（默认）：parquet、csv 文件共 30 万行以上的，自动选用数据引擎，其余逐单位计算；\n"
    "rules：逐单位计算；polars、duckdb、pandas、spark：用这个数据引擎，只写单位成绩表"
)
@MASTER
@click.option(
    "--workbooks",
    multiple=True,
    metavar="地区",
    help="另写这个地区（如 甲省/乙市）的考核结果、通报、附表和各单位反馈单，等次和排名是在全部单位中的；可写几次；只和数据引擎一起用",
)
@click.option(
    "--details",
    is_flag=True,
    help="另写 扣分明细.parquet（台账每行计不计、为什么）和 逐项得分.parquet（考核表每项）；行数多时文件很大；只和数据引擎一起用",
)
@PROBLEMS
@JSON
def grade(
    folder: Path,
    out: Path | None,
    as_of: date | None,
    known: date | None,
    provisional: bool,
    with_open_appeals: bool,
    corrects: Path | None,
    engine: str,
    master: str | None,
    workbooks: tuple[str, ...],
    details: bool,
    as_json: bool,
) -> int:
    from scoring.cli.engine import chosen

    by = chosen(folder, engine, master, only_tables=not (workbooks or details))
    if by is not None:
        from scoring.cli.grade_bulk import run as run_bulk

        return run_bulk(
            folder, by, out, as_of, known, master=master, provisional=provisional,
            with_open_appeals=with_open_appeals, corrects=corrects, workbooks=workbooks,
            details=details, as_json=as_json,
        )  # fmt: skip
    for asked, name in ((workbooks, "--workbooks"), (details, "--details")):
        if asked:
            raise click.UsageError(f"{name} 只和数据引擎一起用：逐单位计算已经写在考核结果.xlsx 中")
    from scoring.cli.grade import run

    return run(
        folder, out, as_of, known,
        provisional=provisional, with_open_appeals=with_open_appeals, corrects=corrects, as_json=as_json,
    )  # fmt: skip
