"""``kaohe serve``: the portal started, with what it did said on the screen."""

from __future__ import annotations

import importlib.util
import signal
from pathlib import Path

import click

from scoring.cli.errors import StoppedError
from scoring.cli.exit_codes import DONE
from scoring.cli.screen import put, say
from scoring.resources import resource

_SAMPLE_YEAR = "2025"


def run(folder: Path | None, host: str, port: int, *, browser: bool, demo: bool) -> int:
    if demo == (folder is not None):
        raise click.UsageError(
            "--demo 用示例数据，不写文件夹" if demo else "请写考核文件夹，或写 --demo 看演示"
        )
    if importlib.util.find_spec("django") is None:
        raise StoppedError("没有安装门户需要的组件，请先运行：pip install 'kaohe[web]'")
    from scoring.portal import start

    try:
        if folder is None:
            with start.demo_home() as home:
                made = start.prepare_demo(resource("sample_data") / _SAMPLE_YEAR, Path(home))
                return _serve(made, host, port, browser=browser)
        data = folder.resolve().parent / start.DATA_FOLDER
        prepared = start.prepare(folder, data)
        assert prepared is not None
        return _serve(prepared, host, port, browser=browser)
    except start.StartError as error:
        raise StoppedError(str(error)) from None


def _serve(made: object, host: str, port: int, *, browser: bool) -> int:
    from scoring.portal import start

    assert isinstance(made, start.Prepared)
    if made.sheet is not None:
        say(f"已导入{made.year}年度，建立{made.accounts}个账号。一次性密码：{made.sheet}")

    for sentence in made.changed:
        say(f"考核办法有改动，已记入日志。{sentence}")
    if made.differing:
        names = "、".join(made.differing)
        say(f"文件夹中的{names}与门户中的不同，门户以数据库为准；要改的，请管理员在“办法”页上传。")

    # A service manager stops it so: as Ctrl+C does, what is under way is answered first.
    signal.signal(signal.SIGTERM, signal.default_int_handler)

    def ready(address: str) -> None:
        put(f"考核门户（{made.year}年度）：{address}\n按 Ctrl+C 停止。")

    try:
        start.serve(host, port, browser=browser, ready=ready)
    except KeyboardInterrupt:
        say("已停止。")
    return DONE
