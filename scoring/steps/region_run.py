"""地区汇总 over an engine: the units of a run as they are rolled up, without a row of theirs in Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scoring.engines.model import Frame
from scoring.intake.bulk.read import Bulk
from scoring.regions.model import Region, RegionUnit, RuleKey, Run
from scoring.regions.rollup import losing_rules
from scoring.score import Result
from scoring.score.frames import ManyUnits
from scoring.steps.regions import region_of


@dataclass(frozen=True)
class RegionTallies:
    """What a roll-up needs of units beside their grades, in the order of the unit list: their regions, how many
    ledger rows were charged to each, and how many of them each rule counted."""

    regions: Any
    entries: Any
    counted: Mapping[RuleKey, Any]


def tallies_of(bulk: Bulk, years: ManyUnits, closely: Result) -> RegionTallies:
    """The tallies of a run; of units that were read closely those of their result, ``closely``. Raises
    EngineError."""
    losing = losing_rules(closely.scheme)
    graded = bulk.units.graded
    entries = np.zeros(len(graded), dtype=np.int64)
    if "entries" in bulk.frames:
        for key in dict.fromkeys(key for key, _ in losing):
            codes = [code for own, code in losing if own == key]
            units, counts = _charged(bulk, bulk.frames["entries"], key, codes)
            entries[units] += counts
    counted = {rule: counts for rule, counts in years.counted().items() if rule in losing}
    names = pa.array([unit.unit for unit in closely.units], pa.large_string())
    places = pc.index_in(names, value_set=graded["unit"].combine_chunks()).to_pylist()
    place_of = dict(zip(names.to_pylist(), places, strict=True))
    charged = Counter(
        e.charged_unit for e in closely.entries if (e.component, e.rule) in losing
    )  # fmt: skip
    for name, place in place_of.items():
        entries[place] = charged[name]
    for row in closely.rules:
        if (row.component, row.rule) in counted:
            counted[row.component, row.rule][place_of[row.unit]] = row.counted
    return RegionTallies(graded["region"], entries, counted)


def _charged(bulk: Bulk, rows: Frame, key: str, codes: list[str]) -> tuple[Any, Any]:
    """The places of units with ledger rows of some rules, and how many of them there are."""
    some = rows.filter((nw.col("component") == key) & nw.col("rule").is_in(codes))
    found = bulk.engine.table(some.group_by("unit").agg(nw.col("rule").len().alias("count")))
    return found["unit"].to_numpy(), found["count"].cast(pa.int64()).to_numpy()


def run_of_many(
    result: Result,
    graded: pa.Table,
    tallies: RegionTallies,
    *,
    final: bool,
    base: Region = (),
    folder: str = "",
) -> Run:
    """A run over an engine as ``scoring.regions.rollup.run_of`` gives an ordinary one. ``result`` says scheme and
    days; ``graded`` are all units in the order of the list, as ``ManyUnits.graded`` gives them."""
    groups = pa.array(list(result.scheme.groups), pa.large_string())
    order = pc.sort_indices(
        pa.table({
            "group": pc.index_in(graded["group"], value_set=groups),
            "rank": graded["rank"], "position": graded["position"],
        }),
        [("group", "ascending"), ("rank", "ascending"), ("position", "ascending")],
    ).to_pylist()  # fmt: skip
    names = ("unit", "group", "composite", "grade", "settled", "ranked")
    columns = [graded[name].to_pylist() for name in names]
    texts = tallies.regions.to_pylist()
    regions = {text: (*base, *region_of(text)) for text in set(texts)}
    by_rule = [(rule, counts) for rule, counts in sorted(tallies.counted.items()) if counts.any()]
    counts_of: list[dict[RuleKey, int]] = [{} for _ in texts]
    for rule, counts in by_rule:
        for place in np.flatnonzero(counts).tolist():
            counts_of[place][rule] = int(counts[place])
    units = []
    for place in order:
        unit, group, composite, grade, settled, ranked = (column[place] for column in columns)
        units.append(
            RegionUnit(
                region=regions[texts[place]], unit=unit, group=group, composite=composite, grade=grade,
                decided=settled and composite is not None,
                unranked=not ranked and composite is not None,
                entries=int(tallies.entries[place]), counted=counts_of[place],
            )
        )  # fmt: skip
    return Run(
        scheme=result.scheme, year=result.year, as_of=result.as_of, known=result.known, final=final,
        units=tuple(units), folder=folder,
    )  # fmt: skip
