"""What a command writes depends on what stands in the folder, and on nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.evidence_files import write_evidence
from tests.folders import write_folder, write_sheet
from tests.test_stopped_runs import COMMANDS, LEDGER, UNITS, run
from tests.test_verification import fill, make_sheet
from tests.test_writing import contents

HERE = {"TZ": "Asia/Shanghai", "PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8"}
THERE = {"TZ": "America/New_York", "PYTHONHASHSEED": "2", "LC_ALL": "C"}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year with a result, and scores that were changed since: every command has something to write."""
    folder = write_folder(tmp_path_factory.mktemp("same") / "2024", UNITS, LEDGER)
    assert run("grade", folder) == 0
    write_sheet(folder / "第三方评估.xlsx", [["单位", "得分"], ["甲县", 80], ["乙县", 81]])
    change = {("甲县", "1.1"): {"核查得分": 0, "核查说明": "未见发布"}}
    sheet = fill(make_sheet(folder), change)
    (folder / "核查").mkdir()
    sheet.rename(folder / "核查/填好.xlsx")
    write_evidence(folder)
    return folder


def copied(base: Path, to: Path, *, backwards: bool) -> Path:
    """A copy whose files were made in the opposite order, which a drive may list them in."""
    for path in sorted((p for p in base.rglob("*") if p.is_file()), reverse=backwards):
        there = to / path.relative_to(base)
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_bytes(path.read_bytes())
    return to


RUN_EACH = """
import sys
from pathlib import Path
from scoring.cli import ledger
from tests.test_stopped_runs import COMMANDS, NOW, run
ledger.now = lambda: NOW
names = sorted(COMMANDS, reverse=sys.argv[2] == "backwards")
sys.exit(any([run(name, Path(sys.argv[1], name, "2024")) for name in names]))
"""


@pytest.fixture(scope="module")
def written(
    base: Path, tmp_path_factory: pytest.TempPathFactory
) -> list[dict[str, dict[str, bytes]]]:
    """What each command writes, in two processes of their own: here and there, each command in a
    folder of its own, and one after the other in opposite orders."""
    found = []
    for number, own in enumerate((HERE, THERE)):
        place = tmp_path_factory.mktemp("处" * (number + 1))
        for command in COMMANDS:
            copied(base, place / command / "2024", backwards=bool(number))
        before = contents(base)
        done = subprocess.run(
            [sys.executable, "-c", RUN_EACH, str(place), "backwards" if number else "forwards"],
            env=os.environ | own | {"PYTHONPATH": str(ROOT)}, cwd=ROOT, capture_output=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
        after = {command: contents(place / command / "2024") for command in COMMANDS}
        found.append({
            command: {name: c for name, c in files.items() if c != before.get(name)}
            for command, files in after.items()
        })  # fmt: skip
    return found


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_writes_the_same_bytes_anywhere(
    command: str, written: list[dict[str, dict[str, bytes]]]
) -> None:
    """Time zone, locale, hash seed, place, order of the files and the moment do not matter."""
    here, there = written
    assert here[command]
    assert here[command] == there[command]
