"""Recording in the ledger: rows added, rectified, verified and revoked in the providers' workbooks.

Each step reads the folder, makes the new workbook in memory, checks the folder as it would be, and
only then writes workbook and journal (日志.jsonl) together, under the folder's lock. For the command
line, for notebooks and for any other front: who and when are arguments.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from scoring.enums import Counts, Word
from scoring.intake import Assessment, inspect_folder
from scoring.intake.cells import CellError, is_blank, read_date
from scoring.intake.edit import Value
from scoring.intake.ledger import computed_deadline
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
from scoring.papers import LEDGER_JOURNAL
from scoring.problems import Place, Problem, errors, in_order
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
from scoring.tables import EntryRow
from scoring.wording.results import VERIFICATION
from scoring.workdays import CalendarEndsError
from scoring.writing import Writer, writing

__all__ = [
    "EVENT", "Act", "By", "RecordError", "Recorded", "Step", "add_entry", "rectify_entries",
    "revoke_entries", "verify_entries",
]  # fmt: skip

EVENT = "事件日期"
"""Stands in ``add_entry`` for the column of the day from which the rule computes its deadline."""
PENDING = VERIFICATION["pending"]
RESULTS = tuple(VERIFICATION.values())


class Act(Word):
    """What was done to a row."""

    ADD = "add"
    RECTIFY = "rectify"
    VERIFY = "verify"
    REVOKE = "revoke"


@dataclass(frozen=True)
class By:
    """Who does it, when, and why; as the journal has it."""

    who: str
    when: datetime
    reason: str = ""


@dataclass(frozen=True)
class Step:
    """A row that changes: ``before`` and ``after`` are the cells by column, None before a row was
    there; ``place`` is where it stands."""

    act: Act
    entry: str
    before: Mapping[str, str] | None
    after: Mapping[str, str]
    place: Place


@dataclass(frozen=True)
class Recorded:
    """What was recorded, or why nothing was: ``problems`` are those that the change would bring into
    the folder, ``unchanged`` the numbers of rows that said it already, ``new_file`` a workbook that was
    made for it."""

    steps: tuple[Step, ...] = ()
    problems: tuple[Problem, ...] = ()
    unchanged: tuple[str, ...] = ()
    new_file: str = ""

    @property
    def refused(self) -> bool:
        """Whether nothing may be written."""
        return bool(errors(self.problems))


@dataclass
class _Change:
    """The new contents of files, what was done, and what stood in the way."""

    contents: dict[str, bytes]
    steps: list[Step]
    problems: list[Problem]
    unchanged: list[str]
    new_file: str = ""


def add_entry(
    folder: str | Path,
    values: Mapping[str, Value],
    by: By,
    *,
    provider: str = "",
    sheet: str = "",
    dry_run: bool = False,
) -> Recorded:
    """Add a row of ``values``, by column of 平时考核台账, under the last row of a provider's workbook.

    ``provider`` is a 提供单位 or the name of a file; by default the rule's. A provider without a
    workbook gets the one that ``make_ledger_books`` makes. 台账编号, where it is not given, goes on
    from the workbook's last; 整改期限 is computed where the rule says from which day (``EVENT``).
    Raises RecordError where it cannot be said where the row belongs, and what ``Writer.replace``
    raises; nothing was written then, nor where the result is ``refused``, nor with ``dry_run``.
    """
    folder = Path(folder)

    def change(assessment: Assessment) -> _Change:
        return _added(assessment, folder, values, provider, sheet)

    return _record(folder, "kaohe ledger add", change, by, dry_run=dry_run)


def rectify_entries(
    folder: str | Path, numbers: Sequence[str], day: date | None, by: By, **how: Any
) -> Recorded:
    """Fill in 整改完成日期 of the rows with these 台账编号; None empties it. See ``_fill``."""
    return _fill(Path(folder), Act.RECTIFY, numbers, {"整改完成日期": day}, by, **how)


def verify_entries(
    folder: str | Path, numbers: Sequence[str], result: str | None, by: By, **how: Any
) -> Recorded:
    """Fill in 核实结果 (属实, 不属实, 待核实) of the rows; None empties it. See ``_fill``."""
    if result is not None and result not in RESULTS:
        raise RecordError(f"核实结果应为{'、'.join(RESULTS)}：{result}")
    return _fill(Path(folder), Act.VERIFY, numbers, {"核实结果": result}, by, **how)


def revoke_entries(
    folder: str | Path, numbers: Sequence[str], day: date | None, by: By, **how: Any
) -> Recorded:
    """Fill in 撤销日期 and 撤销理由 (the reason of ``by``) of the rows; None for the day takes a
    revocation back. See ``_fill``."""
    if not by.reason:
        raise RecordError("撤销（或取消撤销）要写明理由")
    values: dict[str, Value] = {"撤销日期": day, "撤销理由": by.reason if day else None}
    return _fill(Path(folder), Act.REVOKE, numbers, values, by, **how)


def _fill(
    folder: Path,
    act: Act,
    numbers: Sequence[str],
    values: Mapping[str, Value],
    by: By,
    *,
    provider: str = "",
    overwrite: bool = False,
    dry_run: bool = False,
) -> Recorded:
    """Fill cells of rows in, all of them or none. A cell that says something else already is changed
    only with ``overwrite``; 待核实 is no result, and is replaced. A day after that of ``by`` is refused.
    Raises RecordError, and as ``add_entry``."""
    for name, value in values.items():
        if isinstance(value, date) and value > by.when.date():
            raise RecordError(f"{name} {value} 还没有到")

    def change(assessment: Assessment) -> _Change:
        return _filled(assessment, folder, act, numbers, values, provider, overwrite=overwrite)

    return _record(folder, f"kaohe ledger {act}", change, by, dry_run=dry_run)


# A step as a whole


def _record(
    folder: Path, doing: str, change: Callable[[Assessment], _Change], by: By, *, dry_run: bool
) -> Recorded:
    with _held(folder, doing, dry_run=dry_run) as writer:
        found = inspect_folder(folder)
        if found.assessment is None or not found.sound:
            return Recorded(problems=found.problems)
        made = change(found.assessment)
        out = Recorded(
            tuple(made.steps), tuple(in_order(made.problems)), tuple(made.unchanged), made.new_file
        )
        if out.refused or not made.contents:
            return out
        after = inspect_folder(folder, instead=made.contents)
        problems = _new_problems(found.problems, after.problems)
        if after.assessment is not None:
            problems += _lost(found.assessment, after.assessment, made.steps)
            problems += _without_deadline(after.assessment, made.steps)
        out = replace(out, problems=tuple(in_order(problems)))
        if writer is not None and not out.refused:
            _write(writer, folder, found.assessment, made, by)
        return out


@contextmanager
def _held(folder: Path, doing: str, *, dry_run: bool) -> Iterator[Writer | None]:
    if dry_run:
        yield None
        return
    # From reading to writing no other run may change the ledgers.
    with writing(folder, doing) as writer:
        yield writer


def _new_problems(before: Iterable[Problem], after: Iterable[Problem]) -> list[Problem]:
    """The problems that the folder did not have."""
    return list((Counter(after) - Counter(before)).elements())


def _lost(before: Assessment, after: Assessment, steps: Iterable[Step]) -> list[Problem]:
    """Rows that a change made in vain: nothing but the rows that were meant may read otherwise."""
    meant = {fold(step.entry) for step in steps}

    def others(assessment: Assessment) -> Counter[EntryRow]:
        rows = assessment.tables.entries
        return Counter(
            row._replace(sequence=0, row=None) for row in rows if fold(row.entry) not in meant
        )

    changed = (others(before) - others(after)) + (others(after) - others(before))
    return [
        Problem("cell-unwritable", Place(row.file or "", row.sheet), row.entry) for row in changed
    ]


def _without_deadline(assessment: Assessment, steps: Iterable[Step]) -> list[Problem]:
    """A new row that its rule cannot judge without a deadline."""
    added = {(fold(s.entry), s.place.file): s.place for s in steps if s.act is Act.ADD}
    rules = {
        (key, rule.code): rule
        for key, leaf in assessment.scheme.leaves().items() if isinstance(leaf, Ledger)
        for rule in leaf.rules
    }  # fmt: skip
    found = {}
    for row in assessment.tables.entries:
        place = added.get((fold(row.entry), row.file or ""))
        overdue = rules[row.component, row.rule].counts == Counts.OVERDUE
        if place is not None and overdue and row.deadline is None and row.event is None:
            header = assessment.headers.get((place.file, place.sheet))
            letter = header.letters.get("整改期限") if header else None
            at = place._replace(column=letter, header="整改期限" if letter else None)
            found[row.entry] = Problem("gap-deadline", at, unit=row.unit)
    return list(found.values())


def _write(writer: Writer, folder: Path, assessment: Assessment, made: _Change, by: By) -> None:
    journal = folder / LEDGER_JOURNAL
    old = journal.read_bytes() if journal.is_file() else b""
    read = assessment.sources()
    known = {folder / file: read[folder / file] for file in made.contents if folder / file in read}
    if old:
        known[journal] = hashlib.sha256(old).hexdigest()
        if not old.endswith(b"\n"):
            old += b"\n"
    lines = "".join(_journal_line(step, by) for step in made.steps)
    contents = {folder / file: content for file, content in made.contents.items()}
    writer.replace({**contents, journal: old + lines.encode()}, known)


def _journal_line(step: Step, by: By) -> str:
    record = {
        "when": by.when.isoformat(timespec="seconds"),
        "who": by.who,
        "what": step.act,
        "entry": step.entry,
        "before": None if step.before is None else _cells(step.before),
        "after": _cells(step.after),
        "reason": by.reason,
        "file": step.place.file,
        "place": step.place.within_file(),
    }
    return json.dumps(record, ensure_ascii=False) + "\n"


def _cells(cells: Mapping[str, str]) -> dict[str, str | None]:
    """The cells of a row; None for one that is empty."""
    return {name: text or None for name, text in cells.items()}


# A new row


def _added(
    assessment: Assessment, folder: Path, values: Mapping[str, Value], provider: str, asked: str
) -> _Change:
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
            return _Change({}, [], faults, [])
        raise RecordError(str(error), errors(faults)) from None
    edited = add_row(sheet, file.content, row)
    place = Place(sheet.file, sheet.sheet, _row_number(sheet, edited))
    step = Step(
        Act.ADD, number, None, {n: _text(v) for n, v in row.items() if v is not None}, place
    )
    return _Change(
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


def _filled(
    assessment: Assessment,
    folder: Path,
    act: Act,
    numbers: Sequence[str],
    values: Mapping[str, Value],
    provider: str,
    *,
    overwrite: bool,
) -> _Change:
    out = _Change({}, [], [], [])
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
