"""One run at a time writes in a folder.

The lock is the operating system's, on a file in the folder: it works between machines that share a
drive, and the system gives it up when its holder dies. The file is there only while somebody writes,
or after a run that was killed. Drives that know no locks get a file that only one run can create.
"""

from __future__ import annotations

import errno
import getpass
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

LOCK: Final = ".kaohe-lock"
_ALONE: Final = ".kaohe-lock-alone"
"""Of a drive without locks: whoever created it writes."""
_WAIT: Final = 20.0
_STEP: Final = 0.05
_UNKNOWN: Final = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL})


class FolderBusyError(OSError):
    """Another run writes in the folder; ``holder`` says who."""

    def __init__(self, folder: Path, holder: str) -> None:
        super().__init__(errno.EBUSY, f"{folder} 正由{holder}写入", str(folder))
        self.folder, self.holder = folder, holder

    def __str__(self) -> str:
        return f"{self.folder} 正由{self.holder}写入"


@contextmanager
def locked(folder: Path, doing: str, wait: float = _WAIT) -> Iterator[None]:
    """Hold the folder, which must exist. Waits up to ``wait`` seconds for another run to end, then
    raises FolderBusyError with its holder; OSError where the folder cannot be written."""
    path = folder / LOCK
    end = time.monotonic() + wait
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
        try:
            alone = _take(handle, folder)
            # Its last holder may have deleted the file between our opening and our locking it.
            taken = alone is not None and _is_at(handle, path)
        except BaseException:
            os.close(handle)
            raise
        if taken:
            break
        os.close(handle)
        if time.monotonic() > end:
            raise FolderBusyError(folder, _holder(path))
        time.sleep(_STEP)
    try:
        os.ftruncate(handle, 0)
        os.write(handle, json.dumps(_self(doing)).encode())
        yield
    finally:
        _release(handle, path)
        if alone:
            with suppress(OSError):
                (folder / _ALONE).unlink()


def _take(handle: int, folder: Path) -> bool | None:
    """False where the system's lock was taken, True where the file of a drive without locks was
    created, None where another run has it."""
    try:
        _lock(handle)
    except OSError as error:
        if error.errno not in _UNKNOWN:
            return None
        return _alone(folder / _ALONE)
    return False


if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30
    """Windows forbids reading the bytes that are locked: so one far behind the text."""

    def _lock(handle: int) -> None:
        os.lseek(handle, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(handle, 0, os.SEEK_SET)

    def _release(handle: int, path: Path) -> None:
        os.close(handle)
        # An open file cannot be deleted: where another run waits, it stays.
        with suppress(OSError):
            path.unlink()

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _release(handle: int, path: Path) -> None:
        with suppress(OSError):
            path.unlink()
        os.close(handle)


def _alone(path: Path) -> bool | None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    except FileExistsError:
        if _is_dead(path):
            with suppress(OSError):
                path.unlink()
        return None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(_self(""), file)
    return True


def _is_dead(path: Path) -> bool:
    """Whether the run that created the file ran on this machine and has ended."""
    holder = _read(path)
    if holder.get("host") != socket.gethostname() or sys.platform == "win32":
        return False
    try:
        os.kill(int(holder.get("pid", 0)), 0)
    except ProcessLookupError:
        return True
    except (OSError, ValueError):
        return False
    return False


def _is_at(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except OSError:
        return False


def _self(doing: str) -> dict[str, str]:
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = ""
    return {"user": user, "host": socket.gethostname(), "pid": str(os.getpid()), "doing": doing}


def _read(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {k: str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def _holder(path: Path) -> str:
    """Who holds the folder, as people say it."""
    holder = _read(path) or _read(path.with_name(_ALONE))
    if not holder:
        return "另一个程序"
    doing = f"“{holder['doing']}”" if holder.get("doing") else ""
    return f"{holder.get('host', '')} 上的 {holder.get('user', '')} {doing}（进程 {holder.get('pid')}）"
