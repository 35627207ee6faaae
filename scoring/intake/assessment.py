"""An assessment as it was read: settings, scheme, tables, and what was found on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from scoring.intake.settings import Settings
from scoring.intake.table import FileReport, SheetHeader
from scoring.intake.templates import TemplateFile
from scoring.lookup.units import UnitList
from scoring.problems import Problem, SheetOrder, errors
from scoring.scheme import Scheme
from scoring.tables import AppealRow, Tables
from scoring.workdays import PROGRAM, Calendar


class FileHash(NamedTuple):
    """A source file of the assessment: its path in the folder and its SHA-256."""

    file: str
    sha256: str


@dataclass(frozen=True, repr=False)
class Assessment:
    """考核年度: one year's run of a scheme.

    ``units`` is the unit list with its short names; ``reports`` accounts for the rows of every sheet; ``files`` are the sources with their
    hashes, from which any result can be computed again; ``ignored`` names what was known and not
    read (evidence folders); ``headers`` says by file and sheet where the columns are, ``sheets`` in
    which order the sheets stand; ``templates`` are the office's own templates by name; ``path`` and
    ``scheme_path`` are the folder and the scheme's file; ``appeals`` are the rows of 申诉, whenever made;
    ``calendar`` knows the working days.
    """

    folder: str
    settings: Settings
    scheme: Scheme
    scheme_file: str
    tables: Tables
    problems: tuple[Problem, ...]
    reports: tuple[FileReport, ...]
    files: tuple[FileHash, ...]
    ignored: tuple[str, ...] = ()
    units: UnitList = field(default_factory=UnitList)
    headers: Mapping[tuple[str, str | None], SheetHeader] = field(default_factory=dict)
    templates: Mapping[str, TemplateFile] = field(default_factory=dict)
    sheets: SheetOrder = field(default_factory=dict)
    path: Path | None = None
    scheme_path: Path | None = None
    appeals: tuple[AppealRow, ...] = ()
    calendar: Calendar = PROGRAM

    def __repr__(self) -> str:
        tables = self.tables
        graded = sum(row.parent is None for row in tables.units)
        rows = (
            f"{graded}个考核对象，台账{len(tables.entries)}行，考核表{len(tables.forms)}份，"
            f"指标{len(tables.items)}项，得分{len(tables.scores)}个"
        )
        wrong = sum(problem.count for problem in self.errors())
        others = sum(problem.count for problem in self.problems) - wrong
        name = f"{self.settings.year}：{self.scheme.name}"
        return f"<Assessment {name}，{rows}；错误{wrong}处，提醒{others}处>"

    def sources(self) -> dict[Path, str]:
        """Where each file was read that counts, with its hash; empty for one that was made in memory."""
        if self.path is None or self.scheme_path is None:
            return {}
        return {
            self.scheme_path if f.file == self.scheme_file else self.path / f.file: f.sha256
            for f in self.files
        }

    def errors(self) -> list[Problem]:
        """The problems of reading that stop a final run."""
        return errors(self.problems)


@dataclass(frozen=True)
class Inspection:
    """What reading a folder gave: every problem, errors first by file, the row accounting, and the
    number of files that were read.

    ``assessment`` is there as far as its gaps can be said. Only if ``sound`` may anything be computed
    from it: an assessment with errors in its settings or in its unit list lacks what has them.
    """

    assessment: Assessment | None
    problems: tuple[Problem, ...]
    reports: tuple[FileReport, ...] = ()
    files: int = 0
    sound: bool = False
    sheets: SheetOrder = field(default_factory=dict)
