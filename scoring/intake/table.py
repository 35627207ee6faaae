"""A grid as a table: its header row, its columns by name, its rows with their places.

Every row after the header is accounted for: read, refused, or skipped as blank, total, note or
repeated header. A row's cells are read by name; what cannot be read becomes a problem with its
place, and the row counts as refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple, TypeVar

from scoring.intake.cells import (
    CellError,
    is_blank,
    read_date,
    read_name,
    read_points,
    read_share,
    read_text,
    shown,
)
from scoring.intake.grids import Grid, column_letter, rows_of
from scoring.intake.header import Column, Header, find_header, folded, header_at
from scoring.intake.no_data import IGNORED_HEADERS, RowKinds, text_of
from scoring.limits import FOUND_KEPT, NAME_LENGTH, PROBLEMS_KEPT
from scoring.points import MAX_POINTS, SCALE
from scoring.problems import Place, Problem, Severity, clip, nearest

__all__ = [
    "Column",
    "FileReport",
    "Header",
    "Row",
    "SheetHeader",
    "TableReader",
    "find_header",
    "folded",
    "header_at",
    "refused_report",
    "unused_report",
]

T = TypeVar("T")


class NoDataRow(NamedTuple):
    """A row that was passed over as holding no data: its number as Excel shows it, what it says."""

    row: int
    text: str


@dataclass
class FileReport:
    """What became of the rows of one sheet (row accounting); of a csv file lines are counted.

    ``above`` counts the rows down to the header's last; ``unused`` those of a sheet that is not
    one of the table's. ``no_data`` names the rows that were passed over as holding no data.
    """

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
    above: int = 0
    unused: int = 0
    no_data: list[NoDataRow] = field(default_factory=list)

    def adds_up(self) -> bool:
        parts = self.read + self.refused + self.blank + self.total + self.note + self.header
        return self.rows == parts


class SheetHeader(NamedTuple):
    """Where a sheet's header is (its first and last row as Excel shows them), the letter of each column by its name, and
    the unknown headers by the missing column that each may be."""

    row: int
    letters: dict[str, str]
    misnamed: dict[str, Place]
    last: int = 0


def refused_report(grid: Grid, table: str) -> FileReport:
    """The row accounting of a sheet without a header row: every row that holds something is refused."""
    count = sum(grid.lines(index) for index in range(len(grid.cells)))
    blank = sum(
        grid.lines(index)
        for index, cells in enumerate(grid.cells)
        if index not in grid.refused and all(is_blank(v) for v in cells)
    )
    return FileReport(grid.file, grid.sheet, table, count, refused=count - blank, blank=blank)


def unused_report(grid: Grid, table: str) -> FileReport:
    """The row accounting of a sheet that is none of the table's: drop-down lists, notes."""
    lines = sum(grid.lines(index) for index in range(len(grid.cells)))
    return FileReport(grid.file, grid.sheet, table, unused=lines)


class TableReader:
    """Reads the rows of one grid by the names of its columns.

    ``known`` says whether a word is one of those that the table is about.
    ``problems`` and ``report`` fill up while the rows are iterated. ``misnamed`` holds the places
    of unknown headers by the missing column that each may be.
    """

    def __init__(
        self,
        grid: Grid,
        header: Header,
        columns: Sequence[Column],
        table: str,
        codes: Container[str] = frozenset(),
        known: Callable[[str], object] | None = None,
        *,
        may_have_others: bool = False,
    ) -> None:
        """``codes`` are the folded texts that certainly are codes in a column of codes; ``known`` says
        whether a word names what the table is about. A table that ``may_have_others`` has columns of
        the office's own beside the contract's, which are passed over without a word."""
        self.grid = grid
        self._may_have_others = may_have_others
        self.header = header
        self.columns = {c.name: c for c in columns}
        self.problems: list[Problem] = []
        self.misnamed: dict[str, Place] = {}
        above = sum(grid.lines(index) for index in range(header.last + 1))
        self.report = FileReport(grid.file, grid.sheet, table, above=above)
        self._kinds = RowKinds(grid, header, self.columns, codes, known)
        self._doubtful: set[int] = set()
        self._kept: Counter[str] = Counter()
        self._more: Counter[tuple[str, str | None]] = Counter()
        self._check_header()
        self._unnamed, self._beside = self._unnamed_columns()

    @property
    def usable(self) -> bool:
        """Whether every required column is there, once."""
        return not any(p.kind in _UNUSABLE for p in self.problems_of_header)

    def _check_header(self) -> None:
        at = self.place_of_row(self.header.row)
        others = {
            name: index
            for name, index in self.header.others.items()
            if name.lower() not in IGNORED_HEADERS
        }
        lacking = [
            c for c in self.columns.values() if c.required and c.name not in self.header.columns
        ]
        unlike = []
        for column in lacking:
            near = next((n for name in column.names() for n in nearest(name, others)), None)
            if near is not None:
                # The header that is proposed is named once, here.
                at_cell = self._header_place(others.pop(near))
                fix = f"如果该列就是“{column.name}”，请改正列名；否则补上这一列"
                self._fault("column-missing", at_cell, near, f"“{column.name}”列", fix)
            else:
                unlike.append(column)
        for column in unlike:
            self._fault("column-missing", at, "", f"“{column.name}”列", self._candidates(others))
        for name, index in self.header.duplicates:
            self._fault("column-duplicate", self._header_place(index), name)
        absent = [
            c for c in self.columns.values()
            if not c.required and c.name not in self.header.columns
        ]  # fmt: skip
        for name, index in others.items():
            self._check_unknown(name, index, absent, ignored=bool(lacking))
        self.problems_of_header = tuple(self.problems)

    def _candidates(self, others: Mapping[str, int]) -> str:
        """What to do about a missing column that may be one of those whose names are not known."""
        if not 0 < len(others) <= _FEW:
            return ""
        cells = "、".join(
            f"{place.column}{place.row}单元格的“{name}”"
            for name, place in ((n, self._header_place(i)) for n, i in others.items())
        )
        return f"如果{cells}就是这一列，请改为规定的列名；否则补上这一列"

    def _check_unknown(
        self, name: str, index: int, absent: Sequence[Column], *, ignored: bool
    ) -> None:
        """A column whose name is not known: an error where it is near to a column that can change a
        score and holds what such a column holds. Any other is ``ignored`` where a column that must be
        there is missing: it may be that one, and the table is not read anyway."""
        place = self._header_place(index)
        names = {n: c for c in absent for n in c.names()}
        near = nearest(name, names)
        if near:
            self.misnamed.setdefault(names[near[0]].name, self._header_place(index, name))
        deciding = {n: c for n, c in names.items() if c.decides}
        meant = nearest(name, [n for n, c in deciding.items() if self._holds(c, index, _HOLDS)])
        named = [c for c in deciding.values() if any(word in name for word in c.words)]
        near_miss = nearest(name, names, least=_NEAR_MISS)
        if self._may_have_others and not (near_miss or self._names_a_row(index)):
            return
        column = deciding[meant[0]] if meant else next(
            (c for c in named if self._holds(c, index, _HOLDS_ONLY)), None
        )  # fmt: skip
        if column is not None:
            self._doubtful.add(index)
            fix = (
                f"如果该列就是“{column.name}”，请改为规定的列名；"
                f"如果不是，请补上“{column.name}”一列（可以留空）"
            )
            self._fault("column-misnamed", place, name, f"“{column.name}”", fix)
        elif not ignored and (near_miss or not self._may_have_others):
            self._fault("column-unknown", place, name, f"“{near[0]}”" if near else "")

    def _holds(self, column: Column, index: int, what: Mapping[str, re.Pattern[str]]) -> bool:
        """Whether the column at ``index`` holds something that ``column`` could hold."""
        return any(
            what[column.decides].search(folded(cells[index]))
            for cells in self.grid.cells[self.header.last + 1 :]
            if index < len(cells) and not is_blank(cells[index])
        )

    def _names_a_row(self, index: int) -> bool:
        """Whether a cell of the column at ``index`` has the name of one of the table's rows: 所属单位
        does, 主管领导 does not."""
        keys = [
            i for name, i in self.header.columns.items()
            if self.columns[name].identity in ("sole", "key")
        ]  # fmt: skip
        rows = self.grid.cells[self.header.last + 1 :]
        names = {folded(cells[i]) for cells in rows for i in keys if i < len(cells)} - {""}
        return any(index < len(cells) and folded(cells[index]) in names for cells in rows)

    def _unnamed_columns(self) -> tuple[frozenset[int], frozenset[int]]:
        """The columns without a name in which content must not be passed over: those between the
        table's columns, and those that follow its last one without a gap; and those behind a gap,
        where words may stand beside the table."""
        named = self.header.named()
        if not named:
            return frozenset(), frozenset()
        last = max(named)
        filled = {
            i
            for index, cells in rows_of(self.grid, self.header.last + 1)
            if len(cells) > last + 1 and self._kinds.of(index, cells) is None
            for i in range(last + 1, len(cells))
            if not is_blank(cells[i])
        }
        end = last
        while end + 1 in filled:
            end += 1
        inside = {i for i in range(end + 1) if i not in named}
        unnamed = frozenset(i for i in inside if not self._counts_rows(i))
        return unnamed, frozenset(i for i in filled if i > end)

    def _counts_rows(self, index: int) -> bool:
        """Whether a column only counts the rows, each of them: 1, 2, 3 …"""
        number = 0
        for at, cells in rows_of(self.grid, self.header.last + 1):
            if self._kinds.of(at, cells) is not None:
                continue
            number += 1
            if index >= len(cells) or folded(cells[index]) != str(number):
                return False
        return True

    def _fault(
        self, kind: str, place: Place, found: str, expected: str = "", fix: str = ""
    ) -> None:
        self.problems.append(Problem(kind, place, found, expected, fix))

    def sheet_header(self) -> SheetHeader:
        """Where the columns are, for who has only a row's place."""
        letters = {name: column_letter(i) for name, i in self.header.columns.items()}
        first, last = map(self.grid.row_number, (self.header.row, self.header.last))
        return SheetHeader(first, letters, self.misnamed, last)

    def _header_place(self, column: int, header: str | None = None) -> Place:
        """The lowest cell of the header over a column."""
        row = next(
            (
                row
                for row in range(self.header.last, self.header.row, -1)
                if not is_blank(self.grid.value(row, column))
            ),
            self.header.row,
        )
        return self._place(row, column, header)

    def _place(self, row: int, column: int | None, header: str | None = None) -> Place:
        letter = None if column is None else column_letter(column)
        return Place(self.grid.file, self.grid.sheet, self.grid.row_number(row), letter, header)

    def place_of_row(self, row: int) -> Place:
        return self._place(row, None)

    def rows(self) -> Iterator[Row]:
        """The data rows, in order. The row is counted as read or refused after its turn."""
        hidden = 0
        beside: list[Place] = []
        for index, cells in rows_of(self.grid, self.header.last + 1):
            lines = self.grid.lines(index)
            self.report.rows += lines
            kind = "refused" if index in self.grid.refused else self._kinds.of(index, cells)
            if kind:
                self._pass_over(kind, index, cells, lines)
                continue
            row = Row(self, index, cells)
            unread = self._unread(cells)
            if unread or self._is_doubtful(cells):
                row.refuse()
            yield row
            row.problems += [self._unnamed_content(row, i, cells[i]) for i in unread]
            if row.problems:
                self._keep(row.problems)
            row.counted_as_read = row.ok
            hidden += index in self.grid.hidden_rows
            beside += [
                self._place(index, i) for i in self._words_beside(cells) if not _decides(cells[i])
            ]
            if row.ok:
                self.report.read += lines
            else:
                self.report.refused += lines
        if hidden:
            place = Place(self.grid.file, self.grid.sheet)
            self.problems.append(Problem("rows-hidden", place, f"{hidden}行"))
        for (code, component), count in self._more.items():
            at = Place(self.grid.file, self.grid.sheet)
            self.problems.append(Problem(code, at, component=component, count=count))
        if beside:
            about = f"共{len(beside)}格" if len(beside) > 1 else ""
            self.problems.append(Problem("words-beside", beside[0], about=about))

    def _keep(self, problems: Iterable[Problem]) -> None:
        """Keep the first problems of each kind; of the others only the number."""
        for problem in problems:
            self._kept[problem.kind] += 1
            if self._kept[problem.kind] <= PROBLEMS_KEPT:
                self.problems.append(problem)
            else:
                self._more[problem.kind, problem.component] += 1

    def _pass_over(self, kind: str, index: int, cells: Sequence[Any], lines: int) -> None:
        setattr(self.report, kind, getattr(self.report, kind) + lines)
        if kind in ("note", "total") and len(self.report.no_data) < PROBLEMS_KEPT:
            number = self.grid.row_number(index)
            self.report.no_data.append(NoDataRow(number, clip(text_of(cells), FOUND_KEPT)))

    def _unread(self, cells: Sequence[Any]) -> list[int]:
        """The columns of the row with content that no column's name covers."""
        if not self.usable:
            # Of a header without a name that must be there, that is said.
            return []
        found = [i for i in self._unnamed if i < len(cells) and not is_blank(cells[i])]
        beside = self._words_beside(cells)
        return sorted(found + [i for i in beside if _decides(cells[i])])

    def _words_beside(self, cells: Sequence[Any]) -> list[int]:
        """The columns behind a gap, right of the table, in which the row has content."""
        return [i for i in sorted(self._beside) if i < len(cells) and not is_blank(cells[i])]

    def _is_doubtful(self, cells: Sequence[Any]) -> bool:
        """Whether something stands in a column whose name is near to one that decides."""
        return any(i < len(cells) and not is_blank(cells[i]) for i in self._doubtful)

    def _unnamed_content(self, row: Row, index: int, value: Any) -> Problem:
        over = self.grid.merged.top_left(self.header.row, index)
        fix = ""
        if over is not None and over[0] == self.header.row:
            name = shown(self.grid.value(*over))
            fix = f"表头“{name}”横跨几列，请拆开，每列写明列名；不需要的内容请删去"
        place = self._place(row.index, index)
        said = clip(shown(value), FOUND_KEPT)
        return Problem(
            "column-unnamed", place, said, fix=fix, unit=row.unit, component=row.component
        )

    def refuse_late(self, row: Row) -> None:
        """Record what was seen only after the row's turn; if it was counted as read, take it back."""
        self.problems.extend(row.problems)
        if row.counted_as_read:
            row.counted_as_read = False
            lines = self.grid.lines(row.index)
            self.report.read -= lines
            self.report.refused += lines

    def refuse_all(self) -> None:
        """Account for the rows of a table whose header is not usable: none of them can be read."""
        for row in self.rows():
            row.refuse()


_ANY, _DIGIT = re.compile("."), re.compile(r"\d")
_DAY = re.compile(r"\d{1,4}[-./年月]\d{1,2}|^\d{5}$|^\d{8}$")
_NUMBER = re.compile(r"^-?[\d.]+[%分]?$")
_FINDING = re.compile("[属查失不]实|查否|成立|^(?:是|否)$")
_HOLDS: Final[Mapping[str, re.Pattern[str]]] = {
    "day": _DIGIT, "number": _DIGIT, "finding": _FINDING, "name": _ANY,
}  # fmt: skip
"""What a column that decides may hold, where its name is nearly the one that is known."""
_HOLDS_ONLY: Final[Mapping[str, re.Pattern[str]]] = {**_HOLDS, "day": _DAY, "number": _NUMBER}
"""The same where its name shares but a word with it: 整改措施 may hold a number of things."""
_FEW: Final = 3
"""How many unknown names of columns are proposed for a missing one."""
_NEAR_MISS: Final = 0.7
"""How much of a name is that of a column, where any other column is passed over: 单位简写, not 单位性质."""
_UNUSABLE = frozenset({"column-missing", "column-duplicate"})


def _decides(value: Any) -> bool:
    """Whether content beside the table is what a column that decides could hold."""
    text = folded(value)
    decides = (_DAY, _NUMBER, _FINDING)
    return not isinstance(value, str) or any(known.search(text) for known in decides)


class Row:
    """One data row. Reading a cell that cannot be read records a problem and gives None."""

    def __init__(self, reader: TableReader, index: int, cells: Sequence[Any]) -> None:
        self.reader = reader
        self._refused = False
        self.counted_as_read = False
        self.index = index
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
        """The row's number as Excel shows it; in a csv file its line."""
        return self.reader.grid.row_number(self.index)

    def value(self, name: str) -> Any:
        """The raw cell, or None where the column is not there; merged cells are looked up."""
        index = self.reader.header.columns.get(name)
        if index is None:
            return None
        value = self._cells[index] if index < len(self._cells) else None
        if not is_blank(value):
            return value
        if not self.reader.grid.merged.ranges:
            return value
        top = self.reader.grid.merged.top_left(self.index, index)
        if top is None or top[0] == self.index or top[0] <= self.reader.header.last:
            return value
        if not self.reader.columns[name].spread:
            self.add("value-merged", name, expected="每行一个数值")
            return None
        return self.reader.grid.value(*top)

    def place(self, name: str | None = None) -> Place:
        column = None if name is None else self.reader.header.columns.get(name)
        return self.reader._place(self.index, column, name if column is not None else None)

    def add(
        self,
        kind: str,
        name: str | None,
        found: str | None = None,
        expected: str = "",
        fix: str = "",
    ) -> None:
        """Record a problem of ``kind`` at the cell of column ``name`` (None: at the row). ``found`` is
        what stands there, by default what the cell shows; ``expected`` completes 应为…; ``fix`` takes
        the place of the kind's own advice. An error refuses the row, a warning does not."""
        if found is None:
            found = "" if name is None else shown(self._raw(name))
        if len(found) > FOUND_KEPT:
            found = found[:FOUND_KEPT] + "…"
        self.problems.append(
            Problem(kind, self.place(name), found, expected, fix, self.unit, self.component)
        )

    def _raw(self, name: str) -> Any:
        index = self.reader.header.columns.get(name)
        return self._cells[index] if index is not None and index < len(self._cells) else None

    def text(self, name: str, *, required: bool = False) -> str | None:
        return self._read(name, required, read_text)

    def name(self, name: str, *, required: bool = False) -> str | None:
        return self._read(name, required, read_name)

    def is_name(self, column: str, name: str) -> bool:
        """Whether ``name`` is short enough for one; a longer one is a problem."""
        if len(name) > NAME_LENGTH:
            self.add("name-long", column, name, f"不超过{NAME_LENGTH}个字的名称")
        return len(name) <= NAME_LENGTH

    def date(self, name: str, *, required: bool = False) -> date | None:
        return self._read(name, required, read_date)

    def points(
        self, name: str, low: int | None = None, high: int | None = None, *, required: bool = False
    ) -> int | None:
        return self._read(name, required, read_points, low, high)

    def share(self, name: str, low: int, high: int) -> int | None:
        """The cell as points, however many decimals the quotient in it has; rounded to four."""
        return self._read(name, False, read_share, low, high)

    def count(self, name: str) -> int | None:
        """The cell as a whole number of things, not negative."""
        points = self.points(name, 0, MAX_POINTS * SCALE)
        if points is not None and points % SCALE:
            self.add("number-unreadable", name, expected="整数")
            return None
        return None if points is None else points // SCALE

    def _read(
        self, name: str, required: bool, reader: Callable[..., T | None], *bounds: int | None
    ) -> T | None:
        raw = self.value(name)
        value: T | None = None
        if raw is not None and raw != "":
            try:
                value = reader(raw, *bounds)
            except CellError as error:
                self.add(error.kind, name, None, error.expected, error.fix)
                return None
        if value is None and required:
            self.add("value-missing", name)
        return value
