"""The same year by a script without our code: every cell, figure and sentence agrees."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from benchmarks.run import GRADE, PLAIN_SCRIPT, compare, programs, run


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The papers of both programs, in ``kaohe`` and ``plain``."""
    folder = tmp_path_factory.mktemp("graded")
    commands, _ = programs(folder)
    for name in (GRADE, PLAIN_SCRIPT):
        # Not with ``surroundings``, which compile every library anew, to be timed.
        run(commands[name], os.environ | {"PYTHONIOENCODING": "utf-8"})
    return folder


def test_a_plain_script_writes_the_same_papers(graded: Path) -> None:
    found = compare(graded / "kaohe", graded / "plain")
    assert found.differences == []
    assert len(found.compared) >= 4


def test_the_comparison_finds_a_number_that_differs(graded: Path, tmp_path: Path) -> None:
    shutil.copytree(graded / "kaohe", tmp_path / "other")
    results = tmp_path / "other" / "results.json"
    results.write_text(results.read_text("utf-8").replace('"92.96"', '"92.97"', 1), "utf-8")
    assert len(compare(graded / "kaohe", tmp_path / "other").differences) == 1
