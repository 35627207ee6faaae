"""The log: complete, in order, and not to be changed without it being seen."""

from __future__ import annotations

import json

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from scoring.portal.accounts.models import Role
from scoring.portal.log.chain import By, as_lines, check, check_log, hash_of, write
from scoring.portal.log.models import LogHead, LogLine
from tests.portal.conftest import Login

BY = By("王某", "10.0.0.7")


@pytest.fixture(autouse=True)
def _three_lines(db: None) -> None:
    with transaction.atomic():
        for number in range(3):
            write(
                BY,
                "填写",
                about=f"第{number}项",
                before={"分": number},
                after={"分": "9.5"},
                reason="更正",
            )


def test_a_whole_log_holds(db: None) -> None:
    assert check_log() is None
    numbers = list(LogLine.objects.values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("who", "李某"), ("what", "别的"), ("about", "别的"), ("reason", ""), ("from_where", "10.0.0.8"),
        ("after", {"分": "9.6"}), ("before", None), ("year", 2024),
    ],
)  # fmt: skip
def test_a_changed_line_is_named(field: str, value: object) -> None:
    lines = list(LogLine.objects.order_by("number"))
    setattr(lines[-2], field, value)
    found = check(lines, LogHead.objects.get())
    assert found is not None
    assert (found.number, found.what) == (lines[-2].number, "内容有改动")
    # Whoever computes its hash again breaks the line after it.
    lines[-2].hash = hash_of(lines[-2])
    found = check(lines, LogHead.objects.get())
    assert found is not None
    assert (found.number, found.what) == (lines[-1].number, "与上一条衔接不上")


def test_a_missing_line_is_named() -> None:
    lines = list(LogLine.objects.order_by("number"))
    middle = check([*lines[:-2], lines[-1]], LogHead.objects.get())
    last = check(lines[:-1], LogHead.objects.get())
    assert middle is not None
    assert last is not None
    assert (middle.number, middle.what) == (lines[-2].number, "缺少这一条")
    assert (last.number, last.what) == (lines[-1].number, f"末尾缺少记录（应有{len(lines)}条）")


@pytest.mark.parametrize(
    "statement", ["UPDATE log_logline SET who = 'x' WHERE number = 1", "DELETE FROM log_logline"]
)
def test_the_database_refuses_to_change_a_line(statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    with pytest.raises(DatabaseError), transaction.atomic():
        LogLine.objects.filter(number=1).update(who="x")
    with pytest.raises(TypeError):
        LogLine.objects.get(number=1).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        LogLine.objects.get(number=1).save()
    assert check_log() is None


def test_a_line_is_there_only_with_its_change() -> None:
    count = LogLine.objects.count()

    @transaction.atomic
    def half() -> None:
        write(BY, "填写")
        raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        half()
    assert LogLine.objects.count() == count
    assert check_log() is None


def test_the_export_says_all(login: Login) -> None:
    response = login(Role.STAFF).get(reverse("log-export"))
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    records = [json.loads(line) for line in text.splitlines()]
    assert len(records) == LogLine.objects.count()
    last = records[-2]
    # The last one is the login that asked.
    assert {key: last[key] for key in ("who", "from_where", "about", "before", "after", "reason")} == {
        "who": "王某", "from_where": "10.0.0.7", "about": "第2项", "before": {"分": 2},
        "after": {"分": "9.5"}, "reason": "更正",
    }  # fmt: skip
    assert text == "".join(as_lines())


def test_the_page_shows_and_checks_it(login: Login) -> None:
    client = login(Role.STAFF)
    page = client.get(reverse("log")).content.decode()
    assert "第2项" in page
    assert "日志完整" not in page
    assert "日志完整，没有改动" in client.get(reverse("log"), {"check": "1"}).content.decode()
    only = client.get(reverse("log"), {"who": "王某"}).content.decode()
    assert "导入考核文件夹" not in only
    assert "第2项" in only
