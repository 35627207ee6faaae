"""平时考核台账: one problem that was registered under two numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Any

from scoring.intake.cells import fold
from scoring.intake.table import Row
from scoring.problems import Place

_NO_WORDS = re.compile(r"[\W_]+")
_NUMBERS = re.compile(r"\d+|[一二三四五六七八九十百千]+")
_LONGEST, _MOST, _ALIKE = 200, 30, 0.75


class SimilarEntries:
    """Finds one problem that was registered under two numbers: the same graded unit, rule and day,
    in words that are nearly equal. It is only said, never merged: who wrote it knows.

    The cost grows with the rows: each is compared with at most ``_MOST`` others.
    """

    def __init__(self) -> None:
        self._equal: dict[tuple[object, ...], Place] = {}
        self._near: dict[tuple[object, ...], list[tuple[str, Place]]] = {}

    def compare(self, row: Row, entry: dict[str, Any], charged: Iterable[str]) -> None:
        """Add a reminder to ``row`` where an earlier one of the ``charged`` units is like it. A row
        that costs nothing, as it was revoked or found untrue, is like no other, and one that says
        which problem it is (同一问题) needs no guess."""
        told = entry["same_problem"] is not None
        if told or entry["revoked"] is not None or entry["verification"] == "false":
            return
        words = _NO_WORDS.sub("", fold(entry["description"]))[:_LONGEST]
        other = None
        for unit in charged:
            group = (unit, entry["rule"], entry["found"])
            near = self._near.setdefault(group, [])
            other = (
                other
                or self._equal.get((*group, words))
                or next((place for text, place in near if _alike(words, text)), None)
            )
            self._equal.setdefault((*group, words), row.place())
            if len(near) < _MOST:
                near.append((words, row.place()))
        if other is not None:
            row.add("entry-similar", "问题描述", entry["description"], str(other))


def _alike(one: str, other: str) -> bool:
    """Whether two descriptions are nearly equal. Where each has a number that the other lacks, or
    a word stands in the place of another one, they speak of two things.

    >>> _alike("栏目长期不更新", "网站栏目长期未更新"), _alike("第3号文件未公开", "第4号文件未公开")
    (True, False)
    >>> _alike("门户网站部门动态栏目超过60天未更新", "门户网站政策解读栏目超过60天未更新")
    False
    """
    mine, theirs = set(_NUMBERS.findall(one)), set(_NUMBERS.findall(other))
    if not (mine <= theirs or theirs <= mine):
        return False
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    ratios = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)
    return all(ratio() >= _ALIKE for ratio in ratios) and not any(
        what == "replace" and min(end - start, last - first) > 1
        for what, start, end, first, last in matcher.get_opcodes()
    )
