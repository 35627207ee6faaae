"""What a screen says of one unit's scores, with the decimals and words of every paper."""

from __future__ import annotations

from scoring.monitoring.state import RowState
from scoring.scheme.model import Scheme
from scoring.score import Result, UnitResult
from scoring.wording.phrases import percent
from scoring.wording.scores import amount_text, score_text


def part_scores(unit: UnitResult, result: Result) -> list[tuple[str, str, str]]:
    """The parts of a unit's composite in the scheme's order: title, score (— where there is none yet) and
    weight, blank where the parts are added up.

    >>> from scoring import load_assessment, part_scores, score_assessment
    >>> result = score_assessment(load_assessment("sample_data/2024"))
    >>> part_scores(result.units[2], result)
    [('平时考核', '98.50', '30%'), ('自我考核', '85.30', '40%'), ('第三方评估', '87.75', '30%')]
    """
    view: Scheme = result.scheme.seen_from(unit.group)
    return [
        (part.title, score_text(unit.components.get(key), view),
         "" if part.weight is None else percent(part.weight_in(unit.group)))
        for key, part in view.components.items()
    ]  # fmt: skip


def cost_text(row: RowState, result: Result) -> str:
    """What a ledger row (one of ``ledger_list``) costs as of the result's day, in points: 1.5; blank where it
    costs nothing by then.

    >>> from datetime import date
    >>> from scoring import cost_text, ledger_list, load_assessment, score_assessment
    >>> assessment = load_assessment("sample_data/2025")
    >>> result = score_assessment(assessment, date(2025, 9, 12), final=False)
    >>> [cost_text(row, result) for row in ledger_list(assessment, result, overdue=True)][0]
    '1.5'
    """
    return amount_text(row.points, result.scheme) if row.counted else ""
