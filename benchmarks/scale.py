"""Measures ``kaohe grade`` on parquet at sizes from a city to a nation, beside queries written by hand.

    python benchmarks/scale.py                              # 1,000 and 10,000 units
    python benchmarks/scale.py -s 100000:5000000 -n 3       # units:ledger rows, each three times
    python benchmarks/scale.py -s 1000000:50000000 -e polars -e duckdb --keep FOLDER
    python benchmarks/scale.py --results                    # write what was measured into RESULTS.md

Every run is a process of its own, started in turn with the others, so that whatever else the machine does
meets all of them alike; seconds, processor seconds and the largest memory are those of the process (on Spark
also those of the Java process that it starts). After the first round the composites, grades and ranks of all are compared, and a hundred units
drawn at random are computed by the exact rules. What counts are the ratios to the faster of the two queries
of ``by_hand.py``, which compute the same numbers without validation, and how time and memory grow.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import polars as pl

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.by_hand import files  # noqa: E402

BY_HAND = ROOT / "benchmarks" / "by_hand.py"
RESULTS = ROOT / "benchmarks" / "RESULTS.md"
ENGINES = ("polars", "duckdb")
HAND = tuple(f"by hand, {engine}" for engine in ENGINES)
BEGIN, END = "<!-- scale -->", "<!-- end of scale -->"
SAMPLE = 100
ONCE = 10_000_000
"""Ledger rows beyond which an assessment is run once with each engine."""


@dataclass(frozen=True)
class Run:
    """One process: wall seconds, processor seconds, the largest resident memory in MiB."""

    seconds: float
    processor: float
    memory: float


@dataclass
class Size:
    """What was measured with so many units and ledger rows."""

    units: int
    rows: int
    runs: dict[str, list[Run]] = field(default_factory=dict)

    def median(self, name: str, what: str) -> float:
        return statistics.median(getattr(run, what) for run in self.runs[name])


def timed(command: Sequence[str | Path]) -> Run:
    """Run a process to its end. Raises where it fails."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    start = time.perf_counter()
    process = subprocess.Popen([str(c) for c in command], env=env, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT)  # fmt: skip
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        raise RuntimeError(f"{command}: {said.decode('utf-8', 'replace')[-2000:]}")
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def command_of(name: str, folder: Path, out: Path) -> list[str | Path]:
    if name in HAND:
        return [sys.executable, BY_HAND, name.rpartition(" ")[2], folder, out / "by_hand.parquet"]
    grade = [sys.executable, "-m", "scoring", "grade", folder, "--engine", name]
    return [*grade, "--out", out / name, "-q"]


def results_of(name: str, out: Path) -> pl.DataFrame:
    """Unit, composite in hundredths of a point, grade and rank, in the order of the units."""
    if name in HAND:
        frame = pl.read_parquet(out / "by_hand.parquet")
        composite = pl.col("composite").cast(pl.Int64)
    else:
        frame = pl.read_parquet(out / name / "单位成绩.parquet")
        composite = (pl.col("composite").cast(pl.Decimal(20, 2)) * 100).cast(pl.Int64)
    kept = ("unit", "grade", pl.col("rank").cast(pl.Int64))
    return frame.select(*kept, composite=composite).sort("unit")


def check(folder: Path, found: Mapping[str, pl.DataFrame]) -> None:
    """Raises where two results differ, or one differs from the exact rules on units drawn at random."""
    (first, reference), *others = found.items()
    for name, frame in others:
        if not frame.equals(reference.select(frame.columns)):
            raise RuntimeError(f"{name} and {first} differ")
    drawn = random.Random(1).sample(reference["unit"].to_list(), min(SAMPLE, len(reference)))
    exact = by_the_rules(folder, drawn)
    for row in reference.filter(pl.col("unit").is_in(drawn)).iter_rows(named=True):
        if (row["composite"], row["grade"]) != exact[row["unit"]]:
            raise RuntimeError(f"{row}: the rules give {exact[row['unit']]}")


def by_the_rules(folder: Path, units: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Composite in hundredths and grade of some units, by ``kaohe grade --engine rules`` on a folder that
    holds only their rows and those of their departments."""
    with tempfile.TemporaryDirectory() as at:
        small = Path(at) / "2024"
        small.mkdir()
        listed = pl.scan_parquet(files(folder, "考核对象")).filter(
            pl.col("单位名称").is_in(units) | pl.col("所属单位").is_in(units)
        ).collect()  # fmt: skip
        names = [*listed["单位名称"], *listed["简称"].drop_nulls()]
        listed.write_parquet(small / "考核对象.parquet")
        for path in folder.iterdir():
            if path.suffix == ".yaml":
                (small / path.name).write_bytes(path.read_bytes())
        for table in ("平时考核台账", "自我考核", "第三方评估"):
            rows = pl.scan_parquet(files(folder, table)).filter(pl.col("单位").is_in(names))
            rows.collect().write_parquet(small / f"{table}.parquet")
        timed([sys.executable, "-m", "scoring", "grade", small, "--engine", "rules", "-q"])
        found = json.loads((small / "结果" / "results.json").read_text("utf-8"))
    return {
        one["unit"]: (round(float(one["composite"]) * 100), one["grade"]) for one in found["units"]
    }


def measure(units: int, rows: int, names: Sequence[str], times: int, keep: Path | None) -> Size:
    size = Size(units, rows)
    with tempfile.TemporaryDirectory() as at:
        folder = (keep or Path(at)) / f"{units}-{rows}"
        if not folder.exists():
            made = timed(
                [sys.executable, "-m", "scoring", "simulate", "--units", str(units), "--rows",
                 str(rows), "--scheme", "heze", "--seed", "1", "--out", folder]
            )  # fmt: skip
            print(f"made in {made.seconds:.0f} s, {made.memory:.0f} MiB", flush=True)
        for number in range(times):
            out = Path(at) / f"out{number}"
            out.mkdir()
            for name in names:
                run = timed(command_of(name, folder, out))
                size.runs.setdefault(name, []).append(run)
                print(f"{units:>9} {name:<18} {run.seconds:8.2f} s {run.processor:8.2f} s "
                      f"{run.memory:8.0f} MiB", flush=True)  # fmt: skip
            if number == 0:
                check(folder, {name: results_of(name, out) for name in names})
    return size


def table_of(sizes: Sequence[Size], names: Sequence[str]) -> list[str]:
    lines = [
        "| units | ledger rows | | seconds | processor, s | memory, MiB | to the faster query |",
        "|---|---|---|---|---|---|---|",
    ]
    for size in sizes:
        hand = [size.median(n, "processor") for n in HAND if n in size.runs]
        for name in names:
            ratio = f"{size.median(name, 'processor') / min(hand):.2f}" if hand else "–"
            lines.append(
                f"| {size.units:,} | {size.rows:,} | {name} | {size.median(name, 'seconds'):.2f} "
                f"| {size.median(name, 'processor'):.2f} | {size.median(name, 'memory'):.0f} | {ratio} |"
            )
    return lines


def growth(sizes: Sequence[Size], names: Iterable[str]) -> list[str]:
    """How processor time and memory grow: the exponent of the straight line through their logarithms over
    the number of rows of ledger and forms; 1 is proportional."""
    if len(sizes) < 3:
        return []
    lines = ["", "| | processor grows with rows to the power | memory |", "|---|---|---|"]
    for name in names:
        at = [math.log(size.rows + 48 * size.units) for size in sizes]
        power = [
            statistics.linear_regression(at, [math.log(s.median(name, what)) for s in sizes]).slope
            for what in ("processor", "memory")
        ]
        lines.append(f"| {name} | {power[0]:.2f} | {power[1]:.2f} |")
    return lines


def machine() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in ("polars", "duckdb", "pyarrow"))
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return (
        f"CPython {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores, {memory:.0f} GiB; {libraries}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("-s", "--size", action="append", help="units:ledger rows")
    parser.add_argument("-e", "--engine", action="append")
    parser.add_argument("-n", "--times", type=int, default=3)
    parser.add_argument(
        "--keep", type=Path, help="make the assessments here, and use what is there"
    )
    parser.add_argument("--results", action="store_true", help="write the tables into RESULTS.md")
    given = parser.parse_args()
    names = [*HAND, *(given.engine or ENGINES)]
    sizes = []
    for size in given.size or ("1000:10000", "10000:100000"):
        units, rows = map(int, size.split(":"))
        # A nation takes minutes, of which a second more or less says nothing: once is enough.
        times = given.times if rows <= ONCE else 1
        sizes.append(measure(units, rows, names, times, given.keep))
    lines = [machine(), "", *table_of(sizes, names), *growth(sizes, names)]
    print("\n".join(lines))
    if given.results:
        text = RESULTS.read_text("utf-8")
        before, _, rest = text.partition(BEGIN)
        _, _, after = rest.partition(END)
        RESULTS.write_text(before + "\n".join([BEGIN, "", *lines, "", END]) + after, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
