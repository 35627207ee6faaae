"""The board of the day: what leaders see first, the same numbers as the library's."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

import scoring
from scoring.portal.accounts.models import Role
from scoring.portal.assessments.folder import LogText, files_of, save
from scoring.portal.assessments.models import Assessment
from scoring.portal.log.chain import By
from tests.portal.conftest import FOLDER, UNIT, YEAR, Login

DAY = date(2025, 9, 12)


def see(login: Login, role: Role = Role.LEADER) -> str:
    page: str = login(role).get(reverse("board", args=(YEAR,))).content.decode()
    return page


def test_leaders_begin_here(login: Login, assessment: Assessment) -> None:
    answer = login(Role.LEADER).get(reverse("home"))
    assert answer["Location"] == reverse("board", args=(YEAR,))
    assert login(Role.STAFF).get(reverse("home"))["Location"] == reverse("office", args=(YEAR,))


def test_every_unit_with_rank_grade_and_change(
    login: Login, assessment: Assessment, settings: Any
) -> None:
    settings.TODAY = date(2025, 7, 20)
    before = files_of(assessment)
    page = see(login)
    read = scoring.load_assessment(FOLDER, provisional=True)
    now = scoring.watch_assessment(read, settings.TODAY).now
    earlier = {one.unit: one for one in scoring.watch_assessment(read, date(2025, 6, 30)).now}
    rows = re.findall(r"<tr><td class=.number.>(.*?)</td><th scope=.row.><a [^>]*>(.*?)</a>.*?<td class=.number.>(.*?)</td><td[^>]*>(.*?)</td><td[^>]*>(.*?)</td>", page)  # fmt: skip
    shown = {unit: (rank, composite, grade, moved) for rank, unit, composite, grade, moved in rows}
    assert len(shown) == len(now) == 52
    moves = set()
    for one in now:
        rank, composite, grade, moved = shown[one.unit]
        if one.rank is None:
            # A form is lacking: no rank rests on that.
            assert (rank, grade, moved) == ("—",) * 3
            continue
        assert (rank, grade) == (str(one.rank), one.grade)
        assert composite == f"{(one.composite or 0) / 100:.2f}"
        rose = (earlier[one.unit].rank or 0) - one.rank
        said = f"上升{rose}位" if rose > 0 else f"下降{-rose}位" if rose else "不变"
        assert moved == said
        moves.add(moved[:2])
    assert moves == {"上升", "下降", "不变"}
    assert "6月30日" in page
    assert files_of(assessment) == before


def test_grades_add_up_and_late_units_are_named(
    login: Login, assessment: Assessment, settings: Any
) -> None:
    page = see(login)
    for group in page.split('class="bars"')[1:]:
        counts = [int(n) for n in re.findall(r'value="(\d+)"', group.split("</ul>")[0])]
        most = {int(n) for n in re.findall(r'max="(\d+)"', group.split("</ul>")[0])}
        assert {sum(counts)} == most
    loaded = scoring.load_assessment(FOLDER, provisional=True)
    rows = scoring.ledger_list(loaded, scoring.score_assessment(loaded, DAY, final=False))
    overdue = {row.unit for row in rows if row.state == "overdue"}
    assert overdue
    late = page.split('id="late"')[1].split("</section>")[0]
    assert set(shown_in(late)) >= overdue
    settings.TODAY = date(2026, 1, 20)
    late = see(login).split('id="late"')[1].split("</section>")[0]
    assert UNIT in late
    assert "下半年自我考核表逾期未报" in late


def shown_in(text: str) -> list[str]:
    return re.findall(r"<a [^>]*>(.*?)</a>", text)


def test_in_january_there_is_nothing_to_compare_with(
    login: Login, assessment: Assessment, settings: Any
) -> None:
    settings.TODAY = date(2025, 1, 20)
    page = see(login)
    assert "相比" not in page
    assert "上升" not in page


@pytest.mark.parametrize("route", ["board", "warnings", "bulletins"])
def test_a_folder_that_cannot_be_read_is_explained(
    login: Login, assessment: Assessment, route: str
) -> None:
    changed = {"assessment.yaml": b"scheme: ["}
    assert save(assessment, By("x"), files_of(assessment), changed, LogText("x"))
    answer = login(Role.LEADER).get(reverse(route, args=(YEAR,)), follow=True)
    page = answer.content.decode()
    assert "请先改正下列数据问题" in page
    assert "数据问题（" in page


@pytest.mark.parametrize("role", [Role.UNIT, Role.PROVIDER, Role.THIRD_PARTY])
def test_it_is_for_leaders_and_the_office(login: Login, assessment: Assessment, role: Role) -> None:
    assert login(role).get(reverse("board", args=(YEAR,))).status_code == 403
