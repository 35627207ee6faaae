"""Scores that are handed in whole (第三方评估) in a simulated assessment."""

from __future__ import annotations

from typing import Final

import numpy as np

from scoring.enums import Assessors
from scoring.scheme import Scheme, Score
from scoring.scheme.parts import in_group
from scoring.simulate.columns import (
    CHUNK,
    Chunk,
    Kind,
    Table,
    chunks_of,
    gaps_stop,
    groups_with,
    numbers,
    words,
)
from scoring.simulate.draws import Draws
from scoring.simulate.table_mistakes import score_mistakes
from scoring.simulate.units import BEST, Units

_AGENCY: Final = "示例评估中心"
_ASSESSORS: Final = ("评委甲", "评委乙", "评委丙", "评委丁", "评委戊")


def score_tables(scheme: Scheme, units: Units, seed: int) -> list[Table]:
    """One table for each part whose score is handed in whole, of one assessor or of several."""
    parts = [(k, c) for k, c in scheme.leaves().items() if isinstance(c, Score)]
    return [
        _table(
            component, groups_with(scheme, key), units, seed, (4, i), gaps=gaps_stop(scheme, key)
        )
        for i, (key, component) in enumerate(parts)
    ]


def _table(
    component: Score,
    own: tuple[str, ...],
    units: Units,
    seed: int,
    place: tuple[int, ...],
    *,
    gaps: bool,
) -> Table:
    several = component.assessors != Assessors.ONE
    who, name = (_ASSESSORS, "评委") if several else ((_AGENCY,), "评估机构")
    groups = [group in own for group in units.groups]
    spans = [
        np.arange(first, end, dtype=np.int64)
        for has, (first, end) in zip(groups, units.bounds, strict=True)
        if has
    ]
    scored = np.concatenate([np.zeros(0, dtype=np.int64), *spans])
    fulls = [
        in_group(component.full_by, g) if has else 0
        for g, has in zip(units.groups, groups, strict=True)
    ]
    rows, full = len(scored) * len(who), np.array(fulls, dtype=np.int64)

    def make(chunk: int) -> Chunk:
        draws = Draws(seed, *place, chunk)
        at = np.arange(chunk * CHUNK, min((chunk + 1) * CHUNK, rows), dtype=np.int64)
        unit = scored[at // len(who)]
        out_of = full[units.group[unit]]
        # In thousandths of the full score, on tenths of a hundredth of it.
        lost = (BEST - units.quality[unit]) * 5 // 10 + draws.below(100, len(at)) - 50
        share = np.clip(1000 - lost, 0, 1000)
        columns = {
            "单位": words(units.names, unit),
            "得分": numbers(out_of * share // 1000),
            name: words(who, at % len(who)),
        }
        return Chunk(columns, unit, at)

    columns = {"单位": Kind.TEXT, "得分": Kind.POINTS, name: Kind.TEXT}
    return Table(
        component.table,
        columns,
        rows,
        chunks_of(rows),
        make,
        score_mistakes(component, units, gaps=gaps),
        place,
    )
