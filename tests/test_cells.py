"""A live formula and its value are one expression: what it comes to, and what it would come to with other
numbers in its cells, is what the exact rules give."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.points import SCALE
from scoring.rules import cells as live
from scoring.rules.cells import NO, YES, CellArithmetic, Live
from scoring.rules.composite import tree
from scoring.rules.exact import ABSENT, EXACT, Exact
from scoring.scheme import Rounding, Scheme
from tests.expressions import Build, condition, contents, maybe, sure
from tests.formulas import computed
from tests.test_algebra import made, plain

ADDRESSES = ("B2", "C2", "D2")
BLANK = "—"


def in_cells(content: list[int | None]) -> dict[str, Any]:
    """By address what stands in the cells; what is absent shows a dash."""
    values = [BLANK if n is None else Fraction(n, SCALE) for n in content]
    return dict(zip(ADDRESSES, values, strict=True))


def shown(found: Any) -> Any:
    """An exact number or condition as a cell shows it."""
    if isinstance(found, Exact):
        return BLANK if found.value is None else Fraction(found.value) / SCALE
    return found


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(sure(3), maybe(3), condition(3)), contents, contents)
def test_a_formula_computes_what_the_exact_rules_give(
    build: Build, now: list[int | None], later: list[int | None]
) -> None:
    a = CellArithmetic(absent=BLANK)
    formula = build(a, [Live(at, value) for at, value in in_cells(now).items()])
    for content in (now, later):
        numbers = [ABSENT if n is None else Exact(n) for n in content]
        want = shown(build(EXACT, numbers))
        assert computed(formula.text, in_cells(content)) == want, formula.text
        if content is now:
            assert formula.value == want, formula.text


TWO = {"a": plain(weight=60), "b": plain(weight=40)}
PLUS = {"c": plain(full=10, adds=True, enters={"above": 60})}
CAP = {"name": "封顶", "composite": True, "above": 90, "score": 90}
SCHEMES = [
    made(parts, **more)
    for more in ({}, {"missing": "reweight"}, {"missing": "zero"}, {"conditions": [CAP]})
    for parts in (TWO, TWO | PLUS)
] + [
    made({**TWO, "a": plain(weight=60, gate=40)} | PLUS),
    made({"a": plain(full=60), "b": plain(full=40)}, full=100, missing="reweight"),
    made(TWO | PLUS, conditions=[{"name": "不计", "part": "a", "below": 70, "without": ["c"]}]),
]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_composite_in_one_formula_is_that_of_the_exact_rules(scheme: Scheme) -> None:
    """Whichever scores are there, at their bounds, and whatever stood there as it was written."""
    keys = list(scheme.components)
    formula = tree(
        CellArithmetic(absent=BLANK), scheme, "县区",
        dict(zip(keys, (Live(at, BLANK) for at in ADDRESSES), strict=False)),
    ).composite  # fmt: skip
    for content in product([None, 30, 40, 60, 70, 90, 100], [None, 60, 95], [None, 5]):
        numbers = [ABSENT if n is None else Exact(n * SCALE) for n in content]
        leaves = dict(zip(keys, numbers, strict=False))
        want = shown(tree(EXACT, scheme, "县区", leaves).composite)
        cells = in_cells([None if n is None else n * SCALE for n in content])
        assert computed(formula.text, cells) == want, content


# What a formula holds, one by one

A, B = Live("B2", Fraction(7)), Live("C2", Fraction(2))
CELLS: dict[str, Any] = {"B2": Fraction(7), "C2": Fraction(2), "D2": None, "E2": "  ", "F2": "否"}
EMPTY, SPACES, WORD = Live("D2", None), Live("E2", ""), Live("F2", "否")


def agrees(formula: Live, want: Any) -> None:
    """The value and what the text computes are what is wanted."""
    assert (formula.value, computed(formula.text, CELLS)) == (want, want), formula.text


def test_brackets_stand_where_the_order_needs_them() -> None:
    for formula, want in (
        (A - (B - A), 12), (A - (B + A), -2), (A + (B - A), 2), (A / (B / A), Fraction(49, 2)),
        (A / (B * A), Fraction(1, 2)), (A * (B / A), 2), ((A + B) * B, 18), (A * (B + A), 63),
        ((A - B) / B, Fraction(5, 2)), (A + B * A, 21), (A + EMPTY, 7), (EMPTY - B, -2),
    ):  # fmt: skip
        agrees(formula, want)


def test_brackets_do_not_stand_where_nobody_needs_them() -> None:
    found = [A + (B + A), A * (B * A), A + B * A, A - B - A, A / B / A, A * B + A]
    assert [formula.text for formula in found] == [
        "B2+C2+B2", "B2*C2*B2", "B2+C2*B2", "B2-C2-B2", "B2/C2/B2", "B2*C2+B2",
    ]  # fmt: skip


@pytest.mark.parametrize("sign", ["=", "<>", "<", "<=", ">", ">="])
def test_comparisons_of_numbers(sign: str) -> None:
    for left, right in ((A, B), (B, A), (A, A)):
        compared = live.compare(left, sign, right)
        agrees(compared, computed(f"{left.value}{sign}{right.value}", {}))


def test_comparisons_of_texts() -> None:
    agrees(live.compare(WORD, "=", live.quoted("否")), True)
    agrees(live.compare(WORD, "=", live.quoted("是")), False)
    agrees(live.compare(WORD, "<>", live.quoted("是")), True)
    agrees(live.compare(WORD, "<>", live.quoted("否")), False)
    agrees(live.compare(WORD, "<", A), False)
    for one, other in ((live.NOTHING, live.constant(0)), (live.constant(0), live.NOTHING)):
        agrees(live.compare(one, "=", other), False)
        agrees(live.compare(one, "<>", other), True)


def test_an_empty_cell_and_one_of_blanks_are_empty() -> None:
    agrees(live.is_empty(EMPTY), True)
    agrees(live.is_empty(SPACES), True)
    agrees(live.is_empty(WORD), False)
    agrees(live.is_empty(A), False)


def test_texts_are_joined_and_quoted() -> None:
    agrees(live.joined(live.quoted('说"是"'), A, EMPTY, WORD), '说"是"7否')
    nested = live.joined(live.joined(WORD, WORD), live.negated(live.is_empty(A)))
    assert nested.value == "否否True"
    inner = live.joined(WORD, live.quoted("甲"))
    assert live.joined(WORD, inner).text == 'F2&(F2&"甲")'
    asked = live.joined(live.is_empty(A), live.compare(A, "<", B))
    assert asked.text == "(LEN(TRIM(B2))=0)&(B2<C2)"


@pytest.mark.parametrize(("decimals", "text"), [(0, "2"), (1, "1.5"), (2, "1.50")])
def test_a_number_is_a_text_with_fixed_decimals(decimals: int, text: str) -> None:
    CELLS["G2"] = Fraction(3, 2)
    agrees(live.as_text(Live("G2", Fraction(3, 2)), decimals), text)


def test_a_text_of_what_is_no_number_is_nothing() -> None:
    assert live.as_text(WORD, 2).value == ""


def test_a_division_by_nothing_is_kept_away_by_a_condition() -> None:
    error = A / EMPTY
    assert [f.value for f in (error, error + A, B * error)] == [live.ERROR] * 3
    assert [live.half_up(error, 2).value, live.half_even(error, 2).value] == [live.ERROR] * 2
    agrees(live.when(live.is_number(EMPTY), error, B), 2)


def test_a_sum_of_a_range_counts_no_texts() -> None:
    values = [Fraction(1, 3), "甲", None, Fraction(2, 3)]
    found = live.sum_of("A1:A4", values)
    assert (found.value, computed(found.text, {"A1:A4": values})) == (1, 1)
    assert found.sure


@pytest.mark.parametrize("decimals", range(5))
@pytest.mark.parametrize("noise", [0, 1, -1])
def test_the_noise_of_binary_numbers_does_not_move_a_half(decimals: int, noise: int) -> None:
    """As a cell may hold it: a half of the last place, a little more, a little less."""
    unit = Fraction(1, 10**decimals)
    for count in (2, 3):
        held = (count + Fraction(1, 2)) * unit + Fraction(noise, 10**13)
        for sign in (1, -1):
            cell = {"B2": sign * held}
            up = live.half_up(Live("B2", sign * held), decimals)
            assert computed(up.text, cell) == sign * (count + 1) * unit
            even = live.half_even(Live("B2", sign * held), decimals)
            assert computed(even.text, cell) == sign * (2 if count == 2 else 4) * unit


def test_a_product_is_rounded_without_brackets() -> None:
    assert live.half_up(A * B, 2).text == "ROUND(ROUND(B2*C2*100,9),0)/100"
    assert live.half_even(A * B, 2).text.startswith("IF(ABS(ROUND(B2*C2*100,9)-INT(")


@pytest.mark.parametrize("method", [live.half_up, live.half_even])
def test_what_is_no_half_goes_to_the_nearer(method: Callable[[Live, int], Live]) -> None:
    for count, want in ((Fraction("2.4999"), 2), (Fraction("2.5001"), 3), (Fraction("3.4999"), 3)):
        for sign in (1, -1):
            value = sign * count / 100
            found = method(Live("B2", value), 2)
            assert found.value == sign * Fraction(want, 100)
            assert computed(found.text, {"B2": value}) == found.value


def test_noise_does_not_carry_a_number_over_a_bound() -> None:
    a = CellArithmetic()
    held = Live("B2", Fraction(90))
    for noise in (Fraction(1, 10**12), Fraction(-1, 10**12)):
        cell = {"B2": 90 + noise}
        for compared, want in ((a.below, False), (a.above, False), (a.reaches, True)):
            assert computed(compared(held, a.points(900_000)).text, cell) is want
        assert computed(live.compare(live.clean(held), "=", live.constant(900_000)).text, cell)


def test_a_day_is_the_number_that_a_workbook_counts_it_by() -> None:
    assert live.ordinal(date(1900, 3, 1)) == 61
    assert live.ordinal(date(2024, 1, 1)) == 45292


def test_what_is_known_without_any_cell_is_not_written_out() -> None:
    a = CellArithmetic()
    one, two = a.points(10_000), a.points(20_000)
    assert [a.below(one, two), a.below(two, one), a.reaches(one, one)] == [YES, NO, YES]
    asked = a.is_there(A)
    assert [a.every(), a.every(YES, NO), a.some(), a.some(NO, YES)] == [YES, NO, NO, YES]
    assert [a.every(asked, YES, asked), a.some(NO, asked, asked)] == [asked, asked]
    assert [a.no(YES), a.no(NO), a.no(asked).text] == [NO, YES, "NOT(ISNUMBER(B2))"]
    assert [a.is_there(one), a.is_there(A + B), a.when(YES, A, B), a.when(NO, A, B)] == [
        YES, YES, A, B,
    ]  # fmt: skip
    assert a.total([]).text == "0"
    assert a.or_zero(A + B).text == "B2+C2"
    assert a.or_zero(A).text == "N(B2)"


def test_a_guarded_number_is_guarded_once() -> None:
    a = CellArithmetic()
    there = a.is_there(A)
    guarded = a.when(there, A + B, a.absent)
    assert guarded.text == 'IF(ISNUMBER(B2),B2+C2,"")'
    assert a.is_there(guarded) == there
    assert a.or_zero(guarded).text == "IF(ISNUMBER(B2),B2+C2,0)"
    above = a.above(guarded, a.points(0))
    assert above.text == "IF(ISNUMBER(B2),ROUND(B2+C2,10)>0,FALSE)"
    also = a.when(a.is_there(B), guarded, a.absent)
    assert also.text == 'IF(AND(ISNUMBER(C2),ISNUMBER(B2)),B2+C2,"")'
    assert a.rounded(guarded, Rounding()).text == (
        'IF(ISNUMBER(B2),ROUND(ROUND((B2+C2)*100,9),0)/100,"")'
    )


def test_a_comparison_of_what_cannot_be_computed_is_no_error() -> None:
    """AND looks at all that it is given: a text in a sum behind it would be #VALUE!."""
    a = CellArithmetic(absent=BLANK)
    number = a.when(a.is_there(A), A + B, a.absent)
    capped = a.when(a.above(number, a.points(80_000)), a.points(80_000), number)
    for content, want in ((Fraction(7), 8), (Fraction(5), 7), (BLANK, BLANK)):
        assert computed(capped.text, {**CELLS, "B2": content}) == want


def test_what_is_sure_needs_no_question() -> None:
    a = CellArithmetic()
    sure = [A + B, live.constant(5), live.as_number(WORD), live.least(A, B), live.most(A, B),
            live.half_up(A + B, 2), live.half_even(A + B, 2),
            a.when(a.is_there(A), A + B, a.points(0))]  # fmt: skip
    assert [a.is_there(number) for number in sure] == [YES] * len(sure)
    unsure = [A, live.half_up(A, 2), a.when(a.is_there(A), A, a.points(0))]
    assert YES not in [a.is_there(number) for number in unsure]


def test_a_labelled_number_gets_a_cell_and_stays_as_sure() -> None:
    labels: list[str] = []

    def put(label: str, formula: Live) -> Live:
        labels.append(label)
        return Live("Z9", formula.value)

    a = CellArithmetic(put)
    assert a.put("和", A + B) == Live("Z9", Fraction(9))
    assert (a.put("和", A + B).sure, a.put("数", A).sure) == (True, False)
    assert a.put_condition("在", a.is_there(A)) == Live("Z9", True)
    assert labels == ["和", "和", "数", "在"]
    assert CellArithmetic().put("和", A) is A


def test_a_number_that_a_sheet_shows_is_looked_up_there() -> None:
    a = CellArithmetic(settings={("weight", "网站"): A})
    assert a.setting("weight", "网站", 10_000) is A
    assert a.setting("weight", "台账", 10_000).text == "1"
    assert a.setting("full", "网站", 10_000).text == "1"
    assert a.count(3).text == "3"
