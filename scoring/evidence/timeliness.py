"""公开时效: of published items, how many working days passed between their making and publication.

A list is read like the other tables of an office. The day after an item was made counts first; one
that is published on a day off counts as published on the next working day, so that an item is in time
exactly where it was published by the end of its last day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import yaml
from pydantic import BaseModel, Field

from scoring.enums import Days
from scoring.evidence.sources import Source
from scoring.intake.grids import Grid, SourceFile
from scoring.intake.table import Column, Row, TableReader, find_header
from scoring.limits import TABLE_ROWS
from scoring.problems import Place, Problem
from scoring.resources import resource
from scoring.workdays import PROGRAM, Calendar, CalendarEndsError

TABLE: Final = "公开信息清单"
COLUMNS: Final = (
    Column("标题", ("信息名称", "信息标题", "名称", "文件名称", "文件标题", "信息内容"), identity="name"),
    Column("单位", ("单位名称", "发布机构", "发布单位", "公开单位", "信息来源", "责任单位", "公开机构")),
    Column("生成日期", ("成文日期", "形成日期", "制作日期", "产生日期", "生成时间", "成文时间", "形成时间"),
           required=True, spread=False, identity="key", decides="day"),
    Column("公开日期", ("发布日期", "公布日期", "公开时间", "发布时间", "公布时间", "上网日期"),
           required=True, spread=False, decides="day"),
)  # fmt: skip
ALL_UNITS: Final = "（未写单位）"


class Limit(BaseModel, frozen=True):
    """Within how many working days an item is to be made public, by what law, and how they count."""

    days: int = Field(ge=1, le=1000)
    source: str
    text: str
    counting: str


@lru_cache(maxsize=1)
def standard_limit() -> Limit:
    """The limit of the law, of ``config/evidence/timeliness.yaml``."""
    text = (resource("config") / "evidence" / "timeliness.yaml").read_text("utf-8")
    return Limit.model_validate(yaml.safe_load(text))


@dataclass(frozen=True, slots=True)
class Published:
    """One item: when it was made and published, after how many working days, and until when it was to
    be published (``due``; None where the calendar ends before: such an item is in time)."""

    title: str
    unit: str
    made: date
    published: date
    used: int
    due: date | None
    late: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Share:
    """How many items of a unit and a year of publication were in time; None stands for all of them."""

    unit: str | None
    year: int | None
    items: int
    late: int

    @property
    def in_time(self) -> int:
        return self.items - self.late


@dataclass(frozen=True)
class Timeliness:
    """The items of a list, how many were in time, and what could not be read."""

    file: str
    sha256: str
    days: int
    items: tuple[Published, ...]
    shares: tuple[Share, ...]
    problems: tuple[Problem, ...]
    refused: int = 0

    @property
    def late(self) -> tuple[Published, ...]:
        return tuple(item for item in self.items if item.late)

    @property
    def total(self) -> Share:
        return Share(None, None, len(self.items), len(self.late))


def working_days(calendar: Calendar, made: date, published: date) -> int:
    """Working days from the day after ``made`` to ``published``, or to the next working day where
    ``published`` is none. Raises CalendarEndsError beyond the known years.

    >>> working_days(PROGRAM, date(2024, 9, 30), date(2024, 10, 8))
    1
    """
    if published <= made:
        return 0
    span = (published - made).days
    used = sum(calendar.is_workday(made + timedelta(days=n)) for n in range(1, span + 1))
    return used + (not calendar.is_workday(published))


def is_list(grids: Iterable[Grid]) -> bool:
    """Whether a sheet has the columns of a list of published items."""
    required = {c.name for c in COLUMNS if c.required}
    return any(
        header is not None and required <= header.columns.keys()
        for header in (find_header(grid, COLUMNS) for grid in grids)
    )


def timeliness(source: Source | SourceFile, days: int, calendar: Calendar = PROGRAM) -> Timeliness:
    """The list in an opened workbook against ``days`` working days by ``calendar``."""
    found = _Reading(days, calendar, problems=list(source.problems))
    headers = [(grid, find_header(grid, COLUMNS)) for grid in source.grids]
    recognised = any(header is not None for _, header in headers)
    for grid, header in headers:
        if header is None:
            if not grid.is_empty() and not grid.hidden:
                kind = "sheet-unknown" if recognised else "header-missing"
                expected = "" if recognised else "含“生成日期”“公开日期”的表头"
                found.problems.append(Problem(kind, Place(grid.file, grid.sheet), "", expected))
            continue
        if grid.filled_rows() > TABLE_ROWS:
            said = f"{grid.filled_rows()}行"
            at = Place(grid.file, grid.sheet)
            found.problems.append(Problem("file-too-large", at, said, f"不超过{TABLE_ROWS}行"))
            continue
        reader = TableReader(grid, header, COLUMNS, TABLE, may_have_others=True)
        if reader.usable:
            found.read(reader)
        else:
            reader.refuse_all()
        found.problems += reader.problems
        found.refused += reader.report.refused
    items = tuple(found.items)
    return Timeliness(
        source.file, source.sha256, days, items, shares(items), tuple(found.problems), found.refused
    )


@dataclass
class _Reading:
    days: int
    calendar: Calendar
    items: list[Published] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    refused: int = 0

    def read(self, reader: TableReader) -> None:
        for row in reader.rows():
            item = self._item(row)
            if item is not None and row.ok:
                self.items.append(item)

    def _item(self, row: Row) -> Published | None:
        made = row.date("生成日期", required=True)
        published = row.date("公开日期", required=True)
        if made is None or published is None:
            return None
        if published < made:
            row.add("date-order", "公开日期", expected=f"不早于生成日期{made:%Y-%m-%d}")
            return None
        try:
            used, due = self._count(made, published)
        except CalendarEndsError as error:
            # Which of the two days is beyond the calendar decides whose cell is named.
            column = "生成日期" if error.day.year <= made.year else "公开日期"
            row.add("calendar-ends", column, expected="已收录节假日安排的年份", fix=_CALENDAR)
            return None
        return Published(
            row.text("标题") or "", row.name("单位") or ALL_UNITS, made, published, used, due,
            used > self.days, row.place(),
        )  # fmt: skip

    def _count(self, made: date, published: date) -> tuple[int, date | None]:
        known = self._known.get((made, published))
        if known is None:
            used = working_days(self.calendar, made, published)
            known = self._known[made, published] = used, self._due(made)
        return known

    def _due(self, made: date) -> date | None:
        """The last day in time; None beyond the known years: no later day was published on then."""
        try:
            return self.calendar.shift(made, self.days, Days.WORKING)
        except CalendarEndsError:
            return None

    _known: dict[tuple[date, date], tuple[int, date | None]] = field(default_factory=dict)


_CALENDAR: Final = "核对日期；日期没有写错的，升级程序后再核对，或把这一行移出清单另行核对"


def shares(items: Iterable[Published]) -> tuple[Share, ...]:
    """By unit in the order of the list, the years of publication in order; years without a unit last."""
    counts: dict[tuple[str, int], list[int]] = {}
    for item in items:
        count = counts.setdefault((item.unit, item.published.year), [0, 0])
        count[0] += 1
        count[1] += item.late
    order = {unit: at for at, unit in enumerate(dict.fromkeys(unit for unit, _ in counts))}
    by_unit = [
        Share(unit, year, *counts[unit, year])
        for unit, year in sorted(counts, key=lambda key: (order[key[0]], key[1]))
    ]
    years = sorted({year for _, year in counts})
    by_year = [
        Share(None, year, *(sum(c[n] for (_, y), c in counts.items() if y == year) for n in (0, 1)))
        for year in years
    ]
    return (*by_unit, *by_year)
