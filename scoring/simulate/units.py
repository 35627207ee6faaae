"""考核对象 of a simulated assessment: who they are, how well they do, how often something is found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from scoring.scheme import Ledger, Scheme
from scoring.simulate.columns import CHUNK, Chunk, Kind, Table, chunks_of, words
from scoring.simulate.draws import Draws, Whole
from scoring.simulate.names import Country, departments_of, is_area

TABLE: Final = "考核对象"
COLUMNS: Final = dict.fromkeys(("单位名称", "类别", "简称", "所属单位", "地区"), Kind.TEXT)
_A_DEPARTMENT: Final = 3
"""Every third place has a subordinate department in the list."""
BEST: Final = 1000
"""The quality of a unit that does everything right; 0 is the worst."""
_SKEW: Final = 60_000


@dataclass(frozen=True)
class Units:
    """The units of a run: the graded ones first, group by group, then the subordinate departments.

    By number: ``names``, ``shorts``, ``regions``, ``group`` (of a department: that of its unit), ``parent``
    (-1 for a graded unit), ``quality`` (0 to ``BEST``), ``load`` (how often something is found, relative to
    the others). ``bounds`` are the first and the last number plus one of each group's graded units;
    ``department`` is the number of a unit's own department, -1 where it has none.
    """

    groups: tuple[str, ...]
    names: Any
    shorts: Any
    regions: Any
    group: Whole
    parent: Whole
    quality: Whole
    load: Whole
    bounds: tuple[tuple[int, int], ...]
    department: Whole

    @property
    def graded(self) -> int:
        """How many units are graded."""
        return self.bounds[-1][1]

    def of(self, groups: tuple[str, ...]) -> list[tuple[int, int]]:
        """The bounds of some groups; of all where none is named."""
        return [
            bound for group, bound in zip(self.groups, self.bounds, strict=True)
            if not groups or group in groups
        ]  # fmt: skip


def make_units(scheme: Scheme, count: int, seed: int) -> Units:
    """``count`` graded units of the scheme's groups, and some subordinate departments."""
    sizes = _sizes(scheme.groups, count)
    country = Country(seed, sizes)
    parts = [country.names(group, 0, size) for group, size in sizes.items()]
    group = np.repeat(np.arange(len(sizes), dtype=np.int64), list(sizes.values()))
    ends = np.cumsum(list(sizes.values())).tolist()
    bounds = tuple(zip([0, *ends[:-1]], ends, strict=True))
    names, shorts, regions = (
        pa.concat_arrays([part[i] for part in parts]) for i in range(len(parts[0]))
    )
    draws = Draws(seed, 1)
    # The sum of three: most units are middling, few are very good or very bad.
    quality = np.sum([draws.below(BEST // 3 + 1, count) for _ in range(3)], axis=0)
    # Of a hundred units one has some forty times as many problems as the middle one.
    load = _SKEW // (draws.below(1000, count) + 15)
    parent = np.full(count, -1, dtype=np.int64)
    department = parent.copy()
    owners = _owners(scheme, bounds)
    if len(owners):
        department[owners] = count + np.arange(len(owners))
        own = departments_of(words(shorts, owners), owners // _A_DEPARTMENT)
        names = pa.concat_arrays([names, own])
        shorts = pa.concat_arrays([shorts, pa.nulls(len(owners), pa.string())])
        regions = pa.concat_arrays([regions, words(regions, owners)])
        group, parent = np.append(group, group[owners]), np.append(parent, owners)
        quality, load = np.append(quality, quality[owners]), np.append(load, load[owners])
    return Units(
        scheme.groups, names, shorts, regions, group, parent, quality, load, bounds, department
    )  # fmt: skip


def _sizes(groups: tuple[str, ...], count: int) -> dict[str, int]:
    """How many units each group has; the first ones get what is left over."""
    each, more = divmod(count, len(groups))
    return {group: each + (i < more) for i, group in enumerate(groups)}


def _owners(scheme: Scheme, bounds: tuple[tuple[int, int], ...]) -> Whole:
    """The graded units that have a subordinate department; none where no ledger names one."""
    if not any(isinstance(part, Ledger) for part in scheme.leaves().values()):
        return np.zeros(0, dtype=np.int64)
    spans = [
        np.arange(first, end, _A_DEPARTMENT, dtype=np.int64)
        for group, (first, end) in zip(scheme.groups, bounds, strict=True)
        if is_area(group)
    ]
    return np.concatenate([np.zeros(0, dtype=np.int64), *spans])


def unit_table(units: Units) -> Table:
    """The table 考核对象. No mistake is planted in it: as long as the list has errors, ``kaohe check`` says
    little of the other tables."""

    def make(chunk: int) -> Chunk:
        at = np.arange(chunk * CHUNK, min((chunk + 1) * CHUNK, len(units.names)), dtype=np.int64)
        parent, own = units.parent[at], units.parent[at] < 0
        columns = {
            "单位名称": words(units.names, at),
            "类别": words(
                [*units.groups, "所属部门"], np.where(own, units.group[at], len(units.groups))
            ),
            "简称": words(units.shorts, at),
            "所属单位": words(units.names, np.maximum(parent, 0), ~own),
            "地区": words(units.regions, at),
        }
        return Chunk(columns, at, at)

    return Table(TABLE, COLUMNS, len(units.names), chunks_of(len(units.names)), make)
