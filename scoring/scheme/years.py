"""Numbers with the years from which they hold: one file for several years of a scheme.

Instead of a value a scheme may say ``{2023: 1, 2024: 1.5}`` (or full dates). An assessment uses
what holds in its year: the value of the latest date that is not after the year's last day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from scoring.problems import Problem
from scoring.yaml_files.source import Path_, Source

_DATED = re.compile(r"(\d{4})(?:-\d{2}-\d{2})?")
_MEANT = re.compile(r"\d{4}[\d年月日度起号./-]*")
"""What is meant as a year or a day, though it may be written otherwise."""


def versions(data: Any) -> tuple[int, ...]:
    """The years from which a scheme's numbers hold, each until the next: the first is one in which
    every number has a value. Empty for a scheme without dated numbers.

    >>> versions({"points": {"2020": 1, "2024-07-01": 2}, "cap": {"2022": 9}, "floor": 0})
    (2022, 2024)
    """
    found = list(_dated(data))
    if not found:
        return ()
    first = max(min(years) for years in found)
    return tuple(sorted({first, *(year for years in found for year in years if year > first)}))


def _dated(value: Any) -> Iterator[list[int]]:
    """The years of every dated value."""
    if isinstance(value, Mapping) and value and all(_DATED.fullmatch(str(key)) for key in value):
        yield [int(str(key)[:4]) for key in value]
    children = value.values() if isinstance(value, Mapping) else value
    if isinstance(value, Mapping | list):
        for child in children:
            yield from _dated(child)


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
    if value and all(_MEANT.fullmatch(str(key)) for key in value):
        for key in value:
            if not _DATED.fullmatch(str(key)):
                source.problems.append(
                    Problem("yaml-value", source.place((*path, key)), str(key), _like(str(key)))
                )
        return None
    return {key: _resolve(child, (*path, key), source, year) for key, child in value.items()}


def _like(key: str) -> str:
    """How a year or a day that was written otherwise is written here."""
    numbers = re.findall(r"\d+", key)
    if len(numbers) == 1 and len(numbers[0]) == 4:
        return f"四位数的年份“{numbers[0]}”（不写“{key[4:]}”）"
    if len(numbers) == 3 and len(numbers[0]) == 4:
        return f"日期“{numbers[0]}-{numbers[1]:0>2}-{numbers[2]:0>2}”"
    return "四位数的年份，如 2024；或日期，如 2024-07-01"
