"""资料截止日: what happened by the as-of day is one question, what the office knows of it another."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import explain, make_feedback, make_forms, score_assessment, what_if
from scoring.cli.app import app
from scoring.inquiry.change_parser import ChangeError
from scoring.intake import load_assessment
from scoring.rules import ledger as status
from tests.folders import write_folder, write_settings
from tests.thorough import examples

FULL = {"上半年": 90, "下半年": 90, "第三方": 90}
JANUARY = {"撤销日期": "2025-01-20", "撤销理由": "申诉成立"}


def entry(number: str, **more: Any) -> dict[str, Any]:
    return {
        "台账编号": number, "单位": "甲县", "扣分项": "1", "问题描述": f"问题{number}",
        "发现日期": "2024-03-05", **more,
    }  # fmt: skip


def year(folder: Path, *rows: Mapping[str, Any], **options: Any) -> Path:
    return write_folder(folder / "2024", {"甲县": FULL, "乙县": FULL}, rows, options)


def kaohe(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, standalone_mode=False)


def graded(folder: Path, *arguments: str) -> dict[str, Any]:
    done = kaohe("grade", str(folder), "--json", *arguments)
    assert (done.exception, done.return_value) == (None, 0), done.stderr
    return json.loads(done.stdout)


def ledger_of(result: Mapping[str, Any], unit: str = "甲县") -> str:
    return next(u for u in result["units"] if u["unit"] == unit)["components"]["ledger"]


def test_a_revocation_of_january_counts_in_the_final_run(tmp_path: Path) -> None:
    result = graded(year(tmp_path, entry("1", **JANUARY), entry("2")))
    assert (result["as_of"], result["known"], result["final"]) == ("2024-12-31", None, True)
    assert ledger_of(result) == "98.5"


@pytest.mark.parametrize(("known", "left"), [("2025-01-19", "97"), ("2025-01-20", "98.5")])
def test_the_day_is_fixed_in_the_settings_or_by_an_option(
    tmp_path: Path, known: str, left: str
) -> None:
    folder = year(tmp_path, entry("1", **JANUARY), entry("2"))
    asked = graded(folder, "--known", known)
    write_settings(folder, known=known)
    said = graded(folder)
    assert asked == said
    assert (said["known"], said["final"], ledger_of(said)) == (known, True, left)
    assert ledger_of(graded(folder, "--known", "2025-03-01")) == "98.5", "the option goes before"


def test_the_view_of_a_past_day_goes_by_what_was_known_then(tmp_path: Path) -> None:
    revoked = {"撤销日期": "2024-07-01", "撤销理由": "申诉成立"}
    folder = year(tmp_path, entry("1", **revoked), known="2025-01-31")

    def view(*arguments: str) -> tuple[str, str]:
        result = graded(folder, "--provisional", *arguments)
        return result["known"], ledger_of(result)

    assert view("--as-of", "2024-06-30") == ("2024-06-30", "98.5")
    assert view("--as-of", "2024-07-01") == ("2024-07-01", "100")
    assert view("--as-of", "2024-06-30", "--known", "2024-07-01") == ("2024-07-01", "100")
    assert view() == ("2025-01-31", "100")


@settings(max_examples=examples(25), deadline=None)
@given(
    revoked=st.lists(st.one_of(st.none(), st.dates(date(2024, 3, 5), date(2025, 3, 1))), min_size=1,
                     max_size=6),
    as_of=st.dates(date(2024, 3, 1), date(2024, 12, 30)),
)  # fmt: skip
def test_what_is_decided_later_changes_no_view_of_a_past_day(
    tmp_path_factory: pytest.TempPathFactory, revoked: list[date | None], as_of: date
) -> None:
    """The files of today and those of that day, in which the later revocations did not stand yet,
    give the same view."""

    def view(days: list[date | None]) -> Any:
        rows = [
            entry(f"{i}", **({"撤销日期": day, "撤销理由": "x"} if day else {}))
            for i, day in enumerate(days)
        ]
        assessment, _ = load_assessment(year(tmp_path_factory.mktemp("known"), *rows))
        assert assessment is not None
        result = score_assessment(assessment, as_of, final=False)
        return [(u.unit, u.composite, u.grade) for u in result.units], [
            (e.entry, e.status) for e in result.entries
        ]

    assert view(revoked) == view([day if day and day <= as_of else None for day in revoked])


def test_a_final_run_knows_all_until_its_day(tmp_path: Path) -> None:
    folder = year(tmp_path, entry("1"))
    early = kaohe("grade", str(folder), "--known", "2024-12-30")
    assert "资料截止日 2024-12-30 早于截至日期 2024-12-31，只能出暂定结果" in str(early.exception)
    assert not (folder / "结果").exists()
    assert "可以计算暂定结果" in kaohe("check", str(folder), "--known", "2024-12-30").stdout
    assert graded(folder, "--known", "2024-12-30", "--provisional")["final"] is False
    past = kaohe("explain", str(folder), "甲县", "--known", "2023-12-31")
    assert "资料截止日 2023-12-31 早于考核年度 2024 年" in str(past.exception)


def test_a_day_in_the_settings_before_the_as_of_day_is_an_error(tmp_path: Path) -> None:
    folder = year(tmp_path, entry("1"), known="2024-12-30")
    done = kaohe("grade", str(folder))
    assert done.return_value == 1
    assert (
        "第3行第1列（known） 资料截止日早于截至日期：现为“2024-12-30”；应为截至日期2024-12-31当日"
        in done.stderr
    )
    assert kaohe("check", str(folder)).return_value == 1
    assert graded(folder, "--provisional")["known"] == "2024-12-30"
    write_settings(folder, known="2025-01-20")
    late = kaohe("grade", str(folder), "--as-of", "2025-01-31")
    assert "资料截止日 2025-01-20 早于截至日期 2025-01-31" in str(late.exception)


def test_the_office_is_told_which_revocations_do_not_count(tmp_path: Path) -> None:
    folder = year(tmp_path, entry("1", **JANUARY), entry("2"), known="2025-01-10")
    done = kaohe("grade", str(folder))
    assert "截至 2024-12-31，资料截止 2025-01-10" in done.stdout
    assert "提醒：1 的撤销日期在资料截止日 2025-01-10 之后，本次仍然计入。" in done.stdout
    write_settings(folder)
    assert "撤销日期" not in kaohe("grade", str(folder)).stdout


def cells(content: Path | bytes, sheet: str) -> list[tuple[Any, ...]]:
    source = io.BytesIO(content) if isinstance(content, bytes) else content
    book = openpyxl.load_workbook(source, data_only=True)
    return list(book[sheet].iter_rows(values_only=True))


def test_the_workbook_says_until_when_what_was_decided_counts(tmp_path: Path) -> None:
    folder = year(tmp_path, entry("1", **JANUARY), entry("2"))
    said = {}
    for known in (None, "2025-01-10"):
        write_settings(folder, **({"known": known} if known else {}))
        graded(folder)
        book = folder / "结果" / "考核结果.xlsx"
        (header,) = [r for r in cells(book, "平时考核台账") if r[0] == "台账编号"]
        rows = [dict(zip(header, r, strict=True)) for r in cells(book, "平时考核台账")]
        first = next(row for row in rows if row["台账编号"] == "1")
        notes = [r[0] for r in cells(book, "数据说明") if str(r[0]).startswith("资料截止日")]
        (summary,) = [r for r in cells(book, "汇总") if "甲县" in r]
        said[known] = notes, first["处理结果"], first["扣分"], first["理由"], summary
    notes, result, cost, reason, summary = said[None]
    assert notes == ["资料截止日：不限（截至日期以后作出的撤销、核实也计）"]
    assert (result, cost) == ("已撤销", 0)
    assert reason == "2025年1月20日撤销，理由：申诉成立"
    assert 98.5 in summary
    notes, result, cost, reason, summary = said["2025-01-10"]
    assert notes == ["资料截止日：2025年1月10日（此日以后作出的撤销不计）"]
    assert (result, cost) == ("计入", 1.5)
    assert reason == "检查通报；2025年1月20日的撤销在资料截止日之后，尚未生效"
    assert 97 in summary


@pytest.mark.office
def test_the_live_formulas_agree_whatever_is_known(tmp_path: Path, office: Any) -> None:
    folder = year(tmp_path, entry("1", **JANUARY), entry("2"), known="2025-01-10")
    graded(folder)
    book = folder / "结果" / "考核结果.xlsx"
    assert cells(office(book, "xlsx"), "汇总") == cells(book, "汇总")


def test_every_question_is_answered_by_the_same_day(tmp_path: Path) -> None:
    """explain, whatif, feedback, forms and preview go by the known day of the run."""
    folder = year(tmp_path, entry("1", **JANUARY), entry("2"))
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    before, after = date(2025, 1, 19), date(2025, 1, 20)
    for known, counted in ((before, {"1", "2"}), (after, {"2"}), (None, {"2"})):
        explanation = explain(assessment, "甲县", known=known)
        got = {e.entry for e in explanation.result.entries if e.status == status.COUNTED}
        assert got == counted
        improvements = {e.entry for shift in explanation.improvements for e in shift.entries}
        assert improvements == counted
        composite = explanation.unit.composite
        revoked = what_if(assessment, revoked=["2"], known=known).moved[0]
        assert (revoked.before.composite, revoked.after.composite) == (
            composite,
            (composite or 0) + 45,
        )
    with pytest.raises(ChangeError, match="已于2025-01-20撤销"):
        what_if(assessment, revoked=["1"])
    assert what_if(assessment, revoked=["1"], known=before).moved
    as_json = kaohe("whatif", str(folder), "--revoke", "1", "--known", "2025-01-19", "--json")
    assert json.loads(as_json.stdout)["known"] == "2025-01-19"
    described = kaohe("explain", str(folder), "甲县", "--known", "2025-01-19", "--json")
    assert json.loads(described.stdout)["known"] == "2025-01-19"

    overviews = [
        make_feedback(score_assessment(assessment, known=known), assessment)["反馈总览.xlsx"]
        for known in (before, after)
    ]
    counts = [
        [row[:9] for row in cells(content, "反馈总览") if "甲县" in row] for content in overviews
    ]
    assert counts[0] != counts[1]

    form = folder / "自我考核" / "上半年" / "甲县.xlsx"
    previews = [
        kaohe("preview", str(form), "--known", day).stdout for day in ("2025-01-19", "2025-01-20")
    ]
    assert "97" in previews[0]
    assert "98.5" in previews[1]
    blanks = [
        make_forms(assessment, "下半年", units=["甲县"], known=known).files["甲县.xlsx"]
        for known in (before, after)
    ]
    scores = [{v for row in cells(blank, "预估") for v in row} for blank in blanks]
    assert 97 in scores[0]
    assert 98.5 in scores[1]
