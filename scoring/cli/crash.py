"""The last net: a fault of the program is one sentence, and a report without the office's data."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import traceback
from pathlib import Path

from scoring.version import VERSION

_SITE = ("site-packages", "dist-packages")
_CHAINED = 5


def write_report(error: BaseException) -> dict[str, object]:
    """Write a report of ``error`` into the system's temporary folder, else into the current one.
    Gives the sentence for the user under ``text`` and the report's path under ``report``."""
    path = _written(report_of(error))
    kind = type(error).__name__
    if isinstance(error, MemoryError):
        said = "程序内部错误：内存不足。关闭其他程序，或换一台内存较大的电脑再运行。"
    else:
        said = f"程序内部错误（{kind}），不是您的操作或数据写法的问题；没有完成的文件不会留下。"
    where = f"错误报告：{path}" if path else "错误报告也写不出来（临时文件夹和当前文件夹都不能写）"
    return {
        "text": f"{said}\n{where}\n报告中没有单元格内容和文件名，可以交给软件维护人员。",
        "report": path,
    }


def report_of(error: BaseException) -> str:
    """What happened where in the program: types of errors and frames, no message, no value, since
    those may quote a cell or name a file of the office."""
    lines = [
        "kaohe 错误报告（不含数据）",
        f"程序版本：{VERSION}",
        f"Python：{platform.python_version()} {platform.python_implementation()}",
        f"系统：{platform.system()} {platform.machine()}",
    ]
    seen: BaseException | None = error
    for _ in range(_CHAINED):
        if seen is None:
            break
        lines += ["", f"错误类型：{type(seen).__module__}.{type(seen).__qualname__}"]
        lines += [
            f"  {_source(frame.filename)}:{frame.lineno} {frame.name}"
            for frame in traceback.StackSummary.extract(
                traceback.walk_tb(seen.__traceback__), lookup_lines=False
            )
        ]
        seen = seen.__cause__ or seen.__context__
    return "\n".join(lines) + "\n"


def _source(filename: str) -> str:
    """The path of a piece of code without the folders in which it happens to be installed."""
    path = Path(filename)
    parts = path.parts
    for top in (*_SITE, "scoring"):
        if top in parts:
            at = len(parts) - 1 - parts[::-1].index(top)
            return "/".join(parts[at + (top in _SITE) :])
    return path.name


def _written(text: str) -> str | None:
    for folder in (None, os.curdir):
        try:
            handle, path = tempfile.mkstemp(prefix="kaohe-error-", suffix=".txt", dir=folder)
            with open(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except (OSError, UnicodeError):
            continue
        return os.path.abspath(path)
    sys.stderr.write(text)
    return None
