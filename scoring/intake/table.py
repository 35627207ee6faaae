"""A grid as a table: its header row, its columns by name, its rows with their places.

Every row after the header is accounted for: read, refused, or skipped as blank, total, note or
repeated header. A row's cells are read by name; what cannot be read becomes a problem with its
place, and the row counts as refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Literal, TypeVar

from scoring.intake.cells import CellError, fold, is_blank, read_date, read_points, read_text, shown
from scoring.intake.grids import Grid, column_letter, rows_of
from scoring.limits import PROBLEMS_KEPT
from scoring.points import MAX_POINTS, SCALE
from scoring.problems import Place, Problem, Severity, nearest

T = TypeVar("T")


@dataclass(frozen=True)
class Column:
    """A column of the contract: its name, other names it goes by, whether it must be there.

    ``spread`` fills a vertically merged cell's value into the rows that it covers. ``identity``
    says what the row is about, which a row of totals does not: "name" where an amount (12, 3件)
    names nothing, "key" where whatever stands there does.
    """

    name: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    spread: bool = True
    identity: Literal["", "name", "key"] = ""

    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


@dataclass
class FileReport:
    """What became of the rows of one sheet (row accounting)."""

    file: str
    sheet: str | None
    table: str
    rows: int = 0
    read: int = 0
    refused: int = 0
    blank: int = 0
    total: int = 0
    note: int = 0
    header: int = 0

    def adds_up(self) -> bool:
        parts = self.read + self.refused + self.blank + self.total + self.note + self.header
        return self.rows == parts


@dataclass(frozen=True)
class SheetHeader:
    """Where a sheet's header row is (as Excel shows it), the letter of each column by its name, and
    the unknown headers by the missing column that each may be."""

    row: int
    letters: dict[str, str]
    misnamed: dict[str, Place]


_HEADER_DEPTH = 40
_PARENTHESES = re.compile(r"[(【\[].*?[)】\]]")
_TOTAL = re.compile(r"(?:.{0,16}(?:合计|小计|总计|共计)|总分|总得分|累计|平均分?)(?:\(.*\))?:?")
_NOTE = re.compile(
    r"(?:填表|填报|制表|审核|复核|核查人|联系|经办|负责人|单位负责人|主要负责人|分管|单位\(?盖章|盖章|备注|说明|注|报送)"
    r".*",
    re.DOTALL,
)
_AMOUNT = re.compile(r"共?\d+(?:\.\d+)?(?:[个件条项家分次].{0,4})?")
_LABEL = re.compile(
    r"(?:填表|填报|制表|审核|复核|核查|联系|经办|报送|主要|分管|单位)*"
    r"(?:人|单位|电话|方式|日期|时间|负责人|领导|\(?盖章\)?)(?::.*)?",
    re.DOTALL,
)
_IGNORED_HEADERS = frozenset({"序号", "编号", "行号", "no", "no.", "序"})


def folded(value: Any) -> str:
    """The cell's text as names are compared."""
    return fold(shown(value))


def _header_name(value: Any) -> str:
    if isinstance(value, float):
        return ""
    text = fold(shown(value))
    bare = _PARENTHESES.sub("", text)
    return (bare or text).strip("*:★·.。")


@dataclass
class Header:
    """Where the header row is (index from 0) and which column holds which name."""

    row: int
    columns: dict[str, int]
    others: dict[str, int] = field(default_factory=dict)
    duplicates: list[tuple[str, int]] = field(default_factory=list)


@lru_cache(maxsize=64)
def _names(columns: tuple[Column, ...]) -> dict[str, str]:
    """Every name that a column goes by, to the column's own."""
    return {fold(name): column.name for column in columns for name in column.names()}


def match_header(cells: Sequence[Any], columns: tuple[Column, ...], row: int) -> Header:
    """Row ``row`` (index from 0) read as a header row."""
    known = _names(columns)
    header = Header(row, {})
    for index, value in enumerate(cells):
        name = _header_name(value)
        if not name:
            continue
        if name not in known:
            header.others[folded(value)] = index
        elif known[name] in header.columns:
            header.duplicates.append((known[name], index))
        else:
            header.columns[known[name]] = index
    return header


def find_header(grid: Grid, columns: tuple[Column, ...]) -> Header | None:
    """The first row that holds every required column; else the row that holds most of them
    (at least two names), so that what is missing can be said; else None."""
    required = {c.name for c in columns if c.required}
    best: Header | None = None
    for index, cells in rows_of(grid, 0):
        if index >= _HEADER_DEPTH:
            break
        header = match_header(cells, columns, index)
        if required <= header.columns.keys():
            return header
        if len(header.columns) >= 2 and (best is None or len(header.columns) > len(best.columns)):
            best = header
    return best


def refused_report(grid: Grid, table: str) -> FileReport:
    """The row accounting of a sheet without a header row: every row that holds something is refused."""
    blank = sum(all(is_blank(v) for v in cells) for cells in grid.cells)
    count = len(grid.cells)
    return FileReport(grid.file, grid.sheet, table, count, refused=count - blank, blank=blank)


class TableReader:
    """Reads the rows of one grid by the names of its columns.

    ``problems`` and ``report`` fill up while the rows are iterated. ``misnamed`` holds the places
    of unknown headers by the missing column that each may be.
    """

    def __init__(self, grid: Grid, header: Header, columns: Sequence[Column], table: str) -> None:
        self.grid = grid
        self.header = header
        self.columns = {c.name: c for c in columns}
        self.problems: list[Problem] = []
        self.misnamed: dict[str, Place] = {}
        self.report = FileReport(grid.file, grid.sheet, table)
        self._kept: Counter[str] = Counter()
        self._more: Counter[tuple[str, str | None]] = Counter()
        self._check_header()

    @property
    def usable(self) -> bool:
        """Whether every required column is there, once."""
        return not any(p.severity is Severity.ERROR for p in self.problems_of_header)

    def _check_header(self) -> None:
        at = self.place_of_row(self.header.row)
        others = {
            name: index
            for name, index in self.header.others.items()
            if name.lower() not in _IGNORED_HEADERS
        }
        for column in self.columns.values():
            if column.required and column.name not in self.header.columns:
                near = nearest(column.name, others)
                if near:
                    # The header that is proposed is named once, here.
                    at_cell = self._place(self.header.row, others.pop(near[0]))
                    mend = f"如果该列就是“{column.name}”，请改正列名；否则补上这一列"
                    self._fault("column-missing", at_cell, near[0], f"“{column.name}”列", mend)
                else:
                    self._fault("column-missing", at, "", f"“{column.name}”列")
        for name, index in self.header.duplicates:
            self._fault("column-duplicate", self._place(self.header.row, index), name)
        missing = {
            n: c.name
            for c in self.columns.values()
            if not c.required and c.name not in self.header.columns
            for n in c.names()
        }
        for name, index in others.items():
            near = nearest(name, missing)
            place = self._place(self.header.row, index)
            self._fault("column-unknown", place, name, f"“{near[0]}”" if near else "")
            if near:
                named = self._place(self.header.row, index, name)
                self.misnamed.setdefault(missing[near[0]], named)
        self.problems_of_header = tuple(self.problems)

    def _fault(
        self, kind: str, place: Place, found: str, expected: str = "", mend: str = ""
    ) -> None:
        self.problems.append(Problem(kind, place, found, expected, mend))

    def sheet_header(self) -> SheetHeader:
        """Where the columns are, for who has only a row's place."""
        letters = {name: column_letter(i) for name, i in self.header.columns.items()}
        row = self.header.row + self.grid.first_row
        return SheetHeader(row, letters, self.misnamed)

    def _place(self, row: int, column: int | None, header: str | None = None) -> Place:
        letter = None if column is None else column_letter(column)
        return Place(self.grid.file, self.grid.sheet, row + self.grid.first_row, letter, header)

    def place_of_row(self, row: int) -> Place:
        return self._place(row, None)

    def rows(self) -> Iterator[Row]:
        """The data rows, in order. The row is counted as read or refused after its turn."""
        header_cells = [folded(v) for v in self.grid.cells[self.header.row]]
        for index, cells in rows_of(self.grid, self.header.row + 1):
            self.report.rows += 1
            kind = self._skip(index, cells, header_cells)
            if kind:
                setattr(self.report, kind, getattr(self.report, kind) + 1)
                continue
            row = Row(self, index, cells)
            yield row
            if row.problems:
                self._keep(row.problems)
            row.counted_as_read = row.ok
            if row.ok:
                self.report.read += 1
            else:
                self.report.refused += 1
        for (kind, component), count in self._more.items():
            at = Place(self.grid.file, self.grid.sheet)
            self.problems.append(Problem(kind, at, component=component, count=count))

    def _keep(self, problems: Iterable[Problem]) -> None:
        """Keep the first problems of each kind; of the others only the number."""
        for problem in problems:
            self._kept[problem.kind] += 1
            if self._kept[problem.kind] <= PROBLEMS_KEPT:
                self.problems.append(problem)
            else:
                self._more[problem.kind, problem.component] += 1

    def refuse_late(self, row: Row) -> None:
        """Record what was seen only after the row's turn; if it was counted as read, take it back."""
        self.problems.extend(row.problems)
        if row.counted_as_read:
            row.counted_as_read = False
            self.report.read -= 1
            self.report.refused += 1

    def refuse_all(self) -> None:
        """Account for the rows of a table whose header is not usable: none of them can be read."""
        for row in self.rows():
            row.refuse()

    def _skip(self, index: int, cells: Sequence[Any], header_cells: Sequence[str]) -> str | None:
        filled = [v for v in cells if not is_blank(v)]
        if not filled:
            return "blank"
        first = fold(shown(filled[0]))
        if first in header_cells and [folded(v) for v in cells] == header_cells:
            return "header"
        if _TOTAL.fullmatch(first) and not self._has_identity(cells):
            return "total"
        if _NOTE.match(first) and (self._lacks_required(index, cells) or self._signature(filled)):
            return "note"
        return None

    @staticmethod
    def _signature(filled: Sequence[Any]) -> bool:
        """Whether the row is a line of labels, as 填表人: … 审核人: …"""
        return sum(bool(_LABEL.fullmatch(folded(v))) for v in filled) >= 2

    def _has_identity(self, cells: Sequence[Any]) -> bool:
        """Whether the row says what it is about, beside the word for a total."""
        for column in self.columns.values():
            index = self.header.columns.get(column.name)
            if not column.identity or index is None or index >= len(cells):
                continue
            text = folded(cells[index])
            if not text or _TOTAL.fullmatch(text):
                continue
            if column.identity == "key" or not _AMOUNT.fullmatch(text):
                return True
        return False

    def _lacks_required(self, index: int, cells: Sequence[Any]) -> bool:
        """Whether at most one of the required columns holds something in this row."""
        row = Row(self, index, cells)
        names = [c.name for c in self.columns.values() if c.required]
        return sum(not is_blank(row.value(name)) for name in names) <= 1


class Row:
    """One data row. Reading a cell that cannot be read records a problem and gives None."""

    def __init__(self, reader: TableReader, index: int, cells: Sequence[Any]) -> None:
        self.reader = reader
        self._refused = False
        self.counted_as_read = False
        self._index = index
        self._cells = cells
        self.problems: list[Problem] = []
        self.unit: str | None = None
        self.component: str | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing in the row had to be refused."""
        return not self._refused and not any(p.severity is Severity.ERROR for p in self.problems)

    def refuse(self) -> None:
        """Count the row as refused though the fault lies elsewhere, as in a form's header."""
        self._refused = True

    @property
    def number(self) -> int:
        """The row's number as Excel shows it."""
        return self._index + self.reader.grid.first_row

    def value(self, name: str) -> Any:
        """The raw cell, or None where the column is not there; merged cells are looked up."""
        index = self.reader.header.columns.get(name)
        if index is None:
            return None
        value = self._cells[index] if index < len(self._cells) else None
        if not is_blank(value):
            return value
        top = self.reader.grid.merged.get((self._index, index))
        if top is None or top[0] == self._index or top[0] <= self.reader.header.row:
            return value
        if not self.reader.columns[name].spread:
            self.add("value-merged", name, expected="每行一个数值")
            return None
        return self.reader.grid.cells[top[0]][top[1]]

    def place(self, name: str | None = None) -> Place:
        column = None if name is None else self.reader.header.columns.get(name)
        return self.reader._place(self._index, column, name if column is not None else None)

    def add(
        self,
        kind: str,
        name: str | None,
        found: str | None = None,
        expected: str = "",
        mend: str = "",
    ) -> None:
        """Record a problem at the cell of column ``name``."""
        if found is None:
            found = "" if name is None else shown(self._raw(name))
        self.problems.append(
            Problem(kind, self.place(name), found, expected, mend, self.unit, self.component)
        )

    def _raw(self, name: str) -> Any:
        index = self.reader.header.columns.get(name)
        return self._cells[index] if index is not None and index < len(self._cells) else None

    def text(self, name: str, *, required: bool = False) -> str | None:
        return self._read(name, required, read_text)

    def date(self, name: str, *, required: bool = False) -> date | None:
        return self._read(name, required, read_date)

    def points(
        self, name: str, low: int | None = None, high: int | None = None, *, required: bool = False
    ) -> int | None:
        return self._read(name, required, lambda value: read_points(value, low, high))

    def count(self, name: str) -> int | None:
        """The cell as a whole number of things, not negative."""
        points = self.points(name, 0, MAX_POINTS * SCALE)
        if points is not None and points % SCALE:
            self.add("number-unreadable", name, expected="整数")
            return None
        return None if points is None else points // SCALE

    def _read(self, name: str, required: bool, reader: Callable[[Any], T | None]) -> T | None:
        try:
            value = reader(self.value(name))
        except CellError as error:
            self.add(error.kind, name, None, error.expected, error.mend)
            return None
        if value is None and required:
            self.add("value-missing", name)
        return value
