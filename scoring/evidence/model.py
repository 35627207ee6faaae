"""What a piece of evidence says, figure by figure with its place, and what does not fit in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from scoring.enums import Word
from scoring.points import format_points
from scoring.problems import Problem


class Spot(NamedTuple):
    """Where a figure stands. ``table`` is how a reader finds the table in the file (工作表“表1”,
    第2个表格; empty in a text); ``row`` counts from 1, in a text the line; ``cell`` is C5 in a
    workbook, 第3列 in a document, empty in a text."""

    file: str
    table: str = ""
    row: int | None = None
    cell: str = ""

    def within_file(self) -> str:
        """The place inside its file, as a clerk would say it.

        >>> Spot("表.xlsx", "工作表“表1”", 5, "C5").within_file(), Spot("网页.txt", row=126).within_file()
        ('工作表“表1” C5单元格', '第126行')
        """
        if self.row is None:
            return self.table
        if not self.cell:
            at = f"第{self.row}行"
        else:
            at = f"第{self.row}行{self.cell}" if self.cell[0] == "第" else f"{self.cell}单元格"
        return f"{self.table} {at}".strip()

    def __str__(self) -> str:
        return f"{self.file} {self.within_file()}".strip()


NOWHERE = Spot("")


class State(Word):
    """Whether a figure can be used: read, left blank, not a number, or not in the table at all."""

    READ = "read"
    BLANK = "blank"
    UNREADABLE = "unreadable"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a form. ``value`` is in ten-thousandths, None unless ``state`` is READ; ``said``
    is what stands in the cell."""

    key: str
    label: str
    state: State
    value: int | None = None
    said: str = ""
    spot: Spot = NOWHERE

    def shown(self) -> str:
        """The number as it is cited; what stands there where it is none."""
        if self.value is not None:
            return format_points(self.value)
        return self.said or "空白"


Figures = Mapping[str, Figure]
"""The figures of one table by their keys."""


class Weight(Word):
    """How much a finding weighs: numbers that cannot all be right, numbers that need an explanation,
    numbers that are not there, so that sums with them could not be checked."""

    CONTRADICTION = "contradiction"
    DOUBT = "doubt"
    UNCHECKED = "unchecked"


WEIGHT_NAMES = {Weight.CONTRADICTION: "矛盾", Weight.DOUBT: "可疑", Weight.UNCHECKED: "缺数"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not fit: the rule of the form, what stands there, what would fit, and every cell that
    the rule is about."""

    weight: Weight
    rule: str
    said: str
    fits: str
    cells: tuple[Figure, ...]


@dataclass(frozen=True)
class CheckedTable:
    """One filled table: which form it is, whose and of which year where it says so, where it begins,
    its figures, how many rules were checked, and what was found."""

    form: str
    unit: str
    year: int | None
    spot: Spot
    figures: Figures
    rules: int
    findings: tuple[Finding, ...]

    def count(self, weight: Weight) -> int:
        return sum(f.weight == weight for f in self.findings)


@dataclass
class CheckedFile:
    """A file with its SHA-256 (empty where it could not be opened), the tables that were recognised in
    it, and why it could not be read."""

    file: str
    sha256: str
    tables: list[CheckedTable] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def count(self, weight: Weight) -> int:
        return sum(table.count(weight) for table in self.tables)
