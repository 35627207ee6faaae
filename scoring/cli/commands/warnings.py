"""``kaohe warnings``: options and help."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from scoring.cli.program import FOLDER, JSON, KNOWN, OFFICE, TODAY, app
from scoring.cli.types import PlaceType


@app.command(
    section=OFFICE,
    short_help="动态预警：快到期、已逾期、等次可能下降的，红黄蓝分级",
    help="列出这一天要注意的事：整改期限临近、逾期未整改、等次可能下降、同类问题多次发生、考核表未报或未核查完、\n"
    "办法时间安排的日期，按红、黄、蓝分级，每件写明单位、台账行、日期和怎样消除。写了 --out 的，另生成预警.xlsx、\n"
    "预警.ics（日历，Outlook 和手机可以打开）和各单位督办单。几天、几件起预警，可在 assessment.yaml 的 warnings 中改。",
    epilog="kaohe warnings 2024\nkaohe warnings 2024 --as-of 2024-06-28 --out 预警",
)
@FOLDER
@click.option(
    "--out", type=PlaceType(), metavar="文件夹", help="另生成预警.xlsx、预警.ics 和督办单，放在这里"
)
@TODAY
@KNOWN
@JSON
def warnings(
    folder: Path, out: Path | None, as_of: date | None, known: date | None, as_json: bool
) -> int:
    from scoring.cli.warnings import run

    return run(folder, out, as_of, known, as_json=as_json)
