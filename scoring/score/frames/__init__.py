"""Many units at once, over frames of pandas, Polars, DuckDB or Spark.

The rows of the tables are judged and added up in the dataframe library (``rows``), one row a unit;
what these sums come to is computed by the rules in arrays of 64-bit integers (``units``). Units in
doubt (``scoring.rules.columns``) are scored by the exact rules, and grades and ranks are given by the
text that a city is graded by (``run``).
"""

from scoring.score.frames.run import ManyUnits, judge_entries, score_frames
from scoring.score.frames.tables import (
    Backend,
    Frame,
    Frames,
    PlacedFrames,
    make_frames,
    place_frames,
    records,
    take_frames,
)

__all__ = [
    "Backend",
    "Frame",
    "Frames",
    "ManyUnits",
    "PlacedFrames",
    "judge_entries",
    "make_frames",
    "place_frames",
    "records",
    "score_frames",
    "take_frames",
]
