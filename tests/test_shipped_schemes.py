"""The shipped schemes: each loads, its cases pass, and its small sample scores as computed here.

The expected numbers were computed by hand from the files' contents; the sums stand beside them.
"""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from scoring import score_assessment
from scoring.authoring.cases import cases_beside, run_cases
from scoring.authoring.draft import read_draft
from scoring.intake import load_assessment
from scoring.intake.grids import read_file
from scoring.problems import errors
from scoring.scheme import load_scheme, shipped
from tests.conftest import ROOT

pytestmark = pytest.mark.fast

SAMPLES = ROOT / "sample_data" / "schemes"
SCRIPT = ROOT / "sample_data" / "make_schemes.py"

Expected = dict[str, tuple[str, str, int]]

SCORES: dict[str, Expected] = {
    "keshi": {
        "房产管理科": ("100.0", "优秀", 1),  # 不属实; due on 13 January 2025
        "法规科": ("100.0", "优秀", 1),
        "规划科": ("99.0", "优秀", 3),  # two items; the change of 10 April was due on 30 April
        "建设管理科": ("99.0", "优秀", 3),  # due on 16 October, provided on the 18th; one 属实
        "市政工程处": ("99.5", "优秀", 1),  # one of two rows revoked
        "房屋登记所": ("97.5", "合格", 2),  # 5 × 0.5
    },
    "fangtan": {
        "青禾县": ("99", "优秀", 1),  # 25 + 1 held; the report came a day late
        "望岭县": ("99", "优秀", 1),  # 27 held; the names came a day late
        "雁汀县": ("95", "优秀", 3),  # 24 held: −4; −1
        "高新区": ("97", "优秀", 1),  # 推诿 −3
        "经开区": ("87", "良好", 2),  # 20 held: −12; −1
    },
    "jidu": {
        # (86 + 99 + 85 + 100) ÷ 4 = 92.5; × 0.6 + 92 × 0.4
        "松岗村": ("92.30", "表彰", 1),
        # (74 + 87 + (83 − 3) + 90) ÷ 4 = 82.75; + 85 × 0.4
        "竹溪村": ("83.65", "合格", 2),
        # (60 + 0 + 73 + (84 − 5)) ÷ 4 = 53; + 72 × 0.4
        "柳湾村": ("60.60", "合格", 3),
        # (42 + 50 + 59 + 67) ÷ 4 = 54.5; + 58 × 0.4
        "石桥村": ("55.90", "整改", 4),
        # (74/80 × 100 + 92 + 100 + 89) ÷ 4 = 93.375; 56.025 + 37.6 = 93.625; a quarter of 2 is 0
        "湖滨社区": ("93.63", "合格", 1),
        # (82 + 82 + 83 + 83) ÷ 4 = 82.5; 49.5 + 32
        "东苑社区": ("81.50", "合格", 2),
    },
    "fenlei": {
        # 90.35 × 0.4 + 92.41 × 0.6 = 91.586; × 0.7 + 90 × 0.2 + 91 × 0.1
        "青禾县": ("91.21", "优秀", 1),
        # 65.1/91 and 73.1/91: (65.1 × 0.4 + 73.1 × 0.6) ÷ 0.91 = 76.8132; 74.33; 72
        "望岭县": ("75.84", "良好", 2),
        # 92 × 0.4 + 99 × 0.6 = 96.2; × 0.6 + 93.33 × 0.3 + 95 × 0.1
        "财政局": ("95.22", "优秀", 1),
        # 67.5/80 = 84.375; × 0.6 + 88 × 0.3 + 88 × 0.1 = 85.825
        "水利局": ("85.83", "合格", 2),
        # 53 × 0.4 + 224/3 × 0.6 = 66; (60 × 66 + 30 × 72.33) ÷ 90
        "教育局": ("68.11", "不合格", 3),
    },
    "jiafen": {
        "发展改革委": ("99.9", "优秀", 1),  # 99 × 0.7 + 92 × 0.3 + 3
        "科技局": ("94.7", "优秀", 2),  # 98.4 × 0.7 + 86 × 0.3 = 94.68; the second place
        "教育局": ("93.4", "良好", 3),  # 1 + 2 + 2: 94 × 0.7 + 90 × 0.3 + 0.6; the quota is full
        "司法局": ("92.5", "合格", 4),  # 93.6 × 0.7 + 90 × 0.3 = 92.52; at best 合格
        "水利局": ("89.8", "良好", 5),  # 90 × 0.7 + 89.5 × 0.3 = 89.85, to even
        "审计局": ("89.8", "良好", 5),
        "财政局": ("84.9", "良好", 7),  # 17 capped at 15: 84 × 0.7 + 82 × 0.3 + 1.5
        "人力资源社会保障局": ("80.0", "良好", 8),  # 92 × 0.7 + 52 × 0.3 = 80: no bonus
        "商务局": ("71.0", "合格", 9),  # 95.4: 84.32 × 0.7 + 40 × 0.3 = 71.024
        "民政局": ("97.9", "不合格", None),  # 99.2 × 0.7 + 95 × 0.3 = 97.94; 一票否决
    },
}

PARTS: dict[str, dict[str, dict[str, str]]] = {
    "jidu": {
        "湖滨社区": {"quarterly": "93.375", "year_end": "94"},
        "柳湾村": {"quarterly": "53", "year_end": "72"},
    },
    "fenlei": {
        "青禾县": {"indicators": "91.586", "review": "90", "survey": "91"},
        "望岭县": {"indicators": "6990/91", "review": "74.33", "survey": "72"},
        "教育局": {"indicators": "66", "review": "72.33"},
    },
    "jiafen": {
        "教育局": {"daily": "94", "online": "95", "onsite": "90", "review": "90", "bonus": "0.6"},
        "财政局": {"online": "85", "daily": "84", "bonus": "1.5"},
    },
}


def test_every_scheme_has_a_sample() -> None:
    assert set(shipped()) == {"heze", *SCORES}


@pytest.mark.parametrize("name", list(shipped()))
def test_scheme_loads(name: str) -> None:
    scheme, problems = load_scheme(shipped()[name])
    assert problems == []
    assert scheme is not None
    assert scheme.name == name


@pytest.mark.parametrize("name", list(shipped()))
def test_cases(name: str) -> None:
    path = shipped()[name]
    outcomes, problems = run_cases(read_draft(path), cases_beside(path))
    assert problems == []
    assert 5 <= len(outcomes) <= 10
    assert [o for o in outcomes if not o.passed] == []


EXACT = sorted(
    path
    for path in (ROOT / "tests" / "data" / "schemes").glob("*.yaml")
    if ".cases" not in path.name
)


@pytest.mark.parametrize("path", EXACT, ids=lambda path: path.stem)
def test_schemes_that_a_rounding_on_the_way_would_grade_wrong(path: Path) -> None:
    """Small schemes with cases worked out by hand: sums of points, thirds, a gate at exactly its share,
    items that do not apply under a cap, a mean of eleven."""
    outcomes, problems = run_cases(read_draft(path), cases_beside(path))
    assert problems == []
    assert outcomes
    assert [o for o in outcomes if not o.passed] == []


@pytest.mark.parametrize("name", list(SCORES))
def test_sample(name: str) -> None:
    assessment, problems = load_assessment(SAMPLES / name)
    assert errors(problems) == []
    assert assessment is not None
    result = score_assessment(assessment)
    assert result.final
    found = {u.unit: (result.composite_text(u), u.grade, u.rank) for u in result.units}
    assert found == SCORES[name]
    units = {u.unit: {**u.components, **u.parts} for u in result.units}
    for unit, parts in PARTS.get(name, {}).items():
        for key, score in parts.items():
            assert units[unit][key] == Fraction(score), (unit, key)


def test_script_makes_the_samples(tmp_path: Path) -> None:
    for run in ("first", "second"):
        subprocess.run([sys.executable, str(SCRIPT), "--out", str(tmp_path / run)], check=True)
    made = [p.relative_to(tmp_path / "first") for p in (tmp_path / "first").rglob("*.*")]
    kept = {p.relative_to(SAMPLES) for p in SAMPLES.rglob("*.*")} - {Path("README.md")}
    assert set(made) == kept
    for path in made:
        first, second = tmp_path / "first" / path, tmp_path / "second" / path
        assert first.read_bytes() == second.read_bytes()
        if path.suffix == ".yaml":
            assert first.read_bytes() == (SAMPLES / path).read_bytes()
        else:
            # Another version of XlsxWriter may pack the same cells in other bytes.
            new, old = read_file(first, str(path)), read_file(SAMPLES / path, str(path))
            assert new.grids == old.grids
