"""节假日: deadlines in working days in years that the program does not know."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scoring.cli.app import app
from scoring.intake.folder import inspect_folder
from scoring.problems import Problem, Severity
from scoring.steps.grade import load_assessment, score_assessment
from scoring.workdays import Calendar, CalendarEndsError, days_of, in_program, statutory
from tests.folders import write_settings, write_sheet
from tests.test_scheme_tables import HEADER, SCHEME, UNITS

pytestmark = pytest.mark.fast

Rows = Sequence[Sequence[Any]]


def span(first: str, last: str) -> list[list[str]]:
    """Rows of 放假 from the first day to the last."""
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    days = [day + timedelta(days=i) for i in range((end - day).days + 1)]
    return [[one.isoformat(), "放假"] for one in days]


def works(*days: str) -> list[list[str]]:
    return [[day, "上班"] for day in days]


# 2027 as the State Council may arrange it: 元旦 3 days, 春节 8, 清明 3, 劳动节 5, 端午 1, 中秋 1,
# 国庆 7; of 18 weekdays off five are worked for on weekends, 13 are the days off by law.
YEAR_2027 = [
    *span("2027-01-01", "2027-01-03"),
    *span("2027-02-05", "2027-02-12"),
    *works("2027-01-31", "2027-02-20"),
    *span("2027-04-03", "2027-04-05"),
    *span("2027-05-01", "2027-05-05"),
    *works("2027-05-08"),
    *span("2027-06-09", "2027-06-09"),
    *span("2027-09-15", "2027-09-15"),
    *span("2027-10-01", "2027-10-07"),
    *works("2027-09-26", "2027-10-09"),
]
TITLE = ["日期", "类型"]
# Event and deadline 15 working days later, counted by hand: 1月26—29日4天、31日（周日上班）1天、
# 2月1—4日4天、15—19日5天、20日（周六上班）1天; 4月27—30日4天、5月6—8日3天、10—14日5天、17—19日3天;
# 9月21—24日4天、26日（周日上班）1天、27—30日4天、10月8—9日2天、11—14日4天.
BY_HAND = {"2027-01-25": "2027-02-20", "2027-04-26": "2027-05-19", "2027-09-20": "2027-10-14"}


def make(
    path: Path, table: Rows | None, events: Sequence[Sequence[Any]] = (), year: int = 2027
) -> Path:
    """A folder with the scheme of test_scheme_tables: rule 2 costs 3 points where a change is not
    provided 15 working days after it. ``events`` are its day, the deadline given, the day done."""
    write_settings(path, scheme="biao.yaml", year=year)
    (path / "biao.yaml").write_text(SCHEME, "utf-8")
    write_sheet(path / "考核对象.xlsx", [["单位名称", "类别"], *([u, "科室"] for u in UNITS)])
    rows = [
        [f"A{i}", UNITS[i % 3], "2", f"第{i}件", event, event, deadline, done]
        for i, (event, deadline, done) in enumerate(events)
    ]
    write_sheet(path / "台账.xlsx", [HEADER, *rows])
    marks = [[u, m, f"{i}号"] for u in UNITS for i, m in enumerate((90, 80, 70), 1)]
    write_sheet(path / "评审.xlsx", [["单位", "得分", "评委"], *marks])
    if table is not None:
        write_sheet(path / "节假日.xlsx", [TITLE, *table])
    return path


def read(folder: Path) -> list[Problem]:
    return load_assessment(folder)[1]


def faults(folder: Path) -> list[str]:
    return [p.kind for p in read(folder) if p.severity is Severity.ERROR]


def ledger_scores(folder: Path) -> dict[str, Any]:
    assessment, problems = load_assessment(folder)
    assert [p.message() for p in problems] == []
    assert assessment is not None
    return {u.unit: u.components["ledger"] for u in score_assessment(assessment).units}


def test_a_year_beyond_the_program_is_graded_by_the_table(tmp_path: Path) -> None:
    on_time = [[event, None, deadline] for event, deadline in BY_HAND.items()]
    assert ledger_scores(make(tmp_path / "a", YEAR_2027, on_time)) == dict.fromkeys(UNITS, 100)
    day_late = [
        [event, None, (date.fromisoformat(deadline) + timedelta(days=1)).isoformat()]
        for event, deadline in BY_HAND.items()
    ]
    assert ledger_scores(make(tmp_path / "b", YEAR_2027, day_late)) == dict.fromkeys(UNITS, 97)


def test_a_written_deadline_is_compared_with_the_table(tmp_path: Path) -> None:
    (problem,) = read(make(tmp_path, YEAR_2027, [["2027-01-25", "2027-02-19", None]]))
    assert (problem.kind, problem.place.column, problem.place.row) == ("deadline-mismatch", "G", 2)
    assert "2027-02-20" in problem.message()


@pytest.mark.parametrize("form", ["folder", "gb18030", "utf-8", "titled", "parquet"])
def test_the_table_is_read_like_any_other(form: str, tmp_path: Path) -> None:
    folder = make(tmp_path, None, [["2027-01-25", None, "2027-02-20"]])
    if form == "folder":
        write_sheet(folder / "节假日" / "上.xlsx", [TITLE, *YEAR_2027[:20]])
        write_sheet(folder / "节假日" / "下.xlsx", [TITLE, *YEAR_2027[20:]])
    elif form == "titled":
        rows = [[f"{d[:4]}年{int(d[5:7])}月{int(d[8:])}日", kind, "某节"] for d, kind in YEAR_2027]
        title = [["2027年节假日安排"], ["放假日期", "类 型", "节日"]]
        write_sheet(folder / "节假日.xlsx", [*title, *rows])
    elif form == "parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        columns = {
            "日期": [date.fromisoformat(day) for day, _ in YEAR_2027],
            "类型": [kind for _, kind in YEAR_2027],
        }
        pq.write_table(pa.table(columns), folder / "节假日.parquet")
    else:
        text = "".join(f"{day},{kind}\n" for day, kind in [TITLE, *YEAR_2027])
        (folder / "节假日.csv").write_bytes(text.encode(form))
    assert ledger_scores(folder)["规划科"] == 100
    found = inspect_folder(folder)
    reports = [r for r in found.reports if r.table == "节假日"]
    assert sum(r.read for r in reports) == len(YEAR_2027)
    assert all(r.adds_up() for r in reports)
    assert found.assessment is not None
    assert any(f.file.startswith("节假日") and f.sha256 for f in found.assessment.files)


def test_without_a_table_the_row_says_what_to_do(tmp_path: Path) -> None:
    (problem,) = read(make(tmp_path, None, [["2027-01-25", None, None]]))
    assert (problem.kind, problem.place.file, problem.place.row) == (
        "calendar-ends",
        "台账.xlsx",
        2,
    )
    assert "把国务院办公厅2027年的节假日安排填全在“节假日”表中" in problem.message()


@pytest.mark.parametrize(
    ("left_out", "named"),
    [
        ("2027-01-01", "01-01元旦"),
        ("2027-02-05", "02-05除夕"),
        ("2027-02-08", "02-08春节"),
        ("2027-04-05", "04-05清明节"),
        ("2027-06-09", "06-09端午节"),
        ("2027-09-15", "09-15中秋节"),
        ("2027-10-01", "10-01国庆节"),
    ],
)
def test_a_table_without_a_holiday_is_not_the_whole_year(
    left_out: str, named: str, tmp_path: Path
) -> None:
    table = [row for row in YEAR_2027 if row[0] != left_out]
    # One fault, one message: the ledger's rows rest on it and have none of their own.
    (problem,) = read(make(tmp_path, table, [["2027-01-25", None, None]] * 2))
    assert (problem.kind, problem.place.file) == ("holiday-incomplete", "节假日.xlsx")
    assert f"2027年的{named}没有写放假" in problem.message()


def test_one_row_does_not_make_a_year_known(tmp_path: Path) -> None:
    folder = make(tmp_path, works("2027-01-31"), [["2027-01-25", None, None]])
    assert faults(folder) == ["holiday-incomplete"]
    done = CliRunner().invoke(app, ["grade", str(folder)], standalone_mode=False)
    assert done.return_value == 1
    assert not (folder / "结果").exists()


def test_a_provisional_run_makes_a_gap_of_a_faulty_table(tmp_path: Path) -> None:
    folder = make(tmp_path, YEAR_2027[1:], [["2027-01-25", None, None]])
    done = CliRunner().invoke(app, ["grade", str(folder), "--provisional"], standalone_mode=False)
    assert done.return_value == 0, done.output
    results = json.loads((folder / "暂定结果" / "results.json").read_text("utf-8"))
    by_unit = {unit["unit"]: unit for unit in results["units"]}
    assert by_unit["规划科"]["grade"] is None
    assert by_unit["规划科"]["gaps"]
    assert by_unit["法规科"]["grade"] is not None


def test_a_holiday_on_a_weekend_need_not_be_written(tmp_path: Path) -> None:
    table = [row for row in YEAR_2027 if row[1] == "上班" or _weekday(row[0]) < 5]
    assert len(table) < len(YEAR_2027)
    folder = make(tmp_path, table, [["2027-04-26", None, "2027-05-19"]])
    assert ledger_scores(folder)["规划科"] == 100


def test_moved_working_days_that_are_left_out_are_noticed(tmp_path: Path) -> None:
    table = [row for row in YEAR_2027 if row[0] != "2027-02-20"]
    (problem,) = read(make(tmp_path, table, [["2027-01-25", None, None]]))
    assert (problem.kind, problem.severity) == ("holiday-uneven", Severity.WARNING)
    assert "2027年星期一至五放假18天，周末上班4天，相差14天；应为相差13天" in problem.message()


def test_a_year_of_which_the_table_has_a_few_days_is_not_known(tmp_path: Path) -> None:
    # The notice of 2028 moves a day of 2027; or 1 January of the next year stands in the table.
    table = [*YEAR_2027, ["2028-01-01", "放假"]]
    assert read(make(tmp_path / "a", table, [["2027-01-25", None, None]])) == []
    late = ["2027-12-16", None, None]
    (problem,) = read(make(tmp_path / "b", table, [late]))
    assert problem.kind == "calendar-ends"
    assert "（2028年的01-25除夕、01-26春节" in problem.message()
    assert "等9天没有写放假）" in problem.message()


@pytest.mark.parametrize(
    ("row", "kind", "cell", "said"),
    [
        (["2027-10-01", "放假"], "holiday-duplicate", "A", "另一行在节假日.xlsx 工作表“Sheet1”"),
        (["2027-10-01", "上班"], "holiday-duplicate", "A", "只写一行"),
        (["2027-10-12", "调休"], "value-unknown", "B", "应为放假、上班"),
        (["2027-10-12", None], "value-missing", "B", "必填项为空"),
        ([None, "放假"], "value-missing", "A", "必填项为空"),
        (["10月12日", "放假"], "date-unreadable", "A", "现为“10月12日”"),
        (["2027-02-30", "放假"], "date-unreadable", "A", "日历上有的日期"),
        (["2027年10月1日至7日", "放假"], "date-unreadable", "A", "一天写一行"),
        (["2207-10-12", "放假"], "date-unreadable", "A", "核对年份"),
    ],
)
def test_a_faulty_row_is_one_problem_at_its_cell(
    row: list[Any], kind: str, cell: str, said: str, tmp_path: Path
) -> None:
    folder = make(tmp_path, [*YEAR_2027, row], [["2027-01-25", None, None]] * 3)
    (problem,) = read(folder)
    assert (problem.kind, problem.place.file) == (kind, "节假日.xlsx")
    assert (problem.place.column, problem.place.row) == (cell, len(YEAR_2027) + 2)
    assert said in problem.message()


def test_a_working_day_that_is_one_anyway_gets_a_warning(tmp_path: Path) -> None:
    table = [*YEAR_2027, ["2027-10-12", "上班"]]
    (problem,) = read(make(tmp_path, table, [["2027-01-25", None, None]]))
    assert (problem.kind, problem.severity) == ("holiday-weekday", Severity.WARNING)


def test_a_table_that_cannot_be_read_is_the_only_problem(tmp_path: Path) -> None:
    folder = make(tmp_path / "a", None, [["2027-01-25", None, None]])
    (folder / "节假日.xlsx").write_bytes(b"PK\x03\x04broken")
    assert faults(folder) == ["file-unreadable"]
    folder = make(tmp_path / "b", None, [["2027-01-25", None, None]])
    write_sheet(
        folder / "节假日.xlsx", [["日期", "节日", "安排情况"], ["2027-01-01", "元旦", "放假"]]
    )
    assert faults(folder) == ["column-missing"]


def test_a_difference_from_the_known_holidays_is_only_named(
    tmp_path: Path,
) -> None:
    # 2024-03-01 + 15 working days is 2024-03-22; with 4 March off it would be 25 March.
    official = [
        [day.isoformat(), "上班" if in_program(day) else "放假"]
        for day in days_of(2024)
        if in_program(day) != (day.weekday() < 5)
    ]
    events = [["2024-03-01", None, "2024-03-23"]]
    assert ledger_scores(make(tmp_path / "a", official, events, 2024))["规划科"] == 97
    folder = make(tmp_path / "b", [*official, ["2024-03-04", "放假"]], events, 2024)
    assessment, (problem,) = load_assessment(folder)
    assert (problem.kind, problem.severity) == ("holiday-differs", Severity.WARNING)
    assert problem.place.row == len(official) + 2
    assert "2024-03-04；现为“放假”；应为“上班”" in problem.message()
    assert assessment is not None
    scores = {u.unit: u.components["ledger"] for u in score_assessment(assessment).units}
    assert scores["规划科"] == 97
    folder = make(tmp_path / "c", official[1:], events, 2024)
    (problem,) = read(folder)
    assert problem.kind == "holiday-differs"
    assert "2024年没有写01-01放假" in problem.message()


def test_the_holidays_by_law_are_holidays_in_every_known_year() -> None:
    moved = {date(2014, 1, 30), date(2024, 2, 9)}
    for year in range(2008, 2027):
        assert not [day for day in statutory(year) if in_program(day) and day not in moved]


def test_a_calendar_is_a_value() -> None:
    listed = {date(2027, 1, 1): False, date(2027, 1, 2): True}
    calendar = Calendar(listed, frozenset({2027}))
    assert calendar.shift(date(2027, 1, 1), 1, "working") == date(2027, 1, 2)
    assert calendar.shift(date(2027, 1, 4), -1, "working") == date(2027, 1, 2)
    with pytest.raises(CalendarEndsError):
        Calendar().shift(date(2027, 1, 1), 1, "working")


def _weekday(day: str) -> int:
    return date.fromisoformat(day).weekday()
