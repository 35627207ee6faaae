"""A table of a Word paper or a page, as texts: its caption, its columns, its rows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an annex table; ``left`` says that its text is long and starts on the left."""

    title: str
    left: bool = False


@dataclass(frozen=True, slots=True)
class AnnexTable:
    """The units of one group, in print order."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
