"""申诉: read like every table, shown with what followed, and no final result while one is open."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document

from scoring.steps.grade import (
    NotFinalError,
    load_assessment,
    publish_results,
    score_assessment,
)
from tests.folders import write_folder, write_sheet
from tests.program import kaohe

pytestmark = pytest.mark.fast

HEAD = ["编号", "单位", "涉及", "理由", "提出日期", "答复", "结果", "决定日期"]
LEDGER, FORM, TABLE = "平时考核台账/台账.xlsx", "自我考核/上半年/乙县.xlsx", "申诉.xlsx"
GRANTED = ("支持", "2025-01-20")


def entry(number: str, unit: str = "甲县", **more: Any) -> dict[str, Any]:
    row = {"台账编号": number, "单位": unit, "扣分项": "1", "问题描述": f"{unit}的{number}"}
    return {**row, "发现日期": "2024-03-05", **more}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    whole = {"上半年": 90, "下半年": 90, "第三方": 90}
    units = {
        "甲县": {**whole, "简称": "甲"},
        "乙县": whole,
        "甲县教育局": {"所属单位": "甲县"},
        "财政局": {**whole, "类别": "部门"},
    }
    ledger = [entry("TZ-1"), entry("TZ-2", "甲县教育局"), entry("TZ-3", "乙县")]
    return write_folder(tmp_path / "2024", units, ledger)


def appeal(
    number: str, unit: str, about: str, *rest: Any, made: str = "2025-01-10", reason: str = "不实"
) -> list[Any]:
    """A row of the table; ``rest`` are 结果 and 决定日期."""
    return [number, unit, about, reason, made, None, *rest]


def appeals(folder: Path, *rows: list[Any]) -> Path:
    write_sheet(folder / TABLE, [["申诉登记表"], HEAD, *rows])
    return folder


def put(folder: Path, file: str, **cells: Any) -> None:
    book = openpyxl.load_workbook(folder / file)
    for cell, value in cells.items():
        book.active[cell] = value
    book.save(folder / file)


def problems(folder: Path, *options: str) -> list[tuple[str, str, str]]:
    """Kind, file and cell of what ``check`` says."""
    document = json.loads(kaohe("check", folder, "--json", *options).stdout)
    return [
        (p["kind"], p["file"], f"{p['column'] or ''}{p['row'] or ''}") for p in document["problems"]
    ]


def composites(folder: Path) -> dict[str, str]:
    document = json.loads((folder / "结果" / "results.json").read_text("utf-8"))
    return {unit["unit"]: unit["composite"] for unit in document["units"]}


@pytest.mark.parametrize(
    ("row", "kind", "cell"),
    [
        (appeal("SS1", "丙县", "TZ-1"), "unit-unknown", "B3"),
        (appeal("", "甲县", "TZ-1"), "value-missing", "A3"),
        (appeal("SS1", "甲县", "TZ-9"), "appeal-target", "C3"),
        # A department of a county has no form of its own.
        (appeal("SS1", "甲县教育局", "上半年 2.3"), "appeal-target", "C3"),
        (appeal("SS1", "甲县", "TZ-3"), "appeal-target", "C3"),
        (appeal("SS1", "甲县", "上半年 9.9"), "appeal-target", "C3"),
        (appeal("SS1", "甲县", "三季度 2.3"), "appeal-target", "C3"),
        (appeal("SS1", "甲县", "TZ-1", made="一月十日"), "date-unreadable", "E3"),
        (appeal("SS1", "甲县", "TZ-1", made="2024-03-04"), "date-order", "E3"),
        (appeal("SS1", "甲县", "TZ-1", "不支持", "2025-01-09"), "date-order", "H3"),
        (appeal("SS1", "甲县", "TZ-1", "不支持"), "value-missing", "H3"),
        (appeal("SS1", "甲县", "TZ-1", None, "2025-01-20"), "value-missing", "G3"),
        (appeal("SS1", "甲县", "TZ-1", "同意", "2025-01-20"), "value-unknown", "G3"),
        (appeal("SS1", "甲县", "TZ-1", reason=""), "value-missing", "D3"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_at_its_cell(
    folder: Path, row: list[Any], kind: str, cell: str
) -> None:
    appeals(folder, row)
    assert problems(folder) == [(kind, TABLE, cell)]


def test_a_number_is_used_once(folder: Path) -> None:
    row = appeal("SS1", "甲县", "TZ-1", "不支持", "2025-01-20")
    appeals(folder, row, row)
    assert problems(folder) == [("appeal-duplicate", TABLE, "A4")]


@pytest.mark.parametrize(
    "about",
    ["上半年 2.3", "上半年2.3", "上半年，指标２.3", "自我考核（上半年）指标编号2.3", "上半年\n2.3"],
)
def test_an_item_is_named_in_the_ways_in_which_offices_write_it(folder: Path, about: str) -> None:
    appeals(folder, appeal("SS1", "乙县", about))
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    (row,) = assessment.appeals
    assert (row.component, row.period, row.indicator) == ("self_assessment", "上半年", "2.3")


def test_a_ledger_row_that_was_refused_is_one_fault(folder: Path) -> None:
    put(folder, LEDGER, E2="三月五日")
    appeals(folder, appeal("SS1", "甲县", "TZ-1"))
    assert problems(folder) == [("date-unreadable", LEDGER, "E2")]


def test_appeals_that_are_open_or_refused_change_no_score(folder: Path) -> None:
    assert kaohe("grade", folder).returncode == 0
    before = composites(folder)
    appeals(
        folder, appeal("SS1", "甲县", "TZ-1"),
        appeal("SS2", "乙县", "TZ-3", "不支持", "2025-01-20"),
    )  # fmt: skip
    assert kaohe("grade", folder, "--open-appeals").returncode == 0
    assert composites(folder) == before


def test_a_final_run_refuses_open_appeals_and_lists_them(folder: Path) -> None:
    appeals(folder, appeal("SS1", "甲县", "TZ-1"), appeal("SS2", "乙县", "上半年 2.3"))
    assert problems(folder) == [("appeal-open", TABLE, "G3"), ("appeal-open", TABLE, "G4")]
    assert "申诉办结后可以计算正式结果" in kaohe("check", folder).stdout
    assert kaohe("check", folder).returncode == 0
    run = kaohe("grade", folder)
    assert run.returncode == 1
    assert "SS1" in run.stderr
    assert "SS2" in run.stderr
    assert "--open-appeals" in run.stderr
    assert not (folder / "结果").exists()


def test_open_appeals_that_are_accepted_are_in_the_notes(folder: Path) -> None:
    appeals(folder, appeal("SS1", "甲县", "TZ-1"))
    assert kaohe("grade", folder, "--open-appeals").returncode == 0
    book = openpyxl.load_workbook(folder / "结果" / "考核结果.xlsx")
    notes = [str(cell.value) for row in book["数据说明"] for cell in row if cell.value]
    assert "有1件申诉尚未决定（SS1），本结果未计入" in notes
    assert book["申诉"]["H4"].value == "尚未决定"
    audited = kaohe("audit", folder / "结果", "--folder", folder)
    assert audited.returncode == 0, audited.stdout


def test_a_notebook_is_refused_too(folder: Path, tmp_path: Path) -> None:
    appeals(folder, appeal("SS1", "甲县", "TZ-1"))
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    result = score_assessment(assessment)
    assert result.final
    with pytest.raises(NotFinalError) as raised:
        publish_results(result, assessment, tmp_path / "out")
    assert [p.kind for p in raised.value.problems] == ["appeal-undecided"]


def test_a_granted_appeal_needs_the_revocation(folder: Path) -> None:
    appeals(folder, appeal("SS1", "甲县教育局", "TZ-2", *GRANTED))
    assert problems(folder) == [("appeal-unfulfilled", LEDGER, "K3")]
    assert kaohe("grade", folder).returncode == 1
    put(folder, LEDGER, K3="2025-01-20", L3="申诉SS1")
    assert problems(folder) == []
    assert kaohe("grade", folder).returncode == 0
    assert composites(folder)["甲县"] == "92.55"
    book = openpyxl.load_workbook(folder / "结果" / "考核结果.xlsx")
    assert book["申诉"]["J4"].value == "2025年1月20日撤销，不计扣分"


def test_a_granted_item_needs_a_note_of_its_verifier(folder: Path) -> None:
    appeals(folder, appeal("SS1", "乙县", "上半年 6.3", *GRANTED))
    assert problems(folder) == [("appeal-unfulfilled", FORM, "K27")]
    put(folder, FORM, I27=2, K27="经申诉SS10复核")
    assert problems(folder) == [("appeal-unfulfilled", FORM, "K27")]
    put(folder, FORM, K27="经申诉SS1复核")
    assert problems(folder) == []


def test_what_was_decided_later_is_not_yet_known(folder: Path) -> None:
    """On 15 January the first appeal is open, the second not yet made."""
    put(folder, LEDGER, K2="2025-01-20", L2="申诉SS1")
    appeals(
        folder, appeal("SS1", "甲县", "TZ-1", *GRANTED),
        appeal("SS2", "乙县", "TZ-3", made="2025-01-16"),
    )  # fmt: skip
    until = ("--known", "2025-01-15")
    assert problems(folder) == [("appeal-open", TABLE, "G4")]
    run = kaohe("grade", folder, *until)
    assert run.returncode == 1
    assert "SS1" in run.stderr
    assert "SS2" not in run.stderr
    assert kaohe("grade", folder, *until, "--open-appeals").returncode == 0
    book = openpyxl.load_workbook(folder / "结果" / "考核结果.xlsx")
    assert [row[7].value for row in book["申诉"].iter_rows(min_row=4)] == ["尚未决定"]
    # Granted on the 20th, revoked only on the 25th: between them it is not carried out.
    put(folder, LEDGER, K2="2025-01-25")
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    assert not score_assessment(assessment, known=date(2025, 1, 22)).final
    assert score_assessment(assessment, known=date(2025, 1, 25)).final


def test_what_if_an_appeal_is_granted(folder: Path) -> None:
    appeals(folder, appeal("SS1", "甲县", "TZ-1"), appeal("SS2", "乙县", "上半年 6.3"))

    def moved(*wishes: str) -> dict[str, str]:
        options = [option for wish in wishes for option in ("--appeal", wish)]
        document = json.loads(kaohe("whatif", folder, *options, "--json").stdout)
        return {m["unit"]: m["after"]["composite"] for m in document["moved"]}

    by_hand = json.loads(kaohe("whatif", folder, "--revoke", "TZ-1", "--json").stdout)
    assert (
        moved("SS1")
        == {"甲县": "92.55"}
        == {m["unit"]: m["after"]["composite"] for m in by_hand["moved"]}
    )
    # 6.3 was verified as 0 of 2: its self-score adds 2 to one of two halves, of which 40% count.
    assert moved("SS2") == {"乙县": "92.95"}
    assert moved("SS2=1") == {"乙县": "92.75"}
    wrong = kaohe("whatif", folder, "--appeal", "SS3")
    assert wrong.returncode == 2
    assert "没有编号为SS3的申诉" in wrong.stderr


def test_the_unit_is_told_what_became_of_its_appeals(folder: Path) -> None:
    put(folder, LEDGER, K3="2025-01-20", L3="申诉SS1")
    appeals(folder, appeal("SS1", "甲县教育局", "TZ-2", *GRANTED))
    assert kaohe("feedback", folder).returncode == 0
    notes = {p.name: p.read_bytes() for p in (folder / "反馈").glob("*反馈单.docx")}

    def tables(unit: str) -> list[str]:
        document = Document(io.BytesIO(notes[f"{unit}反馈单.docx"]))
        return [c.text for t in document.tables for row in t.rows for c in row.cells]

    assert "2025年1月20日撤销，不计扣分" in tables("甲县")
    assert "申诉编号" not in tables("乙县")
