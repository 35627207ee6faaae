"""However a run ends, it is one sentence and an exit code: no traceback for anything that a user can
do, JSON for programs in every outcome, and a report without data for a fault of the program."""

from __future__ import annotations

import ctypes
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
import pytest

from scoring.cli.app import app
from scoring.cli.exit_codes import (
    CLOSED_PIPE,
    DATA_ERRORS,
    DONE,
    INTERNAL_ERROR,
    NOT_WRITTEN,
    WRONG_USAGE,
)
from tests.conftest import ROOT
from tests.evidence_files import SOUND_2017, text_2017
from tests.folders import write_folder, write_settings
from tests.program import kaohe

FULL = {"上半年": 90, "下半年": 90, "第三方": 90}
Ended = tuple[int, str, str]


def run(*arguments: Any, console: str = "utf-8") -> Ended:
    """The exit code, standard output and standard error of a run in this process."""
    done = kaohe(*arguments, console=console)
    return done.returncode, done.stdout, done.stderr


def is_plain(ended: Ended) -> None:
    """The run ended with a sentence of its own."""
    code, out, err = ended
    assert code in {DONE, DATA_ERRORS, WRONG_USAGE, NOT_WRITTEN}, err
    assert "Traceback" not in out + err
    assert "程序内部错误" not in out + err
    assert "系统错误" not in out + err
    if code != DONE:
        assert re.search("[\u4e00-\u9fff]", out + err)


@pytest.fixture(scope="module")
def shape(tmp_path_factory: pytest.TempPathFactory) -> Path:
    row = {"台账编号": "T1", "单位": "甲县", "扣分项": "1", "问题描述": "办事指南缺附件",
           "发现日期": "2024-03-05"}  # fmt: skip
    units = {"甲县": FULL, "乙县": FULL}
    folder = write_folder(tmp_path_factory.mktemp("shape") / "2024", units, [row])
    shutil.copy(ROOT / "config" / "keshi.yaml", folder / "own.yaml")
    shutil.copy(ROOT / "config" / "keshi.cases.yaml", folder / "own.cases.yaml")
    shutil.copytree(ROOT / "templates", folder / "模板")
    for path in (folder / STATISTICS, folder / LISTED):
        path.parent.mkdir(parents=True)
    text_2017(folder / STATISTICS, SOUND_2017)
    (folder / LISTED).write_text("标题,生成日期,公开日期\n通知,2024-05-06,2024-05-07\n", "utf-8")
    return folder


@pytest.fixture
def folder(shape: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(shape, tmp_path / "甲市2024"))


FORM = "自我考核/上半年/甲县.xlsx"
STATISTICS, LISTED = "证明材料/甲县/上半年/2.2/统计表.txt", "证明材料/甲县/上半年/2.1/清单.csv"
COMMANDS: dict[str, Callable[[Path], tuple[Any, ...]]] = {
    "check": lambda f: ("check", f, "--problems", f / "问题清单.xlsx"),
    "grade": lambda f: ("grade", f),
    "grade --provisional": lambda f: ("grade", f, "--provisional"),
    "grade --engine": lambda f: ("grade", f, "--engine", "polars", "--out", f / "结果/单位"),
    "forms": lambda f: ("forms", f, "--period", "上半年"),
    "forms --ledger": lambda f: ("forms", f, "--ledger"),
    "preview": lambda f: ("preview", f / FORM, "--out", f / "预估"),
    "explain": lambda f: ("explain", f, "甲县"),
    "whatif": lambda f: ("whatif", f, "--set", "甲县:第三方=91"),
    "compare": lambda f: ("compare", f, f, "--out", f / "比较"),
    "regions": lambda f: ("regions", f),
    "year new": lambda f: ("year", "new", f, f.parent / "2025"),
    "feedback": lambda f: ("feedback", f),
    "bulletin": lambda f: ("bulletin", f, "--period", "month", "--as-of", "2024-06-30"),
    "warnings": lambda f: ("warnings", f, "--as-of", "2024-06-14", "--out", f / "预警"),
    "dashboard": lambda f: ("dashboard", f, "--as-of", "2024-06-14"),
    "audit": lambda f: ("audit", f / "结果", "--folder", f),
    "sensitivity": lambda f: ("sensitivity", f),
    "statistics": lambda f: ("statistics", f / STATISTICS, "--out", f / "核对"),
    "timeliness": lambda f: ("timeliness", f / LISTED, "--out", f / "核对"),
    "sheet": lambda f: ("verification", "sheet", f, "--period", "上半年"),
    "merge": lambda f: ("verification", "merge", f, f / "核查" / "上半年核查表.xlsx"),
    "ledger add": lambda f: (
        "ledger", "add", f, "--unit", "甲县", "--rule", "1", "--description", "栏目长期不更新",
        "--found", "2024-05-06",
    ),
    "ledger rectify": lambda f: ("ledger", "rectify", f, "T1", "--date", "2024-05-20"),
    "ledger verify": lambda f: ("ledger", "verify", f, "T1", "--result", "属实"),
    "ledger revoke": lambda f: (
        "ledger", "revoke", f, "T1", "--date", "2024-05-20", "--reason", "申诉成立",
    ),
    "ledger list": lambda f: ("ledger", "list", f),
    "simulate": lambda f: (
        "simulate", "--units", "3", "--rows", "6", "--seed", "1",
        "--scheme", f / "own.yaml", "--out", f.parent / "虚构",
    ),
    "schemes": lambda f: ("schemes",),
    "schemes check": lambda f: ("schemes", "check", f / "own.yaml"),
    "schemes show": lambda f: ("schemes", "show", f / "own.yaml", "--docx", f / "own.docx"),
    "schemes diff": lambda f: ("schemes", "diff", f / "own.yaml", "heze"),
    "schemes try": lambda f: ("schemes", "try", f / "own.yaml"),
    "schemes test": lambda f: ("schemes", "test", f / "own.yaml"),
    "schemes new": lambda f: ("schemes", "new", "abc", "--yes", "--out", f / "abc.yaml"),
}  # fmt: skip
"""Every command that works on a folder or a scheme, as it is called."""


def test_every_command_is_tried_here() -> None:
    named = {
        " ".join(str(a) for a in COMMANDS[key](Path("x"))[:2]).split(" x")[0] for key in COMMANDS
    }
    assert app.offered
    # A server does not end, and its database is one a process: tests/portal runs them.
    for name in set(app.offered) - {"serve", "portal"}:
        inner = getattr(command_of([name]), "commands", {})
        for path in [f"{name} {sub}" for sub in inner] or [name]:
            assert path in named or {f"{path} abc", f"{path} --units"} & named, path


# Exit codes


def test_done_is_0_and_errors_in_the_data_are_1(folder: Path) -> None:
    assert run("check", folder)[0] == DONE == 0
    (folder / "第三方评估.xlsx").unlink()
    assert run("grade", folder)[0] == DATA_ERRORS == 1


def test_wrong_usage_is_2() -> None:
    assert run("grade")[0] == WRONG_USAGE == 2


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("grade", "结果/考核结果.xlsx"), ("feedback", "反馈/反馈总览.xlsx"),
        ("bulletin", "日常通报/2024年6月月排名/2024年6月月排名.xlsx"),
        ("sensitivity", "结果/稳健性分析.xlsx"), ("forms", "空白表/上半年/甲县.xlsx"),
        ("sheet", "核查/上半年核查表.xlsx"), ("schemes show", "own.docx"), ("preview", "预估/甲县上半年预估.html"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_3(name: str, target: str, folder: Path) -> None:
    """A file that somebody has open leaves its lock beside it."""
    path = folder / target
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_name(f".~lock.{path.name}#").write_bytes(b"")
    code, out, err = run(*COMMANDS[name](folder))
    assert code == NOT_WRITTEN == 3, err
    assert path.name in err
    assert not path.exists()
    code, out, _ = run(*COMMANDS[name](folder), "--json")
    document = json.loads(out)
    assert (code, document["exit_code"]) == (3, 3)
    assert path.name in document["error"]


def test_a_full_disk_under_the_output_is_3(folder: Path) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "scoring", "check", str(folder)],
            stdout=full, stderr=subprocess.PIPE, encoding="utf-8", cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}, check=False,
        )  # fmt: skip
    assert done.returncode == NOT_WRITTEN
    assert "磁盘空间不足" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [("check",), ("check", "--json"), ("--help",)])
def test_a_pipe_that_nobody_reads_is_no_error(arguments: tuple[str, ...], folder: Path) -> None:
    given = [str(folder)] if "check" in arguments else []
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "scoring", *arguments, *given],
        stdout=writing, stderr=subprocess.PIPE, encoding="utf-8", cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}, check=False,
    )  # fmt: skip
    os.close(writing)
    assert done.returncode == CLOSED_PIPE
    assert done.returncode not in {0, 1, 2, 3, 4}
    assert done.stderr == ""


SECRET = "甲县某局秘密内容"
BREAK = f"""
import sys
import scoring.cli.check as check
def broken(*_):
    try:
        raise ValueError("{SECRET}")
    except ValueError as error:
        raise KeyError("{SECRET}") from error
check.inspect = broken
from scoring.cli import main
main()
"""


def broken_run(folder: Path, *more: str, temp: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BREAK, "check", str(folder), *more],
        capture_output=True, encoding="utf-8", cwd=cwd, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "TMPDIR": str(temp)},
    )  # fmt: skip


def test_a_fault_of_the_program_is_4_with_a_report_without_data(
    folder: Path, tmp_path: Path
) -> None:
    temp, cwd = tmp_path / "temp", tmp_path / "cwd"
    temp.mkdir()
    cwd.mkdir()
    done = broken_run(folder, temp=temp, cwd=cwd)
    assert done.returncode == INTERNAL_ERROR == 4
    assert "程序内部错误" in done.stderr
    assert "用法错误" not in done.stderr
    assert "Traceback" not in done.stderr
    [report] = temp.iterdir()
    assert f"错误报告：{report}" in done.stderr
    text = report.read_text("utf-8")
    for said in ("程序版本：", "Python：3.", "builtins.KeyError", "builtins.ValueError"):
        assert said in text
    assert re.search(r"scoring/cli/check\.py:\d+ run", text)
    assert SECRET not in text + done.stderr
    assert str(folder) not in text
    assert folder.name not in text


def test_the_report_lies_in_the_current_folder_as_a_last_resort(
    folder: Path, tmp_path: Path
) -> None:
    cwd = tmp_path / "cwd"
    cwd.mkdir()
    code = BREAK.replace("import sys\n", "import sys, tempfile\ntempfile.gettempdir = None\n", 1)
    code = code.replace("tempfile.gettempdir = None", "tempfile.tempdir = '/nowhere/at/all'")
    done = subprocess.run(
        [sys.executable, "-c", code, "check", str(folder), "--json"],
        capture_output=True, encoding="utf-8", cwd=cwd, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    [report] = cwd.iterdir()
    document = json.loads(done.stdout)
    assert document["exit_code"] == done.returncode == 4
    assert document["report"] == str(report)
    assert "程序内部错误" in document["error"]


# JSON


@pytest.mark.parametrize("name", COMMANDS)
def test_json_is_utf_8_on_every_command_whatever_the_console(name: str, folder: Path) -> None:
    if before := {"merge": "sheet", "audit": "grade"}.get(name):
        assert run(*COMMANDS[before](folder))[0] == DONE
    code, out, err = run(*COMMANDS[name](folder), "--json", console="gbk")
    assert code == DONE, err
    assert json.loads(out)
    assert name == "merge" or re.search("[\u4e00-\u9fff]", out)


def test_json_is_utf_8_in_a_process_of_its_own(folder: Path) -> None:
    (folder / "第三方评估.xlsx").unlink()
    done = subprocess.run(
        [sys.executable, "-m", "scoring", "check", str(folder), "--json"],
        capture_output=True, cwd=ROOT, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "gbk", "LC_ALL": "C"},
    )  # fmt: skip
    assert "第三方评估" in json.loads(done.stdout.decode("utf-8"))["groups"][0]["message"]


@pytest.mark.parametrize("name", COMMANDS)
def test_json_where_the_data_have_errors(name: str, folder: Path) -> None:
    for path in ("assessment.yaml", "own.yaml", "own.cases.yaml"):
        (folder / path).write_text("scheme: [", "utf-8")
    for path in (FORM, STATISTICS, LISTED):
        (folder / path).write_bytes(b"PK")
    code, out, _ = run(*COMMANDS[name](folder), "--json")
    document = json.loads(out)
    if name == "schemes":
        return
    if name == "schemes new":
        assert code == DONE
        code, out, _ = run(*COMMANDS[name](folder), "--json")
        document = json.loads(out)
    assert code in {DATA_ERRORS, WRONG_USAGE}
    assert document.get("problems") or document.get("error") or document["schemes"][0]["problems"]


@pytest.mark.parametrize("name", COMMANDS)
def test_json_where_the_call_is_wrong(name: str) -> None:
    arguments = ("schemes", "--nothing") if name == "schemes" else (*name_of(name), "--nothing")
    code, out, _ = run(*arguments, "--json")
    assert json.loads(out)["exit_code"] == code == WRONG_USAGE


def command_of(words: Iterable[object]) -> Any:
    """The command that some words call."""
    command: click.Command = app
    for word in words:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), str(word))
        assert found is not None, word
        command = found
    return command


def name_of(name: str) -> tuple[str, ...]:
    """The words of a call that name its command."""
    called = COMMANDS[name](Path("x"))
    grouped = isinstance(command_of(called[:1]), click.Group)
    return tuple(map(str, called[: 1 + grouped]))


@pytest.mark.parametrize("kind", ["scheme", "assessment", "cases"])
def test_schemas_are_utf_8_whatever_the_console(kind: str) -> None:
    code, out, _ = run("schemes", "--schema", kind, console="gbk")
    assert (code, out) == (DONE, (ROOT / "config" / f"{kind}.schema.json").read_text("utf-8"))


def test_the_schema_of_a_scheme_is_given_where_none_is_named() -> None:
    assert run("schemes", "--schema") == run("schemes", "--schema", "scheme")


# How a run is asked for


def test_a_folder_alone_is_checked(folder: Path) -> None:
    assert run(folder) == run("check", folder)
    assert run("-q", folder, "--json")[1] == run("check", folder, "--json")[1]
    code, _, err = run(folder.parent / "没有" / "2023")
    assert code == WRONG_USAGE
    assert "没有这个文件夹，也没有这个命令" in err


def test_a_folder_called_like_a_command_is_checked_by_its_path(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    folder.rename(folder.parent / "year")
    assert kaohe(os.path.join(".", "year")).stdout.endswith("可以计算正式结果。\n")
    for words in (["year"], ["year", "-q"]):
        done = kaohe(*words)
        assert done.returncode == 2
        assert "缺少 命令，应为new" in done.stderr
        assert f"请写 kaohe {os.path.join('.', 'year')}" in done.stderr
    assert "与命令同名" not in kaohe("year", "new").stderr
    assert "与命令同名" not in kaohe("ledger").stderr


def test_h_is_help_everywhere() -> None:
    for arguments in [(), *(name_of(name) for name in COMMANDS)]:
        assert run(*arguments, "-h")[1] == run(*arguments, "--help")[1] != ""


def test_the_exit_codes_are_in_the_help() -> None:
    page = run("--help")[1]
    for code in range(5):
        assert f"{code} " in page.split("退出码：")[1].split("\n")[0]


@pytest.mark.parametrize("name", ["check", "grade", "forms", "feedback", "sheet", "sensitivity"])
def test_quiet_says_nothing_where_nothing_is_wrong(name: str, folder: Path) -> None:
    loud = run(*COMMANDS[name](folder))
    assert loud[1] != ""
    assert run(*COMMANDS[name](folder), "-q") == (DONE, "", "")


def test_quiet_still_says_what_is_wrong_but_no_warning(folder: Path) -> None:
    (folder / "随手记.txt").write_text("x", "utf-8")
    assert "[提醒]" in run("check", folder)[1]
    assert run("check", folder, "-q")[1] == ""
    (folder / "第三方评估.xlsx").unlink()
    assert "第三方评估" in run("-q", "check", folder)[1]


def test_verbose_names_every_file_with_its_rows(folder: Path) -> None:
    _, _, err = run("check", folder, "-v")
    assert f"读取 {FORM}" in err
    assert f"  {FORM} Sheet1：表头以下 25 行，读入 24 行，有错误未读入 0 行" in err
    assert run("check", "-q", "-v", folder)[0] == WRONG_USAGE


# What a user can do


UNREADABLE = [
    "assessment.yaml", "考核对象.xlsx", "平时考核台账/台账.xlsx", "平时考核台账", FORM, "第三方评估.xlsx",
    "模板/通报.docx", "own.yaml", "own.cases.yaml", "结果/results.json", "核查/上半年核查表.xlsx", "问题清单.xlsx",
]  # fmt: skip


def _unreadable(path: Path, how: str) -> None:
    """What stands at ``path`` cannot be read: an error of the disk, a link to itself, a folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    if how == "folder":
        path.mkdir()
    else:
        path.symlink_to("/proc/self/mem" if how == "disk" else path.name)


READERS = ("check", "grade", "preview", "explain", "sheet", "merge")
READERS_OF_SCHEMES = ("check", "schemes check", "schemes test")


@pytest.mark.parametrize("how", ["disk", "loop", "folder"])
@pytest.mark.parametrize("target", UNREADABLE)
def test_a_file_that_cannot_be_read(target: str, how: str, folder: Path) -> None:
    _unreadable(folder / target, how)
    for name in READERS_OF_SCHEMES if target.startswith("own") else READERS:
        is_plain(run(*COMMANDS[name](folder)))


def test_a_folder_that_its_user_may_not_open_or_change(shape: Path) -> None:
    """Read-only, then unreadable files, then an unreadable folder; every command in each."""
    home = Path(tempfile.mkdtemp())
    folder = Path(shutil.copytree(shape, home / "2024"))
    try:
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        as_user(home, folder)
        (folder / FORM).chmod(0)
        (folder / "第三方评估.xlsx").chmod(0)
        (folder / "own.yaml").chmod(0)
        (folder / "模板").chmod(0)
        as_user(home, folder)
        folder.chmod(0)
        as_user(home, folder)
    finally:
        for path in (folder, *(p for p in folder.rglob("*") if p.is_dir())):
            path.chmod(0o755)
        shutil.rmtree(home)


EVERY_COMMAND = """
import json, sys
from pathlib import Path
from tests.test_running import COMMANDS, run
print(json.dumps({name: run(*call(Path(sys.argv[1]))) for name, call in COMMANDS.items()}))
"""


def as_user(home: Path, folder: Path) -> None:
    """Run every command as one whom rights bind; each outcome must be plain."""
    done = subprocess.run(
        [sys.executable, "-B", "-c", EVERY_COMMAND, str(folder)],
        capture_output=True, encoding="utf-8", cwd=ROOT, check=False, preexec_fn=_bound_by_rights,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "HOME": str(home)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    outcomes = json.loads(done.stdout)
    assert outcomes.keys() == COMMANDS.keys()
    for outcome in outcomes.values():
        is_plain(tuple(outcome))
    # Whoever may not write is said so.
    assert outcomes["grade"][0] in {DATA_ERRORS, NOT_WRITTEN}


def _bound_by_rights() -> None:
    """Root passes over rights by two capabilities (1 and 2), which are dropped (prctl 24)."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None)
        for capability in (1, 2):
            assert libc.prctl(24, capability, 0, 0, 0) == 0


ODD = os.fsdecode("社保".encode("gbk"))
"""A name in the bytes of another system: no UTF-8."""


@pytest.mark.parametrize("odd", [ODD, "a\x1b[2J\x07b", "x" * 60, "甲\n乙", "a'\"&<>|%s{}$HOME"])
def test_odd_names_of_files(odd: str, folder: Path) -> None:
    (folder / f"{odd}.txt").write_text("x")
    (folder / FORM).rename((folder / FORM).with_name(f"{odd}.xlsx"))
    (folder / "平时考核台账" / odd).mkdir()
    (folder / "平时考核台账" / "台账.xlsx").rename(folder / "平时考核台账" / odd / f"{odd}.xlsx")
    (folder / "模板" / f"{odd}.docx").write_bytes(b"x")
    (folder / "own.yaml").rename(folder / f"{odd}.yaml")
    moved = Path(folder.rename(folder.with_name(f"{odd}2024")))
    called = {
        name: tuple(
            Path(str(a).replace("甲县.xlsx", f"{odd}.xlsx").replace("own.yaml", f"{odd}.yaml"))
            if isinstance(a, Path)
            else a
            for a in call(moved)
        )
        for name, call in COMMANDS.items()
    }
    for arguments in called.values():
        ended = run(*arguments)
        is_plain(ended)
        assert "\x1b" not in ended[1] + ended[2]
        assert "\x07" not in ended[1] + ended[2]
    _, out, _ = run(*called["check"], "--json")
    assert json.loads(out)["groups"] != []
    assert run(*called["merge"])[0] == DONE


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path that is an odd word lies in the current folder: never in the checkout."""
    monkeypatch.chdir(tmp_path)


LONG = "很长" * 150


@pytest.mark.parametrize("odd", [LONG, ODD, "a\x1b[2Jb", "", "\ud800"])
def test_odd_arguments_in_every_place(odd: str, folder: Path) -> None:
    for name, call in COMMANDS.items():
        words = call(folder)
        first = len(name_of(name))
        for i in range(first, len(words)):
            if isinstance(words[i], Path):
                is_plain(run(*words[:i], odd, *words[i + 1 :]))
        is_plain(run(*words[:first], odd))
        is_plain(run(*words, f"--{odd}"))
        assert json.loads(run(*words[:first], odd, "--json", "--nothing")[1])


@pytest.mark.parametrize(
    "option", ["--out", "--as-of", "--known", "--problems", "--unit", "--period", "--third-party",
               "--scheme", "--folder", "--set", "--revoke", "--rectify", "--weights", "--error",
               "--docx", "--year", "--group", "--title", "--groups", "--points", "--grades",
               "--component", "--periods", "--subject", "--rule", "--description", "--found",
               "--deadline", "--event", "--document", "--same", "--result", "--note", "--number",
               "--provider", "--sheet", "--by", "--reason", "--date", "--within", "--corrects", "--appeal",
               "--units", "--rows", "--seed", "--format", "--mess", "--under", "--engine", "--master",
               "--workbooks"],
)  # fmt: skip
def test_odd_values_of_every_option(option: str, folder: Path) -> None:
    for name, call in COMMANDS.items():
        command = command_of(name_of(name))
        if any(option in p.opts for p in command.params):
            for odd in (LONG, ODD, "a\x1b[2Jb", "x\ud800"):
                is_plain(run(*call(folder), option, odd))


def test_every_option_is_tried_here() -> None:
    [tried] = [m for m in test_odd_values_of_every_option.pytestmark if m.name == "parametrize"]  # type: ignore[attr-defined]
    for name in COMMANDS:
        command = command_of(name_of(name))
        for parameter in command.params:
            if parameter.param_type_name == "option" and not parameter.is_flag:
                assert set(parameter.opts) & {*tried.args[1], "--schema", "--weights"}, (
                    parameter.opts
                )


@pytest.mark.parametrize(
    "font", ["黑\\x1b体", "黑\\0体", "黑\\n体", "黑" * 300, "\\ud800", "<w:rFonts/>&"]
)
def test_odd_fonts(font: str, folder: Path) -> None:
    write_settings(folder)
    with (folder / "assessment.yaml").open("a", encoding="utf-8") as file:
        file.write(f'circular:\n  fonts:\n    title: "{font}"\n    body: "{font}"\n')
    for name in ("check", "grade", "feedback", "sheet", "preview"):
        is_plain(run(*COMMANDS[name](folder)))


def test_a_tag_in_the_office_s_template_runs_nothing(folder: Path, tmp_path: Path) -> None:
    """Two ways that ran a command in an unguarded Jinja."""
    import docx

    mark = tmp_path / "ran"
    for tag in (
        f"{{{{ ''.__class__.__mro__[1].__subclasses__() }}}}{{{{ cycler.__init__.__globals__.os.system('touch {mark}') }}}}",
        f"{{% for c in [].__class__.__base__.__subclasses__() %}}{{{{ c('touch {mark}', shell=True) }}}}{{% endfor %}}",
    ):
        document = docx.Document(str(ROOT / "templates" / "通报.docx"))
        document.paragraphs[0].insert_paragraph_before(tag)
        document.save(str(folder / "模板" / "通报.docx"))
        code, _, err = run("grade", folder)
        assert code == DATA_ERRORS
        assert "通报.docx" in err
        assert not mark.exists()
        assert not (folder / "结果").exists()
