"""The situations of tests/cases/*.yaml: real files in, scores out, on pandas and on Polars."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from scoring.intake import load_assessment
from scoring.problems import CATALOGUE, errors
from scoring.resources import resource
from scoring.score import Result, score
from scoring.wording.results import ENTRY_STATUS, gap_text
from tests.folders import write_folder

pytestmark = pytest.mark.fast

CASES = Path(__file__).parent / "cases"
PLAIN = {"上半年": 90, "下半年": 90, "第三方": 90}
KNOWN = {"情形", "台账", "台账重复", "单位", "设置", "办法", "截至", "结果", "次序", "数据问题"}
COMPONENTS = {"平时考核": "ledger", "自我考核": "self_assessment", "第三方评估": "third_party"}


def cases() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text("utf-8")):
            yield pytest.param(case, id=f"{path.stem}-{case['情形']}")


def build(case: dict[str, Any], folder: Path) -> Path:
    """The case as an assessment folder."""
    assert set(case) <= KNOWN, f"unknown words in the case: {set(case) - KNOWN}"
    units = {}
    for name, unit in case.get("单位", {"甲县": PLAIN}).items():
        units[name] = {k: _number(v) for k, v in unit.items() if k != "少填"}
    rows = list(case.get("台账", []))
    if "台账重复" in case:
        rows += [case["台账重复"]["行"]] * case["台账重复"]["次数"]
    ledger = [
        {"台账编号": f"TZ-{i}", "单位": "甲县", "问题描述": "问题", **row}
        for i, row in enumerate(rows, 1)
    ]
    settings = dict(case.get("设置", {}))
    if "办法" in case:
        scheme = yaml.load((resource("config") / "heze.yaml").read_text("utf-8"), yaml.BaseLoader)
        folder.mkdir(parents=True)
        (folder / "办法.yaml").write_text(
            yaml.safe_dump({**scheme, **case["办法"]}, allow_unicode=True), "utf-8"
        )
        settings["scheme"] = "办法.yaml"
    return write_folder(folder, units, ledger, settings)


def _number(value: Any) -> Any:
    return Decimal(value) if isinstance(value, str) and value[0].isdigit() else value


@pytest.mark.parametrize("case", list(cases()))
def test_case(case: dict[str, Any], tmp_path: Path) -> None:
    folder = build(case, tmp_path / "2024")
    assessment, problems = load_assessment(folder)
    wrong = [CATALOGUE[p.kind].title for p in errors(problems)]
    assert wrong == case.get("数据问题", [])
    if "数据问题" in case:
        return
    assert assessment is not None
    as_of = case.get("截至") or assessment.settings.as_of_day()
    assert isinstance(as_of, date)
    known = assessment.settings.known_day(as_of)
    result = score(assessment.tables, assessment.scheme, 2024, as_of, known=known)
    if "次序" in case:
        assert [unit.unit for unit in result.units] == case["次序"]
    for name, expected in case["结果"].items():
        check(result, name, expected)


def check(result: Result, name: str, expected: dict[str, Any]) -> None:
    """Every expectation of one unit; a word that the collector does not know fails."""
    unit = next(u for u in result.units if u.unit == name)
    gaps = [gap_text(gap, result.scheme) for gap in unit.gaps]
    for word, value in expected.items():
        if word in COMPONENTS:
            wanted = None if value is None else Fraction(value)
            assert unit.components[COMPONENTS[word]] == wanted, word
        elif word == "综合":
            assert result.composite_text(unit) == value
        elif word == "等次":
            assert unit.grade == value
        elif word == "排名":
            assert unit.rank == value
        elif word == "台账结果":
            assert [ENTRY_STATUS[e.status] for e in result.entries] == value
        elif word == "缺项":
            assert len(gaps) == len(value)
            assert all(any(v in gap for gap in gaps) for v in value), gaps
        elif word == "缺项含":
            assert all(any(v in gap for gap in gaps) for v in value), gaps
        else:
            pytest.fail(f"unknown word in the case: {word}")
    if unit.gaps and "缺项" in expected:
        assert not result.final
