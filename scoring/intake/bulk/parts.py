"""The tables of an assessment's parts as typed rows, with what must be read cell by cell beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import narwhals as nw

from scoring.engines.model import PLACE, Engine, Frame
from scoring.intake.bulk.item_rows import item_rows
from scoring.intake.bulk.ledger_rows import ledger_rows
from scoring.intake.bulk.lists import UnitColumns
from scoring.intake.bulk.placing import Placing
from scoring.intake.bulk.rows import BARE, HOME, ODD
from scoring.intake.bulk.score_rows import score_rows
from scoring.intake.bulk.sources import (
    Parquet,
    Part,
    UnusualFileError,
    in_columns,
    read_by_cells,
    texts_at,
)
from scoring.intake.discover import shown_path
from scoring.intake.folder import OpenedFolder, folder_period
from scoring.intake.grids import SourceFile
from scoring.limits import BULK_EXAMPLES, BULK_ODD_ROWS
from scoring.problems import Problem
from scoring.scheme import Ledger, SelfAssessment


@dataclass(frozen=True)
class OddRow:
    """A row that is read cell by cell: its place, its file and its number there (from 0), what it says of its
    unit and its 台账编号, the graded unit if that is plain; ``bare``: it may be no row of data."""

    place: int
    file: str
    row: int
    said_unit: str | None
    said_number: str | None
    bare: bool
    home: int | None


@dataclass(frozen=True)
class PartRows:
    """The rows of a part's parquet files: ``typed`` has all of them, ``odd`` names those that are not
    plain. ``groups`` are those groups with units that have the part."""

    key: str
    part: Part
    groups: Sequence[str]
    placing: Placing
    typed: Frame
    odd: Sequence[OddRow]

    @property
    def plain(self) -> Frame:
        """The rows that are plain."""
        # Without odd rows nothing has to be judged again.
        return self.typed.filter(~nw.col(ODD)) if self.odd else self.typed


class TooManyOddRowsError(Exception):
    """More rows of a table are not plain than are read cell by cell. ``first`` are the numbers of the first of
    them, by file; ``problems`` what is wrong with these."""

    def __init__(self, table: str, count: int, first: Mapping[str, Any]) -> None:
        super().__init__(f"{table}: {count}")
        self.table, self.count, self.first = table, count, first
        self.problems: Sequence[Problem] = ()


@dataclass
class Sources:
    """The files of the parts' tables: those that are read by expressions, by table, and the others as
    they were read cell by cell."""

    parquet: dict[str, list[Parquet]] = field(default_factory=dict)
    others: dict[str, list[SourceFile]] = field(default_factory=dict)
    order: dict[str, list[str]] = field(default_factory=dict)
    """The files of a table in the order in which they are read."""


def read_sources(
    opened: OpenedFolder, new_file: Callable[[], Path], damaged: Iterable[Path] = ()
) -> Sources:
    """The files of every part's table. A ``damaged`` file is read as any other: that says what is wrong.
    csv files are copied into what ``new_file`` names."""
    parts: dict[str, list[Part]] = {}
    for part in opened.scheme.leaves().values():
        parts.setdefault(part.table, []).append(part)
    spoilt = set(damaged)
    out = Sources()
    for table, own in parts.items():
        out.parquet[table], out.others[table], out.order[table] = [], [], []
        for path in opened.found.tables[table]:
            file = shown_path(path.relative_to(opened.folder))
            out.order[table].append(file)
            found: Parquet | UnusualFileError | None = None
            if path not in spoilt and len(own) == 1:
                found = in_columns(path, file, own[0], new_file)
            if not isinstance(found, Parquet):
                out.others[table].append(read_by_cells(path, file, found))
            else:
                out.parquet[table].append(found)
    return out


def part_rows(
    engine: Engine, opened: OpenedFolder, sources: Sources, units: UnitColumns
) -> list[PartRows]:
    """The rows of every part that has parquet files. Raises TooManyOddRowsError, DamagedFileError."""
    out = []
    for key, part in opened.scheme.leaves().items():
        files = [file for file in sources.parquet[part.table] if file.rows]
        if not files:
            continue
        periods: dict[str, str | None] = {}
        if isinstance(part, SelfAssessment):
            periods = {file.file: folder_period(file.file, part) for file in files}
        placing = Placing(files, periods)
        own = groups_with(opened, units, key)
        # Typed once: five questions and the scoring are asked of these rows.
        typed = engine.kept(_typed(engine, opened, part, own, units, placing))
        odd = odd_rows(engine, typed, placing, part.table)
        out.append(PartRows(key, part, own, placing, typed, odd))
    return out


def groups_with(opened: OpenedFolder, units: UnitColumns, key: str) -> list[str]:
    """The groups with units that have the part ``key``, in the order of the unit list."""
    views = opened.scheme.views()
    return [group for group in units.groups if key in views[group].leaves()]


def _typed(
    engine: Engine, opened: OpenedFolder, part: Part, groups: Sequence[str], units: UnitColumns,
    placing: Placing,
) -> Frame:  # fmt: skip
    year = opened.settings.year
    if isinstance(part, Ledger):
        calendar = opened.reading.calendar
        return ledger_rows(engine, placing, part, units, groups, year, calendar)
    if isinstance(part, SelfAssessment):
        return item_rows(engine, placing, part, units, groups, year)
    return score_rows(engine, placing, part, units, groups)


def odd_rows(engine: Engine, typed: Frame, placing: Placing, table: str) -> list[OddRow]:
    """The rows that are not plain, file after file. Raises TooManyOddRowsError, DamagedFileError."""
    odd = typed.filter(nw.col(ODD))
    found = engine.table(odd.select(PLACE, BARE, HOME).head(BULK_ODD_ROWS + 1))
    if len(found) > BULK_ODD_ROWS:
        counted = engine.table(odd.select(nw.col(PLACE).len().alias("count")))
        places = engine.table(odd.select(PLACE).sort(PLACE).head(BULK_EXAMPLES))[PLACE].to_numpy()
        first = {file.file: rows for file, rows in placing.rows_of(places)}
        raise TooManyOddRowsError(table, int(counted["count"][0].as_py()), first)
    columns = (found[name].to_pylist() for name in (PLACE, BARE, HOME))
    known = {place: (bare, home) for place, bare, home in zip(*columns, strict=True)}
    out = []
    for file, rows in placing.rows_of(list(known)):
        start, _ = placing.bounds_of(file.file)
        said = texts_at(file, rows, ("单位", "台账编号"))
        for row, (unit, number) in zip(rows.tolist(), said, strict=True):
            bare, home = known[start + row]
            out.append(OddRow(start + row, file.file, row, unit, number, bare, home))
    return out


def damaged_files(sources: Sources) -> list[Path]:
    """The parquet files that cannot be read to their end."""
    import pyarrow.parquet as pq

    out = []
    for files in sources.parquet.values():
        for file in files:
            try:
                for _ in pq.ParquetFile(file.path).iter_batches():
                    pass
            except Exception:
                # What Arrow raises for a broken file is not only its own.
                out.append(file.given)
    return out


def names_in(source: SourceFile) -> Iterable[Any]:
    """The contents of every cell of a file."""
    return (value for grid in source.grids for row in grid.cells for value in row)
