"""A .csv file as a grid: comma, tab or semicolon; the account starts from the file's own lines."""

from __future__ import annotations

import re
from itertools import accumulate
from operator import methodcaller
from typing import Any, Final

from scoring.intake.cells import ErrorCell
from scoring.intake.grids.model import Grid, SourceFile, column_letter, too_large
from scoring.intake.grids.records import DelimiterError, Record, split_records, value_of
from scoring.intake.grids.text import LINE_END, TextError, decode
from scoring.limits import CELLS, COLUMNS, TEXT_BYTES, TEXT_LINES
from scoring.problems import Place, Problem

# ="001" is how a text of digits is kept from becoming a number; Excel shows 001.
_SHOWN_TEXT = re.compile(r'="((?:[^"]|"")*)"')
_FORMULA = re.compile(r"=[^=\s]")
_QUOTED = methodcaller("startswith", '"')
_END_OF_FILE: Final = "\x1a"
_MOST_FAULTS: Final = 20
"""Up to how many lines with faults are said one by one."""


def read_csv(content: bytes, source: SourceFile) -> None:
    """Put the grid of a csv file's content, and the problems of reading it, into ``source``."""
    place = Place(source.file)
    if len(content) > TEXT_BYTES:
        source.problems.append(too_large(place, "字节", len(content), TEXT_BYTES))
        return
    try:
        text = decode(content).text
        lines = _filled_lines(text)
        if lines > TEXT_LINES:
            source.problems.append(too_large(place, "行", lines, TEXT_LINES))
            return
        _, records = split_records(text)
    except TextError as error:
        at = Place(source.file, row=error.line)
        expected = "UTF-8 或 GB18030" if error.kind == "file-encoding" else ""
        source.problems.append(Problem(error.kind, at, error.found, expected))
        return
    except DelimiterError as error:
        source.problems.append(Problem("csv-delimiter", place, str(error), "用逗号分隔"))
        return
    starts = list(accumulate((record.lines for record in records), initial=1))
    if not _within_limits(records, starts, source):
        return
    source.problems += _faults(records, starts, source.file)
    plain = "=" not in text and _END_OF_FILE not in text
    source.grids.append(
        Grid(
            source.file, None, [cells_of(record, plain=plain) for record in records],
            rows=starts if any(record.lines > 1 for record in records) else None,
            refused=frozenset(at for at, record in enumerate(records) if record.refused),
        )
    )  # fmt: skip


def _filled_lines(text: str) -> int:
    """How many lines hold something; at least, how many there are, where those are few."""
    most = text.count("\n") + text.count("\r") + 1
    if most <= TEXT_LINES:
        return most
    return sum(1 for line in LINE_END.split(text) if line and not line.isspace())


def cells_of(record: Record, *, plain: bool = False) -> list[Any]:
    """The record's cells; in a ``plain`` file there are no signs but quotes to look for."""
    if record.refused:
        return []
    values: list[Any] = record.fields
    if any(map(_QUOTED, values)):
        values = [value_of(raw) if raw[:1] == '"' else raw for raw in values]
    return values if plain else [_cell(value) for value in values]


def _cell(text: str) -> str | ErrorCell:
    """What Excel shows of the text, where it shows what stands there. A csv file holds no result
    of a formula."""
    if text[:1] != "=":
        return "" if text == _END_OF_FILE else text
    shown = _SHOWN_TEXT.fullmatch(text)
    if shown:
        return shown[1].replace('""', '"')
    return ErrorCell(text, "formula-uncomputed") if _FORMULA.match(text) else text


def _within_limits(records: list[Record], starts: list[int], source: SourceFile) -> bool:
    count = 0
    for number, record in zip(starts, records, strict=False):
        width = len(record.fields)
        if width > COLUMNS:
            at = Place(source.file, row=number)
            source.problems.append(too_large(at, "列", width, COLUMNS))
            return False
        while width and not record.fields[width - 1]:
            width -= 1
        count += width
    if count > CELLS:
        source.problems.append(too_large(Place(source.file), "个单元格", count, CELLS))
    return count <= CELLS


def _faults(records: list[Record], starts: list[int], file: str) -> list[Problem]:
    """The lines with a quote that lacks its other half, one by one or, where they are many, as one."""
    faults: list[Problem] = []
    for at, record in enumerate(records):
        fault = record.fault
        if fault is None:
            continue
        place = Place(file, None, starts[at], column_letter(fault.column))
        faults.append(Problem("csv-quote", place, fault.text, about=_beside(records, starts, at)))
    if len(faults) <= _MOST_FAULTS:
        return faults
    first = faults[0]
    numbers = "、".join(str(fault.place.row) for fault in faults[:_MOST_FAULTS])
    return [
        Problem("csv-quote", first.place, first.found, about=f"共{len(faults)}行，行号{numbers}等")
    ]


def _beside(records: list[Record], starts: list[int], at: int) -> str:
    """The lines after the faulty one that were refused with it."""
    beside = []
    for later in range(at + 1, len(records)):
        if not records[later].refused or records[later].fault is not None:
            break
        beside.append(str(starts[later]))
    return f"连同第{'、'.join(beside)}行，可能是同一格的内容" if beside else ""
