"""An assessment of many units, read: its plain rows as frames, everything else by the ordinary readers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from scoring.engines.model import FILE, ROW, DamagedFileError, Engine, EngineError, Frame
from scoring.intake.appeals import TABLE as APPEALS_TABLE
from scoring.intake.assessment import Inspection
from scoring.intake.bulk.close import close_units
from scoring.intake.bulk.frames import frames_of
from scoring.intake.bulk.parts import (
    PartRows,
    Sources,
    TooManyOddRowsError,
    damaged_files,
    part_rows,
    read_sources,
    shown_by_path,
)
from scoring.intake.bulk.rows import HOME
from scoring.intake.bulk.sources import Parquet, excerpt
from scoring.intake.folder import (
    UNITS_TABLE,
    OpenedFolder,
    inspected,
    open_folder,
    read_lists,
)
from scoring.intake.holidays import TABLE as HOLIDAYS_TABLE
from scoring.intake.table import FileReport
from scoring.limits import BULK_CLOSE_ROWS
from scoring.lookup.units import UnitList

__all__ = [
    "Bulk",
    "TooManyCloseRowsError",
    "TooManyOddRowsError",
    "open_bulk",
]


class TooManyCloseRowsError(Exception):
    """The units that would be read closely have more rows than are read cell by cell."""

    def __init__(self, units: int, rows: int) -> None:
        super().__init__(f"{units}: {rows}")
        self.units, self.rows = units, rows


@dataclass
class Bulk:
    """A folder of many units whose plain rows are typed. ``units`` is its whole list; ``close`` are the
    graded units that are read closely, ``frames`` all plain rows by table."""

    engine: Engine
    opened: OpenedFolder
    sources: Sources
    units: UnitList
    parts: Sequence[PartRows]
    close: set[str]
    frames: dict[str, Frame]

    def read_closely(self, more: Collection[str]) -> Inspection:
        """Everything that is not plain, and all rows of the units that are read closely, ``more`` among
        them, by the ordinary readers: an assessment of these units alone. Called once. Raises
        TooManyCloseRowsError, ``scoring.engines.model.DamagedFileError``."""
        self.close |= set(more)
        wanted = {row_file: set(rows) for row_file, rows in self._wanted().items()}
        count = sum(map(len, wanted.values()))
        if count > BULK_CLOSE_ROWS:
            raise TooManyCloseRowsError(len(self.close), count)
        for table, files in self.sources.parquet.items():
            found = {file.file: excerpt(file, wanted.get(file.file, ())) for file in files}
            found |= {source.file: source for source in self.sources.others[table]}
            self.opened.take(table, (found[file] for file in self.sources.order[table]))
        inspection = inspected(self.opened, self.units.narrowed(self.close), True)
        reports = tuple(_whole(report, self._files(), wanted) for report in inspection.reports)
        assessment = inspection.assessment
        if assessment is not None:
            assessment = replace(assessment, reports=reports)
        return replace(inspection, assessment=assessment, reports=reports)

    def _files(self) -> dict[str, Parquet]:
        return {file.file: file for files in self.sources.parquet.values() for file in files}

    def _wanted(self) -> dict[str, set[int]]:
        """The rows of every file that are read closely."""
        out: dict[str, set[int]] = {}
        names = pa.array(sorted(self.close), pa.large_string())
        close = self.engine.frame(pa.table({HOME: names}))
        for rows in self.parts:
            for row in rows.odd:
                out.setdefault(row.file, set()).add(row.row)
            here = rows.typed.join(close, on=HOME, how="inner").select(FILE, ROW)
            shown = shown_by_path(rows.files)
            table = self.engine.table(here)
            if len(table) > BULK_CLOSE_ROWS:
                raise TooManyCloseRowsError(len(self.close), len(table))
            for path, number in zip(table[FILE].to_pylist(), table[ROW].to_pylist(), strict=True):
                out.setdefault(shown[path], set()).add(number)
        return out


def open_bulk(folder: Path, engine: Engine, damaged: Collection[Path] = ()) -> Bulk | Inspection:
    """The assessment in ``folder``, read over ``engine``; what is wrong, where its settings, its scheme or
    its unit list allow nothing to be computed. Files that are known to be ``damaged`` are only said.
    Raises TooManyOddRowsError, DamagedFileError, EngineError."""
    try:
        return _open(folder, engine, damaged)
    except EngineError:
        opened = open_folder(folder)
        if isinstance(opened, Inspection):
            return opened
        found = damaged_files(read_sources(opened, engine.new_file, damaged))
        if found:
            raise DamagedFileError(found[0]) from None
        raise


def _open(folder: Path, engine: Engine, damaged: Iterable[Path]) -> Bulk | Inspection:
    opened = open_folder(folder)
    if isinstance(opened, Inspection):
        return opened
    opened.read((UNITS_TABLE, HOLIDAYS_TABLE, APPEALS_TABLE))
    units, sound = read_lists(opened)
    if not sound:
        for part in opened.scheme.leaves().values():
            opened.take(part.table, ())
        return inspected(opened, UnitList(), False)
    sources = read_sources(opened, engine.new_file, damaged)
    parts = part_rows(engine, opened, sources, units)
    others = [source for some in sources.others.values() for source in some]
    appeals = opened.reading.sources[APPEALS_TABLE]
    close = close_units(engine, units, parts, [*others, *appeals], opened.exempt(units))
    return Bulk(engine, opened, sources, units, parts, close, frames_of(engine, units, parts))


def _whole(
    report: FileReport, files: dict[str, Parquet], wanted: dict[str, set[int]]
) -> FileReport:
    """The account of a file's rows, those included that were plain and not read closely."""
    file = files.get(report.file)
    if file is None:
        return report
    more = file.beside(wanted.get(report.file, ()))
    return replace(report, rows=report.rows + more, read=report.read + more)
