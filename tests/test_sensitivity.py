"""How firm a ranking is: against whole years scored with other weights and scores, and by hand."""

from __future__ import annotations

import io
import json
import random
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import permutations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from scoring.points import SCALE
from scoring.publish.sensitivity.html import sensitivity_html
from scoring.publish.sensitivity.workbook import sensitivity_workbook
from scoring.scheme import Scheme
from scoring.score import Result, UnitResult, score
from scoring.sensitivity import Move, Robustness, Span, UnitRobustness, analyse
from scoring.steps.grade import load_assessment, score_assessment
from scoring.tables import make_tables
from scoring.wording.sensitivity import notes, ranks_text, summary
from tests.conftest import SAMPLE, Office
from tests.folders import write_folder
from tests.program import kaohe

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


def unit_of(robustness: Robustness, name: str) -> UnitRobustness:
    return next(unit for unit in robustness.units if unit.unit == name)


# Against whole years: the scheme's weights rewritten, the scores rewritten, all of it scored again


def random_parts(random_: random.Random) -> dict[str, Any]:
    """Components with what a scheme may have: by group, gates, adding, combined, missing parts."""
    by_group = random_.random() < 0.4
    rounded = {"decimals": random_.choice([0, 1, 2]), "method": "half_up"}
    return {
        "a": component(
            weight={"县区": "37.5", "部门": 20} if by_group else 30,
            missing=random_.choice(["reweight", "zero", "refuse"]),
        ),
        "b": component(
            weight={"县区": "22.5", "部门": 40} if by_group else 30,
            gate=random_.choice([None, 60, 75]),
            rounding=random_.choice([None, {"decimals": 0}]),
        ),
        "c": {
            "kind": "combined", "title": "合", "clause": "一", "weight": 40,
            "rounding": random_.choice([None, rounded]),
            "parts": {
                "c1": component(weight=70, table="表c1", title="部分c1", missing="reweight"),
                "c2": component(weight=30, table="表c2", title="部分c2", full=50),
            },
        },
        "d": component(
            adds=True, enters=random_.choice([None, {"above": 80}, {"from": "75.5"}]),
            missing="reweight",
        ),
        "e": component(adds=True, missing="zero"),
    }  # fmt: skip


def random_more(random_: random.Random) -> dict[str, Any]:
    """The rest of a scheme: its rounding, and grades by bounds or by places."""
    quota = {"count": 2, "ties": random_.choice(["include", "exclude"])}
    grades = [{"name": "优秀", "from": 80, "quota": quota}, {"name": "良好", "quota": {"share": 50}},
              {"name": "合格", "from": 60}, {"name": "不合格"}]  # fmt: skip
    method = random_.choice(["half_up", "half_even"])
    more: dict[str, Any] = {
        "groups": ["县区", "部门"],
        "rounding": {"decimals": random_.choice([0, 2, 3]), "method": method},
    }
    return more | ({"grades": grades} if random_.random() < 0.5 else {})


def random_scores(random_: random.Random, count: int) -> dict[str, dict[str, Any]]:
    def one(low: int, high: int) -> Any:
        return Fraction(random_.randrange(low * 20, high * 20 + 1), 20)

    return {
        f"单位{i}": {
            "a": None if random_.random() < 0.2 else one(60, 100),
            "b": one(58, 100),
            "c1": None if random_.random() < 0.2 else one(60, 101) - 1,
            "c2": one(30, 50),
            "d": None if random_.random() < 0.3 else one(-4, 5),
            "e": one(-3, 3),
        }
        for i in range(count)
    }


FULL = {"a": 100, "b": 100, "c1": 100, "c2": 50}
"""The scores that may be off, and their full points."""


def off(scores: Mapping[str, Any], error: int) -> dict[str, Any]:
    """A unit's scores with those that are weighed off by so many points out of 100."""
    return {
        key: value if value is None or key not in FULL
        else min(max(value + Fraction(error * FULL[key], 100), 0), FULL[key])
        for key, value in scores.items()
    }  # fmt: skip


Seen = dict[str, list[UnitResult]]


class Years:
    """A synthetic year, scored whole with its weights and scores rewritten."""

    def __init__(self, random_: random.Random, width: int, error: int) -> None:
        self.parts, self.more = random_parts(random_), random_more(random_)
        self.width, self.error = width, error
        self.scores = random_scores(random_, 8)
        self.groups = {unit: random_.choice(["县区", "部门"]) for unit in self.scores}
        self.scheme = cache(self.scheme_with)
        # What has no composite is not looked at, and does not come in by a gate that closes.
        for unit in self.scored().units:
            if unit.composite is None:
                del self.scores[unit.unit]

    def scored(self, scores: Any = None, change: tuple[str, str, int] | None = None) -> Result:
        """The year with other scores, and so many percentage points moved from one part to another."""
        return result_of(self.scheme(change), scores or self.scores, self.groups)

    def scheme_with(self, change: tuple[str, str, int] | None) -> Scheme:
        parts = dict(self.parts)
        for key, amount in ((change[0], -change[2]), (change[1], change[2])) if change else ():
            weight = parts[key]["weight"]
            known = (
                weight if isinstance(weight, dict) else dict.fromkeys(self.more["groups"], weight)
            )
            moved = {group: str(float(w) + amount) for group, w in known.items()}
            parts[key] = {**parts[key], "weight": moved}
        return scheme_of(parts, **self.more)

    def changes(self) -> list[tuple[str, str, int]]:
        return [
            (a, b, amount) for a, b in permutations("abc", 2) for amount in range(1, self.width + 1)
        ]

    def see(self, seen: Seen, scores: Any = None, change: Any = None, only: str = "") -> None:
        for unit in self.scored(scores, change).units:
            if only in ("", unit.unit) and unit.rank is not None:
                seen[unit.unit].append(unit)

    def extremes(self, change: Any) -> tuple[dict[str, int], dict[str, int]]:
        """By unit, the error with the lowest and with the highest composite."""
        found: dict[str, list[tuple[int, int]]] = {unit: [] for unit in self.scores}
        for error in range(-self.error, self.error + 1):
            scores = {unit: off(given, error) for unit, given in self.scores.items()}
            for unit in self.scored(scores, change).units:
                if unit.composite is not None:
                    found[unit.unit].append((unit.composite, error))
        known = {unit: every for unit, every in found.items() if every}
        return (
            {unit: min(every)[1] for unit, every in known.items()},
            {unit: max(every)[1] for unit, every in known.items()},
        )

    def level(self, pair: tuple[str, str], error: int) -> bool:
        """Whether the second is level with the first or past, its scores too low and the first's too
        high by as much."""
        given = {
            pair[0]: off(self.scores[pair[0]], -error),
            pair[1]: off(self.scores[pair[1]], error),
        }
        at = exact(self.scored({**self.scores, **given}))
        return None not in at.values() and at[pair[1]] >= at[pair[0]]

    def worst(self, seen: Seen, change: Any, *, alone: bool = False) -> None:
        """Every unit lowest and highest, the others as they are, or the other way."""
        low, high = self.extremes(change)
        still = dict.fromkeys(self.scores, 0)
        for own, others in ((low, high), (high, low)):
            for unit in own:
                errors = {**still, **({} if alone else others), unit: own[unit]}
                scores = {name: off(given, errors[name]) for name, given in self.scores.items()}
                self.see(seen, scores, change, unit)


def check(span: Span, seen: Sequence[UnitResult], names: Sequence[str]) -> None:
    composites = [unit.composite for unit in seen if unit.composite is not None]
    ranks = [unit.rank for unit in seen if unit.rank is not None]
    grades = [names.index(unit.grade) for unit in seen if unit.grade is not None]
    assert (span.low, span.high) == (min(composites), max(composites))
    assert (span.best, span.worst) == (min(ranks), max(ranks))
    assert span.grades == tuple(names[min(grades) : max(grades) + 1])


@pytest.mark.parametrize("seed", range(4))
def test_intervals_are_those_of_years_scored_whole(seed: int) -> None:
    years = Years(random.Random(seed), 2, 2)
    result = years.scored()
    robustness = analyse(result, 2 * PERCENT, 2 * SCALE)
    weights, alone, against, both = ({unit.unit: [unit] for unit in result.units} for _ in range(4))
    years.worst(alone, None, alone=True)
    years.worst(against, None)
    for change in years.changes():
        years.see(weights, None, change)
        years.worst(both, change)
    assert len(robustness.units) == len(result.units) > 4
    for unit in robustness.units:
        name = unit.unit
        names = [grade.name for grade in result.scheme.grades_in(unit.group)]
        check(unit.weights, weights[name], names)
        check(unit.alone, alone[name], names)
        check(unit.against, alone[name] + against[name], names)
        every = weights[name] + alone[name] + against[name] + both[name]
        check(unit.both, every, names)


@pytest.mark.parametrize("seed", range(4))
def test_swaps_are_those_of_years_scored_whole(seed: int) -> None:
    """The first whole percentage point, and the first whole error, at which two are level or past."""
    years = Years(random.Random(seed), 6, 6)
    result = years.scored()
    swaps = {
        (s.ahead, s.behind): s for s in analyse(result, 6 * PERCENT, 6 * SCALE).swaps if not s.tied
    }
    linear = not years.parts["d"]["enters"]
    moved = {change: exact(years.scored(change=change)) for change in years.changes()}
    seen = 0
    for one, two in permutations(result.units, 2):
        between = {u.rank for u in result.in_group(one.group) if one.rank < u.rank < two.rank}
        if one.group != two.group or one.rank >= two.rank or between:
            assert (one.unit, two.unit) not in swaps
            continue
        pair = (one.unit, two.unit)
        first = min((c[2] for c, at in moved.items() if at[pair[1]] >= at[pair[0]]), default=None)
        errors = (error for error in range(1, years.error + 1) if years.level(pair, error))
        swap, error = swaps.get(pair), next(errors, None)
        if swap is None:
            assert (first, error) == (None, None)
            continue
        seen += 1
        assert swap.gap == one.exact - two.exact
        assert up(swap.move.amount if swap.move else None) == first
        if not linear and swap.move:
            assert swap.move.amount % PERCENT == 0
        assert up(swap.error) == error
        nearest = [Fraction(swap.move.amount)] if swap.move else []
        assert swap.share == min(nearest + ([Fraction(swap.error)] if swap.error else [])) / (
            6 * SCALE
        )
    assert seen


def up(ten_thousandths: Any) -> int | None:
    return None if ten_thousandths is None else int(-(-ten_thousandths // SCALE))


def exact(result: Result) -> dict[str, Any]:
    """The composites before rounding, by unit."""
    return {unit.unit: unit.exact for unit in result.units}


# Weights


def test_a_unit_whose_only_part_loses_all_weight_has_no_place() -> None:
    """乙 has the part of 2 percent alone: by one point less it has still its 70, then nothing."""
    scheme = scheme_of({
        "a": component(weight=98, missing="reweight"), "b": component(weight=2, missing="reweight"),
    })  # fmt: skip
    robustness = analyse(
        result_of(scheme, {"甲": {"a": 60, "b": 60}, "乙": {"b": 70}}), 5 * PERCENT, 0
    )
    assert [(u.unit, u.rank) for u in robustness.units] == [("乙", 1), ("甲", 2)]
    assert (unit_of(robustness, "乙").weights.best, unit_of(robustness, "乙").weights.worst) == (
        1,
        1,
    )
    assert (unit_of(robustness, "甲").weights.best, unit_of(robustness, "甲").weights.worst) == (
        1,
        2,
    )
    ends = {(e.move.taken, e.move.amount): e.ranks for e in robustness.groups[0].effects}
    assert ends == {("a", 5 * PERCENT): (1, 2), ("b", 2 * PERCENT): (None, 1)}
    assert robustness.swaps == ()


def test_whole_points_on_the_way_and_the_end_are_tried() -> None:
    """甲 has 80 and 0.2 more a point; above 81 its 10 are taken off, at 81.00 they are not."""
    scheme = scheme_of({
        "a": component(weight=50), "b": component(weight=50),
        "d": component(adds=True, enters={"above": 81}, missing="zero"),
    })  # fmt: skip
    result = result_of(scheme, {"甲": {"a": 90, "b": 70, "d": -10}, "乙": {"a": 80, "b": 80}})
    for width, low, high in (
        (4 * PERCENT, 7920, 8080),
        (5 * PERCENT, 7900, 8100),
        (5 * PERCENT + 1000, 7102, 8100),
    ):
        span = unit_of(analyse(result, width, 0), "甲").weights
        assert (span.low, span.high) == (low, high)


def test_a_scheme_that_adds_points_has_no_weights_to_move() -> None:
    scheme = scheme_of({"a": component(full=77), "c": component(full=23)}, full=100)
    result = result_of(scheme, {"甲": {"a": 76, "c": 15}, "乙": {"a": 70, "c": 20}})
    robustness = analyse(result, 5 * PERCENT, 2 * SCALE)
    assert robustness.groups[0].effects == ()
    assert robustness.groups[0].weights == {}
    assert not robustness.moved
    first, second = robustness.units
    assert (first.alone.low, first.alone.high) == (8700, 9400)  # 77 of 77 points are all there are
    assert (second.both.low, second.both.high) == (8600, 9400)
    assert (first.both.best, first.both.worst) == (1, 2)
    (swap,) = robustness.swaps
    assert (swap.move, swap.error) == (None, 2500)  # 4 errors of 0.25 make the one point
    assert any("没有可以在两个部分之间移动的权重" in note for note in notes(robustness))
    assert any("不低于0分、不超过满分" in note for note in notes(robustness))
    page = sensitivity_html(robustness, "稳健性分析")
    ET.fromstring(page.replace("<!DOCTYPE html>", ""))
    assert "权重±" not in page
    book = openpyxl.load_workbook(io.BytesIO(sensitivity_workbook(robustness, "稳健性分析")))
    texts = [str(c.value) for sheet in book for row in sheet.iter_rows() for c in row]
    assert not [text for text in texts if "权重±" in text or "权重最少变动" in text]
    assert book.sheetnames == ["名次区间", "名次图", "可能互换", "说明"]
    assert any("没有可以在两个部分之间移动的权重" in text for text in texts)


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
    assert scheme.weighed_scores() == ["c"]
    result = result_of(scheme, {"甲": {"c": 90}, "乙": {"c": 88}, "丙": {"c": "83.3334"}})
    robustness = analyse(result, 0, 2 * SCALE)
    first, second, third = robustness.units
    assert [u.composite for u in robustness.units] == [9000, 8940, 8800]
    assert (first.alone.low, first.alone.high) == (8940, 9060)
    assert (first.alone.best, first.alone.worst) == (1, 1)  # 89.4 shares the first place
    assert (first.against.best, first.against.worst) == (1, 2)
    assert (second.against.best, second.against.worst) == (1, 2)  # 88.8 against 88.6
    assert (third.against.best, third.against.worst) == (3, 3)
    assert first.alone.grades == ("优秀", "良好")
    assert (first.rise, first.margin) == (None, 0)
    assert (second.rise, second.margin) == (("优秀", 60), 940)
    (swap,) = robustness.swaps
    assert (swap.ahead, swap.behind, swap.error, swap.move) == ("甲", "乙", 10_000, None)
    assert swap.share == Fraction(1, 2)


def test_no_score_leaves_its_scale() -> None:
    result = three(甲=(90, 90, 99), 乙=(90, 90, 1))
    robustness = analyse(result, 0, 2 * SCALE)
    scores = {u.unit: (u.alone.low, u.alone.high) for u in robustness.units}
    # a, b and c are handed in, so all of them are off: up to 100, down to 0
    assert scores["甲"] == (9070, 9440)
    assert scores["乙"] == (6160, 6530)


def test_a_gate_is_crossed_on_the_way() -> None:
    """Below 60 in the third part nothing else is read; 60 is not below it."""
    scheme = scheme_of(
        {"a": component(weight=70, missing="reweight"), "c": component(weight=30, gate=60)}
    )
    result = result_of(scheme, {"甲": {"a": 80, "c": 61}, "乙": {"a": 80, "c": 70}})
    unit = unit_of(analyse(result, 0, 2 * SCALE), "甲")
    assert unit.alone.low == 59 * 30
    assert unit.alone.high == 82 * 70 + 63 * 30
    unit = unit_of(analyse(result, 0, 1 * SCALE), "甲")
    assert unit.alone.low == 79 * 70 + 60 * 30


def test_a_gate_on_a_negative_rest_lies_between_the_ends() -> None:
    """With 2 points less its rest of −40 is not read: the lowest is where the gate is just open."""
    scheme = scheme_of({
        "c": component(weight=100, gate=60), "d": component(adds=True, missing="zero"),
    })  # fmt: skip
    result = result_of(scheme, {"甲": {"c": 61, "d": -40}, "乙": {"c": 70, "d": -40}})
    unit = unit_of(analyse(result, 5 * PERCENT, 3 * SCALE), "甲")
    assert (unit.alone.low, unit.alone.high) == (2000, 5900)
    assert (unit.alone.best, unit.alone.worst) == (1, 2)


# Pairs


def test_a_pair_swaps_where_the_line_says() -> None:
    """甲 0.3·90+0.4·90+0.3·80 = 87, 乙 0.3·80+0.4·90+0.3·88 = 86.4. A point moved from the first to
    the third part costs 甲 0.10 and gives 乙 0.08: level after 0.6/0.18 = 10/3 points."""
    result = three(甲=(90, 90, 80), 乙=(80, 90, 88))
    (swap,) = analyse(result, 5 * PERCENT, 0).swaps
    assert swap.gap == Fraction(3, 5)
    assert swap.move == Move("a", "c", Fraction(10, 3) * PERCENT)
    assert swap.error is None
    assert swap.share == Fraction(2, 3)
    assert analyse(result, 3 * PERCENT, 0).swaps == ()
    for width, worst in ((33_000, 1), (34_000, 2)):
        assert unit_of(analyse(result, width, 0), "甲").weights.worst == worst


def test_a_pair_that_is_level_at_the_end_of_a_move_counts() -> None:
    """0.9 apart, and 0.18 closer a point: level after exactly 5."""
    result = three(甲=(90, 90, 80), 乙=(80, "89.25", 88))
    (swap,) = analyse(result, 5 * PERCENT, 0).swaps
    assert swap.move == Move("a", "c", 5 * PERCENT)
    assert analyse(result, 5 * PERCENT - 1, 0).swaps == ()


def test_with_a_part_left_out_a_pair_swaps_at_a_whole_point() -> None:
    """乙 has no first part: 60/0.7 = 85.71 against 85.5. A point from the first to the third part
    gives 甲 0.25, and 乙 has 60.8/0.71 = 85.63."""
    scheme = scheme_of({
        "a": component(weight=30, missing="reweight"), "b": component(weight=40),
        "c": component(weight=30),
    })  # fmt: skip
    scores = {"甲": {"a": 70, "b": 90, "c": 95}, "乙": {"b": 90, "c": 80}}
    result = result_of(scheme, scores)
    assert [(u.unit, u.composite) for u in result.units] == [("乙", 8571), ("甲", 8550)]
    (swap,) = analyse(result, 5 * PERCENT, 0).swaps
    assert swap.move == Move("a", "c", 1 * PERCENT)


def test_a_pair_swaps_at_the_whole_point_where_a_bonus_enters() -> None:
    """乙 0.5·84+0.5·70 = 77, and 2 more above 78: 78.12 at 8 points, level with 甲."""
    scheme = scheme_of({
        "a": component(weight=50), "b": component(weight=50),
        "d": component(adds=True, enters={"above": 78}, missing="zero"),
    })  # fmt: skip
    scores = {"甲": {"a": "80.12", "b": "80.12"}, "乙": {"a": 84, "b": 70, "d": 2}}
    result = result_of(scheme, scores)
    (swap,) = analyse(result, 9 * PERCENT, 0).swaps
    assert swap.move == Move("b", "a", 8 * PERCENT)


def test_only_neighbours_in_rank_are_paired() -> None:
    result = three(甲=(90, 90, 90), 乙=(89, 89, 89), 丙=(89, 89, 89), 丁=(88, 88, 88))
    robustness = analyse(result, 0, 1 * SCALE)
    pairs = [(swap.ahead, swap.behind, swap.error) for swap in robustness.swaps]
    assert pairs == [
        ("乙", "丙", None), ("甲", "乙", 5000), ("甲", "丙", 5000), ("乙", "丁", 5000), ("丙", "丁", 5000),
    ]  # fmt: skip


def test_shared_places_come_first() -> None:
    robustness = analyse(three(甲=(90, 90, 80), 乙=(80, 90, 90), 丙=(80, 80, 80)))
    swap = robustness.swaps[0]
    assert (swap.ahead, swap.behind, swap.tied, swap.share) == ("甲", "乙", True, 0)
    assert [u.rank for u in robustness.units] == [1, 1, 3]


def test_a_quota_lets_one_in_when_another_falls() -> None:
    grades = [{"name": "优秀", "from": 80, "quota": {"share": 50}}, {"name": "其他"}]
    scheme = scheme_of({"a": component(weight=50), "b": component(weight=50)}, grades=grades)
    result = result_of(scheme, {"甲": {"a": 92, "b": 88}, "乙": {"a": 88, "b": "91.9"}})
    first, second = analyse(result, 5 * PERCENT, 0).units
    assert (first.grade, second.grade) == ("优秀", "其他")
    for unit in (first, second):
        assert unit.weights.grades == ("优秀", "其他")
    assert second.rise is None  # the bound is reached, the places are taken


# Vetoes


def vetoed_year(veto: str, own: int = 95, **more: Any) -> Result:
    """甲 with a veto on it, 乙 92 and 丙 90, in a part that may be off."""
    rule = {
        "code": "1",
        "title": "问",
        "text": "问",
        "points": 0,
        "counts": "notified",
        "clause": "一",
    }
    ledger = {"kind": "ledger", "adds": True, "clause": "一", "start": 0}
    scheme = scheme_of(
        {"a": component(weight=100), "l": {**ledger, "rules": [{**rule, "veto": veto}]}}, **more
    )
    units = [{"unit": u, "group": "县区", "position": i} for i, u in enumerate("甲乙丙")]
    scores = [
        {"component": "a", "unit": u, "score": x * SCALE}
        for u, x in zip("甲乙丙", (own, 92, 90), strict=True)
    ]
    entry = {
        "component": "l",
        "entry": "1",
        "unit": "甲",
        "rule": "1",
        "found": date(2024, 3, 1),
        "file": "账",
    }
    tables = make_tables({"units": units, "scores": scores, "entries": [entry]})
    return score(tables, scheme, 2024, date(2024, 12, 31))


def test_a_vetoed_unit_takes_no_rank_from_the_others() -> None:
    robustness = analyse(vetoed_year("不合格"), 5 * PERCENT, 2 * SCALE)
    assert (robustness.unranked, robustness.left_out) == (("甲",), ())
    assert [(u.unit, u.rank, u.against.best, u.against.worst) for u in robustness.units] == [
        ("乙", 1, 1, 2), ("丙", 2, 1, 2),
    ]  # fmt: skip
    assert [(s.ahead, s.behind) for s in robustness.swaps] == [("乙", "丙")]
    assert any(
        "被一票否决、不参加排名、未纳入分析的单位：甲。" in note for note in notes(robustness)
    )


def test_a_veto_that_limits_the_grade_holds_in_every_trial() -> None:
    unit = unit_of(analyse(vetoed_year("合格"), 0, 2 * SCALE), "甲")
    assert (unit.rank, unit.both.grades, unit.rise, unit.margin) == (1, ("合格",), None, 3500)
    low = unit_of(analyse(vetoed_year("合格", own=75), 0, 2 * SCALE), "甲")
    assert (low.grade, low.rise) == ("合格", None)
    ranked = analyse(vetoed_year("不合格", vetoed="ranked"), 0, 2 * SCALE)
    unit = unit_of(ranked, "甲")
    assert (unit.rank, unit.against.worst, unit.both.grades) == (1, 2, ("不合格",))
    assert ranked.unranked == ()


def test_a_place_that_others_lose_above_one_is_no_longer_free() -> None:
    """乙 has the one place of 良好. Where 甲 falls under 90 it takes it, whatever 乙 gains; 乙 keeps it
    only as it is, or with its own score off."""
    grades = [{"name": "优秀", "from": 90}, {"name": "良好", "from": 84, "quota": {"count": 1}},
              {"name": "合格", "from": 60}, {"name": "不合格", "from": 0}]  # fmt: skip
    scheme = scheme_of({"a": component(weight=100)}, grades=grades)
    result = result_of(scheme, {"甲": {"a": 91}, "乙": {"a": 85}, "丙": {"a": 50}})
    unit = unit_of(analyse(result, 0, 2 * SCALE), "乙")
    assert (unit.grade, unit.against.grades) == ("良好", ("良好", "合格"))
    last = unit_of(analyse(result, 0, 2 * SCALE), "丙")
    assert (last.rise, last.margin) == (("合格", 1000), None)


# The sample year, and the files


@pytest.fixture(scope="module")
def sample() -> Robustness:
    assessment, _ = load_assessment(SAMPLE)
    assert assessment is not None
    return analyse(score_assessment(assessment))


def test_the_sample_year(sample: Robustness) -> None:
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
    # 临溪县: exactly 89.995, published as 90.00
    unit = unit_of(sample, "临溪县人民政府")
    assert (unit.rank, unit.composite, unit.margin, unit.rise) == (3, 9000, 0, None)
    assert (unit.weights.low, unit.weights.high) == (8934, 9066)  # ±5% of 98.5 less 85.3
    assert (unit.weights.best, unit.weights.worst) == (3, 4)
    assert unit.weights.grades == ("优秀", "良好")
    tied = [(s.ahead, s.behind) for s in sample.swaps if s.tied]
    assert tied[0] == ("云陂县人民政府", "柏川县人民政府")
    assert len(tied) == 3
    shares = [swap.share for swap in sample.swaps]
    assert shares == sorted(shares)
    assert sample == analyse(result)
    said = summary(sample)
    assert said[0].startswith(
        "县区：任意两个部分之间移动权重不超过5个百分点，第1、2名不变，第3名临溪县人民政府可能降至第4名"
    )
    assert said[1].startswith("部门：任意两个部分之间移动权重不超过5个百分点，前三名均不变")


def test_the_workbook_opens_and_says_what_was_found(
    sample: Robustness, tmp_path: Path, office: Office
) -> None:
    content = sensitivity_workbook(sample, "稳健性分析")
    assert content == sensitivity_workbook(sample, "稳健性分析")
    path = tmp_path / "稳健性分析.xlsx"
    path.write_bytes(content)
    for source in (path, office(path, "xlsx")):
        book = openpyxl.load_workbook(source, data_only=True)
        assert book.sheetnames == [
            "名次区间", "名次图", "可能互换", "权重变动", "变动后名次", "说明",
        ]  # fmt: skip
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
        bars = list(book["名次图"].iter_rows(min_row=4, max_row=55, min_col=10, values_only=True))
        for bar, unit in zip(bars, sample.units, strict=True):
            # The bar ends at the worst rank.
            assert sum(bar[:6]) == pytest.approx(unit.both.worst + 0.4)
    assert len(openpyxl.load_workbook(io.BytesIO(content))["名次图"]._charts) == 2


def test_every_sheet_prints_under_its_own_header(sample: Robustness) -> None:
    """One table a sheet, whose header, with the bands above it, every page repeats; the charts stand
    on a sheet without a header, and what they are drawn from is not printed."""
    book = openpyxl.load_workbook(io.BytesIO(sensitivity_workbook(sample, "稳健性分析")))
    assert {sheet.title: sheet.print_title_rows for sheet in book} == {
        "名次区间": "$3:$4", "名次图": None, "可能互换": "$3:$3", "权重变动": "$3:$3",
        "变动后名次": "$3:$3", "说明": None,
    }  # fmt: skip
    assert book["名次图"].print_area.startswith("'名次图'!$A$1:$H$")
    for sheet in book:
        first = sheet.print_title_rows
        header = [c.value for c in sheet[int(first.rpartition("$")[2])]] if first else []
        again = [
            row
            for row in sheet.iter_rows(values_only=True)
            if header and list(row[:3]) == header[:3]
        ]
        assert len(again) == (first is not None), sheet.title


@pytest.mark.office
def test_a_chart_stands_whole_on_one_page(
    sample: Robustness, tmp_path: Path, office: Office
) -> None:
    """Also a long one: its units are shared out over charts of a page each."""
    (county, department) = sample.groups
    units = tuple(replace(department.units[0], unit=f"第{i:02d}局", rank=i) for i in range(1, 101))
    long = replace(sample, groups=(county, replace(department, units=units, effects=())), swaps=())
    path = tmp_path / "稳健性分析.xlsx"
    path.write_bytes(sensitivity_workbook(long, "稳健性分析"))
    assert len(openpyxl.load_workbook(path)["名次图"]._charts) == 4
    pages = subprocess.run(
        ["pdftotext", "-layout", str(office(path, "pdf")), "-"],
        capture_output=True, encoding="utf-8", check=True,
    ).stdout.replace(" ", "").split("\f")  # fmt: skip
    for first, last in ((1, 45), (46, 90), (91, 100)):
        (page,) = [p for p in pages if f"第{first}至{last}个单位" in p]
        assert f"第{first:02d}局" in page
        assert f"第{last:02d}局" in page


def test_the_page_is_well_formed_and_needs_no_other_file(sample: Robustness) -> None:
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
