"""Which file of an assessment folder belongs to which table.

Everything below a table's folder is read, listed as ignored, or an error: links and folders that
cannot be opened, files whose names begin with a dot, shortcuts and archives are never skipped
without a word.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from scoring.decoding import showable
from scoring.intake.grids import SUFFIXES
from scoring.intake.grids.kinds import HOW_TO_SAVE
from scoring.papers import ALL_PAPERS, ANSWERS, GRADE, LEDGER_JOURNAL, REGIONS
from scoring.problems import Place, Problem, nearest

SETTINGS_FILE: Final = "assessment.yaml"
EVIDENCE_FOLDER: Final = "证明材料"
PROVISIONAL_FOLDER: Final = "暂定结果"
BLANKS_FOLDER: Final = "空白表"
VERIFICATION_FOLDER: Final = "核查"
COMPARISON_FOLDER: Final = "比较"
OWN_FOLDERS: Final = (
    EVIDENCE_FOLDER, PROVISIONAL_FOLDER, BLANKS_FOLDER, VERIFICATION_FOLDER, COMPARISON_FOLDER,
    REGIONS.folder, *(papers.folder for papers in ALL_PAPERS),
)  # fmt: skip
"""Folders beside the tables that hold no tables: evidence, and what this program writes."""
OUTPUTS: Final = (*GRADE.names, "manifest.json")

_OTHER_FORMATS: Final = (
    HOW_TO_SAVE
    | dict.fromkeys((".zip", ".rar", ".7z"), "解压后把其中的表放进来，压缩包移走")
    | dict.fromkeys((".lnk", ".url"), "删去这个快捷方式（链接），把文件本身放进来")
)
"""What may hold a table and is not read, with what to do: an error below a table's folder."""
PROBLEM_LIST: Final = "问题清单"
"""The name of the list of problems, which an office may keep beside its tables."""

_LOCKS: Final = ("~$", ".~lock.")
_SYSTEM_FILES: Final = frozenset(
    {"thumbs.db", "desktop.ini", ".ds_store", ".gitkeep", ".gitignore"}
)
_RESOURCE_FORK: Final = "._"
"""How macOS names the second half of a file on a foreign disk; it holds no table."""
_DEEPEST: Final = 12


@dataclass
class Found:
    """The files of the folder by table, and what is beside them; ``ignored`` names what is known
    not to be read."""

    tables: dict[str, list[Path]]
    problems: list[Problem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    unopened: list[str] = field(default_factory=list)
    """The files of tables that cannot be opened."""


def discover(
    folder: Path,
    tables: Iterable[str],
    others: Iterable[Path | str] = (),
    misnamed: Mapping[str, str] | None = None,
) -> Found:
    """Sort the contents of ``folder`` by table. ``others`` are the names or paths of what is read
    elsewhere: settings, scheme, templates; ``misnamed`` are names that stand for others."""
    found = Found({name: [] for name in tables})
    known = set(others)
    places: dict[str, list[str]] = {}
    for path in _entries(folder, folder, found):
        name = path.name
        if name in known or path in known:
            continue
        table = name if name in found.tables else path.stem
        if table in found.tables and (name in found.tables or _may_hold_table(path)):
            places.setdefault(table, []).append(name)
        if name.startswith(_LOCKS):
            found.problems.append(Problem("file-locked", _place(folder, path)))
        elif name in found.tables and path.is_dir():
            _below(folder, path, found.tables[name], found)
        elif path.stem in found.tables:
            _sort_in(folder, path, found.tables[path.stem], found)
        elif _is_system(path):
            continue
        elif name == EVIDENCE_FOLDER:
            found.ignored.append(name)
        elif not _is_own_output(path):
            meant = (misnamed or {}).get(name)
            near = [meant] if meant else nearest(path.stem, found.tables)
            expected = f"“{near[0]}”" if near else ""
            said = name if near else ""
            found.problems.append(Problem("file-unknown", _place(folder, path), said, expected))
    for names in places.values():
        if len(names) > 1:
            place = Place(names[0])
            found.problems.append(Problem("table-twice", place, "、".join(sorted(names))))
    return found


def _entries(folder: Path, of: Path, found: Found) -> list[Path]:
    """What stands in the folder ``of``, by name; a folder that cannot be opened is an error."""
    try:
        with os.scandir(of) as entries:
            return sorted((Path(entry.path) for entry in entries), key=lambda p: p.name)
    except OSError as error:
        denied = isinstance(error, PermissionError)
        said = "没有读取这个文件夹的权限" if denied else "文件夹打不开"
        place = _place(folder, of)
        found.unopened.append(place.file)
        found.problems.append(Problem("file-unreadable", place, said, fix=_OPEN))
        return []


_OPEN: Final = "请管理员开放读取权限，或把其中的文件移到可以读取的位置"


def _below(folder: Path, of: Path, files: list[Path], found: Found) -> None:
    """Everything below a table's folder, links followed, each real folder once."""
    todo = [(of, 0)]
    seen = {os.path.realpath(of)}
    gathered: list[Path] = []
    while todo:
        inside, depth = todo.pop()
        for path in _entries(folder, inside, found):
            if path.name == EVIDENCE_FOLDER:
                found.ignored.append(_shown(folder, path))
            elif not path.is_dir():
                gathered.append(path)
            elif path.name.lower() in _SYSTEM_FILES:
                continue
            elif os.path.realpath(path) in seen or depth >= _DEEPEST:
                said = "文件夹的快捷方式指回了已读过的文件夹，或层数过多"
                found.problems.append(
                    Problem("file-unreadable", _place(folder, path), said, fix=_LINK)
                )
            else:
                seen.add(os.path.realpath(path))
                todo.append((path, depth + 1))
    for path in sorted(gathered, key=lambda p: p.relative_to(of).as_posix()):
        _sort_in(folder, path, files, found)


_LINK: Final = "删去这个快捷方式（链接），把文件本身放进来"


def _sort_in(folder: Path, path: Path, files: list[Path], found: Found) -> None:
    place = _place(folder, path)
    suffix = path.suffix.lower()
    if path.name.startswith(_LOCKS):
        found.problems.append(Problem("file-locked", place))
    elif path.is_symlink() and not path.exists():
        found.unopened.append(place.file)
        said = "快捷方式（链接）指向的文件不存在"
        found.problems.append(Problem("file-unreadable", place, said, fix=_LINK))
    elif _is_system(path):
        found.ignored.append(place.file)
    elif path.name.startswith(".") and _may_hold_table(path):
        found.unopened.append(place.file)
        fix = "如是本年度数据，去掉文件名开头的点；否则移走"
        found.problems.append(Problem("file-hidden", place, path.name, fix=fix))
    elif suffix in SUFFIXES and path.is_file():
        files.append(path)
    elif suffix in _OTHER_FORMATS:
        found.unopened.append(place.file)
        found.problems.append(
            Problem("file-type", place, suffix, "、".join(SUFFIXES), _OTHER_FORMATS[suffix])
        )
    else:
        found.problems.append(Problem("file-unknown", place))


def _may_hold_table(path: Path) -> bool:
    return path.suffix.lower() in (*SUFFIXES, *_OTHER_FORMATS)


def _is_system(path: Path) -> bool:
    name = path.name.lower()
    if name in _SYSTEM_FILES or name.startswith(_RESOURCE_FORK):
        return True
    return name.startswith(".") and not name.startswith(".~lock.") and not _may_hold_table(path)


def _is_own_output(path: Path) -> bool:
    """Whether the program wrote it: one of its files or folders, or a folder that holds its files.
    Such are not even named: the second run must give the bytes of the first."""
    if path.name in (*OWN_FOLDERS, *OUTPUTS, LEDGER_JOURNAL) or path.stem in (
        PROBLEM_LIST,
        ANSWERS,
    ):
        return True
    try:
        return path.is_dir() and all((path / name).is_file() for name in OUTPUTS)
    except OSError:
        return False


def _place(folder: Path, path: Path) -> Place:
    return Place(_shown(folder, path))


def _shown(folder: Path, path: Path) -> str:
    return shown_path(path.relative_to(folder))


def shown_path(path: Path) -> str:
    """A path as it can be shown (see ``scoring.decoding.showable``)."""
    return showable(path.as_posix())
