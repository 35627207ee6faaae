"""A simulated assessment as a whole: its tables, and its assessment.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from scoring.scheme import Ledger, Scheme
from scoring.simulate.columns import YEAR, Table
from scoring.simulate.forms import form_tables
from scoring.simulate.ledgers import ledger_tables
from scoring.simulate.scores import score_tables
from scoring.simulate.units import make_units, unit_table

MOST_UNITS: Final = 5_000_000
MOST_ROWS: Final = 1_000_000_000


@dataclass(frozen=True)
class Size:
    """How many graded units and ledger rows an assessment has; ``mistakes`` is the share of rows with a
    mistake, in millionths."""

    units: int
    rows: int
    seed: int
    mistakes: int = 0


def tables(scheme: Scheme, size: Size) -> list[Table]:
    """The tables of an assessment under ``scheme``."""
    units = make_units(scheme, size.units, size.seed)
    return [
        unit_table(units),
        *ledger_tables(scheme, units, size.rows, size.seed),
        *form_tables(scheme, units, size.seed),
        *score_tables(scheme, units, size.seed),
    ]


def has_ledger(scheme: Scheme) -> bool:
    """Whether the scheme has a ledger."""
    return any(isinstance(part, Ledger) for part in scheme.leaves().values())


def settings(scheme: str, command: str) -> str:
    """The text of assessment.yaml; ``scheme`` is a shipped name or a file of the folder, ``command`` made it."""
    return (
        "# 示例：虚构的数据，供练习和压力测试用。单位、地名、问题和成绩都不是真的；与实有的同名，纯属巧合。\n"
        f"# 生成：{command}\n"
        f"scheme: {scheme}\n"
        f"year: {YEAR}\n"
        "region: 示例\n"
    )
