"""A folder for what an engine computed once and asks for again; it goes when the engine is closed."""

from __future__ import annotations

import tempfile
from pathlib import Path


class Scratch:
    """Files with names of their own in a temporary folder, which is made with the first."""

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._count = 0

    def new_file(self) -> Path:
        """A parquet file that is not there yet."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="kaohe-")
        self._count += 1
        return Path(self._folder.name, f"{self._count}.parquet")

    def close(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
