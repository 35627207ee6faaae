"""条件及其后果: what a scheme says of thresholds, vetoes and bounds, by hand and in live workbooks."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
import yaml
from click.testing import CliRunner

from scoring.authoring import facts
from scoring.authoring.changes import changes
from scoring.cli.app import app
from scoring.inquiry.explanation import explain_unit
from scoring.inquiry.feedback import feedback
from scoring.inquiry.trials import Trials
from scoring.publish import render
from scoring.publish.explanation.text import explanation_description
from scoring.publish.results.book import workbook
from scoring.scheme import Scheme
from scoring.score import score
from scoring.steps.grade import _trials, load_assessment, score_assessment
from scoring.tables import make_tables
from tests.conftest import Office
from tests.folders import write_sheet
from tests.synthetic import assessment_of
from tests.test_algebra import combined, ledger, made, marks, offences, plain, run
from tests.test_workbook import assert_same_values, emptied, opened, to_change

GRADES = [{"name": "优秀", "from": 90}, {"name": "合格", "from": 60}, {"name": "不合格"}]
SITE = {"name": "网站不达标", "part": "site", "below": 21, "grade": "不合格"}


def points(**more: Any) -> Scheme:
    """网站30分、台账70分 added up, with what ``more`` says."""
    parts = {"site": plain(full=30), "a": ledger(start=70, full=70)}
    return made(parts, GRADES, full=100, **more)


def test_a_part_below_its_threshold_limits_grade_and_rank() -> None:
    """网站低于21分为不合格: 20.99 is below, 21 is not."""
    got = run(
        points(conditions=[SITE]), marks("site", 甲="20.99", 乙=21, 丙=30), units=["甲", "乙", "丙"]
    )
    assert [got[u].grade for u in ("甲", "乙", "丙")] == ["不合格", "优秀", "优秀"]
    assert [got[u].rank for u in ("甲", "乙", "丙")] == [None, 2, 1]
    assert got["甲"].composite == 9099


def test_a_condition_may_say_that_it_leaves_the_rank() -> None:
    scheme = points(conditions=[{**SITE, "ranked": True}])
    got = run(scheme, marks("site", 甲=20, 乙=19), units=["甲", "乙"])
    assert [(got[u].grade, got[u].rank) for u in ("甲", "乙")] == [("不合格", 1), ("不合格", 2)]


def test_a_rule_that_occurred_sets_the_composite() -> None:
    """否决即59分: one row that counts is enough; a revoked one does nothing."""
    scheme = points(conditions=[{"name": "否决", "rule": "1", "score": 59}])
    got = run(scheme, marks("site", 甲=30, 乙=30), offences({}), units=["甲", "乙"])
    assert [(got[u].composite, got[u].grade, got[u].rank) for u in ("甲", "乙")] == [
        (5900, "不合格", 2),
        (10000, "优秀", 1),
    ]
    revoked = offences({"revoked": date(2024, 4, 1)})
    assert run(scheme, marks("site", 甲=30), revoked)["甲"].composite == 10000


def test_a_gap_that_no_condition_reads_stops_nothing() -> None:
    plainly = {"name": "否决", "rule": "1", "score": 59}
    lacking = run(points(conditions=[plainly]), offences({}))["甲"]
    assert (lacking.composite, lacking.grade) == (5900, None)
    read_no_more = run(points(conditions=[{**plainly, "stops": True}]), offences({}))["甲"]
    assert (read_no_more.composite, read_no_more.grade, read_no_more.rank) == (5900, "不合格", 1)


def test_what_is_not_read_any_more_is_no_gap_in_the_explanation() -> None:
    """否决即59分，其余不再看: the missing score of the website is 不再看; without ``stops`` it is 缺项."""
    plainly = {"name": "否决", "rule": "1", "score": 59}
    end = date(2024, 12, 31)
    for stops, word in ((False, "缺项"), (True, "按“否决”的规定不再看")):
        scheme = points(conditions=[{**plainly, "stops": stops}])
        units = [{"unit": "甲", "group": "县区", "position": 0}]
        tables = make_tables({"units": units, **offences({})})
        result = score(tables, scheme, 2024, end)
        trials = Trials(tables, scheme, 2024, end, None)
        texts = explanation_description(explain_unit(result, trials, result.units[0], None)).texts()
        assert {"缺项", "按“否决”的规定不再看"} & set(texts) == {word}


def test_a_condition_may_want_a_rule_to_count_more_than_once() -> None:
    scheme = points(conditions=[{"name": "多次", "rule": "1", "times": 3, "ranked": False}])
    for rows, rank in ((2, 1), (3, None)):
        assert run(scheme, marks("site", 甲=30), offences(*[{}] * rows))["甲"].rank == rank


def test_a_part_may_count_only_where_another_one_is_good_enough() -> None:
    """44分以上进入加分: below 44 the bonus does not count, and need not be there."""
    parts = {"base": plain(full=60), "rest": plain(full=40), "plus": plain(full=10, adds=True)}
    below = {"name": "基础不足", "part": "base", "below": 44, "without": ["plus"]}
    scheme = made(parts, GRADES, full=100, conditions=[below])
    rest = marks("rest", 甲=30)
    assert run(scheme, marks("base", 甲=44), rest, marks("plus", 甲=5))["甲"].composite == 7900
    assert run(scheme, marks("base", 甲="43.99"), rest, marks("plus", 甲=5))["甲"].composite == 7399
    without = run(scheme, marks("base", 甲=43), rest)["甲"]
    assert (without.composite, without.grade) == (7300, "合格")


def test_a_weighed_part_that_does_not_count_gives_nothing() -> None:
    parts = {"a": plain(weight=60), "b": plain(weight=40)}
    scheme = made(parts, conditions=[{"name": "假", "part": "b", "below": 50, "without": ["b"]}])
    assert run(scheme, marks("a", 甲=100), marks("b", 甲=49))["甲"].composite == 6000


def test_the_composite_may_have_a_ceiling() -> None:
    """总分超过100分的按100分计, compared as it is rounded."""
    parts = {"a": plain(weight=100), "b": plain(full=10, adds=True)}
    cap = {"name": "封顶", "composite": True, "above": 100, "score": 100}
    scheme = made(parts, conditions=[cap])
    for bonus, composite in ((9, 10000), ("5.004", 10000), (5, 10000), (4, 9900)):
        assert run(scheme, marks("a", 甲=95), marks("b", 甲=bonus))["甲"].composite == composite
    assert run(scheme, marks("a", 甲=95), marks("b", 甲="5.004"))["甲"].held == ()


def test_a_limit_of_grades_looks_at_the_published_composite() -> None:
    low = {"name": "过低", "composite": True, "below": 60, "ranked": False}
    fixed = {"name": "否决", "rule": "1", "score": 59}
    got = run(points(conditions=[low, fixed]), marks("site", 甲=30), offences({}))["甲"]
    assert (got.composite, got.rank) == (5900, None)


def test_a_condition_may_hold_for_some_groups_only() -> None:
    scheme = points(conditions=[{**SITE, "groups": ["部门"]}], groups=["县区", "部门"])
    got = run(scheme, marks("site", 甲=5, 乙=25, 丙=5), units=["甲", "乙", "丙"],
              groups={"丙": "部门"})  # fmt: skip
    assert [got[u].grade for u in ("甲", "乙", "丙")] == ["合格", "优秀", "不合格"]


def test_of_a_gate_and_a_set_composite_the_first_decides() -> None:
    parts = {"site": plain(full=30, gate=10), "a": ledger(start=70, full=70)}
    fixed = {"name": "否决", "rule": "1", "score": 59}
    rows = (marks("site", 甲=5), offences({}))
    for order, composite in ((["site", "否决"], 500), (["否决", "site"], 5900)):
        scheme = made(parts, GRADES, full=100, conditions=[fixed], precedence=order)
        assert run(scheme, *rows)["甲"].composite == composite
    with pytest.raises(ValueError, match=r"precedence: \[site, 否决\]"):
        made(parts, GRADES, full=100, conditions=[fixed])


def test_another_order_is_a_difference_between_two_schemes() -> None:
    parts = {"site": plain(full=30, gate=10), "a": ledger(start=70, full=70)}
    fixed = {"name": "否决", "rule": "1", "score": 59}
    one, other = (
        made(parts, GRADES, full=100, conditions=[fixed], precedence=order)
        for order in (["site", "否决"], ["否决", "site"])
    )
    assert any("先后" in change.sentence() for change in changes(one, other))
    assert ("condition", "否决") in facts.facts(one)


@pytest.mark.parametrize(("wrong", "described"), [
    ({"part": None}, "part（部分代号）、composite: true（综合成绩）、rule（扣分项编号）中的一项"),
    ({"composite": True}, "中的一项"),
    ({"below": None}, "below（低于）、above（高于）、from（以上）中的一项"),
    ({"above": 3}, "below（低于）、above（高于）、from（以上）中的一项"),
    ({"part": "sit"}, "部分代号之一（site、a）"),
    ({"grade": None}, "后果：grade"),
    ({"grade": "很好"}, "等次之一（优秀、合格、不合格）"),
    ({"times": 2}, "只用于看扣分项"),
    ({"rule": "9", "part": None, "below": None}, "扣分项编号之一（1）"),
    ({"rule": "1", "part": None}, "不写的一项（看扣分项的写 times"),
    ({"score": "59.001"}, "最多2位小数的数"),
    ({"groups": ["乡镇"]}, "groups 中的类别（县区）"),
    ({"without": ["plus"]}, "部分代号之一（site、a）"),
    ({"name": "site"}, "与部分代号不同的名称"),
    ({"part": None, "composite": True, "stops": True}, "与 score 同写"),
    ({"part": None, "composite": True, "without": ["a"]}, "写 enters"),
    ({"part": None, "composite": True, "score": 50}, "另写一个条件"),
])  # fmt: skip
def test_a_condition_that_makes_no_sense_is_refused(wrong: dict[str, Any], described: str) -> None:
    spec = {k: v for k, v in {**SITE, **wrong}.items() if v is not None}
    with pytest.raises(ValueError, match=re.escape(described)):
        points(conditions=[spec])


def test_a_part_that_only_one_group_has_may_enter_by_the_rest() -> None:
    """The others have nothing to compare, and their workbook shows a dash there."""
    plus = plain(full=10, adds=True, groups=["部门"], enters={"above": 60})
    scheme = made({"a": plain(weight=100), "b": plus}, GRADES, groups=["县区", "部门"])
    scores = [*marks("a", 甲=50, 乙=70)["scores"], *marks("b", 乙=5)["scores"]]
    units = [
        {"unit": unit, "group": group, "position": i}
        for i, (unit, group) in enumerate((("甲", "县区"), ("乙", "部门")))
    ]
    rows = {"units": units, "scores": scores}
    result = score(make_tables(rows), scheme, 2024, date(2024, 12, 31))
    assert {u.unit: u.composite for u in result.units} == {"甲": 5000, "乙": 7500}
    sheet = opened(workbook(result, assessment_of(scheme, rows)), values=True)["汇总"]
    table = [[cell.value for cell in row] for row in sheet.iter_rows()]
    at = {row[1]: row for row in table}
    column = next(row for row in table if "综合成绩" in row).index("综合成绩")
    assert {unit: at[unit][column] for unit in ("甲", "乙")} == {"甲": 50, "乙": 75}


def test_a_fault_of_one_group_names_group_and_clash() -> None:
    parts = {
        "a": plain(weight={"县区": 60, "部门": 100}),
        "b": plain(weight={"县区": 40}, groups=["县区"], enters={"above": 80}),
    }
    with pytest.raises(ValueError, match="县区：enters"):
        made(parts, GRADES, groups=["县区", "部门"])


def test_a_condition_cannot_leave_out_a_part_it_looks_at() -> None:
    """The looked-at sum would be computed of it. A part beside the sum can."""
    parts = {
        "whole": {**combined(x=plain(weight=50), y=plain(weight=50)), "weight": 60},
        "rest": plain(weight=40),
    }
    one = {"name": "不足", "part": "whole", "below": 60, "without": ["x"]}
    with pytest.raises(ValueError, match="由它合成"):
        made(parts, GRADES, conditions=[one])
    made(parts, GRADES, conditions=[{**one, "without": ["rest"]}])
    made(parts, GRADES, conditions=[{**one, "part": "rest", "without": ["x"]}])


# In real files


def office_year(folder: Path) -> Path:
    """A folder of three counties under a scheme with a threshold, a veto and a ceiling."""
    scheme = {
        "name": "tiaojian", "title": "示例考核办法", "subject": "政务公开工作", "source": "示例",
        "clause": "一", "groups": ["县区"], "full": 100,
        "components": {
            "ledger": {"kind": "ledger", "title": "日常台账", "table": "台账", "clause": "二", "full": 60, "start": 60, "floor": 0, "rules": [
                {"code": "1", "title": "通报问题", "points": 2, "counts": "notified", "clause": "二"},
                {"code": "1.10", "title": "失泄密", "points": 0, "counts": "verified", "clause": "二"}]},
            "site": {"kind": "score", "title": "网站", "table": "网站", "full": 40, "clause": "三"},
            "plus": {"kind": "score", "title": "加分", "table": "加分", "full": 10, "clause": "四", "adds": True, "missing": "zero"},
        },
        "conditions": [
            {"name": "网站不达标", "part": "site", "below": 21, "grade": "不合格", "clause": "五"},
            {"name": "失泄密", "rule": "1.10", "score": 59, "stops": True, "clause": "六"},
            {"name": "封顶", "composite": True, "above": 100, "score": 100, "clause": "七"},
            {"name": "通报过多", "rule": "1", "times": 2, "without": ["plus"], "clause": "八"},
        ],
        "precedence": ["失泄密", "封顶"],
        "grades": GRADES,
    }  # fmt: skip
    folder.mkdir(exist_ok=True)
    (folder / "tiaojian.yaml").write_text(yaml.safe_dump(scheme, allow_unicode=True), "utf-8")
    settings = {"scheme": "tiaojian.yaml", "year": 2024, "region": "示例市"}
    (folder / "assessment.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), "utf-8")
    units = ["甲县", "乙县", "丙县", "丁县"]
    row = {"问题描述": "错链", "发现日期": "2024-03-05"}
    tables: dict[str, list[dict[str, Any]]] = {
        "考核对象": [{"单位名称": unit, "类别": "县区"} for unit in units],
        "台账": [
            {"台账编号": "1", "单位": "乙县", "扣分项": "1.10", "核实结果": "属实", **row},
            {"台账编号": "2", "单位": "丁县", "扣分项": "1", **row, "问题描述": "甲"},
            {"台账编号": "3", "单位": "丁县", "扣分项": "1", **row, "问题描述": "乙"},
        ],
        "网站": [{"单位": u, "得分": s} for u, s in zip(units, (20, 38, 40, 30), strict=True)],
        "加分": [{"单位": u, "得分": 5} for u in units],
    }  # fmt: skip
    for name, lines in tables.items():
        head = list(dict.fromkeys(key for line in lines for key in line))
        body = [[line.get(key) for key in head] for line in lines]
        write_sheet(folder / f"{name}.xlsx", [head, *body])
    return folder


def summary(content: bytes | Path) -> dict[str, tuple[Any, ...]]:
    """Of 汇总: composite, grade, whether it is ranked, rank, by unit."""
    sheet = opened(content, values=True)["汇总"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(row for row in rows if "综合成绩" in row)
    at = [head.index(name) for name in ("综合成绩", "等次", "参加排名", "排名")]
    return {
        row[1]: tuple(row[i] for i in at)
        for row in rows
        if row[1] in ("甲县", "乙县", "丙县", "丁县")
    }


def described(folder: Path, *args: str) -> str:
    done = CliRunner().invoke(app, [args[0], str(folder), *args[1:]])
    assert done.exit_code == 0, done.output
    return done.output


def test_an_explanation_fits_the_published_number(tmp_path: Path) -> None:
    """Where a condition set the composite the sum is not given out as the composite, and the way up is not
    counted in points; where a part does not count the condition is named, not a bound."""
    folder = office_year(tmp_path / "2024")
    fixed = described(folder, "explain", "乙县")
    assert (
        "按各部分成绩计算：60＋38＋5（加分）＝103，四舍五入保留2位小数，为103.00分（一）。" in fixed
    )
    assert "综合成绩为59.00分。失泄密：有“失泄密”的问题计入，综合成绩定为59分（六）。" in fixed
    assert fixed.count("综合成绩定为59分") == 1
    assert "还差" not in fixed
    without = described(folder, "explain", "丁县")
    assert "综合成绩：56＋30＝86，四舍五入保留2位小数，为86.00分" in without
    assert "按“通报过多”的规定不计" in without
    assert "其余部分未达到" not in without
    limited = described(folder, "explain", "甲县")
    assert "等次：不合格（60分以下（不含60分））；不参加排名。" in limited
    assert limited.count("网站不达标：网站低于21分，等次最高为不合格（五）。") == 1


def test_papers_say_once_why_a_number_is_no_sum(tmp_path: Path) -> None:
    folder = office_year(tmp_path / "2024")
    scheme = yaml.safe_load((folder / "tiaojian.yaml").read_text("utf-8"))
    scheme["conditions"][1]["ranked"] = False
    text = yaml.safe_dump(scheme, allow_unicode=True)
    (folder / "tiaojian.yaml").write_text(text, "utf-8")
    described(folder, "grade")
    described(folder, "feedback")
    page = (folder / "结果" / "通报.html").read_text("utf-8")
    assert "乙县因失泄密，定为不合格，不列成绩，不参加排名。" in page
    assert page.count("因失泄密") == 1
    assert "综合成绩高于100分的，综合成绩定为100分：丙县。" in page
    assert "“通报问题”的问题计入2个以上的，加分不计分：丁县。" in page
    sheet = opened(folder / "结果" / "考核结果.xlsx", values=True)["汇总"]
    remarks = {row[1].value: row[-1].value for row in sheet.iter_rows()}
    assert remarks["乙县"] == "失泄密：有“失泄密”的问题计入，综合成绩定为59分，不参加排名"
    assert remarks["丁县"] == "通报过多：“通报问题”的问题计入2个以上，加分不计分"
    rules = opened(folder / "结果" / "考核结果.xlsx", values=True)["考核办法"]
    lines = [str(row[0].value) for row in rules.iter_rows()]
    assert "同时成立时，依次看“失泄密”、“封顶”，只按排在前面的那一个处理" in lines
    note = "".join(
        p.text for p in docx.Document(str(folder / "反馈" / "乙县反馈单.docx")).paragraphs
    )
    assert "综合考核成绩59.00分，等次不合格，在县区4个单位中不参加排名（失泄密）" in note
    assert note.count("综合成绩定为59分") == 1
    cells = [
        c.text
        for c in docx.Document(str(folder / "反馈" / "丁县反馈单.docx")).tables[0].rows[-1].cells
    ]
    # Of 丙县 100 and 丁县 86: 甲县 and 乙县 are not ranked.
    assert cells == ["综合成绩", "", "86.00", "93.00", "100.00"]
    other = docx.Document(str(folder / "反馈" / "甲县反馈单.docx"))
    assert "等次不合格，在县区4个单位中不参加排名（网站不达标：网站低于21分）" in "".join(
        p.text for p in other.paragraphs
    )


@pytest.mark.office
def test_an_auditor_changes_a_cell_and_the_conditions_follow(
    office: Office, tmp_path: Path
) -> None:
    assessment, problems = load_assessment(office_year(tmp_path / "year"))
    assert assessment is not None, problems
    result = score_assessment(assessment)
    content = render(result, assessment)["考核结果.xlsx"]
    assert summary(content) == {
        "丙县": (100, "优秀", "是", 1),  # 60 + 40 + 5, cut to 100
        "丁县": (86, "合格", "是", 2),  # 56 + 30, twice notified: no bonus
        "乙县": (59, "不合格", "是", 3),
        "甲县": (85, "不合格", "否", "—"),  # 60 + 20 + 5: the site is below 21
    }
    assert_same_values(content, office(emptied(content, tmp_path / "same.xlsx"), "xlsx"))
    book = to_change(content)
    site, rows = book["网站"], book["台账"]
    for row in site.iter_rows():
        for cell in row:
            if row[0].value and "甲县" in [c.value for c in row] and cell.value == 20:
                cell.value = 21
    for row in rows.iter_rows():
        if row[0].value in ("1", "3"):
            for cell in row:
                if cell.value == "计入":
                    cell.value = "已撤销"
                elif cell.value == 2 and row[0].value == "3":
                    cell.value = 0
    book.save(tmp_path / "changed.xlsx")
    after = summary(office(tmp_path / "changed.xlsx", "xlsx"))
    assert after == {
        "甲县": (86, "合格", "是", 4),  # 60 + 21 + 5
        "乙县": (100, "优秀", "是", 1),  # 60 + 38 + 5
        "丙县": (100, "优秀", "是", 1),
        "丁县": (93, "优秀", "是", 3),  # 58 + 30 + 5
    }


@pytest.mark.office
def test_a_missing_score_under_a_ceiling_is_a_dash_recalculated(
    office: Office, tmp_path: Path
) -> None:
    parts = {"a": plain(weight=60), "b": plain(weight=40)}
    cap = {"name": "封顶", "composite": True, "above": 90, "score": 90}
    units = [{"unit": u, "group": "县区", "position": i} for i, u in enumerate(("甲县", "乙县"))]
    scores = [*marks("a", 甲县=50, 乙县=95)["scores"], *marks("b", 乙县=95)["scores"]]
    scheme, rows = made(parts, conditions=[cap]), {"units": units, "scores": scores}
    result = score(make_tables(rows), scheme, 2024, date(2024, 12, 31))
    same = emptied(workbook(result, assessment_of(scheme, rows)), tmp_path / "same.xlsx")
    sheet = opened(office(same, "xlsx"), values=True)["汇总"]
    table = [[cell.value for cell in row] for row in sheet.iter_rows()]
    column = next(row for row in table if "综合成绩" in row).index("综合成绩")
    assert {row[1]: row[column] for row in table if row[1] in ("甲县", "乙县")} == {
        "甲县": "—",
        "乙县": 90,
    }


def test_a_condition_that_no_group_can_meet_is_refused() -> None:
    parts = {
        "a": plain(weight={"县区": 60, "部门": 100}),
        "b": plain(weight={"县区": 40}, groups=["县区"]),
    }
    one = {"name": "空", "part": "b", "below": 60, "ranked": False, "groups": ["部门"]}
    with pytest.raises(ValueError, match="条件适用的类别都没有"):
        made(parts, GRADES, groups=["县区", "部门"], conditions=[one])
    made(parts, GRADES, groups=["县区", "部门"], conditions=[{**one, "groups": ["县区"]}])


def test_a_row_that_costs_only_the_grade_is_in_the_note(
    tmp_path: Path,
) -> None:
    folder = office_year(tmp_path / "2024")
    scheme = yaml.safe_load((folder / "tiaojian.yaml").read_text("utf-8"))
    scheme["components"]["ledger"]["rules"][0]["repeat"] = {"factor": 2}
    (folder / "tiaojian.yaml").write_text(yaml.safe_dump(scheme, allow_unicode=True), "utf-8")
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    result = score_assessment(assessment)
    unit = next(u for u in result.units if u.unit == "乙县")
    [described] = feedback(result, _trials(assessment, result), [unit])
    assert [(e.rule, e.deduction) for e in described.deductions] == [("1.10", 0)]
    book = opened(workbook(result, assessment), values=True)
    cells = [str(cell.value) for row in book["考核办法"].iter_rows() for cell in row]
    assert "通报即扣；同一问题第2次起按2倍扣分" in cells
