"""Mutated files of a whole assessment: what may be graded, and to what.

Where the folder is graded, its tables and settings, from which alone the grades come, are those of
the folder as it was; or those of the folder in which the mutated file was written anew from a second
reading (openpyxl, the csv module). Else a mutation changed a grade and nobody was said.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

import openpyxl
from click.testing import CliRunner
from openpyxl.cell.cell import MergedCell
from openpyxl.utils.exceptions import IllegalCharacterError

from scoring.cli.app import app
from scoring.intake import Assessment, Settings
from scoring.problems import errors
from scoring.steps.grade import gap_problems, load_assessment, score_assessment
from scoring.tables import ROWS
from tests.folders import LEDGER_HEADER, write_folder
from tests.fuzz.limits import limited
from tests.fuzz.reading import by_openpyxl
from tests.fuzz.texts import CSV_PIECES, YAML_PIECES, decoded, encoded, mutated
from tests.fuzz.workbooks import make

_BOOKS: Final = (
    "考核对象.xlsx", "平时考核台账/台账.xlsx", "第三方评估.xlsx", "自我考核/上半年/甲县.xlsx", "自我考核/下半年/乙局.xlsx",
)  # fmt: skip
_CSV: Final = "平时考核台账/公安.csv"
_UNITS: Final = {
    "甲县": {"上半年": 90, "下半年": 88.5, "第三方": 90.1, "简称": "甲"},
    "乙局": {"类别": "部门", "上半年": 79.5, "下半年": 91, "第三方": 85.25},
    "乙局信息中心": {"类别": None, "所属单位": "乙局"},
}
_ENTRIES: Final = (
    {"台账编号": "B01", "单位": "甲县", "扣分项": "1", "问题描述": "公示栏目空白", "发现日期": "2024-03-05"},
    {"台账编号": "B02", "单位": "乙局信息中心", "扣分项": "2.1", "问题描述": "未更新，已催办",
     "发现日期": "2024-04-06", "整改期限": "2024-05-06", "整改完成日期": "2024-05-09"},
    {"台账编号": "B03", "单位": "乙局", "扣分项": "2.2", "问题描述": "群众举报", "发现日期": "2024-06-06",
     "核实结果": "不属实"},
)  # fmt: skip
_OTHERS: Final = (
    ["G01", "甲", "5", "弱口令", "2024/7/1", "", "市公安局", "2024年7月20日", "2024年7月19日", "", "", "", ""],
    ["G02", "乙局", "5", "挂马，未处置", "20240801", "", "市公安局", "2024-08-20", "", "", "", "", ""],
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """A mutated file of the folder, its content in a second reading (None: there is none), and what
    must hold (see ``tests.fuzz.workbooks.make``)."""

    file: str
    content: bytes
    again: tuple[str, bytes] | None
    rule: str
    what: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """All that decides the grades, without its places; ``why`` says what is in their way."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    settings: Settings | None = None
    why: str = ""
    assessment: Assessment | None = field(default=None, compare=False)


class Folder:
    """An assessment folder on the disk, in which one file at a time is another."""

    def __init__(self, path: Path) -> None:
        self.path = write_folder(path, _UNITS, _ENTRIES)
        out = io.StringIO()
        csv.writer(out).writerows([LEDGER_HEADER, *_OTHERS])
        (path / _CSV).write_bytes(out.getvalue().encode("utf-8-sig"))
        self.sound = self._read()
        assert not self.sound.why, self.sound.why
        # Unlimited, as the first call imports what it needs.
        CliRunner().invoke(app, ["grade", str(self.path)])
        self.results = self._results()
        assert self.results is not None

    def check(self, change: Change, *, whole: bool) -> list[str]:
        """What is wrong with the reading of the changed folder; ``whole``: with ``kaohe grade`` too."""
        with self._other(change.file, change.content):
            now = self._read()
            results = self._results() if whole else None
        if now.why:
            found = [f"graded, in spite of {now.why}"] if results is not None else []
            return [*found, f"refused: {now.why}"] if change.rule == "same" else found
        if now == self.sound:
            return ["other results of the same tables"] if whole and results != self.results else []
        if change.rule != "read":
            return [_first_difference(now, self.sound)]
        if change.again is None:
            return []
        with self._other(change.file, None), self._other(*change.again):
            again = self._read()
            others = self._results() if whole else None
        if now == again:
            same = results == others
            return [] if same else [f"results {results}, of the second reading {others}"]
        with self._other(change.file, change.content):
            if self._gaps(now):
                return []
        return [again.why or _first_difference(now, again)]

    @contextmanager
    def _other(self, file: str, content: bytes | None) -> Iterator[None]:
        path = self.path / file
        before = path.read_bytes() if path.exists() else None
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)
            if before is not None:
                path.write_bytes(before)

    def _read(self) -> Reading:
        assessment, problems = limited(load_assessment, self.path)
        for problem in problems:
            problem.message().encode()
        wrong = errors(problems)
        if assessment is None or wrong:
            return Reading(why="; ".join(p.message() for p in wrong[:3]) or "no assessment")
        rows = {
            table: [
                {k: v for k, v in row._asdict().items() if k not in _PLACES}
                for row in getattr(assessment.tables, table)
            ]
            for table in ROWS
        }
        for found in rows.values():
            found.sort(key=repr)
        return Reading(rows, assessment.settings, assessment=assessment)

    def _gaps(self, reading: Reading) -> str:
        """What is missing for a final result."""
        assert reading.assessment is not None
        result = score_assessment(reading.assessment)
        gaps = errors(gap_problems(result, [], reading.assessment))
        return f"{len(gaps)} gaps" if gaps or not result.final else ""

    def _results(self) -> Any:
        """results.json of ``kaohe grade``; None where it refuses. Raises what is no refusal."""
        out = self.path / "结果"
        run = CliRunner().invoke
        ran = limited(run, app, ["grade", str(self.path)], standalone_mode=False)
        if ran.exception is not None:
            raise ran.exception
        file = out / "results.json"
        results = json.loads(file.read_text("utf-8")) if file.exists() else None
        shutil.rmtree(out, ignore_errors=True)
        assert (ran.return_value == 0) == (results is not None), ran.output
        return results


_PLACES: Final = frozenset({"file", "sheet", "row", "position", "sequence"})


def _first_difference(now: Reading, other: Reading) -> str:
    if now.settings != other.settings:
        return f"settings {now.settings}, {other.settings}"
    for table, rows in now.rows.items():
        for row, was in zip(rows, other.rows[table], strict=False):
            if row != was:
                keys = [key for key in row if row[key] != was[key]]
                return f"{table}: { {k: (row[k], was[k]) for k in keys} }"
        if len(rows) != len(other.rows[table]):
            return f"{table}: {len(rows)} rows, {len(other.rows[table])}"
    return "?"


@contextmanager
def folder() -> Iterator[Folder]:
    """A folder in a temporary place."""
    with tempfile.TemporaryDirectory() as place:
        yield Folder(Path(place) / "2024")


def change(rng: Random, where: Folder) -> Change:
    """A mutated file of the folder."""
    kind = rng.choices(["book", "csv", "settings"], [70, 20, 10])[0]
    if kind == "book":
        file = rng.choice(_BOOKS)
        made = make(rng, (where.path / file).read_bytes())
        again = _written(made.plain) if made.rule == "read" else None
        second = None if again is None else (file, again)
        return Change(file, made.content, second, made.rule, made.what)
    file = _CSV if kind == "csv" else "assessment.yaml"
    text = (where.path / file).read_text("utf-8-sig")
    pieces = CSV_PIECES if kind == "csv" else YAML_PIECES
    content = encoded(rng, mutated(rng, text, pieces))
    second = None
    if kind == "csv" and (sheet := _sheet_of(content)) is not None:
        second = (_CSV.replace(".csv", ".xlsx"), sheet)
    return Change(file, content, second, "read", (kind,))


def _written(content: bytes) -> bytes | None:
    """The workbook as openpyxl reads it, written anew: values, formats, merged ranges, what is hidden."""
    if by_openpyxl(content) is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        source = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        out = openpyxl.Workbook()
        out.remove(out.active)
        try:
            for sheet in source.worksheets:
                _copy(sheet, out.create_sheet(sheet.title))
        except (ValueError, IllegalCharacterError):
            return None  # characters that no workbook has
        if not out.worksheets:
            return None
        if all(sheet.sheet_state != "visible" for sheet in out.worksheets):
            out.worksheets[
                0
            ].sheet_state = "visible"  # which openpyxl wants, and no table depends on
        out.epoch = source.epoch
        return _saved(out)


def _copy(source: Any, target: Any) -> None:
    target.sheet_state = source.sheet_state
    for (row, column), cell in source._cells.items():
        if isinstance(cell, MergedCell) or cell.value is None:
            continue
        copy = target.cell(row, column, cell.value)
        if cell.data_type != "e" and isinstance(cell.value, str):
            copy.data_type = "s"
        copy.number_format = cell.number_format
    for merged in source.merged_cells.ranges:
        target.merge_cells(str(merged))
    for row, dimension in source.row_dimensions.items():
        target.row_dimensions[row].hidden = dimension.hidden


def _sheet_of(content: bytes) -> bytes | None:
    """A csv file as the csv module reads it, as a workbook of texts."""
    for text in decoded(content):
        try:
            rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), strict=True))
        except csv.Error:
            continue
        out = openpyxl.Workbook()
        for at, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                try:
                    cell = out.active.cell(at, column, value)
                except (ValueError, IllegalCharacterError):
                    return None
                cell.data_type = "s"
        return _saved(out)
    return None


def _saved(book: openpyxl.Workbook) -> bytes | None:
    """The workbook as a file; None where it holds characters that XML cannot."""
    file = io.BytesIO()
    try:
        book.save(file)
    except ValueError:
        return None
    return file.getvalue()
