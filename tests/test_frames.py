"""Many units at once: the columns give what the exact rules give, on every dataframe library."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from scoring import load_assessment
from scoring.score import Result, score
from scoring.score.frames import NONE, Backend, make_frames, records, score_frames
from scoring.score.unit import score_unit
from scoring.tables import make_tables
from tests.conftest import SAMPLE
from tests.schemes_made_up import LAST_DAY, YEAR, Year, years
from tests.test_algebra import area, filled, form, item, only


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
    known = year.as_of if backend == "polars" else None
    result = score(make_tables(year.rows), year.scheme, YEAR, year.as_of, known=known)
    assert by_columns(year, backend, known) == standing(result)


@pytest.mark.parametrize("backend", ["polars", "pandas"])
def test_the_sample_year_is_the_same_by_columns(backend: Backend) -> None:
    assessment, _ = load_assessment(SAMPLE)
    assert assessment is not None
    settings_ = assessment.settings
    result = score(assessment.tables, assessment.scheme, settings_.year, settings_.as_of_day())
    frames = make_frames(assessment.tables, backend)
    made = score_frames(frames, assessment.scheme, settings_.year, settings_.as_of_day())
    found = {row["unit"]: (row["composite"], row["rank"]) for row in records(made)}
    assert found == {u.unit: (u.composite, u.rank) for u in result.units}


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
        ("39.995", 8000),  # exactly half a hundredth: in doubt by columns, up by the rules
        ("39.9949", 7999),  # a ten-thousandth of a point below
        ("39.9951", 8000),
        ("39.99", 7999),
    ],
)
def test_what_columns_cannot_decide_the_rules_decide(first: str, composite: int) -> None:
    year = thirds(first)
    for backend in ("polars", "pandas"):
        found = by_columns(year, backend, None)  # type: ignore[arg-type]
        assert found["甲"][0] == composite


def test_only_what_lies_at_an_edge_is_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def watched(run: Any, rows: Any) -> Any:
        asked.append(rows.unit.unit)
        return score_unit(run, rows)

    monkeypatch.setattr("scoring.score.frames.score_unit", watched)
    by_columns(thirds("39.99"), "polars", None)
    assert asked == []
    by_columns(thirds("39.995"), "polars", None)
    assert asked == ["甲"]
