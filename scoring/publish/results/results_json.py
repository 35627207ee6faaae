"""results.json: the result for programs. Scores are exact decimal strings."""

from __future__ import annotations

import json

from scoring.points import format_fraction
from scoring.score import Result
from scoring.wording.numbers import iso
from scoring.wording.results import gap_text


def results_json(result: Result) -> str:
    """The result as JSON text, in print order, graded units only."""
    units = [
        {
            "unit": unit.unit,
            "group": unit.group,
            "components": {
                key: None if value is None else format_fraction(value)
                for key, value in unit.components.items()
            },
            "composite": result.composite_text(unit),
            "grade": unit.grade,
            "rank": unit.rank,
            "gaps": [gap_text(gap, result.scheme) for gap in unit.gaps],
        }
        for unit in result.units
    ]
    document = {
        "scheme": result.scheme.name,
        "year": result.year,
        "as_of": result.as_of.isoformat(),
        "known": iso(result.known),
        "final": result.final,
        "units": units,
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
