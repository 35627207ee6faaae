"""日办结, 周通报, 月排名, 季小结, 半年总结: counts by an oracle from the raw rows, the same in a year's time, and
papers that read well when there is nothing to say."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

import openpyxl
import pytest
import yaml
from click.testing import CliRunner
from docx import Document

from scoring import load_assessment, score_assessment
from scoring.cli.app import app
from scoring.intake import Assessment
from scoring.monitoring import WindowKind
from scoring.steps.bulletin import make_bulletin
from scoring.tables import EntryRow
from tests import oracle
from tests.conftest import SAMPLE
from tests.folders import LEDGER_HEADER, spread, write_folder, write_settings, write_sheet
from tests.small_years import ADDED, GRADES, HEAD, UNGRADED, WEIGHTED, small_year

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension")

KINDS = [str(kind) for kind in WindowKind]
HALF_TITLE = "2024年上半年半年总结.docx"


def kaohe(*arguments: object) -> Any:
    return CliRunner().invoke(app, [str(a) for a in arguments], standalone_mode=False)


def made(folder: Path, period: str, *options: object) -> Path:
    """The first file of a bulletin."""
    done = kaohe("bulletin", folder, "--period", period, *options, "--json")
    assert (done.exception, done.return_value) == (None, 0), done.stderr
    return Path(json.loads(done.stdout)["files"][0])


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "2024"
    shutil.copytree(SAMPLE, folder)
    return folder


def written(read: Assessment, period: str, out: Path, day: date) -> Path:
    """The first file of a bulletin, made by the function that a notebook calls."""
    files = make_bulletin(read, WindowKind(period), day).files
    for name, content in files.items():
        (out / name).write_bytes(content)
    return out / next(iter(files))


@pytest.fixture(scope="module")
def read(sample: Path) -> Assessment:
    return load_assessment(sample)


def text_of(path: Path) -> str:
    return "\n".join(p.text for p in Document(str(path)).paragraphs)


def tables_of(path: Path) -> list[list[list[str]]]:
    return [[[c.text for c in row.cells] for row in t.rows] for t in Document(str(path)).tables]


def table_with(path: Path, *head: str) -> list[list[str]]:
    """The rows of the tables whose header row has these cells, one table after the other."""
    found = [
        t for t in tables_of(path) if [c.replace("\n", "") for c in t[0]][: len(head)] == list(head)
    ]
    return [row for t in found for row in t[1:]]


# ---------------------------------------------------------------- an oracle from the raw rows


def raw_rows(read: Assessment, on: date) -> list[dict[str, Any]]:
    """The problems that there were on the evening of a day, from the rows as they stand."""
    parents = {u.unit: u.parent for u in read.tables.units if u.parent}
    found = []
    for e in read.tables.entries:
        revoked = e.revoked is not None and e.revoked <= on
        if e.found > on or revoked or e.verification == "false":
            continue
        done = e.rectified if e.rectified is not None and e.rectified <= on else None
        found.append({
            "entry": e.entry, "unit": parents.get(e.unit, e.unit), "provider": e.provider,
            "rule": e.rule, "found": e.found, "deadline": e.deadline, "done": done,
            "subordinate": e.unit in parents, "rectified": e.rectified, "revoked": e.revoked,
            "verification": {"true": "属实", "pending": "待核实"}.get(e.verification or ""),
        })  # fmt: skip
    return found


def overdue(row: Mapping[str, Any], on: date) -> bool:
    return row["done"] is None and row["deadline"] is not None and row["deadline"] < on


DAYS = [
    date(2024, 2, 5),
    date(2024, 3, 29),
    date(2024, 6, 14),
    date(2024, 6, 26),
    date(2024, 12, 31),
]


@pytest.mark.parametrize("on", DAYS)
def test_a_day_lists_what_is_due_closed_and_overdue(
    read: Assessment, tmp_path: Path, on: date
) -> None:
    path = written(read, "day", tmp_path, on)
    rows = raw_rows(read, on)
    due = [r for r in rows if r["deadline"] == on and (r["done"] is None or r["done"] == on)]
    closed = [r for r in rows if r["done"] == on]
    late = [r for r in rows if overdue(r, on)]
    shown = table_with(path, "台账编号")
    ids = Counter(r["entry"] for r in (*due, *closed, *late))
    assert Counter(row[0] for row in shown) == ids
    providers = table_with(path, "提供单位")
    expected = {
        name: [sum(r["provider"] == name for r in some) for some in (due, closed, late)]
        for name in {r["provider"] for r in (*due, *closed, *late)}
    }
    counted = {row[0]: [int(n) for n in row[2:]] for row in providers if row[0] != "合计"}
    assert {k: v for k, v in counted.items() if any(v)} == expected
    units = {row[0]: [int(n) for n in row[2:]] for row in table_with(path, "单位", "新发现")}
    assert units.pop("合计") == [len(due), len(closed), len(late)]
    assert {name: n[2] for name, n in units.items() if n[2]} == Counter(r["unit"] for r in late)


@pytest.mark.parametrize("on", [date(2024, 1, 14), date(2024, 6, 30), date(2024, 10, 9)])
def test_a_week_counts_new_closed_and_overdue_by_unit(
    read: Assessment, tmp_path: Path, on: date
) -> None:
    path = written(read, "week", tmp_path, on)
    monday = on - timedelta(days=on.weekday())
    rows = raw_rows(read, on)

    def inside(day: date | None) -> bool:
        return day is not None and monday <= day <= on

    expected: dict[str, list[int]] = {}
    for r in rows:
        counts = expected.setdefault(r["unit"], [0] * 5)
        missed = r["deadline"] is not None and (r["done"] is None or r["done"] > r["deadline"])
        after = r["deadline"] + timedelta(days=1) if missed else None
        waits = r["done"] is None and r["deadline"] is not None
        for at, holds in enumerate(
            (inside(r["found"]), inside(r["done"]), inside(after), waits, overdue(r, on))
        ):
            counts[at] += holds
    shown = {row[0]: [int(n) for n in row[1:]] for row in table_with(path, "单位", "本周新增")}
    assert shown == {name: counts for name, counts in expected.items() if any(counts)}


@pytest.mark.parametrize("on", [date(2024, 6, 30), date(2024, 9, 12), date(2024, 12, 31)])
def test_a_month_ranks_by_the_ledger_within_groups(
    read: Assessment, tmp_path: Path, on: date
) -> None:
    book = openpyxl.load_workbook(written(read, "month", tmp_path, on))
    ends = [date(2024, m + 1, 1) - timedelta(days=1) for m in range(1, on.month)] + [on]
    groups = {u.unit: u.group for u in read.tables.units if u.parent is None}

    def scores(day: date) -> dict[str, Fraction]:
        rows = raw_rows(read, day)
        cost = Counter(
            r["unit"] for r in rows if oracle.counts(r, day, day, subordinate=r["subordinate"])
        )
        return {name: oracle.ledger_score(cost[name]) for name in groups}

    course = [scores(day) for day in ends]
    for group in ("县区", "部门"):
        now = {n: s for n, s in course[-1].items() if groups[n] == group}
        before = oracle.ranks({n: s for n, s in course[-2].items() if groups[n] == group})
        ranks = oracle.ranks(now)
        sheet = book[group]
        rows = [r for r in sheet.iter_rows(4, values_only=True) if r[1] in now]
        assert [r[0] for r in rows] == sorted(r[0] for r in rows)
        assert {r[1]: (r[0], Fraction(r[2])) for r in rows} == {n: (ranks[n], now[n]) for n in now}
        for r in rows:
            up = before[r[1]] - ranks[r[1]]
            moved = "不变" if up == 0 else f"上升{up}位" if up > 0 else f"下降{-up}位"
            assert r[4] == moved
            assert [Fraction(v) for v in r[8 : 8 + len(ends)]] == [c[r[1]] for c in course]
        assert len(book[f"{group}图"]._charts) >= 2


def test_the_page_of_a_month_says_what_the_workbook_says(sample: Path, tmp_path: Path) -> None:
    book = made(sample, "month", "--as-of", "2024-06-30", "--out", tmp_path)
    page = book.with_suffix(".html").read_text("utf-8")
    rows = re.findall(
        r'<td class="rank">(\d+)</td><th scope="row">(.*?)</th><td class="score">(.*?)</td>', page
    )
    sheets = openpyxl.load_workbook(book)
    cells = [
        (str(r[0]), r[1], f"{r[2]:.2f}")
        for group in ("县区", "部门")
        for r in sheets[group].iter_rows(4, values_only=True)
        if isinstance(r[0], int)
    ]
    assert rows == cells
    assert len(rows) == 52
    assert page.count("<svg") == 52
    assert not re.search(r'(?:src|href)="|https?://(?!www\.w3\.org)', page)


def test_a_quarter_beside_those_before(read: Assessment, tmp_path: Path) -> None:
    on = date(2024, 9, 30)
    path = written(read, "quarter", tmp_path, on)
    rows = raw_rows(read, on)
    quarter = lambda day: None if day is None else (day.month - 1) // 3  # noqa: E731
    by_rule = Counter((r["rule"], quarter(r["found"])) for r in rows)
    shown = {row[0].split()[0]: row[1:4] for row in table_with(path, "扣分项", "第一季度")}
    assert [int(n) for n in shown.pop("合计")] == [
        sum(quarter(r["found"]) == q for r in rows) for q in range(3)
    ]
    assert {k: [int(n) for n in v] for k, v in shown.items()} == {
        rule: [by_rule[rule, q] for q in range(3)] for rule in shown
    }
    assert set(shown) == {r["rule"] for r in rows}
    for q, row in enumerate(table_with(path, "期次")):
        past = [r for r in rows if quarter(r["deadline"]) == q
                and (r["done"] is not None or r["deadline"] < on)]  # fmt: skip
        good = [r for r in past if r["done"] is not None and r["done"] <= r["deadline"]]
        days = [(r["done"] - r["found"]).days for r in rows if quarter(r["done"]) == q]
        share = Fraction(len(good) * 1000, len(past))
        assert row[1:] == [
            str(len(past)), str(len(good)), f"{int(share + Fraction(1, 2)) / 10:.1f}%",
            str(len(days)), f"{median(days):g}",
        ]  # fmt: skip
    many = Counter((r["unit"], r["rule"]) for r in rows)
    here = Counter((r["unit"], r["rule"]) for r in rows if quarter(r["found"]) == 2)
    again = {(u, r, str(here[u, r]), str(n)) for (u, r), n in many.items() if n > 1 and here[u, r]}
    repeated = table_with(path, "单位", "扣分项", "本季度")
    assert {(u, r.split()[0], a, b) for u, r, a, b in repeated} == again != set()


def test_the_order_of_a_half_year(sample: Path, read: Assessment, tmp_path: Path) -> None:
    """平时 30 and 自我考核 40, out of the 70 that they are together."""
    options = ("--as-of", "2024-06-30", "--known", "2024-07-31", "--out", tmp_path)
    path = made(sample, "half", *options)
    on, known = date(2024, 6, 30), date(2024, 7, 31)
    parents = {u.unit: u.parent for u in read.tables.units if u.parent}
    groups = {u.unit: u.group for u in read.tables.units if u.parent is None}
    cost: Counter[str] = Counter()
    for e in read.tables.entries:
        row = {"rule": e.rule, "found": e.found, "revoked": e.revoked, "deadline": e.deadline,
               "rectified": e.rectified, "verification":
               {"true": "属实", "false": "不属实"}.get(e.verification or "")}  # fmt: skip
        cost[parents.get(e.unit, e.unit)] += bool(
            oracle.counts(row, on, known, subordinate=e.unit in parents)
        )
    leaves = {leaf.code: Fraction(leaf.points, 10_000)
              for leaf in read.scheme.leaves()["self_assessment"].items("县区")}  # type: ignore[union-attr]  # fmt: skip
    total = {}
    for name in groups:
        items = [i for i in read.tables.items if i.unit == name and i.period == "上半年"]
        verified = {i.indicator: Fraction(i.verified_score or 0) / 10_000 for i in items}
        absent = set(leaves) - {i.indicator for i in items if not i.not_applicable}
        form = oracle.period_score(verified, leaves, absent)
        total[name] = oracle.half_up((oracle.ledger_score(cost[name]) * 30 + form * 40) / 70, 2)
    shown = {row[1]: (row[0], row[4]) for row in table_with(path, "排序", "单位")}
    expected = {}
    for group in ("县区", "部门"):
        ranks = oracle.ranks({n: s for n, s in total.items() if groups[n] == group})
        expected |= {n: (str(rank), f"{float(total[n]):.2f}") for n, rank in ranks.items()}
    assert shown == expected
    text = text_of(path)
    assert "应报送52个单位，已报送52个，核查完毕52个" in text
    assert "阶段性" in text
    assert "暂定" not in text


def test_a_half_year_whose_forms_are_not_there_is_provisional(sample: Path, tmp_path: Path) -> None:
    done = kaohe("bulletin", sample, "--period", "half", "--as-of", "2024-06-30", "--out", tmp_path)
    assert "--known" in done.stderr
    text = text_of(tmp_path / HALF_TITLE)
    assert "（暂定稿）" in text.replace("\n", "")
    assert "尚未报送（7月15日前报送）" in text
    assert "暂不排序" in text
    assert table_with(tmp_path / HALF_TITLE, "排序") == []


def test_forms_that_are_not_verified_make_the_order_provisional(tmp_path: Path) -> None:
    full = {"上半年": 90, "下半年": 90, "第三方": 90}
    partly = dict(spread(80))
    partly["6.3"] = None  # type: ignore[assignment]
    folder = write_folder(tmp_path / "2024", {"甲县": full, "乙县": {**full, "上半年": partly}})
    path = made(folder, "half", "--as-of", "2024-06-30", "--out", tmp_path / "out")
    text = text_of(path)
    assert "上半年考核表有1个单位尚未核查完毕" in text
    assert "尚未核查完毕：乙县" in text
    assert [row[:2] for row in table_with(path, "排序")] == [["1", "甲县"], ["—", "乙县"]]
    assert "暂定稿，不得印发" in "".join(
        p.text for p in Document(str(path)).sections[0].header.paragraphs
    )


# ---------------------------------------------------------------- the same in a year's time


def entry_cells(rows: list[EntryRow], day: date | None) -> list[list[Any]]:
    """The lines of a ledger, as they were on the evening of ``day``, units of one row together."""

    def known(when: date | None) -> date | None:
        return when if when is not None and (day is None or when <= day) else None

    said = {"true": "属实", "false": "不属实", "pending": "待核实"}
    lines: dict[str, list[Any]] = {}
    for e in rows:
        if day is not None and e.found > day:
            continue
        if e.entry in lines:
            lines[e.entry][1] += f"、{e.unit}"
            continue
        revoked = known(e.revoked)
        lines[e.entry] = [
            e.entry, e.unit, e.rule, e.description, e.found, e.document, e.provider, e.deadline,
            known(e.rectified), said.get(e.verification or ""), revoked,
            e.revoked_reason if revoked else None, e.note,
        ]  # fmt: skip
    return list(lines.values())


def test_later_facts_change_no_byte_of_a_bulletin(
    sample: Path, read: Assessment, tmp_path: Path
) -> None:
    """The whole year's folder, and one without what happened after 30 June 2024."""
    day = date(2024, 6, 30)
    late, early = tmp_path / "late" / "2024", tmp_path / "early" / "2024"
    for folder, until in ((late, None), (early, day)):
        shutil.copytree(sample, folder, ignore=shutil.ignore_patterns("日常通报"))
        shutil.rmtree(folder / "平时考核台账")
        lines = entry_cells(list(read.tables.entries), until)
        write_sheet(folder / "平时考核台账" / "台账.xlsx", [LEDGER_HEADER, *lines])
    shutil.rmtree(early / "自我考核")
    (early / "第三方评估.xlsx").unlink()
    for period in KINDS:
        files = {}
        for folder in (late, early):
            first = made(folder, period, "--as-of", day, "--out", folder.parent / period)
            files[folder] = {
                p.name: p.read_bytes() for p in first.parent.iterdir() if p.name != "manifest.json"
            }
        assert files[late] == files[early]
        assert files[late]
        original = make_bulletin(read, WindowKind(period), day).files
        assert files[late] == dict(original)


# ---------------------------------------------------------------- words and folders


def test_days_on_which_nothing_happened_read_well(tmp_path: Path) -> None:
    full = {"上半年": 90, "下半年": 90, "第三方": 90}
    folder = write_folder(tmp_path / "2024", {"甲县": full, "乙县": full})
    for period, words in {
        "day": "无新发现、到期和办结的问题。截至当日，无逾期未办结的问题。",
        "week": "本周无新增、办结和逾期问题，期末无未办结问题。",
        "quarter": "本季度和此前各期均无登记的问题。",
    }.items():
        assert words in text_of(made(folder, period, "--as-of", "2024-05-20"))
    page = made(folder, "month", "--as-of", "2024-05-20").with_suffix(".html").read_text("utf-8")
    assert "平均100.00分" in page
    half = text_of(made(folder, "half", "--as-of", "2024-05-20"))
    assert "甲县（94.29分）、乙县（94.29分）" in half


def test_each_bulletin_has_its_folder_and_intake_passes_over_it(tmp_path: Path) -> None:
    full = {"上半年": 90, "下半年": 90, "第三方": 90}
    folder = write_folder(tmp_path / "2024", {"甲县": full})
    names = [made(folder, period, "--as-of", "2024-05-20").parent.name for period in KINDS]
    assert names == [
        "2024年5月20日日办结", "2024年第21周周通报", "2024年5月月排名", "2024年第二季度季小结", "2024年上半年半年总结",
    ]  # fmt: skip
    assert {p.name for p in (folder / "日常通报").iterdir()} == set(names)
    done = kaohe("check", folder)
    assert done.return_value == 0
    assert "日常通报" not in done.output
    for name in names:
        audit = kaohe("audit", folder / "日常通报" / name, "--folder", folder)
        assert audit.return_value == 0, audit.output


def test_an_edited_bulletin_is_found(tmp_path: Path) -> None:
    full = {"上半年": 90, "下半年": 90, "第三方": 90}
    folder = write_folder(tmp_path / "2024", {"甲县": full})
    path = made(folder, "month", "--as-of", "2024-05-20")
    book = openpyxl.load_workbook(path)
    book["县区"]["C4"] = 88
    book.save(path)
    done = kaohe("audit", path.parent, "--folder", folder)
    assert done.return_value == 1
    assert "C4" in done.output


def test_an_error_in_the_ledger_refuses_or_marks(tmp_path: Path) -> None:
    full = {"上半年": 90, "下半年": 90, "第三方": 90}
    row = {
        "台账编号": "1",
        "单位": "丙县",
        "扣分项": "1",
        "问题描述": "问题",
        "发现日期": "2024-05-20",
    }
    folder = write_folder(tmp_path / "2024", {"甲县": full}, [row])
    for period in KINDS:
        done = kaohe("bulletin", folder, "--period", period, "--as-of", "2024-05-20")
        assert done.return_value == 1
        assert "丙县" in done.stderr
    path = made(folder, "week", "--as-of", "2024-05-20", "--provisional")
    assert "暂定稿，不得印发" in Document(str(path)).sections[0].header.paragraphs[0].text


def test_an_error_in_a_later_form_stops_no_bulletin_of_june(tmp_path: Path) -> None:
    full = {"上半年": 90, "下半年": 90, "第三方": 90}
    folder = write_folder(tmp_path / "2024", {"甲县": full})
    write_sheet(folder / "自我考核" / "下半年" / "乙县.xlsx", [["单位", "乙县", "期次", "下半年"]])
    assert kaohe("check", folder).return_value == 1
    for period in KINDS:
        made(folder, period, "--as-of", "2024-06-30")
    assert kaohe("bulletin", folder, "--period", "half", "--as-of", "2024-12-31").return_value == 1


def test_the_period_is_said_in_chinese_or_english(sample: Path, tmp_path: Path) -> None:
    folder = sample
    days = ("--as-of", "2024-06-14", "--out", tmp_path)
    assert made(folder, "周", *days) == made(folder, "week", *days)
    done = kaohe("bulletin", folder, "--period", "每周")
    assert done.exception is not None
    assert done.exception.format_message() == (  # type: ignore[attr-defined]
        "--period 后面可写day（日）、week（周）、month（月）、quarter（季度）、half（半年）：每周"
    )


def test_days_outside_the_year_are_wrong_usage(tmp_path: Path, monkeypatch: Any) -> None:
    full = {"上半年": 90, "下半年": 90, "第三方": 90}
    folder = write_folder(tmp_path / "2024", {"甲县": full})
    for options in (
        ("--as-of", "2025-01-01"), ("--as-of", "2023-12-31"),
        ("--as-of", "2024-06-30", "--known", "2024-06-29"),
    ):  # fmt: skip
        done = kaohe("bulletin", folder, "--period", "day", *options)
        assert type(done.exception).__name__ == "UsageError", options
    monkeypatch.setattr("scoring.cli.day.today", lambda: date(2026, 3, 1))
    assert made(folder, "day").name == "2024年12月31日日办结.docx"
    monkeypatch.setattr("scoring.cli.day.today", lambda: date(2024, 3, 1))
    assert made(folder, "day").name == "2024年3月1日日办结.docx"
    monkeypatch.setattr("scoring.cli.day.today", lambda: date(2023, 3, 1))
    assert type(kaohe("bulletin", folder, "--period", "day").exception).__name__ == "UsageError"


def test_an_own_template_is_used_or_its_faults_are_named(tmp_path: Path) -> None:
    full = {"上半年": 90, "下半年": 90, "第三方": 90}
    folder = write_folder(tmp_path / "2024", {"甲县": full})
    own = folder / "模板" / "周通报.docx"
    own.parent.mkdir()
    for text, code in (("本办自拟：{{ title }}", 0), ("{{ titel }}", 1)):
        document = Document()
        document.add_paragraph(text)
        document.add_paragraph("{%p for part in parts %}")
        document.add_paragraph("{{ part.heading }}")
        document.add_paragraph("{%p endfor %}")
        document.save(str(own))
        done = kaohe("bulletin", folder, "--period", "week", "--as-of", "2024-05-20")
        assert done.return_value == code, done.stderr
    assert "titel" in done.stderr
    path = folder / "日常通报" / "2024年第21周周通报" / "2024年第21周周通报.docx"
    assert text_of(path).startswith("本办自拟：关于")


# ---------------------------------------------------------------- other schemes

SCHEMES = SAMPLE.parent / "schemes"


@pytest.mark.parametrize("name", ["fangtan", "fenlei", "jiafen", "jidu", "keshi"])
@pytest.mark.parametrize("period", KINDS)
def test_every_shipped_scheme_has_its_bulletins(name: str, period: str, tmp_path: Path) -> None:
    options = ("--as-of", "2024-06-30", "--known", "2024-12-31", "--out", tmp_path)
    done = kaohe("bulletin", SCHEMES / name, "--period", period, *options)
    if name in ("fenlei", "jidu") and period in ("day", "week", "month"):
        assert "没有台账" in str(done.exception)
        assert list(tmp_path.iterdir()) == []
        return
    assert (done.exception, done.return_value) == (None, 0), done.stderr
    assert list(tmp_path.glob("2024*"))


def test_quarters_as_periods_are_of_their_half(tmp_path: Path) -> None:
    options = ("--as-of", "2024-06-30", "--known", "2024-12-31", "--out", tmp_path)
    text = text_of(made(SCHEMES / "jidu", "half", *options))
    assert "第一季度考核表" in text
    assert "第二季度考核表" in text
    assert "第三季度" not in text
    quarter = text_of(made(SCHEMES / "jidu", "quarter", *options))
    assert "第二季度考核表" in quarter
    assert "第一季度" not in quarter


def test_a_task_done_before_its_entry_has_no_days_to_rectify(tmp_path: Path) -> None:
    options = ("--as-of", "2024-06-30", "--out", tmp_path)
    path = made(SCHEMES / "fangtan", "quarter", *options)
    assert [row[4:] for row in table_with(path, "期次")] == [["0", "—"], ["2", "—"]]
    assert "中位数为" not in text_of(path)


@pytest.mark.parametrize("scheme", [UNGRADED, WEIGHTED, ADDED], ids=lambda s: str(s["name"]))
def test_a_scheme_in_which_groups_differ(scheme: Mapping[str, Any], tmp_path: Path) -> None:
    """On the last day the ranking by the ledger and the score of each unit are those of the year's run."""
    folder = small_year(tmp_path / "2024", dict(scheme))
    read = load_assessment(folder)
    year = {u.unit: u for u in score_assessment(read, date(2024, 12, 31)).units}
    for period in KINDS:
        files = make_bulletin(read, WindowKind(period), date(2024, 12, 31)).files
        assert all(files.values())
    path = written(read, "month", tmp_path, date(2024, 12, 31))
    book = openpyxl.load_workbook(path)
    for group in read.scheme.groups:
        own = read.scheme.seen_from(group).components["ledger"]
        rows = [r for r in book[group].iter_rows(4, values_only=True) if r[1] in year]
        scores = {r[1]: Fraction(str(r[2])) for r in rows}
        assert scores == {
            name: oracle.half_up(u.components["ledger"] or Fraction(0), 2)
            for name, u in year.items()
            if u.group == group
        }, own
        better = [sum(other > scores[r[1]] for other in set(scores.values())) for r in rows]
        if scheme is UNGRADED:  # 1, 1, 2
            assert [r[0] for r in rows] == [1 + count for count in better]


def test_two_ledgers_are_ranked_by_their_sum(tmp_path: Path) -> None:
    """Weights 30 and 50 of a year with a third part: 90 and 96 come to (90·30 + 96·50) / 80 = 93.75."""
    rule = {"code": "1", "title": "通报问题", "counts": "notified", "points": 2, "clause": "二"}
    part = {"kind": "ledger", "clause": "二", "start": 100, "floor": 0}
    scheme = {
        "name": "liang", **HEAD, "groups": ["县区"], "grades": GRADES,
        "components": {
            "one": {**part, "title": "甲台账", "table": "甲台账", "weight": 30, "rules": [rule]},
            "two": {**part, "title": "乙台账", "table": "乙台账", "weight": 50, "rules": [rule]},
            "site": {"kind": "score", "title": "网站", "table": "网站", "clause": "三", "weight": 20, "full": 100},
        },
    }  # fmt: skip
    folder = tmp_path / "2024"
    write_settings(folder, scheme="liang.yaml")
    (folder / "liang.yaml").write_text(yaml.safe_dump(scheme, allow_unicode=True), "utf-8")
    write_sheet(
        folder / "考核对象.xlsx", [["单位名称", "类别"], ["甲县", "县区"], ["乙县", "县区"]]
    )
    head = ["台账编号", "单位", "扣分项", "问题描述", "发现日期"]
    for name, count in (("甲台账", 5), ("乙台账", 2)):
        rows = [[f"{name}{i}", "甲县", "1", "问题", "2024-03-05"] for i in range(count)]
        write_sheet(folder / f"{name}.xlsx", [head, *rows])
    book = openpyxl.load_workbook(made(folder, "month", "--as-of", "2024-05-20"))
    rows = [r[:3] for r in book["县区"].iter_rows(4, 5, values_only=True)]
    assert rows == [(1, "乙县", 100), (2, "甲县", 93.75)]
    quarter = made(folder, "quarter", "--as-of", "2024-03-31")
    assert table_with(quarter, "类别")[0][1] == "7"
