"""A whole year in Chromium by everybody who takes part, from 账号.xlsx to the feedback; then the folder is exported
and graded on the command line, and the papers are the same, byte for byte."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.conftest import ROOT
from tests.portal.office import (
    BUREAU,
    COMMISSION,
    COUNTY,
    DISTRICT,
    FINANCE,
    JUSTICE,
    UNITS,
    YEAR,
    Day,
    Desk,
    Year,
    new_folder,
)
from tests.portal.postgresql import postgresql
from tests.portal.web import clean_environment
from tests.test_pages import DESK, PHONE
from tests.test_writing import contents
from tests.thorough import LONG, thorough

pytestmark = LONG

FIRST, SECOND = "上半年", "下半年"
PROVIDER, ASSESSOR = "督查组", "第三方评估"
PDF = b"%PDF-1.7\n"


@pytest.fixture(
    params=[("sqlite", DESK), ("postgresql", PHONE)] if thorough() else [("sqlite", DESK)]
)
def year(request: Any, browser: Any, tmp_path: Path) -> Iterator[Year]:
    database, width = request.param
    with postgresql() if database == "postgresql" else nullcontext("") as address:
        variables = {"KAOHE_DATABASE_URL": address} if address else {}
        yield Year(browser, width, new_folder(tmp_path / str(YEAR)), tmp_path / "config", variables)


def test_a_year_in_the_browser_gives_the_papers_of_grade(year: Year, tmp_path: Path) -> None:
    with year.day("2025-02-10") as day:
        the_administrator_makes_accounts(day)
    with year.day("2025-03-03") as day:
        late, rectified = providers_enter_rows(day)
    with year.day("2025-03-18") as day:
        a_unit_reports_a_rectification_and_the_provider_confirms(day, rectified)
    with year.day("2025-07-10") as day:
        units_hand_in(day, FIRST)
        the_office_returns_a_form_and_it_comes_back(day)
    with year.day("2025-09-01") as day:
        verifiers_verify(day, FIRST)
        provisional = the_office_makes_provisional_papers(day)
    graded(provisional, tmp_path / "暂定", "--provisional", "--as-of", "2025-09-01")
    with year.day("2026-01-16") as day:
        units_hand_in(day, SECOND)
        verifiers_verify(day, SECOND)
        the_third_party_scores(day)
    with year.day("2026-01-26") as day:
        units_appeal_and_the_office_answers(day, late)
    with year.day("2026-02-09") as day:
        two_persons_make_the_result_final(day)
        note = a_unit_opens_its_feedback(day)
        the_leader_looks(day)
        archive = the_office_exports_the_folder(day)
    exported = export(year, tmp_path / "导出")
    assert zipped(archive) == contents(exported)
    assert note == (exported / "反馈" / f"{COUNTY}反馈单.docx").read_bytes()
    graded(archive, tmp_path / "再算", feedback=True)
    assert the_log_is_whole(year)


# February and March


def the_administrator_makes_accounts(day: Day) -> None:
    """A second person in the office, and the leader; the others have theirs from 账号.xlsx."""
    desk = day.at("管理员")
    desk.look()
    desk.follow("账号")
    desk.look()
    for name, role in (("办公室", "staff"), ("领导", "leader")):
        desk.page.fill("#id_name", name)
        desk.page.select_option("#id_role", role)
        desk.press("新建")
        said = desk.page.locator(".message.success").inner_text()
        day.year.known[name] = re.findall(r"一次性密码：(\S+)", said)[0]
        day.at(name).look()


def providers_enter_rows(day: Day) -> tuple[str, str]:
    """Two of the inspectors, one of them entered twice by mistake; one that was reported and found true.
    Gives the 台账编号 of the one that will be late, and of the one that will be rectified."""
    desk = day.at(f"{PROVIDER}-台账")
    late = enter(desk, DISTRICT, "政策文件没有公开", "2025-03-10")
    rectified = enter(desk, COUNTY, "收费目录没有更新", "2025-03-20")
    fill_row(desk, COUNTY, "收费目录没有更新", "2025-03-20")
    desk.expect("可能已经登记过，还没有保存：")
    assert rectified in desk.page.locator(".message.warning").inner_text()
    desk.follow("台账")
    assert desk.page.locator("tbody tr").count() == 2
    desk.look()
    office = day.at("市政府办公室-台账")
    enter(office, BUREAU, "网民举报办事指南有误", "", rule="2.2")
    office.page.select_option("#verify_result", "属实")
    office.press("保存核实结果")
    office.expect("核实结果：属实。")
    return late, rectified


def enter(desk: Desk, unit: str, problem: str, due: str, rule: str = "") -> str:
    fill_row(desk, unit, problem, due, rule)
    desk.expect("已登记")
    return str(desk.page.locator("h1").inner_text())


def fill_row(desk: Desk, unit: str, problem: str, due: str, rule: str = "") -> None:
    desk.follow("台账")
    desk.follow("登记问题")
    desk.look()
    desk.page.select_option("[name=单位]", unit)
    if rule:
        desk.page.select_option("[name=扣分项]", rule)
    desk.page.fill("[name=问题描述]", problem)
    desk.page.fill("[name=发现日期]", "2025-03-03")
    if due:
        desk.page.fill("[name=整改期限]", due)
    desk.press("登记")


def a_unit_reports_a_rectification_and_the_provider_confirms(day: Day, row: str) -> None:
    desk = day.at(UNITS[COUNTY])
    desk.follow("待办")
    desk.expect(f"{row} {COUNTY}：收费目录没有更新")
    desk.follow("整改")
    desk.look()
    desk.page.fill("[name=note]", "已更新并公开")
    attach(desk, "#file", "新目录.pdf")
    desk.press("上报")
    desk.expect(f"已上报，等待{PROVIDER}确认。")
    provider = day.at(f"{PROVIDER}-台账")
    provider.follow("待办")
    provider.look()
    provider.follow("确认整改")
    assert provider.page.locator(".files a").inner_text() == "新目录.pdf"
    provider.press("确认整改完成")
    provider.expect("已确认，整改完成日期记为2025-03-18。")
    desk.page.reload()
    desk.expect("已整改")


# The forms, in July and in January


def units_hand_in(day: Day, period: str) -> None:
    """Three item by item in the browser with evidence, the fourth by its workbook."""
    for unit in (COUNTY, DISTRICT, BUREAU):
        fill_form(day.at(UNITS[unit]), unit, period)
        hand_in(day.at(UNITS[unit]))
    fill_workbook(day.at(UNITS[COMMISSION]), period)
    hand_in(day.at(UNITS[COMMISSION]))
    office = day.at("办公室")
    office.follow("总览")
    assert "逾期" not in office.page.locator("td.in").first.inner_text()
    office.look()


def open_form(desk: Desk, period: str) -> None:
    desk.follow("本单位")
    desk.page.locator(".cards li", has_text=period).get_by_role("link").click()


def fill_form(desk: Desk, unit: str, period: str) -> None:
    open_form(desk, period)
    desk.look()
    page = desk.page
    for number, item in enumerate(page.locator(".item").all()):
        full = float(item.locator("h3 small").inner_text().strip("（）分"))
        # Every third item half a point less.
        item.locator("input[name$='自评分']").fill(f"{full - (number % 3 == 0) / 2:g}")
        item.locator("textarea[name$='自评说明']").fill(f"{period}第{number + 1}项的情况")
        item.locator("textarea[name$='证明材料']").fill("见附件")
    page.locator("textarea").last.press("Tab")
    expect(page.locator("#missing")).to_have_text("0", timeout=60_000)
    expect(page.locator("#saved")).to_have_text("已保存。", timeout=60_000)
    attach(desk, "#f-1\\.1", f"{UNITS[unit]}制度.pdf")
    page.locator("#item-1\\.1 .upload button").click()
    desk.expect("已上传1个文件。")


def fill_workbook(desk: Desk, period: str) -> None:
    open_form(desk, period)
    desk.page.click("summary >> text=用工作簿填报")
    book = openpyxl.load_workbook(io.BytesIO(desk.save("下载空白考核表")))
    sheet = book["考核表"]
    head = next(row for row in sheet.iter_rows() if row[0].value == "指标编号")
    at = {cell.value: cell.column for cell in head}
    for row in range(head[0].row + 1, sheet.max_row + 1):
        if re.fullmatch(r"\d\.\d", str(sheet.cell(row, 1).value)):
            sheet.cell(row, at["自评分"]).value = sheet.cell(row, at["分值"]).value
            sheet.cell(row, at["自评说明"]).value = "已落实"
            sheet.cell(row, at["证明材料"]).value = "见网站"
    out = io.BytesIO()
    book.save(out)
    file = {"name": "考核表.xlsx", "mimeType": "application/octet-stream", "buffer": out.getvalue()}
    desk.page.set_input_files("#workbook", file)
    desk.press("读入")
    desk.expect("已从工作簿读入24项，请核对后报送。")


def attach(desk: Desk, where: str, name: str) -> None:
    content = PDF + name.encode()
    file = {"name": name, "mimeType": "application/pdf", "buffer": content}
    desk.page.set_input_files(where, file)


def hand_in(desk: Desk) -> None:
    desk.press("报送")
    desk.expect("考核表已报送。")
    assert desk.page.locator("main textarea").count() == 0


def the_office_returns_a_form_and_it_comes_back(day: Day) -> None:
    office, desk = day.at("办公室"), day.at(UNITS[DISTRICT])
    office.follow("总览")
    office.follow(DISTRICT)
    office.look()
    office.follow("查看考核表")
    office.page.fill("#reason", "2.2请补充年度报告的网址")
    office.press("退回给单位修改")
    office.expect("已退回")
    desk.follow("待办")
    desk.expect("考核表已退回")
    desk.follow("考核表已退回")
    desk.expect("2.2请补充年度报告的网址")
    # Typed and handed in at once: what was typed last is in it.
    desk.page.locator("[name='2.2|自评说明']").fill("网址见说明")
    hand_in(desk)
    assert "网址见说明" in desk.text()


def verifiers_verify(day: Day, period: str) -> None:
    """Each what falls to it; of one item two see each other. What names nobody the office verifies."""
    both = day.at(f"{JUSTICE}-核查")
    verify(both, period)
    finance = day.at(f"{FINANCE}-核查")
    finance.page.select_option("#state", "")
    finance.press("筛选")
    assert "市司法局（" in finance.page.locator(".item").first.inner_text()
    verify(finance, period)
    office = day.at("办公室")
    office.follow("核查")
    office.look()
    office.follow("未指定责任单位")
    verify(office, period)


def verify(desk: Desk, period: str) -> None:
    """As the unit claims; of 1.1 and 6.1 one point less for 丙局, with the reason."""
    page = desk.page
    page.select_option("#period", period)
    page.select_option("#state", "open")
    desk.press("筛选")
    desk.look()
    while page.locator(".item").count():
        for item in page.locator(".item").all():
            title = item.locator("h2").inner_text()
            claim = float(item.locator("dd").first.inner_text())
            less = BUREAU in title and title.startswith(("1.1", "6.1"))
            item.locator("input[name$='核查得分']").fill(f"{claim - less:g}")
            if less:
                item.locator("textarea").fill("材料不全")
        desk.press("保存本页")
        page.locator(".message.success").wait_for()
    desk.look()


# Results


def the_office_makes_provisional_papers(day: Day) -> bytes:
    """Gives the folder with them."""
    desk = day.at("办公室")
    desk.follow("结果")
    desk.look()
    desk.press("生成暂定结果")
    desk.expect("暂定结果已生成。")
    return the_office_exports_the_folder(day)


def the_third_party_scores(day: Day) -> None:
    desk = day.at(ASSESSOR)
    for number, unit in enumerate(UNITS):
        desk.page.fill(f"[name='third_party|{unit}|得分']", f"{88.5 + number:g}")
    desk.press("保存")
    desk.expect("已保存4个单位的得分。")


def units_appeal_and_the_office_answers(day: Day, row: str) -> None:
    """One against a ledger row is granted, and the row revoked with it; one against an item is refused."""
    office = day.at("办公室")
    district, bureau = day.at(UNITS[DISTRICT]), day.at(UNITS[BUREAU])
    appeal(district, f"台账|{row}", "期限前已公开")
    answer(office, "期限前已公开", "yes", "经查属实")
    district.follow("申诉")
    district.expect("经查属实")
    appeal(bureau, f"self_assessment|{SECOND}|1.1", "材料是全的")
    answer(office, "材料是全的", "no", "维持原核查")
    bureau.follow("待办")
    bureau.expect("申诉已答复")
    provider = day.at(f"{PROVIDER}-台账")
    provider.follow(row)
    provider.expect("已撤销")


def appeal(desk: Desk, about: str, reason: str) -> None:
    desk.follow("申诉")
    desk.follow("提出申诉")
    desk.look()
    desk.page.select_option("[name=about]", about)
    desk.page.fill("[name=reason]", reason)
    desk.press("提出")
    desk.expect("等待市政府办公室答复")


def answer(desk: Desk, reason: str, granted: str, text: str) -> None:
    desk.follow("待办")
    line = desk.page.locator("tr", has_text=reason)
    line.get_by_role("link").click()
    desk.look()
    desk.page.select_option("[name=granted]", granted)
    desk.page.fill("[name=answer]", text)
    desk.press("答复")
    desk.expect("已答复申诉")


def two_persons_make_the_result_final(day: Day) -> None:
    first, second = day.at("办公室"), day.at("管理员")
    first.follow("结果")
    assert "可以提请审定" in first.text()
    first.press("出正式结果，提请审定")
    first.expect("已提请审定，请另一位同志审定。")
    second.follow("结果")
    second.look()
    second.press("审定，资料定稿")
    second.expect("已审定，本年度资料不能再改。")
    unit = day.at(UNITS[COUNTY])
    assert "反馈单" not in unit.text()
    second.press("公布给各单位")
    second.expect("已公布，各单位可以看到结果和反馈单。")


def a_unit_opens_its_feedback(day: Day) -> bytes:
    desk = day.at(UNITS[COUNTY])
    desk.follow("待办")
    desk.follow("结果已发布")
    desk.look()
    # Nothing of the year can be changed any more.
    open_form(desk, SECOND)
    assert desk.page.locator("main form").count() == 0
    desk.follow("本单位")
    return desk.save(f"{COUNTY}反馈单.docx")


def the_leader_looks(day: Day) -> None:
    desk = day.at("领导")
    for page in ("总览", "台账", "核查", "申诉", "结果"):
        desk.follow(page)
        desk.look()
        assert desk.page.locator("main form[method=post]").count() == 0
    shown = desk.text()
    assert all(unit in shown for unit in UNITS)


# The folder, and the command line


def the_office_exports_the_folder(day: Day) -> bytes:
    desk = day.at("办公室")
    desk.follow("总览")
    return desk.save("导出考核文件夹（.zip）")


def zipped(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {
            name.partition("/")[2]: opened.read(name)
            for name in opened.namelist() if not name.endswith("/")
        }  # fmt: skip


def kaohe(config: Path, variables: dict[str, str], *arguments: object) -> str:
    return subprocess.run(
        [sys.executable, "-m", "scoring", *map(str, arguments)],
        cwd=ROOT, env=clean_environment(config) | variables, check=True,
        capture_output=True, encoding="utf-8",
    ).stdout  # fmt: skip


def export(year: Year, to: Path) -> Path:
    to.mkdir()
    kaohe(year.config, year.variables, "portal", "export", year.folder, to)
    return to / year.folder.name


def graded(archive: bytes, to: Path, *options: str, feedback: bool = False) -> None:
    """The portal's papers, made again by commands on the folder without them, are the same."""
    zipfile.ZipFile(io.BytesIO(archive)).extractall(to)
    folder = to / str(YEAR)
    theirs = contents(folder)
    papers = [name for name in theirs if name.startswith("结果/" if feedback else "暂定结果/")]
    assert len(papers) >= 5
    for name in ("结果", "反馈") if feedback else ("暂定结果",):
        shutil.rmtree(folder / name)
    kaohe(to / "config", {}, "grade", folder, *options)
    if feedback:
        kaohe(to / "config", {}, "feedback", folder)
    assert contents(folder) == theirs


def the_log_is_whole(year: Year) -> bool:
    said = json.loads(kaohe(year.config, year.variables, "portal", "log", year.folder, "--json"))
    return said["broken"] is None
