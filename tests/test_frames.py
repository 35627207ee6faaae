"""Many units at once: the columns give what the exact rules give, on every dataframe library."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from scoring.score import Result, score
from scoring.score.frames import NONE, Backend, make_frames, records, score_frames
from scoring.tables import make_tables
from tests.schemes_made_up import YEAR, Year, years


def standing(result: Result) -> dict[str, Any]:
    scheme = result.scheme
    return {
        u.unit: (
            u.composite,
            None if u.grade is None else [g.name for g in scheme.grades_in(u.group)].index(u.grade),
            u.rank,
        )
        for u in result.units
    }


def by_columns(year: Year, backend: Backend, known: Any) -> dict[str, Any]:
    frames = make_frames(make_tables(year.rows), backend)
    made = score_frames(frames, year.scheme, YEAR, year.as_of, known)
    return {
        row["unit"]: (
            row["composite"], None if row["grade"] == NONE else row["grade"], row["rank"],
        )
        for row in records(made)
    }  # fmt: skip


@pytest.mark.parametrize("backend", ["polars", "pandas"])
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(year=years())
def test_columns_give_what_the_rules_give(backend: Backend, year: Year) -> None:
    for known in (None, year.as_of):
        result = score(make_tables(year.rows), year.scheme, YEAR, year.as_of, known=known)
        assert by_columns(year, backend, known) == standing(result)
