"""Measures commands of this checkout side by side with those of another one; prints ratios.

    git worktree add ../before ea511f5
    python benchmarks/commands.py ../before          # seven runs of each
    python benchmarks/commands.py ../before -n 15    # more runs: medians settle

Every command is a whole process, started in turn with the others; what counts is the time of the
processor. Both checkouts read the same files of ``sample_data/2024``; ``plain script`` is what an
analyst would write (``plain_script.py``). Scoring is timed within one process, by itself.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "sample_data" / "2024"
FORM = SAMPLE / "自我考核" / "下半年" / "03青禾县人民政府考核表.xlsx"
PLAIN = ROOT / "benchmarks" / "plain_script.py"

_SCORING = """
import gc, statistics, sys, time
from datetime import date
from pathlib import Path
from scoring.intake import load_assessment
from scoring.score import score
assessment, _ = load_assessment(Path(sys.argv[1]))
gc.disable()
times = []
for _ in range(25):
    start = time.process_time()
    score(assessment.tables, assessment.scheme, 2024, date(2024, 12, 31))
    times.append(time.process_time() - start)
    gc.collect()
print(statistics.median(times))
"""


def commands(out: Path, form: Path) -> dict[str, list[str]]:
    """What is run in both checkouts."""
    kaohe = [sys.executable, "-m", "scoring"]
    return {
        "kaohe grade": [*kaohe, "grade", str(SAMPLE), "--out", str(out)],
        "kaohe preview": [*kaohe, "preview", str(form), "--scheme", "heze"],
        "kaohe preview in its folder": [*kaohe, "preview", str(FORM)],
        "kaohe schemes test": [*kaohe, "schemes", "test"],
    }


def surroundings(checkout: Path, compiled: Path) -> dict[str, str]:
    """The environment of a checkout's commands, its compiled modules kept in ``compiled``."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return own | {"PYTHONPATH": str(checkout), "PYTHONPYCACHEPREFIX": str(compiled)}


def seconds(command: Sequence[str], environment: Mapping[str, str], at: Path) -> float:
    """The time of the processor that one process takes."""
    before = os.times()
    done = subprocess.run(command, cwd=at, env=environment, capture_output=True, check=False)
    after = os.times()
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr.decode('utf-8', 'replace')}")
    return sum(after[2:4]) - sum(before[2:4])


def scoring(environment: Mapping[str, str], at: Path) -> float:
    """The median time of the processor for scoring the sample's 52 units."""
    command = [sys.executable, "-c", _SCORING, str(SAMPLE)]
    done = subprocess.run(command, cwd=at, env=environment, capture_output=True, check=True)
    return float(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("other", type=Path, help="another checkout, to compare with")
    parser.add_argument("-n", type=int, default=7, metavar="RUNS", help="runs of each (default 7)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kaohe-benchmark-") as scratch:
        at = Path(scratch)
        form = at / FORM.name
        form.write_bytes(FORM.read_bytes())
        checkouts = {"before": arguments.other.resolve(), "now": ROOT}
        environments = {
            name: surroundings(checkout, at / f"compiled-{name}")
            for name, checkout in checkouts.items()
        }
        plain = [sys.executable, str(PLAIN), str(SAMPLE), str(at / "plain")]
        taken: dict[tuple[str, str], list[float]] = {}
        for number in range(arguments.n + 1):
            runs = [("plain script", "now", plain)]
            for checkout in checkouts:
                runs += [(n, checkout, c) for n, c in commands(at / checkout, form).items()]
            for name, checkout, command in runs:
                took = seconds(command, environments[checkout], at)
                if number:  # the first run only warms up
                    taken.setdefault((name, checkout), []).append(took)
            for checkout in checkouts:
                took = scoring(environments[checkout], at)
                taken.setdefault(("scoring 52 units", checkout), []).append(took)
    report({key: statistics.median(values) for key, values in taken.items()})


def report(medians: Mapping[tuple[str, str], float]) -> None:
    """Prints the medians and their ratios as a Markdown table."""
    print("| processor, median ms | before | now | now / before | now / plain script |")
    print("|---|---|---|---|---|")
    plain = medians["plain script", "now"]
    for name in dict.fromkeys(name for name, _ in medians):
        now, before = medians[name, "now"], medians.get((name, "before"))
        shown = "" if before is None else f"{before * 1000:.0f}"
        ratio = "" if before is None else f"{now / before:.2f}"
        print(f"| {name} | {shown} | {now * 1000:.0f} | {ratio} | {now / plain:.2f} |")


if __name__ == "__main__":
    main()
