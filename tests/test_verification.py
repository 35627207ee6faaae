"""核查: the sheet for the verifiers, and their findings written back into the forms."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring import merge_verification, verification_sheet
from scoring.cli.app import app
from scoring.intake import load_assessment
from scoring.problems import CATALOGUE
from scoring.verification.gather import gather
from tests.conftest import ROOT, SAMPLE, Office
from tests.endings import ended
from tests.folders import FORM_HEADER, POINTS, form_rows, records, write_folder, write_sheet
from tests.thorough import examples

BLANK = dict.fromkeys(POINTS)
FORM = "自我考核/上半年/甲县.xlsx"
SHEET = "核查表"

Filled = Mapping[tuple[str, str], Mapping[str, Any]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two counties and a bureau whose first forms are not verified; the bureau's second is late
    to come. The form of 甲县 has what a form can have."""
    units = {
        "甲县": {"上半年": BLANK, "下半年": 90, "第三方": 90, "简称": "甲"},
        "乙县": {"上半年": BLANK, "下半年": 90, "第三方": 90},
        "财政局": {"类别": "部门", "上半年": BLANK, "第三方": 90},
    }
    made = write_folder(tmp_path / "2024", units)
    _adorn(made / FORM)
    return made


def _adorn(path: Path) -> None:
    """The same form with a picture, a chart, a comment, a validation, colours, a sum and a second
    sheet."""
    rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet("Sheet1")
    yellow = book.add_format({"bg_color": "#FFFFCC", "num_format": "0.00"})
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    for number in range(3, 27):
        page.write_blank(number, 8, None, yellow)
    page.write_formula(27, 8, "=SUM(I4:I27)")
    page.insert_image("M2", "章.png", {"image_data": io.BytesIO(_png())})
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": "=Sheet1!$F$4:$F$27"})
    page.insert_chart("M10", chart)
    page.write_comment("A4", "制度文件")
    page.data_validation(
        "I4:I27", {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 10}
    )
    book.add_worksheet("填表说明").write("A1", "逐项填写")
    book.close()


def _png() -> bytes:
    """A red dot."""
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0\xff\0\0")),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


def run(*arguments: object) -> Result:
    outcome = CliRunner().invoke(app, ["verification", *map(str, arguments)], standalone_mode=False)
    outcome = ended(outcome)
    assert outcome.exception is None or isinstance(outcome.exception, SystemExit), outcome.exception
    return outcome


def make_sheet(folder: Path, name: str = "核查表.xlsx", period: str = "上半年") -> Path:
    path = folder.parent / name
    assert run("sheet", folder, "--period", period, "--out", path).return_value == 0
    return path


def fill(path: Path, filled: Filled) -> Path:
    """Write into the rows of a 核查表, by unit and indicator, as a verifier does."""
    book = openpyxl.load_workbook(path)
    page = book[SHEET]
    at = {cell.value: cell.column for cell in page[3]}
    for row in range(4, page.max_row + 1):
        key = (page.cell(row, at["单位"]).value, page.cell(row, at["指标编号"]).value)
        for column, value in filled.get(key, {}).items():
            page.cell(row, at[column]).value = value
    book.save(path)
    return path


def cell_of(path: Path, unit: str, code: str, column: str = "核查得分") -> str:
    page = openpyxl.load_workbook(path)[SHEET]
    at = {cell.value: cell.column for cell in page[3]}
    for row in range(4, page.max_row + 1):
        if (page.cell(row, at["单位"]).value, page.cell(row, at["指标编号"]).value) == (unit, code):
            return str(page.cell(row, at[column]).coordinate)
    raise LookupError(unit, code)


def hashes(folder: Path) -> dict[str, str]:
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def verified(folder: Path, period: str = "上半年") -> dict[tuple[str, str], Any]:
    """What the folder's tables hold of a period: score or counts, 不适用, and the reason."""
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    return {
        (r["unit"], r["indicator"]): (
            r["verified_score"], r["done"], r["of"], r["faults"], r["not_applicable"], r["verified_note"],
        )
        for r in records(assessment.tables.items)
        if r["period"] == period
    }  # fmt: skip


def everything(value: Callable[[str, str], Mapping[str, Any]]) -> Filled:
    return {(u, c): value(u, c) for u in ("甲县", "乙县", "财政局") for c in POINTS}


def test_the_sample_year_is_verified_and_graded_as_before(tmp_path: Path) -> None:
    """All findings of one period are taken out of 52 forms of many layouts, then come back by the
    sheet: the grades are those of the sample."""
    folder = tmp_path / "2024"
    shutil.copytree(SAMPLE, folder)
    before, _ = load_assessment(folder)
    assert before is not None
    found = {(i.unit, i.leaf.code): i for i in gather(before, "上半年").items}
    for path in (folder / "自我考核" / "上半年").iterdir():
        book = openpyxl.load_workbook(path)
        page = book.worksheets[0]
        head = next(
            r for r in page.iter_rows()
            if any("".join(str(c.value or "").split()) == "指标编号" for c in r)
        )  # fmt: skip
        at = {"".join(str(c.value or "").split()): c.column for c in head}
        for row in range(head[0].row + 1, page.max_row + 1):
            if page.cell(row, at["分值"]).value is not None and page.cell(
                row, at["指标编号"]
            ).value not in ("合计", "合  计"):
                for name in ("核查得分", "核查说明"):
                    cell = page.cell(row, at[name])
                    if not isinstance(cell, openpyxl.cell.MergedCell) and not str(
                        cell.value
                    ).startswith("="):
                        cell.value = None
        book.save(path)
    blank, _ = load_assessment(folder)
    assert blank is not None
    assert not any(i.finding.counts.score for i in gather(blank, "上半年").items)
    sheet = make_sheet(folder)
    fill(sheet, {
        key: {
            "核查得分": "不适用" if i.finding.not_applicable else float(Decimal(i.finding.counts.score or 0) / 10_000),
            "核查说明": i.finding.note or "见核查记录",
        }
        for key, i in found.items()
    })  # fmt: skip
    outcome = run("merge", folder, sheet, "--json")
    assert outcome.return_value == 0, outcome.stderr
    said = json.loads(outcome.stdout)
    assert len({(c["unit"], c["indicator"]) for c in said["changes"]}) == len(found)
    assert said["problems"] == []
    graded = CliRunner().invoke(app, ["grade", str(folder), "--json"], standalone_mode=False)
    expected = json.loads((ROOT / "tests/data/sample_2024_expected.json").read_text("utf-8"))
    results = json.loads(graded.stdout)
    assert [(u["unit"], u["composite"], u["grade"]) for u in results["units"]] == [
        (u["unit"], u["composite"], u["grade"]) for u in expected["units"]
    ]
    # A form's own total follows, for whoever looks without computing.
    again = run("merge", folder, sheet, "--json")
    assert json.loads(again.stdout)["changes"] == []


@settings(max_examples=examples(12), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_filled_in_is_what_the_folder_holds(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    scratch = tmp_path_factory.mktemp("filled")
    units = {"甲县": {"上半年": BLANK}, "财政局": {"类别": "部门", "上半年": BLANK}}
    folder = write_folder(scratch / "2024", units)
    note = st.text(
        st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=8
    )
    filled: dict[tuple[str, str], dict[str, Any]] = {}
    expected: dict[tuple[str, str], Any] = {}
    for unit in units:
        for code, points in POINTS.items():
            kind = data.draw(st.sampled_from(["blank", "score", "score", "不适用"]))
            why = data.draw(note.filter(lambda s: not s.startswith("=")))
            if kind == "blank":
                expected[unit, code] = (None, None, None, None, False, None)
            elif kind == "不适用":
                filled[unit, code] = {"核查得分": "不适用", "核查说明": why}
                expected[unit, code] = (None, None, None, None, True, why)
            else:
                score = data.draw(st.integers(0, points * 10_000))
                filled[unit, code] = {"核查得分": float(Decimal(score) / 10_000), "核查说明": why}
                expected[unit, code] = (score, None, None, None, False, why)
    sheet = fill(make_sheet(folder), filled)
    merged = merge_verification(folder, [sheet])
    assert not merged.refused, merged.problems
    got = verified(folder)
    assert {k: v[:5] for k, v in got.items()} == {k: v[:5] for k, v in expected.items()}
    assert {k: "".join((v[5] or "").split()) for k, v in got.items()} == {
        k: "".join((v[5] or "").split()) for k, v in expected.items()
    }
    assert load_assessment(folder)[1] == []


def test_only_the_cells_concerned_change_in_a_form(folder: Path, office: Office) -> None:
    with zipfile.ZipFile(folder / FORM) as archive:
        before = {name: archive.read(name) for name in archive.namelist()}
    old = openpyxl.load_workbook(folder / FORM).active
    sheet = fill(make_sheet(folder), {
        ("甲县", "1.1"): {"核查得分": 8.1, "核查说明": "缺会议纪要 <1> & 制度"},
        ("甲县", "2.2"): {"核查得分": 4.7, "核查说明": "迟公布\n三天"},
    })  # fmt: skip
    merged = merge_verification(folder, [sheet])
    assert [(str(p), c.new) for c, p in merged.changes][:2] == [
        (f"{FORM} 工作表“Sheet1” 第4行 I4单元格 “核查得分”", "8.1"),
        (f"{FORM} 工作表“Sheet1” 第4行 K4单元格 “核查说明”", "缺会议纪要 <1> & 制度"),
    ]
    with zipfile.ZipFile(folder / FORM) as archive:
        after = {name: archive.read(name) for name in archive.namelist()}
    assert list(after) == list(before)
    assert {n for n in after if after[n] != before[n]} == {
        "xl/worksheets/sheet1.xml", "xl/workbook.xml"
    }  # fmt: skip
    assert any("media" in name for name in after)
    assert any("chart" in name for name in after)
    assert b">8.1<" in after["xl/worksheets/sheet1.xml"]
    assert b'fullCalcOnLoad="1"' in after["xl/workbook.xml"]
    values = openpyxl.load_workbook(folder / FORM, data_only=True).active
    new = openpyxl.load_workbook(folder / FORM).active
    assert values.cell(values.max_row, 9).value == 12.8
    assert new.cell(new.max_row, 9).value == "=SUM(I4:I27)"
    assert new["I4"].fill.fgColor.rgb == old["I4"].fill.fgColor.rgb
    assert (new["I4"].number_format, new["A4"].comment.text) == ("0.00", "制度文件")
    changed = {
        cell.coordinate
        for line in new.iter_rows()
        for cell in line
        if cell.value != old[cell.coordinate].value
    }
    assert changed == {"I4", "K4", "I6", "K6"}
    opened = openpyxl.load_workbook(office(folder / FORM, "xlsx"), data_only=True).active
    assert opened.cell(opened.max_row, 9).value == pytest.approx(12.8)


def test_two_verifiers_who_differ_are_refused_with_both_cells(folder: Path) -> None:
    one = fill(make_sheet(folder, "甲.xlsx"), {("甲县", "1.1"): {"核查得分": 10}})
    two = make_sheet(folder, "乙.xlsx")
    fill(
        two,
        {("甲县", "1.1"): {"核查得分": 9, "核查说明": "缺制度"}, ("乙县", "1.1"): {"核查得分": 10}},
    )
    before = hashes(folder)
    outcome = run("merge", folder, one, two)
    assert outcome.return_value == 1
    cell = cell_of(one, "甲县", "1.1")
    assert f"{cell}单元格 “核查得分” 同一指标有两个不同的核查结果：现为“9”" in outcome.stderr
    assert f"与“10”一致，见甲.xlsx 工作表“核查表” 第{cell[1:]}行 {cell}单元格" in outcome.stderr
    assert hashes(folder) == before
    fill(two, {("甲县", "1.1"): {"核查得分": 10, "核查说明": None}})
    assert run("merge", folder, one, two).return_value == 0
    assert verified(folder)["甲县", "1.1"][0] == 100_000
    assert verified(folder)["乙县", "1.1"][0] == 100_000


def test_an_untouched_row_never_undoes_what_the_folder_holds(folder: Path) -> None:
    """A sheet made before a finding came into the folder is silent on it; one that says something
    else is refused until somebody decides."""
    old = make_sheet(folder, "旧.xlsx")
    first = fill(
        make_sheet(folder, "一.xlsx"), {("甲县", "1.1"): {"核查得分": 9.5, "核查说明": "缺"}}
    )
    assert run("merge", folder, first).return_value == 0
    held = make_sheet(folder, "二.xlsx")
    corrected = fill(make_sheet(folder, "三.xlsx"), {("甲县", "1.1"): {"核查得分": 10}})
    assert run("merge", folder, corrected).return_value == 0
    assert run("merge", folder, old, held).return_value == 0
    assert verified(folder)["甲县", "1.1"][0] == 100_000
    fill(old, {("甲县", "1.1"): {"核查得分": 8, "核查说明": "差"}})
    before = hashes(folder)
    outcome = run("merge", folder, old)
    assert outcome.return_value == 1
    assert "制表以后，考核表中的核查结果已有改动：现为“8”" in outcome.stderr
    assert hashes(folder) == before
    outcome = run("merge", folder, old, "--replace", "--dry-run")
    assert (outcome.return_value, hashes(folder)) == (0, before)
    assert "要改动 1 项" in outcome.stdout
    assert run("merge", folder, old, "--replace").return_value == 0
    assert verified(folder)["甲县", "1.1"][0] == 80_000


def _own_scheme(folder: Path) -> None:
    """A scheme that scores in half points, by options, by a share and by faults."""
    text = (ROOT / "config" / "heze.yaml").read_text("utf-8")
    text = text.replace("    full: 100\n    evidence", "    full: 100\n    step: 0.5\n    evidence")
    for old, new in (
        (
            "title: 目录和指南, points: 5}",
            "title: 目录和指南, points: 5, options: {优: 5, 良: 4, 差: 0}}",
        ),
        ("title: 年度报告, points: 5}", "title: 年度报告, points: 5, fraction: true}"),
        ("title: 重大行政决策, points: 5}", "title: 重大行政决策, points: 5, each: 1.5}"),
    ):
        assert old in text
        text = text.replace(old, new)
    (folder / "own.yaml").write_text(text, "utf-8")
    settings = folder / "assessment.yaml"
    settings.write_text(settings.read_text("utf-8").replace("heze", "own.yaml"), "utf-8")


def _with_counts(folder: Path) -> Path:
    _own_scheme(folder)
    for path in (folder / "自我考核").rglob("*.xlsx"):
        book = openpyxl.load_workbook(path)
        page = book.active
        for row in range(4, page.max_row):
            code = page.cell(row, 1).value
            if code == "2.1":
                page.cell(row, 6).value = "优"
                page.cell(row, 9).value = page.cell(row, 9).value and "优"
        book.save(path)
    return folder


def _compute(path: Path, formula: str, value: str) -> None:
    """Give a formula the value that Excel would have left beside it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    blank = re.compile(rf"(<f>{re.escape(formula)}</f>)<v ?(?:/>|></v>)".encode())
    page, count = blank.subn(rf"\1<v>{value}</v>".encode(), parts["xl/worksheets/sheet1.xml"])
    assert count == 1
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (parts | {"xl/worksheets/sheet1.xml": page}).items():
            archive.writestr(name, content)


def test_every_way_of_scoring_is_verified_in_its_own_columns(folder: Path) -> None:
    _with_counts(folder)
    sheet = fill(make_sheet(folder), {
        ("甲县", "1.1"): {"核查得分": 9.5, "核查说明": "缺"},
        ("甲县", "2.1"): {"核查得分": "良", "核查说明": "目录未列时限"},
        ("甲县", "2.2"): {"核查完成数": 9, "核查应完成数": 10, "核查说明": "少一件"},
        ("甲县", "2.3"): {"核查问题数": 0},
        ("乙县", "2.2"): {"核查得分": "不适用"},
    })  # fmt: skip
    merged = merge_verification(folder, [sheet])
    assert not merged.refused, merged.problems
    got = verified(folder)
    assert got["甲县", "2.1"][0] == 40_000
    assert got["甲县", "2.2"][1:3] == (9, 10)
    assert got["甲县", "2.3"][3] == 0
    assert got["乙县", "2.2"][4] is True
    page = openpyxl.load_workbook(folder / FORM).active
    assert [page.cell(3, c).value for c in (12, 13, 14)] == [
        "核查完成数",
        "核查应完成数",
        "核查问题数",
    ]
    # 不适用 gives way to counts.
    again = fill(make_sheet(folder, "再.xlsx"), {
        ("乙县", "2.2"): {"核查得分": None, "核查完成数": 3, "核查应完成数": 3}
    })  # fmt: skip
    assert run("merge", folder, again).return_value == 0
    assert verified(folder)["乙县", "2.2"] == (None, 3, 3, None, False, None)


def test_all_mistakes_of_a_workbook_are_listed_without_writing(folder: Path) -> None:
    _with_counts(folder)
    (folder / "自我考核/上半年/财政局.xlsx").unlink()
    book = openpyxl.load_workbook(folder / "自我考核/上半年/乙县.xlsx")
    page = book.active
    page.delete_rows(next(r for r in range(4, 28) if page.cell(r, 1).value == "6.3"))
    page["I4"] = "=5+1"
    page["E5"] = 4
    book.save(folder / "自我考核/上半年/乙县.xlsx")
    _compute(folder / "自我考核/上半年/乙县.xlsx", "5+1", "6")
    book = openpyxl.load_workbook(folder / FORM)
    book.active["I20"].number_format = "yyyy-mm-dd"
    book.active.merge_cells("I21:I22")
    book.save(folder / FORM)
    codes = list(POINTS)
    rows: list[list[Any]] = [
        ["单位", "期次", "指标编号", "核查得分", "核查说明", "核查完成数", "核查应完成数", "核查问题数", "组成部分"],
        ["甲县", "上半年", "1.1", 11],
        ["甲县", "上半年", "2.4", 4.3, "x"],
        ["甲县", "上半年", "2.1", "中"],
        ["甲县", "上半年", "2.5", 4],
        ["甲县", "上半年", "2.2", None, "x", 3],
        ["甲县", "上半年", "2.3", 3, "x"],
        ["丙县", "上半年", "1.1", 9],
        ["甲县", "三季度", "1.1", 9],
        ["甲县", "上半年", "9.9", 9],
        ["财政局", "上半年", "1.1", 10],
        ["乙县", "上半年", "6.3", 2],
        ["乙县", "上半年", "2.1", "优"],
        ["甲县", "上半年", "3.1", "满分"],
        ["甲县", "上半年", "3.2", 5, None, None, None, None, "平时考核"],
        ["甲县", "上半年", "3.3", 5],
        ["甲县", "上半年", "3.3", 4, "x"],
    ]  # fmt: skip
    sheet = write_sheet(folder.parent / "错.xlsx", rows)
    before = hashes(folder)
    outcome = run("merge", folder, sheet, "--json")
    assert outcome.return_value == 1
    assert hashes(folder) == before
    found = {
        (p["kind"], f"{p['column']}{p['row']}") for p in json.loads(outcome.stdout)["problems"]
    }
    assert {
        ("number-range", "D2"), ("number-step", "D3"), ("value-unknown", "D4"),
        ("verification-unexplained", "E5"), ("verification-incomplete", "F6"),
        ("verification-way", "D7"), ("unit-unknown", "A8"), ("period-unknown", "B9"),
        ("indicator-unknown", "C10"), ("verification-no-form", "D11"),
        ("verification-no-item", "D12"), ("verification-refused", "D13"),
        ("number-unreadable", "D14"), ("component-unknown", "I15"), ("verification-conflict", "D17"),
    } <= found  # fmt: skip
    # What stands in the way in the forms themselves; the two are found in one pass as well.
    more = [rows[0], ["乙县", "上半年", "1.1", 10], ["甲县", "上半年", codes[17], 3]]
    more.append(["甲县", "上半年", codes[18], 1, "x"])
    write_sheet(folder.parent / "错.xlsx", more)
    outcome = run("merge", folder, sheet, "--json")
    found |= {
        (p["kind"], p["column"] + str(p["row"])) for p in json.loads(outcome.stdout)["problems"]
    }
    assert {("cell-formula", "I4"), ("value-merged", "I21")} <= found
    write_sheet(folder.parent / "错.xlsx", [rows[0], ["甲县", "上半年", codes[16], 3]])
    outcome = run("merge", folder, sheet, "--json")
    found |= {
        (p["kind"], p["column"] + str(p["row"])) for p in json.loads(outcome.stdout)["problems"]
    }
    assert ("cell-unwritable", "I20") in found
    assert "常规" in outcome.stdout
    assert hashes(folder) == before
    # Shown by test_an_untouched_row_never_undoes_what_the_folder_holds, and in
    # test_xls.py.
    kinds = {kind for kind, _ in found} | {"verification-stale", "file-unwritable"}
    assert {k.code for k in CATALOGUE.values() if k.level == "核查"} <= kinds


def test_workbooks_as_untidy_as_returned_ones_are_read(folder: Path) -> None:
    rows = [
        ["上半年核查结果（市政府办公室）"],
        [],
        ["核 查\n得分", "序号", "单 位", "指标编号", "期次", "核查说明", "责任单位"],
        ["９．５分", 1, " 甲 ", "１．１", "2024年上半年", "缺", "市政府办公室"],
        [5, 2, "乙县", 2.1, "上半年", None, None],
        ["合计", None, None, None, None, None, None],
    ]
    sheet = write_sheet(folder.parent / "改名.xlsx", rows, sheet="Sheet9")
    assert run("merge", folder, sheet).return_value == 0
    got = verified(folder)
    assert (got["甲县", "1.1"][0], got["乙县", "2.1"][0]) == (95_000, 50_000)
    page = openpyxl.load_workbook(folder / FORM).active
    assert page["J4"].value == "市政府办公室"
    wrong = write_sheet(folder.parent / "别的.xlsx", [["说明"], ["没有表"]])
    outcome = run("merge", folder, wrong)
    assert outcome.return_value == 1
    assert "找不到表头" in outcome.stderr


def test_libre_office_may_save_the_sheet_and_the_forms(folder: Path, office: Office) -> None:
    _with_counts(folder)
    shutil.move(office(folder / FORM, "xlsx"), folder / FORM)
    sheet = fill(make_sheet(folder), {
        ("甲县", "1.1"): {"核查得分": 8.5},
        ("甲县", "2.1"): {"核查得分": "差", "核查说明": "没有目录"},
        ("甲县", "2.2"): {"核查完成数": 1, "核查应完成数": 3},
        ("甲县", "2.3"): {"核查问题数": 1},
        ("甲县", "2.4"): {"核查得分": 5},
    })  # fmt: skip
    saved = office(sheet, "xlsx")
    book = openpyxl.load_workbook(saved, data_only=True)
    page = book[SHEET]
    at = {cell.value: cell.column for cell in page[3]}
    hints = {
        page.cell(r, at["指标编号"]).value: page.cell(r, at["核查提示"]).value or ""
        for r in range(4, page.max_row + 1)
        if page.cell(r, at["单位"]).value == "甲县"
    }
    assert [hints[c] for c in ("1.1", "2.1", "2.2", "2.3", "2.4", "2.5")] == [
        "低于自评，请写核查说明", "", "低于自评，请写核查说明", "低于自评，请写核查说明", "", "缺核查得分",
    ]  # fmt: skip
    progress = book["核查进度"]
    total = next(r for r in progress.iter_rows(values_only=True) if r[0] == "合计")
    assert total == ("合计", 72, 5, 67, 3)
    assert [v.sqref for v in openpyxl.load_workbook(saved)[SHEET].data_validations.dataValidation]
    reasons = {(u, c): {"核查说明": "见记录"} for u in ("甲县",) for c in ("1.1", "2.2", "2.3")}
    fill(saved, reasons)
    outcome = run("merge", folder, saved)
    assert outcome.return_value == 0, outcome.stderr
    got = verified(folder)
    assert [got["甲县", c][:4] for c in ("1.1", "2.1", "2.2", "2.3")] == [
        (85_000, None, None, None), (0, None, None, None), (None, 1, 3, None), (None, None, None, 1),
    ]  # fmt: skip


def test_live_hints_and_counts_are_stored_as_computed(tmp_path: Path, office: Office) -> None:
    """A scheme with trees by weight and by points, options, shares and faults."""
    folder = shutil.copytree(ROOT / "sample_data/schemes/fenlei", tmp_path / "f")
    path = tmp_path / "核查表.xlsx"
    assert run("sheet", folder, "--period", "半年", "--out", path).return_value == 0
    mine = openpyxl.load_workbook(path, data_only=True)
    theirs = openpyxl.load_workbook(office(path, "xlsx"), data_only=True)
    for name in mine.sheetnames:
        assert [[c or None for c in r] for r in mine[name].iter_rows(values_only=True)] == [
            [c or None for c in r] for r in theirs[name].iter_rows(values_only=True)
        ], name
    page = mine[SHEET]
    at = [c.value for c in page[3]].index("核查提示") + 1
    assert {page.cell(r, at).value or "" for r in range(4, page.max_row + 1)} >= {
        "",
        "低于自评，请写核查说明",
    }


def test_the_sheet_lets_only_the_verifiers_columns_be_written(folder: Path) -> None:
    page = openpyxl.load_workbook(make_sheet(folder))[SHEET]
    free = {page.cell(3, c).value for c in range(1, page.max_column + 1) if not page.cell(4, c).protection.locked}  # fmt: skip
    assert free == {"核查得分", "核查说明"}
    assert page.protection.sheet
    assert page.protection.password is None
    assert page.freeze_panes == "A4"
    assert page.auto_filter.ref.startswith("A3:")
    assert not page.protection.autoFilter  # False: allowed
    assert [page.cell(r, 2).value for r in range(4, 8)] == ["1.1", "1.1", "1.1", "2.1"]
    assert [page.cell(r, 5).value for r in range(4, 7)] == ["甲县", "乙县", "财政局"]
    errors = {v.error for v in page.data_validations.dataValidation}
    assert "请填0到10的数字，或“不适用”" in errors


@pytest.mark.parametrize("kind", ["gb18030", "utf-8-sig", "parquet", "xlsx"])
def test_long_tables_are_written_back_in_their_own_kind(kind: str, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "2024", {"甲县": {}, "财政局": {"类别": "部门"}})
    table = folder / "自我考核"
    rows = [
        [unit, "上半年", code, points, points, "说明,“一”\n二" if code == "1.1" else "好", None]
        for unit in ("甲县", "财政局")
        for code, points in POINTS.items()
    ]
    header = ["单位", "期次", "指标编号", "分值", "自评分", "自评说明", "核查得分"]
    if kind == "parquet":
        table.mkdir()
        columns = list(zip(*rows, strict=True))
        types = [pa.string()] * 3 + [pa.int64(), pa.float64(), pa.string(), pa.float64()]
        arrays = [pa.array(list(c), t) for c, t in zip(columns, types, strict=True)]
        path = table / "全部.parquet"
        pq.write_table(pa.table(dict(zip(header, arrays, strict=True))), path, compression="ZSTD")
    elif kind == "xlsx":
        path = write_sheet(table / "全部.xlsx", [header, *rows])
    else:
        lines = [["自我考核"], [], header, *rows]
        text = "".join(
            ",".join('"' + v.replace('"', '""') + '"' if isinstance(v, str) and ("," in v or "\n" in v) else "" if v is None else str(v) for v in line) + "\r\n"
            for line in lines
        )  # fmt: skip
        path = table / "全部.csv"
        table.mkdir()
        path.write_bytes(text.encode(kind))
    before = path.read_bytes()
    sheet = fill(make_sheet(folder), {
        ("甲县", "1.1"): {"核查得分": 9.3, "核查说明": "缺一项，“见记录”,3页"},
        ("财政局", "6.3"): {"核查得分": 2},
    })  # fmt: skip
    outcome = run("merge", folder, sheet)
    assert outcome.return_value == 0, outcome.stderr
    got = verified(folder)
    assert got["甲县", "1.1"][0] == 93_000
    assert got["甲县", "1.1"][5] == "缺一项，“见记录”,3页"
    assert got["财政局", "6.3"][0] == 20_000
    assert sum(v[0] is not None for v in got.values()) == 2
    after = path.read_bytes()
    if kind == "parquet":
        old, new = pq.ParquetFile(io.BytesIO(before)), pq.ParquetFile(io.BytesIO(after))
        assert new.schema_arrow.names == [*old.schema_arrow.names, "核查说明"]
        assert list(new.schema_arrow.types)[:7] == list(old.schema_arrow.types)
        assert new.metadata.row_group(0).column(0).compression == "ZSTD"
    elif kind != "xlsx":
        assert after.startswith(b"\xef\xbb\xbf") == (kind == "utf-8-sig")
        lines, kept = after.decode(kind).split("\r\n"), before.decode(kind).split("\r\n")
        changed = [i for i, (a, b) in enumerate(zip(lines, kept, strict=True)) if a != b]
        assert [lines[i] for i in changed] == [
            ",".join([*header, "核查说明"]),
            '甲县,上半年,1.1,10,10,"说明,“一”\n二",9.3,"缺一项，“见记录”,3页"',
            "财政局,上半年,6.3,2,2,好,2",
        ]


def test_what_came_late_or_not_at_all_or_not_readably_is_named(tmp_path: Path) -> None:
    units = {name: {"上半年": BLANK} for name in ("甲县", "乙县", "丙县", "丁县", "戊县")}
    del units["丁县"]["上半年"]
    folder = write_folder(tmp_path / "2024", units)
    forms = folder / "自我考核" / "上半年"
    for unit, label in (("甲县", "2024-07-15"), ("乙县", "2024年7月18日"), ("戊县", "2024-07-01")):
        rows = form_rows(unit, "上半年", BLANK, 2023 if unit == "戊县" else 2024)
        rows[1] += ["报送日期", label]
        write_sheet(forms / f"{unit}.xlsx", rows)
    book = openpyxl.load_workbook(forms / "丙县.xlsx")
    book.active["E5"] = 99
    book.active.delete_rows(27)
    book.save(forms / "丙县.xlsx")
    outcome = run("sheet", folder, "--period", "上半年")
    assert outcome.return_value == 0
    assert (
        "应报送5份，按期1份，迟报1份，未写报送日期1份，有问题未读入1份，未报送1份" in outcome.stdout
    )
    for unit, word in (
        ("乙县", "迟报3天"),
        ("丙县", "未写报送日期"),
        ("丁县", "未报送"),
        ("戊县", "有问题，未读入"),
    ):
        assert any(unit in line and word in line for line in outcome.stdout.splitlines())
    assert "考核年度不符" in outcome.stderr
    assert "E5单元格 “分值” 分值与考核办法不一致" in outcome.stderr
    assert "考核表缺少指标：丙县 指标6.3" in outcome.stderr
    book = openpyxl.load_workbook(folder / "核查" / "上半年核查表.xlsx")
    described = {r[2] for r in book["数据问题"].iter_rows(min_row=4, values_only=True)}
    assert described == {"考核年度不符", "分值与考核办法不一致", "考核表缺少指标"}
    assert [r[4] for r in book["报送情况"].iter_rows(min_row=4, max_row=8, values_only=True)] == [
        "按期", "迟报3天", "未写报送日期", "未报送", "有问题，未读入",
    ]  # fmt: skip
    assert book[SHEET].max_row == 3 + 24 + 24 + 22
    # The folder is still an assessment, with no word about the sheet in it.
    assert not any("核查表" in p.place.file for p in load_assessment(folder)[1])


def test_a_sheet_with_unmerged_findings_is_not_overwritten(folder: Path) -> None:
    assert run("sheet", folder, "--period", "上半年").return_value == 0
    path = folder / "核查" / "上半年核查表.xlsx"
    fill(path, {("甲县", "1.1"): {"核查得分": 10}})
    before = path.read_bytes()
    outcome = run("sheet", folder, "--period", "上半年")
    assert (outcome.return_value, path.read_bytes()) == (1, before)
    assert (
        "有 2 处核查结果还没有汇总" in outcome.stderr
        or "有 1 处核查结果还没有汇总" in outcome.stderr
    )
    assert run("merge", folder, path).return_value == 0
    assert run("sheet", folder, "--period", "上半年").return_value == 0


def test_a_form_open_in_excel_stops_the_whole_merge(folder: Path) -> None:
    sheet = fill(make_sheet(folder), everything(lambda u, c: {"核查得分": POINTS[c]}))
    (folder / "自我考核/上半年/~$财政局.xlsx").write_bytes(b"")
    before = hashes(folder)
    outcome = run("merge", folder, sheet)
    assert outcome.return_value == 3
    assert "财政局.xlsx 正在 Excel 或 WPS 中打开，请关闭；如已没有人打开" in outcome.stderr
    assert hashes(folder) == before


def test_wrong_usage_is_said_in_words(folder: Path) -> None:
    from click import UsageError

    for arguments, words in (
        (["sheet", str(folder), "--period", "三季度"], "上半年、下半年"),
        (["merge", str(folder), "没有.xlsx"], "找不到核查表"),
    ):
        outcome = CliRunner().invoke(app, ["verification", *arguments], standalone_mode=False)
        assert isinstance(outcome.exception, UsageError)
        assert words in str(outcome.exception.format_message())


def test_the_sheet_is_the_same_bytes_every_time(folder: Path) -> None:
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    paths = [folder.parent / "1.xlsx", folder.parent / "2.xlsx"]
    for path in paths:
        verification_sheet(assessment, "上半年", path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert FORM_HEADER[8] == "核查得分"


def test_a_period_without_forms_gives_no_sheet(folder: Path) -> None:
    """Who has not handed in is said all the same; an empty workbook would look like an answer."""
    shutil.rmtree(folder / "自我考核" / "下半年", ignore_errors=True)
    outcome = run("sheet", folder, "--period", "下半年")
    assert outcome.return_value == 1
    assert "没有制表：下半年没有一份可以核查的考核表" in outcome.stderr
    assert "应报送3份" in outcome.stdout
    assert "未报送3份" in outcome.stdout
    assert not (folder / "核查").exists()
    said = json.loads(run("sheet", folder, "--period", "下半年", "--json").stdout)
    assert (said["file"], said["items"]) == (None, 0)
    assert {s["arrival"] for s in said["submissions"]} == {"missing"}
    assert not (folder / "核查").exists()
