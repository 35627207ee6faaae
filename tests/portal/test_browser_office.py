"""A correction after publication in Chromium: two persons and a unit, from the reason to the corrected result."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SAMPLE
from tests.portal.test_browser import faults
from tests.portal.web import NEW, passwords, serving
from tests.test_pages import DESK, PHONE
from tests.thorough import LONG

pytestmark = LONG

UNIT = "临溪县人民政府"
ROW = "/2024/台账/市政府办公室/问题/BGS2024039/"
FIRST, SECOND = "管理员", "审定人"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path_factory.mktemp("year") / "2024"))


@pytest.fixture(scope="module")
def address(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    config = tmp_path_factory.mktemp("config")
    with serving(folder, config=config, KAOHE_TODAY="2025-02-10") as found:
        yield found


def entered(browser: Any, address: str, name: str, password: str, width: int) -> Any:
    """Logged in for the first time, with a password of one's own."""
    page = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN").new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.goto(f"{address}/登录")
    page.fill("#id_username", name)
    page.fill("#id_password", password)
    page.click("button.main")
    page.fill("#id_old_password", password)
    page.fill("#id_new_password1", NEW)
    page.fill("#id_new_password2", NEW)
    page.click("main button.main")
    return page


def test_a_correction_from_its_reason_to_the_unit(browser: Any, address: str, folder: Path) -> None:
    handed = passwords(folder)
    first = entered(browser, address, FIRST, handed[FIRST], DESK)

    def look(page: Any, path: str) -> str:
        page.goto(f"{address}{path}")
        assert page.locator("h1").count() == 1
        assert faults(page) == [], path
        return str(page.locator("main").inner_text())

    def press(page: Any, button: str) -> str:
        page.click(f"main button:text-is('{button}')")
        done = page.locator(".message.success")
        done.wait_for(timeout=60_000)
        return str(done.inner_text())

    first.goto(f"{address}/账号")
    first.fill("#id_name", SECOND)
    first.select_option("#id_role", "staff")
    once = press(first, "新建").split("：")[-1]
    second = entered(browser, address, SECOND, once, PHONE)
    unit = entered(browser, address, "临溪县", handed["临溪县"], PHONE)

    first.goto(f"{address}/2024/结果/")
    press(first, "出正式结果，提请审定")
    second.goto(f"{address}/2024/结果/")
    press(second, "审定，资料定稿")
    press(second, "公布给各单位")
    look(second, "/2024/结果/")
    first.goto(f"{address}/2024/结果/")
    first.click("a.button:text-is('更正')")
    first.locator("#open_reason").wait_for()
    assert faults(first) == []
    first.fill("#open_reason", "申诉复核：期限内已整改")
    first.get_by_label(UNIT, exact=True).check()
    press(first, "开始更正")
    first.goto(f"{address}{ROW}")
    assert "正在办理" in first.locator(".message.warning").inner_text()
    first.fill("#revoke_reason", "期限内已整改")
    press(first, "撤销这一条")
    assert "90.45" in look(first, "/2024/更正/")
    # The unit sees what was published, until the correction is.
    assert "90.00" in look(unit, f"/2024/单位/{UNIT}/")
    press(first, "出更正结果，提请审定")
    look(second, "/2024/更正/")
    press(second, "审定更正")
    look(second, "/2024/更正/")
    assert "更正已公布" in press(second, "公布更正")
    look(second, "/2024/更正/")
    said = look(unit, f"/2024/单位/{UNIT}/")
    assert said.index("更正通报.docx") < said.index("原来公布的")
    assert "90.45" in said
    for page in (first, second, unit):
        assert page.said == []
        page.context.close()
