"""The portal in Chromium, at the width of a phone and of a desk: a unit fills in its form and hands it in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from scoring.portal.start import DEMO_PASSWORD
from tests.portal.web import serving
from tests.test_pages import DESK, PHONE
from tests.thorough import thorough

UNIT = "东篱区人民政府"
FORM = f"/2025/单位/{UNIT}/考核表/self_assessment"
PAGES = {
    "管理员": ("/2025/", "/2025/结果/", f"/2025/单位/{UNIT}/", f"{FORM}/上半年/", "/账号", "/日志?check=1", "/导入", "/密码"),
    "东篱区": (f"/2025/单位/{UNIT}/", f"{FORM}/上半年/", f"{FORM}/下半年/", "/2025/"),
    "领导": ("/2025/", "/提醒", "/nothing"),
    "督查组-台账": ("/",),
    "第三方": ("/",),
}  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving("--demo", config=tmp_path_factory.mktemp("config")) as found:
        yield found


def entered(browser: Any, address: str, name: str, width: int) -> Any:
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.goto(f"{address}/登录")
    page.fill("#id_username", name)
    page.fill("#id_password", DEMO_PASSWORD)
    page.click("button.main")
    return page


def faults(page: Any) -> list[Any]:
    """What axe finds, and what leaves the page at the right."""
    found = Axe().run(page).response["violations"]
    wide = page.evaluate(
        "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right >"
        " document.documentElement.clientWidth + 1 && !e.closest('.scroll'))"
        ".map(e => e.outerHTML.slice(0, 90))"
    )
    return [(v["id"], v["nodes"][0]["html"][:200]) for v in found] + wide


@pytest.mark.parametrize("width", [PHONE, DESK] if thorough() else [PHONE])
def test_axe_finds_nothing_and_nothing_leaves_the_page(
    browser: Any, address: str, width: int
) -> None:
    for name, paths in PAGES.items():
        page = entered(browser, address, name, width)
        for path in paths:
            page.goto(f"{address}{path}")
            assert page.locator("h1").count() == 1
            assert faults(page) == [], (name, path)
        # The policy lets everything run that a page has.
        refused = ("403 (Forbidden)", "404 (Not Found)")
        assert [text for text in page.said if not any(code in text for code in refused)] == []
        page.context.close()
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(f"{address}/登录")
    assert faults(page) == []
    page.close()


@pytest.mark.parametrize("width", [PHONE])
def test_a_form_from_the_first_answer_to_the_return(browser: Any, address: str, width: int) -> None:
    page = entered(browser, address, "东篱区", width)
    page.click("text=填写考核表")
    lacking = page.locator("#missing")
    before = int(lacking.inner_text())
    assert before == page.locator(".item").count()
    # With the keyboard alone, as it is left.
    page.focus("#c-1\\.1-1")
    page.keyboard.type("11")
    page.keyboard.press("Tab")
    wrong = page.locator("[data-problems='1.1'] li")
    wrong.wait_for()
    expect(page.locator("#saved")).to_have_text("已保存。")
    assert "应为0到10的数字" in wrong.inner_text()
    for item in page.locator(".item").all():
        full = item.locator("h3 small").inner_text().strip("（）分")
        item.locator("input[name$='自评分']").fill(full)
        item.locator("textarea[name$='证明材料']").fill("见附件")
    page.locator("textarea").last.press("Tab")
    # Each answer is a request of its own, one after the other.
    expect(lacking).to_have_text("0", timeout=60_000)
    assert "100" in page.locator("#sentences").inner_text()
    assert faults(page) == []
    page.set_input_files("#f-2\\.1", {"name": "截图.png", "mimeType": "image/png",
                                      "buffer": b"\x89PNG\r\n\x1a\nx"})  # fmt: skip
    page.locator("#item-2\\.1 .upload button").click()
    assert page.locator("#item-2\\.1 .files a").inner_text() == "截图.png"
    assert "截图.png" in page.locator("textarea[name='2.1|证明材料']").input_value()
    # A file that was chosen and not uploaded is not left behind.
    page.set_input_files("#f-2\\.2", {"name": "网址.txt", "mimeType": "text/plain", "buffer": b"x"})
    page.click("text=去报送")
    page.click("form.submit button")
    expect(page.locator("#saved")).to_have_text("“网址.txt”还没有上传，请先点它旁边的“上传”。")
    assert page.locator(".message.success", has_text="考核表已报送").count() == 0
    page.locator("#item-2\\.2 .upload button").click()
    page.locator("#item-2\\.2 .files a").wait_for()
    page.click("form.submit button")
    assert "考核表已报送" in page.locator(".message.success").inner_text()
    assert page.locator("textarea").count() == 0
    office = entered(browser, address, "办公室", DESK)
    office.goto(f"{address}{FORM}/下半年/")
    office.fill("#reason", "2.1截图打不开")
    office.click("text=退回给单位修改")
    page.reload()
    assert "2.1截图打不开" in page.locator(".message.warning").inner_text()
    assert page.locator("textarea").count() > 0
    assert faults(page) == []
    for one in (page, office):
        assert one.said == []
        one.context.close()
