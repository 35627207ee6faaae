"""The assessment folder: which files belong to which table, and everything read in one pass.

Nothing after this module reads a file of the assessment. Whatever is wrong is gathered, and
whatever is not used is named.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from scoring.decoding import showable
from scoring.intake.appeals import COLUMNS as APPEAL_COLUMNS
from scoring.intake.appeals import TABLE as APPEALS_TABLE
from scoring.intake.appeals import read_appeals
from scoring.intake.assessment import Assessment, FileHash, Inspection
from scoring.intake.discover import SETTINGS_FILE, Found, discover, shown_path
from scoring.intake.form_memory import FormMemory
from scoring.intake.forms import read_forms
from scoring.intake.grids import Grid, SourceFile, read_content, read_file, too_large
from scoring.intake.hints import with_hints
from scoring.intake.holidays import COLUMNS as HOLIDAY_COLUMNS
from scoring.intake.holidays import TABLE as HOLIDAYS_TABLE
from scoring.intake.holidays import read_holidays
from scoring.intake.ledger import columns_for, read_ledger
from scoring.intake.scores import columns_for as score_columns
from scoring.intake.scores import read_scores
from scoring.intake.settings import Settings, settings_words, sound_settings
from scoring.intake.table import (
    Column,
    FileReport,
    Header,
    SheetHeader,
    TableReader,
    find_header,
    refused_report,
    unused_report,
)
from scoring.intake.templates import OTHER_NAME, TEMPLATES_FOLDER, TemplateFile, read_templates
from scoring.intake.units import COLUMNS as UNIT_COLUMNS
from scoring.intake.units import of_part, read_units
from scoring.limits import TABLE_ROWS
from scoring.lookup.text import fold
from scoring.lookup.units import UnitList
from scoring.problems import CATALOGUE, EXAMPLE_YEAR, Place, Problem, errors, in_order
from scoring.scheme import Ledger, Scheme, Score, SelfAssessment, find_scheme
from scoring.tables import AppealRow, ExemptionRow, RefusedRow, Tables, where
from scoring.workdays import PROGRAM, Calendar
from scoring.yaml_files.source import Source, read_yaml_file
from scoring.yaml_files.validate import validate

UNITS_TABLE = "考核对象"
_AS_IT_STANDS: Final[Mapping[str, bytes]] = MappingProxyType({})
Progress = Callable[[int, int, str], None]
"""Called with files read, files in all, and the file being read."""


@dataclass
class _Reading:
    """What is gathered while the tables are read."""

    folder: Path
    sources: dict[str, list[SourceFile]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    reports: list[FileReport] = field(default_factory=list)
    headers: dict[tuple[str, str | None], SheetHeader] = field(default_factory=dict)
    unopened: list[str] = field(default_factory=list)
    sheets: dict[tuple[str, str | None], int] = field(default_factory=dict)
    tables: Tables = field(default_factory=Tables)
    appeals: tuple[AppealRow, ...] = ()
    calendar: Calendar = PROGRAM
    context: object = None
    """Everything beside a form on which its reading depends; None where forms are not remembered."""


def load_assessment(
    folder: Path, *, progress: Progress | None = None
) -> tuple[Assessment | None, list[Problem]]:
    """Read the assessment in ``folder``.

    Returns the assessment and every problem found, errors first by file. The assessment is None
    where nothing can be computed at all: no settings, no scheme, no sound unit list.
    """
    outcome = inspect_folder(folder, progress=progress)
    return (outcome.assessment if outcome.sound else None), list(outcome.problems)


def inspect_folder(
    folder: Path, *, progress: Progress | None = None, instead: Mapping[str, bytes] = _AS_IT_STANDS
) -> Inspection:
    """Read everything in ``folder`` that can be read, whatever is wrong beside it.

    ``instead`` are contents of tables' files, by their path in the folder, that are read in place of
    what stands there: what the folder would be with them, before they are written.
    """
    opened = open_folder(folder)
    if isinstance(opened, Inspection):
        return opened
    for file in instead:
        paths = opened.found.tables[file.split("/")[0].split(".")[0]]
        if folder / file not in paths:
            paths.append(folder / file)
            paths.sort(key=lambda path: path.relative_to(folder).as_posix())
    _read_sources(opened.reading, opened.found.tables, progress, instead)
    _holidays(opened.reading, opened.settings.year)
    units, units_are_sound = read_unit_list(opened)
    opened.reading.context = _context(opened)
    return inspected(opened, units, units_are_sound)


def _context(opened: OpenedFolder) -> object:
    """What decides how a form is read, beside the form: settings, scheme, units."""
    own = (opened.folder / SETTINGS_FILE, opened.scheme_path)
    units = opened.reading.sources.get(UNITS_TABLE, ())
    return (*(_hash(path, "").sha256 for path in own), *((s.file, s.sha256) for s in units))


@dataclass
class OpenedFolder:
    """An assessment folder whose settings and scheme are known and whose files are sorted by table;
    ``found`` has their paths, ``reading`` takes what is read of them."""

    folder: Path
    settings: Settings
    source: Source
    scheme: Scheme
    scheme_path: Path
    found: Found
    problems: list[Problem]
    reading: _Reading

    def take(self, table: str, sources: Iterable[SourceFile]) -> None:
        """Take files of a table as they were read."""
        taken = self.reading.sources.setdefault(table, [])
        for source in sources:
            _take(self.reading, taken, source)

    def read(self, tables: Iterable[str]) -> None:
        """Read the files of some tables."""
        wanted = {table: self.found.tables[table] for table in tables}
        _read_sources(self.reading, wanted, None, _AS_IT_STANDS)

    def exempt(self, units: UnitList) -> frozenset[tuple[str, str]]:
        """(unit, indicator) of the items that assessment.yaml says do not apply."""
        return _exemptions(self.settings, self.source, self.scheme, units, [])


def open_folder(folder: Path) -> OpenedFolder | Inspection:
    """The folder, ready to be read; what is wrong, where nothing else can be read."""
    settings, source = _settings(folder)
    problems = source.problems
    if settings is None:
        problems.append(_unchecked(Place(SETTINGS_FILE), "其余文件"))
        return Inspection(None, tuple(in_order(problems)))
    asked_at = source.place(("scheme",))
    scheme, faults, scheme_path = find_scheme(settings.scheme, folder, asked_at, settings.year)
    problems += faults
    if scheme is None or scheme_path is None:
        problems.append(_unchecked(Place(faults[0].place.file), "其余文件"))
        return Inspection(None, tuple(in_order(problems)))
    found = _discover(folder, scheme, scheme_path)
    problems += found.problems
    reading = _Reading(folder, unopened=found.unopened)
    return OpenedFolder(folder, settings, source, scheme, scheme_path, found, problems, reading)


def read_calendar(opened: OpenedFolder) -> None:
    """The calendar of working days, from the table 节假日."""
    opened.read((HOLIDAYS_TABLE,))
    _holidays(opened.reading, opened.settings.year)


def read_unit_list(opened: OpenedFolder) -> tuple[UnitList, bool]:
    """The unit list from the sources that were taken, and whether it is sound."""
    return _units(opened.reading, opened.scheme)


def inspected(opened: OpenedFolder, units: UnitList, units_are_sound: bool) -> Inspection:
    """The assessment, from the sources that were taken and the ``units`` that are asked for."""
    reading, settings, problems = opened.reading, opened.settings, opened.problems
    lost = opened.source.data.keys() - settings.model_fields_set
    templates, faults = read_templates(opened.folder)
    problems += faults
    _read_parts(reading, settings, opened.source, opened.scheme, units, problems)
    # Without any unit every name would be unknown: that says nothing.
    known = bool(units.by_name)
    gaps_can_be_listed = known and not lost & {"as_of", "known", "not_applicable"}
    units_place = _place_of(reading, UNITS_TABLE)
    if not known:
        problems.append(_unchecked(units_place, "其余各表"))
    elif not units_are_sound:
        problems.append(_unchecked(units_place, "有错误各行的单位有没有缺项"))
    if known and not gaps_can_be_listed:
        problems.append(_unchecked(Place(SETTINGS_FILE), "有没有缺项"))
    problems = in_order(with_hints(problems + reading.problems, settings.year), reading.sheets)
    reports = tuple(
        sorted(reading.reports, key=lambda r: (r.file, reading.sheets.get((r.file, r.sheet), 0)))
    )
    sound = units_are_sound and not any(p.fatal for p in problems)
    hashes = _hashes(reading, templates, opened.scheme_path)
    if not gaps_can_be_listed:
        return Inspection(None, tuple(problems), reports, len(hashes), sheets=reading.sheets)
    tables = _tables_of_sound_units(reading, units)
    listed = {row.unit for row in tables.units}
    assessment = Assessment(
        folder=showable(_name_of(opened.folder)),
        settings=settings,
        scheme=opened.scheme,
        scheme_file=showable(opened.scheme_path.name),
        tables=tables,
        problems=tuple(problems),
        reports=reports,
        files=tuple(sorted(hashes, key=lambda h: h.file)),
        ignored=tuple(opened.found.ignored),
        units=units,
        headers=reading.headers,
        templates=templates,
        sheets=reading.sheets,
        calendar=reading.calendar,
        path=opened.folder,
        scheme_path=opened.scheme_path,
        appeals=tuple(row for row in reading.appeals if row.unit in listed),
    )
    return Inspection(assessment, tuple(problems), reports, len(hashes), sound, reading.sheets)


def _read_parts(
    reading: _Reading,
    settings: Settings,
    source: Source,
    scheme: Scheme,
    units: UnitList,
    problems: list[Problem],
) -> None:
    """Read every table of the scheme into ``reading``, those of its parts only where there is a unit
    to look for; ``problems`` takes those of assessment.yaml."""
    if not units.by_name:
        return
    exempt = _exemptions(settings, source, scheme, units, problems)
    views = scheme.views()
    for key, component in scheme.leaves().items():
        own = of_part(units, views, key)
        _component(reading, key, component, own, settings.year, exempt)
    readers = _readers(reading, APPEALS_TABLE, APPEAL_COLUMNS, units.find)
    reading.appeals = read_appeals(readers, scheme, units, reading.tables)
    _finish(reading, readers)


def _hashes(
    reading: _Reading, templates: Mapping[str, TemplateFile], scheme_path: Path
) -> list[FileHash]:
    """The hash of every file that was read: tables, templates, settings, scheme."""
    tables = [s for sources in reading.sources.values() for s in sources if s.sha256]
    return [
        *(FileHash(s.file, s.sha256) for s in tables),
        *map(_hash_of, templates.values()),
        _hash(reading.folder / SETTINGS_FILE, SETTINGS_FILE),
        _hash(scheme_path, showable(scheme_path.name)),
    ]


def _unchecked(place: Place, what: str) -> Problem:
    return Problem("unchecked", place, about=what)


def _place_of(reading: _Reading, table: str) -> Place:
    sources = reading.sources.get(table)
    return Place(sources[0].file if sources else table)


def _tables_of_sound_units(reading: _Reading, units: UnitList) -> Tables:
    """The tables without the rows of units whose row in the unit list has an error."""
    graded = {unit.name for unit in units.graded()}
    rows = [row for row in units.rows() if row.parent is None or row.parent in graded]
    sound = {row.unit for row in rows} | {None}
    return replace(where(reading.tables, lambda row: row.unit in sound), units=tuple(rows))


def _settings(folder: Path) -> tuple[Settings | None, Source]:
    """The settings; where some of them have errors, those that have none."""
    source = Source(SETTINGS_FILE)
    path = folder / SETTINGS_FILE
    if not path.is_file():
        fix = CATALOGUE["assessment-missing"].fix
        if re.fullmatch(r"20\d\d", _name_of(folder)):
            fix = fix.replace(EXAMPLE_YEAR, _name_of(folder))
        source.problems.append(Problem("assessment-missing", Place(SETTINGS_FILE), fix=fix))
        return None, source
    source = read_yaml_file(path)
    settings = validate(Settings, source, settings_words)
    twice = {p.found for p in source.problems if p.kind == "yaml-duplicate-key"}
    if settings is None and not twice & {"scheme", "year"}:
        settings = sound_settings(source.data)
    if settings and settings.as_of and settings.as_of.year < settings.year:
        at = source.place(("as_of",))
        expected = f"{settings.year}年1月1日以后的日期"
        source.problems.append(Problem("yaml-value", at, settings.as_of.isoformat(), expected))
        settings = sound_settings({k: v for k, v in source.data.items() if k != "as_of"})
    if settings and settings.known and settings.known < settings.as_of_day():
        at = source.place(("known",))
        expected = f"截至日期{settings.as_of_day()}当日或以后的日期"
        source.problems.append(Problem("known-early", at, settings.known.isoformat(), expected))
    source.cut()
    return settings, source


def _name_of(folder: Path) -> str:
    return os.path.basename(os.path.realpath(folder))


def _hash(path: Path, name: str) -> FileHash:
    return _hash_of(TemplateFile(name, path.read_bytes()))


def _hash_of(file: TemplateFile) -> FileHash:
    import hashlib

    return FileHash(file.file, hashlib.sha256(file.content).hexdigest())


def _discover(folder: Path, scheme: Scheme, scheme_path: Path) -> Found:
    tables = [UNITS_TABLE, *(c.table for c in scheme.leaves().values()), HOLIDAYS_TABLE,
              APPEALS_TABLE]  # fmt: skip
    known = (SETTINGS_FILE, TEMPLATES_FOLDER, scheme_path)
    return discover(folder, tables, known, {OTHER_NAME: TEMPLATES_FOLDER})


def _read_sources(
    reading: _Reading,
    tables: Mapping[str, Sequence[Path]],
    progress: Progress | None,
    instead: Mapping[str, bytes],
) -> None:
    total = sum(map(len, tables.values()))
    done = 0
    for table, paths in tables.items():
        sources = reading.sources.setdefault(table, [])
        for path in paths:
            file = shown_path(path.relative_to(reading.folder))
            if progress:
                progress(done, total, file)
            source = (
                read_content(instead[file], file, path.suffix)
                if file in instead
                else read_file(path, file)
            )
            _take(reading, sources, source)
            done += 1
    if progress:
        progress(done, total, "")


def _take(reading: _Reading, sources: list[SourceFile], source: SourceFile) -> None:
    reading.problems += source.problems
    sources.append(source)
    for position, grid in enumerate(source.grids):
        reading.sheets[grid.file, grid.sheet] = position


# The tables


def _readers(
    reading: _Reading,
    table: str,
    columns: tuple[Column, ...],
    known: Callable[[str], object] | None = None,
) -> list[TableReader]:
    """Readers of the usable sheets of a table; the others are problems. ``known`` says whether a word
    is one of those that the table is about."""
    readers = []
    for source in reading.sources[table]:
        tables = [(grid, find_header(grid, columns)) for grid in source.grids]
        if _too_many_rows(reading, table, tables):
            continue
        recognised = any(header is not None for _, header in tables)
        for grid, header in tables:
            if header is None:
                if grid.is_empty() or (grid.hidden and recognised):
                    reading.reports.append(unused_report(grid, table))
                else:
                    kind = "sheet-unknown" if recognised else "header-missing"
                    names = "、".join(f"“{c.name}”" for c in columns if c.required)
                    expected = "" if recognised else f"含{names}的表头"
                    if not grid.refused:
                        reading.problems.append(
                            Problem(kind, Place(grid.file, grid.sheet), expected=expected)
                        )
                    report = unused_report if recognised else refused_report
                    reading.reports.append(report(grid, table))
                continue
            if grid.hidden:
                place = Place(grid.file, grid.sheet)
                reading.problems.append(Problem("sheet-hidden", place))
            others = table == UNITS_TABLE
            reader = TableReader(grid, header, columns, table, known=known, may_have_others=others)
            reading.headers[grid.file, grid.sheet] = reader.sheet_header()
            if reader.usable:
                readers.append(reader)
            else:
                reader.refuse_all()
                _finish(reading, [reader])
    return readers


def _too_many_rows(
    reading: _Reading, table: str, tables: Sequence[tuple[Grid, Header | None]]
) -> bool:
    """Whether a file's sheets with a table's header hold more rows than are read of one file; then
    none is."""
    of_table = [grid for grid, header in tables if header is not None]
    if sum(len(grid.cells) for grid in of_table) <= TABLE_ROWS:
        return False
    count = sum(grid.filled_rows() for grid in of_table)
    if count <= TABLE_ROWS:
        return False
    reading.problems.append(too_large(Place(of_table[0].file), "行", count, TABLE_ROWS))
    for grid, header in tables:
        report = unused_report if header is None else refused_report
        reading.reports.append(report(grid, table))
    return True


def _finish(reading: _Reading, readers: Iterable[TableReader]) -> None:
    for reader in readers:
        reading.problems += reader.problems
        reading.reports.append(reader.report)


def _units(reading: _Reading, scheme: Scheme) -> tuple[UnitList, bool]:
    """The unit list, and whether it is sound: on a list with errors nothing can be computed."""
    sources = reading.sources[UNITS_TABLE]
    if not sources:
        if not _unopened(reading, UNITS_TABLE):
            reading.problems.append(Problem("units-missing", Place(UNITS_TABLE)))
        return UnitList(), False
    before = len(reading.problems)
    groups = scheme.groups_by_name()
    known = {fold(name) for name in groups}
    readers = _readers(reading, UNITS_TABLE, UNIT_COLUMNS, known.__contains__)
    units = read_units(readers, groups)
    _finish(reading, readers)
    sound = not errors([p for s in sources for p in s.problems] + reading.problems[before:])
    if sound and not units.graded():
        reading.problems.append(Problem("units-missing", Place(sources[0].file)))
        sound = False
    return units, sound


def _holidays(reading: _Reading, year: int) -> None:
    """The calendar of working days, with the years of the table 节假日 if it is there."""
    before = len(reading.problems)
    readers = _readers(reading, HOLIDAYS_TABLE, HOLIDAY_COLUMNS)
    sources = reading.sources[HOLIDAYS_TABLE]
    unread = bool(errors(reading.problems[before:] + [p for s in sources for p in s.problems]))
    reading.calendar, problems = read_holidays(readers, year, unread)
    reading.problems += problems
    _finish(reading, readers)


def _exemptions(
    settings: Settings, source: Source, scheme: Scheme, units: UnitList, problems: list[Problem]
) -> frozenset[tuple[str, str]]:
    """(unit, indicator) of the items that assessment.yaml says do not apply."""
    known = {
        fold(item.code): item.code
        for component in scheme.leaves().values()
        if isinstance(component, SelfAssessment)
        for item in component.items()
    }
    out: set[tuple[str, str]] = set()
    for name, codes in settings.not_applicable.items():
        unit = units.find(name)
        if unit is None and units.is_refused:
            continue
        if unit is None:
            at = source.place(("not_applicable", name))
            problems.append(Problem("unit-unknown", at, name, units.expected(name)))
            continue
        for i, code in enumerate(codes):
            if fold(code) in known:
                out.add((unit.name, known[fold(code)]))
            else:
                at = source.place(("not_applicable", name, i))
                problems.append(Problem("indicator-unknown", at, code, "、".join(known.values())))
    return frozenset(out)


def _component(
    reading: _Reading,
    key: str,
    component: Ledger | SelfAssessment | Score,
    units: UnitList,
    year: int,
    exempt: frozenset[tuple[str, str]],
) -> None:
    before = len(reading.problems)
    sources = reading.sources[component.table]
    unopened = _unopened(reading, component.table)
    if not sources and not unopened:
        names = f"{component.table}.xlsx 或 {component.table} 文件夹"
        reading.problems.append(Problem("table-missing", Place(component.table), expected=names))
    if isinstance(component, Ledger):
        readers = _readers(reading, component.table, columns_for(component))
        unread = bool(unopened) or _unread(reading, before, sources)
        ledger = read_ledger(readers, key, component, units, year, reading.calendar)
        _finish(reading, readers)
        # A ledger that could not be read may concern any unit.
        concerned = units.graded() if unread else ()
        lost = (RefusedRow(key, unit.name, component.table) for unit in concerned)
        reading.tables = replace(
            reading.tables,
            entries=(*reading.tables.entries, *ledger.entries),
            refused=(*reading.tables.refused, *ledger.refused, *lost),
        )
    elif isinstance(component, SelfAssessment):
        books = _form_books(reading, sources, component)
        files = [*unopened, *(source.file for source in sources if source.problems)]
        unread_forms = [(file, folder_period(file, component)) for file in files]
        kept = {s.file: s.memory for s in sources if s.memory is not None}
        memory = FormMemory(reading.context, kept) if kept and reading.context else None
        forms = read_forms(books, key, component, units, year, exempt, unread_forms, memory)
        reading.headers |= forms.headers
        reading.problems += forms.problems
        reading.reports += forms.reports
        exemptions = (ExemptionRow(key, unit, code) for unit, code in sorted(exempt))
        reading.tables = replace(
            reading.tables,
            forms=(*reading.tables.forms, *forms.forms),
            items=(*reading.tables.items, *forms.items),
            exemptions=(*reading.tables.exemptions, *exemptions),
        )
    else:
        readers = _readers(reading, component.table, score_columns(component), units.find)
        unread = bool(unopened) or (_unread(reading, before, sources) and bool(sources))
        scores = read_scores(readers, key, component, units, unread=unread)
        _finish(reading, readers)
        reading.tables = replace(reading.tables, scores=(*reading.tables.scores, *scores))


def _unread(reading: _Reading, before: int, sources: Iterable[SourceFile]) -> bool:
    """Whether a sheet or a file of a table could not be read, by what was found since ``before``."""
    return bool(errors([*reading.problems[before:], *(p for s in sources for p in s.problems)]))


def _form_books(
    reading: _Reading, sources: Iterable[SourceFile], component: SelfAssessment
) -> Iterable[tuple[list[Grid], str | None]]:
    """The sheets of each file, with the period whose folder it lies in. A folder that is none of
    the periods is named, once: its forms are read by what they say."""
    named: set[str] = set()
    for source in sources:
        folders = source.file.split("/")[1:-1]
        period = folder_period(source.file, component)
        if folders and period is None and folders[0] not in named:
            named.add(folders[0])
            place = Place(source.file.split("/")[0] + "/" + folders[0])
            expected = "、".join(p.name for p in component.periods)
            reading.problems.append(Problem("folder-period", place, folders[0], expected))
        yield source.grids, period


def folder_period(file: str, component: SelfAssessment) -> str | None:
    """The period in whose folder the file lies."""
    periods = {fold(p.name): p.name for p in component.periods}
    folders = file.split("/")[1:-1]
    return next((periods[fold(f)] for f in folders if fold(f) in periods), None)


def _unopened(reading: _Reading, table: str) -> list[str]:
    """The files of the table whose format cannot be opened."""
    return [f for f in reading.unopened if f.startswith((f"{table}.", f"{table}/"))]
