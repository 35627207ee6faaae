"""Forms filled in as a unit would, and what the engine makes of the same values.

A form is filled by its own header row and read by its own labels, as a person would.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl

from scoring.intake import Assessment
from scoring.points import SCALE
from scoring.publish.forms.book import form_workbook
from scoring.publish.forms.plan import FormPlan, plan_form, score_folder
from scoring.scheme import Leaf, Scheme, Score
from scoring.score import Result, score
from scoring.tables import make_tables

OUT_OF_REACH = 10**10

Rows = dict[str, list[dict[str, Any]]]


@dataclass
class Filled:
    """A form that was made and filled: the plan, the ``scheme`` of all groups, what was typed, and the
    engine's rows for it."""

    plan: FormPlan
    scheme: Scheme
    path: Path
    rows: Rows
    scores: dict[str, int | None]

    def result(self, scores: Mapping[str, int | None] | None = None) -> Result:
        """What the engine makes of the same values, with other assumed scores where given."""
        rows = {name: list(table) for name, table in self.rows.items()}
        for key, given in {**self.scores, **(scores or {})}.items():
            component = self.plan.scheme.leaves()[key]
            assert isinstance(component, Score)
            if given is not None:
                times = {"one": 1, "mean": 1, "trimmed": 3}[component.assessors]
                rows["scores"] += [
                    {"component": key, "unit": self.plan.unit.name, "score": given,
                     "refused": False, "assessor": str(i)}
                    for i in range(times)
                ]  # fmt: skip
        return score(make_tables(rows), by_bounds(self.scheme), 2024, self.plan.as_of)


def by_bounds(scheme: Scheme) -> Scheme:
    """The scheme with its grades decided by lower bounds alone."""

    def plain(grades: Any) -> Any:
        last = len(grades) - 1
        return tuple(
            g if i == last else g.model_copy(
                update={"quota": None, "lower": OUT_OF_REACH if g.lower is None else g.lower}
            )
            for i, g in enumerate(grades)
        )  # fmt: skip

    grades = scheme.grades
    stripped = (
        {g: plain(t) for g, t in grades.items()} if isinstance(grades, dict) else plain(grades)
    )
    return scheme.model_copy(update={"grades": stripped})


def fill(
    folder: Path, name: str, assessment: Assessment, rows: Rows, unit: str, key: str, period: str,
    dice: random.Random,
) -> Filled:  # fmt: skip
    """Make a unit's form, fill it, and gather the rows that the engine would have."""
    component = assessment.scheme.leaves()[key]
    folder_scores = score_folder(assessment, assessment.settings.as_of_day())
    chosen = next(p for p in component.periods if p.name == period)  # type: ignore[union-attr]
    plan = plan_form(assessment, folder_scores, assessment.units.pick(unit), key, chosen)
    book = openpyxl.load_workbook(_write(folder / f"{name}.xlsx", form_workbook(plan)))
    sheet = book["考核表"]
    items: dict[str, dict[str, Any]] = {}
    header = header_of(sheet)
    for row in range(header["指标编号"][0] + 1, sheet.max_row + 1):
        code = sheet.cell(row, header["指标编号"][1]).value
        leaf = next((i.leaf for i in plan.items() if i.leaf.code == str(code)), None)
        if leaf is None:
            continue
        typed, counted = some_value(leaf, plan.component.step, dice)
        for column, value in typed.items():
            sheet.cell(row, header[column][1]).value = value
        sheet.cell(row, header["证明材料"][1]).value = "示政办发〔2024〕3号"
        items[leaf.code] = counted
    late = dice.choice([0, 0, 1, 3, 9])
    beside(sheet, "报送日期").value = plan.due + timedelta(late)
    estimate = book["预估"]
    scores: dict[str, int | None] = {}
    for leaf_key, leaf_component in plan.scheme.leaves().items():
        if isinstance(leaf_component, Score):
            steps = leaf_component.full // 100
            given: int | None = dice.randint(steps // 2, steps) * 100
            if assessment.scheme.missing_for(leaf_key) == "reweight" and dice.random() < 0.3:
                given = None
            scores[leaf_key] = given
            row = row_of(estimate, leaf_key, None)
            estimate.cell(row, 3).value = None if given is None else given / SCALE
    book.save(folder / f"{name}.xlsx")
    engine = _engine_rows(plan, rows, items, late)
    return Filled(plan, assessment.scheme, folder / f"{name}.xlsx", engine, scores)


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def some_value(
    leaf: Leaf, step: int | None, dice: random.Random
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a unit types for an item, and the same as a verified value of the tables."""
    if leaf.scoring == "fraction":
        of = dice.choice([1, 3, 7, 40, 113])
        done = dice.randint(0, of)
        return {"完成数": done, "应完成数": of}, {"done": done, "of": of}
    if leaf.scoring == "each":
        faults = dice.choice([0, 0, 1, 2, 5, 40])
        return {"问题数": faults}, {"faults": faults}
    options = leaf.indicator.options
    if options:
        name = dice.choice(list(options))
        return {"自评分": name}, {"verified_score": options[name]}
    grain = step or dice.choice([SCALE // 2, SCALE // 4, SCALE // 20, 1])
    points = leaf.full - dice.randint(0, min(leaf.full // grain, 30)) * grain
    return {"自评分": points / SCALE}, {"verified_score": points}


def _engine_rows(
    plan: FormPlan, rows: Rows, items: Mapping[str, Mapping[str, Any]], late: int
) -> Rows:
    """The folder's rows with this form verified as it was filled, for every period of the
    component that is not known, and without the unit's scores that the form says itself."""
    unit, key = plan.unit.name, plan.key
    mine = {plan.period.name} | {
        p.name for p in plan.component.periods if (key, p.name) not in plan.known.periods
    }

    def other(row: Mapping[str, Any]) -> bool:
        return not (row["unit"] == unit and row["component"] == key and row["period"] in mine)

    kept: Rows = {name: list(table) for name, table in rows.items()}
    kept["forms"] = [r for r in rows.get("forms", ()) if other(r)]
    kept["items"] = [r for r in rows.get("items", ()) if other(r)]
    kept["scores"] = [r for r in rows.get("scores", ()) if r["unit"] != unit]
    for period in mine:
        at = {"component": key, "unit": unit, "period": period, "file": "表", "row": 1}
        kept["forms"].append({**at, "days_late": late})
        kept["items"] += [
            {**at, "indicator": code, "not_applicable": False, "refused": False, **item}
            for code, item in items.items()
        ]
    return kept


# Reading a form


def header_of(sheet: Any) -> dict[str, tuple[int, int]]:
    """The columns of the table by name: row and column."""
    for row in range(1, 30):
        found = {sheet.cell(row, c).value: (row, c) for c in range(1, sheet.max_column + 1)}
        if "指标编号" in found:
            return {name: at for name, at in found.items() if name}
    raise AssertionError("no header")


def beside(sheet: Any, label: str) -> Any:
    """The cell to the right of a label, behind the cells that the label is merged over."""
    for row in sheet.iter_rows(max_row=30):
        for cell in row:
            if cell.value == label:
                column = cell.column + 1
                while (cell.row, column) in _covered(sheet, cell):
                    column += 1
                return sheet.cell(cell.row, column)
    raise AssertionError(f"no {label}")


def _covered(sheet: Any, cell: Any) -> set[tuple[int, int]]:
    return {
        (cell.row, column)
        for merged in sheet.merged_cells.ranges
        if (merged.min_row, merged.min_col) == (cell.row, cell.column)
        for column in range(merged.min_col + 1, merged.max_col + 1)
    }


def row_of(sheet: Any, key: str, what: str | None) -> int:
    """The row of a component on 预估: the last one of its key, or the one of a period."""
    rows = [
        row for row in range(1, sheet.max_row + 1)
        if sheet.cell(row, 8).value == key and what in (None, sheet.cell(row, 2).value)
    ]  # fmt: skip
    return rows[-1]


def exact(value: Any) -> Fraction:
    """A computed cell as a number of at most six decimals."""
    return Fraction(round(Fraction(value) * 10**6), 10**6)
