"""The evidence that units handed in: every file of the folders 证明材料, whose and for which item it is.

A file belongs to the item that its way says: 证明材料/单位/期次/指标编号…/文件, the three in any order, the
number of the indicator at the beginning of a folder's or of the file's own name; or else to the items
of which the form names the file under 证明材料. What says neither is listed as belonging to none.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from scoring.decoding import showable
from scoring.evidence.model import CheckedFile, Weight
from scoring.evidence.sources import READ, read_source
from scoring.evidence.statistics import check_source
from scoring.evidence.timeliness import Timeliness, is_list, standard_limit, timeliness
from scoring.lookup.text import fold
from scoring.problems import CATALOGUE
from scoring.workdays import PROGRAM, Calendar

LOOKED_INTO: Final = 20_000_000
"""Bytes of the largest file that is looked into; of larger ones the hash is taken."""
MOST_FILES: Final = 20_000
_SYSTEM: Final = frozenset({"thumbs.db", "desktop.ini", ".ds_store", ".gitkeep"})

Item = tuple[str, str, str]
"""Unit, period, indicator."""


@dataclass(frozen=True)
class EvidenceFile:
    """A file of evidence: its way in the assessment's folder, its size and SHA-256 (empty where it
    could not be opened), the items it is for, what was found in it, and what is to be said of it."""

    file: str
    size: int
    sha256: str
    items: tuple[Item, ...]
    unit: str = ""
    period: str = ""
    remark: str = ""
    statistics: CheckedFile | None = None
    timeliness: Timeliness | None = None

    def count(self, weight: Weight) -> int:
        return self.statistics.count(weight) if self.statistics else 0


@dataclass(frozen=True)
class Evidence:
    """All files of evidence of an assessment, in the order of their ways."""

    files: tuple[EvidenceFile, ...] = ()
    by_item: Mapping[Item, tuple[EvidenceFile, ...]] = field(default_factory=dict)

    def of(self, unit: str, period: str, code: str) -> tuple[EvidenceFile, ...]:
        return self.by_item.get((unit, period, code), ())

    def of_period(self, period: str) -> tuple[EvidenceFile, ...]:
        """The files of a period, and those of which no period can be seen."""
        return tuple(file for file in self.files if file.period in ("", period))


@dataclass(frozen=True)
class Known:
    """What the ways of files are compared with: units by any of their names, periods, the codes of
    indicators, what the forms say under 证明材料, by item, and the calendar of working days."""

    unit: Callable[[str], str | None]
    periods: Sequence[str]
    codes: Sequence[str]
    named: Mapping[Item, str] = field(default_factory=dict)
    calendar: Calendar = PROGRAM


def read_evidence(folder: Path, roots: Iterable[str], known: Known) -> Evidence:
    """The files below ``roots`` (ways within ``folder``). Links, to files and to folders, and folders
    that cannot be opened are listed, not followed; so is the first file beyond the limit."""
    files: list[EvidenceFile] = []
    for path in _files(folder, roots):
        if len(files) >= MOST_FILES:
            shown = showable(path.relative_to(folder).as_posix())
            said = f"证明材料超过{MOST_FILES}个文件，从这个文件起没有列入"
            files.append(EvidenceFile(shown, 0, "", (), remark=said))
            break
        files.append(_read(folder, path, known))
    by_item: dict[Item, list[EvidenceFile]] = {}
    for one in files:
        for item in one.items:
            by_item.setdefault(item, []).append(one)
    return Evidence(tuple(files), {item: tuple(some) for item, some in by_item.items()})


def _files(folder: Path, roots: Iterable[str]) -> Iterable[Path]:
    closed: list[OSError] = []
    for root in sorted(set(roots)):
        for at, folders, names in os.walk(folder / root, onerror=closed.append):
            folders.sort()
            links = [name for name in folders if Path(at, name).is_symlink()]
            for name in sorted([*names, *links]):
                if name.lower() not in _SYSTEM and not name.startswith(("~$", ".~lock.", "._")):
                    yield Path(at, name)
    yield from (Path(error.filename) for error in closed)


def _read(folder: Path, path: Path, known: Known) -> EvidenceFile:
    way = path.relative_to(folder)
    shown = showable(way.as_posix())
    unit, period, items, remark = _belongs(way, known)
    if path.is_symlink():
        return EvidenceFile(shown, 0, "", items, unit, period, "快捷方式（链接），没有读入")
    try:
        size = path.stat().st_size
        if path.suffix.lower() not in READ or size > LOOKED_INTO:
            return EvidenceFile(shown, size, _hash(path), items, unit, period, remark)
        source = read_source(path, shown)
    except OSError:
        return EvidenceFile(shown, 0, "", items, unit, period, "打不开，没有读入")
    if source.problems and not source.sheets:
        why = "；".join(dict.fromkeys(CATALOGUE[p.kind].title for p in source.problems))
        remark = "；".join(filter(None, (remark, why)))
    checked = check_source(source)
    found = checked if checked.tables else None
    listed = None
    if is_list(source.grids):
        listed = timeliness(source, standard_limit().days, known.calendar)
    return EvidenceFile(shown, size, source.sha256, items, unit, period, remark, found, listed)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _belongs(way: Path, known: Known) -> tuple[str, str, tuple[Item, ...], str]:
    """The unit and the period that the way names, the items of the file, and what is unclear."""
    # What stands behind the point of 2.2 年报 is no suffix.
    own = way.stem if _SUFFIX.fullmatch(way.suffix) else way.name
    parts = [*way.parts[:-1], own]
    unit = next((u for part in parts if (u := known.unit(part))), "")
    names = {fold(name): name for name in known.periods}
    period = next((names[fold(p)] for p in parts if fold(p) in names), "")
    if not period and len(known.periods) == 1:
        period = known.periods[0]
    # The nearest name to the file says it.
    code = next((c for part in reversed(parts) if (c := _code(part, known.codes))), "")
    if unit and period and code:
        return unit, period, ((unit, period, code),), ""
    spoken = {fold(way.name), fold(way.stem)}
    named = tuple(
        item
        for item, text in known.named.items()
        if (not unit or item[0] == unit)
        and (not period or item[1] == period)
        and (not code or item[2] == code)
        and any(len(word) >= _LEAST and word in fold(text) for word in spoken)
    )
    if named and len({item[0] for item in named}) == 1:
        return named[0][0], period, named, ""
    absent = [
        what for what, said in (("单位", unit), ("期次", period), ("指标编号", code)) if not said
    ]
    return unit, period, (), f"从文件夹和文件名看不出{'、'.join(absent)}"


_SUFFIX = re.compile(r"\.\w*[a-z]\w*", re.ASCII | re.IGNORECASE)
_LEAST: Final = 4
"""Characters of a file's name by which a form can speak of it."""


def _code(part: str, codes: Sequence[str]) -> str:
    """The code at the beginning of a name: 2.2 of 2.2 年度报告 and of 2.2年报, but not of 2.21 or 2.2.1."""
    said = fold(part)
    for code in sorted(codes, key=len, reverse=True):
        start = fold(code)
        rest = said[len(start) :]
        if said.startswith(start) and not (
            rest[:1].isalnum() and rest[:1].isascii()
        ) and not (rest[:1] == "." and rest[1:2].isdigit()):  # fmt: skip
            return code
    return ""
