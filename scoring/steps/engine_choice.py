"""By which engine an assessment is graded. Nothing heavy is imported to find that out."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from scoring.engines import ENGINES, EngineName, is_installed
from scoring.intake.discover import OWN_FOLDERS
from scoring.limits import BULK_ROWS


@dataclass(frozen=True)
class Choice:
    """How an assessment is graded: by an engine, or by the rules one unit after the other (None), and how
    many rows its parquet files have."""

    engine: EngineName | None
    rows: int


def engine_for(folder: Path) -> Choice:
    """How the assessment in ``folder`` is graded best on this machine: by the rules unless it has so many
    rows in parquet and csv files that an engine is needed; then by the first that is installed."""
    rows = rows_in_columns(folder)
    if rows < BULK_ROWS:
        return Choice(None, rows)
    return Choice(next(name for name in ENGINES if is_installed(name)), rows)


def rows_in_columns(folder: Path) -> int:
    """How many rows the parquet files of an assessment say that they have, and how many lines its csv files."""
    total = 0
    for top, below, files in os.walk(folder):
        if Path(top) == folder:
            below[:] = [name for name in below if name not in OWN_FOLDERS]
        for name in files:
            match Path(name).suffix.lower():
                case ".parquet":
                    total += _rows(Path(top, name))
                case ".csv":
                    total += _lines(Path(top, name))
    return total


def _rows(path: Path) -> int:
    """The rows of a parquet file; 0 where it cannot be opened: whoever reads it says what is wrong."""
    import pyarrow.parquet as pq

    try:
        return int(pq.read_metadata(path).num_rows)
    except Exception:
        # What Arrow raises for a broken file is not only its own.
        return 0


def _lines(path: Path) -> int:
    """The line ends of a csv file; 0 where it cannot be opened."""
    total = 0
    try:
        with open(path, "rb") as file:
            while block := file.read(1 << 20):
                total += block.count(b"\n")
    except OSError:
        return 0
    return total
