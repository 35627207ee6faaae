"""What browsers are told, what the settings make of their surroundings, where secrets lie."""

from __future__ import annotations

import ast
import importlib
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scoring.portal.accounts.models import Role
from scoring.portal.environment import read_environment
from scoring.portal.middleware import CONTENT_POLICY
from scoring.portal.secret import secret_key
from scoring.portal.settings import database
from tests.conftest import ROOT
from tests.portal.conftest import UNIT, YEAR, Login


@pytest.mark.parametrize("where", ["/", "/login", "/nothing", "/static/portal/portal.css"])
def test_every_answer_carries_the_headers(client: Client, where: str) -> None:
    response = client.get(reverse("login") if where == "/login" else where)
    assert response.headers["Content-Security-Policy"] == CONTENT_POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"
    if not where.startswith("/static/"):
        assert response.headers["Cache-Control"] == "no-store"


def test_no_page_needs_what_the_policy_forbids() -> None:
    """Nothing inline, nothing from elsewhere."""
    assert "unsafe" not in CONTENT_POLICY
    for page in sorted((ROOT / "scoring" / "portal" / "templates").glob("*.html")):
        text = page.read_text("utf-8")
        assert not re.search(r"\sstyle=|\son\w+=|<style|https?://|javascript:", text), page.name
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), page.name
        assert "|safe" not in text
        forms = re.findall(r'<form[^>]*method="post".*?</form>', text, re.DOTALL)
        assert len(forms) == text.count('method="post"')
        assert all("{% csrf_token %}" in form for form in forms), page.name


def test_cookies(login: Login, settings: Any) -> None:
    client = Client()
    data = {"username": "unit", "password": "rain-on-stone-7"}
    client.get(reverse("login"))
    client.post(reverse("login"), data)
    session, token = client.cookies["sessionid"], client.cookies["csrftoken"]
    assert session["httponly"]
    assert token["httponly"]
    assert session["samesite"] == "Lax"
    # Of the browser's own session: there is no date.
    assert not session["expires"]
    assert settings.SESSION_COOKIE_AGE == 8 * 3600


def test_tls_makes_cookies_secure(monkeypatch: pytest.MonkeyPatch) -> None:
    from scoring.portal import settings as module

    monkeypatch.setenv("KAOHE_HTTPS", "1")
    try:
        found = importlib.reload(module)
        assert found.SESSION_COOKIE_SECURE
        assert found.CSRF_COOKIE_SECURE
        assert found.SECURE_HSTS_SECONDS > 0
    finally:
        monkeypatch.undo()
        found = importlib.reload(module)
    assert not found.SESSION_COOKIE_SECURE
    assert not found.DEBUG


def test_faults_show_nothing_of_the_inside(login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("inside")

    monkeypatch.setattr("scoring.portal.self_assessment.views.load", fails)
    response = login(Role.UNIT).get(reverse("unit", args=(YEAR, UNIT)))
    assert response.status_code == 500
    page = response.content.decode()
    assert "程序出错" in page
    assert "inside" not in page
    assert "Traceback" not in page


def test_an_unknown_host_is_refused(client: Client) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


# Surroundings


def test_sqlite_queues_its_writers(tmp_path: Path) -> None:
    found = database(read_environment({"KAOHE_PORTAL_HOME": str(tmp_path)}))
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=wal" in found["OPTIONS"]["init_command"]


def test_no_wal_on_a_network_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = {"KAOHE_PORTAL_HOME": str(tmp_path)}
    monkeypatch.setattr("scoring.portal.settings.on_network_share", lambda folder: True)
    assert "journal_mode=delete" in database(read_environment(home))["OPTIONS"]["init_command"]
    asked = read_environment({**home, "KAOHE_SQLITE_JOURNAL": "wal"})
    assert "journal_mode=wal" in database(asked)["OPTIONS"]["init_command"]
    with pytest.raises(ValueError, match="KAOHE_SQLITE_JOURNAL"):
        read_environment({"KAOHE_SQLITE_JOURNAL": "memory"})


def test_postgresql_by_one_setting() -> None:
    found = database(read_environment({"KAOHE_DATABASE_URL": "postgres://kaohe:pw@db:5433/year"}))
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db", 5433, "year")


@pytest.mark.skipif(sys.platform == "win32", reason="rights of Windows are other ones")
def test_the_key_lies_outside_of_the_folder_for_its_owner_alone(tmp_path: Path) -> None:
    variables = {"XDG_CONFIG_HOME": str(tmp_path)}
    key = secret_key(variables)
    (path,) = tmp_path.rglob("portal-secret-key")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(key) >= 64
    assert secret_key(variables) == key
    assert secret_key({**variables, "KAOHE_SECRET_KEY": "given"}) == "given"


# The code


def test_the_portal_imports_only_the_public_face() -> None:
    wrong = []
    for path in sorted((ROOT / "scoring" / "portal").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [a.name for a in node.names] if isinstance(node, ast.Import) else []
            wrong += [
                f"{path.name}: {name}" for name in names
                if name.startswith("scoring.") and not name.startswith("scoring.portal")
            ]  # fmt: skip
    assert wrong == []


def test_nothing_else_imports_django() -> None:
    """A run of the command line, of a notebook, starts without it."""
    code = (
        "import sys, scoring; scoring.load_assessment('sample_data/2024');"
        "from scoring.cli import main\ntry: main(['check', 'sample_data/2024'])\nexcept SystemExit: pass\n"
        "print(sorted(m for m in sys.modules if m.split('.')[0] in ('django', 'waitress', 'axes')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_schema_is_that_of_the_models(db: None) -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_settings_pass_django_s_own_checks(db: None) -> None:
    from django.core.management import call_command

    call_command("check", fail_level="WARNING", verbosity=0)
