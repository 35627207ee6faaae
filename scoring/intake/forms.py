"""自我考核: 考核表 of one unit and period each, or long tables of many."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, assert_never

from scoring.enums import Scoring
from scoring.intake.cells import CellError, is_blank, read_date, says_not_applicable, shown
from scoring.intake.grids import Grid, column_letter, too_large
from scoring.intake.labels import before_next_label, is_measure, wants_value, without_stamp
from scoring.intake.lost_forms import LostForms
from scoring.intake.table import (
    Column,
    FileReport,
    Header,
    Row,
    SheetHeader,
    TableReader,
    find_header,
    header_at,
    refused_report,
    unused_report,
)
from scoring.intake.units import is_other, resolve
from scoring.limits import ITEM_ROWS
from scoring.lookup.near_names import NearNames
from scoring.lookup.periods import period_in, period_names
from scoring.lookup.text import fold, tidy
from scoring.lookup.units import Unit, UnitList
from scoring.points import format_points
from scoring.problems import Place, Problem
from scoring.scheme import Leaf, SelfAssessment
from scoring.tables import FormRow, ItemRow

_ITEM_COLUMNS = (
    Column("指标编号", ("编号", "指标序号"), required=True, spread=False, identity="code"),
    Column("一级指标", ("考核内容",)),
    Column("二级指标", ("指标", "考核指标", "指标名称"), identity="item"),
    Column("评分标准", ("计分标准", "考核标准")),
    Column("分值", ("标准分", "满分"), spread=False, identity="amount"),
    Column("自评分", ("自评得分", "自我评分"), required=True, spread=False, identity="amount"),
    Column("自评说明", ("自评情况",)),
    Column("证明材料", ("佐证材料",)),
    Column("核查得分", ("核查分", "核实得分"), spread=False, decides="number",
           words=("核查", "核实", "核定", "复核", "认定", "考核分", "考核得分")),
    Column("核查单位", ("责任单位",)),
    Column("核查说明", ("扣分理由", "核查情况")),
)  # fmt: skip
HINT_COLUMN = Column("填报提示")
"""What a form of ours says of a row that is not complete; nothing is read from it."""
ASIDE_COLUMNS = (
    HINT_COLUMN,
    *(Column(name, spread=False) for name in ("折合分值", "折合得分")),
    *(Column(f"{level}级指标") for level in "三四五六"),
)
"""Columns that a form of ours may have beside the contract's; nothing is read from them."""
ASIDE_SHEETS = frozenset({"填表说明", "预估", "测算"})
"""Sheets that a form of ours has beside its table."""
ASIDE_LABEL = "办法代号"
"""A label on the sheet 预估 by which it is known under any name."""
FORM_COLUMNS = tuple(
    Column(c.name, c.aliases, required=True, spread=False, identity="amount")
    if c.name == "分值"
    else c
    for c in _ITEM_COLUMNS
)
LONG_COLUMNS = (
    Column("单位", ("单位名称", "被考核单位"), required=True, identity="name"),
    Column("期次", ("考核期次",), required=True),
    *_ITEM_COLUMNS,
    Column("考核年度", ("年度",)),
    Column("报送日期", ("填报日期", "报送时间"), decides="day"),
)


def _count_columns(way: Scoring) -> tuple[Column, ...]:
    match way:
        case Scoring.FRACTION:
            return (
                Column("完成数", ("完成数量",), spread=False, decides="number"),
                Column("应完成数", ("应完成数量", "总数"), spread=False, decides="number"),
                Column("核查完成数", ("核查完成数量",), spread=False, decides="number"),
                Column(
                    "核查应完成数", ("核查应完成数量", "核查总数"), spread=False, decides="number"
                ),
            )
        case Scoring.EACH:
            return (
                Column("问题数", ("问题个数", "自查问题数"), spread=False, decides="number"),
                Column("核查问题数", ("核查问题个数", "扣分次数"), spread=False, decides="number"),
            )
        case Scoring.POINTS | Scoring.OPTIONS:
            return ()
        case _ as other:
            assert_never(other)


COUNT_COLUMNS = {way: _count_columns(way) for way in Scoring}
"""What an item needs by its way of scoring: the unit's own counts, then the verifier's."""
VERIFIED_COUNTS = {
    way: tuple(c.name for c in columns if c.name.startswith("核查"))
    for way, columns in COUNT_COLUMNS.items()
}
"""The columns that the verifier fills in instead of 核查得分, by the item's way of scoring."""
CLAIMED_COUNTS = {
    way: tuple(c.name for c in columns if not c.name.startswith("核查"))
    for way, columns in COUNT_COLUMNS.items()
}
"""The columns that the unit fills in instead of 自评分."""


def _more_columns(component: SelfAssessment) -> tuple[Column, ...]:
    """The columns beside the contract's: what the component's ways of scoring need, and
    those that nothing is read from."""
    ways = dict.fromkeys(
        leaf.scoring for group in component.trees() for leaf in component.items(group)
    )
    counts = [column for way in ways for column in COUNT_COLUMNS[way]]
    return (*counts, *ASIDE_COLUMNS)


_LABELS = {
    "单位": (
        "单位", "单位名称", "考核单位", "被考核单位", "填报单位", "填报单位名称", "考核对象", "报送单位",
        "自评单位", "申报单位", "填表单位", "上报单位",
    ),
    "考核年度": ("考核年度", "年度", "考核年份", "年份", "所属年度"),
    "期次": ("期次", "考核期次", "考核期", "考核时段", "考核期间", "所属期次"),
    "报送日期": ("报送日期", "填报日期", "报送时间", "填报时间", "填表日期", "填表时间", "上报日期", "上报时间"),
}  # fmt: skip
_LABEL_OF = {alias: label for label, aliases in _LABELS.items() for alias in aliases}
_STAMP = r"(?:[(（][^()（）]{0,8}[)）])"
"""What a label may say of stamps and signatures: （盖章）, （公章）, （全称）."""
_INLINE = re.compile(
    "("
    + "|".join(" ?".join(label) for label in sorted(_LABEL_OF, key=len, reverse=True))
    + rf") ?{_STAMP}? ?[:：]"
)
_LONGEST_LABEL = 100
_BLOCK_DEPTH = 10
"""Where a form without a header row says its unit and period."""
_BETWEEN = " ;；,，、|"
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")


@dataclass
class FormRows:
    """The forms and items that were read; ``refused`` are those of the forms (unit, period) that came in
    and were refused as a whole."""

    forms: list[FormRow] = field(default_factory=list)
    items: list[ItemRow] = field(default_factory=list)
    refused: set[tuple[str, str]] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    reports: list[FileReport] = field(default_factory=list)
    headers: dict[tuple[str, str | None], SheetHeader] = field(default_factory=dict)


@dataclass
class _Reading:
    """What the reading of every form shares."""

    key: str
    component: SelfAssessment
    units: UnitList
    year: int
    exempt: frozenset[tuple[str, str]]
    out: FormRows
    indicators: dict[str, dict[str, Leaf]]
    every: dict[str, Leaf]
    more_columns: tuple[Column, ...]
    lost: LostForms
    form_places: dict[tuple[str, str], Place] = field(default_factory=dict)
    item_places: dict[tuple[str, str, str], Place] = field(default_factory=dict)
    near_codes: dict[str | None, NearNames] = field(default_factory=dict)
    contested: set[tuple[str, ...]] = field(default_factory=set)
    """Forms (unit, period) and items (with the indicator) that came in twice."""

    def known(self, unit: Unit | None) -> dict[str, Leaf]:
        """The indicators of the unit's tree; of every tree where the unit is not known."""
        if unit is not None and unit.group in self.indicators:
            return self.indicators[unit.group]
        return self.every

    def codes(self, unit: str) -> list[str]:
        """The indicators that a unit has to fill in."""
        leaves = self.known(self.units.find(unit)).values()
        return [leaf.code for leaf in leaves if (unit, leaf.code) not in self.exempt]

    def expected_code(self, unit: Unit | None, code: str) -> str:
        """What an unknown indicator should have been."""
        group = unit.group if unit else None
        if group not in self.near_codes:
            self.near_codes[group] = NearNames(leaf.code for leaf in self.known(unit).values())
        return self.near_codes[group].suggestion("办法中的指标编号", code)


def read_forms(
    books: Iterable[tuple[Sequence[Grid], str | None]],
    key: str,
    component: SelfAssessment,
    units: UnitList,
    year: int,
    exempt: frozenset[tuple[str, str]],
    unread: Iterable[tuple[str, str | None]] = (),
) -> FormRows:
    """Forms and long tables of component ``key``. The grids of each file come with the period whose
    folder it lies in, if any; ``unread`` are the files that could not be opened, with theirs;
    ``exempt`` holds (unit, indicator) that do not apply."""
    groups = dict.fromkeys(unit.group for unit in units.graded())
    indicators = {g: {fold(leaf.code): leaf for leaf in component.items(g)} for g in groups}
    every = {fold(leaf.code): leaf for leaf in component.items()}
    lost = LostForms(units, [period.name for period in component.periods])
    reading = _Reading(
        key, component, units, year, exempt, FormRows(), indicators, every,
        _more_columns(component), lost,
    )  # fmt: skip
    for grids, period in books:
        _read_book(reading, grids, period)
    for file, period in unread:
        lost.file(file, period)
    refused = lost.settle(reading.form_places, reading.item_places, reading.codes)
    for (unit, period, code), place in list(refused):
        _refuse_item(reading, unit, period, code, place)
    for at, item in enumerate(reading.out.items if reading.contested else ()):
        form = (item.unit, item.period)
        if form in reading.contested or (*form, item.indicator) in reading.contested:
            # Of two nobody knows which holds.
            reading.out.items[at] = item._replace(refused=True)
    return reading.out


def _refuse_item(reading: _Reading, unit: str, period: str, code: str, place: Place) -> None:
    key, file, sheet, row = reading.key, place.file, place.sheet, place.row
    if reading.form_places.setdefault((unit, period), place) is place:
        reading.out.refused.add((unit, period))
        reading.out.forms.append(FormRow(key, unit, period, file=file, sheet=sheet, row=row))
    if reading.item_places.setdefault((unit, period, code), place) is place:
        item = ItemRow(key, unit, period, code, not_applicable=False, refused=True)
        reading.out.items.append(item._replace(file=file, sheet=sheet, row=row))


def _read_book(reading: _Reading, grids: Sequence[Grid], folder_period: str | None) -> None:
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


def _read_grid(reading: _Reading, grid: Grid, header: Header, folder_period: str | None) -> None:
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
    return None if found is None else match_items(grid, found, _more_columns(component))[0]


def is_estimate(grid: Grid) -> bool:
    """Whether a sheet is a form's 预估, whatever it is called."""
    return any(v == ASIDE_LABEL for row in grid.cells[:8] for v in row)


def _looks_like_a_form(reading: _Reading, grid: Grid) -> bool:
    """Whether a sheet without the header row says what a form says: a word of its header row, or
    unit and period above it."""
    words = {fold(shown(v)) for row in grid.cells for v in row if not is_blank(v)}
    if words & {"指标编号", "自评分", "核查得分"}:
        return True
    return {"单位", "期次"} <= header_block(grid, _BLOCK_DEPTH).keys()


def _refuse_headless(reading: _Reading, grid: Grid, folder_period: str | None) -> None:
    place = Place(grid.file, grid.sheet)
    expected = "含“指标编号”“分值”“自评分”的表头"
    if not grid.refused:
        reading.out.problems.append(Problem("header-missing", place, expected=expected))
    reading.out.reports.append(refused_report(grid, reading.component.table))
    _refuse_form(reading, grid, _BLOCK_DEPTH, place, folder_period)


def _refuse_form(
    reading: _Reading, grid: Grid, depth: int, place: Place, folder_period: str | None
) -> None:
    """A form came in whose table cannot be used: its unit is not asked for it again."""
    unit, period = _said(reading, grid, header_block(grid, depth))
    if unit is None and period is None and folder_period is None:
        reading.lost.perhaps_table(place)
    reading.lost.form(unit, (period, folder_period), place)


def _said(
    reading: _Reading, grid: Grid, block: dict[str, tuple[Any, Place]]
) -> tuple[Unit | None, str | None]:
    """Whose form of which period it is, as far as a form that is refused tells."""
    unit, period = (shown(block[n][0]) if n in block else "" for n in ("单位", "期次"))
    return reading.lost.owner(grid.file, unit), period_in(reading.component, period)


def find_form_header(grid: Grid) -> Header | None:
    """The header row of a form's table; None where the grid has none."""
    return find_header(grid, _ITEM_COLUMNS)


# One form: the header block above the table, then the items


def header_block(grid: Grid, depth: int) -> dict[str, tuple[Any, Place]]:
    """The labels in the first ``depth`` rows, above the table, with their values: in the next
    filled cell to the right, or after a colon in the same cell, several in one cell included."""
    block: dict[str, tuple[Any, Place]] = {}
    for label, found, place in _block_entries(grid, depth):
        if label not in block or is_blank(block[label][0]):
            block[label] = (found, place)
    return block


def _block_entries(grid: Grid, depth: int) -> Iterator[tuple[str, Any, Place]]:
    """Every label in the first ``depth`` rows with what stands behind it, and where."""
    for index, cells in enumerate(grid.cells[:depth]):
        for column, value in enumerate(cells):
            if is_blank(value) or not isinstance(value, str):
                continue
            for label, inline in _labels_in(value):
                found: Any = inline
                at = column
                if inline == "":
                    found, at = _right_of(cells, column)
                if isinstance(found, str):
                    found = _value_of(label, found)
                    if label == "单位" and is_measure(found or ""):
                        continue
                row = grid.row_number(index)
                yield label, found, Place(grid.file, grid.sheet, row, column_letter(at), label)


def _value_of(label: str, text: str) -> str | None:
    """What a label's text says, without what belongs to the next label, and without what a printed
    form leaves to the pen: （盖章）, 年 月 日."""
    said = before_next_label(tidy(text), _LABEL_OF)
    if label == "单位":
        return without_stamp(said) or None
    return None if label == "报送日期" and fold(said) == "年月日" else said or None


def _contradictions(grid: Grid, depth: int) -> Iterator[Problem]:
    """Labels that stand above the table twice with different contents."""
    first: dict[str, tuple[str, Place]] = {}
    for label, found, place in _block_entries(grid, depth):
        if is_blank(found):
            continue
        said = shown(found)
        before, at = first.setdefault(label, (said, place))
        if fold(before) != fold(said):
            yield Problem("form-header-twice", place, said, f"与{at.within_file()}的“{before}”一致")


def _labels_in(text: str) -> list[tuple[str, str | None]]:
    """The labels of a cell with what stands behind each; "" where the next cell may say it, None
    where another label follows at once."""
    if len(text) <= _LONGEST_LABEL:
        bare = re.sub(rf"{_STAMP}$", "", fold(text).rstrip(":"))
        if bare in _LABEL_OF:
            return [(_LABEL_OF[bare], "")]
    spread = tidy(text)
    matches = [
        m for m in _INLINE.finditer(spread) if m.start() == 0 or spread[m.start() - 1] in _BETWEEN
    ]
    out: list[tuple[str, str | None]] = []
    ends = [m.start() for m in matches[1:]] + [len(spread)]
    for m, end in zip(matches, ends, strict=False):
        behind = spread[m.end() : end].strip(_BETWEEN)
        nothing = "" if not behind and end == len(spread) else None
        out.append(
            (_LABEL_OF[m[1].replace(" ", "")], before_next_label(behind, _LABEL_OF) or nothing)
        )
    return out


def _right_of(cells: Sequence[Any], column: int) -> tuple[Any, int]:
    """The next filled cell to the right and its index, unless it is a label itself."""
    for index in range(column + 1, len(cells)):
        value = cells[index]
        if is_blank(value):
            continue
        if isinstance(value, str) and (_labels_in(value) or wants_value(fold(value))):
            break
        return value, index
    return None, column


def _read_form(
    reading: _Reading, reader: TableReader, header: Header, folder_period: str | None
) -> None:
    block = header_block(reader.grid, header.row)
    problems: list[Problem] = []
    unit = _form_unit(reading, reader, block, problems)
    problems += _contradictions(reader.grid, header.row)
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
        item = _item(reading, row, unit if accepted else None, period)
        if not accepted:
            # The form as a whole was refused: its rows are too, with the form's own problem.
            row.refuse()
        elif item:
            reading.out.items.append(item)


def _form_unit(
    reading: _Reading,
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
    reading: _Reading,
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
    reading: _Reading,
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
    reading: _Reading, place: Place, unit: Unit, period: str, submitted: date | None
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


def _days_late(reading: _Reading, period: str, submitted: date | None) -> int | None:
    """Days after the period's due date; None where the form does not say when it came in."""
    if submitted is None:
        return None
    due = next(p.due for p in reading.component.periods if p.name == period).on(reading.year)
    return max(0, (submitted - due).days)


# A long table: unit and period in every row


def _read_long(reading: _Reading, reader: TableReader, folder_period: str | None) -> None:
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
            _item(reading, row, unit, None)
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
        item = _item(reading, row, unit, period)
        if item:
            reading.out.items.append(item)


# The items of both


def read_score(row: Row, column: str, indicator: Leaf, step: int | None) -> int | None:
    """A score of the item: points, or one of its options (优、良、一般、差)."""
    options = indicator.indicator.options
    if options:
        text = row.text(column)
        if text is None:
            return None
        by_name = {fold(name): points for name, points in options.items()}
        if fold(text) in by_name:
            return by_name[fold(text)]
        row.add("value-unknown", column, text, "、".join(options))
        return None
    if indicator.scoring == Scoring.FRACTION:
        # A share of the points, which the form's own cell computes: the counts say it exactly.
        return row.share(column, 0, indicator.most)
    points = row.points(column, 0, indicator.most)
    if (
        points is not None
        and step is not None
        and points % step
        and indicator.scoring == Scoring.POINTS
    ):
        row.add("number-step", column, expected=f"{format_points(step)}的整数倍")
    return points


class _Counts(NamedTuple):
    """The counts that an item scored by fraction or by deductions needs: the unit's own, and what
    the verifier found."""

    self_done: int | None = None
    self_of: int | None = None
    self_faults: int | None = None
    done: int | None = None
    of: int | None = None
    faults: int | None = None


def _counts(row: Row, indicator: Leaf) -> _Counts:
    if indicator.scoring == Scoring.FRACTION:
        self_done, self_of = _fraction(row, "完成数", "应完成数")
        done, of = _fraction(row, "核查完成数", "核查应完成数")
        return _Counts(self_done=self_done, self_of=self_of, done=done, of=of)
    if indicator.scoring == Scoring.EACH:
        return _Counts(self_faults=row.count("问题数"), faults=row.count("核查问题数"))
    return _Counts()


def _fraction(row: Row, part: str, whole: str) -> tuple[int | None, int | None]:
    done, of = row.count(part), row.count(whole)
    if done is not None and of is not None and done > of:
        row.add("number-range", part, expected=f"不大于{whole}{of}的整数")
    return done, of


def _item(reading: _Reading, row: Row, unit: Unit | None, period: str | None) -> ItemRow | None:
    """The row as an item, refused where a cell could not be read; None where it names no item."""
    code = row.text("指标编号", required=True)
    known = reading.known(unit)
    indicator = known.get(fold(code)) if code else None
    if code and indicator is None:
        row.add(
            "indicator-unknown",
            "指标编号",
            code,
            reading.expected_code(unit, code),
        )
    if indicator is None:
        if unit is not None and period is not None:
            reading.lost.nameless_item(unit, period, row.place())
        return None
    if unit is not None and period is not None:
        spot = (unit.name, period, indicator.code)
        here = row.place("指标编号")
        first = reading.item_places.setdefault(spot, here)
        if first is not here and first != here:
            # Whose cells these are nobody knows: they are not held to this item's points.
            row.add("indicator-duplicate", "指标编号", indicator.code, f"只填一行；另一行在{first}")
            reading.lost.nameless_item(unit, period, row.place())
            reading.contested.add(spot)
            return None
    points = row.points("分值")
    if points is not None and points not in (indicator.points, indicator.full):
        row.add("points-mismatch", "分值", expected=format_points(indicator.points))
    exempt = unit is not None and (unit.name, indicator.code) in reading.exempt
    verified_na = says_not_applicable(row.value("核查得分"))
    own = verified = None
    if not says_not_applicable(row.value("自评分")):
        own = read_score(row, "自评分", indicator, reading.component.step)
    if not verified_na:
        verified = read_score(row, "核查得分", indicator, reading.component.step)
    counts = _counts(row, indicator)
    described = counts.self_done is not None or counts.self_faults is not None
    if exempt and not (own is None and verified is None):
        row.add("indicator-not-applicable", "指标编号", indicator.code)
    elif own is None and not described and row.ok and not (exempt or verified_na):
        row.add(
            "self-score-missing", "自评分", expected=f"0到{format_points(indicator.points)}的数字"
        )
    if unit is None or period is None:
        return None
    return ItemRow(
        component=reading.key,
        unit=unit.name,
        period=period,
        indicator=indicator.code,
        self_score=own,
        verified_score=verified,
        self_done=counts.self_done,
        self_of=counts.self_of,
        self_faults=counts.self_faults,
        done=counts.done,
        of=counts.of,
        faults=counts.faults,
        not_applicable=verified_na,
        refused=not row.ok,
        self_note=row.text("自评说明"),
        evidence=row.text("证明材料"),
        verifier=row.text("核查单位"),
        verified_note=row.text("核查说明"),
        file=row.reader.grid.file,
        sheet=row.reader.grid.sheet,
        row=row.number,
    )
