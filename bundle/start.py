"""Where the bundled program starts: the command line, and a pause where its window would close at once.

Windows opens a window for a program on which a folder is dropped, and closes it as the program ends:
whatever was said about the folder would be gone. So it waits for a key there, and nowhere else: not in
a window that was open before, and not for a command, which a scheduled task may have started.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from typing import Any


def main() -> None:
    from scoring.cli import main as kaohe

    try:
        kaohe()
    finally:
        if was_dropped(sys.argv[1:]) and is_alone(getattr(ctypes, "windll", None)):
            # Ctrl-C and a closed window end it as well.
            with contextlib.suppress(EOFError, KeyboardInterrupt, OSError):
                input("\n按回车键关闭本窗口。")


def was_dropped(arguments: list[str]) -> bool:
    """Explorer gives whole paths and no command, or after a double click nothing at all."""
    return all(os.path.isabs(argument) for argument in arguments)


def is_alone(windows: Any) -> bool:
    """Whether no other program uses this console. ``windows`` is ctypes' ``windll``, None elsewhere."""
    if windows is None:
        return False
    return bool(windows.kernel32.GetConsoleProcessList((ctypes.c_uint * 2)(), 2) == 1)


if __name__ == "__main__":
    main()
