"""One run of the workbook: what is reported, into which book, under which names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scoring.intake.assessment import Assessment
from scoring.publish.sheets.sheet import Book, Sheet
from scoring.score import Result
from scoring.wording.numbers import day
from scoring.wording.results import heading

SUMMARY, DISTRIBUTION, RULES, NOTES = "汇总", "等次分布", "考核办法", "数据说明"
BLOCKS, IN_PLACE = "明细核对", "相符"
STATISTICS = "成绩统计"
"""In the place of 等次分布, in a scheme without grades."""
APPEALS = "申诉"
ROWS, PASSED_OVER, SOURCES = "行数核对", "不作为数据的行", "原始文件"


@dataclass(frozen=True)
class LedgerNames:
    """Names of the columns of a ledger sheet; ``rule`` and ``status`` where a condition looks at them."""

    unit: str
    deduction: str
    rule: str = ""
    status: str = ""


@dataclass(frozen=True)
class ItemNames:
    """Names of the columns of a self-assessment sheet; ``blocks`` are the cells of these columns in the
    rows of one unit, and ``in_place`` names the cell that says whether all rows stand in them."""

    unit: str
    period: str
    applicable: str
    counted: str
    status: str
    blocks: Mapping[str, ItemNames] = field(default_factory=dict)
    in_place: str = ""


@dataclass(frozen=True)
class ScoreNames:
    """Names of the columns of a sheet of scores that were handed in."""

    unit: str
    score: str


@dataclass
class RuleNames:
    """Names of the numbers of the scheme, by component key or grade."""

    weight: dict[str, str] = field(default_factory=dict)
    start: dict[str, str] = field(default_factory=dict)
    floor: dict[str, str] = field(default_factory=dict)
    full: dict[str, str] = field(default_factory=dict)
    lower: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class GapNames:
    """Names of the columns of the list of gaps."""

    unit: str
    blocking: str


@dataclass(frozen=True)
class SummaryNames:
    """Names of the columns of 汇总."""

    group: str
    composite: str
    grade: str | None
    ranked: str | None = None


@dataclass(frozen=True)
class Report:
    """What all sheets are written from."""

    result: Result
    assessment: Assessment
    book: Book

    def heading(self, what: str) -> str:
        return heading(self.result, self.assessment, what)

    def open(
        self, name: str, columns: int, what: str, right: str = "", printed: int | None = None
    ) -> Sheet:
        """A sheet with its title and the line under it written."""
        sheet = Sheet(self.book, name, columns, printed=printed)
        sheet.title(0, self.heading(what), provisional=not self.result.final)
        sheet.line(1, f"截至日期：{day(self.result.as_of)}", right)
        return sheet
