"""Appeals as they stand, for a screen."""

from __future__ import annotations

from datetime import date

from scoring.intake import Assessment
from scoring.reporting.appeals import target_text
from scoring.score.appeals import AppealState, Standing, appeal_states
from scoring.wording.results import STANDING, appeal_follow_text


def appeal_list(
    assessment: Assessment, known: date | None = None, *, unit: str = ""
) -> list[AppealState]:
    """The appeals that were made by the day ``known`` (None: all), as they stood then; of a graded
    ``unit`` its own and its departments'. Open ones come first, then those to be carried out.

    >>> from scoring import appeal_list, load_assessment
    >>> [one.row.number for one in appeal_list(load_assessment("sample_data/2025"))]
    ['SS2025-03', 'SS2025-01', 'SS2025-02']
    """
    states = appeal_states(assessment.appeals, assessment.tables, known)
    mine = [one for one in states if not unit or one.charged == unit]
    urgent = {Standing.OPEN: 0, Standing.UNFULFILLED: 1}
    return sorted(mine, key=lambda one: urgent.get(one.standing, 2))


def appeal_texts(state: AppealState) -> tuple[str, str, str]:
    """What an appeal (one of ``appeal_list``) is about, where it stands, and what followed from it, in the
    words of every paper.

    >>> from scoring import appeal_list, appeal_texts, load_assessment
    >>> appeal_texts(appeal_list(load_assessment("sample_data/2025"))[0])
    ('台账编号DC-2025-11', '尚未决定', '成绩仍按原处理计算')
    """
    return target_text(state), STANDING[state.standing], appeal_follow_text(state)
