"""The heavy inputs of ``tests/corpus``: read or refused with the number, each in a process of its own
that may take five seconds of the processor and 600 MB of memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scoring.cli.exit_codes import DATA_ERRORS, DONE
from tests.conftest import ROOT
from tests.corpus.base import write_heze
from tests.corpus.heavy import HEAVY
from tests.corpus.model import Input
from tests.test_corpus import SECONDS, is_error, lines
from tests.thorough import share_of

KILOBYTES = 600_000
SERVER = """
import json, os, resource, sys
from scoring.cli import main

def run(folder, out, err):
    os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT), 1)
    os.dup2(os.open(err, os.O_WRONLY | os.O_CREAT), 2)
    # What is far beyond what the test allows is ended, whatever it does.
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
    try:
        main(["check", folder, "--json"])
    finally:
        used = resource.getrusage(resource.RUSAGE_SELF)
        # Not ru_maxrss: that begins with the size of the process which started this one.
        peak = open("/proc/self/status").read().partition("VmHWM:")[2].split()[0]
        print(used.ru_utime + used.ru_stime, peak, file=sys.stderr)

def forked(*arguments):
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        run(*arguments)
    except SystemExit as left:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(left.code)
    except BaseException:
        import traceback
        traceback.print_exc()
    os._exit(99)

# Once in this process, so that every module is there that a run imports.
sys.stdout = open(os.devnull, "w")
try:
    main(["check", sys.argv[1], "--json"])
except SystemExit:
    pass
sys.stdout = sys.__stdout__
for line in sys.stdin:
    print(forked(*json.loads(line)), flush=True)
"""
"""Gives the exit code of a check of every folder that is asked for, each in a copy of this process, in
which the modules are imported already."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    folder = tmp_path_factory.mktemp("sound") / "2024"
    write_heze(folder)
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    ) as process:  # fmt: skip
        yield process
        assert process.stdin is not None
        process.stdin.close()


def check(server: subprocess.Popen[str], folder: Path) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a check."""
    out, err = folder.with_name("out"), folder.with_name("err")
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(json.dumps([str(folder), str(out), str(err)]) + "\n")
    server.stdin.flush()
    code = int(server.stdout.readline())
    return code, out.read_text("utf-8"), err.read_text("utf-8")


@pytest.mark.parametrize("one", share_of(HEAVY), ids=lambda one: one.name)
def test_heavy_input(one: Input, server: subprocess.Popen[str], tmp_path: Path) -> None:
    folder = tmp_path / "2024"
    write_heze(folder)
    one.change(folder)
    code, out, err = check(server, folder)
    assert "Traceback" not in err, err
    assert lines(json.loads(out)["problems"]) == one.expected
    assert code == (DATA_ERRORS if any(map(is_error, one.expected)) else DONE)
    seconds, kilobytes = map(float, err.split()[-2:])
    assert seconds < SECONDS
    assert kilobytes < KILOBYTES
