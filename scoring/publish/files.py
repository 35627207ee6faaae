"""The same content gives the same bytes; and why a system refuses to write, in words."""

from __future__ import annotations

import errno
import io
import zipfile

_EPOCH = (1980, 1, 1, 0, 0, 0)


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
