"""Evidence taken in with a folder, and put into it: which names and contents are accepted."""

from __future__ import annotations

import re
import unicodedata
from codecs import BOM_UTF8
from collections.abc import Collection
from pathlib import PurePosixPath
from typing import Final

import scoring
from scoring.portal.assessments.models import EVIDENCE, Assessment
from scoring.portal.clock import now
from scoring.portal.evidence.models import Attachment

FOLDER: Final = EVIDENCE
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
STARTS: Final[dict[str, tuple[bytes, ...]]] = {
    ".pdf": (b"%PDF-",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".docx": (_ZIP,),
    ".xlsx": (_ZIP,),
    ".pptx": (_ZIP,),
    ".doc": (_OLE,),
    ".xls": (_OLE,),
    ".wps": (_OLE,),
    ".et": (_OLE,),
    ".ofd": (_ZIP,),
    ".txt": (),
    ".csv": (),
}
"""The kinds of files that are accepted, and how each begins: none of them is a program or a web page."""
TYPES: Final = {
    ".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
}  # fmt: skip
"""What a browser may show itself; everything else is only saved."""
MOST_AN_ITEM: Final = 20
_LONGEST: Final = 100
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


class EvidenceError(ValueError):
    """A file that is not accepted; the message says why, in Chinese."""


def checked_name(name: str) -> str:
    """The name under which an upload is kept: its last part, without what a file system or an eye takes
    for something else. Raises EvidenceError for a kind that is not accepted.

    >>> checked_name("C:\\\\材料\\\\通知.PDF")
    '通知.PDF'
    """
    last = PurePosixPath(name.replace("\\", "/")).name
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in '<>:"/|?*')
    kept = kept.strip(" .")
    suffix = PurePosixPath(kept).suffix.lower()
    if suffix not in STARTS:
        kinds = "、".join(kind.lstrip(".") for kind in STARTS)
        raise EvidenceError(f"不能上传这种文件：{last[:_LONGEST]}。可以上传：{kinds}")
    stem = kept[: -len(suffix)]
    if not stem or _RESERVED.fullmatch(stem) or kept.startswith(("~$", ".")):
        raise EvidenceError(f"请换一个文件名：{last[:_LONGEST]}")
    return stem[:_LONGEST] + kept[-len(suffix) :]


def check_content(name: str, content: bytes) -> None:
    """Refuses, with EvidenceError, a content that is not what its name says."""
    starts = STARTS[PurePosixPath(name).suffix.lower()]
    if not content:
        raise EvidenceError(f"文件是空的：{name}")
    if starts and not content.startswith(starts):
        raise EvidenceError(f"文件内容与扩展名不符：{name}")
    if not starts and (b"\x00" in content or content.removeprefix(BOM_UTF8).lstrip()[:1] == b"<"):
        raise EvidenceError(f"不是文本文件：{name}")


def place_of(unit: str, period: str, indicator: str) -> str:
    """The folder of an item's uploads in the folder of the assessment."""
    safe = [part.replace("/", "∕").replace("\\", "∕") for part in (unit, period, indicator)]
    return "/".join([FOLDER, *safe])


def free_path(taken: Collection[str], place: str, name: str) -> str:
    """Where an upload goes in the folder ``place``: beside those that lie there already, which it never
    replaces."""
    suffix = PurePosixPath(name).suffix
    stem = name[: -len(suffix)]
    for number in range(1, 1000):
        way = f"{place}/{name if number == 1 else f'{stem}（{number}）{suffix}'}"
        if way not in taken:
            return way
    raise EvidenceError(f"同名文件太多：{name}")


def attach_all(assessment: Assessment, read: scoring.Assessment) -> None:
    """Beside each item the files of evidence that came in with the folder."""
    found = scoring.evidence_of(read)
    if found is None:
        return
    Attachment.objects.bulk_create(
        Attachment(
            assessment=assessment, unit=unit, period=period, indicator=code, path=file.file,
            name=PurePosixPath(file.file).name, size=file.size, sha256=file.sha256, added_at=now(),
        )
        for (unit, period, code), files in found.by_item.items() for file in files if file.sha256
    )  # fmt: skip
