"""评委: every assessor of a group scores every unit of it, or there is a gap that names both."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import score_assessment
from scoring.intake import load_assessment
from scoring.problems import errors
from scoring.steps.preview import preview_form
from tests.conftest import ROOT
from tests.thorough import examples

pytestmark = pytest.mark.fast

SCHEME = """
name: shili
title: 示例办法
subject: 工作
source: 示例
groups: [县区, 部门]
clause: 一
components:
  review: {kind: score, title: 专家评审, table: 专家评审, weight: 100, full: 100, clause: 一, assessors: WAY}
grades: [{name: 合格, from: 60, clause: 一}, {name: 不合格, from: 0, clause: 一}]
rounding: {decimals: 2, method: half_up}
missing: MISSING
"""
UNITS = {"甲县": "县区", "乙县": "县区", "丙县": "县区", "教育局": "部门", "财政局": "部门"}
ALL = ("张", "王", "李")

Marks = Mapping[str, Mapping[str, Any]]


def table(path: Path, rows: Sequence[Sequence[Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def rows_of(marks: Marks) -> list[list[Any]]:
    """A row a mark, by assessor; a mark of None is a blank cell, one that is not there no row."""
    return [[unit, mark, name] for name, given in marks.items() for unit, mark in given.items()]


def year(
    folder: Path,
    rows: Sequence[Sequence[Any]],
    way: str = "mean",
    missing: str = "refuse",
    units: Mapping[str, str] = UNITS,
) -> Path:
    table(folder / "考核对象.csv", [["单位名称", "类别", "所属单位"], *([u, g, "甲县" if u == "甲县局" else ""] for u, g in units.items())])  # fmt: skip
    table(folder / "专家评审.csv", [["单位", "得分", "评委"], *rows])
    scheme = SCHEME.replace("WAY", way).replace("MISSING", missing)
    (folder / "办法.yaml").write_text(scheme, "utf-8")
    (folder / "assessment.yaml").write_text("scheme: 办法.yaml\nyear: 2024\n", "utf-8")
    return folder


def full(mark: int = 80, assessors: Sequence[str] = ALL) -> dict[str, dict[str, Any]]:
    return {name: dict.fromkeys(UNITS, mark) for name in assessors}


def without(marks: Marks, *gone: tuple[str, str]) -> dict[str, dict[str, Any]]:
    return {
        name: {u: m for u, m in given.items() if (name, u) not in gone}
        for name, given in marks.items()
    }


def kaohe(*arguments: str) -> Result:
    done = CliRunner().invoke(app_(), arguments, standalone_mode=False)
    assert done.exception is None, done.exception
    return done


def app_() -> Any:
    from scoring.cli.app import app

    return app


def said(folder: Path) -> list[tuple[str, str, str]]:
    """Kind, place and about of every error that check reports; grade then writes nothing."""
    checked = kaohe("check", str(folder), "--json")
    found = [p for p in json.loads(checked.stdout)["problems"] if p["severity"] == "error"]
    graded = kaohe("grade", str(folder))
    assert checked.return_value == graded.return_value == bool(found)
    assert (folder / "结果").exists() == (not found)
    return [(p["kind"], f"{p['file']}:{p['row'] or ''}", p["about"]) for p in found]


def warned(folder: Path) -> list[str]:
    found = json.loads(kaohe("check", str(folder), "--json").stdout)["problems"]
    return [p["about"] for p in found if p["kind"] == "assessor-group"]


def test_all_there_is_graded(tmp_path: Path) -> None:
    assert said(year(tmp_path, rows_of(full()))) == []


@pytest.mark.parametrize("way", ["mean", "trimmed"])
def test_a_blank_score_is_a_gap_at_its_row(tmp_path: Path, way: str) -> None:
    marks = full(assessors=(*ALL, "赵"))
    marks["王"]["乙县"] = None
    assert said(year(tmp_path, rows_of(marks), way)) == [
        ("gap-score", "专家评审.csv:8", "乙县 评委王")
    ]


@pytest.mark.parametrize("way", ["mean", "trimmed"])
def test_an_absent_row_is_a_gap_in_the_assessors_file(tmp_path: Path, way: str) -> None:
    marks = without(full(assessors=(*ALL, "赵")), ("王", "乙县"))
    assert said(year(tmp_path, rows_of(marks), way)) == [
        ("gap-assessor", "专家评审.csv:", "评委王没有给乙县打分")
    ]
    (tmp_path / "专家评审.csv").unlink()
    for name, given_ in marks.items():
        table(
            tmp_path / "专家评审" / f"{name}.csv",
            [["单位", "得分", "评委"], *rows_of({name: given_})],
        )
    assert said(tmp_path) == [("gap-assessor", "专家评审/王.csv:", "评委王没有给乙县打分")]


def test_many_absent_rows_of_one_assessor_are_one_gap(tmp_path: Path) -> None:
    gone = [("王", unit) for unit in ("甲县", "乙县", "教育局")]
    assert said(year(tmp_path, rows_of(without(full(), *gone)))) == [
        ("gap-assessor", "专家评审.csv:", "评委王没有给甲县、乙县、教育局打分")
    ]


def test_a_name_spelled_in_two_ways_is_pointed_out(tmp_path: Path) -> None:
    units = {f"单位{n}": "县区" for n in range(6)}
    rows = [[unit, 80, name] for unit in units for name in ("王建国", "李志强")]
    rows[0][2], rows[4][2] = "王建囯", "王 建 国"
    found = kaohe("check", str(year(tmp_path, rows, units=units)), "--json").stdout
    about = {p["about"]: p["mend"] for p in json.loads(found)["problems"]}
    assert about == {
        "评委王建囯没有给单位1、单位2、单位3等5个单位打分":
            "如果“王建囯”就是“王建国”，请改为同一写法；否则补上这名评委的打分",
    }  # fmt: skip


def test_only_scores_under_the_other_spelling_explain_a_gap(tmp_path: Path) -> None:
    """Where the right name lacks another unit too, that stays a gap of its own."""
    units = {f"单位{n}": "县区" for n in range(6)}
    rows = [[unit, 80, name] for unit in units for name in ("王建国", "李志强")]
    rows[0][2] = "王建囯"
    del rows[2]
    assert {about for _, _, about in said(year(tmp_path, rows, units=units))} == {
        "评委王建国没有给单位0、单位1打分",
        "评委王建囯没有给单位1、单位2、单位3等5个单位打分",
    }


def test_a_unit_that_nobody_scored_is_one_gap(tmp_path: Path) -> None:
    marks = without(full(), *((name, "丙县") for name in ALL))
    assert said(year(tmp_path, rows_of(marks))) == [("gap-score", "专家评审:", "丙县")]


def test_panels_may_differ_by_group(tmp_path: Path) -> None:
    counties = {u: 80 for u, group in UNITS.items() if group == "县区"}
    bureaus = {u: 80 for u, group in UNITS.items() if group == "部门"}
    marks = {"张": counties, "王": counties, "赵": bureaus, "钱": bureaus}
    folder = year(tmp_path, rows_of(marks))
    assert said(folder) == []
    assert warned(folder) == []
    del bureaus["财政局"]
    assert [about for _, _, about in said(year(tmp_path / "2", rows_of(marks)))] == ["财政局"]


def test_an_assessor_of_most_groups_is_reminded_of_the_others(tmp_path: Path) -> None:
    marks = without(full(), ("王", "教育局"), ("王", "财政局"))
    folder = year(tmp_path, rows_of(marks))
    assert warned(folder) == ["评委王给县区打了分，没有给部门打分"]
    assert said(folder) == []


def test_two_assessors_cannot_be_trimmed(tmp_path: Path) -> None:
    marks = {**full(assessors=("张", "王")), "李": {"教育局": 80, "财政局": 80}}
    assert said(year(tmp_path, rows_of(marks), "trimmed")) == [
        ("gap-trimmed", "专家评审.csv:", "甲县、乙县、丙县")
    ]


def test_one_fault_is_said_once(tmp_path: Path) -> None:
    """A row that cannot be read is the one that lacks."""
    marks = full()
    marks["王"]["乙县"] = "好"
    assert [kind for kind, _, _ in said(year(tmp_path / "1", rows_of(marks)))] == [
        "number-unreadable"
    ]
    rows = rows_of(full())
    rows[6][2] = None
    assert [kind for kind, _, _ in said(year(tmp_path / "2", rows))] == ["value-missing"]
    rows = rows_of(full())
    rows[6][0] = "乙具"
    assert [kind for kind, _, _ in said(year(tmp_path / "3", rows))] == ["unit-unknown"]
    rows = [*rows_of(full()), ["乙县", 70, "王"]]
    assert [kind for kind, _, _ in said(year(tmp_path / "4", rows))] == ["score-duplicate"]
    folder = year(tmp_path / "5", rows_of(full()))
    (folder / "专家评审").mkdir()
    (folder / "专家评审.csv").rename(folder / "专家评审" / "一.csv")
    (folder / "专家评审" / "二.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    assert [kind for kind, _, _ in said(folder)] == ["file-unreadable"]


@pytest.mark.parametrize("fault", ["blank", "absent", "word", "twice", "unnamed", "file"])
@pytest.mark.parametrize("missing", ["refuse", "zero", "reweight"])
def test_no_mean_is_taken_over_fewer_in_a_provisional_run(
    tmp_path: Path, fault: str, missing: str
) -> None:
    """Whatever the scheme says of what is missing: an assessor's score is no part of it."""
    rows = rows_of(full())
    at = next(i for i, row in enumerate(rows) if row[0] == "乙县" and row[2] == "王")
    match fault:
        case "blank":
            rows[at][1] = None
        case "absent":
            del rows[at]
        case "word":
            rows[at][1] = "好"
        case "twice":
            rows.append(["乙县", 70, "王"])
        case "unnamed":
            rows[at][2] = None
    folder = year(tmp_path, rows, missing=missing)
    lacking = {"乙县"}
    if fault == "file":
        (folder / "专家评审").mkdir()
        (folder / "专家评审.csv").rename(folder / "专家评审" / "一.csv")
        (folder / "专家评审" / "二.xlsx").write_bytes(b"PK\x03\x04 no workbook")
        lacking = set(UNITS)
    assert kaohe("grade", str(folder), "--provisional").return_value == 0
    result = json.loads((folder / "暂定结果" / "results.json").read_text("utf-8"))
    assert {u["unit"] for u in result["units"] if u["composite"] is None} == lacking
    assert all(u["gaps"] and u["grade"] is None for u in result["units"] if u["unit"] in lacking)
    assert kaohe("grade", str(folder)).return_value == 1


marks_ = st.one_of(st.none(), st.integers(0, 100), st.sampled_from([99.5, 60.25]))


@settings(max_examples=examples(20), deadline=None)
@given(data=st.data())
def test_means_and_gaps_are_those_of_the_matrix(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Random marks with holes: the gaps are the holes, the means those of the full rows."""
    way = data.draw(st.sampled_from(["mean", "trimmed"]))
    names = ["张", "王", "李", "赵"][: data.draw(st.integers(2, 4))]
    rows = [
        [unit, data.draw(marks_), name]
        for name in names
        for unit in UNITS
        if data.draw(st.integers(0, 9))
    ]
    # Written by hand from the rows: who scores a group, and what each unit has of them.
    panel = {group: {n for u, _, n in rows if UNITS[u] == group} for group in ("县区", "部门")}
    expected: dict[str, Fraction] = {}
    holes: dict[str, set[str | None]] = {}
    for unit, group in UNITS.items():
        has = {n: m for u, m, n in rows if u == unit}
        if not has:
            holes[unit] = {None}
        elif lacking := {n for n in panel[group] if has.get(n) is None}:
            holes[unit] = lacking
        elif way == "trimmed" and len(has) < 3:
            holes[unit] = {None}
        else:
            kept = sorted(Fraction(str(m)) for m in has.values())
            kept = kept[1:-1] if way == "trimmed" else kept
            expected[unit] = sum(kept, Fraction(0)) / len(kept)
    folder = year(tmp_path_factory.mktemp("marks"), rows, way)
    assessment, problems = load_assessment(folder)
    assert assessment is not None
    assert not [p for p in errors(problems) if rows]
    result = score_assessment(assessment)
    assert {u.unit: u.components["review"] for u in result.units if not u.gaps} == expected
    assert {u.unit: {g.assessor for g in u.gaps} for u in result.units if u.gaps} == holes
    assert all(gap.blocking for gap in result.gaps)
    assert result.final == (not holes)
    assert bool(said(folder)) == bool(holes)


def test_a_department_that_is_not_graded_does_not_make_a_panel(tmp_path: Path) -> None:
    rows = [*rows_of(full()), ["甲县局", 80, "赵"]]
    folder = year(tmp_path, rows, units={**UNITS, "甲县局": ""})
    found = said(folder)
    assert not [kind for kind, _, _ in found if kind.startswith("gap")]


def test_a_preview_takes_no_mean_of_some_assessors(tmp_path: Path) -> None:
    folder = tmp_path / "fenlei"
    sample = ROOT / "sample_data" / "schemes" / "fenlei"
    shutil.copytree(sample if (sample / "assessment.yaml").is_file() else sample / "2024", folder)
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    from scoring import make_forms

    form = tmp_path / "青禾县.xlsx"
    form.write_bytes(make_forms(assessment, "全年", units=["青禾县"]).files["青禾县.xlsx"])
    before, _ = preview_form(form, folder=folder)
    assert before is not None
    assert "review" not in before.open_scores
    import openpyxl

    book = openpyxl.load_workbook(folder / "专家评审.xlsx")
    page = book.active
    (cell,) = [r[1] for r in page.iter_rows() if (r[0].value, r[2].value) == ("青禾县", "专家1")]
    cell.value = None
    book.save(folder / "专家评审.xlsx")
    after, _ = preview_form(form, folder=folder)
    assert after is not None
    assert "review" in after.open_scores
