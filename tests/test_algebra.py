"""Every wording that a scheme can hold, one by one with numbers checkable by hand, and beside them what
an independent oracle says (random schemes and years: ``test_readings``)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from scoring.scheme import Scheme
from scoring.score import Result, UnitResult, score
from scoring.tables import make_tables
from tests.algebra_oracle import Outcome, half_even, half_up, outcome
from tests.random_schemes import LAST_DAY, YEAR

pytestmark = pytest.mark.fast

Spec = dict[str, Any]
Rows = dict[str, list[dict[str, Any]]]
NOTIFIED = {"code": "1", "title": "通报", "points": 2, "counts": "notified", "clause": "一"}

# The engine and the oracle


def agree(result: Result, expected: Outcome) -> None:
    """Everything that the oracle tells is what the engine says."""
    scheme = result.scheme
    for unit in result.units:
        want = expected.units[unit.unit]
        assert {**unit.components, **unit.parts} == want.values
        got = (
            None
            if unit.composite is None
            else Fraction(unit.composite, 10**scheme.rounding.decimals)
        )
        assert got == want.composite
        blocking = {gap.component for gap in unit.gaps if gap.blocking}
        assert {gap.component for gap in unit.gaps} == set(want.gaps)
        assert blocking == {key for key, b in want.gaps.items() if b and key not in want.unread}
        assert (unit.grade, unit.rank) == (want.grade, want.rank)
        assert {
            (c.when.component, c.when.rule) for c in unit.held if c.said == "veto"
        } == want.vetoes
        assert {c.name for c in unit.held if c.said == "condition"} == want.held
    numbers = [n for r in result.rules for n in (r.counted, r.nominal, r.amount)]
    numbers += [n for p in result.periods for n in (p.raw, p.applicable, p.late)]
    assert all(type(number) in (int, Fraction) for number in numbers)
    entries = {
        (e.component, e.entry, e.unit): Fraction(e.deduction, 10_000) for e in result.entries
    }
    assert entries == expected.entries
    rules = {
        (r.unit, r.component, r.rule): (
            r.counted,
            Fraction(r.nominal, 10_000),
            Fraction(r.amount, 10_000),
        )
        for r in result.rules
    }
    assert rules == {
        (name, *rule): (sums.counted, sums.nominal, sums.amount)
        for name, unit in expected.units.items()
        for rule, sums in unit.rules.items()
    }
    periods = {
        (p.unit, p.component, p.period): None if p.score is None else Fraction(p.score, 10_000)
        for p in result.periods
    }
    assert periods == {
        (name, *period): value
        for name, unit in expected.units.items()
        for period, value in unit.periods.items()
    }
    assert result.final == all(unit.settled for unit in expected.units.values())


# Small schemes, said in a few words


def made(components: Spec, grades: Any = None, **more: Any) -> Scheme:
    """A scheme of these components; tables are called as the component's key."""

    def complete(parts: Spec) -> Spec:
        out = {}
        for key, part in parts.items():
            named = {"title": key, "clause": "一", **part}
            if part["kind"] == "combined":
                named["parts"] = complete(part["parts"])
            else:
                named["table"] = key
            out[key] = named
        return out

    return Scheme.model_validate(
        {
            "name": "small", "title": "办法", "subject": "工作", "source": "无", "clause": "一",
            "groups": more.pop("groups", ["县区"]), "components": complete(components),
            "grades": grades or [{"name": "优秀", "from": 90}, {"name": "合格"}], **more,
        }
    )  # fmt: skip


def plain(**more: Any) -> Spec:
    return {"kind": "score", "full": 100, **more}


def ledger(*rules: Spec, **more: Any) -> Spec:
    named = [{**NOTIFIED, "title": f"第{r.get('code', 1)}项", **r} for r in rules or ({},)]
    return {"kind": "ledger", "start": 100, "rules": named, **more}


def form(*indicators: Any, **more: Any) -> Spec:
    """A form with one period; an indicator's code is its place (1, 2, …) unless it has one."""
    period = {"name": "全年", "due": "7月15日"}
    return {
        "kind": "self_assessment",
        "full": 100,
        "periods": [period],
        "indicators": list(indicators),
        **more,
    }


def area(points: Any, *items: Spec, **more: Any) -> Spec:
    return {"area": "一", "points": points, "items": list(items), **more}


def item(code: str, points: Any = None, **more: Any) -> Spec:
    own = {} if points is None else {"points": points}
    return {"code": code, "title": f"指标{code}", **own, **more}


def combined(**parts: Spec) -> Spec:
    return {"kind": "combined", "parts": parts}


def ten(points: Any) -> int:
    return int(Fraction(str(points)) * 10_000)


def marks(key: str, **by_unit: Any) -> Rows:
    """Scores handed in: ``marks("a", 甲=90, 乙=[80, 85])``, a list for several assessors."""
    rows = []
    for unit, said in by_unit.items():
        for i, value in enumerate(said if isinstance(said, list) else [said]):
            rows.append({"component": key, "unit": unit, "score": ten(value), "assessor": f"{i}"})
    return {"scores": rows}


def offences(*rows: Spec, unit: str = "甲") -> Rows:
    """Ledger rows of component ``a`` and its rule 1, found on 1 March unless they say otherwise."""
    base = {"component": "a", "rule": "1", "unit": unit, "found": date(YEAR, 3, 1), "file": "f"}
    return {
        "entries": [
            {**base, "entry": f"{unit}{i}", "row": i, "sequence": i, "description": "", **row}
            for i, row in enumerate(rows)
        ]
    }


def filled(
    values: Spec, *, unit: str = "甲", period: str = "全年", days_late: int = 0, key: str = "a"
) -> Rows:
    """A form of component ``a``: what the items' rows say, or their verified score."""
    at = {"component": key, "unit": unit, "period": period}
    said = {
        code: value if isinstance(value, dict) else {"verified_score": ten(value)}
        for code, value in values.items()
    }
    return {
        "forms": [{**at, "days_late": days_late}],
        "items": [{**at, "indicator": code, **row} for code, row in said.items()],
    }


def run(
    scheme: Scheme,
    *tables: Rows,
    units: Sequence[str] = ("甲",),
    groups: Spec | None = None,
    as_of: date = LAST_DAY,
) -> dict[str, UnitResult]:
    """The units' results by name. What the oracle says of the same rows is compared as well."""
    rows: Rows = {
        "units": [
            {"unit": unit, "group": (groups or {}).get(unit, "县区"), "position": i}
            for i, unit in enumerate(units)
        ]
    }
    for table in tables:
        for name, more in table.items():
            rows[name] = rows.get(name, []) + more
    result = score(make_tables(rows), scheme, YEAR, as_of)
    agree(result, outcome(scheme, rows, YEAR, as_of))
    return {unit.unit: unit for unit in result.units}


def value(scheme: Scheme, *tables: Rows, **more: Any) -> Fraction | None:
    """What 甲 has in component ``a``."""
    return run(scheme, *tables, **more)["甲"].components["a"]


def composite(scheme: Scheme, *tables: Rows, **more: Any) -> Fraction | None:
    """What 甲 has in all, as published."""
    counted = run(scheme, *tables, **more)["甲"].composite
    return None if counted is None else Fraction(counted, 10**scheme.rounding.decimals)


def only(component: Spec, **more: Any) -> Scheme:
    """A scheme of nothing but component ``a``."""
    return made({"a": {"weight": 100, **component}}, **more)


# 台账


def test_a_ledger_may_be_out_of_another_number_and_stays_exact() -> None:
    """日常监测30分，每处扣2分，扣完为止: 28 out of 30 weighs 28 of a hundred, without rounding."""
    scheme = made({
        "a": {**ledger({}, start=30, full=30, floor=0), "weight": 30},
        "b": plain(weight=70),
    })  # fmt: skip
    for count, left in ((0, "30"), (1, "28"), (7, "16"), (20, "0")):
        rows = (offences(*[{}] * count), marks("b", 甲=0))
        assert value(scheme, *rows) == Fraction(left) * 100 / 30
        assert composite(scheme, *rows) == Fraction(left)
    with pytest.raises(ValueError, match="不折算"):
        made({"a": {**ledger(full=30), "adds": True}, "b": plain(weight=100)})


def test_a_row_costs_its_rule_s_points_and_a_bonus_wins_them() -> None:
    scheme = only(ledger({}, {"code": "2", "effect": "bonus", "points": "1.5"}))
    assert value(scheme, offences({}, {}, {"rule": "2"})) == Fraction("97.5")  # 100 - 2·2 + 1.5


def test_a_range_costs_what_the_row_states() -> None:
    scheme = only(ledger({"points": {"from": 1, "to": 3}}))
    assert value(scheme, offences({"points": ten(1)}, {"points": ten("2.5")})) == Fraction("96.5")


def test_a_verified_rule_counts_true_and_waits_for_the_rest() -> None:
    scheme = only(ledger({"counts": "verified"}))
    said = [{"verification": v} for v in ("true", "false", "pending", None)]
    unit = run(scheme, offences(*said))["甲"]
    assert unit.components["a"] == 98
    assert [gap.kind for gap in unit.gaps] == ["gap-verification"] * 2
    assert unit.grade is None


def test_an_overdue_rule_counts_after_the_deadline_day() -> None:
    scheme = only(ledger({"counts": "overdue"}))
    due = {"deadline": date(YEAR, 3, 10)}
    on_the_day, a_day_late = {"rectified": date(YEAR, 3, 10)}, {"rectified": date(YEAR, 3, 11)}
    rows = offences({**due, **on_the_day}, {**due, **a_day_late}, due)
    assert value(scheme, rows) == 96
    assert value(scheme, rows, as_of=date(YEAR, 3, 10)) == 96
    assert value(scheme, rows, as_of=date(YEAR, 3, 9)) == 100


def test_a_yearly_minimum_costs_each_missing_time_at_year_end() -> None:
    scheme = only(ledger({"counts": "minimum", "minimum": 4}))
    assert value(scheme, offences({}, {}, {})) == 98
    assert value(scheme) == 92
    assert value(scheme, offences(*[{}] * 5)) == 100
    assert value(scheme, offences({}), as_of=date(YEAR, 12, 30)) == 100


def test_a_repeated_offence_costs_more_from_the_nth_found_on() -> None:
    scheme = only(ledger({"repeat": {"factor": 2, "from": 3}, "points": {"from": 1, "to": 5}}))
    same = {"same_problem": "栏目不更新"}
    found = [  # found as third, first, second, fourth; the fifth says another problem
        {"points": ten(5), "found": date(YEAR, 3, 3), **same},
        {"points": ten(1), "found": date(YEAR, 3, 1), **same},
        {"points": ten(2), "found": date(YEAR, 3, 2), "sequence": 9, **same},
        {"points": ten(3), "found": date(YEAR, 3, 3), "sequence": 10, **same},
        {"points": ten(1), "found": date(YEAR, 3, 9), "same_problem": "附件打不开"},
    ]
    assert value(scheme, offences(*found)) == 100 - 1 - 2 - 5 * 2 - 3 * 2 - 1


def test_an_offence_that_does_not_count_begins_no_repetition() -> None:
    scheme = only(ledger({"repeat": {"factor": "1.5"}}))
    same = {"same_problem": "栏目不更新"}
    revoked = {**same, "revoked": date(YEAR, 3, 2)}
    assert value(scheme, offences(revoked, same)) == 98
    assert value(scheme, offences(same, same)) == 95
    assert value(scheme, offences({}, {})) == 96  # 同一问题 is blank: nothing is repeated
    both = [offences(same), offences(same, unit="乙")]
    assert value(scheme, *both, units=["甲", "乙"]) == 98  # another unit's


def test_a_dearer_row_is_not_rounded() -> None:
    scheme = only(ledger({"points": "0.0003", "repeat": {"factor": "1.5"}}))
    same = {"same_problem": "同"}
    assert value(scheme, offences(same, same)) == 100 - Fraction("0.0003") - Fraction("0.00045")


def test_caps_hold_for_rule_then_category_then_component() -> None:
    rules = [
        {"code": "1", "cap": 5, "category": "x"},
        {"code": "2", "category": "x"},
        {"code": "3"},
    ]
    more = {"categories": [{"code": "x", "title": "类", "cap": 7}], "floor": 90}
    scheme = only(ledger(*rules, **more))
    assert value(scheme, offences(*[{}] * 3)) == 95  # 6, capped at 5
    assert value(scheme, offences(*[{}] * 3, {"rule": "2"})) == 93  # 5 + 2 = 7
    assert value(scheme, offences(*[{}] * 3, *[{"rule": "2"}] * 4)) == 93  # 5 + 8, capped at 7
    third = [{"rule": "3"}] * 2
    assert value(scheme, offences(*[{}] * 3, *[{"rule": "2"}] * 4, *third)) == 90  # 89, floor 90


def test_a_ledger_may_be_negative_and_a_ceiling_stops_a_bonus() -> None:
    assert value(only(ledger({"points": 60})), offences({}, {})) == -20
    assert value(only(ledger({"points": 60}, floor=0)), offences({}, {})) == 0
    bonus = ledger({"effect": "bonus", "points": 8}, ceiling=105)
    assert value(only(bonus), offences({})) == 105


def test_a_rule_may_hold_for_one_group_only() -> None:
    """A yearly minimum for departments costs a county nothing; a row of it under a county is refused."""
    rules = ({}, {"code": "2", "counts": "minimum", "minimum": 2, "points": 3, "groups": ["部门"]})
    scheme = made({"a": {**ledger(*rules), "weight": 100}}, groups=["县区", "部门"])
    groups = {"甲": "县区", "乙": "部门"}
    got = run(scheme, offences({}), units=["甲", "乙"], groups=groups)
    assert [got[u].components["a"] for u in ("甲", "乙")] == [98, 94]
    with pytest.raises(ValueError, match="does not hold"):
        run(scheme, offences({"rule": "2"}), units=["甲", "乙"], groups=groups)
    with pytest.raises(ValueError, match="groups 中的类别"):
        only(ledger({"groups": ["乡镇"]}))


# 考核表


def test_a_tree_may_be_of_any_depth() -> None:
    deep = area(60, area(40, area(30, item("1", 30)), item("2", 10)), item("3", 20))
    scheme = only(form(deep, area(40, item("4", 40))))
    assert value(scheme, filled({"1": 25, "2": "7.5", "3": 20, "4": 36})) == Fraction("88.5")


def test_weights_weigh_what_is_scored_out_of_a_hundred() -> None:
    tree = [
        {"area": "一", "weight": 40, "items": [item("1", weight=25), item("2", weight=75)]},
        {"area": "二", "weight": 60, "items": [item("3", weight=100)]},
    ]
    scheme = only(form(*tree))
    # 10%, 30% and 60% of the whole
    assert value(scheme, filled({"1": 80, "2": 90, "3": 70})) == 8 + 27 + 42


def test_points_off_a_weighed_indicator_are_of_its_hundred() -> None:
    tree = {
        "area": "一",
        "weight": 100,
        "items": [item("1", weight=20, each=5), item("2", weight=80)],
    }
    scheme = only(form(tree))
    # 100 - 2·5 = 90, of which 20% are 18
    assert value(scheme, filled({"1": {"faults": 2}, "2": 100})) == 98


def test_an_area_that_overruns_stops_at_its_own_points() -> None:
    scheme = only(form(area(10, item("1", 8), item("2", 6), overrun=True), area(90, item("3", 90))))
    assert value(scheme, filled({"1": 8, "2": 6, "3": 80})) == 90
    assert value(scheme, filled({"1": 3, "2": 6, "3": 80})) == 89


def test_an_area_with_a_weight_that_overruns_stops_at_its_share() -> None:
    over = {"area": "一", "weight": 10, "overrun": True, "items": [item("1", 8), item("2", 6)]}
    scheme = only(form(over, {"area": "二", "weight": 90, "items": [item("3", 90)]}))
    assert value(scheme, filled({"1": 8, "2": 6, "3": 80})) == 90


def test_options_fractions_and_points_for_each_fault() -> None:
    tree = area(
        100,
        item("1", 40, options={"优": 40, "良": 30}),
        item("2", 40, fraction=True),
        item("3", 20, each=6),
    )
    scheme = only(form(tree))
    said = {"1": 30, "2": {"done": 2, "of": 3}, "3": {"faults": 2}}
    # 40·2/3 = 80/3, not rounded
    assert value(scheme, filled(said)) == 30 + Fraction(80, 3) + 8
    assert value(scheme, filled({**said, "3": {"faults": 4}})) == 30 + Fraction(
        80, 3
    )  # not below 0
    unit = run(scheme, filled({**said, "2": {"done": 0, "of": 0}}))["甲"]
    assert [gap.indicator for gap in unit.gaps] == ["2"]  # a share of nothing is not known


def test_what_does_not_apply_is_rescaled_or_counts_full() -> None:
    trees = area(100, item("1", 30), item("2", 70))
    said = filled({"1": {"not_applicable": True}, "2": 61})
    # 61·100/70 = 87.142857…
    assert value(only(form(trees)), said) == Fraction(610, 7)
    assert value(only(form(trees, not_applicable="full")), said) == 91
    exempt: Rows = {"exemptions": [{"component": "a", "unit": "甲", "indicator": "1"}]}
    assert value(only(form(trees)), exempt, filled({"2": 61})) == Fraction(610, 7)


def test_what_counts_full_does_so_under_an_area_that_overruns() -> None:
    over = area(10, item("1", 6), item("2", 6), overrun=True)
    scheme = only(form(over, area(90, item("3", 90)), not_applicable="full"))
    said = {"1": {"not_applicable": True}, "3": 80}
    assert value(scheme, filled({**said, "2": 3})) == 89  # 6 + 3
    assert value(scheme, filled({**said, "2": 5})) == 90  # 6 + 5, capped at 10


@pytest.mark.parametrize("how", ["rescale", "full"])
def test_a_form_of_which_nothing_applies_has_no_score(how: str) -> None:
    scheme = only(form(area(100, item("1", 100)), not_applicable=how))
    unit = run(scheme, filled({"1": {"not_applicable": True}}))["甲"]
    assert (unit.components["a"], unit.grade, unit.rank) == (None, None, None)


def test_a_form_out_of_another_number_is_converted_to_a_hundred() -> None:
    scheme = only(form(area(30, item("1", 30)), full=30))
    assert value(scheme, filled({"1": 20})) == Fraction(200, 3)


def test_late_days_cost_points_up_to_their_cap() -> None:
    late = {"each_day": "0.5", "cap": 2}
    scheme = only(form(area(100, item("1", 100)), late=late))
    assert value(scheme, filled({"1": 90}, days_late=3)) == Fraction("88.5")
    assert value(scheme, filled({"1": 90}, days_late=9)) == 88
    assert value(scheme, filled({"1": 1}, days_late=9)) == 0  # never below nothing


PERIODS = [{"name": name, "due": "7月15日"} for name in ("一季度", "二季度", "三季度")]


def test_the_periods_mean_is_exact() -> None:
    scheme = only(form(area(100, item("1", 100)), periods=PERIODS))
    forms = [filled({"1": v}, period=p["name"]) for p, v in zip(PERIODS, (80, 90, 91), strict=True)]
    assert value(scheme, *forms) == Fraction(261, 3)
    forms[2] = filled({"1": 92}, period="三季度")
    assert value(scheme, *forms) == Fraction(262, 3)


def test_periods_may_have_weights() -> None:
    periods = [{**PERIODS[0], "weight": 40}, {**PERIODS[1], "weight": 60}]
    scheme = only(form(area(100, item("1", 100)), periods=periods))
    forms = [filled({"1": v}, period=p["name"]) for p, v in zip(periods, (80, 95), strict=True)]
    assert value(scheme, *forms) == 32 + 57


def test_groups_may_have_trees_of_their_own() -> None:
    """The same code may even be scored in another way."""
    trees = {
        "县区": [area(100, item("1", 100))],
        "部门": [area(100, item("1", 40, each=5), item("2", 60))],
    }
    scheme = only(form(indicators=trees), groups=["县区", "部门"])
    rows = [filled({"1": 77}), filled({"1": {"faults": 2}, "2": 55}, unit="乙")]
    got = run(scheme, *rows, units=["甲", "乙"], groups={"乙": "部门"})
    assert [got[u].components["a"] for u in ("甲", "乙")] == [77, 30 + 55]


# 得分


def test_a_score_out_of_another_number_is_converted_exactly() -> None:
    assert value(only(plain(full=150)), marks("a", 甲=110)) == Fraction(220, 3)
    assert value(only(plain(full=150)), marks("a", 甲=100)) == Fraction(200, 3)


def test_the_mean_of_assessors_is_exact() -> None:
    given = marks("a", 甲=[80, 81, 81])
    assert value(only(plain(assessors="mean")), given) == Fraction(242, 3)


def test_the_trimmed_mean_leaves_out_one_highest_and_one_lowest() -> None:
    scheme = only(plain(assessors="trimmed"))
    assert value(scheme, marks("a", 甲=[70, 80, 90, 90, 100])) == Fraction(260, 3)
    assert value(scheme, marks("a", 甲=[60, 80, 100])) == 80
    assert value(scheme, marks("a", 甲=[90, 90, 90])) == 90
    assert [gap.kind for gap in run(scheme, marks("a", 甲=[60, 80]))["甲"].gaps] == ["gap-trimmed"]


# 综合


def test_a_component_may_be_made_of_components() -> None:
    inner = combined(x=plain(weight=80), y=plain(weight=20))
    scheme = made({"a": {"weight": 50, **inner}, "b": plain(weight=50)})
    rows = [marks("x", 甲=90), marks("y", 甲=70), marks("b", 甲=60)]
    assert value(scheme, *rows) == 86
    assert composite(scheme, *rows) == 73


def test_combined_components_may_be_nested() -> None:
    inner = combined(
        x=plain(weight=50), y={"weight": 50, **combined(z=plain(weight=30), w=plain(weight=70))}
    )
    scheme = only(inner)
    assert value(scheme, marks("x", 甲=90), marks("z", 甲=80), marks("w", 甲=60)) == 45 + 33


def test_a_component_may_be_rounded_before_it_is_weighed() -> None:
    parts = {
        "a": plain(weight=50, rounding={"decimals": 0}),
        "b": plain(weight=50, rounding={"decimals": 0, "method": "half_even"}),
    }
    rows = [marks("a", 甲="84.5"), marks("b", 甲="84.5")]
    assert composite(made(parts), *rows) == Fraction("84.5")  # 85 and 84


def test_weights_may_differ_by_group() -> None:
    weights = ({"县区": 60, "部门": 30}, {"县区": 40, "部门": 70})
    scheme = made(
        {k: plain(weight=w) for k, w in zip("ab", weights, strict=True)}, groups=["县区", "部门"]
    )
    rows = [marks("a", 甲=100, 乙=100), marks("b", 甲=50, 乙=50)]
    got = run(scheme, *rows, units=["甲", "乙"], groups={"乙": "部门"})
    assert [got[u].composite for u in ("甲", "乙")] == [80_00, 65_00]


def test_a_part_that_adds_is_added_whole() -> None:
    scheme = made(
        {
            "a": plain(weight=100),
            "b": ledger({"effect": "bonus", "points": 3}, {"code": "2"}, start=0, adds=True),
        }
    )
    rows = {
        "entries": [
            {**row, "component": "b"}
            for row in offences({}, {"rule": "2"}, {"rule": "2"})["entries"]
        ]
    }
    assert composite(scheme, marks("a", 甲=80), rows) == 80 + 3 - 4


@pytest.mark.parametrize(("how", "rest", "whole"), [
    ("above", "80", "80"), ("above", "80.01", "85.01"), ("from", "80", "85"), ("from", "79.99", "79.99"),
    ("from", "79.995", "85"),  # told by the published number: 80.00; 79.995 + 5 = 84.995
    ("above", "80.004", "80"),
])  # fmt: skip
def test_a_part_enters_above_a_number_or_from_it_on(how: str, rest: str, whole: str) -> None:
    scheme = made({"a": plain(weight=100), "b": plain(full=10, adds=True, enters={how: 80})})
    rows = [marks("a", 甲=rest), marks("b", 甲=5)]  # what adds is added as it is
    assert composite(scheme, *rows) == Fraction(whole)


def test_under_a_gate_nothing_else_is_read() -> None:
    parts = {"a": plain(weight=60, gate=60), "b": plain(weight=40), "c": plain(adds=True)}
    rows = [marks("b", 甲=100), marks("c", 甲=5)]
    assert composite(made(parts), marks("a", 甲=60), *rows) == 36 + 40 + 5
    assert composite(made(parts), marks("a", 甲="59.99"), *rows) == half_up(Fraction("35.994"), 2)


def test_what_a_gate_keeps_from_being_read_need_not_be_there() -> None:
    for missing in ("refuse", "reweight", "zero"):
        scheme = made({"a": plain(weight=60, gate=60), "b": plain(weight=40)}, missing=missing)
        unit = run(scheme, marks("a", 甲=50))["甲"]
        assert (unit.composite, unit.grade, unit.rank) == (30_00, "合格", 1)
        assert [gap.blocking for gap in unit.gaps] == [False]


def test_of_two_gates_the_scheme_s_first_decides() -> None:
    parts = {"a": plain(weight=60, gate=60), "b": plain(weight=40, gate=60)}
    rows = (marks("a", 甲=50), marks("b", 甲=40))
    assert composite(made(parts, precedence=["a", "b"]), *rows) == 30
    assert composite(made(parts, precedence=["b", "a"]), *rows) == 16


@pytest.mark.parametrize("gates", [[], ["a"], ["a", "c"], ["a", "b", "c"]])
def test_two_gates_without_a_stated_order_are_refused(gates: list[str]) -> None:
    parts = {"a": plain(weight=60, gate=60), "b": plain(weight=30, gate=60), "c": plain(weight=10)}
    with pytest.raises(ValueError, match=re.escape("precedence: [a, b]")):
        made(parts, precedence=gates)
    with pytest.raises(ValueError, match="没有先后"):
        made({"a": plain(weight=60, gate=60), "b": plain(weight=40)}, precedence=["a"])


def test_gates_and_additions_work_inside_a_combined_component() -> None:
    inner = combined(
        x=plain(weight=80, gate=60), y=plain(weight=20), z=plain(adds=True, enters={"above": 80})
    )
    scheme = only(inner)
    rows = [marks("y", 甲=80), marks("z", 甲=5)]
    assert value(scheme, marks("x", 甲=90), *rows) == 88 + 5
    assert value(scheme, marks("x", 甲=80), *rows) == 80
    assert value(scheme, marks("x", 甲=50), *rows) == 40


def test_a_missing_part_is_refused_zero_or_left_out() -> None:
    parts = {"a": plain(weight=60), "b": plain(weight=20), "c": plain(weight=20)}
    rows = [marks("a", 甲=80), marks("b", 甲=90)]
    assert composite(made(parts), *rows) is None
    assert composite(made(parts, missing="zero"), *rows) == 48 + 18
    assert composite(made(parts, missing="reweight"), *rows) == Fraction("82.5")  # 66 of 80%
    parts["c"]["missing"] = "zero"
    assert composite(made(parts), *rows) == 48 + 18  # the part's own word


def test_the_mean_over_fewer_periods_is_exact() -> None:
    periods = [{**p, "weight": w} for p, w in zip(PERIODS, (30, 40, 30), strict=True)]
    scheme = only(form(area(100, item("1", 100)), periods=periods), missing="reweight")
    forms = [filled({"1": v}, period=p) for p, v in (("一季度", 80), ("二季度", 90))]
    assert value(scheme, *forms) == Fraction(600, 7)  # 6000 of 70%


def test_an_unverified_item_is_a_gap_where_forms_are_left_out() -> None:
    scheme = only(form(area(100, item("1", 60), item("2", 40))), missing="reweight")
    unit = run(scheme, filled({"1": 60, "2": {}}))["甲"]
    assert (unit.grade, [gap.blocking for gap in unit.gaps]) == (None, [True])


def test_a_combined_component_without_parts_may_count_zero() -> None:
    inner = combined(x=plain(weight=50, missing="reweight"), y=plain(weight=50, missing="reweight"))
    scheme = made({"a": {"weight": 50, "missing": "zero", **inner}, "b": plain(weight=50)})
    assert composite(scheme, marks("b", 甲=80)) == 40


def test_a_year_is_not_final_where_a_unit_has_no_score() -> None:
    tables = make_tables({"units": [{"unit": "甲", "group": "县区", "position": 0}]})
    result = score(tables, made({"a": plain(weight=100)}, missing="reweight"), YEAR, LAST_DAY)
    assert (result.units[0].composite, result.final) == (None, False)


@pytest.mark.parametrize(("mark", "up", "even"), [
    ("84.5", 85, 84), ("85.5", 86, 86), ("84.5001", 85, 85), ("84.4999", 84, 84),
])  # fmt: skip
def test_the_composite_is_rounded_half_up_or_half_even(mark: str, up: int, even: int) -> None:
    for method, whole in (("half_up", up), ("half_even", even)):
        scheme = only(plain(), rounding={"decimals": 0, "method": method})
        assert composite(scheme, marks("a", 甲=mark)) == whole


def test_a_negative_half_goes_away_from_zero() -> None:
    scheme = only(ledger({"points": "102.5"}), rounding={"decimals": 0})
    assert composite(scheme, offences({})) == -3
    scheme = only(ledger({"points": "102.5"}), rounding={"decimals": 0, "method": "half_even"})
    assert composite(scheme, offences({})) == -2


# 等次

FIVE = {"甲": 95, "乙": 92, "丙": 92, "丁": 85, "戊": 70}


def grades_of(grades: Any, given: Spec = FIVE, **more: Any) -> str:
    """The first characters of the grades, in the order of ``given``."""
    got = run(only(plain(), grades=grades, **more), marks("a", **given), units=list(given))
    return "".join((got[unit].grade or "—")[0] for unit in given)


def test_lower_bounds_are_inclusive() -> None:
    grades = [{"name": "优秀", "from": 92}, {"name": "良好", "from": "85.01"}, {"name": "合格"}]
    assert grades_of(grades) == "优优优合合"


@pytest.mark.parametrize(("share", "ties", "got"), [
    (20, "exclude", "优合合合合"), (39, "exclude", "优合合合合"), (40, "exclude", "优合合合合"),
    (40, "include", "优优优合合"), (60, "exclude", "优优优合合"), (19, "include", "合合合合合"),
])  # fmt: skip
def test_a_quota_is_a_share_of_the_group_rounded_down(share: int, ties: str, got: str) -> None:
    assert (
        grades_of([{"name": "优秀", "quota": {"share": share, "ties": ties}}, {"name": "合格"}])
        == got
    )


def test_a_grade_may_ask_for_a_bound_and_a_place() -> None:
    best = {"name": "优秀", "from": 93, "quota": {"share": 60}}
    next_best = {"name": "良好", "from": 85, "quota": {"share": 60}}
    assert grades_of([best, next_best, {"name": "合格"}]) == "优良良良合"


def test_groups_may_have_grades_of_their_own() -> None:
    grades = {
        "县区": [{"name": "优秀", "from": 90}, {"name": "合格"}],
        "部门": [{"name": "一等", "from": 95}, {"name": "二等"}],
    }
    scheme = only(plain(), grades=grades, groups=["县区", "部门"])
    got = run(scheme, marks("a", 甲=92, 乙=92), units=["甲", "乙"], groups={"乙": "部门"})
    assert [got[u].grade for u in ("甲", "乙")] == ["优秀", "二等"]
    assert [got[u].rank for u in ("甲", "乙")] == [1, 1]


def test_a_veto_stops_at_its_grade_and_takes_no_better_place() -> None:
    grades = [
        {"name": "优秀", "quota": {"share": 34}},
        {"name": "良好", "from": 80},
        {"name": "合格"},
    ]
    parts = {"a": plain(weight=100), "b": ledger({"points": 0, "veto": "良好"}, start=0, adds=True)}
    rows = {"entries": [{**row, "component": "b"} for row in offences({})["entries"]]}
    got = run(made(parts, grades), marks("a", 甲=99, 乙=95, 丙=90), rows, units=["甲", "乙", "丙"])
    assert [got[u].grade for u in ("甲", "乙", "丙")] == ["良好", "优秀", "良好"]
    assert [got[u].rank for u in ("甲", "乙", "丙")] == [1, 2, 3]
    assert [c.name for c in got["甲"].held] == ["veto b 1"]


def test_a_veto_to_the_last_grade_takes_the_rank() -> None:
    """否决即不合格，不再评分: its grade and its composite stay, the others move up; a setting ranks it."""
    rules = {"points": 0, "veto": "合格"}
    parts = {"a": plain(weight=100), "b": ledger(rules, start=0, adds=True)}
    rows = {"entries": [{**row, "component": "b"} for row in offences({})["entries"]]}
    given = (marks("a", 甲=99, 乙=95, 丙=95, 丁=90), rows)
    units = ["甲", "乙", "丙", "丁"]
    for setting, ranks in (("unranked", [None, 1, 1, 3]), ("ranked", [1, 2, 2, 4])):
        got = run(made(parts, vetoed=setting), *given, units=units)
        assert [got[unit].rank for unit in units] == ranks
        assert (got["甲"].composite, got["甲"].grade) == (9900, "合格")


def test_the_hardest_of_the_vetoes_that_count_holds() -> None:
    grades = [{"name": "优秀", "from": 90}, {"name": "良好", "from": 80}, {"name": "合格"}]
    rules = [{"code": "1", "points": 1, "veto": "良好"}, {"code": "2", "points": 1, "veto": "合格"}]
    scheme = only(ledger(*rules), grades=grades)
    assert run(scheme, offences({}, {"rule": "2"}))["甲"].grade == "合格"
    revoked = {"rule": "2", "revoked": date(YEAR, 4, 1)}
    assert run(scheme, offences({}, revoked))["甲"].grade == "良好"
    assert run(scheme, offences(revoked))["甲"].grade == "优秀"


def test_a_minimum_that_is_not_reached_may_veto() -> None:
    scheme = only(ledger({"points": 1, "counts": "minimum", "minimum": 2, "veto": "合格"}))
    assert run(scheme, offences({}))["甲"].grade == "合格"  # 99 points
    assert run(scheme, offences({}, {}))["甲"].grade == "优秀"


def test_equal_scores_share_a_rank_and_the_next_is_skipped() -> None:
    got = run(only(plain()), marks("a", **FIVE), units=list(FIVE))
    assert [got[u].rank for u in FIVE] == [1, 2, 2, 4, 5]


def test_a_unit_with_a_gap_has_no_rank_but_counts_for_the_quota() -> None:
    given = {u: FIVE[u] for u in ("甲", "乙", "丁", "戊")}
    grades = [{"name": "优秀", "quota": {"share": 40}}, {"name": "合格"}]
    got = run(only(plain(), grades=grades), marks("a", **given), units=list(FIVE))
    assert [got[u].rank for u in FIVE] == [1, 2, None, 3, 4]
    assert [got[u].grade for u in FIVE] == ["优秀", "优秀", None, "合格", "合格"]


def test_a_floor_a_gate_and_a_missing_part_make_no_float() -> None:
    parts = {"x": ledger(weight=50, floor=90, gate=50), "y": plain(weight=50)}
    rows = [marks("y", 甲=80)]
    rows += [{"entries": [{**row, "component": "x"} for row in offences({})["entries"]]}]
    for scheme in (made(parts), only(combined(**parts))):
        got = run(scheme, *rows, units=["甲", "乙"])
        assert (got["甲"].composite, got["乙"].composite) == (89_00, None)
        assert type(got["甲"].composite) is int


# What the model refuses


def test_a_combined_component_and_its_part_differ_in_key() -> None:
    with pytest.raises(ValueError, match="不重复的部分代号"):
        only(combined(a=plain(weight=50), b=plain(weight=50)))


# Fine numbers


def test_weights_of_any_fineness_are_exact() -> None:
    """Four levels of weights with four decimals, and ledgers out of odd numbers: as the oracle says."""
    fine = ("33.3333", "66.6667")
    level: Spec = plain()
    keys = []
    for depth in range(3):
        parts = {
            f"{name}{depth}": {**(level if i == 0 else plain()), "weight": fine[i]}
            for i, name in enumerate("xy")
        }
        keys += [key for key, part in parts.items() if part["kind"] == "score"]
        level = combined(**parts)
    given = [marks(key, 甲=f"8{i}.333") for i, key in enumerate(keys)]
    inner, outer = Fraction("0.333333"), Fraction("0.666667")
    expected = Fraction("80.333")
    for given_beside in ("81.333", "82.333", "83.333"):
        expected = expected * inner + Fraction(given_beside) * outer
    assert composite(only(level), *given) == half_up(expected, 2)
    scheme = made({key: {**ledger(full=full), "weight": weight} for key, full, weight in (
        ("a", "33.3337", "33.3333"), ("b", "33.3329", "33.3333"), ("c", "99.9999", "33.3334"),
    )})  # fmt: skip
    share = Fraction(98) * 100 / Fraction("33.3337")
    assert value(scheme, offences({})) == share


def test_weights_that_do_not_add_up_evenly_lose_nothing() -> None:
    weights = dict(zip("abc", ("33.3333", "33.3333", "33.3334"), strict=True))
    scheme = made(
        {key: plain(weight=weight) for key, weight in weights.items()}, rounding={"decimals": 4}
    )
    got = composite(scheme, *(marks(key, 甲="99.9999") for key in weights))
    assert got == Fraction("99.9999")


def test_the_oracle_rounds_by_both_methods() -> None:
    assert (half_up(Fraction("84.5"), 0), half_up(Fraction("-0.005"), 2)) == (85, Fraction("-0.01"))
    assert (half_even(Fraction("84.5"), 0), half_even(Fraction("-0.015"), 2)) == (
        84,
        Fraction("-0.02"),
    )


# Schemes that add up points


def added(components: Spec, **more: Any) -> Scheme:
    return made(components, full=str(sum(Fraction(str(c["full"])) for c in components.values())),
                **more)  # fmt: skip


def test_a_scheme_that_adds_points_stays_on_its_own_scale() -> None:
    """政务公开77分、在线服务9分、公众参与7分、网站设计4分、公开率3分: 70.5+9+3.5+3.5+3 = 89.5, in whole
    points 90. A part of 77 that scored 70.5 is 70.5."""
    parts = {key: plain(full=full) for key, full in zip("abcde", (77, 9, 7, 4, 3), strict=True)}
    scheme = added(parts, rounding={"decimals": 0})
    given = [
        marks(key, 甲=v) for key, v in zip("abcde", (70.5, 9, 3.5, 3.5, 3), strict=True)
    ]  # fmt: skip
    unit = run(scheme, *given)["甲"]
    assert unit.components["a"] == Fraction("70.5")
    assert (unit.composite, unit.grade) == (90, "优秀")


def test_points_of_any_total_with_a_ledger_a_form_and_a_bonus() -> None:
    """30 + 60 + 40 = 130, and what adds comes on top."""
    grades = [{"name": "优秀", "from": 117}, {"name": "合格"}]
    scheme = made(
        {
            "a": ledger({}, start=30, full=30, floor=0),
            "b": form({"area": "一", "points": 60, "items": [item("1", 60)]}, full=60),
            "c": plain(full=40),
            "d": plain(full=5, adds=True, enters={"from": 100}),
        },
        grades,
        full=130,
    )
    rows = [offences({}, {}), filled({"1": 51}, key="b"), marks("c", 甲=36), marks("d", 甲=4)]
    unit = run(scheme, *rows)["甲"]
    assert dict(unit.components) == {"a": 26, "b": 51, "c": 36, "d": 4}
    assert (unit.composite, unit.grade) == (11700, "优秀")
    short = [offences({}, {}), filled({"1": 35}, key="b"), marks("c", 甲=36), marks("d", 甲=4)]
    assert composite(scheme, *short) == 97  # 97 does not reach 100: nothing is added


def test_weights_inside_points_and_points_inside_weights() -> None:
    weighed = {**combined(b1=plain(weight=25), b2=plain(weight=75)), "full": 50}
    scheme = made({"a": plain(full=50), "b": weighed}, full=100)
    rows = (marks("a", 甲=45), marks("b1", 甲=80), marks("b2", 甲=90))
    assert run(scheme, *rows)["甲"].components["b"] == Fraction("43.75")  # 87.5 of 100, of 50
    assert composite(scheme, *rows) == Fraction("88.75")
    inside = {**combined(b1=plain(full=20), b2=plain(full=40)), "weight": 60}
    scheme = made({"a": plain(weight=40), "b": inside})
    rows = (marks("a", 甲=100), marks("b1", 甲=10), marks("b2", 甲=35))
    assert run(scheme, *rows)["甲"].components["b"] == 75  # 45 of 60
    assert composite(scheme, *rows) == 85


@pytest.mark.parametrize(
    ("parts", "full", "says"),
    [
        ({"a": plain(full=60), "b": plain(full=50)}, 100, "110（各部分满分之和"),
        ({"a": plain(full=60), "b": plain(full=40, weight=40)}, 100, "按原分值相加"),
        ({"a": plain(full=60), "b": plain(full=40)}, None, "在办法最外层写 full"),
    ],
)
def test_what_does_not_add_up_is_refused_with_what_to_write(
    parts: Spec, full: int | None, says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        made(parts, **({} if full is None else {"full": full}))
