"""Files are replaced whole or not at all: processes are stopped before each of their steps, several run
at once, disks are full, files change meanwhile."""

from __future__ import annotations

import errno
import hashlib
import itertools
import json
import logging
import os
import socket
import subprocess
import sys
import time
from multiprocessing import get_context
from pathlib import Path

import pytest

from scoring.writing import (
    ChangedError,
    FileInUseError,
    FolderBusyError,
    JournalError,
    file_names,
    settle,
    write_all,
    writing,
)
from scoring.writing import journal as journal_module
from scoring.writing import lock as lock_module
from scoring.writing.journal import JOURNAL
from scoring.writing.lock import LOCK
from tests.killing import KILLED, run_for, run_until
from tests.thorough import examples

OLD = {"甲/一.txt": b"old 1", "乙/二.txt": b"old 2", "三.txt": b"old 3"}
NEW = {"甲/一.txt": b"new 1", "乙/二.txt": b"new 2", "三.txt": b"new 3", "丙/四.txt": b"new 4"}


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of the folder and below, with what it holds."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def folder_with(tmp_path: Path, files: dict[str, bytes]) -> Path:
    folder = tmp_path / "2024"
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def replace(folder: Path, files: dict[str, bytes] = NEW) -> None:
    with writing(folder, "试写") as writer:
        writer.replace({folder / name: content for name, content in files.items()})


def test_a_run_stopped_before_any_step_leaves_all_or_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Before each step in turn, until there are no more; whoever comes next finds one or the other."""
    outcomes = set()
    for step in itertools.count():
        folder = folder_with(tmp_path / str(step), OLD)
        code = run_until(lambda folder=folder: replace(folder), step)
        caplog.clear()
        settle(folder)
        found = contents(folder)
        assert found in (OLD, NEW), step
        assert {p.name for p in folder.iterdir()} <= {"甲", "乙", "丙", "三.txt"}
        said = "提醒：试写写入时中断，已写完：一.txt、二.txt、三.txt 等4个文件"
        assert caplog.messages in ([], [said])
        outcomes.add((found == NEW, bool(caplog.messages)))
        if code == 0:
            break
        assert code == KILLED
    assert step > 15
    assert outcomes == {(False, False), (True, True), (True, False)}


def test_putting_in_order_may_be_stopped_too(tmp_path: Path) -> None:
    """A run stopped after its first move, then those that come after it, before each of their steps."""
    for first, again in itertools.product(range(12, 30, 3), range(0, 12, 2)):
        folder = folder_with(tmp_path / f"{first}-{again}", OLD)
        run_until(lambda folder=folder: replace(folder), first)
        run_until(lambda folder=folder: settle(folder), again)
        settle(folder)
        assert contents(folder) in (OLD, NEW)


def test_a_hundred_kills_at_random_moments(tmp_path: Path) -> None:
    big = {name: content * 50_000 for name, content in NEW.items()}
    start = time.perf_counter()
    replace(folder_with(tmp_path / "whole", OLD), big)
    whole = time.perf_counter() - start
    killed, moments = 0, examples(100)
    for number in range(moments):
        folder = folder_with(tmp_path / str(number), OLD)
        killed += (
            run_for(lambda folder=folder: replace(folder, big), whole * 1.5 * number / moments) != 0
        )
        settle(folder)
        assert contents(folder) in (OLD, big)
        replace(folder)
        assert contents(folder) == NEW
    assert killed > moments / 5


def test_a_file_edited_after_the_stop_is_not_overwritten(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The old files come back, the edited one stays."""
    for step in itertools.count():
        folder = folder_with(tmp_path / str(step), OLD)
        assert run_until(lambda folder=folder: replace(folder), step) == KILLED
        if (folder / JOURNAL).exists() and (folder / "甲/一.txt").read_bytes() == b"new 1":
            break
    (folder / "三.txt").write_bytes(b"edited")
    settle(folder)
    assert contents(folder) == {**OLD, "三.txt": b"edited"}
    assert caplog.messages == [
        "提醒：试写写入时中断，已恢复原来的文件：一.txt、二.txt、三.txt 等4个文件"
    ]


def test_a_new_file_that_did_not_reach_the_disk_is_not_used(tmp_path: Path) -> None:
    for step in itertools.count():
        folder = folder_with(tmp_path / str(step), OLD)
        assert run_until(lambda folder=folder: replace(folder), step) == KILLED
        if (folder / JOURNAL).exists():
            break
    last = json.loads((folder / JOURNAL).read_text("utf-8"))["moves"][-1]
    (folder / last["new"]).write_bytes(b"")
    settle(folder)
    assert contents(folder) == OLD


def test_a_damaged_journal_stops_everything(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, OLD)
    (folder / JOURNAL).write_text("{", "utf-8")
    with pytest.raises(JournalError, match="再删去"):
        settle(folder)
    with pytest.raises(JournalError):
        replace(folder)
    (folder / JOURNAL).unlink()
    replace(folder)
    assert contents(folder) == NEW


# Errors


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EIO])
@pytest.mark.parametrize("at", range(5))
@pytest.mark.parametrize("step", ["replace", "fsync"])
def test_an_error_of_the_system_leaves_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, step: str, at: int
) -> None:
    """At each of the moves, the journal's first, and at each of the writes before them."""
    folder = folder_with(tmp_path, OLD)
    real, calls = getattr(os, step), itertools.count()

    def fail(*arguments: object) -> None:
        if next(calls) == at:
            raise OSError(code, "no")
        real(*arguments)

    monkeypatch.setattr(journal_module.os, step, fail)
    with pytest.raises(OSError, match=r"no|无法写入"):
        replace(folder)
    monkeypatch.undo()
    assert contents(folder) == OLD
    replace(folder)
    assert contents(folder) == NEW


def test_a_full_disk_leaves_everything(tmp_path: Path) -> None:
    """A limit on the size of files; test_disks has a real one."""
    folder = folder_with(tmp_path, OLD)
    script = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from scoring.writing import write_all\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try:\n"
        "    write_all(Path(sys.argv[1]), {'三.txt': b'new', '五.txt': b'x' * 200_000})\n"
        "except OSError as error:\n"
        "    sys.exit(7)\n"
    )
    assert subprocess.run([sys.executable, "-c", script, str(folder)], check=False).returncode == 7
    assert contents(folder) == OLD


def test_a_place_that_is_taken_by_a_folder_leaves_everything(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, OLD)
    (folder / "丙/四.txt/x").mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        replace(folder)
    assert contents(folder) == OLD
    assert [p.name for p in folder.rglob(".*")] == []


def test_folders_that_were_made_for_nothing_are_removed(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b"
    with pytest.raises(ChangedError), writing(target) as writer:
        writer.replace({target / "c" / "x": b"1"}, read={tmp_path / "gone": "0" * 64})
    assert list(tmp_path.iterdir()) == []


def test_what_was_read_must_not_have_changed(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, OLD)
    read = {folder / name: hashlib.sha256(content).hexdigest() for name, content in OLD.items()}
    with writing(folder) as writer:
        writer.replace({folder / "三.txt": b"1"}, read)
        with pytest.raises(ChangedError, match=r"三\.txt 在读取以后被改动"):
            writer.replace({folder / "三.txt": b"2"}, read)
        read[folder / "三.txt"] = hashlib.sha256(b"1").hexdigest()
        (folder / "甲/一.txt").unlink()
        with pytest.raises(ChangedError):
            writer.replace({folder / "三.txt": b"2"}, read)
    assert (folder / "三.txt").read_bytes() == b"1"


# Rights


def test_rights_are_those_of_the_old_file_or_of_the_folder(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, OLD)
    (folder / "三.txt").chmod(0o664)
    before = os.umask(0o002)
    try:
        replace(folder)
    finally:
        os.umask(before)
    assert (folder / "三.txt").stat().st_mode & 0o777 == 0o664
    assert (folder / "丙/四.txt").stat().st_mode & 0o777 == 0o664
    assert (folder / "丙").stat().st_mode & 0o777 == 0o775


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root gives files away")
def test_the_owner_stays(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, OLD)
    os.chown(folder / "三.txt", 1234, 1234)
    replace(folder)
    assert (folder / "三.txt").stat().st_uid == 1234


# Several at once


def _add(folder: str, times: int) -> None:
    for _ in range(times):
        with writing(Path(folder), "加一") as writer:
            at = Path(folder, "number")
            number = int(at.read_bytes())
            writer.replace(
                {at: str(number + 1).encode(), Path(folder, "copy"): str(number + 1).encode()}
            )


def test_no_run_loses_what_another_wrote(tmp_path: Path) -> None:
    (tmp_path / "number").write_bytes(b"0")
    context = get_context("spawn")
    runs = [context.Process(target=_add, args=(str(tmp_path), 25)) for _ in range(4)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert contents(tmp_path) == {"number": b"100", "copy": b"100"}


def test_a_busy_folder_names_its_holder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock_module, "_WAIT", 0.2)
    with (
        writing(tmp_path, "kaohe verification merge"),
        pytest.raises(FolderBusyError) as busy,
        lock_module.locked(tmp_path, "", 0.2),
    ):
        pass
    assert f"（进程 {os.getpid()}）" in str(busy.value)
    assert socket.gethostname() in str(busy.value)
    assert "“kaohe verification merge”" in str(busy.value)
    assert list(tmp_path.iterdir()) == []


def _sleep(folder: str) -> None:
    with writing(Path(folder), "睡"):
        time.sleep(60)


def test_a_lock_does_not_outlive_its_holder(tmp_path: Path) -> None:
    run = get_context("spawn").Process(target=_sleep, args=(str(tmp_path),))
    run.start()
    while not (tmp_path / LOCK).exists() or not (tmp_path / LOCK).read_bytes():
        time.sleep(0.05)
    run.kill()
    run.join()
    assert (tmp_path / LOCK).exists()
    replace(tmp_path)
    assert contents(tmp_path) == NEW


def test_a_drive_without_locks_has_a_file_instead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(lock_module.fcntl, "flock", no_locks)
    with (
        writing(tmp_path, "写"),
        pytest.raises(FolderBusyError, match="“写”"),
        lock_module.locked(tmp_path, "", 0.2),
    ):
        pass
    assert list(tmp_path.iterdir()) == []
    # Of a run on this machine that has ended, and of one on another machine.
    ended = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    alone = tmp_path / ".kaohe-lock-alone"
    holder = {"host": socket.gethostname(), "pid": ended.stdout.decode().strip()}
    alone.write_text(json.dumps(holder), "utf-8")
    replace(tmp_path)
    alone.write_text(json.dumps({**holder, "host": "别处", "user": "张三"}), "utf-8")
    with (
        pytest.raises(FolderBusyError, match="别处 上的 张三"),
        lock_module.locked(tmp_path, "", 0.2),
    ):
        pass


# Files that are open elsewhere


@pytest.mark.parametrize(
    ("name", "mark", "content", "user"),
    [
        ("考核结果.xlsx", "~$考核结果.xlsx", bytes([2]) + b"zs".ljust(54) + "张三".encode("utf-16-le").ljust(108, b"\0"), "（张三）"),
        ("考核结果.xlsx", ".~考核结果.xlsx", b"", ""),
        ("考核结果.xlsx", ".~lock.考核结果.xlsx#", ",李四,pc,26.11.2026 10:00,file:///x;".encode(), "（李四）"),
        ("临溪县人民政府反馈单.docx", "~$县人民政府反馈单.docx", b"", ""),
    ],
)  # fmt: skip
def test_a_file_open_elsewhere_is_named_with_the_mark_to_delete(
    tmp_path: Path, name: str, mark: str, content: bytes, user: str
) -> None:
    (tmp_path / name).write_bytes(b"old")
    (tmp_path / mark).write_bytes(content)
    with pytest.raises(FileInUseError) as found:
        write_all(tmp_path, {name: b"new"})
    assert str(found.value) == (
        f"{name} 正在 Excel 或 WPS 中打开{user}，请关闭；"
        f"如已没有人打开，是程序异常退出留下的标记，请删去 {tmp_path / mark}"
    )
    (tmp_path / mark).unlink()
    write_all(tmp_path, {name: b"new"})
    assert contents(tmp_path) == {name: b"new"}


# Names


HARD = ["社保/医保科", "社保_医保科", "CON", "con", "com1.财政", "..", "../../x", "x", "X", "ｘ", "长" * 300,
        "长" * 299 + "短", "a:b", "a?b", "名 称", "名\n称", " ", "", "末尾.", "末尾", "\ud800", "e\u0301", "\u00e9"]  # fmt: skip


def test_names_are_allowed_and_differ() -> None:
    made = file_names(HARD)
    assert list(made) == HARD
    folded = {name.casefold() for name in made.values()}
    assert len(folded) == len(HARD)
    for name in made.values():
        assert 0 < len(f"{name}反馈单.docx".encode()) < 255
        assert not set(name) & set('\\/:*?"<>|\n ')
        assert name.strip(". ") == name
        assert name.partition(".")[0].casefold() not in {"con", "com1"}
    # The order in which they come changes nothing, nor does it to be alone where nothing is alike.
    assert file_names(reversed(HARD)) == made
    assert file_names(["a:b", "名 称"])["名 称"] == "名_称"


def test_logging_says_it_in_words(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    caplog.set_level(logging.WARNING)
    replace(folder_with(tmp_path, OLD))
    assert caplog.messages == []


def test_names_that_are_no_utf_8_are_written_too(tmp_path: Path) -> None:
    """As old archives leave them on a Linux drive."""
    odd = os.fsdecode(tmp_path.name.encode() + b"\xb8\xf6.txt")
    folder = folder_with(tmp_path, {"三.txt": b"old"})
    replace(folder, {odd: b"new", "三.txt": b"new"})
    assert contents(folder) == {odd: b"new", "三.txt": b"new"}
