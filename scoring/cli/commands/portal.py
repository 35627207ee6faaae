"""``kaohe portal``: options and help."""

from __future__ import annotations

from pathlib import Path

import click

from scoring.cli.help import Argument
from scoring.cli.program import FOLDER, JSON, OFFICE, app
from scoring.cli.types import PlaceType, YearType


@app.group(
    section=OFFICE,
    short_help="考核门户的日志、备份、恢复、导出和提醒",
    help="管理 kaohe serve 的数据库：核对日志（log），备份（backup），恢复（restore），导出考核文件夹（export），发送提醒（notify）。\n"
    "都可以在门户运行时做。文件夹写启动门户时的考核文件夹。",
    epilog="kaohe portal log 2025\nkaohe portal backup 2025 备份.sqlite3",
)
def portal() -> None:
    pass


@portal.command(
    "log",
    short_help="核对日志是否完整，可导出",
    help="逐条核对门户的日志：有人改过、删过的，指出从第几条起不完整。--out 另存为 JSON 行。",
    epilog="kaohe portal log 2025\nkaohe portal log 2025 --out 日志.jsonl",
)
@FOLDER
@click.option("--out", type=PlaceType(), metavar="文件", help="把全部日志写到这个文件（.jsonl）")
@JSON
def log(folder: Path, out: Path | None, as_json: bool) -> int:
    from scoring.cli.portal import log

    return log(folder, out, as_json=as_json)


@portal.command(
    "backup",
    short_help="备份数据库，门户不用停",
    help="把门户的数据库复制成一个文件，门户可以照常使用。已有的文件不覆盖。\n"
    "备份中有账号和全部资料，请妥善保管。",
    epilog="kaohe portal backup 2025 备份.sqlite3",
)
@FOLDER
@click.argument("file", type=PlaceType(), metavar="文件", cls=Argument, about="备份写到哪个文件")
@JSON
def backup(folder: Path, file: Path, as_json: bool) -> int:
    from scoring.cli.portal import backup

    return backup(folder, file, as_json=as_json)


@portal.command(
    "restore",
    short_help="用备份恢复数据库",
    help="用备份代替现在的数据库，一步完成：备份以后的改动都不再有，请先另作一份备份。备份损坏的不恢复。",
    epilog="kaohe portal restore 2025 备份.sqlite3",
)
@FOLDER
@click.argument("file", type=PlaceType(), metavar="文件", cls=Argument, about="备份文件")
@JSON
def restore(folder: Path, file: Path, as_json: bool) -> int:
    from scoring.cli.portal import restore

    return restore(folder, file, as_json=as_json)


@portal.command(
    "export",
    short_help="导出考核文件夹",
    help="把门户中的考核文件夹写到一个地方，供其他命令使用。已有的文件夹不覆盖。",
    epilog="kaohe portal export 2025 导出\nkaohe portal export 2025 导出 --year 2024",
)
@FOLDER
@click.argument("place", type=PlaceType(), metavar="位置", cls=Argument, about="写到哪个文件夹里面")
@click.option("--year", type=YearType(), metavar="年度", help="哪一年度；不写则为最新的")
@JSON
def export(folder: Path, place: Path, year: int | None, as_json: bool) -> int:
    from scoring.cli.portal import export

    return export(folder, place, year, as_json=as_json)


@portal.command(
    "notify",
    short_help="把新的待办用邮件、短信告诉各账号",
    help="待办中有新的事项的账号，各发一条提醒，每件只发一次；以前没送出的再送。\n"
    "门户运行时自己每五分钟做一次，一般不用这个命令。邮件服务器、短信网关由信息部门设置。",
    epilog="kaohe portal notify 2025",
)
@FOLDER
@JSON
def notify(folder: Path, as_json: bool) -> int:
    from scoring.cli.portal import notify

    return notify(folder, as_json=as_json)
