"""Examples in messages, of the assessment's own year.

The catalogue of problems knows no year. A clerk copies the example that she is shown, so it must be
one that is right in her year.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from scoring.problems import EXAMPLE_YEAR, Problem

_EXAMPLE = re.compile(rf"如 {EXAMPLE_YEAR}-(?=\d\d-\d\d)")
_SEPARATED = re.compile(r"(\d{1,4})\D+(\d{1,2})(?:\D+(\d{1,2}))?\D*")


def with_hints(problems: Iterable[Problem], year: int) -> list[Problem]:
    """The problems, with the example dates of what is expected and what to do in ``year``."""
    return [_with_hint(problem, year) for problem in problems]


def _with_hint(problem: Problem, year: int) -> Problem:
    if problem.kind == "date-unreadable" and not problem.fix:
        return replace(problem, fix=date_hint(problem.found, year))
    if _EXAMPLE.search(problem.expected):
        return replace(problem, expected=_EXAMPLE.sub(f"如 {year}-", problem.expected))
    return problem


def date_hint(found: str, year: int) -> str:
    """How to write the date that ``found`` may be meant for, or how dates are written.

    >>> date_hint("3月5日", 2025)
    '把年份写全，如 2025-03-05'
    >>> date_hint("24.3.5", 2025), date_hint("2025年3月", 2025)
    ('把年份写全，如 2024-03-05', '写明是哪一天，如 2025-03-05')
    """
    text = unicodedata.normalize("NFKC", found).strip()
    match = _SEPARATED.fullmatch(text)
    first, second, third = match.groups() if match else ("", "", "")
    if third and len(first) == 2 and _is_day(second, third):
        return f"把年份写全，如 20{first}-{int(second):02}-{int(third):02}"
    if match and not third and len(first) == 4 and _is_day(second, "1"):
        return f"写明是哪一天，如 {first}-{int(second):02}-05"
    if match and not third and len(first) <= 2 and _is_day(first, second):
        return f"把年份写全，如 {year}-{int(first):02}-{int(second):02}"
    return f"写成 {year}-03-05、{year}年3月5日、{year}.3.5、{year}/3/5 或 {year}0305"


def _is_day(month: str, day: str) -> bool:
    return 1 <= int(month) <= 12 and 1 <= int(day) <= 31
