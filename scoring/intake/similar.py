"""平时考核台账: one problem that was registered under two numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import combinations
from typing import NamedTuple

from scoring.intake.table import Row
from scoring.lookup.text import fold
from scoring.problems import Place
from scoring.tables import EntryRow

_NO_WORDS = re.compile(r"[\W_]+")
_NUMBERS = re.compile(r"\d+|[一二三四五六七八九十百千]+")
_LONGEST, _MOST, _ALIKE = 200, 30, 0.75
NEAR_DAYS = 7
"""Two providers come upon one problem within so many days; one provider writes it down once a day."""
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


def may_be_alike(descriptions: Sequence[str]) -> bool:
    """Whether two of some descriptions may be nearly equal; if not, none reminds of another.

    >>> may_be_alike(["第3号文件未公开", "第4号文件未公开"]), may_be_alike(["栏目不更新", "栏目未更新"])
    (False, True)
    """
    words = [_words(description) for description in descriptions]
    return any(one.may_be_like(other) for one, other in combinations(words, 2))


class _Earlier(NamedTuple):
    """A row that was read: its words, whose it is, its day as a number, its place."""

    words: _Words
    provider: str
    day: int
    place: Place


def _provider(entry: EntryRow) -> str:
    """Who wrote the row down: as it says, else whoever keeps its file."""
    return fold(entry.provider or entry.file or "")


class SimilarEntries:
    """Finds one problem that was registered under two numbers: the same graded unit and rule, in words
    that are nearly equal, on the same day, or by two providers within a few days. It is only said,
    never merged: who wrote it knows.

    The cost grows with the rows: each is compared with at most ``_MOST`` others, and once
    ``_EFFORT`` is spent only equal words are found.
    """

    def __init__(self) -> None:
        self._equal: dict[tuple[object, ...], Place] = {}
        self._near: dict[tuple[object, ...], list[tuple[_Words, Place]]] = {}
        self._weeks: dict[tuple[str, str, int], list[_Earlier]] = {}
        self._providers: set[str] = set()
        self._left = _EFFORT

    def compare(self, row: Row, entry: EntryRow, charged: Iterable[str]) -> None:
        """Add a reminder to ``row`` where an earlier one of the ``charged`` units is like it."""
        other = self.find(entry, charged, row.place())
        if other is not None:
            row.add("entry-similar", "问题描述", entry.description, str(other))

    def find(self, entry: EntryRow, charged: Iterable[str], here: Place) -> Place | None:
        """Where an earlier row of the ``charged`` units stands that is like the one ``here``. A row
        that costs nothing, as it was revoked or found untrue, is like no other, and one that says
        which problem it is (同一问题) needs no guess."""
        described = entry.same_problem is not None
        if described or entry.revoked is not None or entry.verification == "false":
            return None
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
            self._equal.setdefault((*group, words.text), here)
            if len(near) < _MOST:
                near.append((words, here))
            other = other or self._of_another_provider(unit, entry, words)
            self._keep(unit, entry, words, here)
        return other

    def _of_another_provider(self, unit: str, entry: EntryRow, words: _Words) -> Place | None:
        """The row in which another provider wrote the same down some days before or after."""
        provider = _provider(entry)
        if self._providers <= {provider}:
            return None
        day = entry.found.toordinal()
        for week in range((day - NEAR_DAYS) // NEAR_DAYS, (day + NEAR_DAYS) // NEAR_DAYS + 1):
            for other in self._weeks.get((unit, entry.rule, week), ()):
                near = other.provider != provider and abs(other.day - day) <= NEAR_DAYS
                if near and (other.words.text == words.text or self._alike(words, other.words)):
                    return other.place
        return None

    def _keep(self, unit: str, entry: EntryRow, words: _Words, place: Place) -> None:
        provider, day = _provider(entry), entry.found.toordinal()
        self._providers.add(provider)
        kept = self._weeks.setdefault((unit, entry.rule, day // NEAR_DAYS), [])
        if len(kept) < _MOST:
            kept.append(_Earlier(words, provider, day, place))

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
