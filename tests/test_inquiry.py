"""Asking of a graded year: every answer is what the engine gives, and can be followed by hand."""

from __future__ import annotations

import shutil
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring import Assessment, Result, explain, score_assessment, what_if
from scoring.inquiry.changes import Change, Revoke, SetItem, SetScore, apply
from scoring.inquiry.distance import (
    distances,
    grade_bands,
    least,
    marks_of,
    needed_scores,
    score_outcomes,
)
from scoring.inquiry.explanation import Part, walk
from scoring.inquiry.trials import Outcome, Trial, Trials
from scoring.intake import load_assessment
from scoring.lookup.periods import PeriodError
from scoring.publish.explanation.text import explanation_description
from scoring.scheme import Score
from scoring.score import UnitResult, score
from scoring.tables import Verified, make_tables
from scoring.wording.plain_text import description_text
from tests.conftest import SAMPLE
from tests.folders import write_folder
from tests.random_schemes import YEAR, Year, years
from tests.thorough import examples

FULL = {"上半年": 90, "下半年": 90, "第三方": 90}


@pytest.fixture(scope="module")
def sample() -> tuple[Assessment, Result, Trials]:
    assessment, _ = load_assessment(SAMPLE)
    assert assessment is not None
    result = score_assessment(assessment)
    return assessment, result, trials_of(assessment, result)


def trials_of(assessment: Assessment, result: Result) -> Trials:
    return Trials(assessment.tables, result.scheme, result.year, result.as_of)


def seen(unit: UnitResult) -> Outcome:
    return Outcome(unit.composite, unit.grade, unit.rank)


# Trials: the one engine, many copies


@settings(max_examples=examples(15), deadline=None, suppress_health_check=list(HealthCheck))
@given(year=years(), data=st.data())
def test_a_trial_gives_what_scoring_the_changed_year_gives(year: Year, data: st.DataObject) -> None:
    """Over random schemes, quotas, vetoes and gates included: a copy of the unit among its group
    is graded and ranked as the unit itself would be with the change."""
    tables = make_tables(year.rows)
    result = score(tables, year.scheme, YEAR, year.as_of)
    trials = Trials(tables, year.scheme, YEAR, year.as_of)
    unchanged = trials.run([Trial(unit.unit) for unit in result.units])
    assert unchanged == [seen(unit) for unit in result.units]
    unit = data.draw(st.sampled_from(result.units))
    change = data.draw(st.sampled_from(possible(result, unit)))
    after = score(apply(tables, [change], year.as_of), year.scheme, YEAR, year.as_of)
    wanted = next(u for u in after.units if u.unit == unit.unit)
    (outcome,) = trials.run([Trial(unit.unit, (change,))])
    assert (outcome.composite, outcome.grade) == (wanted.composite, wanted.grade)
    assert outcome.rank == wanted.rank


def possible(result: Result, unit: UnitResult) -> list[Change]:
    """Changes that concern this unit alone."""
    changes: list[Change] = [
        Revoke(e.component, e.entry) for e in result.entries if e.charged_unit == unit.unit
    ]
    for i in result.items:
        if i.unit == unit.unit and i.scoring == "points":
            value = Verified(verified_score=i.full // 2)
            changes.append(SetItem(i.component, i.unit, i.period, i.indicator, value))
    for key in result.scheme.weighed_scores():
        component = result.scheme.leaves()[key]
        assert isinstance(component, Score)
        changes.append(SetScore(key, unit.unit, 50_000, marks=marks_of(component)))
    return changes or [Revoke("none", "none")]


# Explain


def test_every_number_of_an_explanation_can_be_added_up(
    sample: tuple[Assessment, Result, Trials],
) -> None:
    assessment, result, _ = sample
    for unit in result.units[::6]:
        found = explain(assessment, unit.unit)
        total = Fraction(0)
        for part in found.parts:
            assert part.score is not None
            total += part.score * part.weight / 1_000_000
            assert part.score == by_hand(part)
        assert total == unit.exact
        assert int(total * 100 + Fraction(1, 2)) == unit.composite


def by_hand(part: Part) -> Fraction:
    if part.ledger is not None:
        lost = sum(amount.counted * 15_000 for _, amount in part.ledger.rules)
        assert lost == sum(entry.deduction for entry in part.ledger.counted)
        return max(Fraction(0), 100 - Fraction(lost, 10_000))
    if part.periods:
        scores = []
        for period in part.periods:
            assert sum(area.got for area in period.areas) == period.result.raw
            assert sum(i.counted or 0 for i in period.items) == period.result.raw
            full = Fraction(period.result.raw * 100, period.result.applicable)
            scores.append(Fraction(int(full * 10_000 + Fraction(1, 2)), 10_000))
        return sum(scores, Fraction(0)) / 2
    (one,) = part.scores
    assert one.given is not None
    return Fraction(one.given, 10_000)


def test_every_row_of_an_explanation_stands_where_it_says(
    sample: tuple[Assessment, Result, Trials],
) -> None:
    found = explain(sample[0], "临溪县")
    entries = [e for part, _ in walk(found.parts) if part.ledger
               for e in (*part.ledger.counted, *part.ledger.others)]  # fmt: skip
    assert [e.entry for e in entries] == ["BGS2024039", "BGS2024010", "BGS2024036"]
    for entry in entries:
        page = openpyxl.load_workbook(SAMPLE / entry.place.file)[entry.place.sheet or ""]
        row = [str(cell.value) for cell in page[entry.place.row or 0]]
        assert entry.entry in row
    text = description_text(explanation_description(found))
    for said in (
        "98.5×30%＋85.3×40%＋87.75×30%＝89.995，四舍五入保留2位小数，为90.00分（四（四））",
        "预置100分－扣分1.5分（最低0分）＝98.5分（四（一））",
        "（84.85＋85.75）÷2＝85.3分（四（二））",
        "2024年7月8日才完成整改。〔平时考核台账/市政府办公室平时考核台账.xlsx",
        "降为良好：综合成绩降到89.99分以下（含本数），即再少0.01分",
    ):
        assert said in text


def test_a_period_limits_items_and_an_unknown_one_lists_them(
    sample: tuple[Assessment, Result, Trials],
) -> None:
    found = explain(sample[0], "财政", period="下半")
    (forms,) = [part for part in found.parts if part.periods]
    assert [p.result.period for p in forms.periods] == ["下半年"]
    with pytest.raises(PeriodError, match="不是办法规定的期次，请写：上半年、下半年"):
        explain(sample[0], "财政", period="三季度")


def test_levers_are_worth_what_they_say_and_reach_the_grade(tmp_path: Path) -> None:
    """甲县 85.65: 撤销一件 +0.45, 核查得分由88到92各期 … each found again by grading a changed folder."""
    units = {"甲县": {"上半年": 88, "下半年": 90, "第三方": 90}, "乙县": FULL}
    entry = {
        "台账编号": "TZ-1",
        "单位": "甲县",
        "扣分项": "1",
        "问题描述": "某事",
        "发现日期": "2024-03-05",
    }
    folder = write_folder(tmp_path / "2024", units, [entry])
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    found = explain(assessment, "甲县")
    # 98.5×30%＋89×40%＋90×30%＝92.15
    assert (found.unit.composite, found.unit.grade, found.up) == (9215, "优秀", None)
    assert found.down is not None
    assert (found.down.grade, found.down.composite, found.down.by) == ("良好", 8999, 216)
    gains = {(lv.kind, lv.entries[0].entry if lv.entries else lv.items[0].period): lv.gain
             for lv in found.improvements}  # fmt: skip
    assert gains["entry", "TZ-1"] == 45
    lost = [lv for lv in found.improvements if lv.kind == "item"]
    assert sum(lv.gain or 0 for lv in lost if lv.items[0].period == "上半年") == 240
    assert sum(lv.gain or 0 for lv in lost if lv.items[0].period == "下半年") == 200


def test_distance_and_needed_score_are_exactly_at_the_edge(
    sample: tuple[Assessment, Result, Trials],
) -> None:
    """One hundredth less does not do."""
    _, result, trials = sample
    for unit in result.units[::4]:
        up, down = distances(trials, unit)
        order = [grade.name for grade in result.scheme.grades_in(unit.group)]
        assert unit.grade is not None
        assert unit.composite is not None
        if up is not None:
            at, under = trials.at(unit.unit, [up.composite, up.composite - 1])
            assert (at.grade, under.grade) == (up.grade, unit.grade)
            for need in needed_scores(trials, unit, up.grade):
                if need.points is None:
                    continue
                reached, short = trials.run(
                    [
                        Trial(unit.unit, (SetScore(need.component, unit.unit, points),))
                        for points in (need.points, need.points - 100)
                    ]
                )
                assert (reached.grade, short.grade) == (up.grade, unit.grade)
        else:
            assert unit.grade == order[0]
        if down is not None:
            at, above = trials.at(unit.unit, [down.composite, down.composite + 1])
            assert order.index(at.grade or "") > order.index(unit.grade)
            assert above.grade == unit.grade


def test_bands_cover_every_score_once(sample: tuple[Assessment, Result, Trials]) -> None:
    _, result, trials = sample
    unit = result.units[4]
    bands = grade_bands(trials, unit.unit, unit.group, ["third_party"])
    assert bands[0].high == 1_000_000
    assert bands[-1].low == 0
    for better, worse in pairwise(bands):
        assert better.low - worse.high == 100
    assert least(bands, bands[-1].grade or "") == 0


def test_halving_finds_the_bands_that_every_score_would_give(
    sample: tuple[Assessment, Result, Trials],
) -> None:
    """Both sides of every edge are what the engine gives there, and between edges nothing changes."""
    _, result, trials = sample
    for unit in result.units[::17]:
        assert trials.more_is_better(unit.group)
        bands = grade_bands(trials, unit.unit, unit.group, ["third_party"])
        tried = [
            n for band in bands for n in (band.low, (band.low + band.high) // 200 * 100, band.high)
        ]
        tried += range(0, 1_000_000, 50_000)
        found = score_outcomes(trials, unit.unit, unit.group, ["third_party"], tried)
        for points, outcome in zip(tried, found, strict=True):
            (band,) = [band for band in bands if band.low <= points <= band.high]
            assert outcome.grade == band.grade


# What if


def test_what_if_is_what_the_changed_folder_gives(tmp_path: Path) -> None:
    """A granted appeal, a late rectification and two corrected scores, asked for and done."""
    units = {
        "甲县": FULL, "乙县": {**FULL, "第三方": 91}, "丙县": {**FULL, "上半年": 80},
        "财政局": {**FULL, "类别": "部门"},
    }  # fmt: skip
    entry = {"单位": "甲县", "扣分项": "1", "问题描述": "某事", "发现日期": "2024-03-05"}
    overdue = {"扣分项": "3", "整改期限": "2024-04-05", "整改完成日期": "2024-04-09"}
    ledger = [
        {**entry, "台账编号": "TZ-1"}, {**entry, "台账编号": "TZ-2", "单位": "丙县", **overdue},
    ]  # fmt: skip
    folder = write_folder(tmp_path / "2024", units, ledger)
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    found = what_if(
        assessment,
        revoked=["TZ-1"],
        rectified={"TZ-2": date(2024, 4, 5)},
        settings=["财政:第三方=79.5", "丙县:上半年:1.1=3"],
    )
    ledger[0] |= {"撤销日期": "2024-12-30", "撤销理由": "申诉成立"}
    ledger[1]["整改完成日期"] = "2024-04-05"
    units["财政局"]["第三方"] = 79.5
    done = write_folder(tmp_path / "changed" / "2024", units, ledger)
    form = done / "自我考核" / "上半年" / "丙县.xlsx"
    book = openpyxl.load_workbook(form)
    book.active["I4"] = 3
    book.save(form)
    changed, _ = load_assessment(done)
    assert changed is not None
    after = score_assessment(changed)
    assert [seen(u) for u in found.after.units] == [seen(u) for u in after.units]
    moved = {m.after.unit: (m.before.rank, m.after.rank) for m in found.moved}
    assert set(moved) == {"甲县", "丙县", "财政局"}
    again, _ = load_assessment(folder)
    assert again is not None
    assert [f.sha256 for f in again.files] == [f.sha256 for f in assessment.files]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"revoked": ["BGS202403"]}, "最相近的是"),
        ({"revoked": ["BGS2024010"]}, "已于2024-06-03撤销"),
        ({"rectified": {"DC-07": date(2024, 1, 1)}}, "不能早于发现日期"),
        ({"settings": ["临溪县=3"]}, "应写成 单位:什么=值"),
        ({"settings": ["示例市:第三方=3"]}, "可以是43个单位"),
        ({"settings": ["临溪县:第三方=101"]}, "应为0到100的数字"),
        ({"settings": ["临溪县:上半年:2.3=5.5"]}, "应为0到5的数字"),
        ({"settings": ["临溪县:上半年:9.9=1"]}, "没有指标9.9"),
        ({"settings": ["临溪县:三季度:2.3=1"]}, "应为期次之一：上半年、下半年"),
        ({"settings": ["临溪县:什么=1"]}, "第三方评估、期次:指标编号"),
    ],
)
def test_a_wish_that_leads_nowhere_says_what_to_write(
    arguments: dict[str, Any], says: str, sample: tuple[Assessment, Result, Trials]
) -> None:
    with pytest.raises(ValueError, match=says):
        what_if(sample[0], **arguments)


@pytest.mark.parametrize(
    ("setting", "component", "value"),
    [
        ("甲县:指标考核:半年:A121=3/4", "indicators", {"done": 3, "of": 4}),
        ("甲县:半年:A212=较好", "indicators", {"verified_score": 800_000}),
        ("甲县:半年:A111=不适用", "indicators", {"not_applicable": True}),
    ],
)
def test_items_are_set_in_the_way_they_are_scored(
    setting: str, component: str, value: dict[str, Any]
) -> None:
    from scoring.inquiry.change_parser import setting as asked

    assessment, _ = load_assessment(SAMPLE.parent / "schemes" / "fenlei")
    assert assessment is not None
    unit = next(u.name for u in assessment.units.graded() if u.group == "A类县区")
    change = asked(assessment.scheme, assessment.units, setting.replace("甲县", unit))
    assert isinstance(change, SetItem)
    assert (change.component, change.value) == (component, Verified(**value))


@pytest.mark.parametrize("scheme", ["fangtan", "fenlei", "jiafen", "jidu", "keshi"])
def test_every_shipped_scheme_can_be_explained(scheme: str, tmp_path: Path) -> None:
    """With gates, vetoes, quotas, late points, missing parts: the terms that are shown give the
    composite that the engine published."""
    folder = tmp_path / scheme
    shutil.copytree(SAMPLE.parent / "schemes" / scheme, folder)
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    units = score_assessment(assessment).units
    # Every grade and group is among them, and the units without a composite.
    chosen = {
        (u.group, u.grade, u.composite is None, bool(u.closed), bool(u.held)): u for u in units
    }
    for unit in chosen.values():
        found = explain(assessment, unit.unit)
        text = description_text(explanation_description(found))
        assert unit.unit in text
        if unit.composite is None:
            assert "未定" in text
            continue
        weighed = [p for p in found.parts if p.used == "weighed" and p.score is not None]
        base = sum((p.score * p.weight for p in weighed if p.score is not None), Fraction(0))
        there = sum(p.weight for p in weighed)
        if any(p.used == "shut" for p in found.parts):
            there = 1_000_000
        added = sum((p.score for p in found.parts if p.used == "added" and p.score), Fraction(0))
        assert (base / there if there else Fraction(0)) + added == unit.exact, unit.unit
        for shift in found.improvements:
            assert shift.gain is None or shift.gain > 0
