"""The half-finished sample year 2025: every command of the manual's chapter 日常工作 on 12 September, with
numbers that anybody can count in ``sample_data/making_2025/ledger.csv``."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from docx import Document

from scoring.cli.app import app
from tests.conftest import ROOT, SAMPLE
from tests.endings import ended
from tests.test_writing import contents

YEAR = ROOT / "sample_data" / "2025"
TODAY = ("--as-of", "2025-09-12")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(YEAR, tmp_path_factory.mktemp("示例") / "2025"))


def kaohe(*arguments: object, code: int = 0) -> str:
    done = ended(CliRunner().invoke(app, [str(a) for a in arguments], standalone_mode=False))
    assert done.exception is None, done.exception
    assert int(done.return_value or 0) == code, done.output
    return done.stdout


def records(*arguments: object, code: int = 0) -> Any:
    return json.loads(kaohe(*arguments, "--json", code=code))


def text_of(path: Path) -> str:
    """The sentences of a Word paper."""
    return "\n".join(paragraph.text for paragraph in Document(str(path)).paragraphs)


def test_the_script_writes_it_with_the_same_bytes(tmp_path: Path) -> None:
    script = ROOT / "sample_data" / "make_2025.py"
    subprocess.run([sys.executable, str(script), "--out", str(tmp_path / "2025")], check=True)
    assert contents(tmp_path / "2025") == contents(YEAR)


def test_every_row_of_the_plan_is_read(folder: Path) -> None:
    plan = ROOT / "sample_data" / "making_2025" / "ledger.csv"
    planned = list(csv.DictReader(plan.read_text("utf-8").splitlines()))
    assert len(planned) == 67
    rows = {row["entry"]: row for row in records("ledger", "list", folder, *TODAY)["rows"]}
    assert set(rows) == {row["台账编号"] for row in planned}
    for row in planned:
        read = rows[row["台账编号"]]
        assert read["description"].replace("\n", "") == row["问题描述"]
        for name, column in (("found", "发现日期"), ("deadline", "整改期限"), ("rectified", "整改完成日期"),
                             ("revoked", "撤销日期")):  # fmt: skip
            assert (read[name] or "") == row[column]


def test_check_names_what_has_not_come_in_and_no_error(folder: Path) -> None:
    found = records("check", folder, code=1)
    gaps = Counter(p["kind"] for p in found["problems"] if p["severity"] == "error")
    # 52 forms of the second half, 24 items of 市人防办, one row each of 市市场监管局 and 望岭县.
    assert gaps == {
        "table-missing": 1, "gap-form": 52, "gap-verified": 24, "gap-verification": 2,
    }  # fmt: skip
    assert {p["kind"] for p in found["problems"] if p["severity"] == "warning"} == {
        "entry-similar", "appeal-open",
    }  # fmt: skip


def test_ledger_list(folder: Path) -> None:
    waiting = records("ledger", "list", folder, "--open", *TODAY)["rows"]
    assert len(waiting) == 17
    states = Counter(row["state"] for row in waiting)
    assert states == {"open": 9, "due": 2, "overdue": 4, "pending": 2}
    late = records("ledger", "list", folder, "--overdue", *TODAY)["rows"]
    assert [row["entry"] for row in late] == [
        "DC-2025-07", "DC-2025-08", "BGS2025018", "WA-2025-011",
    ]  # fmt: skip
    every = records("ledger", "list", folder, *TODAY)["rows"]
    assert sum(row["counted"] for row in every) == 35


BULLETINS = {
    ("day", "2025-09-12"): ("日办结", ["到期3个、办结2个", "逾期未办结4个"]),
    ("week", "2025-09-12"): (
        "周通报", ["2025年第37周（9月8日至12日）", "本周新增问题7个，办结8个，新逾期2个", "未办结15个，其中逾期4个"],
    ),
    ("quarter", "2025-09-12"): (
        "季小结", ["新发现问题34个，比第二季度增加16个；办结15个", "整改期限届满的问题17个，按期整改9个，按期整改率52.9%"],
    ),
    ("half", "2025-06-30"): (
        "半年总结", ["新发现问题29个；办结24个，新逾期13个", "整改期限届满的问题25个，按期整改12个，按期整改率48.0%",
                  "应报送52个单位，已报送52个，核查完毕51个", "尚未核查完毕：示例市人民防空办公室"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("period", "day"), BULLETINS)
def test_bulletins(period: str, day: str, folder: Path, tmp_path: Path) -> None:
    name, sentences = BULLETINS[period, day]
    known = ("--known", "2025-08-31") if period == "half" else ()
    kaohe("bulletin", folder, "--period", period, "--as-of", day, *known, "--out", tmp_path / name)
    (paper,) = (tmp_path / name).glob("*.docx")
    text = text_of(paper)
    for sentence in sentences:
        assert sentence in text


def test_the_ranking_of_august(folder: Path, tmp_path: Path) -> None:
    kaohe("bulletin", folder, "--period", "month", "--as-of", "2025-08-31", "--out", tmp_path / "8")
    (page,) = (tmp_path / "8").glob("*.html")
    text = page.read_text("utf-8")
    # 沙渚县 lost 1.5 points for each of DC-01, DC-04, BGS2025013 and DC-08.
    assert "11个县区，平均98.64分，最高100.00分，最低94.00分" in text
    assert (tmp_path / "8" / f"{page.stem}.xlsx").is_file()


def test_warnings_have_all_levels(folder: Path, tmp_path: Path) -> None:
    found = records("warnings", folder, *TODAY, "--out", tmp_path / "预警")["warnings"]
    assert Counter((w["level"], w["kind"]) for w in found) == {
        ("red", "overdue"): 4, ("red", "grade"): 2, ("red", "unverified"): 1, ("red", "repeated"): 1,
        ("yellow", "deadline"): 5, ("yellow", "repeated"): 2, ("yellow", "appeal"): 1,
        ("blue", "deadline"): 6, ("blue", "repeated"): 3,
    }  # fmt: skip
    # (97×30%＋84.75×40%)÷70%＝90, and (100×30%＋82.5×40%)÷70%＝90: one problem more and both are 良好.
    falls = [w for w in found if w["kind"] == "grade"]
    assert {w["unit"] for w in falls} == {"示例市应急管理局", "示例市文化和旅游局"}
    assert all("由优秀降为良好" in w["what"] for w in falls)
    papers = {path.name for path in (tmp_path / "预警").iterdir()}
    assert {"预警.xlsx", "预警.ics", "示例市应急管理局督办单.docx"} <= papers


def test_a_form_that_came_late_was_warned_of(folder: Path) -> None:
    """市畜牧局 handed in on 22 July, a week after the day."""
    for day, kinds in (
        ("2025-07-14", {"form_due"}),
        ("2025-07-21", {"form_late"}),
        ("2025-07-22", set()),
    ):
        found = records("warnings", folder, "--as-of", day)["warnings"]
        mine = {w["kind"] for w in found if w["unit"] == "示例市畜牧兽医局"}
        assert mine & {"form_due", "form_late"} == kinds


def test_nobody_is_told_of_errors_where_there_are_none(folder: Path, tmp_path: Path) -> None:
    """第三方评估 has not come in: a gap, which ``check`` shows as one."""
    for arguments in (
        ("warnings", folder, *TODAY),
        ("dashboard", folder, *TODAY, "--out", tmp_path / "看板"),
        ("explain", folder, "雁汀县", *TODAY),
        ("whatif", folder, "--appeal", "SS2025-03", *TODAY),
    ):
        done = CliRunner().invoke(app, [str(a) for a in arguments], standalone_mode=False)
        assert "尚未改正" not in done.output


def test_dashboard(folder: Path, tmp_path: Path) -> None:
    kaohe("dashboard", folder, *TODAY, "--out", tmp_path / "看板")
    page = (tmp_path / "看板" / "看板.html").read_text("utf-8")
    assert "红8件、黄8件、蓝9件" in page
    # 雁汀县: (97×30%＋67×40%)÷70% is 79.857…
    assert "79.86" in page


def test_an_open_appeal_is_tried(folder: Path) -> None:
    """雁汀县 would have 98.5 points of 平时考核 in place of 97, without DC-2025-11."""
    found = records("whatif", folder, "--appeal", "SS2025-03", *TODAY)
    assert found["changes"] == ["平时考核：撤销DC-2025-11"]
    (changed,) = found["moved"]
    assert changed["unit"] == "雁汀县人民政府"
    parts = (changed["before"]["components"]["ledger"], changed["after"]["components"]["ledger"])
    assert parts == ("97", "98.5")


def test_evidence(folder: Path) -> None:
    evidence = folder / "证明材料"
    (wrong,) = evidence.glob("临溪县/上半年/2.2*/*.xlsx")
    (right,) = evidence.glob("市财政局/上半年/2.2*/*.xlsx")
    assert "矛盾2处" in kaohe("statistics", wrong, code=1)
    assert "没有发现矛盾" in kaohe("statistics", right)
    (items,) = evidence.glob("临溪县/上半年/2.1*/*.xlsx")
    said = kaohe("timeliness", items)
    # Over the Spring Festival, with two Sundays and Saturdays at work: 18 and 21 working days.
    assert "8条，按期6条，超期2条，按期公开率75.0%" in said
    sheet = kaohe("verification", "sheet", folder, "--period", "上半年")
    assert "应报送52份，按期51份，迟报1份，未报送0份" in sheet
    assert "证明材料 4 个文件" in sheet


def test_provisional_papers_and_last_year_beside_them(folder: Path, tmp_path: Path) -> None:
    kaohe("grade", folder, *TODAY, "--provisional", "--out", tmp_path / "暂定")
    result = json.loads((tmp_path / "暂定" / "results.json").read_text("utf-8"))
    assert (result["final"], result["as_of"]) == (False, "2025-09-12")
    assert {unit["grade"] for unit in result["units"]} == {None}
    scores = {unit["unit"]: unit["components"]["ledger"] for unit in result["units"]}
    # 5 rows of 2.1 of which 4 count, one of 2.2, one of 5.
    assert scores["示例市供销合作社联合社"] == "91"
    said = kaohe("compare", SAMPLE, tmp_path / "暂定", "--out", tmp_path / "比较")
    assert "2025年度（暂定）" in said
    kaohe("feedback", folder, *TODAY, "--provisional", "--out", tmp_path / "反馈")
    assert len(list((tmp_path / "反馈").glob("*反馈单.docx"))) == 52
    (form,) = (folder / "自我考核" / "上半年").glob("沙渚县*")
    assert "53.5" in kaohe("preview", form)


def test_next_years_folder(folder: Path, tmp_path: Path) -> None:
    kaohe("year", "new", folder, tmp_path / "2026")
    assert (tmp_path / "2026" / "考核对象.xlsx").is_file()
    assert not (tmp_path / "2026" / "申诉.xlsx").exists()
