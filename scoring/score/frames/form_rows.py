"""考核表: the items of the forms, given their points and added up in the dataframe library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

import narwhals as nw

from scoring.enums import Scoring
from scoring.rules import forms
from scoring.rules.column_numbers import Column
from scoring.rules.column_rows import expr_of
from scoring.rules.columns import MOST_COUNTED, ColumnArithmetic
from scoring.scheme import Leaf, SelfAssessment
from scoring.score.frames.sums import Expr, Sums, UnitList, case, doubtful, flag, steps_for, summed
from scoring.score.frames.tables import Frames
from scoring.tables import ExemptionRow, FormRow, ItemRow, UnitRow, column

UNIT: Final = column(UnitRow.unit)
GROUP: Final = column(UnitRow.group)
COMPONENT: Final = column(ItemRow.component)
PERIOD: Final = column(ItemRow.period)
INDICATOR: Final = column(ItemRow.indicator)

Items = Mapping[str, Sequence[Leaf]]
"""The items of a form by group."""
MOST_LATE: Final = 10**5
"""The largest number of days late that is counted on."""


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


def _ways(items: Items) -> dict[tuple[Any, ...], list[tuple[str, Leaf]]]:
    """The items by what their points depend on."""
    out: dict[tuple[Any, ...], list[tuple[str, Leaf]]] = {}
    for group, leaves in items.items():
        for leaf in leaves:
            plain = leaf.scoring in (Scoring.POINTS, Scoring.OPTIONS)
            same = (plain, leaf.indicator.each, leaf.points / leaf.full) if plain else (
                leaf.scoring, leaf.indicator.each, leaf.points, leaf.full)  # fmt: skip
            out.setdefault(same, []).append((group, leaf))
    return out


def form_sums(
    frames: Frames, units: UnitList, of_groups: Items, key: str, component: SelfAssessment
) -> FormSums:
    """What the forms of some groups come to, by their items. Items are added up by period, by 一级指标, and by the way in which they are
    scored."""
    here = nw.col(COMPONENT) == key
    areas: dict[tuple[str, int], int] = {}
    for group in of_groups:
        for i in range(len(component.areas(group))):
            areas[group, i] = len(areas)
    a, steps = ColumnArithmetic(), steps_for(frames)
    verified = a.read(steps.col(column(ItemRow.verified_score)))
    counts = [
        a.read(steps.col(column(field)), MOST_COUNTED)
        for field in (ItemRow.done, ItemRow.of, ItemRow.faults)
    ]
    ways, cells, points = [], [], []
    found = _ways(of_groups)
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
    number = case(
        [(nw.col(PERIOD) == p.name, nw.lit(i * per_period, nw.Int64))
         for i, p in enumerate(component.periods)]
    )  # fmt: skip
    mine = nw.col(column(UnitRow.parent)).is_null() & nw.col(GROUP).is_in(list(of_groups))
    of_unit = frames.units.filter(mine).select(UNIT, GROUP)
    exempt = frames.exemptions.filter(nw.col(column(ExemptionRow.component)) == key)
    exempt = exempt.select(column(ExemptionRow.unit), column(ExemptionRow.indicator)).unique()
    rows = (
        steps.on(frames.items.filter(here))
        .join(of_unit, on=UNIT, how="inner")
        .join(exempt.with_columns(exempt=nw.lit(True)), on=[UNIT, INDICATOR], how="left")
        .with_columns(
            cell=(number + case(cells)).cast(nw.Int64), points=case(points), worth=_worth(of_groups),
            doubt=doubtful(a), refused=nw.col(column(ItemRow.refused)).fill_null(False),
            aside=nw.col(column(ItemRow.not_applicable)).fill_null(False),
        )
        .filter(nw.col("exempt").is_null())
    )  # fmt: skip
    aside, refused = nw.col("aside"), nw.col("refused")
    scored = ~aside & ~refused & ~nw.col("points").is_null()
    zero = nw.lit(0, nw.Int64)
    items = summed(units, rows, [UNIT, "cell"], range(per_period * len(component.periods)), {
        "got": (nw.when(scored).then(nw.col("points")).otherwise(zero), "sum"),
        "scored": (flag(scored), "sum"),
        "aside": (flag(aside), "sum"),
        "spared": (nw.when(aside).then(nw.col("worth")).otherwise(zero), "sum"),
        "refused": (flag(refused & ~aside), "sum"),
        "doubt": (nw.col("doubt"), "max"),
    })  # fmt: skip
    left_out = exempt.join(of_unit, on=UNIT, how="inner").with_columns(
        cell=_area_cell(of_groups, component, areas).cast(nw.Int64), worth=_worth(of_groups)
    )
    spared = summed(units, left_out, [UNIT, "cell"], range(len(areas)), {
        "count": (nw.lit(1, nw.Int64), "sum"), "spared": (nw.col("worth"), "sum"),
    })  # fmt: skip
    return FormSums(items, ways, per_period, spared, areas, _came(frames, units, key, component))


def _came(frames: Frames, units: UnitList, key: str, component: SelfAssessment) -> Sums:
    a, steps = ColumnArithmetic(), steps_for(frames)
    late = a.read(steps.col(column(FormRow.days_late)).filled(0), MOST_LATE)
    rows = steps.on(frames.forms.filter(nw.col(column(FormRow.component)) == key))
    periods = [period.name for period in component.periods]
    return summed(units, rows, [column(FormRow.unit), column(FormRow.period)], periods, {
        "came": (nw.lit(1, nw.Int64), "max"),
        "late": (expr_of(late.values), "max"),
        "doubt": (doubtful(a), "max"),
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
        (nw.col(GROUP).is_in(groups) & nw.col(INDICATOR).is_in(list(codes))
         for codes, groups in alike.items()),
    )  # fmt: skip


def _worth(items: Items) -> Expr:
    """The points of a row's item."""
    by_points: dict[int, list[tuple[str, Leaf]]] = {}
    for group, leaves in items.items():
        for leaf in leaves:
            by_points.setdefault(leaf.points, []).append((group, leaf))
    return case([(_codes(leaves), nw.lit(p, nw.Int64)) for p, leaves in by_points.items()])


def _area_cell(
    items: Items, component: SelfAssessment, areas: Mapping[tuple[str, int], int]
) -> Expr:
    """The number of the 一级指标 of a row's item."""
    by_area: dict[int, list[tuple[str, Leaf]]] = {}
    for group, leaves in items.items():
        for leaf in leaves:
            cell = areas[group, _area(component, group, leaf)]
            by_area.setdefault(cell, []).append((group, leaf))
    return case([(_codes(leaves), nw.lit(c, nw.Int64)) for c, leaves in by_area.items()])
