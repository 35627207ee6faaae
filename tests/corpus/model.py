"""One input of the corpus, and what must come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.corpus.changes import Change, full


@dataclass(frozen=True)
class Input:
    """``problems`` are the lines of ``kaohe check --json``: kind, file, cell (or row, column, sheet's
    place). ``scores`` are the composites by unit that differ from the base folder's; they are
    compared where no problem is an error. ``base`` is the folder that is changed."""

    kind: str
    name: str
    change: Change
    problems: tuple[str, ...] = ()
    scores: Mapping[str, str] = field(default_factory=dict)
    base: str = "heze"

    @property
    def expected(self) -> list[str]:
        return sorted(_line(problem) for problem in self.problems)


def _line(problem: str) -> str:
    kind, _, place = problem.partition(" ")
    file, _, cell = place.partition(" ")
    return f"{kind} {full(file)} {cell}".strip()


INPUTS: list[Input] = []


def add(
    kind: str,
    name: str,
    change: Change,
    *problems: str,
    scores: Mapping[str, str] | None = None,
    base: str = "heze",
) -> None:
    """Put an input into the corpus."""
    INPUTS.append(Input(kind, name, change, problems, scores or {}, base))
