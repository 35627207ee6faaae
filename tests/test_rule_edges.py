"""The edges of the rules, one by one: what small changes of them would move (docs/mutation.md)."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from scoring.rules.cells import CellArithmetic, Live
from scoring.rules.column_numbers import ABSENT as NO_COLUMN
from scoring.rules.column_numbers import Column
from scoring.rules.columns import ColumnArithmetic
from scoring.rules.composite import contribution, more_is_better, tree
from scoring.rules.exact import ABSENT, EXACT, Exact, exact, rounded_to
from scoring.rules.forms import verified_or_own
from scoring.rules.grading import Standing, by_bounds, has_quotas
from scoring.scheme import Rounding, Scheme
from scoring.score import score
from scoring.score.frames import judge_entries, make_frames, records
from scoring.tables import ItemRow, make_tables
from tests.random_schemes import LAST_DAY, YEAR, Year
from tests.readings import Columns, polars_frames
from tests.test_algebra import (
    area,
    combined,
    composite,
    filled,
    form,
    item,
    ledger,
    made,
    marks,
    offences,
    only,
    plain,
    run,
    value,
)

pytestmark = pytest.mark.fast

OWN = ItemRow("a", "甲", "全年", "1", self_score=1, self_done=2, self_of=3, self_faults=4)


@pytest.mark.parametrize(
    ("verified", "counts"),
    [
        ({}, (1, 2, 3, 4)),
        ({"verified_score": 5}, (5, 2, 3, 4)),
        ({"faults": 0}, (1, 2, 3, 0)),
        ({"done": 6, "of": 7}, (1, 6, 7, 4)),
        ({"done": 6}, (1, 2, 3, 4)),
        ({"of": 7}, (1, 2, 3, 4)),
    ],
)
def test_own_values_hold_until_the_verifier_s_are_whole(
    verified: dict[str, int], counts: tuple[int, ...]
) -> None:
    found = verified_or_own(OWN._replace(**verified))
    assert (found.verified_score, found.done, found.of, found.faults) == counts


ONE_SHARE = only(form(area(100, item("1", 100, fraction=True))))


@pytest.mark.parametrize(
    ("done", "of", "score"), [(1, 1, 100), (0, 1, 0), (0, 2, 0), (1, 3, Fraction(100, 3))]
)
def test_a_share_of_few(done: int, of: int, score: Fraction) -> None:
    assert value(ONE_SHARE, filled({"1": {"done": done, "of": of}})) == score


def test_a_share_of_nothing_is_none() -> None:
    rows: dict[str, list[dict[str, Any]]] = {
        "units": [{"unit": "甲", "group": "县区", "position": 0}],
        **filled({"1": {"done": 0, "of": 0}}),
    }
    assert value(ONE_SHARE, filled({"1": {"done": 0, "of": 0}})) is None
    Columns(1, polars_frames).agrees(Year(ONE_SHARE, rows, LAST_DAY), None)


def test_faults_without_end_leave_exactly_nothing() -> None:
    scheme = only(form(area(100, item("1", 40, each=3), item("2", 60))))
    assert value(scheme, filled({"1": {"faults": 13}, "2": 60})) == 61
    assert value(scheme, filled({"1": {"faults": 14}, "2": 60})) == 60


def test_lateness_takes_everything_and_no_more() -> None:
    scheme = only(form(area(100, item("1", 100)), late={"each_day": 20}))
    assert value(scheme, filled({"1": 100}, days_late=4)) == 20
    assert value(scheme, filled({"1": 100}, days_late=6)) == 0


@pytest.mark.parametrize("not_applicable", ["rescale", "full"])
def test_where_nothing_applies_there_is_no_score(not_applicable: str) -> None:
    scheme = only(form(area(100, item("1", 100)), not_applicable=not_applicable))
    aside = {"exemptions": [{"component": "a", "unit": "甲", "indicator": "1"}]}
    (unit,) = run(scheme, filled({"1": 100}), aside).values()
    assert (unit.components["a"], unit.composite, unit.grade) == (None, None, None)


TWO = [{"name": "上半年", "due": "7月15日"}, {"name": "下半年", "due": "次年1月15日"}]


def test_only_a_whole_form_is_left_out_of_the_mean() -> None:
    items = area(100, item("1", 60), item("2", 40))
    scheme = only(form(items, periods=TWO), missing="reweight")
    first = filled({"1": 60, "2": 20}, period="上半年")
    assert composite(scheme, first) == 80
    short = filled({"1": 30}, period="下半年")
    assert composite(scheme, first, short) is None
    whole = filled({"1": 30, "2": 20}, period="下半年")
    assert composite(scheme, first, whole) == 65


def test_periods_count_by_their_weights() -> None:
    periods = [{**period, "weight": weight} for period, weight in zip(TWO, (40, 60), strict=True)]
    scheme = only(form(area(100, item("1", 100)), periods=periods))
    rows = filled({"1": 80}, period="上半年"), filled({"1": 90}, period="下半年")
    assert composite(scheme, *rows) == 86


ASIDE = {"exemptions": [{"component": "a", "unit": "甲", "indicator": "1"}]}


@pytest.mark.parametrize("overrun", [False, True])
@pytest.mark.parametrize("not_applicable", ["rescale", "full"])
def test_the_smallest_item_that_applies_is_a_whole_form(not_applicable: str, overrun: bool) -> None:
    """0.0001 of 100 points apply, and all of them were reached."""
    items = item("1", "99.9999"), item("2", "0.0001")
    scheme = only(form(area(100, *items, overrun=overrun), not_applicable=not_applicable))
    assert value(scheme, filled({"1": 0, "2": "0.0001"}), ASIDE) == 100
    assert value(scheme, filled({"1": 0, "2": 0}), ASIDE) == (
        0 if not_applicable == "rescale" else Fraction("99.9999")
    )


def test_an_overrunning_area_that_does_not_apply_is_no_score() -> None:
    top = area(100, item("1", 150), overrun=True)
    scheme = only(form(top, not_applicable="full"))
    (unit,) = run(scheme, filled({"1": 0}), ASIDE).values()
    assert unit.components["a"] is None


def judged(rule: dict[str, Any], row: dict[str, Any], known: date | None = None) -> set[str]:
    """What becomes of a row, by the exact rules and by the columns."""
    scheme = only(ledger(rule))
    unit = {"unit": "甲", "group": "县区", "parent": None, "position": 0}
    rows = {"units": [unit], **offences(row)}
    (entry,) = score(make_tables(rows), scheme, YEAR, LAST_DAY, known=known).entries
    frames = make_frames(make_tables(rows), "polars")
    (frame,) = judge_entries(frames, scheme, YEAR, LAST_DAY, known)
    return {entry.status, *(row["status"] for row in records(frame))}


@pytest.mark.parametrize(
    ("known", "status"),
    [(None, "revoked"), (3, "revoked"), (2, "revoked"), (1, "counted")],
)
def test_a_revocation_counts_if_it_was_known(known: int | None, status: str) -> None:
    row = {"revoked": date(YEAR + 1, 1, 2)}
    assert judged({}, row, None if known is None else date(YEAR + 1, 1, known)) == {status}


@pytest.mark.parametrize(
    ("direction", "event", "status"),
    [
        ("after", date(YEAR, 12, 17), "not_due"),  # 15 days after it are not over yet
        ("after", date(YEAR, 12, 16), "undated"),
        ("after", None, "undated"),
        ("before", date(YEAR, 12, 17), "undated"),
    ],
)
def test_a_late_event_is_not_due_without_a_known_deadline(
    direction: str, event: date | None, status: str
) -> None:
    deadline = {"count": 15, "direction": direction}
    assert judged({"counts": "overdue", "deadline": deadline}, {"event": event}) == {status}


def test_a_known_deadline_comes_before_the_event() -> None:
    late = {"event": date(YEAR, 12, 30), "deadline": date(YEAR, 3, 5)}
    assert judged({"counts": "overdue", "deadline": {"count": 15}}, late) == {"counted"}


@pytest.mark.parametrize(("held", "left"), [(0, 96), (1, 98), (2, 100), (3, 100)])
def test_a_minimum_costs_for_each_time_that_lacks(held: int, left: int) -> None:
    scheme = only(ledger({"counts": "minimum", "minimum": 2}))
    assert value(scheme, offences(*[{}] * held)) == left


@pytest.mark.parametrize(
    ("number", "up", "even"),
    [("0.5", 1, 0), ("-0.5", -1, 0), ("1.5", 2, 2), ("-1.5", -2, -2), ("2.5", 3, 2), ("0.4", 0, 0),
     ("0.6", 1, 1), ("-0.4", 0, 0), ("0", 0, 0)],
)  # fmt: skip
def test_a_ten_thousandth_is_rounded_by_both_methods(number: str, up: int, even: int) -> None:
    for method, want in (("half_up", up), ("half_even", even)):
        rounding = Rounding(decimals=4, method=method)  # type: ignore[arg-type]
        assert rounded_to(Fraction(number), rounding) == want


@pytest.mark.parametrize("how", [operator.add, operator.sub, operator.mul, operator.truediv])
def test_whatever_is_computed_of_an_absent_number_is_absent(how: Callable[..., Exact]) -> None:
    for one, other in ((ABSENT, exact(1)), (exact(1), ABSENT), (ABSENT, ABSENT)):
        assert how(one, other) == ABSENT
    column = Column(np.ma.array([1], mask=[False]), most=1)
    for pair in ((column, NO_COLUMN), (NO_COLUMN, column)):
        assert how(*pair).absent


def test_a_veto_to_a_grade_the_group_lacks_leaves_the_last() -> None:
    two = [{"name": "优秀", "from": 90}, {"name": "合格"}]
    three = [two[0], {"name": "良好", "from": 80}, two[1]]
    scheme = only(
        ledger({"points": 1, "veto": "良好"}),
        grades={"县区": two, "部门": three},
        groups=["县区", "部门"],
    )
    rows = offences({}), offences({}, unit="乙")
    found = run(scheme, *rows, units=["甲", "乙"], groups={"乙": "部门"})
    assert (found["甲"].grade, found["甲"].rank) == ("合格", None)
    assert (found["乙"].grade, found["乙"].rank) == ("良好", 1)


def test_what_grading_says_of_one_unit_alone() -> None:
    quota = [{"name": "优秀", "from": 90, "quota": {"share": 50}}, {"name": "良好", "from": 80},
             {"name": "合格"}]  # fmt: skip
    scheme = only(plain(), grades=quota)
    assert has_quotas(scheme, "县区")
    second = [{"name": "优秀", "from": 90}, {**quota[1], "quota": {"share": 50}}, quota[2]]
    assert has_quotas(only(plain(), grades=second), "县区")
    without = only(plain())
    assert not has_quotas(without, "县区")
    found = [by_bounds(without, "县区", Standing(count)) for count in (9000, 8999, None)]
    assert found == [0, 1, None]


def test_an_absent_column_counts_as_nothing_everywhere() -> None:
    a = ColumnArithmetic()
    assert a.or_zero(NO_COLUMN).constant == 0
    assert (a.is_there(NO_COLUMN).known, a.is_there(a.points(5)).known) == (False, True)
    column = a.read(np.ma.array([5, 6]))
    for one, other in ((NO_COLUMN, column), (column, NO_COLUMN)):
        assert a.below(one, other).known is a.above(one, other).known is False


def test_a_comparison_within_the_error_is_in_doubt() -> None:
    near = Column(np.ma.array([10, 13, 14, 7, 6]), most=20, error=3)
    a = ColumnArithmetic()
    a.reaches(near, a.points(10))
    assert a.doubt.tolist() == [True, True, False, True, False]
    exactly = ColumnArithmetic()
    exactly.reaches(Column(np.ma.array([10]), most=20), exactly.points(10))
    assert exactly.doubt is None


# The composite

HALVES = {
    "whole": {**combined(x=plain(weight=50), y=plain(weight=50)), "weight": 60},
    "rest": plain(weight=40),
}


def test_a_known_combined_part_is_not_computed_again() -> None:
    leaves = {"x": Exact(100_000), "y": Exact(200_000), "rest": Exact(500_000)}
    scheme = made(HALVES)
    assert tree(EXACT, scheme, "县区", leaves).composite == Exact(290_000)
    known = {"whole": Exact(900_000)}
    found = tree(EXACT, scheme, "县区", leaves, known=known)
    assert (found.composite, found.scores["whole"]) == (Exact(740_000), Exact(900_000))


FIXED = {"name": "否决", "rule": "1", "score": 59}
LIMIT = {"name": "不足", "part": "site", "below": 21, "grade": "合格"}
STOPS = {"name": "不达标", "part": "site", "below": 10, "stops": True}
ALONE = {"name": "不计", "part": "site", "below": 10, "without": ["plus"]}


@pytest.mark.parametrize(
    ("conditions", "labels"),
    [
        ([], ["加权", "加减前", "加减后", "综合成绩"]),
        ([FIXED], ["加权", "加减前", "加减后", "定分以前", "否决", "综合成绩"]),
        ([LIMIT], ["加权", "加减前", "加减后", "不足", "综合成绩"]),
        ([STOPS], ["加权", "不达标", "加减前", "加减后", "综合成绩"]),
        ([ALONE], ["plus不计分", "加权", "加减前", "加减后", "综合成绩"]),
    ],
)
def test_a_form_has_a_cell_for_each_step_that_there_is(
    conditions: list[dict[str, Any]], labels: list[str]
) -> None:
    parts = {**TWO_PARTS, "plus": plain(full=5, adds=True)}
    assert labelled(made(parts, full=100, conditions=conditions)) == labels


def test_the_cell_of_a_gate_says_which_part_is_below_it() -> None:
    gated = {**TWO_PARTS, "site": plain(full=30, gate=10)}
    assert labelled(made(gated, full=100)) == ["加权", "site低于门槛", "综合成绩"]


def labelled(scheme: Scheme) -> list[str]:
    """The labels of the cells of a form, in their order."""
    found: list[str] = []

    def put(label: str, number: Live) -> Live:
        found.append(label)
        return number

    cells = {key: Live(f"{key.upper()}2", Fraction(5)) for key in scheme.components}
    tree(CellArithmetic(put), scheme, "县区", cells, {("a", "1"): Live("D2", Fraction(1))})
    return found


FINE: dict[str, Any] = {"rounding": {"decimals": 4}, "full": 100}
TWO_PARTS = {"site": plain(full=30), "a": ledger(start=70, full=70)}


def test_a_composite_set_to_nothing_is_exactly_nothing() -> None:
    scheme = made(TWO_PARTS, conditions=[{**FIXED, "score": 0}], **FINE)
    assert composite(scheme, marks("site", 甲=30), offences({})) == 0


def test_a_part_that_does_not_count_is_exactly_nothing() -> None:
    scheme = made(TWO_PARTS, conditions=[{"name": "假", "rule": "1", "without": ["site"]}], **FINE)
    assert composite(scheme, marks("site", 甲=30), offences({})) == 68


BASE = {"base": plain(full=60), "rest": plain(full=40)}
BELOW = {"name": "基础不足", "part": "base", "below": 44, "without": ["plus"]}


@pytest.mark.parametrize(
    ("base", "rest", "want"),
    [(50, 30, 85), (50, 10, 60), (43, 40, 83), (30, 10, 40)],
)
def test_a_part_adds_unless_one_of_two_reasons_keeps_it_out(
    base: int, rest: int, want: int
) -> None:
    """It enters above 60, and only with a base of 44."""
    plus = plain(full=5, adds=True, enters={"above": 60})
    scheme = made({**BASE, "plus": plus}, full=100, conditions=[BELOW])
    rows = marks("base", 甲=base), marks("rest", 甲=rest), marks("plus", 甲=5)
    assert composite(scheme, *rows) == want


@pytest.mark.parametrize(("rest", "want"), [(30, 73), (40, 88)])
def test_one_of_two_conditions_is_enough_to_leave_a_part_out(rest: int, want: int) -> None:
    low = {"name": "其余不足", "part": "rest", "below": 40, "without": ["plus"]}
    hardly = {**BELOW, "below": 10}
    scheme = made({**BASE, "plus": plain(full=5, adds=True)}, full=100, conditions=[low, hardly])
    rows = marks("base", 甲=43), marks("rest", 甲=rest), marks("plus", 甲=5)
    assert composite(scheme, *rows) == want


@pytest.mark.parametrize("there", [[], ["one"], ["two"], ["one", "two"]])
def test_every_part_that_adds_must_be_there(there: list[str]) -> None:
    parts = {"one": plain(full=5, adds=True), "two": plain(full=5, adds=True)}
    scheme = made({**BASE, **parts}, full=100)
    rows = [marks(key, 甲=5) for key in ("base", "rest", *there)]
    assert composite(scheme, *rows) == (20 if len(there) == 2 else None)


@pytest.mark.parametrize(
    ("there", "want"), [({"base": 30}, 50), ({"rest": 30}, 75), ({"base": 30, "rest": 30}, 60)]
)
def test_points_without_a_missing_part_are_scaled_up(there: dict[str, int], want: int) -> None:
    scheme = made(BASE, full=100, missing="reweight")
    assert composite(scheme, *(marks(key, 甲=mark) for key, mark in there.items())) == want


def test_what_a_part_gives_the_sum_above_it() -> None:
    weighed = made({"a": plain(weight=60), "b": plain(weight=40)}).components["b"]
    assert contribution(EXACT, weighed, "县区", Exact(500_000)) == Exact(200_000)
    summed = made(BASE, full=100).components["rest"]
    assert contribution(EXACT, summed, "县区", Exact(300_000)) == Exact(300_000)


ABOVE = {"name": "过高", "composite": True, "above": 90}


@pytest.mark.parametrize(
    ("condition", "better"),
    [
        (None, True),
        ({**ABOVE, "score": 90}, True),
        ({**ABOVE, "score": 95}, True),
        ({**ABOVE, "score": 89}, False),
        ({**ABOVE, "grade": "合格"}, False),
        ({"name": "过低", "composite": True, "below": 60, "grade": "合格"}, True),
        ({"name": "过低", "part": "site", "below": 21, "score": 0}, True),
        ({"name": "过高", "part": "site", "above": 21, "grade": "合格"}, False),
        ({"name": "否决", "rule": "1", "score": 0}, True),
    ],
)
def test_a_higher_score_is_better_but_for_conditions(
    condition: dict[str, Any] | None, better: bool
) -> None:
    conditions = [] if condition is None else [condition]
    scheme = made(TWO_PARTS, full=100, conditions=conditions)
    assert more_is_better(scheme, "县区") is better
    if conditions:
        alone = [{**conditions[0], "groups": ["部门"]}]
        groups = made(TWO_PARTS, full=100, conditions=alone, groups=["县区", "部门"])
        found = [more_is_better(groups, group) for group in ("县区", "部门")]
        assert found == [True, better]
