"""Scores from tables and a scheme: pure functions, no file, no clock, no screen, no float."""

from scoring.score.engine import Frames, score, score_frames
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
    "Frames",
    "Gap",
    "ItemResult",
    "PeriodResult",
    "Result",
    "RuleResult",
    "ScoreResult",
    "UnitResult",
    "score",
    "score_frames",
]
