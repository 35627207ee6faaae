"""The rows of the ledger by unit, provider and state, for the screen and for a portal."""

from __future__ import annotations

from collections.abc import Sequence

from scoring.intake import Assessment
from scoring.lookup.text import fold
from scoring.monitoring.state import WAITING, RowState, State, ledger_state
from scoring.score import Result

OPEN_STATES = WAITING | {State.PENDING, State.UNDATED}
"""What is still to be done about a row: rectified, verified, given a deadline."""


def ledger_list(
    assessment: Assessment,
    result: Result,
    *,
    units: Sequence[str] = (),
    provider: str = "",
    is_open: bool = False,
    overdue: bool = False,
) -> list[RowState]:
    """The rows as of the result's day: of ``units`` (full or short names; a department's name gives only
    its own), of a ``provider``, only those still open, only those overdue. Raises ``UnitError``.

    >>> from datetime import date
    >>> from scoring import ledger_list, load_assessment, score_assessment
    >>> assessment = load_assessment("sample_data/2025")
    >>> result = score_assessment(assessment, date(2025, 9, 12), final=False)
    >>> [row.entry for row in ledger_list(assessment, result, overdue=True)]
    ['DC-2025-07', 'DC-2025-08', 'BGS2025018', 'WA-2025-011']
    """
    wanted = set()
    for name in units:
        found = assessment.units.find(name)
        wanted.add(found.name if found else assessment.units.pick(name).name)
    return [
        row for row in ledger_state(result)
        if (not wanted or wanted & {row.unit, row.named})
        and (not provider or fold(provider) == fold(row.provider))
        and (not is_open or row.state in OPEN_STATES)
        and (not overdue or row.state == State.OVERDUE)
    ]  # fmt: skip
