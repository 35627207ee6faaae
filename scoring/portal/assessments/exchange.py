"""The folder given out as a zip file, and taken in from one; the accounts that a new year needs."""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import IO, Final

from django.db import transaction

import scoring
from scoring.portal.accounts.hashers import hashed_once
from scoring.portal.accounts.models import Account, Role
from scoring.portal.accounts.passwords import one_time_password
from scoring.portal.assessments.folder import FolderError, contents_of, files_of, take_in
from scoring.portal.assessments.models import Assessment, evidence_folder
from scoring.portal.assessments.rules import look_at_rules
from scoring.portal.evidence.attachments import attach_all
from scoring.portal.log.chain import By

ADMINISTRATOR: Final = "管理员"
_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
_MOST_IN_ZIP: Final = 2_000_000_000
"""Bytes of all files of a zip together: more is no assessment."""
_MOST_ENTRIES: Final = 100_000
_PACKED: Final = frozenset({".docx", ".jpeg", ".jpg", ".ofd", ".pdf", ".png", ".pptx", ".xlsx"})

Handed = list[tuple[str, str, str, str]]
"""Accounts that were made: role, whom it stands for, name, one-time password."""


def write_zip(assessment: Assessment, out: IO[bytes]) -> None:
    """The assessment's folder as a zip file, written into ``out``; the same folder gives the same bytes."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        files = dict(sorted(files_of(assessment).items()))
        for way, content in contents_of(assessment, files):
            name = f"{assessment.folder}/{way}" + ("/" if content is None else "")
            # What is packed already gets no smaller, and of evidence there may be gigabytes.
            packed = PurePosixPath(way).suffix.lower() in _PACKED
            how = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, _FIRST_DAY), content or b"", how)


def import_year(folder: Path, by: By, most: int | None = None) -> tuple[Assessment, Handed]:
    """Take in the folder of a year, with its evidence beside the items, and make accounts for units,
    providers, verifiers and the third party who have none yet. Raises FolderError where the folder
    cannot be read as an assessment."""
    try:
        read = scoring.load_assessment(folder, provisional=True)
    except scoring.AssessmentError as error:
        raise FolderError(f"考核文件夹读不出来，请先用 kaohe check 检查。{error}") from error
    with transaction.atomic():
        assessment = take_in(folder, read.settings.year, by, most)
        if any(evidence_folder(file.file) for file in read.files):
            raise FolderError("考核表、台账等不能放在名为“证明材料”的文件夹里")
        look_at_rules(assessment, by)
        attach_all(assessment, read)
        return assessment, make_accounts(read)


def import_zip(file: IO[bytes], by: By, most: int) -> tuple[Assessment, Handed]:
    """As ``import_year``, from a zip file of the folder. Raises FolderError; what lies in the archive is
    only ever written below a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="kaohe-portal-") as scratch:
        top = Path(scratch, "folder")
        top.mkdir()
        try:
            with zipfile.ZipFile(file) as archive:
                _unpack(archive, top, most)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, UnicodeError):
            raise FolderError("不是可以打开的压缩包（.zip，未加密）") from None
        except OSError as error:
            raise FolderError(f"压缩包解不开：{error.strerror or error}") from error
        found = sorted(top.rglob("assessment.yaml"), key=lambda path: len(path.parts))
        if not found:
            raise FolderError("压缩包里没有考核文件夹（缺少 assessment.yaml）")
        return import_year(found[0].parent, by, most)


def _unpack(archive: zipfile.ZipFile, top: Path, most: int) -> None:
    entries = archive.infolist()
    if len(entries) > _MOST_ENTRIES:
        raise FolderError("压缩包里的文件太多")
    # What an entry says of its size holds: no more than that is unpacked.
    if sum(entry.file_size for entry in entries) > _MOST_IN_ZIP:
        raise FolderError("压缩包太大")
    for entry in entries:
        name = entry.filename
        if not entry.flag_bits & 0x800 and not name.isascii():
            # Windows writes names in the code page of the desk, which zipfile takes for cp437.
            name = name.encode("cp437").decode("gb18030", "replace")
        way = PurePosixPath(name.replace("\\", "/"))
        if way.is_absolute() or ".." in way.parts or ":" in name:
            raise FolderError(f"压缩包里有不安全的路径：{name}")
        if entry.file_size > most:
            raise FolderError(f"文件太大：{name}")
        path = top.joinpath(*way.parts)
        if entry.is_dir():
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as packed, path.open("wb") as file:
            shutil.copyfileobj(packed, file)


# Accounts


def make_accounts(read: scoring.Assessment) -> Handed:
    """Accounts for whoever of an assessment has none yet, each with a one-time password: an
    administrator, the units by their short names, providers, verifiers and the third party."""
    wanted: list[tuple[Role, str, str]] = [(Role.ADMIN, "", ADMINISTRATOR)]
    wanted += [
        (Role.UNIT, unit.name, (*unit.short_names, unit.name)[0]) for unit in read.units.graded()
    ]
    parts = scoring.parties(read)
    wanted += [(Role.PROVIDER, name, f"{name}-台账") for name in parts.providers]
    wanted += [(Role.VERIFIER, name, f"{name}-核查") for name in parts.verifiers]
    wanted += [(Role.THIRD_PARTY, name, name) for name in parts.assessors]
    made: list[tuple[Role, str, str]] = []
    for role, body, name in wanted:
        if Account.objects.filter(role=role, body=body).exists():
            continue
        taken = any(name == other for _, _, other in made)
        if taken or Account.objects.filter(name=Account.normalize_username(name)).exists():
            name = f"{name}-{role.label}"
        made.append((role, body, name))
    passwords = [one_time_password() for _ in made]
    # Slow to guess, and so slow to make: on all processors, each with memory of its own.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        hashes = list(pool.map(hashed_once, passwords))
    Account.objects.bulk_create(
        Account(name=Account.normalize_username(name), role=role, body=body, password=hashed)
        for (role, body, name), hashed in zip(made, hashes, strict=True)
    )
    return [
        (role.label, body or "市政府办公室", name, password)
        for (role, body, name), password in zip(made, passwords, strict=True)
    ]
