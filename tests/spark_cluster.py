"""A small cluster of Spark on this machine: a master and two workers, each a process of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

_MASTER = re.compile(r"Starting Spark master at (spark://\S+)")
_SECONDS = 120


def spark_or_skip() -> None:
    """Skips where pyspark or Java is missing, but never where ``REQUIRE_SPARK`` is set, as in .ci/run."""
    lacking = [
        what
        for what, there in (
            ("pyspark (pip install 'kaohe[spark]')", find_spec("pyspark") is not None),
            ("Java (apt-get install default-jre-headless)", shutil.which("java") is not None),
        )
        if not there
    ]
    if lacking and os.environ.get("REQUIRE_SPARK"):
        pytest.fail(f"missing: {', '.join(lacking)}")
    if lacking:
        pytest.skip(f"needs {', '.join(lacking)}")


@contextmanager
def spark_session(folder: Path) -> Iterator[Any]:
    """A session on a cluster of two workers, which ends with it. ``folder`` holds its files."""
    with spark_cluster(folder) as address:
        session = _connected(address)
        yield session
        session.stop()


@contextmanager
def spark_cluster(folder: Path, memory: str = "1g") -> Iterator[str]:
    """The address of the master of two workers with so much ``memory`` each, which end with it. ``folder``
    holds their files."""
    import pyspark

    home = Path(pyspark.__file__).parent
    environment = os.environ | {
        "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable,
        "SPARK_DAEMON_MEMORY": "384m", "SPARK_LOCAL_DIRS": str(folder),
        "SPARK_LOG_DIR": str(folder), "SPARK_WORKER_DIR": str(folder / "work"),
    }  # fmt: skip
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str, *arguments: str) -> Path:
        log = folder / f"{name}.log"
        command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{arguments[0]}"]
        with log.open("wb") as out:
            started.append(
                subprocess.Popen(
                    [*command, *arguments[1:]], env=environment, stdout=out,
                    stderr=subprocess.STDOUT, cwd=folder,
                )
            )  # fmt: skip
        return log

    own = {name: os.environ.get(name) for name in ("SPARK_LOCAL_IP", "PYSPARK_PYTHON")}
    os.environ |= {name: environment[name] for name in own}
    try:
        local = ("--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
        master = start("master", "master.Master", *local)
        address = _said(master, _MASTER)
        size = ("--cores", "1", "--memory", memory, *local)
        logs = [start(f"worker{i}", "worker.Worker", *size, address) for i in (1, 2)]
        for log in logs:
            _said(log, re.compile("(Successfully registered) with master"))
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            process.wait(30)
        for name, value in own.items():
            os.environ.pop(name)
            os.environ |= {} if value is None else {name: value}


def _connected(address: str) -> Any:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(address).appName("kaohe-tests")
    for name, value in {
        "spark.driver.host": "127.0.0.1",
        "spark.executor.memory": "512m",
        "spark.cores.max": "2",
        # As where the cluster has HDFS: a bare path would be one of that.
        "spark.hadoop.fs.defaultFS": "hdfs://nowhere.invalid:9000",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        # Plans of a few rows: what takes time is making them.
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    }.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def _said(log: Path, pattern: re.Pattern[str]) -> str:
    """What a process writes into its log, as soon as it is there."""
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until:
        if found := pattern.search(log.read_text("utf-8", "replace")):
            return found.group(1)
        time.sleep(0.2)
    raise AssertionError(f"{log.name}: {log.read_text('utf-8', 'replace')[-2000:]}")
