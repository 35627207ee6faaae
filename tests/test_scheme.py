"""Schemes: the shipped ones are sound, and what makes no sense is refused where it stands."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from scoring.problems import Problem
from scoring.resources import resource
from scoring.scheme import Scheme, load_scheme, shipped
from scoring.scheme.model import Due

pytestmark = pytest.mark.fast

HEZE = (resource("config") / "heze.yaml").read_text("utf-8")


def refused(text: str, tmp_path: Path) -> list[Problem]:
    path = tmp_path / "办法.yaml"
    path.write_text(text, "utf-8")
    scheme, problems = load_scheme(path)
    assert scheme is None
    assert problems
    return problems


def test_the_shipped_schemes_are_sound() -> None:
    assert "heze" in shipped()
    for path in shipped().values():
        scheme, problems = load_scheme(path)
        assert problems == []
        assert scheme is not None
        assert scheme.name == path.stem


def test_heze_says_what_the_office_issued() -> None:
    """Part 2 of the rules, number by number."""
    scheme, _ = load_scheme(shipped()["heze"])
    assert scheme is not None
    assert [(k, c.weight) for k, c in scheme.components.items()] == [
        ("ledger", 300_000), ("self_assessment", 400_000), ("third_party", 300_000),
    ]  # fmt: skip
    ledger = scheme.components["ledger"]
    assert (ledger.start, ledger.floor) == (1_000_000, 0)
    assert [(r.code, r.points, r.counts, r.subordinates, r.provider) for r in ledger.rules] == [
        ("1", 15_000, "notified", "charged", "市政府办公室"),
        ("2.1", 15_000, "overdue", "listed", "市政府办公室"),
        ("2.2", 15_000, "verified", "listed", "市政府办公室"),
        ("3", 15_000, "overdue", "listed", "督查组"),
        ("4", 15_000, "verified", "listed", "市政府新闻办"),
        ("5", 15_000, "overdue", "listed", "市公安局"),
    ]
    periods = scheme.components["self_assessment"].periods
    assert [(p.name, p.due.on(2024)) for p in periods] == [
        ("上半年", date(2024, 7, 15)), ("下半年", date(2025, 1, 15)),
    ]  # fmt: skip
    assert [(g.name, g.lower) for g in scheme.grades] == [
        ("优秀", 900_000), ("良好", 800_000), ("合格", 600_000), ("不合格", 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ("weight: 40", "weight: 45", "components:", "权重合计100"),
        ("weight: 40", "weight: -40", None, "大于0"),
        ("points: 1.5", "points: 1,5", None, "十进制数"),
        ("points: 1.5", "points: 1.50001", None, "4位小数"),
        ("points: 1.5", "pionts: 1.5", None, "points"),
        ("counts: notified", "counts: at_once", None, "notified、verified、overdue"),
        ('code: "2.1"', 'code: "1"', None, "编号（第"),
        ("from: 80", "from: 95", None, "小于上一等次下限90"),
        ("from: 0", "from: 10", None, "以免有分数没有等次"),
        ("from: 80", "from: 80.001", None, "2位小数"),
        (
            "points: 25\n        clause: 三（二）",
            "points: 24\n        clause: 三（二）",
            None,
            "25",
        ),
        (
            "full: 100\n    evidence",
            "full: 90\n    evidence",
            None,
            "各一级指标分值之和",
        ),
        ('{code: "2.2", title: 年度报告', '{code: "2.1", title: 年度报告', None, "编号（第"),
        ("due: 7月15日", "due: 七月十五日", None, "7月15日"),
        ("due: 7月15日", "due: 6月31日", None, "日历上都有"),
        ("floor: 0", "floor: 101", None, "不大于预置分100"),
        ("kind: score", "kind: scores", None, "self_assessment"),
        ("groups: [县区, 部门]", "groups: [县区, 县区]", None, "不重复的类别（第"),
        ("decimals: 2", "decimals: 7", None, "不大于4"),
        ("missing: refuse", "missing: skip", None, "refuse、zero、reweight"),
        ("    title: 平时考核\n", "", "ledger:", "title"),
    ],
)
def test_a_scheme_that_makes_no_sense_is_refused_at_its_line(
    old: str, new: str, at: str | None, says: str, tmp_path: Path
) -> None:
    assert old in HEZE
    text = HEZE.replace(old, new, 1)
    problems = refused(text, tmp_path)
    messages = [p.message() for p in problems]
    assert any(says in m for m in messages), messages
    before = text[: text.index(at)] if at else HEZE[: HEZE.index(old)]
    line = before.count("\n") + 1
    assert line in {p.place.row for p in problems if says in p.message()}


def test_a_number_in_a_scheme_is_never_a_float() -> None:
    with pytest.raises(ValueError, match="十进制数"):
        Scheme.model_validate({**_heze_data(), "grades": [{"name": "优秀", "from": 89.5}]})


def _heze_data() -> dict[str, object]:
    scheme, _ = load_scheme(shipped()["heze"])
    assert scheme is not None
    return scheme.model_dump(by_alias=True)


def test_a_scheme_survives_being_written_and_read_again() -> None:
    scheme, _ = load_scheme(shipped()["heze"])
    assert Scheme.model_validate(_heze_data()) == scheme


def test_a_due_date_may_fall_into_the_next_year() -> None:
    assert Due(next_year=True, month=1, day=15).on(2024) == date(2025, 1, 15)
