"""指标表没有一级指标的: read, filled in, graded and told as its author wrote it."""

from __future__ import annotations

import copy
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from scoring import score_assessment
from scoring.authoring.changes import changes
from scoring.authoring.draft import read_draft
from scoring.authoring.review import review
from scoring.intake import load_assessment
from scoring.publish import render
from scoring.scheme import Scheme, load_scheme
from tests.folders import FORM_HEADER, write_settings, write_sheet
from tests.program import kaohe as run
from tests.test_authoring import kaohe
from tests.test_json_schemas import faults

pytestmark = pytest.mark.fast

ITEMS = [
    {"code": "1", "title": "政策文件公开", "points": 60, "criteria": "缺一件扣5分"},
    {"code": "2", "title": "申请答复", "points": 40, "each": 4},
]
SPEC: dict[str, Any] = {
    "name": "pingbiao", "title": "示例考核办法", "subject": "政务公开工作", "source": "示例", "clause": "一",
    "groups": ["县区"],
    "components": {"forms": {
        "kind": "self_assessment", "title": "指标考核", "table": "指标考核", "weight": 100, "clause": "二",
        "full": 100, "periods": [{"name": "全年", "due": "次年1月15日"}], "indicators": ITEMS}},
    "grades": [{"name": "优秀", "from": 90}, {"name": "其他"}],
}  # fmt: skip


def spec(indicators: Any = None, **more: Any) -> dict[str, Any]:
    """The scheme of a flat table, or of other ``indicators``."""
    out = copy.deepcopy(SPEC)
    out["components"]["forms"].update(more)
    if indicators is not None:
        out["components"]["forms"]["indicators"] = indicators
    return out


def in_one_area() -> list[dict[str, Any]]:
    """The same table with a level around it, called as the part is."""
    return [{"area": "指标考核", "points": 100, "items": ITEMS}]


def written(path: Path, said: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(said, allow_unicode=True, sort_keys=False), "utf-8")
    return path


def scheme_of(folder: Path, said: dict[str, Any]) -> Scheme:
    scheme, problems = load_scheme(written(folder / "pingbiao.yaml", said))
    assert scheme is not None, [p.message() for p in problems]
    return scheme


def messages(folder: Path, said: dict[str, Any]) -> list[tuple[str, str]]:
    scheme, problems = load_scheme(written(folder / "pingbiao.yaml", said))
    assert scheme is None
    return [(p.place.path or "", p.message()) for p in problems]


def year(folder: Path, said: dict[str, Any]) -> Path:
    written(folder / "pingbiao.yaml", said)
    write_settings(folder, scheme="pingbiao.yaml", region="示例市")
    units = {"甲县": (55, 1), "乙县": (60, 0)}
    write_sheet(folder / "考核对象.xlsx", [["单位名称", "类别"], *([u, "县区"] for u in units)])
    for unit, (points, problems) in units.items():
        head = [*FORM_HEADER, "问题数", "核查问题数"]
        blank = [None] * 3
        write_sheet(
            folder / "指标考核" / "全年" / f"{unit}.xlsx",
            [
                ["单位", unit, None, "考核年度", 2024, "期次", "全年"],
                head,
                ["1", *blank, 60, 60, None, None, points, None, None, None, None],
                ["2", *blank, 40, None, None, None, None, None, None, 0, problems],
            ],
        )
    return folder


def results(folder: Path) -> Any:
    assessment, problems = load_assessment(folder)
    assert assessment is not None
    assert [p.message() for p in problems] == []
    result = score_assessment(assessment)
    files = render(result, assessment)
    return json.loads(files["results.json"]), files


def cells(content: bytes) -> dict[str, list[list[Any]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {
        s.title: [[getattr(c.value, "text", c.value) for c in row] for row in s.iter_rows()]
        for s in book.worksheets
    }


def test_a_folder_is_graded_as_with_one_level_around_the_table(tmp_path: Path) -> None:
    flat, files = results(year(tmp_path / "a", spec()))
    levels, others = results(year(tmp_path / "b", spec(in_one_area())))
    assert [(u["unit"], u["composite"], u["grade"]) for u in flat["units"]] == [
        ("乙县", "100.00", "优秀"),
        ("甲县", "91.00", "优秀"),  # 55 + 40 - 4
    ]
    assert flat["units"] == levels["units"]
    for name in ("考核结果.xlsx", "通报附表.xlsx"):
        mine, theirs = cells(files[name]), cells(others[name])
        assert list(mine) == list(theirs)
        sheets = [sheet for sheet in mine if sheet not in ("数据说明", "原始文件")]
        assert {s: mine[s] for s in sheets} == {s: theirs[s] for s in sheets}
    form = blank_form(tmp_path / "a")
    assert form == blank_form(tmp_path / "b")
    assert any("指标考核" in row for rows in form.values() for row in rows)


def blank_form(folder: Path) -> dict[str, list[list[Any]]]:
    """The cells of the blank form of a unit."""
    done = run("forms", str(folder), "--period", "全年", "--unit", "甲县")
    assert done.returncode == 0, done.stderr
    (path,) = (folder / "空白表").rglob("甲县.xlsx")
    return cells(path.read_bytes())


def test_it_is_told_and_compared_without_a_level(tmp_path: Path) -> None:
    path = written(tmp_path / "a" / "pingbiao.yaml", spec())
    rows = [line.split() for line in kaohe("show", path).output.splitlines()]
    assert ["1", "政策文件公开", "60分", "0—60分之间打分。缺一件扣5分"] in rows
    assert not any(row[1:2] == ["100分"] for row in rows)
    more = copy.deepcopy(ITEMS)
    more[0]["points"], more[1]["points"] = 55, 45
    found = changes(scheme_of(tmp_path, spec()), scheme_of(tmp_path, spec(more)))
    assert [c.sentence() for c in found if "分值" in c.text] == [
        "“指标考核”：指标1“政策文件公开”的分值由“60分”改为“55分”",
        "“指标考核”：指标2“申请答复”的分值由“40分”改为“45分”",
    ]
    assert "指标2有1个问题" in kaohe("try", path).output


def test_what_is_wrong_is_found_at_the_author_s_own_line(tmp_path: Path) -> None:
    at = "components › forms › indicators"
    code = [ITEMS[0], {**ITEMS[1], "code": "1"}]
    ((path, said),) = messages(tmp_path, spec(code))
    assert (path, "不重复的指标编号" in said) == (f"{at} 第2项 › code", True)
    ((path, said),) = messages(tmp_path, spec([ITEMS[0], {**ITEMS[1], "each": -1}]))
    assert path == f"{at} 第2项 › each"
    ((path, said),) = messages(tmp_path, spec(full=90))
    assert path == "components › forms › full"
    assert "满分90，各项指标共100分" in said
    mixed = [ITEMS[0], {"area": "其他", "points": 40, "items": [ITEMS[1]]}]
    ((path, said),) = messages(tmp_path, spec(mixed))
    assert path == f"{at} 第1项"
    assert "都直接写指标，不写 area" in said
    weights = [
        {"code": "1", "title": "甲", "weight": 60},
        {"code": "2", "title": "乙", "weight": 30},
    ]
    ((path, said),) = messages(tmp_path, spec(weights))
    assert (path, "合计100，现合计90" in said) == (at, True)
    odd = written(tmp_path / "pingbiao.yaml", spec([ITEMS[0], {**ITEMS[1], "each": 50}]))
    (place, _), *_ = [r for r in review(read_draft(odd)) if "扣的分比满分还多" in r[1]]
    assert place.path == f"{at} 第2项 › each"


def test_it_may_be_weighed_and_differ_by_group(tmp_path: Path) -> None:
    weights = [
        {"code": "1", "title": "甲", "weight": 60},
        {"code": "2", "title": "乙", "weight": 40},
    ]
    said = spec({"县区": weights, "部门": ITEMS})
    said["groups"] = ["县区", "部门"]
    forms = scheme_of(tmp_path, said).leaves()["forms"]
    worth = {g: [leaf.points for leaf in forms.items(g)] for g in ("县区", "部门")}  # type: ignore[union-attr]
    assert worth == {"县区": [600000, 400000], "部门": [600000, 400000]}
    assert faults("scheme", yaml.safe_dump(said, allow_unicode=True)) == []


@pytest.mark.parametrize("indicators", [ITEMS, in_one_area()])
def test_both_ways_of_writing_fit_the_schema(indicators: Any) -> None:
    assert faults("scheme", yaml.safe_dump(spec(indicators), allow_unicode=True)) == []


def test_weights_of_a_flat_table_have_their_name(tmp_path: Path) -> None:
    items = [{"code": "1", "title": "甲", "weight": 60}, {"code": "2", "title": "乙", "weight": 30}]
    [(_, said)] = messages(tmp_path, spec(items))
    assert "各项指标权重合计100，现合计90" in said
    assert "下级" not in said


def test_an_unknown_group_is_told_with_those_that_there_are(tmp_path: Path) -> None:
    said = spec({"乡镇": ITEMS, **dict.fromkeys(spec()["groups"], ITEMS)})
    [(_, described)] = messages(tmp_path, said)
    assert f"写了“乡镇”，办法的 groups 中只有{'、'.join(said['groups'])}" in described
