"""Measures the sample year replayed day by day: the ledger's scores, ranks and the state of every row on
each of its 366 days, against grading the year once.

    python benchmarks/replay.py

Every day is computed from scratch: nothing is carried from one to the next, so there is nothing that
could come to differ. Both are measured in one process, in processor seconds, as the median of three runs;
reading the files is not part of either. First the last day is compared with the year's own run.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scoring import Assessment, load_assessment, score_assessment  # noqa: E402
from scoring.monitoring import RowState, ledger_state  # noqa: E402
from scoring.monitoring.stage import Records, ledgers_of, score_stage  # noqa: E402
from scoring.score import Result  # noqa: E402
from scoring.workdays import days_of  # noqa: E402

RUNS = 3


def replay(assessment: Assessment) -> tuple[Result, tuple[RowState, ...], int]:
    """The last day's result and states, and how many states there were on all days."""
    year = assessment.settings.year
    records = Records(assessment.tables, assessment.scheme, year)
    stage = ledgers_of(assessment.scheme)
    assert stage is not None
    count = 0
    for day in days_of(year):
        result = score_stage(records, stage, day, day)
        states = ledger_state(result)
        count += len(states)
    return result, states, count


def measured(what: Callable[[], object]) -> float:
    """The median of the processor's seconds."""
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        what()
        times.append(time.process_time() - start)
    return median(times)


def main() -> None:
    assessment = load_assessment(ROOT / "sample_data" / "2024")
    last, states, count = replay(assessment)
    end = date(assessment.settings.year, 12, 31)
    year = score_assessment(assessment, end, known=end)
    scores = {u.unit: u.components["ledger"] for u in year.units}
    assert {u.unit: u.components["ledger"] for u in last.units} == scores
    assert sum(s.counted for s in states) == sum(e.status == "counted" for e in year.entries)
    once = measured(lambda: score_assessment(assessment))
    days = measured(lambda: replay(assessment))
    print(f"grading once      {once * 1000:7.0f} ms")
    print(f"366 days          {days * 1000:7.0f} ms, {count} states of rows")
    print(f"ratio             {days / once:7.1f}   (a day: {days / once / 366:.2f})")


if __name__ == "__main__":
    main()
