"""A run that was not asked to be provisional writes a final result or nothing, and says why.

What stops it is said by ``check`` too: every blocking gap ends as one error, its own or that of
reading, whatever is wrong in the folder.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring import publish_results, score_assessment
from scoring.cli.app import app
from scoring.intake import load_assessment
from scoring.intake.discover import OUTPUTS
from scoring.problems import CATALOGUE, Problem, errors
from scoring.scheme import shipped
from scoring.score import Gap
from scoring.steps.grade import FinalPapersError, NotFinalError, all_problems
from tests.folders import POINTS, write_folder, write_settings, write_sheet
from tests.thorough import examples

FULL = {"上半年": 90, "下半年": 90, "第三方": 90}


def kaohe(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, standalone_mode=False)


def papers(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


# Random faults


Table = list[list[Any]]


def read(path: Path) -> Table:
    with path.open(encoding="utf-8", newline="") as file:
        return [list(row) for row in csv.reader(file)]


def write(path: Path, rows: Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def small_year(folder: Path, missing: str) -> Path:
    """Three units and a department, in csv: a ledger, one long table of forms, three assessors."""
    folder.mkdir()
    scheme = shipped()["heze"].read_text("utf-8")
    for old, new in (
        ("    table: 第三方评估\n", "    table: 第三方评估\n    assessors: trimmed\n"),
        ("missing: refuse\n", f"missing: {missing}\n"),
    ):
        assert old in scheme
        scheme = scheme.replace(old, new)
    (folder / "办法.yaml").write_text(scheme, "utf-8")
    write_settings(folder, scheme="办法.yaml")
    units = ["甲县", "乙县", "财政局"]
    write(folder / "考核对象.csv", [
        ["单位名称", "类别", "所属单位"], ["甲县", "县区", ""], ["乙县", "县区", ""],
        ["财政局", "部门", ""], ["甲县教育局", "", "甲县"],
    ])  # fmt: skip
    write(folder / "平时考核台账" / "台账.csv", [
        ["台账编号", "单位", "扣分项", "问题描述", "发现日期", "整改期限", "整改完成日期", "核实结果"],
        ["1", "甲县", "1", "网站首页打不开", "2024-03-05", "", "", ""],
        ["2", "甲县、甲县教育局", "3", "名单没有公布", "2024-04-05", "2024-05-05", "2024-05-06", ""],
        ["3", "财政局", "4", "回应不及时", "2024-06-05", "", "", "属实"],
        ["4", "甲县教育局", "2.2", "电话无人接听", "2024-07-05", "", "", "不属实"],
    ])  # fmt: skip
    forms = [
        [unit, period, code, points, points, points]
        for unit in units
        for period in ("上半年", "下半年")
        for code, points in POINTS.items()
    ]
    write(
        folder / "自我考核.csv",
        [["单位", "期次", "指标编号", "分值", "自评分", "核查得分"], *forms],
    )
    marks = [[unit, 80 + n, name] for unit in units for n, name in enumerate("赵钱孙")]
    write(folder / "第三方评估.csv", [["单位", "得分", "评委"], *marks])
    return folder


FILES = ["考核对象.csv", "平时考核台账/台账.csv", "自我考核.csv", "第三方评估.csv"]
GARBAGE = b"\xff\xfe\x00\x81,\xff\n"
JUNK = [
    "",
    "",
    "某某",
    "不适用",
    "101",
    "-1",
    "12.34567",
    "2023-01-01",
    "2025-02-30",
    "甲县",
    "=1/0",
]


@st.composite
def faults(draw: st.DrawFn) -> tuple[str, Callable[[Path], None]]:
    """Something wrong in the folder, in words and as what does it."""
    file = draw(st.sampled_from([*FILES, *FILES[1:], FILES[3]]))
    kind = draw(st.sampled_from(["cell", "cell", "cell", "row", "twice", "column", "header", "file",
                                 "garbage", "beside", "exempt", "unit"]))  # fmt: skip
    at, across = draw(st.integers(0, 200)), draw(st.integers(0, 7))
    junk = draw(st.sampled_from(JUNK))

    def change(folder: Path) -> None:
        path = folder / file
        if kind == "exempt":
            unit = ["甲县", "乙县", "财政局"][at % 3]
            some = list(POINTS)[: None if across else -1]
            write_settings(folder, scheme="办法.yaml", not_applicable={unit: some})
        elif kind == "beside":
            (folder / "第三方评估").mkdir(exist_ok=True)
            (folder / "第三方评估" / "又一份.xlsx").write_bytes(b"PK\x03\x04 no workbook")
        elif not path.exists() or path.read_bytes() == GARBAGE:
            return
        elif kind == "file":
            path.unlink()
        elif kind == "garbage":
            path.write_bytes(GARBAGE)
        else:
            rows = read(path)
            body = range(1, len(rows))
            if not body:
                return
            row, column = body[at % len(body)], across % len(rows[0])
            if kind == "cell":
                rows[row][column] = junk
            elif kind == "row":
                del rows[row]
            elif kind == "twice":
                rows.append(rows[row])
            elif kind == "column":
                rows = [r[:column] + r[column + 1 :] for r in rows]
            elif kind == "header":
                rows[0][column] += "吗"
            elif kind == "unit":
                gone = rows[row][0]
                rows = [r for r in rows if r[0] != gone]
            write(path, rows)

    return f"{kind} {file} {at} {across} {junk!r}", change


def said_by(problem: Problem, gap: Gap) -> bool:
    """Whether a problem of a gap is that of this one."""
    named = [gap.unit, gap.assessor or "", gap.entry or "", gap.indicator or ""]
    alone = all(name in problem.about for name in named)
    together = "个单位" in problem.about or "共" in problem.about
    return (problem.kind, problem.component) == (gap.kind, gap.component) and (
        alone or (together and (gap.assessor or "") in problem.about)
    )


def read_before(problem: Problem, gap: Gap, table: str) -> bool:
    """Whether a fault of reading is what this gap comes of."""
    of_gaps = CATALOGUE[problem.kind].level == "缺项" and problem.kind != "table-missing"
    if of_gaps or not problem.place.file.startswith(table):
        return False
    if gap.place is None or problem.place.row is None or problem.place.row == 1:
        return True
    if problem.kind.endswith("-duplicate") and problem.unit == gap.unit:
        # Of two nobody knows which holds; the error stands at the second.
        return True
    return (problem.place.file, problem.place.row) == (gap.place.file, gap.place.row)


@settings(max_examples=examples(12), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    wrong=st.lists(faults(), max_size=3),
    missing=st.sampled_from(["refuse", "refuse", "zero", "reweight"]),
)
def test_whatever_is_wrong_the_result_is_final_or_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    wrong: list[tuple[str, Callable[[Path], None]]],
    missing: str,
) -> None:
    folder = small_year(tmp_path_factory.mktemp("faults") / "2024", missing)
    (folder / "结果").mkdir()
    for name in OUTPUTS:
        (folder / "结果" / name).write_bytes(b'{"final": true}')
    before = papers(folder / "结果")
    for _, change in wrong:
        change(folder)

    checked, graded = kaohe("check", str(folder)), kaohe("grade", str(folder))
    assert (checked.exception, graded.exception) == (None, None)
    assert checked.return_value == graded.return_value
    if graded.return_value:
        assert papers(folder / "结果") == before
        assert graded.return_value == 1
        assert "错误 0 条，缺项 0 条" not in graded.stderr
        assert "没有写入文件" in graded.stderr
        assert "可以计算" not in checked.stdout
    else:
        result = json.loads((folder / "结果" / "results.json").read_text("utf-8"))
        assert result["final"]
        assert all(u["composite"] and u["grade"] and u["rank"] for u in result["units"])
        assert "可以计算正式结果" in checked.stdout

    assessment, _ = load_assessment(folder)
    if assessment is None:
        return
    result_ = score_assessment(assessment)
    found = errors(all_problems(result_, assessment))
    assert result_.final == (not found) == (not graded.return_value)
    for gap in result_.gaps:
        table = result_.scheme.leaves()[gap.component].table
        own = [p for p in found if said_by(p, gap)]
        read_ = [p for p in found if read_before(p, gap, table)]
        if gap.blocking:
            assert len(own) == 1 or read_, (gap, found)
            assert len(own) <= 1, (gap, own)
    assert kaohe("grade", str(folder), "--provisional").return_value == 0


# One by one


def emptied(folder: Path) -> None:
    write_sheet(folder / "第三方评估.xlsx", [["单位", "得分"], ["甲县", None], ["乙县", 90]])


def test_final_papers_stay_where_a_score_was_cleared(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "2024", {"甲县": FULL, "乙县": FULL})
    assert kaohe("grade", str(folder)).return_value == 0
    before = papers(folder / "结果")
    emptied(folder)
    for command in (("grade",), ("grade", "--json"), ("feedback",)):
        done = kaohe(command[0], str(folder), *command[1:])
        assert done.return_value == 1
        assert "没有得分" in done.stderr + done.stdout
    assert papers(folder / "结果") == before
    assert not (folder / "反馈").exists()


def test_provisional_papers_never_replace_final_ones(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "2024", {"甲县": FULL, "乙县": FULL})
    assert kaohe("grade", str(folder)).return_value == 0
    assert kaohe("feedback", str(folder)).return_value == 0
    before, notes = papers(folder / "结果"), papers(folder / "反馈")
    emptied(folder)
    out = str(folder / "结果")
    for command in ("grade", "feedback", "sensitivity"):
        options = () if command == "sensitivity" else ("--provisional",)
        done = kaohe(command, str(folder), *options, "--out", out)
        assert "已有正式结果" in str(done.exception)
    assert "已有正式结果" in str(kaohe("feedback", str(folder), "--provisional").exception)
    aside = str(folder / "暂定结果")
    for _ in "ab":
        assert kaohe("grade", str(folder), "--provisional").return_value == 0
        assert kaohe("sensitivity", str(folder)).return_value == 0
        assert kaohe("feedback", str(folder), "--provisional", "--out", aside).return_value == 0
    assert papers(folder / "结果") == before
    assert papers(folder / "反馈") == notes
    made = {path.name for path in (folder / "暂定结果").iterdir()}
    assert {"results.json", "反馈总览.xlsx", "稳健性分析.xlsx"} <= made
    assert kaohe("check", str(folder)).return_value == 1, "what the program wrote is not read back"
    assert "反馈" not in kaohe("check", str(folder)).stdout


def test_publishing_says_why_not(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "2024", {"甲县": FULL, "乙县": FULL})
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    out = tmp_path / "out"
    publish_results(score_assessment(assessment), assessment, out)
    before = papers(out)
    emptied(folder)
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    result = score_assessment(assessment)
    with pytest.raises(NotFinalError) as caught:
        publish_results(result, assessment, tmp_path / "other")
    assert [(p.kind, p.unit) for p in caught.value.problems] == [("gap-score", "甲县")]
    with pytest.raises(FinalPapersError):
        publish_results(result, assessment, out, provisional=True)
    assert papers(out) == before
    assert not (tmp_path / "other").exists()
    publish_results(result, assessment, tmp_path / "other", provisional=True)
    assert len(papers(tmp_path / "other")) == len(OUTPUTS)


@pytest.mark.parametrize("missing", ["refuse", "zero"])
def test_a_unit_to_which_nothing_applies_is_refused(tmp_path: Path, missing: str) -> None:
    folder = write_folder(
        tmp_path / "2024",
        {"甲县": {**FULL, "上半年": 0, "下半年": 0}, "乙县": FULL},
        settings={"not_applicable": {"甲县": list(POINTS)}, "scheme": "办法.yaml"},
    )
    scheme = shipped()["heze"].read_text("utf-8")
    scheme = scheme.replace("missing: refuse\n", f"missing: {missing}\n")
    (folder / "办法.yaml").write_text(scheme, "utf-8")
    done = kaohe("grade", str(folder))
    assert done.return_value == 1
    assert "没有一项指标适用：甲县（上半年、下半年）" in done.stderr
    assert "缺项 1 条" in done.stderr
    assert not (folder / "结果").exists()


def test_a_unit_of_which_every_part_is_left_out_is_refused(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path / "2024", {"甲县": {}, "乙县": FULL}, settings={"scheme": "办法.yaml"}
    )
    scheme = (
        shipped()["heze"].read_text("utf-8").replace("missing: refuse\n", "missing: reweight\n")
    )
    start, end = scheme.index("  # 四（一） 平时考核"), scheme.index("  # 四（二）")
    scheme = (scheme[:start] + scheme[end:]).replace("weight: 40", "weight: 70")
    (folder / "办法.yaml").write_text(scheme, "utf-8")
    done = kaohe("grade", str(folder))
    assert done.return_value == 1
    assert "各部分都没有得分，算不出综合成绩：甲县" in done.stderr
    assert "缺项 1 条" in done.stderr
