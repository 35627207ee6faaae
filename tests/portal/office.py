"""A city's office and its four units for a year: the folder that it starts with, its days, and who sits where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl

from tests.conftest import ROOT
from tests.portal.test_browser import faults
from tests.portal.web import NEW, passwords, starting

YEAR = 2025
COUNTY, DISTRICT = "甲县人民政府", "乙区人民政府"
BUREAU, COMMISSION = "市丙局", "市丁委"
UNITS = {COUNTY: "甲县", DISTRICT: "乙区", BUREAU: "丙局", COMMISSION: "丁委"}
"""By full name the short one, under which the unit logs in."""
JUSTICE, FINANCE = "市司法局", "市财政局"
VERIFIERS = {
    "基础建设": f"{JUSTICE}、{FINANCE}",
    "主动公开": JUSTICE,
    "重点领域": FINANCE,
    "依申请公开和复议诉讼": JUSTICE,
    "平台建设": FINANCE,
}
"""By area who verifies; 推进指导和监督检查 falls to nobody, and so to the office."""


_SHAPE = "[...document.querySelectorAll('*')].map(e => `${e.tagName}.${e.className}`).join()"


def new_folder(folder: Path) -> Path:
    """What an office has in February: its units, and Heze's 办法 with the 责任单位 of its own year."""
    folder.mkdir()
    text = (ROOT / "config" / "heze.yaml").read_text("utf-8")
    for area, who in VERIFIERS.items():
        text, count = re.subn(rf"(- area: {area}\n)( +)", rf"\1\2verifier: {who}\n\2", text)
        assert count == 1, area
    (folder / "考核办法.yaml").write_text(text, "utf-8")
    (folder / "assessment.yaml").write_text(f"scheme: 考核办法.yaml\nyear: {YEAR}\n", "utf-8")
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(("单位名称", "类别", "简称"))
    for name, short in UNITS.items():
        sheet.append((name, "部门" if name.startswith("市") else "县区", short))
    book.save(folder / "考核对象.xlsx")
    return folder


@dataclass
class Year:
    """An office's year in the browser: each day is a start of the portal on that date."""

    browser: Any
    width: int
    folder: Path
    config: Path
    variables: dict[str, str]
    known: dict[str, str] = field(default_factory=dict)
    """By account the password; for those of 账号.xlsx the one-time one, until they log in."""
    seen: set[str] = field(default_factory=set)
    """Pages by their elements: of two that differ in their texts alone axe is asked of one."""

    @contextmanager
    def day(self, date: str) -> Iterator[Day]:
        """The portal on a date; ends with a look at what browsers complained of."""
        variables = {**self.variables, "KAOHE_TODAY": date}
        with starting(self.folder, config=self.config, **variables) as (address, _):
            if not self.known:
                self.known = passwords(self.folder)
            day = Day(self, address)
            try:
                yield day
                assert {name: desk.said for name, desk in day.desks.items() if desk.said} == {}
            finally:
                for desk in day.desks.values():
                    desk.page.context.close()


@dataclass
class Day:
    """Everybody's browsers of one day."""

    year: Year
    address: str
    desks: dict[str, Desk] = field(default_factory=dict)

    def at(self, name: str) -> Desk:
        """The desk of an account, logged in; at its first login it changes its password."""
        if name not in self.desks:
            self.desks[name] = self._entered(name)
        return self.desks[name]

    def _entered(self, name: str) -> Desk:
        size = {"width": self.year.width, "height": 900}
        context = self.year.browser.new_context(viewport=size, locale="zh-CN")
        context.set_default_timeout(60_000)
        desk = Desk(context.new_page(), self.address, self.year.seen)
        known = self.year.known
        desk.go("/登录")
        desk.page.fill("#id_username", name)
        desk.page.fill("#id_password", known[name])
        desk.press("登录")
        if known[name] != NEW:
            assert "首次登录请先修改密码" in desk.text()
            desk.look()
            desk.page.fill("#id_old_password", known[name])
            desk.page.fill("#id_new_password1", NEW)
            desk.page.fill("#id_new_password2", NEW)
            desk.press("保存新密码")
            known[name] = NEW
            desk.expect("密码已修改。")
        return desk


class Desk:
    """A browser in front of somebody. ``said`` is what its console complained of."""

    def __init__(self, page: Any, address: str, seen: set[str]) -> None:
        self.page = page
        self._seen = seen
        self.said: list[str] = []
        self._address = address
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def go(self, path: str) -> None:
        self.page.goto(f"{self._address}{path}")

    def press(self, button: str) -> None:
        """Press a button of the page itself by its words."""
        self.page.get_by_role("button", name=button, exact=True).first.click()

    def follow(self, link: str) -> None:
        """Follow the first link with these words, in the menu or in the page."""
        self.page.get_by_role("link", name=link, exact=True).first.click()

    def text(self) -> str:
        return str(self.page.locator("body").inner_text())

    def expect(self, said: str) -> None:
        """The page says so, and nothing is wrong with it."""
        self.page.get_by_text(said).first.wait_for()
        self.look()

    def look(self) -> None:
        """axe finds nothing on the page, and nothing leaves it at the right."""
        shape = self.page.evaluate(_SHAPE)
        if shape not in self._seen:
            assert faults(self.page) == [], self.page.url
            self._seen.add(shape)

    def save(self, link: str) -> bytes:
        """What a link downloads."""
        with self.page.expect_download() as coming:
            self.follow(link)
        return Path(coming.value.path()).read_bytes()
