"""A portal's database as its first schema had it, with a row of each kind, made in a process of its own:

    python -m tests.portal.first_schema FOLDER

in the place and the database of the environment's settings. Uses the models as the migrations knew them then.
"""

from __future__ import annotations

import os
import sys
import uuid
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

FIRST = (
    ("log", "0002_append_only"), ("accounts", "0001_initial"), ("assessments", "0001_initial"),
    ("self_assessment", "0001_initial"), ("evidence", "0001_initial"), ("results", "0001_initial"),
    ("ledger", "0001_initial"), ("verification", "0001_initial"),
)  # fmt: skip
OTHERS = ("contenttypes", "auth", "sessions", "axes")
UNIT, PERIOD, PART = "临溪县人民政府", "下半年", "self_assessment"
PASSWORD = "rain-on-stone-7"
WHEN = datetime(2025, 9, 12, 1, 30, tzinfo=UTC)
PDF = b"%PDF-1.7\nfirst"
WAY = f"证明材料/{UNIT}/{PERIOD}/2.1 目录和指南/第一.pdf"
KEY = uuid.UUID(int=7)


def main(folder: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.portal.served")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.db.migrations.executor import MigrationExecutor

    for app in OTHERS:
        call_command("migrate", app, verbosity=0)
    executor = MigrationExecutor(connection)
    executor.migrate(list(FIRST))
    with transaction.atomic():
        fill(executor.loader.project_state(list(FIRST)).apps, folder)


def fill(apps: Any, folder: Path) -> None:
    """A row of each kind."""
    from django.contrib.auth.hashers import make_password

    from scoring.portal.assessments.folder import read_folder, sha_of
    from scoring.portal.log.chain import hash_of

    def table(app: str, model: str) -> Any:
        return apps.get_model(app, model).objects

    unit, staff = (
        table("accounts", "Account").create(
            name=name, role=role, body=body, password=make_password(PASSWORD), must_change=False
        )
        for name, role, body in (("临溪县", "unit", UNIT), ("办公室", "staff", ""))
    )
    year = table("assessments", "Assessment").create(year=2025, folder="2025", version=9)
    for way, content in {**read_folder(folder), WAY: PDF}.items():
        if content is not None:
            data = {"size": len(content), "data": content}
            table("assessments", "Content").get_or_create(sha256=sha_of(content), defaults=data)
        table("assessments", "SourceFile").create(
            assessment=year, path=way, content_id=sha_of(content) or None
        )
    form = table("self_assessment", "Form").create(
        assessment=year, component=PART, unit=UNIT, period=PERIOD
    )
    cells = {"自评分": "9.5", "自评说明": "第一版就在"}
    table("self_assessment", "Answer").create(form=form, indicator="1.1", cells=cells)
    table("evidence", "Attachment").create(
        key=KEY, assessment=year, unit=UNIT, period=PERIOD, indicator="2.1", path=WAY, name="第一.pdf",
        size=len(PDF), sha256=sha_of(PDF), added_at=WHEN,
    )  # fmt: skip
    report = table("ledger", "Report").create(
        assessment=year, component="ledger", entry="BGS2025032", unit=UNIT, provider="市政府办公室",
        day=date(2025, 9, 10), note="第一版报的", reported_at=WHEN, reported_by=unit.name,
    )  # fmt: skip
    table("ledger", "Proof").create(
        key=KEY, report=report, path=WAY, name="第一.pdf", size=len(PDF), sha256=sha_of(PDF)
    )
    table("verification", "Opinion").create(
        assessment=year, component=PART, unit=UNIT, period="上半年", indicator="2.1", verifier="市司法局",
        text="属实", said_at=WHEN, said_by="市司法局-核查",
    )  # fmt: skip
    table("results", "FinalResult").create(
        assessment=year, state="0" * 64, proposed_by=staff, proposed_at=WHEN
    )
    head = table("log", "LogHead").get(pk=1)
    for number, what in enumerate(("导入考核文件夹", "填写考核表", "上传证明材料"), 1):
        line = apps.get_model("log", "LogLine")(
            number=number, when=WHEN, who="临溪县", from_where="10.0.0.7", what=what, year=2025, about=UNIT,
            before=None, after={"自评说明": "第一版就在"}, reason="", previous_hash=head.hash,
        )  # fmt: skip
        line.hash = hash_of(line)
        line.save(force_insert=True)
        head.number, head.hash = number, line.hash
    head.save()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
