"""Compares many composites between an independent oracle, the exact rules and the columns on Polars.

    python benchmarks/exactness.py              # 200,000 composites
    python benchmarks/exactness.py -n 5000      # fewer
    python benchmarks/exactness.py --seed 7     # others
    python benchmarks/exactness.py --province   # how long 10,000 units of an ordinary year take

Random schemes and years as in the tests, in which gates, conditions and lower bounds lie on scores that
occur. Every year is made larger: a new unit has the parts of others of its group, one from each, and
some of its scores are a ten-thousandth beside. Scores of all components, composites, grades,
ranks and gaps must be the same three times.
"""

from __future__ import annotations

import argparse
import platform
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from hypothesis import HealthCheck, Phase, given, seed, settings

from scoring.score import score
from scoring.score.frames import records, take_frames
from scoring.score.frames import run as frames_run
from scoring.tables import ROWS
from tests.algebra_oracle import Outcome, outcome, points
from tests.random_schemes import YEAR, Year, years
from tests.readings import Columns, Rules, duckdb_frames, pandas_frames, polars_frames
from tests.synthetic import year as synthetic_year

UNITS = 400
"""Units of a year."""


def enlarged(year: Year, count: int, dice: random.Random) -> Year:
    """The year with ``count`` more units."""
    rows = {name: list(table) for name, table in year.rows.items()}
    graded = [row for row in year.rows["units"] if row.get("parent") is None]
    donors: dict[str, list[str]] = {}
    for row in graded:
        donors.setdefault(row["group"], []).append(row["unit"])
    by_unit: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for name, table in year.rows.items():
        for row in table if name != "units" else ():
            by_unit.setdefault((name, row["component"], row["unit"]), []).append(row)
    parts = {(name, component) for name, component, _ in by_unit}
    components = sorted({component for _, component in parts})
    for i in range(count):
        group = dice.choice(graded)["group"]
        unit = f"增设{i}"
        rows["units"].append({"unit": unit, "group": group, "position": 100 + i})
        chosen = {component: dice.choice(donors[group]) for component in components}
        beside = dice.choice([0, 0, 0, -1, 1])
        for name, component in sorted(parts):
            for row in by_unit.get((name, component, chosen[component]), ()):
                own = {**row, "unit": unit}
                if "entry" in own:
                    own["entry"] = f"{row['entry']}-{unit}"
                if name == "scores" and row["score"]:
                    own["score"] = row["score"] + beside
                rows[name].append(own)
    return Year(year.scheme, rows, year.as_of)


class Compared:
    """What was compared so far, and how long each took."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.seconds: Counter[str] = Counter()
        self.rules, self.columns = Rules(), Columns(0, polars_frames)

    def timed(self, name: str, work: Callable[[], Any]) -> Any:
        start = time.process_time()
        found = work()
        self.seconds[name] += time.process_time() - start
        return found

    def year(self, year: Year) -> None:
        """Compare a year; raises AssertionError with the unit and both sides."""
        known: date | None = year.as_of if self.counts["schemes"] % 2 else None
        want = self.timed(
            "oracle", lambda: outcome(year.scheme, year.rows, YEAR, year.as_of, known)
        )
        self.rules.compare(self.timed("rules", lambda: self.rules.year(year, known)), want)
        self.columns.compare(self.timed("columns", lambda: self.columns.year(year, known)), want)
        self._count(year, want)

    def _count(self, year: Year, want: Outcome) -> None:
        scheme = year.scheme
        bounds = {
            points(grade.lower)
            for group in scheme.groups
            for grade in scheme.grades_in(group)
            if grade.lower is not None
        }
        gates = [
            (key, points(c.gate))
            for own in scheme.views().values()
            for key, c in own.every()
            if c.gate is not None
        ]
        self.counts["schemes"] += 1
        for unit in want.units.values():
            self.counts["units"] += 1
            self.counts["composites"] += unit.composite is not None
            self.counts["on a lower bound"] += unit.composite in bounds
            self.counts["on a gate"] += any(unit.values.get(k) == bound for k, bound in gates)
            exact = [v for v in unit.values.values() if v is not None]
            self.counts["with a part that is no decimal"] += any(map(_endless, exact))
            self.counts["with gaps"] += bool(unit.gaps)
            self.counts["with a condition that took effect"] += bool(unit.held or unit.vetoes)


def _endless(value: Fraction) -> bool:
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest > 1


def watch_doubts(counts: Counter[str]) -> None:
    """Count the units that the columns leave to the exact rules."""
    plain = frames_run.score_unit

    def counted(run: Any, rows: Any) -> Any:
        counts["left to the exact rules"] += 1
        return plain(run, rows)

    frames_run.score_unit = counted


def province() -> None:
    """The synthetic year with 10,000 units: the rules beside the columns; all must be the same."""
    units = [
        {"unit": f"单位{i}", "group": "部门" if i % 4 else "县区", "position": i}
        for i in range(10_000)
    ]
    _, assessment = synthetic_year(graded=units)
    tables, scheme, day = assessment.tables, assessment.scheme, assessment.settings.as_of_day()
    start = time.process_time()
    result = score(tables, scheme, YEAR, day)
    want = {u.unit: (u.composite, u.grade, u.rank) for u in result.units}
    print(f"rules: {time.process_time() - start:.1f} s of the processor")
    rows = {name: [row._asdict() for row in getattr(tables, name)] for name in ROWS}
    for native in (polars_frames, duckdb_frames, pandas_frames):
        frames = take_frames(native(rows))
        start = time.process_time()
        made = records(frames_run.score_frames(frames, scheme, YEAR, day))
        print(f"{native.__name__}: {time.process_time() - start:.1f} s of the processor")
        assert {r["unit"]: (r["composite"], r["grade"], r["rank"]) for r in made} == want


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-n", type=int, default=200_000, metavar="COMPOSITES")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--province", action="store_true")
    arguments = parser.parse_args()
    if arguments.province:
        province()
        return 0
    dice, compared = random.Random(arguments.seed), Compared()
    watch_doubts(compared.counts)
    drawn = arguments.seed
    while compared.counts["composites"] < arguments.n:

        @seed(drawn)
        @settings(
            max_examples=20, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(year=years())
        def some(year: Year) -> None:
            if compared.counts["composites"] < arguments.n:
                compared.year(enlarged(year, UNITS - 8, dice))

        some()
        drawn += 1
        if sys.stderr.isatty():
            print(f"\r{compared.counts['composites']} composites", end="", file=sys.stderr)
    print(f"\nCPython {platform.python_version()}, seed {arguments.seed}: all the same.")
    for name, count in compared.counts.items():
        print(f"- {name}: {count:,}")
    each = 1000 / compared.counts["units"]
    for name, spent in compared.seconds.items():
        print(f"- {name}: {spent:.1f} s of the processor, {spent * each:.3f} ms a unit")
    return 0


if __name__ == "__main__":
    sys.exit(main())
