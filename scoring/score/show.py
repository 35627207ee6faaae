"""A result as a notebook shows it: one line, a small page, frames of pandas.

Scores stay exact: a binary float is no grade (0.1 + 0.2 ≠ 0.3, and 89.995 is 89.99 or 90.00), and a
column of floats would look exact. ``astype(float)`` is there for whoever wants to draw a picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from html import escape
from typing import TYPE_CHECKING, Literal, assert_never

from scoring.points import SCALE, Amount
from scoring.problems import Place

if TYPE_CHECKING:
    import pandas as pd

    from scoring.score.result import EntryResult, ItemResult, Result, UnitResult

Table = Literal["units", "entries", "items"]
_MOST_ROWS = 60
"""Units of a group that a notebook shows."""
_HEADS = ("排名", "单位", "综合", "等次")


def line(result: Result) -> str:
    """The result in one line."""
    state = "正式" if result.final else "暂定"
    count = f"{len(result.units)}个单位"
    return f"<Result {result.scheme.name} {result.year}，截至{result.as_of}，{count}，{state}>"


def html(result: Result) -> str:
    """A table of the units for each group, in rank order."""
    parts = [f"<p>{escape(line(result)[1:-1])}</p>"]
    head = "".join(f"<th>{name}</th>" for name in _HEADS)
    for group in result.scheme.groups:
        units = result.in_group(group)
        if not units:
            continue
        rows = "".join(f"<tr>{_cells(result, unit)}</tr>" for unit in units[:_MOST_ROWS])
        parts.append(f"<table><caption>{escape(group)}</caption><tr>{head}</tr>{rows}</table>")
        if len(units) > _MOST_ROWS:
            parts.append(f"<p>另有{len(units) - _MOST_ROWS}个单位，见 to_frame()。</p>")
    return "".join(parts)


def _cells(result: Result, unit: UnitResult) -> str:
    rank = "—" if unit.rank is None else str(unit.rank)
    texts = (rank, unit.unit, result.composite_text(unit) or "—", unit.grade or "—")
    return "".join(f"<td>{escape(text)}</td>" for text in texts)


def frame(result: Result, table: Table) -> pd.DataFrame:
    """The units, the ledger rows or the items of a result; see ``Result.to_frame``."""
    match table:
        case "units":
            return _units(result)
        case "entries":
            return _entries(result.entries)
        case "items":
            return _items(result.items)
        case _ as other:
            assert_never(other)


def _units(result: Result) -> pd.DataFrame:
    import pandas as pd

    units = result.units
    scores = {
        f"score_{key}": _objects(unit.score_of(key) for unit in units)
        for key, _ in result.scheme.every()
    }
    texts = (result.composite_text(unit) for unit in units)
    return pd.DataFrame({
        "unit": _texts(unit.unit for unit in units),
        "group": _texts(unit.group for unit in units),
        **scores,
        "composite": _objects(None if text is None else Decimal(text) for text in texts),
        "grade": _texts(unit.grade for unit in units),
        "rank": _numbers(unit.rank for unit in units),
        "gaps": _numbers(len(unit.gaps) for unit in units),
    })  # fmt: skip


def _entries(rows: Sequence[EntryResult]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({
        "component": _texts(row.component for row in rows),
        "entry": _texts(row.entry for row in rows),
        "unit": _texts(row.unit for row in rows),
        "charged_unit": _texts(row.charged_unit for row in rows),
        "rule": _texts(row.rule for row in rows),
        "status": _texts(row.status for row in rows),
        "deduction": _points(row.deduction for row in rows),
        "description": _texts(row.description for row in rows),
        "found": _days(row.found for row in rows),
        "document": _texts(row.document for row in rows),
        "provider": _texts(row.provider for row in rows),
        "deadline": _days(row.deadline for row in rows),
        "rectified": _days(row.rectified for row in rows),
        "verification": _texts(row.verification for row in rows),
        "revoked": _days(row.revoked for row in rows),
        "revoked_reason": _texts(row.revoked_reason for row in rows),
        "note": _texts(row.note for row in rows),
        **_places([row.place for row in rows]),
    })  # fmt: skip


def _items(rows: Sequence[ItemResult]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({
        "component": _texts(row.component for row in rows),
        "unit": _texts(row.unit for row in rows),
        "period": _texts(row.period for row in rows),
        "area": _texts(row.area for row in rows),
        "indicator": _texts(row.indicator for row in rows),
        "title": _texts(row.title for row in rows),
        "status": _texts(row.status for row in rows),
        "points": _points(row.points for row in rows),
        "counted": _points(row.counted for row in rows),
        "self_score": _points(row.self_score for row in rows),
        "verified_score": _points(row.verified_score for row in rows),
        "self_done": _numbers(row.self_done for row in rows),
        "self_of": _numbers(row.self_of for row in rows),
        "self_faults": _numbers(row.self_faults for row in rows),
        "done": _numbers(row.done for row in rows),
        "of": _numbers(row.of for row in rows),
        "faults": _numbers(row.faults for row in rows),
        "self_note": _texts(row.self_note for row in rows),
        "evidence": _texts(row.evidence for row in rows),
        "verifier": _texts(row.verifier for row in rows),
        "verified_note": _texts(row.verified_note for row in rows),
        **_places([row.place for row in rows]),
    })  # fmt: skip


def _places(places: Sequence[Place | None]) -> dict[str, pd.Series]:
    def of(get: Callable[[Place], str | None]) -> pd.Series:
        return _texts(None if place is None else get(place) for place in places)

    return {
        "file": of(lambda place: place.file),
        "sheet": of(lambda place: place.sheet),
        "row": _numbers(None if place is None else place.row for place in places),
    }


# Columns. A missing value is None among objects, pd.NA among numbers and NaT among days.


def _objects(values: Iterable[object]) -> pd.Series:
    import pandas as pd

    return pd.Series(list(values), dtype="object")


_texts = _objects


def _points(amounts: Iterable[Amount | None]) -> pd.Series:
    """Exact points of amounts in ten-thousandths."""
    return _objects(None if amount is None else Fraction(amount) / SCALE for amount in amounts)


def _numbers(values: Iterable[int | None]) -> pd.Series:
    import pandas as pd

    return pd.Series(list(values), dtype="Int64")


def _days(days: Iterable[date | None]) -> pd.Series:
    import pandas as pd

    return pd.Series(list(days), dtype="datetime64[s]")
