"""The command line, as a user calls it: in this process, or where the process itself is the point, in
one of its own, which takes a second for the imports alone."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import subprocess
import sys
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from scoring.cli import main
from tests.conftest import ROOT


def kaohe(*arguments: Any, console: str = "utf-8") -> CompletedProcess[str]:
    """Exit code and output of a run in this process; ``console`` is the code page of text, which JSON
    must not go by."""
    out, err = (io.TextIOWrapper(io.BytesIO(), console, write_through=True) for _ in range(2))
    given = [os.fspath(argument) for argument in arguments]
    code: Any = None
    # The working directory is that of the process in which a user would call it.
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(given)
        except SystemExit as left:
            code = left.code
        finally:
            # A run of its own process needs no collector; this one goes on.
            gc.enable()
    assert isinstance(code, int)
    is_json = "--json" in given or "--schema" in given
    said, described = (stream.buffer.getvalue() for stream in (out, err))  # type: ignore[attr-defined]
    texts = said.decode("utf-8" if is_json else console), described.decode(console)
    return CompletedProcess(given, code, *texts)


def process(*arguments: str, cwd: Path = ROOT, **environment: str) -> CompletedProcess[str]:
    """A run in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "scoring", *arguments],
        capture_output=True, encoding="utf-8", cwd=cwd, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **environment},
    )  # fmt: skip
