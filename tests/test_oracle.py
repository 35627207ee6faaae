"""The engine against an independent oracle of Fractions, over random years with ties on purpose."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.scheme import load_scheme, shipped
from scoring.score import Result, score
from scoring.tables import make_tables
from tests import oracle
from tests.folders import POINTS
from tests.thorough import examples

pytestmark = pytest.mark.fast

SCHEME = load_scheme(shipped()["heze"])[0]
assert SCHEME is not None
UNITS = ("甲县", "乙县", "丙县", "财政局", "教育局")
GROUP = {"甲县": "县区", "乙县": "县区", "丙县": "县区", "财政局": "部门", "教育局": "部门"}
SUBORDINATE = {"甲县教育局": "甲县", "乙县公安局": "乙县"}
YEAR = date(2024, 1, 1)
VERIFICATION = {"属实": "true", "不属实": "false", "待核实": "pending", None: None}

days = st.integers(0, 365).map(lambda n: YEAR + timedelta(n))
later = st.one_of(st.none(), st.integers(0, 420))


@st.composite
def entries(draw: st.DrawFn) -> dict[str, Any]:
    """A ledger row; deadlines and rectifications often fall on the same day, or one apart."""
    found = draw(days)
    deadline = draw(later)
    rectified = draw(st.one_of(later, st.just(deadline)))
    if rectified is not None and deadline is not None and draw(st.booleans()):
        rectified = max(0, deadline + draw(st.integers(-1, 1)))
    revoked = draw(st.one_of(st.none(), st.none(), st.none(), st.integers(0, 420)))
    return {
        "unit": draw(st.sampled_from([*UNITS, *SUBORDINATE])),
        "rule": draw(st.sampled_from(sorted(oracle.WHEN))),
        "found": found,
        "deadline": None if deadline is None else found + timedelta(deadline),
        "rectified": None if rectified is None else found + timedelta(rectified),
        "revoked": None if revoked is None else found + timedelta(revoked),
        "verification": draw(st.sampled_from(["属实", "属实", "不属实", "待核实", None])),
    }


@st.composite
def item_scores(draw: st.DrawFn) -> dict[str, int]:
    """Verified scores by item, in ten-thousandths, mostly in halves and hundredths."""
    step = draw(st.sampled_from([5000, 5000, 2500, 100, 1]))
    return {
        code: step * draw(st.integers(0, points * 10_000 // step))
        for code, points in POINTS.items()
    }


@st.composite
def third_party(draw: st.DrawFn) -> int:
    """A score in ten-thousandths, often in hundredths."""
    step = draw(st.sampled_from([10_000, 5000, 100, 100, 1]))
    return step * draw(st.integers(0, 1_000_000 // step))


def run(
    rows: list[dict[str, Any]],
    periods: dict[tuple[str, str], dict[str, int]],
    third: dict[str, int],
    exempt: set[tuple[str, str]],
    as_of: date,
    known: date | None = None,
    names: tuple[str, ...] = UNITS,
) -> Result:
    units = [{"unit": u, "group": GROUP.get(u, "县区"), "position": i} for i, u in enumerate(names)]
    units += [
        {"unit": u, "group": GROUP[p], "parent": p, "position": len(names) + i}
        for i, (u, p) in enumerate(SUBORDINATE.items())
        if p in names
    ]
    sa = "self_assessment"
    tables = make_tables(
        {
            "units": units,
            "entries": [
                {**row, "component": "ledger", "entry": f"{i}", "description": "", "file": "f", "row": i,
                 "verification": VERIFICATION[row["verification"]]}
                for i, row in enumerate(rows)
            ],
            "forms": [{"component": sa, "unit": u, "period": p} for u, p in periods],
            "items": [
                {"component": sa, "unit": u, "period": p, "indicator": c, "verified_score": v,
                 "not_applicable": False, "refused": False}
                for (u, p), items in periods.items()
                for c, v in items.items()
                if (u, c) not in exempt
            ],
            "scores": [
                {"component": "third_party", "unit": u, "score": s, "refused": False}
                for u, s in third.items()
            ],
            "exemptions": [{"component": sa, "unit": u, "indicator": c} for u, c in exempt],
        },
    )  # fmt: skip
    assert SCHEME is not None
    return score(tables, SCHEME, 2024, as_of, known=known)


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_year_is_scored_as_the_oracle_scores_it(data: st.DataObject) -> None:
    rows = data.draw(st.lists(entries(), max_size=25))
    if data.draw(st.booleans()) and rows:
        rows += [{**rows[0], "rule": "1", "verification": None}] * 70  # down to the floor
    forms = [data.draw(item_scores()) for _ in range(3)]
    periods = {
        (u, p): forms[data.draw(st.integers(0, 2))] for u in UNITS for p in ("上半年", "下半年")
    }
    third = {u: data.draw(third_party()) for u in UNITS}
    codes = st.sampled_from(sorted(POINTS))
    exempt = {
        (u, c) for u, c in data.draw(st.sets(st.tuples(st.sampled_from(UNITS), codes), max_size=6))
    }
    as_of = data.draw(st.one_of(st.just(date(2024, 12, 31)), days))

    known = data.draw(st.one_of(st.none(), st.just(as_of), days))

    result = run(rows, periods, third, exempt, as_of, known)

    undecided: set[str] = set()
    counted = dict.fromkeys(UNITS, 0)
    for row, got in zip(rows, sorted(result.entries, key=lambda e: e.place.row or 0), strict=True):
        charged = SUBORDINATE.get(row["unit"], row["unit"])
        verdict = oracle.counts(row, as_of, known, subordinate=row["unit"] in SUBORDINATE)
        assert got.deduction == (15000 if verdict else 0)
        counted[charged] += bool(verdict)
        if verdict is None:
            undecided.add(charged)
    points = {c: Fraction(p) for c, p in POINTS.items()}
    expected: dict[str, Fraction] = {}
    for unit in UNITS:
        absent = {c for u, c in exempt if u == unit}
        halves = [
            oracle.period_score(
                {c: Fraction(v, 10_000) for c, v in periods[unit, p].items()}, points, absent
            )
            for p in ("上半年", "下半年")
        ]
        ledger = oracle.ledger_score(counted[unit])
        mean, third_score = sum(halves, Fraction(0)) / 2, Fraction(third[unit], 10_000)
        expected[unit] = oracle.composite(ledger, mean, third_score)
        got_unit = next(u for u in result.units if u.unit == unit)
        assert got_unit.components == {
            "ledger": ledger,
            "self_assessment": mean,
            "third_party": third_score,
        }
        assert got_unit.composite == expected[unit] * 100
        assert bool(got_unit.gaps) == (unit in undecided)
        assert got_unit.grade == (None if unit in undecided else oracle.grade(expected[unit]))
    for group in ("县区", "部门"):
        settled = {u: s for u, s in expected.items() if GROUP[u] == group and u not in undecided}
        got_ranks = {
            u.unit: u.rank for u in result.units if u.group == group and u.rank is not None
        }
        assert got_ranks == oracle.ranks(settled)
    assert result.final == (not undecided)


bounds = st.tuples(
    st.one_of(st.sampled_from([6000, 8000, 9000]), st.integers(3000, 9990)),
    st.sampled_from([-1, 0, 1]),
    st.integers(0, 30),
)


@settings(max_examples=examples(10), deadline=None)
@given(drawn=st.lists(bounds, min_size=60, max_size=60))
def test_ties_at_the_second_decimal_and_at_the_bounds(drawn: list[tuple[int, int, int]]) -> None:
    """Composites drawn to lie exactly on xx.xx5 or a hundred-thousandth beside it."""
    units = tuple(f"单位{i}" for i in range(len(drawn)))
    expected, rows, periods = {}, [], {}
    for unit, (cents, offset, counted) in zip(units, drawn, strict=True):
        target = Fraction(cents, 100) - Fraction(5, 1000) + Fraction(offset, 100_000)
        ledger = oracle.ledger_score(counted)
        needed = (target - ledger * Fraction(3, 10) - 80 * Fraction(3, 10)) / Fraction(2, 5)
        # The mean of two halves can hold half a ten-thousandth.
        double = max(0, min(2_000_000, round(needed * 20_000)))
        first, second = double // 2, double - double // 2
        for period, total in (("上半年", first), ("下半年", second)):
            periods[unit, period] = fill(total)
        rows += [{"unit": unit, "rule": "1", "found": YEAR, "verification": None}] * counted
        expected[unit] = oracle.composite(ledger, Fraction(double, 20_000), Fraction(80))
    result = run(
        rows,
        periods,
        dict.fromkeys(units, 800_000),
        set(),
        date(2024, 12, 31),
        None,
        units,
    )
    assert {u.unit: u.composite for u in result.units} == {u: e * 100 for u, e in expected.items()}
    assert {u.unit: u.grade for u in result.units} == {
        u: oracle.grade(e) for u, e in expected.items()
    }
    assert {u.unit: u.rank for u in result.units} == oracle.ranks(expected)


def fill(total: int) -> dict[str, int]:
    """Item scores in ten-thousandths that add up to ``total``."""
    items = {}
    for code, points in POINTS.items():
        items[code] = min(total, points * 10_000)
        total -= items[code]
    return items


def test_the_oracle_rounds_a_half_away_from_zero() -> None:
    assert oracle.half_up(Fraction("89.995"), 2) == 90
    assert oracle.half_up(Fraction("89.9949"), 2) == Fraction("89.99")
    assert oracle.half_up(Fraction("-0.005"), 2) == Fraction("-0.01")
