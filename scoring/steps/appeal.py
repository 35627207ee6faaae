"""Appeals recorded in the table 申诉: made by a unit, answered by the office.

An appeal changes no score by itself: what follows from one that is granted is a step of its own
(``revoke_entries``, ``verify_items``).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from scoring.intake import Assessment
from scoring.intake.appeals import COLUMNS, TABLE
from scoring.intake.edit import Value
from scoring.intake.ledger_edit import LedgerSheet, add_row, set_cells, table_sheets
from scoring.lookup.entry_numbers import next_number
from scoring.lookup.periods import self_assessments
from scoring.lookup.text import fold
from scoring.problems import Place
from scoring.steps.ledger_changes import Act, Change, Step
from scoring.steps.ledger_files import RecordError
from scoring.steps.record import By, Recorded, record_change

NUMBER: Final = "编号"
_SERIES: Final = "SS"
"""How the numbers of a year's appeals begin where the table has none yet."""
_DAYS: Final = frozenset({"提出日期", "决定日期"})
_WIDTHS: Final = {
    "编号": 14.0, "单位": 22.0, "涉及": 18.0, "理由": 36.0, "提出日期": 12.0, "答复": 36.0, "结果": 10.0,
    "决定日期": 12.0,
}  # fmt: skip
GRANTED: Final = {True: "支持", False: "不支持"}


def file_appeal(
    folder: str | Path,
    unit: str,
    reason: str,
    by: By,
    *,
    entry: str = "",
    item: tuple[str, str, str] | None = None,
) -> Recorded:
    """Add an appeal of a unit on a ledger row (``entry``: its 台账编号) or on a verified item (part, period and
    indicator) to the table 申诉, made on the day of ``by``; where there is no such table, a new one.
    Raises RecordError where the unit's appeal on the same thing is still open, and as ``add_entry``.

    >>> import shutil, tempfile
    >>> from datetime import datetime
    >>> from scoring import By, file_appeal
    >>> with tempfile.TemporaryDirectory() as scratch:
    ...     folder = Path(shutil.copytree("sample_data/2025", Path(scratch, "2025")))
    ...     by = By("市水务局", datetime(2025, 9, 12, 9, 0))
    ...     made = file_appeal(folder, "示例市水务局", "已按期公布", by, entry="DC-2025-10")
    >>> [step.entry for step in made.steps], made.steps[0].place.file
    (['SS2025-04'], '申诉.xlsx')
    """
    folder = Path(folder)

    def change(assessment: Assessment) -> Change:
        for other in assessment.appeals:
            same = (other.component, other.period, other.indicator) == item
            about = fold(other.entry) == fold(entry) if other.entry and entry else same
            if about and other.unit == unit and other.granted is None:
                raise RecordError(f"已就此提出申诉{other.number}，还没有答复")
        sheets, contents = _sheets(assessment, folder)
        sheet = sheets[0]
        every = [n for one in sheets for n in one.numbers()]
        year = assessment.settings.year
        number = next_number(sheet.numbers(), every, _SERIES, year)
        values: dict[str, Value] = {
            NUMBER: number, "单位": unit, "涉及": entry or _item_text(assessment, item),
            "理由": reason, "提出日期": by.when.date(),
        }  # fmt: skip
        edited = add_row(sheet, contents[sheet.file], values)
        place = Place(sheet.file, sheet.sheet, edited.row + sheet.grid.first_row)
        step = Step(Act.APPEAL, number, None, {n: str(v) for n, v in values.items()}, place)
        is_new = not (folder / sheet.file).is_file()
        return Change(
            {sheet.file: edited.content}, [step], edited.problems, [], sheet.file if is_new else ""
        )

    return record_change(folder, "kaohe serve", change, by, dry_run=False)


def answer_appeal(folder: str | Path, number: str, granted: bool, answer: str, by: By) -> Recorded:
    """Fill in 答复, 结果 and 决定日期 (the day of ``by``) of an appeal. Raises RecordError where there is no such
    appeal, or it is decided, and as ``add_entry``.

    >>> import shutil, tempfile
    >>> from datetime import datetime
    >>> from scoring import By, answer_appeal
    >>> with tempfile.TemporaryDirectory() as scratch:
    ...     folder = Path(shutil.copytree("sample_data/2025", Path(scratch, "2025")))
    ...     by = By("王某", datetime(2025, 9, 12, 9, 0))
    ...     made = answer_appeal(folder, "SS2025-03", False, "升级期间可在公报公布", by)
    >>> made.steps[0].after["结果"]
    '不支持'
    """
    folder = Path(folder)
    values: dict[str, Value] = {
        "答复": answer, "结果": GRANTED[granted], "决定日期": by.when.date()
    }  # fmt: skip

    def change(assessment: Assessment) -> Change:
        sheets, contents = _sheets(assessment, folder)
        found = [(sheet, row) for sheet in sheets for row in sheet.find(number)]
        if len(found) != 1:
            raise RecordError(f"申诉表中编号“{number}”有{len(found)}行")
        sheet, row = found[0]
        if sheet.text(row, "结果"):
            raise RecordError(f"申诉{number}已经答复过了")
        before = {name: sheet.text(row, name) for name in values}
        edited = set_cells(sheet, contents[sheet.file], row, values)
        after = {name: str(value) for name, value in values.items()}
        step = Step(Act.ANSWER, sheet.text(row, NUMBER), before, after, sheet.place(row))
        return Change({sheet.file: edited.content}, [step], edited.problems, [])

    return record_change(folder, "kaohe serve", change, by, dry_run=False)


def _sheets(assessment: Assessment, folder: Path) -> tuple[list[LedgerSheet], Mapping[str, bytes]]:
    """The sheets of the table in the order of its files, and their contents; a new one where there is
    none. Raises RecordError where none has the header."""
    files = dict.fromkeys(r.file for r in assessment.reports if r.table == TABLE)
    contents = {file: (folder / file).read_bytes() for file in files}
    if not contents:
        from scoring.publish.forms.table_book import table_workbook

        settings = assessment.settings
        title = (
            f"{settings.region or ''}{settings.year}年度{assessment.scheme.subject}考核申诉登记表"
        )
        name = f"{TABLE}.xlsx"
        contents = {name: table_workbook(title, TABLE, _WIDTHS, settings.year, _DAYS)}
    sheets = [
        sheet for file, content in contents.items()
        for sheet in table_sheets(file, content, COLUMNS, NUMBER)
    ]  # fmt: skip
    if not sheets:
        raise RecordError("申诉表的表头读不出来，请市政府办公室先检查、改正")
    return sheets, contents


def _item_text(assessment: Assessment, item: tuple[str, str, str] | None) -> str:
    """How 涉及 names an item: its period and its number, of several forms also which."""
    if item is None:
        raise RecordError("请写明申诉涉及哪一条")
    component, period, indicator = item
    parts = self_assessments(assessment.scheme)
    title = f"{parts[component].title} " if len(parts) > 1 else ""
    return f"{title}{period} {indicator}"
