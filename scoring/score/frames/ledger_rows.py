"""台账: the rows of a ledger, judged and added up in the dataframe library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Final

import narwhals as nw

from scoring.rules import ledger
from scoring.rules.column_numbers import Column, filled
from scoring.rules.column_rows import Steps, expr_of
from scoring.rules.columns import NO, ColumnArithmetic, Condition
from scoring.rules.ledger import COUNTED, HELD, PENDING, UNDATED, Days
from scoring.scheme import Ledger, Rule
from scoring.score.frames.sums import (
    Expr,
    How,
    Sums,
    UnitList,
    case,
    doubtful,
    flag,
    numbered,
    steps_for,
    summed,
)
from scoring.score.frames.tables import Frame, Frames
from scoring.score.unit import Course
from scoring.tables import EntryRow, RefusedRow, UnitRow, column

UNIT: Final = column(UnitRow.unit)
PARENT: Final = column(UnitRow.parent)
COMPONENT: Final = column(EntryRow.component)
RULE: Final = column(EntryRow.rule)
POINTS: Final = column(EntryRow.points)
SAME_PROBLEM: Final = column(EntryRow.same_problem)
SEQUENCE: Final = column(EntryRow.sequence)


_KINDS: Final = {COUNTED: 1, HELD: 2, PENDING: 3, UNDATED: 3}
"""What adding up tells apart, as numbers: texts take twice the time."""


def _kind(status: str) -> int:
    return _KINDS.get(status, 0)


def _charged(frames: Frames, rows: Frame) -> Frame:
    """Rows with ``parent`` and with ``home``, the graded unit that they concern."""
    if frames.placed:
        return rows.with_columns(home=nw.col(UNIT))
    of_others = frames.units.filter(~nw.col(PARENT).is_null()).select(UNIT, PARENT)
    return rows.join(of_others, on=UNIT, how="left").with_columns(
        home=nw.when(nw.col(PARENT).is_null()).then(nw.col(UNIT)).otherwise(nw.col(PARENT))
    )


class RowColumns(ledger.Row[str]):
    """Ledger rows as columns, asked by the rules. A condition goes by a name, so that rules which ask
    the same are said the same: ``columns`` holds what is asked of the rows."""

    def __init__(self) -> None:
        self.columns: dict[str, Expr] = {}
        self._exprs: dict[str, Expr] = {}

    def expr(self, condition: str) -> Expr:
        """The condition over the rows and ``columns``."""
        return self._exprs[condition]

    def _asked(self, name: str, expr: Expr) -> str:
        self.columns.setdefault(name, expr)
        self._exprs.setdefault(name, nw.col(name))
        return name

    def _made(self, name: str, expr: Expr) -> str:
        self._exprs.setdefault(name, expr)
        return name

    def has(self, field: str) -> str:
        field = PARENT if field == ledger.OF_SUBORDINATE else field
        there = nw.col("repeated").fill_null(False) if field == ledger.REPEATED_ROW else (
            ~nw.col(field).is_null())  # fmt: skip
        return self._asked(f"has {field}", there)

    def says(self, field: str, word: str) -> str:
        return self._asked(f"{field} {word}", (nw.col(field) == word).fill_null(False))

    def after(self, field: str, day: date | str) -> str:
        other = nw.col(day) if isinstance(day, str) else day
        return self._asked(f"{field} after {day}", (nw.col(field) > other).fill_null(False))

    def every(self, *conditions: str) -> str:
        exprs = [self._exprs[condition] for condition in conditions]
        whole = reduce(lambda a, b: a & b, exprs) if exprs else nw.lit(True)
        return self._made(f"every({', '.join(conditions)})", whole)

    def no(self, condition: str) -> str:
        return self._made(f"no({condition})", ~self._exprs[condition])


def judged(
    frames: Frames, key: str, component: Ledger, days: Days, said: Callable[[str], str | int] = str
) -> Frame:
    """The ledger's rows with ``home``, the graded unit that each is charged to, and ``status``: what
    ``said`` gives of what becomes of it (see ``scoring.rules.ledger.entry_status``)."""
    row = RowColumns()
    alike: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for rule in component.rules:
        alike.setdefault(tuple(ledger.entry_status(row, rule, days)), []).append(rule.code)
    cases = [
        (nw.col(RULE).is_in(codes), case([(row.expr(h), nw.lit(said(s))) for h, s in chain]))
        for chain, codes in alike.items()
    ]
    rows = frames.entries.filter(nw.col(COMPONENT) == key)
    asked = [expr.alias(name) for name, expr in row.columns.items()]
    return (
        _charged(frames, rows).with_columns(*asked).with_columns(status=case(cases))
        .drop(*row.columns)
    )  # fmt: skip


def times_of(counted: Expr) -> Expr:
    """How often the problem of a row that ``counted`` has, with this row, been counted until its day."""
    return flag(counted).cum_sum().over(
        "home", RULE, SAME_PROBLEM, order_by=[ledger.FOUND, SEQUENCE]
    )  # fmt: skip


@dataclass(frozen=True)
class LedgerSums:
    """``sums``: by unit and rule how many rows ``counted``, were ``held`` or ``lacking``, what they cost
    (``nominal``) and whether one is in ``doubt``; ``costs``: what a row of each rule costs, whose scale
    its sum has; ``refused``: how many rows of a unit were refused."""

    sums: Sums
    costs: Sequence[Column]
    refused: Sums


def ledger_sums(
    frames: Frames, units: UnitList, run: Course, key: str, component: Ledger
) -> LedgerSums:
    """What the rows of a ledger come to."""
    # Rows of rules that these groups do not have are no business of theirs.
    codes = [rule.code for rule in component.rules]
    rows = judged(frames, key, component, run.days, _kind)
    rows = rows.filter(nw.col(RULE).is_in(codes))
    counted = (nw.col("status") == _KINDS[COUNTED]).fill_null(False)
    if any(rule.repeat for rule in component.rules):
        # 同一问题再次发生, counted along the days.
        rows = rows.with_columns(times=times_of(counted))
    a, steps = ColumnArithmetic(), steps_for(frames)
    own = a.read(steps.col(POINTS))
    costs = [ledger.entry_cost(a, rule, own, _again(rule, steps)) for rule in component.rules]
    cost = case([(nw.col(RULE) == rule.code, expr_of(column.values))
                  for rule, column in zip(component.rules, costs, strict=True)])  # fmt: skip
    rows = steps.on(rows).with_columns(doubt=doubtful(a))
    status = nw.col("status")
    sums = summed(units, rows, "home", numbered(RULE, codes), len(codes), {
        "counted": (flag(counted), "sum"),
        "held": (flag((status == _KINDS[HELD]).fill_null(False)), "sum"),
        "lacking": (flag((status == _KINDS[PENDING]).fill_null(False)), "sum"),
        "nominal": (nw.when(counted).then(cost).otherwise(nw.lit(0, nw.Int64)), "sum"),
        "doubt": (nw.col("doubt"), "max"),
    })  # fmt: skip
    refused = frames.refused.filter(
        (nw.col(column(RefusedRow.component)) == key) & ~nw.col(column(RefusedRow.unit)).is_null()
    )
    one: dict[str, tuple[Expr, How]] = {"refused": (nw.lit(1, nw.Int64), "sum")}
    gone = summed(units, _charged(frames, refused), "home", None, 1, one)
    return LedgerSums(sums, costs, gone)


def _again(rule: Rule, steps: Steps) -> Condition:
    """Whether a row is a further one of its problem, which costs more."""
    if rule.repeat is None:
        return NO
    often = steps.col("times") >= rule.repeat.start
    return Condition(filled(~steps.col(SAME_PROBLEM).is_null() & often, False))
