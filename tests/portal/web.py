"""The portal as a process of its own, and a browser of a few lines."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path

import openpyxl

from tests.conftest import ROOT

NEW = "two-kites-in-may-8"
"""The password of those who changed theirs."""


def clean_environment(config: Path) -> dict[str, str]:
    """The variables of a process that knows nothing of this one's portal."""
    mine = {
        name: value for name, value in os.environ.items()
        if not name.startswith(("KAOHE_", "DJANGO_"))
    }  # fmt: skip
    return {
        **mine, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8",
        "XDG_CONFIG_HOME": str(config),
    }  # fmt: skip


@contextmanager
def serving(*arguments: object, config: Path, **variables: str) -> Iterator[str]:
    """``kaohe serve`` with ``arguments`` on a free port; gives its address."""
    with starting(*arguments, config=config, **variables) as (address, _):
        yield address


@contextmanager
def starting(
    *arguments: object, config: Path, **variables: str
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """As ``serving``; gives the process too. Its passwords are made quickly, unless ``variables`` name the
    portal's own settings."""
    server = subprocess.Popen(
        [sys.executable, "-m", "scoring", "serve", *map(str, arguments), "--port", "0", "--no-browser"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", cwd=ROOT,
        env=clean_environment(config) | {"DJANGO_SETTINGS_MODULE": "tests.portal.served"} | variables,
    )  # fmt: skip
    said = []
    try:
        assert server.stdout is not None
        for line in server.stdout:
            said.append(line)
            if found := re.search(r"http://\S+", line):
                break
        else:
            raise AssertionError("".join(said))
        # Whatever it says later must not fill the pipe.
        threading.Thread(target=server.stdout.read, daemon=True).start()
        yield found[0].rstrip("/"), server
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            raise


def passwords(folder: Path) -> dict[str, str]:
    """The one-time passwords of 账号.xlsx, by the names of accounts."""
    book = openpyxl.load_workbook(folder.parent / "考核门户" / "账号.xlsx")
    rows = book.worksheets[0].iter_rows(min_row=2, values_only=True)
    return {str(name): str(password) for _, _, name, password in rows}


class Visitor:
    """A browser without a screen: it keeps cookies and sends the token that forms need."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.cookies = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> tuple[int, str]:
        return self._open(urllib.request.Request(self._full(path)))

    def post(
        self, path: str, fields: Mapping[str, str], *, script: bool = False
    ) -> tuple[int, str]:
        """``script``: as the page's script asks, which gets JSON."""
        data = urllib.parse.urlencode(fields).encode()
        more = {"Accept": "application/json"} if script else {}
        return self._send(path, data, more)

    def upload(self, path: str, name: str, content: bytes) -> tuple[int, str]:
        """A file, as a page's field ``file`` sends it."""
        line = uuid.uuid4().hex
        head = f'--{line}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        data = head.encode() + content + f"\r\n--{line}--\r\n".encode()
        return self._send(path, data, {"Content-Type": f"multipart/form-data; boundary={line}"})

    def _send(self, path: str, data: bytes, more: Mapping[str, str]) -> tuple[int, str]:
        token = next(c.value for c in self.cookies if c.name == "csrftoken")
        headers = {"X-CSRFToken": token or "", "Referer": self.address, **more}
        return self._open(urllib.request.Request(self._full(path), data, headers))

    def login(self, name: str, password: str) -> str:
        self.get("/登录")
        return self.post("/登录", {"username": name, "password": password})[1]

    def first_login(self, name: str, password: str) -> str:
        """With a one-time password, which is NEW from then on; gives the page after it."""
        self.login(name, password)
        fields = {"old_password": password, "new_password1": NEW, "new_password2": NEW}
        return self.post("/密码", fields)[1]

    def _full(self, path: str) -> str:
        return self.address + urllib.parse.quote(path, safe="/?=&")

    def _open(self, request: urllib.request.Request) -> tuple[int, str]:
        try:
            with self._opener.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
