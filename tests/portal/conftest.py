"""The sample year taken in once, with an account per role; each test's changes are rolled back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

import scoring
from scoring.portal.accounts.models import Account, Role
from scoring.portal.assessments.folder import take_in
from scoring.portal.assessments.models import Assessment
from scoring.portal.evidence.attachments import attach_all
from scoring.portal.log.chain import By
from tests.conftest import SAMPLE

YEAR = 2025
FOLDER = SAMPLE.parent / "2025"
UNIT, OTHER = "临溪县人民政府", "青禾县人民政府"
"""临溪县 has evidence, and its form of the first half came in."""
ASSESSOR = "第三方评估"
"""Nobody handed in a score of 2025 yet: the part's title stands for who will."""
PASSWORD = "rain-on-stone-7"
BODIES = {
    Role.UNIT: UNIT,
    Role.PROVIDER: "督查组",
    Role.VERIFIER: "市司法局",
    Role.THIRD_PARTY: ASSESSOR,
}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        read = scoring.load_assessment(FOLDER, provisional=True)
        assessment = take_in(FOLDER, YEAR, By("测试"))
        attach_all(assessment, read)
        for role in Role:
            Account.objects.make(
                role.value, role, BODIES.get(role, ""), PASSWORD, must_change=False
            )


@pytest.fixture(autouse=True)
def _on_a_day_of_the_year(settings: Any, db: None) -> None:
    from datetime import date

    settings.TODAY = date(2025, 9, 12)


@pytest.fixture(autouse=True)
def _nobody_asked_before() -> None:
    from scoring.portal.limits import ALLOWANCES

    ALLOWANCES.forget()


@pytest.fixture
def assessment(db: None) -> Assessment:
    return Assessment.objects.get(year=YEAR)


Login = Callable[[Role], Client]


@pytest.fixture
def login(db: None) -> Login:
    def client(role: Role) -> Client:
        found = Client(raise_request_exception=False)
        found.force_login(
            Account.objects.get(name=role.value), "django.contrib.auth.backends.ModelBackend"
        )
        return found

    return client
