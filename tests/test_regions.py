"""地区汇总: many offices, or one with regions, rolled up along the tree; against sums made by hand."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

import scoring
from scoring.enums import Effect
from scoring.problems import Severity
from scoring.regions.model import RegionUnit, Run
from scoring.regions.rollup import roll_up
from scoring.scheme import Ledger, load_scheme
from tests.conftest import ROOT
from tests.folders import write_folder, write_sheet
from tests.program import kaohe

pytestmark = pytest.mark.fast


def entry(number: str, unit: str, rule: str = "1", **more: Any) -> dict[str, Any]:
    row = {"台账编号": number, "单位": unit, "扣分项": rule, "问题描述": f"{unit}的{number}"}
    return {**row, "发现日期": "2024-03-05", **more}


def whole(score: float, **more: Any) -> dict[str, Any]:
    return {"上半年": score, "下半年": score, "第三方": score, **more}


@pytest.fixture
def province(tmp_path: Path) -> Path:
    """Two cities of 甲省 and one of 乙省; units of one name in each."""
    top = tmp_path / "全国"
    write_folder(
        top / "甲省/子市/2024",
        {"东县": whole(95), "西县": whole(85), "财政局": whole(70, 类别="部门")},
        [entry("A1", "西县"), entry("A2", "西县", "3", 整改期限="2024-04-01")],
    )
    write_folder(top / "甲省/丑市/2024年度", {"东县": whole(90), "财政局": whole(90, 类别="部门")})
    write_folder(top / "乙省/寅市", {"南县": whole(50)}, [entry("C1", "南县")])
    return top


def rows(found: Any) -> dict[str, dict[str, Any]]:
    return {"/".join(row["region"]): row for row in found["regions"]}


def rolled(folder: Path, *more: str) -> Any:
    done = kaohe("regions", folder, *more, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


# 平时100分占三成，其余占七成：西县扣3分，97×0.3+85×0.7=88.6；南县扣1.5分，98.5×0.3+50×0.7=64.55。
SCORES = {
    "甲省/子市": {"东县": "96.5", "西县": "88.6", "财政局": "79"},
    "甲省/丑市": {"东县": "93", "财政局": "93"},
    "乙省/寅市": {"南县": "64.55"},
}


def mean(scores: Iterable[str]) -> Fraction:
    exact = [Fraction(score) for score in scores]
    return sum(exact, Fraction(0)) / len(exact)


def test_every_level_has_its_own_figures(province: Path) -> None:
    (found,) = rolled(province)
    by_path = rows(found)
    assert list(by_path) == ["", "乙省", "乙省/寅市", "甲省", "甲省/丑市", "甲省/子市"]
    for path, row in by_path.items():
        inside = [s for p, s in SCORES.items() if p.startswith(path)]
        scores = [score for units in inside for score in units.values()]
        assert row["units"] == len(scores)
        assert Fraction(row["mean"]) == mean(scores), path
        assert Fraction(row["highest"]) == max(map(Fraction, scores))
        assert Fraction(row["lowest"]) == min(map(Fraction, scores))
    assert by_path["甲省/子市"]["grades"] == {"优秀": 1, "良好": 1, "合格": 1, "不合格": 0}
    assert by_path["甲省"]["groups"]["部门"]["units"] == 2
    assert Fraction(by_path["甲省"]["groups"]["部门"]["mean"]) == 86
    assert by_path["乙省"]["groups"].keys() == {"县区"}


def test_regions_are_ranked_among_those_beside_them(province: Path) -> None:
    (found,) = rolled(province)
    ranks = {path: row["rank"] for path, row in rows(found).items()}
    assert ranks == {
        "": None, "甲省": 1, "乙省": 2, "乙省/寅市": 1, "甲省/丑市": 1, "甲省/子市": 2,
    }  # fmt: skip
    groups = {path: row["groups"]["县区"]["rank"] for path, row in rows(found).items()}
    # 子市 (96.5+88.6)/2 = 92.55, 丑市 93.
    assert (groups["甲省/丑市"], groups["甲省/子市"]) == (1, 2)


def test_problems_are_summed_by_rule(province: Path) -> None:
    (found,) = rolled(province)
    by_path = rows(found)
    counted = {
        path: {one["rule"]: one["entries"] for one in row["counted"]}
        for path, row in by_path.items()
    }
    assert counted["甲省"] == counted["甲省/子市"] == {"1": 1, "3": 1}
    assert counted[""] == {"1": 2, "3": 1}
    assert counted["甲省/丑市"] == {}
    assert [by_path[path]["entries"] for path in ("", "甲省", "乙省")] == [3, 2, 1]


def test_what_wins_points_is_no_problem() -> None:
    """加分项 of a scheme that adds: its rows are counted for nobody."""
    result = scoring.score_assessment(scoring.load_assessment(ROOT / "sample_data/schemes/jiafen"))
    effects = {
        (key, rule.code): rule.effect
        for key, part in result.scheme.leaves().items()
        if isinstance(part, Ledger)
        for rule in part.rules
    }
    assert set(effects.values()) == {Effect.DEDUCT, Effect.BONUS}
    (found,) = scoring.roll_up_folder(ROOT / "sample_data/schemes/jiafen")
    losing = [e for e in result.entries if effects[e.component, e.rule] is Effect.DEDUCT]
    assert found.rows[0].entries == len(losing) < len(result.entries)
    assert {effects[key] for key in found.rows[0].counted} == {Effect.DEDUCT}


def sheet(content: bytes | Path, name: str) -> list[list[Any]]:
    source = io.BytesIO(content) if isinstance(content, bytes) else content
    return [list(row) for row in openpyxl.load_workbook(source)[name].values]


def test_units_are_ranked_in_every_region_and_overall(province: Path) -> None:
    assert kaohe("regions", province, "--out", province / "表").returncode == 0
    head, *listed = sheet(province / "表/地区汇总.xlsx", "单位")[2:]
    assert head == [
        "地区", "单位", "类别", "综合成绩", "等次", "总排名", "一级地区内排名", "二级地区内排名", "计入问题",
    ]  # fmt: skip
    assert [row[:9] for row in listed] == [
        ["乙省/寅市", "南县", "县区", 64.55, "合格", 4, 1, 1, 1],
        ["甲省/丑市", "东县", "县区", 93, "优秀", 2, 2, 1, 0],
        ["甲省/丑市", "财政局", "部门", 93, "优秀", 1, 1, 1, 0],
        ["甲省/子市", "东县", "县区", 96.5, "优秀", 1, 1, 1, 0],
        ["甲省/子市", "西县", "县区", 88.6, "良好", 3, 3, 2, 2],
        ["甲省/子市", "财政局", "部门", 79, "合格", 2, 2, 1, 0],
    ]


def test_a_region_column_is_the_same_tree(province: Path, tmp_path: Path) -> None:
    """One office with all units and a 地区 for each gives what the three offices give together."""
    units = {
        f"{path.replace('/', '')}{name}": whole(0, 类别="部门" if name == "财政局" else "县区")
        for path, own in SCORES.items()
        for name in own
    }
    given = {"东县": 95, "西县": 85, "财政局": 70}
    for path in SCORES:
        for name in SCORES[path]:
            score = {"甲省/丑市": 90, "乙省/寅市": 50}.get(path) or given[name]
            one = units[f"{path.replace('/', '')}{name}"]
            one.update(上半年=score, 下半年=score, 第三方=score)
    ledger = [
        entry("A1", "甲省子市西县"), entry("A2", "甲省子市西县", "3", 整改期限="2024-04-01"),
        entry("C1", "乙省寅市南县"),
    ]  # fmt: skip
    folder = write_folder(tmp_path / "2024", units, ledger)
    regions = [path for path, own in SCORES.items() for _ in own]
    # As people write it: 甲省／子市, 甲省 > 子市.
    ways = ["/", "／", " > ", "→"]
    listed = [
        [name, one["类别"], region.replace("/", ways[at % 4])]
        for at, ((name, one), region) in enumerate(zip(units.items(), regions, strict=True))
    ]
    write_sheet(folder / "考核对象.xlsx", [["单位名称", "类别", "地区"], *listed])
    (one,), (many,) = rolled(folder), rolled(province)
    assert {path: dict(row) for path, row in rows(one).items()} == rows(many)


def test_under_takes_only_what_lies_in_a_region(province: Path) -> None:
    (found,) = rolled(province, "--under", "甲省")
    assert list(rows(found)) == ["甲省", "甲省/丑市", "甲省/子市"]
    assert found["regions"][0]["units"] == 5
    done = kaohe("regions", province, "--under", "丙省")
    assert done.returncode == 2
    assert "没有这个地区；最上一级有：乙省、甲省" in done.stderr


def test_the_circular_names_every_region_by_its_place(province: Path) -> None:
    (province / "地区.yaml").write_text(
        "circular:\n  issuer: 某部办公厅\n  number: 某办〔2025〕6号\n  date: 2025-02-20\n", "utf-8"
    )
    assert kaohe("regions", province, "--under", "甲省").returncode == 0
    document = Document(str(province / "地区汇总/地区通报.docx"))
    text = "\n".join(p.text for p in document.paragraphs)
    assert "某部办公厅关于甲省2024年度" in text.replace("\n", "")
    assert "某办〔2025〕6号" in text
    assert "（一）丑市（2个单位）" in text
    assert "（二）子市（3个单位）\n平均成绩居第2位。" in text
    assert "台账登记问题2个，计入考核2个。" in text
    first = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert [row[:6] for row in first[1:3]] == [
        ["1", "丑市", "2", "93.00", "93.00", "93.00"],
        ["2", "子市", "3", "88.03", "96.50", "79.00"],
    ]


def test_a_fault_in_one_office_names_its_folder(province: Path) -> None:
    write_sheet(province / "甲省/子市/2024/第三方评估.xlsx", [["单位", "得分"], ["东县", "九十"]])
    done = kaohe("regions", province)
    assert done.returncode == 1
    assert "甲省/子市/2024/第三方评估.xlsx" in done.stdout + done.stderr
    assert not (province / "地区汇总").exists()


def test_gaps_are_refused_or_left_out_of_the_mean(province: Path) -> None:
    write_sheet(province / "甲省/丑市/2024年度/第三方评估.xlsx", [["单位", "得分"], ["财政局", 90]])
    assert kaohe("regions", province).returncode == 1
    (found,) = rolled(province, "--provisional")
    city = rows(found)["甲省/丑市"]
    assert (city["units"], city["ranked"], city["undecided"], city["mean"]) == (2, 1, 1, "93")
    assert found["final"] is False
    title = sheet(province / "地区汇总/地区汇总.xlsx", "各地区")[0][0]
    assert title.endswith("（暂定）")


def test_schemes_are_not_mixed(province: Path) -> None:
    """Scores of different rules do not compare: each scheme has papers of its own."""
    heze = (ROOT / "config/heze.yaml").read_text("utf-8")
    own = heze.replace("points: 1.5", "points: 2")
    assert own != heze
    other = province / "乙省/寅市"
    (other / "own.yaml").write_text(own, "utf-8")
    settings = (other / "assessment.yaml").read_text("utf-8")
    (other / "assessment.yaml").write_text(settings.replace("heze", "own.yaml"), "utf-8")
    found = rolled(province)
    assert [list(rows(one)) for one in found] == [
        ["", "乙省", "乙省/寅市"], ["", "甲省", "甲省/丑市", "甲省/子市"],
    ]  # fmt: skip
    names = sorted(path.name for path in (province / "地区汇总").iterdir())
    assert len([name for name in names if name.endswith("地区汇总.xlsx")]) == 2


def test_many_units_are_listed_in_a_csv(province: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("scoring.steps.regions", "scoring.publish.regions.workbook"):
        monkeypatch.setattr(f"{module}.REGION_UNITS", 5)
    papers = scoring.make_regions(scoring.roll_up_folder(province))
    assert "单位" not in openpyxl.load_workbook(io.BytesIO(papers["地区汇总.xlsx"])).sheetnames
    said = [row[0] for row in sheet(papers["地区汇总.xlsx"], "各地区") if row[0]]
    assert any("单位共6个，名单和排名在 单位排名.csv 中" in str(text) for text in said)
    listed = list(csv.reader(io.StringIO(papers["单位排名.csv"].decode("utf-8-sig"))))
    assert listed[1][:5] == ["乙省/寅市", "南县", "县区", "64.55", "合格"]
    assert len(listed) == 7


@pytest.mark.parametrize("written", ["甲省//子市", "/子市", "甲省/"])
def test_an_incomplete_region_is_a_reminder_at_its_cell(written: str, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "2024", {"甲县": whole(90)})
    write_sheet(folder / "考核对象.xlsx", [["单位名称", "类别", "地区"], ["甲县", "县区", written]])
    (problem,) = [p for p in scoring.check_assessment(folder) if p.kind == "region-path"]
    assert (problem.place.row, problem.place.column, problem.found) == (2, "C", written)
    assert problem.severity is Severity.WARNING
    assert scoring.score_assessment(scoring.load_assessment(folder)).final


def test_a_folder_without_any_assessment_is_wrong_usage(tmp_path: Path) -> None:
    done = kaohe("regions", tmp_path)
    assert done.returncode == 2
    assert "都没有 assessment.yaml" in done.stderr


# Random trees against a direct computation


@st.composite
def trees(draw: st.DrawFn) -> list[tuple[tuple[str, ...], str, int | None, bool]]:
    paths = st.sampled_from([(), ("甲",), ("甲", "子"), ("甲", "丑"), ("乙",), ("乙", "子", "东")])
    # Few different scores, so that many are equal.
    scores = st.one_of(st.none(), st.sampled_from([0, 5999, 6000, 8999, 9000, 9001, 10000]))
    row = st.tuples(paths, st.sampled_from(["县区", "部门"]), scores, st.booleans())
    return draw(st.lists(row, min_size=1, max_size=30))


def run_of_rows(rows: Sequence[tuple[tuple[str, ...], str, int | None, bool]]) -> Run:
    scheme, _ = load_scheme(ROOT / "config/heze.yaml")
    assert scheme is not None
    units = tuple(
        RegionUnit(path, f"单位{at}", group, score, None, score is not None, veto and score is not None, 0, {})
        for at, (path, group, score, veto) in enumerate(rows)
    )  # fmt: skip
    return Run(scheme, 2024, date(2024, 12, 31), None, True, units)


@given(trees())
def test_random_trees_give_what_is_counted_directly(
    drawn: list[tuple[tuple[str, ...], str, int | None, bool]],
) -> None:
    (found,) = roll_up([run_of_rows(drawn)])
    means: dict[tuple[str, ...], Fraction | None] = {}
    for row in found.rows:
        depth = len(row.region)
        inside = [one for one in drawn if one[0][:depth] == row.region]
        scores = [s for _, _, s, veto in inside if s is not None and not veto]
        assert row.whole.units == len(inside)
        assert row.whole.ranked == len(scores)
        assert row.whole.kept_out == sum(s is not None and veto for _, _, s, veto in inside)
        means[row.region] = Fraction(sum(scores), len(scores)) if scores else None
        assert row.whole.mean == means[row.region]
    assert {row.region for row in found.rows} == {
        path[:depth] for path, *_ in drawn for depth in range(len(path) + 1)
    } | {()}
    for row in found.rows[1:]:
        own = means[row.region]
        beside = [m for r, m in means.items() if r and r[:-1] == row.region[:-1] and m is not None]
        assert row.whole.rank == (None if own is None else 1 + sum(m > own for m in beside))
    _units_are_ranked_directly(drawn, found)


def _units_are_ranked_directly(drawn: Sequence[Any], found: Any) -> None:
    by_name: Mapping[str, Any] = {one.unit.unit: one for one in found.units}
    assert len(by_name) == len(drawn)
    for at, (path, group, score, veto) in enumerate(drawn):
        ranks = by_name[f"单位{at}"].ranks
        assert len(ranks) == len(path) + 1
        for depth, rank in enumerate(ranks):
            others = [
                s for p, g, s, v in drawn
                if p[:depth] == path[:depth] and g == group and s is not None and not v
            ]  # fmt: skip
            takes_part = score is not None and not veto
            assert rank == (1 + sum(s > score for s in others) if takes_part else None)
