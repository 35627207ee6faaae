"""The portal's tests on PostgreSQL; all others run on SQLite."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from tests.portal.postgresql import postgresql
from tests.thorough import thorough


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
            "test_corrections.py",
            "test_rules.py",
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
