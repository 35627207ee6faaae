"""Run something in a process of its own and stop it at a moment, as a power cut would; or keep what
it would leave at every moment."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
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
            if not _is_step(event, arguments):
                return
            if left == 0:
                os._exit(KILLED)
            left -= 1

        sys.addaudithook(watch)
        work()
        os._exit(0)
    except BaseException:
        os._exit(1)


def states(work: Callable[[], object], folder: Path, into: Path) -> list[Path]:
    """Do ``work`` in a copy of this process, and keep ``folder`` as it stands before each change of the
    file system and in the end: what ``work`` leaves if it is stopped there. What a process has not
    written is lost with it, and so are its locks; neither is in a copy. Equal ones are kept once, but the
    last is always the last."""
    child = os.fork()
    if not child:
        kept: list[object] = []
        busy = False

        def keep(*, last: bool = False) -> None:
            nonlocal busy
            busy = True
            now = [(path, path.is_file() and path.read_bytes()) for path in folder.rglob("*")]
            if last or now not in kept:
                shutil.copytree(folder, into / str(len(kept)) / folder.name)
                kept.append(now)
            busy = False

        def watch(event: str, arguments: tuple[Any, ...]) -> None:
            if not busy and _is_step(event, arguments):
                keep()

        try:
            sys.addaudithook(watch)
            work()
            keep(last=True)
            os._exit(0)
        except BaseException:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    return [into / str(number) / folder.name for number in range(len(list(into.iterdir())))]


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


def _is_step(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether an event of the interpreter is a change of the file system."""
    return event in _STEPS and (event != "open" or _writes(arguments))


def _writes(arguments: tuple[Any, ...]) -> bool:
    """Whether a file is opened to be written: by its mode, or by its flags."""
    _, mode, flags = arguments
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return bool(flags & (os.O_WRONLY | os.O_RDWR))
