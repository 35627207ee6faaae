"""Mutated inputs by their numbers: the same seed and number make the same input."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from random import Random
from typing import Final

from tests.fuzz import assessments, workbooks
from tests.fuzz.texts import CSV, YAML, TextKind

SHARES: Final = {"workbook": 55, "csv": 25, "yaml": 16, "folder": 4}
"""The kinds of inputs, and how many of a hundred each has."""
_SUFFIXES: Final = {"workbook": ".xlsx", "csv": ".csv", "yaml": ".yaml"}
_GRADED: Final = 25
"""Of so many folders one is graded by the command line."""


@dataclass(frozen=True)
class Finding:
    """An input that was not read as it must be: how it is made again, what was wrong, its content."""

    kind: str
    seed: int
    number: int
    name: str
    said: str
    content: bytes

    def __str__(self) -> str:
        return f"{self.kind} seed={self.seed} number={self.number} {self.name}: {self.said}"


class Run:
    """Tries inputs of one seed. To be used in a ``with`` block."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.tried: list[str] = []
        """The mutations of workbooks that were used."""
        self._stack = ExitStack()
        self._folder: assessments.Folder | None = None

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def one(self, kind: str, number: int) -> Finding | None:
        """Try the input of this kind and number."""
        rng = Random(f"{self.seed}:{kind}:{number}")
        match kind:
            case "workbook":
                made = workbooks.make(rng)
                self.tried += made.what
                name = "、".join((made.rule, *made.what))
                return self._try(kind, number, name, made.content, lambda: workbooks.check(made))
            case "csv" | "yaml":
                text: TextKind = CSV if kind == "csv" else YAML
                content = text.make(rng)
                return self._try(kind, number, "", content, lambda: text.check(content))
        if self._folder is None:
            self._folder = self._stack.enter_context(assessments.folder())
        where, whole = self._folder, number % _GRADED == 0
        change = assessments.change(rng, where)
        name = "、".join((change.file, change.rule, *change.what))
        return self._try(
            kind, number, name, change.content, lambda: where.check(change, whole=whole)
        )

    def _try(
        self, kind: str, number: int, name: str, content: bytes, check: Callable[[], list[str]]
    ) -> Finding | None:
        try:
            found = check()
        except Exception:  # whatever it is: no input may raise
            found = [traceback.format_exc(limit=-6)]
        if not found:
            return None
        said = "\n".join(found[:5]) + (f"\nand {len(found) - 5} more" if len(found) > 5 else "")
        return Finding(kind, self.seed, number, name, said, content)


def file_name(finding: Finding) -> str:
    """The name under which a finding's input is saved."""
    suffix = _SUFFIXES.get(finding.kind, "." + finding.name.partition("、")[0].rpartition(".")[2])
    return f"{finding.kind}-{finding.seed}-{finding.number}{suffix}"


def kinds() -> Iterator[str]:
    """The kinds over and over, each as often as its share says, evenly mixed."""
    done = dict.fromkeys(SHARES, 0)
    while True:
        kind = min(SHARES, key=lambda k: (done[k] + 1) / SHARES[k])
        done[kind] += 1
        yield kind
