"""Files appear whole or not at all, several at once: finished beside their places, then moved."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path


class FileInUseError(OSError):
    """A file that cannot be replaced because another program holds it open."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path.name} 无法写入：文件可能正在 Excel 或 WPS 中打开")
        self.path = path


def replace_all(contents: Mapping[Path, bytes]) -> list[Path]:
    """Write every file, in whatever folders (which must exist), or none of them.

    All are written in full beside their places and then moved there; where a move fails, those
    already moved are put back. Raises FileInUseError where a file is held open by another
    program, before anything was moved where the system can tell, and OSError otherwise.
    """
    for path in contents:
        _check_free(path)
    with ExitStack() as stack:
        scratch: dict[Path, Path] = {}
        for folder in dict.fromkeys(path.parent for path in contents):
            made = tempfile.TemporaryDirectory(prefix=".kaohe-", dir=folder)
            scratch[folder] = Path(stack.enter_context(made))
        for path, content in contents.items():
            _finish(scratch[path.parent] / path.name, content, path)
        moved: list[Path] = []
        try:
            for path in contents:
                os.replace(scratch[path.parent] / path.name, path)
                moved.append(path)
        except OSError as error:
            for done in reversed(moved):
                _put_back(scratch[done.parent] / f"{done.name}.old", done)
            if isinstance(error, PermissionError):
                raise FileInUseError(path) from None
            raise
    return list(contents)


def _finish(new: Path, content: bytes, path: Path) -> None:
    """Write ``new`` to the disk, with the rights of the file that it will replace, and keep a copy
    of that one."""
    with open(new, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if path.is_file():
        shutil.copy2(path, new.with_name(f"{new.name}.old"))
        shutil.copymode(path, new)


def _put_back(old: Path, path: Path) -> None:
    if old.exists():
        os.replace(old, path)
    else:
        path.unlink()


def _check_free(path: Path) -> None:
    """Excel and WPS hold an open file against writing (Windows) and leave a lock file beside."""
    locks = (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#"))
    if any(lock.exists() for lock in locks):
        raise FileInUseError(path)
    if path.is_file():
        try:
            with open(path, "r+b"):
                pass
        except PermissionError:
            raise FileInUseError(path) from None
