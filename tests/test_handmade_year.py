"""A year of hand-made files is read without one wrong refusal, and a fault in any hand is found."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from scoring.cli.app import app
from scoring.intake import load_assessment
from scoring.intake.folder import inspect_folder
from scoring.problems import CATALOGUE, Problem, clip, errors
from tests.folders import POINTS, records, spread, write_folder, write_sheet
from tests.handmade import data, forms, ledgers, lists
from tests.handmade.sheets import Cell, Document, Page, bare, letter
from tests.handmade.year import documents, write_year

FULL = {"上半年": 90, "下半年": 90, "第三方": 90}
INSERTED = {
    "办理民警", "备注2", "佐证链接", "牵头科室", "类别", "网站评估\n（60分）", "电话暗访\n（40分）", "名次",
}  # fmt: skip
"""Names of columns that the contract does not know: each gets a 提醒 where it stands, but in the unit
list, which may have columns of the office's own (联系人, 联系电话)."""


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_year(tmp_path_factory.mktemp("handmade") / "2024")


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, [*arguments], standalone_mode=False)


def test_the_folder_holds_what_it_is_to_try() -> None:
    """36 forms, no two by the same hand; every block, table, way of writing and foot among them."""
    hands = [forms._hand(n, 0) for n in range(36)]
    assert len(set(hands)) == 36
    for name, ways in (
        ("block", forms.BLOCKS), ("layout", forms.LAYOUTS), ("numbers", forms.NUMBERS), ("codes", forms.CODES),
        ("foot", forms.FEET), ("captions", range(4)), ("beside", range(6)),
    ):  # fmt: skip
        assert {getattr(hand, name) for hand in hands} == set(range(len(ways))), name
    assert sum(hand.formulas for hand in hands) >= 4
    assert {d.path.rpartition(".")[2] for d in documents()} == {"xlsx", "xls", "csv"}
    pages = [p for d in documents() for p in d.pages]
    assert {p.state for p in pages} == {"visible", "hidden", "veryHidden"}
    assert {e.grade for e in data.expected().values()} >= {"优秀", "良好", "合格"}


def test_check_refuses_nothing_and_reminds_of_what_is_odd(year: Path) -> None:
    outcome = run("check", str(year), "--json")
    problems = json.loads(outcome.stdout)["problems"]
    assert [p for p in problems if p["severity"] == "error"] == []
    assert outcome.return_value == 0
    found = Counter(
        (p["kind"], p["file"], p["sheet"], p["column"] and f"{p['column']}{p['row']}")
        for p in problems
    )
    assert found == Counter(_reminders())


def _reminders() -> Iterator[tuple[str, str, str, str | None]]:
    for document in documents():
        for page in document.pages:
            seen = set()
            for r, c, cell in page.cells():
                # A header that stands again on the next page is named once.
                inserted = cell.value in INSERTED and cell.value not in seen
                if inserted and any(v in _HEADS for v in map(bare, page.rows[r - 1])):
                    seen.add(cell.value)
                    yield "column-unknown", document.path, page.name, f"{letter(c)}{r}"
            if page.hidden_rows:
                yield "rows-hidden", document.path, page.name, None
            if page.name == "评分标准":
                yield "sheet-unknown", document.path, page.name, None


_HEADS = {"指标\n编号", "指标编号*", "问题编号", "被评估单位", "单位名称（全称）"}


def test_every_row_with_content_is_read_or_named(year: Path) -> None:
    inspection = inspect_folder(year)
    assert all(report.adds_up() for report in inspection.reports)
    items = sum(
        1
        for n, (unit, _) in enumerate((u, p) for u in data.UNITS for p in data.PERIODS)
        for code in POINTS
        if code not in data.EXEMPT.get(unit, "") or (n != 27 and forms._hand(n, 0).foot % 2)
    )
    read = Counter[str]()
    for report in inspection.reports:
        read[report.table] += report.read
        assert report.refused == 0
    assert read["考核对象"] == len(data.UNITS) + len(data.SUBORDINATES)
    assert read["第三方评估"] == len(data.UNITS)
    assert read["自我考核"] == items
    # Of a csv file lines are counted: two problems take a line more.
    texts = Counter(e.text for e in data.INSPECTORS)
    assert read["平时考核台账"] == len(data.ENTRIES) + sum(text.count("\n") for text in texts)


def test_rows_passed_over_are_shown_and_listed(year: Path, tmp_path: Path) -> None:
    """Whoever signs sees each row that holds text and was not taken for data."""
    passed = {
        (report.file, report.sheet, row.row): row.text
        for report in inspect_folder(year).reports
        for row in report.no_data
    }
    office = "平时考核台账/市政府办公室2024年台账（定稿）.xlsx"
    assert passed[office, "台账", 9] == "1月小计 3件"
    printed = run("check", str(year)).stdout
    assert f"其中 {len(passed)} 行有文字，但不作为数据：" in printed
    assert f"{office} 工作表“台账” 第9行 “1月小计 3件”" in printed
    assert run("grade", str(year), "--out", str(tmp_path)).return_value == 0
    sheet = openpyxl.load_workbook(tmp_path / "考核结果.xlsx")["不作为数据的行"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[1][-1] == f"共{len(passed)}行"
    assert rows[2] == ["序号", "文件", "工作表", "行", "内容"]
    listed = {(file, name, row): text for _, file, name, row, text in rows[3:]}
    assert listed == {at: clip(text, 100) for at, text in passed.items()}


def test_what_is_read_is_what_was_meant(year: Path) -> None:
    assessment, _ = load_assessment(year)
    assert assessment is not None
    entries = {row["entry"]: row for row in records(assessment.tables.entries)}
    assert len(entries) == len(data.ENTRIES)
    words = {"属实": "true", "不属实": "false", None: None}
    for entry in data.ENTRIES:
        row = entries[entry.number]
        read = [
            row[n]
            for n in ("unit", "rule", "found", "deadline", "rectified", "revoked", "revoked_reason")
        ]
        assert read == [
            entry.unit, entry.rule, entry.found, entry.deadline, entry.rectified, entry.revoked, entry.reason,
        ]  # fmt: skip
        assert row["verification"] == words[entry.finding]
        assert row["description"] == " ".join(entry.text.split())
    scores: dict[tuple[str, str, str], tuple[Any, Any]] = {}
    for item in records(assessment.tables.items):
        scores[item["unit"], item["period"], item["indicator"]] = (
            item["self_score"],
            item["verified_score"],
        )
    for unit in data.UNITS:
        for period in data.PERIODS:
            own = data.self_scores(unit, period)
            for code, score in data.verified(unit, period).items():
                assert scores[unit, period, code] == (own[code] * 10_000, score * 10_000), (
                    unit,
                    period,
                    code,
                )


def test_grades_are_exactly_those_of_the_oracle(year: Path, tmp_path: Path) -> None:
    outcome = run("grade", str(year), "--out", str(tmp_path / "结果"))
    assert outcome.return_value == 0, outcome.stderr
    results = json.loads((tmp_path / "结果" / "results.json").read_text("utf-8"))
    assert results["final"] is True
    found = {
        u["unit"]: data.Expected(
            *(Fraction(u["components"][key]) for key in ("ledger", "self_assessment", "third_party")),
            Fraction(u["composite"]), u["grade"], u["rank"],
        )
        for u in results["units"]
    }  # fmt: skip
    assert found == data.expected()


@pytest.mark.parametrize("shift", [4, 7, 11])
def test_other_hands_change_nothing(shift: int, tmp_path: Path) -> None:
    files = [lists.units(), *ledgers.documents(), *forms.documents(shift), lists.third_party()]
    assessment, problems = load_assessment(write_year(tmp_path / "2024", files))
    assert [p.message() for p in errors(problems)] == []
    assert assessment is not None
    read = {
        (row["unit"], row["period"], row["indicator"]): row["verified_score"]
        for row in records(assessment.tables.items)
        if row["verified_score"] is not None
    }
    assert read == {
        (unit, period, code): score * 10_000
        for unit in data.UNITS
        for period in data.PERIODS
        for code, score in data.verified(unit, period).items()
    }


# One fault in every file

Fault = Callable[[Document, Page, int, int], tuple[str, Any]]
"""Puts a fault into a cell: the kind of problem, and what stands there."""


def _misspelt(document: Document, page: Page, row: int, column: int) -> tuple[str, Any]:
    said = str(page.value(row, column))
    if document.path.startswith("自我考核"):
        return "indicator-unknown", "6.8"
    kind = "unit-parent" if document.path.startswith("考核对象") else "unit-unknown"
    return kind, f"{said[:-1]}镇"


def _beside(document: Document, page: Page, row: int, column: int) -> tuple[str, Any]:
    day = date(2024, 3, 5)
    return "column-unnamed", f"{day}" if document.path.endswith(".csv") else day


def _shown(document: Document, page: Page, row: int, column: int) -> tuple[str, Any]:
    if document.path.endswith(".csv"):
        return "date-unreadable", "3月29日"
    if document.path.startswith("平时"):
        return "date-unreadable", Cell(date(2024, 3, 29), 'm"月"d"日"')
    return "value-shown", Cell(0.9, "0.0%")


@pytest.mark.parametrize(
    ("mark", "fault"), [("name", _misspelt), ("beside", _beside), ("shown", _shown)]
)
def test_a_fault_in_any_hand_is_found_at_its_cell(mark: str, fault: Fault, tmp_path: Path) -> None:
    """One fault in every sheet at once, and no other error beside it."""
    planted = set()
    files = documents()
    for document in files:
        if mark == "name" and document.path == "考核对象.xlsx":
            continue  # below, by itself: without a sound list other names cannot be judged
        for page in document.pages:
            if mark in page.marks:
                planted.add(_plant(document, page, *page.marks[mark], fault))
    assert len(planted) >= 45
    found = _cells_of_errors(inspect_folder(write_year(tmp_path / "2024", files)).problems)
    assert found == planted


def test_a_fault_in_the_unit_list_is_found_at_its_cell(tmp_path: Path) -> None:
    files = documents()
    page = files[0].pages[0]
    planted = _plant(files[0], page, *page.marks["name"], _misspelt)
    found = _cells_of_errors(inspect_folder(write_year(tmp_path / "2024", files)).problems)
    assert found == {planted}


Planted = tuple[str, str, str | None, str]


def _plant(document: Document, page: Page, row: int, column: int, fault: Fault) -> Planted:
    kind, value = fault(document, page, row, column)
    page.put(row, column, value)
    if not document.path.endswith(".csv"):
        return kind, document.path, page.name, f"{letter(column)}{row}"
    line = 1 + sum(
        1 + max((str(bare(v)).count("\n") for v in cells), default=0)
        for cells in page.rows[: row - 1]
    )
    return kind, document.path, None, f"{letter(column)}{line}"


def _cells_of_errors(problems: tuple[Problem, ...]) -> set[Planted]:
    return {
        (p.kind, p.place.file, p.place.sheet, f"{p.place.column}{p.place.row}")
        for p in errors(problems)
        if CATALOGUE[p.kind].level != "缺项"
    }


# What only looks like no data is data


def _kinds(folder: Path) -> set[tuple[str, str]]:
    return {(p.kind, p.place.within_file().split()[-2]) for p in errors(inspect_folder(folder).problems)
            if p.place.column}  # fmt: skip


LEDGER = ["台账编号", "单位", "扣分项", "问题描述", "发现日期"]
ROW = ["T-9", "甲县", "1", "问题", "2024-03-05"]


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        (["T-1", "一、甲县", "1", "问题", "2024-03-05"], "B3单元格"),
        ([None, "一、甲县", "1"], "B3单元格"),
        ([None, "一、甲县"], "B3单元格"),
        (["T-1", "甲县", "1", "制表：张三", None], "E3单元格"),
        (["T-1", "甲县", None, "第1页", "2024-03-05"], "C3单元格"),
        (["T-1", "甲县", "1", "一、网站未更新", "3月5日"], "E3单元格"),
        (["一、甲县", "甲县", "1", None, "2024-03-05"], "D3单元格"),
    ],
)
def test_a_ledger_row_that_looks_like_a_caption_is_read(
    row: list[Any], cell: str, tmp_path: Path
) -> None:
    folder = write_folder(tmp_path / "2024", {"甲县": FULL})
    last = ["T-8", *ROW[1:3], "另一问题", "2024-05-06"]
    write_sheet(folder / "平时考核台账" / "台账.xlsx", [LEDGER, ROW, row, last])
    assert cell in {at for _, at in _kinds(folder)}
    if sum(v is not None for v in row) > 1:
        # Below every other row too, where structure decides.
        write_sheet(
            folder / "平时考核台账" / "台账.xlsx", [LEDGER, ROW, row, ["合计"], ["制表：张三"]]
        )
        assert cell in {at for _, at in _kinds(folder)}


def test_a_month_in_the_column_of_units_is_a_caption(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "2024", {"甲县": FULL})
    rows = [
        LEDGER,
        [None, "3月份"],
        ROW,
        [None, "第二季度"],
        ["T-8", *ROW[1:3], "另一问题", "2024-05-06"],
    ]
    write_sheet(folder / "平时考核台账" / "台账.xlsx", rows)
    assert errors(inspect_folder(folder).problems) == []


def test_a_unit_with_a_number_before_its_name_is_no_caption(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "2024", {"甲县": FULL, "乙县": FULL})
    rows = [
        ["单位名称", "类别"],
        ["一、县（市、区）（2个）"],
        ["甲县", "县区"],
        ["二、乙县"],
        ["乙县", "县区"],
    ]
    write_sheet(folder / "考核对象.xlsx", rows)
    assert _kinds(folder) == {("value-missing", "B4单元格")}
    write_sheet(
        folder / "第三方评估.xlsx", [["单位", "得分"], ["一、县区"], ["一、甲县", 90], ["乙县", 90]]
    )
    write_sheet(folder / "考核对象.xlsx", [*rows[:3], rows[4]])
    assert _kinds(folder) == {("unit-unknown", "A3单元格")}


@pytest.mark.parametrize(
    ("changed", "cell"),
    [
        ([None, None, "制度机制建设", None, 10, 10, None, None, 10], "A4单元格"),
        ([None, "一、基础建设", "制度机制建设", None, 10, 10, None, None, 10], "A4单元格"),
        ([None, None, None, None, 10, 10, None, None, 10], "A4单元格"),
        (["1.1", "合计", None, None, 10, 10, None, None, 50], "I4单元格"),
        (["1.7", "填表人：", "张三", None, 10, 10, None, None, 10], "A4单元格"),
        (["一、1", None, "制度机制建设", None, 10, 10, None, None, 10], "A4单元格"),
    ],
)
def test_an_item_without_code_or_among_labels_is_reported(
    changed: list[Any], cell: str, tmp_path: Path
) -> None:
    folder = write_folder(tmp_path / "2024", {"甲县": FULL})
    rows: list[list[Any]] = [
        ["单位：甲县  考核年度：2024  期次：上半年"],
        [],
        forms_header(),
        changed,
    ]
    rows += [
        [c, None, None, None, POINTS[c], POINTS[c], None, None, v]
        for c, v in spread(90).items()
        if c != "1.1"
    ]
    write_sheet(folder / "自我考核" / "上半年" / "甲县.xlsx", rows)
    assert cell in {at for _, at in _kinds(folder)}


def forms_header() -> list[str]:
    return [
        "指标编号",
        "一级指标",
        "二级指标",
        "评分标准",
        "分值",
        "自评分",
        "自评说明",
        "证明材料",
        "核查得分",
    ]


def test_codes_of_the_scheme_that_look_like_captions_are_codes(tmp_path: Path) -> None:
    from scoring.scheme import shipped

    folder = write_folder(tmp_path / "2024", {"甲县": FULL}, settings={"scheme": "办法.yaml"})
    text = shipped()["heze"].read_text("utf-8").replace('code: "1.1"', 'code: "（一）制度"')
    (folder / "办法.yaml").write_text(text, "utf-8")
    for period in ("上半年", "下半年"):
        verified = {"（一）制度" if c == "1.1" else c: v for c, v in spread(90).items()}
        rows: list[list[Any]] = [
            [f"单位：甲县  考核年度：2024  期次：{period}"],
            ["编号", "满分", "自评得分", "核查得分"],
        ]
        rows += [[c, POINTS.get(c, 10), v, v] for c, v in verified.items()]
        write_sheet(folder / "自我考核" / period / "甲县.xlsx", rows)
    assert run("check", str(folder)).return_value == 0
