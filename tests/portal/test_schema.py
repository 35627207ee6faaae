"""A database of the first schema, with a published year in it, brought up to today's: nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from tests.portal.web import clean_environment

OLD = """
import sys
from datetime import UTC, datetime
import django
django.setup()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

executor = MigrationExecutor(connection)
first = [(app, name) for app, name in executor.loader.graph.nodes if name.startswith("0001_")]
executor.migrate([*first, ("log", "0002_append_only")])
apps = executor.loader.project_state(first).apps
now = datetime(2025, 2, 10, tzinfo=UTC)
account = apps.get_model("accounts", "Account").objects.create(
    name="王某", role="staff", password="x", must_change=False
)
year = apps.get_model("assessments", "Assessment").objects.create(
    year=2024, folder="2024", frozen=True
)
content = apps.get_model("assessments", "Content").objects.create(
    sha256="0" * 64, size=15, data="scheme: heze\\nyear: 2024\\n".encode()
)
apps.get_model("assessments", "SourceFile").objects.create(
    assessment=year, path="assessment.yaml", content=content
)
apps.get_model("results", "FinalResult").objects.create(
    assessment=year, step="published", state="1" * 64, proposed_by=account, proposed_at=now
)
assert "assessments_correction" not in connection.introspection.table_names()
"""
NEW = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
from scoring.portal.assessments.corrections import published, under_way
from scoring.portal.assessments.folder import contents_of, files_of
from scoring.portal.assessments.models import Assessment
from scoring.portal.assessments.rules import look_at_rules
from scoring.portal.log.chain import By, check_log
from scoring.portal.results.grading import is_published

year = Assessment.objects.get()
assert (year.year, year.folder, year.frozen, year.scheme) == (2024, "2024", True, None)
assert is_published(year) and published(year) == [] and under_way(year) is None
assert dict(contents_of(year, files_of(year))) == {
    "assessment.yaml": "scheme: heze\\nyear: 2024\\n".encode()
}
assert look_at_rules(year, By("x")) == []
year.refresh_from_db()
assert year.scheme is not None
assert check_log() is None
print("sound")
"""


def test_a_database_of_the_first_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    def run(program: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, capture_output=True, encoding="utf-8",
            check=False,
            env=clean_environment(tmp_path / "config") | {
                "DJANGO_SETTINGS_MODULE": "scoring.portal.settings", "KAOHE_SECRET_KEY": "x",
                "KAOHE_PORTAL_HOME": str(tmp_path),
            },
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    run(OLD)
    assert run(NEW).strip() == "sound"
