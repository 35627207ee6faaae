"""模板: the templates that an office keeps beside its assessment.yaml, read as they stand.

A file that has the name of a template of the program (``templates/``) takes its place. What the
templates say is checked where they are used, in ``scoring.publish``.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from scoring.decoding import showable
from scoring.problems import Place, Problem, nearest
from scoring.resources import resource

TEMPLATES_FOLDER = "模板"
"""The folder of the office's own templates, in the assessment folder."""

OTHER_NAME = "templates"
"""What the program calls its own; in an assessment folder it is corrected."""

LARGEST = 20_000_000
"""Bytes of a template file; a circular with pictures has a few hundred thousand."""

_SYSTEM_FILES = {"thumbs.db", "desktop.ini"}


class TemplateFile(NamedTuple):
    """A template as it was read: its path as messages name it, and its bytes."""

    file: str
    content: bytes

    def text(self) -> str | None:
        """A text file as Notepad saves it: UTF-8 with or without a mark, UTF-16 with one, or the
        Chinese code page; None where it is none of them."""
        encodings = ["utf-8-sig", "gb18030"]
        if self.content.startswith((b"\xff\xfe", b"\xfe\xff")):
            encodings = ["utf-16"]
        for encoding in encodings:
            try:
                text = self.content.decode(encoding)
            except UnicodeDecodeError:
                continue
            return None if "\0" in text else text.replace("\r\n", "\n")
        return None


def template_names() -> list[str]:
    """The names of the templates that the program has, and an office may replace."""
    return sorted(p.name for p in resource("templates").iterdir() if not p.name.startswith("."))


def shipped_template(name: str) -> TemplateFile:
    """The program's own template; messages name it by its full path."""
    path = resource("templates") / name
    return TemplateFile(str(path), path.read_bytes())


def read_templates(folder: Path) -> tuple[dict[str, TemplateFile], list[Problem]]:
    """The office's templates in the assessment folder ``folder`` by name, and what is wrong with
    the files there. A missing folder is no problem: the program's own templates are used."""
    home = folder / TEMPLATES_FOLDER
    if not home.is_dir():
        return {}, []
    try:
        paths = sorted(home.iterdir(), key=lambda p: p.name)
    except OSError:
        expected = "可以打开的文件夹"
        return {}, [Problem("template-unreadable", Place(TEMPLATES_FOLDER), expected=expected)]
    found: dict[str, TemplateFile] = {}
    problems: list[Problem] = []
    for path in paths:
        got = _read(path, template_names())
        if isinstance(got, Problem):
            problems.append(got)
        elif got is not None:
            found[path.name] = got
    return found, problems


def _read(path: Path, known: list[str]) -> TemplateFile | Problem | None:
    """The file as a template, what is wrong with it, or None for what the system left there."""
    name = showable(path.name)
    file = f"{TEMPLATES_FOLDER}/{name}"
    place = Place(file)
    if path.name.startswith(("~$", ".~lock.")):
        return Problem("file-locked", place)
    if path.name.startswith((".", "~")) or path.name.lower() in _SYSTEM_FILES:
        return None
    if path.name in known:
        return _content(path, file)
    same = [name for name in known if name.split(".")[0] == path.name.split(".")[0]]
    if same and not path.is_dir():
        # It was meant to be used: the program's own template in its place would be a surprise.
        return Problem("template-unreadable", place, name, "或".join(f"“{n}”" for n in same))
    near = nearest(path.name, known)
    return Problem(
        "file-unknown", place, name if near else "", f"“{near[0]}”" if near else "",
        "如是模板，请改为规定的文件名；否则可以移走",
    )  # fmt: skip


def _content(path: Path, file: str) -> TemplateFile | Problem:
    def unreadable(found: str, expected: str = "") -> Problem:
        return Problem("template-unreadable", Place(file), found, expected)

    if path.is_dir():
        return unreadable("文件夹", "模板文件")
    try:
        size = path.stat().st_size
        if size > LARGEST:
            return unreadable(f"{size // 1_000_000}兆字节", f"不超过{LARGEST // 1_000_000}兆字节")
        return TemplateFile(file, path.read_bytes())
    except FileNotFoundError:
        return unreadable("失效的快捷方式", "模板文件")
    except OSError:
        return unreadable("没有读取的权限，或读取出错", "可以打开的文件")
