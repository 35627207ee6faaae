"""``kaohe portal``: the log checked, the database copied and put back, a year's folder written out, notices sent."""

from __future__ import annotations

import getpass
import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scoring.cli.errors import NotWrittenError, StoppedError
from scoring.cli.exit_codes import DATA_ERRORS, DONE
from scoring.cli.screen import answer, put, say
from scoring.refusals import reason


@contextmanager
def _open(folder: Path, target: Path | None = None) -> Iterator[None]:
    """The portal's database; what cannot be done with it or written to ``target`` is said in a sentence."""
    if importlib.util.find_spec("django") is None:
        raise StoppedError("没有安装门户需要的组件，请先运行：pip install 'kaohe[web]'")
    from scoring.portal import start

    home = folder.resolve().parent / start.DATA_FOLDER
    try:
        start.connect(home)
        from scoring.portal.keeping import KeepingError
    except start.StartError as error:
        raise StoppedError(str(error)) from None
    try:
        yield
    except KeepingError as error:
        raise StoppedError(str(error)) from None
    except OSError as error:
        raise NotWrittenError(f"无法写入 {target}：{reason(error)}") from None


def log(folder: Path, out: Path | None, *, as_json: bool) -> int:
    with _open(folder, out):
        from scoring.portal.keeping import checked_log, write_log

        count, last, broken = checked_log()
        if out is not None:
            write_log(out)
    if as_json:
        found = None if broken is None else {"number": broken.number, "what": broken.what}
        answer({"lines": count, "hash": last, "broken": found})
    elif broken is not None:
        put(f"日志第{broken.number}条起不完整：{broken.what}。", err=True)
    else:
        put(f"日志完整，共{count}条，末条校验值 {last}")
    return DONE if broken is None else DATA_ERRORS


def backup(folder: Path, file: Path, *, as_json: bool) -> int:
    with _open(folder, file):
        from scoring.portal.keeping import backup

        lines = backup(file)
    if as_json:
        answer({"file": str(file), "lines": lines})
    else:
        say(f"已备份：{file}（日志{lines}条）")
    return DONE


def restore(folder: Path, file: Path, *, as_json: bool) -> int:
    if not file.is_file():
        raise StoppedError(f"找不到备份：{file}")
    with _open(folder, file):
        from scoring.portal.keeping import restore
        from scoring.portal.log.chain import By

        lines = restore(file, By(_who()))
    if as_json:
        answer({"lines": lines})
    else:
        say(f"已恢复：{file}（日志{lines}条）")
    return DONE


def export(folder: Path, place: Path, year: int | None, *, as_json: bool) -> int:
    with _open(folder, place):
        from scoring.portal.keeping import export
        from scoring.portal.log.chain import By

        made = export(year, place, By(_who()))
    if as_json:
        answer({"folder": str(made)})
    else:
        say(f"已导出：{made}")
    return DONE


def notify(folder: Path, *, as_json: bool) -> int:
    with _open(folder):
        from scoring.portal.notices.digest import channels
        from scoring.portal.notices.running import tell

        if not channels():
            raise StoppedError(
                "没有设置邮件服务器（KAOHE_MAIL_URL）或短信网关（KAOHE_WEBHOOK_URL），发不了提醒"
            )
        done = tell()
    if as_json:
        answer({"sent": done.sent, "waiting": done.waiting, "given_up": done.given_up})
    else:
        more = f"，{done.waiting}条没送出、稍后再送" if done.waiting else ""
        more += f"，{done.given_up}条不再送" if done.given_up else ""
        say(f"已送出{done.sent}条提醒{more}")
    return DATA_ERRORS if done.waiting or done.given_up else DONE


def _who() -> str:
    try:
        return f"kaohe portal（{getpass.getuser()}）"
    except (OSError, KeyError, ImportError):
        return "kaohe portal"
