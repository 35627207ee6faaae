"""An assessment of many units, read: its plain rows as frames, everything else by the ordinary readers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scoring.engines.model import PLACE, DamagedFileError, Engine, EngineError, Frame
from scoring.intake.appeals import TABLE as APPEALS_TABLE
from scoring.intake.assessment import Inspection
from scoring.intake.bulk.close import close_units, forms_of
from scoring.intake.bulk.frames import frames_of
from scoring.intake.bulk.lists import UNIT, UnitColumns, columns_of
from scoring.intake.bulk.parts import (
    PartRows,
    Sources,
    TooManyOddRowsError,
    damaged_files,
    part_rows,
    read_sources,
)
from scoring.intake.bulk.rows import HOME
from scoring.intake.bulk.sources import Parquet, excerpt
from scoring.intake.bulk.unit_rows import PlainList, plain_list
from scoring.intake.folder import (
    UNITS_TABLE,
    OpenedFolder,
    inspected,
    open_folder,
    read_calendar,
    read_unit_list,
)
from scoring.intake.table import FileReport
from scoring.limits import BULK_CLOSE_ROWS, BULK_EXAMPLES
from scoring.lookup.units import UnitList
from scoring.problems import Problem
from scoring.scheme import SelfAssessment

__all__ = [
    "Bulk",
    "TooManyCloseRowsError",
    "TooManyOddRowsError",
    "open_bulk",
]


class TooManyCloseRowsError(Exception):
    """The units that would be read closely have more rows than are read cell by cell; ``problems`` is what is
    wrong with the first rows that are not plain."""

    def __init__(self, units: int, rows: int) -> None:
        super().__init__(f"{units}: {rows}")
        self.units, self.rows = units, rows
        self.problems: Sequence[Problem] = ()


@dataclass
class Bulk:
    """A folder of many units whose plain rows are typed. ``units`` are all units of its list in columns,
    ``listed`` that list as it was read; ``close`` are the graded units that are read closely, ``frames`` all plain
    rows by table."""

    engine: Engine
    opened: OpenedFolder
    sources: Sources
    units: UnitColumns
    listed: ListedUnits
    parts: Sequence[PartRows]
    close: set[str]
    frames: dict[str, Frame]

    def read_closely(self, more: Collection[str]) -> Inspection:
        """Everything that is not plain, and all rows of the units that are read closely, ``more`` among
        them, by the ordinary readers: an assessment of these units alone. Called once. Raises
        TooManyCloseRowsError, ``scoring.engines.model.DamagedFileError``."""
        self.close |= set(more)
        try:
            wanted = self._wanted()
        except TooManyCloseRowsError as error:
            first = self._first()
            error.problems = first_problems(self.opened, self.sources, self.listed, first)
            raise
        take_excerpts(self.opened, self.sources, wanted)
        units, all_files = self.listed.as_read(), self._files()
        if isinstance(units, PlainList):
            rows = units.rows_of(self._places())
            wanted |= rows
            all_files |= {file.file: file for file in units.placing.files}
            self.opened.take(
                UNITS_TABLE, (excerpt(f, rows.get(f.file, ())) for f in units.placing.files)
            )
            units, _ = read_unit_list(self.opened)
        inspection = inspected(self.opened, units.narrowed(self.close), True)
        reports = tuple(_whole(report, all_files, wanted) for report in inspection.reports)
        assessment = inspection.assessment
        if assessment is not None:
            assessment = replace(assessment, reports=reports)
        return replace(inspection, assessment=assessment, reports=reports)

    def _files(self) -> dict[str, Parquet]:
        return {file.file: file for files in self.sources.parquet.values() for file in files}

    def _wanted(self) -> dict[str, Any]:
        """The rows of every file that are read closely, as arrays of their numbers in order."""
        out: dict[str, Any] = {}
        close = self.engine.frame(pa.table({HOME: pa.array(self._places(), pa.int64())}))
        count = 0
        for rows in self.parts:
            # Odd rows are read whoever's they are.
            odd = np.array([row.place for row in rows.odd], dtype=np.int64)
            here = rows.typed.join(close, on=HOME, how="inner").select(PLACE)
            places = np.union1d(odd, self.engine.table(here)[PLACE].to_numpy())
            count += len(places)
            if count > BULK_CLOSE_ROWS:
                raise TooManyCloseRowsError(len(self.close), count)
            out |= {file.file: numbers for file, numbers in rows.placing.rows_of(places)}
        return out

    def _first(self) -> dict[str, Any]:
        """The first rows of each part that are not plain, as ``_wanted`` gives rows."""
        out: dict[str, Any] = {}
        for rows in self.parts:
            places = sorted(row.place for row in rows.odd)[:BULK_EXAMPLES]
            out |= {file.file: numbers for file, numbers in rows.placing.rows_of(places)}
        return out

    def _places(self) -> list[int]:
        """The places of the units that are read closely."""
        names = pa.array(sorted(self.close), pa.large_string())
        here = pc.is_in(self.units.graded[UNIT], names)
        places: list[int] = np.flatnonzero(here.to_numpy()).tolist()
        return places


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
    opened.read((APPEALS_TABLE,))
    read_calendar(opened)
    listed = ListedUnits(opened)
    if not listed.is_sound:
        for part in opened.scheme.leaves().values():
            opened.take(part.table, ())
        return inspected(opened, UnitList(), False)
    columns = listed.columns()
    sources = read_sources(opened, engine.new_file, damaged)
    try:
        parts = part_rows(engine, opened, sources, columns)
    except TooManyOddRowsError as error:
        error.problems = first_problems(opened, sources, listed, error.first)
        raise
    others = [source for some in sources.others.values() for source in some]
    appeals = opened.reading.sources[APPEALS_TABLE]
    forms = {
        rows.key: forms_of(engine, rows, rows.part)
        for rows in parts
        if isinstance(rows.part, SelfAssessment)
    }
    spared = opened.settings.not_applicable
    exempt = opened.exempt(listed.whole()) if spared else frozenset[tuple[str, str]]()
    close = close_units(engine, columns, listed.whole, parts, forms, [*others, *appeals], exempt)
    frames = frames_of(engine, columns, parts, forms)
    return Bulk(engine, opened, sources, columns, listed, parts, close, frames)


def take_excerpts(opened: OpenedFolder, sources: Sources, wanted: Mapping[str, Any]) -> None:
    """Take the parts' tables: of files that expressions read the rows that are ``wanted``, the others whole.
    Raises DamagedFileError."""
    for table, files in sources.parquet.items():
        found = {file.file: excerpt(file, wanted.get(file.file, ())) for file in files}
        found |= {source.file: source for source in sources.others[table]}
        opened.take(table, (found[file] for file in sources.order[table]))


def first_problems(
    opened: OpenedFolder, sources: Sources, listed: ListedUnits, first: Mapping[str, Any]
) -> list[Problem]:
    """What is wrong with some rows, by file, where nothing else is read. Raises DamagedFileError."""
    units = listed.whole().narrowed(())
    take_excerpts(opened, sources, first)
    found = inspected(opened, units, True).problems
    return [p for p in found if p.place.file in first and p.place.row is not None]


class ListedUnits:
    """The unit list of a folder, read as columns where it is plain, and as objects once somebody asks."""

    def __init__(self, opened: OpenedFolder) -> None:
        self._opened = opened
        self._whole: UnitList | None = None
        self.plain = plain_list(opened)
        self.is_sound = True
        if self.plain is None:
            self.whole()

    def whole(self) -> UnitList:
        """All units as objects."""
        if self._whole is None:
            self._opened.read((UNITS_TABLE,))
            self._whole, self.is_sound = read_unit_list(self._opened)
        return self._whole

    def columns(self) -> UnitColumns:
        """All units in columns."""
        return columns_of(self.whole()) if self.plain is None else self.plain.columns

    def as_read(self) -> UnitList | PlainList:
        """What is known of it: the objects, if somebody asked for them."""
        if self._whole is None:
            assert self.plain is not None
            return self.plain
        return self._whole


def _whole(report: FileReport, files: dict[str, Parquet], wanted: dict[str, Any]) -> FileReport:
    """The account of a file's rows, those included that were plain and not read closely."""
    file = files.get(report.file)
    if file is None:
        return report
    more = file.beside(wanted.get(report.file, ()))
    return replace(report, rows=report.rows + more, read=report.read + more)
