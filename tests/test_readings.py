"""Every reading of the rules gives what an independent oracle of Fractions gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from scoring import load_assessment
from scoring.rules.column_numbers import floor_half_even, floor_half_up
from scoring.rules.column_rows import Steps, expr_of
from scoring.score import score
from scoring.score.frames import judge_entries, records, score_frames
from scoring.score.unit import score_unit
from scoring.tables import ROWS, make_tables
from tests.algebra_oracle import half_even, half_up
from tests.conftest import SAMPLE
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
from tests.schemes_made_up import LAST_DAY, YEAR, Year, years
from tests.spark_cluster import spark_or_skip, spark_session
from tests.test_algebra import area, filled, form, item, marks, only, plain

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


@pytest.fixture(scope="module", params=["rules", "cells", *ENGINES])
def reading(request: pytest.FixtureRequest) -> Reading:
    """Every reading of the rules."""
    return _reading(request.param, request)


@pytest.fixture(scope="module", params=ENGINES)
def columns(request: pytest.FixtureRequest) -> Reading:
    """The readings by columns."""
    return _reading(request.param, request)


def test_a_random_year_is_what_the_oracle_says(reading: Reading) -> None:
    # Drawn anew, not shrunk: each example takes a while on some engines.
    quick = (Phase.explicit, Phase.reuse, Phase.generate)

    @settings(max_examples=reading.examples, deadline=None, phases=quick,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(year=years())
    def agrees(year: Year) -> None:
        reading.agrees(year, known=year.as_of if len(year.rows.get("entries", ())) % 2 else None)

    agrees()


# What columns cannot decide


def thirds(first: str) -> Year:
    """A form of 40 points as scored and three items of 20 by fraction, two thirds of each: the
    columns hold thirds only nearly."""
    scheme = only(
        form(
            area(100, item("1", 40), *(item(code, 20, fraction=True) for code in "234")),
        )
    )
    share = {"done": 2, "of": 3}
    rows = filled({"1": first, **dict.fromkeys("234", share)})
    units = [{"unit": "甲", "group": "县区", "position": 0}]
    return Year(scheme, {"units": units, **rows}, LAST_DAY)


@pytest.mark.parametrize(
    ("first", "composite"),
    [
        ("39.995", "80"),  # exactly half a hundredth: in doubt by columns, up by the rules
        ("39.9949", "79.99"),  # a ten-thousandth of a point below
        ("39.9951", "80"),
        ("39.99", "79.99"),
    ],
)
def test_a_half_of_thirds_is_exactly_a_half(
    reading: Reading, first: str, composite: str
) -> None:
    year = thirds(first)
    reading.agrees(year, None)
    assert reading.year(year, None)["甲"].composite == Fraction(composite)
