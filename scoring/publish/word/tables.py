"""A table of a Word document as data, without any looks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column; ``left`` says that its text is long and starts on the left."""

    title: str
    left: bool = False


@dataclass(frozen=True, slots=True)
class AnnexTable:
    """A table under its caption; all rows are as long as the columns."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
