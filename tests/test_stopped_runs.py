"""Commands that write, stopped before each of their steps and run two at a time: the folder holds what
was there before or what the command writes, and the next run succeeds."""

from __future__ import annotations

import itertools
import os
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from scoring.cli.app import app
from scoring.papers import ALL_PAPERS
from tests.endings import ended
from tests.evidence_files import SOUND_2017, write_evidence
from tests.folders import POINTS, write_folder, write_sheet
from tests.killing import KILLED, run_for, run_until, states
from tests.test_verification import fill, make_sheet
from tests.test_writing import contents
from tests.thorough import thorough

BLANK = dict.fromkeys(POINTS)
UNITS = {
    "甲县": {"上半年": 95, "下半年": 94, "第三方": 92},
    "乙县": {"上半年": 90, "下半年": 88, "第三方": 85.5},
}
COMMANDS: dict[str, Callable[[Path], list[str]]] = {
    "grade": lambda folder: ["grade", str(folder)],
    # What is written is the same by every engine; the threads of others do not live in a fork.
    "grade-bulk": lambda folder: [
        "grade", str(folder), "--engine", "pandas", "--details", "--out", str(folder / "结果/单位"),
    ],
    "merge": lambda folder: ["verification", "merge", str(folder), str(folder / "核查/填好.xlsx")],
    "feedback": lambda folder: ["feedback", str(folder)],
    "bulletin": lambda folder: ["bulletin", str(folder), "--period", "half", "--as-of", "2024-06-30"],
    "dashboard": lambda folder: ["dashboard", str(folder), "--as-of", "2024-06-14"],
    "warnings": lambda folder: [
        "warnings", str(folder), "--as-of", "2024-06-14", "--out", str(folder / "预警"),
    ],
    "sensitivity": lambda folder: ["sensitivity", str(folder)],
    "forms": lambda folder: ["forms", str(folder), "--period", "上半年"],
    "sheet": lambda folder: ["verification", "sheet", str(folder), "--period", "上半年"],
    "preview": lambda folder: [
        "preview", str(folder / "自我考核/上半年/甲县.xlsx"), "--folder", str(folder),
        "--out", str(folder / "预估"),
    ],
    "statistics": lambda folder: [
        "statistics", str(folder / "证明材料/统计表.txt"), "--out", str(folder / "结果"),
    ],
    "timeliness": lambda folder: [
        "timeliness", str(folder / "证明材料/清单.csv"), "--out", str(folder / "结果"),
    ],
    "compare": lambda folder: [
        "compare", str(folder / "结果"), str(folder), "--out", str(folder / "比较"),
    ],
    "regions": lambda folder: ["regions", str(folder)],
    "rectify": lambda folder: [
        "ledger", "rectify", str(folder), "T-1", "--date", "2024-03-18", "--by", "王某",
    ],
    "verify": lambda folder: [
        "ledger", "verify", str(folder), "T-1", "--result", "属实", "--by", "王某",
    ],
    "revoke": lambda folder: [
        "ledger", "revoke", str(folder), "T-1", "--date", "2024-12-02", "--reason", "重复", "--by", "王某",
    ],
    "problems": lambda folder: ["check", str(folder), "--problems", str(folder / "问题清单.xlsx")],
}  # fmt: skip
ONCE = ("merge", "rectify", "verify", "revoke")
"""Change what the office enters: nothing is left to do where they were run before."""
LEDGER = [{
    "台账编号": "T-1", "单位": "甲县", "扣分项": "3", "问题描述": "栏目长期不更新", "发现日期": "2024-03-01",
    "整改期限": "2024-03-15",
}]  # fmt: skip
NOW = datetime(2025, 1, 6, 9, 0, tzinfo=UTC)
THOROUGH = thorough()
"""Whether every command is killed at a hundred moments, and every pair of commands run at once. Else a
share of it. Every state before a step is tried in either case."""
MOMENTS = 100 if THOROUGH else 3

RACERS = tuple(COMMANDS) if THOROUGH else ("grade", "merge", "sensitivity", "sheet")
"""Commands that share files: what one reads or writes, another writes."""


def run(command: str, folder: Path) -> int:
    done = ended(CliRunner().invoke(app, COMMANDS[command](folder), standalone_mode=False))
    assert done.exception is None, done.exception
    return int(done.return_value or 0)


@pytest.fixture(scope="module", autouse=True)
def _one_moment() -> Iterator[None]:
    """日志.jsonl says when: a run and its repetition say the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scoring.cli.ledger.now", lambda: NOW)
        yield


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year with papers of every kind, and a change since that every command's papers show."""
    folder = write_folder(tmp_path_factory.mktemp("stopped") / "2024", UNITS, LEDGER)
    write_evidence(folder)
    sheet = make_sheet(folder)
    for command in (command for command in COMMANDS if command not in ONCE):
        assert run(command, folder) == 0
    change = {("甲县", "1.1"): {"核查得分": 0, "核查说明": "未见发布"},
              ("乙县", "1.1"): {"核查得分": 1, "核查说明": "链接打不开"}}  # fmt: skip
    fill(sheet, change).rename(folder / "核查/填好.xlsx")
    write_evidence(folder, {**SOUND_2017, "一.二.5": "1"}, "2024-05-08")
    # A column of unknown name is a reminder in the list of problems.
    rows = [["单位", "得分", "联系人"], ["甲县", 80, "王某"], ["乙县", 81, "李某"]]
    write_sheet(folder / "第三方评估.xlsx", rows)
    return folder


class After(NamedTuple):
    """The folder after one run of a command, and how long that took."""

    folder: Path
    contents: dict[str, bytes]
    seconds: float


@pytest.fixture(scope="module")
def after(base: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, After]:
    """What each command leaves."""
    made = {}
    for command in COMMANDS:
        folder = Path(shutil.copytree(base, tmp_path_factory.mktemp(command) / "2024"))
        start = time.perf_counter()
        assert run(command, folder) == 0
        made[command] = After(folder, contents(folder), time.perf_counter() - start)
    return made


def look(folder: Path) -> int | None:
    """What ``kaohe check`` ends with, the run of somebody who only looks."""
    outcome = CliRunner().invoke(app, ["check", str(folder)], standalone_mode=False)
    return outcome.return_value  # type: ignore[no-any-return]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_stopped_command_leaves_all_or_nothing(
    command: str, base: Path, after: dict[str, After], tmp_path: Path
) -> None:
    """Before each of its steps: for the same command again, and for somebody who only looks."""
    before, whole = contents(base), after[command].contents
    folder = Path(shutil.copytree(base, tmp_path / "2024"))
    left = states(lambda: run(command, folder), folder, tmp_path / "stopped")
    assert contents(left[0]) == before
    assert contents(left[-1]) == whole
    found = []
    for number, stopped in enumerate(left):
        if number % 3 == 0:
            assert run(command, stopped) == 0
            assert contents(stopped) == whole, number
        else:
            assert look(stopped) == 0
            found.append(contents(stopped))
            assert found[-1] in (before, whole), number
    assert before in found, "before the first file is moved"
    assert whole in found, "from then on"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_killed_at_any_moment_leaves_all_or_nothing(
    command: str, base: Path, after: dict[str, After], tmp_path: Path
) -> None:
    before, whole = contents(base), after[command]
    for number in range(MOMENTS):
        folder = Path(shutil.copytree(base, tmp_path / str(number) / "2024"))
        moment = whole.seconds * (number + 0.5) / MOMENTS
        run_for(lambda folder=folder: run(command, folder), moment)
        assert look(folder) == 0
        assert contents(folder) in (before, whole.contents)
        shutil.rmtree(folder)


@pytest.mark.parametrize(
    "pair", list(itertools.combinations_with_replacement(RACERS, 2)), ids="-".join
)
def test_two_at_once_give_what_one_after_the_other_gives(
    pair: tuple[str, str], base: Path, after: dict[str, After], tmp_path: Path
) -> None:
    """Or one of them says that its files were changed meanwhile, and writes nothing."""
    folder = Path(shutil.copytree(base, tmp_path / "at once" / "2024"))
    started, start = os.pipe()
    children = []
    for command in pair:
        child = os.fork()
        if not child:
            try:
                os.read(started, 1)
                os._exit(run(command, folder))
            except BaseException:
                os._exit(99)
        children.append(child)
    os.write(start, b"go")
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    os.close(started)
    os.close(start)
    assert 99 not in codes
    assert 0 in codes
    done = [command for command, code in zip(pair, codes, strict=True) if code == 0]
    orders = []
    for number, (first, *then) in enumerate(set(itertools.permutations(done))):
        one = Path(shutil.copytree(after[first].folder, tmp_path / str(number) / "2024"))
        for command in then:
            assert run(command, one) == 0
        orders.append(contents(one))
    assert contents(folder) in orders


def test_a_stopped_new_year_leaves_all_or_nothing(base: Path, tmp_path: Path) -> None:
    """Beside the folder of the old year: the new one whole, or none; and the next run finds no trace of
    the one that was stopped."""
    home = tmp_path / "home"
    old = Path(shutil.copytree(base, home / "2024"))
    before = contents(home)

    def new_year() -> int:
        done = CliRunner().invoke(
            app, ["year", "new", str(old), str(home / "2025")], standalone_mode=False
        )
        assert done.exception is None, done.exception
        return int(done.return_value or 0)

    assert new_year() == 0
    after = contents(home)
    kinds = set()
    for step in itertools.count(0, 1 if THOROUGH else 7):
        shutil.rmtree(home / "2025", ignore_errors=True)
        code = run_until(new_year, step)
        kinds.add(code)
        assert contents(old) == contents(base)
        if not (home / "2025").exists():
            # Somebody who only looks, then the same command again.
            looked = CliRunner().invoke(app, ["check", str(old)], standalone_mode=False)
            assert looked.return_value == 0
            assert new_year() == 0
            assert contents(home) == after
        whole = contents(home / "2025")
        assert {f"2025/{name}": content for name, content in whole.items()} == {
            name: content for name, content in after.items() if name.startswith("2025/")
        }
        if code == 0:
            break
    assert kinds == {0, KILLED}
    assert before.items() <= after.items()


def test_every_command_with_papers_is_stopped_here() -> None:
    assert {papers.command for papers in ALL_PAPERS} <= set(COMMANDS)
