"""What a person is said: one line a fault, with the count and the first places; every one on request."""

from __future__ import annotations

import csv
import difflib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from scoring.cli.app import app
from scoring.publish.problem_list import COLUMNS
from tests.folders import (
    FORM_HEADER,
    LEDGER_HEADER,
    POINTS,
    form_rows,
    spread,
    write_folder,
    write_settings,
    write_sheet,
)

FULL = {"上半年": 90, "下半年": 90, "第三方": 90}
LEDGER, SCORES, UNITS = "平时考核台账/台账.xlsx", "第三方评估.xlsx", "考核对象.xlsx"


def run(*arguments: object) -> Result:
    outcome = CliRunner().invoke(app, [str(a) for a in arguments], standalone_mode=False)
    assert outcome.exception is None, outcome.exception
    return outcome


def lines(folder: Path, *options: object) -> list[str]:
    """The lines of problems that ``check`` shows."""
    shown = run("check", folder, *options).stdout
    return [line.strip() for line in shown.splitlines() if line.strip().startswith("[")]


def problems(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("check", folder, "--json").stdout)
    return found


def make(tmp_path: Path, number: int = 4, **settings: Any) -> Path:
    """A folder without a fault: so many counties."""
    units = {f"第{i}县": FULL for i in range(1, number + 1)}
    return write_folder(tmp_path / "2024", units, settings=settings or None)


def change(path: Path, edit: Callable[[Any], object]) -> None:
    book = openpyxl.load_workbook(path)
    edit(book.active)
    book.save(path)


def put(path: Path, **cells: Any) -> None:
    def edit(page: Any) -> None:
        for cell, value in cells.items():
            page[cell] = value

    change(path, edit)


# One line a fault


def test_forty_units_with_one_wrong_group_are_one_line(tmp_path: Path) -> None:
    folder = make(tmp_path)
    rows = [[f"第{i}县", "县"] for i in range(1, 41)]
    write_sheet(folder / UNITS, [["单位名称", "类别"], *rows])
    first = lines(folder)[0]
    assert first == (
        "[错误] 工作表“Sheet1” “类别” 类别不在考核办法中：现为“县”，共40处（B2、B3、B4 等）；"
        "应为县区、部门。改法：改为考核办法规定的类别。"
    )
    assert "检查结果：错误 1 条（40 处）" in run("check", folder).stdout
    described = problems(folder)
    cells = [p["row"] for p in described["problems"] if p["kind"] == "group-unknown"]
    assert cells == list(range(2, 42))
    group = next(g for g in described["groups"] if g["kind"] == "group-unknown")
    assert (group["count"], group["heading"], group["message"]) == (40, UNITS, first)


def test_one_fault_in_many_forms_is_one_line_in_few_one_a_form(tmp_path: Path) -> None:
    folder = make(tmp_path, 6)
    forms = sorted((folder / "自我考核/上半年").iterdir())
    for form in forms[:2]:
        put(form, E2=2023)
    assert len(lines(folder)) == 2
    for form in forms:
        put(form, E2=2023)
    (line,) = lines(folder)
    assert line.startswith(
        "[错误] “考核年度” 考核年度不符：现为“2023”，共6个文件（第1县.xlsx E2、第2县.xlsx E2、第3县.xlsx E2 等）；应为2024年"
    )
    assert "\n自我考核/上半年\n" in run("check", folder).stdout


def test_faults_that_differ_are_told_apart_until_they_are_many(tmp_path: Path) -> None:
    folder = make(tmp_path)

    def ledger(number: int) -> list[str]:
        rows = [[f"T{i}", f"某{i}局", "1", "问题", "2024-03-05"] for i in range(number)]
        write_sheet(folder / LEDGER, [LEDGER_HEADER, *rows])
        return lines(folder)

    assert len(ledger(20)) == 20
    (line,) = ledger(21)
    assert "共21处、21种写法（B2“某0局”、B3“某1局”、B4“某2局” 等）" in line


def test_uncomputed_formulas_of_a_file_are_one_line(tmp_path: Path) -> None:
    """As openpyxl writes them, in several columns, of several kinds: one file, one cause."""
    folder = make(tmp_path, 5)
    rows = [[f"T{i}", "第1县", "2.1", "问题", "=DATE(2024,3,5)"] for i in range(2)]
    rows[1][7:] = [None, None, "=DATE(2024,4,1)"]
    rows = [[*row, *[None] * (len(LEDGER_HEADER) - len(row))] for row in rows]
    write_sheet(folder / LEDGER, [LEDGER_HEADER, *rows])
    forms = sorted((folder / "自我考核/上半年").iterdir())
    for path in forms:
        put(path, F4="=5+5", F5="=2+2", I4="=5+5")
    (ledger, of_forms) = lines(folder)
    assert "公式尚未计算：共3处（" in ledger
    assert "=" not in ledger
    assert ledger.endswith("改法：用 Excel 或 WPS 打开该文件，保存一次再运行；或直接填写数值。")
    assert of_forms.startswith(
        "[错误] 公式尚未计算：共15处、5个文件（第1县.xlsx F4、第2县.xlsx F4、第3县.xlsx F4 等）"
    )
    put(forms[0], F4=10, F5=4, I4=10)
    put(forms[1], F4=10, F5=4, I4=10)
    assert len(lines(folder)) == 4


def test_forms_without_self_scores_are_one_line(tmp_path: Path) -> None:
    folder = make(tmp_path, 5)
    for path in (folder / "自我考核/上半年").iterdir():
        put(path, **{f"F{row}": None for row in range(4, 28)})
    (line,) = lines(folder)
    assert "未填自评分：共120处、5个文件（第1县.xlsx F4、第2县.xlsx F4、" in line


# Gaps


def unverify(form: Path, rows: range = range(4, 28)) -> None:
    put(form, **{f"I{row}": None for row in rows})


def test_forms_that_nobody_verified_are_one_line_a_period(tmp_path: Path) -> None:
    folder = make(tmp_path, 6)
    for form in (folder / "自我考核").rglob("*.xlsx"):
        unverify(form)
    assert [line.split("。")[0] for line in lines(folder)] == [
        "[缺项] 指标未核查：上半年6份考核表均未核查，共144项",
        "[缺项] 指标未核查：下半年6份考核表均未核查，共144项",
    ]
    assert len(problems(folder)["problems"]) == 288


def test_some_forms_that_nobody_verified_are_named(tmp_path: Path) -> None:
    folder = make(tmp_path, 6)
    for number in (2, 5):
        unverify(folder / f"自我考核/上半年/第{number}县.xlsx")
    (line,) = lines(folder)
    assert "上半年2份考核表未核查（第2县、第5县），共48项" in line


def test_what_a_verifier_has_still_to_do_is_one_line(tmp_path: Path) -> None:
    folder = make(tmp_path, 6)
    for form in (folder / "自我考核/上半年").iterdir():
        put(form, J8="市财政局", I8=None, J9="市财政局", I9=None, J10="市司法局", I10=None)
    said = lines(folder)
    assert len(said) == 2
    assert (
        "上半年市财政局核查的，共12项（第1县 指标2.4、第1县 指标2.5、第2县 指标2.4 等）" in said[0]
    )
    assert "上半年市司法局核查的，共6项" in said[1]


def test_single_items_that_are_not_verified_have_their_cell(tmp_path: Path) -> None:
    folder = make(tmp_path)
    put(folder / "自我考核/上半年/第1县.xlsx", I8=None)
    (line,) = lines(folder)
    assert "I8单元格 “核查得分” 指标未核查：第1县 指标2.4；现为空白" in line


def test_who_did_not_hand_in_is_named_in_one_line(tmp_path: Path) -> None:
    folder = make(tmp_path, 6)
    for number in (1, 2, 3):
        (folder / f"自我考核/下半年/第{number}县.xlsx").unlink()
    (line,) = lines(folder)
    assert line.startswith("[缺项] 没有报送考核表：共3个单位（第1县、第2县、第3县）。")
    for form in (folder / "自我考核/下半年").iterdir():
        form.unlink()
    (line,) = lines(folder)
    assert line.startswith("[缺项] 没有报送考核表：全部6个单位均未报送。")


def test_items_that_many_forms_lack_are_told_by_item(tmp_path: Path) -> None:
    folder = make(tmp_path, 6)
    for form in (folder / "自我考核/上半年").iterdir():
        change(form, lambda page: page.delete_rows(4, 2))
    said = lines(folder)
    assert len(said) == 2
    assert "考核表缺少指标：共6项（第1县 指标1.1、第2县 指标1.1、第3县 指标1.1 等）" in said[0]
    change(folder / "自我考核/下半年/第1县.xlsx", lambda page: page.delete_rows(4, 5))
    assert any("共5项（第1县 指标1.1、第1县 指标2.1" in line for line in lines(folder))


# A list of all


def read_list(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    header, *rows = openpyxl.load_workbook(path)["问题清单"].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.mark.parametrize("name", ["问题清单.xlsx", "问题清单.csv"])
def test_all_of_them_stand_in_a_file(name: str, tmp_path: Path) -> None:
    folder = make(tmp_path, 6)
    for form in (folder / "自我考核/上半年").iterdir():
        unverify(form)
    put(folder / SCORES, B2="九十")
    path = folder / name
    run("check", folder, "--problems", path)
    listed = read_list(path)
    assert tuple(listed[0]) == COLUMNS
    assert len(listed) == 145
    assert [str(listed[0][c]) for c in ("级别", "文件", "行", "列", "列名", "现为")] == [
        "错误", SCORES, "2", "B", "得分", "九十",
    ]  # fmt: skip
    assert {row["级别"] for row in listed[1:]} == {"缺项"}
    assert [row["涉及"] for row in listed[1:3]] == ["第1县 指标1.1", "第1县 指标2.1"]
    # The list beside the tables is no file that is not used, and the next list replaces it.
    put(folder / SCORES, B2=90)
    assert name not in run("check", folder, "--problems", path).stdout
    assert len(read_list(path)) == 144


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_no_cell_of_the_list_is_run_as_a_formula(name: str, tmp_path: Path) -> None:
    folder = make(tmp_path)
    evil = ['=HYPERLINK("http://x")', "+1+1", "-1-1", "@SUM(A1)", "\t=1"]
    rows = [[f"T{i}", e, "1", "问题", "2024-03-05"] for i, e in enumerate(evil)]
    path = folder / LEDGER
    path.unlink()
    with path.with_suffix(".csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([LEDGER_HEADER, *rows])
    run("check", folder, "--problems", tmp_path / name)
    found = [row["现为"] for row in read_list(tmp_path / name)]
    assert len(found) == 5
    if name.endswith(".csv"):
        assert all(cell.startswith("'") for cell in found)
    else:
        book = openpyxl.load_workbook(tmp_path / name)
        cells = [c for row in book["问题清单"].iter_rows() for c in row if c.value is not None]
        assert not [c for c in cells if c.data_type == "f"]
        assert all(cell.startswith(("=", "+", "-", "@")) for cell in found)


def test_a_list_replaces_nothing_but_a_list(tmp_path: Path) -> None:
    from click import UsageError

    folder = make(tmp_path)
    before = (folder / SCORES).read_bytes()
    for path in (folder / SCORES, tmp_path / "清单.txt"):
        outcome = CliRunner().invoke(
            app, ["check", str(folder), "--problems", str(path)], standalone_mode=False
        )
        assert isinstance(outcome.exception, UsageError)
    assert (folder / SCORES).read_bytes() == before


def test_grade_writes_the_list_too(tmp_path: Path) -> None:
    folder = make(tmp_path)
    (folder / SCORES).unlink()
    path = tmp_path / "清单.xlsx"
    outcome = run("grade", folder, "--problems", path)
    assert outcome.return_value == 1
    assert [row["问题"] for row in read_list(path)] == ["还没有这张表"]
    assert run("grade", folder, "--provisional", "--json", "--problems", path).return_value == 0
    assert [row["问题"] for row in read_list(path)] == ["还没有这张表"]


# What it costs


def big_ledger(folder: Path, rows: int) -> None:
    (folder / LEDGER).unlink()
    with (folder / LEDGER).with_suffix(".csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(LEDGER_HEADER)
        for i in range(rows):
            writer.writerow([f"T{i}", f"某市第{i}办事处", f"第{i}项", "问题", "2024-03-05"])


def test_near_names_are_not_looked_up_for_every_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make(tmp_path, 2)
    names = [[f"示例市第{i}街道办事处", "县区"] for i in range(500)]
    write_sheet(folder / UNITS, [["单位名称", "类别"], *names])
    big_ledger(folder, 2000)
    asked: list[int] = []
    real = difflib.get_close_matches

    def counted(word: str, possible: list[str], **more: Any) -> list[str]:
        asked.append(len(possible))
        return real(word, possible, **more)

    monkeypatch.setattr(difflib, "get_close_matches", counted)
    said = "\n".join(lines(folder))
    assert "共2000处、2000种写法" in said
    assert "不认识的名称超过200个，可能用错了考核对象表" in said
    assert len(asked) <= 2 * 200 + 20
    assert max(asked) <= 40


def test_too_many_problems_are_counted_and_rows_accounted_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scoring.intake.table.PROBLEMS_KEPT", 30)
    folder = make(tmp_path, 2)
    big_ledger(folder, 500)
    described = problems(folder)
    kept = [p for p in described["problems"] if p["kind"] == "unit-unknown"]
    assert len(kept) == 31
    assert sum(p["count"] for p in kept) == 500
    group = next(g for g in described["groups"] if g["kind"] == "unit-unknown")
    assert group["count"] == 500
    assert "共500处、30种以上写法" in group["message"]
    assert "有错误未读入 500 行" in run("check", folder).stdout
    run("check", folder, "--problems", tmp_path / "清单.csv")
    titles = [row["问题"] for row in read_list(tmp_path / "清单.csv")]
    assert "单位不在考核对象表中（同类问题另有470处，没有逐条列出）" in titles


# Places and hints


def test_sheets_stand_in_the_order_of_their_workbook(tmp_path: Path) -> None:
    folder = make(tmp_path)
    book = openpyxl.Workbook()
    for position, name in enumerate(("三月", "一月", "二月")):
        page = book.active if not position else book.create_sheet()
        page.title = name
        page.append(LEDGER_HEADER)
        page.append([f"T{position}", f"某{position}局", "1", "问题", "2024-03-05"])
    book.save(folder / LEDGER)
    order = ["三月", "一月", "二月"]
    assert [p["sheet"] for p in problems(folder)["problems"]] == order
    said = run("check", folder).stdout.partition("\n共 ")[0]
    assert re.findall("工作表“(.*?)”", said) == order
    outcome = run("grade", folder, "--provisional")
    assert outcome.return_value == 0
    rows = openpyxl.load_workbook(folder / "暂定结果/考核结果.xlsx")["行数核对"]
    sheets = [row[2] for row in rows.iter_rows(values_only=True) if row[1] == LEDGER]
    assert sheets == order


@pytest.mark.parametrize(
    ("found", "hint"),
    [
        ("3月5日", "把年份写全，如 2025-03-05"),
        ("24.3.5", "把年份写全，如 2024-03-05"),
        ("2025年3月", "写明是哪一天，如 2025-03-05"),
        ("春节前", "写成 2025-03-05、2025年3月5日、2025.3.5、2025/3/5 或 20250305"),
    ],
)
def test_a_date_gets_a_hint_in_the_year_of_the_assessment(
    found: str, hint: str, tmp_path: Path
) -> None:
    folder = make(tmp_path, year=2025)
    for form in (folder / "自我考核").rglob("*.xlsx"):
        put(form, E2=2025)
    write_sheet(folder / LEDGER, [LEDGER_HEADER, ["T1", "第1县", "1", "问题", found]])
    (line,) = lines(folder)
    assert line.endswith(f"改法：{hint}。")


def test_a_day_in_the_settings_is_asked_for_in_their_year(tmp_path: Path) -> None:
    folder = make(tmp_path)
    write_settings(folder, year=2026, as_of="年底")
    assert any("日期，如 2026-12-31" in line for line in lines(folder))


def test_the_folder_says_for_which_year_the_settings_are(tmp_path: Path) -> None:
    (tmp_path / "2026").mkdir()
    (line, _) = lines(tmp_path / "2026")
    assert "scheme: heze 和 year: 2026" in line


# One fault is said once


def form(folder: Path, unit: str = "第1县", period: str = "上半年") -> Path:
    return folder / f"自我考核/{period}/{unit}.xlsx"


def misplace(folder: Path) -> None:
    """The form of the second half lies beside that of the first."""
    form(folder, period="下半年").rename(folder / "自我考核/上半年/第1县下半年.xlsx")


def long_table(folder: Path, **wrong: Any) -> None:
    """All forms of the first half as one long table, its rows changed by column name."""
    header = ["单位", "期次", "考核年度", *FORM_HEADER]
    rows = []
    for path in sorted((folder / "自我考核/上半年").iterdir()):
        for cells in form_rows(path.stem, "上半年", spread(90))[3:-1]:
            values = {"单位": path.stem, "期次": "上半年", "考核年度": 2024, **wrong}
            rows.append([*(values[name] for name in header[:3]), *cells])
        path.unlink()
    write_sheet(folder / "自我考核/上半年/全部.xlsx", [header, *rows])


FAULTS: dict[str, Callable[[Path], object]] = {
    "form-place": misplace,
    "form-year": lambda f: put(form(f), E2=2023),
    "unit-unknown": lambda f: put(form(f), B2="第1具"),
    "period-unknown": lambda f: put(form(f), G2="一季度"),
    "form-header-missing": lambda f: put(form(f), A2=None, B2=None),
    "file-unreadable": lambda f: form(f).write_bytes(b"PK\x03\x04 no workbook"),
    "header-missing": lambda f: change(form(f), lambda page: page.delete_rows(1, 3)),
    "form-duplicate": lambda f: put(form(f), B2="第2县"),
    "indicator-unknown": lambda f: put(form(f), A5="9.9"),
    "indicator-duplicate": lambda f: put(form(f), A5="1.1"),
    "score-duplicate": lambda f: put(f / SCORES, A3="第1县"),
    "unit-unknown of a score": lambda f: put(f / SCORES, A3="第2具"),
    "form-place of rows": lambda f: long_table(f, 期次="下半年"),
    "period-unknown of rows": lambda f: long_table(f, 期次="一季度"),
    "form-year of rows": lambda f: long_table(f, 考核年度=2023),
    "column-missing of rows": lambda f: [
        long_table(f),
        put(f / "自我考核/上半年/全部.xlsx", D1="指标号"),
    ],
    "file-type": lambda f: form(f).rename(form(f).with_suffix(".et")),
    "file-type of scores": lambda f: (f / SCORES).rename((f / SCORES).with_suffix(".et")),
    "file-type of units": lambda f: (f / UNITS).rename((f / UNITS).with_suffix(".et")),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_is_one_message(fault: str, tmp_path: Path) -> None:
    folder = make(tmp_path)
    assert lines(folder) == []
    FAULTS[fault](folder)
    found = [g for g in problems(folder)["groups"] if g["kind"] != "unchecked"]
    assert [g["kind"] for g in found] == [fault.split()[0]], [g["message"] for g in found]


def test_a_missing_form_is_said_beside_a_refused_one(tmp_path: Path) -> None:
    folder = make(tmp_path)
    put(form(folder), E2=2023)
    form(folder, "第2县").unlink()
    form(folder, "第1县", "下半年").unlink()
    assert sorted(line.split("：")[0] for line in lines(folder)) == [
        "[缺项] 没有报送考核表", "[缺项] 没有报送考核表",
        "[错误] 工作表“Sheet1” 第2行 E2单元格 “考核年度” 考核年度不符",
    ]  # fmt: skip


def test_more_items_than_rows_without_a_name_are_missing(tmp_path: Path) -> None:
    folder = make(tmp_path)
    change(form(folder), lambda page: page.delete_rows(4, 2))
    put(form(folder), A4="9.9")
    kinds = [g["kind"] for g in problems(folder)["groups"]]
    assert sorted(kinds) == ["gap-item", "indicator-unknown"]


def test_of_two_forms_of_a_unit_none_counts(tmp_path: Path) -> None:
    folder = make(tmp_path)
    write_sheet(form(folder, "第1县改"), form_rows("第1县", "上半年", spread(80)))
    put(form(folder, "第2县"), A5="1.1")
    outcome = run("grade", folder, "--provisional", "--json")
    scores = {u["unit"]: u["composite"] for u in json.loads(outcome.stdout)["units"]}
    assert scores == {"第1县": None, "第2县": None, "第3县": "93.00", "第4县": "93.00"}


def test_a_refused_form_marks_its_unit_and_gives_no_score(tmp_path: Path) -> None:
    folder = make(tmp_path)
    put(form(folder), B2="第1具")
    outcome = run("grade", folder, "--provisional", "--json")
    units = {u["unit"]: u for u in json.loads(outcome.stdout)["units"]}
    assert units["第1县"]["composite"] is None
    assert {u["grade"] for name, u in units.items() if name != "第1县"} == {"优秀"}


# A table that is not there yet


@pytest.mark.parametrize("table", ["第三方评估.xlsx", "自我考核/下半年", "平时考核台账"])
def test_a_table_that_is_not_there_yet_is_a_gap(table: str, tmp_path: Path) -> None:
    folder = make(tmp_path)
    (folder / table).rename(tmp_path / "还没有")
    (line,) = lines(folder)
    assert line.startswith("[缺项]")
    assert "错误 0 条，缺项 1 条" in run("check", folder).stdout
    final = run("grade", folder)
    assert final.return_value == 1
    assert "不能出正式结果：错误 0 条，缺项 1 条" in final.stderr
    assert run("grade", folder, "--provisional").return_value == 0


def test_a_provisional_workbook_lists_gaps_by_their_cause(tmp_path: Path) -> None:
    folder = make(tmp_path, 6)
    for path in (folder / "自我考核").rglob("*.xlsx"):
        unverify(path)
    rows = [[f"T{i}", "某局", "1", "问题", "2024-03-05"] for i in range(40)]
    write_sheet(folder / LEDGER, [LEDGER_HEADER, *rows])
    assert run("grade", folder, "--provisional").return_value == 0
    page = openpyxl.load_workbook(folder / "暂定结果/考核结果.xlsx")["数据说明"]
    cells = [[c for c in row if c is not None] for row in page.iter_rows(values_only=True)]
    gaps = [row for row in cells if "自我考核（上半年）：指标未核查24处" in row]
    assert len(gaps) == 6
    assert str(gaps[0][-1]).endswith("等24处")
    (problem,) = [row for row in cells if "单位不在考核对象表中" in row]
    assert any(str(c).endswith("B4单元格 “单位” 等40处") for c in problem)
    assert len(POINTS) == 24
