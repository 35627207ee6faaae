"""The columns that richer schemes need in their tables, as docs/写考核办法.md lists them, and what is
said where they are not there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from scoring.intake.form_columns import COUNT_COLUMNS, LONG_COLUMNS
from scoring.intake.ledger import COLUMNS, POINTS_COLUMN, REPEAT_COLUMN
from scoring.intake.scores import ASSESSOR
from scoring.problems import Problem
from scoring.score import Result
from scoring.steps.grade import load_assessment, score_assessment
from tests.conftest import ROOT
from tests.folders import write_settings, write_sheet

pytestmark = pytest.mark.fast

SCHEME = """\
name: biao
title: 办法
subject: 工作
source: 无
groups: [科室]
clause: 一
components:
  ledger:
    kind: ledger
    title: 台账
    table: 台账
    weight: 60
    clause: 一
    start: 100
    rules:
      - {code: "1", title: 问题, points: 2, counts: notified, clause: 一}
      - {code: "2", title: 迟供, points: 3, counts: overdue, deadline: {count: 15, days: working, event: 变更日期}, clause: 二}
  review:
    kind: score
    title: 评审
    table: 评审
    weight: 40
    clause: 一
    full: 100
    assessors: trimmed
grades: [{name: 合格, from: 60}, {name: 不合格}]
"""
HEADER = [
    "台账编号",
    "单位",
    "扣分项",
    "问题描述",
    "发现日期",
    "变更日期",
    "整改期限",
    "整改完成日期",
]
UNITS = ("规划科", "法规科", "财务科")


def folder(
    path: Path, rows: Sequence[Sequence[Any]] = (), who: str = "评委", year: int = 2024
) -> tuple[Result | None, list[Problem]]:
    """The result of a folder with these ledger rows; every unit gets 90, 80 and 70."""
    write_settings(path, scheme="biao.yaml", year=year)
    (path / "biao.yaml").write_text(SCHEME, "utf-8")
    write_sheet(path / "考核对象.xlsx", [["单位名称", "类别"], *([u, "科室"] for u in UNITS)])
    write_sheet(path / "台账.xlsx", [HEADER, *rows])
    marks = [[u, m, f"{i}号"] for u in UNITS for i, m in enumerate((90, 80, 70), 1)]
    write_sheet(path / "评审.xlsx", [["单位", "得分", who], *marks])
    assessment, problems = load_assessment(path)
    if assessment is None or [p for p in problems if p.severity.value == "错误"]:
        return None, problems
    return score_assessment(assessment), problems


def components(result: Result | None, key: str) -> dict[str, Any]:
    assert result is not None
    return {unit.unit: unit.components[key] for unit in result.units}


def test_the_page_names_the_columns_that_the_program_reads() -> None:
    page = (ROOT / "docs" / "写考核办法.md").read_text("utf-8")
    table = page[page.index("## 办法写了什么，表里就要有什么列") :]
    rows = re.findall(r"(?m)^\| (.+?) \| (台账|考核表|得分表) \| (.+?) \| ", table)
    named = {
        w for _, _, cell in rows for w in re.split("[、；，]", re.sub("（.*?）", "", cell)) if w
    }
    counts = [column for way in COUNT_COLUMNS.values() for column in way]
    read = {
        c.name for c in (*COLUMNS, *counts, *LONG_COLUMNS, POINTS_COLUMN, REPEAT_COLUMN, ASSESSOR)
    }
    assert named - {"`event` 写的列名"} <= read
    assert {POINTS_COLUMN.name, REPEAT_COLUMN.name, ASSESSOR.name, "报送日期"} <= named
    assert {column.name for column in counts} <= named


def test_a_row_for_several_units_counts_for_each(tmp_path: Path) -> None:
    rows = [["A1", "规划科、法规科", "1", "某事", "2024-03-05"]]
    result, problems = folder(tmp_path, rows)
    assert [p.kind for p in problems] == ["unit-shared"]
    assert components(result, "ledger") == {"规划科": 98, "法规科": 98, "财务科": 100}


def test_of_several_units_the_one_that_is_not_known_is_named(tmp_path: Path) -> None:
    _, problems = folder(tmp_path, [["A1", "规划科、法规可", "1", "某事", "2024-03-05"]])
    (problem,) = problems
    assert (problem.kind, problem.found) == ("unit-unknown", "法规可")
    assert "最相近的是“法规科”" in problem.expected


def test_a_table_of_assessors_without_their_column_says_so(tmp_path: Path) -> None:
    result, problems = folder(tmp_path / "a")
    assert components(result, "review") == dict.fromkeys(UNITS, 80)
    _, problems = folder(tmp_path / "b", who="专家")
    messages = [p.message() for p in problems]
    assert any("缺少必需的列" in m and "评委" in m for m in messages), messages
    assert not any("只保留一行" in m for m in messages)


@pytest.mark.parametrize(
    ("year", "event", "deadline", "left", "kind"),
    [
        # Beyond the calendar's years: a written deadline holds, and one that lies after the
        # assessment's year in any case is not due yet.
        (2098, "2098-03-05", "2098-03-26", 97, None),
        (2098, "2098-12-24", None, 100, None),
        (2098, "2098-12-16", None, None, "calendar-ends"),
        (2098, "2098-03-05", None, None, "calendar-ends"),
        (2024, "2024-03-01", None, 97, None),
    ],
)
def test_the_end_of_the_calendar(
    year: int, event: str, deadline: str | None, left: int | None, kind: str | None, tmp_path: Path
) -> None:
    row = ["A1", "规划科", "2", "某事", event, event, deadline]
    result, problems = folder(tmp_path, [row], year=year)
    assert [p.kind for p in problems] == ([kind] if kind else [])
    for problem in problems:
        assert "应为" not in problem.message()
        assert "整改期限" in problem.message()
    if left is not None:
        assert result is not None
        assert result.final
        assert components(result, "ledger")["规划科"] == left
