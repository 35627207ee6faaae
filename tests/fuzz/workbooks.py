"""One mutated workbook: how it is made, and what must hold of its reading."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any, Final

from scoring.intake.cells import ErrorCell
from scoring.intake.grids import SourceFile, read_content
from scoring.problems import errors
from tests.fuzz.book import SOUND, unpack
from tests.fuzz.damage import CHANGING, DAMAGING, TEXT
from tests.fuzz.keep import (
    KEEPING,
    Mutation,
    absolute_targets,
    archive_comment,
    backslash_parts,
    backslash_targets,
    comments,
    deflate,
    dotted_targets,
    more_parts,
    other_encoding,
    prefix_elements,
    references_and_cdata,
    slash_parts,
    strict_namespaces,
    upper_parts,
    upper_targets,
    white_space,
)  # fmt: skip
from tests.fuzz.limits import limited
from tests.fuzz.reading import by_openpyxl, differences

_SPELLING: Final[tuple[Mutation, ...]] = (
    white_space, comments, references_and_cdata, prefix_elements, strict_namespaces, absolute_targets,
    backslash_targets, dotted_targets, upper_targets, backslash_parts, upper_parts, slash_parts, deflate,
    archive_comment, more_parts, other_encoding,
)  # fmt: skip
"""Mutations of the KEEPING that suit any content, in the order in which they can follow each other."""
_CONTENT: Final = tuple(m for m in KEEPING if m not in _SPELLING)
_TARGETS: Final = (absolute_targets, backslash_targets, dotted_targets, upper_targets)
_PARTS: Final = (backslash_parts, upper_parts, slash_parts)


@dataclass(frozen=True)
class Made:
    """A mutated workbook: what was done to it, what openpyxl is given instead (the same content in a
    spelling that it reads), what must hold."""

    content: bytes
    plain: bytes
    what: tuple[str, ...]
    rule: str
    base: bytes


def make(rng: Random, sound: bytes | None = None) -> Made:
    """A mutated workbook, of ``sound`` or of one of those that are here. ``rule`` is ``same`` (content unchanged), ``kept`` (unchanged or refused),
    ``read`` (as openpyxl reads it)."""
    base = rng.choice(SOUND)() if sound is None else sound
    book = unpack(base)
    rule = rng.choices(["same", "kept", "read", "text"], [25, 25, 40, 10])[0]
    spelling: list[Mutation] = []
    if rule == "same":
        steps = rng.sample(_CONTENT, rng.randrange(0, 3))
        spelling = _spelling(rng, rng.randrange(0 if steps else 1, 4))
    elif rule == "kept":
        steps = [rng.choice(DAMAGING)]
    elif rule == "text":
        steps = [*rng.sample(CHANGING, rng.randrange(2)), *TEXT]
    else:
        steps = rng.sample(CHANGING, rng.randrange(1, 4))
        spelling = _spelling(rng, rng.choice([0, 0, 1, 2]))
    for step in steps:
        step(rng, book)
    plain = book.pack() if rule in ("read", "text") else b""
    for step in spelling:
        step(rng, book)
    what = tuple(step.__name__ for step in [*steps, *spelling])
    return Made(book.pack(), plain, what, "read" if rule == "text" else rule, base)


def _spelling(rng: Random, count: int) -> list[Mutation]:
    chosen = rng.sample(_SPELLING, count)
    for family in (_TARGETS, _PARTS):
        for other in [m for m in chosen if m in family][1:]:
            chosen.remove(other)
    return sorted(chosen, key=_SPELLING.index)


def check(made: Made) -> list[str]:
    """What is wrong with the reading of a mutated workbook."""
    source = limited(read_content, made.content, "表.xlsx", ".xlsx")
    for problem in source.problems:
        problem.message().encode()
    if made.rule == "same":
        return _changed(source, _sound(made.base), refusing=False)
    if made.rule == "kept":
        return _changed(source, _sound(made.base), refusing=True)
    if errors(source.problems):
        return []
    sheets = by_openpyxl(made.plain)
    return [] if sheets is None else list(differences(source, sheets))


@lru_cache
def _sound(base: bytes) -> SourceFile:
    source = read_content(base, "表.xlsx", ".xlsx")
    assert not source.problems
    return source


def _changed(source: SourceFile, sound: SourceFile, *, refusing: bool) -> list[str]:
    if errors(source.problems):
        return [] if refusing else [f"refused: {p.message()}" for p in source.problems]
    ours, theirs = source.grids, sound.grids
    if [g.sheet for g in ours] != [g.sheet for g in theirs]:
        return [f"sheets {[g.sheet for g in ours]}, were {[g.sheet for g in theirs]}"]
    found = []
    for a, b in zip(ours, theirs, strict=True):
        if (
            a.hidden != b.hidden
            or a.hidden_rows != b.hidden_rows
            or a.merged.ranges != b.merged.ranges
        ):
            found.append(f"{a.sheet}: other hidden parts or merged ranges")
        for row in range(max(len(a.cells), len(b.cells))):
            width = max(len(g.cells[row]) if row < len(g.cells) else 0 for g in (a, b))
            for column in range(width):
                now, was = a.value(row, column), b.value(row, column)
                refused = refusing and isinstance(now, ErrorCell)
                if not refused and not _same(now, was):
                    found.append(f"{a.sheet} ({row}, {column}): {now!r}, was {was!r}")
    return found


def _same(now: Any, was: Any) -> bool:
    if isinstance(now, str) and isinstance(was, str):
        return now == was
    return now == was or (now in (None, "") and was in (None, ""))


def unused(names: Iterable[str]) -> list[str]:
    """The mutations that none of ``names`` is: what a run never tried."""
    tried = set(names)
    return [m.__name__ for m in (*KEEPING, *CHANGING, *DAMAGING, *TEXT) if m.__name__ not in tried]
