"""The scheme and the settings of a year: changed with a reason, and never without a line of the log.

A scheme that comes with the program changes with the program: whoever starts the portal looks whether it
still is what it was.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.db import transaction

import scoring
from scoring.portal.assessments.corrections import RULES, FrozenError
from scoring.portal.assessments.folder import (
    Files,
    LogText,
    MovedError,
    change,
    files_of,
    put_out,
    sha_of,
    working_copy,
)
from scoring.portal.assessments.models import Assessment, Content
from scoring.portal.log.chain import By, Facts, write
from scoring.portal.log.models import LogLine
from scoring.portal.steps import MOVED, RefusedError

LONGEST_REASON: Final = 500
SETTINGS: Final = "assessment.yaml"
CHANGED, WITH_PROGRAM = "更改考核办法或设置", "考核办法随程序更新而改变"
"""What the log says of a change by the office, and of one that came with the program."""
_ONLY_LAYOUT: Final = "内容没有不同，只改了注释或排列"


@dataclass(frozen=True)
class Change:
    """A change of the scheme or the settings, as the log has it."""

    when: datetime
    who: str
    what: str
    reason: str
    sentences: list[str]


def changes(assessment: Assessment) -> list[Change]:
    """Every change of a year's scheme and settings, in order."""
    lines = LogLine.objects.filter(year=assessment.year, what__in=(CHANGED, WITH_PROGRAM))
    return [
        Change(line.when, line.who, line.what, line.reason, _sentences(line.after))
        for line in lines.order_by("number")
    ]


def _sentences(after: Any) -> list[str]:
    said = after.get("said", after) if isinstance(after, dict) else {}
    return list(said.get("改动", ())) if isinstance(said, dict) else []


def rule_files(files: Files) -> Files:
    """Those of a folder's files that settings and schemes are in."""
    return {way: sha for way, sha in files.items() if way.endswith(RULES)}


def change_rules(
    assessment: Assessment, by: By, files: Mapping[str, bytes], reason: str
) -> list[str]:
    """Put other settings, another scheme or both into the folder, by the names of their files; gives what
    changed, as sentences. Raises RefusedError where they cannot be read, name another year, make errors of
    what was none, or the year is frozen; nothing was changed then."""
    if not reason.strip():
        raise RefusedError("请写明更改的理由。")
    if len(reason.strip()) > LONGEST_REASON:
        raise RefusedError(f"理由最多{LONGEST_REASON}字。")
    if not files:
        raise RefusedError("请选择文件。")
    for name in files:
        if not name.endswith(RULES) or "/" in name or name.startswith("."):
            raise RefusedError(f"只能上传{SETTINGS}和考核办法（.yaml）：{name}")
    scheme: list[bytes] = []

    def work(folder: Path) -> list[str]:
        before = _read(folder)
        with working_copy(assessment, rule_files(files_of(assessment))) as old:
            for name, content in files.items():
                (folder / name).write_bytes(content)
            after = _read(folder)
            if after.settings.year != assessment.year:
                raise RefusedError(f"{SETTINGS}中的年度应是{assessment.year}。")
            _check_used(folder, after, files)
            known = {problem.message() for problem in before.errors()}
            new = [p for p in after.errors() if p.message() not in known]
            if new:
                raise RefusedError(*(f"{p.place.file} {p.message()}" for p in new[:_MOST]))
            assert after.scheme_path is not None
            scheme[:] = [after.scheme_path.read_bytes()]
            return scoring.rule_changes(old, folder) or [_ONLY_LAYOUT]

    def log_text(said: list[str]) -> LogText:
        return LogText(
            CHANGED, "、".join(sorted(files)), after={"改动": said}, reason=reason.strip()
        )

    def also(_: list[str]) -> None:
        _keep(assessment, scheme[0])

    unchanged = files_of(assessment)
    if all(unchanged.get(name) == sha_of(content) for name, content in files.items()):
        raise RefusedError("与现在用的文件相同，没有改动。")
    try:
        return change(assessment, by, work, log_text, also=also)
    except FrozenError as error:
        raise RefusedError(str(error)) from None
    except MovedError:
        raise RefusedError(MOVED) from None


_MOST: Final = 20
"""Errors that are named one by one."""


def _read(folder: Path) -> scoring.Assessment:
    try:
        return scoring.load_assessment(folder, provisional=True)
    except scoring.AssessmentError as error:
        said = [f"{p.place.file} {p.message()}" for p in error.problems[:_MOST]]
        raise RefusedError(*said) from None


def _check_used(folder: Path, read: scoring.Assessment, files: Mapping[str, bytes]) -> None:
    used = {folder / SETTINGS, read.scheme_path}
    unused = [name for name in files if folder / name not in used]
    if unused:
        raise RefusedError(
            f"{SETTINGS}的 scheme 写的是“{read.settings.scheme}”，没有用到{'、'.join(unused)}。"
            "请连同改好的 assessment.yaml 一起上传。"
        )


# The scheme that came with the program


def look_at_rules(assessment: Assessment, by: By) -> list[str]:
    """Look whether the year's scheme still is the one that was last seen; if not, the log says what changed.
    Gives that, as sentences. At the first look there is nothing to compare with."""
    with tempfile.TemporaryDirectory(prefix="kaohe-portal-") as scratch:
        folder, old = Path(scratch, "folder"), Path(scratch, "old.yaml")
        folder.mkdir()
        put_out(assessment, folder, rule_files(files_of(assessment)))
        path = scoring.scheme_path(folder)
        if path is None:
            return []
        content = path.read_bytes()
        seen = assessment.scheme
        if seen is not None and seen.sha256 == sha_of(content):
            return []
        said: list[str] = []
        if seen is not None:
            old.write_bytes(bytes(seen.data))
            said = scoring.scheme_changes(old, path, assessment.year) or [_ONLY_LAYOUT]
        with transaction.atomic():
            if seen is not None:
                before: Facts = {"办法": seen.sha256}
                after: Facts = {"办法": sha_of(content), "改动": said}
                write(by, WITH_PROGRAM, about=path.name, year=assessment.year, before=before,
                      after=after)  # fmt: skip
            _keep(assessment, content)
    return said


def _keep(assessment: Assessment, content: bytes) -> None:
    kept, _ = Content.objects.get_or_create(
        sha256=sha_of(content), defaults={"size": len(content), "data": content}
    )
    Assessment.objects.filter(pk=assessment.pk).update(scheme=kept)


def differing(assessment: Assessment, folder: Path) -> list[str]:
    """The files of settings and schemes in ``folder`` on the disk that are others than in the database."""
    known = rule_files(files_of(assessment))
    found = []
    for way, sha in known.items():
        path = folder / way
        if path.is_file() and sha_of(path.read_bytes()) != sha:
            found.append(way)
    return found
