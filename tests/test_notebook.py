"""The package as somebody in a notebook uses it: one error that says all, exact frames, typed names."""

from __future__ import annotations

import doctest
import inspect
import re
import shutil
import subprocess
import sys
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

import scoring
from scoring.problems import CATALOGUE, Place
from tests.folders import LEDGER_HEADER, write_folder, write_sheet

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "sample_data" / "2024"
UNITS = {
    name: {"类别": "县区", "上半年": 90, "下半年": 90, "第三方": 90} for name in ("甲县", "乙县")
}


@pytest.fixture(scope="module")
def result() -> scoring.Result:
    return scoring.score_assessment(scoring.load_assessment(str(SAMPLE)))


def wrong_folder(tmp_path: Path) -> Path:
    """A ledger row of an unknown unit, and one of an unknown rule."""
    folder = write_folder(tmp_path / "2024", UNITS)
    rows = [
        LEDGER_HEADER,
        ["T1", "没有的县", "1", "问题<b>", "2024-03-01"],
        ["T2", "甲县", "9.9", "问题", "2024-03-01"],
    ]
    write_sheet(folder / "平时考核台账" / "错.xlsx", rows)
    return folder


# Loading


def test_one_error_carries_and_prints_all_problems(tmp_path: Path) -> None:
    folder = wrong_folder(tmp_path)
    with pytest.raises(scoring.AssessmentError) as caught:
        scoring.load_assessment(folder)
    kinds = {problem.kind for problem in caught.value.problems}
    assert {"unit-unknown", "rule-unknown"} <= kinds
    text = str(caught.value)
    assert f"考核文件夹“{folder}”有2处错误" in text
    for part in ("错.xlsx", "B2单元格", "没有的县", "C3单元格", "9.9", "改法："):
        assert part in text


def test_the_error_shows_as_a_table_with_escaped_text(tmp_path: Path) -> None:
    with pytest.raises(scoring.AssessmentError) as caught:
        scoring.load_assessment(wrong_folder(tmp_path / "<i>"))
    page = caught.value._repr_html_()
    assert page.count("<tr>") == 2
    assert "&lt;i&gt;" in page
    assert "<i>" not in page


def test_many_problems_are_shortened_with_their_count() -> None:
    kinds = list(CATALOGUE)
    problems = [scoring.Problem(kind, Place(f"{kind}.xlsx"), "甲") for kind in kinds]
    error = scoring.AssessmentError("2024", problems)
    lines = str(error).splitlines()
    shown = sum(line.startswith("  [") for line in lines)
    assert 20 < shown < len(kinds)
    assert lines[-1] == f"另有{len(kinds) - shown}条，全部在 problems 中。"
    assert error._repr_html_().count("<tr>") == shown


def test_an_assessment_with_errors_is_given_provisionally(tmp_path: Path) -> None:
    assessment = scoring.load_assessment(wrong_folder(tmp_path), provisional=True)
    assert "错误2处" in repr(assessment)
    result = scoring.score_assessment(assessment)
    assert not result.final
    assert "暂定" in repr(result)
    with pytest.raises(scoring.NotFinalError):
        scoring.publish_results(result, assessment, tmp_path / "out")


def test_checking_lists_problems_and_gaps_and_raises_nothing(tmp_path: Path) -> None:
    folder = wrong_folder(tmp_path)
    next((folder / "自我考核" / "上半年").iterdir()).unlink()
    kinds = {problem.kind for problem in scoring.check_assessment(str(folder))}
    assert "unit-unknown" in kinds
    assert any(kind.startswith("gap-") for kind in kinds)
    assert scoring.check_assessment(str(tmp_path / "nothing"))[0].kind == "assessment-missing"
    with pytest.raises(scoring.DayError):
        scoring.check_assessment(SAMPLE, date(2023, 1, 1))


# Results


def test_short_texts_say_what_they_are_of(result: scoring.Result) -> None:
    assert repr(result) == "<Result heze 2024，截至2024-12-31，52个单位，正式>"
    assert len(repr(scoring.load_assessment(SAMPLE))) < 120


def test_a_result_shows_its_ranking_by_group(result: scoring.Result) -> None:
    page = result._repr_html_()
    assert page.count("<table>") == len(result.scheme.groups)
    assert "<th>排名</th><th>单位</th><th>综合</th><th>等次</th>" in page
    first = result.units[0]
    row = [first.rank, first.unit, result.composite_text(first), first.grade]
    assert "<tr>" + "".join(f"<td>{value}</td>" for value in row) + "</tr>" in page


def test_unit_frames_are_exact(result: scoring.Result) -> None:
    frame = result.to_frame()
    assert frame["unit"].to_list() == [unit.unit for unit in result.units]
    assert {type(score) for score in frame["composite"]} == {Decimal}
    for key in result.scheme.components:
        assert frame[f"score_{key}"].to_list() == [unit.components[key] for unit in result.units]
    assert frame["rank"].dtype == "Int64"
    assert "float" not in {str(kind) for kind in frame.dtypes}
    # Exactly 89.995, which a float is not, and which is published as 90.00.
    (row,) = (row for row in frame.itertuples() if row.unit == "临溪县人民政府")
    weighed = row.score_ledger * 30 + row.score_self_assessment * 40 + row.score_third_party * 30
    assert weighed / 100 == Fraction("89.995")
    assert row.composite == Decimal("90.00")


def test_frames_of_rows_and_items_hold_what_the_result_holds(result: scoring.Result) -> None:
    entries, items = result.to_frame("entries"), result.to_frame("items")
    assert list(entries.columns) == [
        *scoring.score.EntryResult._fields[:-1],
        "file",
        "sheet",
        "row",
    ]
    assert entries["deduction"].sum() == sum(Fraction(e.deduction) for e in result.entries) / 10_000
    assert entries["found"].dt.date.to_list() == [entry.found for entry in result.entries]
    assert entries["revoked"].isna().sum() == sum(e.revoked is None for e in result.entries)
    assert entries["row"].to_list() == [entry.place.row for entry in result.entries]
    assert len(items) == len(result.items)
    first = result.items[0]
    assert items.loc[0, "points"] == Fraction(first.points, 10_000)
    assert set(items.columns) >= {"indicator", "counted", "verified_score", "evidence", "file"}


def test_frames_mark_what_is_missing(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "2024", UNITS)
    (folder / "第三方评估.xlsx").unlink()
    assessment = scoring.load_assessment(folder, provisional=True)
    frame = scoring.score_assessment(assessment).to_frame()
    assert frame["rank"].isna().all()
    assert set(frame["composite"]) == {None}
    assert (frame["gaps"] > 0).all()
    assert isinstance(frame, pd.DataFrame)


# The package


def test_dir_lists_the_public_names() -> None:
    listed = {name for name in dir(scoring) if not name.startswith("__")}
    assert listed == set(scoring.__all__)
    for name in listed:
        assert getattr(scoring, name) is not None
    with pytest.raises(AttributeError):
        scoring.nothing  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize("name", sorted(scoring.__all__))
def test_every_public_name_is_documented_with_an_example(name: str) -> None:
    found = getattr(scoring, name)
    text = inspect.getdoc(found)
    assert text is not None
    if inspect.isfunction(found):
        assert len(text.split(">>>")[0]) > 60
        examples = doctest.DocTestParser().get_examples(text)
        assert any(example.want for example in examples), name
        # With nothing but the package: no name of the module it happens to stand in.
        assert "import" in examples[0].source
        hints = {str(kind) for kind in inspect.get_annotations(found).values()}
        assert not any(re.search(r"\bAny\b", kind) for kind in hints)


def readme_snippet() -> str:
    (snippet,) = re.findall(
        r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL
    )
    return str(snippet)


def test_the_snippet_of_the_readme_runs(tmp_path: Path) -> None:
    shutil.copytree(SAMPLE, tmp_path / "sample_data" / "2024")
    ran = subprocess.run(
        [sys.executable, "-c", readme_snippet()],
        cwd=tmp_path, env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "90.00" in ran.stdout
    assert (tmp_path / "out" / "通报.docx").is_file()


def test_the_snippet_of_the_readme_is_typed(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    assert (ROOT / "scoring" / "py.typed").is_file()

    right = readme_snippet()
    snippets = {
        "right": right,
        "no_such_name": right.replace("load_assessment", "load_asessment"),
        "no_such_method": right.replace("to_frame()", "to_frames()"),
    }
    for name, code in snippets.items():
        (tmp_path / f"{name}.py").write_text(code, "utf-8")
    files = [str(tmp_path / f"{name}.py") for name in snippets]
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", *files],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    faults = [line for line in ran.stdout.splitlines() if ": error:" in line]
    assert {Path(fault.split(":")[0]).stem for fault in faults} == {
        "no_such_name",
        "no_such_method",
    }
    assert all("[attr-defined]" in fault for fault in faults), faults
    assert f"checked {len(snippets)} source files" in ran.stdout
