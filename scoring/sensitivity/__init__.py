"""稳健性: how robust the ranks and grades of a graded year are. Pure functions from a result to plain values."""

from scoring.sensitivity.analysis import analyse
from scoring.sensitivity.model import (
    Effect,
    Firmness,
    GroupFirmness,
    Move,
    Span,
    Swap,
    UnitFirmness,
)

__all__ = [
    "Effect", "Firmness", "GroupFirmness", "Move", "Span", "Swap", "UnitFirmness", "analyse",
]  # fmt: skip
