"""An assessment as it was read: settings, scheme, tables, and what was found on the way."""

from __future__ import annotations

from dataclasses import dataclass, field

from scoring.intake.settings import Settings
from scoring.intake.table import FileReport
from scoring.intake.units import UnitList
from scoring.problems import Problem, errors
from scoring.scheme import Scheme
from scoring.tables import Tables


@dataclass(frozen=True, slots=True)
class FileHash:
    """A source file of the assessment: its path in the folder and its SHA-256."""

    file: str
    sha256: str


@dataclass(frozen=True)
class Assessment:
    """考核年度: one year's run of a scheme.

    ``units`` is the unit list with its short names; ``reports`` accounts for the rows of every sheet; ``files`` are the sources with their
    hashes, from which any result can be computed again; ``let_be`` names what was known and not
    read (evidence folders, earlier results).
    """

    folder: str
    settings: Settings
    scheme: Scheme
    scheme_file: str
    tables: Tables
    problems: tuple[Problem, ...]
    reports: tuple[FileReport, ...]
    files: tuple[FileHash, ...]
    let_be: tuple[str, ...] = ()
    units: UnitList = field(default_factory=UnitList)

    def errors(self) -> list[Problem]:
        return errors(self.problems)
