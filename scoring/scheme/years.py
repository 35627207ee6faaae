"""Numbers with the years from which they hold: one file for several years of a scheme.

Instead of a value a scheme may say ``{2023: 1, 2024: 1.5}`` (or full dates). An assessment uses
what holds in its year: the value of the latest date that is not after the year's last day.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from scoring.problems import Problem
from scoring.yaml_source import Path_, Source

_DATED = re.compile(r"(\d{4})(?:-\d{2}-\d{2})?")


def in_year(source: Source, year: int | None) -> None:
    """Replace every dated value of ``source`` by the one of ``year`` (None: the latest).

    A value that does not hold yet in ``year`` is a problem at its place.
    """
    source.data = _resolve(source.data, (), source, year)


def _resolve(value: Any, path: Path_, source: Source, year: int | None) -> Any:
    if isinstance(value, list):
        return [_resolve(child, (*path, i), source, year) for i, child in enumerate(value)]
    if not isinstance(value, Mapping):
        return value
    if value and all(_DATED.fullmatch(str(key)) for key in value):
        known = sorted(key for key in value if year is None or int(str(key)[:4]) <= year)
        if known:
            return _resolve(value[known[-1]], (*path, known[-1]), source, year)
        first = min(value)
        source.problems.append(
            Problem("yaml-value", source.place(path), f"{first}起", f"{year}年度适用的数")
        )
        return None
    return {key: _resolve(child, (*path, key), source, year) for key, child in value.items()}
