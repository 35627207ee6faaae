"""The pages of providers, verifiers, assessors and of appeals in Chromium, at both widths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.portal.test_browser import entered, faults
from tests.portal.web import serving
from tests.test_pages import DESK, PHONE
from tests.thorough import thorough

OWN = "东篱区人民政府"
OFFICE = "/2025/台账/市政府办公室"
PAGES = {
    "管理员": ("/2025/台账/", f"{OFFICE}/", f"{OFFICE}/登记", f"{OFFICE}/问题/BGS2025015/", "/2025/待办/", "/2025/核查/", "/2025/申诉/", "/2025/申诉/SS2025-03/"),
    "办公室": ("/2025/看板/", "/2025/预警/", "/2025/通报/", "/2025/通报/?day=2026-01-01", "/2025/对照/", "/2025/办法/", "/2025/更正/"),
    "领导": ("/", "/2025/办法/"),
    "市司法局-核查": ("/", "/2025/核查/市司法局/?state="),
    "东篱区": ("/", "/2025/待办/", f"/2025/单位/{OWN}/申诉/", f"/2025/单位/{OWN}/申诉/提出"),
    "督查组-台账": ("/", "/2025/台账/督查组/问题/DC-2025-08/"),
}  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving("--demo", config=tmp_path_factory.mktemp("config")) as found:
        yield found


@pytest.mark.parametrize("width", [PHONE, DESK] if thorough() else [PHONE])
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


def test_a_row_from_its_entry_to_the_appeal(browser: Any, address: str) -> None:
    """Entered twice by mistake, rectified, refused, confirmed, appealed against and answered, by clicking."""
    provider = entered(browser, address, "督查组-台账", DESK)
    unit, office = (entered(browser, address, name, PHONE) for name in ("东篱区", "办公室"))

    def enter() -> None:
        provider.goto(f"{address}/2025/台账/督查组/登记")
        provider.select_option("[name=单位]", OWN)
        provider.fill("[name=问题描述]", "收费目录没有公开")
        provider.fill("[name=发现日期]", "2025-09-10")
        provider.fill("[name=整改期限]", "2025-09-15")
        provider.click("text=登记 >> nth=-1")

    enter()
    number = provider.locator("h1").inner_text()
    assert number == "DC-2025-16"
    enter()
    assert "可能已经登记过" in provider.locator(".message.warning").inner_text()
    assert faults(provider) == []
    unit.goto(f"{address}/2025/待办/")
    assert "新登记问题" in unit.locator("main").inner_text()
    unit.click("text=整改 >> nth=0")
    unit.fill("[name=note]", "已在网站公开")
    unit.set_input_files("#file", {"name": "网页.pdf", "mimeType": "application/pdf",
                                   "buffer": b"%PDF-1.7\nx"})  # fmt: skip
    unit.click("main button.main")
    assert "等待督查组确认" in unit.locator(".message.success").inner_text()
    provider.goto(f"{address}/2025/待办/")
    provider.click("text=确认整改")
    assert provider.locator(".files a").inner_text() == "网页.pdf"
    provider.click("summary")
    provider.fill("#refuse_reason", "打不开")
    provider.click("text=退回给单位")
    unit.reload()
    assert "打不开" in unit.locator(".message.warning").inner_text()
    unit.fill("[name=note]", "已修复")
    unit.click("main button.main")
    provider.reload()
    provider.click("text=确认整改完成")
    assert "2025-09-12" in provider.locator(".message.success").inner_text()
    unit.reload()
    assert "已整改" in unit.locator(".row").inner_text()
    unit.click("text=对这一条提出申诉")
    assert unit.input_value("[name=about]") == f"台账|{number}"
    unit.fill("[name=reason]", "发现前已公开")
    unit.click("main button.main")
    office.goto(f"{address}/2025/待办/")
    office.click("text=答复申诉 >> nth=-1")
    office.select_option("[name=granted]", "yes")
    office.fill("[name=answer]", "经查属实")
    office.click("main button.main")
    unit.reload()
    assert "经查属实" in unit.locator("main").inner_text()
    provider.reload()
    assert "已撤销" in provider.locator(".row").inner_text()
    for page in (provider, unit, office):
        assert faults(page) == []
        assert page.said == []
        page.context.close()
