"""A unit previews the form that it is about to hand in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click
import openpyxl
import pytest
from click.testing import CliRunner, Result

from scoring import make_forms, preview_form, score_assessment
from scoring.cli.app import app
from scoring.inquiry.preview import FormGiven, preview
from scoring.intake import load_assessment
from scoring.points import SCALE
from scoring.publish.forms.plan import score_folder
from scoring.publish.preview.html import preview_html
from scoring.steps.preview import PreviewError
from scoring.tables import Tables, make_tables
from tests.conftest import SAMPLE
from tests.folders import POINTS, form_rows, write_folder, write_sheet
from tests.random_schemes import LAST_DAY, YEAR
from tests.synthetic import assessment_of
from tests.test_algebra import area, item, only
from tests.test_algebra import form as form_of

FULL = {"上半年": 90, "下半年": 90, "第三方": 90}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["preview", *arguments], standalone_mode=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """甲县 has its first half verified, two problems, one of them still open; no third party yet."""
    entry = {"单位": "甲县", "问题描述": "目录更新不及时", "发现日期": "2024-12-05"}
    ledger = [
        {**entry, "台账编号": "TZ-1", "扣分项": "1"},
        {**entry, "台账编号": "TZ-2", "扣分项": "3", "整改期限": "2025-01-10"},
        {**entry, "台账编号": "TZ-3", "扣分项": "2.2", "核实结果": "待核实"},
    ]
    units = {"甲县": {"上半年": 80}, "乙县": {"上半年": 90}}
    return write_folder(tmp_path / "2024", units, ledger)


def form(path: Path, lost: dict[str, float], **more: Any) -> Path:
    """A form of 甲县's second half with full self-scores but for what is ``lost``, unverified."""
    rows = form_rows("甲县", "下半年", dict.fromkeys(POINTS))
    for row in rows[3:-1]:
        row[5] = row[4] - lost.get(row[0], 0)
        row[7] = "文件汇编"
    for code, (column, value) in more.get("cells", {}).items():
        next(row for row in rows if row[0] == code)[column] = value
    return write_sheet(path, rows)


def test_the_projection_is_what_grading_such_a_year_gives(folder: Path, tmp_path: Path) -> None:
    """98.5×30%＋(80＋95)÷2×40%＋88×30%＝90.95, as if the self-scores were verified in full."""
    path = form(tmp_path / "表.xlsx", {"1.1": 3, "2.1": 2})
    found, problems = preview_form(path, folder=folder, third_party=880_000)
    assert problems == []
    assert found is not None
    assert found.outcome is not None
    assert (found.outcome.composite, found.outcome.grade) == (9095, "优秀")
    values = {(k.title, k.period): (str(k.value), k.source) for k in found.known}
    assert values == {
        ("平时考核", None): ("197/2", "ledger"),
        ("自我考核", "上半年"): ("80", "verified"),
        ("自我考核", "下半年"): ("95", "form"),
        ("第三方评估", None): ("88", "assumed"),
    }
    # The same year, handed in, verified and evaluated.
    book = openpyxl.load_workbook(path)
    page = book.active
    for row in range(4, 4 + len(POINTS)):
        page.cell(row, 9, page.cell(row, 6).value)
    book.save(folder / "自我考核" / "下半年.xlsx")
    write_sheet(folder / "第三方评估.xlsx", [["单位", "得分"], ["甲县", 88]])
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    unit = next(u for u in score_assessment(assessment, final=False).units if u.unit == "甲县")
    assert unit.composite == found.outcome.composite


def test_without_a_third_party_score_all_are_tried(folder: Path, tmp_path: Path) -> None:
    path = form(tmp_path / "表.xlsx", {"1.1": 3, "2.1": 2})
    found, _ = preview_form(path, folder=folder)
    assert found is not None
    assert found.outcome is None
    # 64.55 from the rest: 89.995 asks for 84.82 (84.8166…), 79.995 for 51.49, 59.995 for nothing.
    assert [(b.grade, b.low, b.high) for b in found.bands] == [
        ("优秀", 848_200, 1_000_000), ("良好", 514_900, 848_100), ("合格", 0, 514_800),
    ]  # fmt: skip
    for band in found.bands:
        for points in (band.low, band.high):
            again, _ = preview_form(path, folder=folder, third_party=points)
            assert again is not None
            assert again.outcome is not None
            assert again.outcome.grade == band.grade


def test_open_ledger_rows_and_missing_form_items_are_told(folder: Path, tmp_path: Path) -> None:
    path = form(tmp_path / "表.xlsx", {"1.1": 10}, cells={"2.2": (5, None), "2.3": (7, None)})
    found, problems = preview_form(path, folder=folder, third_party=880_000)
    assert found is not None
    assert [(p.kind, p.place.column) for p in problems] == [("self-score-missing", "F")]
    assert [(lack.item.indicator, lack.score, lack.evidence) for lack in found.lacks] == [
        ("2.2", True, False), ("2.3", False, True),
    ]  # fmt: skip
    assert [(t.entries[0].entry, t.gain) for t in found.threats] == [("TZ-2", -45)]
    assert [e.entry for e in found.undecided] == ["TZ-3"]
    assert [(lv.items[0].indicator, lv.gain) for lv in found.improvements] == [
        ("1.1", 200),
        ("2.2", 100),
    ]
    assert found.needed is not None


def test_a_form_in_its_folder_needs_nothing_else(folder: Path) -> None:
    found, problems = preview_form(folder / "自我考核" / "上半年" / "甲县.xlsx")
    assert found is not None
    assert (found.unit, problems) == ("甲县", [])


def test_a_form_alone_says_what_must_be_given(tmp_path: Path) -> None:
    path = form(tmp_path / "表.xlsx", {})
    with pytest.raises(PreviewError, match="--scheme"):
        preview_form(path)
    found, _ = preview_form(path, scheme="heze", third_party=900_000)
    assert found is not None
    assert found.outcome is not None
    # 100×30%＋100×40%＋90×30%: the ledger is preset, the other half the same as this one.
    assert found.outcome.composite == 9700
    assert [k.source for k in found.known] == ["start", "same", "form", "assumed"]


def test_the_page_is_self_contained_and_says_the_same(folder: Path, tmp_path: Path) -> None:
    path = form(tmp_path / "表.xlsx", {"1.1": 3, "2.1": 2})
    done = run(
        str(path), "--folder", str(folder), "--third-party", "88", "--out", str(tmp_path / "o")
    )
    assert done.return_value == 0
    page = (tmp_path / "o" / "甲县下半年预估.html").read_text("utf-8")
    assert "<svg" in page
    assert not re.search(r"(?:src|href)=|url\(|https?://", page.replace("http://www.w3.org", ""))
    for said in ("综合成绩预估为90.95分，等次优秀", "84.82—100分为优秀", "TZ-2", "2025年1月10日"):
        assert said in page
        assert said in done.stdout
    found, _ = preview_form(path, folder=folder, third_party=880_000)
    assert found is not None
    assert preview_html(found) == page
    # Each bar stands behind its name and number, in percent of its own room.
    bars = re.findall(r'<li><span>(.+?)</span><span class="number">(.+?)/(.+?)</span>'
                      r'<span class="track" aria-hidden="true"><span style="width: (.+?)%">', page)  # fmt: skip
    assert len(bars) == 6
    for _, got, full, width in bars:
        assert float(width) == pytest.approx(100 * float(got) / float(full), abs=0.06)
    assert all('tabindex="0"' in tag for tag in re.findall(r'<div class="scroll"[^>]*>', page))


def test_a_wrong_form_is_reported_as_by_grade_without_writing(folder: Path, tmp_path: Path) -> None:
    path = form(tmp_path / "表.xlsx", {}, cells={"1.1": (5, 12), "2.2": (4, 6)})
    done = run(str(path), "--folder", str(folder), "--out", str(tmp_path / "o"))
    assert done.return_value == 1
    assert not (tmp_path / "o").exists()
    assert "F4单元格 “自评分” 数字超出范围：现为“12”；应为0到10的数字" in done.stderr
    assert "E6单元格 “分值” 分值与考核办法不一致：现为“6”；应为5" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["没有.xlsx"], "找不到文件"),
        (["{form}", "--third-party", "满分"], "--third-party 应为0以上的数字"),
        (["{form}", "--scheme", "heze2"], "找不到考核表所用的办法“heze2”"),
    ],
)
def test_wrong_usage_is_said_in_chinese(arguments: list[str], says: str, tmp_path: Path) -> None:
    path = form(tmp_path / "表.xlsx", {})
    outcome = run(*(a.format(form=path) for a in arguments))
    assert isinstance(outcome.exception, click.UsageError)
    assert says in outcome.exception.format_message()


@pytest.mark.parametrize("unit", ["临溪县人民政府", "示例市统计局"])
def test_a_form_of_ours_alone_gives_what_its_own_estimate_shows(unit: str, tmp_path: Path) -> None:
    """The sheet 预估 and the engine agree: on a blank form, with an item that does not apply too."""
    assessment, _ = load_assessment(SAMPLE)
    assert assessment is not None
    (content,) = make_forms(assessment, "上半年", units=[unit]).files.values()
    path = tmp_path / "考核表.xlsx"
    path.write_bytes(content)
    shown = {
        str(row[0].value): row[1].value
        for row in openpyxl.load_workbook(path, data_only=True)["预估"].iter_rows()
    }
    found, _ = preview_form(path)
    assert found is not None
    assert found.outcome is not None
    assert found.outcome.composite is not None
    assert f"{found.outcome.composite / 100:.2f}" == f"{shown['预估综合成绩']:.2f}"
    assert {k.title: k.source for k in found.known}["平时考核"] == "noted"


def test_a_half_verified_form_is_the_same_for_forms_and_preview() -> None:
    """The unit reports 8 of 10; the verifier wrote 3 done and left the total blank: that is no finding,
    and 3 of 10 is nobody's number."""
    scheme = only(form_of(area(100, item("1", 60), item("2", 40, fraction=True))))
    at = {"component": "a", "unit": "甲", "period": "全年"}
    plain = {**at, "not_applicable": False, "refused": False}
    items = [
        {**plain, "indicator": "1", "self_score": 44 * SCALE},
        {**plain, "indicator": "2", "self_done": 8, "self_of": 10, "done": 3},
    ]
    rows: dict[str, Any] = {
        "units": [{"unit": "甲", "group": "县区", "parent": None, "position": 0}],
        "forms": [at], "items": items,
    }  # fmt: skip
    own = score_folder(assessment_of(scheme, rows), LAST_DAY).own
    assert [p.score for p in own.periods] == [76 * SCALE]
    tables = make_tables(rows)
    given = FormGiven("a", "甲", "县区", "全年", tables.forms[0], tables.items)
    found = preview(given, Tables(units=tables.units), scheme, YEAR, LAST_DAY)
    assert found.period_score == 76 * SCALE
