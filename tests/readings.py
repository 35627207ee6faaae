"""Everything that the rules are read by: exact numbers, the live formulas of the workbook, and the
columns of every dataframe library. Each says of a year the same things, and is held to the same oracle.
"""

from __future__ import annotations

import io
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import openpyxl

from scoring.publish.results.book import workbook
from scoring.score import Result, score
from scoring.score.frames import records, score_frames, take_frames
from scoring.score.frames.tables import arrow_table, schema_of
from scoring.tables import ROWS, make_tables
from scoring.wording.numbers import BLANK
from tests.algebra_oracle import Outcome, UnitOutcome, half_up, outcome
from tests.random_schemes import YEAR, Year
from tests.synthetic import assessment_of
from tests.test_algebra import agree
from tests.thorough import examples

Native = Callable[[Mapping[str, list[dict[str, Any]]]], Mapping[str, Any]]
"""From the rows of all tables to frames of a library."""


@dataclass
class Said:
    """What is said of a unit: ``scores`` of the components, the published ``composite`` in points;
    ``gaps`` and ``blocking`` are the components in which something is missing, and those of them that
    forbid a grade (None: nothing is said of these)."""

    scores: dict[str, Any]
    composite: Fraction | None
    grade: str | None
    rank: int | None
    gaps: set[str] | None = None
    blocking: set[str] | None = None


class Reading(ABC):
    """A way of reading the rules; ``examples`` random years are drawn for it."""

    examples: int

    @property
    def drawn(self) -> int:
        """How many years are drawn in this run: a share of them where ``EXAMPLES`` says so."""
        return max(1, round(examples(self.examples) * float(os.environ.get("EXAMPLES", "1"))))

    @abstractmethod
    def year(self, year: Year, known: date | None) -> dict[str, Said]:
        """The units of a year."""

    def score(self, exact: Fraction) -> Any:
        """How a score is said that is exactly so much."""
        return exact

    def agrees(self, year: Year, known: date | None) -> None:
        """Everything that is said is what the oracle says."""
        want = outcome(year.scheme, year.rows, YEAR, year.as_of, known)
        self.compare(self.year(year, known), want)

    def compare(self, found: Mapping[str, Said], want: Outcome) -> None:
        """Unit by unit."""
        assert found.keys() == want.units.keys()
        for name, unit in want.units.items():
            said = found[name]
            wanted = self._wanted(unit, said)
            assert said == wanted, f"{name}: {said}, not {wanted}"

    def _wanted(self, unit: UnitOutcome, said: Said) -> Said:
        scores = {k: None if v is None else self.score(v) for k, v in unit.values.items()}
        blocking = {key for key, b in unit.gaps.items() if b and key not in unit.unread}
        return Said(
            {key: scores.get(key) for key in said.scores}, unit.composite, unit.grade, unit.rank,
            None if said.gaps is None else set(unit.gaps),
            None if said.blocking is None else blocking,
        )  # fmt: skip


class Rules(Reading):
    """The exact rules."""

    examples = 250

    def agrees(self, year: Year, known: date | None) -> None:
        """They say more than the others: every row, rule and period."""
        super().agrees(year, known)
        result = score(make_tables(year.rows), year.scheme, YEAR, year.as_of, known=known)
        agree(result, outcome(year.scheme, year.rows, YEAR, year.as_of, known))

    def year(self, year: Year, known: date | None) -> dict[str, Said]:
        result = score(make_tables(year.rows), year.scheme, YEAR, year.as_of, known=known)
        return {
            unit.unit: Said(
                {**unit.components, **unit.parts}, _points(result, unit.composite), unit.grade,
                unit.rank, {gap.component for gap in unit.gaps},
                {gap.component for gap in unit.gaps if gap.blocking},
            )
            for unit in result.units
        }  # fmt: skip


def _points(result: Result, composite: int | None) -> Fraction | None:
    if composite is None:
        return None
    return Fraction(composite, 10**result.scheme.rounding.decimals)


class Cells(Reading):
    """The values of the live formulas of 考核结果.xlsx: those of the formulas, not those of scoring."""

    examples = 20

    def year(self, year: Year, known: date | None) -> dict[str, Said]:
        result = score(make_tables(year.rows), year.scheme, YEAR, year.as_of, known=known)
        content = workbook(result, assessment_of(year.scheme, year.rows))
        sheet = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["汇总"]
        titles = {c.title: key for key, c in year.scheme.components.items()}
        return {
            row["单位"]: Said(
                # What may be added and was not is shown as 未计入.
                {key: self._number(row[title], 9) for title, key in titles.items()
                 if not (year.scheme.components[key].adds and isinstance(row[title], str))},
                self._number(row["综合成绩"], 4), *(None if row[t] in (None, BLANK) else row[t]
                                                   for t in ("等次", "排名")),
            )
            for row in _table(sheet, "单位")
        }  # fmt: skip

    def _number(self, value: Any, decimals: int) -> Fraction | None:
        return None if isinstance(value, str | None) else half_up(Fraction(value), decimals)

    def score(self, exact: Fraction) -> Any:
        return half_up(exact, 9)


def _table(sheet: Any, first: str) -> list[dict[str, Any]]:
    """The rows under the header that holds ``first``, to the first row without it."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    at = next(i for i, row in enumerate(rows) if first in row)
    names = [str(name or "").replace("\n", "") for name in rows[at]]
    out = []
    for row in rows[at + 1 :]:
        record = dict(zip(names, row, strict=True))
        if record[first] is None:
            break
        out.append(record)
    return out


class Columns(Reading):
    """The columns of a dataframe library, fed with frames of its own."""

    def __init__(self, examples: int, native: Native) -> None:
        self.examples, self.native = examples, native

    def frames(self, rows: Mapping[str, list[dict[str, Any]]]) -> Any:
        """The tables as native frames, taken as a user's would be."""
        complete = make_tables(rows)
        tables = {name: [r._asdict() for r in getattr(complete, name)] for name in ROWS}
        return take_frames(self.native(tables))

    def year(self, year: Year, known: date | None) -> dict[str, Said]:
        made = score_frames(self.frames(year.rows), year.scheme, YEAR, year.as_of, known)
        scale = 10**year.scheme.rounding.decimals
        return {
            row["unit"]: Said(
                {k.removeprefix("score_"): v for k, v in row.items() if k.startswith("score_")},
                None if row["composite"] is None else Fraction(row["composite"], scale),
                row["grade"], row["rank"], set(row["gaps"].split()), set(row["blocking"].split()),
            )
            for row in records(made)
        }  # fmt: skip

    def score(self, exact: Fraction) -> Any:
        return half_up(exact, 4) * 10_000


def pandas_frames(tables: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Plain frames of pandas, as a notebook makes them: objects, and floats where a number lacks."""
    import pandas as pd

    return {n: pd.DataFrame(rows, columns=ROWS[n]._fields) for n, rows in tables.items()}


def polars_frames(tables: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    import polars as pl

    return {n: pl.from_arrow(arrow_table(rows, schema_of(n))) for n, rows in tables.items()}


_OPEN: list[Any] = []


def duckdb_frames(tables: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Relations of a connection of their own."""
    import duckdb

    connection = duckdb.connect()
    # Before version 2 a relation does not keep its connection open.
    _OPEN.append(connection)
    return {n: connection.from_arrow(arrow_table(rows, schema_of(n))) for n, rows in tables.items()}


def spark_frames(session: Any) -> Native:
    return lambda tables: {
        n: session.createDataFrame(arrow_table(rows, schema_of(n))) for n, rows in tables.items()
    }
