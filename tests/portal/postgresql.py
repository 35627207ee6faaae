"""A PostgreSQL of one's own for a test, where its programs are installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def _program(name: str) -> str:
    found = shutil.which(name) or next(
        (str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))), None
    )
    if found is None:
        pytest.skip("needs PostgreSQL (apt-get install postgresql)")
    return str(Path(found).resolve())


@contextmanager
def postgresql() -> Iterator[str]:
    """A server as long as the block lasts; gives the setting for the portal."""
    initdb, ctl = _program("initdb"), _program("pg_ctl")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # It refuses to run as root, and pytest's own folders are closed to everybody else.
    user = "postgres" if os.name == "posix" and os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="kaohe-pg-") as place:
        if user:
            shutil.chown(place, user)
        data, log = f"{place}/data", f"{place}/log"

        def run(*arguments: str) -> None:
            subprocess.run(arguments, check=True, capture_output=True, user=user, cwd=place)

        run(initdb, "-D", data, "-A", "trust", "-E", "UTF8", "--locale=C", "-U", "kaohe")
        options = f"-p {port} -k {place} -c listen_addresses=127.0.0.1"
        run(ctl, "-D", data, "-o", options, "-l", log, "-w", "start")
        try:
            yield f"postgres://kaohe@127.0.0.1:{port}/postgres"
        finally:
            run(ctl, "-D", data, "-m", "fast", "-w", "stop")
