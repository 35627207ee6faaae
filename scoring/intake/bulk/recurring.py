"""Rows in shares that fit into memory, and what stands in several of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import narwhals as nw
import pyarrow as pa

from scoring.engines.model import Engine, Frame

AT_ONCE: Final = 8_000_000
"""Rows of a share, about."""


def shared_out(rows: Frame, key: str, count: int) -> Iterator[Frame]:
    """The rows, of which there are about ``count``, in shares: those with the same value of ``key``, an integer
    that is not negative, are in one."""
    shares = max(1, -(-count // AT_ONCE))
    for share in range(shares):
        yield rows if shares == 1 else rows.filter(nw.col(key) % shares == share)


def recurring(engine: Engine, rows: Frame, key: str, count: int) -> Any:
    """The values of ``key`` in more than one of some rows, as an Arrow array; ``key`` and ``count`` as in ``shared_out``."""
    there = rows.select(key).filter(~nw.col(key).is_null())
    found = []
    for here in shared_out(there, key, count):
        counted = here.group_by(key).agg(nw.len().alias("count"))
        again = counted.filter(nw.col("count") > 1).select(key)
        found.append(engine.table(again)[key].combine_chunks().cast(pa.int64()))
    return pa.concat_arrays(found)
