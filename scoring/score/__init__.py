"""Scores from tables and a scheme: pure functions, no file, no clock, no screen, no float."""

from scoring.score.city import score
from scoring.score.result import (
    EntryResult,
    Gap,
    GroupFigures,
    ItemResult,
    PeriodResult,
    Result,
    RuleResult,
    ScoreResult,
    UnitResult,
    Whole,
)

__all__ = [
    "EntryResult",
    "Gap",
    "GroupFigures",
    "ItemResult",
    "PeriodResult",
    "Result",
    "RuleResult",
    "ScoreResult",
    "UnitResult",
    "Whole",
    "score",
]
