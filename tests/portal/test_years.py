"""Two years beside each other: the table and the papers of ``kaohe compare``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.urls import reverse

from scoring.cli.app import app
from scoring.portal import clock
from scoring.portal.accounts.models import Account, Role
from scoring.portal.assessments.folder import take_in
from scoring.portal.assessments.models import Assessment, Content, SourceFile
from scoring.portal.log.chain import By
from scoring.portal.results.models import FinalResult, Step
from tests.conftest import SAMPLE
from tests.portal.conftest import UNIT, YEAR, Login
from tests.portal.test_results import exported

See = Callable[..., Any]


@pytest.fixture
def see(login: Login) -> See:
    def asked(route: str, *more: object, year: int = YEAR, ask: str = "") -> Any:
        return login(Role.LEADER).get(reverse(route, args=(year, *more)) + ask)

    return asked


@pytest.fixture
def earlier(db: None) -> Assessment:
    return take_in(SAMPLE, 2024, By("王某"))


def test_one_year_alone_says_how_to_get_another(see: See, login: Login) -> None:
    assert "请管理员导入另一年度" in see("years").content.decode()
    page = login(Role.ADMIN).get(reverse("years", args=(YEAR,))).content.decode()
    assert reverse("import") in page
    assert see("years", ask="?with=2024").status_code == 404
    assert see("years-paper", 2024, "比较.xlsx").status_code == 404


def test_both_years_with_their_differences(
    see: See, earlier: Assessment, assessment: Assessment, tmp_path: Path
) -> None:
    page = see("years").content.decode()
    assert "2024年度与2025年度考核结果对照" in page
    assert "2025年度（暂定）的结果是暂定的" in page
    row = page.split(f'<th scope="row">{UNIT}</th>')[1].split("</tr>")[0]
    assert "90.00" in row
    old, new = exported(earlier, tmp_path), exported(assessment, tmp_path)
    line = ["compare", str(old), str(new), "--as-of", "2025-09-12", "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, line, standalone_mode=False)
    assert done.return_value == 0, done.output
    for name in ("比较.xlsx", "比较.html"):
        assert see("years-paper", 2024, name).content == (tmp_path / "out" / name).read_bytes()
    # From the older year it is the same comparison.
    assert see("years", year=2024).content.decode().count("<tr>") == page.count("<tr>")
    assert see("years-paper", 2024, "通报.docx").status_code == 404
    assert see("years-paper", 2023, "比较.xlsx").status_code == 404


def test_what_was_published_is_compared(
    see: See, earlier: Assessment, login: Login, settings: Any
) -> None:
    """Not what the files say now, but what the papers said; and both are final."""
    login(Role.STAFF).post(reverse("propose", args=(2024,)))
    final = FinalResult.objects.get(assessment=earlier)
    Assessment.objects.filter(pk=earlier.pk).update(frozen=True)
    FinalResult.objects.filter(pk=final.pk).update(
        step=Step.PUBLISHED,
        approved_by=Account.objects.get(name="admin"),
        published_at=clock.now(),
    )
    at = SourceFile.objects.get(assessment=earlier, path="结果/results.json")
    assert at.content is not None
    said = bytes(at.content.data).replace(b'"90.00"', b'"91.11"')
    at.content = Content.objects.create(sha256="f" * 64, size=len(said), data=said)
    at.save()
    page = see("years").content.decode()
    assert "2024年度（暂定）" not in page
    row = page.split(f'<th scope="row">{UNIT}</th>')[1].split("</tr>")[0]
    assert "91.11" in row
    assert "优秀" in row
