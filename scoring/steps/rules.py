"""What a year goes by, its scheme and its settings, and what changes where one of them is another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from scoring.authoring.changes import changes
from scoring.intake.discover import SETTINGS_FILE
from scoring.intake.folder import OpenedFolder, open_folder
from scoring.scheme import load_scheme

__all__ = ["rule_changes", "scheme_changes", "scheme_path"]

_UNREADABLE: Final = "办法文件有改动，原文件现在读不出来，列不出逐项"
_NOTHING: Final = "（无）"


def scheme_path(folder: str | Path) -> Path | None:
    """The file of the scheme that the assessment in ``folder`` names, one that came with the program or one of
    the folder; None where there is none that can be read.

    >>> from scoring import scheme_path
    >>> scheme_path("sample_data/2025").name
    'heze.yaml'
    """
    opened = open_folder(Path(folder))
    return opened.scheme_path if isinstance(opened, OpenedFolder) else None


def scheme_changes(old: str | Path, new: str | Path, year: int) -> list[str]:
    """What changed from one scheme's file to another, as sentences, with the numbers of ``year``; none where
    only comments or the layout did.

    >>> from scoring import scheme_changes
    >>> scheme_changes("config/heze.yaml", "config/heze.yaml", 2025)
    []
    """
    before, after = load_scheme(old, year=year)[0], load_scheme(new, year=year)[0]
    if before is None or after is None:
        return [_UNREADABLE]
    return [change.sentence() for change in changes(before, after)]


def rule_changes(old: str | Path, new: str | Path) -> list[str]:
    """What changed from the settings and the scheme of one assessment's folder to those of another, as
    sentences; of a folder whose settings or scheme cannot be read nothing is said but that.

    >>> from scoring import rule_changes
    >>> found = rule_changes("sample_data/2024", "sample_data/2025")
    >>> found[:2]
    ['assessment.yaml的year由“2024”改为“2025”', 'assessment.yaml的circular.number由“示政办字〔2025〕6号”改为“（无）”']
    """
    before, after = open_folder(Path(old)), open_folder(Path(new))
    if not isinstance(before, OpenedFolder) or not isinstance(after, OpenedFolder):
        return [_UNREADABLE]
    was, now = (dict(_flat(one.settings.model_dump(mode="json"))) for one in (before, after))
    said = [
        f"{SETTINGS_FILE}的{key}由“{was.get(key, _NOTHING)}”改为“{now.get(key, _NOTHING)}”"
        for key in dict.fromkeys([*was, *now])
        if was.get(key) != now.get(key)
    ]
    year = after.settings.year
    return [*said, *scheme_changes(before.scheme_path, after.scheme_path, year)]


def _flat(value: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Settings by their full keys, each as text; those that say nothing are left out."""
    for key, inner in value.items():
        name = f"{above}{key}"
        if isinstance(inner, Mapping):
            yield from _flat(inner, f"{name}.")
        elif inner not in (None, "", [], ()):
            yield name, "、".join(map(_text, inner)) if isinstance(inner, list) else str(inner)


def _text(one: Any) -> str:
    return "：".join(map(str, one.values())) if isinstance(one, Mapping) else str(one)
