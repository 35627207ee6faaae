"""The portal behind a real nginx, with the configuration that ``deploy/`` has: TLS, uploads, whose address counts."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import socket
import sqlite3
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest

from scoring.portal.healthy import is_healthy
from tests.conftest import ROOT
from tests.portal.conftest import FOLDER, UNIT, YEAR
from tests.portal.web import NEW, passwords, serving
from tests.thorough import LONG

NAME = "kaohe.example.cn"
FORM = f"/{YEAR}/单位/{UNIT}/考核表/self_assessment/下半年"
DESK = "127.0.0.2"
"""The address of the browser; nginx and the portal talk at 127.0.0.1."""
CONFIG = ROOT / "deploy" / "nginx.conf"

pytestmark = [
    LONG,
    pytest.mark.skipif(
        shutil.which("nginx") is None or shutil.which("openssl") is None,
        reason="needs nginx and openssl (apt-get install nginx-light openssl)",
    ),
]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass
class Place:
    """Where everything listens."""

    folder: Path
    http: int
    https: int
    portal: int

    def log(self) -> list[tuple[str, str, str]]:
        """Who did what, from where."""
        path = self.folder.parent / "考核门户" / "portal.sqlite3"
        with sqlite3.connect(path) as database:
            query = "SELECT who, what, from_where FROM log_logline ORDER BY number"
            return database.execute(query).fetchall()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("proxy")
    folder = Path(shutil.copytree(FOLDER, home / "2025"))
    variables = {"KAOHE_HOSTS": NAME, "KAOHE_HTTPS": "1", "KAOHE_PROXY": "127.0.0.1"}
    with serving(folder, config=home / "config", **variables) as address:
        found = Place(folder, free_port(), free_port(), urlsplit(address).port or 0)
        with nginx(home / "nginx", found):
            yield found


class nginx:  # noqa: N801
    """nginx with ``deploy/nginx.conf``, its ports and its certificate apart."""

    def __init__(self, home: Path, place: Place) -> None:
        home.mkdir()
        self.home = home
        made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}",
                "-addext", f"subjectAltName=DNS:{NAME}", "-keyout", "key.pem", "-out", "certificate.pem"]  # fmt: skip
        subprocess.run(made, cwd=home, check=True, capture_output=True)
        server = CONFIG.read_text("utf-8")
        for old, new in (
            ("listen 80;", f"listen 127.0.0.1:{place.http};"),
            ("listen 443 ssl;", f"listen 127.0.0.1:{place.https} ssl;"),
            ("/etc/ssl/kaohe", str(home)),
            ("http://127.0.0.1:8000;", f"http://127.0.0.1:{place.portal};"),
        ):
            assert old in server
            server = server.replace(old, new)
        temporary = "\n".join(
            f"{kind}_temp_path {home}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        # Its workers must reach the folder, which is closed to others.
        user = "user root;" if os.geteuid() == 0 else ""
        text = (f"{user} daemon off; pid {home}/pid; error_log {home}/error.log; events {{}}\n"
                f"http {{ access_log off; {temporary}\n{server} }}")  # fmt: skip
        (home / "nginx.conf").write_text(text, "utf-8")
        self.port = place.https

    def __enter__(self) -> None:
        command = [
            "nginx",
            "-p",
            str(self.home),
            "-c",
            str(self.home / "nginx.conf"),
            "-e",
            "error.log",
        ]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8")
        for _ in range(200):
            with socket.socket() as asks:
                if asks.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(self.process.communicate()[1])

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(10)


@dataclass
class Browser:
    """A browser at a desk of its own: through nginx, by TLS whose certificate it checks."""

    place: Place
    cookies: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)

    def ask(
        self, method: str, path: str, body: bytes = b"", kind: str = "", **headers: str
    ) -> tuple[int, dict[str, str], str]:
        trusted = ssl.create_default_context(
            cafile=str(self.place.folder.parent / "nginx" / "certificate.pem")
        )
        way = http.client.HTTPSConnection(
            "127.0.0.1", self.place.https, timeout=60, source_address=(DESK, 0), context=trusted
        )
        # The certificate is checked for the portal's name, which no name server here knows.
        raw = socket.create_connection(("127.0.0.1", self.place.https), 60, (DESK, 0))
        way.sock = trusted.wrap_socket(raw, server_hostname=NAME)
        sent = {
            "Host": NAME, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
            "Origin": f"https://{NAME}", **headers,
        }  # fmt: skip
        if kind:
            sent["Content-Type"] = kind
        way.request(method, quote(path, safe="/?=&"), body or None, sent)
        answer = way.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = line.partition("=")
            self.cookies[name], self.marks[name] = rest.partition(";")[0], rest
        found = dict(answer.headers)
        way.close()
        return answer.status, found, text

    def post(
        self, path: str, fields: dict[str, str], **headers: str
    ) -> tuple[int, dict[str, str], str]:
        body = urlencode({**fields, "csrfmiddlewaretoken": self.cookies["csrftoken"]}).encode()
        return self.ask("POST", path, body, "application/x-www-form-urlencoded", **headers)

    def upload(self, path: str, name: str, content: bytes) -> tuple[int, dict[str, str], str]:
        mark = "-----------------------------kaohe"
        token = self.cookies["csrftoken"]
        head = (f'--{mark}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
                f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
                "Content-Type: application/pdf\r\n\r\n")  # fmt: skip
        body = head.encode() + content + f"\r\n--{mark}--\r\n".encode()
        return self.ask("POST", path, body, f"multipart/form-data; boundary={mark}")


@pytest.fixture(scope="module")
def unit(place: Place) -> Browser:
    """A unit that logged in and changed its password."""
    browser = Browser(place)
    browser.ask("GET", "/登录")
    password = passwords(place.folder)["临溪县"]
    assert browser.post("/登录", {"username": "临溪县", "password": password})[0] == 302
    fields = {"old_password": password, "new_password1": NEW, "new_password2": NEW}
    status, headers, _ = browser.post("/密码", fields)
    assert (status, headers["Location"]) == (302, "/")
    return browser


def test_who_comes_without_tls_is_sent_to_it(place: Place) -> None:
    way = http.client.HTTPConnection("127.0.0.1", place.http, timeout=10)
    way.request("GET", quote("/登录"), headers={"Host": NAME})
    answer = way.getresponse()
    assert answer.status == 301
    assert answer.headers["Location"] == f"https://{NAME}{quote('/登录')}"


def test_cookies_and_headers_behind_tls(unit: Browser) -> None:
    for name in ("sessionid", "csrftoken"):
        assert "Secure" in unit.marks[name]
        assert "HttpOnly" in unit.marks[name]
        assert "SameSite=Lax" in unit.marks[name]
    status, headers, page = unit.ask("GET", f"/{YEAR}/单位/{UNIT}/")
    assert status == 200
    assert f"<h1>{UNIT}</h1>" in page
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert re.fullmatch("nginx", headers["Server"])


def test_evidence_of_twenty_megabytes_comes_in_and_out(unit: Browser) -> None:
    content = b"%PDF-1.7\n" + bytes(range(256)) * 78_000
    assert 19_900_000 < len(content) < 20_000_000
    status, headers, _ = unit.upload(f"{FORM}/材料/2.1", "大.pdf", content)
    assert status == 302
    page = unit.ask("GET", f"{FORM}/")[2]
    assert "已上传1个文件" in page
    (where,) = set(re.findall(r'href="(/%E6%9D%90%E6%96%99/[0-9a-f-]+)"', page))
    status, headers, _ = unit.ask("GET", "/材料/" + where.rpartition("/")[2])
    assert (status, headers["Content-Length"]) == (200, str(len(content)))
    status, _, _ = unit.upload(f"{FORM}/材料/2.1", "太大.pdf", content + bytes(200_000))
    assert status == 302
    assert "文件超过20 MB：太大.pdf" in unit.ask("GET", f"{FORM}/")[2]


def test_what_is_too_large_ends_at_the_proxy(unit: Browser) -> None:
    size = str(221_000_000)
    status, _, page = unit.ask("POST", f"{FORM}/材料/2.1", b"x", "x/y", **{"Content-Length": size})
    assert status == 413
    assert "nginx" in page
    # For a year's folder there is more room, as far as the portal itself is concerned.
    assert "/导入" in CONFIG.read_text("utf-8")


def test_the_address_is_the_one_that_the_proxy_sees(place: Place) -> None:
    browser = Browser(place)
    browser.ask("GET", "/登录")
    fields = {"username": "through", "password": "x"}
    browser.post("/登录", fields, **{"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "http"})
    assert place.log()[-1] == ("through", "登录失败", DESK)


def test_past_the_proxy_nothing_said_is_believed(place: Place) -> None:
    """Somebody who reaches the portal's own port: neither his address nor his TLS."""
    headers = {"Host": NAME, "X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "https"}
    way = http.client.HTTPConnection(
        "127.0.0.1", place.portal, source_address=(DESK, 0), timeout=10
    )
    way.request("GET", quote("/登录"), headers=headers)
    answer = way.getresponse()
    token = re.search(r'value="(\w{60,})"', answer.read().decode())
    assert token is not None
    assert "Strict-Transport-Security" not in answer.headers
    cookie = (answer.headers["Set-Cookie"] or "").partition(";")[0]
    body = urlencode({"username": "past", "password": "x", "csrfmiddlewaretoken": token[1]})
    sent = {**headers, "Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    way.request("POST", quote("/登录"), body, sent)
    assert way.getresponse().status == 200
    assert place.log()[-1] == ("past", "登录失败", DESK)


def test_another_name_is_refused(unit: Browser) -> None:
    assert unit.ask("GET", "/登录", Host="evil.example")[0] == 400
    status, _, page = unit.ask("GET", "/登录", **{"X-Forwarded-Host": "evil.example"})
    assert status == 200
    assert "evil" not in page


def test_the_script_s_answers_come_through(unit: Browser) -> None:
    status, _, text = unit.post(
        f"{FORM}/填写", {"1.1|自评说明": "经代理"}, Accept="application/json"
    )
    assert status == 200
    assert "sentences" in json.loads(text)


def test_whoever_watches_the_server_sees_it(place: Place) -> None:
    assert is_healthy(place.portal, NAME)
    assert not is_healthy(place.portal, "localhost")
    assert not is_healthy(free_port(), NAME)
