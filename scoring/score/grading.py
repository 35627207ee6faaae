"""等次 and 排名 from the published composite: bounds, quotas, vetoes, ranks within the group.

Source: 四（四） of the scheme of Heze: bounds are inclusive; equal scores share a rank and the
next rank is skipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import narwhals as nw
import pyarrow as pa

from scoring.points import PLACES
from scoring.scheme import Grade, Ledger, Scheme
from scoring.scheme.forms import HUNDRED
from scoring.tables import Backend, Frame, make_frame

NONE = -1
"""The position of no grade."""


def grade_and_rank(frame: Frame, vetoed: Frame | None, scheme: Scheme) -> Frame:
    """Add ``grade`` (its position in the group's grades, best first; NONE for none), ``rank``
    within the group (null for none) and ``best`` (the best grade that vetoes leave open).

    A unit has no grade and no rank where it is not ``settled``: its score rests on a gap.
    ``vetoed`` holds unit and best for units with a veto.
    """
    settled = nw.col("settled") & ~nw.col("composite").is_null()
    frame = frame.with_columns(settled=settled, grade=nw.lit(NONE, nw.Int64))
    rank = nw.col("composite").rank("min", descending=True).over("group", "settled")
    frame = frame.with_columns(rank=nw.when(nw.col("settled")).then(rank.cast(nw.Int64)))
    if vetoed is None:
        frame = frame.with_columns(best=nw.lit(0, nw.Int64))
    else:
        frame = frame.join(vetoed, on="unit", how="left").with_columns(nw.col("best").fill_null(0))
    sizes = frame.group_by("group").agg(group_size=nw.len())
    frame = frame.join(sizes, on="group", how="left").with_columns(
        nw.col("group_size").cast(nw.Int64)
    )
    # Where all groups share their grades, one pass gives them to all.
    apart = isinstance(scheme.grades, Mapping)
    for group in scheme.groups if apart else [None]:
        grades = scheme.grades_in(group or scheme.groups[0])
        for position, grade in enumerate(grades):
            last = position == len(grades) - 1
            frame = _give(frame, group, position, grade, scheme, last=last)
    return frame.drop("group_size")


def _give(
    frame: Frame, group: str | None, position: int, grade: Grade, scheme: Scheme, *, last: bool
) -> Frame:
    """Give one grade to every unit (of a group) that is still without one and may have it."""
    step = 10 ** (PLACES - scheme.rounding.decimals)
    may = nw.col("settled") & (nw.col("grade") == NONE)
    if group is not None:
        may = may & (nw.col("group") == group)
    if not last:
        may = may & (nw.col("best") <= position)
        if grade.lower is not None:
            may = may & (nw.col("composite") * step >= grade.lower)
    frame = frame.with_columns(_may=may)
    gets = nw.col("_may")
    if grade.quota is not None and not last:
        # Places are counted down the list of those who may have the grade.
        edge: Literal["max", "min"] = "max" if grade.quota.ties == "exclude" else "min"
        place = nw.col("composite").rank(edge, descending=True).over("group", "_may")
        frame = frame.with_columns(_place=place)
        places = (
            nw.lit(grade.quota.count, nw.Int64)
            if grade.quota.share is None
            else (nw.col("group_size") * grade.quota.share) // HUNDRED
        )
        gets = gets & (nw.col("_place") <= places)
    got = nw.when(gets).then(nw.lit(position, nw.Int64)).otherwise(nw.col("grade"))
    frame = frame.with_columns(grade=got).drop("_may")
    return frame.drop("_place") if grade.quota is not None and not last else frame


_BEST = {"rule": pa.large_string(), "group": pa.large_string(), "best": pa.int64()}


def best_open(
    vetoes: Frame, units: Frame, ledger: Ledger, scheme: Scheme, backend: Backend
) -> Frame:
    """unit and best: the best grade that the vetoed rules of a ledger leave open."""
    rows = []
    for rule in ledger.rules:
        for group in scheme.groups:
            names = [grade.name for grade in scheme.grades_in(group)]
            if rule.veto is not None:
                # A grade that this group does not have closes every grade but the last.
                best = names.index(rule.veto) if rule.veto in names else len(names) - 1
                rows.append({"rule": rule.code, "group": group, "best": best})
    spec = make_frame(rows, _BEST, backend)
    known = vetoes.join(units.select("unit", "group"), on="unit", how="inner")
    return known.join(spec, on=["rule", "group"], how="inner").select("unit", "best")
