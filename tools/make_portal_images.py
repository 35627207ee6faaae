"""Make ``docs/images/门户-*.png``: each page of the portal as its role sees it, for the manual.

    python tools/make_portal_images.py [NAME …]

Starts the demonstration, types and clicks a little, and takes the pictures. Needs Chromium with its Chinese texts (Debian:
chromium-l10n), Playwright and Pillow.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageOps
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scoring.portal.start import DEMO_PASSWORD  # noqa: E402
from tests.portal.web import serving  # noqa: E402

IMAGES: Final = ROOT / "docs" / "images"
DESK, PHONE = 1280, 390
SHOWN: Final = {DESK: 900, PHONE: 390}
"""How wide a picture of a screen is in the manual."""
LARGEST: Final = 60_000
UNIT, SHORT = "东篱区人民政府", "东篱区"
FORM = f"/2025/单位/{UNIT}/考核表/self_assessment/下半年/"
PDF: Final = b"%PDF-1.7\n"


def nothing(page: Any) -> None:
    """The page as it opens."""


@dataclass(frozen=True)
class Picture:
    """A page as an account sees it: the upper ``height`` of it, after ``act``."""

    name: str
    account: str
    path: str
    height: int
    width: int = DESK
    act: Callable[[Any], None] = nothing


# What is on the pages before the pictures are taken


def fill_form(page: Any) -> None:
    """A form with its first area done, a fault in the second, and evidence."""
    for code, score, said, proof in (
        ("1.1", "9", "领导小组已调整，公开审查和社会评议制度齐全。", "机构文件；审查制度"),
        ("2.1", "5", "目录梳理82项，指南已更新。", "目录（2025年版）"),
        ("2.2", "6", "1月26日公布年度报告。", "年度报告网址"),
    ):
        page.fill(f"[name='{code}|自评分']", score)
        page.fill(f"[name='{code}|自评说明']", said)
        page.fill(f"[name='{code}|证明材料']", proof)
    page.keyboard.press("Tab")
    page.get_by_text("已保存。").wait_for()
    file = {
        "name": "领导小组调整文件.pdf",
        "mimeType": "application/pdf",
        "buffer": PDF + b"x" * 40_000,
    }
    page.set_input_files("#f-1\\.1", file)
    page.click("#item-1\\.1 .upload button")
    page.get_by_text("已上传1个文件。").wait_for()


def fill_report(page: Any) -> None:
    page.fill("[name=note]", "受理时间已更正，并核对了全部办事指南。")
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 180)")


def report_row(page: Any) -> None:
    """A row of the ledger whose unit says that it is rectified."""
    page.fill("[name=note]", "收费目录已重新公开，附网页截图。")
    file = {
        "name": "收费目录网页.pdf",
        "mimeType": "application/pdf",
        "buffer": PDF + b"x" * 90_000,
    }
    page.set_input_files("#file", file)
    page.click("main button.main")
    page.locator(".message.success").wait_for()


def enter_row(page: Any, problem: str = "收费目录没有公开") -> None:
    """A new row for the unit, by the inspectors."""
    fill_row(page, problem)
    page.get_by_role("button", name="登记", exact=True).click()
    page.locator(".message.success").wait_for()


def enter_another(page: Any) -> None:
    enter_row(page, "办事指南的受理时间已经过期")


def fill_row(page: Any, problem: str = "收费目录没有公开") -> None:
    page.select_option("[name=单位]", UNIT)
    page.fill("[name=问题描述]", problem)
    page.fill("[name=发现日期]", "2025-09-10")
    page.fill("[name=整改期限]", "2025-09-17")


def enter_it_again(page: Any) -> None:
    fill_row(page)
    page.get_by_role("button", name="登记", exact=True).click()
    page.locator(".message.warning").wait_for()


ROW, OPEN_ROW = "DC-2025-16", "DC-2025-17"
"""The numbers that the new rows get."""
PREPARED = (
    ("督查组-台账", "/2025/台账/督查组/登记", enter_row),
    ("督查组-台账", "/2025/台账/督查组/登记", enter_another),
    (SHORT, FORM, fill_form),
    (SHORT, f"/2025/单位/{UNIT}/台账/{ROW}/", report_row),
)


def to_claims(page: Any) -> None:
    page.locator("#item-1\\.1").scroll_into_view_if_needed()
    page.evaluate("window.scrollTo(0, document.querySelector('#item-1\\\\.1').offsetTop - 110)")


def provisional(page: Any) -> None:
    page.get_by_role("button", name="生成暂定结果").click()
    page.locator(".message.success").wait_for()


def verify_some(page: Any) -> None:
    item = page.locator(".item").first
    item.locator("input[name$='核查得分']").fill("3.5")
    item.locator("textarea").fill("抽查3件，1件没有公开征求意见的采纳情况。")


PICTURES = (
    Picture("登录", "", "/登录", 760),
    Picture("单位", SHORT, f"/2025/单位/{UNIT}/", 760),
    Picture("考核表", SHORT, FORM, 700),
    Picture("考核表填写", SHORT, FORM, 800, act=to_claims),
    Picture("考核表手机", SHORT, FORM, 760, PHONE, act=to_claims),
    Picture("单位待办", SHORT, "/2025/待办/", 520),
    Picture("上报整改", SHORT, f"/2025/单位/{UNIT}/台账/{OPEN_ROW}/", 760, act=fill_report),
    Picture("提出申诉", SHORT, f"/2025/单位/{UNIT}/申诉/提出?about=台账%7C{ROW}", 500),
    Picture("台账", "督查组-台账", "/2025/台账/督查组/", 560),
    Picture("登记问题", "督查组-台账", "/2025/台账/督查组/登记", 760, act=enter_it_again),
    Picture("确认整改", "督查组-台账", f"/2025/台账/督查组/问题/{ROW}/", 860),
    Picture("核查", "市司法局-核查", "/2025/核查/市司法局/?state=", 820, act=verify_some),
    Picture("评估得分", "第三方", "/", 460),
    Picture("总览", "办公室", "/2025/", 820),
    Picture("办公室待办", "办公室", "/2025/待办/", 520),
    Picture("答复申诉", "办公室", "/2025/申诉/SS2025-03/", 860),
    Picture("核查进度", "办公室", "/2025/核查/", 420),
    Picture("结果", "办公室", "/2025/结果/", 760, act=provisional),
    Picture("看板手机", "领导", "/", 900, PHONE),
    Picture("预警", "办公室", "/2025/预警/", 760),
    Picture("日常通报", "办公室", "/2025/通报/", 620),
    Picture("办法", "管理员", "/2025/办法/", 720),
    Picture("账号", "管理员", "/账号", 620),
    Picture("日志", "管理员", "/日志?check=1", 520),
    Picture("领导手机", "领导", "/2025/结果/", 760, PHONE),
)


def main() -> None:
    wanted = [one for one in PICTURES if not sys.argv[1:] or one.name in sys.argv[1:]]
    program = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
    )
    with (
        tempfile.TemporaryDirectory() as config,
        serving("--demo", config=Path(config)) as address,
        sync_playwright() as started,
    ):
        browser = started.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--lang=zh-CN"],
            env={**os.environ, "LANGUAGE": "zh_CN"},
        )
        for account, path, act in PREPARED:
            act(opened(browser, address, account, path, DESK, 900))
        for picture in wanted:
            page = opened(
                browser, address, picture.account, picture.path, picture.width, picture.height
            )
            picture.act(page)
            save(page.screenshot(), picture)
            page.context.close()
        browser.close()


def opened(browser: Any, address: str, account: str, path: str, width: int, height: int) -> Any:
    """A page in a window of its own, for an account."""
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    page = context.new_page()
    if account:
        page.goto(f"{address}/登录")
        page.fill("#id_username", account)
        page.fill("#id_password", DEMO_PASSWORD)
        page.click("button.main")
    page.goto(f"{address}{path}")
    assert page.locator("h1").inner_text() not in ("没有这个页面", "没有权限"), path
    return page


def save(shot: bytes, picture: Picture) -> None:
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    width = SHOWN[picture.width]
    image = image.resize(
        (width, round(image.height * width / image.width)), Image.Resampling.LANCZOS
    )
    image = ImageOps.expand(image, 1, "#BFBFBF")
    path = IMAGES / f"门户-{picture.name}.png"
    # Few colours are enough for text on white; as many as fit.
    for colours in (128, 64, 32):
        small = image.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        small.save(path, optimize=True)
        if path.stat().st_size <= LARGEST:
            break
    size = path.stat().st_size
    assert size <= LARGEST, f"{path.name}: {size} bytes"
    print(f"{path.relative_to(ROOT)}  {size // 1000} kB")


if __name__ == "__main__":
    main()
