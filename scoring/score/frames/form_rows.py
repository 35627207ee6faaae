"""考核表: the items of the forms, given their points and added up in the dataframe library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import narwhals as nw
import pyarrow as pa

from scoring.enums import Scoring
from scoring.rules import forms
from scoring.rules.column_numbers import Column
from scoring.rules.column_rows import expr_of
from scoring.rules.columns import MOST_COUNTED, ColumnArithmetic
from scoring.scheme import Leaf, SelfAssessment
from scoring.score.frames.sums import (
    Sums,
    UnitList,
    case,
    doubtful,
    flag,
    no_sums,
    numbered,
    steps_for,
    summed,
)
from scoring.score.frames.tables import TEXT, WHOLE, Frame, Frames, arrow_of, like
from scoring.tables import ExemptionRow, FormRow, ItemRow, UnitRow, column

UNIT: Final = column(UnitRow.unit)
GROUP: Final = column(UnitRow.group)
COMPONENT: Final = column(ItemRow.component)
PERIOD: Final = column(ItemRow.period)
INDICATOR: Final = column(ItemRow.indicator)

Items = Mapping[str, Sequence[Leaf]]
"""The items of a form by group."""
AREA, WAY, WORTH = "area of the item", "way of the item", "points of the item"
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
    """What the forms of some groups come to, by their items. Items are added up by period, by 一级指标, and
    by the way in which they are scored."""
    shared = _same_items(of_groups, component)
    listed = {next(iter(of_groups)): next(iter(of_groups.values()))} if shared else of_groups
    areas: dict[tuple[str, int], int] = {}
    for group in listed:
        for i in range(len(component.areas(group))):
            areas[group, i] = len(areas)
    a, steps = ColumnArithmetic(), steps_for(frames)
    verified = a.read(steps.col(column(ItemRow.verified_score)))
    counts = [
        a.read(steps.col(column(field)), MOST_COUNTED)
        for field in (ItemRow.done, ItemRow.of, ItemRow.faults)
    ]
    found = _ways(listed)
    ways: list[Way] = []
    for w, leaves in enumerate(found.values()):
        leaf = leaves[0][1]
        top = 10 * max(max(other.points, other.full) for _, other in leaves)
        score = forms.item_score(a, leaf, verified, *counts)
        own = a.bounded(forms.item_points(a, leaf, score), top)
        used = {(group, _area(component, group, other)) for group, other in leaves}
        in_period = {at: cell * len(found) + w for at, cell in areas.items()}
        ways.append(Way(in_period, frozenset(used), own))
    per_period = len(areas) * len(found)
    number = numbered(PERIOD, [period.name for period in component.periods])
    here = steps.on(frames.items.filter(nw.col(COMPONENT) == key))
    by = [INDICATOR]
    if not shared:
        by = [GROUP, INDICATOR]
    if not shared and not frames.placed:
        here = here.join(frames.units.select(UNIT, GROUP), on=UNIT, how="inner")
    table = like(frames.units, _item_table(listed, component, areas, found, by))
    exempt = _exempt(frames, key)
    if exempt is not None:
        here = here.join(exempt, on=[UNIT, INDICATOR], how="anti")
    rows = here.join(table, on=by, how="inner").with_columns(
        doubt=doubtful(a), refused=nw.col(column(ItemRow.refused)).fill_null(False),
        aside=nw.col(column(ItemRow.not_applicable)).fill_null(False),
        points=case([(nw.col(WAY) == w, expr_of(way.points.values)) for w, way in enumerate(ways)]),
    )  # fmt: skip
    aside, refused = nw.col("aside"), nw.col("refused")
    scored = ~aside & ~refused & ~nw.col("points").is_null()
    zero = nw.lit(0, nw.Int64)
    cell = number * per_period + nw.col(AREA) * len(found) + nw.col(WAY)
    items = summed(units, rows, UNIT, cell, per_period * len(component.periods), {
        "got": (nw.when(scored).then(nw.col("points")).otherwise(zero), "sum"),
        "scored": (flag(scored), "sum"),
        "aside": (flag(aside), "sum"),
        "spared": (nw.when(aside).then(nw.col(WORTH)).otherwise(zero), "sum"),
        "refused": (flag(refused & ~aside), "sum"),
        "doubt": (nw.col("doubt"), "max"),
    })  # fmt: skip
    spared = no_sums(units, len(areas), ["count", "spared"])
    if exempt is not None:
        if not shared:
            exempt = exempt.join(frames.units.select(UNIT, GROUP), on=UNIT, how="inner")
        left_out = exempt.join(table, on=by, how="inner")
        spared = summed(units, left_out, UNIT, nw.col(AREA), len(areas), {
            "count": (nw.lit(1, nw.Int64), "sum"), "spared": (nw.col(WORTH), "sum"),
        })  # fmt: skip
    if shared:
        areas = {(group, i): cell for group in of_groups for (_, i), cell in areas.items()}
        ways = [
            Way({(group, i): cell for group in of_groups for (_, i), cell in way.cells.items()},
                frozenset((group, i) for group in of_groups for _, i in way.used), way.points)
            for way in ways
        ]  # fmt: skip
    return FormSums(items, ways, per_period, spared, areas, _came(frames, units, key, component))


def _same_items(of_groups: Items, component: SelfAssessment) -> bool:
    """Whether all groups have the same items in the same 一级指标: then no row needs its unit's group."""

    def listed(group: str) -> list[tuple[object, ...]]:
        return [
            (
                leaf.code,
                leaf.scoring,
                leaf.indicator.each,
                leaf.points,
                leaf.full,
                _area(component, group, leaf),
            )
            for leaf in of_groups[group]
        ]

    first, *others = of_groups
    return all(listed(group) == listed(first) for group in others)


def _exempt(frames: Frames, key: str) -> Frame | None:
    """The items that the office left out of units' forms, None where there are none."""
    exempt = frames.exemptions.filter(nw.col(column(ExemptionRow.component)) == key)
    exempt = exempt.select(column(ExemptionRow.unit), column(ExemptionRow.indicator)).unique()
    return exempt if len(arrow_of(exempt.head(1))) else None


def _item_table(
    items: Items, component: SelfAssessment, areas: Mapping[tuple[str, int], int],
    ways: Mapping[tuple[Any, ...], list[tuple[str, Leaf]]], by: Sequence[str],
) -> pa.Table:  # fmt: skip
    """Every item with the number of its 一级指标, of the way in which it is scored, and its points."""
    rows: dict[tuple[str, str], tuple[int, int, int]] = {}
    for w, leaves in enumerate(ways.values()):
        for group, leaf in leaves:
            area = areas[group, _area(component, group, leaf)]
            rows[group, leaf.code] = (area, w, leaf.points)
    names = {GROUP: [group for group, _ in rows], INDICATOR: [code for _, code in rows]}
    numbers = zip((AREA, WAY, WORTH), zip(*rows.values(), strict=True), strict=True)
    return pa.table({
        **{name: pa.array(names[name], TEXT) for name in by},
        **{name: pa.array(values, WHOLE) for name, values in numbers},
    })  # fmt: skip


def _came(frames: Frames, units: UnitList, key: str, component: SelfAssessment) -> Sums:
    a, steps = ColumnArithmetic(), steps_for(frames)
    late = a.read(steps.col(column(FormRow.days_late)).filled(0), MOST_LATE)
    rows = steps.on(frames.forms.filter(nw.col(column(FormRow.component)) == key))
    cell = numbered(column(FormRow.period), [period.name for period in component.periods])
    return summed(units, rows, column(FormRow.unit), cell, len(component.periods), {
        "came": (nw.lit(1, nw.Int64), "max"),
        "late": (expr_of(late.values), "max"),
        "doubt": (doubtful(a), "max"),
    })  # fmt: skip


def _area(component: SelfAssessment, group: str, leaf: Leaf) -> int:
    return next(i for i, top in enumerate(component.areas(group)) if top is leaf.top)
