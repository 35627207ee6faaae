"""Opening an engine by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from scoring.engines.names import EngineName

if TYPE_CHECKING:
    from scoring.engines.model import Engine


def open_engine(name: EngineName, master: str | None = None) -> Engine:
    """The engine ``name``, whose library must be installed; ``master`` is the address of a Spark cluster,
    None for threads of this machine."""
    match name:
        case "polars":
            from scoring.engines.polars import PolarsEngine

            return PolarsEngine()
        case "duckdb":
            from scoring.engines.duckdb import DuckdbEngine

            return DuckdbEngine()
        case "pandas":
            from scoring.engines.pandas import PandasEngine

            return PandasEngine()
        case "spark":
            from scoring.engines.spark import SparkEngine

            return SparkEngine(master)
        case _ as other:
            assert_never(other)
