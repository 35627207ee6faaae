"""``kaohe portal``: copied and put back while the portal runs; a log that was touched is found out."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scoring.portal import keeping
from tests.conftest import ROOT
from tests.portal.conftest import FOLDER, UNIT, YEAR
from tests.portal.web import NEW, Visitor, clean_environment, passwords, serving
from tests.test_writing import contents

FORM = f"/{YEAR}/单位/{UNIT}/考核表/self_assessment/下半年"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keeping")


@pytest.fixture(scope="module")
def portal(place: Path) -> Iterator[tuple[Path, Visitor]]:
    """A portal that runs, and a unit that is logged in."""
    folder = Path(shutil.copytree(FOLDER, place / "2025"))
    with serving(folder, config=place / "config") as address:
        password = passwords(folder)["临溪县"]
        visitor = Visitor(address)
        visitor.login("临溪县", password)
        fields = {"old_password": password, "new_password1": NEW, "new_password2": NEW}
        visitor.post("/密码", fields)
        yield folder, visitor


def kaohe(place: Path, *arguments: object) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "scoring", "portal", *map(str, arguments)], cwd=ROOT, check=False,
        capture_output=True, encoding="utf-8", env=clean_environment(place / "config"),
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_a_copy_is_put_back_while_the_portal_runs(
    portal: tuple[Path, Visitor], place: Path, tmp_path: Path
) -> None:
    folder, unit = portal
    copy = tmp_path / "备份.sqlite3"
    assert unit.post(f"{FORM}/填写", {"1.1|自评说明": "备份之前"})[0] == 200
    code, said = kaohe(place, "backup", folder, copy)
    assert (code, "已备份" in said) == (0, True), said
    if sys.platform != "win32":
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [copy.name]
    code, said = kaohe(place, "backup", folder, copy)
    assert (code, "没有覆盖" in said) == (1, True)
    unit.post(f"{FORM}/填写", {"1.1|自评说明": "备份之后"})
    code, said = kaohe(place, "restore", folder, copy)
    assert (code, "已恢复" in said) == (0, True), said
    page = unit.get(f"{FORM}/")[1]
    assert "备份之前" in page
    assert "备份之后" not in page
    # It goes on from there.
    assert unit.post(f"{FORM}/填写", {"1.1|自评说明": "恢复之后"})[0] == 200
    assert "恢复之后" in unit.get(f"{FORM}/")[1]
    code, said = kaohe(place, "log", folder)
    assert (code, "日志完整" in said) == (0, True), said


def test_a_copy_is_made_while_others_write_without_a_pause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In several steps each write would begin it anew."""
    path = tmp_path / "portal.sqlite3"
    source = sqlite3.connect(path)
    source.execute("PRAGMA journal_mode=wal")
    source.execute("CREATE TABLE log_logline (text)")
    source.executemany("INSERT INTO log_logline VALUES (?)", [("x" * 4000,)] * 4000)
    source.commit()
    monkeypatch.setattr(keeping, "_sqlite", lambda: source)
    monkeypatch.setattr(keeping, "_PAGES", 1)
    stop, written = threading.Event(), []

    def write() -> None:
        other = sqlite3.connect(path, timeout=20)
        other.execute("PRAGMA synchronous=off")
        while not stop.wait(0.0005):
            other.execute("INSERT INTO log_logline VALUES ('y')")
            other.commit()
            written.append(1)
        other.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(written) < 5:
            time.sleep(0.01)
        start = time.monotonic()
        assert keeping.backup(tmp_path / "copy.sqlite3") >= 4005
        assert time.monotonic() - start < 10
    finally:
        stop.set()
        writer.join()
        source.close()


def test_a_damaged_copy_is_not_put_back(
    portal: tuple[Path, Visitor], place: Path, tmp_path: Path
) -> None:
    folder, unit = portal
    copy = tmp_path / "备份.sqlite3"
    kaohe(place, "backup", folder, copy)
    before = unit.get(f"{FORM}/")[1].split("<main")[1].count("恢复之后")
    content = bytearray(copy.read_bytes())
    content[8192:16384] = b"\xff" * 8192
    for name, broken in (("a", bytes(content)), ("b", b"no database"), ("c", b"")):
        path = tmp_path / name
        path.write_bytes(broken)
        code, said = kaohe(place, "restore", folder, path)
        assert code == 1, said
        assert "损坏" in said
    assert unit.get(f"{FORM}/")[1].split("<main")[1].count("恢复之后") == before
    assert kaohe(place, "restore", folder, tmp_path / "没有")[0] == 1


def test_the_folder_comes_out_without_a_browser(
    portal: tuple[Path, Visitor], place: Path, tmp_path: Path
) -> None:
    folder, _ = portal
    code, said = kaohe(place, "export", folder, tmp_path / "导出")
    assert code == 0, said
    assert contents(tmp_path / "导出" / "2025") == contents(FOLDER)
    assert kaohe(place, "export", folder, tmp_path / "导出")[0] == 1
    assert kaohe(place, "export", folder, tmp_path / "别处", "--year", 2019)[0] == 1


def test_a_log_that_was_touched_is_found_out(
    portal: tuple[Path, Visitor], place: Path, tmp_path: Path
) -> None:
    folder, _ = portal
    own = Path(shutil.copytree(folder, tmp_path / "2025"))
    (tmp_path / "考核门户").mkdir()
    assert kaohe(place, "log", own)[0] == 1
    database = tmp_path / "考核门户" / "portal.sqlite3"
    kaohe(place, "backup", folder, database)
    out = tmp_path / "日志.jsonl"
    code, said = kaohe(place, "log", own, "--out", out, "--json")
    found = json.loads(said)
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert code == 0
    assert found == {"lines": len(lines), "hash": lines[-1]["hash"], "broken": None}
    # Somebody with the file at hand.
    with sqlite3.connect(database) as connection:
        connection.execute("DROP TRIGGER log_line_no_UPDATE")
        connection.execute("UPDATE log_logline SET who = '别人' WHERE number = 2")
    code, said = kaohe(place, "log", own)
    assert (code, said.strip()) == (1, "日志第2条起不完整：内容有改动。")


def test_where_no_portal_is(place: Path, tmp_path: Path) -> None:
    (tmp_path / "2025").mkdir()
    code, said = kaohe(place, "log", tmp_path / "2025")
    assert code == 1
    assert "请先运行 kaohe serve" in said
    assert not (tmp_path / "考核门户").exists()
