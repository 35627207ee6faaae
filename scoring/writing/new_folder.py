"""A new folder that appears whole or not at all, though its files are too large to be kept in memory."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from scoring.writing.lock import LOCK, locked

WAIT: Final = 1.0
"""Seconds to wait for another run on the same folder: it may take minutes."""
_BESIDE: Final = ".kaohe_"
"""How the folder beside the new one is called. Not as those of ``Writer.replace``, which whoever writes
in the folder around may remove."""


@contextmanager
def new_folder(folder: Path, doing: str = "", wait: float = WAIT) -> Iterator[Path]:
    """Gives a folder to write in, beside ``folder``, which takes its place when all is written; what is
    there after an error, or after a run that was killed, is removed by this run or by the next one.

    Raises FileExistsError where ``folder`` holds something or is no folder, FolderBusyError where another
    run is making it, OSError where the system refuses.
    """
    folder = Path(os.path.abspath(folder))
    _refuse(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = folder.parent / f"{_BESIDE}{folder.name}"
    scratch.mkdir(exist_ok=True)
    try:
        with locked(scratch, doing, wait):
            _clear(scratch)
            new = scratch / "new"
            new.mkdir()
            try:
                yield new
                _on_disk(new)
                _refuse(folder)
                with suppress(FileNotFoundError):
                    folder.rmdir()
                os.rename(new, folder)
                _sync([folder.parent])
            finally:
                _clear(scratch)
    finally:
        with suppress(OSError):
            scratch.rmdir()


def _refuse(folder: Path) -> None:
    if os.path.lexists(folder) and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(folder))


def _clear(scratch: Path) -> None:
    for path in scratch.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != LOCK:
            path.unlink()


def _on_disk(folder: Path) -> None:
    """Have what the folder holds on the disk, before it has its name."""
    for top, _, files in os.walk(folder):
        _sync([*(Path(top, name) for name in files), Path(top)])


def _sync(paths: Iterable[Path]) -> None:
    for path in paths:
        # Windows syncs what is open for writing alone; its folders cannot be opened.
        if sys.platform == "win32" and path.is_dir():
            continue
        handle = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
