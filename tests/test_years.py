"""Numbers of a scheme with the years from which they hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from scoring.intake import load_assessment
from scoring.points import format_points
from scoring.scheme import Ledger, load_scheme
from scoring.scheme.load import shipped
from tests.folders import write_folder

pytestmark = pytest.mark.fast

HEZE = shipped()["heze"].read_text("utf-8")
DATED = HEZE.replace("points: 1.5", "points: {2020: 1, 2023: 1.5, 2025-07-01: 2}", 1)


@pytest.mark.parametrize(
    ("year", "points"),
    [(2020, "1"), (2022, "1"), (2023, "1.5"), (2024, "1.5"), (2025, "2"), (2030, "2"), (None, "2")],
)
def test_an_assessment_uses_the_numbers_of_its_year(
    year: int | None, points: str, tmp_path: Path
) -> None:
    (tmp_path / "办法.yaml").write_text(DATED, "utf-8")
    scheme, problems = load_scheme(tmp_path / "办法.yaml", year=year)
    assert problems == []
    assert scheme is not None
    ledger = scheme.components["ledger"]
    assert isinstance(ledger, Ledger)
    assert ledger.rules[0].points == int(float(points) * 10_000)


def test_a_year_before_the_first_number_is_refused_at_its_line(tmp_path: Path) -> None:
    (tmp_path / "办法.yaml").write_text(DATED, "utf-8")
    scheme, problems = load_scheme(tmp_path / "办法.yaml", year=2019)
    assert scheme is None
    line = DATED[: DATED.index("points: {2020")].count("\n") + 1
    assert [(p.place.row, p.found, p.expected) for p in problems] == [
        (line, "2020起", "2019年度适用的数")
    ]


def test_the_folder_s_year_decides(tmp_path: Path) -> None:
    for year, cost in ((2022, "1"), (2024, "1.5")):
        folder = write_folder(
            tmp_path / str(year), {"甲县": {}}, settings={"scheme": "办法.yaml", "year": year}
        )
        (folder / "办法.yaml").write_text(DATED, "utf-8")
        assessment, _ = load_assessment(folder)
        assert assessment is not None
        ledger = assessment.scheme.components["ledger"]
        assert isinstance(ledger, Ledger)
        assert format_points(ledger.rules[0].fixed() or 0) == cost
