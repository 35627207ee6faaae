"""The texts that readers read, compared with ``tests/snapshots/``; ``make snapshots`` writes them anew."""

from __future__ import annotations

import difflib
import runpy

import pytest

from scoring.scheme import shipped
from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "snapshots"
NAMES = sorted(path.name for path in FOLDER.glob("*.txt"))


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    return runpy.run_path(str(ROOT / "tools" / "make_snapshots.py"))["snapshots"]()


def test_there_is_a_snapshot_of_every_text(written: dict[str, str]) -> None:
    assert sorted(written) == NAMES
    assert {f"办法_{name}.txt" for name in shipped()} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_text_is_that_of_its_snapshot(name: str, written: dict[str, str]) -> None:
    before = (FOLDER / name).read_text("utf-8").splitlines()
    now = written[name].splitlines()
    changes = difflib.unified_diff(before, now, "snapshot", "now", lineterm="", n=1)
    assert before == now, "\n".join(
        (f"{name}: the text has changed. If that is meant: make snapshots", *changes)
    )
