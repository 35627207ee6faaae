"""A simulated assessment as a folder: its tables, its assessment.yaml, and the answers of what is wrong in it."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from scoring.decoding import showable
from scoring.intake.discover import SETTINGS_FILE
from scoring.limits import SHEET_ROWS
from scoring.papers import ANSWERS
from scoring.problems import CATALOGUE
from scoring.publish.files import UNDATED, stable_zip
from scoring.scheme import Scheme
from scoring.simulate.assessment import Size, settings, tables
from scoring.simulate.columns import Table
from scoring.simulate.mistakes import READ, Planted, plant
from scoring.steps.simulate_files import BOM, LINE, Format, table_file
from scoring.writing import new_folder

__all__ = ["Simulated", "Size", "TooLargeError", "simulate"]

ANSWER_COLUMNS: Final = ("文件", "工作表", "行", "列", "现为", "问题代码", "问题", "原为")
IS_READ: Final = "可以读出"
_MOST_IN_A_BOOK: Final = 20_000
"""Answers that are put into a workbook as well."""
_WIDTHS: Final = (36, 14, 8, 14, 30, 20, 26, 30)

Progress = Callable[[str], None]
"""Called with every file before it is made."""


class TooLargeError(ValueError):
    """What was asked for is too much for workbooks; the message says what to do."""


@dataclass(frozen=True)
class Simulated:
    """What was made: rows by table and number of files; how many mistakes ``kaohe check`` must report,
    and how many are read as they were meant."""

    rows: dict[str, int]
    files: int
    reported: int = 0
    read: int = 0


_SCHEME: Final = "办法.yaml"


def simulate(
    scheme: Scheme,
    size: Size,
    folder: Path,
    kind: Format = "parquet",
    *,
    command: str = "",
    scheme_file: Path | None = None,
    progress: Progress | None = None,
) -> Simulated:
    """Make an assessment under ``scheme`` in ``folder``, which must be new or empty. The same scheme, size and
    format give the same bytes. ``scheme_file`` is copied beside the tables, where the scheme is not one of
    those that come with the program; ``command`` is named in assessment.yaml.

    Raises TooLargeError, FileExistsError, and OSError where the system refuses; nothing was written then.
    """
    made = tables(scheme, size)
    rows = _rows_by_table(made)
    if kind == "xlsx":
        _fits(rows)
    with new_folder(folder, "kaohe simulate") as new:
        name = scheme.name
        if scheme_file is not None:
            # Its own name may be one that no YAML file can say.
            name = _SCHEME
            (new / name).write_bytes(scheme_file.read_bytes())
        (new / SETTINGS_FILE).write_text(settings(name, showable(command)), "utf-8", newline="\n")
        with _Answers(new, size.mistakes > 0) as answers:
            files = sum(
                _write(table, number_of_file, new, size, kind, answers, progress)
                for table in made
                for number_of_file in range(len(table.files()))
            )
    return Simulated(rows, files, answers.reported, answers.read)


def _fits(rows: Mapping[str, int]) -> None:
    """Refuse tables that are larger than a sheet, though they would be shared out among several workbooks: nobody
    can work with so many of them."""
    for table, count in rows.items():
        if count >= SHEET_ROWS:
            raise TooLargeError(
                f"“{table}”共{count}行，而一张工作表最多{SHEET_ROWS}行（含表头），没有写入文件。"
                "请改小 --units、--rows，或用 --format parquet、--format csv"
            )


def _rows_by_table(made: list[Table]) -> dict[str, int]:
    rows: dict[str, int] = {}
    for table in made:
        name = table.path.split("/")[0]
        rows[name] = rows.get(name, 0) + table.rows
    return rows


def _write(
    table: Table, which: int, new: Path, size: Size, kind: Format, answers: _Answers,
    progress: Progress | None,
) -> int:  # fmt: skip
    """Write one file of a table; gives 1, the number of files."""
    path, chunks = table.files()[which]
    name = f"{path}.{kind}"
    if progress is not None:
        progress(name)
    file = table_file(new / path, table, kind, spoilt=bool(size.mistakes and table.mistakes))
    try:
        at = file.first
        for number in chunks:
            chunk = table.make(number)
            planted = plant(table, chunk, number, size.mistakes, size.seed, book=kind == "xlsx")
            file.add(chunk, planted)
            answers.add(name, file.sheet, at, planted)
            at += len(chunk)
    finally:
        file.close()
    return 1


class _Answers:
    """答案: the list of the mistakes, written while they are planted."""

    def __init__(self, folder: Path, wanted: bool) -> None:
        self.folder = folder
        self.reported = self.read = 0
        self._file: IO[bytes] | None = None
        if wanted:
            self._file = open(folder / f"{ANSWERS}.csv", "wb")  # noqa: SIM115 (closed in __exit__)
            self._file.write(BOM + _line(ANSWER_COLUMNS))
        self._kept: list[tuple[Any, ...]] = []

    def __enter__(self) -> _Answers:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if self._file is None:
            return
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        if kind is None and self.reported + self.read <= _MOST_IN_A_BOOK:
            (self.folder / f"{ANSWERS}.xlsx").write_bytes(_book(self._kept))

    def add(self, name: str, sheet: str, first: int, planted: list[Planted]) -> None:
        """Note the mistakes of a chunk, whose first row is number ``first`` of the file."""
        for row in _rows(name, sheet, first, planted):
            assert self._file is not None
            self._file.write(_line(row))
            is_read = row[6] == IS_READ
            self.read += is_read
            self.reported += not is_read
            if len(self._kept) < _MOST_IN_A_BOOK:
                self._kept.append(row)


def _rows(name: str, sheet: str, first: int, planted: list[Planted]) -> Iterator[tuple[Any, ...]]:
    for one in planted:
        title = IS_READ if one.code == READ else CATALOGUE[one.code].title
        yield (
            name, sheet, first + one.row, one.column, str(one.cell), one.code, title, one.right
        )  # fmt: skip


def _line(row: tuple[Any, ...]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=LINE).writerow(row)
    return out.getvalue().encode()


def _book(rows: list[tuple[Any, ...]]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": UNDATED})
        head = book.add_format({"bold": True, "bottom": 1})
        page = book.add_worksheet(ANSWERS)
        for column, (name, width) in enumerate(zip(ANSWER_COLUMNS, _WIDTHS, strict=True)):
            page.set_column(column, column, width)
            page.write_string(0, column, name, head)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if isinstance(cell, int):
                    page.write_number(number, column, cell)
                elif cell:
                    page.write_string(number, column, cell)
        page.freeze_panes(1, 0)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        page.autofilter(0, 0, len(rows), len(ANSWER_COLUMNS) - 1)
    return stable_zip(out.getvalue())
