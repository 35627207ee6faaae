"""What programs read of a roll-up: the regions as JSON, and the list of units as csv where it is long."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from scoring.points import format_decimals, format_fraction
from scoring.regions.model import Figures, Rollup
from scoring.wording.regions import unit_head, unit_rows


def regions_json(found: Sequence[Rollup]) -> str:
    """The roll-ups as JSON text. Means are exact: a decimal, or ``p/q`` where none is exact."""
    document = [
        {
            "scheme": one.scheme.name,
            "year": one.year,
            "as_of": [day.isoformat() for day in one.days],
            "final": one.final,
            "regions": [
                {
                    "region": list(row.region),
                    **_figures(one, row.whole),
                    "entries": row.entries,
                    "counted": [
                        {"component": key, "rule": rule, "entries": count}
                        for (key, rule), count in sorted(row.counted.items())
                    ],
                    "groups": {group: _figures(one, own) for group, own in row.groups.items()},
                }
                for row in one.rows
            ],
        }
        for one in found
    ]
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _figures(found: Rollup, figures: Figures) -> dict[str, object]:
    decimals = found.scheme.rounding.decimals

    def score(count: int | None) -> str | None:
        return None if count is None else format_decimals(count, decimals, pad=True)

    mean = figures.mean
    return {
        "units": figures.units,
        "ranked": figures.ranked,
        "undecided": figures.undecided,
        "mean": None if mean is None else format_fraction(mean / 10**decimals),
        "rank": figures.rank,
        "highest": score(figures.highest),
        "lowest": score(figures.lowest),
        "grades": {name: figures.grades.get(name, 0) for name in found.scheme.grade_names()},
    }


def units_csv(found: Rollup) -> bytes:
    """The units with their ranks, UTF-8 with a byte-order mark, as Excel opens it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(unit_head(found))
    writer.writerows(unit_rows(found))
    return out.getvalue().encode("utf-8-sig")
