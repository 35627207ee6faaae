"""``kaohe serve``: options and help."""

from __future__ import annotations

from pathlib import Path

import click

from scoring.cli.help import Argument
from scoring.cli.program import OFFICE, app
from scoring.cli.types import FolderType, WholeType


@app.command(
    section=OFFICE,
    short_help="启动考核门户：各单位用浏览器填报、查询",
    help="启动考核门户，一个供办公室和各单位用浏览器访问的网站，不需要联网。\n"
    "第一次启动时读入考核文件夹，在它旁边的“考核门户”文件夹建立数据库，并为各单位建立账号，一次性密码写在其中的 账号.xlsx。\n"
    "以后以数据库为准，随时可以导出考核文件夹。按 Ctrl+C 停止。需要安装 kaohe[web]。",
    epilog="kaohe serve --demo\nkaohe serve 2025\nkaohe serve 2025 --host 0.0.0.0 --port 8080 --no-browser",
)
@click.argument(
    "folder",
    type=FolderType(),
    metavar="文件夹",
    cls=Argument,
    about="考核文件夹，内有 assessment.yaml；写 --demo 的不用写",
    required=False,
)
@click.option(
    "--port", type=WholeType(0, 65535), default=8000, metavar="端口", help="端口，默认8000"
)
@click.option(
    "--host", default="127.0.0.1", metavar="地址",
    help="在哪个地址上接受访问；默认只有本机，0.0.0.0 为全部",
)  # fmt: skip
@click.option("--no-browser", is_flag=True, help="不打开浏览器")
@click.option(
    "--demo", is_flag=True, help="演示：用示例数据，登录页列出各种角色的账号，停止后不保留"
)
def serve(folder: Path | None, port: int, host: str, no_browser: bool, demo: bool) -> int:
    from scoring.cli.serve import run

    return run(folder, host, port, browser=not no_browser, demo=demo)
