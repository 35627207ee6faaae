"""Columns of integers: whatever the rules compute with them is what the exact rules give in every row that
is not in doubt, and no bound that a column states is too small."""

from __future__ import annotations

import random
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.rules import column_numbers as numbers
from scoring.rules.column_numbers import LARGEST, Column, constant, floor_half_even, floor_half_up
from scoring.rules.column_rows import Rows, Steps, expr_of
from scoring.rules.columns import MOST, ColumnArithmetic, Condition
from scoring.rules.exact import ABSENT, EXACT, Exact
from scoring.scheme import Rounding
from scoring.score.frames import records
from tests.algebra_oracle import half_even, half_up
from tests.expressions import PLACES, Build, condition, contents, maybe, sure


def column(values: list[int | None], divisor: Fraction = Fraction(1)) -> Column:
    """A column with the smallest bound that its values allow, made as a table is read."""
    array: Any = np.ma.array([v or 0 for v in values], mask=[v is None for v in values])  # type: ignore[no-untyped-call]
    return Column(array, divisor, max((abs(v) for v in values if v is not None), default=0))


def listed(values: Any, rows: int) -> list[Any]:
    """Values by row; an integer or a truth value is the same in every row."""
    found = values if isinstance(values, int) else values.tolist()
    return found if isinstance(found, list) else [found] * rows


def fits(found: Column, exact: list[Fraction | None], doubt: Any = None) -> None:
    """Every row that is not in doubt holds the exact number but for the error that the column states."""
    rows = len(exact)
    held = [None] * rows if found.absent else listed(found.values, rows)
    unsure = [False] * rows if doubt is None else doubt.tolist()
    for value, want, in_doubt in zip(held, exact, unsure, strict=True):
        if in_doubt:
            continue
        assert (value is None) == (want is None), (held, exact)
        if value is not None and want is not None:
            assert abs(value) <= found.most <= 2 * LARGEST
            assert abs(value - want * found.divisor) <= found.error


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(sure(3), maybe(3), condition(3)), st.lists(contents, min_size=1, max_size=4))
def test_columns_compute_what_the_exact_rules_give(
    build: Build, rows: list[list[int | None]]
) -> None:
    a = ColumnArithmetic()
    found = build(a, [column([row[i] for row in rows]) for i in range(PLACES)])
    exact = [build(EXACT, [ABSENT if n is None else Exact(n) for n in row]) for row in rows]
    if isinstance(found, Condition):
        held = found.values if found.known is None else found.known
        unsure = [False] * len(rows) if a.doubt is None else a.doubt.tolist()
        for value, want, in_doubt in zip(listed(held, len(rows)), exact, unsure, strict=True):
            assert in_doubt or value == want
    else:
        fits(found, [None if n.value is None else Fraction(n.value) for n in exact], a.doubt)


SIZES = (1, 7, 10**4, 10**8, 2**31, 2**45, 2**60)
DIVISORS = (Fraction(1), Fraction(3), Fraction(10**4), Fraction(7, 3), Fraction(1, 10**6),
            Fraction(2**31 - 1), Fraction(10**15), Fraction(2**40, 3**20))  # fmt: skip


def drawn(random_: random.Random, error: int = 0) -> tuple[Column, list[Fraction | None]]:
    """A column and what it stands for; within ``error`` of its integers where it is not exact."""
    size = random_.choice(SIZES)
    integers = [random_.choice([size, -size, size // 2, random_.randint(-size, size), None])
                for _ in range(6)]  # fmt: skip
    divisor = random_.choice(DIVISORS)
    array: Any = np.ma.array([v or 0 for v in integers], mask=[v is None for v in integers])  # type: ignore[no-untyped-call]
    exact = [
        None if v is None else (v + random_.choice([-error, 0, error])) / divisor for v in integers
    ]
    return Column(array, divisor, size, error), exact


@pytest.mark.parametrize("seed", range(150))
def test_no_bound_of_a_calculated_column_is_too_small(seed: int) -> None:
    """Sums, differences, products and quotients of any size, with what their integers lack."""
    random_ = random.Random(seed)
    (one, a), (other, b) = (drawn(random_, random_.choice([0, 0, 3, 1000])) for _ in range(2))
    pairs = list(zip(a, b, strict=True))
    fits(one + other, [None if None in p else sum(p) for p in pairs])  # type: ignore[arg-type]
    fits(one - other, [None if x is None or y is None else x - y for x, y in pairs])
    fits(one * other, [None if None in p else Fraction(prod(p)) for p in pairs])  # type: ignore[arg-type]
    by = constant(random_.choice([-7, 1, 3, 10**4]), random_.choice(DIVISORS))
    assert by.constant is not None
    factor = by.constant / by.divisor
    fits(one * by, [None if x is None else x * factor for x in a])
    fits(by * one, [None if x is None else x * factor for x in a])
    fits(one / by, [None if x is None else x / factor for x in a])
    fits(one + by, [None if x is None else x + factor for x in a])
    fits(by - one, [None if x is None else factor - x for x in a])


@pytest.mark.parametrize("seed", range(80))
def test_no_bound_of_a_quotient_is_too_small(seed: int) -> None:
    """By few different divisors, which are exact, and by many large ones, which are not."""
    random_ = random.Random(seed)
    one, a = drawn(random_, random_.choice([0, 0, 3, 1000]))
    most = random_.choice([1, 3, 10, 10**4, 10**8])
    least = random_.choice([1, max(most // 2, 1), most])
    by = [random_.randint(least, most) for _ in a]
    divisor = random_.choice(DIVISORS)
    found = one / column(list(by), divisor)
    fits(found, [None if x is None else x * divisor / y for x, y in zip(a, by, strict=True)])


def test_few_divisors_round_nothing() -> None:
    found = column([1, 5, None]) / column([3, 7, 9])
    assert (found.error, found.divisor) == (0, 63)
    assert found.values.tolist() == [21, 45, None]
    assert found.most == 5 * 21


def test_a_common_divisor_is_found_where_it_just_fits() -> None:
    """Thirds and sixths of numbers so large that only twice of them fits: exact, since 6 is twice 3."""
    large = column([LARGEST // 5, LARGEST // 5])
    assert (large / column([3, 6])).error == 0


def test_sums_and_products_that_fit_round_nothing() -> None:
    one, other = column([10, -4], Fraction(3)), column([7, 9], Fraction(2))
    assert [(one + other).error, (one - other).error, (one * other).error] == [0, 0, 0]
    assert [(one + other).divisor, (one * other).divisor] == [6, 6]
    assert [(one + other).most, (one - other).most, (one * other).most] == [47, 47, 90]
    assert [(one + other).values.tolist(), (one - other).values.tolist()] == [[41, 19], [-1, -35]]


def test_what_is_added_to_or_compared_with_an_error_keeps_it() -> None:
    near = Column(np.ma.array([10], mask=[False]), most=10, error=3)  # type: ignore[no-untyped-call]
    far = Column(np.ma.array([20], mask=[False]), most=20, error=5)  # type: ignore[no-untyped-call]
    assert [(near + far).error, (near - far).error] == [8, 8]
    assert (near * far).error == 3 * 20 + 5 * 10 + 3 * 5
    assert (near.times(Fraction(2, 3)).error, near.times(Fraction(2, 3)).divisor) == (3, 1.5)
    assert (near / column([2])).error == 3
    a = ColumnArithmetic()
    there = a.is_there(near)
    assert (a.when(there, near, far).error, a.when(there, near, a.absent).error) == (5, 3)
    assert a.or_zero(near).error == 3
    assert a.doubt is None


def test_errors_of_both_sides_of_a_comparison_add_up() -> None:
    """10 and 16, each off by 3, may be equal; 10 and 17 are not."""
    a = ColumnArithmetic()
    one, other = (Column(np.ma.array(v), Fraction(1), 20, 3) for v in ([10, 10, 17], [16, 17, 10]))
    below = a.below(one, other)
    assert a.doubt is not None
    assert a.doubt.tolist() == [True, False, False]
    assert below.values.tolist()[1:] == [True, False]


@pytest.mark.parametrize(("size", "one", "other"), [
    (2**60, Fraction(1), Fraction(7, 3)),  # larger than an eighth of 64 bits: over less than one
    (2**40, Fraction(10**6), Fraction(10**6 + 3, 7)),
    (10**6, Fraction(3**25), Fraction(5**20)),
    (2**31, Fraction(1), Fraction(2**31 - 1)),
])  # fmt: skip
def test_unlike_divisors_are_levelled_with_little_error(
    size: int, one: Fraction, other: Fraction
) -> None:
    """Sums and differences hold within the stated error, which is small beside the numbers."""
    values = [size, -size, size // 3, 0]
    others = [int(size * other / one) // 2 + n for n in (0, 1, 2, 3)]
    a, b = column(list(values), one), column(list(others), other)
    for found, sign in ((a + b, 1), (a - b, -1)):
        exact = [x / one + sign * y / other for x, y in zip(values, others, strict=True)]
        fits(found, exact)
        assert found.error / found.divisor <= Fraction(size) / one / 2**26 + 16


@pytest.mark.parametrize("sizes", [(2**40, 2**40), (2**60, 2**10), (3, 2**59), (2**60, 2**60)])
def test_products_that_do_not_fit_keep_their_first_digits(sizes: tuple[int, int]) -> None:
    one, other = ([size, -size, size // 3, 0] for size in sizes)
    found = column(list(one)) * column(list(other))
    fits(found, [Fraction(x * y) for x, y in zip(one, other, strict=True)])
    assert found.error / found.divisor <= Fraction(sizes[0] * sizes[1], 2**26)


@pytest.mark.parametrize("seed", range(40))
def test_another_divisor_costs_no_more_than_its_bound_and_little(seed: int) -> None:
    """Over a divisor that is no multiple: within the stated error, which is small beside the numbers."""
    random_ = random.Random(seed)
    most = random_.choice([2**30 - 1, 2**30 + 7, 10**9, 10**15])
    values = [most, -most, most - 1, most // 3, None]
    error = random_.choice([0, 5])
    for _ in range(20):
        above, below = random_.randint(2**31, 2**45), random_.randint(2**28, 2**36)
        target = Fraction(above, below)
        if most * target >= LARGEST // 4:
            target /= 2**30
        given = column(list(values))
        given = Column(given.values, given.divisor, given.most, error)
        found = numbers.over(given, target)
        exact = [None if v is None else Fraction(v) for v in values]
        fits(found, exact)
        # An error of the column itself is carried over; beside that 26 binary digits are right.
        assert found.error <= error * target * 2 + most * target / 2**26 + 8


@pytest.mark.parametrize("method", ["half_up", "half_even"])
@pytest.mark.parametrize("decimals", [0, 2, 4])
def test_only_what_lies_within_the_error_of_a_half_is_in_doubt(method: Any, decimals: int) -> None:
    step = 10 ** (4 - decimals) * 1000
    halves = [step // 2 + d for d in (-9, -8, -4, 0, 4, 5, 9)]
    near = Column(np.ma.array(halves, mask=[False] * 7), Fraction(1000), 10**8, 4)  # type: ignore[no-untyped-call]
    a = ColumnArithmetic()
    found = a.rounded(near, Rounding(decimals=decimals, method=method))
    assert a.doubt.tolist() == [False, False, True, True, True, False, False]
    whole = 10 ** (4 - decimals)
    sure = [
        v for v, unsure in zip(found.values.tolist(), a.doubt.tolist(), strict=True) if not unsure
    ]
    assert sure == [0, 0, whole, whole]
    assert found.error == 0


@pytest.mark.parametrize("method", ["half_up", "half_even"])
@pytest.mark.parametrize(("divisor", "decimals", "points"), [
    (Fraction(10**13, 3), 2, [899949, 899950, 899951, -899950, 0, None]),
    (Fraction(5 * 10**13, 49), 2, [899949, 899950, 899951, -899951]),
    (Fraction(10**17), 0, [0, 1, 2, 5, -5]),
    (Fraction(9 * 10**14), 0, [4999, 5000, 5001, -5001]),
    (Fraction(1, 3), 2, [899949, 899950, 899951, 900000, -12]),
    (Fraction(2**40, 3**9), 2, [899949, 899951, 12]),
])  # fmt: skip
def test_rounding_over_divisors_that_64_bits_hardly_hold(
    method: Any, divisor: Fraction, decimals: int, points: list[int | None]
) -> None:
    """Ten-thousandths over odd divisors: what is not in doubt is exact, and only a half is in doubt."""
    values = [None if n is None else round(n * divisor) for n in points]
    exact = [None if v is None else v / divisor for v in values]
    a = ColumnArithmetic()
    found = a.rounded(column(values, divisor), Rounding(decimals=decimals, method=method))
    step = 10 ** (4 - decimals)
    to_whole = half_up if method == "half_up" else half_even
    fits(found, [None if n is None else to_whole(n / step, 0) * step for n in exact], a.doubt)
    unsure = [False] * len(points) if a.doubt is None else np.ma.filled(a.doubt, False).tolist()
    for number, in_doubt in zip(exact, unsure, strict=True):
        if number is not None and abs(abs(number) % step - Fraction(step, 2)) > Fraction(1, 2):
            assert not in_doubt, number


@pytest.mark.parametrize("values", [[0], [1, 3], [-5, None, 2**40]])
def test_what_is_known_of_values(values: list[int | None]) -> None:
    array = column(values).values
    there = [v for v in values if v is not None]
    assert numbers.largest(array, 5) == max(map(abs, there))
    assert numbers.largest(np.ma.array([]), 5) == 5  # type: ignore[no-untyped-call]
    assert numbers.smallest(abs(array)) == min([abs(v) for v in there] + [1] * (None in values))
    assert numbers.smallest(np.ma.array([])) == 1  # type: ignore[no-untyped-call]
    rows = Steps().col("a")
    assert (numbers.largest(rows, 5), numbers.smallest(rows)) == (5, 1)


NUMBERS = [0, 1, 2, 3, 5, 7, 15, 25, 10**6 + 5, 2**40 + 1]


@pytest.mark.parametrize("divisor", [1, 2, 3, 10, 2**20])
def test_halves_of_integers_in_both_kinds_of_columns(divisor: int) -> None:
    """By numpy and by a dataframe."""
    values = [sign * n for n in NUMBERS for sign in (1, -1)]
    frame = pl.DataFrame({"a": values})
    for method, exact in ((floor_half_up, half_up), (floor_half_even, half_even)):
        want = [exact(Fraction(v, divisor), 0) for v in values]
        assert method(column(list(values)).values, divisor).tolist() == want
        steps = Steps()
        found = method(steps.col("a"), divisor)
        assert rows_of(frame, steps, found) == want


def rows_of(frame: pl.DataFrame, steps: Steps, found: Rows) -> list[Any]:
    """What an expression comes to."""
    import narwhals as nw

    table = steps.on(nw.from_native(frame.lazy())).select(expr_of(found).alias("found"))
    return [row["found"] for row in records(table)]


@pytest.mark.parametrize("floats", [False, True])
def test_rows_of_a_frame_compute_as_integers_do(floats: bool) -> None:
    """``floats``: as for a library that divides in binary floats."""
    left, right = [7, 0, 9, 2**60 + 1, 8], [2, 3, 3, 3, 8]
    frame = pl.DataFrame({"a": left, "b": right})
    pairs = list(zip(left, right, strict=True))

    def both(how: Any) -> None:
        steps = Steps(floats)
        found = how(steps.col("a"), steps.col("b"))
        assert rows_of(frame, steps, found) == [how(x, y) for x, y in pairs]

    for how in (
        lambda x, y: x + y, lambda x, y: x - y, lambda x, y: 5 - y, lambda x, y: 5 + y,
        lambda x, y: 3 * y, lambda x, y: (x // 8) * y, lambda x, y: x // y, lambda x, y: x % y,
        lambda x, y: x < y, lambda x, y: x <= y, lambda x, y: x > y, lambda x, y: x >= y,
        lambda x, y: (x > y) & (y > 2), lambda x, y: (x > y) | (y > 2),
        lambda x, y: abs(y - x), lambda x, y: x // 7, lambda x, y: x % 7,
    ):  # fmt: skip
        both(how)
    steps = Steps(floats)
    a, b = steps.col("a"), steps.col("b")
    assert rows_of(frame, steps, a.equals(b)) == [x == y for x, y in pairs]
    assert rows_of(frame, steps, ~(a > b)) == [x <= y for x, y in pairs]


def test_steps_of_a_frame_come_after_what_they_need() -> None:
    steps = Steps()
    first = (steps.col("a") + 1).kept()
    second = (first + steps.col("a")).kept()
    beside = (steps.col("a") * 2).kept()
    assert [len(layer) for layer in steps.layers] == [2, 1]
    assert [first.level, second.level, beside.level] == [1, 2, 1]
    assert rows_of(pl.DataFrame({"a": [3]}), steps, second + beside) == [13]


def test_what_is_absent_in_a_frame() -> None:
    frame = pl.DataFrame({"a": [1, None, 3]})
    steps = Steps()
    a = steps.col("a")
    assert rows_of(frame, steps, a.is_null()) == [False, True, False]
    assert rows_of(frame, steps, a.filled(7)) == [1, 7, 3]
    assert rows_of(frame, steps, (a > 1).filled(False).where(a, None)) == [None, None, 3]
    assert rows_of(frame, steps, (a > 1).filled(False).where(5, a)) == [1, None, 5]


def test_a_bound_is_read_again_only_where_it_is_wider() -> None:
    a = ColumnArithmetic()
    wide = Column(column([MOST, MOST + 1]).values, most=2 * MOST)
    fitted = a.bounded(wide)
    assert (fitted.most, a.doubt.tolist()) == (MOST, [False, True])
    assert fitted.values.tolist() == [MOST, 0]
