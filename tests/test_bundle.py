"""The program without Python: the batch file that lies beside it, and the window that stays open. The
bundle itself is built and tried by .ci/run. None of this has run on Windows."""

from __future__ import annotations

import re
import runpy
import sys
from types import SimpleNamespace
from typing import Any

import click
import pytest

from scoring.cli.app import app
from scoring.papers import GRADE
from tests.conftest import ROOT

pytestmark = pytest.mark.fast

BATCH = ROOT / "bundle" / "检查并出结果.bat"
CMD = {
    *("@echo", "chcp", "echo", "echo.", "exit", "goto", "if", "pause", "set", "setlocal", "start"),
    *("(", ")", ":"),
}
"""The words with which a line of it may begin."""


def _lines() -> list[str]:
    """What cmd does: without comments and empty lines."""
    lines = (line.strip() for line in BATCH.read_bytes().decode("gbk").split("\r\n"))
    return [line for line in lines if line and line.split()[0] != "rem"]


def test_a_chinese_cmd_can_read_the_batch_file() -> None:
    content = BATCH.read_bytes()
    # GBK is code page 936; its Chinese characters have two bytes, so that none is left alone.
    assert content.decode("cp936").encode("cp936") == content
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    # goto finds no label in a file whose lines end otherwise.
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    assert content.endswith(b"\r\n")
    # Until the code page is set, and in comments, nothing depends on it.
    assert content[: content.index(b"\r\nchcp 936 >nul")].isascii()
    assert all(line.isascii() for line in content.split(b"\r\n") if line.startswith(b"rem "))


def test_git_keeps_the_bytes_of_the_batch_file() -> None:
    assert "*.bat -text" in (ROOT / ".gitattributes").read_text("utf-8").splitlines()


def test_every_command_of_the_batch_file_is_one() -> None:
    calls = []
    for line in _lines():
        if line.startswith('"!here!kaohe.exe" '):
            calls.append(re.findall(r'"[^"]*"|\S+', line)[1:])
        else:
            word = line.split(maxsplit=1)[0]
            assert word in CMD or word.startswith(":"), line
    assert [words[0] for words in calls] == ["check", "grade"]
    for name, *given in calls:
        command = app.commands[name]
        options = {o for p in command.params if isinstance(p, click.Option) for o in p.opts}
        arguments = [p for p in command.params if isinstance(p, click.Argument)]
        assert [word for word in given if word.startswith("-") and word not in options] == []
        assert len([word for word in given if not word.startswith("-")]) == len(arguments) == 1


def test_every_goto_of_the_batch_file_has_its_label() -> None:
    lines = _lines()
    labels = {line[1:] for line in lines if line.startswith(":")}
    assert {m for line in lines for m in re.findall(r"\bgoto (\w+)", line)} == labels
    assert sum(line.endswith("(") for line in lines) == sum(line == ")" for line in lines)
    # A bracket in a text would end its block; the Chinese ones are others.
    assert [line for line in lines if line.startswith("echo") and set(line) & set("()&|<>^%")] == []


def test_a_path_with_any_character_stays_one_path() -> None:
    """Only values between exclamation marks are not read again by cmd."""
    text = "\n".join(_lines())
    assert re.findall(r"%[^%\s]*%|%~?\w*\d", text.replace("%~dp0", "").replace("%~nx0", "")) == []
    assert all(f'"{use}"' in text for use in ("!folder!", rf"!folder!\{GRADE.folder}"))
    # start with a title, and not explorer, which cuts a path at a comma.
    assert rf'start "" "!folder!\{GRADE.folder}"' in text


def test_the_batch_file_stops_after_problems_and_stays_open() -> None:
    lines = _lines()
    runs = [n for n, line in enumerate(lines) if line.startswith('"!here!kaohe.exe" ')]
    for at in runs:
        assert lines[at + 1] == 'set "code=!errorlevel!"'
        assert lines[at + 2] == 'if not "!code!"=="0" goto stopped'
    assert lines[-2:] == ["pause", "exit !code!"]


@pytest.fixture(scope="module")
def start() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "bundle" / "start.py"))


def _windows(programs: int) -> Any:
    return SimpleNamespace(
        kernel32=SimpleNamespace(GetConsoleProcessList=lambda _buffer, _size: programs)
    )


@pytest.mark.parametrize(
    ("arguments", "programs", "waits"),
    [
        (["/考核/2024"], 1, True),
        ([], 1, True),
        (["/考核/2024", "/考核/2023"], 1, True),
        (["/考核/2024"], 2, False),
        (["grade", "/考核/2024"], 1, False),
        (["--version"], 1, False),
    ],
)
def test_a_window_that_opened_for_a_dropped_folder_stays_open(
    start: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    programs: int,
    waits: bool,
) -> None:
    asked: list[str] = []

    def kaohe() -> None:
        raise SystemExit(1)

    monkeypatch.setattr("scoring.cli.main", kaohe)
    monkeypatch.setattr("builtins.input", lambda text: asked.append(text) or "")
    monkeypatch.setattr(sys, "argv", ["kaohe.exe", *arguments])
    monkeypatch.setattr("ctypes.windll", _windows(programs), raising=False)
    with pytest.raises(SystemExit) as left:
        start["main"]()
    assert left.value.code == 1
    assert bool(asked) == waits


def test_elsewhere_nothing_waits(start: dict[str, Any]) -> None:
    assert not start["is_alone"](None)
