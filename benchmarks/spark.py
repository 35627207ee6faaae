"""A large assessment on a cluster of Spark: a master and two workers, each a process of its own on this machine.

    python benchmarks/spark.py                              # 200,000 units, 10 million ledger rows
    python benchmarks/spark.py --size 20000:1000000 --keep FOLDER

Prints the seconds, and the processor seconds and the largest memory of the command and of each process of the cluster; the same over
Polars beside it. Ends with 1 where the two results differ.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.scale import machine, timed  # noqa: E402
from tests.spark_cluster import spark_cluster  # noqa: E402

MEMORY = "3g"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", default="200000:10000000", help="units:ledger rows")
    parser.add_argument("--keep", type=Path, help="make the assessment here, and use what is there")
    given = parser.parse_args()
    units, rows = given.size.split(":")
    with tempfile.TemporaryDirectory() as at:
        folder = (given.keep or Path(at)) / f"{units}-{rows}"
        program = [sys.executable, "-m", "scoring"]
        if not folder.exists():
            timed([*program, "simulate", "--units", units, "--rows", rows, "--scheme", "heze",
                   "--seed", "1", "--out", folder])  # fmt: skip
        print(machine())
        grade = [*program, "grade", folder, "-q", "--engine"]
        run = timed([*grade, "polars", "--out", Path(at, "polars")])
        print(f"polars: {run.seconds:.0f} s, processor {run.processor:.0f} s, {run.memory:.0f} MiB")
        cluster = Path(at, "cluster")
        cluster.mkdir()
        # What a worker gives to one program is said by that program.
        conf = Path(at, "conf")
        conf.mkdir()
        (conf / "spark-defaults.conf").write_text(
            f"spark.executor.memory {MEMORY}\nspark.driver.memory {MEMORY}\nspark.driver.host 127.0.0.1\n"
            "spark.ui.enabled false\nspark.sql.shuffle.partitions 8\n"
        )
        os.environ["SPARK_CONF_DIR"] = str(conf)
        os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
        with spark_cluster(cluster, MEMORY) as address:
            start = time.perf_counter()
            run = timed([*grade, "spark", "--master", address, "--out", Path(at, "spark")])
            print(f"spark: {time.perf_counter() - start:.0f} s; the command: processor "
                  f"{run.processor:.0f} s, {run.memory:.0f} MiB")  # fmt: skip
            for name, seconds, memory in of_children():
                print(f"  {name}: processor {seconds:.0f} s, {memory:.0f} MiB")
        results = [Path(at, name, "单位成绩.csv").read_bytes() for name in ("polars", "spark")]
    same = results[0] == results[1]
    print("the same results" if same else "the results differ")
    return 0 if same else 1


def of_children() -> list[tuple[str, float, float]]:
    """Name, processor seconds and largest memory in MiB of the Java processes below this one."""
    found = []
    children: dict[int, list[int]] = {}
    for at in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = at.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(at.parent.name))
    below = [os.getpid()]
    for pid in below:
        below += children.get(pid, [])
    for pid in below[1:]:
        here = Path("/proc", str(pid))
        words = here.joinpath("cmdline").read_bytes().split(b"\0")
        name = next((w.rpartition(b".")[2] for w in words if w.startswith(b"org.apache")), b"")
        fields = here.joinpath("stat").read_text().rpartition(")")[2].split()
        peak = [
            r for r in here.joinpath("status").read_text().splitlines() if r.startswith("VmHWM")
        ]
        if not peak:
            continue
        seconds = sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")
        found.append((name.decode(), seconds, int(peak[0].split()[1]) / 1024))
    return found


if __name__ == "__main__":
    sys.exit(main())
