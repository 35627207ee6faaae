"""What every engine can do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, cast

import narwhals as nw

from scoring.engines.scratch import Scratch

Frame = nw.LazyFrame[Any]
PLACE: Final = "kaohe_place"
"""The column of a row's place: its number in its file, from 0, and what the file begins at."""


class EngineError(RuntimeError):
    """The library could not do what it was asked for; the message is its own."""


class DamagedFileError(Exception):
    """A file of data that cannot be read to its end; ``path`` is that file."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


class Engine(ABC):
    """A dataframe library that is open; ``close`` gives back what it holds."""

    name: str

    def __init__(self) -> None:
        self._scratch = Scratch()

    def new_file(self) -> Path:
        """A file on this machine for rows of the engine's, which is not there yet and goes with it."""
        return self._scratch.new_file()

    @abstractmethod
    def scan(self, paths: Sequence[Path], starts: Sequence[int]) -> Frame:
        """The rows of parquet files whose columns are the same, with their ``PLACE``: ``starts`` says at
        which each file begins, one where the last ended. Nothing is read before the frame is asked for."""

    @abstractmethod
    def frame(self, table: Any) -> Frame:
        """An Arrow table as a frame that can be joined with those of ``scan``."""

    def table(self, frame: Frame) -> Any:
        """The rows of a frame as an Arrow table, computed now. Raises EngineError where a file is damaged
        or the library gives up."""
        try:
            return self._collected(frame)
        except Exception as error:
            # Each library has errors of its own, some of them not even Exceptions of a common class.
            raise EngineError(f"{self.name}: {error}") from error

    def kept(self, frame: Frame) -> Frame:
        """The same rows, computed now and once, wherever they are asked for again. Raises EngineError."""
        try:
            return self._kept(frame)
        except Exception as error:
            raise EngineError(f"{self.name}: {error}") from error

    @abstractmethod
    def digested(self, frame: Frame, name: str, digest: str) -> Frame:
        """The frame with ``digest``, an integer of 63 bits, not negative, that is the same for the same text of
        the column ``name``, and hardly ever for two."""

    @abstractmethod
    def _kept(self, frame: Frame) -> Frame:
        """As ``kept``, with the errors of the library."""

    def _collected(self, frame: Frame) -> Any:
        return frame.collect(backend="pyarrow").to_arrow()

    def close(self) -> None:
        """Give back what the engine holds."""
        self._scratch.close()

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()


def as_frame(native: Any) -> Frame:
    """A native frame as one that Narwhals' expressions are asked of."""
    return cast(Frame, nw.from_native(native).lazy())
