"""Many units at once: the rules over the columns of dataframes, in one pass.

The same rules as for a city (``scoring.score.city``), over Narwhals frames of pandas, Polars, DuckDB
or Spark. Integers of 64 bits decide all rows but those in doubt (``scoring.rules.columns``); those
are scored by the exact rules.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from fractions import Fraction
from functools import reduce
from typing import Any, Final, Literal, cast, get_args, get_type_hints

import narwhals as nw
import pyarrow as pa

from scoring.points import PLACES
from scoring.rules import composite as composites
from scoring.rules import forms, given, ledger
from scoring.rules.columns import (
    LARGEST,
    MOST,
    MOST_COUNTED,
    Column,
    ColumnArithmetic,
    Condition,
    bounded,
    whole,
)
from scoring.rules.grading import best_open, takes_part
from scoring.rules.ledger import COUNTED, HELD, PENDING, UNDATED, Days
from scoring.scheme import Grade, Leaf, Ledger, Rule, Scheme, Score, SelfAssessment
from scoring.scheme.forms import HUNDRED
from scoring.scheme.model import Missing
from scoring.score.city import standing
from scoring.score.unit import Course, course, rows_by_unit, score_unit, unread_by
from scoring.tables import ROWS, Tables, make_tables

Frame = nw.LazyFrame[Any]
Backend = Literal["pandas", "polars"]
Expr = nw.Expr
NONE: Final = -1
"""The position of no grade."""

_KINDS: dict[Any, pa.DataType] = {
    str: pa.large_string(), int: pa.int64(), date: pa.date32(), bool: pa.bool_(),
}  # fmt: skip


def schema_of(table: str) -> dict[str, pa.DataType]:
    """The columns of a table of ``scoring.tables`` as dataframe types, by name."""
    hints = get_type_hints(ROWS[table])
    out = {}
    for name in ROWS[table]._fields:
        kinds = [kind for kind in get_args(hints[name]) if kind is not type(None)] or [hints[name]]
        out[name] = _KINDS[kinds[0] if kinds[0] in _KINDS else int]
    return out


@dataclass(frozen=True)
class Frames:
    """The tables of ``scoring.tables.Tables`` as frames of one dataframe library."""

    units: Frame
    entries: Frame
    forms: Frame
    items: Frame
    scores: Frame
    refused: Frame
    exemptions: Frame


def make_frames(tables: Tables, backend: Backend = "pandas") -> Frames:
    """Tables as frames; built with pyarrow, which any dataframe library takes without loss."""
    return Frames(
        **{
            field.name: make_frame(
                [row._asdict() for row in getattr(tables, field.name)],
                schema_of(field.name),
                backend,
            )
            for field in fields(Frames)
        }
    )


def make_frame(
    rows: Sequence[Mapping[str, Any]], schema: Mapping[str, pa.DataType], backend: Backend
) -> Frame:
    """A frame of ``schema`` from rows of plain Python values."""
    table = pa.table({n: pa.array([row.get(n) for row in rows], k) for n, k in schema.items()})
    if backend == "polars":
        import polars as pl

        frame = pl.from_arrow(table)
        assert isinstance(frame, pl.DataFrame)
        return nw.from_native(frame.lazy())
    import pandas as pd

    native: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return nw.from_native(native).lazy()


def records(frame: Frame) -> list[dict[str, Any]]:
    """The frame's rows as plain Python values, missing ones as None."""
    return [dict(row) for row in frame.collect(backend="pyarrow").to_arrow().to_pylist()]


class RowColumns(ledger.Row[Expr]):
    """Ledger rows as columns, asked by the rules."""

    def has(self, field: str) -> Expr:
        if field == "subordinate":
            return ~nw.col("parent").is_null()
        if field == "repeated":
            return nw.col("repeated").fill_null(False)
        return ~nw.col(field).is_null()

    def says(self, field: str, word: str) -> Expr:
        return (nw.col(field) == word).fill_null(False)

    def after(self, field: str, day: date | str) -> Expr:
        other = nw.col(day) if isinstance(day, str) else day
        return (nw.col(field) > other).fill_null(False)

    def every(self, *conditions: Expr) -> Expr:
        return reduce(lambda a, b: a & b, conditions) if conditions else nw.lit(True)

    def no(self, condition: Expr) -> Expr:
        return ~condition


def score_frames(
    frames: Frames, scheme: Scheme, year: int, as_of: date, known: date | None = None
) -> Frame:
    """Composites, grades and ranks of every graded unit: unit, group, position, composite (a count of
    ``10**-decimals`` points, null where something is missing that must not be), settled (it rests
    on no gap that forbids a grade), best, ranked, grade (its position among the group's, best first;
    NONE for none) and rank.

    ``as_of`` and ``known`` as in ``scoring.score.score``.
    """
    run = course(scheme, year, as_of, known)
    units, composite = _composites(frames, run)
    count = Fraction(10 ** (PLACES - scheme.rounding.decimals))
    made = units.with_columns(
        composite=composite.expr // int(count),
        in_doubt=nw.lit(False) if composite.doubt is None else composite.doubt,
    ).with_columns(nw.col("in_doubt").fill_null(False))
    settled = ~nw.col("blocked") & ~nw.col("composite").is_null()
    made = made.with_columns(settled=settled).select(
        "unit", "group", "position", "composite", "settled", "best", "ranked", "in_doubt"
    )
    return grade_and_rank(_decided(made, frames, run), scheme)


def _decided(made: Frame, frames: Frames, run: Course) -> Frame:
    """The units in doubt scored by the exact rules, in the place of what the columns gave."""
    doubtful = made.filter(nw.col("in_doubt")).select("unit", "in_doubt")
    names = [row["unit"] for row in records(doubtful)]
    made = made.drop("in_doubt")
    if not names:
        return made
    rows = []
    for unit, own in rows_by_unit(_tables_of(frames, names)).items():
        if unit in names:
            stands = standing(run.scheme, score_unit(run, own))
            rows.append({
                "unit": unit, "exact": stands.composite, "exact_settled": stands.settled,
                "exact_best": stands.best, "exact_ranked": stands.ranked,
            })  # fmt: skip
    exact = _like(made, rows, {
        "unit": pa.large_string(), "exact": pa.int64(), "exact_settled": pa.bool_(),
        "exact_best": pa.int64(), "exact_ranked": pa.bool_(),
    })  # fmt: skip
    joined = made.join(exact, on="unit", how="left")
    here = ~nw.col("exact_settled").is_null()
    return joined.with_columns(
        composite=nw.when(here).then(nw.col("exact")).otherwise(nw.col("composite")),
        settled=nw.when(here).then(nw.col("exact_settled")).otherwise(nw.col("settled")),
        best=nw.when(here).then(nw.col("exact_best")).otherwise(nw.col("best")),
        ranked=nw.when(here).then(nw.col("exact_ranked")).otherwise(nw.col("ranked")),
    ).select("unit", "group", "position", "composite", "settled", "best", "ranked")


def _tables_of(frames: Frames, units: Iterable[str]) -> Tables:
    """The rows of some graded units and of their subordinate departments."""
    wanted = list(units)
    here = nw.col("unit").is_in(wanted) | nw.col("parent").is_in(wanted)
    rows = {"units": records(frames.units.filter(here))}
    names = [row["unit"] for row in rows["units"]]
    for field in fields(Frames):
        if field.name != "units":
            frame: Frame = getattr(frames, field.name)
            rows[field.name] = records(frame.filter(nw.col("unit").is_in(names)))
    return make_tables(rows)


def _like(
    frame: Frame, rows: Sequence[Mapping[str, Any]], schema: Mapping[str, pa.DataType]
) -> Frame:
    """A small frame of the library of ``frame``."""
    table = pa.table({n: pa.array([row.get(n) for row in rows], k) for n, k in schema.items()})
    implementation = frame.implementation
    made: Any
    if implementation.is_polars():
        import polars as pl

        made = pl.DataFrame(table).lazy()
    elif implementation.is_duckdb():
        made = importlib.import_module("duckdb").from_arrow(table)
    elif implementation.is_pyspark():
        made = frame.to_native().sparkSession.createDataFrame(table.to_pandas())
    else:
        import pandas as pd

        made = table.to_pandas(types_mapper=pd.ArrowDtype)
    return cast(Frame, nw.from_native(made).lazy())


# The parts


def _composites(frames: Frames, run: Course) -> tuple[Frame, Column]:
    """The units with ``blocked``, ``best`` and ``ranked``, and their published composites."""
    scheme = run.scheme
    a = ColumnArithmetic(
        frames.units.filter(nw.col("parent").is_null()).select("unit", "group", "position")
    )
    leaves: dict[str, Column] = {}
    blocked: dict[str, Expr] = {}
    counts: dict[tuple[str, str], Column] = {}
    for key, leaf in run.leaves.items():
        if isinstance(leaf, Ledger):
            score, lacks, counted = _ledger(a, frames, run, key, leaf)
            counts |= {(key, code): counted[code] for k, code in run.watched if k == key}
        elif isinstance(leaf, SelfAssessment):
            score, lacks = _self_assessment(a, frames, run, key, leaf)
        else:
            score, lacks = _given(a, frames, run, key, leaf)
        leaves[key] = a.keep(bounded(composites.rounded_part(a, leaf, score)))
        blocked[key] = a.hold(Condition(lacks)).expr
    every = [_of_group(a, scheme, group, leaves, counts, blocked) for group in scheme.groups]
    composite, rest = every[-1]
    for group, (own, stands) in reversed(list(zip(scheme.groups, every, strict=True))[:-1]):
        here = nw.col("group") == group
        composite = a.when(Condition(here), own, composite)
        rest = {k: nw.when(here).then(stands[k]).otherwise(rest[k]) for k in rest}
    return a.frame.with_columns(**rest), composite


def _of_group(
    a: ColumnArithmetic,
    scheme: Scheme,
    group: str,
    leaves: Mapping[str, Column],
    counts: Mapping[tuple[str, str], Column],
    blocked: Mapping[str, Expr],
) -> tuple[Column, dict[str, Expr]]:
    """The published composite of a group's units; and ``blocked``, ``best`` and ``ranked``: whether a gap
    forbids a grade, the position of the best grade that conditions leave open, and whether none of
    them keeps a unit out of the ranking."""
    found = composites.tree(a, scheme, group, leaves, counts)
    stops, best, ranked = dict(blocked), whole(0), nw.lit(True)
    composite = found.composite
    for c in composites.conditions_of(scheme, group):
        holds = found.holds.get(c.name)
        if holds is None:
            continue
        for leaf in unread_by(scheme, c):
            stops[leaf] = stops[leaf] & ~holds.expr
        if not c.limits:
            continue
        if c.grade is not None:
            position = best_open(scheme, group, [c.grade])
            best = nw.when(holds.expr & (best < position)).then(whole(position)).otherwise(best)
        if not takes_part(scheme, group, c):
            ranked = ranked & ~holds.expr
        if holds.doubt is not None:
            doubt = holds.doubt if composite.doubt is None else composite.doubt | holds.doubt
            composite = replace(composite, doubt=doubt)
    stopped = reduce(lambda a, b: a | b, stops.values())
    return composite, {"blocked": stopped, "best": best, "ranked": ranked}


# 台账


def _ledger(
    a: ColumnArithmetic, frames: Frames, run: Course, key: str, component: Ledger
) -> tuple[Column, Expr, dict[str, Column]]:
    """The ledger's score; whether a row cannot be decided; and how often every rule counted. What the
    rows came to, rule by rule, joins the units."""
    rows = (
        frames.entries.filter(nw.col("component") == key)
        .join(frames.units.select("unit", "parent"), on="unit", how="left")
        .with_columns(home=_first(nw.col("parent"), nw.col("unit")))
        .with_columns(status=_status(component, run.days))
    )
    counted = (nw.col("status") == COUNTED).fill_null(False)
    if any(rule.repeat for rule in component.rules):
        times = _flag(counted).cum_sum().over(
            "home", "rule", "same_problem", order_by=["found", "sequence"]
        )  # fmt: skip
        rows = rows.with_columns(times=times)
    sums: Sums = {f"lacking_{key}": (_flag(nw.col("status").is_in([PENDING, UNDATED])), "max")}
    costs = []
    b = ColumnArithmetic(rows, "row")
    for i, rule in enumerate(component.rules):
        cost = b.keep(_cost(b, rule))
        here = (nw.col("rule") == rule.code) & counted
        held = (nw.col("rule") == rule.code) & (nw.col("status") == HELD)
        costs.append(cost)
        sums[f"cost_{key}_{i}"] = nw.when(here).then(cost.expr).otherwise(whole(0)), "sum"
        sums[f"counted_{key}_{i}"] = _flag(here), "sum"
        sums[f"held_{key}_{i}"] = _flag(held), "sum"
    a.frame = _joined(a.frame, b.frame, "home", sums)
    refused = _refused(a, frames, key)
    amounts, times_counted = {}, {}
    for i, (rule, cost) in enumerate(zip(component.rules, costs, strict=True)):
        nominal = _read(f"cost_{key}_{i}", cost.divisor)
        count, times_held = _read(f"counted_{key}_{i}"), _read(f"held_{key}_{i}")
        total = ledger.rule_sum(a, rule, count, nominal, times_held, run.days)
        mine = Condition(nw.lit(True), known=True)
        if rule.groups:
            mine = Condition(nw.col("group").is_in(list(rule.groups)))
        amounts[rule.code] = a.keep(a.when(mine, bounded(total.amount), a.points(0)))
        times_counted[rule.code] = a.when(mine, total.counted, a.count(0))
    left = a.keep(bounded(ledger.ledger_points(a, component, amounts)))
    lacks = (nw.col(f"lacking_{key}") > 0) | refused
    return ledger.ledger_score(a, component, left), lacks, times_counted


def _status(component: Ledger, days: Days) -> Expr:
    """What becomes of every row, by its rule."""
    row = RowColumns()
    out: Expr | None = None
    for rule in component.rules:
        chain: Expr | None = None
        for holds, status in reversed(ledger.entry_status(row, rule, days)):
            found = nw.lit(status)
            chain = found if chain is None else nw.when(holds).then(found).otherwise(chain)
        assert chain is not None
        mine = nw.when(nw.col("rule") == rule.code).then(chain)
        out = mine if out is None else mine.otherwise(out)
    assert out is not None
    return out


def _cost(a: ColumnArithmetic, rule: Rule) -> Column:
    """What a counted row of a rule costs."""
    again = Condition(nw.lit(False), known=False)
    if rule.repeat is not None:
        again = Condition(
            (~nw.col("same_problem").is_null() & (nw.col("times") >= rule.repeat.start)).fill_null(
                False
            )
        )
    own = _read("points")
    return ledger.entry_cost(a, rule, own, again)


def _refused(a: ColumnArithmetic, frames: Frames, key: str) -> Expr:
    """Whether a row of the unit was refused."""
    rows = (
        frames.refused.filter((nw.col("component") == key) & ~nw.col("unit").is_null())
        .join(frames.units.select("unit", "parent"), on="unit", how="left")
        .with_columns(home=_first(nw.col("parent"), nw.col("unit")))
    )
    a.frame = _joined(a.frame, rows, "home", {f"refused_{key}": (whole(1), "sum")})
    return nw.col(f"refused_{key}") > 0


# 考核表


def _self_assessment(
    a: ColumnArithmetic, frames: Frames, run: Course, key: str, component: SelfAssessment
) -> tuple[Column, Expr]:
    """The component's score, and whether a gap forbids a grade. The sums of the forms, area by area,
    join the units."""
    missing = run.scheme.missing_for(key)
    rows, points = _items(frames, a.frame, run, key, component)
    status = nw.col("status")
    scored, applies = status == forms.SCORED, status != forms.NOT_APPLICABLE
    areas = max(len(component.areas(group)) for group in run.scheme.groups)
    sums: Sums = {}
    for p, period in enumerate(component.periods):
        here = nw.col("period") == period.name
        for i in range(areas):
            at = here & (nw.col("area") == i)
            name = f"{key}_{p}_{i}"
            sums[f"got_{name}"] = nw.when(at & scored).then(points.expr).otherwise(whole(0)), "sum"
            sums[f"of_{name}"] = (
                nw.when(at & applies).then(nw.col("worth")).otherwise(whole(0)),
                "sum",
            )
            sums[f"spared_{name}"] = (
                nw.when(at & ~applies).then(nw.col("worth")).otherwise(whole(0)),
                "sum",
            )
        absent = here & applies & ~scored
        sums[f"absent_{key}_{p}"] = _flag(absent), "sum"
        sums[f"spoiled_{key}_{p}"] = _flag(absent & (status != forms.NO_FORM)), "sum"
        late = nw.when(here).then(nw.col("days_late").fill_null(0)).otherwise(whole(0))
        sums[f"late_{key}_{p}"] = late, "max"
    a.frame = _joined(a.frame, rows, "unit", sums)
    periods, lacks = [], []
    spoiled = nw.lit(False)
    for p in range(len(component.periods)):
        items = _Period(a, run, key, component, p, areas, points)
        periods.append(items.score(missing))
        absent = nw.col(f"absent_{key}_{p}") > 0
        broken = nw.col(f"spoiled_{key}_{p}") > 0
        spoiled = spoiled | broken
        if missing == "refuse":
            lacks += [absent, items.nothing()]
        elif missing == "zero":
            lacks.append(items.nothing())
        else:
            lacks.append(broken)
    mean = forms.period_mean(a, component, missing, periods, Condition(spoiled))
    return mean, reduce(lambda a, b: a | b, lacks)


@dataclass(frozen=True)
class _Period:
    """The sums of one period of a form, area by area."""

    a: ColumnArithmetic
    run: Course
    key: str
    component: SelfAssessment
    number: int
    areas: int
    points: Column

    def _sum(self, what: str, area: int, divisor: Fraction, error: int = 0) -> Column:
        return _read(f"{what}_{self.key}_{self.number}_{area}", divisor, error)

    def _obtained(self, group: str) -> tuple[Column, Column]:
        """Points obtained, and points that apply."""
        given_, applying = [], []
        one = Fraction(1)
        leaves = self.run.items[self.key, group]
        for i, top in enumerate(self.component.areas(group)):
            count = sum(leaf.top is top for leaf in leaves)
            got, of = forms.area_points(
                self.a, self.component, forms.area_cap(top, self.component),
                self._sum("got", i, self.points.divisor, self.points.error * count),
                self._sum("of", i, one), self._sum("spared", i, one),
            )  # fmt: skip
            given_.append(got)
            applying.append(of)
        caps = (forms.area_cap(top, self.component) for top in self.component.areas(group))
        smallest = min(*(leaf.points for leaf in leaves), *(cap for cap in caps if cap), HUNDRED)
        return self.a.total(given_), replace(self.a.total(applying), least=smallest)

    def _by_group(self, make: Callable[[str], Column]) -> Column:
        groups = self.run.scheme.groups if isinstance(self.component.indicators, Mapping) else ()
        if not groups:
            return make(self.run.scheme.groups[0])
        out = make(groups[-1])
        for group in groups[:-1]:
            out = self.a.when(Condition(nw.col("group") == group), make(group), out)
        return out

    def nothing(self) -> Expr:
        """Whether nothing applies."""
        return ~self.a.above(self._by_group(lambda g: self._obtained(g)[1]), self.a.points(0)).expr

    def score(self, missing: Missing) -> Column:
        component = self.component

        def whole_of(group: str) -> Column:
            return forms.form_points(self.a, component, *self._obtained(group))

        score = self._by_group(whole_of)
        if component.late is not None:
            days = Column(nw.col(f"late_{self.key}_{self.number}").fill_null(0), Fraction(1), 10**5)
            score = forms.less_late(self.a, score, forms.late_points(self.a, component.late, days))
        absent = Condition(nw.col(f"absent_{self.key}_{self.number}") > 0)
        return forms.period_score(self.a, missing, score, absent)


_EXPECTED = {
    "group": pa.large_string(), "period": pa.large_string(), "indicator": pa.large_string(),
    "area": pa.int64(), "worth": pa.int64(),
}  # fmt: skip


def _items(
    frames: Frames, units: Frame, run: Course, key: str, component: SelfAssessment
) -> tuple[Frame, Column]:
    """Every item that the scheme expects of every unit and period, with its status, and the points
    that it gives."""
    expected = _like(frames.units, [
        {"group": group, "period": period.name, "indicator": leaf.code,
         "area": component.areas(group).index(leaf.top), "worth": leaf.points}
        for group in run.scheme.groups
        for period in component.periods
        for leaf in run.items[key, group]
    ], _EXPECTED)  # fmt: skip
    here = nw.col("component") == key
    came = frames.forms.filter(here).select(
        "unit", "period", "days_late", has_form=nw.lit(1, nw.Int64)
    )
    found = frames.items.filter(here).select(
        "unit", "period", "indicator", "verified_score", "done", "of", "faults",
        "not_applicable", "refused", has_item=nw.lit(1, nw.Int64),
    )  # fmt: skip
    exempt = frames.exemptions.filter(here).select("unit", "indicator", exempt=nw.lit(1, nw.Int64))
    rows = (
        units.select("unit", "group")
        .join(expected, on="group", how="inner")
        .join(came, on=["unit", "period"], how="left")
        .join(found, on=["unit", "period", "indicator"], how="left")
        .join(exempt, on=["unit", "indicator"], how="left")
        .with_columns(nw.col("not_applicable").fill_null(False), nw.col("refused").fill_null(False))
    )
    a = ColumnArithmetic(rows, "item")
    points = a.keep(_item_points(a, run, key))
    rows = a.frame.with_columns(counted=points.expr)
    status = (
        nw.when(~nw.col("exempt").is_null() | nw.col("not_applicable"))
        .then(nw.lit(forms.NOT_APPLICABLE))
        .when(nw.col("refused")).then(nw.lit(forms.REFUSED))
        .when(nw.col("has_form").is_null()).then(nw.lit(forms.NO_FORM))
        .when(nw.col("has_item").is_null()).then(nw.lit(forms.NO_ITEM))
        .when(nw.col("counted").is_null()).then(nw.lit(forms.UNVERIFIED))
        .otherwise(nw.lit(forms.SCORED))
    )  # fmt: skip
    kept = Column(nw.col("counted"), points.divisor, points.most, points.error)
    return rows.with_columns(status=status), kept


def _item_points(a: ColumnArithmetic, run: Course, key: str) -> Column:
    """The points of an item from its verified values, by the way in which it is scored."""
    out: Column | None = None
    for group in run.scheme.groups:
        for leaf in run.items[key, group]:
            mine = (nw.col("indicator") == leaf.code) & (nw.col("group") == group)
            own = _leaf_points(a, leaf)
            out = own if out is None else a.when(Condition(mine), own, out)
    assert out is not None
    return out


def _leaf_points(a: ColumnArithmetic, leaf: Leaf) -> Column:
    counts = [bounded(_read(name), MOST_COUNTED) for name in ("done", "of", "faults")]
    found = forms.item_score(a, leaf, _read("verified_score"), *counts)
    return bounded(forms.item_points(a, leaf, found), 10 * max(leaf.points, leaf.full))


# 得分


def _given(
    a: ColumnArithmetic, frames: Frames, run: Course, key: str, component: Score
) -> tuple[Column, Expr]:
    """The score, and whether a gap forbids a grade. What was handed in joins the units."""
    missing, one = run.scheme.missing_for(key), component.assessors == "one"
    rows = frames.scores.filter(nw.col("component") == key)
    score = nw.col("score")
    sums: Sums = {
        f"rows_{key}": (whole(1), "sum"),
        f"count_{key}": (_flag(~score.is_null()), "sum"),
        f"total_{key}": (score.fill_null(0), "sum"),
        f"high_{key}": (score.fill_null(0), "max"),
        f"low_{key}": (score.fill_null(MOST), "min"),
        f"refused_{key}": (_flag(nw.col("refused").fill_null(False)), "max"),
    }
    a.frame = _joined(a.frame, rows, "unit", sums)
    lacking = nw.col(f"count_{key}") < nw.col(f"rows_{key}")
    marks = given.Marks(
        _read(f"count_{key}"), _read(f"total_{key}"), _read(f"high_{key}"), _read(f"low_{key}"),
        lacking=Condition(lacking),
    )  # fmt: skip
    mean = given.mean_of_marks(a, component, marks)
    found = given.given_score(a, component, mean)
    there = nw.col(f"rows_{key}") > 0
    refused = nw.col(f"refused_{key}") > 0
    incomplete = refused if one else there & a.no(a.is_there(mean)).expr
    if missing == "zero":
        found = a.when(Condition(incomplete), found, a.or_zero(found))
    lacks = incomplete
    if missing == "refuse":
        lacks = lacks | ~there | lacking
    return found, lacks


# What all share


def _read(name: str, divisor: Fraction = Fraction(1), error: int = 0) -> Column:
    """A column of the frame; rows beyond what is counted on are in doubt."""
    return bounded(Column(nw.col(name), divisor, LARGEST, error))


def _first(one: Expr, other: Expr) -> Expr:
    """The one, or the other where it is null."""
    return nw.when(one.is_null()).then(other).otherwise(one)


def _flag(condition: Expr) -> Expr:
    """1 where the condition holds, else 0: summed, it counts."""
    return nw.when(condition).then(whole(1)).otherwise(whole(0))


Sums = dict[str, tuple[Expr, Literal["sum", "max", "min"]]]
"""What is summed up of rows, by the name of the column that it becomes."""


def _joined(units: Frame, rows: Frame, key: str, sums: Sums) -> Frame:
    """The units with what their rows come to by ``key``; 0 where there are none. Sums are cast:
    DuckDB widens them."""
    wide = rows.select(
        nw.col(key).alias("of_unit"), *(expr.alias(name) for name, (expr, _) in sums.items())
    )
    found = wide.group_by("of_unit").agg(
        *(getattr(nw.col(name), how)() for name, (_, how) in sums.items())
    )
    kept = found.select("of_unit", *(nw.col(name).cast(nw.Int64) for name in sums))
    joined = units.join(kept, left_on="unit", right_on="of_unit", how="left")
    return joined.with_columns(*(nw.col(name).fill_null(0).cast(nw.Int64) for name in sums))


# Grades and ranks


def grade_and_rank(frame: Frame, scheme: Scheme) -> Frame:
    """Add ``grade`` and ``rank`` (see ``score_frames``): as ``scoring.rules.grading``, by windows."""
    placed = nw.col("settled")
    frame = frame.with_columns(
        grade=whole(NONE), listed=nw.col("settled") & nw.col("ranked")
    )  # fmt: skip
    ways: dict[str, Literal["min", "dense"]] = {"skip": "min", "next": "dense"}
    rank = nw.col("composite").rank(ways[scheme.ranks], descending=True).over("group", "listed")
    frame = frame.with_columns(rank=nw.when(nw.col("listed")).then(rank.cast(nw.Int64)))
    sizes = frame.group_by("group").agg(group_size=nw.len())
    frame = frame.join(sizes, on="group", how="left").with_columns(
        nw.col("group_size").cast(nw.Int64)
    )
    apart = isinstance(scheme.grades, Mapping)
    for group in scheme.groups if apart else [None]:
        grades = scheme.grades_in(group or scheme.groups[0])
        for position, grade in enumerate(grades):
            may = placed & (nw.col("grade") == NONE)
            if group is not None:
                may = may & (nw.col("group") == group)
            frame = _give(frame, may, position, grade, scheme, last=position == len(grades) - 1)
    return frame.drop("group_size", "listed")


def _give(
    frame: Frame, may: Expr, position: int, grade: Grade, scheme: Scheme, *, last: bool
) -> Frame:
    """Give one grade to every unit that is still without one and may have it."""
    step = 10 ** (PLACES - scheme.rounding.decimals)
    if not last:
        may = may & (nw.col("best") <= position)
        if grade.lower is not None:
            may = may & (nw.col("composite") * step >= grade.lower)
    frame = frame.with_columns(may=may.fill_null(False))
    gets = nw.col("may")
    if grade.quota is not None and not last:
        # Places are counted down the list of those who may have the grade.
        edge: Literal["max", "min"] = "max" if grade.quota.ties == "exclude" else "min"
        place = nw.col("composite").rank(edge, descending=True).over("group", "may")
        frame = frame.with_columns(place=place)
        places = (
            whole(grade.quota.count)
            if grade.quota.count is not None
            else (nw.col("group_size") * (grade.quota.share or 0)) // HUNDRED
        )
        gets = gets & (nw.col("place") <= places)
    got = nw.when(gets).then(whole(position)).otherwise(nw.col("grade"))
    frame = frame.with_columns(grade=got).drop("may")
    return frame.drop("place") if grade.quota is not None and not last else frame
