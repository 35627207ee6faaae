"""One 考核表 by itself: what a unit is about to hand in, read and checked as the year's forms are.

Without the assessment folder the form says itself which unit, year and scheme it is of; a form of
ours also holds what the office knew when it was made (the sheet 预估).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from scoring.intake.cells import CellError, is_blank, read_amount, shown
from scoring.intake.forms import ASIDE_SHEETS, is_estimate, read_forms
from scoring.intake.grids import Grid, read_file
from scoring.intake.header_block import ASIDE_LABEL, find_form_header, header_block
from scoring.intake.hints import with_hints
from scoring.intake.items import FormRows
from scoring.lookup.text import fold, tidy
from scoring.lookup.units import Unit, UnitList
from scoring.points import Amount
from scoring.problems import Problem, errors, in_order
from scoring.scheme import Scheme, SelfAssessment
from scoring.tables import FormRow, ItemRow

GROUP_LABEL, UNIT_LABEL, YEAR_LABEL, PERIOD_LABEL = "类别", "单位", "考核年度", "期次"
KEY_HEADER, WHAT_HEADER, VALUE_HEADER, USED_HEADER = "代号", "内容", "已知或假定", "采用得分"
LEDGER_SCORE = "台账得分"


@dataclass(frozen=True)
class FormSheets:
    """A form's file as it stands: its grids, its problems of reading, and what it says of itself:
    the labels of its header block and of the sheet 预估, and the numbers noted there (in
    ten-thousandths) by the key of the component and what they are of, as (ledger, 台账得分)."""

    file: str
    grids: tuple[Grid, ...]
    problems: tuple[Problem, ...]
    labels: Mapping[str, str]
    noted: Mapping[tuple[str, str], Amount] = field(default_factory=dict)


class OneForm(NamedTuple):
    """A form as it was read: of which component, unit and period, its rows as in
    ``scoring.tables.FORMS`` and ``ITEMS``, and its problems in order."""

    component: str
    unit: Unit
    period: str
    form: FormRow
    items: tuple[ItemRow, ...]
    problems: tuple[Problem, ...]


def open_form(path: Path) -> FormSheets:
    """Open the form at ``path``."""
    source = read_file(path, path.name)
    labels: dict[str, str] = {}
    noted: dict[tuple[str, str], Amount] = {}
    for grid in source.grids:
        if grid.sheet in ASIDE_SHEETS or is_estimate(grid):
            for label, value in _pairs(grid):
                labels.setdefault(label, value)
            noted |= _noted(grid)
            continue
        header = find_form_header(grid)
        if header is not None:
            for label, (value, _) in header_block(grid, header.row).items():
                if not is_blank(value):
                    labels[label] = tidy(shown(value))
    return FormSheets(path.name, tuple(source.grids), tuple(source.problems), labels, noted)


def _pairs(grid: Grid) -> Iterator[tuple[str, str]]:
    """Every text with the filled cell to its right."""
    for cells in grid.cells:
        filled = [value for value in cells if not is_blank(value)]
        for label, value in pairwise(filled):
            if isinstance(label, str):
                yield fold(label).rstrip(":"), tidy(shown(value))


_TABLE = {KEY_HEADER, WHAT_HEADER, VALUE_HEADER, USED_HEADER}


def _noted(grid: Grid) -> dict[tuple[str, str], Amount]:
    """The table of components on the sheet 预估, under its header: what is known or assumed of
    every component by its key and its row's 内容."""
    out: dict[tuple[str, str], Amount] = {}
    at: dict[str, int] = {}
    for cells in grid.cells:
        names = {fold(v): i for i, v in enumerate(cells) if isinstance(v, str)}
        if names.keys() >= _TABLE:
            at = names
            continue
        if not at or len(cells) <= max(at[name] for name in _TABLE):
            continue
        key, what = shown(cells[at[KEY_HEADER]]), shown(cells[at[WHAT_HEADER]])
        # The ledger's score is the office's; everything else may be assumed by the unit.
        column = USED_HEADER if what == LEDGER_SCORE else VALUE_HEADER
        try:
            points = read_amount(cells[at[column]])
        except CellError:
            continue
        if key and points is not None:
            out[key, tidy(what)] = points
    return out


def own_unit(sheets: FormSheets, scheme: Scheme) -> UnitList:
    """A unit list of the form's own unit; empty where the form names none, or no group of the
    scheme and the scheme has several."""
    name = sheets.labels.get(UNIT_LABEL)
    names = {fold(name): group for name, group in scheme.groups_by_name().items()}
    group = names.get(fold(sheets.labels.get(GROUP_LABEL, "")))
    if group is None:
        alone = len(scheme.groups) == 1
        group = scheme.groups[0] if alone or not scheme.differs_by_group else None
    if not name or group is None:
        return UnitList()
    unit = Unit(name, group, (), None, 0)
    return UnitList([unit], {fold(name): unit})


def own_scheme(sheets: FormSheets) -> str | None:
    """The scheme that a form of ours names: 办法代号."""
    return sheets.labels.get(ASIDE_LABEL)


def own_year(sheets: FormSheets) -> int | None:
    """The year that the form says it is of."""
    match = re.search(r"(?<!\d)(20\d{2})(?!\d)", fold(sheets.labels.get(YEAR_LABEL, "")))
    return int(match[1]) if match else None


def read_one_form(
    sheets: FormSheets,
    scheme: Scheme,
    units: UnitList,
    year: int,
    exempt: frozenset[tuple[str, str]] = frozenset(),
) -> tuple[OneForm | None, list[Problem]]:
    """The form, and every problem of it. None where it does not say of which unit and period it is,
    or holds several forms."""
    best: tuple[int, str, FormRows] | None = None
    for key, component in scheme.leaves().items():
        if not isinstance(component, SelfAssessment):
            continue
        rows = read_forms([(sheets.grids, None)], key, component, units, year, exempt)
        wrong = len(errors(rows.problems))
        # Of several components the form is of the one that it fits best.
        if best is None or wrong < best[0]:
            best = (wrong, key, rows)
    if best is None:
        return None, list(sheets.problems)
    _, key, rows = best
    order = {(grid.file, grid.sheet): i for i, grid in enumerate(sheets.grids)}
    problems = in_order(with_hints([*sheets.problems, *rows.problems], year), order)
    forms = {(form.unit, form.period): form for form in rows.forms}
    if len(forms) != 1:
        return None, problems
    (name, period), form = next(iter(forms.items()))
    if (name, period) in rows.refused and not sheets.labels.get(PERIOD_LABEL):
        # Refused, and for what period it was meant is a guess.
        return None, problems
    unit = units.find(name)
    if unit is None or unit.parent is not None:
        return None, problems
    return OneForm(key, unit, period, form, tuple(rows.items), tuple(problems)), problems
