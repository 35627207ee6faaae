"""Names of files from names of units, periods and schemes."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Final

_FORBIDDEN: Final = re.compile(r'[\\/:*?"<>|\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff]+')
_DEVICES: Final = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?=\.|$)", re.IGNORECASE
)
"""Names that Windows keeps for devices, whatever follows after a full stop."""
_LONGEST: Final = 120
"""Bytes of UTF-8: a system's 255 hold what is put before and after it."""


def file_names(names: Iterable[str]) -> dict[str, str]:
    """A name for a file, without its suffix, for each of ``names``: one that Windows and Linux take,
    in no other folder, and no two alike, not even where capitals do not count.

    >>> file_names(["示例市人社局/社保中心", "CON", "../../x"])
    {'示例市人社局/社保中心': '示例市人社局_社保中心', 'CON': '_CON', '../../x': 'x'}
    >>> list(file_names(["社保/医保科", "社保_医保科"]).values())
    ['社保_医保科-cd9cec', '社保_医保科-8f5a69']
    """
    distinct = list(dict.fromkeys(names))
    plain = {name: _plain(name) for name in distinct}
    times = Counter(_folded(made) for made in plain.values())
    # All of those that would be alike are marked: none depends on which one came first.
    return {
        name: made if times[_folded(made)] == 1 else f"{made}-{_mark(name)}"
        for name, made in plain.items()
    }


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFC", name).encode("utf-8", "replace").decode()
    made = _FORBIDDEN.sub("_", text).strip("._ ") or "_"
    if _DEVICES.match(made):
        made = f"_{made}"
    encoded = made.encode()
    if len(encoded) > _LONGEST:
        made = f"{encoded[:_LONGEST].decode('utf-8', 'ignore').rstrip('._ ')}-{_mark(name)}"
    return made


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _mark(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:6]
