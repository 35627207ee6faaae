"""平时考核台账: one problem that was registered under two numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import NamedTuple

from scoring.intake.table import Row
from scoring.lookup.text import fold
from scoring.problems import Place
from scoring.tables import EntryRow

_NO_WORDS = re.compile(r"[\W_]+")
_NUMBERS = re.compile(r"\d+|[一二三四五六七八九十百千]+")
_LONGEST, _MOST, _ALIKE = 200, 30, 0.75
_EFFORT, _QUICK, _FULL = 20_000, 1, 5
"""What comparing the rows of a table may cost in all (about a second); what it costs to compare the
characters of two rows, and then their order."""


class _Words(NamedTuple):
    """A description without marks, and the numbers in it."""

    text: str
    numbers: frozenset[str]

    def may_be_like(self, other: _Words) -> bool:
        """Whether the lengths allow it, and not each has a number that the other lacks."""
        if not (self.numbers <= other.numbers or other.numbers <= self.numbers):
            return False
        shorter, longer = sorted((len(self.text), len(other.text)))
        return 2 * shorter >= _ALIKE * (shorter + longer)


def _words(description: str) -> _Words:
    text = _NO_WORDS.sub("", fold(description[: 4 * _LONGEST]))[:_LONGEST]
    return _Words(text, frozenset(_NUMBERS.findall(text)))


class SimilarEntries:
    """Finds one problem that was registered under two numbers: the same graded unit, rule and day,
    in words that are nearly equal. It is only said, never merged: who wrote it knows.

    The cost grows with the rows: each is compared with at most ``_MOST`` others, and once
    ``_EFFORT`` is spent only equal words are found.
    """

    def __init__(self) -> None:
        self._equal: dict[tuple[object, ...], Place] = {}
        self._near: dict[tuple[object, ...], list[tuple[_Words, Place]]] = {}
        self._left = _EFFORT

    def compare(self, row: Row, entry: EntryRow, charged: Iterable[str]) -> None:
        """Add a reminder to ``row`` where an earlier one of the ``charged`` units is like it. A row
        that costs nothing, as it was revoked or found untrue, is like no other, and one that says
        which problem it is (同一问题) needs no guess."""
        described = entry.same_problem is not None
        if described or entry.revoked is not None or entry.verification == "false":
            return
        words = _words(entry.description)
        other = None
        for unit in charged:
            group = (unit, entry.rule, entry.found)
            near = self._near.setdefault(group, [])
            other = (
                other
                or self._equal.get((*group, words.text))
                or next((place for earlier, place in near if self._alike(words, earlier)), None)
            )
            self._equal.setdefault((*group, words.text), row.place())
            if len(near) < _MOST:
                near.append((words, row.place()))
        if other is not None:
            row.add("entry-similar", "问题描述", entry.description, str(other))

    def _alike(self, one: _Words, other: _Words) -> bool:
        """Whether two descriptions are nearly equal. Where each has a number that the other lacks, or
        a word stands in the place of another one, they speak of two things.

        >>> alike = SimilarEntries()._alike
        >>> alike(_words("栏目长期不更新"), _words("网站栏目长期未更新"))
        True
        >>> alike(_words("第3号文件未公开"), _words("第4号文件未公开"))
        False
        >>> alike(_words("门户网站部门动态栏目超过60天未更新"), _words("门户网站政策解读栏目超过60天未更新"))
        False
        """
        if self._left <= 0 or not one.may_be_like(other):
            return False
        matcher = SequenceMatcher(None, one.text, other.text, autojunk=False)
        self._left -= _QUICK
        if matcher.quick_ratio() < _ALIKE:
            return False
        self._left -= _FULL
        return matcher.ratio() >= _ALIKE and not any(
            what == "replace" and min(end - start, last - first) > 1
            for what, start, end, first, last in matcher.get_opcodes()
        )
