"""The pages of providers, verifiers, assessors and of appeals in Chromium, at both widths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.portal.test_browser import entered, faults
from tests.portal.web import serving
from tests.test_pages import DESK, PHONE

OWN = "东篱区人民政府"
OFFICE = "/2025/台账/市政府办公室"
PAGES = {
    "管理员": ("/2025/台账/", f"{OFFICE}/", f"{OFFICE}/登记", f"{OFFICE}/问题/BGS2025015/", "/2025/待办/", "/2025/核查/", "/2025/申诉/", "/2025/申诉/SS2025-03/"),
    "市司法局-核查": ("/", "/2025/核查/市司法局/?state="),
    "东篱区": ("/", "/2025/待办/", f"/2025/单位/{OWN}/申诉/", f"/2025/单位/{OWN}/申诉/提出"),
    "督查组-台账": ("/", "/2025/台账/督查组/问题/DC-2025-08/"),
}  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving("--demo", config=tmp_path_factory.mktemp("config")) as found:
        yield found


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_axe_finds_nothing_and_nothing_leaves_the_page(
    browser: Any, address: str, width: int
) -> None:
    for name, paths in PAGES.items():
        page = entered(browser, address, name, width)
        for path in paths:
            page.goto(f"{address}{path}")
            assert page.locator("h1").count() == 1, path
            assert "没有这个页面" not in page.locator("h1").inner_text(), path
            assert faults(page) == [], (name, path)
        assert page.said == []
        page.context.close()
