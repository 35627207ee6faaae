"""Every kind of problem, provoked by a real file: its place, what stands there, what to do."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from scoring.cli.app import app
from scoring.problems import CATALOGUE
from scoring.workdays import statutory
from tests.conftest import ROOT
from tests.folders import (
    FORM_HEADER,
    LEDGER_HEADER,
    POINTS,
    form_rows,
    spread,
    write_folder,
    write_sheet,
)

pytestmark = pytest.mark.fast

LEDGER = "平时考核台账/台账.xlsx"
FORM = "自我考核/上半年/甲县.xlsx"
UNITS = "考核对象.xlsx"
SCORES = "第三方评估.xlsx"

Mistake = Callable[[Path], object]
MISTAKES: dict[str, tuple[Mistake, str, str]] = {}
"""By kind: the mistake, the file and the cell (or line) where it must be reported."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder without any fault: two counties with a department of one, a bureau."""
    units = {
        "甲县": {"上半年": 90, "下半年": 90, "第三方": 90, "简称": "甲"},
        "乙县": {"上半年": 90, "下半年": 90, "第三方": 90},
        "甲县教育局": {"所属单位": "甲县"},
        "财政局": {"类别": "部门", "上半年": 90, "下半年": 90, "第三方": 90},
    }
    ledger = [
        entry("TZ-1", 扣分项="1"),
        entry("TZ-2", 扣分项="3", 整改期限="2024-04-05", 整改完成日期="2024-04-05"),
        entry("TZ-3", 扣分项="2.2", 核实结果="属实"),
        entry("TZ-4", 扣分项="1", 撤销日期="2024-03-20", 撤销理由="重复登记"),
    ]
    return write_folder(tmp_path / "2024", units, ledger)


def entry(number: str, **more: Any) -> dict[str, Any]:
    return {
        "台账编号": number,
        "单位": "甲县",
        "问题描述": "问题",
        "发现日期": "2024-03-05",
        **more,
    }


def mistake(kind: str, file: str, cell: str = "") -> Callable[[Mistake], Mistake]:
    def register(make: Mistake) -> Mistake:
        MISTAKES[kind] = (make, file, cell)
        return make

    return register


def put(file: str, cell: str, value: Any) -> Mistake:
    """The mistake of writing ``value`` into a cell."""

    def make(folder: Path) -> None:
        book = openpyxl.load_workbook(folder / file)
        book.active[cell] = value
        book.save(folder / file)

    return make


def text(file: str, old: str, new: str) -> Mistake:
    def make(folder: Path) -> None:
        content = (folder / file).read_text("utf-8")
        assert old in content
        (folder / file).write_text(content.replace(old, new), "utf-8")

    return make


for kind_, cell_, value_ in (
    ("unit-unknown", "B2", "甲具"),
    ("unit-shared", "B2", "甲县、乙县"),
    ("rule-unknown", "C2", "7"),
    ("value-missing", "D2", None),
    ("found-outside-year", "E2", "2023-03-05"),
    ("date-unreadable", "E2", "三月五日"),
    ("date-order", "I3", "2024-03-04"),
    ("entry-duplicate", "A3", "TZ-1"),
    ("value-unknown", "J4", "大概属实"),
    ("revoked-undated", "K5", None),
    ("revoked-unexplained", "L5", None),
    ("gap-verification", "J4", "待核实"),
    ("gap-deadline", "H3", None),
    ("column-unknown", "N1", "整改完成的日期是"),
    ("column-duplicate", "N1", "整改期限"),
    ("column-missing", "E1", "何时"),
    ("value-error", "H3", "#N/A"),
    ("formula-uncomputed", "H3", "=1/0"),
):
    at = {"column-missing": "1"}.get(kind_, cell_)
    mistake(kind_, LEDGER, at)(put(LEDGER, cell_, value_))

for kind_, cell_, value_ in (
    ("form-year", "E2", 2023),
    ("form-place", "G2", "下半年"),
    ("period-unknown", "G2", "一季度"),
    ("indicator-unknown", "A4", "9.9"),
    ("indicator-duplicate", "A5", "1.1"),
    ("points-mismatch", "E4", 12),
    ("number-unreadable", "I4", "满分"),
    ("number-range", "I4", 10.5),
    ("number-decimals", "I4", 9.12345),
    ("self-score-missing", "F4", None),
    ("gap-verified", "I4", None),
):
    mistake(kind_, FORM, cell_)(put(FORM, cell_, value_))


def shown_as(file: str, cell: str, value: Any, number_format: str) -> Mistake:
    """The mistake of a cell that shows something else than it stores."""

    def make(folder: Path) -> None:
        book = openpyxl.load_workbook(folder / file)
        book.active[cell] = value
        book.active[cell].number_format = number_format
        book.save(folder / file)

    return make


mistake("words-beside", LEDGER, "P2")(put(LEDGER, "P2", "红色的请尽快整改"))
mistake("value-shown", SCORES, "B2")(shown_as(SCORES, "B2", 0.9, "0.0%"))


@mistake("column-misnamed", LEDGER, "I1")
def _(folder: Path) -> None:
    put(LEDGER, "I1", "整改到位日期")(folder)


@mistake("column-unnamed", LEDGER, "I3")
def _(folder: Path) -> None:
    """整改期限 stands over two columns; the day of rectification is in the second."""
    book = openpyxl.load_workbook(folder / LEDGER)
    page = book.active
    page["I1"] = None
    page.merge_cells("H1:I1")
    book.save(folder / LEDGER)


@mistake("rows-hidden", LEDGER)
def _(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / LEDGER)
    book.active.row_dimensions[3].hidden = True
    book.save(folder / LEDGER)


@mistake("sheet-hidden", LEDGER)
def _(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / LEDGER)
    draft = book.create_sheet("草稿")
    draft.append(LEDGER_HEADER[:5])
    draft.append(["D-1", "乙县", "1", "草稿", "2024-05-05"])
    draft.sheet_state = "hidden"
    book.save(folder / LEDGER)


@mistake("form-header-twice", FORM, "B2")
def _(folder: Path) -> None:
    put(FORM, "A1", "填报单位（盖章）")(folder)
    put(FORM, "B1", "乙县")(folder)


mistake("table-twice", "平时考核台账")(
    lambda f: write_sheet(f / "平时考核台账.xlsx", [LEDGER_HEADER[:5]])
)
mistake("file-hidden", "平时考核台账/.公安局.xlsx")(
    lambda f: write_sheet(f / "平时考核台账/.公安局.xlsx", [LEDGER_HEADER[:5]])
)


@mistake("cell-twice", LEDGER, "H3")
def _(folder: Path) -> None:
    """A program wrote a cell twice: nobody can tell which one Excel shows."""
    path = folder / LEDGER
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    again = b'<c r="H3"><v>1</v></c></row>'
    rows = parts[name].split(b"</row>")
    parts[name] = b"</row>".join(rows[:2]) + b"</row>" + rows[2] + again + b"</row>".join(rows[3:])
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)


def _half_points(folder: Path) -> None:
    """The scheme marks in half points, and a verifier gave a quarter."""
    scheme = (ROOT / "config" / "heze.yaml").read_text("utf-8")
    own = scheme.replace(
        "    full: 100\n    evidence", "    full: 100\n    step: 0.5\n    evidence"
    )
    (folder / "own.yaml").write_text(own, "utf-8")
    text("assessment.yaml", "scheme: heze", "scheme: own.yaml")(folder)
    put(FORM, "I4", 9.25)(folder)


mistake("number-step", FORM, "I4")(_half_points)
mistake("unit-duplicate", UNITS, "A3")(put(UNITS, "A3", "甲县"))
mistake("name-long", UNITS, "A3")(put(UNITS, "A3", "乙市财政局" * 30))
mistake("unit-parent", UNITS, "D4")(put(UNITS, "D4", "丙县"))
mistake("region-path", UNITS, "E2")(
    lambda f: [put(UNITS, "E1", "地区")(f), put(UNITS, "E2", "甲省//乙市")(f)]
)
mistake("group-unknown", UNITS, "B3")(put(UNITS, "B3", "县"))
mistake("score-duplicate", SCORES, "A3")(put(SCORES, "A3", "甲县"))
mistake("unit-not-graded", SCORES, "A5")(
    lambda f: [put(SCORES, "A5", "甲县教育局")(f), put(SCORES, "B5", 88)(f)]
)
mistake("yaml-syntax", "assessment.yaml", "2")(text("assessment.yaml", "year: 2024", "year：2024"))
mistake("yaml-unknown-key", "assessment.yaml", "2")(
    text("assessment.yaml", "year:", "yaer: 1\nyear:")
)
mistake("yaml-misplaced-key", "assessment.yaml", "3")(
    text("assessment.yaml", "year: 2024", "year: 2024\nissuer: 示例市人民政府办公室")
)
mistake("yaml-missing", "assessment.yaml", "1")(text("assessment.yaml", "year: 2024", ""))
mistake("yaml-value", "assessment.yaml", "2")(text("assessment.yaml", "2024", "今年"))
mistake("yaml-duplicate-key", "assessment.yaml", "3")(
    text("assessment.yaml", "year: 2024", "year: 2024\nyear: 2025")
)
mistake("yaml-encoding", "assessment.yaml", "3")(
    lambda f: (f / "assessment.yaml").write_bytes(b"scheme: heze\nyear: 2024\nregion: \xff\n")
)
mistake("yaml-character", "assessment.yaml", "3")(
    text("assessment.yaml", "year: 2024", "year: 2024\nregion: 示例\u200b市")
)
mistake("yaml-limit", "assessment.yaml", "2")(text("assessment.yaml", "2024", "2" * 5000))
mistake("yaml-unsupported", "assessment.yaml", "3")(
    text("assessment.yaml", "year: 2024", "year: 2024\n<<: {region: 示例市}")
)
mistake("yaml-more", "assessment.yaml")(
    text("assessment.yaml", "year: 2024", "year: 2024" + "".join(f"\nk{i}: 1" for i in range(300)))
)
mistake("scheme-unknown", "assessment.yaml", "1")(text("assessment.yaml", "heze", "hezhe"))


@mistake("rule-group", LEDGER, "C2")
def rule_of_another_group(folder: Path) -> None:
    """A rule that holds for departments only, and a county."""
    from scoring.scheme import shipped

    old = '      - code: "1"\n'
    scheme = shipped()["heze"].read_text("utf-8")
    assert old in scheme
    (folder / "办法.yaml").write_text(
        scheme.replace(old, f"{old}        groups: [部门]\n"), "utf-8"
    )
    text("assessment.yaml", "scheme: heze", "scheme: 办法.yaml")(folder)


@mistake("part-group", SCORES, "A4")
def part_of_another_group(folder: Path) -> None:
    """A part that counties alone have, and the score of a department in it."""
    from scoring.scheme import shipped

    scheme = shipped()["heze"].read_text("utf-8")
    for old, new in (
        ("    weight: 40\n", "    weight: {县区: 40, 部门: 70}\n"),
        ("    table: 第三方评估\n    weight: 30\n",
         "    table: 第三方评估\n    groups: [县区]\n    weight: {县区: 30}\n"),
    ):  # fmt: skip
        assert old in scheme
        scheme = scheme.replace(old, new)
    (folder / "办法.yaml").write_text(scheme, "utf-8")
    text("assessment.yaml", "scheme: heze", "scheme: 办法.yaml")(folder)


@mistake("scheme-inconsistent", "办法.yaml", "19")
def _(folder: Path) -> None:
    from scoring.scheme import shipped

    scheme = shipped()["heze"].read_text("utf-8").replace("weight: 40", "weight: 45")
    (folder / "办法.yaml").write_text(scheme, "utf-8")
    text("assessment.yaml", "heze", "办法.yaml")(folder)


def with_events(folder: Path, event: str, deadline: str | None) -> None:
    """Rule 3 falls due 15 working days after an event; row TZ-2 names the event's day."""
    from scoring.scheme import shipped

    old = "title: 专项督查问题未按期整改\n"
    scheme = shipped()["heze"].read_text("utf-8")
    assert old in scheme
    scheme = scheme.replace(old, old + "        deadline: {count: 15, days: working}\n")
    (folder / "办法.yaml").write_text(scheme, "utf-8")
    text("assessment.yaml", "heze", "办法.yaml")(folder)
    put(LEDGER, "N1", "事件日期")(folder)
    put(LEDGER, "N3", event)(folder)
    put(LEDGER, "H3", deadline)(folder)


mistake("deadline-mismatch", LEDGER, "H3")(lambda f: with_events(f, "2024-03-05", "2024-04-05"))
mistake("calendar-ends", LEDGER, "N3")(lambda f: with_events(f, "2099-03-05", None))


def holidays(*rows: tuple[str, str]) -> Mistake:
    """A table 节假日 with these rows."""
    return lambda f: write_sheet(f / "节假日.xlsx", [["日期", "类型"], *rows])


mistake("holiday-duplicate", "节假日.xlsx", "A3")(
    holidays(("2024-10-01", "放假"), ("2024-10-01", "放假"))
)
mistake("holiday-weekday", "节假日.xlsx", "A2")(holidays(("2024-10-08", "上班")))
mistake("holiday-differs", "节假日.xlsx", "A2")(holidays(("2025-10-01", "上班")))


@mistake("holiday-incomplete", "节假日.xlsx")
def _(folder: Path) -> None:
    holidays(("2027-01-01", "放假"))(folder)
    text("assessment.yaml", "2024", "2027")(folder)


@mistake("holiday-uneven", "节假日.xlsx")
def _(folder: Path) -> None:
    days = [*statutory(2027), date(2027, 5, 3)]
    holidays(*((day.isoformat(), "放假") for day in days))(folder)


def appeal(*rows: tuple[Any, ...]) -> Mistake:
    """A table of appeals: 编号, 单位, 涉及, 提出日期, 结果, 决定日期."""
    head = ["编号", "单位", "涉及", "理由", "提出日期", "结果", "决定日期"]
    full = [[number, unit, about, "理由", *rest] for number, unit, about, *rest in rows]
    return lambda folder: write_sheet(folder / "申诉.xlsx", [head, *full])


REFUSED = ("2025-01-10", "不支持", "2025-01-20")
mistake("appeal-duplicate", "申诉.xlsx", "A3")(
    appeal(("SS1", "甲县", "TZ-1", *REFUSED), ("SS1", "甲县", "TZ-3", *REFUSED))
)
mistake("appeal-target", "申诉.xlsx", "C2")(appeal(("SS1", "乙县", "TZ-1", *REFUSED)))
mistake("appeal-unfulfilled", LEDGER, "K2")(
    appeal(("SS1", "甲县", "TZ-1", "2025-01-10", "支持", "2025-01-20"))
)
mistake("appeal-open", "申诉.xlsx", "F2")(appeal(("SS1", "甲县", "TZ-1", "2025-01-10")))


@mistake("indicator-not-applicable", FORM, "A12")
def _(folder: Path) -> None:
    with (folder / "assessment.yaml").open("a", encoding="utf-8") as file:
        file.write('not_applicable:\n  甲县: ["3.3"]\n')


@mistake("value-merged", FORM, "I5")
def _(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / FORM)
    book.active.merge_cells("I4:I5")
    book.save(folder / FORM)


@mistake("form-header-missing", FORM, "1")
def _(folder: Path) -> None:
    put(FORM, "A2", "单位")(folder)
    put(FORM, "B2", None)(folder)
    put(FORM, "D2", None)(folder)
    put(FORM, "E2", None)(folder)


@mistake("form-duplicate", "自我考核/上半年/甲县.xlsx", "")
def _(folder: Path) -> None:
    write_sheet(
        folder / "自我考核/上半年/甲县(修改稿).xlsx", form_rows("甲县", "上半年", spread(80))
    )


@mistake("gap-item", "自我考核/上半年", "")
def _(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / FORM)
    book.active.delete_rows(4)
    book.save(folder / FORM)


@mistake("header-missing", LEDGER, "")
def _(folder: Path) -> None:
    write_sheet(folder / LEDGER, [["问题一览"], [1, 2, 3]])


@mistake("sheet-unknown", LEDGER, "")
def _(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / LEDGER)
    book.create_sheet("填写说明")["A1"] = "每个问题一行"
    book.save(folder / LEDGER)


@mistake("file-unreadable", "平时考核台账/坏.xlsx", "")
def _(folder: Path) -> None:
    (folder / "平时考核台账/坏.xlsx").write_bytes(b"PK\x03\x04 not a workbook")


@mistake("file-encoding", "平时考核台账/乱码.csv", "")
def _(folder: Path) -> None:
    (folder / "平时考核台账/乱码.csv").write_bytes(b"\xff\xff\x00\x81,\xff\n")


@mistake("file-password", "平时考核台账/密码.parquet", "")
def _(folder: Path) -> None:
    (folder / "平时考核台账/密码.parquet").write_bytes(b"PARE" + b"x" * 20 + b"PARE")


@mistake("file-too-large", "平时考核台账/宽.csv", "2")
def _(folder: Path) -> None:
    (folder / "平时考核台账/宽.csv").write_text("台账编号,单位\n" + "," * 20_000, "utf-8")


@mistake("csv-delimiter", "平时考核台账/竖线.csv", "")
def _(folder: Path) -> None:
    (folder / "平时考核台账/竖线.csv").write_text("台账编号|单位\nTZ-9|甲县\n", "utf-8")


@mistake("csv-quote", "平时考核台账/引号.csv", "D2")
def _(folder: Path) -> None:
    header = ",".join(LEDGER_HEADER[:5])
    text = f'{header}\nTZ-8,甲县,1,"双公示栏目空白,2024-03-05\n'
    (folder / "平时考核台账/引号.csv").write_text(text, "utf-8")


@mistake("file-empty", "平时考核台账/空.xlsx", "")
def _(folder: Path) -> None:
    write_sheet(folder / "平时考核台账/空.xlsx", [])


mistake("file-type", "平时考核台账/旧.et")(lambda f: (f / "平时考核台账/旧.et").write_bytes(b"x"))
mistake("file-unknown", "考核对像.xlsx")(lambda f: write_sheet(f / "考核对像.xlsx", [[1]]))
mistake("file-locked", "~$考核对象.xlsx")(lambda f: (f / "~$考核对象.xlsx").write_bytes(b"x"))
mistake("assessment-missing", "assessment.yaml")(lambda f: (f / "assessment.yaml").unlink())
mistake("unchecked", "assessment.yaml")(lambda f: (f / "assessment.yaml").unlink())
mistake("folder-period", "自我考核/三季度")(
    lambda f: (f / "自我考核/上半年").rename(f / "自我考核/三季度")
)
mistake("units-missing", "考核对象")(lambda f: (f / UNITS).unlink())
mistake("table-missing", "第三方评估")(lambda f: (f / SCORES).unlink())
mistake("gap-form", "自我考核/上半年")(lambda f: (f / FORM).unlink())
mistake("gap-score", SCORES, "B2")(put(SCORES, "B2", None))
mistake("known-early", "assessment.yaml", "3")(
    text("assessment.yaml", "year: 2024", "year: 2024\nknown: 2024-12-30")
)


@mistake("entry-similar", LEDGER, "D6")
def _(folder: Path) -> None:
    for cell, value in (
        ("A6", "TZ-5"),
        ("B6", "甲"),
        ("C6", "1"),
        ("D6", "问题。"),
        ("E6", "2024-03-05"),
    ):
        put(LEDGER, cell, value)(folder)


def with_assessors(folder: Path, way: str, **scores: str) -> None:
    """Third-party scores by several assessors: by unit whose scores there are, each a letter."""
    from scoring.scheme import shipped

    old = "    table: 第三方评估\n"
    scheme = shipped()["heze"].read_text("utf-8")
    assert old in scheme
    scheme = scheme.replace(old, f"{old}    assessors: {way}\n")
    (folder / "办法.yaml").write_text(scheme, "utf-8")
    text("assessment.yaml", "heze", "办法.yaml")(folder)
    rows = [[unit, 90, name] for unit, names in scores.items() for name in names]
    write_sheet(folder / SCORES, [["单位", "得分", "评委"], *rows])


mistake("gap-assessor", SCORES)(
    lambda f: with_assessors(f, "mean", 甲县="ABC", 乙县="AC", 财政局="ABC")
)
mistake("gap-trimmed", SCORES)(
    lambda f: with_assessors(f, "trimmed", 甲县="AB", 乙县="AB", 财政局="ABC")
)
mistake("assessor-group", SCORES)(
    lambda f: with_assessors(f, "mean", 甲县="AB", 乙县="AB", 财政局="ABC")
)


@mistake("gap-nothing", "assessment.yaml")
def _(folder: Path) -> None:
    with (folder / "assessment.yaml").open("a", encoding="utf-8") as file:
        file.write(f"not_applicable:\n  甲县: {json.dumps(list(POINTS))}\n")


@mistake("gap-composite", "第三方评估")
def _(folder: Path) -> None:
    """What is missing is left out by the scheme, and a scheme of scores alone has nothing left."""
    (folder / "办法.yaml").write_text(ONLY_SCORES, "utf-8")
    text("assessment.yaml", "heze", "办法.yaml")(folder)
    put(SCORES, "B2", None)(folder)


ONLY_SCORES = """
name: shili
title: 示例办法
subject: 工作
source: 示例
groups: [县区, 部门]
clause: 一
missing: reweight
components:
  third_party:
    {kind: score, title: 第三方评估, table: 第三方评估, weight: 100, full: 100, clause: 一}
rounding: {decimals: 2, method: half_up}
grades: [{name: 合格, from: 60, clause: 一}, {name: 不合格, from: 0, clause: 一}]
"""


def template(name: str, text: str) -> Mistake:
    """The mistake of putting a template with this text into 模板."""

    def make(folder: Path) -> None:
        (folder / "模板").mkdir()
        (folder / "模板" / name).write_text(text, "utf-8")

    return make


PAGE = "通报.html.j2"
for kind_, name_, line_, text_ in (
    ("template-unreadable", "通报.docx", "", "不是 Word 文档"),
    ("template-tag", PAGE, "2", "{{ circular.title }}\n{{ circular.sections"),
    ("template-name", PAGE, "1", "{{ circular.titel }}"),
    ("template-forbidden", PAGE, "1", "{{ circular.title.upper() }}"),
    ("template-empty", PAGE, "", "<p>关于考核情况的通报</p>"),
):
    mistake(kind_, f"模板/{name_}", line_)(template(name_, text_))


def problems_of(folder: Path) -> list[dict[str, Any]]:
    outcome = CliRunner().invoke(app, ["check", str(folder), "--json"], standalone_mode=False)
    assert outcome.exception is None, outcome.exception
    return json.loads(outcome.stdout)["problems"]


def test_a_clean_folder_has_no_problem(folder: Path) -> None:
    assert problems_of(folder) == []


# gap-refused marks numbers of a provisional run; test_provisional.py shows it. appeal-undecided is what
# only a final run says of an open appeal; test_appeals.py shows it.
# What is wrong with a 核查表 that came back is in test_verification.py, cases are in test_authoring.py.
@pytest.mark.parametrize(
    "kind",
    sorted(
        k
        for k, v in CATALOGUE.items()
        if k not in {"gap-refused", "appeal-undecided"} and v.level not in {"核查", "用例"}
    ),
)
def test_each_kind_of_problem_is_reported_where_it_is(kind: str, folder: Path) -> None:
    assert kind in MISTAKES, (
        f"show a file with this mistake: mistake({kind!r}, file, cell)(…) above"
    )
    make, file, cell = MISTAKES[kind]
    make(folder)
    found = [p for p in problems_of(folder) if p["kind"] == kind and p["file"] == file]
    assert found, [(p["kind"], p["file"]) for p in problems_of(folder)]
    problem = found[0]
    where = re.fullmatch(r"([A-Z]*)(\d*)", cell)
    assert where is not None
    if file.endswith(".yaml"):
        assert str(problem["row"] or "") == (cell or str(problem["row"] or ""))
    else:
        assert (problem["column"] or "") == where[1]
        assert str(problem["row"] or "") == where[2] or not cell
    assert problem["mend"]


def test_a_header_that_is_nearly_right_is_suggested(folder: Path) -> None:
    put(LEDGER, "I1", "整改完成日其")(folder)
    found = [p for p in problems_of(folder) if p["kind"] == "column-misnamed"]
    assert [(p["found"], p["expected"]) for p in found] == [("整改完成日其", "“整改完成日期”")]


def test_an_unknown_unit_gets_the_nearest_name(folder: Path) -> None:
    put(LEDGER, "B2", "财正局")(folder)
    found = [p for p in problems_of(folder) if p["kind"] == "unit-unknown"]
    assert found[0]["expected"] == "考核对象表中的单位，最相近的是“财政局”"


def test_a_folder_with_twenty_mistakes_lists_all_twenty(folder: Path) -> None:
    """One pass, every mistake with its place; nothing is written."""
    book = openpyxl.load_workbook(folder / LEDGER)
    page = book.active
    for row in range(6, 30):
        for column, value in enumerate([f"TZ-{row}", "甲县", "3", "问题", "2024-05-06"], 1):
            page.cell(row, column, value)
        page.cell(row, LEDGER_HEADER.index("整改期限") + 1, "2024-06-06")
    for cell, value in (
        ("A6", None), ("A7", "TZ-8"), ("B8", "丙县"), ("C9", "第九项"), ("D10", None),
        ("E11", "2025-01-01"), ("E12", "昨天"), ("H13", "2024-13-01"), ("H14", "2024-05-01"),
        ("H15", None), ("I16", "45678"), ("I17", "2024-05-01"), ("J18", "是"), ("K19", "2024-05-01"),
        ("L20", "理由"), ("N1", "序号2"),
    ):  # fmt: skip
        page[cell] = value
    book.save(folder / LEDGER)
    put(FORM, "I6", 5.5)(folder)
    put(FORM, "A7", "2.33")(folder)
    put(SCORES, "B3", 101)(folder)
    put(SCORES, "A4", "教育局")(folder)
    outcome = CliRunner().invoke(app, ["grade", str(folder)], standalone_mode=False)
    assert outcome.return_value == 1
    assert not (folder / "结果").exists()
    cells = {(p["file"], f"{p['column'] or ''}{p['row'] or ''}") for p in problems_of(folder)}
    expected = {(LEDGER, c) for c in ("A6", "A8", "B8", "C9", "D10", "E11", "E12", "H13", "H14", "H15",
                                      "I16", "I17", "J18", "K19", "K20", "N1")}  # fmt: skip
    expected |= {(FORM, "I6"), (FORM, "A7"), (SCORES, "B3"), (SCORES, "A4")}
    assert expected <= cells, expected - cells
    for file, _ in expected:
        assert file in outcome.stderr


def test_form_header_names_are_the_contract() -> None:
    from scoring.intake.form_columns import FORM_COLUMNS
    from scoring.intake.ledger import COLUMNS

    assert [c.name for c in FORM_COLUMNS] == FORM_HEADER
    assert [c.name for c in COLUMNS] == LEDGER_HEADER
