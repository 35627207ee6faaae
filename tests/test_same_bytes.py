"""What a command writes depends on what stands in the folder, and on nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.folders import write_folder
from tests.test_stopped_runs import COMMANDS, UNITS
from tests.test_verification import fill, make_sheet
from tests.test_writing import contents

HERE = {"TZ": "Asia/Shanghai", "PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8"}
THERE = {"TZ": "America/New_York", "PYTHONHASHSEED": "2", "LC_ALL": "C"}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_folder(tmp_path_factory.mktemp("same") / "2024", UNITS)
    change = {("甲县", "1.1"): {"核查得分": 0, "核查说明": "未见发布"}}
    sheet = fill(make_sheet(folder), change)
    (folder / "核查").mkdir()
    sheet.rename(folder / "核查/填好.xlsx")
    return folder


def copied(base: Path, to: Path, *, backwards: bool) -> Path:
    """A copy whose files were made in the opposite order, which a drive may list them in."""
    for path in sorted((p for p in base.rglob("*") if p.is_file()), reverse=backwards):
        there = to / path.relative_to(base)
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_bytes(path.read_bytes())
    return to


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_writes_the_same_bytes_anywhere(command: str, base: Path, tmp_path: Path) -> None:
    """Time zone, locale, hash seed, place, order of the files and the moment do not matter."""
    found = []
    for number, own in enumerate((HERE, THERE)):
        folder = copied(base, tmp_path / ("处" * (number + 1)) / "2024", backwards=bool(number))
        before = contents(folder)
        done = subprocess.run(
            [sys.executable, "-m", "scoring", *COMMANDS[command](folder)],
            env=os.environ | own, cwd=ROOT, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
        after = contents(folder)
        found.append({name: after[name] for name in after if after[name] != before.get(name)})
    assert found[0]
    assert found[0] == found[1]
