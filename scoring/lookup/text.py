"""Names and texts as they are compared: what a person types in several ways is one."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_INVISIBLE: Final = "\u200b\u200c\u200d\u200e\u200f\ufeff\u2060"
_ANY_INVISIBLE: Final = re.compile(f"[{_INVISIBLE}]")
_NO_INVISIBLE: Final = dict.fromkeys(map(ord, _INVISIBLE))
# A pattern with thousands of characters takes milliseconds to compile, and most runs do not need it.
_NO_IDEOGRAPHS: Final = r"[^\u4e00-\u9fff]+"
_SHORT: Final = 100
_MARKS = re.compile(
    r"([\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u2099\u2150-\u215f\u2460-\u2473\u24ea"
    r"\u3251-\u325f\u32b1-\u32bf]+)"
)
"""Those of them that would stand as bare digits in a code."""


@lru_cache(maxsize=16_384)
def tidy(text: str) -> str:
    """Without invisible characters; runs of white space become one space.

    >>> tidy("  县政府\\n办公室 ")
    '县政府 办公室'
    """
    # The text itself where nothing changes: a cache then holds no second copy of a long one.
    out = " ".join(_seen(text).split())
    return text if out == text else out


def _seen(text: str) -> str:
    """The text without invisible characters; to look for each of them is faster than a pattern."""
    if text.isascii() or not _ANY_INVISIBLE.search(text):
        return text
    return text.translate(_NO_INVISIBLE)


@lru_cache(maxsize=16_384)
def fold(text: str) -> str:
    """A name as it is compared: full-width folded to half-width, all white space gone. Raised digits
    and those in rings stay what they are: 2.1¹ is not 2.11.

    >>> fold("示例市 财政局（本级）") == fold("示例市财政局(本级)"), fold("２.1¹")
    (True, '2.1¹')
    """
    said = text
    if not (text.isascii() or unicodedata.is_normalized("NFKC", text)):
        parts = _MARKS.split(text)
        parts[::2] = [_normal(part) for part in parts[::2]]
        said = "".join(parts)
    out = "".join(_seen(said).split())
    return text if out == text else out


def _normal(text: str) -> str:
    """The text in the form NFKC. Ideographs never change or join with what follows, and are left out
    of long texts, in which normalising takes ten times as long as everything else."""
    if len(text) <= _SHORT:
        return unicodedata.normalize("NFKC", text)
    return re.sub(_NO_IDEOGRAPHS, lambda match: unicodedata.normalize("NFKC", match[0]), text)
