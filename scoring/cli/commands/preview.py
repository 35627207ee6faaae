"""``kaohe preview``: options and help."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from scoring.cli.help import Argument
from scoring.cli.program import AS_OF, JSON, KNOWN, PROBLEMS, UNIT, app
from scoring.cli.types import FolderType, FormType, PlaceType


@app.command(
    section=UNIT,
    short_help="预估：填好的考核表会得多少分、评什么等次，还差什么",
    help="读一份填好（还没有报送）的考核表：有没有填错，按自评分预估综合成绩和等次，第三方评估得分在什么\n"
    "范围是什么等次，升一等还差多少，哪些指标失分最多，哪些台账问题还没有整改。不改动任何文件。",
    epilog="kaohe preview 考核表.xlsx\nkaohe preview 考核表.xlsx --third-party 88 --out 预估\n"
    "kaohe preview 考核表.xlsx --folder 2024",
)
@click.argument(
    "form", type=FormType(), metavar="考核表", cls=Argument, about="填好的考核表（.xlsx、.csv）"
)
@click.option(
    "--folder",
    type=FolderType(),
    metavar="文件夹",
    help="考核文件夹；不写则看考核表在不在考核文件夹中，不在则按考核表自己注明的",
)
@click.option("--scheme", metavar="办法", help="没有考核文件夹、考核表也没有注明时，按哪个办法")
@click.option("--third-party", metavar="分", help="假定第三方评估得多少分")
@click.option("--out", type=PlaceType(), metavar="文件夹", help="另写成一个网页，放在这里")
@AS_OF
@KNOWN
@PROBLEMS
@JSON
def preview(
    form: Path,
    folder: Path | None,
    scheme: str | None,
    third_party: str | None,
    out: Path | None,
    as_of: date | None,
    known: date | None,
    as_json: bool,
) -> int:
    from scoring.cli.preview import run

    return run(form, folder, scheme, third_party, as_of, known, out, as_json=as_json)
