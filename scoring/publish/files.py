"""Files appear whole or not at all, and the same content gives the same bytes."""

from __future__ import annotations

import errno
import io
import os
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


_REASONS = {
    errno.EACCES: "没有写入的权限",
    errno.EPERM: "没有写入的权限",
    errno.EROFS: "该磁盘只能读，不能写",
    errno.ENOSPC: "磁盘空间不足",
    errno.EISDIR: "其中有与结果文件同名的文件夹",
    errno.ENOTDIR: "路径中有一段是文件，不是文件夹",
    errno.EEXIST: "已有同名的文件",
    errno.ENOENT: "该位置不能新建文件夹",
    errno.ENAMETOOLONG: "名称过长",
    errno.EINVAL: "名称中有不能用的字符",
    errno.EIO: "磁盘读写出错",
}


def reason(error: OSError) -> str:
    """Why the system refused, in words; for what is rare its number."""
    return _REASONS.get(error.errno or 0, f"系统错误{error.errno}")


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
