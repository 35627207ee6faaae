"""Rows of the ledger changed in memory: the new contents of their files, and what stood in the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from scoring.enums import Word
from scoring.intake import Assessment
from scoring.intake.cells import CellError, is_blank, read_date
from scoring.intake.edit import Value
from scoring.intake.ledger import POINTS_COLUMN, REPEAT_COLUMN, computed_deadline
from scoring.intake.ledger_edit import (
    NUMBER,
    Edited,
    LedgerSheet,
    add_row,
    faults_of_row,
    ledger_sheets,
    set_cells,
)
from scoring.lookup.entry_numbers import next_number
from scoring.lookup.rules import RuleFinder
from scoring.lookup.text import fold
from scoring.problems import Place, Problem, errors
from scoring.scheme import Ledger, Rule
from scoring.steps.ledger_files import (
    LedgerFile,
    RecordError,
    component_for,
    file_for,
    find_rows,
    ledger_files,
    new_file_name,
    sheet_for,
)
from scoring.wording.results import VERIFICATION
from scoring.workdays import CalendarEndsError

EVENT = "事件日期"
"""Stands in ``add_entry`` for the column of the day from which the rule computes its deadline."""
PENDING = VERIFICATION["pending"]


class Act(Word):
    """What was done to a row."""

    ADD = "add"
    RECTIFY = "rectify"
    VERIFY = "verify"
    REVOKE = "revoke"
    APPEAL = "appeal"
    """A row of 申诉 was added."""
    ANSWER = "answer"
    """An appeal was decided."""


@dataclass(frozen=True)
class Step:
    """A row that changes: ``before`` and ``after`` are the cells by column, None before a row was
    there; ``place`` is where it stands."""

    act: Act
    entry: str
    before: Mapping[str, str] | None
    after: Mapping[str, str]
    place: Place


@dataclass
class Change:
    """The new contents of files, what was done, and what stood in the way."""

    contents: dict[str, bytes]
    steps: list[Step]
    problems: list[Problem]
    unchanged: list[str]
    new_file: str = ""


# A new row


def added(
    assessment: Assessment, folder: Path, values: Mapping[str, Value], provider: str, asked: str
) -> Change:
    said = str(values.get("扣分项") or "")
    key = component_for(assessment, said, provider)
    ledger = assessment.scheme.leaves()[key]
    assert isinstance(ledger, Ledger)
    rule = RuleFinder(ledger).find(said) if said else None
    files = ledger_files(assessment, folder)
    values = {name: value for name, value in values.items() if value not in (None, "")}
    file: LedgerFile | None = None
    try:
        file, is_new = _file(assessment, folder, files, key, rule, provider)
        sheet = sheet_for(file, asked)
        own = [n for s in file.sheets if s is not sheet for n in s.numbers()] + sheet.numbers()
        every = [n for f in files for s in f.sheets for n in s.numbers()]
        whose = _provider(file, sheet, ledger, provider, rule)
        number = str(values.get(NUMBER, "")) or next_number(
            own, every, whose, assessment.settings.year
        )
        row = _completed(assessment, sheet, ledger, rule, {NUMBER: number, **values}, whose)
    except RecordError as error:
        faults = _faults(assessment, files, key, rule, values)
        if rule is None and file is None and not provider:
            # That the file is not known follows from the rule, which is among the faults.
            return Change({}, [], faults, [])
        raise RecordError(str(error), errors(faults)) from None
    edited = add_row(sheet, file.content, row)
    place = Place(sheet.file, sheet.sheet, _row_number(sheet, edited))
    step = Step(
        Act.ADD, number, None, {n: _text(v) for n, v in row.items() if v is not None}, place
    )
    return Change(
        {file.file: edited.content}, [step], edited.problems, [], file.file if is_new else ""
    )


def _faults(
    assessment: Assessment,
    files: Iterable[LedgerFile],
    key: str,
    rule: Rule | None,
    values: Mapping[str, Value],
) -> list[Problem]:
    """What is wrong with a row of which it cannot be said where it belongs."""
    mine = [f for f in files if f.component == key]
    taken = {
        fold(sheet.text(row, NUMBER)): sheet.place(row, NUMBER)
        for file in mine for sheet in file.sheets for row in sheet.rows
    }  # fmt: skip
    # Where none was given any that is free: the row's own follows from where it will stand.
    number = next_number([], [n for f in mine for s in f.sheets for n in s.numbers()], "", 0)
    row = {NUMBER: number, **values}
    if rule is not None and rule.deadline is not None and EVENT in values:
        row[rule.deadline.event] = values[EVENT]
    return faults_of_row(row, assessment, key, taken)


def _file(
    assessment: Assessment,
    folder: Path,
    files: Iterable[LedgerFile],
    key: str,
    rule: Rule | None,
    provider: str,
) -> tuple[LedgerFile, bool]:
    """The file that the row goes to, and whether it is a new one."""
    ledger = assessment.scheme.leaves()[key]
    assert isinstance(ledger, Ledger)
    usual = rule.provider if rule else ""
    found = file_for(files, ledger, provider, usual)
    if found is not None:
        return found, False
    return _new_file(assessment, folder, key, provider or usual), True


def _row_number(sheet: LedgerSheet, edited: Edited) -> int:
    """The number of the row in its file: in a csv file its line."""
    grid = sheet.grid
    last = edited.row - 1
    if grid.rows is None or edited.row == 0:
        return edited.row + grid.first_row
    return grid.rows[last] + grid.lines(last)


def _new_file(assessment: Assessment, folder: Path, key: str, provider: str) -> LedgerFile:
    from scoring.publish.forms import make_ledger_book

    ledger = assessment.scheme.leaves()[key]
    assert isinstance(ledger, Ledger)
    name, content = make_ledger_book(assessment, key, provider)
    file = new_file_name(folder, ledger, name)
    sheets = tuple(ledger_sheets(file, content, ledger))
    return LedgerFile(key, ledger, file, content, sheets, frozenset())


def _provider(
    file: LedgerFile, sheet: LedgerSheet, ledger: Ledger, asked: str, rule: Rule | None
) -> str:
    """Whose row it is: who was asked for, else as the sheet's last row says, else by the rule."""
    if asked and not file.is_called(asked):
        return asked
    if asked in {r.provider for r in ledger.rules}:
        return asked
    last = sheet.text(sheet.rows[-1], "提供单位") if sheet.rows else ""
    return last if len(file.providers) == 1 and last else (rule.provider if rule else last)


def _completed(
    assessment: Assessment,
    sheet: LedgerSheet,
    ledger: Ledger,
    rule: Rule | None,
    values: Mapping[str, Value],
    provider: str,
) -> dict[str, Value]:
    """The row as it is written: names as the sheet writes them, a computed deadline, the provider."""
    row = {name: value for name, value in values.items() if name != EVENT}
    unit = assessment.units.find(str(row.get("单位") or ""))
    if unit is not None:
        row["单位"] = unit.name
    if rule is not None:
        row["扣分项"] = _rule_text(sheet, ledger, rule)
    if provider and "提供单位" in sheet.header.columns:
        row.setdefault("提供单位", provider)
    if rule is not None:
        # A cell that nothing reads would look as if it counted.
        if POINTS_COLUMN.name in row and not rule.ranged:
            raise RecordError("这个扣分项的分值由办法规定，请不要写分值")
        if REPEAT_COLUMN.name in row and not rule.repeat:
            raise RecordError("这个扣分项不论是否再次发生，请不要写“同一问题”")
    event = values.get(EVENT)
    if event is not None and rule is not None:
        if rule.deadline is None:
            raise RecordError("这个扣分项的整改期限不由事件推算，请写整改期限")
        row[rule.deadline.event] = event
    if rule is not None and rule.deadline is not None and not row.get("整改期限"):
        computed = _computed(assessment, rule, row.get(rule.deadline.event))
        if computed is not None:
            row["整改期限"] = computed
    return {name: value for name, value in row.items() if value not in (None, "")}


def _computed(assessment: Assessment, rule: Rule, event: Value) -> date | None:
    """The deadline that the rule computes from the day of the event; None where it cannot be said."""
    if rule.deadline is None or not isinstance(event, date):
        return None
    try:
        return computed_deadline(rule.deadline, event, assessment.calendar)
    except CalendarEndsError:
        return None


def _rule_text(sheet: LedgerSheet, ledger: Ledger, rule: Rule) -> str:
    """The rule as the sheet's last row names its own: by code, by title, or both as a drop-down does."""
    from scoring.publish.forms.ledger_book import rule_label

    last = sheet.text(sheet.rows[-1], "扣分项") if sheet.rows else ""
    other = RuleFinder(ledger).find(last) if last else None
    if other is not None and fold(last) == fold(other.code):
        return rule.code
    if other is not None and fold(last) == fold(other.title):
        return rule.title if RuleFinder(ledger).find(rule.title) is rule else rule.code
    return rule_label(ledger, rule)


# Cells of rows that are there


def filled(
    assessment: Assessment,
    folder: Path,
    act: Act,
    numbers: Sequence[str],
    values: Mapping[str, Value],
    provider: str,
    *,
    overwrite: bool,
) -> Change:
    out = Change({}, [], [], [])
    files = ledger_files(assessment, folder)
    kept: list[str] = []
    for number, (file, sheet, row) in find_rows(files, numbers, provider).items():
        before = {name: sheet.text(row, name) for name in values}
        after = {name: _text(value) for name, value in values.items()}
        if all(_says(sheet, row, name, value) for name, value in values.items()):
            out.unchanged.append(number)
            continue
        kept += [] if overwrite else list(_others(sheet, row, number, values))
        content = out.contents.get(file.file, file.content)
        edited = set_cells(_again(file, sheet, content), content, row, values)
        out.problems += edited.problems
        out.contents[file.file] = edited.content
        entry = sheet.text(row, NUMBER)
        out.steps.append(Step(act, entry, before, after, sheet.place(row)))
    if kept:
        raise RecordError("；\n".join(kept) + "。没有改动；要改的，核对后加 --replace")
    return out


def _again(file: LedgerFile, sheet: LedgerSheet, content: bytes) -> LedgerSheet:
    """The sheet as the content has it by now: a column may have been added."""
    if content is file.content:
        return sheet
    sheets = ledger_sheets(file.file, content, file.ledger)
    return next(s for s in sheets if s.sheet == sheet.sheet)


def _says(sheet: LedgerSheet, row: int, name: str, value: Value) -> bool:
    """Whether the cell says it already."""
    there = sheet.value(row, name)
    if value is None or is_blank(there):
        return value is None and is_blank(there)
    if isinstance(value, date):
        try:
            return read_date(there) == value
        except CellError:
            return False
    return fold(sheet.text(row, name)) == fold(str(value))


def _others(
    sheet: LedgerSheet, row: int, number: str, values: Mapping[str, Value]
) -> Iterator[str]:
    """Which cells say something else that is to stay."""
    for name, value in values.items():
        there = sheet.text(row, name)
        if there and there != PENDING and not _says(sheet, row, name, value):
            yield f"{number} 的{name}已是“{there}”（{sheet.place(row, name)}）"


def _text(value: Value) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return "" if value is None else str(value)
