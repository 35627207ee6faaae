"""The mess of real files is read; every row is accounted for."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from scoring.intake import Assessment, load_assessment
from scoring.intake.cells import CellError, ErrorCell, read_date, read_points
from scoring.lookup.text import fold
from scoring.lookup.units import Unit, UnitError, UnitList
from scoring.problems import errors
from scoring.scheme import shipped
from scoring.score import Result, score
from tests.conftest import ROOT, SAMPLE
from tests.folders import (
    FORM_HEADER,
    LEDGER_HEADER,
    POINTS,
    records,
    spread,
    write_folder,
    write_sheet,
)

pytestmark = pytest.mark.fast

FULL = {"上半年": 90, "下半年": 90, "第三方": 90}
# Full-width text as escapes: editors and terminals tend to fold it silently.
WIDE_DIGITS = str.maketrans(
    "0123456789.-", "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19\uff0e\uff0d"
)


def load(folder: Path) -> Assessment:
    assessment, problems = load_assessment(folder)
    assert errors(problems) == [], [p.message() for p in problems]
    assert assessment is not None
    return assessment


def grade(folder: Path) -> Result:
    a = load(folder)
    return score(a.tables, a.scheme, a.settings.year, a.settings.as_of_day())


@pytest.mark.parametrize(
    "written",
    [
        "2024年3月5日", "2024.3.5", "2024/3/5", "20240305", "2024-03-05", " 2024 年 3 月 5 日 ",
        "2024年03月05日", "2024-3-5", "2024.03.05", "2024年3月5号", "2024-03-05 00:00:00",
        "2024-03-05T09:30:00", 20240305, 20240305.0, date(2024, 3, 5), datetime(2024, 3, 5, 9, 30),
        "2024-03-05".translate(WIDE_DIGITS), "2024年3月5日".translate(WIDE_DIGITS), "2024\n年3月5日",
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_way_that_offices_write_it(written: Any) -> None:
    assert read_date(written) == date(2024, 3, 5)


@pytest.mark.parametrize(
    "written", ["24.3.5", "3月5日", "2024年3月", "2024-02-30", "待定", 45356, True]
)
def test_a_day_is_never_guessed(written: Any) -> None:
    with pytest.raises(CellError) as error:
        read_date(written)
    assert error.value.kind == "date-unreadable"


def test_a_serial_number_is_named_as_the_day_that_it_may_be() -> None:
    with pytest.raises(CellError) as error:
        read_date(45356.0)
    assert "2024-03-05" in error.value.fix


@pytest.mark.parametrize(
    ("written", "points"),
    [
        (8.5, 85000), ("8.5", 85000), (" 8.50 ", 85000), ("8.5分", 85000), (8, 80000),
        ("8.5".translate(WIDE_DIGITS), 85000), (0.1 + 0.2, 3000), (88.0001, 880001), ("", None), (None, None),
    ],
)  # fmt: skip
def test_a_number_is_read_exactly(written: Any, points: int | None) -> None:
    assert read_points(written) == points


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("八分", "number-unreadable"), ("1,5", "number-unreadable"), ("5..5", "number-unreadable"),
        ("90%", "number-unreadable"), (True, "number-unreadable"), (date(2024, 1, 1), "number-unreadable"),
        (88.66666666667, "number-decimals"), (100.5, "number-range"), (-1, "number-range"),
        ("1e3", "number-unreadable"), (ErrorCell("#REF!"), "value-error"),
    ],
)  # fmt: skip
def test_a_number_is_never_guessed(written: Any, kind: str) -> None:
    with pytest.raises(CellError) as error:
        read_points(written, 0, 1_000_000)
    assert error.value.kind == kind


def test_names_are_compared_without_width_or_space() -> None:
    wide = "示例市财政局\uff08本级\uff09"
    assert fold("示例市\u3000财政局 (本级)\n") == fold(wide)


MESSY_LEDGER: list[list[Any]] = [
    ["2024年度政府信息公开平时考核台账"],
    ["制表单位:市政府办公室", None, None, "单位:分"],
    [None],
    ["序号", "台账\n编号", " 单 位 ", "扣分项\uff08编号\uff09", "问题描述*", "发现日期:", "整改期限", "整改完成 日期", "核实结果", "提供单位"],
    [1, "TZ-1", "甲", 1.0, "首页栏目\n三个月未更新", date(2024, 3, 5), None, None, None, "市政府办公室"],
    [2, "TZ-2", "甲 县", "\uff12\uff0e\uff11", "链接失效", "2024.3.5", "20240405", "2024/4/6", None, "市政府办公室"],
    [None] * 10,
    ["序号", "台账\n编号", " 单 位 ", "扣分项\uff08编号\uff09", "问题描述*", "发现日期:", "整改期限", "整改完成 日期", "核实结果", "提供单位"],
    [3, "TZ-3", "乙县", "举报事项经调查属实", "举报", "2024年3月5日", None, None, " 属实 ", "市政府办公室"],
    ["合 计", None, None, None, 3],
    ["填表人:张三", None, None, "审核人:李四", None, None, "联系电话:"],
    ["备注:本表一式两份。"],
]  # fmt: skip


def messy(folder: Path) -> Path:
    write_folder(folder, {"甲县": {**FULL, "简称": "甲、甲县政府"}, "乙县": FULL})
    (folder / "平时考核台账" / "台账.xlsx").unlink()
    return folder


def test_titles_blank_rows_totals_and_notes_are_seen_through(tmp_path: Path) -> None:
    folder = messy(tmp_path / "2024")
    write_sheet(folder / "平时考核台账" / "办公室.xlsx", MESSY_LEDGER)
    result = grade(folder)
    assert {u.unit: str(u.components["ledger"]) for u in result.units} == {
        "甲县": "97",
        "乙县": "197/2",
    }
    report = next(r for r in load(folder).reports if r.table == "平时考核台账")
    assert (report.read, report.refused, report.blank, report.total, report.note, report.header) == (
        3, 0, 1, 1, 2, 1,
    )  # fmt: skip
    assert report.adds_up()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_ledger_may_be_csv(encoding: str, tmp_path: Path) -> None:
    folder = messy(tmp_path / "2024")
    text = io.StringIO()
    writer = csv.writer(text)
    for row in MESSY_LEDGER:
        writer.writerow(["" if v is None else v for v in row])
    path = folder / "平时考核台账.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    assert str(grade(folder).in_group("县区")[1].components["ledger"]) == "97"


def test_every_table_may_be_parquet_with_the_same_result(tmp_path: Path) -> None:
    folder = messy(tmp_path / "2024")
    header = [str(h) for h in MESSY_LEDGER[3]]
    rows = [r for r in MESSY_LEDGER if str(r[0]) in {"1", "2", "3"}]
    frame = pd.DataFrame([[None if v is None else str(v) for v in r] for r in rows], columns=header)
    (folder / "平时考核台账").mkdir(exist_ok=True)
    frame.to_parquet(folder / "平时考核台账" / "台账.parquet")
    units = pd.DataFrame(
        {"单位名称": ["甲县", "乙县"], "类别": ["县区", "县区"], "简称": ["甲", None]}
    )
    (folder / "考核对象.xlsx").unlink()
    units.to_parquet(folder / "考核对象.parquet")
    (folder / "第三方评估.xlsx").unlink()
    pd.DataFrame({"单位": ["甲县", "乙县"], "得分": [90.5, 88]}).to_parquet(
        folder / "第三方评估.parquet"
    )
    result = grade(folder)
    assert {u.unit: str(u.components["third_party"]) for u in result.units} == {
        "甲县": "181/2",
        "乙县": "88",
    }
    assert {u.unit: str(u.components["ledger"]) for u in result.units} == {
        "甲县": "97",
        "乙县": "197/2",
    }


def test_one_long_table_may_stand_for_many_forms(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "2024", {"甲县": {"第三方": 90}, "乙县": {"第三方": 90}})
    rows: list[list[Any]] = [["单位", "期次", "指标编号", "自评分", "核查得分"]]
    for unit, total in (("甲县", 80), ("乙县", 70)):
        for period in ("上半年", "2024年下半年"):
            rows += [[unit, period, c, POINTS[c], v] for c, v in spread(total).items()]
    write_sheet(folder / "自我考核.xlsx", rows)
    result = grade(folder)
    assert {u.unit: str(u.components["self_assessment"]) for u in result.units} == {
        "甲县": "80",
        "乙县": "70",
    }


@pytest.mark.parametrize(
    "block",
    [
        [["单位:甲县", None, "考核年度:2024年", None, "期次:上半年"]],
        [["单位\uff1a甲县  考核年度\uff1a2024年度  期次\uff1a上半年  报送日期\uff1a2024年7月10日"]],
        [["单 位:", None, "甲县"], ["考核年度", "2024"], ["期 次", "2024年上半年", "报送日期", date(2024, 7, 10)]],
        [["被考核单位", "甲"], ["年度", 2024.0, None, "考核期次", "上半年"]],
    ],
)  # fmt: skip
def test_a_form_s_header_block_is_found_in_any_layout(
    block: list[list[Any]], tmp_path: Path
) -> None:
    folder = write_folder(tmp_path / "2024", {"甲县": {**FULL, "简称": "甲"}})
    items = [
        [c, None, None, None, POINTS[c], POINTS[c], None, None, v] for c, v in spread(88).items()
    ]
    write_sheet(
        folder / "自我考核" / "上半年" / "甲县.xlsx",
        [["考核表"], *block, FORM_HEADER, *items, ["合计"]],
    )
    result = grade(folder)
    assert str(result.units[0].components["self_assessment"]) == "89"


def test_a_vertically_merged_unit_counts_for_every_row(tmp_path: Path) -> None:
    folder = messy(tmp_path / "2024")
    rows = [["台账编号", "单位", "扣分项", "问题描述", "发现日期"]]
    rows += [[f"TZ-{i}", "甲县" if i == 0 else None, "1", "问题", "2024-03-05"] for i in range(3)]
    path = write_sheet(folder / "平时考核台账" / "台账.xlsx", rows)
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("B2:B4")
    book.save(path)
    assert (
        str(next(u for u in grade(folder).units if u.unit == "甲县").components["ledger"])
        == "191/2"
    )


def test_an_exempt_item_is_left_out_and_a_scored_one_is_named(tmp_path: Path) -> None:
    settings = {"not_applicable": {"甲县": ["3.3"]}}
    folder = write_folder(tmp_path / "2024", {"甲县": FULL}, settings=settings)
    assert str(grade(folder).units[0].components["self_assessment"]) == str(
        grade(folder).units[0].components["self_assessment"]
    )
    items = records(load(folder).tables.exemptions)
    assert items == [{"component": "self_assessment", "unit": "甲县", "indicator": "3.3"}]


def test_the_verifier_may_say_that_an_item_does_not_apply(tmp_path: Path) -> None:
    verified: dict[str, Any] = {**spread(100)}
    verified["3.3"] = "不适用"
    folder = write_folder(tmp_path / "2024", {"甲县": {**FULL, "上半年": verified}})
    assert grade(folder).units[0].components["self_assessment"] == 95


def test_evidence_and_results_are_let_be(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "2024", {"甲县": FULL})
    for name in ("证明材料", "结果", "自我考核/上半年/证明材料"):
        (folder / name).mkdir()
        (folder / name / "说明.pdf").write_bytes(b"%PDF")
    assessment = load(folder)
    assert assessment.problems == ()
    assert set(assessment.ignored) == {"证明材料", "自我考核/上半年/证明材料"}


def test_the_sample_is_clean_and_every_row_is_accounted_for() -> None:
    assessment = load(SAMPLE)
    assert assessment.problems == ()
    assert all(report.adds_up() for report in assessment.reports)
    assert len(assessment.files) == 112
    assert all(len(f.sha256) == 64 for f in assessment.files)


def test_the_order_of_files_does_not_matter(tmp_path: Path) -> None:
    rows = [[f"TZ-{i}", "甲县", "1", "问题", "2024-03-05"] for i in range(4)]
    totals = []
    for order in (("a.xlsx", "b.xlsx"), ("b.xlsx", "a.xlsx")):
        folder = messy(tmp_path / order[0])
        for name, part in zip(order, (rows[:1], rows[1:]), strict=True):
            write_sheet(folder / "平时考核台账" / name, [LEDGER_HEADER[:5], *part])
        totals.append(grade(folder).units)
    assert totals[0] == totals[1]


def test_a_late_form_needs_its_day_in_a_long_table_too(tmp_path: Path) -> None:
    scheme = shipped()["heze"].read_text("utf-8")
    late = "    full: 100\n    late: {each_day: 1}\n"
    for days, expected in (("2024-07-18", "77"), (None, None)):
        folder = write_folder(
            tmp_path / str(days), {"甲县": {"第三方": 90}}, settings={"scheme": "办法.yaml"}
        )
        text = scheme.replace("    full: 100\n", late, 1)
        (folder / "办法.yaml").write_text(text, "utf-8")
        rows: list[list[Any]] = [["单位", "期次", "指标编号", "自评分", "核查得分", "报送日期"]]
        for period, day in (("上半年", days), ("下半年", "2025-01-15")):
            rows += [
                ["甲县", period, c, POINTS[c], v, day]
                for c, v in spread(80 if period == "上半年" else 77).items()
            ]
        write_sheet(folder / "自我考核.xlsx", rows)
        assessment, problems = load_assessment(folder)
        assert assessment is not None
        if expected is None:
            assert {p.kind for p in errors(problems)} == {"value-missing"}
            continue
        assert errors(problems) == []
        result = score(assessment.tables, assessment.scheme, 2024, assessment.settings.as_of_day())
        assert str(result.units[0].components["self_assessment"]) == expected


def test_codes_with_full_width_brackets_are_found(tmp_path: Path) -> None:
    scheme = shipped()["heze"].read_text("utf-8").replace('code: "1.1"', "code: 一\uff081\uff09")
    folder = write_folder(
        tmp_path / "2024", {"甲县": FULL},
        settings={"scheme": "办法.yaml", "not_applicable": {"甲县": ["一(1)"]}},
    )  # fmt: skip
    (folder / "办法.yaml").write_text(scheme, "utf-8")
    for period in ("上半年", "下半年"):
        path = folder / "自我考核" / period / "甲县.xlsx"
        book = openpyxl.load_workbook(path)
        book.active["A4"] = "一\uff081\uff09"
        book.save(path)
    assert load(folder).errors() == []


def test_a_count_gives_points_only_when_it_is_verified(tmp_path: Path) -> None:
    """按比例得分: what the unit counts itself is its own word; what the verifier counts is worth."""
    scheme = (ROOT / "config" / "heze.yaml").read_text("utf-8")
    own = scheme.replace(
        "title: 制度机制建设, points: 10", "title: 制度机制建设, points: 10, fraction: true"
    )
    units = {"甲县": {"上半年": 90, "下半年": 90, "第三方": 90}}
    folder = write_folder(tmp_path / "2024", units, settings={"scheme": "own.yaml"})
    (folder / "own.yaml").write_text(own, "utf-8")
    for period in ("上半年", "下半年"):
        path = folder / "自我考核" / period / "甲县.xlsx"
        book = openpyxl.load_workbook(path)
        page = book.active
        page["I4"] = None
        for column, (name, value) in enumerate({"完成数": 8, "应完成数": 10}.items(), 12):
            page.cell(3, column, name)
            page.cell(4, column, value)
        book.save(path)
    result = grade(folder)
    assert {(g.kind, g.indicator) for g in result.gaps} == {("gap-verified", "1.1")}
    for period in ("上半年", "下半年"):
        path = folder / "自我考核" / period / "甲县.xlsx"
        book = openpyxl.load_workbook(path)
        page = book.active
        for column, (name, value) in enumerate({"核查完成数": 7, "核查应完成数": 10}.items(), 14):
            page.cell(3, column, name)
            page.cell(4, column, value)
        book.save(path)
    result = grade(folder)
    assert result.gaps == ()
    first = next(i for i in result.items if i.indicator == "1.1")
    assert (first.counted, first.self_done, first.done) == (70_000, 8, 7)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("甲县人民政府", "甲县人民政府"),
        ("甲县", "甲县人民政府"),
        ("财政", "示例市财政局"),
        ("交 通", "示例市交通运输局"),
    ],
)
def test_a_unit_is_found_by_its_name_its_short_name_or_a_part(said: str, found: str) -> None:
    assert _unit_list().pick(said).name == found


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ("示例市", "可以是2个单位：示例市财政局、示例市交通运输局"),
        ("示例市财正局", "最相近的是“示例市财政局”"),
        ("甲县教育局", "请写它所属的“甲县人民政府”"),
        ("", "没有"),
    ],
)
def test_a_name_that_leads_to_no_single_unit_says_what_to_write(said: str, says: str) -> None:
    with pytest.raises(UnitError, match=says):
        _unit_list().pick(said)


def _unit_list() -> UnitList:
    units = [
        Unit("甲县人民政府", "县区", ("甲县",), None, 0),
        Unit("示例市财政局", "部门", ("市财政局",), None, 1),
        Unit("示例市交通运输局", "部门", ("市交通局",), None, 2),
        Unit("甲县教育局", "县区", (), "甲县人民政府", 3),
    ]
    return UnitList(units, {fold(n): u for u in units for n in (u.name, *u.short_names)})
