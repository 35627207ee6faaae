"""自我考核: 考核表 of one unit and period each, or long tables of many."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from scoring.intake.cells import CellError, is_blank, read_date, shown
from scoring.intake.form_columns import _ITEM_COLUMNS, FORM_COLUMNS, LONG_COLUMNS, more_columns
from scoring.intake.form_memory import FormMemory
from scoring.intake.grids import Grid, too_large
from scoring.intake.header_block import (
    ASIDE_LABEL,
    BLOCK_DEPTH,
    contradictions,
    find_form_header,
    header_block,
)
from scoring.intake.items import FormRows, Reading, read_item, refuse_item
from scoring.intake.lost_forms import LostForms
from scoring.intake.table import (
    Column,
    Header,
    TableReader,
    find_header,
    header_at,
    refused_report,
    unused_report,
)
from scoring.intake.units import is_other, resolve
from scoring.limits import ITEM_ROWS
from scoring.lookup.periods import period_in, period_names
from scoring.lookup.text import fold
from scoring.lookup.units import Unit, UnitList
from scoring.problems import Place, Problem
from scoring.scheme import SelfAssessment
from scoring.tables import FormRow

ASIDE_SHEETS = frozenset({"填表说明", "预估", "测算"})
"""Sheets that a form of ours has beside its table."""
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")


def read_forms(
    books: Iterable[tuple[Sequence[Grid], str | None]],
    key: str,
    component: SelfAssessment,
    units: UnitList,
    year: int,
    exempt: frozenset[tuple[str, str]],
    unread: Iterable[tuple[str, str | None]] = (),
    memory: FormMemory | None = None,
) -> FormRows:
    """Forms and long tables of component ``key``. The grids of each file come with the period whose
    folder it lies in, if any; ``unread`` are the files that could not be opened, with theirs;
    ``exempt`` holds (unit, indicator) that do not apply; ``memory`` are forms as they were read before."""
    groups = dict.fromkeys(unit.group for unit in units.graded())
    indicators = {g: {fold(leaf.code): leaf for leaf in component.items(g)} for g in groups}
    every = {fold(leaf.code): leaf for leaf in component.items()}
    lost = LostForms(units, [period.name for period in component.periods])
    reading = Reading(
        key, component, units, year, exempt, FormRows(), indicators, every,
        more_columns(component), lost,
    )  # fmt: skip
    for grids, period in books:
        file = grids[0].file if grids else ""
        if memory is None:
            _read_book(reading, grids, period)
        elif not memory.recall(reading, file, period):
            with memory.watch(reading, file, period):
                _read_book(reading, grids, period)
    for file, period in unread:
        lost.file(file, period)
    refused = lost.settle(reading.form_places, reading.item_places, reading.codes)
    for (unit, period, code), place in list(refused):
        refuse_item(reading, unit, period, code, place)
    for at, item in enumerate(reading.out.items if reading.contested else ()):
        form = (item.unit, item.period)
        if form in reading.contested or (*form, item.indicator) in reading.contested:
            # Of two nobody knows which holds.
            reading.out.items[at] = item._replace(refused=True)
    return reading.out


def _read_book(reading: Reading, grids: Sequence[Grid], folder_period: str | None) -> None:
    """The sheets of one file: those with a form's table; if it has none, those that look like a
    form whose header row is gone."""
    rest: list[Grid] = []
    scoreless: list[tuple[Grid, Header]] = []
    recognised = False
    for grid in grids:
        header = find_form_header(grid)
        aside = grid.sheet in ASIDE_SHEETS or is_estimate(grid)
        found = header.columns.keys() if header else frozenset[str]()
        if header and _only_explains(grid, header):
            scoreless.append((grid, header))
        elif header and ("指标编号" in found or ("自评分" in found and not aside)):
            recognised = True
            if grid.hidden:
                place = Place(grid.file, grid.sheet)
                reading.out.problems.append(Problem("sheet-hidden", place))
            _read_grid(reading, grid, header, folder_period)
        elif not (grid.is_empty() or grid.hidden or aside):
            rest.append(grid)
        else:
            reading.out.reports.append(unused_report(grid, reading.component.table))
    for grid, header in scoreless:
        if not recognised:
            _read_grid(reading, grid, header, folder_period)
            continue
        if not grid.hidden:
            reading.out.problems.append(Problem("sheet-unknown", Place(grid.file, grid.sheet)))
        reading.out.reports.append(unused_report(grid, reading.component.table))
    recognised = recognised or bool(scoreless)
    forms = [grid for grid in rest if _looks_like_a_form(reading, grid)]
    if not forms and not recognised:
        forms = rest
    for grid in rest:
        if grid in forms:
            _refuse_headless(reading, grid, folder_period)
        else:
            reading.out.problems.append(Problem("sheet-unknown", Place(grid.file, grid.sheet)))
            reading.out.reports.append(unused_report(grid, reading.component.table))


def _only_explains(grid: Grid, header: Header) -> bool:
    """Whether a sheet has items but no column of scores, and says of no unit and period whose they
    are: the table of standards (指标编号, 评分标准) that an office puts beside the form."""
    found = header.columns.keys()
    if "指标编号" not in found or found & {"自评分", "核查得分"}:
        return False
    long = header_at(grid, LONG_COLUMNS, header.row, header.last)
    return not {"单位", "期次"} & (long.columns.keys() | header_block(grid, header.row).keys())


def _read_grid(reading: Reading, grid: Grid, header: Header, folder_period: str | None) -> None:
    header, columns, is_long = match_items(grid, header, reading.more_columns)
    if len(grid.cells) > ITEM_ROWS and (count := grid.filled_rows()) > ITEM_ROWS:
        place = Place(grid.file, grid.sheet)
        reading.out.problems.append(too_large(place, "行", count, ITEM_ROWS))
        reading.out.reports.append(refused_report(grid, reading.component.table))
        reading.lost.table(folder_period, place)
        return
    reader = TableReader(grid, header, columns, reading.component.table, reading.known(None))
    if not reader.usable:
        at = reader.place_of_row(header.row)
        if is_long:
            reading.lost.table(folder_period, at)
        else:
            _refuse_form(reading, grid, header.row, at, folder_period)
        reader.refuse_all()
    elif is_long:
        _read_long(reading, reader, folder_period)
    else:
        _read_form(reading, reader, header, folder_period)
    reading.out.problems.extend(reader.problems)
    reading.out.reports.append(reader.report)
    reading.out.headers[grid.file, grid.sheet] = reader.sheet_header()


def match_items(
    grid: Grid, found: Header, more: tuple[Column, ...]
) -> tuple[Header, tuple[Column, ...], bool]:
    """The rows of a header that was found as the header of a form or of a long table: the header,
    the columns it was matched with, and whether the table is a long one. ``more`` are the columns
    that the component has beside the contract's."""
    long = header_at(grid, LONG_COLUMNS, found.row, found.last)
    is_long = {"单位", "期次"} <= long.columns.keys()
    columns = (*(LONG_COLUMNS if is_long else FORM_COLUMNS), *more)
    return header_at(grid, columns, found.row, found.last), columns, is_long


def items_header(grid: Grid, component: SelfAssessment) -> Header | None:
    """The header of the table of items in ``grid``, as it is found when forms are read."""
    found = find_header(grid, _ITEM_COLUMNS)
    return None if found is None else match_items(grid, found, more_columns(component))[0]


def is_estimate(grid: Grid) -> bool:
    """Whether a sheet is a form's 预估, whatever it is called."""
    return any(v == ASIDE_LABEL for row in grid.cells[:8] for v in row)


def _looks_like_a_form(reading: Reading, grid: Grid) -> bool:
    """Whether a sheet without the header row says what a form says: a word of its header row, or
    unit and period above it."""
    words = {fold(shown(v)) for row in grid.cells for v in row if not is_blank(v)}
    if words & {"指标编号", "自评分", "核查得分"}:
        return True
    return {"单位", "期次"} <= header_block(grid, BLOCK_DEPTH).keys()


def _refuse_headless(reading: Reading, grid: Grid, folder_period: str | None) -> None:
    place = Place(grid.file, grid.sheet)
    expected = "含“指标编号”“分值”“自评分”的表头"
    if not grid.refused:
        reading.out.problems.append(Problem("header-missing", place, expected=expected))
    reading.out.reports.append(refused_report(grid, reading.component.table))
    _refuse_form(reading, grid, BLOCK_DEPTH, place, folder_period)


def _refuse_form(
    reading: Reading, grid: Grid, depth: int, place: Place, folder_period: str | None
) -> None:
    """A form came in whose table cannot be used: its unit is not asked for it again."""
    unit, period = _said(reading, grid, header_block(grid, depth))
    if unit is None and period is None and folder_period is None:
        reading.lost.perhaps_table(place)
    reading.lost.form(unit, (period, folder_period), place)


def _said(
    reading: Reading, grid: Grid, block: dict[str, tuple[Any, Place]]
) -> tuple[Unit | None, str | None]:
    """Whose form of which period it is, as far as a form that is refused tells."""
    unit, period = (shown(block[n][0]) if n in block else "" for n in ("单位", "期次"))
    return reading.lost.owner(grid.file, unit), period_in(reading.component, period)


def _read_form(
    reading: Reading, reader: TableReader, header: Header, folder_period: str | None
) -> None:
    block = header_block(reader.grid, header.row)
    problems: list[Problem] = []
    unit = _form_unit(reading, reader, block, problems)
    problems += contradictions(reader.grid, header.row)
    _check_year(reading, reader, block, problems)
    period = _form_period(reading, reader, block, folder_period, problems)
    submitted = None
    if "报送日期" in block:
        value, place = block["报送日期"]
        try:
            submitted = read_date(value)
        except CellError as error:
            problems.append(Problem(error.kind, place, shown(value), error.expected, error.fix))
    if submitted is None and reading.component.late is not None and not problems:
        # Points are lost by the day: a form that does not say its day cannot be scored.
        place = reader.place_of_row(header.row)
        problems.append(Problem("form-header-missing", place, expected="“报送日期”及其内容"))
    reader.problems.extend(problems)
    accepted = not problems and unit is not None and period is not None
    if not accepted:
        owner, said = _said(reading, reader.grid, block)
        reading.lost.form(owner, (said, folder_period), reader.place_of_row(header.row))
    if accepted and unit and period:
        accepted = _register_form(reading, reader.place_of_row(header.row), unit, period, submitted)
        if accepted and unit.parent is not None:
            place = block["单位"][1]
            reader.problems.append(Problem("unit-not-graded", place, unit.name))
    for index in sorted(reader.grid.refused):
        if accepted and unit and period:
            reading.lost.nameless_item(unit, period, reader.place_of_row(index))
    for row in reader.rows():
        row.component = reading.key
        row.unit = unit.name if unit else None
        item = read_item(reading, row, unit if accepted else None, period)
        if not accepted:
            # The form as a whole was refused: its rows are too, with the form's own problem.
            row.refuse()
        elif item:
            reading.out.items.append(item)


def _form_unit(
    reading: Reading,
    reader: TableReader,
    block: dict[str, tuple[Any, Place]],
    problems: list[Problem],
) -> Unit | None:
    value, place = block.get("单位", (None, reader.place_of_row(0)))
    if is_blank(value):
        problems.append(Problem("form-header-missing", place, expected="“单位”及其名称"))
        return None
    unit = reading.units.find(shown(value))
    if unit is None and not reading.units.is_refused:
        expected = reading.units.expected(shown(value))
        problems.append(Problem("unit-unknown", place, shown(value), expected))
    if unit is not None and unit.name in reading.units.others:
        problems.append(Problem("part-group", place, unit.name, reading.units.own()))
    return unit


def _check_year(
    reading: Reading,
    reader: TableReader,
    block: dict[str, tuple[Any, Place]],
    problems: list[Problem],
) -> None:
    value, place = block.get("考核年度", (None, reader.place_of_row(0)))
    if is_blank(value):
        problems.append(Problem("form-header-missing", place, expected="“考核年度”及其内容"))
    elif not _is_year(value, reading.year):
        problems.append(Problem("form-year", place, shown(value), f"{reading.year}年"))


def _is_year(value: Any, year: int) -> bool:
    return {int(y) for y in _YEAR.findall(fold(shown(value)))} == {year}


def _form_period(
    reading: Reading,
    reader: TableReader,
    block: dict[str, tuple[Any, Place]],
    folder_period: str | None,
    problems: list[Problem],
) -> str | None:
    value, place = block.get("期次", (None, reader.place_of_row(0)))
    if is_blank(value):
        problems.append(Problem("form-header-missing", place, expected="“期次”及其内容"))
        return None
    period = period_in(reading.component, shown(value))
    if period is None:
        problems.append(
            Problem(
                "period-unknown", place, shown(value), "、".join(period_names([reading.component]))
            )
        )
    elif folder_period is not None and period != folder_period:
        problems.append(Problem("form-place", place, shown(value), f"“{folder_period}”"))
        return None
    return period


def _register_form(
    reading: Reading, place: Place, unit: Unit, period: str, submitted: date | None
) -> bool:
    """Record that the form of ``unit`` and ``period`` came in; False where there was one already."""
    first = reading.form_places.setdefault((unit.name, period), place)
    if first != place:
        reading.contested.add((unit.name, period))
        # One of them may be another unit's, which took its name from a copy.
        for file in (first.file, place.file):
            reading.lost.form(reading.lost.owner(file), (period,), place)
        reading.out.problems.append(
            Problem(
                "form-duplicate",
                place,
                f"{unit.name} {period}",
                f"一份；另一份在{first}",
                unit=unit.name,
                component=reading.key,
            )
        )
        return False
    reading.out.forms.append(
        FormRow(
            component=reading.key,
            unit=unit.name,
            period=period,
            submitted=submitted,
            days_late=_days_late(reading, period, submitted),
            file=place.file,
            sheet=place.sheet,
            row=place.row,
        )
    )
    return True


def _days_late(reading: Reading, period: str, submitted: date | None) -> int | None:
    """Days after the period's due date; None where the form does not say when it came in."""
    if submitted is None:
        return None
    due = next(p.due for p in reading.component.periods if p.name == period).on(reading.year)
    return max(0, (submitted - due).days)


def _read_long(reading: Reading, reader: TableReader, folder_period: str | None) -> None:
    here: set[tuple[str, str]] = set()
    for index in sorted(reader.grid.refused):
        reading.lost.nameless_row(reader.place_of_row(index))
    for row in reader.rows():
        row.component = reading.key
        unit = resolve(reading.units, row, "单位")
        row.unit = unit.name if unit else None
        text = row.text("期次", required=True)
        period = period_in(reading.component, text) if text else None
        misplaced = folder_period is not None and period is not None and period != folder_period
        if text and period is None:
            row.add("period-unknown", "期次", text, "、".join(period_names([reading.component])))
        elif misplaced:
            row.add("form-place", "期次", text, f"“{folder_period}”")
        if unit is not None and is_other(reading.units, row, "单位", unit):
            continue
        if unit is None or period is None or misplaced:
            # Nobody knows whose item of which period it is: only its cells are checked.
            name, code = shown(row.value("单位")), shown(row.value("指标编号"))
            leaf = reading.known(unit).get(fold(code))
            if leaf is not None:
                reading.lost.row(unit, name, leaf.code, (period, folder_period), row.place())
            read_item(reading, row, unit, None)
            continue
        year = row.text("考核年度")
        if year is not None and not _is_year(year, reading.year):
            row.add("form-year", "考核年度", year, f"{reading.year}年")
        submitted = row.date("报送日期")
        if submitted is None and reading.component.late is not None and row.ok:
            # Points are lost by the day: without its day a form cannot be scored.
            row.add("value-missing", "报送日期", expected="“报送日期”（迟报按天扣分，每行都要写）")
        if row.ok and (unit.name, period) not in here:
            here.add((unit.name, period))
            if unit.parent is not None:
                row.add("unit-not-graded", "单位", unit.name)
            known = reading.form_places.get((unit.name, period))
            if known is None:
                _register_form(reading, row.place(), unit, period, submitted)
        item = read_item(reading, row, unit, period)
        if item:
            reading.out.items.append(item)
