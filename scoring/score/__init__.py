"""Scores from tables and a scheme: pure functions, no file, no clock, no screen, no float."""

from scoring.score.city import score
from scoring.score.result import (
    EntryResult,
    Gap,
    ItemResult,
    PeriodResult,
    Result,
    RuleResult,
    ScoreResult,
    UnitResult,
)

__all__ = [
    "EntryResult",
    "Gap",
    "ItemResult",
    "PeriodResult",
    "Result",
    "RuleResult",
    "ScoreResult",
    "UnitResult",
    "score",
]
