"""The same content gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

UNDATED: Final = datetime(1980, 1, 1)  # noqa: DTZ001 (a file property without a zone)
"""The day of every document that is written, so that the same content has the same bytes."""


def stable_zip(content: bytes, changed: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """The same docx or xlsx without the clock: every member dated 1980-01-01, in its order, those in
    ``changed`` with other content."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            member = zipfile.ZipInfo(info.filename, UNDATED.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o600 << 16
            new.writestr(member, changed.get(info.filename) or old.read(info))
    return out.getvalue()
