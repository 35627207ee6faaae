"""Files that another program holds open: Excel, WPS and LibreOffice leave a file beside them."""

from __future__ import annotations

from pathlib import Path


class FileInUseError(OSError):
    """A file that cannot be replaced because another program holds it open, or seems to: ``mark`` is
    the file that says so, ``user`` whose it is, where it tells."""

    def __init__(self, path: Path, mark: Path | None = None, user: str = "") -> None:
        whose = f"（{user}）" if user else ""
        if mark is None:
            text = f"{path.name} 无法写入：文件可能正在 Excel 或 WPS 中打开，请关闭"
        else:
            text = (
                f"{path.name} 正在 Excel 或 WPS 中打开{whose}，请关闭；"
                f"如已没有人打开，是程序异常退出留下的标记，请删去 {mark}"
            )
        super().__init__(text)
        self.path, self.mark = path, mark


def refuse_open(path: Path) -> None:
    """Raise FileInUseError where the file at ``path`` is open elsewhere, as far as can be seen."""
    for mark, user in (
        (path.with_name(f"~${path.name}"), _of_excel),
        (path.with_name(f"~${path.name[2:]}"), _of_excel),
        (path.with_name(f".~{path.name}"), _of_excel),
        (path.with_name(f".~lock.{path.name}#"), _of_libreoffice),
    ):
        if mark != path and mark.is_file():
            raise FileInUseError(path, mark, user(mark))
    if path.is_file():
        try:
            with open(path, "r+b"):
                pass
        except PermissionError:
            raise FileInUseError(path) from None


def _of_excel(mark: Path) -> str:
    """The user's name: its length, then the name, once in bytes and once in UTF-16."""
    try:
        content = mark.read_bytes()
        return content[55 : 55 + 2 * content[0]].decode("utf-16-le").strip("\0 ")
    except (OSError, ValueError, IndexError):
        return ""


def _of_libreoffice(mark: Path) -> str:
    try:
        return mark.read_text("utf-8").split(",")[1].strip()
    except (OSError, ValueError, IndexError):
        return ""
