"""Commands that write, on a disk that is really full and on one that is really read-only."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from scoring.cli.exit_codes import DONE, NOT_WRITTEN
from tests.folders import write_folder, write_sheet
from tests.test_running import run
from tests.test_stopped_runs import COMMANDS, UNITS
from tests.test_verification import fill, make_sheet
from tests.test_writing import contents

SIZE = 4_000_000
ROOMS = (0, 12_288)
"""Bytes that a full disk still has: none, or some for what is written first."""


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year with older papers, and a 核查表 that came back."""
    folder = write_folder(tmp_path_factory.mktemp("disks") / "2024", UNITS)
    for command in ("grade", "feedback"):
        assert run(*COMMANDS[command](folder))[0] == DONE
    change = {("甲县", "1.1"): {"核查得分": 0, "核查说明": "未见发布"},
              ("乙县", "1.1"): {"核查得分": 1, "核查说明": "链接打不开"}}  # fmt: skip
    (folder / "核查").mkdir(exist_ok=True)
    fill(make_sheet(folder), change).rename(folder / "核查/填好.xlsx")
    write_sheet(folder / "第三方评估.xlsx", [["单位", "得分"], ["甲县", 80], ["乙县", 81]])
    return folder


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own; skips where nothing may be mounted."""
    at = tmp_path / "disk"
    at.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(at)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        reason = done.stderr.strip()
    except OSError as error:
        done, reason = None, str(error)
    if done is None or done.returncode:
        pytest.skip(f"needs the right to mount a disk (root): {reason}")
    yield at
    subprocess.run(["umount", str(at)], check=True)


def fill_up(disk: Path, room: int) -> Path:
    """Fill the disk until ``room`` bytes are left; gives the file that does."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as out:
        left = shutil.disk_usage(disk).free - room
        while left > 0:
            left -= out.write(bytes(min(left, 65_536)))
    assert shutil.disk_usage(disk).free <= room
    return filler


def refuses_plainly(outcome: tuple[int, str, str], why: str) -> None:
    code, _, said = outcome
    assert code == NOT_WRITTEN, said
    assert why in said
    assert "Traceback" not in said
    assert "系统错误" not in said


@pytest.mark.parametrize("command", ["grade", "merge", "forms", "feedback"])
def test_a_full_disk_and_a_drive_that_can_only_be_read(
    command: str, year: Path, disk: Path, tmp_path: Path
) -> None:
    """Nothing half, whatever room there still is; with room the next run succeeds."""
    folder = Path(shutil.copytree(year, disk / "2024"))
    elsewhere = Path(shutil.copytree(year, tmp_path / "elsewhere" / "2024"))
    before = contents(folder)
    for room in ROOMS:
        filler = fill_up(disk, room)
        outcome = run(*COMMANDS[command](folder))
        filler.unlink()
        refuses_plainly(outcome, "磁盘空间不足")
        assert contents(folder) == before
    remount(disk, "ro")
    outcome = run(*COMMANDS[command](folder))
    remount(disk, "rw")
    refuses_plainly(outcome, "该磁盘只能读，不能写")
    assert contents(folder) == before
    for place in (folder, elsewhere):
        assert run(*COMMANDS[command](place))[0] == DONE
    assert contents(folder) == contents(elsewhere) != before


def remount(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(disk)], check=True)
