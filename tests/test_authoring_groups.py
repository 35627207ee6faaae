"""Schemes whose values differ by group: told, compared, reviewed, tried, and their cases."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest

from scoring.authoring.changes import changes
from scoring.authoring.draft import read_draft
from scoring.authoring.review import review
from scoring.scheme import load_scheme
from tests.test_authoring import WORDINGS, assemble, kaohe, write

pytestmark = pytest.mark.fast

BOTH = next(w for w in WORDINGS if w.title == "分值、上限、满分各类别不同")
ONE = next(w for w in WORDINGS if w.title == "有的部分只有一类有")


def both() -> dict[str, Any]:
    """130 points in A类, 100 in B类."""
    return copy.deepcopy(assemble(BOTH))


def sentences(tmp_path: Path, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    found = []
    for said in (old, new):
        scheme, problems = load_scheme(write(tmp_path / "shili.yaml", said))
        assert scheme is not None, [p.message() for p in problems]
        found.append(scheme)
    return [change.sentence() for change in changes(*found)]


def remarks(tmp_path: Path, said: dict[str, Any]) -> list[tuple[str, str]]:
    draft = read_draft(write(tmp_path / "shili.yaml", said))
    assert draft.scheme is not None, [p.message() for p in draft.problems]
    return [(place.path or "", text) for place, text in review(draft)]


def rows(path: Path, group: str) -> dict[str, list[str]]:
    """The trial of a group by what was varied."""
    lines = kaohe("try", path, "--group", group).output.splitlines()
    return {line.split("  ")[1]: line.split() for line in lines if line.startswith("  ")}


def test_what_differs_is_told_by_group_and_what_does_not_once(tmp_path: Path) -> None:
    text = kaohe("show", write(tmp_path / "shili.yaml", both())).output
    for said in (
        "A类：每个考核对象预置60分，扣完为止；B类：每个考核对象预置40分，最低10分。",
        "“错别字”（编号2）：发现、通报即扣；每个问题扣1分；A类：本项最多扣5分，B类：本项最多扣4分（二（二））。",
        "合计最多扣20分，B类：", "A类：满分70分，B类：满分60分",
    ):  # fmt: skip
        assert said in text, (said, text)
    shared = [line.split() for line in text.splitlines()]
    assert ["日常监测", "60分", "40分"] in shared
    assert ["满分", "130分", "100分"] in shared


@pytest.mark.parametrize(("path", "value", "says"), [
    (("components", "daily", "rules", 0, "points", "B类"), 3,
     "“日常监测”：扣分项1“错链”的分值由“A类：每个问题扣3分，B类：每个问题扣2分”改为“每个问题扣3分”"),
    (("components", "daily", "categories", 0, "cap", "B类"), 5, "的上限由“A类：“链接”类（错链）合计最多扣20分"),
    (("components", "daily", "floor", "B类"), 0, "“日常监测”的起止由“A类：每个考核对象预置60分，扣完为止；B类：每个考核对象预置40分，最低10分”"
     "改为“A类：每个考核对象预置60分，扣完为止；B类：每个考核对象预置40分，扣完为止”"),
    (("components", "daily", "rules", 1, "groups"), ["A类"], "的适用由“（无）”改为“只适用于A类”"),
    (("grades", "B类", 0, "from"), 92, "B类等次“优秀”的条件由"),
])  # fmt: skip
def test_a_change_for_one_group_is_told(
    path: tuple[Any, ...], value: Any, says: str, tmp_path: Path
) -> None:
    new = both()
    at: Any = new
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    if path[-1] == "groups":
        at["cap"] = {"A类": 5}
    described = sentences(tmp_path, both(), new)
    assert sum(says in said for said in described) == 1, described
    assert sentences(tmp_path, both(), both()) == []


def test_a_part_of_one_group_is_told_and_compared(tmp_path: Path) -> None:
    one = assemble(ONE)
    text = kaohe("show", write(tmp_path / "shili.yaml", one)).output
    assert ["乡镇公开", "40%", "—"] in [line.split() for line in text.splitlines()]
    other = copy.deepcopy(one)
    other["components"]["villages"] |= {"groups": ["县区", "部门"], "weight": 40}
    other["components"]["review"]["weight"] = 60
    described = sentences(tmp_path, one, other)
    assert "“乡镇公开”的适用由“只适用于县区”改为“只适用于县区、部门”" in described
    assert "“专家评审”的权重由“县区：60%，部门：100%”改为“60%”" in described


def test_a_remark_is_made_once_at_the_group_s_own_value(tmp_path: Path) -> None:
    said = both()
    assert remarks(tmp_path, said) == []
    daily = said["components"]["daily"]
    daily["rules"][1]["cap"] = {"A类": "0.5", "B类": 4}
    daily["start"]["B类"] = 30
    said["grades"]["A类"].insert(0, {"name": "特优", "from": 131})
    at = "components › daily"
    found = dict(remarks(tmp_path, said))
    assert found.pop(f"{at} › rules 第2项 › cap › A类") == (
        "“错别字”的上限0.5分小于一个问题分值1分，请确认"
    )
    assert "而预置分为30分" in found.pop(f"{at} › start › B类")
    assert "综合成绩最高130分，没有单位能评为“特优”" in found.pop("grades › A类 第1项 › from")
    assert found == {}
    both_groups = both()
    both_groups["components"]["daily"]["rules"][1]["cap"] = "0.5"
    assert len(remarks(tmp_path, both_groups)) == 1
    # Shared, and odd for one group only: the group is named.
    shared = both()
    del shared["grades"]
    shared["grades"] = [{"name": "优秀", "from": 110}, {"name": "其他"}]
    ((path, text),) = remarks(tmp_path, shared)
    assert path == "grades 第1项 › from"
    assert text == "B类：综合成绩最高100分，没有单位能评为“优秀”"


def test_a_trial_has_each_group_s_own_points_and_parts(tmp_path: Path) -> None:
    path = write(tmp_path / "shili.yaml", both())
    output = kaohe("try", path).output
    assert re.search(r"\nA类\n[\s\S]*\nB类\n", output)
    assert rows(path, "A类")["1 错链：1个"][-3:] == ["127.00", "优秀", "-3.00"]
    assert rows(path, "B类")["1 错链：1个"][-3:] == ["98.00", "优秀", "-2.00"]
    assert rows(path, "B类")["2 错别字：5个，到本项上限"][-1] == "-4.00"
    one = write(tmp_path / "shili.yaml", assemble(ONE))
    assert "乡镇公开得60%" in rows(one, "县区")
    assert "乡镇公开得60%" not in rows(one, "部门")


def test_a_trial_puts_conditions_on_either_side_of_their_bound(tmp_path: Path) -> None:
    site = next(w for w in WORDINGS if w.title == "网站低于21分的，为不合格")
    found = rows(write(tmp_path / "shili.yaml", assemble(site)), "县区")
    assert found["网站约20分（条件“网站不达标”）"][-3:-1] == ["90.00", "不合格"]
    assert found["网站约21分（条件“网站不达标”）"][-3:-1] == ["91.00", "优秀"]
    often = next(w for w in WORDINGS if w.title == "有否决事项的，定为59分")
    found = rows(write(tmp_path / "shili.yaml", assemble(often)), "县区")
    assert found["1 上级检查通报问题：3个（条件“通报过多”）"][-3:-1] == ["59.00", "不合格"]


CASES = """\
- 情形: 一个情形
  单位:
    甲县: {类别: 县区, 专家评审: 90, 乡镇公开: 40}
    乙局: {类别: 部门, 专家评审: 90}
  结果:
    甲县: {综合: "86.00"}
    乙局: {综合: "90.00"}
"""


@pytest.mark.parametrize(("old", "new", "says"), [
    ("乙局: {类别: 部门, 专家评审: 90}", "乙局: {类别: 部门, 专家评审: 90, 乡镇公开: 40}",
     "应为不写（部门没有“乡镇公开”）"),
    ('乙局: {综合: "90.00"}', '乙局: {乡镇公开: "80"}', "部门有的部分（专家评审）"),
    ("乡镇公开: 40", "乡镇公开: 51", "0到50的数"),
])  # fmt: skip
def test_a_case_knows_which_group_has_which_part(
    old: str, new: str, says: str, tmp_path: Path
) -> None:
    path = write(tmp_path / "shili.yaml", assemble(ONE))
    cases = tmp_path / "shili.cases.yaml"
    cases.write_text(CASES, "utf-8")
    assert kaohe("test", path).return_value == 0
    assert old in CASES
    cases.write_text(CASES.replace(old, new), "utf-8")
    output = kaohe("test", path).output
    assert says in output, output


def test_a_row_of_a_case_has_the_points_of_the_unit_s_group(tmp_path: Path) -> None:
    said = both()
    said["components"]["daily"]["rules"][1] |= {
        "points": {"A类": {"from": 1, "to": 3}, "B类": 1}, "cap": {"A类": 5, "B类": 4},
    }  # fmt: skip
    path = write(tmp_path / "shili.yaml", said)
    rows_of = "\n".join(
        f"    - {{单位: {unit}, 扣分项: '2', 发现日期: 2024-03-05{points}}}"
        for unit, points in (("甲县", ", 分值: 2.5"), ("乙局", ""))
    )
    text = f"""\
- 情形: 视情节扣分的只有A类
  单位:
    甲县: {{类别: A类, 现场检查: 70}}
    乙局: {{类别: B类, 现场检查: 60}}
  台账:
{rows_of}
  结果:
    甲县: {{日常监测: "57.5"}}
    乙局: {{日常监测: "39"}}
"""
    cases = tmp_path / "shili.cases.yaml"
    cases.write_text(text, "utf-8")
    done = kaohe("test", path)
    assert done.return_value == 0, done.output
    cases.write_text(text.replace("分值: 2.5", "分值: 3.5"), "utf-8")
    assert "1到3的数" in kaohe("test", path).output
    cases.write_text(text.replace("单位: 乙局, 扣分项: '2', 发现日期: 2024-03-05",
                                  "单位: 乙局, 扣分项: '2', 发现日期: 2024-03-05, 分值: 2"), "utf-8")  # fmt: skip
    assert "本项固定为1分" in kaohe("test", path).output
    assert "编号2的，A类的每行在“分值”写明" in kaohe("show", path).output


def test_an_old_scheme_with_gates_is_told_the_new_key(tmp_path: Path) -> None:
    gates = next(w for w in WORDINGS if w.title == "几个部分都有门槛的")
    said = assemble(gates)
    said["gates"] = said.pop("precedence")
    described = kaohe("check", write(tmp_path / "shili.yaml", said)).stderr
    assert (
        "现为“gates”；应为“precedence”。改法：照“precedence: [online, onsite]”的样子写" in described
    )


def test_a_recording_rule_is_odd_unless_a_condition_uses_it(
    tmp_path: Path,
) -> None:
    order = assemble(next(w for w in WORDINGS if w.title == "门槛和否决同时成立的"))
    path = write(tmp_path / "shili.yaml", order)
    assert "发现、通报即登记；只登记，不计分" in kaohe("show", path).output
    assert remarks(tmp_path, order) == []
    del order["conditions"], order["precedence"]
    ((at, text),) = remarks(tmp_path, order)
    assert at == "components › work › rules 第1项 › points"
    assert "只登记、不计分，请确认" in text


def test_faults_of_conditions_name_the_clash_and_the_way_out(tmp_path: Path) -> None:
    site = assemble(next(w for w in WORDINGS if w.title == "网站低于21分的，为不合格"))
    for change, clash, fix in (
        ({"below": None}, "没有写到多少分成立", "只写一种"),
        ({"grade": None}, "没有写条件成立以后怎样", "补写后果，如 grade: 不合格"),
        ({"part": "sit"}, "components 中没有这个部分", "改为已有的部分代号"),
        ({"times": 2}, "看得分的条件，写了 times", "删去 times"),
        ({"score": "59.123"}, "综合成绩只保留2位小数", "减少 score 的小数位数"),
    ):
        said = copy.deepcopy(site)
        one = {**said["conditions"][0], **change}
        said["conditions"] = [{k: v for k, v in one.items() if v is not None}]
        described = kaohe("check", write(tmp_path / "shili.yaml", said)).stderr
        assert f"前后矛盾：{clash}" in described, described
        assert fix in described, described
        assert "第1项" in described
