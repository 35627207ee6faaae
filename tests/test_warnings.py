"""动态预警 through the command line: which rows warn, how urgently, and the papers."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from chinese_calendar import is_workday
from docx import Document

from scoring import load_assessment
from tests import oracle
from tests.conftest import ROOT, SAMPLE, Office
from tests.folders import write_folder, write_sheet
from tests.program import kaohe

FULL = {"上半年": 90, "下半年": 90, "第三方": 90}


def warned(folder: Path, day: str, *more: object) -> list[dict[str, Any]]:
    done = kaohe("warnings", folder, "--as-of", day, "--json", *more)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["warnings"]
    return found


def of_kind(found: Iterable[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [w for w in found if w["kind"] == kind]


def row(number: str, rule: str = "2.1", **more: Any) -> dict[str, Any]:
    return {
        "台账编号": number, "单位": "甲县", "扣分项": rule, "问题描述": "栏目长期不更新，逾期", "发现日期": "2024-05-06",
        **more,
    }  # fmt: skip


# ---------------------------------------------------------------- an oracle of its own


def workdays(first: date, last: date) -> int:
    """Working days after ``first`` up to ``last``."""
    days = (first + timedelta(days=i) for i in range(1, (last - first).days + 1))
    return sum(map(is_workday, days))


def expected(day: date) -> set[tuple[str, str, str]]:
    """(台账编号, kind, level) by the shipped rules, from the rows as they stand in the files."""
    found = set()
    for e in load_assessment(SAMPLE).tables.entries:
        gone = e.revoked is not None and e.revoked <= day
        done = e.rectified is not None and e.rectified <= day
        if e.found > day or gone or done or e.deadline is None or e.verification == "false":
            continue
        if oracle.WHEN[e.rule] == "verified" and e.verification != "true":
            continue
        if e.deadline < day:
            found.add((e.entry, "overdue", "red"))
        elif workdays(day, e.deadline) <= 3:
            found.add((e.entry, "deadline", "yellow"))
        elif workdays(day, e.deadline) <= 10:
            found.add((e.entry, "deadline", "blue"))
    return found


@pytest.mark.parametrize(
    "day", ["2024-02-05", "2024-03-29", "2024-06-28", "2024-10-09", "2024-12-31"]
)
def test_the_rows_that_warn_are_those_of_the_oracle(day: str) -> None:
    rows = [w for w in warned(SAMPLE, day) if w["kind"] in ("overdue", "deadline")]
    assert {(w["entries"][0], w["kind"], w["level"]) for w in rows} == expected(
        date.fromisoformat(day)
    )
    assert len(rows) == len({w["entries"][0] for w in rows}) > 0
    assert all(w["file"] and w["row"] and w["remedy"] for w in rows)


# ---------------------------------------------------------------- each kind


def test_a_row_goes_from_near_to_due_to_overdue_to_nothing(tmp_path: Path) -> None:
    ledger = [row("A1", 整改期限="2024-06-14", 整改完成日期="2024-06-20")]
    folder = write_folder(tmp_path / "f", {"甲县": FULL}, ledger)

    def seen(day: str) -> list[tuple[str, str, int]]:
        rows = [w for w in warned(folder, day) if w["entries"]]
        return [(w["kind"], w["level"], w["count"]) for w in rows]

    assert seen("2024-05-20") == []
    assert seen("2024-06-05") == [("deadline", "blue", 6)]  # 10 June was a holiday
    assert seen("2024-06-13") == [("deadline", "yellow", 1)]
    assert seen("2024-06-14") == [("deadline", "yellow", 0)]
    assert seen("2024-06-15") == [("overdue", "red", 0)]
    assert seen("2024-06-19") == [("overdue", "red", 2)]
    assert seen("2024-06-20") == []


def test_the_rules_may_be_changed_and_a_kind_switched_off(tmp_path: Path) -> None:
    ledger = [row("A1", 整改期限="2024-06-14"), row("A2", 整改期限="2024-05-10")]
    rules = {"deadline": {"red": 6}, "overdue": {}, "repeated": {}}
    folder = write_folder(tmp_path / "f", {"甲县": FULL}, ledger, {"warnings": rules})
    found = [(w["entries"], w["level"]) for w in warned(folder, "2024-06-05") if w["entries"]]
    assert found == [(["A1"], "red")]


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"deadlin": {"red": 1}}, "deadline"),
        ({"deadline": {"green": 1}}, "green"),
        ({"deadline": {"red": 5, "yellow": 3}}, "红色的天数最少"),
        ({"overdue": {"red": 1, "yellow": 3}}, "红色的数最大"),
        ({"overdue": {"red": -1}}, "red"),
    ],
)
def test_unknown_keys_and_levels_in_no_order_are_refused(
    tmp_path: Path, rules: dict[str, Any], said: str
) -> None:
    folder = write_folder(tmp_path / "f", {"甲县": FULL}, settings={"warnings": rules})
    done = kaohe("check", folder)
    assert done.returncode == 1
    assert said in done.stdout + done.stderr
    assert "assessment.yaml" in done.stdout + done.stderr


def test_a_grade_that_falls_if_a_row_stays_unrectified(tmp_path: Path) -> None:
    """90.00 is 优秀; 1.5 points of the ledger at 30 % are 0.45."""
    units = {"甲县": FULL, "乙县": FULL}
    ledger = [
        *(row(f"B{n}", "1") for n in range(6)),  # 91 points: 90.3
        row("A1", 整改期限="2024-06-14"),
    ]
    folder = write_folder(tmp_path / "f", units, ledger)
    for day in ("2024-06-12", "2024-06-14"):
        (found,) = of_kind(warned(folder, day), "grade")
        assert (found["unit"], found["entries"], found["day"]) == ("甲县", ["A1"], "2024-06-14")
        assert "由优秀降为良好" in found["what"]
    assert of_kind(warned(folder, "2024-06-15"), "grade") == []
    assert of_kind(warned(folder, "2024-05-20"), "grade") == []


def test_repeated_problems_of_one_unit_and_rule(tmp_path: Path) -> None:
    ledger = [
        row("A1", "1", 发现日期="2024-03-01"), row("A2", "1", 发现日期="2024-04-01"),
        row("A3", "1", 发现日期="2024-05-01"), row("A4", "1", 发现日期="2024-02-01", 单位="乙县"),
    ]  # fmt: skip
    folder = write_folder(tmp_path / "f", {"甲县": FULL, "乙县": FULL}, ledger)
    (found,) = of_kind(warned(folder, "2024-05-02"), "repeated")
    assert (found["level"], found["count"], found["day"]) == ("yellow", 3, "2024-05-01")
    assert found["entries"] == ["A3", "A2", "A1"]
    (earlier,) = of_kind(warned(folder, "2024-04-30"), "repeated")
    assert (earlier["level"], earlier["count"]) == ("blue", 2)


def test_forms_that_are_due_late_or_not_verified(tmp_path: Path) -> None:
    units = {"甲县": {"上半年": {"1.1": 6, "2.1": None}}, "乙县": {"下半年": 80}}
    folder = write_folder(tmp_path / "f", units)
    near = warned(folder, "2024-07-11")
    assert [(w["unit"], w["count"]) for w in of_kind(near, "form_due")] == [("乙县", 2)]
    late = warned(folder, "2024-07-24")
    assert [(w["unit"], w["level"]) for w in of_kind(late, "form_late")] == [("乙县", "red")]
    (unverified,) = of_kind(late, "unverified")
    assert (unverified["unit"], unverified["level"]) == ("甲县", "yellow")
    assert unverified["file"].startswith("自我考核/上半年/甲县")


def test_the_timetable_of_the_scheme(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "f", {"甲县": FULL})

    def steps(day: str) -> list[tuple[str, str, str]]:
        return [
            (w["kind"], w["day"], w["clause"]) for w in warned(folder, day) if w["unit"] is None
        ]

    assert [d for _, d, _ in steps("2024-07-10")] == ["2024-07-15"]
    assert [d for _, d, _ in steps("2025-01-10")] == ["2025-01-15"]
    assert steps("2025-02-08") == [("timetable", "2025-02-10", "六（二）")]
    assert [kind for kind, _, _ in steps("2025-03-03")] == ["timetable_past", "timetable_past"]
    settings = yaml.safe_load((folder / "assessment.yaml").read_text("utf-8"))
    settings["circular"] = {"date": "2025-02-20"}
    (folder / "assessment.yaml").write_text(yaml.safe_dump(settings), "utf-8")
    assert steps("2025-03-03") == []


def test_an_appeal_warns_until_it_is_decided(tmp_path: Path) -> None:
    row = {
        "台账编号": "T1",
        "单位": "甲县",
        "扣分项": "1",
        "问题描述": "某事",
        "发现日期": "2024-03-05",
    }
    folder = write_folder(tmp_path / "f", {"甲县": FULL}, [row])
    head = ["编号", "单位", "涉及", "理由", "提出日期", "结果", "决定日期"]
    appeal = ["SS01", "甲县", "T1", "不实", "2024-04-08"]
    write_sheet(folder / "申诉.xlsx", [head, [*appeal, None, None]])

    def levels(day: str) -> list[tuple[str, int]]:
        return [(w["level"], w["count"]) for w in of_kind(warned(folder, day), "appeal")]

    # 8 April 2024 is a Monday; 28 April a Sunday that is worked.
    assert levels("2024-04-07") == []
    assert levels("2024-04-08") == [("blue", 0)]
    assert levels("2024-04-16") == [("yellow", 5)]
    assert levels("2024-04-15") == [("blue", 4)]
    assert levels("2024-04-28") == [("yellow", 14)]
    assert levels("2024-04-29") == [("red", 15)]
    (warning,) = of_kind(warned(folder, "2024-04-30"), "appeal")
    assert (warning["unit"], warning["file"], warning["row"]) == ("甲县", "申诉.xlsx", 2)
    write_sheet(folder / "申诉.xlsx", [head, [*appeal, "不支持", "2024-04-30"]])
    assert levels("2024-04-29") == [("red", 15)]
    assert levels("2024-04-30") == []


def test_a_day_before_the_year_is_wrong_usage() -> None:
    assert kaohe("warnings", SAMPLE, "--as-of", "2023-12-31").returncode == 2


# ---------------------------------------------------------------- the papers


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("warnings") / "预警"
    done = kaohe("warnings", SAMPLE, "--as-of", "2024-06-28", "--out", out)
    assert done.returncode == 0, done.stderr
    return out


def test_the_workbook_has_every_warning_with_its_place(papers: Path) -> None:
    book = openpyxl.load_workbook(papers / "预警.xlsx")
    rows = list(book["预警"].iter_rows(min_row=4, values_only=True))
    listed = {r[3] for r in rows if r[1] in ("逾期未整改", "整改期限临近")}
    assert listed == {number for number, _, _ in expected(date(2024, 6, 28))}
    one = next(r for r in rows if r[3] == "BGS2024041" and r[1] == "整改期限临近")
    assert (one[0], one[5].date(), one[8:]) == (
        "蓝", date(2024, 7, 5), ("平时考核台账/市政府办公室平时考核台账.xlsx", "台账", 45),
    )  # fmt: skip


def unfolded(content: bytes) -> list[dict[str, str]]:
    """The events of a calendar as RFC 5545 reads them."""
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    lines = content.decode().replace("\r\n ", "").split("\r\n")
    assert (lines[0], lines[-2], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR", "")
    events: list[dict[str, str]] = []
    depth: list[str] = []
    for line in lines[:-1]:
        name, _, value = line.partition(":")
        if name == "BEGIN":
            depth.append(value)
            if value == "VEVENT":
                events.append({})
        elif name == "END":
            assert depth.pop() == value
        elif depth[-1] == "VEVENT":
            assert name not in events[-1]
            events[-1][name] = value
    assert depth == []
    return events


def test_the_calendar_has_every_warning_once(papers: Path) -> None:
    events = unfolded((papers / "预警.ics").read_bytes())
    assert len({e["UID"] for e in events}) == len(events)
    assert {e["DTSTAMP"] for e in events} == {"20240628T000000Z"}
    near = next(
        e for e in events if "BGS2024041" in e["DESCRIPTION"] and "期限临近" in e["SUMMARY"]
    )
    assert (near["DTSTART;VALUE=DATE"], near["DTEND;VALUE=DATE"]) == ("20240705", "20240706")
    days = {e["DTSTART;VALUE=DATE"] for e in events if "时间安排" in e["SUMMARY"]}
    assert days == {"20240715", "20250115", "20250210", "20250228"}


def test_an_event_keeps_its_uid_and_texts_are_escaped(tmp_path: Path) -> None:
    ledger = [row("A1", 整改期限="2024-06-14", 问题描述="甲,乙;丙\\丁\n戊")]
    folder = write_folder(tmp_path / "f", {"甲县": FULL}, ledger)
    uids = []
    for day in ("2024-06-10", "2024-06-18"):
        kaohe("warnings", folder, "--as-of", day, "--out", tmp_path / day)
        events = unfolded((tmp_path / day / "预警.ics").read_bytes())
        (mine,) = [e for e in events if "A1" in e.get("DESCRIPTION", "")]
        uids.append(mine["UID"])
    assert uids[0] == uids[1]
    assert "甲\\,乙\\;丙\\\\丁" in mine["SUMMARY"]


def test_every_unit_that_can_do_something_gets_a_note(papers: Path) -> None:
    found = warned(SAMPLE, "2024-06-28")
    units = {w["unit"] for w in found if w["unit"] and w["kind"] != "unverified"}
    assert {p.name.removesuffix("督办单.docx") for p in papers.glob("*.docx")} == units
    note = Document(str(papers / "示例市卫生健康委员会督办单.docx"))
    text = "\n".join(p.text for p in note.paragraphs)
    assert "示例市卫生健康委员会：" in text
    assert "等次将由优秀降为良好" in text
    assert "BGS2024041" in {cell.text for cell in note.tables[0].columns[1].cells}


def test_a_number_of_a_row_stands_on_one_line_whatever_the_font(
    office: Office, tmp_path: Path
) -> None:
    """Where the official fonts are missing, capitals and digits are wider than half a character."""
    done = kaohe(
        "warnings", ROOT / "sample_data/2025", "--as-of", "2025-09-12", "--out", tmp_path / "预警"
    )
    assert done.returncode == 0, done.stderr
    path = tmp_path / "预警" / "示例市供销合作社联合社督办单.docx"
    note = Document(str(path))
    numbers = [cell.text for cell in note.tables[0].columns[1].cells[1:]]
    assert "BGS2025021" in numbers
    for paragraph in (p for cell in note.tables[0].columns[1].cells for p in cell.paragraphs):
        for run in paragraph.runs:
            run.font.name = "DejaVu Sans"
    wider = tmp_path / "wider.docx"
    note.save(str(wider))
    lines = subprocess.run(
        ["pdftotext", "-layout", str(office(wider, "pdf")), "-"],
        capture_output=True, encoding="utf-8", check=True,
    ).stdout  # fmt: skip
    assert set(numbers) <= set(lines.split())


def test_the_same_day_gives_the_same_bytes_and_an_audit_agrees(
    papers: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    kaohe("warnings", SAMPLE, "--as-of", "2024-06-28", "--out", again)
    names = sorted(p.name for p in papers.iterdir())
    assert names == sorted(p.name for p in again.iterdir())
    assert all((papers / n).read_bytes() == (again / n).read_bytes() for n in names)
    done = kaohe("audit", again, "--folder", SAMPLE)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_happens_later_changes_nothing(tmp_path: Path) -> None:
    """A rectification, a revocation and a form of a later day are hidden."""
    ledger = [row("A1", 整改期限="2024-06-14"), row("A2", "1")]
    before = write_folder(tmp_path / "a", {"甲县": FULL}, ledger)
    later = [
        {**ledger[0], "整改完成日期": "2024-06-20"},
        {**ledger[1], "撤销日期": "2024-06-20", "撤销理由": "申诉成立"},
        row("A3", "1", 发现日期="2024-07-01"),
    ]
    after = write_folder(tmp_path / "b", {"甲县": FULL}, later)
    assert warned(before, "2024-06-18") == warned(after, "2024-06-18")
    assert warned(before, "2024-07-02") != warned(after, "2024-07-02")


def test_a_faulty_template_of_the_office_writes_nothing(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "f", {"甲县": FULL}, [row("A1", 整改期限="2024-06-14")])
    (folder / "模板").mkdir()
    shutil.copy(SAMPLE / "考核对象.xlsx", folder / "模板" / "督办单.docx")
    done = kaohe("warnings", folder, "--as-of", "2024-06-12", "--out", tmp_path / "out")
    assert done.returncode == 1
    assert not (tmp_path / "out").exists()


# ---------------------------------------------------------------- a deadline that an event sets


@pytest.mark.parametrize("written", [True, False], ids=["recorded", "computed on reading"])
def test_a_deadline_from_an_event_is_warned_of_and_falls_due(written: bool, tmp_path: Path) -> None:
    """15个工作日 after 25 April 2024: over 1 to 5 May, with 28 April and 11 May at work, that is 17 May."""
    folder = Path(shutil.copytree(ROOT / "sample_data" / "schemes" / "keshi", tmp_path / "2024"))
    added = kaohe(
        "ledger", "add", folder, "--unit", "法规科", "--rule", "2", "--description", "机构职能变更没有提供",
        "--found", "2024-04-26", "--event", "2024-04-25", "--by", "王某",
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    if not written:
        path = folder / "科室考核台账.xlsx"
        book = openpyxl.load_workbook(path)
        page = book.worksheets[0]
        (deadline,) = (c for row in page.iter_rows() for c in row if c.value == "整改期限")
        (number,) = (c for row in page.iter_rows() for c in row if c.value == "KS-15")
        page.cell(number.row, deadline.column).value = None
        book.save(path)
    for day, level, left in (("2024-05-14", "yellow", 3), ("2024-05-17", "yellow", 0)):
        (near,) = of_kind(warned(folder, day), "deadline")
        assert (near["entries"], near["day"], near["level"], near["count"]) == (
            ["KS-15"], "2024-05-17", level, left,
        )  # fmt: skip
    (late,) = of_kind(warned(folder, "2024-05-20"), "overdue")
    assert late["entries"] == ["KS-15"]
    made = kaohe("bulletin", folder, "--period", "day", "--as-of", "2024-05-17")
    assert made.returncode == 0, made.stderr
    (paper,) = folder.glob("日常通报/*/*.docx")
    text = "\n".join(p.text for p in Document(str(paper)).paragraphs)
    assert "2024年5月17日，到期1个。" in text


def test_a_table_that_has_not_come_in_is_no_error_of_the_data(tmp_path: Path) -> None:
    year = tmp_path / "2024"
    shutil.copytree(SAMPLE, year)
    shutil.rmtree(year / "自我考核")
    (year / "第三方评估.xlsx").unlink()
    for command in (["warnings"], ["dashboard"]):
        done = kaohe(*command, str(year), "--as-of", "2024-03-15")
        assert done.returncode == 0, done.stderr
        assert "数据错误" not in done.stdout + done.stderr
