"""``kaohe ledger``: rows recorded in the providers' workbooks, through the command line, with real files."""

from __future__ import annotations

import io
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.table import Table, TableStyleInfo

from scoring.cli import ledger as front
from scoring.cli.app import app
from scoring.intake import load_assessment
from scoring.steps.record import (
    By,
    add_entry,
    rectify_entries,
    revoke_entries,
    verify_entries,
)
from tests.conftest import ROOT
from tests.endings import ended
from tests.folders import LEDGER_HEADER, write_folder, write_sheet
from tests.killing import KILLED, run_until
from tests.test_writing import contents

NOW = datetime(2024, 12, 20, 9, 30, tzinfo=timezone(timedelta(hours=8)))
UNITS = {"甲县": {}, "乙县": {}, "甲县卫健局": {"类别": "县区部门", "所属单位": "甲县"}}
FILE = "平时考核台账/督查组台账.xlsx"
SAMPLE = ROOT / "sample_data" / "2024"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "now", lambda: NOW)


def entry(number: str, **more: Any) -> dict[str, Any]:
    return {
        "台账编号": number, "单位": "甲县", "扣分项": "3", "问题描述": f"第{number}个栏目长期不更新",
        "发现日期": date(2024, 3, 5), "提供单位": "督查组", "整改期限": date(2024, 4, 5), **more,
    }  # fmt: skip


def office_book(path: Path, rows: int = 3, total: bool = True) -> Path:
    """A provider's workbook as offices have them: styles, drop-downs, coloured cells, formulas, a
    total, a signature, a comment, another sheet that counts the rows, a named range."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "台账"
    page.append(["督查组台账"])
    page.merge_cells("A1:N1")
    page.append(["序号", *LEDGER_HEADER])
    for column in range(1, 15):
        page.cell(2, column).font = Font(bold=True)
    for i in range(1, rows + 1):
        values = entry(f"DC-{i:02}")
        page.append([i, *[values.get(name) for name in LEDGER_HEADER]])
        for column in range(1, 15):
            cell = page.cell(i + 2, column)
            cell.fill = PatternFill("solid", fgColor="FFF8DC")
            cell.alignment = Alignment(wrap_text=True)
            if isinstance(cell.value, date) or LEDGER_HEADER[column - 2] == "整改完成日期":
                cell.number_format = "yyyy-mm-dd"
    last = rows + 2
    chosen = DataValidation("list", formula1='"甲县,乙县"', sqref=f"C3:C{last}")
    page.add_data_validation(chosen)
    page.conditional_formatting.add(
        f"I3:I{last}", CellIsRule("lessThan", ["TODAY()"], fill=PatternFill(bgColor="FF0000"))
    )
    if total:
        page.append(["合计", None, None, None, f"=COUNTA(B3:B{last})"])
        page.append(["填表人：张三"])
        page.merge_cells(f"A{last + 2}:N{last + 2}")
    page["B2"].comment = Comment("每个问题一个编号", "办公室")
    other = book.create_sheet("统计")
    other["A1"] = "问题数"
    other["B1"] = f"=COUNTA(台账!$B$3:$B${last})"
    book.defined_names["编号"] = openpyxl.workbook.defined_name.DefinedName(
        "编号", attr_text=f"台账!$B$3:$B${last}"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = write_folder(tmp_path / "2024", UNITS)
    (made / "平时考核台账/台账.xlsx").unlink()
    office_book(made / FILE)
    return made


def kaohe(*arguments: object) -> Result:
    given = ["ledger", *map(str, arguments)]
    return ended(CliRunner().invoke(app, given, standalone_mode=False))


ROW = (
    "--unit", "乙县", "--rule", "3", "--description", "依申请公开邮箱无法使用",
    "--found", "2024-05-06", "--deadline", "2024-05-31",
)  # fmt: skip


def done(outcome: Result) -> Result:
    assert outcome.exception is None, outcome.exception
    assert not outcome.return_value, outcome.output
    return outcome


def cells(folder: Path, file: str = FILE) -> list[list[Any]]:
    page = openpyxl.load_workbook(folder / file)["台账"]
    return [[cell.value for cell in row] for row in page.iter_rows()]


def journal(folder: Path) -> list[dict[str, Any]]:
    text = (folder / "日志.jsonl").read_text("utf-8")
    assert text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


def entries(folder: Path) -> dict[str, Any]:
    assessment, problems = load_assessment(folder)
    assert assessment is not None, problems
    return {row.entry: row for row in assessment.tables.entries}


# A new row


def test_a_row_is_added_above_the_total_in_its_look(folder: Path) -> None:
    done(kaohe("add", folder, *ROW, "--document", "示政督字〔2024〕9号", "--by", "王某"))
    page = openpyxl.load_workbook(folder / FILE)["台账"]
    assert [c.value for c in page[6]][:9] == [
        4, "DC-04", "乙县", "3", "依申请公开邮箱无法使用", datetime(2024, 5, 6),
        "示政督字〔2024〕9号", "督查组", datetime(2024, 5, 31),
    ]  # fmt: skip
    for column in range(1, 15):
        assert page.cell(6, column)._style == page.cell(5, column)._style
    assert [c.value for c in page[7]][:5] == ["合计", None, None, None, "=COUNTA(B3:B6)"]
    assert page["A8"].value == "填表人：张三"
    assert {str(r) for r in page.merged_cells.ranges} == {"A1:N1", "A8:N8"}
    assert [str(v.sqref) for v in page.data_validations.dataValidation] == ["C3:C6"]
    assert [str(r.sqref) for r in page.conditional_formatting] == ["I3:I6"]
    book = openpyxl.load_workbook(folder / FILE)
    assert book["统计"]["B1"].value == "=COUNTA(台账!$B$3:$B$6)"
    assert book.defined_names["编号"].attr_text == "台账!$B$3:$B$6"
    assert openpyxl.load_workbook(folder / FILE, data_only=True)["台账"]["E7"].value == 4


def test_only_what_must_change_changes(folder: Path) -> None:
    """Byte for byte: comments, drawings, styles, themes, strings stay; of the sheet only the row."""

    def parts() -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO((folder / FILE).read_bytes())) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    before = parts()
    done(kaohe("add", folder, *ROW))
    after = parts()
    assert list(before) == list(after)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {
        "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/workbook.xml",
    }, "the sheet; the sheet that counts its rows; the name of its rows"  # fmt: skip
    before = after
    done(kaohe("rectify", folder, "DC-04", "--date", "2024-05-20"))
    after = parts()
    assert {name for name in before if before[name] != after[name]} <= {
        "xl/worksheets/sheet1.xml", "xl/workbook.xml",
    }  # fmt: skip


def test_a_free_row_below_the_last_is_filled_and_nothing_moves(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "2024", UNITS, [entry("DC-01")])
    done(kaohe("add", folder, *ROW))
    done(kaohe("add", folder, *ROW[:-4], "--found", "2024-06-06", "--deadline", "2024-06-30"))
    assert sorted(entries(folder)) == ["DC-01", "DC-02", "DC-03"]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("utf-8-sig", "台账编号,单位,扣分项,问题描述,发现日期,整改期限\r\nW-9,甲县,5,弱口令,2024.3.5,2024.4.5\r\n合计,,,1件,,\r\n"),
        ("gb18030", "台账编号;单位;扣分项;问题描述;发现日期;整改期限\nW-9;甲县;5;弱口令;2024.3.5;2024.4.5"),
    ],
)  # fmt: skip
def test_a_csv_file_keeps_its_encoding_and_its_other_lines(
    kind: str, text: str, tmp_path: Path
) -> None:
    folder = write_folder(tmp_path / "2024", UNITS)
    (folder / "平时考核台账/台账.xlsx").unlink()
    path = folder / "平时考核台账/市公安局.csv"
    path.write_bytes(text.encode(kind))
    done(kaohe("add", folder, "--unit", "乙县", "--rule", "5", "--description", "端口,外露",
               "--found", "2024-05-06", "--deadline", "2024-05-31"))  # fmt: skip
    now = path.read_bytes().decode(kind)
    sign = ";" if ";" in text else ","
    said = "端口,外露" if sign == ";" else '"端口,外露"'
    row = sign.join(["W-10", "乙县", "5", said, "2024-05-06", "2024-05-31"])
    lines = text.splitlines(keepends=True)
    if not lines[-1].endswith("\n"):
        assert now == f"{text}\n{row}"
    else:
        assert now == "".join([*lines[:2], row + "\r\n", *lines[2:]])


@pytest.mark.parametrize(
    ("numbers", "new"),
    [
        (["BGS2024101"], "BGS2024102"), (["BGS2024999"], "BGS20241000"), (["DC-09"], "DC-10"),
        (["新闻〔2024〕17"], "新闻〔2024〕18"), (["DC-35", "DC-02"], "DC-36"), (["A1", "B07"], "B08"),
        (["7"], "8"), (["无编号"], "督查组2024-001"),
    ],
)  # fmt: skip
def test_the_next_number_follows_the_last_row(numbers: list[str], new: str, tmp_path: Path) -> None:
    rows = [entry(n, 问题描述=f"问题{i}甲乙丙丁") for i, n in enumerate(numbers)]
    folder = write_folder(tmp_path / "2024", UNITS, rows)
    done(kaohe("add", folder, *ROW))
    assert set(entries(folder)) == {*numbers, new}


def test_a_provider_without_a_workbook_gets_the_blank_one(folder: Path) -> None:
    row = [a if a != "3" else "5" for a in ROW]
    outcome = done(kaohe("add", folder, *row))
    assert "已新建台账：平时考核台账/市公安局.xlsx" in outcome.output
    CliRunner().invoke(app, ["forms", str(folder), "--ledger"], standalone_mode=False)
    made = openpyxl.load_workbook(folder / "平时考核台账/市公安局.xlsx")["台账"]
    blank = openpyxl.load_workbook(folder / "空白表/台账/市公安局.xlsx")["台账"]
    assert str(made.data_validations) == str(blank.data_validations)
    assert entries(folder)["市公安局2024-001"].unit == "乙县"
    row[row.index("依申请公开邮箱无法使用")] = "首页被篡改"
    done(kaohe("add", folder, *row))
    assert entries(folder)["市公安局2024-002"].provider == "市公安局"


def test_an_ambiguous_provider_is_asked_for_with_the_choices(folder: Path) -> None:
    shutil.copy(folder / FILE, folder / "平时考核台账/督查组下半年.xlsx")
    outcome = kaohe("add", folder, *ROW)
    message = str(outcome.exception.message)  # type: ignore[union-attr]
    assert (
        "督查组台账.xlsx、督查组下半年.xlsx" in message
        or "督查组下半年.xlsx、督查组台账.xlsx" in message
    )
    outcome = kaohe("add", folder, *ROW, "--provider", "审计局")
    assert "没有“审计局”的台账" in str(outcome.exception.message)  # type: ignore[union-attr]


def test_everything_that_is_wrong_with_a_row_is_said_at_once(folder: Path) -> None:
    before = contents(folder)
    outcome = kaohe("add", folder, "--unit", "丁县", "--rule", "3", "--found", "2023-05-06",
                    "--number", "DC-01", "--json")  # fmt: skip
    assert outcome.return_value == 1
    found = {p["kind"]: p for p in json.loads(outcome.stdout)["problems"]}
    assert found.keys() == {
        "unit-unknown",
        "value-missing",
        "found-outside-year",
        "entry-duplicate",
    }
    assert (found["unit-unknown"]["file"], found["unit-unknown"]["row"]) == (FILE, 6)
    assert contents(folder) == before


WRONG = (
    "--unit", "财正局", "--rule", "9", "--description", "x", "--found", "2024-03-18",
    "--deadline", "2024-03-08",
)  # fmt: skip


def said(outcome: Result) -> dict[str, dict[str, Any]]:
    """The problems of a refused row by kind, each once; without where the row stands."""
    assert outcome.return_value == 1, outcome.exception
    problems = json.loads(outcome.stdout)["problems"]
    found = {p["kind"]: p for p in problems}
    assert len(found) == len(problems)
    for problem in problems:
        for name in ("file", "sheet", "row", "column"):
            del problem[name]
    return found


def test_unreadable_options_are_said_with_the_other_faults(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ROOT / "sample_data/schemes/jiafen", tmp_path / "2024"))
    before = contents(folder)
    row = ["--unit", "无县", "--description", "x", "--by", "王某", "--found", "2024-13-01"]
    outcome = kaohe(
        "add", folder, *row, "--rule", "2.2", "--deadline", "9月", "--points", "abc", "--json"
    )
    assert outcome.return_value == 1
    kinds = Counter(p["kind"] for p in json.loads(outcome.stdout)["problems"])
    assert kinds == {"unit-unknown": 1, "date-unreadable": 2, "number-unreadable": 1}
    fixed = kaohe("add", folder, *row, "--rule", "2.1", "--points", "3")
    assert "请不要写分值" in fixed.stderr
    assert "日期无法识别" in fixed.stderr
    assert contents(folder) == before


def test_a_row_of_an_unknown_rule_says_what_check_would_say(tmp_path: Path) -> None:
    """The rule decides which workbook it is: without one there is no place, but there are faults."""
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "2024"))
    before = contents(folder)
    outcome = kaohe("add", folder, *WRONG)
    assert outcome.return_value == 1
    heading, *lines = outcome.stderr.strip().splitlines()
    assert heading == "平时考核台账"
    assert sorted(lines[:3]) == [
        "  [错误] “单位” 单位不在考核对象表中：现为“财正局”；应为考核对象表中的单位，最相近的是“财政局”。"
        "改法：改为考核对象表中的单位名称或简称。",
        "  [错误] “扣分项” 扣分项不在考核办法中：现为“9”；应为办法中的扣分项：“1 上级检查通报问题”、"
        "“2.1 电话调度和网上检查问题未按期整改”、“2.2 举报事项经调查属实”、“3 专项督查问题未按期整改”、"
        "“4 热点问题和重大舆情回应不及时”、“5 网站安全隐患未按期整改”。改法：改为考核办法中扣分项的编号或名称。",
        "  [错误] “整改期限” 日期先后矛盾：现为“2024-03-08”；应为不早于发现日期2024-03-18的日期。"
        "改法：核对两个日期。",
    ]
    assert lines[3:] == ["", "没有登记：错误 3 条，缺项 0 条，提醒 0 条。没有写入文件。"]
    number = next(iter(entries(folder)))
    for more in ((), ("--event", "2024-03-01"), ("--number", number)):
        placed = said(kaohe("add", folder, *WRONG, *more, "--provider", "督查组", "--json"))
        assert said(kaohe("add", folder, *WRONG, *more, "--json")) == placed
        assert ("entry-duplicate" in placed) == ("--number" in more)
    assert contents(folder) == before


def test_a_missing_workbook_is_named_with_the_faults_of_the_row(folder: Path) -> None:
    shutil.copy(folder / FILE, folder / "平时考核台账/督查组下半年.xlsx")
    wrong = ["丁县" if a == "乙县" else a for a in ROW]
    for more, question in (
        ((), "看不出“督查组”登记在哪一份台账"),
        (("--provider", "审计局"), "没有“审计局”的台账"),
        (("--provider", "审计局", "--rule", "9"), "没有“审计局”的台账"),
        (("--provider", "督查组台账.xlsx", "--sheet", "三月"), "没有工作表“三月”"),
        (("--event", "2024-05-06", "--provider", "督查组台账.xlsx"), "不由事件推算"),
    ):
        outcome = kaohe("add", folder, *wrong, *more)
        assert outcome.return_value == 1, outcome.exception
        assert outcome.stderr.count("单位不在考核对象表中：现为“丁县”") == 1
        assert question in outcome.stderr.splitlines()[-1]
        unknown = {"rule-unknown"} if "9" in more else set()
        found = said(kaohe("add", folder, *wrong, *more, "--json")).keys()
        assert found == {"unit-unknown"} | unknown


def test_a_row_without_the_deadline_of_its_rule_is_refused(folder: Path) -> None:
    before = contents(folder)
    outcome = kaohe("add", folder, *ROW[:-2], "--json")
    assert outcome.return_value == 1
    assert [p["kind"] for p in json.loads(outcome.stdout)["problems"]] == ["gap-deadline"]
    assert contents(folder) == before


def test_errors_elsewhere_do_not_stop_recording(folder: Path) -> None:
    write_sheet(folder / "第三方评估.xlsx", [["单位", "得分"], ["丁县", "很好"]])
    done(kaohe("add", folder, *ROW))
    assert "DC-04" in entries(folder)


@pytest.mark.parametrize("suffix", ["xls", "parquet"])
def test_other_formats_are_refused_with_what_to_do(suffix: str, folder: Path) -> None:
    import pandas as pd
    import xlwt

    rows = [entry("DC-01")]
    path = folder / f"平时考核台账/督查组.{suffix}"
    if suffix == "xls":
        book = xlwt.Workbook()
        page = book.add_sheet("台账")
        for column, name in enumerate(LEDGER_HEADER):
            page.write(0, column, name)
            page.write(1, column, str(rows[0].get(name) or ""))
        book.save(str(path))
    else:
        pd.DataFrame([{n: str(r.get(n) or "") for n in LEDGER_HEADER} for r in rows]).to_parquet(
            path
        )
    (folder / FILE).unlink()
    before = contents(folder)
    for arguments in (("add", folder, *ROW), ("rectify", folder, "DC-01")):
        outcome = kaohe(*arguments, "--json")
        assert outcome.return_value == 1
        (problem,) = json.loads(outcome.stdout)["problems"]
        assert problem["kind"] == "file-unwritable"
        assert "另存为 .xlsx" in problem["mend"]
    assert contents(folder) == before


def test_what_cannot_be_moved_is_refused(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / FILE)
    book["台账"]["A6"].comment = Comment("已核对", "办公室")
    book.save(folder / FILE)
    before = contents(folder)
    outcome = kaohe("add", folder, *ROW)
    assert outcome.return_value == 1
    assert "插入一个空行" in outcome.output
    assert contents(folder) == before


def edited(path: Path, change: Callable[[Any], None]) -> None:
    book = openpyxl.load_workbook(path)
    change(book["台账"])
    book.save(path)


def part(path: Path, end: str) -> str:
    """The text of the one part of a workbook whose name ends so."""
    with zipfile.ZipFile(path) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(end))
        return archive.read(name).decode()


def with_table(page: Any, totals: bool = False) -> None:
    """套用表格格式, as the wizard makes it: the table of three rows with its header."""
    page.delete_rows(6, 2)
    page.merged_cells.ranges = {r for r in page.merged_cells.ranges if r.min_row < 6}
    table = Table(displayName="台账表", ref="A2:N6" if totals else "A2:N5")
    if totals:
        page["A6"] = "合计"
        table.totalsRowCount = 1
    table.tableStyleInfo = TableStyleInfo("TableStyleMedium2", showRowStripes=True)
    page.add_table(table)


def with_chart(page: Any, at: str) -> None:
    chart = BarChart()
    chart.add_data(Reference(page, min_col=1, min_row=3, max_row=5))
    chart.height = 1
    page.add_chart(chart, at)


PIVOT = {
    "xl/pivotCache/pivotCacheDefinition1.xml": (
        '<pivotCacheDefinition xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<cacheSource type="worksheet"><worksheetSource ref="A2:N5" sheet="台账"/></cacheSource>'
        '<cacheFields count="0"/></pivotCacheDefinition>'
    ),
    "xl/pivotTables/pivotTable1.xml": (
        '<pivotTableDefinition xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" name="表1"'
        ' cacheId="1" dataCaption="值"><location ref="A30:B35" firstHeaderRow="1" firstDataRow="1"'
        ' firstDataCol="0"/></pivotTableDefinition>'
    ),
}
"""A pivot table over the ledger: openpyxl makes none."""


def with_pivot(path: Path, sheet: int) -> None:
    relation = (
        '<Relationship Id="rPivot" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'pivotTable" Target="/xl/pivotTables/pivotTable1.xml"/>'
    )
    rels = f"xl/worksheets/_rels/sheet{sheet}.xml.rels"
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    empty = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    text = files.get(rels, empty.encode()).decode()
    files[rels] = text.replace("</Relationships>", f"{relation}</Relationships>").encode()
    files |= {name: content.encode() for name, content in PIVOT.items()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def test_a_table_of_excel_takes_the_row_in(folder: Path) -> None:
    """An Excel table (ListObject) that ends with the last problem ends with the new one; a chart over it
    and another sheet count it."""
    edited(folder / FILE, lambda page: (with_table(page), with_chart(page, "P2")))
    done(kaohe("add", folder, *ROW))
    page = openpyxl.load_workbook(folder / FILE)["台账"]
    assert page.tables["台账表"].ref == page.tables["台账表"].autoFilter.ref == "A2:N6"
    assert page["B6"].value == "DC-04"
    assert "'台账'!$A$3:$A$6" in part(folder / FILE, "chart1.xml")
    assert openpyxl.load_workbook(folder / FILE)["统计"]["B1"].value == "=COUNTA(台账!$B$3:$B$6)"
    assert "DC-04" in entries(folder)


def test_a_chart_above_the_new_row_stays_and_counts_it(folder: Path) -> None:
    edited(folder / FILE, lambda page: with_chart(page, "P2"))
    done(kaohe("add", folder, *ROW))
    assert "'台账'!$A$3:$A$6" in part(folder / FILE, "chart1.xml")
    assert ">1</" in part(folder / FILE, "drawing1.xml")  # its first row, from 0


def test_a_pivot_table_elsewhere_counts_the_new_row(folder: Path) -> None:
    with_pivot(folder / FILE, 2)
    done(kaohe("add", folder, *ROW))
    assert 'ref="A2:N6"' in part(folder / FILE, "pivotCacheDefinition1.xml")


CALCULATED = (
    '<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="E6" i="1"/>'
    '<c r="O3"/><c r="B1" i="2"/></calcChain>'
)
"""The order in which Excel computes the cells with formulas, ledger first; openpyxl writes none."""


def with_parts(path: Path, change: Callable[[dict[str, str]], None]) -> None:
    """The XML of a workbook, changed by the names of its parts."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    change(files)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def test_the_order_of_computation_goes_with_its_cells(folder: Path) -> None:
    """Excel calls a workbook damaged that names a cell there which has no formula."""

    def change(files: dict[str, str]) -> None:
        relation = (
            '<Relationship Id="rChain" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
            'relationships/calcChain" Target="/xl/calcChain.xml"/></Relationships>'
        )
        rels = "xl/_rels/workbook.xml.rels"
        files[rels] = files[rels].replace("</Relationships>", relation)
        files["xl/calcChain.xml"] = CALCULATED

    edited(folder / FILE, lambda page: page.__setitem__("O3", "=1"))
    with_parts(folder / FILE, change)
    done(kaohe("add", folder, *ROW))
    chain = part(folder / FILE, "calcChain.xml")
    assert re.findall(r'<c r="(\w+)"', chain) == ["E7", "O3", "B1"]
    book = openpyxl.load_workbook(folder / FILE)
    assert book["台账"]["E7"].value == "=COUNTA(B3:B6)"
    assert book["台账"]["O3"].value == "=1"


def test_links_page_breaks_and_marks_go_down_with_their_rows(folder: Path) -> None:
    """And what only newer programs know: a conditional format of 2010, whose range takes the row in."""

    def change(files: dict[str, str]) -> None:
        name = "xl/worksheets/sheet1.xml"
        files[name] = files[name].replace(
            "</worksheet>",
            '<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}" '
            'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
            "<x14:conditionalFormattings><x14:conditionalFormatting "
            'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
            "<xm:sqref>I3:I5</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings></ext>"
            "</extLst></worksheet>",
        )

    def build(page: Any) -> None:
        page["A6"].hyperlink = "#统计!A1"
        page.row_breaks.append(Break(id=6))

    edited(folder / FILE, build)
    with_parts(folder / FILE, change)
    done(kaohe("add", folder, *ROW))
    sheet = part(folder / FILE, "worksheets/sheet1.xml")
    assert re.findall(r'<hyperlink [^>]*ref="(\w+)"', sheet) == ["A7"]
    assert re.findall(r'<brk id="(\d+)"', sheet) == ["7"]
    assert "sqref>I3:I6<" in sheet
    assert sorted(re.findall(r'<mergeCell ref="([\w:]+)"', sheet)) == ["A1:N1", "A8:N8"]


def test_a_formula_over_several_cells_goes_down_or_stops_the_row(folder: Path) -> None:
    """A total of the whole stands below the rows; one that is spread over rows and total is torn."""
    edited(
        folder / FILE,
        lambda page: page.__setitem__("E6", ArrayFormula("E6", '=SUM(IF(B3:B5<>"",1,0))')),
    )
    done(kaohe("add", folder, *ROW))
    below = openpyxl.load_workbook(folder / FILE)["台账"]["E7"].value
    assert (below.ref, below.text) == ("E7", '=SUM(IF(B3:B6<>"",1,0))')
    edited(folder / FILE, lambda page: page.__setitem__("O5", ArrayFormula("O5:O7", "=B5:B7")))
    before = contents(folder)
    outcome = kaohe("add", folder, *ROW)
    assert outcome.return_value == 1
    assert "合计等公式与上面各行的公式连成一片" in outcome.output
    assert contents(folder) == before


def test_what_has_nothing_to_do_with_the_rows_stays(folder: Path) -> None:
    """A table without a filter; a sheet, a chart and a pivot table that are about something else; formulas
    that share one text."""

    def build(page: Any) -> None:
        with_table(page)
        for row in (3, 4, 5):
            page.cell(row, 16).value = 7
        about = page.parent.create_sheet("说明")
        about["A1"] = "=1+1"
        about["A3"], about["A4"], about["A5"] = 1, 2, 3
        with_chart(about, "C2")

    def change(files: dict[str, str]) -> None:
        files["xl/tables/table1.xml"] = re.sub(
            r"<autoFilter.*?(/>|</autoFilter>)", "", files["xl/tables/table1.xml"]
        )
        name = "xl/worksheets/sheet1.xml"
        shared = ('<f t="shared" ref="P3:P5" si="0">1+6</f>', *['<f t="shared" si="0"/>'] * 2)
        for row, formula in zip((3, 4, 5), shared, strict=True):
            files[name], count = re.subn(
                rf'(<c r="P{row}"[^>]*>)<v>7</v>', rf"\1{formula}<v>7</v>", files[name]
            )
            assert count == 1
        pivot = "xl/pivotCache/pivotCacheDefinition1.xml"
        files[pivot] = files[pivot].replace('sheet="台账"', 'sheet="统计"')

    edited(folder / FILE, build)
    with_pivot(folder / FILE, 2)
    with_parts(folder / FILE, change)
    chart, pivot = part(folder / FILE, "chart1.xml"), part(folder / FILE, "Definition1.xml")
    done(kaohe("add", folder, *ROW))
    assert "DC-04" in entries(folder)
    assert re.findall(r'ref="([\w:]+)"', part(folder / FILE, "table1.xml")) == ["A2:N6"]
    assert "<f>1+1</f>" in part(folder / FILE, "worksheets/sheet3.xml")
    assert part(folder / FILE, "chart1.xml") == chart
    assert part(folder / FILE, "Definition1.xml") == pivot
    assert part(folder / FILE, "worksheets/sheet1.xml").count('t="shared"') == 3


def test_rows_that_are_counted_in_words_are_not_counted_on(folder: Path) -> None:
    """And a column of the office's own stays blank."""

    def change(page: Any) -> None:
        page["O2"], page["O3"] = "科室", "一科"
        for row, word in ((3, "一"), (4, "二"), (5, "三")):
            page.cell(row, 1).value = word

    edited(folder / FILE, change)
    done(kaohe("add", folder, *ROW))
    row = cells(folder)[5]
    assert (row[0], row[1], row[14]) == (None, "DC-04", None)


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("totals", "汇总行在“表格”"),
        ("chart", "图片、图表或印章"),
        ("pivot", "工作表中有数据透视表"),
    ],
)
def test_what_would_be_torn_is_refused_with_what_to_do(kind: str, what: str, folder: Path) -> None:
    path = folder / FILE
    if kind == "totals":
        edited(path, lambda page: with_table(page, totals=True))
    elif kind == "chart":
        edited(path, lambda page: with_chart(page, "B12"))
    else:
        with_pivot(path, 1)
    before = contents(folder)
    outcome = kaohe("add", folder, *ROW)
    assert outcome.return_value == 1
    assert what in outcome.output
    assert "插入一个空行，保存、关闭后再登记" in outcome.output
    assert contents(folder) == before
    # Cells of the rows that are there can be filled in all the same.
    done(kaohe("rectify", folder, "DC-01", "--date", "2024-03-28"))
    assert entries(folder)["DC-01"].rectified == date(2024, 3, 28)


# Cells of rows


def test_rectified_verified_and_revoked_rows_read_so(folder: Path) -> None:
    done(kaohe("rectify", folder, "DC-01", "ＤＣ-02", "--date", "2024-03-20"))
    done(kaohe("verify", folder, "DC-03", "--result", "待核实"))
    done(kaohe("verify", folder, "DC-03", "--result", "不属实"))
    done(kaohe("revoke", folder, "DC-02", "--reason", "申诉成立", "--date", "2024-12-02"))
    rows = entries(folder)
    assert (rows["DC-01"].rectified, rows["DC-02"].rectified) == (date(2024, 3, 20),) * 2
    assert (rows["DC-03"].verification, rows["DC-02"].revoked) == ("false", date(2024, 12, 2))
    assert rows["DC-02"].revoked_reason == "申诉成立"


def test_what_stands_there_is_changed_only_on_request(folder: Path) -> None:
    done(kaohe("rectify", folder, "DC-01", "--date", "2024-03-20"))
    before = contents(folder)
    again = done(kaohe("rectify", folder, "DC-01", "--date", "2024-03-20"))
    assert "没有改动" in again.output
    assert contents(folder) == before
    other = kaohe("rectify", folder, "DC-01", "DC-02", "--date", "2024-03-21")
    assert "DC-01 的整改完成日期已是“2024-03-20”" in str(other.exception.message)  # type: ignore[union-attr]
    assert contents(folder) == before
    done(kaohe("rectify", folder, "DC-01", "--date", "2024-03-21", "--replace"))
    assert entries(folder)["DC-01"].rectified == date(2024, 3, 21)
    done(kaohe("rectify", folder, "DC-01", "--clear", "--replace"))
    assert entries(folder)["DC-01"].rectified is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rectify", "DC-77"), "没有编号“DC-77”"),
        (("rectify", "DC-01", "--date", "2024-12-21"), "还没有到"),
        (("revoke", "DC-01"), "要写明理由"),
        (("verify", "DC-01", "--result", "好"), "核实结果应为属实、不属实、待核实"),
        (("rectify", "DC-01", "--clear", "--date", "2024-12-01"), "只写一个"),
    ],
)
def test_wrong_usage_says_what_to_write(
    arguments: tuple[str, ...], said: str, folder: Path
) -> None:
    before = contents(folder)
    outcome = kaohe(arguments[0], folder, *arguments[1:])
    assert said in str(outcome.exception.message)  # type: ignore[union-attr]
    assert contents(folder) == before


def test_a_number_that_is_written_in_two_ways_is_one_row(folder: Path) -> None:
    done(kaohe("rectify", folder, "DC-01", "ＤＣ-01", "--date", "2024-03-20"))
    assert [line["entry"] for line in journal(folder)] == ["DC-01"]


def test_every_number_that_is_not_found_is_said_at_once(folder: Path) -> None:
    before = contents(folder)
    outcome = kaohe("rectify", folder, "DC-77", "DC-01", "DC-88", "--date", "2024-03-20")
    message = str(outcome.exception.message)  # type: ignore[union-attr]
    assert message.count("没有编号“DC-77”") == message.count("没有编号“DC-88”") == 1
    assert contents(folder) == before


def test_a_cell_with_a_formula_is_not_overwritten(folder: Path) -> None:
    """The column 整改完成日期 is computed in this workbook."""

    def change(files: dict[str, str]) -> None:
        name = "xl/worksheets/sheet1.xml"
        text, count = re.subn(r'<c r="J3"([^>]*)><f>', r'<c r="J3"\1 t="str"><f>', files[name])
        assert count == 1
        files[name] = text

    edited(folder / FILE, lambda page: page.__setitem__("J3", '=IF(B3="","是","")'))
    with_parts(folder / FILE, change)
    before = contents(folder)
    outcome = kaohe("rectify", folder, "DC-01", "--date", "2024-03-28", "--json")
    assert outcome.return_value == 1
    (problem,) = json.loads(outcome.stdout)["problems"]
    assert (problem["kind"], problem["column"], problem["row"]) == ("cell-formula", "J", 3)
    assert contents(folder) == before


@pytest.mark.parametrize("rows", [0, 1])
def test_a_header_that_stands_twice_is_no_row(rows: int, tmp_path: Path) -> None:
    """As where two printed pages were put together; below the second one stand the rows, the first too."""

    def twice(page: Any) -> None:
        for column, name in enumerate(["序号", *LEDGER_HEADER], 1):
            page.cell(4, column).value = page.cell(3, column).value if rows else None
            page.cell(3, column).value = name

    folder = write_folder(tmp_path / "2024", UNITS)
    (folder / "平时考核台账/台账.xlsx").unlink()
    office_book(folder / FILE, rows=1, total=False)
    edited(folder / FILE, twice)
    done(kaohe("add", folder, *ROW, "--number", "DC-09", "--provider", "督查组"))
    found = [row[1] for row in cells(folder)[2:] if row[1] is not None]
    assert found == ["台账编号", *["DC-01"] * rows, "DC-09"]
    assert set(entries(folder)) == {"DC-09", *["DC-01"] * rows}


def test_a_day_that_check_would_refuse_is_refused(folder: Path) -> None:
    before = contents(folder)
    outcome = kaohe("rectify", folder, "DC-01", "--date", "2024-03-01", "--json")
    assert outcome.return_value == 1
    (problem,) = json.loads(outcome.stdout)["problems"]
    assert (problem["kind"], problem["row"], problem["header"]) == ("date-order", 3, "整改完成日期")
    assert contents(folder) == before


def test_one_number_of_two_providers_asks_whose(folder: Path) -> None:
    write_sheet(
        folder / "平时考核台账/新闻办.xlsx",
        [LEDGER_HEADER, [entry("DC-01", 提供单位="市政府新闻办").get(n) for n in LEDGER_HEADER]],
    )
    outcome = kaohe("rectify", folder, "DC-01", "--date", "2024-03-20")
    assert "有2行" in str(outcome.exception.message)  # type: ignore[union-attr]
    done(kaohe("rectify", folder, "DC-01", "--date", "2024-03-20", "--provider", "督查组"))
    assert cells(folder)[2][9] == datetime(2024, 3, 20)


def test_a_column_that_the_workbook_lacks_is_added(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "2024", UNITS)
    header = [n for n in LEDGER_HEADER if n != "整改完成日期"]
    write_sheet(folder / "平时考核台账/台账.xlsx", [header, [entry("DC-1").get(n) for n in header]])
    done(kaohe("rectify", folder, "DC-1", "--date", "2024-03-20"))
    assert entries(folder)["DC-1"].rectified == date(2024, 3, 20)


# The journal


def test_the_journal_says_when_who_what_before_after_why_where(folder: Path) -> None:
    done(kaohe("add", folder, *ROW, "--by", "王某"))
    done(
        kaohe(
            "rectify", folder, "DC-04", "--date", "2024-05-20", "--by", "李某", "--reason", "函复"
        )
    )
    assert journal(folder) == [
        {
            "when": "2024-12-20T09:30:00+08:00", "who": "王某", "what": "add", "entry": "DC-04",
            "before": None,
            "after": {
                "台账编号": "DC-04", "单位": "乙县", "扣分项": "3", "问题描述": "依申请公开邮箱无法使用",
                "发现日期": "2024-05-06", "整改期限": "2024-05-31", "提供单位": "督查组",
            },
            "reason": "", "file": FILE, "place": "工作表“台账” 第6行",
        },
        {
            "when": "2024-12-20T09:30:00+08:00", "who": "李某", "what": "rectify", "entry": "DC-04",
            "before": {"整改完成日期": None}, "after": {"整改完成日期": "2024-05-20"},
            "reason": "函复", "file": FILE, "place": "工作表“台账” 第6行",
        },
    ]  # fmt: skip
    checked = CliRunner().invoke(app, ["check", str(folder)], standalone_mode=False)
    assert "日志" not in checked.output


def test_a_dry_run_writes_nothing(folder: Path) -> None:
    before = contents(folder)
    assert "没有写入任何文件" in done(kaohe("add", folder, *ROW, "--dry-run")).output
    assert contents(folder) == before


# Whole or not at all, one at a time


def test_an_open_workbook_is_refused(folder: Path) -> None:
    (folder / FILE).with_name("~$督查组台账.xlsx").write_bytes(b"")
    before = contents(folder)
    outcome = kaohe("add", folder, *ROW)
    assert outcome.return_value == 3
    assert contents(folder) == before


def test_a_stopped_recording_leaves_all_or_nothing(folder: Path, tmp_path: Path) -> None:
    done(kaohe("add", folder, *ROW))
    other = [*ROW[:4], "--description", "办事指南缺附件", *ROW[6:], "--by", "王某"]
    whole = Path(shutil.copytree(folder, tmp_path / "whole" / "2024"))
    done(kaohe("add", whole, *other))
    before, after, codes = contents(folder), contents(whole), set()
    for step in itertools.count():
        copied = Path(shutil.copytree(folder, tmp_path / str(step) / "2024"))
        code = run_until(lambda copied=copied: done(kaohe("add", copied, *other)), step)  # type: ignore[misc]
        CliRunner().invoke(app, ["check", str(copied)], standalone_mode=False)
        assert contents(copied) in (before, after)
        codes.add(code)
        if code == 0:
            break
    assert codes == {0, KILLED}


def test_two_at_once_get_two_numbers_and_nothing_is_lost(folder: Path) -> None:
    def start(text: str) -> subprocess.Popen[bytes]:
        row = [text if a == "依申请公开邮箱无法使用" else a for a in ROW]
        return subprocess.Popen(
            [sys.executable, "-m", "scoring", "ledger", "add", str(folder), *row], cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    running = [start("邮箱无法使用"), start("办事指南缺附件")]
    assert [one.wait(120) for one in running] == [0, 0]
    rows = entries(folder)
    assert sorted(rows) == ["DC-01", "DC-02", "DC-03", "DC-04", "DC-05"]
    assert {rows["DC-04"].description, rows["DC-05"].description} == {
        "邮箱无法使用",
        "办事指南缺附件",
    }
    assert [line["entry"] for line in journal(folder)] == ["DC-04", "DC-05"]


# One problem twice


def test_a_problem_recorded_by_another_provider_is_named(folder: Path) -> None:
    write_sheet(
        folder / "平时考核台账/市政府新闻办.xlsx",
        [LEDGER_HEADER, [entry("XW-1", 提供单位="市政府新闻办", 问题描述="依申请公开邮箱无法使用",
         单位="乙县", 发现日期=date(2024, 5, 2), 整改期限=date(2024, 6, 1)).get(n) for n in LEDGER_HEADER]],
    )  # fmt: skip
    outcome = done(kaohe("add", folder, *ROW))
    assert "可能是同一问题登记了两次" in outcome.output + outcome.stderr
    assert {"XW-1", "DC-04"} <= entries(folder).keys(), "pointed out, never merged"
    listed = done(kaohe("list", folder, "--unit", "乙县"))
    assert "可能是同一问题登记了两次" in listed.output + listed.stderr


# The list


def test_the_list_is_filtered_and_of_a_day(folder: Path) -> None:
    done(kaohe("add", folder, *ROW))
    done(kaohe("rectify", folder, "DC-01", "--date", "2024-04-10"))

    def listed(*arguments: str) -> dict[str, str]:
        found = json.loads(done(kaohe("list", folder, *arguments, "--json")).stdout)
        return {row["entry"]: row["state"] for row in found["rows"]}

    assert listed() == {
        "DC-01": "closed",
        "DC-02": "overdue",
        "DC-03": "overdue",
        "DC-04": "overdue",
    }
    assert listed("--as-of", "2024-04-05") == {"DC-01": "due", "DC-02": "due", "DC-03": "due"}
    assert listed("--as-of", "2024-05-10", "--open", "--unit", "乙县") == {"DC-04": "open"}
    assert listed("--overdue", "--as-of", "2024-05-10") == {"DC-02": "overdue", "DC-03": "overdue"}
    assert listed("--provider", "市公安局") == {}
    assert "逾期未整改 3 件" in done(kaohe("list", folder)).output


# Any sequence of steps gives what the rows written by hand give

DAYS = st.dates(date(2024, 1, 2), date(2024, 11, 30))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from(["甲县", "乙县", "甲县卫健局"]), DAYS,
                  st.integers(1, 40)),
        st.tuples(st.just("rectify"), st.integers(0, 9), st.integers(0, 60)),
        st.tuples(st.just("verify"), st.integers(0, 9), st.sampled_from(["属实", "不属实", "待核实"])),
        st.tuples(st.just("revoke"), st.integers(0, 9), st.integers(0, 15)),
    ),
    min_size=1, max_size=8,
)  # fmt: skip


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS, st.booleans())
def test_steps_give_what_rows_written_by_hand_give(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Any], total: bool
) -> None:
    top = tmp_path_factory.mktemp("steps")
    folder = write_folder(top / "a" / "2024", UNITS)
    (folder / "平时考核台账/台账.xlsx").unlink()
    office_book(folder / FILE, rows=2, total=total)
    by = By("王某", NOW)
    rows = [entry("DC-01"), entry("DC-02")]
    for what, *how in steps:
        if what == "add":
            unit, found, days = how
            new = entry(f"DC-{len(rows) + 1:02}", 单位=unit, 发现日期=found,
                        整改期限=found + timedelta(days=days))  # fmt: skip
            given = {name: new[name] for name in new if name not in ("台账编号", "提供单位")}
            assert not add_entry(folder, given, by).refused
            rows.append(new)
            continue
        row = rows[how[0] % len(rows)]
        number = [row["台账编号"]]
        if what == "rectify":
            row["整改完成日期"] = min(row["发现日期"] + timedelta(days=how[1]), NOW.date())
            assert not rectify_entries(
                folder, number, row["整改完成日期"], by, overwrite=True
            ).refused
        elif what == "verify":
            row["核实结果"] = how[1]
            assert not verify_entries(folder, number, how[1], by, overwrite=True).refused
        else:
            row["撤销日期"], row["撤销理由"] = row["发现日期"] + timedelta(days=how[1]), "申诉成立"
            why = By("王某", NOW, "申诉成立")
            assert not revoke_entries(folder, number, row["撤销日期"], why, overwrite=True).refused
    other = write_folder(top / "b" / "2024", UNITS, rows)
    plain = {"file": None, "sheet": None, "row": None}
    assert {n: e._replace(**plain) for n, e in entries(folder).items()} == {
        n: e._replace(**plain) for n, e in entries(other).items()
    }
    shutil.rmtree(top)
