"""Both databases: the same tests, many at once, and killed in the middle."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.portal.conftest import FOLDER, UNIT, YEAR
from tests.portal.postgresql import postgresql
from tests.portal.web import NEW, Visitor, clean_environment, passwords, starting
from tests.thorough import thorough

WHERE = f"/{YEAR}/单位/{UNIT}/考核表/self_assessment/下半年/填写"
CODES = ("1.1", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2")
ROUNDS = 10 if thorough() else 2
"""How often the portal is killed."""


DATABASES = ["sqlite", "postgresql"]


@pytest.fixture(params=DATABASES if thorough() else DATABASES[:1])
def variables(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """What the portal is told of its database."""
    if request.param == "sqlite":
        yield {}
        return
    with postgresql() as address:
        yield {"KAOHE_DATABASE_URL": address}


def kaohe(
    folder: Path, config: Path, variables: dict[str, str], *arguments: object
) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-m", "scoring", "portal", "log", str(folder), "--json", *map(str, arguments)],
        cwd=ROOT, capture_output=True, encoding="utf-8", check=True,
        env=clean_environment(config) | variables,
    )  # fmt: skip
    return dict(json.loads(done.stdout))


def test_what_was_acknowledged_is_there_after_a_kill(
    variables: dict[str, str], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "2025"))
    config, done = tmp_path / "config", set[str]()
    visitor = Visitor("")
    for number in range(ROUNDS):
        with starting(folder, config=config, **variables) as (address, server):
            if number == 0:
                password = passwords(folder)["临溪县"]
                visitor.address = address
                visitor.login("临溪县", password)
                fields = {"old_password": password, "new_password1": NEW, "new_password2": NEW}
                visitor.post("/密码", fields)
            visitor.address = address
            killed = threading.Event()

            def save(at: int, number: int = number, killed: threading.Event = killed) -> None:
                for count in range(1000):
                    text = f"{number}-{at}-{count}"
                    try:
                        status, _ = visitor.post(WHERE, {f"{CODES[at]}|自评说明": text})
                    except (OSError, HTTPException):
                        assert killed.is_set()
                        return
                    if status == 200:
                        done.add(text)

            before = len(done)
            with ThreadPoolExecutor(4) as pool:
                tasks = [pool.submit(save, at) for at in range(4)]
                while len(done) < before + 20:
                    threading.Event().wait(0.01)
                killed.set()
                os.kill(server.pid, signal.SIGKILL)
                server.wait()
                for task in tasks:
                    task.result()
    out = tmp_path / "日志.jsonl"
    found = kaohe(folder, config, variables, "--out", out)
    assert found["broken"] is None
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    kept = {line["after"]["自评说明"] for line in lines if line["what"] == "填写考核表"}
    assert len(done) >= 20 * ROUNDS
    assert done - kept == set()


def test_the_portal_s_tests_pass_on_postgresql(tmp_path: Path) -> None:
    """Every day those of the log and of the folder, in which databases differ most."""
    modules = ["test_log.py", "test_folder.py"]
    if thorough():
        modules += [
            "test_attacks.py",
            "test_evidence_apart.py",
            "test_notices.py",
            "test_form.py",
            "test_evidence.py",
            "test_ledger.py",
            "test_appeals.py",
            "test_results.py",
        ]
    with postgresql() as address:
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", "-o", "addopts=--strict-markers", "-q", f"--basetemp={tmp_path / 'inner'}", "-p", "no:cacheprovider",
             *(f"tests/portal/{name}" for name in modules)],
            cwd=ROOT, capture_output=True, encoding="utf-8", check=False,
            env={**os.environ, "KAOHE_DATABASE_URL": address},
        )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-3000:]
    assert re.search(r"\d{2,} passed", ran.stdout)
