"""How firm a ranking is: against the engine, against brute force on a grid, against hand counts."""

from __future__ import annotations

import io
import json
import random
import re
import shutil
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from scoring.api import load_assessment, score_assessment
from scoring.points import SCALE
from scoring.publish.sensitivity_html import sensitivity_html
from scoring.publish.sensitivity_workbook import sensitivity_workbook
from scoring.scheme import Scheme
from scoring.score import Result, score
from scoring.sensitivity import Firmness, UnitFirmness, analyse, summary
from scoring.sensitivity.formula import (
    Formula,
    formula,
    movable,
    round_to,
    values_with_error,
    weighed,
)
from scoring.sensitivity.model import Move
from scoring.sensitivity.moves import all_moves, corners, pair_moves
from scoring.sensitivity.steps import ranks, steps
from scoring.sensitivity.summary import ranks_text
from scoring.sensitivity.swaps import level_at
from scoring.tables import make_tables
from tests.conftest import SAMPLE, Office
from tests.folders import write_folder
from tests.test_cli import kaohe

PERCENT = SCALE
"""One percentage point of weight."""


def component(**more: Any) -> dict[str, Any]:
    return {"kind": "score", "title": "部分", "table": "表", "full": 100, "clause": "一", **more}


def scheme_of(components: Mapping[str, Any], **more: Any) -> Scheme:
    named = {
        key: value if "parts" in value else {**value, "table": f"表{key}", "title": f"部分{key}"}
        for key, value in components.items()
    }
    return Scheme.model_validate(
        {
            "name": "test",
            "title": "办法",
            "subject": "工作",
            "source": "测试",
            "groups": ["县区"],
            "clause": "一",
            "components": named,
            "grades": [
                {"name": "优秀", "from": 90},
                {"name": "良好", "from": 80},
                {"name": "合格", "from": 60},
                {"name": "不合格", "from": None},
            ],
            **more,
        }
    )


def result_of(
    scheme: Scheme, scores: Mapping[str, Mapping[str, Any]], groups: Mapping[str, str] | None = None
) -> Result:
    """A result from scores by unit and component; what is None is not handed in."""
    units = [
        {"unit": unit, "group": (groups or {}).get(unit, "县区"), "position": i}
        for i, unit in enumerate(scores)
    ]
    rows = [
        {"component": key, "unit": unit, "score": int(Fraction(str(value)) * SCALE)}
        for unit, given in scores.items()
        for key, value in given.items()
        if value is not None
    ]
    return score(make_tables({"units": units, "scores": rows}), scheme, 2024, date(2024, 12, 31))


def three(**scores: tuple[Any, Any, Any]) -> Result:
    """Three components of 30, 40 and 30 percent; only the third is handed in whole."""
    scheme = scheme_of({
        "a": component(weight=30), "b": component(weight=40), "c": component(weight=30),
    })  # fmt: skip
    return result_of(
        scheme, {unit: dict(zip("abc", given, strict=True)) for unit, given in scores.items()}
    )


def unit_of(firmness: Firmness, name: str) -> UnitFirmness:
    return next(unit for unit in firmness.units if unit.unit == name)


# The composite function against the engine


def random_schemes(random_: random.Random, count: int) -> Iterator[Scheme]:
    """Schemes with what a scheme may have: by group, gates, adding, combined, missing parts."""
    for _ in range(count):
        by_group = random_.random() < 0.4
        first = {"县区": 37.5, "部门": 20} if by_group else 30
        second = {"县区": 22.5, "部门": 40} if by_group else 30
        number = {k: str(v) for k, v in first.items()} if isinstance(first, dict) else first
        other = {k: str(v) for k, v in second.items()} if isinstance(second, dict) else second
        rounded = {
            "decimals": random_.choice([0, 1, 2]),
            "method": random_.choice(["half_up", "half_even"]),
        }
        parts: dict[str, Any] = {
            "a": component(weight=number, missing=random_.choice(["reweight", "zero", "refuse"])),
            "b": component(weight=other, gate=random_.choice([None, 60, 75])),
            "c": {
                "kind": "combined", "title": "合", "clause": "一", "weight": 40,
                "rounding": random_.choice([None, rounded]),
                "parts": {
                    "c1": component(weight=70, table="表c1", title="部分c1", missing="reweight"),
                    "c2": component(weight=30, table="表c2", title="部分c2"),
                },
            },
            "d": component(adds=True, enters=random_.choice([None, {"above": 80}, {"from": "75.5"}]), missing="reweight"),
            "e": component(adds=True, missing="zero"),
        }  # fmt: skip
        yield scheme_of(
            parts,
            groups=["县区", "部门"],
            rounding={"decimals": random_.choice([0, 2, 3]), "method": rounded["method"]},
        )


def random_scores(random_: random.Random, count: int) -> dict[str, dict[str, Any]]:
    def one(low: int, high: int) -> Any:
        return Fraction(random_.randrange(low * 20, high * 20 + 1), 20)

    return {
        f"单位{i}": {
            "a": None if random_.random() < 0.2 else one(40, 100),
            "b": one(55, 100),
            "c1": None if random_.random() < 0.2 else one(50, 100),
            "c2": one(50, 100),
            "d": None if random_.random() < 0.3 else one(-4, 5),
            "e": one(-3, 3),
        }
        for i in range(count)
    }


def test_the_composite_function_gives_what_the_engine_gives() -> None:
    random_ = random.Random(20240)
    seen = 0
    for scheme in random_schemes(random_, 16):
        scores = random_scores(random_, 40)
        result = result_of(
            scheme, scores, {unit: random_.choice(["县区", "部门"]) for unit in scores}
        )
        for unit in result.units:
            mine = formula(scheme, unit.group, unit.components)
            if unit.composite is None:
                assert mine is None
                continue
            seen += 1
            assert mine is not None
            assert mine.published() == unit.composite
    assert seen > 350


def test_an_error_goes_through_the_engine_the_same_way() -> None:
    """Scores off by 1.25, scored by the engine, and moved by the function."""
    random_ = random.Random(7)
    for scheme in random_schemes(random_, 8):
        scores = random_scores(random_, 30)
        off = {
            unit: {
                key: min(value + Fraction(5, 4), Fraction(100))
                if key in movable(scheme) and value is not None
                else value
                for key, value in given.items()
            }
            for unit, given in scores.items()
        }
        before, after = result_of(scheme, scores), result_of(scheme, off)
        known = {unit.unit: unit for unit in after.units}
        for unit in before.units:
            missing = any(gap.component in movable(scheme) for gap in unit.gaps)
            mine = formula(scheme, unit.group, values_with_error(scheme, unit, 12_500))
            if mine is not None and not missing and known[unit.unit].composite is not None:
                assert mine.published() == known[unit.unit].composite


def test_the_grades_are_the_engines() -> None:
    random_ = random.Random(3)
    for ties, share in product(("include", "exclude"), (20, 34)):
        grades = [
            {"name": "优秀", "from": 80, "quota": {"share": share, "ties": ties}},
            {"name": "良好", "quota": {"share": 50, "ties": ties}},
            {"name": "合格", "from": 60},
            {"name": "不合格"},
        ]
        scheme = scheme_of({"a": component(weight=50), "b": component(weight=50)}, grades=grades)
        for _ in range(4):
            scores = {
                f"单位{i}": {"a": random_.randrange(50, 100), "b": random_.randrange(70, 80)}
                for i in range(11)
            }
            result = result_of(scheme, scores)
            (group,) = analyse(result, 0, 0).groups
            for unit in group.units:
                assert unit.weights.best_grade == unit.weights.worst_grade == unit.grade


# Moves and corners


def test_corners_are_where_all_but_one_weight_is_at_an_end() -> None:
    assert set(corners((25, 25, 25, 25), 5)) == {
        tuple(signs) for signs in product((-5, 5), repeat=4) if sum(signs) == 0
    }
    found = set(corners((2, 49, 49), 5))
    assert found == {(-2, 5, -3), (-2, -3, 5), (0, 5, -5), (0, -5, 5), (5, -5, 0), (5, 0, -5)}
    assert pair_moves(("a", "b"), (3, 97), 5) == [
        Move(("a", "b"), (-3, 3)),
        Move(("a", "b"), (5, -5)),
    ]
    moves, whole = all_moves(("a", "b", "c"), (30, 40, 30), 5)
    assert len(moves) == 6
    assert whole


def grid_values(result: Result, move: Move, count: int) -> list[list[int]]:
    """The composites of all units at ``count`` equal steps of a move, by the plain definition."""
    scheme = result.scheme
    rows = []
    for k in range(count + 1):
        row = []
        for unit in result.units:
            own = formula(scheme, unit.group, unit.components)
            assert own is not None
            parts = [
                (Fraction(w) + Fraction(d * k, count), unit.components[key])
                for key, w, d in zip(move.keys, own.weights, move.deltas, strict=True)
            ]
            there = [(w, x) for w, x in parts if x is not None]
            base = sum((w * x for w, x in there), Fraction(0)) / sum(w for w, _ in there)
            for key, part in scheme.components.items():
                value = unit.components[key]
                if not part.adds or value is None:
                    continue
                shown = Fraction(round_to(base, scheme.rounding), 10**scheme.rounding.decimals)
                bound = part.enters.above if part.enters else None
                if bound is None or shown * SCALE > bound:
                    base += value
            row.append(round_to(base, scheme.rounding))
        rows.append(row)
    return rows


@pytest.mark.parametrize("method", ["half_up", "half_even"])
@pytest.mark.parametrize("enters", [None, {"above": 70}])
def test_steps_along_a_move_are_what_a_grid_shows(method: str, enters: Any) -> None:
    """Every value on a fine grid is the one that the steps give there, and no value is left out."""
    random_ = random.Random(f"{method}{enters}")
    scheme = scheme_of(
        {
            "a": component(weight=30, missing="reweight"),
            "b": component(weight=40),
            "c": component(weight=30),
            "d": component(adds=True, enters=enters, missing="reweight"),
        },
        rounding={"decimals": 1, "method": method},
    )
    count = 200
    for _ in range(4):
        scores = {
            f"单位{i}": {
                "a": None if i % 4 == 3 else random_.randrange(50, 101),
                "b": random_.randrange(50, 101),
                "c": random_.randrange(50, 101),
                "d": random_.choice([None, -3, 2, Fraction(1, 20)]),
            }
            for i in range(4)
        }
        result = result_of(scheme, scores)
        moves, _ = all_moves(weighed(scheme), (300_000, 400_000, 300_000), 5 * PERCENT)
        for move in random_.sample(moves, 2):
            grid = grid_values(result, move, count)
            for i, unit in enumerate(result.units):
                own = formula(scheme, unit.group, unit.components)
                assert own is not None
                path = steps(own, move)
                places = [(Fraction(s.number, s.divisor), s.phase) for s in path]
                assert places == sorted(places)
                for k in range(count + 1):
                    here = (Fraction(k, count), 0)
                    value = [s.value for s, at in zip(path, places, strict=True) if at <= here][-1]
                    assert value == grid[k][i], (unit, move, k)


def test_intervals_hold_every_grid_point_and_are_met_at_moves() -> None:
    """Weights on a grid over the region: no rank and no composite outside; the ends are met."""
    random_ = random.Random(11)
    for _ in range(3):
        scores = {
            f"单位{i}": tuple(Fraction(random_.randrange(1500, 2001), 20) for _ in "abc")
            for i in range(7)
        }
        result = three(**scores)
        firmness = analyse(result, 5 * PERCENT, 0)
        own = [formula(result.scheme, u.group, u.components) for u in result.units]
        low: dict[str, list[int]] = {u.unit: [] for u in result.units}
        places: dict[str, list[int]] = {u.unit: [] for u in result.units}
        half = PERCENT // 4
        for da, db in product(range(-20, 21), repeat=2):
            if abs(da + db) > 20:
                continue
            weights = (300_000 + da * half, 400_000 + db * half, 300_000 - (da + db) * half)
            values = [f.published(weights) for f in own if f is not None]
            for unit, value, rank in zip(result.units, values, ranks(values), strict=True):
                low[unit.unit].append(value)
                places[unit.unit].append(rank)
        for unit in firmness.units:
            span = unit.weights
            assert (span.low, span.high) == (min(low[unit.unit]), max(low[unit.unit]))
            assert span.best <= min(places[unit.unit]) <= max(places[unit.unit]) <= span.worst


def test_no_weights_and_errors_together_leave_the_intervals() -> None:
    """Random weights within the region and random errors of every unit: no rank is outside."""
    random_ = random.Random(12)
    for _ in range(3):
        scores = {
            f"单位{i}": tuple(Fraction(random_.randrange(1700, 2001), 20) for _ in "abc")
            for i in range(9)
        }
        result = three(**scores)
        firmness = analyse(result, 5 * PERCENT, 2 * SCALE)
        assert firmness.scores
        for _ in range(400):
            da, db = (random_.randrange(-5, 6) * PERCENT for _ in "ab")
            if abs(da + db) > 5 * PERCENT:
                continue
            weights = (300_000 + da, 400_000 + db, 300_000 - da - db)
            values = []
            for unit in result.units:
                error = random_.choice([-2, -1, 0, 1, 2]) * SCALE
                own = formula(
                    result.scheme, unit.group, values_with_error(result.scheme, unit, error)
                )
                assert own is not None
                values.append(own.published(weights))
            for unit, value, rank in zip(firmness.units, values, ranks(values), strict=True):
                assert unit.both.low <= value <= unit.both.high
                assert unit.both.best <= rank <= unit.both.worst


def test_ranks_along_moves_are_those_of_a_fine_grid() -> None:
    """Coarse rounding, so that a grid meets every place where ranks change."""
    random_ = random.Random(5)
    scheme_parts = {"a": component(weight=50), "b": component(weight=50)}
    scheme = scheme_of(scheme_parts, rounding={"decimals": 0})
    for _ in range(4):
        scores = {
            f"单位{i}": {"a": random_.randrange(60, 100), "b": random_.randrange(60, 100)}
            for i in range(8)
        }
        result = result_of(scheme, scores)
        firmness = analyse(result, 10 * PERCENT, 0)
        seen: dict[str, set[int]] = {u.unit: set() for u in result.units}
        own = [formula(scheme, u.group, u.components) for u in result.units]
        for k in range(-2000, 2001):
            weights = (500_000 + 50 * k, 500_000 - 50 * k)
            values = [f.published(weights) for f in own if f is not None]
            for unit, rank in zip(result.units, ranks(values), strict=True):
                seen[unit.unit].add(rank)
        for unit in firmness.units:
            assert (unit.weights.best, unit.weights.worst) == (
                min(seen[unit.unit]),
                max(seen[unit.unit]),
            )


# Errors of handed-in scores


def test_errors_alone_and_against_by_hand() -> None:
    """甲 90, 乙 89.4, 丙 88: the third part of 30 percent may be off by 2, which is 0.6."""
    scheme = scheme_of({
        "a": {"kind": "combined", "title": "合", "clause": "一", "weight": 70, "parts": {
            "a1": {"kind": "ledger", "title": "账", "table": "账", "weight": 50, "clause": "一", "start": 90,
                   "rules": [{"code": "1", "title": "问", "text": "问", "points": 1, "counts": "notified", "clause": "一"}]},
            "a2": {"kind": "ledger", "title": "簿", "table": "簿", "weight": 50, "clause": "一", "start": 90,
                   "rules": [{"code": "1", "title": "问", "text": "问", "points": 1, "counts": "notified", "clause": "一"}]},
        }},
        "c": component(weight=30),
    })  # fmt: skip
    assert movable(scheme) == ("c",)
    result = result_of(scheme, {"甲": {"c": 90}, "乙": {"c": 88}, "丙": {"c": "83.3334"}})
    firmness = analyse(result, 0, 2 * SCALE)
    first, second, third = firmness.units
    assert [u.composite for u in firmness.units] == [9000, 8940, 8800]
    assert (first.alone.low, first.alone.high) == (8940, 9060)
    assert (first.alone.best, first.alone.worst) == (1, 1)  # 89.4 shares the first place
    assert (first.against.best, first.against.worst) == (1, 2)
    assert (second.against.best, second.against.worst) == (1, 2)  # 88.8 against 88.6
    assert (third.against.best, third.against.worst) == (3, 3)
    assert (first.alone.best_grade, first.alone.worst_grade) == ("优秀", "良好")
    assert (first.rise, first.margin) == (None, 0)
    assert (second.rise, second.margin) == (("优秀", 60), 940)
    (swap,) = firmness.swaps
    assert (swap.ahead, swap.behind, swap.error, swap.shift) == ("甲", "乙", 10_000, None)
    assert swap.share == Fraction(1, 2)


def test_no_score_leaves_its_scale() -> None:
    result = three(甲=(90, 90, 99), 乙=(90, 90, 1))
    firmness = analyse(result, 0, 2 * SCALE)
    scores = {u.unit: (u.alone.low, u.alone.high) for u in firmness.units}
    # a, b and c are handed in, so all of them are off: up to 100, down to 0
    assert scores["甲"] == (9070, 9440)
    assert scores["乙"] == (6160, 6530)


def test_a_gate_is_crossed_on_the_way() -> None:
    """Below 60 in the third part nothing else is read."""
    scheme = scheme_of(
        {"a": component(weight=70, missing="reweight"), "c": component(weight=30, gate=60)}
    )
    result = result_of(scheme, {"甲": {"a": 80, "c": 61}, "乙": {"a": 80, "c": 70}})
    unit = unit_of(analyse(result, 0, 2 * SCALE), "甲")
    assert unit.alone.low == 59 * 30
    assert unit.alone.high == 82 * 70 + 63 * 30


# Pairs


def test_a_pair_swaps_where_the_line_says() -> None:
    """甲 0.3·90+0.4·90+0.3·80 = 87, 乙 0.3·80+0.4·90+0.3·88 = 86.4. A point moved from the first to
    the third part costs 甲 0.10 and gives 乙 0.08: level after 0.6/0.18 = 10/3 points."""
    result = three(甲=(90, 90, 80), 乙=(80, 90, 88))
    (swap,) = analyse(result, 5 * PERCENT, 0).swaps
    assert swap.gap == Fraction(3, 5)
    assert swap.shift == Fraction(10, 3) * PERCENT
    assert swap.move is not None
    assert (swap.move.taken, swap.move.given) == (("a",), ("c",))
    assert swap.error is None
    assert swap.share == Fraction(2, 3)
    assert analyse(result, 3 * PERCENT, 0).swaps == ()


def test_the_same_ranks_before_and_after_a_swap() -> None:
    result = three(甲=(90, 90, 80), 乙=(80, 90, 88))
    for width, worst in ((33_000, 1), (34_000, 2)):
        firmness = analyse(result, width, 0)
        assert unit_of(firmness, "甲").weights.worst == worst


def test_four_weights_moved_together_swap_sooner() -> None:
    scheme = scheme_of({key: component(weight=25) for key in "abcd"})
    result = result_of(scheme, {
        "甲": {"a": 90, "b": 90, "c": 80, "d": 80}, "乙": {"a": 80, "b": 80, "c": "89.6", "d": "89.6"},
    })  # fmt: skip
    (swap,) = analyse(result, 5 * PERCENT, 0).swaps
    # 0.2 apart; a point from each of a, b to c, d brings them 0.392 closer
    assert swap.move is not None
    assert swap.move.taken == ("a", "b")
    assert swap.shift == Fraction(200, 392) * PERCENT


def apart(one: Formula, two: Formula, move: Move, s: Fraction) -> Fraction:
    """The difference of two exact composites at ``s`` of a move."""
    fine = 10**6
    weights = [w * fine + int(d * s * fine) for w, d in zip(one.weights, move.deltas, strict=True)]
    return one.exact(weights) - two.exact(weights)


def test_missing_parts_that_are_left_out_give_a_quadratic() -> None:
    """The place found is level to a millionth, and nothing before it is."""
    random_ = random.Random(2)
    found = 0
    scheme = scheme_of({
        "a": component(weight=30, missing="reweight"), "b": component(weight=40, missing="reweight"),
        "c": component(weight=30), "d": component(adds=True, enters={"above": 80}, missing="reweight"),
    })  # fmt: skip
    for _ in range(12):
        scores = {
            "甲": {"a": None, "b": random_.randrange(60, 100), "c": random_.randrange(60, 100), "d": random_.choice([None, 1, -1])},
            "乙": {"a": random_.randrange(60, 100), "b": None, "c": random_.randrange(60, 100), "d": random_.choice([None, 1, -1])},
        }  # fmt: skip
        result = result_of(scheme, scores)
        ahead, behind = result.units
        one, two = (formula(scheme, u.group, u.components) for u in (ahead, behind))
        assert one is not None
        assert two is not None
        moves, _ = all_moves(weighed(scheme), one.weights, 10 * PERCENT)
        for move in moves:
            place = level_at(one, two, move)

            grid = [Fraction(k, 200) for k in range(201)]
            first = next((s for s in grid if apart(one, two, move, s) <= 0), None)
            if place is None:
                assert first is None
            else:
                found += 1
                assert all(
                    apart(one, two, move, s) > 0 for s in grid if s < place - Fraction(1, 10**6)
                )
                assert first is None or place <= first + Fraction(1, 10**6)
    assert found > 5


def test_shared_places_come_first() -> None:
    firmness = analyse(three(甲=(90, 90, 80), 乙=(80, 90, 90), 丙=(80, 80, 80)))
    swap = firmness.swaps[0]
    assert (swap.ahead, swap.behind, swap.tied, swap.share) == ("甲", "乙", True, 0)
    assert [u.rank for u in firmness.units] == [1, 1, 3]


def test_a_quota_lets_one_in_when_another_falls() -> None:
    grades = [{"name": "优秀", "from": 80, "quota": {"share": 50}}, {"name": "其他"}]
    scheme = scheme_of({"a": component(weight=50), "b": component(weight=50)}, grades=grades)
    result = result_of(scheme, {"甲": {"a": 92, "b": 88}, "乙": {"a": 88, "b": "91.9"}})
    first, second = analyse(result, 5 * PERCENT, 0).units
    assert (first.grade, second.grade) == ("优秀", "其他")
    for unit in (first, second):
        assert (unit.weights.best_grade, unit.weights.worst_grade) == ("优秀", "其他")
    assert second.rise is None  # the bound is reached, the places are taken


# The sample year, and the files


@pytest.fixture(scope="module")
def sample() -> Firmness:
    assessment, _ = load_assessment(SAMPLE)
    assert assessment is not None
    return analyse(score_assessment(assessment))


def test_the_sample_year(sample: Firmness) -> None:
    result = sample.result
    assert len(sample.units) == len(result.units) == 52
    for mine, unit in zip(sample.units, result.units, strict=True):
        assert (mine.unit, mine.rank, mine.composite) == (unit.unit, unit.rank, unit.composite)
        for inner, outer in (
            (mine.weights, mine.both),
            (mine.alone, mine.against),
            (mine.against, mine.both),
        ):
            assert outer.low <= inner.low <= unit.composite <= inner.high <= outer.high
            assert outer.best <= inner.best <= unit.rank <= inner.worst <= outer.worst
    # Between the moves: 31.5/35/33.5 with its score 2 too low and the others' 2 too high; and
    # 26.8/38.2/35 without any error.
    bureau = unit_of(sample, "示例市公安局")
    assert (bureau.both.best, bureau.both.worst) == (8, 20)
    bureau = unit_of(sample, "示例市民政局")
    assert (bureau.weights.best, bureau.weights.worst) == (13, 15)
    # 临溪县: exactly 89.995, published as 90.00
    unit = unit_of(sample, "临溪县人民政府")
    assert (unit.rank, unit.composite, unit.margin, unit.rise) == (3, 9000, 0, None)
    assert (unit.weights.low, unit.weights.high) == (8934, 9066)  # ±5% of 98.5 less 85.3
    assert (unit.weights.best, unit.weights.worst) == (3, 4)
    assert (unit.weights.best_grade, unit.weights.worst_grade) == ("优秀", "良好")
    tied = [(s.ahead, s.behind) for s in sample.swaps if s.tied]
    assert tied[0] == ("云陂县人民政府", "柏川县人民政府")
    assert len(tied) == 3
    shares = [swap.share for swap in sample.swaps]
    assert shares == sorted(shares)
    assert sample == analyse(result)
    said = summary(sample)
    assert said[0].startswith(
        "县区：各部分权重在±5个百分点内变动，第1、2名不变，第3名临溪县人民政府可能降至第4名"
    )
    assert said[1].startswith("部门：各部分权重在±5个百分点内变动，前三名均不变")


def test_the_workbook_opens_and_says_what_was_found(
    sample: Firmness, tmp_path: Path, office: Office
) -> None:
    content = sensitivity_workbook(sample, "稳健性分析")
    assert content == sensitivity_workbook(sample, "稳健性分析")
    path = tmp_path / "稳健性分析.xlsx"
    path.write_bytes(content)
    for source in (path, office(path, "xlsx")):
        book = openpyxl.load_workbook(source, data_only=True)
        assert book.sheetnames == ["名次区间", "可能互换", "权重变动", "说明"]
        cells = [
            c.value
            for sheet in book
            for row in sheet.iter_rows()
            for c in row
            if c.value is not None
        ]
        assert not [c for c in cells if isinstance(c, str) and c.startswith("#")]
        rows = list(book["名次区间"].iter_rows(min_row=5, max_row=56, values_only=True))
        for row, unit in zip(rows, sample.units, strict=True):
            assert row[1:4] == (unit.rank, unit.unit, unit.composite / 100)
            assert row[7:9] == (unit.weights.best, unit.weights.worst)
            assert row[15:17] == (unit.both.best, unit.both.worst)
            # The bar ends at the worst rank.
            assert sum(row[22:28]) == pytest.approx(unit.both.worst + 0.4)
    assert len(openpyxl.load_workbook(io.BytesIO(content))["名次区间"]._charts) == 2


def test_the_page_is_well_formed_and_needs_no_other_file(sample: Firmness) -> None:
    page = sensitivity_html(sample, "稳健性分析<甲>")
    assert page == sensitivity_html(sample, "稳健性分析<甲>")
    root = ET.fromstring(page.replace("<!DOCTYPE html>", ""))
    text = "".join(root.itertext())
    assert "稳健性分析<甲>" in text
    charts = root.findall(".//ol[@class='bars']")
    assert len(charts) == 2
    for chart, group in zip(charts, sample.groups, strict=True):
        rows = [row for row in chart if row.get("class") != "axis"]
        for row, unit in zip(rows, group.units, strict=True):
            # The number stands before the bar, which says in words what it shows.
            assert [span.get("class") for span in row] == ["rank", "name", "number", "track"]
            label = row[3].get("aria-label") or ""
            assert unit.unit in label
            assert f"名次{ranks_text(unit.both)}" in label
            wide = row[3].find("span[@class='wide']")
            assert wide is not None
            ranks = unit.both.worst - unit.both.best + 1
            length = float(re.findall(r"width: (.+?)%", wide.get("style") or "")[0])
            assert length == pytest.approx(100 * ranks / len(group.units), abs=0.1)
    assert "http" not in page
    assert "src=" not in page
    for paragraph in summary(sample):
        assert paragraph in text


def test_the_command_on_the_sample(tmp_path: Path) -> None:
    done = kaohe(
        "sensitivity",
        str(SAMPLE),
        "--out",
        str(tmp_path),
        "--weights",
        "3",
        "--error",
        "1.5",
        "--json",
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["weights"], said["error"], said["final"]) == ("3", "1.5", True)
    unit = next(u for u in said["units"] if u["unit"] == "临溪县人民政府")
    assert (unit["composite"], unit["rank"], unit["to_next_grade"], unit["above_own_grade"]) == (
        "90.00",
        3,
        None,
        "0.00",
    )
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "manifest.json", "稳健性分析.html", "稳健性分析.xlsx",
    ]  # fmt: skip


def test_the_files_lie_with_the_results_and_are_let_be(tmp_path: Path) -> None:
    full = {"上半年": 90, "下半年": 90, "第三方": 90}
    folder = write_folder(tmp_path / "2024", {"甲县": full, "乙县": {**full, "第三方": 89}})
    done = kaohe("sensitivity", str(folder))
    assert (done.returncode, done.stderr) == (0, "")
    for said in ("甲县", "可能互换名次的单位", "0.5分", "稳健性分析.xlsx"):
        assert said in done.stdout
    assert sorted(p.name for p in (folder / "结果").iterdir()) == [
        "manifest.json",
        "稳健性分析.html",
        "稳健性分析.xlsx",
    ]
    again = kaohe("sensitivity", str(folder))
    assert (again.returncode, again.stderr) == (0, "")


def test_a_provisional_result_says_so_and_names_who_is_left_out(tmp_path: Path) -> None:
    full = {"上半年": 90, "下半年": 90, "第三方": 90}
    folder = write_folder(
        tmp_path / "2024", {"甲县": full, "乙县": full, "丙县": {"上半年": 90, "下半年": 90}}
    )
    done = kaohe("sensitivity", str(folder))
    assert done.returncode == 0
    assert "还不能出正式结果" in done.stderr
    assert "丙县没有综合成绩，不在其中" in done.stdout
    page = (folder / "暂定结果" / "稳健性分析.html").read_text("utf-8")
    assert "暂定结果" in page
    shutil.rmtree(folder / "暂定结果")
    (folder / "第三方评估.xlsx").unlink()
    done = kaohe("sensitivity", str(folder))
    assert (done.returncode, done.stdout) == (1, "")
    assert "没有单位有综合成绩" in done.stderr
    assert not (folder / "暂定结果").exists()


@pytest.mark.parametrize(
    "wrong", [("--weights", "五"), ("--weights", "-1"), ("--error", "0.00001"), ("--error", "101")]
)
def test_wrong_numbers_are_wrong_usage(wrong: tuple[str, str]) -> None:
    done = kaohe("sensitivity", str(SAMPLE), *wrong)
    assert done.returncode == 2
    assert f"{wrong[0]} 应是0到100之间的数" in done.stderr
