"""Scores that others hand in whole (第三方评估), entered elsewhere than in their workbook.

For a front that takes them unit by unit: checked as ``check`` does, and written into the assessor's
workbook, or into a new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from scoring.enums import Assessors
from scoring.intake import Assessment
from scoring.intake.cells import CellError, read_points
from scoring.intake.edit import Edit, UnfitError, Value, edit_file
from scoring.intake.grids import Grid, read_content
from scoring.intake.scores import columns_for, read_scores
from scoring.intake.table import TableReader, find_header
from scoring.intake.units import of_part
from scoring.lookup.units import Unit
from scoring.points import format_points
from scoring.problems import Place, Problem, errors
from scoring.publish.forms.score_book import ScorePlan, score_workbook
from scoring.scheme import Score
from scoring.scheme.parts import in_group
from scoring.steps.parties import assessors_of
from scoring.tables import ScoreRow
from scoring.verification.merge import exact
from scoring.writing import file_names

SCORE: Final = "得分"
NOTE: Final = "备注"


class NoScoresError(LookupError):
    """The assessor has no such part to score."""


@dataclass(frozen=True)
class ScoreLine:
    """What an assessor says of one unit: score (out of ``full``) and note as text, blank where nothing yet."""

    unit: str
    group: str
    full: str
    score: str
    note: str


@dataclass(frozen=True)
class RecordedScores:
    """The assessor's file with the scores: its path in the folder and its content. Where there are problems,
    by unit or of the whole, the content must not be used."""

    file: str
    content: bytes
    by_unit: Mapping[str, tuple[Problem, ...]]
    problems: tuple[Problem, ...] = ()

    @property
    def sound(self) -> bool:
        return not self.problems and not self.by_unit


def scored_parts(assessment: Assessment, assessor: str) -> list[tuple[str, str]]:
    """The parts of the scheme that an assessor (one of ``parties``) scores: key and title.

    >>> from scoring import load_assessment, scored_parts
    >>> scored_parts(load_assessment("sample_data/2024"), "衡知公共治理评估中心")
    [('third_party', '第三方评估')]
    """
    return [
        (key, part.title) for key, part in assessment.scheme.leaves().items()
        if isinstance(part, Score) and assessor in assessors_of(assessment, key)
    ]  # fmt: skip


def score_lines(assessment: Assessment, component: str, assessor: str) -> list[ScoreLine]:
    """The units that an assessor scores in a part, in their order, with what he says of them by now. Raises
    NoScoresError.

    >>> from scoring import load_assessment, score_lines
    >>> lines = score_lines(load_assessment("sample_data/2024"), "third_party", "衡知公共治理评估中心")
    >>> lines[3].unit, lines[3].score, lines[3].full
    ('临溪县人民政府', '87.75', '100')
    """
    part, rows = _part(assessment, component, assessor), _rows(assessment, component, assessor)
    return [
        ScoreLine(
            unit.name, unit.group, format_points(in_group(part.full_by, unit.group)),
            _text(rows.get(unit.name)), (row.note or "") if (row := rows.get(unit.name)) else "",
        )
        for unit in _units(assessment, component)
    ]  # fmt: skip


def record_scores(
    assessment: Assessment,
    component: str,
    assessor: str,
    given: Mapping[str, tuple[str, str]],
) -> RecordedScores:
    """The assessor's file with ``given``: by unit the score and the note, as they were typed; a blank one
    empties the cell, and units that are not given stay as they are. Raises NoScoresError.

    >>> from scoring import load_assessment, record_scores
    >>> assessment = load_assessment("sample_data/2024")
    >>> assessor = "衡知公共治理评估中心"
    >>> record_scores(assessment, "third_party", assessor, {"临溪县人民政府": ("88", "")}).file
    '第三方评估.xlsx'
    >>> wrong = record_scores(assessment, "third_party", assessor, {"临溪县人民政府": ("101", "")})
    >>> [problem.message() for problem in wrong.by_unit["临溪县人民政府"]]
    ['[错误] 数字超出范围：现为“101”；应为0到100的数字。改法：填写范围内的数字。']
    """
    part = _part(assessment, component, assessor)
    by_unit = _faults(assessment, component, assessor, given)
    file, content, sheet, at = _file(assessment, component, assessor)
    if by_unit:
        return RecordedScores(file, content, by_unit)
    absent = [unit for unit in given if unit not in at]
    if absent:
        expected = "有这些单位的行"
        problem = Problem("value-missing", Place(file, sheet), "、".join(absent), expected)
        return RecordedScores(file, content, {}, (problem,))
    grid = _grid_of(file, content, sheet)
    header = find_header(grid, columns_for(part))
    assert header is not None
    edits: list[Edit] = []
    before = {
        line.unit: (line.score, line.note) for line in score_lines(assessment, component, assessor)
    }
    for unit, (score, note) in given.items():
        row = grid.index_of(at[unit])
        if score.strip() != before[unit][0]:
            edits.append(Edit(row, header.columns[SCORE], _value(score)))
        if note.strip() != before[unit][1]:
            if NOTE not in header.columns:
                column = max(header.columns.values()) + 1
                edits.append(Edit(header.row, column, NOTE))
                header.columns[NOTE] = column
            edits.append(Edit(row, header.columns[NOTE], note.strip() or None))
    try:
        content = edit_file(file, content, {sheet: edits}) if edits else content
    except (UnfitError, ValueError) as error:
        problem = Problem("cell-unwritable", Place(file, sheet), fix=str(error))
        return RecordedScores(file, content, {}, (problem,))
    return RecordedScores(file, content, {})


def _part(assessment: Assessment, component: str, assessor: str) -> Score:
    part = assessment.scheme.leaves().get(component)
    if not isinstance(part, Score) or assessor not in assessors_of(assessment, component):
        raise NoScoresError(f"{assessor} {component}")
    return part


def _units(assessment: Assessment, component: str) -> list[Unit]:
    return of_part(assessment.units, assessment.scheme.views(), component).graded()


def _rows(assessment: Assessment, component: str, assessor: str) -> dict[str, ScoreRow]:
    """The assessor's rows by unit; where one score is given, those of nobody's name too."""
    part = assessment.scheme.leaves()[component]
    one = isinstance(part, Score) and part.assessors == Assessors.ONE
    return {
        row.unit: row for row in assessment.tables.scores
        if row.component == component and row.row is not None
        and (row.assessor == assessor or (one and row.assessor is None))
    }  # fmt: skip


def _text(row: ScoreRow | None) -> str:
    if row is None or not isinstance(row.score, int):
        return ""
    return format_points(row.score)


def _value(text: str) -> Value:
    try:
        points = read_points(text.strip()) if text.strip() else None
    except CellError:
        return text
    return None if points is None else exact(points)


def _faults(
    assessment: Assessment, component: str, assessor: str, given: Mapping[str, tuple[str, str]]
) -> dict[str, tuple[Problem, ...]]:
    """What ``check`` would say of rows that say it, by unit."""
    part = _part(assessment, component, assessor)
    columns = columns_for(part)
    names = [column.name for column in columns]
    who = "评委" if part.assessors != Assessors.ONE else "评估机构"
    cells: list[list[Any]] = [list(names)]
    for unit, (score, note) in given.items():
        said = {
            "单位": unit,
            SCORE: score.strip() or None,
            who: assessor,
            NOTE: note.strip() or None,
        }
        cells.append([said.get(name) for name in names])
    grid = Grid(part.table, None, cells)
    header = find_header(grid, columns)
    assert header is not None
    reader = TableReader(grid, header, columns, part.table)
    units = of_part(assessment.units, assessment.scheme.views(), component)
    read_scores([reader], component, part, units, unread=False)
    order = list(given)
    found: dict[str, list[Problem]] = {}
    for problem in errors(reader.problems):
        if problem.place.row is not None and problem.place.row >= 2 and problem.found:
            unit = order[problem.place.row - 2]
            found.setdefault(unit, []).append(replace(problem, place=Place(part.table)))
    return {unit: tuple(some) for unit, some in found.items()}


def _file(
    assessment: Assessment, component: str, assessor: str
) -> tuple[str, bytes, str | None, dict[str, int]]:
    """The assessor's file, its content and sheet, and the number of each unit's row; a new one where he has
    handed in nothing yet."""
    rows = _rows(assessment, component, assessor)
    files = {(row.file, row.sheet) for row in rows.values()}
    if files:
        # Of several files the one that most of his rows are in.
        file, sheet = max(files, key=lambda f: sum((r.file, r.sheet) == f for r in rows.values()))
        assert file is not None
        assert assessment.path is not None
        at = {
            unit: row.row for unit, row in rows.items()
            if (row.file, row.sheet) == (file, sheet) and row.row is not None
        }  # fmt: skip
        return file, (assessment.path / file).read_bytes(), sheet, at
    return _new_file(assessment, component, assessor)


def _new_file(
    assessment: Assessment, component: str, assessor: str
) -> tuple[str, bytes, str | None, dict[str, int]]:
    part = _part(assessment, component, assessor)
    one = part.assessors == Assessors.ONE
    settings, units = assessment.settings, _units(assessment, component)
    plan = ScorePlan(
        title=f"{settings.region or ''}{settings.year}年度{assessment.scheme.subject}{part.title}",
        year=settings.year,
        sheet="得分",
        column="评估机构" if one else "评委",
        assessor=assessor,
        units=[(unit.name, unit.group) for unit in units],
        full={unit.group: format_points(in_group(part.full_by, unit.group)) for unit in units},
    )
    content = score_workbook(plan)
    name = file_names([assessor])[assessor]
    file = f"{part.table}.xlsx" if one else f"{part.table}/{name}.xlsx"
    grid = _grid_of(file, content, plan.sheet)
    header = find_header(grid, columns_for(part))
    assert header is not None
    at = {unit.name: grid.row_number(header.last + 1 + index) for index, unit in enumerate(units)}
    return file, content, plan.sheet, at


def _grid_of(file: str, content: bytes, sheet: str | None) -> Grid:
    grids = read_content(content, file, "." + file.rsplit(".", 1)[-1]).grids
    return next(grid for grid in grids if grid.sheet == sheet)
