"""``kaohe compare``: options and help."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from scoring.cli.help import Argument
from scoring.cli.program import JSON, OFFICE, app
from scoring.cli.types import DayType, FolderType, PlaceType


@app.command(
    section=OFFICE,
    short_help="对照两次结果：上年和本年，或更正前后",
    help="对照两次考核结果：各单位的成绩、等次、排名怎样变，哪些单位是新增、更名或不再考核的。\n"
    "可以是结果文件夹（内有 results.json），也可以是考核文件夹（现算）。\n"
    "考核文件夹的年度还没有结束的，只计到今天，或 --as-of 写明的一天；与同一年度已有的结果对照的，计到那次结果的截至日期。",
    epilog="kaohe compare 2024 2025\nkaohe compare 2024/结果 2024 --out 2024/比较\n"
    "kaohe compare 2024 2025 --as-of 2025-09-12",
)
@click.argument(
    "old", type=FolderType(), metavar="原", cls=Argument, about="上年的或更正前的结果或考核文件夹"
)
@click.argument(
    "new", type=FolderType(), metavar="现", cls=Argument, about="本年的或更正后的结果或考核文件夹"
)
@click.option(
    "--out",
    type=PlaceType(),
    metavar="文件夹",
    help="把 比较.xlsx 和 比较.html 写到这里；不写则只显示在屏幕上",
)
@click.option(
    "--as-of",
    type=DayType(),
    metavar="年-月-日",
    help="考核文件夹现算到哪一天；不写则年度没有结束的算到今天，已经结束的算到年度的截至日期",
)
@JSON
def compare(old: Path, new: Path, out: Path | None, as_of: date | None, as_json: bool) -> int:
    from scoring.cli.compare import run

    return run(old, new, out, as_of, as_json=as_json)
