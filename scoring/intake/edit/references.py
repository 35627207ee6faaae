"""References of formulas and ranges, after a row was put into their sheet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_CELL: Final = r"\$?[A-Z]{1,3}\$?[1-9]\d{0,6}"
_TOKEN: Final = re.compile(
    r'"(?:[^"]|"")*"'
    r"|(?P<sheet>(?:'(?:[^']|'')+'|[\w.]+)!)?"
    rf"(?<![\w.$\]])(?P<cells>{_CELL}(?::{_CELL})?|\$?[1-9]\d{{0,6}}:\$?[1-9]\d{{0,6}})(?![\w.(!])"
)
_END: Final = re.compile(r"(\$?[A-Z]{0,3}\$?)([1-9]\d*)")


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row that is put in at ``at`` (from 0) below the rows of a table, whose first is ``first``.
    ``moves``: what stands there and below moves down; else the row was free."""

    at: int
    first: int
    moves: bool = True

    def row(self, row: int) -> int:
        """Where a row stands afterwards."""
        return row + 1 if self.moves and row >= self.at else row

    def cells(self, text: str, *, extends: bool) -> str:
        """A reference to cells afterwards; ``extends``: one that covers the table down to its last row
        covers the new one, too.

        >>> NewRow(9, 3).cells("$B$4:B9", extends=True), NewRow(9, 3).cells("B10", extends=True)
        ('$B$4:B10', 'B11')
        """
        ends = [_split(end) for end in text.split(":")]
        rows = [row for _, row in ends]
        if (
            extends
            and len(rows) == 2
            and rows[0] < self.at == rows[1] + 1
            and rows[0] <= self.first
        ):
            rows[1] = self.at
        else:
            rows = [self.row(row) for row in rows]
        return ":".join(f"{column}{row + 1}" for (column, _), row in zip(ends, rows, strict=True))

    def ranges(self, text: str) -> str:
        """Ranges separated by blanks (sqref) afterwards; those that cover the last row cover the new
        one, too."""
        return " ".join(self._range(part) for part in text.split())

    def _range(self, text: str) -> str:
        ends = [_split(end) for end in text.split(":")]
        top, bottom = ends[0][1], ends[-1][1]
        if bottom + 1 == self.at and (top < bottom or top <= self.first):
            return f"{ends[0][0]}{top + 1}:{ends[-1][0]}{self.at + 1}"
        return self.cells(text, extends=False)

    def formula(self, text: str, sheet: str, *, here: bool, extends: bool) -> str:
        """A formula afterwards; ``here``: it stands on ``sheet``, the row's own.

        >>> NewRow(9, 3).formula('SUM(B4:B9)&"B10"&表!B10', "台账", here=True, extends=True)
        'SUM(B4:B10)&"B10"&表!B10'
        """

        def put(match: re.Match[str]) -> str:
            cells, of = match["cells"], match["sheet"]
            if cells is None:
                return match[0]
            ours = here if of is None else _sheet_name(of) == sheet
            return f"{of or ''}{self.cells(cells, extends=extends)}" if ours else match[0]

        return _TOKEN.sub(put, text)


def _sheet_name(prefix: str) -> str:
    name = prefix.removesuffix("!")
    return name[1:-1].replace("''", "'") if name.startswith("'") else name


def _split(end: str) -> tuple[str, int]:
    match = _END.fullmatch(end)
    if match is None:
        raise ValueError(end)
    return match[1], int(match[2]) - 1
