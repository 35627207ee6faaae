"""The folder of an assessment and the database: taken in, given out, and the one way to change it.

The files in the database are the assessment. A change runs a step of the library on a copy of the
folder, outside of any transaction, and then puts in the files that it changed, if nobody changed
what it rested on meanwhile: with their line of the log, or not at all.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final, TypeVar

from django.db import transaction

from scoring.portal.assessments.corrections import FrozenError as FrozenError
from scoring.portal.assessments.corrections import check_files, check_units, inputs, under_way
from scoring.portal.assessments.models import Assessment, Content, SourceFile
from scoring.portal.log.chain import By, Facts, write

T = TypeVar("T")
_ATTEMPTS: Final = 5
_SYSTEM: Final = (".kaohe-", "~$", ".~lock.")
"""How names begin that are no files of an assessment: our own locks and those of office programs."""


class MovedError(Exception):
    """Others kept changing what a change rested on; nothing was saved."""


class FolderError(ValueError):
    """A folder that cannot be taken in; the message says why, in Chinese."""


@dataclass(frozen=True)
class LogText:
    """What the log says of a change."""

    what: str
    about: str = ""
    before: Facts = None
    after: Facts = None
    reason: str = ""


Files = dict[str, str]
"""The files of a folder: path to SHA-256, blank for a folder in which nothing lies."""


# From the disk


def read_folder(folder: Path, most: int | None = None) -> dict[str, bytes | None]:
    """Every file below ``folder`` by its path; None for a folder in which nothing lies. Links are followed,
    each real folder once. Raises FolderError for a file over ``most`` bytes."""
    found: dict[str, bytes | None] = {}
    seen: set[str] = set()
    for at, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(at)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith(_SYSTEM))
        names = sorted(name for name in names if not name.startswith(_SYSTEM))
        way = Path(at).relative_to(folder)
        if not names and not folders and at != str(folder):
            found[way.as_posix()] = None
        for name in names:
            path = Path(at, name)
            if most is not None and path.stat().st_size > most:
                raise FolderError(f"文件太大：{(way / name).as_posix()}")
            found[(way / name).as_posix()] = path.read_bytes()
    return found


def write_folder(contents: Mapping[str, bytes | None], folder: Path) -> None:
    """The files put into ``folder``, which is new or empty."""
    for way, content in contents.items():
        path = folder / way
        (path if content is None else path.parent).mkdir(parents=True, exist_ok=True)
        if content is not None:
            path.write_bytes(content)


# In the database


def files_of(assessment: Assessment) -> Files:
    """What lies in the assessment's folder."""
    rows = SourceFile.objects.filter(assessment=assessment).values_list("path", "content_id")
    return {path: sha or "" for path, sha in rows}


def contents_of(assessment: Assessment, files: Files) -> Iterator[tuple[str, bytes | None]]:
    """The bytes of ``files``, one after the other."""
    for way, sha in files.items():
        yield way, bytes(Content.objects.get(pk=sha).data) if sha else None


def put_out(assessment: Assessment, folder: Path, files: Files | None = None) -> Files:
    """Write the assessment's folder as it stands into ``folder``, which is new or empty."""
    # One state of it: no change comes between two files.
    with transaction.atomic():
        files = files_of(assessment) if files is None else files
        for way, content in contents_of(assessment, files):
            write_folder({way: content}, folder)
    return files


@transaction.atomic
def take_in(folder: Path, year: int, by: By, most: int | None = None) -> Assessment:
    """Take in the folder of a year that is not there yet, byte for byte. Raises FolderError."""
    if Assessment.objects.filter(year=year).exists():
        raise FolderError(f"{year}年度已经导入过了")
    contents = read_folder(folder, most)
    name = os.path.basename(os.path.realpath(folder))
    assessment = Assessment.objects.create(year=year, folder=name)
    hashes = _store(contents)
    SourceFile.objects.bulk_create(
        SourceFile(assessment=assessment, path=way, content_id=sha or None)
        for way, sha in hashes.items()
    )
    after: Facts = dict(hashes)
    write(by, "导入考核文件夹", about=name, year=year, after=after)
    return assessment


def _store(contents: Mapping[str, bytes | None]) -> Files:
    """Keep contents; gives their hashes."""
    hashes: Files = {}
    for way, content in contents.items():
        hashes[way] = sha = sha_of(content)
        if content is not None:
            Content.objects.get_or_create(
                sha256=sha, defaults={"size": len(content), "data": content}
            )
    return hashes


# Changes


def change(
    assessment: Assessment,
    by: By,
    work: Callable[[Path], T],
    log_text: Callable[[T], LogText],
    *,
    also: Callable[[T], None] = lambda made: None,
) -> T:
    """Let ``work`` change a copy of the assessment's folder, and keep what it changed, with what it was
    ``log_text`` to be in the log. ``also`` changes rows of the database in the same transaction. Where no
    file changes, nothing happens, ``also`` apart.

    The change rests on every file: it is made again where another one came first. In a frozen year only what
    its open correction is about may change, by whoever acts within it (``by``). Raises FrozenError, MovedError, and what ``work`` raises; nothing was changed then.
    """
    for _ in range(_ATTEMPTS):
        before = files_of(assessment)
        correction = under_way(assessment) if by.correction is not None else None
        with working_copy(assessment, before) as folder:
            said = None if correction is None else inputs(folder)
            made = work(folder)
            if correction is not None and said is not None:
                check_units(correction, said, inputs(folder))
            after = read_folder(folder)
        changed: dict[str, bytes | None] = {
            way: content for way, content in after.items() if before.get(way) != sha_of(content)
        }
        gone = before.keys() - after.keys()
        rest = save(assessment, by, before, changed, log_text(made), gone=gone, rests_on=before.keys(),
                    also=partial(also, made))  # fmt: skip
        if rest:
            return made
    raise MovedError


def save(
    assessment: Assessment,
    by: By,
    before: Files,
    changed: Mapping[str, bytes | None],
    log_text: LogText,
    *,
    gone: Collection[str] = (),
    rests_on: Collection[str] = (),
    also: Callable[[], None] = lambda: None,
) -> bool:
    """Put the files ``changed`` into the folder, which was read as ``before``, and take out those
    ``gone``, with a line of the log; nothing where there are neither, ``also`` apart.

    False, and nothing done, where one of them, or one that the change ``rests_on``, is no longer what it
    was. Raises FrozenError.
    """
    with transaction.atomic():
        held = Assessment.objects.select_for_update().get(pk=assessment.pk)
        check_files(held, by.correction, {*changed, *gone})
        now = files_of(held)
        if any(now.get(way) != before.get(way) for way in {*changed, *gone, *rests_on}):
            return False
        if rests_on and now.keys() != before.keys():
            return False
        also()
        if not changed and not gone:
            return True
        hashes = _store(changed)
        rows = SourceFile.objects.filter(assessment=held)
        rows.filter(path__in=gone).delete()
        for way, sha in hashes.items():
            SourceFile.objects.update_or_create(
                assessment=held, path=way, defaults={"content_id": sha or None}
            )
        _drop_filled_folders(held, changed)
        held.version += 1
        # Alone: ``also`` may have changed other columns.
        held.save(update_fields=["version"])
        ways = sorted({*changed, *gone})
        files: Facts = {way: {"before": before.get(way), "after": hashes.get(way)} for way in ways}
        write(
            by, log_text.what, about=log_text.about, year=held.year, reason=log_text.reason,
            before=log_text.before, after={"said": log_text.after, "files": files},
        )  # fmt: skip
        return True


def _drop_filled_folders(assessment: Assessment, ways: Iterable[str]) -> None:
    """A folder in which something lies by now is no empty one."""
    above = {str(parent) for way in ways for parent in PurePosixPath(way).parents}
    SourceFile.objects.filter(assessment=assessment, content=None, path__in=above).delete()


def sha_of(content: bytes | None) -> str:
    """The SHA-256 of a file's content; blank for a folder."""
    return "" if content is None else hashlib.sha256(content).hexdigest()


@contextmanager
def working_copy(assessment: Assessment, files: Files) -> Iterator[Path]:
    """The assessment's folder on the disk for as long as the block lasts, under its own name."""
    with tempfile.TemporaryDirectory(prefix="kaohe-portal-") as scratch:
        folder = Path(scratch, assessment.folder)
        folder.mkdir()
        put_out(assessment, folder, files)
        yield folder
