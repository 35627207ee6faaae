"""A new folder that appears whole or not at all, though the machine may stop at any moment."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from scoring.writing.journal import SCRATCH
from scoring.writing.lock import locked

_BEGUN: Final = f"{SCRATCH}new-"
"""How the names of folders begin that are to become new ones."""


@contextmanager
def new_folder(path: Path, doing: str = "") -> Iterator[Path]:
    """A folder beside ``path`` to be filled, which takes its name at the end. Where that fails, or ``path``
    is there by then, nothing is left of it. What a run that was stopped left begun is cleared first:
    the folder above is held against other runs. Raises FileExistsError, FolderBusyError, OSError."""
    parent = path.parent
    with locked(parent, doing):
        for left in parent.glob(f"{_BEGUN}*"):
            shutil.rmtree(left, ignore_errors=True)
        scratch = parent / f"{_BEGUN}{secrets.token_hex(4)}"
        try:
            scratch.mkdir()
            yield scratch
            _on_disk(scratch)
            if path.exists():
                raise FileExistsError(f"{path} 已经存在")
            scratch.rename(path)
        except BaseException:
            shutil.rmtree(scratch, ignore_errors=True)
            raise
        _sync([parent])


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
