"""Rare tables: rows of units that are not graded, a unit scored twice, groups without units or with many."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from scoring.intake import Assessment, load_assessment
from scoring.rules.column_numbers import constant
from scoring.rules.columns import ColumnArithmetic
from scoring.score import score
from scoring.tables import ExemptionRow, RefusedRow
from tests.folders import write_folder

pytestmark = pytest.mark.fast

FULL = {"上半年": 90, "下半年": 90, "第三方": 90}
LAST_DAY = date(2024, 12, 31)


@pytest.fixture(scope="module")
def assessment(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    folder = tmp_path_factory.mktemp("edges") / "2024"
    found, _ = load_assessment(
        write_folder(
            folder,
            {"甲县": FULL, "乙县": FULL},
            [{"台账编号": "T-1", "单位": "甲县", "扣分项": "1", "问题描述": "问题",
              "发现日期": "2024-03-05"}],
        )
    )  # fmt: skip
    assert found is not None
    return found


def test_rows_of_units_that_are_not_graded_concern_nobody(assessment: Assessment) -> None:
    before = score(assessment.tables, assessment.scheme, 2024, LAST_DAY)
    tables = assessment.tables
    more = replace(
        tables,
        entries=(*tables.entries, tables.entries[0]._replace(unit="别县", entry="T-2")),
        refused=(RefusedRow("ledger", "别县", "台账.xlsx"),),
        forms=(*tables.forms, tables.forms[0]._replace(unit="别县")),
        items=(*tables.items, tables.items[0]._replace(unit="别县")),
        scores=(*tables.scores, tables.scores[0]._replace(unit="别县")),
        exemptions=(ExemptionRow("self_assessment", "别县", "1.1"),),
    )
    after = score(more, assessment.scheme, 2024, LAST_DAY)
    assert after.units == before.units
    assert after.final


def test_two_scores_of_one_unit_are_no_score(assessment: Assessment) -> None:
    """Intake refuses the second; whoever brings tables of their own is told."""
    tables = assessment.tables
    twice = replace(tables, scores=(*tables.scores, tables.scores[0]))
    with pytest.raises(ValueError, match=r"甲县: 2 scores of 第三方"):
        score(twice, assessment.scheme, 2024, LAST_DAY)


def test_a_notebook_shows_sixty_units_and_says_how_many_more(assessment: Assessment) -> None:
    result = score(assessment.tables, assessment.scheme, 2024, LAST_DAY)
    first = result.units[0]
    many = replace(result, units=tuple(first._replace(unit=f"{n}县") for n in range(61)))
    page = many._repr_html_()
    assert page.count("<tr>") == 61
    assert "另有1个单位" in page
    # 部门 has no unit: no table without rows.
    assert page.count("<table>") == 1


def test_sums_and_zeros_of_columns_that_are_one_number_or_absent() -> None:
    a = ColumnArithmetic()
    assert a.or_zero(constant(5)).values == 5
    assert a.or_zero(a.absent).values == 0
    assert a.total([constant(2), constant(3)]).values == 5
    assert a.total([constant(2), a.absent]).absent
    assert a.total([]).values == 0
