"""A database of the first schema, with rows, is brought up to date by whatever opens it, and works."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tests.conftest import ROOT
from tests.portal.conftest import FOLDER
from tests.portal.first_schema import FIRST, KEY, PASSWORD, PDF, UNIT, WAY
from tests.portal.postgresql import postgresql
from tests.portal.web import Visitor, clean_environment, serving
from tests.test_writing import contents
from tests.thorough import LONG

pytestmark = LONG

FORM = f"/2025/单位/{UNIT}/考核表/self_assessment/下半年"


@pytest.fixture(params=["sqlite", "postgresql"])
def variables(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """What the portal is told of its database."""
    if request.param == "sqlite":
        yield {}
        return
    with postgresql() as address:
        yield {"KAOHE_DATABASE_URL": address}


@pytest.fixture
def folder(tmp_path: Path, variables: dict[str, str]) -> Path:
    """A year whose portal has the first schema."""
    year = Path(shutil.copytree(FOLDER, tmp_path / "2025"))
    home = tmp_path / "考核门户"
    home.mkdir()
    own = {**variables, "KAOHE_PORTAL_HOME": str(home), "KAOHE_SECRET_KEY": "x" * 50}
    subprocess.run(
        [sys.executable, "-m", "tests.portal.first_schema", str(year)], cwd=ROOT, check=True,
        env=clean_environment(tmp_path / "config") | own,
    )  # fmt: skip
    return year


def kaohe(folder: Path, variables: dict[str, str], *arguments: object) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "scoring", "portal", *map(str, arguments)], cwd=ROOT, check=False,
        capture_output=True, encoding="utf-8",
        env=clean_environment(folder.parent / "config") | variables,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def evidence(folder: Path, variables: dict[str, str]) -> dict[str, str]:
    """The folder of evidence of each file, as the database has it."""
    code = (
        "import django, json; django.setup()\n"
        "from scoring.portal.assessments.models import SourceFile\n"
        "print(json.dumps(dict(SourceFile.objects.values_list('path', 'evidence'))))"
    )
    own = {
        **variables, "DJANGO_SETTINGS_MODULE": "scoring.portal.settings", "KAOHE_SECRET_KEY": "x" * 50,
        "KAOHE_PORTAL_HOME": str(folder.parent / "考核门户"),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, encoding="utf-8",
        env=clean_environment(folder.parent / "config") | own,
    )  # fmt: skip
    return dict(json.loads(done.stdout))


def test_from_the_first_schema_on(folder: Path, variables: dict[str, str], tmp_path: Path) -> None:
    # The command brings it up to date, and loses nothing.
    code, said = kaohe(folder, variables, "log", folder, "--json")
    found = json.loads(said)
    assert (code, found["lines"], found["broken"]) == (0, 3, None)
    code, said = kaohe(folder, variables, "export", folder, tmp_path / "导出")
    assert code == 0, said
    out = contents(tmp_path / "导出" / "2025")
    assert out.pop(WAY) == PDF
    assert out == contents(FOLDER)
    # Evidence that was there then is known as such.
    assert evidence(folder, variables) == {
        way: "证明材料" if way.startswith("证明材料/") else "" for way in (*out, WAY)
    }
    # The server goes on with it.
    with serving(
        folder, config=tmp_path / "config", KAOHE_TODAY="2025-09-12", **variables
    ) as address:
        unit, staff = Visitor(address), Visitor(address)
        assert f"<h1>{UNIT}</h1>" in unit.login("临溪县", PASSWORD)
        page = unit.get(f"{FORM}/")[1]
        assert "第一版就在" in page
        assert "第一.pdf" in page
        assert unit.get(f"/材料/{KEY}") == (200, PDF.decode())
        assert "第一版报的" in unit.get(f"/2025/单位/{UNIT}/台账/BGS2025032/")[1]
        assert unit.post(f"{FORM}/填写", {"1.1|自评说明": "升级以后"})[0] == 200
        assert unit.post("/提醒", {"mail": "", "phone": "13800000001"})[0] == 200
        staff.login("办公室", PASSWORD)
        assert "待审定" in staff.get("/2025/结果/")[1]
        # A change of the folder: a report confirmed, an upload's row among the files.
        where = "/2025/台账/市政府办公室/问题/BGS2025032"
        (number,) = set(re.findall(r"/%E6%95%B4%E6%94%B9/(\d+)", staff.get(f"{where}/")[1]))
        assert "已确认" in staff.post(f"{where}/整改/{number}", {"decision": "confirm"})[1]
    code, said = kaohe(folder, variables, "log", folder)
    assert (code, "日志完整" in said) == (0, True), said
    # Nothing else of the folder changed.
    code, said = kaohe(folder, variables, "export", folder, tmp_path / "再导出")
    again = contents(tmp_path / "再导出" / "2025")
    assert again.pop(WAY) == PDF
    changed = {way for way in again if again[way] != out.get(way)}
    assert changed == {"平时考核台账/市政府办公室平时考核台账.xlsx", "日志.jsonl"}


def test_the_first_schema_is_the_first_of_every_app(db: None) -> None:
    """Whoever adds an app says here from where on it is known."""
    graph = MigrationLoader(connection).graph
    ours = {app for app, _ in graph.nodes if app in {a.label for a in _apps()}}
    later = {"notices"}
    assert ours - {app for app, _ in FIRST} == later
    roots = {app: min(name for a, name in graph.nodes if a == app) for app in ours}
    assert {app: name for app, name in FIRST if app != "log"} == {
        app: name for app, name in roots.items() if app not in (*later, "log")
    }


def _apps() -> list[object]:
    from django.apps import apps

    return [app for app in apps.get_app_configs() if app.name.startswith("scoring.")]


def test_every_app_has_one_last_migration(db: None) -> None:
    """Two branches that each added one are joined before they are released."""
    assert MigrationLoader(connection).detect_conflicts() == {}
