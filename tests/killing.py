"""Run something in a process of its own and stop it at a moment, as a power cut would."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

KILLED = 137
_STEPS = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "shutil.rmtree", "open")


def run_until(work: Callable[[], object], step: int) -> int:
    """Do ``work`` in a copy of this process that ends before its ``step``-th change of the file
    system (from 0); gives its exit code: KILLED, or 0 where there were fewer steps."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        left = step

        def watch(event: str, arguments: tuple[Any, ...]) -> None:
            nonlocal left
            if event not in _STEPS or (event == "open" and not _writes(arguments)):
                return
            if left == 0:
                os._exit(KILLED)
            left -= 1

        sys.addaudithook(watch)
        work()
        os._exit(0)
    except BaseException:
        os._exit(1)


def run_for(work: Callable[[], object], seconds: float) -> int:
    """Do ``work`` in a copy of this process that is killed after so many seconds."""
    child = os.fork()
    if not child:
        try:
            work()
            os._exit(0)
        except BaseException:
            os._exit(1)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _writes(arguments: tuple[Any, ...]) -> bool:
    """Whether a file is opened to be written: by its mode, or by its flags."""
    _, mode, flags = arguments
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return bool(flags & (os.O_WRONLY | os.O_RDWR))
