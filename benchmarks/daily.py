"""Measures what an office runs every day, for many units: dashboard, warnings and the ranking of a month,
side by side with ``kaohe check`` of the same folder, which reads and scores it once.

    python benchmarks/daily.py                       # 3,000 units, 100,000 rows: some ten minutes
    python benchmarks/daily.py -u 300 -r 10000
    python benchmarks/daily.py --keep FOLDER         # keep the papers, to open them

Every command is a process of its own. Seconds are the processor's, which other work on the machine
disturbs less than the clock; the memory is the largest that the process took.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.big_year import AS_OF, write_big_year  # noqa: E402
from scoring.scheme import load_scheme  # noqa: E402


def measured(arguments: list[str]) -> tuple[float, float, float]:
    """Seconds of the clock and of the processor, and the megabytes that it took."""
    start = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "scoring", *arguments],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode > 1:
        raise SystemExit(f"kaohe {' '.join(arguments)}: exit code {process.returncode}")
    took = time.monotonic() - start
    return took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-u", type=int, default=3000, metavar="UNITS")
    parser.add_argument("-r", type=int, default=100_000, metavar="ROWS")
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    given = parser.parse_args()
    scheme, problems = load_scheme(ROOT / "config" / "heze.yaml")
    assert scheme is not None, problems
    with tempfile.TemporaryDirectory(prefix="kaohe-daily-") as scratch:
        folder = str(write_big_year(Path(scratch) / "year", scheme, given.u, given.r))
        out = (given.keep or Path(scratch) / "papers").resolve()
        day = ["--as-of", AS_OF.isoformat()]
        commands = {
            "check": ["check", folder, *day],
            "dashboard": ["dashboard", folder, *day, "--out", str(out / "看板")],
            "warnings, on the screen": ["warnings", folder, *day],
            "warnings, with all papers": ["warnings", folder, *day, "--out", str(out / "预警")],
            "bulletin of the month":
                ["bulletin", folder, "--period", "month", *day, "--out", str(out / "月")],
        }  # fmt: skip
        print(f"{given.u} units, {given.r} rows; load of the machine {os.getloadavg()[0]:.1f}")
        print("| command | clock s | processor s | MB | processor / check |")
        print("|---|---|---|---|---|")
        once = 0.0
        for name, arguments in commands.items():
            clock, processor, memory = measured(arguments)
            once = once or processor
            print(
                f"| {name} | {clock:.0f} | {processor:.0f} | {memory:.0f} | {processor / once:.2f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
