"""Appeals as they stand today, for a screen."""

from __future__ import annotations

from datetime import date

from scoring.intake import Assessment
from scoring.score.appeals import AppealState, Standing, appeal_states

_WORDS = {
    Standing.OPEN: "待答复", Standing.REFUSED: "不支持", Standing.GRANTED: "支持，已落实",
    Standing.UNFULFILLED: "支持，待落实",
}  # fmt: skip


def appeal_list(
    assessment: Assessment, known: date | None = None, *, unit: str = ""
) -> list[AppealState]:
    """The appeals that were made by the day ``known`` (None: all), as they stood then; of a graded
    ``unit`` its own and its departments'. Open ones come first.

    >>> from scoring import appeal_list, appeal_text, load_assessment
    >>> [appeal_text(one) for one in appeal_list(load_assessment("sample_data/2025"))]
    ['待答复', '支持，已落实', '不支持']
    """
    states = appeal_states(assessment.appeals, assessment.tables, known)
    mine = [one for one in states if not unit or one.charged == unit]
    urgent = {Standing.OPEN: 0, Standing.UNFULFILLED: 1}
    return sorted(mine, key=lambda one: urgent.get(one.standing, 2))


def appeal_text(state: AppealState) -> str:
    """Where an appeal (one of ``appeal_list``) stands, in a word: 待答复, 不支持, 支持，待落实, 支持，已落实."""
    return _WORDS[state.standing]
