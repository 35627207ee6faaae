"""The dataframe libraries over which many units are read and scored: one small adapter each.

An adapter opens parquet files as a lazy frame, takes a table of Arrow and gives one back. What is
asked of the frames is said with Narwhals, the same for all of them. None of the libraries is imported
before one of them is opened, and Narwhals not before ``scoring.engines.model`` is.
"""

from __future__ import annotations

from scoring.engines.names import ENGINES, EngineName, is_installed
from scoring.engines.opened import open_engine

__all__ = ["ENGINES", "EngineName", "is_installed", "open_engine"]
