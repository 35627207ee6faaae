"""The JSON schemas that editors use are as strict as the program about keys, words, numbers and
ranges, and no stricter than what it accepts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.authoring.cases import read_cases
from scoring.authoring.json_schemas import JSON_SCHEMAS, schema_text
from scoring.authoring.starter import Answers, cases_yaml, scheme_yaml
from scoring.intake import inspect_folder
from scoring.problems import errors
from scoring.resources import resource
from scoring.scheme import load_scheme
from tests.conftest import ROOT
from tests.random_schemes import Draw, Maker, Spec
from tests.test_scheme_mistakes import SCHEME
from tests.thorough import examples

pytestmark = pytest.mark.fast

VALIDATORS = {
    name: jsonschema.Draft202012Validator(json.loads(schema_text(name))) for name in JSON_SCHEMAS
}


class _Core(yaml.SafeLoader):
    """YAML as editors read it: decimals are numbers, days are text."""


_Core.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if not tag.endswith((":timestamp", ":bool"))]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))


def _text_keys(value: Any) -> Any:
    """JSON has names of text only: 2024: 1.5 is "2024": 1.5."""
    if isinstance(value, dict):
        return {str(key): _text_keys(each) for key, each in value.items()}
    return [_text_keys(each) for each in value] if isinstance(value, list) else value


def faults(name: str, text: str) -> list[str]:
    data = _text_keys(yaml.load(text, _Core))
    return [f"{e.json_path}: {e.message[:200]}" for e in VALIDATORS[name].iter_errors(data)]


@pytest.mark.parametrize("name", JSON_SCHEMAS)
def test_the_shipped_schema_is_the_model_s_and_is_a_schema(name: str) -> None:
    stored = (resource("config") / f"{name}.schema.json").read_text("utf-8")
    assert stored == schema_text(name), "run tools/make_json_schemas.py"
    jsonschema.Draft202012Validator.check_schema(json.loads(stored))


SHIPPED = [
    *(("cases" if p.name.endswith(".cases.yaml") else "scheme", p)
      for p in sorted((ROOT / "config").glob("*.yaml"))),
    *(("assessment", p) for p in sorted((ROOT / "sample_data").glob("**/assessment.yaml"))),
]  # fmt: skip


@pytest.mark.parametrize(("name", "path"), SHIPPED, ids=lambda x: str(getattr(x, "name", x)))
def test_shipped_files_name_their_schema_and_fit_it(name: str, path: Path) -> None:
    text = path.read_text("utf-8")
    named = text.splitlines()[0].partition("$schema=")[2]
    assert (path.parent / named).resolve() == resource("config") / f"{name}.schema.json"
    assert faults(name, text) == []


def test_what_new_writes_fits() -> None:
    answers = Answers("shili")
    assert faults("scheme", scheme_yaml(answers)) == []
    assert faults("cases", cases_yaml(answers)) == []


@st.composite
def _specs(draw: Draw) -> Spec:
    return Maker(draw).scheme()


@given(_specs())
@settings(max_examples=examples(60), deadline=None)
def test_every_sound_scheme_fits(spec: Spec) -> None:
    assert faults("scheme", yaml.safe_dump(spec, allow_unicode=True)) == []


WRONG = [
    ("weight: 30\n", "weight: 三十\n"), ("weight: 30\n", "weight: 30%\n"),
    ("weight: 30\n", "weight: 0\n"), ("weight: 30\n", "weight: -30\n"),
    ("weight: 30\n", "weight: 130\n"), ("weight: 30\n", 'weight: "100.5"\n'),
    ("weight: 30\n", "weight: {2023: 三十}\n"), ("weight: 30\n", "weight: {2023: 0}\n"),
    ("weight: 30\n", "weight: {县区: 30, 部门: 130}\n"), ("weight: 30\n", "weight: true\n"),
    ("weight: 30\n", "weight: [30]\n"), ("weight: 30\n", "weight:\n"),
    ("points: 1.5\n", "points: -1.5\n"), ("points: 1.5\n", 'points: "-1.5"\n'),
    ("points: 1.5\n", "points: 1.5分\n"), ("points: 1.5\n", 'points: "1.23456"\n'),
    ("points: 1.5\n", "points: {2023: -1}\n"), ("points: 1.5\n", "points: 1e2x\n"),
    ("points: 1.5\n", "points: 2000000\n"), ("points: {from: 1, to: 3}", "points: {from: -1, to: 3}"),
    ("points: {from: 1, to: 3}", "points: {from: 0, to: 0}"), ("points: {from: 1, to: 3}", "points: {from: 1}"),
    ("cap: 9\n", "cap: 0\n"), ("cap: 9\n", "cap: -9\n"), ("cap: 10}", "cap: 0}"),
    ("cap: 10}", "cap: 十}"), ("start: 100\n", "start: 一百\n"), ("floor: 0\n", "floor: 零\n"),
    ("count: 15,", "count: -1,"), ("count: 15,", "count: 1.5,"), ("count: 15,", "count: 十五,"),
    ("days: working", "days: 工作日"), ("minimum: 26\n", "minimum: 0\n"),
    ("minimum: 26\n", "minimum: 二十六\n"), ("factor: 2}", "factor: 1}"),
    ("factor: 2}", "factor: -0.5}"), ("factor: 2}", 'factor: "1.0"}'),
    ("factor: 2}", "factor: 2, from: 1}"), ("counts: notified", "counts: 通报"),
    ("title: 平时考核\n", "title: ''\n"), ("start: 100\n", "strat: 100\n"),
    ("name: shili\n", "name: 示例\n"), ("groups: [县区, 部门]\n", "groups: []\n"),
    ("groups: [县区, 部门]\n", "groups: 县区\n"), ("full: 100\n", "full: 0\n"),
    ("full: 100\n", "full: -100\n"), ("clause: 二\n", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"), WRONG, ids=[new.strip() or old.strip() for old, new in WRONG]
)
def test_schema_and_program_refuse_a_wrong_value(old: str, new: str, tmp_path: Path) -> None:
    assert old in SCHEME
    text = SCHEME.replace(old, new, 1)
    path = tmp_path / "shili.yaml"
    path.write_text(text, "utf-8")
    assert faults("scheme", SCHEME) == []
    assert load_scheme(path)[0] is None
    assert faults("scheme", text) != []


PARTS = """\
name: shili
title: 示例办法
subject: 政务公开
source: 示例
groups: [县区]
clause: 一
rounding: {decimals: 2}
components:
  form:
    kind: self_assessment
    title: 自查
    table: 自查
    weight: 60
    clause: 二
    full: 10
    step: 0.5
    late: {each_day: 1, cap: 5}
    periods:
      - {name: 上半年, due: 7月15日, weight: 50}
      - {name: 下半年, due: 次年1月15日, weight: 50}
    indicators:
      - area: 公开
        points: 10
        items:
          - {code: 1, title: 目录, points: 4, options: {优: 4, 差: 0}}
          - {code: 2, title: 年报, points: 6, each: 0.5}
  score:
    kind: score
    title: 评估
    table: 评估
    weight: 40
    clause: 三
    full: 100
grades:
  - {name: 优秀, from: 90, quota: {share: 20}}
  - {name: 良好, quota: {count: 3}}
  - {name: 合格, from: 0}
"""
WRONG_PARTS = [
    ("decimals: 2", "decimals: 5"), ("decimals: 2", "decimals: -1"), ("decimals: 2", "decimals: 二"),
    ("full: 10\n", "full: 十\n"), ("step: 0.5", "step: 0"), ("step: 0.5", "step: -0.5"),
    ("each_day: 1", "each_day: 0"), ("each_day: 1", "each_day: -1"), ("cap: 5", "cap: -5"),
    ("due: 7月15日", "due: 7月32日"), ("due: 7月15日", "due: 13月1日"), ("due: 7月15日", "due: 2月29日"),
    ("due: 7月15日", "due: 7-15"), ("due: 7月15日", "due: 6月31日"),
    ("下半年, due: 次年1月15日, weight: 50", "下半年, due: 次年1月15日, weight: 0"),
    ("points: 10\n", "points: 0\n"), ("points: 10\n", "points: -10\n"), ("points: 4,", "points: -4,"),
    ("优: 4", "优: -4"), ("优: 4", "优: 四"), ("each: 0.5", "each: 0"), ("each: 0.5", "each: -1"),
    ("share: 20", "share: 0"), ("share: 20", "share: 120"), ("share: 20", "share: 两成"),
    ("count: 3", "count: 0"), ("count: 3", "count: 三"), ("from: 90", "from: 九十"),
    ("  score:\n", "      - {code: 3, title: 单列, points: 5}\n  score:\n"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), WRONG_PARTS, ids=[new for _, new in WRONG_PARTS])
def test_a_wrong_number_of_a_form_or_a_grade_is_refused_by_both(
    old: str, new: str, tmp_path: Path
) -> None:
    path = tmp_path / "shili.yaml"
    path.write_text(PARTS, "utf-8")
    assert (load_scheme(path)[1], faults("scheme", PARTS)) == ([], [])
    assert old in PARTS
    text = PARTS.replace(old, new, 1)
    path.write_text(text, "utf-8")
    assert load_scheme(path)[0] is None
    assert faults("scheme", text) != []


@pytest.mark.parametrize(
    "lines",
    [
        "year: 二〇二四", "year: 1999", "year: 2100", "year: 2024.5", "as_of: 年底", "as_of: 2024-13-01",
        "as_of: 2024-12-32", "known: [2025-01-31]", "knwon: 2025-01-31", "scheme: ''",
        "not_applicable: [甲县]", "not_applicable: {甲县: 3.3}", "circular: {fonts: {titel: 黑体}}",
        "circular: {date: 二月}", "circular: {requirements: [加强领导]}", "circular: {recipients: 各县区}",
    ],
)  # fmt: skip
def test_schema_and_program_refuse_a_wrong_setting(lines: str, tmp_path: Path) -> None:
    key = lines.partition(":")[0]
    values = {"scheme": "scheme: heze", "year": "year: 2024", key: lines}
    text = "\n".join(values.values())
    (tmp_path / "assessment.yaml").write_text(text, "utf-8")
    found = errors(inspect_folder(tmp_path).problems)
    assert [p for p in found if p.place.file == "assessment.yaml" and p.kind.startswith("yaml")]
    assert faults("assessment", text) != []


@pytest.mark.parametrize(
    "day", ["2024-12-31", "2024年3月5日", "2024.3.5", "2024/03/05", '"20240305"']
)
def test_days_are_taken_as_the_program_takes_them(day: str, tmp_path: Path) -> None:
    text = f"scheme: heze\nyear: 2024\nas_of: {day}\n"
    (tmp_path / "assessment.yaml").write_text(text, "utf-8")
    assert not [p for p in inspect_folder(tmp_path).problems if p.kind.startswith("yaml")]
    assert faults("assessment", text) == []


CASE = """\
- 情形: 一个问题
  年度: 2024
  单位:
    甲县: {类别: 县区, 上半年: 90}
  台账:
    - {单位: 甲县, 扣分项: "1", 发现日期: 2024-03-05, 核实结果: 属实, 次数: 2}
  结果:
    甲县: {等次: 优秀}
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("情形: 一个问题", "情况: 一个问题"), ("年度: 2024", "年度: 今年"), ("次数: 2", "次数: 0"),
        ("发现日期: 2024-03-05", "发现日期: 2024-13-05"), ("发现日期: 2024-03-05, ", ""),
        ("    甲县: {等次: 优秀}", "    []"), ("{类别: 县区, 上半年: 90}", "县区"),
    ],
)  # fmt: skip
def test_schema_and_program_refuse_a_wrong_case(old: str, new: str, tmp_path: Path) -> None:
    assert old in CASE
    assert faults("cases", CASE) == []
    text = CASE.replace(old, new, 1)
    path = tmp_path / "shili.cases.yaml"
    path.write_text(text, "utf-8")
    assert read_cases(path)[1].problems
    assert faults("cases", text) != []
