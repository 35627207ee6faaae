"""Whether a folder lies on a network share, on which SQLite's write-ahead log is not safe."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Final

_NETWORK: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "9p", "glusterfs", "ceph", "davfs", "fuse.sshfs"}
)  # fmt: skip
_REMOTE_DRIVE: Final = 4
"""What Windows answers for a mapped drive (DRIVE_REMOTE)."""


def on_network_share(folder: Path) -> bool:
    """Whether ``folder`` lies on a share of another machine. Where that cannot be determined it is a local disk."""
    if sys.platform == "win32":
        return _is_remote_drive(str(folder.resolve()))
    try:
        lines = Path("/proc/mounts").read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    return is_network_type(kind_of_mount(PurePosixPath(folder.resolve()), lines))


def is_network_type(kind: str) -> bool:
    """Whether a file system of this type is another machine's.

    >>> is_network_type("cifs"), is_network_type("ext4")
    (True, False)
    """
    return kind in _NETWORK


def kind_of_mount(path: PurePosixPath, mounts: Iterable[str]) -> str:
    """The type of the file system that ``path`` lies on, by the lines of /proc/mounts.

    >>> mounts = ["/dev/sda1 / ext4 rw 0 0", "//files/office /mnt/office\\\\040share cifs rw 0 0"]
    >>> kind_of_mount(PurePosixPath("/mnt/office share/2025"), mounts)
    'cifs'
    """
    best, found = -1, ""
    for line in mounts:
        fields = line.split()
        if len(fields) < 3:
            continue
        point = PurePosixPath(fields[1].replace("\\040", " "))
        # The last of those mounted at the same point lies on top.
        if path.is_relative_to(point) and len(point.parts) >= best:
            best, found = len(point.parts), fields[2]
    return found


def _is_remote_drive(path: str) -> bool:
    if path.startswith("\\\\"):
        return True
    if sys.platform == "win32":
        import ctypes

        kind: int = ctypes.windll.kernel32.GetDriveTypeW(path[:3])
        return kind == _REMOTE_DRIVE
    return False
