"""Small files as they were read, kept by what is in them: for a server, which reads one folder again after each
change of a file in it. Nothing is kept unless ``keep_files`` was called."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from scoring.intake.grids.model import SourceFile

SMALL: Final = 200_000
"""Bytes of a file that is kept; its grids take some ten times as much."""

_Key = tuple[str, str, str]
_kept: OrderedDict[_Key, SourceFile] = OrderedDict()
_lock = threading.Lock()
_most = 0


def keep_files(most: int) -> int:
    """Keep what is read of small files from now on, of at most so many, the last used ones; 0 keeps none, and
    forgets those that were kept. A 考核表 takes a quarter of a megabyte. Gives how many were kept at most before.

    >>> from scoring import keep_files
    >>> keep_files(0)
    0
    """
    global _most
    with _lock:
        before, _most = _most, most
        _drop()
    return before


def kept(key: _Key, size: int, read: Callable[[], SourceFile]) -> SourceFile:
    """The file with a hash, a name and a suffix, as it was read before, or as ``read`` gives it."""
    if _most == 0 or size > SMALL:
        return read()
    with _lock:
        source = _kept.get(key)
        if source is not None:
            _kept.move_to_end(key)
    if source is None:
        source = replace(read(), memory={})
        with _lock:
            _kept[key] = source
            _drop()
    # Grids are only looked at; the lists are the caller's own.
    return replace(source, grids=list(source.grids), problems=list(source.problems))


def _drop() -> None:
    while len(_kept) > _most:
        _kept.popitem(last=False)
