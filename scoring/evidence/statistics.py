"""Which statistics tables a file holds, read figure by figure and checked by the rules of their form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from scoring.evidence import form_2017, form_annual
from scoring.evidence.checks import Check, run_checks, unread
from scoring.evidence.model import CheckedFile, CheckedTable, Figure, Figures, Spot, State
from scoring.evidence.sources import Cell, Sheet, Source, read_source
from scoring.intake.cells import CellError, is_blank, read_points
from scoring.lookup.text import fold, tidy
from scoring.points import SCALE

_NUMBERING = re.compile(r"^(?:其中:?)?(?:\([一二三四五六七八九十]+\)|[一二三四五六七八九十]+、|\d+[.、．])?(?:其中:?)?")
_REMARK = re.compile(r"\([^()]*\)")
_SIGNS = re.compile(r"[^\w]+")
_UNITS = re.compile(r"(?:条|件|次|篇|个|人次|人|万元)$")
_NONE: Final = frozenset({"-", "—", "——", "/", "\\", "无", "--", "－", "–", "*"})
"""What is written into a cell that holds no number."""


@lru_cache(maxsize=4096)
def bare(text: str) -> str:
    """The name of a row or column without its number, remarks and signs.

    >>> bare("（一）主动公开政府信息数\\n（不同渠道和方式公开相同信息计1条）"), bare("其中：1.重复 申请")
    ('主动公开政府信息数', '重复申请')
    """
    if len(text) > _LONGEST:
        return ""
    folded = _NUMBERING.sub("", fold(text))
    return _SIGNS.sub("", _REMARK.sub("", folded) or folded)


_LONGEST: Final = 200
"""Characters of a name; what is longer is a paragraph."""


def check_file(path: Path, file: str) -> CheckedFile:
    """The tables of a file, checked; without any where it holds none that is known."""
    return check_source(read_source(path, file))


def check_source(source: Source) -> CheckedFile:
    """The tables of an opened file, checked."""
    found = CheckedFile(source.file, source.sha256, problems=list(source.problems))
    for sheet in source.sheets:
        found.tables += [*_of_2017(sheet), *_requests(sheet), *_reviews(sheet)]
    return found


def _figure(key: str, label: str, cell: Cell | None, *, decimals: bool = False) -> Figure:
    """What a cell says as a number of ten-thousandths; the cell is None where there is none."""
    if cell is None:
        return Figure(key, label, State.ABSENT)
    said = tidy(cell.text)
    if is_blank(cell.value) or said in _NONE:
        return Figure(key, label, State.BLANK, None, said, cell.spot)
    value = cell.value
    if isinstance(value, str):
        value = _UNITS.sub("", fold(value))
    try:
        number = read_points(value, 0)
    except CellError:
        number = None
    if number is None or (number % SCALE and not decimals):
        return Figure(key, label, State.UNREADABLE, None, said[:_LONGEST], cell.spot)
    return Figure(key, label, State.READ, number, said, cell.spot)


def _checked(
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


def _head(before: str) -> tuple[str, int | None]:
    """The unit and the year that the text before a table names last; the text's NFKC form is read."""
    said = before.translate(_HALF)
    units, years = _UNIT.findall(said), _YEAR.findall(said)
    return (units[-1] if units else ""), (int(years[-1]) if years else None)


_HALF: Final = str.maketrans("（）：，；", "():,;")


# 统计表 of 2017

_BY_NAME_2017: Final[dict[str, list[int]]] = {}
for _at, _item in enumerate(form_2017.ITEMS):
    _BY_NAME_2017.setdefault(bare(_item.label), []).append(_at)
_COUNT_NAMES: Final = frozenset({"统计数", "统计数据", "数量", "数据"})


def _of_2017(sheet: Sheet) -> Iterator[CheckedTable]:
    """The tables of 2017 in a sheet: each begins with its header 统计指标 … 统计数."""
    if sheet.is_run:
        yield from _run_of_2017(sheet)
        return
    rows = sheet.rows
    starts = [(at, header) for at, row in enumerate(rows) if (header := _header_2017(row))]
    ends = [*(at for at, _ in starts[1:]), len(rows)]
    for (at, (names, counts)), end in zip(starts, ends, strict=False):
        found: dict[int, Cell] = {}
        last = -1
        for row in rows[at + 1 : end]:
            name = row[names] if names < len(row) else None
            item = None if name is None else _next(_BY_NAME_2017, name.text, last, found)
            if item is None:
                continue
            last = item
            value = row[counts] if counts < len(row) else None
            found[item] = value or Cell("", name.spot if name else Spot(""))
        before = sheet.before + _text_of(rows[: at + 1])
        corner = rows[at][names]
        yield _table_2017(found, before, corner.spot if corner else Spot(""))


def _header_2017(row: Sequence[Cell | None]) -> tuple[int, int] | None:
    """The columns of the names and of the numbers, where the row is the table's header."""
    names = next((i for i, c in enumerate(row) if c and bare(c.text) == "统计指标"), None)
    counts = [i for i, c in enumerate(row) if c and bare(c.text) in _COUNT_NAMES]
    return (names, counts[-1]) if names is not None and counts else None


def _run_of_2017(sheet: Sheet) -> Iterator[CheckedTable]:
    """The tables of 2017 in a run of cells: behind each name its unit and its number."""
    (cells,) = sheet.rows
    known = [c for c in cells if c is not None]
    starts = [at for at, c in enumerate(known) if _ends_with(c.text, "统计指标")]
    for start, end in pairwise([*starts, len(known)]):
        last, at = -1, start + 1
        named: list[tuple[int, int]] = []
        seen: dict[int, Cell] = {}
        for at in range(start + 1, end):
            item = _next(_BY_NAME_2017, known[at].text, last, seen)
            if item is not None:
                last = item
                seen[item] = known[at]
                named.append((item, at))
        found = {}
        for (item, at), (_, until) in pairwise([*named, (-1, end)]):
            found[item] = _behind(known[at], known[at + 1 : until], sheet)
        if not named:
            continue
        before = " ".join(c.text for c in known[: start + 1])
        yield _table_2017(found, before, known[named[0][1]].spot)


def _behind(name: Cell, row: Sequence[Cell], sheet: Sheet) -> Cell:
    """The cell with the number, of those behind a name: the second, where blank cells are there; else
    the first that is no unit."""
    blank = Cell("", name.spot)
    if sheet.with_blanks:
        return row[1] if len(row) > 1 else blank
    return next((c for c in row if not _UNITS.fullmatch(fold(c.text))), blank)


def _ends_with(text: str, name: str) -> bool:
    """Whether a cell, or the last line of a text that runs into it, is ``name``."""
    return bare(text.strip().rsplit("\n", 1)[-1]) == name


def _next(
    names: Mapping[str, list[int]], text: str, last: int, seen: Mapping[int, object]
) -> int | None:
    """The row of the form that ``text`` names: of rows with one name the next one that is open."""
    open_rows = [at for at in names.get(bare(text), ()) if at not in seen]
    return next((at for at in open_rows if at > last), open_rows[0] if open_rows else None)


def _text_of(rows: Iterable[Sequence[Cell | None]]) -> str:
    return " ".join(c.text for row in rows for c in row if c is not None)


def _table_2017(found: Mapping[int, Cell], before: str, spot: Spot) -> CheckedTable:
    figures = {
        item.key: _figure(item.key, item.label, found.get(at), decimals=item.key in form_2017.MONEY)
        for at, item in enumerate(form_2017.ITEMS)
    }
    return _checked(
        form_2017.NAME, _head(before), spot, figures, form_2017.CHECKS, form_2017.HEADINGS
    )


# 年度报告: 申请

_LINES: Final = form_annual.LINES
_BY_NAME_ANNUAL: Final[dict[str, list[int]]] = {}
for _at, _line in enumerate(_LINES):
    _BY_NAME_ANNUAL.setdefault(bare(_line.label), []).append(_at)
_FIRST: Final = bare(_LINES[0].label)
_LAST: Final = len(_LINES) - 1
_HEADER_ROWS: Final = 6
"""How many rows above the first one its columns may be named in."""


def _requests(sheet: Sheet) -> Iterator[CheckedTable]:
    """The tables of requests in a sheet."""
    if sheet.is_run:
        yield from _run_of_requests(sheet)
        return
    rows = sheet.rows
    for start, row in enumerate(rows):
        if not any(c and bare(c.text) == _FIRST for c in row):
            continue
        columns = _columns(rows[max(0, start - _HEADER_ROWS) : start])
        if not columns:
            continue
        found: dict[int, dict[str, Cell]] = {}
        last = -1
        for line in rows[start:]:
            named = None
            for cell in line[: min(columns.values())]:
                item = None if cell is None else _next(_BY_NAME_ANNUAL, cell.text, last, found)
                named = item if item is not None else named
            if named is None:
                continue
            last = named
            at_name = next(c for c in line if c is not None)
            found[named] = {
                name: (line[at] if at < len(line) else None) or Cell("", at_name.spot)
                for name, at in columns.items()
            }
            if named == _LAST:
                break
        corner = next(c for c in row if c is not None)
        before = sheet.before + _text_of(rows[:start])
        yield _table_of_requests(found, before, corner.spot)


def _columns(rows: Iterable[Sequence[Cell | None]]) -> dict[str, int]:
    """Where the columns of the table of requests are; empty where not all are named."""
    found = {
        name: at
        for row in rows
        for at, cell in enumerate(row)
        if cell and (name := bare(cell.text)) in form_annual.COLUMNS
    }
    return found if len(found) == len(form_annual.COLUMNS) else {}


def _run_of_requests(sheet: Sheet) -> Iterator[CheckedTable]:
    """The tables of requests in a run of cells: behind each name its seven numbers. A row with another
    number of cells says nothing for certain."""
    (cells,) = sheet.rows
    known = [c for c in cells if c is not None]
    for start, first in enumerate(known):
        if not _ends_with(first.text, _FIRST):
            continue
        named: list[tuple[int, int]] = [(0, start)]
        seen: dict[int, Cell] = {0: first}
        for at in range(start + 1, len(known)):
            item = _next(_BY_NAME_ANNUAL, known[at].text, named[-1][0], seen)
            if item is not None and at > start:
                seen[item] = known[at]
                named.append((item, at))
            if item == _LAST:
                break
        found = {}
        width = len(form_annual.COLUMNS)
        for (item, at), (_, until) in pairwise([*named, (-1, len(known))]):
            row = known[at + 1 : until]
            if item == _LAST:
                row = row[:width]
            if _LINES[item].heading or (_LINES[item].optional and not row):
                continue
            fits = len(row) == width
            odd = Cell("这一行的格数与表式不符", known[at].spot)
            found[item] = {
                name: row[n] if fits else odd for n, name in enumerate(form_annual.COLUMNS)
            }
        yield _table_of_requests(found, _text_of([known[: start + 1]]), first.spot)


def _table_of_requests(
    found: Mapping[int, Mapping[str, Cell]], before: str, spot: Spot
) -> CheckedTable:
    """The table of the rows that were found; of rows that only some editions have those that are there."""
    figures: dict[str, Figure] = {}
    lines = set()
    for at, line in enumerate(_LINES):
        if line.heading or (line.optional and at not in found):
            continue
        lines.add(line.key)
        for column in form_annual.COLUMNS:
            key = form_annual.cell(line.key, column)
            cell = found.get(at, {}).get(column)
            figures[key] = _figure(key, f"{line.label}·{column}", cell)
    checks = form_annual.request_checks(frozenset(lines))
    return _checked(form_annual.REQUESTS, _head(before), spot, figures, checks)


# 年度报告: 复议、诉讼


def _reviews(sheet: Sheet) -> Iterator[CheckedTable]:
    """The tables of reviews and suits in a sheet: fifteen numbers under five names, three times."""
    names = form_annual.OUTCOME_NAMES
    if sheet.is_run:
        (run,) = sheet.rows
        cells = [c for c in run if c is not None]
        at = 0
        while at < len(cells):
            if not _ends_with(cells[at].text, names[0]):
                at += 1
                continue
            first, heads = at, 0
            while at < len(cells) and heads < 3 and at - first < _WIDEST:
                heads += bare(cells[at].text) == names[-1]
                at += 1
            while at < len(cells) and is_blank(cells[at].value):
                at += 1
            if heads == 3:
                yield _table_of_reviews(
                    cells[at : at + 15], _text_of([cells[:first]]), cells[first].spot
                )
        return
    for start, row in enumerate(sheet.rows):
        if not any(c and bare(c.text) == names[0] for c in row):
            continue
        above = sheet.rows[max(0, start - 2) : start]
        if any(c and bare(c.text) == names[0] for line in above for c in line):
            continue
        heads = sorted(
            (column, bare(cell.text))
            for line in sheet.rows[start : start + 2]
            for column, cell in enumerate(line)
            if cell and bare(cell.text) in names
        )
        if [name for _, name in heads] != [*names] * 3:
            continue
        values = next(
            (
                line
                for line in sheet.rows[start + 1 : start + 5]
                if any(
                    c and not is_blank(c.value) and bare(c.text) not in names
                    for c in (line[at] for at, _ in heads if at < len(line))
                )
                and not any(c and bare(c.text) in {*names, _DIRECT, _AFTER} for c in line)
            ),
            (),
        )
        corner = next(c for c in row if c is not None)
        numbers = [
            (values[at] if at < len(values) else None) or Cell("", corner.spot) for at, _ in heads
        ]
        yield _table_of_reviews(numbers, sheet.before + _text_of(sheet.rows[:start]), corner.spot)


_WIDEST: Final = 60
"""How many cells the header of the table of reviews may take in a run."""
_DIRECT, _AFTER = "未经复议直接起诉", "复议后起诉"


def _table_of_reviews(numbers: Sequence[Cell], before: str, spot: Spot) -> CheckedTable:
    keys = [(kind, name) for kind in form_annual.KINDS for name in form_annual.OUTCOME_NAMES]
    figures = {}
    for at, (kind, name) in enumerate(keys):
        key = form_annual.cell(kind, name)
        cell = numbers[at] if at < len(numbers) else None
        figures[key] = _figure(key, f"{kind}·{name}", cell)
    return _checked(
        form_annual.REVIEWS, _head(before), spot, figures, form_annual.REVIEW_CHECKS
    )
