"""A large assessment on a cluster of Spark: a master and two workers, each a process of its own on this machine.

    python benchmarks/spark.py                              # 200,000 units, 10 million ledger rows
    python benchmarks/spark.py --size 20000:1000000 --keep FOLDER

Prints the seconds, and the processor seconds and the largest memory of the command (what its cluster takes is
bounded by the memory that the workers are given); the same over Polars beside it. Ends with 1 where the two
results differ.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
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
            run = timed([*grade, "spark", "--master", address, "--out", Path(at, "spark")])
            print(f"spark: {run.seconds:.0f} s; the command: processor "
                  f"{run.processor:.0f} s, {run.memory:.0f} MiB")  # fmt: skip
        results = [Path(at, name, "单位成绩.csv").read_bytes() for name in ("polars", "spark")]
    same = results[0] == results[1]
    print("the same results" if same else "the results differ")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
