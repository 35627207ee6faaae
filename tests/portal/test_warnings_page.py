"""The office's warnings and bulletins: those of the command line on the exported folder, as of the portal's day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.urls import reverse

from scoring.cli.app import app
from scoring.portal.accounts.models import Role
from scoring.portal.assessments.folder import files_of
from scoring.portal.assessments.models import Assessment
from scoring.portal.assessments.state import load
from scoring.portal.log.models import LogLine
from tests.portal.conftest import OTHER, UNIT, YEAR, Login
from tests.portal.test_results import exported

DAY = "2025-09-12"


def see(login: Login, route: str, *more: object, role: Role = Role.STAFF, ask: str = "") -> Any:
    return login(role).get(reverse(route, args=(YEAR, *more)) + ask)


def by_command(assessment: Assessment, to: Path, *arguments: str) -> Path:
    command, *rest = arguments
    line = [command, str(exported(assessment, to)), *rest, "--as-of", DAY, "--out", str(to / "out")]
    done = CliRunner().invoke(app, line, standalone_mode=False)
    assert done.return_value == 0, done.output
    return to / "out"


def test_the_page_says_what_the_command_says(login: Login, assessment: Assessment) -> None:
    page = see(login, "warnings").content.decode()
    assert "红8件、黄8件、蓝9件" in page
    assert page.count("<article") == 25
    # A grade that may fall, with its rows, and what averts it; nothing of the command line.
    grade = next(part for part in page.split("<article") if "等次可能下降" in part)
    assert "优秀降为良好" in grade
    assert "按期完成整改" in grade
    assert "kaohe" not in page
    first = page.split('id="close"')[1].split("</tr>")[1]
    for said in ("示例市文化和旅游局", "优秀", "0.01分", "良好"):
        assert said in first


def test_units_with_the_lowest_grade_are_named(login: Login, assessment: Assessment) -> None:
    board = load(assessment).board(date(2025, 9, 12))
    assert "目前为最低等次" not in see(login, "warnings").content.decode()
    fallen = replace(board.units[0], grade="不合格", composite="58.50")
    load(assessment).boards[board.day] = replace(board, units=[fallen, *board.units[1:]])
    page = see(login, "warnings").content.decode()
    load(assessment).boards.clear()
    part = page.split('id="lowest"')[1].split("</section>")[0]
    assert f"{fallen.unit}</a>：58.50，不合格" in part
    assert part.count("<li>") == 1


def test_one_unit_alone(login: Login, assessment: Assessment) -> None:
    page = see(login, "warnings", ask=f"?unit={UNIT}").content.decode()
    articles = page.split('id="close"')[0].split("<article")[1:]
    assert articles
    assert all(UNIT in one for one in articles)
    assert OTHER not in "".join(articles)


def test_a_later_day_warns_of_other_things(login: Login, settings: Any) -> None:
    settings.TODAY = date(2026, 1, 20)
    page = see(login, "warnings").content.decode()
    assert "考核表逾期未报" in page
    # The last day of the timetable, however long ago.
    settings.TODAY = date(2027, 6, 1)
    assert "截至2026年2月28日" in see(login, "warnings").content.decode()


def test_papers_are_the_commands(login: Login, assessment: Assessment, tmp_path: Path) -> None:
    before = files_of(assessment)
    out = by_command(assessment, tmp_path / "warnings", "warnings")
    for name in ("预警.xlsx", "预警.ics"):
        got = see(login, "warning-paper", name)
        assert got.content == (out / name).read_bytes(), name
        assert "attachment" in got["Content-Disposition"]
    note = f"{UNIT}督办单.docx"
    assert see(login, "supervision", UNIT).content == (out / note).read_bytes()
    board = by_command(assessment, tmp_path / "board", "dashboard")
    assert see(login, "warning-paper", "看板.html").content == (board / "看板.html").read_bytes()
    assert files_of(assessment) == before


@pytest.mark.parametrize("kind", ["day", "week", "month", "quarter"])
def test_a_bulletin_is_the_commands(
    login: Login, assessment: Assessment, tmp_path: Path, kind: str
) -> None:
    out = by_command(assessment, tmp_path, "bulletin", "--period", kind)
    names = [path.name for path in out.iterdir() if path.name != "manifest.json"]
    assert names
    page = see(login, "bulletins").content.decode()
    for name in names:
        assert name in page
        got = see(login, "bulletin", kind, DAY, name)
        assert got.content == (out / name).read_bytes(), name


def test_an_earlier_day_and_days_that_are_none(login: Login, assessment: Assessment) -> None:
    assert "2025年3月月排名" in see(login, "bulletins", ask="?day=2025-03-31").content.decode()
    for day, said in (
        ("2025-12-31", "应在2025-01-01到2025-09-12之间"),
        ("2024-12-31", "应在2025-01-01到2025-09-12之间"),
        ("昨天", "输入一个有效的日期"),
        ("", "必填"),
    ):
        answer = see(login, "bulletins", ask=f"?day={day}")
        page = answer.content.decode()
        assert said in page
        assert "截至2025年9月12日" in page


def test_what_is_not_there_is_not_found(login: Login, assessment: Assessment) -> None:
    lines = LogLine.objects.exclude(what="登录").count()
    for route, more in (
        ("warning-paper", ("考核结果.xlsx",)),
        ("supervision", ("没有这个单位",)),
        ("bulletin", ("year", DAY, "x.docx")),
        ("bulletin", ("week", "2025-13-01", "x.docx")),
        ("bulletin", ("week", "2025-12-31", "2025年第53周周通报.docx")),
        ("bulletin", ("week", DAY, "2025年第36周周通报.docx")),
    ):
        assert see(login, route, *more).status_code == 404, more
    assert LogLine.objects.exclude(what="登录").count() == lines
