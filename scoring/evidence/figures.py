"""Rows of a form known by their names, and cells read as its figures: what every form shares."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from scoring.evidence.checks import Check, run_checks, unread
from scoring.evidence.model import NOWHERE, CheckedTable, Figure, Figures, Spot, State
from scoring.evidence.sources import Cell
from scoring.intake.cells import CellError, is_blank, read_points
from scoring.lookup.text import fold, tidy
from scoring.points import SCALE

_NUMBERING = re.compile(
    r"^(?:其中:?)?(?:\([一二三四五六七八九十]+\)|[一二三四五六七八九十]+、|\d+[.、．])?(?:其中:?)?"
)
_REMARK = re.compile(r"\([^()]*\)")
_SIGNS = re.compile(r"[^\w]+")
UNITS = re.compile(r"(?:条|件|次|篇|个|人次|人|万元)$")
_NONE: Final = frozenset({"-", "—", "——", "/", "\\", "无", "--", "－", "–", "*"})
"""What is written into a cell that holds no number."""


@lru_cache(maxsize=4096)
def bare(text: str) -> str:
    """The name of a row or column without its number, remarks and signs.

    >>> bare("（一）主动公开政府信息数\\n（不同渠道和方式公开相同信息计1条）"), bare("其中：1.重复 申请")
    ('主动公开政府信息数', '重复申请')
    """
    if len(text) > LONGEST:
        return ""
    folded = _NUMBERING.sub("", fold(text))
    return _SIGNS.sub("", _REMARK.sub("", folded) or folded)


LONGEST: Final = 200
"""Characters of a name; what is longer is a paragraph."""


def read_figure(key: str, label: str, cell: Cell | None, *, decimals: bool = False) -> Figure:
    """What a cell says as a number of ten-thousandths; the cell is None where there is none."""
    if cell is None:
        return Figure(key, label, State.ABSENT)
    said = tidy(cell.text)
    if is_blank(cell.value) or said in _NONE:
        return Figure(key, label, State.BLANK, None, said, cell.spot)
    value = cell.value
    if isinstance(value, str):
        value = UNITS.sub("", fold(value))
    try:
        number = read_points(value, 0)
    except CellError:
        number = None
    if number is None or (number % SCALE and not decimals):
        return Figure(key, label, State.UNREADABLE, None, said[:LONGEST], cell.spot)
    return Figure(key, label, State.READ, number, said, cell.spot)


def checked_table(
    form: str,
    head: tuple[str, int | None],
    spot: Spot,
    figures: Figures,
    checks: Sequence[Check],
    optional: Iterable[str] = (),
) -> CheckedTable:
    findings = (*run_checks(checks, figures), *unread(figures, optional))
    return CheckedTable(form, *head, spot, figures, len(checks), findings)


_YEAR = re.compile(r"(20\d\d)\s*年(?:度|政府信息公开)")
_UNIT = re.compile(r"填报单位(?:\([^)]*\))?\s*[:]\s*([^\s|,。;]{2,60})")


def head_of(before: str) -> tuple[str, int | None]:
    """The unit and the year that the text before a table names last."""
    said = before.translate(_HALF)
    units, years = _UNIT.findall(said), _YEAR.findall(said)
    return (units[-1] if units else ""), (int(years[-1]) if years else None)


_HALF: Final = str.maketrans("（）：，；", "():,;")


def ends_with(text: str, name: str) -> bool:
    """Whether a cell, or the last line of a text that runs into it, is ``name``."""
    return bare(text.strip().rsplit("\n", 1)[-1]) == name


def rows_by_name(labels: Iterable[str]) -> dict[str, list[int]]:
    """The rows of a form by their bare names, of which several may have the same."""
    rows: dict[str, list[int]] = {}
    for at, label in enumerate(labels):
        rows.setdefault(bare(label), []).append(at)
    return rows


def next_row(
    names: Mapping[str, list[int]], text: str, last: int, seen: Mapping[int, object]
) -> int | None:
    """The row of the form that ``text`` names: of rows with one name the next one that is open."""
    open_rows = [at for at in names.get(bare(text), ()) if at not in seen]
    return next((at for at in open_rows if at > last), open_rows[0] if open_rows else None)


def cell_at(row: Sequence[Cell | None], at: int, name: Cell | None) -> Cell:
    """The cell in a column of a row; where there is none a blank one, which stands at the row's ``name``."""
    return (row[at] if at < len(row) else None) or Cell("", name.spot if name else NOWHERE)


def text_of(rows: Iterable[Sequence[Cell | None]]) -> str:
    return "\n".join(c.text for row in rows for c in row if c is not None)
