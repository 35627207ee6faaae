"""Every reading of the rules gives what an independent oracle of Fractions gives."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from scoring.intake import load_assessment
from scoring.rules.column_numbers import floor_half_even, floor_half_up
from scoring.rules.column_rows import Steps, expr_of
from scoring.rules.columns import MOST, MOST_COUNTED
from scoring.score import score
from scoring.score.frames import judge_entries, records, score_frames, take_frames
from scoring.score.unit import score_unit
from scoring.tables import ROWS
from tests.algebra_oracle import half_even, half_up
from tests.conftest import SAMPLE
from tests.random_schemes import LAST_DAY, YEAR, Year, years
from tests.readings import (
    Cells,
    Columns,
    Reading,
    Rules,
    duckdb_frames,
    pandas_frames,
    polars_frames,
    spark_frames,
)
from tests.small_years import ADDED, WEIGHTED, small_year
from tests.spark_cluster import spark_or_skip, spark_session
from tests.test_algebra import area, filled, form, item, ledger, made, marks, offences, only, plain

ENGINES = ("pandas", "polars", "duckdb", "spark")


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    spark_or_skip()
    with spark_session(tmp_path_factory.mktemp("spark")) as session:
        yield session


def _reading(name: str, request: pytest.FixtureRequest) -> Reading:
    if name == "spark":
        return Columns(2, spark_frames(request.getfixturevalue("spark")))
    return {
        "rules": Rules(),
        "cells": Cells(),
        "pandas": Columns(15, pandas_frames),
        "polars": Columns(60, polars_frames),
        "duckdb": Columns(15, duckdb_frames),
    }[name]


@pytest.fixture(
    scope="module", params=[pytest.param("rules", marks=pytest.mark.fast), "cells", *ENGINES]
)
def reading(request: pytest.FixtureRequest) -> Reading:
    """Every reading of the rules."""
    return _reading(request.param, request)


@pytest.fixture(scope="module", params=ENGINES)
def columns(request: pytest.FixtureRequest) -> Columns:
    """The readings by columns."""
    found = _reading(request.param, request)
    assert isinstance(found, Columns)
    return found


def test_a_random_year_is_what_the_oracle_says(reading: Reading) -> None:
    # Drawn anew, not shrunk: each example takes a while on some engines.
    quick = (Phase.explicit, Phase.reuse, Phase.generate)

    @settings(max_examples=reading.drawn, deadline=None, phases=quick,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(year=years())
    def agrees(year: Year) -> None:
        reading.agrees(year, known=year.as_of if len(year.rows.get("entries", ())) % 2 else None)

    agrees()


# What columns cannot decide


def thirds(**firsts: str) -> Year:
    """By unit a form of 40 points as scored and three items of 20 by fraction, two thirds of each: the
    columns hold thirds only nearly."""
    scheme = only(
        form(
            area(100, item("1", 40), *(item(code, 20, fraction=True) for code in "234")),
        )
    )
    rows: dict[str, list[dict[str, Any]]] = {
        "units": [{"unit": u, "group": "县区", "position": i} for i, u in enumerate(firsts)]
    }
    for unit, first in firsts.items():
        said = filled({"1": first, **{code: {"done": 2, "of": 3} for code in "234"}}, unit=unit)
        rows = {name: rows.get(name, []) + said.get(name, []) for name in rows.keys() | said.keys()}
    return Year(scheme, rows, LAST_DAY)


EDGES = {
    "甲": ("39.995", "80"),  # exactly half a hundredth: in doubt by columns, up by the rules
    "乙": ("39.9949", "79.99"),  # a ten-thousandth of a point below
    "丙": ("39.9951", "80"),
    "丁": ("39.99", "79.99"),
}


def test_a_half_of_thirds_is_exactly_a_half(reading: Reading) -> None:
    year = thirds(**{unit: first for unit, (first, _) in EDGES.items()})
    reading.agrees(year, None)
    found = {unit: said.composite for unit, said in reading.year(year, None).items()}
    assert found == {unit: Fraction(composite) for unit, (_, composite) in EDGES.items()}


def test_a_gate_on_a_sum_of_thirds_is_compared_exactly(reading: Reading) -> None:
    """A part of 79.995 by thirds lies under no gate of 79.995; one of 79.9949 does."""
    year = thirds(甲="39.995", 乙="39.9949")
    parts = {"a": {**form(area(100, item("1", 40), *(item(c, 20, fraction=True) for c in "234"))),
                   "weight": 50, "gate": "79.995"}, "b": plain(weight=50)}  # fmt: skip
    gated = Year(made(parts), {**year.rows, **marks("b", 甲=100, 乙=100)}, LAST_DAY)
    reading.agrees(gated, None)
    found = {unit: said.composite for unit, said in reading.year(gated, None).items()}
    assert found == {"甲": Fraction("90"), "乙": Fraction("40")}


@pytest.fixture
def left_to_the_rules(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The units that the columns leave to the exact rules, as they are met."""
    asked: list[str] = []

    def watched(run: Any, rows: Any) -> Any:
        asked.append(rows.unit.unit)
        return score_unit(run, rows)

    monkeypatch.setattr("scoring.score.frames.run.score_unit", watched)
    return asked


def test_only_what_lies_at_an_edge_is_left_to_the_rules(left_to_the_rules: list[str]) -> None:
    year = thirds(**{unit: first for unit, (first, _) in EDGES.items()})
    Columns(1, polars_frames).agrees(year, None)
    assert left_to_the_rules == ["甲"]


@pytest.mark.parametrize(
    ("mark", "asked"),
    [
        (MOST, []),
        (-MOST, []),
        (MOST + 1, ["甲"]),
        (-MOST - 1, ["甲"]),
        (2**62, ["甲"]),
        (-(2**63), ["甲"]),
    ],
)
def test_numbers_beyond_the_bound_are_left_to_the_rules(
    mark: int, asked: list[str], left_to_the_rules: list[str]
) -> None:
    """10,000 points are counted on; intake lets no such score pass, a frame may hold it."""
    year = Year(only(plain(full=10_000)), {**marks("a", 甲=1), "units": [UNIT]}, LAST_DAY)
    year.rows["scores"][0]["score"] = mark
    for native in (polars_frames, pandas_frames, duckdb_frames):
        Columns(1, native).agrees(year, None)
        assert left_to_the_rules == asked
        left_to_the_rules.clear()


UNIT = {"unit": "甲", "group": "县区", "position": 0}


def test_counts_beyond_the_bound_are_left_to_the_rules(left_to_the_rules: list[str]) -> None:
    year = thirds(甲="39.99", 乙="39.99")
    for row in year.rows["items"]:
        if row["indicator"] != "1":
            size = MOST_COUNTED if row["unit"] == "甲" else MOST_COUNTED + 1
            row |= {"done": size // 2, "of": size}
    Columns(1, polars_frames).agrees(year, None)
    assert left_to_the_rules == ["乙"]


PAIRS = [
    (number, divisor)
    for divisor in (1, 2, 3, 7, 10, 10**4, 2**31 - 1, 2**59 - 1)
    for near in (0, 1, divisor // 2, 2**53 + 1, 2**60 - 3, (2**60 // divisor) * divisor)
    for number in (near - 1, near, near + 1, -near)
]


def test_quotients_of_64_bits_are_exact(columns: Columns) -> None:
    """Spark divides in binary floats, which hold integers to 2**53."""
    rows = [{"unit": str(i), "group": "县区", "position": n} for i, (n, _) in enumerate(PAIRS)]
    by_divisor: dict[int, list[int]] = {}
    for number, divisor in PAIRS:
        by_divisor.setdefault(divisor, []).append(number)
    frame = columns.frames({"units": rows}).units
    steps = Steps(floats=frame.implementation.is_spark_like())
    number = steps.col("position")
    found = {
        (method.__name__, divisor): expr_of(method(number, divisor))
        for divisor in by_divisor
        for method in (floor_half_up, floor_half_even)
    }
    table = steps.on(frame).select(
        "position", *(expr.alias(f"{name} {divisor}") for (name, divisor), expr in found.items())
    )
    exact = {"floor_half_up": half_up, "floor_half_even": half_even}
    for row in records(table):
        for name, divisor in found:
            want = exact[name](Fraction(row["position"], divisor), 0)
            assert row[f"{name} {divisor}"] == want, (row["position"], divisor)


# The same rows, the same reasons


@pytest.mark.parametrize("year", ["2024", "schemes/fenlei", "weighted", "added"])
def test_a_year_is_the_same_with_its_reasons(year: str, columns: Columns, tmp_path: Path) -> None:
    """The sample years: of the second every group has items of its own. Small ones: their points differ by
    group."""
    own = {"weighted": WEIGHTED, "added": ADDED}.get(year)
    folder = small_year(tmp_path / "2024", own) if own else SAMPLE.parent / year
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    scheme, given_, day = assessment.scheme, assessment.settings, assessment.settings.as_of_day()
    result = score(assessment.tables, scheme, given_.year, day)
    tables = {name: [r._asdict() for r in getattr(assessment.tables, name)] for name in ROWS}
    frames = columns.frames(tables)
    made = {row["unit"]: row for row in records(score_frames(frames, scheme, given_.year, day))}
    assert {u: (r["composite"], r["grade"], r["rank"]) for u, r in made.items()} == {
        unit.unit: (unit.composite, unit.grade, unit.rank) for unit in result.units
    }
    judged = [row for of in judge_entries(frames, scheme, given_.year, day) for row in records(of)]
    found = {(r["entry"], r["unit"]): (r["home"], r["status"]) for r in judged}
    assert found == {(e.entry, e.unit): (e.charged_unit, e.status) for e in result.entries}


def test_a_frame_that_lacks_a_column_is_refused_by_name() -> None:
    with pytest.raises(KeyError, match="units: group"):
        take_frames(polars_frames({"units": []}) | {"units": pl.DataFrame({"unit": ["甲"]})})
    only_units = take_frames({"units": pl.DataFrame({"unit": ["甲"], "group": ["县区"]})})
    assert records(only_units.entries) == []
    assert records(only_units.units) == [{**UNIT, "position": None, "parent": None}]


def test_days_with_a_clock_and_lazy_frames_are_taken_too() -> None:
    rows = {
        "units": [{"unit": "甲", "group": "县区", "parent": None, "position": 0}],
        "entries": offences({}, {"deadline": LAST_DAY}, {})["entries"],
    }
    scheme = only(ledger())
    clocks = pd.DataFrame(rows["entries"])
    for name in ("found", "deadline"):
        clocks[name] = pd.to_datetime(clocks[name])
    assert str(clocks["deadline"].dtype).startswith("datetime64")
    lazy = {name: pl.DataFrame(table).lazy() for name, table in rows.items()}
    for native in (lazy, {"units": pd.DataFrame(rows["units"]), "entries": clocks}):
        (unit,) = records(score_frames(take_frames(native), scheme, YEAR, LAST_DAY))
        assert (unit["composite"], unit["score_a"], unit["rank"]) == (9400, 940_000, 1)
