"""``kaohe timeliness``: working days between making and publication, by unit and year."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from chinese_calendar import is_workday
from hypothesis import given
from hypothesis import strategies as st

from scoring.enums import Days
from scoring.evidence.timeliness import Share, standard_limit, working_days
from scoring.publish.evidence.words import percent
from scoring.steps.evidence import check_timeliness
from scoring.workdays import PROGRAM, in_program
from tests.folders import write_sheet
from tests.program import kaohe
from tests.test_holidays import YEAR_2027, make

HEADER = ["序号", "标题", "发布机构", "生成日期", "公开日期"]


def listed(path: Path, *rows: tuple[Any, ...]) -> Path:
    numbered = [[n, *row] for n, row in enumerate(rows, 1)]
    return write_sheet(path, [["2024年度政府信息公开清单"], HEADER, *numbered])


def run(*arguments: object) -> tuple[int, Any]:
    done = kaohe("timeliness", *arguments, "--json")
    return done.returncode, json.loads(done.stdout)


def test_the_twentieth_working_day_is_in_time(tmp_path: Path) -> None:
    """From 30 August 2024: 14 September is a working day, 15 to 17 are 中秋; so the 20th is the 29th,
    a Sunday that is worked for the holidays of October."""
    path = listed(
        tmp_path / "清单.xlsx",
        ("按期", "甲局", date(2024, 8, 30), "2024年9月29日"),
        ("超期", "甲局", "2024.8.30", "20240930"),
        ("当日", "甲局", "2024/8/30", "2024-08-30"),
    )
    code, document = run(path)
    assert code == 0
    (late,) = document["late"]
    assert (late["title"], late["working_days"], late["due"], late["row"]) == (
        "超期", 21, "2024-09-29", 4,
    )  # fmt: skip
    assert document["total"] == {
        "unit": None, "year": None, "items": 3, "in_time": 2, "late": 1, "share": "66.7%",
    }  # fmt: skip
    assert "第二十六条" in document["source"]


def test_a_day_off_after_the_last_working_day_is_late(tmp_path: Path) -> None:
    """The 20th working day after 5 July 2024 is Friday, 2 August: on Saturday it is too late."""
    path = listed(
        tmp_path / "清单.xlsx",
        ("周五", "甲局", date(2024, 7, 5), date(2024, 8, 2)),
        ("周六", "甲局", date(2024, 7, 5), date(2024, 8, 3)),
    )
    assert [(i["title"], i["working_days"]) for i in run(path)[1]["late"]] == [("周六", 21)]


def test_units_and_years_have_shares_of_their_own(tmp_path: Path) -> None:
    path = listed(
        tmp_path / "清单.xlsx",
        ("a", "乙局", date(2023, 12, 1), date(2024, 3, 1)),
        ("b", "乙局", date(2023, 12, 1), date(2023, 12, 4)),
        ("c", "甲局", date(2024, 5, 6), date(2024, 5, 7)),
        ("d", "甲局", date(2024, 5, 6), date(2024, 5, 8)),
    )
    shares = [(s["unit"], s["year"], s["items"], s["late"]) for s in run(path)[1]["shares"]]
    assert shares == [
        ("乙局", 2023, 1, 0), ("乙局", 2024, 1, 1), ("甲局", 2024, 2, 0), (None, 2023, 1, 0),
        (None, 2024, 3, 1),
    ]  # fmt: skip


def test_another_number_of_days_is_an_option(tmp_path: Path) -> None:
    path = listed(tmp_path / "清单.xlsx", ("a", "甲局", date(2024, 5, 6), date(2024, 5, 14)))
    assert standard_limit().days == 20
    assert run(path)[1]["total"]["late"] == 0
    _, document = run(path, "--within", "5")
    assert (document["total"]["late"], document["days"], document["source"]) == (1, 5, None)
    assert "本次指定的期限" in kaohe("timeliness", path, "--within", "5").stdout


@pytest.mark.parametrize("odd", ["0", "-3", "2.5", "二十", "1001", "99999999999", ""])
def test_a_number_of_days_that_is_none_is_wrong_usage(odd: str, tmp_path: Path) -> None:
    path = listed(tmp_path / "清单.xlsx", ("a", "甲局", date(2024, 5, 6), date(2024, 5, 14)))
    done = kaohe("timeliness", path, "--within", odd)
    assert (done.returncode, "--within 应为1到1000的整数" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("made", "published", "kind", "cell"),
    [
        (date(2024, 5, 6), date(2024, 5, 1), "date-order", "E"),
        ("五月", date(2024, 5, 8), "date-unreadable", "D"),
        (date(2024, 5, 6), None, "value-missing", "E"),
        (date(1999, 5, 6), date(2024, 5, 8), "calendar-ends", "D"),
        (date(2024, 5, 6), date(2060, 5, 8), "calendar-ends", "E"),
    ],
)
def test_a_row_that_says_nothing_certain_is_not_counted(
    made: Any, published: Any, kind: str, cell: str, tmp_path: Path
) -> None:
    path = listed(
        tmp_path / "清单.xlsx", ("好", "甲局", date(2024, 5, 6), date(2024, 5, 7)),
        ("坏", "甲局", made, published),
    )  # fmt: skip
    code, document = run(path)
    assert code == 1
    (problem,) = document["problems"]
    assert (problem["kind"], problem["column"], problem["row"]) == (kind, cell, 4)
    assert (document["total"]["items"], document["refused"]) == (1, 1)
    done = kaohe("timeliness", path)
    assert "另有1行有错误，没有计入" in done.stdout


def test_a_csv_and_a_file_without_the_columns(tmp_path: Path) -> None:
    path = tmp_path / "清单.csv"
    path.write_bytes(
        "信息名称,成文日期,发布日期\r\n通知,2024-05-06,2024-07-08\r\n".encode("gb18030")
    )
    code, document = run(path)
    assert (code, document["total"]["late"], document["shares"][0]["unit"]) == (
        0,
        1,
        "（未写单位）",
    )
    other = write_sheet(tmp_path / "别的.xlsx", [["单位", "得分"], ["甲局", 3]])
    code, document = run(other)
    assert (code, document["problems"][0]["kind"]) == (1, "header-missing")


def test_a_file_that_is_no_table_says_what_is_read_instead(tmp_path: Path) -> None:
    """Not how to make another file that is not read, and not that .xls should be .xls."""
    page, scan = tmp_path / "导出.xls", tmp_path / "扫描.pdf"
    page.write_text("<html><body><table><tr><td>生成日期</td></tr></table></body></html>", "utf-8")
    scan.write_bytes(b"%PDF-1.4")
    said = {}
    for path in (page, scan):
        (problem,) = run(path)[1]["problems"]
        assert (problem["kind"], problem["expected"]) == (
            "file-type",
            ".xlsx、.xls、.csv、.parquet",
        )
        assert ".docx" not in problem["mend"]
        said[path.name] = problem["found"]
    assert said == {"导出.xls": "扩展名是 .xls，内容是网页（html）", "扫描.pdf": ".pdf"}


def test_where_nothing_could_be_read_no_count_is_shown(tmp_path: Path) -> None:
    """Neither a share nor a rule of what was not read; a list without rows was read, and has none."""
    other = write_sheet(tmp_path / "别的.xlsx", [["单位", "得分"], ["甲局", 3]])
    for path in (other, tmp_path / "图.pdf"):
        path.touch()
        done = kaohe("timeliness", path)
        assert (done.returncode, done.stdout) == (1, "")
        assert "[错误]" in done.stderr
    empty = listed(tmp_path / "空.xlsx")
    done = kaohe("timeliness", empty)
    assert (done.returncode, done.stderr) == (0, "")
    assert "空.xlsx：0条" in done.stdout


def test_an_item_in_time_needs_no_later_calendar(tmp_path: Path) -> None:
    """In December nobody knows the holidays that its last day depends on, and it is in time anyway."""
    last = max(y for y in range(2024, 2100) if in_program(date(y, 12, 1)) is not None)
    path = listed(
        tmp_path / "清单.xlsx",
        ("按期", "甲局", date(last, 12, 21), date(last, 12, 23)),
        ("不明", "甲局", date(last, 12, 21), date(last + 1, 1, 13)),
    )
    code, document = run(path, "--out", tmp_path / "时效")
    assert (code, document["total"]["items"], document["total"]["late"]) == (1, 1, 0)
    (problem,) = document["problems"]
    assert (problem["kind"], problem["row"], problem["column"]) == ("calendar-ends", 4, "E")
    book = openpyxl.load_workbook(tmp_path / "时效" / "公开时效.xlsx")
    assert [c.value for c in book["全部信息"][4]][3:7] == [
        None, datetime(last, 12, 23), 2, "按期",
    ]  # fmt: skip


def test_the_workbook_computes_the_shares_itself(tmp_path: Path) -> None:
    path = listed(
        tmp_path / "清单.xlsx",
        ("a", "甲局", date(2024, 5, 6), date(2024, 5, 7)),
        ("b", "甲局", date(2024, 5, 6), date(2024, 9, 9)),
        ("c", "甲局", date(2024, 5, 6), "不明"),
    )
    assert kaohe("timeliness", path, "--out", tmp_path / "时效").returncode == 1
    file = tmp_path / "时效" / "公开时效.xlsx"
    shown = openpyxl.load_workbook(file, data_only=True)
    assert shown.sheetnames == ["按期公开率", "超期公开", "全部信息", "数据问题"]
    assert [c.value for c in shown["按期公开率"][4]] == ["甲局", "2024年", 2, 1, 1, 0.5]
    assert openpyxl.load_workbook(file)["按期公开率"]["F4"].value == '=IF(C4=0,"—",D4/C4)'
    late = [c.value for c in shown["超期公开"][4]]
    assert late[:3] == ["甲局", "b", datetime(2024, 5, 6)]
    assert late[6] == "超期"


@given(st.dates(date(2010, 1, 1), date(2024, 1, 1)), st.integers(0, 120), st.integers(1, 40))
def test_an_item_is_in_time_exactly_by_the_end_of_its_last_day(
    made: date, later: int, days: int
) -> None:
    """By another way of counting: the calendar moves ``days`` working days on."""
    published = made + timedelta(days=later)
    used = working_days(PROGRAM, made, published)
    assert (used <= days) == (published <= PROGRAM.shift(made, days, Days.WORKING))
    if is_workday(published):
        between = [made + timedelta(days=n) for n in range(1, later + 1)]
        assert used == sum(map(is_workday, between))


def test_a_share_is_never_whole_where_one_is_late() -> None:
    assert percent(Share(None, None, 100_000, 1)) == "99.9%"
    assert percent(Share(None, None, 100_000, 0)) == "100.0%"
    assert percent(Share(None, None, 0, 0)) == "—"


def test_a_hundred_thousand_rows_take_seconds(tmp_path: Path) -> None:
    lines = ["标题,单位,生成日期,公开日期"]
    lines += [
        f"第{n}条,单位{n % 50},2024-0{n % 9 + 1}-0{n % 7 + 1},2024-11-0{n % 8 + 1}"
        for n in range(90_000)
    ]
    path = tmp_path / "清单.csv"
    path.write_text("\n".join(lines), "utf-8")
    assert len(check_timeliness(path).items) == 90_000


def test_a_folders_holidays_count_in_unknown_years(tmp_path: Path) -> None:
    """From 25 January 2027 to 20 February, a Saturday at work, by the folder's table: 15 working days."""
    path = listed(tmp_path / "清单.xlsx", ("甲", "甲县", "2027-01-25", "2027-02-20"))
    code, alone = run(path)
    assert code == 1
    assert (alone["total"]["items"], alone["refused"]) == (0, 1)
    folder = make(tmp_path, YEAR_2027)
    code, found = run(path, "--within", "14", "--folder", folder)
    assert code == 0
    (late,) = found["late"]
    assert late["working_days"] == 15
    code, _ = run(path, "--within", "15", "--folder", folder)
    assert code == 0
