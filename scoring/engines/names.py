"""The engines by name, and whether their libraries are there; nothing is imported to know it."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final, Literal

EngineName = Literal["polars", "duckdb", "pandas", "spark"]
ENGINES: Final[tuple[EngineName, ...]] = ("polars", "duckdb", "pandas", "spark")
"""In the order in which one is chosen; Spark only where it is asked for."""

_MODULES: Final[dict[EngineName, str]] = {
    "polars": "polars", "duckdb": "duckdb", "pandas": "pandas", "spark": "pyspark",
}  # fmt: skip


def is_installed(name: EngineName) -> bool:
    """Whether the library of an engine is installed."""
    return find_spec(_MODULES[name]) is not None
