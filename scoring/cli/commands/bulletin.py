"""``kaohe bulletin``: options and help."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scoring.cli.program import FOLDER, JSON, OFFICE, app
from scoring.cli.types import DayType, PeriodType, PlaceType

if TYPE_CHECKING:
    from scoring.monitoring import WindowKind


@app.command(
    section=OFFICE,
    short_help="日常通报：日办结、周通报、月排名、季小结、半年总结",
    help="按台账写出一天、一周、一月、一季度或半年的通报，放在考核文件夹的“日常通报”中，每期一个文件夹：\n"
    "day 日办结；week 周通报；month 月排名（.xlsx 和 .html）；quarter 季小结；half 半年总结（附阶段性成绩排序）。\n"
    "同样的资料、截至日期和资料截止日，什么时候生成都一样：以后发现、整改、撤销和报送的不计。",
    epilog="kaohe bulletin 2024 --period day\nkaohe bulletin 2024 --period month --as-of 2024-06-30\n"
    "kaohe bulletin 2024 --period half --as-of 2024-06-30 --known 2024-07-31",
)
@FOLDER
@click.option(
    "--period",
    type=PeriodType(),
    metavar="周期",
    required=True,
    help="哪一种通报：day 日；week 周；month 月；quarter 季度；half 半年",
)
@click.option(
    "--as-of",
    type=DayType(),
    metavar="年-月-日",
    help="截至日期，通报这一天所在的日、周、月、季度或半年；不写则为今天，不晚于本年度的截至日期",
)
@click.option(
    "--known",
    type=DayType(),
    metavar="年-月-日",
    help="资料截止日：此日以后作出的撤销、报送的考核表不计；不写则为截至日期",
)
@click.option(
    "--out",
    type=PlaceType(),
    metavar="文件夹",
    help="放在哪里；默认为考核文件夹中的“日常通报”，每期一个文件夹",
)
@click.option("--provisional", is_flag=True, help="暂定：数据有错误也生成，标明暂定")
@JSON
def bulletin(
    folder: Path,
    period: WindowKind,
    as_of: date | None,
    known: date | None,
    out: Path | None,
    provisional: bool,
    as_json: bool,
) -> int:
    from scoring.cli.bulletin import run

    return run(folder, period, out, as_of, known, provisional=provisional, as_json=as_json)
