"""``kaohe check``: options and help."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from scoring.cli.program import AS_OF, FOLDER, JSON, KNOWN, OFFICE, PROBLEMS, app


@app.command(
    section=OFFICE,
    short_help="检查考核文件夹中的全部数据，不写文件",
    help="读取并核对考核文件夹中的全部文件，列出所有错误、缺项和提醒，同一个毛病合成一条。\n"
    "除了 --problems 要的问题清单，不写任何文件。",
    epilog="kaohe check 2024\nkaohe check 2024 --as-of 2024-06-30\nkaohe check 2024 --problems 问题清单.xlsx",
)
@FOLDER
@AS_OF
@KNOWN
@PROBLEMS
@JSON
def check(folder: Path, as_of: date | None, known: date | None, as_json: bool) -> int:
    from scoring.cli.check import run

    return run(folder, as_of, known, as_json=as_json)
