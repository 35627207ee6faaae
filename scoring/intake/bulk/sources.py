"""Parquet files, and csv files copied into such, by the columns of the contract; excerpts of their rows for
the ordinary readers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from scoring.engines.model import DamagedFileError
from scoring.intake.bulk.delimited import (
    Lines,
    UnusualFileError,
    beginning_of,
    copy_as_parquet,
)
from scoring.intake.bulk.plain import Cells, Stored, stored_as
from scoring.intake.form_columns import _ITEM_COLUMNS, more_columns
from scoring.intake.forms import match_items
from scoring.intake.grids import Grid, SourceFile, read_file
from scoring.intake.grids.parquet import values_of
from scoring.intake.header import Column, Header, find_header
from scoring.intake.ledger import columns_for
from scoring.intake.scores import columns_for as score_columns
from scoring.intake.table import TableReader
from scoring.limits import COLUMNS
from scoring.scheme import Ledger, Score, SelfAssessment

_DIFFERENT: Final = 100_000
"""How many different contents of a column without a known name are looked at."""
_LEADING: Final = frozenset({"台账编号", "单位", "扣分项", "期次", "指标编号", "单位名称"})
"""Columns whose plain cells are no words beside a table, so that a row which begins with one is data."""

Part = Ledger | SelfAssessment | Score


@dataclass(frozen=True)
class Parquet:
    """A parquet file whose columns are those of its table. ``file`` is its path in the folder, ``rows`` how
    many it has, ``names`` its columns in order, ``cells`` the table's columns by their names in the contract.
    ``source`` is the csv file that it is a copy of, whose rows stand on ``lines``."""

    path: Path
    file: str
    rows: int
    names: tuple[str, ...]
    cells: Mapping[str, Cells]
    source: Path | None = None
    lines: Lines | None = None

    def column(self, name: str) -> Cells:
        """The column that the contract calls ``name``."""
        return self.cells.get(name, Cells(name, None))

    @property
    def shape(self) -> tuple[object, ...]:
        """What is the same in files that are read together."""
        return self.names, tuple(self.cells.items())

    @property
    def given(self) -> Path:
        """The file of the assessment."""
        return self.source or self.path

    def beside(self, rows: Collection[int]) -> int:
        """How many rows it has beside some; of a csv file, how many lines they take."""
        count = self.rows - len(rows)
        if self.lines is None or not self.lines.tall:
            return count
        some = set(rows)
        return count + sum(n for row, n in self.lines.tall.items() if row not in some)


def recognised(path: Path, file: str, part: Part) -> Parquet | None:
    """The file of a part's table, as ``recognised_by``."""
    return recognised_by(path, file, part.table, lambda grid: _matched(grid, part))


def recognised_by(
    path: Path,
    file: str,
    table: str,
    matched: Callable[[Grid], tuple[Header, tuple[Column, ...]] | None],
) -> Parquet | None:
    """The file, if its columns are what expressions over whole columns can read: those of the table, each
    once, beside them only such as are passed over. None for any other, which is read cell by cell.
    ``matched`` finds the table's header in a grid."""
    import pyarrow.parquet as pq

    try:
        opened = pq.ParquetFile(path)
        schema, rows = opened.schema_arrow, opened.metadata.num_rows
    except Exception:
        return None
    names = tuple(schema.names)
    if len(names) > COLUMNS or len(set(names)) < len(names) or not all(map(str.strip, names)):
        return None
    grid = Grid(file, None, [list(names)], first_row=0)
    found = matched(grid)
    if found is None or not _is_clean(path, grid, *found, table):
        return None
    header, columns = found
    first = min(header.columns[c.name] for c in columns if c.required)
    if next(name for name, i in header.columns.items() if i == first) not in _LEADING:
        return None
    cells = {n: Cells(names[i], stored_as(schema.types[i])) for n, i in header.columns.items()}
    return Parquet(path, file, rows, names, cells)


def in_columns(
    path: Path, file: str, part: Part, new_file: Callable[[], Path]
) -> Parquet | UnusualFileError | None:
    """The file as ``recognised`` gives it; a csv file is copied for it into a parquet file that ``new_file``
    names. Where it is not copied the error says why."""
    match path.suffix.lower():
        case ".parquet":
            return recognised(path, file, part)
        case ".csv":
            try:
                return _copied(path, file, part, new_file)
            except UnusualFileError as error:
                return error
            except OSError:
                # Who reads it cell by cell says so.
                return None
        case _:
            return None


def _copied(path: Path, file: str, part: Part, new_file: Callable[[], Path]) -> Parquet | None:
    beginning = beginning_of(path)
    grid = Grid(file, None, [beginning.names, *beginning.rows])
    matched = _matched(grid, part)
    if matched is None or matched[0].row or matched[0].last:
        return None
    target = new_file()
    lines = copy_as_parquet(path, beginning, target)
    found = recognised(target, file, part)
    return None if found is None else replace(found, source=path, lines=lines)


def read_by_cells(path: Path, file: str, unusual: UnusualFileError | None) -> SourceFile:
    """The file as the ordinary reader reads it. What is beyond its limits says why it was not copied."""
    source = read_file(path, file)
    if unusual is not None:
        source.problems = [
            replace(problem, about=f"这个文件不能成批读取：{unusual}")
            if problem.kind == "file-too-large" else problem
            for problem in source.problems
        ]  # fmt: skip
    return source


def _matched(grid: Grid, part: Part) -> tuple[Header, tuple[Column, ...]] | None:
    """The header of a grid as that of the part's table."""
    if isinstance(part, SelfAssessment):
        found = find_header(grid, _ITEM_COLUMNS)
        if found is None or "指标编号" not in found.columns:
            return None
        header, columns, is_long = match_items(grid, found, more_columns(part))
        return (header, columns) if is_long else None
    columns = columns_for(part) if isinstance(part, Ledger) else score_columns(part)
    header_of_rows = find_header(grid, columns)
    return None if header_of_rows is None else (header_of_rows, columns)


def _is_clean(
    path: Path, grid: Grid, header: Header, columns: tuple[Column, ...], table: str
) -> bool:
    """Whether every column that must be there is, and none holds what may belong to another one."""
    others = list(header.others.values())
    if others:
        cells = _contents(path, [grid.cells[0][i] for i in others])
        if cells is None:
            return False
        rows = [[None] * len(grid.cells[0]) for _ in range(max(map(len, cells), default=0))]
        for at, values in zip(others, cells, strict=True):
            for row, value in zip(rows, values, strict=False):
                row[at] = value
        grid = Grid(grid.file, None, [grid.cells[0], *rows], first_row=0)
    reader = TableReader(grid, header, columns, table)
    kinds = {problem.kind for problem in reader.problems_of_header}
    return reader.usable and not kinds - {"column-unknown"}


def _contents(path: Path, names: Sequence[str]) -> list[list[Any]] | None:
    """The different contents of some columns, None where they are too many to look at."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    found: list[dict[Any, None]] = [{} for _ in names]
    try:
        for batch in pq.ParquetFile(path).iter_batches(columns=list(names)):
            table = pa.Table.from_batches([batch]).select(list(names))
            for known, values in zip(found, values_of(table), strict=True):
                known.update(dict.fromkeys(v for v in values if v is not None))
                if len(known) > _DIFFERENT:
                    return None
    except Exception:
        return None
    return [list(known) for known in found]


def excerpt(parquet: Parquet, wanted: Iterable[int]) -> SourceFile:
    """Some rows of a file (from 0), as the readers of an ordinary assessment take a whole one. Raises
    DamagedFileError."""
    import numpy as np

    rows = np.unique(np.fromiter(wanted, dtype=np.int64))
    try:
        cells = [list(parquet.names), *_cells(parquet, rows, parquet.names)]
    except Exception as error:
        # What Arrow raises for a broken file is not only its own.
        raise DamagedFileError(parquet.given) from error
    if parquet.lines is None:
        numbers, heights = [0, *(rows + 1).tolist()], None
    else:
        numbers = [1, *parquet.lines.starts(rows)]
        heights = [1, *parquet.lines.heights(rows.tolist())]
    grid = Grid(parquet.file, None, cells, first_row=numbers[0], numbers=numbers, heights=heights)
    return SourceFile(parquet.file, hash_of(parquet.given), [grid])


def texts_at(parquet: Parquet, rows: Any, columns: Sequence[str]) -> Iterator[list[str | None]]:
    """What some rows, an array of their numbers in order, say in columns of the contract, None where that
    is no text and no whole number. Raises DamagedFileError."""
    stored = [parquet.column(name) for name in columns]
    names = [cells.name for cells in stored if not cells.empty]
    try:
        for row in _cells(parquet, rows, names):
            found = dict(zip(names, row, strict=True))
            yield [_said(found.get(cells.name)) for cells in stored]
    except Exception as error:
        raise DamagedFileError(parquet.given) from error


def _said(value: Any) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else None


def _cells(parquet: Parquet, rows: Any, names: Sequence[str]) -> Iterator[list[Any]]:
    """The cells of some rows, which are an array of their numbers in order, in columns of the file."""
    import pyarrow.parquet as pq

    opened = pq.ParquetFile(parquet.path, page_checksum_verification=True)
    at = 0
    for group in range(opened.metadata.num_row_groups if len(rows) else 0):
        count = opened.metadata.row_group(group).num_rows
        here = rows[(rows >= at) & (rows < at + count)] - at
        if len(here):
            table = opened.read_row_group(group, columns=list(names)).take(here)
            yield from (
                map(list, zip(*values_of(table.select(list(names))), strict=True))
                if names
                else [[]] * len(here)
            )
        at += count


def hash_of(path: Path) -> str:
    """The SHA-256 of a file, however large."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


__all__ = [
    "Parquet",
    "Part",
    "Stored",
    "UnusualFileError",
    "excerpt",
    "hash_of",
    "in_columns",
    "read_by_cells",
    "recognised",
    "recognised_by",
]
