"""The blank forms and ledgers: what they say, that they come back, and that they compute as the engine."""

from __future__ import annotations

import random
import shutil
import warnings
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from scoring import load_scheme, make_forms, make_ledger_books, score_assessment
from scoring.intake import load_assessment
from scoring.lookup.periods import PeriodError
from scoring.lookup.rules import RuleFinder
from scoring.points import SCALE
from scoring.publish.forms import find_periods
from scoring.publish.forms.ledger_book import rule_label
from scoring.publish.forms.plan import NothingAppliesError
from scoring.scheme import Ledger, Scheme, SelfAssessment
from tests.conftest import ROOT, SAMPLE, Offices
from tests.filled_forms import (
    Filled,
    beside,
    exact,
    fill,
    header_of,
    row_of,
    some_value,
)
from tests.folders import FORM_HEADER, write_folder, write_settings, write_sheet
from tests.program import kaohe
from tests.random_schemes import LAST_DAY, UNITS, Filler, Maker, sharpen
from tests.synthetic import assessment_of

CONFIG = ROOT / "config"
SCHEMES = ROOT / "sample_data" / "schemes"
FULL = {"上半年": 90, "下半年": 90, "第三方": 90}
PASSED = {"第三方": 87.75}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """openpyxl says of every data bar that it will not keep it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="openpyxl")
        yield


def recalculated(paths: Sequence[Path], offices: Offices) -> list[Any]:
    return [openpyxl.load_workbook(path, data_only=True) for path in offices(paths, "xlsx")]


# ---------------------------------------------------------------- the formulas are the engine


def shipped(name: str) -> Scheme:
    scheme, problems = load_scheme(CONFIG / f"{name}.yaml")
    assert scheme is not None, problems
    return scheme


def synthetic_rows(scheme: Scheme) -> dict[str, list[dict[str, Any]]]:
    """Units of the scheme's groups, and nothing that came in."""
    units = [
        {"unit": f"{group}{n}", "group": group, "position": 10 * g + n}
        for g, group in enumerate(scheme.groups) for n in range(2)
    ]  # fmt: skip
    return {"units": units, "scores": []}


@st.composite
def cases(draw: st.DrawFn) -> tuple[Scheme, dict[str, list[dict[str, Any]]], int]:
    """A random scheme with a self-assessment, a year of it with bounds on scores that occur."""
    spec = Maker(draw).scheme()
    scheme = Scheme.model_validate(spec)
    assume(any(isinstance(c, SelfAssessment) for c in scheme.leaves().values()))
    rows = Filler(draw, scheme, gaps=False).rows
    return sharpen(draw, spec, rows, LAST_DAY), rows, draw(st.integers(0, 10**6))


def random_forms(folder: Path, count: int) -> list[Filled]:
    """Forms of random schemes, filled at random; some other periods have not come in."""
    made: list[Filled] = []

    @settings(
        max_examples=count, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), deadline=None,
    )  # fmt: skip
    @given(cases())
    def collect(case: tuple[Scheme, dict[str, list[dict[str, Any]]], int]) -> None:
        scheme, rows, seed = case
        dice = random.Random(seed)
        forms = {k: c for k, c in scheme.leaves().items() if isinstance(c, SelfAssessment)}
        key = dice.choice(list(forms))
        having = [u for u, g in UNITS.items() if forms[key].applies_to(g)]
        unit, period = dice.choice(having), dice.choice(forms[key].periods).name
        gone = {p.name for p in forms[key].periods if dice.random() < 0.4} | {period}
        for table in ("forms", "items"):
            rows[table] = [
                {**r, "file": "表", "row": 1} for r in rows.get(table, ())
                if not (r["component"] == key and r["unit"] == unit and r["period"] in gone)
            ]  # fmt: skip
        assessment = assessment_of(scheme, rows)
        try:
            made.append(fill(folder, f"r{len(made)}", assessment, rows, unit, key, period, dice))
        except NothingAppliesError:
            return

    collect()
    return made


def shipped_forms(folder: Path, each: int) -> list[Filled]:
    made = []
    for name in ("heze", "fenlei", "jidu"):
        scheme = shipped(name)
        rows = synthetic_rows(scheme)
        key, component = next(
            (k, c) for k, c in scheme.leaves().items() if isinstance(c, SelfAssessment)
        )
        for n in range(each):
            dice = random.Random(f"{name}{n}")
            unit = rows["units"][n % len(rows["units"])]["unit"]
            period = dice.choice(component.periods).name
            assessment = assessment_of(scheme, rows)
            made.append(fill(folder, f"{name}{n}", assessment, rows, unit, key, period, dice))
    return made


@pytest.mark.office
def test_a_filled_form_reckons_as_the_engine(tmp_path: Path, offices: Offices) -> None:
    """Period, components, composite, grade, and the least score for each grade, over random
    fillings of shipped and of random schemes."""
    made = [*shipped_forms(tmp_path, 2), *random_forms(tmp_path, 10)]
    searched = composites = 0
    for form, book in zip(made, recalculated([m.path for m in made], offices), strict=True):
        sheet, result = book["预估"], form.result()
        where = form.path.name
        unit = next(u for u in result.units if u.unit == form.plan.unit.name)
        period = next(
            p for p in result.periods
            if (p.component, p.unit, p.period) == (form.plan.key, unit.unit, form.plan.period.name)
        )  # fmt: skip
        row = row_of(sheet, form.plan.key, form.plan.period.name)
        assert period.score is not None
        difference = Fraction(sheet.cell(row, 4).value) - Fraction(period.score) / SCALE
        assert abs(difference) < Fraction(1, 10**9), where
        for key, component in form.plan.scheme.leaves().items():
            single = isinstance(component, SelfAssessment) and len(component.periods) == 1
            score, shown = unit.score_of(key), sheet.cell(row_of(sheet, key, None), 4).value
            if score is not None and not single and isinstance(shown, int | float):
                assert abs(Fraction(shown) - score) < Fraction(1, 10**8), (where, key)
        shown, grade = beside(sheet, "预估综合成绩").value, beside(sheet, "预估等次").value
        if shown == "—":
            # Only where the form asks for a score that the engine lacks too.
            assert any(unit.score_of(k) is None for k in form.plan.scheme.leaves()), where
        else:
            assert unit.composite is not None
            composites += 1
            decimals = form.plan.scheme.rounding.decimals
            assert exact(shown) == Fraction(unit.composite, 10**decimals), where
            assert grade == unit.grade, where
        searched += check_ladder(form, sheet)
    assert composites > 9
    assert searched > 6


def check_ladder(form: Filled, sheet: Any) -> int:
    """Every score that the table of grades names reaches the grade, one hundredth less does not;
    gives how many it names."""
    scheme, unit = form.plan.scheme, form.plan.unit
    bounds = {g.name: g.lower for g in scheme.grades_in(unit.group)}
    keys = {c.title: k for k, c in scheme.leaves().items()}
    row = next(c.row for r in sheet.iter_rows() for c in r if c.value == "如果只靠这一部分") + 1
    named = 0

    order = list(bounds)

    def has(key: str, given: int, grade: str) -> bool | None:
        """Whether the unit then has the grade or a better one; None where it has none."""
        found = next(u for u in form.result({key: given}).units if u.unit == unit.name)
        return None if found.grade is None else order.index(found.grade) <= order.index(grade)

    while sheet.cell(row, 1).value in bounds:
        grade = sheet.cell(row, 1).value
        title, least = sheet.cell(row, 4).value, sheet.cell(row, 6).value
        row += 1
        if title not in keys or named >= 2:
            continue
        key = keys[title]
        if isinstance(least, int | float):
            given = round(Fraction(least) * SCALE)
            assert has(key, given, grade), (form.path.name, title, least)
            assert not given or not has(key, given - 100, grade), (form.path.name, title, least)
            named += 1
        elif least == "满分也达不到":
            full = scheme.leaves()[key].full  # type: ignore[union-attr]
            assert has(key, full, grade) is False, (form.path.name, title)
    return named


@pytest.mark.office
def test_a_tie_at_the_bound_is_reached_exactly(tmp_path: Path, offices: Offices) -> None:
    """98.5·30% + (84.85 + 85.75)/2·40% + 87.75·30% is 89.995: 90.00 and 优秀. A hundredth less of
    the third party is 89.99 and 良好."""
    assessment, _ = load_assessment(SAMPLE)
    assert assessment is not None
    content = make_forms(assessment, "上半年", units=["临溪县"]).files["临溪县人民政府.xlsx"]
    paths = []
    for third in (87.75, 87.74):
        path = tmp_path / f"{third}.xlsx"
        path.write_bytes(content)
        book = openpyxl.load_workbook(path)
        left = Fraction("84.85")
        for row, points in item_rows(book["考核表"]):
            own = min(left, Fraction(points))
            book["考核表"].cell(row, header_of(book["考核表"])["自评分"][1]).value = float(own)
            left -= own
        estimate = book["预估"]
        estimate.cell(row_of(estimate, "third_party", None), 3).value = third
        book.save(path)
        paths.append(path)
    exactly, under = (book["预估"] for book in recalculated(paths, offices))
    assert (beside(exactly, "预估综合成绩").value, beside(exactly, "预估等次").value) == (
        90,
        "优秀",
    )
    assert beside(exactly, "升一等还需要").value == "已是最高等次"
    assert (beside(under, "预估综合成绩").value, beside(under, "预估等次").value) == (89.99, "良好")
    assert beside(under, "升一等还需要").value == "距优秀还差0.01分"
    assert (
        beside(under, "第三方评估需要").value
        == "要达到优秀，第三方评估至少要得87.75分（满分100分）"
    )


def item_rows(sheet: Any) -> list[tuple[int, float]]:
    """The rows of the items of a form of points, with what they are worth."""
    top, column = header_of(sheet)["指标编号"]
    worth = header_of(sheet)["分值"][1]
    return [
        (row, sheet.cell(row, worth).value)
        for row in range(top + 1, sheet.max_row + 1)
        if str(sheet.cell(row, column).value)[:1].isdigit()
    ]


@pytest.mark.office
def test_a_blank_form_carries_the_values_that_it_reckons(tmp_path: Path, offices: Offices) -> None:
    """Every formula cell has its value, equal to what LibreOffice computes."""
    paths = []
    for folder, period in (
        (SAMPLE, "下半年"),
        (SCHEMES / "fenlei", "半年"),
        (SCHEMES / "jidu", "第三季度"),
    ):
        assessment, _ = load_assessment(folder)
        assert assessment is not None
        last = [unit.name for unit in assessment.units.graded()][-2:]
        for name, content in make_forms(assessment, period, units=last).files.items():
            paths.append(tmp_path / name)
            paths[-1].write_bytes(content)
    formulas = 0
    for path, book in zip(paths, recalculated(paths, offices), strict=True):
        ours, texts = openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path)
        for sheet in texts:
            for line in sheet.iter_rows():
                for cell in line:
                    if cell.data_type != "f":
                        continue
                    formulas += 1
                    mine, theirs = (
                        ours[sheet.title][cell.coordinate].value,
                        book[sheet.title][cell.coordinate].value,
                    )
                    if isinstance(mine, int | float) and not isinstance(mine, bool):
                        assert mine == pytest.approx(theirs, abs=1e-9), (
                            path.name,
                            sheet.title,
                            cell.coordinate,
                        )
                    else:
                        assert (mine or None) == (theirs or None), (
                            path.name,
                            sheet.title,
                            cell.coordinate,
                        )
    assert formulas > 2000


# ---------------------------------------------------------------- there and back


Change = Callable[[Any], None]


def shifted(book: Any) -> None:
    """Rows put in above the header, columns moved, the sheet renamed, 预估 deleted: as values."""
    del book["预估"]
    sheet = book["考核表"]
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    sheet.insert_rows(header_of(sheet)["指标编号"][0], 3)
    header = header_of(sheet)
    sheet.cell(header["指标编号"][0] - 1, 1).value = "以下由各单位填写"
    last = sheet.max_column
    for index, name in enumerate(["证明材料", "自评说明", "核查得分"]):
        column = header[name][1]
        for row in range(header["指标编号"][0], sheet.max_row + 1):
            sheet.cell(row, last + 2 + index).value = sheet.cell(row, column).value
            sheet.cell(row, column).value = None
    sheet.title = "我单位的表"


def untouched(book: Any) -> None:
    pass


def renamed(book: Any) -> None:
    book["考核表"].title = "Sheet1"
    book["预估"].title = "成绩预估（勿动）"


CHANGES: tuple[Change, ...] = (untouched, shifted, renamed)


@pytest.fixture(scope="module")
def returned(
    tmp_path_factory: pytest.TempPathFactory, offices: Offices
) -> tuple[Path, dict[Change, list[Path]]]:
    """A folder without forms, and its forms as they come back: sent out, filled, saved by
    LibreOffice, changed by hand in each of the ways, and saved by LibreOffice again."""
    tmp_path = tmp_path_factory.mktemp("returned")
    folder = write_folder(
        tmp_path / "2024",
        {"甲县": PASSED, "某局": {**PASSED, "类别": "部门"}},
        settings={"not_applicable": {"某局": ["3.3", "6.2"]}},
    )
    forms = tmp_path / "发出"
    for period in ("上半年", "下半年"):
        done = kaohe("forms", str(folder), "--period", period, "--out", str(forms / period))
        assert done.returncode == 0, done.stderr
    sent = sorted(forms.glob("*/*.xlsx"))
    assert len(sent) == 4
    for path in sent:
        target = path.with_name(f"{path.parent.name}{path.name}")
        fill_points(path, target)
    filled = sorted(forms.glob("*/*半年*.xlsx"))
    changed: list[Path] = []
    for path in offices(filled, "xlsx"):
        for change in CHANGES:
            book = openpyxl.load_workbook(path, data_only=change is shifted)
            change(book)
            changed.append(path.with_name(f"{change.__name__}-{path.name}"))
            book.save(changed[-1])
    again = offices(changed, "xlsx")
    return folder, {
        change: [path for path in again if path.name.startswith(f"{change.__name__}-")]
        for change in CHANGES
    }


@pytest.mark.office
@pytest.mark.parametrize("change", CHANGES)
def test_filled_forms_go_back_into_the_folder(
    tmp_path: Path, returned: tuple[Path, dict[Change, list[Path]]], change: Change
) -> None:
    """Put back, they are checked without a warning, and graded with the scores that were typed."""
    empty, forms = returned
    folder = Path(shutil.copytree(empty, tmp_path / "2024"))
    assert len(forms[change]) == 4
    for again in forms[change]:
        period = "上半年" if "上半年" in again.name else "下半年"
        goal = folder / "自我考核" / period / again.name.removeprefix(f"{change.__name__}-")
        goal.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(again, goal)
    checked = kaohe("check", str(folder))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "错误 0 条，缺项 0 条，提醒 0 条" in checked.stdout
    assessment, problems = load_assessment(folder)
    assert assessment is not None
    assert not problems
    units = {u.unit: u for u in score_assessment(assessment).units}
    assert units["甲县"].components["self_assessment"] == 100 - 24 * Fraction(1, 2)
    assert units["某局"].components["self_assessment"] == Fraction(
        (94 - 22 * Fraction(1, 2)) * 100, 94
    )
    assert {item.evidence for item in score_assessment(assessment).items if item.place} == {
        "示政办发〔2024〕3号"
    }


def fill_points(path: Path, target: Path) -> None:
    """Half a point less than full everywhere, with evidence, verified as it stands."""
    book = openpyxl.load_workbook(path)
    sheet = book["考核表"]
    at = {name: column for name, (_, column) in header_of(sheet).items()}
    for row, points in item_rows(sheet):
        for column, value in (
            ("自评分", points - 0.5), ("证明材料", "示政办发〔2024〕3号"), ("自评说明", "已完成"),
            ("核查得分", points - 0.5),
        ):  # fmt: skip
            sheet.cell(row, at[column]).value = value
    beside(sheet, "报送日期").value = date(2024, 7, 10)
    beside(sheet, "填表人").value = "张某"
    book.save(target)


@pytest.mark.office
@pytest.mark.parametrize("name", ["fenlei", "jidu"])
def test_forms_of_counts_and_options_come_back(tmp_path: Path, offices: Offices, name: str) -> None:
    """Scores that the form computes from counts, and options, are read without a problem."""
    folder = tmp_path / name
    shutil.copytree(SCHEMES / name, folder)
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    component = next(
        c for c in assessment.scheme.leaves().values() if isinstance(c, SelfAssessment)
    )
    for table in folder.glob(f"{component.table}*"):
        shutil.rmtree(table) if table.is_dir() else table.unlink()
    paths, dice = [], random.Random(4)
    own: dict[tuple[str, str], dict[str, Any]] = {}
    for at, period in enumerate(component.periods):
        # A unit of each group, every period another one.
        some = [
            having[at % len(having)].name
            for group in assessment.scheme.groups
            if (having := [u for u in assessment.units.graded() if u.group == group])
        ]
        blanks = make_forms(assessment, period.name, units=some)
        for file, content in blanks.files.items():
            unit = file.removesuffix(".xlsx")
            path = tmp_path / f"{period.name}-{file}"
            path.write_bytes(content)
            book = openpyxl.load_workbook(path)
            sheet = book["考核表"]
            header = header_of(sheet)
            leaves = {i.code: i for i in component.items(assessment.units.pick(unit).group)}
            for row in range(header["指标编号"][0] + 1, sheet.max_row + 1):
                leaf = leaves.get(str(sheet.cell(row, header["指标编号"][1]).value))
                if leaf is None:
                    continue
                typed, _ = some_value(leaf, component.step, dice)
                for column, value in typed.items():
                    sheet.cell(row, header[column][1]).value = value
                own[unit, f"{period.name}{leaf.code}"] = typed
            beside(sheet, "报送日期").value = period.due.on(2024)
            book.save(path)
            paths.append(path)
    for path, saved in zip(paths, offices(paths, "xlsx"), strict=True):
        period_name, _ = path.name.split("-", 1)
        goal = folder / component.table / period_name / path.name
        goal.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(saved, goal)
    again, problems = load_assessment(folder)
    assert again is not None
    assert not problems, [p.message() for p in problems]
    items = [i for i in score_assessment(again, final=False).items if i.place]
    assert len(items) == len(own)
    for item in items:
        typed = own[item.unit, f"{item.period}{item.indicator}"]
        if item.scoring == "fraction":
            assert (item.self_done, item.self_of) == (typed["完成数"], typed["应完成数"])
            share = Fraction(item.full * typed["完成数"], typed["应完成数"])
            assert item.self_score is not None
            assert abs(item.self_score - share) <= Fraction(1, 2)
        elif item.scoring == "each":
            assert item.self_faults == typed["问题数"]


# ---------------------------------------------------------------- what the form says


@pytest.mark.office
def test_the_form_says_what_is_missing(tmp_path: Path, offices: Offices) -> None:
    """Hints in the row, and the same as a list on 预估."""
    settings_of = {"scheme": "本市.yaml"}
    folder = write_folder(tmp_path / "2024", {"甲县": {}}, settings=settings_of)
    document = yaml.safe_load((CONFIG / "heze.yaml").read_text("utf-8"))
    document["components"]["self_assessment"]["step"] = "0.5"
    document["components"]["ledger"]["rules"] = [
        {**rule, "points": "1.5"} for rule in document["components"]["ledger"]["rules"]
    ]
    (folder / "本市.yaml").write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    path = tmp_path / "表.xlsx"
    path.write_bytes(make_forms(assessment, "上半年").files["甲县.xlsx"])
    book = openpyxl.load_workbook(path)
    sheet = book["考核表"]
    at = {name: column for name, (_, column) in header_of(sheet).items()}
    rows = [row for row, _ in item_rows(sheet)]
    wrong = {0: (None, "缺自评分"), 1: (5, "缺证明材料"), 2: (6, "超过分值"), 3: (-1, "自评分小于0"),
             4: (1.3, "不是0.5的整数倍"), 5: ("五分", "自评分应为数字")}  # fmt: skip
    for n, row in enumerate(rows):
        value = wrong[n][0] if n in wrong else 0.5 if n % 2 else 0
        sheet.cell(row, at["自评分"]).value = value
        if n not in wrong and value:
            sheet.cell(row, at["证明材料"]).value = "工作计划"
    book.save(path)
    (done,) = recalculated([path], offices)
    hints = [done["考核表"].cell(row, at["填报提示"]).value or "" for row in rows]
    assert hints == [wrong[n][1] if n in wrong else "" for n in range(len(rows))]
    texts = [[c.value for c in line] for line in done["预估"].iter_rows()]
    start = next(n for n, line in enumerate(texts) if line[0] == "五、待补充事项（6项）")
    assert [(line[0][:3], line[2]) for line in texts[start + 1 : start + 7]] == [
        ("1.1", "缺自评分"), ("2.1", "缺证明材料"), ("2.2", "超过分值"), ("2.3", "自评分小于0"),
        ("2.4", "不是0.5的整数倍"), ("2.5", "自评分应为数字"),
    ]  # fmt: skip
    assert not any(line[0] for line in texts[start + 7 :])
    said = beside(done["预估"], "提示").value
    assert "请填写假定的第三方评估得分" in said
    assert "本表有6项待补充" in said
    assert beside(done["预估"], "预估综合成绩").value == "—"


def test_only_what_the_unit_fills_in_is_open() -> None:
    assessment, _ = load_assessment(SCHEMES / "fenlei")
    assert assessment is not None
    for content in make_forms(assessment, "半年").files.values():
        book = opened(content)
        sheet = book["考核表"]
        assert sheet.protection.sheet
        assert not sheet.protection.password
        header = header_of(sheet)
        top, last = header["指标编号"][0], sheet.max_row
        open_columns = {
            name for name, (_, column) in header.items()
            for row in range(top + 1, last + 1) if not sheet.cell(row, column).protection.locked
        }  # fmt: skip
        assert {"自评分", "自评说明", "证明材料"} <= open_columns
        assert open_columns <= {"自评分", "自评说明", "证明材料", "完成数", "应完成数", "问题数"}
        for row in range(top + 1, last + 1):
            cell = sheet.cell(row, header["自评分"][1])
            assert cell.protection.locked or cell.data_type != "f"
        for label in ("报送日期", "填表人"):
            assert not beside(sheet, label).protection.locked
        assert beside(sheet, "单位").protection.locked
        assert book["测算"].sheet_state == "hidden"


def opened(content: bytes) -> Any:
    import io

    return openpyxl.load_workbook(io.BytesIO(content))


def test_a_form_made_alone_is_the_one_made_with_all() -> None:
    """Also of a unit with departments, whose rows are charged to it."""
    assessment, _ = load_assessment(SAMPLE)
    assert assessment is not None
    every = make_forms(assessment, "下半年").files
    parents = {row.parent for row in assessment.tables.units if row.parent}
    assert len(parents) > 1
    for unit in (*sorted(parents)[:3], "示例市统计局"):
        assert make_forms(assessment, "下半年", units=[unit]).files == {
            f"{unit}.xlsx": every[f"{unit}.xlsx"]
        }


def test_a_form_says_what_it_wants() -> None:
    """Header, contract columns, points, 责任单位, evidence, checks of what is typed, labels for a
    program."""
    assessment, _ = load_assessment(SAMPLE)
    assert assessment is not None
    files = make_forms(assessment, "上半年", units=["市统计局", "临溪县"]).files
    sheet = opened(files["临溪县人民政府.xlsx"])["考核表"]
    header = header_of(sheet)
    assert [name for name in header if name in FORM_HEADER] == FORM_HEADER
    assert list(header)[-1] == "填报提示"
    assert [beside(sheet, label).value for label in ("单位", "考核年度", "期次", "报送期限")] == [
        "临溪县人民政府", "2024年", "上半年", "2024年7月15日",
    ]  # fmt: skip
    assert len(item_rows(sheet)) == 24
    note = sheet.cell(item_rows(sheet)[0][0], header["证明材料"][1]).comment.text
    assert "会议纪要" in note
    assert "制度机制建设" in note
    column = get_column_letter(header["自评分"][1])
    checked = {str(v.sqref): v for v in sheet.data_validations.dataValidation}
    rule = checked[f"{column}{item_rows(sheet)[0][0]}"]
    assert (rule.type, rule.formula1, rule.formula2) == ("decimal", "0", "10.0")
    left_out = opened(files["示例市统计局.xlsx"])["考核表"]
    codes = [left_out.cell(row, 1).value for row, _ in item_rows(left_out)]
    assert "3.3" not in codes
    assert len(codes) == 23
    assert any(c.value == "折算合计" for (c,) in left_out.iter_rows(max_col=1))
    estimate = opened(files["示例市统计局.xlsx"])["预估"]
    assert [beside(estimate, label).value for label in
            ("办法代号", "类别", "办法名称", "部分代号", "单位", "期次", "考核年度")] == [
        "heze", "部门", "菏泽市政府信息公开工作考核办法", "self_assessment", "示例市统计局", "上半年", "2024年",
    ]  # fmt: skip


def test_what_the_folder_knows_stands_in_the_estimate(tmp_path: Path) -> None:
    """Ledger as of the day with its doubts, an unverified other period at its own score."""
    day = {"发现日期": date(2024, 3, 1), "问题描述": "某事"}
    folder = write_folder(
        tmp_path / "2024",
        {"甲县": {"第三方": 88, "上半年": 80}, "乙县": {}},
        ledger=[
            {**day, "台账编号": "1", "单位": "甲县", "扣分项": "1"},
            {**day, "台账编号": "2", "单位": "甲县", "扣分项": "3", "整改期限": date(2024, 8, 1)},
            {**day, "台账编号": "3", "单位": "甲县", "扣分项": "4"},
            {**day, "台账编号": "4", "单位": "甲县", "扣分项": "1", "发现日期": date(2024, 9, 1)},
        ],
    )
    form = folder / "自我考核" / "上半年" / "甲县.xlsx"
    book = openpyxl.load_workbook(form)
    sheet = book.active
    at = header_of(sheet)["核查得分"][1]
    for row, _ in item_rows(sheet):
        sheet.cell(row, at).value = None
    book.save(form)
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    files = make_forms(assessment, "下半年", as_of=date(2024, 6, 30)).files
    estimate = opened(files["甲县.xlsx"])["预估"]
    row = row_of(estimate, "ledger", None)
    assert estimate.cell(row, 4).value == 98.5
    assert estimate.cell(row, 7).value == (
        "截至2024年6月30日，计入1件，另有1件未到整改期限。得分还不确定：1件尚未核实"
    )
    row = row_of(estimate, "self_assessment", "上半年")
    assert (estimate.cell(row, 3).value, estimate.cell(row, 7).value) == (
        100, "按自评分计，尚未全部核查，可以改",
    )  # fmt: skip
    assert estimate.cell(row_of(estimate, "third_party", None), 3).value == 88
    other = opened(files["乙县.xlsx"])["预估"]
    row = row_of(other, "self_assessment", "上半年")
    assert (other.cell(row, 3).value, other.cell(row, 7).value) == (
        None, "还没有成绩，不填按与本期相同计算",
    )  # fmt: skip
    assert other.cell(row_of(other, "third_party", None), 3).value is None


# ---------------------------------------------------------------- the command


def test_forms_are_made_where_only_the_list_is_there(tmp_path: Path) -> None:
    """At the time nothing else has come in; a unit to which nothing applies is named."""
    folder = tmp_path / "2024"
    every = [leaf.code for leaf in shipped("heze").leaves()["self_assessment"].items()]  # type: ignore[union-attr]
    write_settings(folder, not_applicable={"乙局": every})
    write_sheet(
        folder / "考核对象.xlsx", [["单位名称", "类别"], ["甲县", "县区"], ["乙局", "部门"]]
    )
    done = kaohe("forms", str(folder), "--period", "上")
    assert done.returncode == 0, done.stderr
    assert "已写出 1 份上半年考核表" in done.stdout
    assert "没有生成：乙局（各项指标对它都不适用）" in done.stderr
    assert [p.name for p in (folder / "空白表" / "上半年").iterdir()] == ["甲县.xlsx"]
    first = (folder / "空白表" / "上半年" / "甲县.xlsx").read_bytes()
    again = kaohe(
        "forms", str(folder), "--period", "上半年", "--unit", "甲", "--as-of", "2024-12-31"
    )
    assert again.returncode == 0
    assert "还没有台账" in str([c.value for r in opened(first)["预估"].iter_rows() for c in r])
    loaded, problems = load_assessment(folder)
    assert loaded is not None
    assert {p.kind for p in problems} == {"table-missing"}


def test_the_same_folder_gives_the_same_bytes() -> None:
    assessment, _ = load_assessment(SAMPLE)
    assert assessment is not None
    one, two = (make_forms(assessment, "上半年", units=["东篱"]).files for _ in range(2))
    assert one == two
    assert make_ledger_books(assessment).files == make_ledger_books(assessment).files


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--period", "三季度"], "请写：上半年、下半年"),
        (["--period", "半年"], "可以是几个期次"),
        (["--period", "上半年", "--unit", "临溪显"], "最相近的是“临溪县”"),
        (["--period", "上半年", "--component", "第三方评估"], "可以写：自我考核"),
        (["--ledger", "--period", "上半年"], "--ledger 只和 --out 一起用"),
        ([], "请写明期次"),
        (["--period", "上半年", "--as-of", "2023-12-31"], "早于考核年度"),
    ],
)
def test_wrong_usage_says_what_to_write(arguments: list[str], said: str, tmp_path: Path) -> None:
    done = kaohe("forms", str(SAMPLE), *arguments, "--out", str(tmp_path / "表"))
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "表").exists()


def test_forms_that_came_in_are_never_overwritten(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "2024", {"甲县": FULL})
    came = folder / "自我考核" / "上半年"
    before = {path: path.read_bytes() for path in came.iterdir()}
    done = kaohe("forms", str(folder), "--period", "上半年", "--out", str(came))
    assert done.returncode == 2
    assert "不能是放数据的文件夹" in done.stderr
    assert kaohe("forms", str(folder), "--period", "上半年").returncode == 0
    assert {path: path.read_bytes() for path in came.iterdir()} == before


def test_a_period_is_found_by_a_part_of_its_name() -> None:
    jidu = shipped("jidu")
    assert [(key, p.name) for key, p in find_periods(jidu, "三")] == [("quarterly", "第三季度")]
    with pytest.raises(PeriodError, match="本办法没有自我考核"):
        find_periods(shipped("fangtan"), "一")


# ---------------------------------------------------------------- ledgers


def test_a_drop_down_names_every_rule_so_that_it_is_read_back() -> None:
    ledgers = [
        component
        for path in sorted(CONFIG.glob("*.yaml")) if not path.name.endswith(".cases.yaml")
        for component in shipped(path.stem).leaves().values()
        if isinstance(component, Ledger)
    ]  # fmt: skip
    assert len(ledgers) >= 4
    for ledger in ledgers:
        for rule in ledger.rules:
            assert RuleFinder(ledger).find(rule_label(ledger, rule)) is rule


@pytest.mark.office
def test_filled_ledgers_are_read_without_a_warning(tmp_path: Path, offices: Offices) -> None:
    """One for each provider, filled from its own drop-downs, saved by LibreOffice."""
    folder = write_folder(
        tmp_path / "2024",
        {"甲县": FULL, "乙局": {**FULL, "类别": "部门"}, "甲县教育局": {"所属单位": "甲县"}},
    )
    shutil.rmtree(folder / "平时考核台账")
    done = kaohe("forms", str(folder), "--ledger")
    assert done.returncode == 0, done.stderr
    paths = sorted((folder / "空白表" / "台账").glob("*.xlsx"))
    assert [p.stem for p in paths] == ["市公安局", "市政府办公室", "市政府新闻办", "督查组"]
    written = 0
    for path in paths:
        book = openpyxl.load_workbook(path)
        sheet = book["台账"]
        header = {c.value.strip("*"): c.column for c in sheet[3]}
        assert book["选项"].sheet_state == "hidden"
        choices = [[c.value for c in column if c.value] for column in book["选项"].iter_cols()]
        assert choices[0] == ["甲县", "甲县教育局", "乙局"]
        for row, rule in enumerate(choices[1], 4):
            values = {
                "台账编号": f"{path.stem}-{row}", "单位": choices[0][row % 3], "扣分项": rule,
                "问题描述": "目录更新不及时", "发现日期": date(2024, 3, 1), "提供单位": choices[3][0],
                "整改期限": date(2024, 3, 20), "核实结果": choices[2][0],
            }  # fmt: skip
            for name, value in values.items():
                sheet.cell(row, header[name]).value = value
            written += 1
        rules = {str(v.sqref): v.type for v in sheet.data_validations.dataValidation}
        assert (
            rules[
                f"{get_column_letter(header['发现日期'])}4:{get_column_letter(header['发现日期'])}303"
            ]
            == "date"
        )
        assert sheet.cell(3, header["扣分项"]).comment is not None
        book.save(path)
    (folder / "平时考核台账").mkdir()
    for saved in offices(paths, "xlsx"):
        shutil.copy(saved, folder / "平时考核台账")
    assessment, problems = load_assessment(folder)
    assert assessment is not None
    assert not problems, [p.message() for p in problems]
    entries = score_assessment(assessment).entries
    assert len(entries) == written == 6
    assert {e.rule for e in entries} == {"1", "2.1", "2.2", "3", "4", "5"}


def test_a_ledger_has_the_columns_that_its_rules_need() -> None:
    assessment, _ = load_assessment(SCHEMES / "fangtan")
    assert assessment is not None
    for content in make_ledger_books(assessment).files.values():
        sheet = opened(content)["台账"]
        ledger = next(c for c in assessment.scheme.leaves().values() if isinstance(c, Ledger))
        names = [c.value.strip("*") for c in sheet[3]]
        assert {rule.deadline.event for rule in ledger.rules if rule.deadline} <= set(names)
    assert kaohe("forms", str(SCHEMES / "fenlei"), "--ledger").returncode == 2
