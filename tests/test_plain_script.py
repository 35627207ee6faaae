"""The same year by a script without our code: every cell, figure and sentence agrees."""

from __future__ import annotations

import shutil
from pathlib import Path

from benchmarks.run import GRADE, PLAIN_SCRIPT, compare, programs, run, surroundings


def test_a_plain_script_writes_the_same_papers(tmp_path: Path) -> None:
    commands, _ = programs(tmp_path)
    own = surroundings(tmp_path)
    for name in (GRADE, PLAIN_SCRIPT):
        run(commands[name], own)
    found = compare(tmp_path / "kaohe", tmp_path / "plain")
    assert found.differences == []
    assert len(found.compared) >= 4


def test_the_comparison_finds_a_number_that_differs(tmp_path: Path) -> None:
    commands, _ = programs(tmp_path)
    run(commands[GRADE], surroundings(tmp_path))
    shutil.copytree(tmp_path / "kaohe", tmp_path / "other")
    results = tmp_path / "other" / "results.json"
    results.write_text(results.read_text("utf-8").replace('"92.96"', '"92.97"', 1), "utf-8")
    assert len(compare(tmp_path / "kaohe", tmp_path / "other").differences) == 1
