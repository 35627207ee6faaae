"""The table of reviews and suits of an annual report in a file: fifteen numbers under five names, three
times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from scoring.evidence import form_annual
from scoring.evidence.figures import (
    bare,
    cell_at,
    checked_table,
    ends_with,
    head_of,
    read_figure,
    text_of,
)
from scoring.evidence.model import CheckedTable, Figure, Spot
from scoring.evidence.sources import Cell, Sheet
from scoring.intake.cells import is_blank

_NAMES: Final = form_annual.OUTCOME_NAMES
_KINDS: Final = len(form_annual.KINDS)
_NUMBERS: Final = _KINDS * len(_NAMES)
_WIDEST: Final = 60
"""How many cells the header may take in a run."""
_PARTS: Final = frozenset({*_NAMES, "未经复议直接起诉", "复议后起诉", "行政复议", "行政诉讼"})
"""What stands in the header."""


def tables_of_reviews(sheet: Sheet) -> Iterator[CheckedTable]:
    """The tables of reviews and suits in a sheet."""
    if sheet.is_run:
        yield from _in_run(sheet.cells)
        return
    at = 0
    while at < len(sheet.rows):
        heads = _heads(sheet.rows[at : at + 2])
        if heads is None:
            at += 1
            continue
        row = sheet.rows[at]
        corner = next(c for c in row if c is not None)
        values = next(
            (
                r
                for r in sheet.rows[at + 1 : at + 5]
                if not any(c and bare(c.text) in _PARTS for c in r)
            ),
            (),
        )
        cells = [cell_at(values, n, corner) for n in heads]
        yield _table(cells, f"{sheet.before}\n" + text_of(sheet.rows[:at]), corner.spot)
        at += 3


def _heads(rows: Sequence[Sequence[Cell | None]]) -> list[int] | None:
    """The columns of the fifteen numbers, where the header's last rows name them all."""
    if not rows or not any(c and bare(c.text) == _NAMES[0] for c in rows[0]):
        return None
    found = sorted(
        (column, bare(cell.text))
        for row in rows
        for column, cell in enumerate(row)
        if cell and bare(cell.text) in _NAMES
    )
    named = [name for _, name in found]
    return [column for column, _ in found] if named == [*_NAMES] * _KINDS else None


def _in_run(cells: Sequence[Cell]) -> Iterator[CheckedTable]:
    at = 0
    while at < len(cells):
        if not ends_with(cells[at].text, _NAMES[0]):
            at += 1
            continue
        first, heads = at, 0
        while at < len(cells) and heads < _KINDS and at - first < _WIDEST:
            heads += bare(cells[at].text) == _NAMES[-1]
            at += 1
        while at < len(cells) and is_blank(cells[at].value):
            at += 1  # where a row of the page ended
        if heads == _KINDS:
            numbers = cells[at : at + _NUMBERS]
            yield _table(numbers, text_of([cells[:first]]), cells[first].spot)


def _table(numbers: Sequence[Cell], before: str, spot: Spot) -> CheckedTable:
    keys = [(kind, name) for kind in form_annual.KINDS for name in _NAMES]
    figures: dict[str, Figure] = {}
    for at, (kind, name) in enumerate(keys):
        key = form_annual.cell(kind, name)
        cell = numbers[at] if at < len(numbers) else None
        figures[key] = read_figure(key, f"{kind}·{name}", cell)
    return checked_table(
        form_annual.REVIEWS, head_of(before), spot, figures, form_annual.REVIEW_CHECKS
    )
