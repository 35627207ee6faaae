"""The heavy inputs of ``tests/corpus``: read or refused with the number, each in a process of its own
that may take five seconds of the processor and 600 MB of memory."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from scoring.cli.exit_codes import DATA_ERRORS, DONE
from tests.conftest import ROOT
from tests.corpus.base import write_heze
from tests.corpus.heavy import HEAVY
from tests.corpus.model import Input
from tests.test_corpus import SECONDS, is_error, lines

KILOBYTES = 600_000
RUN = (
    "import resource, sys\n"
    "from scoring.cli import main\n"
    "try:\n"
    "    main(['check', sys.argv[1], '--json'])\n"
    "finally:\n"
    "    used = resource.getrusage(resource.RUSAGE_SELF)\n"
    "    # Not ru_maxrss: that begins with the size of the process which started this one.\n"
    "    peak = open('/proc/self/status').read().partition('VmHWM:')[2].split()[0]\n"
    "    print(used.ru_utime + used.ru_stime, peak, file=sys.stderr)\n"
)


def _bounded() -> None:
    """What is far beyond what the test allows is ended, whatever it does."""
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))


@pytest.mark.parametrize("one", HEAVY, ids=lambda one: one.name)
def test_heavy_input(one: Input, tmp_path: Path) -> None:
    folder = tmp_path / "2024"
    write_heze(folder)
    one.change(folder)
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(folder)],
        capture_output=True, text=True, cwd=ROOT, preexec_fn=_bounded, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    assert lines(json.loads(done.stdout)["problems"]) == one.expected
    assert done.returncode == (DATA_ERRORS if any(map(is_error, one.expected)) else DONE)
    seconds, kilobytes = map(float, done.stderr.split()[-2:])
    assert seconds < SECONDS
    assert kilobytes < KILOBYTES
