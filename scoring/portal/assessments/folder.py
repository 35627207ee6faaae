"""The folder of an assessment and the database: taken in, given out, and the one way to change it.

The files in the database are the assessment. A change runs a step of the library on a copy of the
folder, outside of any transaction, and then puts in the files that it changed, if nobody changed
what it rested on meanwhile: with their line of the log, or not at all.

Evidence stays out of these copies, for no step reads it: its folders are there, empty. So a change
costs the same beside a gigabyte of evidence as beside none.
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
from django.db.models import QuerySet

from scoring.portal.assessments.corrections import FrozenError as FrozenError
from scoring.portal.assessments.corrections import check_files, check_units, inputs, under_way
from scoring.portal.assessments.models import (
    Assessment,
    Content,
    SourceFile,
    evidence_folder,
)
from scoring.portal.log.chain import By, Facts, write

T = TypeVar("T")
_ATTEMPTS: Final = 5
MOST_BYTES: Final = 500_000_000
"""Of a file: a database takes no larger ones in one piece."""
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


def walk_folder(folder: Path, most: int | None = None) -> Iterator[tuple[str, Path | None]]:
    """Every file below ``folder``: its path in it, and on the disk; None for a folder in which nothing lies.
    Links are followed, each real folder once. Raises FolderError for a file over ``most`` bytes."""
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
            yield way.as_posix(), None
        for name in names:
            path = Path(at, name)
            if most is not None and path.stat().st_size > most:
                raise FolderError(f"文件太大：{(way / name).as_posix()}")
            yield (way / name).as_posix(), path


def read_folder(folder: Path) -> dict[str, bytes | None]:
    """What ``walk_folder`` finds, with the contents."""
    return {way: path.read_bytes() if path else None for way, path in walk_folder(folder)}


def write_folder(contents: Mapping[str, bytes | None], folder: Path) -> None:
    """The files put into ``folder``, which is new or empty. Raises ValueError for a path that leads out of it."""
    for way, content in contents.items():
        if not is_inside(way):
            raise ValueError(f"not a path within a folder: {way!r}")
        path = folder / way
        (path if content is None else path.parent).mkdir(parents=True, exist_ok=True)
        if content is not None:
            path.write_bytes(content)


def is_inside(way: str) -> bool:
    """Whether a path stays within the folder that it is taken in.

    >>> is_inside("证明材料/甲县/1.pdf"), is_inside("证明材料/../../1.pdf"), is_inside("/etc/passwd")
    (True, False, False)
    """
    return not way.startswith("/") and not {"", ".", ".."} & set(way.split("/"))


# In the database


def files_of(assessment: Assessment) -> Files:
    """What lies in the assessment's folder."""
    return _hashes(SourceFile.objects.filter(assessment=assessment))


def tables_of(assessment: Assessment) -> Files:
    """What lies in the assessment's folder beside evidence: all that its steps read."""
    return _hashes(SourceFile.objects.filter(assessment=assessment, evidence=""))


def tables_in(files: Files) -> Files:
    """Of files, those that are no evidence."""
    return {way: sha for way, sha in files.items() if not evidence_folder(way)}


def beside(assessment: Assessment, folder: str) -> Files:
    """What lies anywhere below a folder of the assessment's."""
    rows = SourceFile.objects.filter(assessment=assessment)
    return _hashes(rows.filter(path__startswith=f"{folder}/"))


def _hashes(rows: QuerySet[SourceFile]) -> Files:
    return {path: sha or "" for path, sha in rows.values_list("path", "content_id")}


def evidence_folders(assessment: Assessment) -> Iterator[str]:
    """The folders of evidence in which something lies."""
    rows = SourceFile.objects.filter(assessment=assessment).order_by("evidence")
    # From one to the next, so that it does not count how much lies in them.
    found: str | None = ""
    while found is not None:
        found = rows.filter(evidence__gt=found).values_list("evidence", flat=True).first()
        if found is not None:
            yield found


def contents_of(assessment: Assessment, files: Files) -> Iterator[tuple[str, bytes | None]]:
    """The bytes of ``files``, one after the other."""
    for way, sha in files.items():
        yield way, content_of(sha) if sha else None


def content_of(sha: str) -> bytes:
    """The bytes with a SHA-256. Raises Content.DoesNotExist."""
    return bytes(Content.objects.values_list("data", flat=True).get(pk=sha))


def put_out(assessment: Assessment, folder: Path, files: Files | None = None) -> Files:
    """Write the assessment's folder as it stands into ``folder``, which is new or empty."""
    # One state of it: which files there are is asked for once, and contents never change.
    files = files_of(assessment) if files is None else files
    for way, content in contents_of(assessment, files):
        write_folder({way: content}, folder)
    return files


@transaction.atomic
def take_in(folder: Path, year: int, by: By, most: int | None = None) -> Assessment:
    """Take in the folder of a year that is not there yet, byte for byte. Raises FolderError."""
    if Assessment.objects.filter(year=year).exists():
        raise FolderError(f"{year}年度已经导入过了")
    name = os.path.basename(os.path.realpath(folder))
    assessment = Assessment.objects.create(year=year, folder=name)
    hashes: Files = {}
    # One file at a time: a year's evidence is larger than the memory.
    for way, path in walk_folder(folder, MOST_BYTES if most is None else most):
        hashes |= _store({way: path.read_bytes() if path else None})
    SourceFile.objects.bulk_create(_row(assessment, way, sha) for way, sha in hashes.items())
    after: Facts = dict(hashes)
    write(by, "导入考核文件夹", about=name, year=year, after=after)
    return assessment


def _row(assessment: Assessment, way: str, sha: str) -> SourceFile:
    return SourceFile(
        assessment=assessment, path=way, content_id=sha or None, evidence=evidence_folder(way)
    )


def _store(contents: Mapping[str, bytes | None]) -> Files:
    """Keep contents; gives their hashes."""
    hashes: Files = {}
    for way, content in contents.items():
        hashes[way] = sha = sha_of(content)
        if content is not None:
            # What is there already is not read again.
            Content.objects.defer("data").get_or_create(
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
    """Let ``work`` change a copy of the assessment's folder, without evidence, and keep what it changed, with
    what it was ``log_text`` to be in the log. ``also`` changes rows of the database in the same transaction. Where no
    file changes, nothing happens, ``also`` apart.

    The change rests on every file beside evidence: it is made again where another one came first. In a frozen year only
    what its open correction is about may change, by whoever acts within it (``by``). Raises FrozenError,
    MovedError, and what ``work`` raises; nothing was changed then.
    """
    for _ in range(_ATTEMPTS):
        before = tables_of(assessment)
        correction = under_way(assessment) if by.correction is not None else None
        with working_copy(assessment, before) as folder:
            emptied = {way for way, _ in walk_folder(folder)} - before.keys()
            said = None if correction is None else inputs(folder)
            made = work(folder)
            if correction is not None and said is not None:
                check_units(correction, said, inputs(folder))
            after = {way: found for way, found in read_folder(folder).items() if way not in emptied}
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
    was; where it rests on any, also where there are others by now, evidence apart. Raises FrozenError, and
    ValueError for a path that leads out of the folder.
    """
    if not all(map(is_inside, changed)):
        raise ValueError(f"not within the folder: {list(changed)}")
    with transaction.atomic():
        held = Assessment.objects.select_for_update().get(pk=assessment.pk)
        check_files(held, by.correction, {*changed, *gone})
        rows = SourceFile.objects.filter(assessment=held)
        tables = tables_of(held)
        now = tables | _hashes(rows.filter(path__in={*changed, *gone}))
        if any(now.get(way) != before.get(way) for way in {*changed, *gone, *rests_on}):
            return False
        if rests_on and tables.keys() != before.keys():
            return False
        also()
        if not changed and not gone:
            return True
        hashes = _store(changed)
        rows.filter(path__in=gone).delete()
        for way, sha in hashes.items():
            rows.update_or_create(
                path=way,
                defaults={"content_id": sha or None},
                create_defaults={
                    "assessment": held,
                    "content_id": sha or None,
                    "evidence": evidence_folder(way),
                },
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
    """The assessment's folder on the disk for as long as the block lasts, under its own name: ``files``, and
    the folders of evidence, empty."""
    with tempfile.TemporaryDirectory(prefix="kaohe-portal-") as scratch:
        folder = Path(scratch, assessment.folder)
        folder.mkdir()
        put_tables(assessment, folder, files)
        yield folder


def put_tables(assessment: Assessment, folder: Path, files: Files) -> None:
    """Write ``files`` into ``folder``, which is new, and the folders of evidence beside them, empty."""
    put_out(assessment, folder, files)
    # The papers name them among what was not read.
    write_folder(dict.fromkeys(evidence_folders(assessment)), folder)
