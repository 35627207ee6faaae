"""The few steps of a run, for the command line, for notebooks and for any other front.

``load_assessment`` → ``score_assessment`` → ``publish_results``.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from scoring.gaps import gap_problems
from scoring.intake import Assessment, load_assessment
from scoring.publish import publish
from scoring.score import EntryResult, Result, score
from scoring.score.ledger import COUNTED

__all__ = [
    "gap_problems",
    "late_revocations",
    "load_assessment",
    "publish_results",
    "score_assessment",
]


def score_assessment(
    assessment: Assessment, as_of: date | None = None, *, final: bool = True
) -> Result:
    """Score ``assessment`` as of a day, by default its own (31 December of its year).

    The result is final only if ``final`` was asked for, no gap is in the way and the day is not
    before the assessment's own: until then the year is not closed. Raises ValueError where
    ``as_of`` lies before the assessment's year.
    """
    settings = assessment.settings
    day = as_of or settings.as_of_day()
    if day < date(settings.year, 1, 1):
        raise ValueError(f"截至日期 {day} 早于考核年度 {settings.year} 年")
    final = final and not assessment.errors() and day >= settings.as_of_day()
    return score(assessment.tables, assessment.scheme, settings.year, day, final=final)


def publish_results(result: Result, assessment: Assessment, out: Path) -> list[Path]:
    """Write the five files of ``result`` into the folder ``out``, all or none.

    Raises ``scoring.publish.FileInUseError`` where one of them is open in another program.
    """
    return publish(result, assessment, out)


def late_revocations(result: Result) -> list[EntryResult]:
    """Counted rows whose revocation lies after the as-of day and so has no effect yet."""
    return [
        entry
        for entry in result.entries
        if entry.status == COUNTED and entry.revoked is not None and entry.revoked > result.as_of
    ]
