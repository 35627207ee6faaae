"""日常监督: windows of the year, and the state of every ledger row on a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import load_assessment, score_assessment
from scoring.intake import Assessment
from scoring.monitoring import (
    RowState,
    State,
    Window,
    WindowKind,
    clipped,
    ledger_state,
    previous,
    window_of,
    windows_until,
)
from scoring.tables import EntryRow, Tables
from tests import oracle
from tests.conftest import SAMPLE
from tests.folders import write_folder, write_settings, write_sheet

DAYS = st.dates(date(2023, 12, 1), date(2026, 1, 31))
KINDS = st.sampled_from(WindowKind)


@given(KINDS, DAYS)
def test_windows_of_a_kind_follow_each_other_without_a_gap(kind: WindowKind, day: date) -> None:
    window = window_of(kind, day)
    before = previous(window)
    assert day in window
    assert day not in before
    assert before.last + timedelta(days=1) == window.first
    assert window_of(kind, window.last) == window == window_of(kind, window.first)
    assert days_in(window)[-1] == window.last


def days_in(window: Window) -> list[date]:
    count = (window.last - window.first).days + 1
    return [window.first + timedelta(days=i) for i in range(count)]


@pytest.mark.parametrize(
    ("kind", "first", "last", "number"),
    [
        (WindowKind.DAY, date(2024, 8, 15), date(2024, 8, 15), 15),
        (WindowKind.WEEK, date(2024, 8, 12), date(2024, 8, 18), 33),
        (WindowKind.MONTH, date(2024, 8, 1), date(2024, 8, 31), 8),
        (WindowKind.QUARTER, date(2024, 7, 1), date(2024, 9, 30), 3),
        (WindowKind.HALF, date(2024, 7, 1), date(2024, 12, 31), 2),
    ],
)
def test_the_window_of_a_day(kind: WindowKind, first: date, last: date, number: int) -> None:
    window = window_of(kind, date(2024, 8, 15))
    assert (window, window.number) == (Window(kind, first, last), number)


@given(KINDS, st.dates(date(2023, 1, 1), date(2030, 12, 31)))
def test_windows_until_a_day_cover_the_year_so_far(kind: WindowKind, day: date) -> None:
    windows = windows_until(kind, day)
    covered = [d for window in windows for d in days_in(window)]
    first = date(day.year, 1, 1)
    assert covered == [first + timedelta(days=i) for i in range(day.timetuple().tm_yday)]


def test_weeks_of_a_year_that_does_not_begin_on_a_monday() -> None:
    """The first of 2025, a Wednesday, lies in a week that began in 2024; it would be asked for without end."""
    first, second = windows_until(WindowKind.WEEK, date(2025, 1, 8))
    assert first == Window(WindowKind.WEEK, date(2025, 1, 1), date(2025, 1, 5))
    assert second == Window(WindowKind.WEEK, date(2025, 1, 6), date(2025, 1, 8))
    assert (first.number, second.number) == (1, 2)


def test_a_week_over_new_year_is_clipped() -> None:
    week = window_of(WindowKind.WEEK, date(2025, 1, 1))
    assert clipped(week, 2024) == Window(WindowKind.WEEK, date(2024, 12, 30), date(2024, 12, 31))
    assert clipped(week, 2025) == Window(WindowKind.WEEK, date(2025, 1, 1), date(2025, 1, 5))
    assert clipped(week, 2026) is None


# ---------------------------------------------------------------- by hand

FULL = {"上半年": 90, "下半年": 90, "第三方": 90}
DUE = {"扣分项": "3", "整改期限": "2024-03-20"}


def row(number: str, **more: Any) -> dict[str, Any]:
    return {
        "台账编号": number, "单位": "甲县", "扣分项": "1", "问题描述": f"问题{number}",
        "发现日期": "2024-03-05", **more,
    }  # fmt: skip


def states(
    folder: Path, *rows: Mapping[str, Any], on: date, known: date | None = None
) -> dict[str, RowState]:
    units = {"甲县": FULL, "乙县": FULL, "甲县财政局": {"所属单位": "甲县"}}
    assessment = load_assessment(write_folder(folder / "2024", units, rows))
    result = score_assessment(assessment, on, known=known)
    return {found.entry: found for found in ledger_state(result)}


@pytest.mark.parametrize(
    ("on", "state", "counted", "left", "in_time"),
    [
        (date(2024, 3, 5), State.OPEN, False, 15, None),
        (date(2024, 3, 19), State.OPEN, False, 1, None),
        (date(2024, 3, 20), State.DUE, True, 0, None),
        (date(2024, 3, 21), State.OVERDUE, True, -1, False),
        (date(2024, 3, 25), State.CLOSED, True, None, False),
    ],
)
def test_a_problem_until_it_is_rectified_too_late(
    tmp_path: Path, on: date, state: State, counted: bool, left: int | None, in_time: bool | None
) -> None:
    found = states(tmp_path, row("1", **DUE, 整改完成日期="2024-03-25"), on=on)["1"]
    assert (found.state, found.counted, found.days_left, found.in_time) == (
        state, counted, left, in_time,
    )  # fmt: skip
    assert found.points == (Fraction(3, 2) if counted else 0)
    assert found.late == (state == State.CLOSED)
    assert found.days_to_rectify == (20 if state == State.CLOSED else None)


def test_rectified_on_the_last_day_is_in_time(tmp_path: Path) -> None:
    done = row("1", **DUE, 整改完成日期="2024-03-20")
    found = states(tmp_path, done, on=date(2024, 3, 20))["1"]
    assert (found.state, found.counted, found.late, found.in_time) == (
        State.CLOSED, False, False, True,
    )  # fmt: skip


def test_what_else_a_row_can_be(tmp_path: Path) -> None:
    rows = [
        row("待核", 扣分项="4", 核实结果="待核实"),
        row("属实", 扣分项="4", 核实结果="属实"),
        row("不实", 扣分项="4", 核实结果="不属实"),
        row("通报"),
        row("通报限期", 整改期限="2024-03-08"),
        row("无期限", 扣分项="3"),
        row("部门", 单位="甲县财政局", **DUE),
        row("部门待核", 单位="甲县财政局", 扣分项="4", 核实结果="待核实"),
        row("以后", 发现日期="2024-03-13"),
    ]
    found = states(tmp_path, *rows, on=date(2024, 3, 12))
    assert {number: one.state for number, one in found.items()} == {
        "待核": State.PENDING, "属实": State.SETTLED, "不实": State.UNFOUNDED,
        "通报": State.SETTLED, "通报限期": State.OVERDUE, "无期限": State.UNDATED,
        "部门": State.OPEN, "部门待核": State.PENDING,
    }  # fmt: skip
    assert {number for number, one in found.items() if not one.is_problem} == {"不实"}
    assert {number for number, one in found.items() if one.counted} == {"属实", "通报", "通报限期"}
    assert (found["部门"].unit, found["部门"].named) == ("甲县", "甲县财政局")
    assert found["属实"].provider == "市政府新闻办"  # by the rule, as the row names nobody


def test_a_revocation_is_seen_from_the_day_on_which_it_was_known(tmp_path: Path) -> None:
    gone = row("1", **DUE, 撤销日期="2024-04-10", 撤销理由="申诉成立")
    for on, known, state in (
        (date(2024, 4, 9), None, State.OVERDUE),
        (date(2024, 4, 10), None, State.REVOKED),
        (date(2024, 3, 31), date(2024, 4, 10), State.REVOKED),
    ):
        found = states(tmp_path, gone, on=on, known=known)["1"]
        assert (found.state, found.revoked is None) == (state, state != State.REVOKED)


def test_a_row_that_names_a_county_twice_is_one_problem(tmp_path: Path) -> None:
    twice = row("1", 单位="甲县、甲县财政局、乙县")
    units = {"甲县": FULL, "乙县": FULL, "甲县财政局": {"所属单位": "甲县"}}
    assessment = load_assessment(write_folder(tmp_path / "2024", units, [twice]))
    found = ledger_state(score_assessment(assessment, date(2024, 5, 1)))
    assert [(one.entry, one.unit) for one in found] == [("1", "甲县"), ("1", "乙县")]


def test_an_event_that_was_held_is_no_problem(tmp_path: Path) -> None:
    folder = tmp_path / "2024"
    write_settings(folder, scheme="fangtan")
    write_sheet(folder / "考核对象.xlsx", [["单位名称", "类别"], ["甲县", "县区"]])
    head = ["台账编号", "单位", "扣分项", "问题描述", "发现日期", "访谈开始日期"]
    held = ["1", "甲县", "13.1", "第一期", "2024-03-05", "2024-03-05"]
    write_sheet(folder / "网上访谈台账.xlsx", [head, held])
    found = ledger_state(score_assessment(load_assessment(folder), date(2024, 5, 1)))
    assert [(one.state, one.is_problem) for one in found] == [(State.RECORDED, False)]


# ---------------------------------------------------------------- the sample year, by an oracle


@pytest.fixture(scope="module")
def sample() -> Assessment:
    return load_assessment(SAMPLE)


def raw(entry: EntryRow, parents: Mapping[str, str]) -> dict[str, Any]:
    said = {"true": "属实", "false": "不属实", "pending": "待核实"}
    return {
        "rule": entry.rule, "found": entry.found, "deadline": entry.deadline,
        "rectified": entry.rectified, "revoked": entry.revoked,
        "verification": said.get(entry.verification or ""),
        "unit": parents.get(entry.unit, entry.unit), "subordinate": entry.unit in parents,
    }  # fmt: skip


def state_by_hand(entry: Mapping[str, Any], on: date) -> str:
    """The words of the state, from the handbook: what happened later has not happened yet."""
    if entry["revoked"] is not None and entry["revoked"] <= on:
        return "revoked"
    if entry["verification"] == "不属实":
        return "unfounded"
    if entry["rule"] in ("2.2", "4") and entry["verification"] != "属实":
        return "pending"
    if entry["rectified"] is not None and entry["rectified"] <= on:
        return "closed"
    if entry["deadline"] is None:
        return "undated" if oracle.WHEN[entry["rule"]] == "overdue" else "settled"
    left = (entry["deadline"] - on).days
    return "open" if left > 0 else "due" if left == 0 else "overdue"


SOME_DAYS = [date(2024, 1, 1) + timedelta(days=i) for i in (0, *range(4, 366, 19), 181, 365)]


def test_the_sample_year_has_the_states_and_scores_of_the_oracle(sample: Assessment) -> None:
    parents = {u.unit: u.parent for u in sample.tables.units if u.parent}
    rows = [raw(entry, parents) for entry in sample.tables.entries]
    assert len(rows) > 150
    seen: Counter[str] = Counter()
    for on in SOME_DAYS:
        result = score_assessment(sample, on, known=on)
        found = ledger_state(result)
        there = [r for r in rows if r["found"] <= on]
        expected = Counter((r["unit"], state_by_hand(r, on)) for r in there)
        assert Counter((f.unit, f.state.value) for f in found) == expected
        seen += Counter(f.state.value for f in found)
        for unit in result.units:
            counted = sum(
                bool(oracle.counts(r, on, on, subordinate=r["subordinate"]))
                for r in there
                if r["unit"] == unit.unit
            )
            mine = [f for f in found if f.unit == unit.unit]
            assert sum(f.counted for f in mine) == counted
            assert 100 - sum(f.points for f in mine) == oracle.ledger_score(counted)
            assert unit.components["ledger"] == oracle.ledger_score(counted)
    assert {"revoked", "unfounded", "closed", "settled", "open", "due", "overdue"} <= seen.keys()


def forget(tables: Tables, day: date) -> Tables:
    """The tables as they were on the evening of a day."""

    def known(when: date | None) -> date | None:
        return when if when is not None and when <= day else None

    entries = tuple(
        e._replace(rectified=known(e.rectified), revoked=known(e.revoked), revoked_reason=None)
        for e in tables.entries
        if e.found <= day
    )
    return replace(tables, entries=entries)


def test_what_happened_later_changes_no_past_day(sample: Assessment) -> None:
    for on in SOME_DAYS:
        early = replace(sample, tables=forget(sample.tables, on))
        now = ledger_state(score_assessment(sample, on, known=on))
        then = ledger_state(score_assessment(early, on, known=on))
        shown = [[replace(f, result=None) for f in found] for found in (now, then)]  # type: ignore[arg-type]
        assert shown[0] == shown[1]


def test_a_months_problems_by_days_found_and_rectified(sample: Assessment) -> None:
    on = date(2024, 6, 30)
    june = window_of(WindowKind.MONTH, on)
    found = ledger_state(score_assessment(sample, on, known=on))
    parents = {u.unit: u.parent for u in sample.tables.units if u.parent}
    rows = [raw(e, parents) for e in sample.tables.entries]
    real = [
        r for r in rows if state_by_hand(r, on) not in ("revoked", "unfounded") and r["found"] <= on
    ]
    days = {"found": lambda f: f.found, "rectified": lambda f: f.rectified,
            "deadline": lambda f: f.deadline}  # fmt: skip
    for name, day in days.items():
        expected = sum(
            r[name] is not None and (r[name].year, r[name].month) == (2024, 6) for r in real
        )
        assert sum(row.is_problem and day(row) in june for row in found) == expected > 0
