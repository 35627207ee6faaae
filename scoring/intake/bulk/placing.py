"""Where the rows of a part's files stand: one number tells file and row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from scoring.engines.model import Engine, Frame
from scoring.intake.bulk.plain import Cells
from scoring.intake.bulk.sources import Parquet


@dataclass(frozen=True)
class Stretch:
    """Files that are read together, and the place of each one's first row; ``period`` is that of the folder in which they lie."""

    files: Sequence[Parquet]
    starts: Sequence[int]
    period: str | None = None

    @property
    def column(self) -> Callable[[str], Cells]:
        """Their column that the contract calls so."""
        return self.files[0].column

    def scanned(self, engine: Engine) -> Frame:
        """Their rows with ``PLACE``."""
        return engine.scan([file.path for file in self.files], self.starts)


class Placing:
    """Where the rows of a part's files stand: one number tells file and row. Files that can be read
    together follow on each other; ``files`` are in the order in which they are read by the ordinary way."""

    def __init__(self, files: Sequence[Parquet], periods: Mapping[str, str | None]) -> None:
        groups: dict[tuple[object, ...], list[Parquet]] = {}
        for file in files:
            groups.setdefault((periods.get(file.file), file.shape), []).append(file)
        self.files = files
        self.stretches: list[Stretch] = []
        self._starts: list[int] = []
        self._bounds: dict[str, tuple[int, int]] = {}
        at = 0
        for (period, _), same in groups.items():
            starts = []
            for file in same:
                starts.append(at)
                self._bounds[file.file] = at, at + file.rows
                at += file.rows
            self.stretches.append(Stretch(same, starts, cast(str | None, period)))
            self._starts += starts

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return sum(file.rows for file in self.files)

    def bounds_of(self, file: str) -> tuple[int, int]:
        """The places of a file's rows: that of the first, and that after the last."""
        return self._bounds[file]

    def file_of(self, places: Any) -> Any:
        """The numbers of the files in which the rows at some places stand, as an array of integers."""
        import numpy as np

        return np.searchsorted(self._starts, places, side="right") - 1

    def rows_of(self, places: Any) -> Iterator[tuple[Parquet, Any]]:
        """The rows at some places, an array of integers: by file, in the order of the files, their
        numbers from 0 in order."""
        import numpy as np

        ordered = np.unique(places)
        for file in self.files:
            start, end = self.bounds_of(file.file)
            here = ordered[np.searchsorted(ordered, start) : np.searchsorted(ordered, end)]
            if len(here):
                yield file, here - start
