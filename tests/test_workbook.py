"""考核结果.xlsx: what stands in the cells is the engine's, and the formulas come to the same."""

from __future__ import annotations

import functools
import io
import itertools
import random
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange

from scoring.intake import Assessment, FileHash, FileReport, Settings, load_assessment
from scoring.points import SCALE
from scoring.problems import Place, Problem
from scoring.publish.results.book import workbook
from scoring.refusals import TooManyRowsError
from scoring.scheme import Ledger, Scheme, SelfAssessment
from scoring.score import Result, UnitResult, score
from scoring.tables import Tables, make_tables
from scoring.wording.results import gaps_by_kind

ROOT = Path(__file__).resolve().parent.parent
BLANK = "—"
DAY = date(2024, 12, 31)

Rows = dict[str, list[dict[str, Any]]]
Office = Callable[[Path, str], Path]


# ---------------------------------------------------------------- what is graded


Change = Callable[[dict[str, Any]], None]


def heze(*changes: Change) -> Scheme:
    """The scheme of Heze, changed as a plain document."""

    def exact(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: exact(v) for key, v in value.items()}
        if isinstance(value, list):
            return [exact(v) for v in value]
        return str(value) if isinstance(value, float) else value

    document = exact(yaml.safe_load((ROOT / "config" / "heze.yaml").read_text("utf-8")))
    for change in changes:
        change(document)
    return Scheme.model_validate(document)


def graded(scheme: Scheme, rows: Rows, *, final: bool = True) -> tuple[Result, Assessment]:
    tables: Tables = make_tables(rows)
    settings = Settings.model_validate({"scheme": scheme.name, "year": 2024, "region": "示例市"})
    result = score(tables, scheme, 2024, DAY, final=final)
    return result, Assessment("2024", settings, scheme, "heze.yaml", tables, (), (), ())


def unit_rows(names: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"unit": unit, "group": group, "position": i}
        for i, (unit, group) in enumerate(names.items())
    ]


def form(
    scheme: Scheme, unit: str, period: str, lost: int = 0, key: str = "self_assessment"
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A form and its items, all at full points but for ``lost`` ten-thousandths."""
    component = scheme.components[key]
    assert isinstance(component, SelfAssessment)
    here = {"component": key, "unit": unit, "period": period}
    items = []
    for item in component.items():
        less = min(lost, item.points)
        lost -= less
        items.append(
            here
            | {
                "indicator": item.code,
                "self_score": item.points,
                "verified_score": item.points - less,
            }
        )
    assert lost == 0
    return here, items


def entry(number: int, unit: str, **values: Any) -> dict[str, Any]:
    return {
        "component": "ledger", "entry": f"T{number:03}", "unit": unit, "rule": "1",
        "description": "目录更新不及时", "found": date(2024, 3, 1 + number % 28),
        "file": "台账.xlsx", "sheet": "台账", "row": number + 2,
    } | values  # fmt: skip


def simple(scheme: Scheme, units: Mapping[str, tuple[str, int, int, int, int]]) -> Rows:
    """Rows for units given as group, counted ledger rows, points lost in both forms (in
    ten-thousandths) and third-party score."""
    rows: Rows = {"units": unit_rows({u: v[0] for u, v in units.items()}), "entries": [],
                  "forms": [], "items": [], "scores": []}  # fmt: skip
    for unit, (_, entries, first, second, third) in units.items():
        rows["entries"] += [entry(len(rows["entries"]) + n, unit) for n in range(entries)]
        for period, lost in (("上半年", first), ("下半年", second)):
            here, items = form(scheme, unit, period, lost)
            rows["forms"].append(here)
            rows["items"] += items
        rows["scores"].append({"component": "third_party", "unit": unit, "score": third})
    return rows


def invented(scheme: Scheme, seed: int, *, lacking: bool, count: int = 26) -> Rows:
    """A year in which everything occurs: forms, items and scores that are missing or refused,
    rows that cannot be decided, indicators that do not apply; by a seeded generator."""
    dice = random.Random(seed)
    names = [f"示例{n:02}单位" for n in range(count)]
    names[:2] = ["示例*单位", "示例?~*位"]  # a wildcard in a formula's search, a name here
    rows: Rows = {name: [] for name in ("entries", "forms", "items", "scores", "exemptions")}
    rows["units"] = unit_rows(
        {n: scheme.groups[i % len(scheme.groups)] for i, n in enumerate(names)}
    )
    for key, component in scheme.components.items():
        if isinstance(component, Ledger):
            for number in range(count * 3):
                rule = dice.choice(component.rules)
                rows["entries"].append(
                    entry(
                        number, dice.choice(names), component=key, rule=rule.code,
                        entry=f"{key}{number}",
                        deadline=dice.choice([None, date(2024, 6, 1), date(2025, 6, 1)])
                        if lacking else date(2024, 6, 1),
                        verification=dice.choice(["true", "false", "pending"])
                        if lacking else dice.choice(["true", "false"]),
                    )
                )  # fmt: skip
        elif isinstance(component, SelfAssessment):
            codes = [item.code for item in component.items()]
            for name in names:
                for code in codes:
                    if dice.random() < 0.1:
                        rows["exemptions"].append(
                            {"component": key, "unit": name, "indicator": code}
                        )
                for period in component.periods:
                    if lacking and dice.random() < 0.15:
                        continue
                    here = {"component": key, "unit": name, "period": period.name}
                    rows["forms"].append(here)
                    bad = lacking and dice.random() < 0.2
                    for item in component.items():
                        if bad and dice.random() < 0.2:
                            continue
                        verified: int | None = dice.randrange(0, item.points + 1, 5)
                        if bad and dice.random() < 0.2:
                            verified = None
                        rows["items"].append(here | {
                            "indicator": item.code, "self_score": item.points,
                            "verified_score": verified,
                            "refused": bad and dice.random() < 0.1,
                        })  # fmt: skip
        else:
            for name in names:
                if lacking and dice.random() < 0.15:
                    continue
                given = dice.randrange(component.full // 2, component.full + 1)
                rows["scores"].append({"component": key, "unit": name, "score": given})
    return rows


# ---------------------------------------------------------------- schemes other than Heze's


def short(document: dict[str, Any]) -> None:
    """Five indicators, so that a test of many units stays quick."""
    document["components"]["self_assessment"]["indicators"] = [
        {"area": "公开", "points": 100, "items": [
            {"code": f"1.{n}", "title": f"指标{n}", "points": points}
            for n, points in enumerate((5, 10, 15, 20, 50), 1)
        ]}
    ]  # fmt: skip


def zero(document: dict[str, Any]) -> None:
    document["missing"] = "zero"
    document["components"]["self_assessment"]["not_applicable"] = "full"


def reweight(document: dict[str, Any]) -> None:
    document["missing"] = "reweight"


def mixed(document: dict[str, Any]) -> None:
    """Three periods, other full points, no floor, other decimals and weights, other groups."""
    parts = document["components"]
    document["groups"] = ["科室", "乡镇", "窗口"]
    del document["group_names"]
    document["rounding"]["decimals"] = 1
    document["grades"] = [{"name": "好", "from": "45.5"}, {"name": "较好", "from": 30},
                          {"name": "一般", "from": -1000000}]  # fmt: skip
    weights = ("33.3333", "33.3333", "33.3334")
    for part, weight in zip(parts.values(), weights, strict=True):
        part["weight"] = weight
    ledger = parts["ledger"]
    ledger.pop("floor")
    ledger |= {"start": 20, "title": "日常检查(台账)", "table": "检查/台账"}
    for rule in ledger["rules"]:
        rule["points"] = "7.3333"
    self_assessment = parts["self_assessment"]
    self_assessment["missing"] = "reweight"
    self_assessment["periods"] = [{"name": f"第{n}期", "due": "7月15日"} for n in "一二三"]
    self_assessment["full"] = 120
    self_assessment["indicators"][0]["points"] = 120
    self_assessment["indicators"][0]["items"][0]["points"] = 25
    parts["third_party"] |= {"full": 70, "missing": "zero"}


def precise(document: dict[str, Any]) -> None:
    """No decimal at all, every missing part left out, two handed-in scores, no ledger."""
    parts = document["components"]
    del parts["ledger"]
    document["rounding"]["decimals"] = 0
    document["missing"] = "reweight"
    parts["other"] = parts["third_party"] | {
        "title": "群众评议",
        "table": "群众评议",
        "weight": "17.5",
    }
    parts["third_party"]["weight"] = "42.5"


def fine(document: dict[str, Any]) -> None:
    """Four decimals."""
    document["rounding"]["decimals"] = 4


# ---------------------------------------------------------------- what stands in a workbook


@functools.lru_cache(maxsize=4)
def opened(content: bytes | Path, *, values: bool) -> Any:
    """A workbook to look at, opened once for all who do."""
    source = content if isinstance(content, Path) else io.BytesIO(content)
    return openpyxl.load_workbook(source, data_only=values)


def to_change(content: bytes) -> Any:
    """A workbook of one's own."""
    return openpyxl.load_workbook(io.BytesIO(content))


def cells(book: Any) -> Iterator[tuple[str, str, Any]]:
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                yield sheet.title, cell.coordinate, cell.value


def table(sheet: Any, first: str) -> list[dict[str, Any]]:
    """The rows under the header that holds ``first``, to the first row without it."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    names = [str(n or "").replace("\n", "") for n in next(row for row in rows if first in row)]
    at = next(i for i, row in enumerate(rows) if first in row) + 1
    out = []
    for row in rows[at:]:
        record = dict(zip(names, row, strict=True))
        if record[first] is None:
            break
        out.append(record)
    return out


def summary(book: Any) -> dict[str, dict[str, Any]]:
    return {row["单位"]: row for row in table(book["汇总"], "单位")}


def standing(book: Any) -> dict[str, tuple[Any, Any, Any]]:
    return {u: (row["综合成绩"], row["等次"], row["排名"]) for u, row in summary(book).items()}


def expected(result: Result) -> dict[str, tuple[Any, Any, Any]]:
    scale = 10**result.scheme.rounding.decimals
    return {
        unit.unit: (
            BLANK if unit.composite is None else pytest.approx(unit.composite / scale, abs=1e-12),
            unit.grade or BLANK,
            unit.rank or BLANK,
        )
        for unit in result.units
    }


def emptied(content: bytes, path: Path, changes: Mapping[tuple[str, str], Any] = {}) -> Path:
    """The workbook without the values that its formulas carry, and with cells changed: whatever
    is read from it afterwards was computed by the office program."""
    if changes:
        book = to_change(content)
        for (sheet, cell), value in changes.items():
            assert not str(book[sheet][cell].value).startswith("="), (
                "a formula would be overwritten"
            )
            book[sheet][cell] = value
        changed = io.BytesIO()
        book.save(changed)
        content = changed.getvalue()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part = re.sub(rb"</f><v>[^<]*</v>", b"</f><v></v>", part)
                valued = re.search(rb"</f>(?!<v></v>|<v ?/>|</c>)", part)
                assert not valued, "nothing but the office program computes"
            new.writestr(name, part)
    return path


def named_cell(book: Any, name: str) -> tuple[str, str]:
    ((sheet, cells),) = book.defined_names[name].destinations
    return sheet, cells.replace("$", "")


def same(left: Any, right: Any) -> bool:
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left == pytest.approx(right, abs=1e-9)
    return (left or "") == (right or "")


def assert_same_values(content: bytes, recalculated: Path) -> None:
    """Every cell of the recalculated workbook, formulas above all, as the engine wrote it."""
    ours, theirs = opened(content, values=True), opened(recalculated, values=True)
    assert ours.sheetnames == theirs.sheetnames
    values = {(sheet, cell): value for sheet, cell, value in cells(theirs)}
    different = [
        (sheet, cell, value, values.get((sheet, cell)))
        for sheet, cell, value in cells(ours)
        if not same(value, values.get((sheet, cell)))
    ]
    assert not different, different[:10]


@pytest.fixture(scope="module")
def sample() -> tuple[Result, Assessment, bytes]:
    assessment, _ = load_assessment(ROOT / "sample_data" / "2024")
    assert assessment is not None
    settings = assessment.settings
    result = score(assessment.tables, assessment.scheme, settings.year, settings.as_of_day())
    return result, assessment, workbook(result, assessment)


# ---------------------------------------------------------------- values without recalculation


def test_sheets_are_named_after_the_components(sample: Any) -> None:
    assert opened(sample[2], values=True).sheetnames == [
        "汇总", "平时考核台账", "自我考核", "第三方评估", "等次分布", "考核办法", "数据说明",
        "行数核对", "明细核对", "不作为数据的行", "原始文件",
    ]  # fmt: skip
    result, assessment = graded(heze(short, mixed), invented(heze(short, mixed), 1, lacking=False))
    assert opened(workbook(result, assessment), values=True).sheetnames == [
        "汇总", "检查台账", "自我考核", "第三方评估", "等次分布", "考核办法", "数据说明",
        "行数核对", "明细核对", "原始文件",
    ]  # fmt: skip


def test_every_cached_value_is_the_engines(sample: Any) -> None:
    result, _, content = sample
    book = opened(content, values=True)
    rows = summary(book)
    assert list(rows) == [unit.unit for unit in result.units], "in print order"
    assert standing(book) == expected(result)
    titles = {key: part.title for key, part in result.scheme.components.items()}
    for unit in result.units:
        for key, exact in unit.components.items():
            assert exact is not None
            shown = Fraction(rows[unit.unit][titles[key]]).limit_denominator(10**6)
            assert shown == exact
    for period in result.periods:
        shown = rows[period.unit][f"自我考核（{period.period}）"]
        assert shown == float(Fraction(period.score) / SCALE)


def test_every_row_of_the_ledger_is_there_with_its_reason(sample: Any) -> None:
    result, _, content = sample
    rows = table(opened(content, values=True)["平时考核台账"], "台账编号")
    assert [row["台账编号"] for row in rows] == [e.entry for e in result.entries]
    for row, e in zip(rows, result.entries, strict=True):
        assert row["扣分"] == e.deduction / SCALE
        assert row["计入单位"] == e.charged_unit
        assert row["发现日期"] == datetime(e.found.year, e.found.month, e.found.day)
        assert row["理由"]
        assert (row["处理结果"] == "计入") == (e.deduction > 0)
        assert row["来源文件"] == e.place.file
        assert f"第{e.place.row}行" in row["来源位置"]


def test_every_item_is_there(sample: Any) -> None:
    result, _, content = sample
    rows = table(opened(content, values=True)["自我考核"], "单位")
    assert [(r["单位"], r["期次"], r["指标编号"]) for r in rows] == [
        (i.unit, i.period, i.indicator) for i in result.items
    ]
    assert {r["状态"] for r in rows} == {"已核查", "不适用"}
    assert all(r["适用分值"] == 0 == r["计入得分"] for r in rows if r["状态"] == "不适用")


def test_all_scores_are_formulas_over_named_cells(sample: Any) -> None:
    book = opened(sample[2], values=False)
    for row in summary(book).values():
        for name, value in row.items():
            if name not in ("序号", "单位", "类别", "备注"):
                assert str(value).startswith("="), name
        assert "权重_平时考核" in row["综合成绩"]
        assert "下限_优秀" in row["等次"]
        assert "预置分_平时考核" in row["平时考核"]
        assert "扣分_平时考核" in row["平时考核"]
    for name, value in {"权重_自我考核": 40, "预置分_平时考核": 100, "最低分_平时考核": 0,
                        "满分_第三方评估": 100, "下限_良好": 80}.items():  # fmt: skip
        sheet, cell = named_cell(book, name)
        assert book[sheet][cell].value == value


def test_the_same_input_gives_the_same_bytes(sample: Any) -> None:
    result, assessment, content = sample
    assert workbook(result, assessment) == content
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert {info.date_time for info in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = file.read("docProps/core.xml").decode()
        assert 'fullCalcOnLoad="1"' in file.read("xl/workbook.xml").decode()
    assert "<dc:creator></dc:creator>" in core
    assert core.count("2024-12-31T00:00:00Z") == 2


def test_no_number_is_wider_than_its_column(sample: Any) -> None:
    for content in (
        sample[2],
        workbook(*graded(heze(short, mixed), invented(heze(short, mixed), 2, lacking=True))),
    ):
        book = opened(content, values=True)
        for sheet in book:
            wide = widths(sheet)
            for row in sheet.iter_rows():
                for cell in row:
                    if isinstance(cell.value, int | float | datetime):
                        room = wide[cell.column] - 0.7
                        assert len(shown(cell)) <= room, (sheet.title, cell.coordinate)


def widths(sheet: Any) -> dict[int, float]:
    """The width of every column; one element of the file may stand for several."""
    return {
        column: dimension.width
        for dimension in sheet.column_dimensions.values()
        for column in range(dimension.min, dimension.max + 1)
    }


def shown(cell: Any) -> str:
    """What Excel shows of a number, at its longest."""
    if isinstance(cell.value, datetime):
        return "2024-12-31"
    if cell.number_format == "??0.00??":
        return f"{cell.value:8.4f}"
    if "%" in cell.number_format:
        return "100.0%"
    if fixed := re.fullmatch(r"0\.(0+)", cell.number_format):
        return f"{cell.value:.{len(fixed[1])}f}"
    return f"{cell.value:.12g}"


def test_wrapped_text_has_room(sample: Any) -> None:
    """No file is opened with half of a text hidden: rows are as high as their longest cell."""
    book = opened(sample[2], values=True)
    for name in ("汇总", "平时考核台账", "自我考核", "第三方评估"):
        sheet = book[name]
        wide = widths(sheet)
        for row in sheet.iter_rows(min_row=4):
            for cell in row:
                if isinstance(cell.value, str) and cell.alignment.wrap_text:
                    length = sum(2 if ord(c) > 255 else 1 for c in cell.value)
                    lines = -(-length // (wide[cell.column] - 0.7))
                    height = sheet.row_dimensions[cell.row].height or 18
                    assert 13 * lines <= height, (name, cell.coordinate)


def test_the_chart_says_in_words_what_it_shows(sample: Any) -> None:
    with zipfile.ZipFile(io.BytesIO(sample[2])) as file:
        drawings = [file.read(n).decode() for n in file.namelist() if "drawings/drawing" in n]
    result = sample[0]
    count = sum(u.group == "县区" and u.grade == "优秀" for u in result.units)
    assert f"各类别等次分布的柱形图：县区优秀{count}个" in "".join(drawings)


def test_the_sheets_print_on_a4(sample: Any) -> None:
    book = opened(sample[2], values=True)
    for sheet in book:
        assert sheet.page_setup.paperSize == 9
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        fitted = {"等次分布": None, "第三方评估": 2, "明细核对": 2}
        assert (sheet.page_setup.fitToWidth or 1) == 1
        assert sheet.page_setup.fitToHeight == fitted.get(sheet.title, 0)
        assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
        assert not any(area.min_row > 2 for area in sheet.merged_cells.ranges), "only titles merge"
    for name, frozen, rows in (
        ("汇总", "C5", "$4:$4"), ("平时考核台账", "C5", "$4:$4"),
        ("自我考核", "B4", "$3:$3"), ("第三方评估", "C4", "$3:$3"),
        ("行数核对", "C4", "$3:$3"), ("明细核对", "C8", "$7:$7"), ("不作为数据的行", "C4", "$3:$3"),
        ("原始文件", "C4", "$3:$3"),
    ):  # fmt: skip
        assert book[name].freeze_panes == frozen
        assert book[name].print_title_rows == rows
        unfiltered = ("行数核对", "明细核对", "不作为数据的行", "原始文件")
        assert book[name].auto_filter.ref or name in unfiltered


def test_the_ledger_prints_the_columns_that_fit_a_page(sample: Any) -> None:
    """All columns are on the screen; on paper as many as can be read: up to 理由."""
    sheet = opened(sample[2], values=True)["平时考核台账"]
    area = CellRange(sheet.print_area.split("!")[1].replace("$", ""))
    assert sheet.cell(4, area.max_col).value == "理由"
    assert (area.min_row, area.max_row) == (1, sheet.max_row)
    points = sum(5.25 * width for column, width in widths(sheet).items() if column <= area.max_col)
    assert 10.5 * 769 / points > 7.5, "points of the text on paper"


def test_no_heading_stands_alone_at_the_foot_of_a_page(sample: Any) -> None:
    """Of the sheet of rules: every section begins on a page that holds all of it."""
    sheet = opened(sample[2], values=True)["考核办法"]
    starts = [0, *(at.id for at in sheet.row_breaks.brk), sheet.max_row]
    points = sum(5.25 * width for width in widths(sheet).values())
    page = 501 * points / 769
    for first, last in itertools.pairwise(starts):
        rows = range(first + 1, last + 1)
        assert sum(sheet.row_dimensions[row].height or 18 for row in rows) <= page * 1.05
        if first:
            assert re.match("[一二三四五六七八九十]、", sheet.cell(first + 1, 1).value)


def test_texts_stay_texts() -> None:
    rows = simple(heze(), {"示例市甲局": ("部门", 1, 0, 0, 900000)})
    rows["entries"][0]["description"] = "=1+1"
    book = opened(workbook(*graded(heze(), rows)), values=False)
    (row,) = table(book["平时考核台账"], "台账编号")
    assert row["问题描述"] == "=1+1"
    cell = next(c for r in book["平时考核台账"].iter_rows() for c in r if c.value == "=1+1")
    assert cell.data_type == "s"


def test_an_empty_ledger_and_a_group_without_units() -> None:
    rows = simple(heze(), {"示例市甲局": ("部门", 0, 0, 0, 900000)})
    book = opened(workbook(*graded(heze(), rows)), values=True)
    assert summary(book)["示例市甲局"]["平时考核"] == 100
    assert table(book["平时考核台账"], "台账编号") == []
    counts = {row["类别"]: row for row in table(book["等次分布"], "类别")}
    assert counts["县区"]["合计"] == 0
    assert counts["合计"]["优秀"] == 1


def test_a_table_longer_than_a_sheet_is_refused() -> None:
    """24 items of two units in two periods, below three rows: 99 rows are enough, 98 are not."""
    units = {f"示例市{name}局": ("部门", 0, 0, 0, 900000) for name in "甲乙"}
    result, assessment = graded(heze(), simple(heze(), units))
    book = opened(workbook(result, assessment, 99), values=True)
    assert len(table(book["自我考核"], "单位")) == 96
    with pytest.raises(TooManyRowsError, match="“自我考核”要写到第99行，而一张工作表最多98行"):
        workbook(result, assessment, 98)


# ---------------------------------------------------------------- provisional results


def test_a_provisional_result_says_so_and_marks_its_gaps() -> None:
    scheme = heze()
    rows = simple(scheme, {
        "示例市甲局": ("部门", 1, 0, 0, 900000),
        "示例市乙局": ("部门", 1, 0, 0, 900000),
        "示例市丙局": ("部门", 0, 0, 0, 800000),
    })  # fmt: skip
    rows["scores"].pop(0)
    rows["entries"].append(entry(99, "示例市乙局", rule="2.2", verification="pending"))
    for item in rows["items"]:
        if item["unit"] == "示例市甲局" and item["indicator"] in ("2.1", "2.2"):
            item["verified_score"] = None
    result, assessment = graded(scheme, rows)
    assert not result.final
    content = workbook(result, assessment)
    book = opened(content, values=True)
    for sheet in book:
        assert sheet["A1"].value.endswith("（暂定）")
    first, second, third = (summary(book)[f"示例市{name}局"] for name in "甲乙丙")
    assert first["综合成绩"] == first["等次"] == first["排名"] == first["第三方评估"] == BLANK
    assert second["综合成绩"] == 96.55
    assert second["等次"] == second["排名"] == BLANK
    assert (third["等次"], third["排名"]) == ("优秀", 1)
    assert second["备注"] == "平时考核台账编号T099：举报或舆情尚未核实"
    assert "自我考核（上半年）：指标未核查2处" in first["备注"]
    assert "第三方评估：没有得分" in first["备注"]
    marked = {
        cell.value
        for row in book["汇总"].iter_rows(min_row=5)
        for cell in row
        if cell.font.italic and row[1].value == "示例市乙局"
    }
    assert marked == {98.5, 96.55, BLANK}
    gaps = table(book["数据说明"], "影响等次")
    assert {(gap["单位"], gap["影响等次"]) for gap in gaps} == {
        ("示例市甲局", "是"),
        ("示例市乙局", "是"),
    }
    # Gaps of one unit, part, period and kind are one row.
    assert len(gaps) == len(gaps_by_kind(result.gaps)) < len(result.gaps)
    assert "自我考核（上半年）：指标未核查2处" in {gap["缺项"] for gap in gaps}


def test_a_run_asked_to_be_provisional_without_gaps() -> None:
    rows = simple(heze(), {"示例市甲局": ("部门", 1, 0, 0, 900000)})
    result, assessment = graded(heze(), rows, final=False)
    book = opened(workbook(result, assessment), values=True)
    assert book["汇总"]["A1"].value == "示例市2024年度政府信息公开工作考核结果（暂定）"
    assert summary(book)["示例市甲局"]["等次"] == "优秀"


def test_the_notes_list_problems_rows_files_and_version(sample: Any) -> None:
    result, assessment, _ = sample
    from dataclasses import replace

    report = FileReport("台账.xlsx", "Sheet1", "平时考核台账", rows=5, read=3, refused=1, blank=1)
    lost = FileReport("台账.xlsx", "Sheet2", "平时考核台账", rows=5, read=3)
    problem = Problem(
        "unit-unknown", Place("台账.xlsx", "Sheet1", 7, "B", "单位"), "市财正局", "“市财政局”"
    )
    unused = Problem("file-unknown", Place("旧稿.xlsx"))
    noted = replace(
        assessment, problems=(problem, unused), reports=(report, lost),
        files=(FileHash("台账.xlsx", "0" * 64),), ignored=("证明材料",),
    )  # fmt: skip
    book = opened(workbook(result, noted), values=True)
    sheet = book["数据说明"]
    problems = table(sheet, "现为")
    assert problems[0]["现为"] == "市财正局"
    assert problems[0]["级别"] == "错误"
    assert "B7单元格" in problems[0]["位置"]
    assert [row["核对"] for row in table(book["行数核对"], "核对")] == ["相符", "不符"]
    (hashed,) = table(book["原始文件"], "SHA-256")
    assert hashed["SHA-256"] == "0" * 64
    texts = {cell.value for row in sheet.iter_rows() for cell in row}
    assert {"旧稿.xlsx", "证明材料", "四、程序版本"} <= texts
    assert any(str(text).startswith("kaohe ") for text in texts)


# ---------------------------------------------------------------- recalculated by an office program


@pytest.mark.office
def test_recalculation_gives_every_value_of_the_sample(
    sample: Any, office: Office, tmp_path: Path
) -> None:
    result, _, content = sample
    path = office(emptied(content, tmp_path / "sample.xlsx"), "xlsx")
    book = opened(path, values=True)
    assert standing(book) == expected(result)
    assert not [cell for cell in cells(book) if str(cell[2]).startswith("#")], "error values"
    assert_same_values(content, path)


def refuse(document: dict[str, Any]) -> None:
    """Heze's own rules."""


VARIANTS: dict[str, Change] = {
    change.__name__: change for change in (refuse, zero, reweight, mixed, precise)
}


@pytest.mark.office
@pytest.mark.parametrize("name", VARIANTS)
def test_recalculation_under_other_rules(name: str, office: Office, tmp_path: Path) -> None:
    scheme = heze(short, VARIANTS[name])
    result, assessment = graded(scheme, invented(scheme, 7, lacking=True, count=40))
    assert len({unit.grade for unit in result.units}) > 2, "some have a grade, some have none"
    content = workbook(result, assessment)
    assert standing(opened(content, values=True)) == expected(result)
    path = office(emptied(content, tmp_path / f"{name}.xlsx"), "xlsx")
    book = opened(path, values=True)
    assert standing(book) == expected(result)
    assert not [cell for cell in cells(book) if str(cell[2]).startswith("#")], "error values"
    assert_same_values(content, path)


@pytest.mark.office
def test_ties_are_rounded_up_and_their_neighbours_are_not(office: Office, tmp_path: Path) -> None:
    """Composites of exactly x.xx5, and those as near below and above as scores allow."""
    scheme = heze(short)
    dice = random.Random(5)
    units: dict[str, tuple[str, int, int, int, int]] = {}
    for number in range(110):
        entries = dice.randrange(0, 20)
        start = 1_000_000 - entries * 15_000
        third = dice.randrange(600_000, 1_000_000)
        wanted = (899_950 if number < 10 else dice.randrange(8_000, 9_300) * 100 + 50) * 10
        rest = wanted - 3 * (start + third)
        third -= rest % 2
        both, odd = divmod(wanted - 3 * (start + third), 2)
        assert not odd
        lost = 2_000_000 - both
        if not 0 <= lost <= 1_200_000:
            continue
        for step in (-1, 0, 1):
            first = lost // 2 + step
            units[f"示例{number:03}单位{step}"] = ("部门", entries, first, lost - lost // 2, third)
    result, assessment = graded(scheme, simple(scheme, units))
    ties = [unit for unit in result.units if is_tie(result, unit)]
    assert len(ties) > 30, "there is something to see"
    assert {unit.grade for unit in ties} >= {"优秀", "良好"}
    content = workbook(result, assessment)
    path = office(emptied(content, tmp_path / "ties.xlsx"), "xlsx")
    assert standing(opened(path, values=True)) == expected(result)


def is_tie(result: Result, unit: UnitResult) -> bool:
    exact = sum(
        (unit.components[key] or 0) * part.weight for key, part in result.scheme.components.items()
    )
    return Fraction(exact * 100, 100 * SCALE) % 1 == Fraction(1, 2)


@pytest.mark.office
def test_changing_details_moves_composite_grade_and_rank(office: Office, tmp_path: Path) -> None:
    """A 扣分, a 核查得分 and a third-party score, changed in the workbook and in the files."""
    scheme = heze()
    units = {
        "示例市甲局": ("部门", 3, 60_000, 150_000, 856_000),
        "示例市乙局": ("部门", 0, 80_000, 80_000, 900_000),
        "示例市丙局": ("部门", 1, 80_000, 90_000, 895_000),
        "示例市丁县": ("县区", 2, 300_000, 280_000, 700_000),
    }
    rows = simple(scheme, units)
    before, assessment = graded(scheme, rows)
    content = workbook(before, assessment)
    formulas = opened(content, values=False)

    def at(sheet: str, header: str, **row: Any) -> tuple[str, str]:
        grid = [[cell.value for cell in line] for line in formulas[sheet].iter_rows()]
        top = next(i for i, line in enumerate(grid) if header in line)
        wanted = {grid[top].index(name): value for name, value in row.items()}
        line = next(i for i, cells in enumerate(grid) if i > top
                    and all(cells[c] == v for c, v in wanted.items()))  # fmt: skip
        return sheet, f"{get_column_letter(grid[top].index(header) + 1)}{line + 1}"

    path = emptied(content, tmp_path / "changed.xlsx", {
        at("平时考核台账", "扣分", 台账编号="T001"): 0,
        at("自我考核", "核查得分", 单位="示例市乙局", 期次="下半年", 指标编号="2.1"): 0.5,
        at("第三方评估", "得分", 单位="示例市丁县"): 95.55,
    })  # fmt: skip
    rows["entries"][1]["verification"] = "false"
    for item in rows["items"]:
        if (item["unit"], item["period"], item["indicator"]) == ("示例市乙局", "下半年", "2.1"):
            item["verified_score"] = 5_000
    rows["scores"][3]["score"] = 955_500
    after, _ = graded(scheme, rows)
    moved = {
        u.unit for u, v in zip(sorted_units(before), sorted_units(after), strict=True) if u != v
    }
    assert moved >= {"示例市甲局", "示例市乙局", "示例市丁县"}
    assert {u.unit: u.grade for u in before.units} != {u.unit: u.grade for u in after.units}
    assert {u.unit: u.rank for u in before.units} != {u.unit: u.rank for u in after.units}
    assert standing(opened(office(path, "xlsx"), values=True)) == expected_any_order(after, before)


def sorted_units(result: Result) -> list[UnitResult]:
    return sorted(result.units, key=lambda unit: unit.unit)


def expected_any_order(after: Result, before: Result) -> dict[str, tuple[Any, Any, Any]]:
    """The rows stay where they were; only their values move."""
    values = expected(after)
    return {unit.unit: values[unit.unit] for unit in before.units}


ITEM_COLUMNS = (1, 2, 3, 8, 9)
"""单位, 期次, 指标编号, 核查得分, 适用分值 of the sheet 自我考核; its formulas look at their own row."""


def item_rows(sheet: Any) -> list[list[Any]]:
    """What stands in these columns, row by row from row 4 on."""
    return [[sheet.cell(row, c).value for c in ITEM_COLUMNS] for row in range(4, sheet.max_row + 1)]


def put_item_rows(sheet: Any, rows: list[list[Any]]) -> None:
    for at, row in enumerate(rows, 4):
        for column, value in zip(ITEM_COLUMNS, row, strict=True):
            sheet.cell(at, column).value = value


def computed_again(
    office: Office, content: bytes, path: Path, change: Callable[[Any], None]
) -> Any:
    """The workbook with its items changed, as the office program computes it."""
    book = to_change(content)
    change(book["自我考核"])
    book.save(path)
    return opened(office(path, "xlsx"), values=True)


@pytest.fixture(scope="module")
def three_units() -> tuple[Result, bytes]:
    scheme = heze(short)
    units = {
        "示例市甲局": ("部门", 0, 60_000, 150_000, 856_000),
        "示例市乙局": ("部门", 0, 80_000, 80_000, 900_000),
        "示例市丙局": ("部门", 1, 80_000, 300_000, 895_000),
    }
    result, assessment = graded(scheme, simple(scheme, units))
    return result, workbook(result, assessment)


def checked(book: Any) -> str:
    sheet, cell = named_cell(book, "核对_自我考核")
    return str(book[sheet][cell].value)


@pytest.mark.office
def test_sorted_items_give_the_same_results(
    three_units: tuple[Result, bytes], office: Office, tmp_path: Path
) -> None:
    def by_indicator(sheet: Any) -> None:
        put_item_rows(sheet, sorted(item_rows(sheet), key=lambda row: row[2]))

    result, content = three_units
    assert checked(opened(content, values=True)) == "相符"
    book = computed_again(office, content, tmp_path / "sorted.xlsx", by_indicator)
    assert checked(book) == "不符"
    assert standing(book) == expected(result)


@pytest.mark.office
def test_an_item_given_to_another_unit_counts_there(
    three_units: tuple[Result, bytes], office: Office, tmp_path: Path
) -> None:
    """The last item of 甲局's first half, full marks of 50, put down to 乙局."""
    result, content = three_units
    before = {(p.unit, p.period): Fraction(p.score or 0) / SCALE for p in result.periods}

    def renamed(sheet: Any) -> None:
        rows = item_rows(sheet)
        assert rows[4] == ["示例市甲局", "上半年", "1.5", 50, 50]
        rows[4][0] = "示例市乙局"
        put_item_rows(sheet, rows)

    book = computed_again(office, content, tmp_path / "renamed.xlsx", renamed)
    assert checked(book) == "不符"
    first = {unit: row["自我考核（上半年）"] for unit, row in summary(book).items()}
    assert first["示例市甲局"] == pytest.approx(float((before["示例市甲局", "上半年"] - 50) * 2))
    assert first["示例市乙局"] == pytest.approx(
        float((before["示例市乙局", "上半年"] + 50) * 100 / 150)
    )
    assert first["示例市丙局"] == pytest.approx(float(before["示例市丙局", "上半年"]))


@pytest.mark.office
def test_a_score_changed_in_its_block_moves_the_grade(
    three_units: tuple[Result, bytes], office: Office, tmp_path: Path
) -> None:
    """All that 丙局 has in the second half, taken away; the rows stand where they were."""
    result, content = three_units

    def emptied_half(sheet: Any) -> None:
        rows = item_rows(sheet)
        for row in rows:
            if row[:2] == ["示例市丙局", "下半年"]:
                row[3] = 0
        put_item_rows(sheet, rows)

    book = computed_again(office, content, tmp_path / "lower.xlsx", emptied_half)
    assert checked(book) == "相符"
    row = summary(book)["示例市丙局"]
    assert row["自我考核（下半年）"] == 0
    before = {unit.unit: unit.grade for unit in result.units}
    assert row["等次"] != before["示例市丙局"]


@pytest.mark.office
def test_changing_weights_and_bounds_moves_grades(office: Office, tmp_path: Path) -> None:
    scheme = heze(short, fine)
    rows = invented(scheme, 3, lacking=False)
    before, assessment = graded(scheme, rows)
    content = workbook(before, assessment)
    book = opened(content, values=False)
    path = emptied(content, tmp_path / "weights.xlsx", {
        named_cell(book, "权重_平时考核"): 55.5,
        named_cell(book, "权重_自我考核"): 14.5,
        named_cell(book, "下限_优秀"): 82.25,
        named_cell(book, "最低分_平时考核"): 97,
    })  # fmt: skip

    def change(document: dict[str, Any]) -> None:
        document["components"]["ledger"] |= {"weight": "55.5", "floor": 97}
        document["components"]["self_assessment"]["weight"] = "14.5"
        document["grades"][0]["from"] = "82.25"

    after, _ = graded(heze(short, fine, change), rows)
    assert [u.grade for u in sorted_units(before)] != [u.grade for u in sorted_units(after)]
    assert standing(opened(office(path, "xlsx"), values=True)) == expected_any_order(after, before)
