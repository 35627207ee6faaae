"""Files appear whole or not at all, and the same content gives the same bytes."""

from __future__ import annotations

import io
import os
import re
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

_EPOCH = (1980, 1, 1, 0, 0, 0)


class FileInUseError(OSError):
    """A file that cannot be replaced because another program holds it open."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path.name} 无法写入：文件可能正在 Excel 或 WPS 中打开")
        self.path = path


def stable_zip(content: bytes) -> bytes:
    """The same docx or xlsx without the clock: every member dated 1980-01-01, in its order."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            member = zipfile.ZipInfo(info.filename, _EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o600 << 16
            new.writestr(member, old.read(info))
    return out.getvalue()


def safe_name(text: str) -> str:
    """A name of a unit as a file's name: without what Windows does not allow.

    >>> safe_name("示例市人社局/社保中心")
    '示例市人社局_社保中心'
    """
    return re.sub(r'[\\/:*?"<>|\s]+', "_", text).strip("._") or "_"


def write_all(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write the files by name into ``folder``: all are finished beside their places first, then
    moved there. Raises FileInUseError, before anything was replaced where the system can tell."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in contents:
        _check_free(folder / name)
    with tempfile.TemporaryDirectory(prefix=".kaohe-", dir=folder) as scratch:
        for name, content in contents.items():
            with open(Path(scratch, name), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for name in contents:
            try:
                os.replace(Path(scratch, name), folder / name)
            except PermissionError:
                raise FileInUseError(folder / name) from None
    return [folder / name for name in contents]


def _check_free(path: Path) -> None:
    """Excel and WPS hold an open file against writing (Windows) and leave a lock file beside."""
    locks = (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#"))
    if any(lock.exists() for lock in locks):
        raise FileInUseError(path)
    if path.exists():
        try:
            with open(path, "r+b"):
                pass
        except PermissionError:
            raise FileInUseError(path) from None
