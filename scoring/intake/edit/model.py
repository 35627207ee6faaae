"""What an edit is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Value = Decimal | date | str | None
"""What is put into a cell: an exact number, a day, a text, nothing. A day is written as a date where
the cell's format shows one, else as text (2024-03-05)."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A cell (row and column from 0, as in its grid) and what it is to hold."""

    row: int
    column: int
    value: Value


class UnfitError(ValueError):
    """A cell that cannot take its value; the message says why."""

    def __init__(self, edit: Edit, why: str) -> None:
        super().__init__(why)
        self.edit = edit
