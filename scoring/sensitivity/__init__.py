"""稳健性: how robust the ranks and grades of a graded year are. Pure functions from a result to plain values."""

from scoring.sensitivity.analysis import analyse
from scoring.sensitivity.model import (
    Effect,
    GroupRobustness,
    Move,
    Robustness,
    Span,
    Swap,
    UnitRobustness,
)

__all__ = [
    "Effect",
    "GroupRobustness",
    "Move",
    "Robustness",
    "Span",
    "Swap",
    "UnitRobustness",
    "analyse",
]  # fmt: skip
