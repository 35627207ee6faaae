"""``kaohe whatif``: options and help."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from scoring.cli.program import AS_OF, FOLDER, JSON, KNOWN, OFFICE, app


@app.command(
    section=OFFICE,
    short_help="如果……会怎样：撤销一个问题、改一个得分，排名和等次怎样变",
    help="试算申诉成立等情形：撤销台账问题、改得分、支持一件申诉，列出排名、等次有变化的单位。不改动考核文件夹。",
    epilog="kaohe whatif 2024 --revoke BGS2024039\n"
    'kaohe whatif 2024 --set "临溪县:第三方=91" --set "财政局:上半年:2.3=4.5"\n'
    "kaohe whatif 2024 --rectify DC-08=2024-05-20\n"
    "kaohe whatif 2024 --appeal SS01",
)
@FOLDER
@click.option(
    "--revoke", "revoked", multiple=True, metavar="编号", help="撤销这个台账编号，可以几个"
)
@click.option(
    "--rectify",
    "rectified",
    multiple=True,
    metavar="编号=日期",
    help="这个台账编号在该日完成整改，可以几个",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="单位:什么=值",
    help="改一个得分，可以几个：甲县:第三方=91、甲县:上半年:2.3=4（核查得分）",
)
@click.option(
    "--appeal",
    "appeals",
    multiple=True,
    metavar="编号",
    help="这件申诉得到支持，可以几个：台账行撤销，指标按自评分；另定得分的写 编号=得分",
)
@AS_OF
@KNOWN
@JSON
def whatif(
    folder: Path,
    revoked: tuple[str, ...],
    rectified: tuple[str, ...],
    settings: tuple[str, ...],
    appeals: tuple[str, ...],
    as_of: date | None,
    known: date | None,
    as_json: bool,
) -> int:
    from scoring.cli.whatif import run

    return run(folder, revoked, rectified, settings, appeals, as_of, known, as_json=as_json)
