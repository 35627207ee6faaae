"""看板: the board of a day, made through the command line and clicked through in a real Chromium."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from scoring import load_assessment
from scoring.monitoring.monthly import monthly
from scoring.monitoring.stage import Records, ledgers_of
from scoring.wording.month import score as score_of_month
from tests import oracle
from tests.conftest import ROOT, SAMPLE
from tests.folders import write_folder
from tests.program import kaohe
from tests.test_warnings import FULL, row, warned

DAY = "2024-06-28"
GROUP, RANK, UNIT, LEDGER, COMPOSITE, RED = 0, 1, 2, 3, 6, 9
"""Columns of the units."""


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("board") / "看板"
    done = kaohe("dashboard", SAMPLE, "--as-of", DAY, "--out", out)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture
def page(browser: Any, board: Path) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.goto((board / "看板.html").as_uri())
    yield opened
    context.close()
    assert faults == []


def column(page: Any, number: int, table: str = "units") -> list[str]:
    """The visible cells of a column, from above."""
    found: list[str] = page.evaluate(
        "([id, n]) => [...document.getElementById(id).tBodies[0].rows].filter(r => !r.hidden)"
        ".map(r => r.cells[n].innerText.trim())",
        [table, number],
    )
    return found


def test_the_page_needs_no_other_file(board: Path) -> None:
    text = (board / "看板.html").read_text("utf-8")
    assert not re.search(r"""(src|href)=|url\(|https?://|@import|fetch\(""", text)


def test_a_click_sorts_a_column_and_the_next_reverses_it(page: Any) -> None:
    order = column(page, UNIT)
    scores = page.get_by_role("button", name="综合成绩")
    scores.click()
    falling = [float(n) for n in column(page, COMPOSITE)]
    assert falling == sorted(falling, reverse=True)
    assert falling[0] > falling[-1]
    scores.press("Enter")
    rising = [float(n) for n in column(page, COMPOSITE)]
    assert rising == sorted(rising)
    assert page.locator("th[aria-sort]").count() == 1
    page.get_by_role("button", name="单位", exact=True).click()
    listed = [u.unit for u in load_assessment(SAMPLE).tables.units if u.parent is None]
    assert column(page, UNIT) == listed
    assert sorted(order) == sorted(listed)


def test_ranks_are_of_a_group_and_sorted_within_it(page: Any) -> None:
    page.get_by_role("button", name="排名").click()
    found = list(zip(column(page, GROUP), map(int, column(page, RANK)), strict=True))
    assert found == sorted(found)
    assert [group for group, rank in found if rank == 1] == ["县区", "部门"]
    page.get_by_role("button", name="类别").click()
    page.get_by_role("button", name="类别").click()
    assert column(page, GROUP) == sorted(column(page, GROUP), reverse=True)


def test_a_board_without_ledgers_sorts_by_its_own_numbers(browser: Any, tmp_path: Path) -> None:
    done = kaohe("dashboard", ROOT / "sample_data/schemes/jidu", "--as-of", DAY, "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    page = browser.new_page()
    page.goto((tmp_path / "看板.html").as_uri())
    assert "走势" not in page.locator("#units thead").inner_text()
    rows: list[tuple[str, list[str]]] = page.evaluate(
        "[...document.getElementById('units').tBodies[0].rows]"
        ".map(r => [r.dataset.order, [...r.cells].map(c => c.innerText)])"
    )
    assert rows
    for order, cells in rows:
        numbers = order.split(",")
        assert len(numbers) == len(cells)
        assert numbers[-5:] == cells[-5:]
    page.close()


def test_on_a_phone_the_name_of_the_unit_stays_in_sight(browser: Any, board: Path) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto((board / "看板.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.evaluate("document.querySelector('.scroll').scrollLeft = 600")
    name = page.get_by_role("button", name="东篱区人民政府").bounding_box()
    edge = page.locator(".scroll").first.bounding_box()
    assert edge["x"] <= name["x"]
    assert name["x"] + name["width"] <= edge["x"] + edge["width"] / 2
    page.close()


def test_filters_hold_for_units_and_warnings(page: Any) -> None:
    everything = len(column(page, UNIT))
    page.locator("#group").select_option("县区")
    counties = column(page, UNIT)
    assert 0 < len(counties) < everything
    assert set(column(page, 2, "warnings")) <= set(counties)
    page.locator("#level").select_option("red")
    assert all(int(n) > 0 for n in column(page, RED))
    assert set(column(page, 0, "warnings")) == {"红"}
    shown = page.get_by_role("status").inner_text()
    assert shown == f"显示单位{len(column(page, UNIT))}个，预警{len(column(page, 0, 'warnings'))}件"
    page.get_by_role("button", name="全部显示").click()
    page.wait_for_function(
        "() => document.getElementById('shown').innerText.startsWith('显示单位52')"
    )
    assert len(column(page, UNIT)) == everything


def test_a_click_on_a_unit_shows_its_warnings(page: Any) -> None:
    page.get_by_role("button", name="示例市卫生健康委员会").click()
    assert set(column(page, 2, "warnings")) == {"示例市卫生健康委员会"}
    assert "等次可能下降" in column(page, 1, "warnings")


def test_everything_is_reached_by_the_keyboard(page: Any) -> None:
    page.locator("#words").focus()
    page.keyboard.type("沙渚")
    assert column(page, UNIT) == ["沙渚县人民政府"]
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.innerText.trim().slice(0, 4)"))
    assert {"排名", "综合成绩", "逾期", "沙渚县人"} <= reached


def test_print_leaves_out_the_filters_and_cuts_nothing(page: Any) -> None:
    page.emulate_media(media="print")
    assert page.locator("#filter").is_hidden()
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.scroll')).overflow") == "visible"
    )


def test_every_printed_page_has_the_names_of_its_columns(page: Any, tmp_path: Path) -> None:
    """A button in the head of a table is not painted from the second page on."""
    page.pdf(path=str(tmp_path / "看板.pdf"), prefer_css_page_size=True)
    pages = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "看板.pdf"), "-"],
        capture_output=True, encoding="utf-8", check=True,
    ).stdout.split("\f")  # fmt: skip
    units = [text for text in pages if text.count("部门") > 5]
    assert len(units) > 1
    for text in units:
        assert {"类别", "排名", "综合成绩", "待整改"} <= set(text.split())


def test_the_page_says_what_the_warnings_and_the_oracle_say(page: Any) -> None:
    found = warned(SAMPLE, DAY)
    assert len(column(page, 0, "warnings")) == len(found)
    day, tables = date.fromisoformat(DAY), load_assessment(SAMPLE).tables
    owners = {u.unit: u.parent or u.unit for u in tables.units}
    values = {"true": "属实", "false": "不属实"}
    costs: dict[str, int] = {}
    for e in tables.entries:
        as_row = e._asdict() | {"verification": values.get(e.verification or "")}
        apart = owners[e.unit] != e.unit
        if not e.repeated and oracle.counts(as_row, day, day, subordinate=apart):
            costs[owners[e.unit]] = costs.get(owners[e.unit], 0) + 1
    for name, score in zip(column(page, UNIT), column(page, LEDGER), strict=True):
        assert Fraction(score) == oracle.ledger_score(costs.get(name, 0)), name


def test_a_trend_says_the_score_of_each_month(tmp_path: Path) -> None:
    ledger = [
        row("A1", "1", 发现日期="2024-02-10"),
        row("A2", 发现日期="2024-03-01", 整改期限="2024-04-10"),
    ]
    folder = write_folder(tmp_path / "f", {"甲县": FULL}, ledger)
    assert kaohe("dashboard", folder, "--as-of", "2024-05-20").returncode == 0
    text = (folder / "看板" / "看板.html").read_text("utf-8")
    said = "1月100.00、2月98.50、3月98.50、4月97.00、5月97.00"
    assert f"甲县平时考核各月得分：{said}" in text


def test_a_trend_is_of_all_ledgers_together(tmp_path: Path) -> None:
    """As in 月排名: what 网上考核 and 加分 come to, month by month."""
    folder = Path(shutil.copytree(ROOT / "sample_data/schemes/jiafen", tmp_path / "2024"))
    day = "2024-09-30"
    assert kaohe("dashboard", folder, "--as-of", day).returncode == 0
    board = (folder / "看板" / "看板.html").read_text("utf-8")
    assessment = load_assessment(folder)
    records = Records(assessment.tables, assessment.scheme, 2024)
    stage = ledgers_of(assessment.scheme)
    assert stage is not None
    assert len(stage.leaves()) == 2
    found, result = monthly(records, stage, date.fromisoformat(day), date.fromisoformat(day))
    lines = 0
    for _, units in found.groups:
        for unit in units:
            said = "、".join(
                f"{i}月{score_of_month(n, result)}" for i, n in enumerate(unit.scores, 1)
            )
            assert f"各月得分：{said}" in board
            lines += len(set(unit.scores)) > 1
    assert lines


def test_the_same_day_gives_the_same_bytes_and_an_audit_agrees(board: Path, tmp_path: Path) -> None:
    kaohe("dashboard", SAMPLE, "--as-of", DAY, "--out", tmp_path / "again")
    assert (tmp_path / "again/看板.html").read_bytes() == (board / "看板.html").read_bytes()
    assert kaohe("audit", board, "--folder", SAMPLE).returncode == 0


def test_a_board_is_not_put_among_final_papers(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "2024"))
    assert kaohe("grade", folder).returncode == 0
    done = kaohe("dashboard", folder, "--as-of", DAY, "--out", folder / "结果")
    assert done.returncode == 2
    assert not (folder / "结果" / "看板.html").exists()


def test_three_thousand_units_stay_usable(browser: Any, tmp_path: Path) -> None:
    units = {f"第{n}单位": {} for n in range(3000)}
    ledger = [
        row(f"A{n}", 单位=f"第{n % 3000}单位", 整改期限=f"2024-{5 + n % 2:02}-14")
        for n in range(3000)
    ]
    folder = write_folder(tmp_path / "f", units, ledger)
    out = tmp_path / "out"
    assert kaohe("dashboard", folder, "--as-of", "2024-06-10", "--out", out).returncode == 0
    page = browser.new_page()
    page.goto((out / "看板.html").as_uri())
    assert len(column(page, UNIT)) == len(column(page, 0, "warnings")) == 200
    assert page.get_by_role("status").inner_text() == "显示单位3000个，预警2000件，先列出前200行"
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert len(column(page, UNIT)) == 3000
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert len(column(page, UNIT)) == 200
    taken = page.evaluate(
        """() => {
             const from = performance.now();
             document.querySelectorAll("#units thead button")[2].click();
             const words = document.getElementById("words");
             words.value = "第2999";
             words.dispatchEvent(new Event("input", {bubbles: true}));
             document.body.getBoundingClientRect();
             return performance.now() - from;
           }"""
    )
    assert column(page, UNIT) == ["第2999单位"]
    assert page.locator("#all").is_hidden()
    page.get_by_role("button", name="全部显示").click()
    page.get_by_role("button", name="列出全部").click()
    assert len(column(page, UNIT)) == 3000
    assert taken < 10_000
    assert "没有列出" in page.locator("p.notes").all_inner_texts()[1]
    page.close()
