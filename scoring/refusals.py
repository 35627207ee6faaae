"""Why a system refuses to read or write, in words."""

from __future__ import annotations

import errno
from typing import Final

REFUSALS: Final = {
    errno.EACCES: "没有读写的权限",
    errno.EPERM: "没有读写的权限",
    errno.EROFS: "该磁盘只能读，不能写",
    errno.ENOSPC: "磁盘空间不足",
    errno.EDQUOT: "超出了磁盘配额",
    errno.EIO: "磁盘读写出错",
    errno.ENAMETOOLONG: "名称过长",
    errno.ELOOP: "链接指向自己",
    errno.EMFILE: "打开的文件太多",
    errno.ENFILE: "打开的文件太多",
    errno.ESTALE: "共享文件夹已断开",
}
"""What the system may refuse at any file, whatever the program does."""

_IN_THE_WAY: Final = {
    errno.EISDIR: "其中有与结果文件同名的文件夹",
    errno.ENOTDIR: "路径中有一段是文件，不是文件夹",
    errno.EEXIST: "已有同名的文件",
    errno.ENOENT: "该位置不能新建文件夹",
    errno.EINVAL: "名称中有不能用的字符",
}
"""What stands in the way of a file that is to be written. Anywhere else it is a fault of the
program."""


def why(error: OSError) -> str:
    """Why the system refused at a file, in words; for what is rare its number."""
    return REFUSALS.get(error.errno or 0, f"系统错误{error.errno}")


def reason(error: OSError) -> str:
    """Why a file could not be written, in words; for what is rare its number."""
    return _IN_THE_WAY.get(error.errno or 0) or why(error)


class TooManyRowsError(ValueError):
    """A table is longer than a worksheet; the message says which, and what to do. Raised before anything
    is written: the rows below the last one of a sheet would be lost without a word."""

    def __init__(self, sheet: str, rows: int, most: int) -> None:
        super().__init__(
            f"工作表“{sheet}”要写到第{rows}行，而一张工作表最多{most}行，写不下；没有写入文件。"
            "请按类别把考核对象分到几个考核文件夹，分别运行：等次和排名只在同一类别内确定，分开后不变。"
        )
