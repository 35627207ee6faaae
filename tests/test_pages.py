"""The web pages in a browser, at the width of a phone and of a desk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner

from scoring.cli.app import app
from tests.conftest import ROOT, SAMPLE
from tests.folders import write_folder
from tests.thorough import share_of

SCHEMES = SAMPLE.parent / "schemes"
PHONE, DESK = 390, 1280
OTHERS = ("fangtan", "fenlei", "jiafen", "jidu", "keshi")
"""Schemes whose pages are the sample year's with other parts and groups: a share of them is looked at."""
PAGES = (
    "2024/通报", "2024/稳健性分析", "2024/预估", "2024/月排名", "看板/看板", "比较/比较",
    "keshi/月排名", "暂定/通报", "暂定/预估",
    *share_of(f"{scheme}/{page}" for scheme in OTHERS for page in ("通报", "稳健性分析")),
)  # fmt: skip
TEMPLATES = {"通报.html.j2": "通报", "稳健性.html.j2": "稳健性分析", "预估.html.j2": "预估",
             "月排名.html.j2": "月排名", "看板.html.j2": "看板", "比较.html.j2": "比较"}  # fmt: skip


def kaohe(*arguments: object) -> None:
    done = CliRunner().invoke(app, list(map(str, arguments)), standalone_mode=False)
    assert done.return_value == 0, (done.output, done.exception)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages by name: of the sample year, of a year with gaps, and of the other schemes."""
    out = tmp_path_factory.mktemp("pages")
    for folder in (SAMPLE, *(SCHEMES / scheme for scheme in OTHERS)):
        for command, name in (("grade", "通报"), ("sensitivity", "稳健性分析")):
            if f"{folder.name}/{name}" in PAGES:
                kaohe(command, folder, "--out", out / folder.name)
    for name, folder in (("2024", SAMPLE), ("keshi", SCHEMES / "keshi")):
        kaohe("bulletin", folder, "--period", "month", "--as-of", "2024-06-30", "--out", out / "月")
        (out / "月" / "2024年6月月排名.html").rename(out / name / "月排名.html")
    (form,) = (SAMPLE / "自我考核" / "下半年").glob("沙渚县*")
    kaohe("preview", form, "--out", out / "2024" / "预估")
    kaohe("dashboard", SAMPLE, "--as-of", "2024-06-28", "--out", out / "看板")
    kaohe("grade", SAMPLE, "--as-of", "2024-06-30", "--provisional", "--out", out / "半年")
    kaohe("compare", out / "半年", out / "2024", "--out", out / "比较")
    # A year with gaps; a form with an unknown third-party score, and things that are still lacking.
    overdue = {
        "台账编号": "TZ-1", "单位": "甲县", "扣分项": "2.1", "发现日期": "2024-12-20", "整改期限": "2025-01-10",
        "问题描述": "网上检查：行政处罚结果公开超过7个工作日，抽查3件有2件逾期，涉及多个栏目。",
    }  # fmt: skip
    units = {"甲县": {"上半年": 88, "下半年": {"1.1": 6, "2.1": 3}}, "乙县": {"上半年": 80}}
    folder = write_folder(out / "gaps", units, [overdue])
    kaohe("grade", folder, "--provisional", "--out", out / "暂定")
    kaohe("preview", folder / "自我考核/下半年/甲县.xlsx", "--out", out / "暂定/预估")
    return {name: next(out.glob(f"{name}.html"), None) or next((out / name).iterdir())
            for name in PAGES}  # fmt: skip


LOOKS = [(name, width) for name in PAGES for width in (PHONE, DESK)]


@pytest.fixture(scope="module")
def tab(browser: Any) -> Iterator[Any]:
    opened = browser.new_page()
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]}")
def page(request: pytest.FixtureRequest, tab: Any, pages: dict[str, Path]) -> Any:
    """A page, opened once at one width for all that is looked at."""
    name, width = request.param
    tab.set_viewport_size({"width": width, "height": 900})
    tab.goto(pages[name].as_uri())
    return tab


def draws(page: Any) -> bool:
    """Whether the page is one with pictures."""
    return not unquote(page.url).endswith(("通报.html", "比较.html"))


def test_every_template_of_a_page_is_looked_at() -> None:
    assert set(OTHERS) == {path.name for path in SCHEMES.iterdir() if path.is_dir()}
    assert {path.name for path in (ROOT / "templates").glob("*.html.j2")} == set(TEMPLATES)
    assert {name.split("/")[1] for name in PAGES} == set(TEMPLATES.values())


def test_axe_finds_nothing(page: Any) -> None:
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []


def test_nothing_leaves_the_page(page: Any) -> None:
    """What is wider than the screen stands in a scroller; nothing else is cut off at the right."""
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    outside = page.evaluate(
        "width => [...document.querySelectorAll('main *')]"
        ".filter(e => e.getBoundingClientRect().right > width + 1 && !e.closest('.scroll'))"
        ".map(e => e.outerHTML.slice(0, 80))", width,
    )  # fmt: skip
    assert outside == []


def test_tables_stand_in_scrollers_that_take_the_keyboard(page: Any) -> None:
    loose = "[...document.querySelectorAll('table')].filter(e => !e.closest('.scroll')).length"
    assert page.evaluate(loose) == 0
    for scroller in page.locator(".scroll").all():
        assert scroller.get_attribute("tabindex") == "0"
        assert scroller.get_attribute("aria-label")
        if scroller.evaluate("e => e.scrollWidth - e.clientWidth <= 1"):
            continue
        scroller.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("e => e.scrollLeft > 0", arg=scroller.element_handle())


def test_cells_are_wide_enough_to_be_read(page: Any) -> None:
    """No text stands in a column of two characters."""
    cells = page.evaluate(
        "[...document.querySelectorAll('td, th')].filter(e => e.innerText.length > 16)"
        ".map(e => [e.innerText, e.clientWidth / parseFloat(getComputedStyle(e).fontSize)])"
    )
    assert [text for text, ems in cells if ems < 8] == []


def test_pictures_have_words(page: Any) -> None:
    """Whatever is drawn says in words what it shows, or stands beside text that does."""
    silent = page.evaluate(
        "[...document.querySelectorAll('svg, .track')].filter(e => !e.closest('[aria-hidden=true]')"
        " && !(e.getAttribute('role') == 'img' && e.getAttribute('aria-label').length > 5))"
        ".map(e => e.outerHTML)"
    )
    assert silent == []
    if draws(page):
        assert page.locator("svg, .track").count()


def test_bars_are_as_long_as_their_numbers(page: Any) -> None:
    """Of a preview: points of an area out of its full ones. Of an analysis: from the column of the
    best rank to that of the worst, the mark in the middle of its own."""
    bars = page.evaluate(
        """[...document.querySelectorAll('.bars li:not(.axis)')].map(e => {
             const track = e.querySelector('.track'), room = track.getBoundingClientRect();
             return {
               number: e.querySelector('.number').innerText, label: track.getAttribute('aria-label'),
               count: e.parentElement.querySelectorAll('li:not(.axis)').length, room: room.width,
               parts: Object.fromEntries([...track.children].map(p => {
                 const box = p.getBoundingClientRect();
                 return [p.className || 'filled', [box.left - room.left, box.right - room.left]];
               })),
             };
           })"""
    )
    for bar in bars:
        assert bar["room"] > 200
        if not bar["label"]:
            own, full = map(float, bar["number"].split("/"))
            ends = {"filled": (0, own / full)}
        else:
            (rank,) = re.findall(r"排名(?:并列)?第?(\d+)", bar["label"])
            spans = [list(map(int, re.findall(r"\d+", text)))
                     for text in re.findall(r"名次(\d+(?:—\d+)?)", bar["label"])]  # fmt: skip
            named = {"narrow": spans[0], "wide": spans[-1]}
            ends = {
                part: ((ranks[0] - 1) / bar["count"], ranks[-1] / bar["count"])
                for part, ranks in named.items()
            }
            middle = sum(bar["parts"]["mark"]) / 2 / bar["room"]
            assert middle == pytest.approx((int(rank) - 0.5) / bar["count"], abs=0.006)
        for part, (start, end) in ends.items():
            shown = [at / bar["room"] for at in bar["parts"][part]]
            assert shown == pytest.approx([start, end], abs=0.003)
    # Those have lines.
    lines = unquote(page.url).endswith(("月排名.html", "看板.html"))
    if draws(page) and not lines:
        assert bars


def test_how_a_rank_moved_reads_the_same_on_a_phone(page: Any) -> None:
    """下降2位, and nothing behind it."""
    behind = page.eval_on_selector_all(
        "td.moved > span", "all => all.map(e => getComputedStyle(e, '::after').content)"
    )
    assert set(behind) <= {"none", "normal"}


def test_no_phrase_of_a_title_is_broken(page: Any) -> None:
    """政府信息公开工作 stays on one line, on a phone too."""
    parts = page.eval_on_selector_all(
        "h1 .part",
        "all => all.map(e => [e.textContent, e.offsetHeight, parseFloat(getComputedStyle(e).lineHeight)])",
    )
    assert parts
    assert [text for text, height, line in parts if height > line * 1.5] == []
