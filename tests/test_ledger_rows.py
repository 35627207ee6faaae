"""Ledger rows: a row for several units, and one problem under two numbers."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring import score_assessment
from scoring.cli.app import app
from scoring.intake import load_assessment
from scoring.problems import Problem
from scoring.rules import ledger as status
from scoring.score import Result
from tests.folders import LEDGER_HEADER, write_folder, write_sheet
from tests.thorough import examples

FULL = {"上半年": 90, "下半年": 90, "第三方": 90}
UNITS: dict[str, dict[str, Any]] = {
    "甲县人民政府": {**FULL, "简称": "甲县"},
    "乙县人民政府": {**FULL, "简称": "乙县"},
    "甲县卫健局": {"所属单位": "甲县人民政府"},
    "甲县教育局": {"所属单位": "甲县人民政府"},
}


def entry(number: str, unit: str = "甲县", **more: Any) -> dict[str, Any]:
    return {
        "台账编号": number, "单位": unit, "扣分项": "1", "问题描述": "栏目长期不更新",
        "发现日期": "2024-03-05", **more,
    }  # fmt: skip


def year(folder: Path, *rows: Mapping[str, Any]) -> tuple[Result, list[Problem]]:
    assessment, problems = load_assessment(write_folder(folder / "2024", UNITS, rows))
    assert assessment is not None
    return score_assessment(assessment), problems


def cost(result: Result, unit: str = "甲县人民政府") -> Any:
    return 100 - next(u for u in result.units if u.unit == unit).components["ledger"]  # type: ignore[operator]


def test_a_reminder_only_where_several_graded_units_are_charged(tmp_path: Path) -> None:
    own = [entry("1", "甲县、甲县卫健局"), entry("2", "甲县、甲县人民政府", 问题描述="x")]
    result, problems = year(tmp_path / "1", *own)
    assert [p.kind for p in problems] == []
    assert cost(result) == 3
    shared = entry("1", "甲县、乙县、甲县卫健局")
    result, problems = year(tmp_path / "2", shared)
    assert [p.kind for p in problems] == ["unit-shared"]
    assert [(e.unit, e.status) for e in result.entries] == [
        ("甲县人民政府", status.COUNTED), ("乙县人民政府", status.COUNTED),
        ("甲县卫健局", status.REPEATED),
    ]  # fmt: skip


def test_the_workbook_shows_why_a_row_costs_once(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "2024", UNITS, [entry("1", "甲县、甲县卫健局")])
    assert CliRunner().invoke(app, ["grade", str(folder)], standalone_mode=False).return_value == 0
    sheet = openpyxl.load_workbook(folder / "结果" / "考核结果.xlsx", data_only=True)[
        "平时考核台账"
    ]
    rows = list(sheet.iter_rows(values_only=True))
    at = next(i for i, row in enumerate(rows) if row[0] == "台账编号")
    names = rows[at]
    found = [dict(zip(names, row, strict=True)) for row in rows[at + 1 :] if row[0] == "1"]
    assert [(r["单位"], r["处理结果"], r["扣分"]) for r in found] == [
        ("甲县人民政府", "计入", 1.5), ("甲县卫健局", "同一行已计入，不重复计", 0),
    ]  # fmt: skip
    assert found[1]["理由"] == "同一行的问题计入甲县人民政府一次，不因又列甲县卫健局而重复计"


def test_a_refused_row_of_county_and_department_is_one_gap(tmp_path: Path) -> None:
    result, _ = year(tmp_path, entry("1", "甲县卫健局、甲县、甲县教育局", 发现日期="某日"))
    assert [(gap.unit, gap.kind) for gap in result.gaps] == [("甲县人民政府", "gap-refused")]


LISTED = {"1": False, "2.2": True}
"""Rules that count at once or when found true, and whether a department's rows are only listed."""
OWNER = {"甲县": "甲", "甲县人民政府": "甲", "甲县卫健局": "甲", "甲县教育局": "甲", "乙县": "乙"}


@settings(max_examples=examples(15), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    rows=st.lists(
        st.tuples(
            st.lists(st.sampled_from(sorted(OWNER)), min_size=1, max_size=4),
            st.sampled_from(sorted(LISTED)),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_a_row_costs_each_graded_unit_once(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[list[str], str]]
) -> None:
    """By the handbook: each problem costs 1.5, whoever of a unit it names, if it names the unit or
    the rule charges departments."""
    entries = [
        entry(f"{i}", "、".join(names), 扣分项=rule, 核实结果="属实", 问题描述=f"问题{i}")
        for i, (names, rule) in enumerate(rows)
    ]
    expected = dict.fromkeys("甲乙", 0)
    for names, rule in rows:
        charged = {OWNER[name] for name in names if not (LISTED[rule] and name.endswith("局"))}
        for unit in charged:
            expected[unit] += 1
    result, _ = year(tmp_path_factory.mktemp("rows"), *entries)
    assert {unit: cost(result, f"{unit}县人民政府") * 2 / 3 for unit in expected} == expected
    named = {(i, n.replace("人民政府", "")) for i, (names, _) in enumerate(rows) for n in names}
    shown = {(int(e.entry), e.unit.replace("人民政府", "")) for e in result.entries}
    assert shown == named, "no unit that a row names is lost from the ledger's sheet"


# One problem under two numbers


def similar(problems: Sequence[Problem]) -> list[tuple[str, str]]:
    return [(str(p.place), p.expected) for p in problems if p.kind == "entry-similar"]


FIRST = "平时考核台账/台账.xlsx 工作表“Sheet1” 第2行"
SECOND = "平时考核台账/台账.xlsx 工作表“Sheet1” 第3行 D3单元格 “问题描述”"


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"单位": "甲县人民政府"},
        {"单位": "甲县卫健局"},
        {"单位": "乙县、甲县"},
        {"问题描述": "栏目长期未更新。"},
        {"问题描述": "“栏目”长期不更新 "},
        {"问题描述": "网站栏目长期不更新"},
    ],
)
def test_one_problem_under_two_numbers_is_reminded_of(tmp_path: Path, more: dict[str, Any]) -> None:
    result, problems = year(tmp_path, entry("1"), entry("2", **more))
    assert similar(problems) == [(SECOND, FIRST)]
    assert cost(result) == 3, "it is said, never merged"


@pytest.mark.parametrize(
    "more",
    [
        {"单位": "乙县"},
        {"扣分项": "2.2", "核实结果": "属实"},
        {"发现日期": "2024-03-06"},
        {"问题描述": "电话长期无人接听"},
        {"问题描述": "第二栏目长期不更新", "单位": "乙县"},
        {"撤销日期": "2024-03-07", "撤销理由": "重复登记"},
        {"核实结果": "不属实"},
    ],
)
def test_different_problems_are_not_reminded_of(tmp_path: Path, more: dict[str, Any]) -> None:
    assert similar(year(tmp_path, entry("1"), entry("2", **more))[1]) == []


def test_what_differs_in_a_number_or_a_name_is_another_problem(tmp_path: Path) -> None:
    texts = [
        "市政府门户网站“部门动态”栏目超过60天未更新",
        "市政府门户网站“政策解读”栏目超过60天未更新",
        "市政府门户网站“部门动态”栏目超过90天未更新",
        "第一季度报表没有按时公布", "第二季度报表没有按时公布",
    ]  # fmt: skip
    rows = [entry(f"{i}", 问题描述=text) for i, text in enumerate(texts)]
    assert similar(year(tmp_path, *rows)[1]) == []


def test_the_other_row_may_stand_in_another_file(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "2024", UNITS, [entry("1")])
    row = [entry("DC-1").get(name) for name in LEDGER_HEADER]
    write_sheet(folder / "平时考核台账" / "督查组.xlsx", [LEDGER_HEADER, row])
    _, problems = load_assessment(folder)
    assert similar(problems) == [
        ("平时考核台账/督查组.xlsx 工作表“Sheet1” 第2行 D2单元格 “问题描述”", FIRST)
    ]


def test_a_huge_group_is_compared_in_linear_time(tmp_path: Path) -> None:
    """3,000 long descriptions of one day: comparing all with all would take many minutes."""
    rows = [
        entry(f"{i}", 问题描述="".join(chr(0x4E00 + (i * 31 + k * k) % 2000) for k in range(150)))
        for i in range(3000)
    ]
    folder = write_folder(tmp_path / "2024", UNITS, rows)
    start = time.monotonic()
    load_assessment(folder)
    assert time.monotonic() - start < 60
