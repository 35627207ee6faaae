"""From the rows of the tables to sums, one row a unit and rule, item or component: in the dataframe
library, which may hold millions of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any, Final, Literal

import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa

from scoring.rules import forms, ledger
from scoring.rules.column_numbers import Column, filled
from scoring.rules.column_rows import Steps, expr_of
from scoring.rules.columns import MOST_COUNTED, NO, ColumnArithmetic, Condition
from scoring.rules.ledger import COUNTED, HELD, PENDING, UNDATED, Days
from scoring.scheme import Leaf, Ledger, Rule, SelfAssessment
from scoring.score.frames.tables import Frame, Frames, arrow_of
from scoring.score.unit import Course

Expr = nw.Expr
MOST_LATE: Final = 10**5
"""The largest number of days late that is counted on."""
ONE: Final = ("",)
"""The cells of what is summed up by unit alone."""


@dataclass(frozen=True)
class Sums:
    """What the rows of a component came to: by name an array of units by cells (rules, items)."""

    arrays: Mapping[str, np.ndarray]

    def of(self, name: str, units: np.ndarray, cell: int = 0) -> np.ndarray:
        """One cell of some units."""
        return self.arrays[name][units, cell]


class UnitList:
    """The graded units in the order in which every array holds them."""

    def __init__(self, frames: Frames) -> None:
        table = arrow_of(
            frames.units.filter(nw.col("parent").is_null()).select("unit", "group", "position")
        )
        self.names: list[str] = table["unit"].to_pylist()
        self.groups: list[str] = table["group"].to_pylist()
        self.positions: list[int] = table["position"].to_pylist()
        self._index = pd.Index(self.names)

    def spread(
        self, table: pa.Table, by: Sequence[str], cells: Sequence[object], names: Sequence[str]
    ) -> Sums:
        """Columns of a table ``by`` unit and, if given, cell; 0 where there is no row."""
        at = self._index.get_indexer(table[by[0]].to_pylist())
        cell = np.zeros_like(at)
        if len(by) > 1:
            cell = pd.Index(cells).get_indexer(table[by[1]].to_pylist())
        known = (at >= 0) & (cell >= 0)
        out = {}
        for name in names:
            values = np.zeros((len(self.names), len(cells)), dtype=np.int64)
            values[at[known], cell[known]] = table[name].fill_null(0).to_numpy()[known]
            out[name] = values
        return Sums(out)


How = Literal["sum", "max", "min"]


def _gathered(
    units: UnitList, rows: Frame, by: Sequence[str], cells: Sequence[object],
    sums: Mapping[str, tuple[Expr, How]],
) -> Sums:  # fmt: skip
    """The rows summed up ``by`` unit and, if given, cell. Sums are cast: DuckDB widens them."""
    wide = rows.select(*by, *(expr.alias(name) for name, (expr, _) in sums.items()))
    found = wide.group_by(*by).agg(
        *(getattr(nw.col(name), how)() for name, (_, how) in sums.items())
    )
    kept = found.select(*by, *(nw.col(name).cast(nw.Int64) for name in sums))
    return units.spread(arrow_of(kept), by, cells, list(sums))


def _flag(condition: Expr) -> Expr:
    """1 where the condition holds, else 0: summed, it counts."""
    return nw.when(condition).then(nw.lit(1, nw.Int64)).otherwise(nw.lit(0, nw.Int64))


def _case(cases: Sequence[tuple[Expr, Expr]]) -> Expr:
    """What stands at the first condition that holds; nothing where none does."""
    out: Expr | None = None
    for holds, then in reversed(cases):
        chosen = nw.when(holds).then(then)
        out = chosen if out is None else chosen.otherwise(out)
    assert out is not None
    return out


def _steps(frames: Frames) -> Steps:
    return Steps(floats=frames.units.implementation.is_spark_like())


def _doubt(a: ColumnArithmetic) -> Expr:
    return nw.lit(0, nw.Int64) if a.doubt is None else _flag(expr_of(a.doubt))


def _charged(frames: Frames, rows: Frame) -> Frame:
    """Rows with ``parent`` and with ``home``, the graded unit that they concern."""
    return rows.join(frames.units.select("unit", "parent"), on="unit", how="left").with_columns(
        home=nw.when(nw.col("parent").is_null()).then(nw.col("unit")).otherwise(nw.col("parent"))
    )


# 台账


class RowColumns(ledger.Row[str]):
    """Ledger rows as columns, asked by the rules. A condition goes by a name, so that rules which ask
    the same are told the same: ``columns`` holds what is asked of the rows."""

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
        field = "parent" if field == "subordinate" else field
        there = nw.col("repeated").fill_null(False) if field == "repeated" else (
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


def judged(frames: Frames, key: str, component: Ledger, days: Days) -> Frame:
    """The ledger's rows with ``home``, the graded unit that each is charged to, and ``status``, what
    becomes of it (see ``scoring.rules.ledger.entry_status``)."""
    row = RowColumns()
    alike: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for rule in component.rules:
        alike.setdefault(tuple(ledger.entry_status(row, rule, days)), []).append(rule.code)
    cases = [
        (nw.col("rule").is_in(codes), _case([(row.expr(h), nw.lit(s)) for h, s in chain]))
        for chain, codes in alike.items()
    ]
    rows = frames.entries.filter(nw.col("component") == key)
    asked = [expr.alias(name) for name, expr in row.columns.items()]
    return (
        _charged(frames, rows).with_columns(*asked).with_columns(status=_case(cases))
        .drop(*row.columns)
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
    rows = judged(frames, key, component, run.days)
    counted = (nw.col("status") == COUNTED).fill_null(False)
    if any(rule.repeat for rule in component.rules):
        # 同一问题再次发生, counted along the days.
        times = _flag(counted).cum_sum().over(
            "home", "rule", "same_problem", order_by=["found", "sequence"]
        )  # fmt: skip
        rows = rows.with_columns(times=times)
    a, steps = ColumnArithmetic(), _steps(frames)
    own = a.read(steps.col("points"))
    costs = [ledger.entry_cost(a, rule, own, _again(rule, steps)) for rule in component.rules]
    cost = _case([(nw.col("rule") == rule.code, expr_of(column.values))
                  for rule, column in zip(component.rules, costs, strict=True)])  # fmt: skip
    rows = steps.on(rows).with_columns(doubt=_doubt(a))
    status = nw.col("status")
    sums = _gathered(units, rows, ["home", "rule"], [rule.code for rule in component.rules], {
        "counted": (_flag(counted), "sum"),
        "held": (_flag((status == HELD).fill_null(False)), "sum"),
        "lacking": (_flag(status.is_in([PENDING, UNDATED]).fill_null(False)), "sum"),
        "nominal": (nw.when(counted).then(cost).otherwise(nw.lit(0, nw.Int64)), "sum"),
        "doubt": (nw.col("doubt"), "max"),
    })  # fmt: skip
    refused = frames.refused.filter((nw.col("component") == key) & ~nw.col("unit").is_null())
    one: dict[str, tuple[Expr, How]] = {"refused": (nw.lit(1, nw.Int64), "sum")}
    gone = _gathered(units, _charged(frames, refused), ["home"], ONE, one)
    return LedgerSums(sums, costs, gone)


def _again(rule: Rule, steps: Steps) -> Condition:
    """Whether a row is a further one of its problem, which costs more."""
    if rule.repeat is None:
        return NO
    often = steps.col("times") >= rule.repeat.start
    return Condition(filled(~steps.col("same_problem").is_null() & often, False))


# 考核表


@dataclass(frozen=True)
class Way:
    """A way of scoring items: the cells of a period by group and number of the 一级指标, which of these
    have such items, and the points of a row, whose scale their sums have."""

    cells: Mapping[tuple[str, int], int]
    used: frozenset[tuple[str, int]]
    points: Column


@dataclass(frozen=True)
class FormSums:
    """What the forms of a component came to, by unit and by cell: ``items``: ``got`` points of ``scored``
    items, ``aside`` items and their points ``spared`` (不适用), ``refused`` ones and whether one is in
    ``doubt``; ``exempt``: items (``count``) and points (``spared``) that the office left out;
    ``came``: by period whether the form came in and how many days ``late``."""

    items: Sums
    ways: Sequence[Way]
    per_period: int
    exempt: Sums
    areas: Mapping[tuple[str, int], int]
    came: Sums


def _ways(run: Course, key: str) -> dict[tuple[Any, ...], list[tuple[str, Leaf]]]:
    """The items by what their points depend on."""
    out: dict[tuple[Any, ...], list[tuple[str, Leaf]]] = {}
    for group in run.scheme.groups:
        for leaf in run.items[key, group]:
            plain = leaf.scoring in ("points", "options")
            same = (plain, leaf.indicator.each, leaf.points / leaf.full) if plain else (
                leaf.scoring, leaf.indicator.each, leaf.points, leaf.full)  # fmt: skip
            out.setdefault(same, []).append((group, leaf))
    return out


def form_sums(
    frames: Frames, units: UnitList, run: Course, key: str, component: SelfAssessment
) -> FormSums:
    """What the forms come to. Items are added up by period, by 一级指标, and by the way in which they are
    scored."""
    here = nw.col("component") == key
    areas: dict[tuple[str, int], int] = {}
    for group in run.scheme.groups:
        for i in range(len(component.areas(group))):
            areas[group, i] = len(areas)
    a, steps = ColumnArithmetic(), _steps(frames)
    verified = a.read(steps.col("verified_score"))
    counts = [a.read(steps.col(name), MOST_COUNTED) for name in ("done", "of", "faults")]
    ways, cells, points = [], [], []
    found = _ways(run, key)
    for w, leaves in enumerate(found.values()):
        leaf = leaves[0][1]
        top = 10 * max(max(other.points, other.full) for _, other in leaves)
        score = forms.item_score(a, leaf, verified, *counts)
        own = a.bounded(forms.item_points(a, leaf, score), top)
        at_area: dict[tuple[str, int], list[tuple[str, Leaf]]] = {}
        for group, other in leaves:
            at_area.setdefault((group, _area(component, group, other)), []).append((group, other))
        in_period = {at: cell * len(found) + w for at, cell in areas.items()}
        ways.append(Way(in_period, frozenset(at_area), own))
        cells += [(_codes(some), nw.lit(in_period[at], nw.Int64)) for at, some in at_area.items()]
        points.append((_codes(leaves), expr_of(own.values)))
    per_period = len(areas) * len(found)
    number = _case(
        [(nw.col("period") == p.name, nw.lit(i * per_period, nw.Int64))
         for i, p in enumerate(component.periods)]
    )  # fmt: skip
    of_unit = frames.units.filter(nw.col("parent").is_null()).select("unit", "group")
    exempt = frames.exemptions.filter(here).select("unit", "indicator").unique()
    rows = (
        steps.on(frames.items.filter(here))
        .join(of_unit, on="unit", how="inner")
        .join(exempt.with_columns(exempt=nw.lit(True)), on=["unit", "indicator"], how="left")
        .with_columns(
            cell=(number + _case(cells)).cast(nw.Int64), points=_case(points), worth=_worth(run, key),
            doubt=_doubt(a), refused=nw.col("refused").fill_null(False),
            aside=nw.col("not_applicable").fill_null(False),
        )
        .filter(nw.col("exempt").is_null())
    )  # fmt: skip
    aside, refused = nw.col("aside"), nw.col("refused")
    scored = ~aside & ~refused & ~nw.col("points").is_null()
    zero = nw.lit(0, nw.Int64)
    items = _gathered(units, rows, ["unit", "cell"], range(per_period * len(component.periods)), {
        "got": (nw.when(scored).then(nw.col("points")).otherwise(zero), "sum"),
        "scored": (_flag(scored), "sum"),
        "aside": (_flag(aside), "sum"),
        "spared": (nw.when(aside).then(nw.col("worth")).otherwise(zero), "sum"),
        "refused": (_flag(refused & ~aside), "sum"),
        "doubt": (nw.col("doubt"), "max"),
    })  # fmt: skip
    left_out = exempt.join(of_unit, on="unit", how="inner").with_columns(
        cell=_area_cell(run, key, component, areas).cast(nw.Int64), worth=_worth(run, key)
    )
    spared = _gathered(units, left_out, ["unit", "cell"], range(len(areas)), {
        "count": (nw.lit(1, nw.Int64), "sum"), "spared": (nw.col("worth"), "sum"),
    })  # fmt: skip
    return FormSums(items, ways, per_period, spared, areas, _came(frames, units, key, component))


def _came(frames: Frames, units: UnitList, key: str, component: SelfAssessment) -> Sums:
    a, steps = ColumnArithmetic(), _steps(frames)
    late = a.read(steps.col("days_late").filled(0), MOST_LATE)
    rows = steps.on(frames.forms.filter(nw.col("component") == key))
    periods = [period.name for period in component.periods]
    return _gathered(units, rows, ["unit", "period"], periods, {
        "came": (nw.lit(1, nw.Int64), "max"),
        "late": (expr_of(late.values), "max"),
        "doubt": (_doubt(a), "max"),
    })  # fmt: skip


def _area(component: SelfAssessment, group: str, leaf: Leaf) -> int:
    return next(i for i, top in enumerate(component.areas(group)) if top is leaf.top)


def _codes(leaves: Sequence[tuple[str, Leaf]]) -> Expr:
    """Whether a row is of one of these items."""
    by_group: dict[str, list[str]] = {}
    for group, leaf in leaves:
        by_group.setdefault(group, []).append(leaf.code)
    alike: dict[tuple[str, ...], list[str]] = {}
    for group, codes in by_group.items():
        alike.setdefault(tuple(codes), []).append(group)
    return reduce(
        lambda a, b: a | b,
        (nw.col("group").is_in(groups) & nw.col("indicator").is_in(list(codes))
         for codes, groups in alike.items()),
    )  # fmt: skip


def _worth(run: Course, key: str) -> Expr:
    """The points of a row's item."""
    by_points: dict[int, list[tuple[str, Leaf]]] = {}
    for group in run.scheme.groups:
        for leaf in run.items[key, group]:
            by_points.setdefault(leaf.points, []).append((group, leaf))
    return _case([(_codes(leaves), nw.lit(p, nw.Int64)) for p, leaves in by_points.items()])


def _area_cell(
    run: Course, key: str, component: SelfAssessment, areas: Mapping[tuple[str, int], int]
) -> Expr:
    """The number of the 一级指标 of a row's item."""
    by_area: dict[int, list[tuple[str, Leaf]]] = {}
    for group in run.scheme.groups:
        for leaf in run.items[key, group]:
            cell = areas[group, _area(component, group, leaf)]
            by_area.setdefault(cell, []).append((group, leaf))
    return _case([(_codes(leaves), nw.lit(c, nw.Int64)) for c, leaves in by_area.items()])


# 得分


def score_sums(frames: Frames, units: UnitList, key: str) -> Sums:
    """How many ``rows`` and scores (``count``) were handed in, their ``total``, the ``high``est and the
    ``low``est, whether one was ``refused`` and whether one is in ``doubt``."""
    a, steps = ColumnArithmetic(), _steps(frames)
    score = expr_of(a.read(steps.col("score")).values)
    rows = steps.on(frames.scores.filter(nw.col("component") == key))
    return _gathered(units, rows, ["unit"], ONE, {
        "rows": (nw.lit(1, nw.Int64), "sum"),
        "count": (_flag(~nw.col("score").is_null()), "sum"),
        "total": (score, "sum"),
        "high": (score, "max"),
        "low": (score, "min"),
        "refused": (_flag(nw.col("refused").fill_null(False)), "max"),
        "doubt": (_doubt(a), "max"),
    })  # fmt: skip
